"""The ``[mail]`` table of ``danvan.toml`` as a value, and the one error that mail raises.

There is no setting for a password, and none for a connection without TLS: the secret comes from the environment or the
system's keyring (`danvan_xl.office.smtp.secret_for`), and TLS is always verified, on loopback too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar, cast

from msgspec import Struct

from danvan_xl import wording
from danvan_xl.wording import Lang

Security = Literal["starttls", "tls"]
PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465}
DEFAULT_SECRET_ENV = "DANVAN_SMTP_PASSWORD"  # noqa: S105  # the name of a variable, not a secret
DEFAULT_TIMEOUT = 30.0

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

OPERATOR_CODES = frozenset({
    "confidential", "settings_missing", "settings_unknown", "settings_secret", "settings_value",
    "bad_value", "attachment_name", "attachment_empty", "no_host", "no_user", "ca_file", "secret_missing",
    "secret_letters", "keyring_missing",
})  # fmt: skip
"""Faults of the command or the workspace: nothing was tried (exit code 2). All others are the machine's (3)."""


class MailError(Exception):
    """Mail could not be drafted or sent. ``error_<code>`` of ``wording/texts/mail.toml`` says why.

    ``args`` never hold the secret. ``str()`` is the sentence in Vietnamese, `say` the one in ``lang``.
    """

    def __init__(self, code: str, **args: object) -> None:
        self.code = code
        self.details = args
        super().__init__(self.say())

    def say(self, lang: Lang = "vi") -> str:
        """The sentence for the user."""
        return wording.text("mail", f"error_{self.code}", lang, **self.details)

    @property
    def exit_code(self) -> int:
        """2: the command or the workspace is wrong; 3: the machine or the mail server said no."""
        return 2 if self.code in OPERATOR_CODES else 3


class MailSettings(Struct, frozen=True):
    """Who sends to whom by which server. ``host`` and ``user`` may be missing where only drafts are made.

    ``timeout``: seconds for each answer of the server. ``confidential``: nothing is drafted or sent.
    """

    sender: str = ""
    sender_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    reply_to: str | None = None
    host: str | None = None
    port: int = PORTS["starttls"]
    security: Security = "starttls"
    user: str | None = None
    ca_file: Path | None = None
    timeout: float = DEFAULT_TIMEOUT
    secret_env: str = DEFAULT_SECRET_ENV
    keyring_service: str | None = None
    confidential: bool = False

    def refuse_confidential(self) -> None:
        """Raise MailError ``confidential`` where the workspace says that its documents are secret."""
        if self.confidential:
            raise MailError("confidential")


Kind = TypeVar("Kind")

TEXT_KEYS = (
    "from", "from_name", "reply_to", "host", "security", "user", "ca_file", "secret_env", "keyring_service",
)  # fmt: skip
KEYS = (*TEXT_KEYS, "to", "cc", "port", "timeout", "confidential")
SECRET_WORDS = ("password", "passwd", "pass", "secret", "token", "mat_khau", "matkhau")


def plain(name: str, value: str) -> str:
    """``value`` itself, where it is one line of text without control characters, fit for a header.

    Raises:
        MailError: ``bad_value`` for a line break, a control character or half a surrogate pair.
    """
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in value):
        raise MailError("bad_value", name=name, found=ascii(value[:80]))
    return value


def mail_settings_from_mapping(table: Mapping[str, object], base: Path | None = None) -> MailSettings:
    """The settings in the ``[mail]`` table; ``rules/schemas/mail.schema.json`` describes it.

    ``base`` is the workspace's folder, from which a relative ``ca_file`` is resolved.

    Raises:
        MailError: ``settings_missing``, ``settings_unknown``, ``settings_secret`` or ``settings_value``.
    """
    _known(table)
    confidential = _typed(table, "confidential", bool, False)
    texts = {key: _text(table, key) for key in TEXT_KEYS}
    to, cc = _addresses(table, "to"), _addresses(table, "cc")
    if not confidential and not (texts["from"] and to):
        raise MailError("settings_missing", keys="from, to")
    security = texts["security"] or "starttls"
    if security not in PORTS:
        raise _wrong("security", security, "starttls, tls")
    ca_file = texts["ca_file"]
    secret_env = _matched("secret_env", texts["secret_env"], _ENV_NAME, DEFAULT_SECRET_ENV)
    return MailSettings(
        sender=_address("from", texts["from"]) or "",
        sender_name=texts["from_name"] or "",
        to=to,
        cc=cc,
        reply_to=_address("reply_to", texts["reply_to"]),
        host=_matched("host", texts["host"], _HOST, "mail.example.gov.vn"),
        port=_port(table, PORTS[security]),
        security=cast(Security, security),
        user=texts["user"],
        ca_file=None if ca_file is None else (base or Path()) / ca_file,
        timeout=_timeout(table),
        secret_env=secret_env or DEFAULT_SECRET_ENV,
        keyring_service=texts["keyring_service"],
        confidential=confidential,
    )


def _known(table: Mapping[str, object]) -> None:
    for key in table:
        if key.lower() in SECRET_WORDS:
            raise MailError("settings_secret", name=key)
        if key not in KEYS:
            raise MailError("settings_unknown", name=key, known=", ".join(sorted(KEYS)))


def _wrong(key: str, found: object, wanted: str) -> MailError:
    return MailError("settings_value", name=key, found=ascii(found)[:80], wanted=wanted)


def _typed(table: Mapping[str, object], key: str, kind: type[Kind], default: Kind) -> Kind:
    value = table.get(key, default)
    if not isinstance(value, kind):
        raise _wrong(key, value, kind.__name__)
    return value


def _text(table: Mapping[str, object], key: str) -> str | None:
    return plain(key, _typed(table, key, str, "")).strip() or None


def _matched(key: str, value: str | None, pattern: re.Pattern[str], example: str) -> str | None:
    if value is not None and not pattern.fullmatch(value):
        raise _wrong(key, value, example)
    return value


def _address(key: str, value: str | None) -> str | None:
    if value is not None and len(value) > 254:
        raise _wrong(key, value, "≤ 254")
    return _matched(key, value, _ADDRESS, "van-thu@example.gov.vn")


def _addresses(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    found: list[str] = []
    for value in _typed(table, key, list, []):
        address = _address(key, value if isinstance(value, str) else repr(value))
        if address and address not in found:
            found.append(address)
    return tuple(found)


def _port(table: Mapping[str, object], default: int) -> int:
    port = table.get("port", default)
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise _wrong("port", port, "1-65535")
    return port


def _timeout(table: Mapping[str, object]) -> float:
    timeout = table.get("timeout", DEFAULT_TIMEOUT)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 1 <= timeout <= 600:
        raise _wrong("timeout", timeout, "1-600")
    return float(timeout)
