"""Where a heading is matched: the header of a table found on any row of a sheet, by its words.

Nothing is found by position. A header may be on one row or spread over two.
"""

from __future__ import annotations

from msgspec import Struct

from danvan_xl.language.text import folded
from danvan_xl.model.book import Row, Sheet
from danvan_xl.round.columns import TableSpec

HEADER_ROWS = 60
"""A header is searched for in this many of a sheet's filled rows."""

LEAST_HEADINGS = 3
LONGEST_HEADING = 120
"""Characters; longer cells are not headings."""

Heading = tuple[int, int, str, str]
"""(row, column, field, heading as written)."""


class Header(Struct, frozen=True):
    """Rows of headings, and the known headings in them; ``whole``: these are all, in the template's own words."""

    first: Row
    last: Row
    found: list[Heading]
    whole: bool = False

    @property
    def score(self) -> int:
        return len({name for _, _, name, _ in self.found})


def _usual_header(sheet: Sheet, spec: TableSpec) -> Header | None:
    """The template's own header, untouched: every answer column and the text, no heading in other words."""
    needed = {"text", *spec.answers}
    for row in sheet.rows[:HEADER_ROWS]:
        if row.number > max(spec.usual_rows):
            return None
        if row.number in spec.usual_rows:
            filled = [(column, value) for column, value in enumerate(row.values, start=1) if value is not None]
            texts = ((column, value) for column, value in filled if isinstance(value, str))
            found = [(row.number, c, name, v) for c, v in texts if (name := spec.field_exactly(v)) is not None]
            whole = len(found) == len(filled) and needed <= {item[2] for item in found}
            if whole:
                return Header(row, row, found, whole=True)
    return None


def _row_headings(row: Row, spec: TableSpec) -> list[Heading]:
    """Every known heading in a row."""
    found: list[Heading] = []
    for column, value in enumerate(row.values, start=1):
        if isinstance(value, str) and len(value) <= LONGEST_HEADING:
            name = spec.field_exactly(value) or spec.field_of(folded(value))
            if name is not None:
                found.append((row.number, column, name, value))
    return found


def find_header(sheet: Sheet, spec: TableSpec) -> Header | None:
    """The row (with the one below it, where headings are spread over two) that has the most known headings."""
    usual = _usual_header(sheet, spec)
    if usual is not None:
        return usual
    best: Header | None = None
    rows = sheet.rows[:HEADER_ROWS]
    for position, row in enumerate(rows):
        found = _row_headings(row, spec)
        if not found:
            continue
        header = Header(row, row, found)
        below = rows[position + 1] if position + 1 < len(rows) else None
        if below is not None and below.number == row.number + 1:
            known = {item[2] for item in found}
            second = [item for item in _row_headings(below, spec) if item[2] not in known]
            if second:
                header = Header(row, below, [*found, *second])
        if best is None or header.score > best.score:
            best = header
    return best if best is not None and best.score >= LEAST_HEADINGS else None
