"""The register: what of the mails that went out it knows, and registers that an older version wrote."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from danvan_xl.office.register import VERSION, Letter, Register, Sending
from danvan_xl.office.register_file import open_register
from tests.office.mail_helpers import TO, WHEN

LETTER = Letter("2026-H1", "ab" * 32, "<1@gialoc.test>")

VERSION_2 = """
CREATE TABLE received (
    sha256 TEXT NOT NULL, period TEXT NOT NULL, file TEXT NOT NULL, received TEXT NOT NULL,
    PRIMARY KEY (sha256, period, file)
) STRICT;
CREATE TABLE extension (
    unit TEXT NOT NULL, period TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (unit, period)
) STRICT;
CREATE TABLE waiver (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, unit TEXT NOT NULL, line TEXT, reason TEXT NOT NULL,
    until TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, period TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
PRAGMA user_version = 2;
"""


def sent(register: Register, letter: Letter, at: datetime = WHEN) -> None:
    register.sent(register.begin_sending(letter, at, TO), TO)


def test_a_letter_is_known_by_its_workbook_and_period(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.sqlite") as register:
        sent(register, LETTER)
    with open_register(tmp_path / "r.sqlite") as register:
        assert register.last_sending(LETTER) == Sending(WHEN, TO, sure=True)
        assert register.last_sending(Letter("2026-H1", LETTER.sha256, "<2@gialoc.test>")) is not None
        assert register.last_sending(Letter("2026-H1", "cd" * 32, "<2@gialoc.test>")) is None
        assert register.last_sending(Letter("2026", LETTER.sha256, LETTER.message_id)) is None


def test_the_newest_counts(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.sqlite") as register:
        sent(register, LETTER)
        register.begin_sending(LETTER, WHEN + timedelta(hours=1), TO[:1])
        assert register.last_sending(LETTER) == Sending(WHEN + timedelta(hours=1), TO[:1], sure=False)


def test_what_was_not_sent_is_forgotten(tmp_path: Path) -> None:
    with open_register(tmp_path / "r.sqlite") as register:
        register.not_sent(register.begin_sending(LETTER, WHEN, TO))
        assert register.last_sending(LETTER) is None


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A register of version 2 with a mail that was sent."""
    path = tmp_path / "r.sqlite"
    base = sqlite3.connect(path)
    base.executescript(VERSION_2)
    for kind, detail in (("sent", f"{LETTER.message_id} {', '.join(TO)}"), ("drafted", "tong-hop.eml")):
        row = (WHEN.isoformat(), kind, LETTER.period, detail)
        base.execute("INSERT INTO event (at, kind, period, detail) VALUES (?, ?, ?, ?)", row)
    base.execute("INSERT INTO extension VALUES ('KT', '2026-H1', '2026-06-20', 'mưa bão')")
    base.commit()
    base.close()
    return path


def test_a_register_of_version_2_opens_with_all_that_is_in_it(old: Path) -> None:
    with open_register(old) as register:
        assert [event.kind for event in register.events("2026-H1")] == ["sent", "drafted"]
        assert list(register.extensions("2026-H1")) == ["KT"]
        sent(register, Letter("2026-H1", "cd" * 32, "<2@gialoc.test>"))
    base = sqlite3.connect(old)
    assert base.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert base.execute("SELECT count(*) FROM sending").fetchone() == (1,)
    base.close()


def test_a_mail_that_version_2_noted_counts_by_its_message_id(old: Path) -> None:
    with open_register(old) as register:
        assert register.last_sending(LETTER) == Sending(WHEN, TO, sure=True)
        assert register.last_sending(Letter("2026-H1", LETTER.sha256, "<1@gialoc.tes")) is None
        assert register.last_sending(Letter("2026", LETTER.sha256, LETTER.message_id)) is None
