"""``danvan-xl merge``: one consolidated workbook from what came back."""

from __future__ import annotations

import filecmp
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from danvan_xl.cli.common import (
    FILE,
    PATH,
    Choice,
    Chosen,
    choose,
    chosen_options,
    json_option,
    now,
    print_json,
    say,
    tell,
)
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.report import answer_parts, as_json, print_summary
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.said import Said, said_options, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.merging.consolidation import Consolidation, needs_a_person
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.pipeline import load_writer, write_consolidation
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.claims import PATIENCE, Owner, claimed, marks, own_temporary_folder


def write_result(
    chosen: Chosen, result: Consolidation, summary: Summary, target: Path, lang: Lang, troubles: Troubles
) -> None:
    """Write the workbook, and note it in the register."""
    write_consolidation(result, summary, target, lang, troubles)
    if chosen.workspace is not None and troubles.register is None:
        try:
            with open_register(chosen.workspace.register) as register:
                register.note(now(), "merged", result.round.period.id, target.name)
        except RegisterError as error:  # the workbook is written, and is said to be
            troubles.register = error


@command("merge")
@argument("paths", nargs=-1, type=PATH)
@option("-o", "--output", type=FILE, help="opt_output_file")
@json_option
@option("--strict", is_flag=True, help="opt_strict")
@option("--as-of", help="opt_as_of")
@said_options
@chosen_options
def merge(lang: Lang, choice: Choice, said: Said, output: Path | None, as_json_: bool, strict: bool) -> int:
    """Read the files, write the consolidated workbook, and print the result."""
    chosen = choose(lang, choice)
    target = output or (chosen.workspace.merged_file if chosen.workspace else None)
    if target is None:
        raise OperatorError(say(lang, "err_need_output"))
    with own_temporary_folder(), ExitStack() as until_the_end:
        before = marks(target)

        def claim() -> Callable[[], Path | None]:
            load_writer()
            holding = claimed(target, lambda who: complain(_waiting(target, who, lang)), before=before)
            return until_the_end.enter_context(holding)

        return _merge(with_said(chosen, said, lang), said, target, claim, lang, as_json_=as_json_, strict=strict)


def _waiting(target: Path, who: Owner, lang: Lang) -> str:
    return say(
        lang, "merge_waits", path=target, process=who.process, host=who.host, since=who.since, seconds=int(PATIENCE)
    )


def _merge(
    chosen: Chosen,
    said: Said,
    target: Path,
    claim: Callable[[], Callable[[], Path | None]],
    lang: Lang,
    *,
    as_json_: bool,
    strict: bool,
) -> int:
    """``claim``: holds the output for this run, and gives what keeps another run's result."""
    troubles = chosen.troubles()
    keep: list[Callable[[], Path | None]] = []
    result = run_round(
        chosen, said.paths, lang, said.day(chosen, lang), meanwhile=lambda: keep.append(claim()), troubles=troubles
    )
    summary = summarise(result)
    kept = keep[0]()
    write_result(chosen, result, summary, target, lang, troubles)
    if kept is not None and filecmp.cmp(kept, target, shallow=False):
        kept.unlink()  # both runs say the same
    elif kept is not None:
        complain(say(lang, "merge_kept", path=target, kept=kept))
    if as_json_:
        print_json(as_json(result, summary, "merge", lang, target))
    else:
        print_merge(result, summary, target, lang)
    troubled = tell(troubles, lang)
    return NEEDS_A_PERSON if troubled or needs_a_person(result, strict=strict) else 0


def print_merge(result: Consolidation, summary: Summary, target: Path, lang: Lang) -> None:
    """What went into the workbook, what is left for a person, and its path."""
    print_summary(result, summary, lang)
    click.echo(say(lang, "merge_lines", lines=summary.lines, parts=answer_parts(summary)))
    missing = summary.unit_states["missing"]
    if summary.errors:
        click.echo(say(lang, "merge_left", errors=summary.errors, missing=missing))
    elif missing:
        click.echo(say(lang, "merge_missing", missing=missing))
    click.echo(say(lang, "merge_done", path=target))
