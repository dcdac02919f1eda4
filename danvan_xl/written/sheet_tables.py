"""Tables in sheets that may have been sorted, moved or added to since: found by their headings, never by places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from danvan_xl.language.text import folded, key
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Book, RawValue, Sheet

HEADER_ROWS = 30
"""The row of the headings is searched for in this many of a sheet's filled rows."""


class Doubt(Struct, frozen=True):
    """A cell of a table that can't be trusted: its address, what was found there."""

    sheet: str
    cell: str
    found: str


class SheetTable(Struct, frozen=True):
    """A table of a sheet: its headings by column (0-based), its rows by number, as read; ``doubt``: the first one."""

    sheet: str
    header_row: int
    columns: Mapping[int, str]
    rows: tuple[tuple[int, Mapping[str, RawValue]], ...]
    twice: tuple[str, ...] = ()
    doubt: Doubt | None = None


def find_tables(book: Book, name: str, needed: Sequence[str]) -> tuple[SheetTable, ...]:
    """The tables of the sheet ``name``, and of ``name (2)`` … where it goes on, that have all ``needed`` headings."""
    wanted = re.compile(rf"{re.escape(key(name))}(?: \((\d+)\))?")
    found = [(match, sheet) for sheet in book.sheets if (match := wanted.fullmatch(folded(sheet.name)))]
    found.sort(key=lambda item: int(item[0][1] or 1))
    tables = (table_of(sheet, needed) for _, sheet in found)
    return tuple(table for table in tables if table is not None)


def table_of(sheet: Sheet, needed: Sequence[str], known: Collection[str] = ()) -> SheetTable | None:
    """The table of a sheet below the first row with all ``needed`` headings; None where there is no such row.

    Headings are compared without regard to case and blanks; those ``needed`` or ``known`` come back as given.
    """
    right = {key(heading): heading for heading in (*needed, *known)}
    for place, row in enumerate(sheet.rows[:HEADER_ROWS]):
        keys = {folded(str(value)) for value in row.values if value is not None}
        if all(key(heading) in keys for heading in needed):
            named = [(at, str(value).strip()) for at, value in enumerate(row.values) if text_of(value)]
            columns = {at: right.get(folded(heading), heading) for at, heading in named}
            once = _each_once(columns)
            below = sheet.rows[place + 1 :]
            rows = tuple((item.number, dict(_filled(once, item.values))) for item in below)
            return SheetTable(
                sheet.name,
                row.number,
                once,
                tuple((number, values) for number, values in rows if values),
                tuple(sorted({heading for heading in columns.values() if [*columns.values()].count(heading) > 1})),
                _doubt(sheet, columns, row.number),
            )
    return None


def _filled(columns: Mapping[int, str], values: Sequence[RawValue]) -> Iterator[tuple[str, RawValue]]:
    for at, heading in columns.items():
        if at < len(values) and values[at] is not None and values[at] != "":
            yield heading, values[at]


def _each_once(columns: Mapping[int, str]) -> dict[int, str]:
    """Column → heading; a heading that stands there again is numbered: ``Ghi chú (2)``."""
    seen: dict[str, int] = {}
    found = {}
    for at, heading in columns.items():
        words = key(heading)
        seen[words] = seen.get(words, 0) + 1
        found[at] = heading if seen[words] == 1 else f"{heading} ({seen[words]})"
    return found


def _doubt(sheet: Sheet, columns: Mapping[int, str], header_row: int) -> Doubt | None:
    """The first cell of the table that can't be trusted."""
    for (row, column), (_, found) in sorted(sheet.doubts.items(), key=lambda item: item[0]):
        if row > header_row and column - 1 in columns:
            return Doubt(sheet.name, cell_name(row, column), str(found or "?"))
    return None


def text_of(value: object) -> str | None:
    """A cell as text: a day as 2026-06-30, a whole number without a fraction; None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)
