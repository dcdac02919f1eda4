"""Single cells that are found by the label to their left, and what people put there."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from danvan_xl.language.text import folded, key
from danvan_xl.model import Location, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Book, RawValue, Row, Sheet

LABEL_ROWS = 40
BEGINNING = 2
"""Letters that a cell must share with a label to be looked at closely: most don't."""

ROOM = 12
"""Characters by which a label may be longer or shorter than the template's and still be looked at."""


class Labelled(Struct, frozen=True):
    """The value beside a label, and its place."""

    value: RawValue
    place: Location = field(default_factory=Location)
    number_format: str | None = None


def beside_label(sheet: Sheet, label: str) -> Labelled | None:
    """The first value to the right of the cell that holds ``label``; None where the label is missing."""
    for row in sheet.rows[:LABEL_ROWS]:
        if label in row.values:  # as the template has it
            return _right_of(sheet, row, row.values.index(label) + 1)
    shortest, longest = len(label) - ROOM, len(label) + ROOM
    begins, wanted = label[:BEGINNING].casefold(), key(label)
    for row in sheet.rows[:LABEL_ROWS]:
        for column, value in enumerate(row.values, start=1):
            if value is None or not isinstance(value, str) or not shortest <= len(value) <= longest:
                continue
            if value.lstrip()[:BEGINNING].casefold() == begins and folded(value) == wanted:
                return _right_of(sheet, row, column)
    return None


def _right_of(sheet: Sheet, row: Row, column: int) -> Labelled:
    """The first value to the right of a 1-based column; where there is none, an empty value in the next column."""
    for right, item in enumerate(row.values[column:], start=column + 1):
        if item is not None:
            place = Location(sheet=sheet.name, cell=cell_name(row.number, right))
            return Labelled(item, place, sheet.number_formats.get((row.number, right)))
    return Labelled(None, Location(sheet=sheet.name, cell=cell_name(row.number, column + 1)))


def guide_first(book: Book) -> Iterable[Sheet]:
    """The sheets, the guide first: it holds the labels of the report itself."""
    return sorted(book.sheets, key=lambda sheet: sheet.name != layout.GUIDE_SHEET)


def first_labelled(book: Book, label: str) -> Labelled | None:
    """The value beside a label, on whichever sheet has it."""
    for sheet in guide_first(book):
        found = beside_label(sheet, label)
        if found is not None:
            return found
    return None
