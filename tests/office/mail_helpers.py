"""What the mail tests share: a report, settings, a certificate authority of their own, a scripted server."""

from __future__ import annotations

import datetime as dt
import email
import ipaddress
import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, BinaryIO, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from danvan_xl.office.mail_settings import MailSettings
from danvan_xl.office.outbox import Contact, OutgoingReport
from danvan_xl.office.workspace import REGISTER
from tests.support.demo import RECEIVED, demo

WHEN = dt.datetime(2026, 6, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
SECRET = "bi-mat.0905=x"
USER = "danvan@gialoc.test"
TO = ("vanthu@soc.test", "tonghop@soc.test")
COPY = "luu@gialoc.test"
WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 40 + b"\r\n.\r\n..\n"

REPORT = OutgoingReport(
    issuing_body="Ủy ban nhân dân xã Gia Lộc",
    plan_number="157/KH-UBND",
    plan_title="Thực hiện Nghị quyết về nâng cao chất lượng công tác dân vận của Chính quyền",
    period_label="6 tháng đầu năm 2026",
    recipients=("Sở Nội vụ thành phố Hải Phòng",),
    figures=(("Dòng nhiệm vụ đã giao", "90"), ("Đã trả lời", "61"), ("Hoàn thành", "37")),
    missing_units=("Công an xã", "Ban Chỉ huy Quân sự xã"),
    attachment_name="TongHop_157-KH-UBND_2026-H1.xlsx",
    attachment=WORKBOOK,
    contact=Contact("Nguyễn Thị Lan", "Phòng Văn hóa - Xã hội", "0220 3 000 000", "lan@gialoc.test"),
)


def settings_for(port: int = 587, ca_file: Path | None = None, **changes: object) -> MailSettings:
    given: dict[str, object] = {
        "sender": USER, "to": TO,
        "sender_name": "Phòng Văn hóa - Xã hội, Ủy ban nhân dân xã Gia Lộc, thành phố Hải Phòng",
        "cc": (COPY,), "host": "localhost", "port": port, "user": USER,
        "ca_file": ca_file, "timeout": 5.0,
    }  # fmt: skip
    return MailSettings(**(given | changes))  # type: ignore[arg-type]


def office_with_workbook(root: Path) -> Path:
    """A workspace with a consolidated workbook and no mail sent yet, whose one received file is quick to read."""
    shutil.copytree(demo(), root)
    (root / REGISTER).unlink()
    for path in sorted((root / RECEIVED).iterdir())[1:]:
        path.unlink()
    return root


def connect(root: Path, certificates: Certificates, port: int, *, login: bool = True) -> None:
    """Write the mail server into a workspace's ``danvan.toml``: STARTTLS with login, or TLS without."""
    words = (root / "danvan.toml").read_text(encoding="utf-8").partition("\n[mail]\n")[0]
    lines = [
        "[mail]", f'from = "{USER}"', f'to = ["{TO[0]}", "{TO[1]}"]', f'cc = ["{COPY}"]', 'host = "localhost"',
        f"port = {port}", f'security = "{"starttls" if login else "tls"}"', f"ca_file = '{certificates.root}'",
        "timeout = 5", *([f'user = "{USER}"'] if login else []),
    ]  # fmt: skip
    (root / "danvan.toml").write_text("\n".join([words, *lines, ""]), encoding="utf-8")


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=default)


def header(content: bytes, name: str) -> str:
    """A header's text by RFC 2047 (the new parser of Python 3.11 leaves spaces between encoded words)."""
    return str(make_header(decode_header(email.message_from_bytes(content)[name])))


@dataclass(frozen=True)
class Certificates:
    """A certificate authority in files: ``root``, and a server's chain and key."""

    root: Path
    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def make_certificates(folder: Path, name: str = "localhost", *, days: int = 30) -> Certificates:
    """A root and a server certificate for ``name`` (localhost: for 127.0.0.1 too) that ends in ``days``."""
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "danvan-xl test root")])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))

    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())

    def begin(subject: x509.Name, public: ec.EllipticCurvePublicKey, end: int) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(root_name).public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=60)).not_valid_after(now + dt.timedelta(days=end))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(signer, critical=False)
        )  # fmt: skip

    def usage(*, signs: bool) -> x509.KeyUsage:
        return x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)

    root = (
        begin(root_name, root_key.public_key(), 90)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    made = Certificates(folder / "root.pem", folder / "chain.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    made.root.write_bytes(root.public_bytes(pem))
    made.chain.write_bytes(leaf.public_bytes(pem))
    made.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Inbox:
    """An aiosmtpd handler that keeps what it gets and refuses the addresses in ``refuses``."""

    def __init__(self, refuses: tuple[str, ...] = ()) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.encrypted: list[bool] = []
        self.refuses = refuses

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such mailbox \x1b[31m here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.mail_from or "", envelope.rcpt_tos, envelope.content))
        self.encrypted.append(session.ssl is not None or getattr(server, "_over_ssl", False))
        return "250 2.0.0 OK queued as 7F3A"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    right = data.login == USER.encode() and data.password == SECRET.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(inbox: Inbox, certificates: Certificates | None, how: str, **options: Any) -> Iterator[int]:
    port = free_port()
    context = certificates.server_context() if certificates else None
    tls: dict[str, dict[str, Any]] = {
        "tls": {"ssl_context": context, "auth_require_tls": False},
        "starttls": {"tls_context": context, "require_starttls": True},
    }
    auth: dict[str, Any] = {"authenticator": _authenticate, "auth_required": True} if certificates else {}
    controller = Controller(inbox, "127.0.0.1", port, **tls.get(how, {}), **(auth | options))
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


Talk = Callable[[BinaryIO, BinaryIO], None]


@contextmanager
def scripted_server(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server for one connection that says what ``talk`` says and then hangs up; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                plain, _ = server.accept()
                with plain, context.wrap_socket(plain, server_side=True) if context else plain as talking:
                    talk(cast(BinaryIO, talking.makefile("rb")), cast(BinaryIO, talking.makefile("wb", 0)))
            except OSError:
                pass  # the client hung up first: that is the case under test

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
    thread.join(10)


def obedient(answers: dict[bytes, bytes], *, stop: bytes | None = None, wait: threading.Event | None = None) -> Talk:
    """Answers each verb by ``answers`` (250 otherwise); at ``stop`` it waits for ``wait`` and hangs up."""

    def talk(hears: BinaryIO, says: BinaryIO) -> None:
        says.write(answers.get(b"", b"220 test\r\n"))
        for line in hears:
            verb = line[:4].upper().strip()
            if verb == stop:
                break
            says.write(answers.get(verb, b"354 go\r\n" if verb == b"DATA" else b"250 ok\r\n"))
            if verb == b"DATA" and b"DATA" not in answers:
                while (line := hears.readline()) not in (b".\r\n", b""):
                    pass
                if stop == b".":
                    break
                says.write(answers.get(b".", b"250 taken\r\n"))
        if wait is not None:
            wait.wait(10)

    return talk
