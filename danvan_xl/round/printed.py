"""What a template prints in the cells that nobody fills in, and the record of it that goes with the template.

What stands beside a line of the plan follows from the plan. The rest (titles, the guide, what was said last time) is
kept as check sums in the template's identity sheet, so that words which a unit writes there are told from ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from zlib import crc32

from msgspec import Struct, field

from danvan_xl.model import Line, layout
from danvan_xl.model.addresses import parse_address
from danvan_xl.model.book import Address, Sheet
from danvan_xl.model.reported import Reported

LINE_COLUMNS = (
    layout.F_ID, "stt", "text", "roadmap", "lead_text", "coordinate_text", "product", layout.F_ROLE, layout.F_TARGET,
)  # fmt: skip
"""The columns of a line of the plan that a template fills in."""

_OF_THE_LINE = frozenset({layout.F_ID, layout.F_ROLE, layout.F_TARGET})
LONGEST = 30_000
"""Characters of one cell of the record; Excel holds 32,767."""

LIVE_MARK = "live"
"""In place of a mark: a formula of ours, whose words change while the form is filled in."""

RECORD, PREVIOUS, REPORTED = "words", "previous", "reported"
"""The first cells of the record's rows in the identity sheet."""


def figure_key(indicator: str) -> str:
    """What stands for an indicator where line ids do: ``figure:van_ban``."""
    return f"figure:{indicator}"


def line_words(line: Line, name: str) -> str:
    """What a template prints in the column ``name`` of a line of the plan; empty where it prints nothing."""
    if name not in _OF_THE_LINE:
        return str(getattr(line.task, name))
    if name == layout.F_ID:
        return line.id
    if name == layout.F_ROLE:
        return line.role.value
    return line.task.target.text if line.task.target else ""


def mark_of(words: str) -> str:
    """A check sum of words, whatever their line breaks and doubled spaces have become."""
    return f"{crc32(' '.join(unicodedata.normalize('NFC', words).split()).encode()):08x}"


Marks = Mapping[str, str]
"""Cell (or line id, or ``figure_key``) → the mark of its words."""


class PrintedRecord(Struct, frozen=True):
    """What a template printed outside the plan's own columns.

    ``sheets``: sheet name → cell → mark; ``previous``: line id, or ``figure_key`` of an indicator → mark of what was
    said last time. ``reported``: indicator → what shorter reports brought of it. Templates of 0.1.0 have no record:
    ``is_there`` is False.
    """

    sheets: Mapping[str, Marks] = field(default_factory=dict)
    previous: Marks = field(default_factory=dict)
    is_there: bool = False
    reported: Mapping[str, Reported] = field(default_factory=dict)

    def counts(self, sheet: str, header: int) -> frozenset[Address]:
        """The cells of a form's sheet whose formula counts what is left; ``header``: the row of its header now."""
        cells = (cell for cell, mark in self.sheets.get(sheet, {}).items() if mark == LIVE_MARK)
        places = (parse_address(cell) for cell in cells)
        return frozenset((row + header - layout.HEADER_ROW, column) for row, column in filter(None, places))

    @classmethod
    def read(cls, identity: Sheet | None) -> PrintedRecord:
        """The record in an identity sheet."""
        sheets: dict[str, dict[str, str]] = {}
        previous: dict[str, str] = {}
        reported: dict[str, Reported] = {}
        is_there = False
        for row in identity.rows if identity is not None else ():
            kind, name, marks = (*row.values[:3], None, None, None)[:3]
            if kind not in (RECORD, PREVIOUS, REPORTED):
                continue
            is_there = True
            pairs = (item.rpartition("=") for item in marks.split()) if isinstance(marks, str) else ()
            if kind == REPORTED:
                known = ((item, Reported.unpacked(word)) for item, _, word in pairs)
                reported.update({item: what for item, what in known if what is not None})
                continue
            into = previous if kind == PREVIOUS else sheets.setdefault(str(name), {})
            into.update({cell: mark for cell, _, mark in pairs})
        return cls(sheets, previous, is_there, reported)


def record_rows(
    sheets: Mapping[str, Marks], previous: Marks, reported: Mapping[str, Reported] = MappingProxyType({})
) -> Iterator[tuple[str, str, str]]:
    """The rows of the record: what they are about, the sheet's name, ``cell=mark`` for each cell."""
    for name, marks in sheets.items():
        for words in packed(_pairs(marks)):
            yield RECORD, name, words
    for words in packed(_pairs(previous)):
        yield PREVIOUS, "", words
    if reported:
        for words in packed(f"{item}={what.packed()}" for item, what in reported.items()):
            yield REPORTED, "", words


def _pairs(marks: Marks) -> Iterator[str]:
    return (f"{cell}={mark}" for cell, mark in marks.items())


def packed(words: Iterable[str]) -> Iterator[str]:
    """Words in as few cells as hold them, with a blank between; one empty cell for no words."""
    cell: list[str] = []
    size = 0
    for word in words:
        if size + len(word) > LONGEST:
            yield " ".join(cell)
            cell, size = [], 0
        cell.append(word)
        size += len(word) + 1
    yield " ".join(cell)
