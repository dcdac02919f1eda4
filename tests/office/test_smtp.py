"""Sending, against servers on the loopback: aiosmtpd for the usual, scripted ones for the ill-mannered."""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from msgspec.structs import replace

from danvan_xl import wording
from danvan_xl.office.mail_settings import OPERATOR_CODES, MailError, MailSettings
from danvan_xl.office.outbox import compose, covering_text, draft, subject
from danvan_xl.office.smtp import Receipt, Refusal, secret_for, send
from tests.office.mail_helpers import (
    REPORT,
    SECRET,
    TO,
    USER,
    WHEN,
    WORKBOOK,
    Certificates,
    Inbox,
    free_port,
    header,
    mail_server,
    make_certificates,
    obedient,
    parsed,
    scripted_server,
    settings_for,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Requiring AUTH while not requiring TLS"  # aiosmtpd does not count implicit TLS
)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


def refusal_of(settings: MailSettings, secret: str | None = SECRET) -> MailError:
    """What `send` raises; neither its sentences nor its traceback may hold the secret, plain or encoded."""
    with pytest.raises(MailError) as caught:
        send(compose(settings, REPORT, WHEN), settings, secret)
    error = caught.value
    told = "".join(traceback.format_exception(error)) + error.say("vi") + error.say("en") + repr(error.details)
    if secret:
        assert secret not in told
        assert base64.b64encode(secret.encode()).decode() not in told
    assert all(error.say(lang).isprintable() for lang in wording.LANGS)
    assert error.exit_code == (2 if error.code in OPERATOR_CODES else 3)
    return error


