"""The grid of a printed page: many narrow columns of one width, over which everything on the page spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.workbooks.consolidated.consolidated_book import write
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.style import Styles, lines_in

Item = TypeVar("Item")

GRID, GRID_WIDTH, GRID_POINTS = 40, 9 / 7, 10.5
"""Columns of the page, the width of each in characters, and in points as Excel draws it.

Of the 467 points between the margins Excel takes 420 for them, LibreOffice 457.
"""

LETTERS, LINE = 12, 15.75
"""Points: the letters of everything on the page, and a line of them."""

LETTER = 5.3
"""Points that a letter of a sentence takes, with some reserve for a wider font."""


def points_of(span: int) -> float:
    """How wide so many columns of the grid are."""
    return span * GRID_POINTS


def page_lines(words: str, span: int = GRID, letter: float = LETTER) -> int:
    """How many lines a sentence takes over so many columns of the grid."""
    return lines_in(words, int((points_of(span) - 4) / letter))


class Block(Struct, Generic[Item], frozen=True):
    """A column of a small table on the page, over ``span`` columns of the grid (like ``sheet_columns.Column``).

    ``value``: what the row of an item holds; ``look``: the look for an item, in place of ``style``.
    """

    name: str
    heading: str
    span: int
    value: Callable[[Item], Rendered]
    style: str = "page_box"
    look: Callable[[Item], str] | None = None


class PageTable(Generic[Item]):
    """A small table whose blocks are side by side from ``start`` (a column of the grid, 0-based) on."""

    def __init__(self, sheet: Worksheet, styles: Styles, blocks: Sequence[Block[Item]], start: int = 0) -> None:
        self._sheet, self._styles, self._blocks = sheet, styles, blocks
        spans = [block.span for block in blocks]
        self._first = [start + before for before in accumulate(spans, initial=0)][: len(spans)]
        self.start, self.end = start, start + sum(spans)

    def at(self, name: str) -> int:
        """The first column of the grid that a block spans."""
        return next(first for first, block in zip(self._first, self._blocks, strict=True) if block.name == name)

    def head(self, row: int) -> None:
        """Write the headings."""
        for first, block in zip(self._first, self._blocks, strict=True):
            write_over(self._sheet, self._styles, row, first, block.span, block.heading, "page_head")

    def add(self, row: int, item: Item) -> None:
        """Write the row of an item."""
        for first, block in zip(self._first, self._blocks, strict=True):
            style = block.look(item) if block.look is not None else block.style
            write_over(self._sheet, self._styles, row, first, block.span, block.value(item), style)


def write_over(
    sheet: Worksheet, styles: Styles, row: int, first: int, span: int, value: Rendered, style: str, rows: int = 1
) -> None:
    """Write a value over ``span`` columns of the grid from ``first`` on, and over ``rows`` rows."""
    sheet.merge_range(row, first, row + rows - 1, first + span - 1, "", styles[style])
    write(sheet, row, first, value, styles, style)
