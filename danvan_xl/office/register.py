"""The register (sổ theo dõi): what a folder can't hold.

That is times of receipt, extensions, waivers, mails sent, and what was done when.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from danvan_xl.language.showable import shown
from danvan_xl.merging.arrival import Sighting
from danvan_xl.round.extensions import Extension
from danvan_xl.round.waivers import Waiver

SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
    sha256 TEXT NOT NULL, period TEXT NOT NULL, file TEXT NOT NULL, received TEXT NOT NULL,
    PRIMARY KEY (sha256, period, file)
) STRICT;
CREATE TABLE IF NOT EXISTS sighting (
    sha256 TEXT NOT NULL, period TEXT NOT NULL, file TEXT NOT NULL, run INTEGER NOT NULL, seen TEXT NOT NULL, unit TEXT,
    gone INTEGER, PRIMARY KEY (sha256, period, file, run)
) STRICT;
CREATE TABLE IF NOT EXISTS extension (
    unit TEXT NOT NULL, period TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (unit, period)
) STRICT;
CREATE TABLE IF NOT EXISTS more_time (
    unit TEXT NOT NULL, period TEXT NOT NULL, report TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL,
    allowed_by TEXT NOT NULL, PRIMARY KEY (unit, period, report)
) STRICT;
CREATE TABLE IF NOT EXISTS waiver (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, unit TEXT NOT NULL, line TEXT, reason TEXT NOT NULL,
    until TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, period TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sending (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, period TEXT NOT NULL, sha256 TEXT NOT NULL, message_id TEXT NOT NULL,
    recipients TEXT NOT NULL, sure INTEGER NOT NULL
) STRICT;
"""
VERSION = 5
"""The version of the schema. An older register gets the tables that it lacks; what is in it stays as it is.

Before version 5 an extension was for all reports of a period (table ``extension``).
"""

Row = TypeVar("Row")


class Event(Struct, frozen=True):
    """Something that was done: ``kind`` merged, sent, drafted … and its detail."""

    at: datetime
    kind: str
    period: str
    detail: str


class Letter(Struct, frozen=True):
    """A mail as the register identifies it: by the period, the workbook in it, its Message-ID."""

    period: str
    sha256: str
    message_id: str


class Sending(Struct, frozen=True):
    """When a mail went, and to whom. Not ``sure``: the server's answer never came, so it may have gone."""

    at: datetime
    recipients: tuple[str, ...]
    sure: bool