@pytest.mark.parametrize("how", ["starttls", "tls"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_letter_arrives_whole_over_verified_tls(trusted: Certificates, how: str, host: str) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, how) as port:
        settings = settings_for(port, trusted.root, security=how, host=host)
        message = compose(settings, REPORT, WHEN)
        receipt = send(message, settings, SECRET)
    ((sender, recipients, content),) = inbox.letters
    assert inbox.encrypted == [True]
    assert (sender, recipients) == (USER, [*TO, "luu@gialoc.test"])
    assert content == message.as_bytes()
    assert receipt == Receipt(
        str(message["Message-ID"]), tuple(recipients), (), "2.0.0 OK queued as 7F3A", len(content)
    )
    arrived = parsed(content)
    body = arrived.get_body()
    assert body is not None
    assert header(content, "Subject") == subject(REPORT)
    assert body.get_content().replace("\r\n", "\n") == covering_text(REPORT)
    (attachment,) = arrived.iter_attachments()
    assert attachment.get_filename() == REPORT.attachment_name
    assert hashlib.sha256(attachment.get_content()).digest() == hashlib.sha256(WORKBOOK).digest()


def test_a_letter_sent_twice_can_be_told_and_is_no_draft(trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        settings = settings_for(port, trusted.root)
        opened = parsed(draft(settings, REPORT, WHEN))
        for message in (
            compose(settings, REPORT, WHEN),
            compose(settings, REPORT, WHEN.replace(day=21)),
            opened,
        ):
            send(message, settings, SECRET)
    assert opened["X-Unsent"] == "1"
    arrived = [parsed(content) for _, _, content in inbox.letters]
    assert len({item["Message-ID"] for item in arrived}) == 1
    assert not any(item["X-Unsent"] for item in arrived)


def test_lines_that_begin_with_a_dot_arrive(trusted: Certificates) -> None:
    inbox = Inbox()
    dotted = replace(REPORT, plan_title="." * 400)
    with mail_server(inbox, trusted, "starttls") as port:
        settings = settings_for(port, trusted.root)
        message = compose(settings, dotted, WHEN)
        send(message, settings, SECRET)
    assert b"\r\n." in message.as_bytes()
    assert inbox.letters[0][2] == message.as_bytes()


def test_one_refused_recipient_does_not_stop_the_others(trusted: Certificates) -> None:
    inbox = Inbox(refuses=(TO[1],))
    with mail_server(inbox, trusted, "starttls") as port:
        settings = settings_for(port, trusted.root)
        receipt = send(compose(settings, REPORT, WHEN), settings, SECRET)
    assert receipt.accepted == (TO[0], "luu@gialoc.test")
    assert receipt.refused == (Refusal(TO[1], 550, "5.1.1 no such mailbox  [31m here"),)
    assert inbox.letters[0][1] == list(receipt.accepted)
    served, refused = receipt.say()
    assert TO[0] in served
    assert TO[1] in refused
    assert "550" in refused


def test_all_recipients_refused_is_a_failure(trusted: Certificates) -> None:
    inbox = Inbox(refuses=(*TO, "luu@gialoc.test"))
    with mail_server(inbox, trusted, "tls") as port:
        error = refusal_of(settings_for(port, trusted.root, security="tls"))
    assert error.code == "recipients_refused"
    assert TO[1] in str(error)
    assert not inbox.letters


def test_a_wrong_password_is_refused(trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        error = refusal_of(settings_for(port, trusted.root), "sai-mat-khau")
    assert error.code == "auth_failed"
    assert "535" in str(error)
    assert not inbox.letters


def test_a_letter_above_the_size_limit_is_told_before_sending(trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls", data_size_limit=5000) as port:
        error = refusal_of(settings_for(port, trusted.root))
    assert error.code == "too_large"
    assert "5000" in str(error)
    assert not inbox.letters


def test_a_server_without_starttls_gets_nothing(trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, None, "plain") as port:
        error = refusal_of(settings_for(port, trusted.root))
    assert error.code == "no_starttls"
    assert not inbox.letters


@pytest.mark.parametrize("how", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("theirs", "code"),
    [
        (("localhost", -1, True), "certificate_expired"),
        (("mail.khac.test", 30, True), "certificate_host"),
        (("localhost", 30, False), "certificate"),
    ],
)
def test_a_certificate_that_is_not_right_is_refused(
    tmp_path: Path, trusted: Certificates, how: str, theirs: tuple[str, int, bool], code: str
) -> None:
    name, days, known = theirs
    shown = make_certificates(tmp_path / "theirs", name, days=days)
    inbox = Inbox()
    with mail_server(inbox, shown, how) as port:
        error = refusal_of(settings_for(port, (shown if known else trusted).root, security=how))
    assert error.code == code
    assert not inbox.letters


def test_without_a_root_of_its_own_the_system_decides(trusted: Certificates) -> None:
    with mail_server(Inbox(), trusted, "tls") as port:
        assert refusal_of(settings_for(port, None, security="tls")).code == "certificate"


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_silent_server_is_given_up(trusted: Certificates, how: str) -> None:
    release = threading.Event()

    def silent(hears: BinaryIO, says: BinaryIO) -> None:
        release.wait(10)

    with scripted_server(silent) as port:
        error = refusal_of(settings_for(port, trusted.root, security=how, timeout=0.3))
        release.set()
    assert error.code == "timeout"
    assert "0.3" in str(error)


@pytest.mark.parametrize("verb", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_server_that_falls_silent_midway_is_given_up(trusted: Certificates, verb: bytes) -> None:
    release = threading.Event()
    talk = obedient({}, stop=verb, wait=release)
    with scripted_server(talk, trusted.server_context()) as port:
        error = refusal_of(settings_for(port, trusted.root, security="tls", user=None, timeout=0.5), secret=None)
        release.set()
    assert error.code == "timeout"


@pytest.mark.parametrize(
    ("answers", "stop", "code"),
    [
        ({b"": b"554 5.7.1 not you\r\n"}, None, "server_refused"),
        ({b"": b"hello?\r\n"}, None, "server_refused"),
        ({b"MAIL": b"553 not your address\r\n"}, None, "sender_refused"),
        ({b"RCPT": b"421 closing\r\n"}, None, "server_refused"),
        ({b"RCPT": b"451 later\r\n"}, None, "recipients_refused"),
        ({b"DATA": b"452 disk full\r\n"}, None, "message_refused"),
        ({b".": b"552 5.3.4 attachment not allowed\r\n"}, None, "message_refused"),
        ({}, b"EHLO", "broken_off"),
        ({}, b"MAIL", "broken_off"),
        ({}, b"DATA", "broken_off"),
        ({}, b".", "uncertain"),
    ],
)
def test_a_server_that_says_no_or_hangs_up_is_told_by_where_it_did(
    trusted: Certificates, answers: dict[bytes, bytes], stop: bytes | None, code: str
) -> None:
    with scripted_server(obedient(answers, stop=stop), trusted.server_context()) as port:
        error = refusal_of(settings_for(port, trusted.root, security="tls", user=None), secret=None)
    assert error.code == code
    assert error.exit_code == 3


def test_silence_after_the_last_byte_is_uncertain_and_names_the_message_id(trusted: Certificates) -> None:
    release = threading.Event()
    with scripted_server(obedient({}, stop=b".", wait=release), trusted.server_context()) as port:
        settings = settings_for(port, trusted.root, security="tls", user=None, timeout=0.5)
        error = refusal_of(settings, secret=None)
        release.set()
    assert error.code == "uncertain"
    assert str(compose(settings, REPORT, WHEN)["Message-ID"]) in str(error)


@pytest.mark.parametrize("farewell", [b"500 no\r\n", b"\xff\xfe\r\n"])
def test_a_rude_farewell_does_not_undo_a_sent_letter(trusted: Certificates, farewell: bytes) -> None:
    with scripted_server(obedient({b"QUIT": farewell}), trusted.server_context()) as port:
        settings = settings_for(port, trusted.root, security="tls", user=None)
        assert send(compose(settings, REPORT, WHEN), settings, None).reply == "taken"


def test_a_server_without_login_is_told(trusted: Certificates) -> None:
    with scripted_server(obedient({}), trusted.server_context()) as port:
        assert refusal_of(settings_for(port, trusted.root, security="tls")).code == "auth_not_offered"


def test_a_server_that_echoes_the_secret_is_not_quoted(trusted: Certificates) -> None:
    echo = f"535 you said {SECRET}\r\n".encode()
    talk = obedient({b"EHLO": b"250-test\r\n250 AUTH PLAIN\r\n", b"AUTH": echo})
    with scripted_server(talk, trusted.server_context()) as port:
        assert refusal_of(settings_for(port, trusted.root, security="tls")).code == "auth_failed"


def test_implicit_tls_against_a_plain_port_is_told(trusted: Certificates) -> None:
    with mail_server(Inbox(), None, "plain") as port:
        assert refusal_of(settings_for(port, trusted.root, security="tls")).code == "tls"


def test_nobody_listening_and_no_such_host_are_told(trusted: Certificates) -> None:
    assert refusal_of(settings_for(free_port(), trusted.root)).code == "connection"
    assert refusal_of(settings_for(host="khong-co.invalid")).code == "unknown_host"
    assert refusal_of(settings_for(host="a" * 70 + ".test")).code == "unknown_host"


@pytest.mark.parametrize(
    ("change", "secret", "code"),
    [
        ({"host": None}, SECRET, "no_host"),
        ({}, None, "secret_missing"),
        ({}, "", "secret_missing"),
        ({"user": None}, SECRET, "no_user"),
        ({}, "mật-khẩu-có-dấu", "secret_letters"),
        ({}, "hai\r\ndòng", "secret_letters"),
        ({"user": "cán-bộ"}, SECRET, "secret_letters"),
        ({"ca_file": Path("khong-co.pem")}, SECRET, "ca_file"),
        ({"ca_file": Path(__file__)}, SECRET, "ca_file"),
    ],
)
def test_what_can_be_known_beforehand_is_told_before_the_network(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, object], secret: str | None, code: str
) -> None:
    monkeypatch.setattr("smtplib.SMTP.__init__", lambda *a, **k: pytest.fail("the network was touched"))
    assert refusal_of(settings_for(**change), secret).code == code  # type: ignore[arg-type]


def test_confidential_documents_are_not_sent() -> None:
    message = compose(settings_for(), REPORT, WHEN)
    with pytest.raises(MailError) as caught:
        send(message, settings_for(confidential=True), SECRET)
    assert caught.value.code == "confidential"


def test_the_context_verifies_and_is_modern(monkeypatch: pytest.MonkeyPatch, trusted: Certificates) -> None:
    seen: list[ssl.SSLContext] = []

    def connect(*args: object, context: ssl.SSLContext, **rest: object) -> None:
        seen.append(context)
        raise ConnectionRefusedError(111, "no")

    monkeypatch.setattr("smtplib.SMTP_SSL", connect)
    assert refusal_of(settings_for(security="tls", ca_file=trusted.root)).code == "connection"
    assert seen[0].check_hostname
    assert seen[0].verify_mode is ssl.CERT_REQUIRED
    assert seen[0].minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_secret_comes_from_the_environment_first() -> None:
    settings = settings_for(secret_env="MAIL_X", keyring_service="danvan-xl")
    assert secret_for(settings, {"MAIL_X": SECRET, "DANVAN_SMTP_PASSWORD": "no"}) == SECRET
    assert secret_for(settings_for(), {"MAIL_X": SECRET}) is None
    assert secret_for(settings_for(), {"DANVAN_SMTP_PASSWORD": ""}) is None


def _keyring_answers(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str, str], str | None]) -> None:
    monkeypatch.setattr("keyring.get_password", answer)


def test_the_secret_comes_from_the_keyring_next(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("danvan-xl", USER): SECRET}
    _keyring_answers(monkeypatch, lambda service, user: kept.get((service, user)))
    assert secret_for(settings_for(keyring_service="danvan-xl"), {}) == SECRET
    assert secret_for(settings_for(keyring_service="khac"), {}) is None
    assert secret_for(settings_for(keyring_service="danvan-xl", user=None), {}) is None


def test_a_keyring_that_fails_or_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.errors import NoKeyringError

    def locked(service: str, user: str) -> str | None:
        raise NoKeyringError

    settings = settings_for(keyring_service="danvan-xl")
    _keyring_answers(monkeypatch, locked)
    with pytest.raises(MailError) as caught:
        secret_for(settings, {})
    assert (caught.value.code, caught.value.exit_code) == ("keyring_failed", 3)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MailError) as caught:
        secret_for(settings, {})
    assert (caught.value.code, caught.value.exit_code) == ("keyring_missing", 2)
    assert "DANVAN_SMTP_PASSWORD" in str(caught.value)


def test_every_error_code_has_words_and_every_word_a_code() -> None:
    sources = Path(wording.__file__).parents[1] / "office"
    code = "".join((sources / f"{name}.py").read_text(encoding="utf-8") for name in ("mail_settings", "outbox", "smtp"))
    made_of = r'MailError\(\s*"(\w+)"'
    used = set(re.findall(made_of, code)) | set(re.findall(r'"(certificate\w*)"', code))
    spoken = {key.removeprefix("error_") for key in wording._load("texts", "mail") if key.startswith("error_")}
    assert used == spoken
    assert spoken >= OPERATOR_CODES
