"""Hand a message to the office's mail server: TLS is always verified, each refusal is reported in a sentence.

Every failure of the machine or the server becomes a `MailError`. The secret goes to the server's login and nowhere
else: into no sentence, no exception, no chained traceback (hence ``from None``), no log.
"""

from __future__ import annotations

import copy
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP

from msgspec import Struct

from danvan_xl.office.mail_settings import MailError, MailSettings
from danvan_xl.wording import Lang, text

LOCAL_NAME = "[127.0.0.1]"  # said in EHLO: this computer's own name is nobody's business and may have accents
CERTIFICATE_CODES = {10: "certificate_expired", 62: "certificate_host", 64: "certificate_host"}
"""OpenSSL's X509_V_ERR_* (expired, other name, other address) → our code; all others: ``certificate``."""

_FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]+")


class Refusal(Struct, frozen=True):
    """A recipient that the server does not take, with the server's status and words."""

    address: str
    status: int
    reply: str

    def say(self, lang: Lang = "vi") -> str:
        """The sentence for the user."""
        return text("mail", "refused", lang, address=self.address, status=self.status, reply=self.reply)


class Receipt(Struct, frozen=True):
    """What the server took: for whom, under which Message-ID, its own words (often with its queue number)."""

    message_id: str
    accepted: tuple[str, ...]
    refused: tuple[Refusal, ...]
    reply: str
    size: int

    def say(self, lang: Lang = "vi") -> tuple[str, ...]:
        """The sentences for the user: who gets the mail, then each refusal."""
        served = text("mail", "sent", lang, accepted=", ".join(self.accepted))
        return (served, *(refusal.say(lang) for refusal in self.refused))


def secret_for(settings: MailSettings, environ: Mapping[str, str] | None = None) -> str | None:
    """The password for ``settings.user``: from the environment, else from the system's keyring, else None.

    Raises:
        MailError: ``keyring_missing`` where the settings name a keyring and the extra is not installed,
            ``keyring_failed`` where the keyring can't be opened.
    """
    secret = (os.environ if environ is None else environ).get(settings.secret_env)
    if secret or not (settings.keyring_service and settings.user):
        return secret or None
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise MailError("keyring_missing", env=settings.secret_env) from None
    try:
        found: str | None = keyring.get_password(settings.keyring_service, settings.user)
    except KeyringError:
        raise MailError("keyring_failed", service=settings.keyring_service, env=settings.secret_env) from None
    return found or None


def send(message: EmailMessage, settings: MailSettings, secret: str | None) -> Receipt:
    """Send what `danvan_xl.office.outbox.compose` made with the same settings, to all of ``to`` and ``cc``.

    A server that takes some recipients and refuses others is not an error: the receipt names them. With ``user`` unset
    there is no login (a server that serves the office's own network).

    Raises:
        MailError: nothing was sent, except with the code ``uncertain``.
    """
    settings.refuse_confidential()
    context = _checked(settings, secret)
    outgoing = copy.copy(message)
    del outgoing["X-Unsent"]
    session = _Session(settings, str(outgoing["Message-ID"]))
    try:
        return session.run(outgoing.as_bytes(policy=SMTP), context, secret)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise session.explained(error) from None
    finally:
        session.close()


def _checked(settings: MailSettings, secret: str | None) -> ssl.SSLContext:
    """The TLS context, once everything that needs no network has been checked."""
    if not settings.host:
        raise MailError("no_host")
    if not settings.sender or not settings.to:
        raise MailError("settings_missing", keys="from, to")
    if settings.user and not secret:
        raise MailError("secret_missing", user=settings.user, env=settings.secret_env)
    if secret and not settings.user:
        raise MailError("no_user")
    if not all(char.isascii() and char.isprintable() for char in f"{settings.user}{secret}"):
        raise MailError("secret_letters")
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError:  # also a file that holds no certificate
        raise MailError("ca_file", path=settings.ca_file) from None


