"""``danvan-xl merge``: one consolidated workbook from what came back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import Chosen, choose, day, job_options, make, now, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.report import answer_parts, as_json, print_summary
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.said import as_option, join_option, with_said
from danvan_xl.merging.consolidation import Consolidation, needs_a_person
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.pipeline import load_writer, write_consolidation
from danvan_xl.wording import Lang


def write_result(chosen: Chosen, result: Consolidation, summary: Summary, target: Path, lang: Lang) -> None:
    """Write the workbook, and note it in the register."""
    write_consolidation(result, summary, target, lang)
    if chosen.workspace is not None:
        from danvan_xl.office.register import open_register

        with open_register(chosen.workspace.register) as register:
            register.note(now(), "merged", result.round.period.id, target.name)


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(
        paths: tuple[Path, ...], output: Path | None, as_json_: bool, strict: bool, as_of: str | None,
        plan: str | None, period: str | None, workspace: Path | None, due: str | None, owner: Iterable[str],
        as_: tuple[str, ...], join: tuple[str, ...],
    ) -> int:  # fmt: skip
        chosen = choose(lang, plan, period, workspace, due, owner)
        target = output or (chosen.workspace.merged_file if chosen.workspace else None)
        if target is None:
            raise OperatorError(say(lang, "err_need_output"))
        chosen = with_said(chosen, paths, lang, as_, join)
        result = run_round(chosen, paths, lang, day(as_of, lang), meanwhile=load_writer)
        summary = summarise(result)
        write_result(chosen, result, summary, target, lang)
        if as_json_:
            print_json(as_json(result, summary, "merge", lang, target))
        else:
            print_summary(result, summary, lang)
            click.echo(say(lang, "merge_lines", lines=summary.lines, parts=answer_parts(summary)))
            missing = summary.unit_states["missing"]
            if summary.errors:
                click.echo(say(lang, "merge_left", errors=summary.errors, missing=missing))
            elif missing:
                click.echo(say(lang, "merge_missing", missing=missing))
            click.echo(say(lang, "merge_done", path=target))
        return NEEDS_A_PERSON if needs_a_person(result, strict=strict) else 0

    params: list[click.Parameter] = [
        click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
        click.Option(
            ["-o", "--output"], type=click.Path(path_type=Path, dir_okay=False), help=say(lang, "opt_output_file")
        ),
        click.Option(["--json", "as_json_"], is_flag=True, help=say(lang, "opt_json")),
        click.Option(["--strict"], is_flag=True, help=say(lang, "opt_strict")),
        click.Option(["--as-of"], help=say(lang, "opt_as_of")),
        as_option(lang),
        join_option(lang),
        *job_options(lang),
    ]
    return make("merge", lang, run, params)
