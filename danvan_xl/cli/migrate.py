"""``danvan-xl migrate``: a unit's answers on an older template, put into the one in force."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import FILE, Choice, choose, chosen_options, existing, say, tell
from danvan_xl.cli.errors import NEEDS_A_PERSON
from danvan_xl.cli.said import Said, as_option, with_said
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.language.showable import printable
from danvan_xl.model import Severity
from danvan_xl.wording import Lang


@command("migrate")
@argument("file", type=FILE)
@option("-o", "--output", type=FILE, help="opt_output_file")
@as_option
@chosen_options
def migrate(lang: Lang, choice: Choice, file: Path, output: Path | None, as_: tuple[str, ...]) -> int:
    """Put the answers of a file into the template in force, and print what was carried over."""
    from danvan_xl import pipeline

    existing([file], lang)
    chosen = with_said(choose(lang, choice), Said((file,), as_), lang)
    target = output or file.with_name(f"{file.stem}_moi.xlsx")
    troubles = chosen.troubles()
    done = pipeline.migrate(file, target, chosen.job, lang=lang, troubles=troubles)
    tell(troubles, lang)
    if done.path is None:
        for item in done.submission.findings:
            if item.severity is Severity.BLOCKER:
                click.echo(printable(f"{item.say(lang)} {item.say_mend(lang) or ''}".rstrip()))
        click.echo(say(lang, "migrate_refused", path=file))
        return NEEDS_A_PERSON
    click.echo(say(lang, "migrate_done", path=done.path, carried=done.carried, own=done.own))
    if done.new:
        click.echo(say(lang, "migrate_new", lines=", ".join(done.new)))
    if done.dropped:
        click.echo(say(lang, "migrate_dropped", lines=", ".join(done.dropped)))
    return 0
