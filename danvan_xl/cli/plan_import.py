"""``danvan-xl plan``, with its only command ``import KE-HOACH.docx``: propose a plan's rule file from its Word file."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import PATH, not_among_received
from danvan_xl.cli.errors import NEEDS_A_PERSON, REFUSED, WRONG
from danvan_xl.cli.translated import argument, command, group, option
from danvan_xl.wording import Lang

_EXIT = {"not_written": REFUSED}
"""Key of a refusal → exit code; 2 (nothing was done) for the others."""


plan = group("plan")


@command("import", of=plan, help="help", area="planimport")
@argument("document", type=PATH)
@option("-o", "--output", type=PATH, help="help_output", area="planimport")
@option("--id", "plan_id", help="help_id", area="planimport")
def import_(lang: Lang, document: Path, output: Path | None, plan_id: str | None) -> int:
    """Write the proposed rule file, and print what a person must look at.

    Exit codes: 0 nothing doubtful, 1 a person must look at the marked lines, 2 refused, 3 can't be written.
    """
    from danvan_xl.planimport import PlanImportError, import_plan, refusal, summary, write_new

    not_among_received(output, lang)
    try:
        result = import_plan(document, plan_id=plan_id, lang=lang)
        target = output or Path(f"{result.plan_id}.toml")
        write_new(target, result.toml_text)
    except PlanImportError as error:
        click.echo(refusal(error, lang), err=True)
        return _EXIT.get(error.key, WRONG)
    for line in summary(result, target, lang):
        click.echo(line)
    return NEEDS_A_PERSON if result.doubts else 0
