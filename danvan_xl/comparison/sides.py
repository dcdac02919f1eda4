"""One side of a comparison: what a report says of itself, its lines and its figures.

A side comes from a consolidated workbook (`side_of`), or from a consolidation that is about to become one: both are
judged by the same values in the same columns.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field

from danvan_xl.comparison.line_changes import LineKey, LineState, keyed_lines
from danvan_xl.comparison.target_changes import TargetState, targets_of
from danvan_xl.language.showable import shown
from danvan_xl.language.text import folded, key
from danvan_xl.model import layout
from danvan_xl.model.period import plain_period
from danvan_xl.written.consolidated_file import Consolidated, open_consolidated
from danvan_xl.written.table_columns import TableRow
from danvan_xl.written.written_tables import answers_of, figures_of


class Side(Struct, frozen=True):
    """A report. ``lines``: by what tells them apart, in its order; ``figures``: rows of ``Dữ liệu số``.

    ``path``, ``sha256``: empty where it is no file yet. ``as_of``: the day that it speaks of; None where unknown.
    """

    path: str
    sha256: str
    plan: str
    period: str
    body: str
    as_of: date | None
    lines: Mapping[LineKey, LineState]
    figures: tuple[TableRow, ...]
    targets: Mapping[str, TargetState] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return shown(PurePath(self.path).name)

    @property
    def days(self) -> int | None:
        """How many days its period has by the calendar; None for a report outside the rhythm."""
        try:
            period = plain_period(self.period)
        except ValueError:
            return None
        return (period.last - period.first).days + 1


def open_side(path: str | os.PathLike[str]) -> Side:
    """A workbook as a side: of one with ``Dữ liệu số`` only the sheets that are compared are read, for speed and room.

    Raises ``WrittenError``.
    """
    book = open_consolidated(path, only=_is_compared)
    if not any(layout.is_sheet_of(sheet.name, layout.FIGURE_DATA) for sheet in book.book.sheets):
        book = open_consolidated(path)  # of an older version: its figures stand in a sheet that is known by its title
    return side_of(book)


def _is_compared(sheet: str) -> bool:
    names = (layout.DATA, layout.FIGURE_DATA, layout.TARGET, layout.IDENTITY_SHEET)
    words = folded(sheet)
    return any(layout.is_sheet_of(words, key(name)) for name in names)


def side_of(book: Consolidated) -> Side:
    """A workbook as a side. Raises ``WrittenError``, also where a line id stands in two rows."""
    lines = keyed_lines(book.path, map(LineState.of, answers_of(book).rows))
    own = (book.path, book.book.sha256, book.plan, book.period, book.body, book.as_of)
    return Side(*own, lines, figures_of(book).rows, targets_of(book))
