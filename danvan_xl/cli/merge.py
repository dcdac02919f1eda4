"""``danvan-xl merge``: one consolidated workbook from what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from danvan_xl.cli.by_report import by_report
from danvan_xl.cli.common import (
    FILE,
    PATH,
    Choice,
    Chosen,
    choose,
    echo,
    json_option,
    kept_json,
    not_among_received,
    now,
    print_json,
    report_options,
    say,
    tell,
    tell_kept,
)
from danvan_xl.cli.compared import Comparing, comparing_options, need_sound, to_compare
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.report import answer_parts, as_json, print_summary
from danvan_xl.cli.rounds import run_reports
from danvan_xl.cli.said import Said, said_options, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.merging.consolidation import Consolidation, needs_a_person
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.office.previous import noted_as
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.pipeline import load_writer, write_consolidation
from danvan_xl.round.report_words import title_of
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
@report_options
def merge(
    lang: Lang, choice: Choice, said: Said, comparing: Comparing, output: Path | None, as_json_: bool, strict: bool
) -> int:
    """Read the files, write the consolidated workbook, and print the result."""
    need_sound(comparing, lang)
    chosen = choose(lang, choice)
    if output is None and chosen.workspace is None:
        raise OperatorError(say(lang, "err_need_output"))
    not_among_received(output, lang)
    targets = targets_of(chosen, output)
    with own_temporary_folder(), ExitStack() as until_the_end:
        before = {target: marks(target) for target in targets}

        def claim() -> list[Callable[[], bool]]:
            load_writer()
            return [until_the_end.enter_context(_claimed(target, before[target], lang)) for target in targets]

        ready = with_said(chosen, said, lang)
        return _merge(ready, said, comparing, targets, claim, lang, as_json_=as_json_, strict=strict)


def targets_of(chosen: Chosen, output: Path | None) -> tuple[Path, ...]:
    """Where the workbooks go, one for each report of the round that is meant; those that share everything have one.

    With ``output`` the first is written there, and the others beside it, with the ids of their reports in their names.
    """
    places = by_report(chosen)
    if output is None:
        return tuple(place.need_workspace("vi").merged_file for place in places)
    return (output, *(output.with_stem(f"{output.stem}_{place.job.report[0]}") for place in places[1:]))


def _claimed(target: Path, before: tuple[int, ...], lang: Lang) -> AbstractContextManager[Callable[[], bool]]:
    return claimed(target, lambda who: complain(_waiting(target, who, lang)), before=before)


def _waiting(target: Path, who: Owner, lang: Lang) -> str:
    return say(
        lang, "merge_waits", path=target, process=who.process, host=who.host, since=who.since, seconds=int(PATIENCE)
    )


def _merge(
    chosen: Chosen,
    said: Said,
    comparing: Comparing,
    targets: Sequence[Path],
    claim: Callable[[], list[Callable[[], bool]]],
    lang: Lang,
    *,
    as_json_: bool,
    strict: bool,
) -> int:
    """``claim``: holds the outputs for this run, and gives what says whether another run has just written each."""
    troubles, keeping = chosen.troubles(), chosen.keeping()
    are_others: list[Callable[[], bool]] = []
    results = run_reports(
        chosen,
        said.paths,
        lang,
        said.day(chosen, lang),
        meanwhile=lambda: are_others.extend(claim()),
        troubles=troubles,
    )
    documents: list[Mapping[str, object]] = []
    failed = False
    for result, target, is_others in zip(results, targets, are_others, strict=True):
        summary = summarise(result)
        compared = to_compare(chosen, comparing, result, summary, lang, troubles)
        replaced = _replaced(target, result, lang)
        if is_others():
            keeping.others.add(target)
        write_result(chosen, result, summary, target, lang, troubles, keeping, compared.formers)
        if as_json_:
            documents.append({**as_json(result, summary, "merge", lang, target), **compared.as_json()})
            for sentence in replaced:
                complain(sentence)
        else:
            if len(results) > 1:
                click.secho(title_of(result.round.made_for, lang), bold=True)
            print_merge(result, summary, target, lang, (*replaced, *compared.say(lang)))
        for sentence in compared.notes:
            complain(sentence)
        failed = failed or compared.failed
    if as_json_:
        others = {"others": documents[1:]} if len(documents) > 1 else {}
        print_json({**documents[0], **others, **kept_json(keeping)})
    tell_kept(keeping, lang, err=as_json_)
    troubled = tell(troubles, lang)
    is_for_a_person = any(needs_a_person(result, strict=strict) for result in results)
    return NEEDS_A_PERSON if troubled or failed or is_for_a_person else 0


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
