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
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.translated import command, option
from danvan_xl.model import Role
from danvan_xl.model.period import parse_period_id, period_label
from danvan_xl.office.job import open_round
from danvan_xl.office.register_file import RegisterError
from danvan_xl.office.workspace import TEMPLATES
from danvan_xl.pipeline import write_templates
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.keeping import Keeping


class Earlier(Struct, frozen=True):
    """What units said in the period before (line id → words), and what is to be said of where that was taken from."""

    answers: Mapping[str, str] = {}
    note: str = ""
    trouble: RegisterError | None = None


def earlier_answers(chosen: Chosen, lang: Lang) -> Earlier:
    """The answers in the consolidated workbook of the period before, by the workspace's register or its folder."""
    workspace = chosen.workspace
    if workspace is None:
        return Earlier()
    from danvan_xl.office.previous import previous_answers, previous_workbook

    merged: Mapping[str, tuple[str, ...]] = {}
    trouble: RegisterError | None = None
    if workspace.register.exists():
        try:
            with register_of(chosen, lang) as register:
                merged = register.merged()
        except RegisterError as error:  # the folder still shows what there is
            trouble = error
    found = previous_workbook(workspace, merged)
    if found is None:
        return Earlier(trouble=trouble)
    answers = None if found.gone else previous_answers(found.path)
    if answers is None:
        key = "template_previous_gone" if found.gone else "template_previous_unread"
        note = say(lang, key, path=found.path, period=period_label(*parse_period_id(found.period), lang))
        return Earlier({}, note, trouble)
    return Earlier(answers, "", trouble)


def make_templates(
    chosen: Chosen,
    folder: Path,
    units: Iterable[str],
    lang: Lang,
    keeping: Keeping,
    previous: Mapping[str, str] | None = None,
) -> tuple[Round, dict[str, Path]]:
    """Write the templates of the units (all, where none is named): the round, and unit → its file.

    ``previous``: line id → what the unit said in the period before.
    """
    from danvan_xl.workbooks.template.template_book import TemplateOptions

    current = open_round(chosen.job, remind=True)
    for unit in units:
        known_unit(unit, current, lang)
    options = TemplateOptions(contact=chosen.job.settings.contact, previous=previous or {}, lang=lang)
    return current, write_templates(current, list(units) or list(current.units), folder, options, keeping)


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
    keeping, earlier = chosen.keeping(), earlier_answers(chosen, lang)
    current, made = make_templates(chosen, folder, unit, lang, keeping, earlier.answers)
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
