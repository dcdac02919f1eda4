"""``danvan-xl check``: read what came back, say what is wrong, return it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import choose, day, job_options, make, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON
from danvan_xl.cli.report import as_json, load_tables, print_check
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.said import as_option, join_option, with_said
from danvan_xl.merging.consolidation import needs_a_person
from danvan_xl.merging.summary import summarise
from danvan_xl.office.workspace import RETURNED
from danvan_xl.wording import Lang


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(
        paths: tuple[Path, ...], return_dir: Path | None, as_json_: bool, strict: bool, as_of: str | None, zalo: bool,
        plan: str | None, period: str | None, workspace: Path | None, due: str | None, owner: Iterable[str],
        as_: tuple[str, ...], join: tuple[str, ...],
    ) -> int:  # fmt: skip
        chosen = choose(lang, plan, period, workspace, due, owner)
        chosen = with_said(chosen, paths, lang, as_, join)
        result = run_round(chosen, paths, lang, day(as_of, lang), meanwhile=None if as_json_ else load_tables)
        summary = summarise(result)
        folder = return_dir or (chosen.workspace.folder(RETURNED) if chosen.workspace else None)
        from danvan_xl.pipeline import write_returns

        returned = write_returns(result, folder, lang) if folder else ()
        if as_json_:
            print_json(as_json(result, summary, "check", lang))
        else:
            print_check(result, summary, returned, lang, zalo=zalo)
        return NEEDS_A_PERSON if needs_a_person(result, strict=strict) else 0

    params: list[click.Parameter] = [
        click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path)),
        click.Option(
            ["--return", "return_dir"], type=click.Path(path_type=Path, file_okay=False), help=say(lang, "opt_return")
        ),
        click.Option(["--json", "as_json_"], is_flag=True, help=say(lang, "opt_json")),
        click.Option(["--strict"], is_flag=True, help=say(lang, "opt_strict")),
        click.Option(["--as-of"], help=say(lang, "opt_as_of")),
        click.Option(["--zalo/--no-zalo"], default=True, help=say(lang, "opt_zalo")),
        as_option(lang),
        join_option(lang),
        *job_options(lang),
    ]
    return make("check", lang, run, params)