def _printable(reply: bytes | str) -> str:
    """A server's words, fit for a terminal: one line, no control characters, of limited length."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _UNPRINTABLE.sub(" ", words).strip()[:200]


def _system_words(error: BaseException | None) -> str:
    return _printable(getattr(error, "strerror", None) or type(error).__name__) if error else "EOF"


class _Session:
    """One conversation with the server; it knows how far it got, so that errors are reported correctly."""

    def __init__(self, settings: MailSettings, message_id: str) -> None:
        self.settings = settings
        self.message_id = message_id
        self.client: smtplib.SMTP | None = None
        self.handed_over = False

    def run(self, payload: bytes, context: ssl.SSLContext, secret: str | None) -> Receipt:
        client = self.client = self._connected(context)
        if self.settings.user and secret:
            client.login(self.settings.user, secret)
        self._check_size(client, len(payload))
        accepted, refused = self._envelope(client, len(payload))
        reply = self._data(client, payload)
        with suppress(smtplib.SMTPException, OSError):  # the letter is taken, whatever happens now
            client.quit()
        return Receipt(self.message_id, accepted, refused, reply, len(payload))

    def close(self) -> None:
        if self.client is not None:
            self.client.close()

    def _connected(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port, timeout = self.settings.host or "", self.settings.port, self.settings.timeout
        if self.settings.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, LOCAL_NAME, timeout=timeout, context=context)
        else:
            client = self.client = smtplib.SMTP(host, port, LOCAL_NAME, timeout=timeout)
            client.ehlo_or_helo_if_needed()
            if not client.has_extn("starttls"):
                raise MailError("no_starttls", host=host, port=port)
            client.starttls(context=context)
        self.client = client
        client.ehlo_or_helo_if_needed()
        return client

    def _check_size(self, client: smtplib.SMTP, size: int) -> None:
        said = client.esmtp_features.get("size", "")
        limit = int(said) if said.isdecimal() else 0  # 0 and nothing: the server names no limit (RFC 1870, 4)
        if limit and size > limit:
            raise MailError("too_large", size=size, limit=limit)

    def _envelope(self, client: smtplib.SMTP, size: int) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
        sender = self.settings.sender
        status, reply = client.mail(sender, [f"size={size}"] if client.has_extn("size") else [])
        if status != 250:
            raise MailError("sender_refused", address=sender, status=status, reply=_printable(reply))
        accepted: list[str] = []
        refused: list[Refusal] = []
        for address in dict.fromkeys((*self.settings.to, *self.settings.cc)):
            status, reply = client.rcpt(address)
            if status in (250, 251):
                accepted.append(address)
            else:
                refused.append(Refusal(address, status, _printable(reply)))
            if status == 421:  # the server is going away: none of the recipients is served
                raise smtplib.SMTPResponseException(status, reply)
        if not accepted:
            words = "; ".join(f"{item.address}: {item.status} {item.reply}" for item in refused)
            raise MailError("recipients_refused", refusals=words)
        return tuple(accepted), tuple(refused)

    def _data(self, client: smtplib.SMTP, payload: bytes) -> str:
        """DATA by hand, since after the last byte a lost connection means "perhaps", and before it "no"."""
        status, reply = client.docmd("DATA")
        if status == 354:
            client.send(_FIRST_DOT.sub(b"..", payload) + (b"" if payload.endswith(b"\r\n") else b"\r\n"))
            client.send(b".\r\n")
            self.handed_over = True
            status, reply = client.getreply()
        if status != 250:
            raise MailError("message_refused", status=status, reply=_printable(reply))
        return _printable(reply)

    def explained(self, error: Exception) -> MailError:
        """The MailError for what smtplib, ssl or the socket raised."""
        where = {"host": self.settings.host, "port": self.settings.port}
        if self.handed_over:
            return MailError("uncertain", id=self.message_id, **where)
        if isinstance(error, ssl.SSLCertVerificationError):
            code = CERTIFICATE_CODES.get(error.verify_code, "certificate")
            return MailError(code, detail=_printable(error.verify_message), **where)
        if isinstance(error, smtplib.SMTPAuthenticationError):  # its words may echo what was typed
            return MailError("auth_failed", user=self.settings.user, status=error.smtp_code)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            cause = error.__context__  # what the socket said
            if isinstance(cause, TimeoutError):
                return MailError("timeout", seconds=f"{self.settings.timeout:g}", **where)
            return MailError("broken_off", detail=_system_words(cause), **where)
        if isinstance(error, smtplib.SMTPResponseException):
            words = _printable(error.smtp_error)
            return MailError("server_refused", status=error.smtp_code, reply=words, **where)
        if isinstance(error, smtplib.SMTPException):  # login: nothing to choose from
            return MailError("auth_not_offered", **where)
        return self._network(error, where)

    def _network(self, error: Exception, where: Mapping[str, object]) -> MailError:
        if isinstance(error, socket.gaierror | UnicodeError):  # UnicodeError: no name that DNS can hold
            return MailError("unknown_host", **where)
        if isinstance(error, TimeoutError):
            return MailError("timeout", seconds=f"{self.settings.timeout:g}", **where)
        if isinstance(error, ssl.SSLError):
            return MailError("tls", detail=_printable(error.reason or "SSL"), **where)
        return MailError("connection", detail=_system_words(error), **where)