class Register:
    """The open register of a workspace."""

    def __init__(self, connection: sqlite3.Connection, begun_after: Path | None = None) -> None:
        self._db = connection
        self.begun_after = begun_after  # the damaged register in whose place this one was begun just now
        self.bad_rows: list[str] = []  # what could not be read, and was left out

    def _read(self, table: str, rows: Iterable[tuple[object, ...]], make: Callable[..., Row]) -> Iterator[Row]:
        """What the rows say; one that can't be read is left out and noted."""
        for row in rows:
            try:
                yield make(*row)
            except (ValueError, TypeError):
                self.bad_rows.append(f"{table} ({', '.join(map(str, row))})")

    def received(self, period: str) -> Mapping[tuple[str, str], datetime]:
        """(sha256, file name) → when it was received."""
        rows = self._db.execute("SELECT sha256, file, received FROM received WHERE period = ?", (period,))
        return dict(self._read("received", rows, lambda sha, file, at: ((sha, _file_name(file)), _moment(at))))

    def note_received(self, period: str, sha256: str, file: str, at: datetime) -> None:
        """Remember when a file was received; what is already noted stays."""
        values = (sha256, period, _kept_name(file), at.isoformat())
        self._db.execute("INSERT OR IGNORE INTO received (sha256, period, file, received) VALUES (?, ?, ?, ?)", values)

    def sightings(self, period: str) -> tuple[Sighting, ...]:
        """Which run first saw which file, and saw it again after it had gone; oldest first."""
        received = self.received(period)
        rows = self._db.execute(
            "SELECT sha256, file, run, seen, unit, gone FROM sighting WHERE period = ? ORDER BY run, sha256, file",
            (period,),
        )
        times: dict[tuple[str, str], datetime] = {**received}

        def sighting(sha: str, kept: str, run: int, seen: str, unit: str | None, gone: int | None) -> Sighting:
            file, at = _file_name(kept), _moment(seen)
            return Sighting(sha, file, run, times.pop((sha, file), at), at, unit, gone)

        return tuple(self._read("sighting", rows, sighting))

    def note_sighting(self, period: str, item: Sighting) -> None:
        """Remember which run saw a file; what is already noted stays."""
        self._db.execute(
            "INSERT OR IGNORE INTO sighting (sha256, period, file, run, seen, unit) VALUES (?, ?, ?, ?, ?, ?)",
            (item.sha256, period, _kept_name(item.file), item.run, item.seen.isoformat(), item.unit),
        )

    def note_gone(self, period: str, item: Sighting, run: int) -> None:
        """Remember that a run no longer found a file."""
        place = (item.sha256, period, _kept_name(item.file), item.run)
        self._db.execute(
            "UPDATE sighting SET gone = ? WHERE sha256 = ? AND period = ? AND file = ? AND run = ?", (run, *place)
        )

    def extended(self, period: str) -> tuple[Extension, ...]:
        """Every extension of a period."""
        old = self._db.execute("SELECT unit, until, reason FROM extension WHERE period = ?", (period,))
        rows = self._db.execute(
            "SELECT unit, until, reason, report, allowed_by FROM more_time WHERE period = ?", (period,)
        )

        def extension(unit: str, until: str, *more: str) -> Extension:
            return Extension(unit, date.fromisoformat(until), *more)

        return (*self._read("extension", old, extension), *self._read("more_time", rows, extension))

    def extensions(self, period: str) -> Mapping[str, date]:
        """Unit → the last day up to which it may report, for one report of the period or for all."""
        found: dict[str, date] = {}
        for item in self.extended(period):
            found[item.unit] = max(item.until, found.get(item.unit, item.until))
        return found

    def extend(self, period: str, given: Extension) -> None:
        """Give a unit more time; it replaces what it was given before for the same report."""
        if not given.report:
            self._db.execute("DELETE FROM extension WHERE unit = ? AND period = ?", (given.unit, period))
        place = (given.unit, period, given.report)
        values = (*place, given.until.isoformat(), shown(given.reason), shown(given.allowed_by))
        self._db.execute(
            "INSERT OR REPLACE INTO more_time (unit, period, report, until, reason, allowed_by) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )

    def waivers(self) -> tuple[Waiver, ...]:
        """Every waiver that was given, oldest first."""
        rows = self._db.execute("SELECT code, unit, line, reason, until, who, at FROM waiver ORDER BY id")
        return tuple(
            self._read(
                "waiver",
                rows,
                lambda code, unit, line, reason, until, who, at: Waiver(
                    code, unit, line, reason, date.fromisoformat(until), who, _moment(at)
                ),
            )
        )

    def waive(self, waiver: Waiver) -> None:
        """Keep a waiver; one for the same finding, unit and line replaces the former one."""
        place = (waiver.code, waiver.unit, waiver.line)
        self._db.execute("DELETE FROM waiver WHERE code = ? AND unit = ? AND line IS ?", place)
        said = (shown(waiver.reason), waiver.until.isoformat(), shown(waiver.who), waiver.at.isoformat())
        values = (*place, *said)
        self._db.execute(
            "INSERT INTO waiver (code, unit, line, reason, until, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)", values
        )

    def note(self, at: datetime, kind: str, period: str, detail: str) -> None:
        """Remember that something was done."""
        values = (at.isoformat(), kind, period, shown(detail))
        self._db.execute("INSERT INTO event (at, kind, period, detail) VALUES (?, ?, ?, ?)", values)

    def events(self, period: str) -> tuple[Event, ...]:
        """What was done in a period, oldest first."""
        rows = self._db.execute("SELECT at, kind, period, detail FROM event WHERE period = ? ORDER BY id", (period,))
        return tuple(self._read("event", rows, lambda at, kind, per, detail: Event(_moment(at), kind, per, detail)))

    def merged(self) -> Mapping[str, tuple[str, ...]]:
        """Period → the consolidated workbooks that were written for it, oldest first, as ``note`` was told them."""
        rows = self._db.execute("SELECT period, detail FROM event WHERE kind = 'merged' ORDER BY id")
        found: dict[str, tuple[str, ...]] = {}
        for period, detail in rows:
            found[str(period)] = (*found.get(str(period), ()), str(detail))
        return found

    def last_sending(self, letter: Letter) -> Sending | None:
        """When the letter's workbook last went out in its period, certainly or possibly.

        Version 2 noted no workbook; its mails are known by their Message-ID, which depends on the workbook.
        """
        found = self._db.execute(
            "SELECT at, recipients, sure FROM sending WHERE period = ? AND sha256 = ? ORDER BY id DESC LIMIT 1",
            (letter.period, letter.sha256),
        ).fetchone()
        if found is not None:
            at, recipients, sure = found
            return Sending(datetime.fromisoformat(at), tuple(recipients.split(", ")), bool(sure))
        for event in reversed(self.events(letter.period)):
            message_id, _, recipients = event.detail.partition(" ")
            if event.kind == "sent" and message_id == letter.message_id:
                return Sending(event.at, tuple(recipients.split(", ")), sure=True)
        return None

    def begin_sending(self, letter: Letter, at: datetime, recipients: Iterable[str]) -> int:
        """Note, before a letter goes, that it may have gone; returns the number for `sent` or `not_sent`."""
        values = (at.isoformat(), letter.period, letter.sha256, letter.message_id, ", ".join(recipients))
        number: int
        (number,) = self._db.execute(
            "INSERT INTO sending (at, period, sha256, message_id, recipients, sure) VALUES (?, ?, ?, ?, ?, 0) "
            "RETURNING id",
            values,
        ).fetchone()
        return number

    def sent(self, number: int, recipients: Iterable[str]) -> None:
        """Note that the letter went, to these recipients."""
        values = (", ".join(recipients), number)
        self._db.execute("UPDATE sending SET sure = 1, recipients = ? WHERE id = ?", values)

    def not_sent(self, number: int) -> None:
        """Note that the letter did not go."""
        self._db.execute("DELETE FROM sending WHERE id = ?", (number,))


def _moment(words: str) -> datetime:
    """A moment with its time zone. Raises ValueError."""
    found = datetime.fromisoformat(words)
    if found.tzinfo is None:
        raise ValueError(words)
    return found


_NO_TEXT = "/"
"""Begins no file name; before the bytes of a name that is no text, as hexadecimal digits."""


def _kept_name(file: str) -> str:
    try:
        file.encode()
    except UnicodeEncodeError:
        return _NO_TEXT + file.encode("utf-8", "surrogatepass").hex()
    return file


def _file_name(kept: str) -> str:
    if not kept.startswith(_NO_TEXT):
        return kept
    return bytes.fromhex(kept.removeprefix(_NO_TEXT)).decode("utf-8", "surrogatepass")
