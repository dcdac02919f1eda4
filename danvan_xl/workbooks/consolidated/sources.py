"""Which files a consolidated workbook was made from, as it says itself, and how these differ from those of now.

The hidden sheet has a row for every file that was read: its SHA-256, what became of it, its name. Workbooks of 0.1.0
have no such rows; theirs is gathered from ``Dữ liệu`` and the lists of files. Times of files play no part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.resubmission import name_of
from danvan_xl.model import layout
from danvan_xl.model.book import Book, Sheet
from danvan_xl.model.statuses import FileStatus
from danvan_xl.wording import LANGS, text
from danvan_xl.workbooks.writing.readback import read_texts

COUNT, SOURCE = "sources", "source"
UNKNOWN = "?"
"""The SHA-256, or the status, of a file of which a workbook of 0.1.0 gives the name alone."""

SOURCE_FILE, SHA256 = "Tệp nguồn", "SHA-256"


class Source(Struct, frozen=True, order=True):
    """A file that was read. ``sha256`` is empty where its bytes could not be taken."""

    name: str
    sha256: str
    status: str = UNKNOWN


class Record(Struct, frozen=True):
    """What a workbook says of itself: the files it was made from, the day it speaks of."""

    sources: tuple[Source, ...]
    as_of: date | None = None


class Difference(Struct, frozen=True):
    """Names of files: not in the workbook; in it with another content; in it and no longer there.

    ``judged``: whether some file became something else than in the workbook (by ``--as``, ``--join`` or a waiver, say).
    """

    came: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    judged: bool = False

    @property
    def is_outdated(self) -> bool:
        """Whether the workbook was made from other files than those of now."""
        return bool(self.came or self.changed or self.gone)


def sources_of(result: Consolidation) -> tuple[Source, ...]:
    """The files of a consolidation, but those that are no answers at all."""
    read = (item for item in result.files if item.status is not FileStatus.IGNORED)
    return tuple(sorted(Source(_plain(name_of(item)), item.sha256, item.status.value) for item in read))


def _plain(name: str) -> str:
    """A file's name as it comes back from a cell: letters in one piece, single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def source_rows(sources: Sequence[Source]) -> Iterator[tuple[str, ...]]:
    """The rows of the hidden sheet about them. Their number comes first: a workbook of no file says so."""
    yield COUNT, str(len(sources))
    for item in sources:
        yield SOURCE, item.status, item.name, item.sha256


# ---- what a workbook says ------------------------------------------------------------------------------------


def read_record(path: Path) -> Record | None:
    """What the workbook at ``path`` says of itself; None where it is no consolidated workbook that can be read."""
    rows = read_texts(path, layout.IDENTITY_SHEET)
    if rows is not None and (found := _record(rows)) is not None:
        return found
    from danvan_xl.intake.read import read_workbook

    return _record_of_book(read_workbook(path))


def _record(rows: Sequence[Sequence[str]]) -> Record | None:
    pairs = {row[0]: row for row in rows if len(row) > 1 and row[0] != SOURCE}
    if COUNT not in pairs:
        return None
    sources = (
        Source(_plain(row[2]), row[3] if len(row) > 3 else "", row[1]) for row in rows if row and row[0] == SOURCE
    )
    return Record(tuple(sources), _day(pairs.get("as_of", ())))


def _day(pair: Sequence[str]) -> date | None:
    try:
        return date.fromisoformat(pair[1])
    except (IndexError, ValueError):
        return None


def _record_of_book(book: Book) -> Record | None:
    """The record of a workbook that another program saved, or that 0.1.0 wrote."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    if layout.IDENTITY_SHEET not in sheets or layout.DATA not in sheets:
        return None
    rows = [[str(v) for v in row.values if v is not None] for row in sheets[layout.IDENTITY_SHEET].rows]
    if (found := _record(rows)) is not None:
        return found
    known = set()
    for sheet in book.sheets:
        if layout.is_sheet_of(sheet.name, layout.DATA):
            known |= {(_plain(str(name)), str(sha)) for name, sha in _columns(sheet, (SOURCE_FILE,), (SHA256,)) if name}
    headings = tuple(text("book", "head_files", lang) for lang in LANGS)
    listed = {_plain(str(name)) for kind in (layout.DELIVERY, layout.FINDINGS) if kind in sheets
              for (name,) in _columns(sheets[kind], headings) if name}  # fmt: skip
    sources = [Source(name, sha) for name, sha in known]
    sources += [Source(name, UNKNOWN) for name in listed - {name for name, _ in known}]
    pairs = {row[0]: row for row in rows if row}
    return Record(tuple(sorted(sources)), _day(pairs.get("as_of", ())))


def _columns(sheet: Sheet, *wanted: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    """The values below some headings, each by one of its names; nothing where one of them is not there."""
    places: list[int] | None = None
    for row in sheet.rows:
        if places is not None:
            yield tuple(row.values[place] if place < len(row.values) else None for place in places)
            continue
        found = [next((at for at, value in enumerate(row.values) if value in names), None) for names in wanted]
        if None not in found:
            places = [place for place in found if place is not None]


# ---- compared ------------------------------------------------------------------------------------------------


def compare(held: Sequence[Source], now: Sequence[Source]) -> Difference:
    """How the files of now differ from those that a workbook was made from.

    A file is known by its content; one that was refused, or could not be read, by its name as well: renaming it may be
    how it was mended.
    """
    status = {(item.name, item.sha256): item.status for item in held}
    by_name_alone = {item.name for item in held if item.sha256 == UNKNOWN}
    by_content = {item.sha256 for item in held if item.status != FileStatus.REFUSED.value} - {""}
    there = {(item.name, item.sha256) for item in now}
    names, contents = {item.name for item in now}, {item.sha256 for item in now} - {""}

    def is_held(item: Source) -> bool:
        return (item.name, item.sha256) in status or item.name in by_name_alone or item.sha256 in by_content

    def is_there(item: Source) -> bool:
        if item.sha256 == UNKNOWN:
            return item.name in names
        return (item.name, item.sha256) in there or item.sha256 in contents

    came = {item.name for item in now if not is_held(item)}
    gone = {item.name for item in held if not is_there(item)}
    judged = any(status.get((item.name, item.sha256), UNKNOWN) not in (item.status, UNKNOWN) for item in now)
    return Difference(tuple(sorted(came - gone)), tuple(sorted(came & gone)), tuple(sorted(gone - came)), judged=judged)
