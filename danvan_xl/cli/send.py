"""``danvan-xl send consolidated``: the mail that takes the consolidated workbook upward."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from danvan_xl.cli.common import Choice, choose, now, say, workspace_option
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.translated import command, group, option
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.office.register import open_register
from danvan_xl.office.workspace import OUTGOING, Workspace
from danvan_xl.wording import Lang

if TYPE_CHECKING:
    from danvan_xl.office.outbox import OutgoingReport

send = group("send")


def outgoing(result: Consolidation, workspace: Workspace) -> OutgoingReport:
    """What the letter is about: the main figures and the workbook."""
    from danvan_xl.merging.summary import main_figures, summarise
    from danvan_xl.office.outbox import Contact, OutgoingReport

    plan = result.round.plan
    names = {unit.id: unit.name for unit in plan.units}
    office = plan.unit(plan.office)
    return OutgoingReport(
        issuing_body=plan.issuing_body,
        plan_number=plan.number,
        plan_title=plan.title,
        period_label=result.round.period.label,
        recipients=plan.recipients,
        figures=main_figures(result, summarise(result)),
        missing_units=tuple(names[state.unit] for state in result.units if state.state == "missing"),
        attachment_name=workspace.merged_file.name,
        attachment=workspace.merged_file.read_bytes(),
        contact=Contact(office.name, plan.issuing_body, workspace.settings.contact),
    )


def write_draft(result: Consolidation, workspace: Workspace, date: datetime, lang: Lang) -> Path:
    """Write the ``.eml`` and say where it lies."""
    from danvan_xl.office.mail_settings import mail_settings_from_mapping
    from danvan_xl.office.outbox import draft
    from danvan_xl.workbooks.writing.atomic import atomic_path

    settings = mail_settings_from_mapping(workspace.settings.mail, workspace.root)
    target = workspace.folder(OUTGOING) / f"{workspace.merged_file.stem}.eml"
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(target) as path:
        path.write_bytes(draft(settings, outgoing(result, workspace), date, lang))
    return target


@command("consolidated", of=send)
@workspace_option
@option("--send", "send_now", is_flag=True, help="opt_send")
@option("--date", help="opt_date")
def consolidated(lang: Lang, choice: Choice, send_now: bool, date: str | None) -> int:
    """Write the mail with the workbook as a draft, or send it, and note it in the register."""
    from danvan_xl.office.mail_settings import MailError

    chosen = choose(lang, choice)
    workspace = chosen.need_workspace(lang)
    if not workspace.settings.mail:
        raise OperatorError(say(lang, "err_no_mail"))
    if not workspace.merged_file.is_file():
        raise OperatorError(say(lang, "err_no_merged", path=workspace.merged_file))
    moment = datetime.fromisoformat(date) if date else now()
    result = run_round(chosen, (), lang)
    try:
        if send_now:
            return _send(result, workspace, moment, lang)
        target = write_draft(result, workspace, moment, lang)
    except MailError as error:
        raise OperatorError(error.say(lang), error.exit_code) from None
    with open_register(workspace.register) as register:
        register.note(now(), "drafted", result.round.period.id, target.name)
    click.echo(say(lang, "send_draft", path=target))
    click.echo(say(lang, "send_note"))
    return 0


def _send(result: Consolidation, workspace: Workspace, moment: datetime, lang: Lang) -> int:
    from danvan_xl.office.mail_settings import mail_settings_from_mapping
    from danvan_xl.office.outbox import compose
    from danvan_xl.office.smtp import secret_for, send

    settings = mail_settings_from_mapping(workspace.settings.mail, workspace.root)
    receipt = send(compose(settings, outgoing(result, workspace), moment, lang), settings, secret_for(settings))
    with open_register(workspace.register) as register:
        register.note(now(), "sent", result.round.period.id, f"{receipt.message_id} {', '.join(receipt.accepted)}")
    click.echo(receipt.say(lang))
    return NEEDS_A_PERSON if receipt.refused else 0
