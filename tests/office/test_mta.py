"""Sending to a real mail transfer agent, Exim as Debian packages it, which delivers into a maildir."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.office.mail_settings import MailError
from danvan_xl.office.outbox import compose, covering_text, subject
from danvan_xl.office.smtp import send
from tests.office.mail_helpers import (
    REPORT,
    SECRET,
    TO,
    USER,
    WHEN,
    WORKBOOK,
    Certificates,
    connect,
    header,
    make_certificates,
    office_with_workbook,
    parsed,
    settings_for,
)
from tests.support.program import run
from tests.support.programs import needed

pytestmark = pytest.mark.mta

CONFIG = """
primary_hostname = mta.test
exim_user = {account}
exim_group = {group}
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
message_size_limit = 1M
deliver_drop_privilege = true
local_from_check = false
untrusted_set_sender = *
keep_environment =
tls_advertise_hosts = *
tls_certificate = {folder}/pki/chain.pem
tls_privatekey = {folder}/pki/key.pem
acl_smtp_rcpt = recipient

begin acl
recipient:
  deny message = authentication required
       !authenticated = *
  deny message = no such mailbox here
       !recipients = vanthu@soc.test : tonghop@soc.test
  accept

begin routers
all:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {folder}/maildir
  envelope_to_add
  return_path_add
  batch_max = 100

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{secret}}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """Exim, one process a connection, as this user (as nobody where the tests run as root).

    Only root may let Exim listen, or give it a network socket as its standard input; so a listener here
    passes each connection on, byte by byte, through a socket pair.
    """

    def __init__(self, program: str, folder: Path, how: str) -> None:
        self.folder = folder
        self._command = [program, "-C", str(folder / "exim.conf"), "-bs"]
        if how == "tls":
            self._command.append("-tls-on-connect")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._processes: list[subprocess.Popen[bytes]] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                outside, _ = self._listener.accept()
            except OSError:
                return
            inside, theirs = socket.socketpair()
            with theirs:
                user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
                self._processes.append(
                    subprocess.Popen(self._command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, **user)  # type: ignore[call-overload]
                )
            pumps = [
                threading.Thread(target=_pump, args=pair, daemon=True)
                for pair in ((outside, inside), (inside, outside))
            ]
            for pump in pumps:
                pump.start()
            for pump in pumps:
                pump.join(30)
            outside.close()
            inside.close()

    def close(self) -> None:
        self._listener.close()
        for process in self._processes:
            process.wait(10)

    def delivered(self, count: int) -> list[bytes]:
        """The letters in the maildir, once there are ``count`` of them: Exim answers, then delivers."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            letters = sorted((self.folder / "maildir" / "new").glob("*"))
            if len(letters) >= count:
                return [path.read_bytes() for path in letters]
            time.sleep(0.05)
        logs = "".join(path.read_text() for path in self.folder.glob("*log"))
        pytest.fail(f"Exim did not deliver; its logs:\n{logs}")


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two hung up


@pytest.fixture(params=["starttls", "tls"])
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pki(exim: Exim) -> Certificates:
    folder = exim.folder / "pki"
    return Certificates(folder / "root.pem", folder / "chain.pem", folder / "key.pem")


@pytest.fixture
def exim(how: str) -> Iterator[Exim]:
    program = needed("exim4")
    with tempfile.TemporaryDirectory(prefix="danvan-exim-") as name:
        folder = Path(name)
        make_certificates(folder / "pki")
        for inner in ("spool", "maildir"):
            (folder / inner).mkdir()
        account, group = ("nobody", "nogroup") if os.getuid() == 0 else (os.getuid(), os.getgid())
        config = CONFIG.format(folder=folder, account=account, group=group, user=USER, secret=SECRET)
        (folder / "exim.conf").write_text(config, encoding="utf-8")
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, "nobody", "nogroup")
        server = Exim(program, folder, how)
        try:
            yield server
        finally:
            server.close()


def test_exim_delivers_the_letter_whole(exim: Exim, pki: Certificates, how: str) -> None:
    settings = settings_for(exim.port, pki.root, security=how, cc=())
    message = compose(settings, REPORT, WHEN)
    receipt = send(message, settings, SECRET)
    assert receipt.accepted == TO
    assert receipt.refused == ()
    assert receipt.reply.startswith("OK id=")
    (content,) = exim.delivered(1)
    arrived = parsed(content)
    assert arrived["Return-path"] == f"<{USER}>"
    assert {item.strip() for item in arrived["Envelope-to"].split(",")} == set(TO)
    assert "TLS1." in arrived["Received"] or "TLS1_" in arrived["Received"]
    assert arrived["Message-ID"] == message["Message-ID"]
    assert header(content, "Subject") == subject(REPORT)
    assert header(content, "From") == f"{settings.sender_name} <{USER}>"
    body = arrived.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == covering_text(REPORT)
    (attachment,) = arrived.iter_attachments()
    assert attachment.get_filename() == REPORT.attachment_name
    assert hashlib.sha256(attachment.get_content()).digest() == hashlib.sha256(WORKBOOK).digest()


def test_exim_refuses_one_recipient_and_serves_the_others(exim: Exim, pki: Certificates, how: str) -> None:
    settings = settings_for(exim.port, pki.root, security=how)
    receipt = send(compose(settings, REPORT, WHEN), settings, SECRET)
    assert receipt.accepted == TO
    (refusal,) = receipt.refused
    assert (refusal.address, refusal.status) == ("luu@gialoc.test", 550)
    assert "no such mailbox here" in refusal.reply
    assert len(exim.delivered(1)) == 1


def test_exim_refuses_a_wrong_password(exim: Exim, pki: Certificates, how: str) -> None:
    settings = settings_for(exim.port, pki.root, security=how)
    with pytest.raises(MailError) as caught:
        send(compose(settings, REPORT, WHEN), settings, "sai")
    assert caught.value.code == "auth_failed"


def test_exim_names_its_limit_and_gets_nothing_above_it(exim: Exim, pki: Certificates, how: str) -> None:
    settings = settings_for(exim.port, pki.root, security=how)
    large = replace(REPORT, attachment=b"PK" + bytes(1_200_000))
    with pytest.raises(MailError) as caught:
        send(compose(settings, large, WHEN), settings, SECRET)
    assert caught.value.code == "too_large"
    assert "1048576" in str(caught.value)


def test_a_strange_root_is_not_trusted(exim: Exim, how: str, tmp_path: Path) -> None:
    settings = settings_for(exim.port, make_certificates(tmp_path / "other").root, security=how)
    with pytest.raises(MailError) as caught:
        send(compose(settings, REPORT, WHEN), settings, SECRET)
    assert caught.value.code == "certificate"


@pytest.mark.parametrize("how", ["starttls"])
def test_the_program_gives_exim_a_workbook_once(exim: Exim, pki: Certificates, tmp_path: Path) -> None:
    root = office_with_workbook(tmp_path / "w")
    connect(root, pki, exim.port)
    first, second, again = (
        run("send", "consolidated", "--send", *more, cwd=root, DANVAN_SMTP_PASSWORD=SECRET)
        for more in ((), (), ("--again",))
    )
    assert (first.returncode, second.returncode, again.returncode) == (1, 2, 1), second.stderr  # Exim refuses the copy
    assert [len(done.stdout.splitlines()) for done in (first, second, again)] == [2, 0, 2]
    letters = exim.delivered(2)
    assert len(letters) == 2
    assert len({parsed(content)["Message-ID"] for content in letters}) == 1
