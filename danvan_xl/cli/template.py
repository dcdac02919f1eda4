"""``danvan-xl template``: one workbook per unit, from the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from danvan_xl.cli.common import (
    FOLDER,
    Choice,
    Chosen,
    choose,
    chosen_options,
    due_question,
    known_unit,
    label,
    now,
    register_of,
    report_warning,
    say,
)
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.translated import command, option
from danvan_xl.model import Role
from danvan_xl.office.job import open_round
from danvan_xl.office.register_file import RegisterError
from danvan_xl.office.workspace import TEMPLATES
from danvan_xl.pipeline import write_templates
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang


def _previous(chosen: Chosen) -> Mapping[str, str]:
    """What units said in the period before, from the workspace's newest consolidated workbook of an earlier period."""
    if chosen.workspace is None:
        return {}
    from danvan_xl.office.previous import previous_answers

    return previous_answers(chosen.workspace)


def make_templates(chosen: Chosen, folder: Path, units: Iterable[str], lang: Lang) -> tuple[Round, dict[str, Path]]:
    """Write the templates of the units (all, where none is named): the round, and unit → its file."""
    from danvan_xl.workbooks.template.template_book import TemplateOptions

    current = open_round(chosen.job, remind=True)
    for unit in units:
        known_unit(unit, current, lang)
    options = TemplateOptions(contact=chosen.job.settings.contact, previous=_previous(chosen), lang=lang)
    return current, write_templates(current, list(units) or list(current.units), folder, options)


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
    current, made = make_templates(chosen, folder, unit, lang)
    code = 0
    if chosen.workspace is not None:
        try:
            with register_of(chosen, lang) as register:
                register.note(now(), "templates", current.period.id, str(len(made)))
        except RegisterError as error:  # the templates are written, and are said to be
            complain(error.say(lang))
            code = NEEDS_A_PERSON
    print_templates(current, made, folder, lang)
    for warning in (report_warning(chosen.job, lang), due_question(current.period, chosen.job.settings, lang)):
        if warning is not None:
            click.echo(warning)
    return code
