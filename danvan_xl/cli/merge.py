"""``danvan-xl merge``: one consolidated workbook from what came back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from danvan_xl.cli.common import (
    FILE,
    PATH,
    Choice,
    Chosen,
    choose,
    chosen_options,
    echo,
    json_option,
    kept_json,
    not_among_received,
    now,
    print_json,
    say,
    tell,
    tell_kept,
)
from danvan_xl.cli.compared import Comparing, comparing_options, need_sound, to_compare
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.report import answer_parts, as_json, print_summary
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.said import Said, said_options, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.merging.consolidation import Consolidation, needs_a_person
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.office.previous import noted_as
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.pipeline import load_writer, write_consolidation
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.claims import PATIENCE, Owner, claimed, marks, own_temporary_folder
from danvan_xl.workbooks.writing.keeping import Keeping

if TYPE_CHECKING:
    from danvan_xl.workbooks.consolidated.formers import Formers


def write_result(
    chosen: Chosen,
    result: Consolidation,
    summary: Summary,
    target: Path,
    lang: Lang,
    troubles: Troubles,
    keeping: Keeping,
    formers: Formers | None = None,
) -> None:
    """Write the workbook, and note it in the register. ``formers``: the earlier ones that it is compared with."""
    write_consolidation(result, summary, target, lang, troubles, keeping, formers)
    if chosen.workspace is not None and troubles.register is None:
        try:
            with open_register(chosen.workspace.register) as register:
                register.note(now(), "merged", result.round.period.id, noted_as(chosen.workspace, target))
        except RegisterError as error:  # the workbook is written, and is said to be
            troubles.register = error


@command("merge")
@argument("paths", nargs=-1, type=PATH)
@option("-o", "--output", type=FILE, help="opt_output_file")
@json_option
@option("--strict", is_flag=True, help="opt_strict")
@option("--as-of", help="opt_as_of")
@comparing_options
@said_options
@chosen_options
def merge(
    lang: Lang, choice: Choice, said: Said, comparing: Comparing, output: Path | None, as_json_: bool, strict: bool
) -> int:
    """Read the files, write the consolidated workbook, and print the result."""
    need_sound(comparing, lang)
    chosen = choose(lang, choice)
    target = output or (chosen.workspace.merged_file if chosen.workspace else None)
    if target is None:
        raise OperatorError(say(lang, "err_need_output"))
    not_among_received(output, lang)
    with own_temporary_folder(), ExitStack() as until_the_end:
        before = marks(target)

        def claim() -> Callable[[], bool]:
            load_writer()
            holding = claimed(target, lambda who: complain(_waiting(target, who, lang)), before=before)
            return until_the_end.enter_context(holding)

        ready = with_said(chosen, said, lang)
        return _merge(ready, said, comparing, target, claim, lang, as_json_=as_json_, strict=strict)


def _waiting(target: Path, who: Owner, lang: Lang) -> str:
    return say(
        lang, "merge_waits", path=target, process=who.process, host=who.host, since=who.since, seconds=int(PATIENCE)
    )


def _merge(
    chosen: Chosen,
    said: Said,
    comparing: Comparing,
    target: Path,
    claim: Callable[[], Callable[[], bool]],
    lang: Lang,
    *,
    as_json_: bool,
    strict: bool,
) -> int:
    """``claim``: holds the output for this run, and gives what says whether another run has just written it."""
    troubles, keeping = chosen.troubles(), chosen.keeping()
    is_others: list[Callable[[], bool]] = []
    result = run_round(
        chosen, said.paths, lang, said.day(chosen, lang), meanwhile=lambda: is_others.append(claim()), troubles=troubles
    )
    summary = summarise(result)
    compared = to_compare(chosen, comparing, result, summary, lang, troubles)
    replaced = _replaced(target, result, lang)
    if is_others[0]():
        keeping.others.add(target)
    write_result(chosen, result, summary, target, lang, troubles, keeping, compared.formers)
    if as_json_:
        print_json({**as_json(result, summary, "merge", lang, target), **compared.as_json(), **kept_json(keeping)})
        for sentence in replaced:
            complain(sentence)
    else:
        print_merge(result, summary, target, lang, (*replaced, *compared.say(lang)))
    for sentence in compared.notes:
        complain(sentence)
    tell_kept(keeping, lang, err=as_json_)
    troubled = tell(troubles, lang)
    return NEEDS_A_PERSON if troubled or compared.failed or needs_a_person(result, strict=strict) else 0


def _replaced(target: Path, result: Consolidation, lang: Lang) -> tuple[str, ...]:
    """What is to be said of the workbook that is about to be replaced: that it was made from other files."""
    if not target.is_file():
        return ()
    from danvan_xl.cli.outdated import difference, difference_words
    from danvan_xl.workbooks.consolidated.sources import read_record

    record = read_record(target)
    found = difference(record, result) if record is not None else None
    if found is None or not found.is_outdated:
        return ()
    return (say(lang, "merge_outdated", files=difference_words(found, lang)),)


def print_merge(result: Consolidation, summary: Summary, target: Path, lang: Lang, more: tuple[str, ...] = ()) -> None:
    """What went into the workbook, what is left for a person, and its path; ``more``: sentences about others."""
    print_summary(result, summary, lang)
    click.echo(say(lang, "merge_lines", lines=summary.lines, parts=answer_parts(summary)))
    missing = summary.unit_states["missing"]
    if summary.errors:
        click.echo(say(lang, "merge_left", errors=summary.errors, missing=missing))
    elif missing:
        click.echo(say(lang, "merge_missing", missing=missing))
    for sentence in more:
        echo(sentence)
    click.echo(say(lang, "merge_done", path=target))
