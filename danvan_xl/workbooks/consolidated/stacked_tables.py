"""Several small tables below one another in one sheet, on a grid of columns that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic

from msgspec import Struct

from danvan_xl.model.addresses import column_letters
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, write
from danvan_xl.workbooks.consolidated.heading_rows import headings_height, write_across
from danvan_xl.workbooks.writing.printing import fit_width, fitting_scale, set_up_a4
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered
from danvan_xl.workbooks.writing.sheet_columns import Item
from danvan_xl.workbooks.writing.style import OfficialSheet, RowHeights


class Part(Struct, Generic[Item], frozen=True):
    """A column of a table. ``takes``: so many columns of the grid; ``value``: what it holds for an item, whose row has
    this 1-based number; ``look``: its style for an item where it differs; ``summed``: added up in the last row.
    """

    heading: str
    takes: int
    value: Callable[[Item, int], Rendered]
    style: str = "box"
    look: Callable[[Item], str | None] | None = None
    summed: bool = False


def starts_of(parts: Sequence[Part[Item]]) -> list[int]:
    """The grid column (0-based) at which each part begins."""
    return [sum(part.takes for part in parts[:at]) for at in range(len(parts))]


class StackedTables:
    """The sheet, from the top down. ``widths``: of the grid's columns, in characters."""

    def __init__(self, book: ConsolidatedBook, name: str, widths: Sequence[float]) -> None:
        self.book, self.widths, self.row = book, widths, 0
        self.sheet: OfficialSheet = book.workbook.add_worksheet(name, OfficialSheet)
        self.sheet.hide_gridlines(2)
        for position, width in enumerate(widths):
            self.sheet.set_column(position, position, width)

    def say(self, words: str, style: str = "wrapped", *, gap: int = 0) -> None:
        """A sentence over the whole width; ``gap``: so many empty rows above it."""
        self.row += gap
        write_across(self.book, self.sheet, self.row, words, style, self.widths)
        self.row += 1

    def table(self, parts: Sequence[Part[Item]], items: Iterable[Item], *, total: bool = False) -> None:
        """A table; ``total``: with a last row of sums."""
        starts = starts_of(parts)
        widths = [sum(self.widths[at : at + part.takes]) for at, part in zip(starts, parts, strict=True)]
        heights = RowHeights(widths)
        for at, part in zip(starts, parts, strict=True):
            self._cell(at, part.takes, part.heading, "head")
        height = headings_height((part.heading, width) for part, width in zip(parts, widths, strict=True))
        self.sheet.set_row(self.row, height)
        self.row += 1
        first, sums = self.row + 1, [0.0] * len(parts)
        for item in items:
            values = [part.value(item, self.row + 1) for part in parts]
            for place, (at, part, value) in enumerate(zip(starts, parts, values, strict=True)):
                self._cell(at, part.takes, value, (part.look(item) if part.look else None) or part.style)
                if part.summed and isinstance(value, (int, float)):
                    sums[place] += value
            self.sheet.set_row(self.row, heights.of(values))
            self.row += 1
        if total and self.row >= first:
            for place, (at, part) in enumerate(zip(starts, parts, strict=True)):
                letters = column_letters(at + 1)
                live = Formula(f"SUM({letters}{first}:{letters}{self.row})", sums[place])
                label = None if place else self.book.say("total")
                self._cell(at, part.takes, live if part.summed else label, "box_total" if part.summed else "box_bold")
            self.row += 1

    def _cell(self, at: int, takes: int, value: Rendered, style: str) -> None:
        write(self.sheet, self.row, at, value, self.book.styles, style)
        for further in range(at + 1, at + takes):
            self.sheet.write_blank(self.row, further, None, self.book.styles[style])
        self.sheet.join_cells([self.row], at, at + takes - 1)

    def finish(self) -> None:
        """Set up the pages."""
        set_up_a4(self.sheet, fitting_scale(self.widths))
        fit_width(self.sheet)
        self.sheet.print_area(0, 0, max(self.row - 1, 0), len(self.widths) - 1)
