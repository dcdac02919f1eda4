"""``danvan-xl migrate``: a unit's answers on an older template, put into the one in force."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import choose, existing, job_options, make, say
from danvan_xl.cli.errors import NEEDS_A_PERSON
from danvan_xl.cli.said import as_option, with_said
from danvan_xl.model import Severity
from danvan_xl.wording import Lang


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(
        file: Path, output: Path | None, as_: tuple[str, ...],
        plan: str | None, period: str | None, workspace: Path | None, due: str | None, owner: Iterable[str],
    ) -> int:  # fmt: skip
        from danvan_xl.pipeline import migrate

        existing([file], lang)
        chosen = with_said(choose(lang, plan, period, workspace, due, owner), [file], lang, as_)
        target = output or file.with_name(f"{file.stem}_moi.xlsx")
        done = migrate(file, target, chosen.job, lang=lang)
        if done.path is None:
            for item in done.submission.findings:
                if item.severity is Severity.BLOCKER:
                    click.echo(f"{item.say(lang)} {item.say_mend(lang) or ''}".rstrip())
            click.echo(say(lang, "migrate_refused", path=file))
            return NEEDS_A_PERSON
        click.echo(say(lang, "migrate_done", path=done.path, carried=done.carried, own=done.own))
        if done.new:
            click.echo(say(lang, "migrate_new", lines=", ".join(done.new)))
        if done.dropped:
            click.echo(say(lang, "migrate_dropped", lines=", ".join(done.dropped)))
        return 0

    file_path = click.Path(path_type=Path, dir_okay=False)
    params: list[click.Parameter] = [
        click.Argument(["file"], type=file_path),
        click.Option(["-o", "--output"], type=file_path, help=say(lang, "opt_output_file")),
        as_option(lang),
        *job_options(lang),
    ]
    return make("migrate", lang, run, params)
