"""``send consolidated --send`` against real mail servers: what it prints, and that nobody gets a workbook twice."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess, Popen

import pytest

from danvan_xl.office.register_file import open_register
from danvan_xl.office.workspace import REGISTER
from tests.office.mail_helpers import (
    COPY,
    SECRET,
    TO,
    Certificates,
    Inbox,
    connect,
    mail_server,
    make_certificates,
    obedient,
    office_with_workbook,
    parsed,
    scripted_server,
)
from tests.support.demo import MERGED, RECEIVED
from tests.support.program import PROGRAM, environment, run

EVERYBODY = [*TO, COPY]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return office_with_workbook(tmp_path / "w")


def send(root: Path, *more: str, secret: str = SECRET, **env: str) -> CompletedProcess[str]:
    return run("send", "consolidated", "--send", *more, cwd=root, DANVAN_SMTP_PASSWORD=secret, **env)


def change_workbook(root: Path) -> None:
    with (root / MERGED).open("ab") as stream:
        stream.write(b"\0")


def kinds(root: Path, period: str = "2026-H1") -> list[str]:
    with open_register(root / REGISTER) as register:
        return [event.kind for event in register.events(period)]


# ---- what is printed ---------------------------------------------------------------------------------------


def test_it_prints_one_sentence_a_line(office: Path, trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        done = send(office)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Máy chủ thư đã nhận thư để chuyển đến: {', '.join(EVERYBODY)}.\n"
    assert [letter[1] for letter in inbox.letters] == [EVERYBODY]


def test_each_refusal_has_its_line_and_the_exit_code_is_1(office: Path, trusted: Certificates) -> None:
    with mail_server(Inbox(refuses=(TO[1], COPY)), trusted, "starttls") as port:
        connect(office, trusted, port)
        done = send(office, DANVAN_LANG="en")
    assert done.returncode == 1, done.stderr
    served, first, second = done.stdout.splitlines()
    assert served == f"The mail server has taken the letter for: {TO[0]}."
    assert TO[1] in first
    assert COPY in second


# ---- twice -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "words"), [("vi", "Chưa gửi gì"), ("en", "Nothing was sent")])
def test_the_same_workbook_is_not_sent_twice_in_a_period(
    office: Path, trusted: Certificates, lang: str, words: str
) -> None:
    inbox = Inbox(refuses=(TO[1],))
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 1
        again = send(office, DANVAN_LANG=lang)
        at_another_hour = send(office, "--date", "2026-07-01T08:00:00+07:00")
    for done in (again, at_another_hour):
        assert (done.returncode, done.stdout) == (2, "")
    assert again.stderr.startswith(words)
    with sqlite3.connect(office / REGISTER) as base:
        ((at,),) = base.execute("SELECT at FROM sending").fetchall()
    base.close()
    assert f"{datetime.fromisoformat(at):%H:%M %d/%m/%Y}" in again.stderr
    assert f"{TO[0]}, {COPY}" in again.stderr
    assert TO[1] not in again.stderr  # it was refused: the letter did not go there
    assert "--again" in again.stderr
    assert len(inbox.letters) == 1


def test_again_sends_it_on_purpose_to_everybody(office: Path, trusted: Certificates) -> None:
    inbox = Inbox(refuses=(TO[1],))
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 1
        inbox.refuses = ()
        assert send(office, "--again").returncode == 0
        assert send(office).returncode == 2
    assert [letter[1] for letter in inbox.letters] == [[TO[0], COPY], EVERYBODY]
    assert len({parsed(letter[2])["Message-ID"] for letter in inbox.letters}) == 1


def test_a_workbook_that_changed_is_sent(office: Path, trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 0
        change_workbook(office)
        assert send(office).returncode == 0
    assert len(inbox.letters) == 2


def test_another_letter_with_the_same_workbook_is_stopped_too(office: Path, trusted: Certificates) -> None:
    """What was sent is the workbook: a new unit's file or a new recipient does not make it another one."""
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 0
        for path in (office / RECEIVED).iterdir():
            path.unlink()
        assert send(office).returncode == 2
    assert len(inbox.letters) == 1


def test_another_period_is_not_stopped(office: Path, trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 0
        settings = office / "danvan.toml"
        words = settings.read_text(encoding="utf-8")
        settings.write_text(words.replace('period = "2026-H1"', 'period = "2026"'), encoding="utf-8")
        (office / "tong-hop" / "2026").mkdir()
        shutil.copy(office / MERGED, office / "tong-hop" / "2026" / "tong-hop_gia-loc_2026.xlsx")
        done = send(office)
        assert done.returncode == 0, done.stderr
    assert len(inbox.letters) == 2


def test_a_draft_is_never_stopped(office: Path, trusted: Certificates) -> None:
    with mail_server(Inbox(), trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 0
    for _ in range(2):
        assert run("send", "consolidated", cwd=office).returncode == 0
    assert kinds(office) == ["sent", "drafted", "drafted"]


def test_what_was_not_sent_does_not_stop(office: Path, trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office, secret="sai").returncode == 3
        assert kinds(office) == []
        assert send(office).returncode == 0
    assert len(inbox.letters) == 1


# ---- what perhaps arrived ----------------------------------------------------------------------------------


def test_a_letter_that_perhaps_arrived_stops_the_next(office: Path, trusted: Certificates) -> None:
    with scripted_server(obedient({}, stop=b"."), trusted.server_context()) as port:
        connect(office, trusted, port, login=False)
        done = send(office, secret="")
    assert done.returncode == 3
    assert "--again" in done.stderr
    assert kinds(office) == ["uncertain"]
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        for lang, words in (("vi", "có thể đã đến"), ("en", "may have reached")):
            stopped = send(office, DANVAN_LANG=lang)
            assert (stopped.returncode, stopped.stdout) == (2, "")
            assert words in stopped.stderr
            assert "--again" in stopped.stderr
        assert not inbox.letters
        assert send(office, "--again").returncode == 0
    assert len(inbox.letters) == 1
    status = run("status", cwd=office)
    assert "gửi thư, chưa rõ kết quả" in status.stdout


def test_a_run_that_is_killed_while_it_sends_stops_the_next(office: Path, trusted: Certificates) -> None:
    """It is noted before the letter goes, so that no crash and no power cut leaves a letter that nobody knows of."""
    talking, release = threading.Event(), threading.Event()

    def never_answer(hears: object, says: object) -> None:
        talking.set()
        release.wait(10)

    with scripted_server(never_answer, trusted.server_context()) as port:
        connect(office, trusted, port, login=False)
        with Popen([*PROGRAM, "send", "consolidated", "--send"], cwd=office, env=environment()) as running:
            assert talking.wait(60)
            running.kill()
        release.set()
    stopped = send(office, secret="")
    assert stopped.returncode == 2
    assert "có thể đã đến" in stopped.stderr


# ---- registers of before -----------------------------------------------------------------------------------


def test_a_mail_in_a_register_of_version_2_counts(office: Path, trusted: Certificates) -> None:
    inbox = Inbox()
    with mail_server(inbox, trusted, "starttls") as port:
        connect(office, trusted, port)
        assert send(office).returncode == 0
        with sqlite3.connect(office / REGISTER) as base:  # as version 2 would have left it
            base.execute("DROP TABLE sending")
            base.execute("PRAGMA user_version = 2")
        base.close()
        stopped = send(office)
        assert stopped.returncode == 2
        assert ", ".join(EVERYBODY) in stopped.stderr
        change_workbook(office)
        assert send(office).returncode == 0
    assert len(inbox.letters) == 2
