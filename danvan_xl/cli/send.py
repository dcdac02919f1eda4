"""``danvan-xl send consolidated``: the mail that takes the consolidated workbook upward."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from danvan_xl.cli.by_report import by_report
from danvan_xl.cli.common import (
    Choice,
    Chosen,
    choose,
    label,
    moment_of,
    now,
    register_of,
    say,
    tell,
    tell_kept,
    workspace_report_options,
)
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError, complain
from danvan_xl.cli.outdated import difference, difference_words
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.translated import command, group, option
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import Letter
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.workspace import OUTGOING, Workspace
from danvan_xl.round.report_words import round_window_words, title_of
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated.sources import Record, read_record
from danvan_xl.workbooks.writing.keeping import Keeping

if TYPE_CHECKING:
    from email.message import EmailMessage

    from danvan_xl.office.mail_settings import MailSettings
    from danvan_xl.office.outbox import OutgoingReport
    from danvan_xl.office.smtp import Receipt

send = group("send")


def outgoing(result: Consolidation, workspace: Workspace, lang: Lang, *, agrees: bool = True) -> OutgoingReport:
    """What the letter is about: the main figures and the workbook.

    ``agrees``: whether the workbook was made from the same files; if not, the letter says nothing of what they hold.
    """
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
        recipients=_recipients(result),
        figures=main_figures(result, summarise(result)) if agrees else (),
        missing_units=tuple(names[state.unit] for state in result.units if agrees and state.state == "missing"),
        returned_units=tuple(names[state.unit] for state in result.units if agrees and state.state == "returned"),
        delivery=agrees,
        title=title_of(result.round.made_for, lang),
        window=". ".join(round_window_words(result.round, lang)),
        attachment_name=workspace.merged_file.name,
        attachment=workspace.merged_file.read_bytes(),
        contact=Contact(office.name, plan.issuing_body, workspace.settings.contact),
    )


def _recipients(result: Consolidation) -> tuple[str, ...]:
    """Who gets the reports that the workbook is for."""
    names = (name for report in result.round.made_for for name in report.recipients)
    return tuple(dict.fromkeys(names)) or result.round.plan.recipients


def write_draft(
    result: Consolidation, workspace: Workspace, date: datetime, lang: Lang, keeping: Keeping, *, agrees: bool = True
) -> Path:
    """Write the ``.eml``; returns its path. ``agrees``: see ``outgoing``."""
    from danvan_xl.office.mail_settings import mail_settings_from_mapping
    from danvan_xl.office.outbox import draft
    from danvan_xl.workbooks.writing.atomic import atomic_path

    settings = mail_settings_from_mapping(workspace.settings.mail, workspace.root)
    target = workspace.folder(OUTGOING) / f"{workspace.merged_file.stem}.eml"
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(target, keeping) as path:
        path.write_bytes(draft(settings, outgoing(result, workspace, lang, agrees=agrees), date, lang))
    return target


@command("consolidated", of=send)
@workspace_report_options
@option("--send", "send_now", is_flag=True, help="opt_send")
@option("--again", is_flag=True, help="opt_again")
@option("--date", help="opt_date")
def consolidated(lang: Lang, choice: Choice, send_now: bool, again: bool, date: str | None) -> int:
    """Write the mail with the workbook as a draft, or send it, and note it in the register."""
    from danvan_xl.office.mail_settings import MailError

    chosen = choose(lang, choice)
    places = by_report(chosen)
    workspaces = [place.need_workspace(lang) for place in places]
    if not chosen.job.settings.mail:
        raise OperatorError(say(lang, "err_no_mail"))
    for workspace in workspaces:
        if not workspace.merged_file.is_file():
            raise OperatorError(say(lang, "err_no_merged", path=workspace.merged_file))
    moment = moment_of(date, chosen.job.settings.period, lang) if date else now()
    with register_of(chosen, lang):  # a letter goes only where it can be noted
        pass
    try:
        codes = [_letter(place, moment, lang, send_now=send_now, again=again) for place in places]
    except MailError as error:
        raise OperatorError(error.say(lang), error.exit_code) from None
    if not send_now:
        click.echo(say(lang, "send_note"))
    return max(codes)


def _letter(chosen: Chosen, moment: datetime, lang: Lang, *, send_now: bool, again: bool) -> int:
    """The letter with one workbook: sent, or as a draft. Returns the exit code."""
    workspace, troubles = chosen.need_workspace(lang), chosen.troubles()
    # The letter counts by the day that its workbook was made for.
    record = read_record(workspace.merged_file)
    result = run_round(chosen, (), lang, record.as_of if record is not None else None, troubles=troubles)
    if troubles.register is not None:
        raise troubles.register
    tell(troubles, lang)
    differs = _disagreement(record, result, workspace, lang)
    if send_now:
        return _send(result, workspace, moment, lang, again=again, differs=differs)
    _tell(differs)
    keeping = chosen.keeping()
    target = write_draft(result, workspace, moment, lang, keeping, agrees=not differs)
    with open_register(workspace.register) as register:
        register.note(now(), "drafted", result.round.period.id, target.name)
    click.echo(say(lang, "send_draft", path=target))
    tell_kept(keeping, lang)
    return 0


def _disagreement(record: Record | None, result: Consolidation, workspace: Workspace, lang: Lang) -> str:
    """What is to be said where the workbook does not say what the received files say; empty where it does."""
    if record is None:
        return say(lang, "workbook_unread", path=workspace.merged_file)
    found = difference(record, result)
    if found.is_outdated:
        return say(lang, "send_outdated", files=difference_words(found, lang))
    return say(lang, "send_judged") if found.judged else ""


def _tell(differs: str) -> None:
    """Say what ``_disagreement`` found, if it did."""
    if differs:
        complain(differs)


def _send(
    result: Consolidation, workspace: Workspace, moment: datetime, lang: Lang, *, again: bool, differs: str
) -> int:
    """Send the workbook where it has not gone out yet, or ``again`` on purpose. ``differs``: see ``_disagreement``."""
    from danvan_xl.office.mail_settings import mail_settings_from_mapping
    from danvan_xl.office.outbox import compose
    from danvan_xl.office.smtp import secret_for

    settings = mail_settings_from_mapping(workspace.settings.mail, workspace.root)
    report, period = outgoing(result, workspace, lang, agrees=not differs), result.round.period
    message = compose(settings, report, moment, lang)
    letter = Letter(period.id, sha256(report.attachment).hexdigest(), str(message["Message-ID"]))
    with open_register(workspace.register) as register:
        former = register.last_sending(letter)
    if former is not None and not again:
        key = "err_sent_before" if former.sure else "err_perhaps_sent"
        at = f"{former.at.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
        raise OperatorError(say(lang, key, period=label(period, lang), at=at, recipients=", ".join(former.recipients)))
    _tell(differs)
    receipt = _hand_over(message, letter, settings, secret_for(settings), workspace.register, lang)
    for sentence in receipt.say(lang):
        click.echo(sentence)
    return NEEDS_A_PERSON if receipt.refused else 0


def _hand_over(
    message: EmailMessage, letter: Letter, settings: MailSettings, secret: str | None, register_file: Path, lang: Lang
) -> Receipt:
    """Send the message and note it. It is noted before it goes, so that a run that is cut off leaves a trace."""
    from danvan_xl.office.mail_settings import MailError
    from danvan_xl.office.smtp import send

    recipients = tuple(dict.fromkeys((*settings.to, *settings.cc)))
    with open_register(register_file) as register:
        number = register.begin_sending(letter, now(), recipients)
    try:
        receipt = send(message, settings, secret)
    except MailError as error:
        with open_register(register_file) as register:
            if error.code == "uncertain":
                register.note(now(), "uncertain", letter.period, f"{letter.message_id} {', '.join(recipients)}")
            else:
                register.not_sent(number)
        raise
    try:
        with open_register(register_file) as register:
            register.sent(number, receipt.accepted)
            register.note(now(), "sent", letter.period, f"{letter.message_id} {', '.join(receipt.accepted)}")
    except RegisterError as error:  # it went all the same, and stands in the register as one that perhaps went
        complain(error.say(lang))
    return receipt
