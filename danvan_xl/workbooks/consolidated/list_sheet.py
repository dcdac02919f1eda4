"""A sheet with a title and one table, whose columns are records and whose rows are streamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Generic

from msgspec import Struct

from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.consolidated.heading_rows import headings_height, write_across
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered, RowRenderer
from danvan_xl.workbooks.writing.sheet_columns import Column, Item, Places, RowCells
from danvan_xl.workbooks.writing.side_by_side import print_side_by_side
from danvan_xl.workbooks.writing.spool import RowSpool
from danvan_xl.workbooks.writing.style import OfficialSheet, RowHeights

HEADER_ROW = 3
"""0-based row of the headings; the first row of data follows."""


class TablePlace(Struct, frozen=True):
    """Where a table ended up: its last row (0-based), the width of its first page in pixels, its height in points."""

    last: int
    pixels: int
    height: float


class ListSheet(Generic[Item]):
    """One sheet of the consolidated workbook. ``frozen``: the last column that stays while a person scrolls, and that
    comes again on further pages; ``note``: a sentence below the title.
    """

    def __init__(
        self,
        book: ConsolidatedBook,
        name: str,
        title: str,
        columns: Sequence[Column[Item]],
        *,
        frozen: str,
        note: str | None = None,
    ) -> None:
        self.book, self.columns, self.places = book, list(columns), Places([column.name for column in columns])
        self.sheet: OfficialSheet = book.workbook.add_worksheet(name, OfficialSheet)
        self.sheet.hide_gridlines(2)
        self._titles = ((title, "list_title"), (book.subtitle(), "wrapped"), (note, "note"))
        for position, column in enumerate(columns):
            self.sheet.set_column(position, position, column.width)
            self.sheet.write_string(HEADER_ROW, position, column.heading, book.styles["head"])
        self._headings = headings_height((column.heading, column.width) for column in columns)
        self.sheet.set_row(HEADER_ROW, self._headings)
        self._keys = self.places.position(frozen) + 1
        self.sheet.freeze_panes(HEADER_ROW + 1, self._keys)
        self._renderer = RowRenderer([book.styles.index(column.style) for column in columns], book.looks())
        self._totals = RowRenderer([book.styles.index(column.total_style) for column in columns], book.looks())
        self.spool = book.spool()
        self._heights = RowHeights([column.width for column in self.columns])
        self._values = [column.value for column in self.columns]
        self._looks = [(position, c.look) for position, c in enumerate(self.columns) if c.look is not None]
        self._summed = [position for position, column in enumerate(self.columns) if column.summed]
        self._sums: dict[int, float] = {}
        self._unseen = [position for position, column in enumerate(self.columns) if column.leave_out_empty]
        self._tall = 0.0

    @property
    def next_row(self) -> int:
        """The 1-based number of the next row."""
        return HEADER_ROW + 2 + self.spool.rows

    @property
    def next_cells(self) -> RowCells:
        """The cells of the next row, for the formulas of an item that is about to be added."""
        return self.places.row(self.next_row)

    @property
    def count(self) -> int:
        """How many rows the sheet has so far."""
        return self.spool.rows

    def add(self, item: Item) -> None:
        """Append the row of an item."""
        self.spool.add(self.render(self.next_row, item))

    def render(self, number: int, item: Item) -> bytes:
        """The row of an item as XML, with its sums noted."""
        values = [value(item) for value in self._values]
        if self._unseen:
            self._unseen = [position for position in self._unseen if values[position] in (None, "")]
        for position in self._summed:
            value = values[position]
            shown = value.value if isinstance(value, Formula) else value
            if isinstance(shown, (int, float)):
                self._sums[position] = self._sums.get(position, 0) + shown
        index = self.book.styles.index
        own = {position: index(style) for position, look in self._looks if (style := look(item)) is not None}
        height = self._heights.of(values)
        self._tall += height
        return self._renderer.render(number, values, height=height, styles=own)

    def finish(
        self, *, label: str | None = None, spools: Sequence[RowSpool] | None = None, below: int = 0
    ) -> TablePlace:
        """Give the rows to the sheet; ``label``: the column that says "Tổng cộng" in a last row of sums; ``below``: so
        many rows below the table are printed too.
        """
        filled = sum(spool.rows for spool in spools) if spools is not None else self.spool.rows
        last = HEADER_ROW + filled
        if filled:
            self.sheet.autofilter(HEADER_ROW, 0, last, len(self.columns) - 1)
        if label is not None and filled:
            totals = [self._total(column, position, last + 1, label) for position, column in enumerate(self.columns)]
            self.spool.add(self._totals.render(last + 2, totals))
            last += 1
        self.sheet.stream(spools if spools is not None else (self.spool,), len(self.columns), last)
        return self._lay_out(max(last, HEADER_ROW + 1), below, is_empty=not filled)

    def _lay_out(self, last: int, below: int, *, is_empty: bool) -> TablePlace:
        """Now that it is known which columns stayed empty: hide them, set up the pages, write what stands above."""
        for position in self._unseen:
            self.sheet.set_column(position, position, self.columns[position].width, None, {"hidden": True})
        printed = list(takewhile(lambda column: column.printed, self.columns))
        widths = [0.0 if place in self._unseen else column.width for place, column in enumerate(printed)]
        starts = [place for place, column in enumerate(printed) if column.starts_page and place >= self._keys]
        end = print_side_by_side(
            self.sheet, widths, header_row=HEADER_ROW, last_row=last + below, repeated=self._keys, starts=starts
        )
        first_page = widths[: end + 1]
        tall = self._headings + self._tall
        for row, (words, style) in enumerate(self._titles):
            if words:
                tall += write_across(self.book, self.sheet, row, words, style, first_page)
        if is_empty:
            write_across(self.book, self.sheet, HEADER_ROW + 1, self.book.say("none"), "note", first_page)
        return TablePlace(last, sum(int(width * 7 + 5) for width in first_page), tall)

    def _total(self, column: Column[Item], position: int, last: int, label: str) -> Rendered:
        if column.name == label:
            return self.book.say("total")
        if column.total is not None and column.summed:
            return column.total(self._sums.get(position, 0))
        if position not in self._sums:
            return None
        letters = self.places.letters(column.name)
        return Formula(f"SUM({letters}{HEADER_ROW + 2}:{letters}{last})", self._sums[position])


class PartedRows(Generic[Item]):
    """Rows of a list that come in any order and are grouped by part: the size of each part is known beforehand."""

    def __init__(self, table: ListSheet[Item], sizes: Mapping[object, int]) -> None:
        self.table = table
        self.spools = {part: table.book.spool() for part in sizes}
        self._next: dict[object, int] = {}
        at = HEADER_ROW + 2
        for part, size in sizes.items():
            self._next[part] = at
            at += size
        self._ends = {part: first + sizes[part] for part, first in self._next.items()}

    def add(self, part: object, item: Item) -> None:
        """Append the row of an item to a part."""
        number = self._next[part]
        self._next[part] += 1
        if number <= LAST_ROW:
            self.spools[part].add(self.table.render(number, item))

    def finish(self) -> None:
        """Give the parts to the sheet, in their order."""
        assert self._next == self._ends, "a part has another number of rows than was said: rows would collide"
        self.table.finish(spools=list(self.spools.values()))
