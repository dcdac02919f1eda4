"""``danvan-xl template``: one workbook per unit, from the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from msgspec import Struct

from danvan_xl.cli.common import (
    FOLDER,
    Choice,
    Chosen,
    choose,
    chosen_options,
    due_question,
    issued_warning,
    known_unit,
    label,
    not_among_received,
    now,
    register_of,
    report_warning,
    say,
    tell_kept,
)
from danvan_xl.cli.earlier import Earlier, earlier_answers
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.translated import command, option
from danvan_xl.model import Role
from danvan_xl.office.job import open_round
from danvan_xl.office.register_file import RegisterError
from danvan_xl.office.workspace import TEMPLATES
from danvan_xl.pipeline import write_templates
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.keeping import Keeping


class Made(Struct, frozen=True):
    """What was made: the round, unit → its file, and what the templates show of the period before."""

    round: Round
    files: Mapping[str, Path]
    earlier: Earlier


def make_templates(
    chosen: Chosen,
    folder: Path,
    units: Iterable[str],
    lang: Lang,
    keeping: Keeping,
    *,
    with_earlier: bool = False,
) -> Made:
    """Write the templates of the units (all, where none is named).

    ``with_earlier``: with what they said in the period before.
    """
    current = open_round(chosen.job, remind=True)
    for unit in units:
        known_unit(unit, current, lang)
    earlier = earlier_answers(chosen, current, lang) if with_earlier else Earlier()
    options, wanted = earlier.options(chosen, lang), list(units) or list(current.units)
    return Made(
        current, write_templates(current, wanted, folder, options, keeping, earlier.figures, earlier.reported), earlier
    )


def print_templates(current: Round, made: Mapping[str, Path], folder: Path, lang: Lang) -> None:
    """What was made, and what nobody will answer."""
    click.echo(say(lang, "template_done", count=len(made), period=label(current.period, lang), path=folder))
    for unit, path in made.items():
        roles = [line.role for line in current.by_unit[unit].values()]
        lead = roles.count(Role.LEAD)
        shown = current.plan.unit(unit).name
        click.echo(
            f"  {say(lang, 'template_row', file=path.name, unit=shown, lead=lead, coordinate=len(roles) - lead)}"
        )
    nobody = [line.task.id for line in current.unassigned]
    if nobody:
        click.echo(say(lang, "template_nobody", count=len(nobody), tasks=", ".join(nobody[:10])))


@command("template")
@option("--unit", multiple=True, help="opt_unit")
@option("-o", "--output", type=FOLDER, help="opt_output_dir")
@chosen_options
def template(lang: Lang, choice: Choice, unit: tuple[str, ...], output: Path | None) -> int:
    """Write the templates, note it in the register, and print which files there are."""
    chosen = choose(lang, choice)
    folder = output or (chosen.workspace.folder(TEMPLATES) if chosen.workspace else None)
    if folder is None:
        raise OperatorError(say(lang, "err_need_output"))
    not_among_received(output, lang)
    keeping = chosen.keeping()
    done = make_templates(chosen, folder, unit, lang, keeping, with_earlier=True)
    current, made, earlier = done.round, done.files, done.earlier
    code = 0
    if chosen.workspace is not None:
        try:
            if earlier.trouble is not None:
                raise earlier.trouble
            with register_of(chosen, lang) as register:
                register.note(now(), "templates", current.period.id, str(len(made)))
        except RegisterError as error:  # the templates are written, and are said to be
            complain(error.say(lang))
            code = NEEDS_A_PERSON
    print_templates(current, made, folder, lang)
    tell_kept(keeping, lang)
    if earlier.note:
        click.echo(earlier.note)
    warnings = (report_warning(chosen.job, lang), due_question(current.period, chosen.job.settings, lang))
    for warning in (*warnings, issued_warning(chosen.job, lang)):
        if warning is not None:
            click.echo(warning)
    return code
