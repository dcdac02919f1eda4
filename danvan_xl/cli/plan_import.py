"""``danvan-xl plan import KE-HOACH.docx``: propose a plan's rule file from its Word file."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.wording import Lang, text

_EXIT = {"not_written": 3}
"""Key of a refusal → exit code; 2 (nothing was done) for the others."""


@click.command("import", help=text("planimport", "help"))
@click.argument("document", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=text("planimport", "help_output"))
@click.option("--id", "plan_id", help=text("planimport", "help_id"))
@click.pass_context
def import_command(context: click.Context, document: Path, output: Path | None, plan_id: str | None) -> None:
    """Read the document, write the proposal beside the caller, say what is doubtful.

    Exit codes: 0 nothing doubtful, 1 a person must look at the marked lines, 2 refused, 3 can't be written.
    """
    from danvan_xl.planimport import (
        PlanImportError,
        import_plan,
        refusal,
        summary,
        write_new,
    )

    lang: Lang = "en" if context.find_root().params.get("lang") == "en" else "vi"
    try:
        result = import_plan(document, plan_id=plan_id, lang=lang)
        target = output or Path(f"{result.plan_id}.toml")
        write_new(target, result.toml_text)
    except PlanImportError as error:
        click.echo(refusal(error, lang), err=True)
        context.exit(_EXIT.get(error.key, 2))
    for line in summary(result, target, lang):
        click.echo(line)
    context.exit(1 if result.doubts else 0)
