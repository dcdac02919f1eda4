"""``danvan-xl plan``, with its one command ``import KE-HOACH.docx``: propose a plan's rule file from its Word file."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.app import Command, Group
from danvan_xl.cli.common import say
from danvan_xl.wording import Lang, text

_EXIT = {"not_written": 3}
"""Key of a refusal → exit code; 2 (nothing was done) for the others."""


def import_command(lang: Lang) -> Command:
    """The command in a language.

    Exit codes: 0 nothing doubtful, 1 a person must look at the marked lines, 2 refused, 3 can't be written.
    """

    def run(document: Path, output: Path | None, plan_id: str | None) -> int:
        from danvan_xl.planimport import PlanImportError, import_plan, refusal, summary, write_new

        try:
            result = import_plan(document, plan_id=plan_id, lang=lang)
            target = output or Path(f"{result.plan_id}.toml")
            write_new(target, result.toml_text)
        except PlanImportError as error:
            click.echo(refusal(error, lang), err=True)
            return _EXIT.get(error.key, 2)
        for line in summary(result, target, lang):
            click.echo(line)
        return 1 if result.doubts else 0

    params: list[click.Parameter] = [
        click.Argument(["document"], type=click.Path(path_type=Path)),
        click.Option(["-o", "--output"], type=click.Path(path_type=Path), help=text("planimport", "help_output", lang)),
        click.Option(["--id", "plan_id"], help=text("planimport", "help_id", lang)),
    ]
    return Command("import", callback=run, params=params, help=text("planimport", "help", lang), lang=lang)


def command(lang: Lang) -> Group:
    """The group in a language."""
    return Group("plan", help=say(lang, "cmd_plan"), commands={"import": import_command(lang)}, lang=lang)
