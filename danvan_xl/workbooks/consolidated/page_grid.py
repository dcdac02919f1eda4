"""The grid of a printed page: blocks side by side, each spanning some of the grid's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.workbooks.consolidated.consolidated_book import write
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.style import Styles

Item = TypeVar("Item")


class Block(Struct, Generic[Item], frozen=True):
    """A column of a small table on the page, over ``span`` columns of the grid (like ``sheet_columns.Column``).

    ``value``: what the row of an item holds; ``look``: the look for an item, in place of ``style``.
    """

    name: str
    heading: str
    span: int
    value: Callable[[Item], Rendered]
    style: str = "box"
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
            self._cell(row, first, block, block.heading, "head")

    def add(self, row: int, item: Item) -> None:
        """Write the row of an item."""
        for first, block in zip(self._first, self._blocks, strict=True):
            style = block.look(item) if block.look is not None else block.style
            self._cell(row, first, block, block.value(item), style)

    def _cell(self, row: int, first: int, block: Block[Item], value: Rendered, style: str) -> None:
        if block.span > 1:
            self._sheet.merge_range(row, first, row, first + block.span - 1, value, self._styles[style])
        else:
            write(self._sheet, row, first, value, self._styles, style)
