"""The letter that goes upward with the consolidated workbook: a draft for the mail program, or to be sent.

The mail is a copy of the data, in addition to the official transmission by the document system (Quyết định
28/2018/QĐ-TTg), and its text says so. The text is plain text and nothing else: it has all that an HTML part would have,
no client can read a name in it as markup, and no filter of a mail server strips it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from msgspec import Struct

from danvan_xl.office.headers import address_header, text_header
from danvan_xl.office.mail_settings import MailError, MailSettings, plain
from danvan_xl.wording import Lang, text

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_ATTACHMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,58}\.xlsx", re.ASCII)


class Contact(Struct, frozen=True):
    """Whom the receiver may ask; what is empty is left out of the text."""

    name: str
    office: str = ""
    phone: str = ""
    address: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.office, self.phone, self.address) if part)


class OutgoingReport(Struct, frozen=True):
    """What the letter is about.

    ``recipients``: the bodies after "Kính gửi". ``period_label``: as it reads inside a sentence (`Period.label`).
    ``plan_number``: empty where nobody knows it. ``figures``: labels and values as shown. ``missing_units``: names of
    those that sent nothing; ``returned_units``: of those that sent something which does not count yet. ``delivery``:
    whether the letter speaks of who has reported. ``title``: what the report is called; ``window``: over which days its
    data count; both empty where that is not known. ``attachment``: the bytes of the workbook; ``attachment_name``:
    ASCII, ending in ``.xlsx``.
    """

    issuing_body: str
    plan_number: str
    plan_title: str
    period_label: str
    recipients: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    missing_units: tuple[str, ...]
    attachment_name: str
    attachment: bytes
    contact: Contact | None = None
    returned_units: tuple[str, ...] = ()
    delivery: bool = True
    title: str = ""
    window: str = ""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that goes into the letter, with the name of the field that holds it."""
        for name in ("issuing_body", "plan_number", "plan_title", "period_label", "attachment_name", "title", "window"):
            yield name, getattr(self, name)
        for name in ("recipients", "missing_units", "returned_units"):
            yield from ((name, item) for item in getattr(self, name))
        for label, value in self.figures:
            yield from (("figures", label), ("figures", value))
        yield "contact", "" if self.contact is None else str(self.contact)


def subject(report: OutgoingReport, lang: Lang = "vi") -> str:
    """The subject of the letter, one line."""
    key = "subject" if report.plan_number else "subject_plain"
    return text("mail", key, lang, body=report.issuing_body, plan=report.plan_number, period=report.period_label)


def covering_text(report: OutgoingReport, lang: Lang = "vi") -> str:
    """The text of the letter, lines ending in ``\\n``."""

    def say(key: str, **args: object) -> str:
        return text("mail", key, lang, **args)

    paragraphs = [
        say("salutation", recipients="; ".join(report.recipients) or say("salutation_nobody")),
        say(
            "opening" if report.plan_number else "opening_plain",
            body=report.issuing_body,
            plan=report.plan_number,
            title=report.plan_title,
            period=report.period_label,
            file=report.attachment_name,
        ),
    ]
    if report.title:
        key = "content" if report.window else "content_plain"
        paragraphs.append(say(key, title=report.title, window=report.window))
    if report.figures:
        figures = (say("figure", label=label, value=value) for label, value in report.figures)
        paragraphs.append("\n".join((say("figures"), *figures)))
    if report.delivery:
        paragraphs += _delivery(report, lang)
    paragraphs.append(say("copy"))
    if report.contact is not None:
        paragraphs.append(say("contact", contact=report.contact))
    paragraphs.append(say("closing", body=report.issuing_body))
    return "\n\n".join(paragraphs) + "\n"


def _delivery(report: OutgoingReport, lang: Lang) -> Iterator[str]:
    """Who has not reported; that all have only where nobody is missing and nothing is left to mend."""
    for key, units in (("missing", report.missing_units), ("returned", report.returned_units)):
        if units:
            yield text("mail", key, lang, count=len(units), units="; ".join(units))
    if not report.missing_units and not report.returned_units:
        yield text("mail", "none_missing", lang)


def compose(settings: MailSettings, report: OutgoingReport, date: datetime, lang: Lang = "vi") -> EmailMessage:
    """The message, ready for `danvan_xl.office.smtp.send`: same arguments, same bytes.

    ``date`` is the day and hour written in it, with its time zone. The Message-ID depends on everything but the date,
    so that the receiver can recognise a letter that was sent twice.

    Raises:
        MailError: ``confidential``; ``bad_value`` for a text of more than one line; ``attachment_name``,
            ``attachment_empty``.
        ValueError: ``date`` has no time zone.
    """
    settings.refuse_confidential()
    _check(settings, report, date)
    title, letter = subject(report, lang), covering_text(report, lang)
    identity = _identity(settings, report, title, letter)

    message = EmailMessage(policy=SMTP)
    message["From"] = address_header("From", (settings.sender,), settings.sender_name)
    message["To"] = address_header("To", settings.to)
    if settings.cc:
        message["Cc"] = address_header("Cc", settings.cc)
    if settings.reply_to:
        message["Reply-To"] = address_header("Reply-To", (settings.reply_to,))
    message["Subject"] = text_header("Subject", title)
    message["Date"] = format_datetime(date.replace(microsecond=0))
    message["Message-ID"] = f"<{identity[:40]}@{settings.sender.partition('@')[2]}>"
    message["MIME-Version"] = "1.0"
    message.set_content(letter, cte="quoted-printable")
    message.add_attachment(report.attachment, maintype=XLSX[0], subtype=XLSX[1], filename=report.attachment_name)
    message.set_boundary(f"=_danvan_{identity[:32]}")  # "=_" occurs in no quoted-printable or base64 line
    return message


def draft(settings: MailSettings, report: OutgoingReport, date: datetime, lang: Lang = "vi") -> bytes:
    """The content of an ``.eml`` file that Outlook and Thunderbird open ready to edit (``X-Unsent: 1``).

    Arguments and errors as for `compose`; same arguments, same bytes; lines end in CRLF.
    """
    message = compose(settings, report, date, lang)
    message["X-Unsent"] = "1"
    return message.as_bytes()


def _check(settings: MailSettings, report: OutgoingReport, date: datetime) -> None:
    if date.tzinfo is None:
        raise ValueError("date needs a time zone")
    if not settings.sender or not settings.to:
        raise MailError("settings_missing", keys="from, to")
    addresses = (("to", item) for item in (*settings.to, *settings.cc))
    own = (("from_name", settings.sender_name), ("from", settings.sender))
    reply_to = ("reply_to", settings.reply_to or "")
    for name, value in (*own, reply_to, *addresses, *report.texts()):
        plain(name, value)
    if not _ATTACHMENT_NAME.fullmatch(report.attachment_name):
        raise MailError("attachment_name", found=report.attachment_name)
    if not report.attachment:
        raise MailError("attachment_empty", name=report.attachment_name)


def _identity(settings: MailSettings, report: OutgoingReport, title: str, letter: str) -> str:
    """A hash over all that the receiver gets, as hexadecimal digits."""
    parts = (
        settings.sender, settings.sender_name, settings.reply_to or "", ",".join(settings.to),
        ",".join(settings.cc), title, letter, report.attachment_name,
        hashlib.sha256(report.attachment).hexdigest(),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()
