"""A sheet with a title and one table, whose columns are records and whose rows are streamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic

from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered, RowRenderer
from danvan_xl.workbooks.writing.sheet_columns import Column, Item, Places, RowCells
from danvan_xl.workbooks.writing.spool import RowSpool
from danvan_xl.workbooks.writing.style import OfficialSheet, RowHeights, height_of, page_setup

HEADER_ROW = 3
"""0-based row of the headings; the first row of data follows."""


class ListSheet(Generic[Item]):
    """One sheet of the consolidated workbook. ``frozen``: the last column that stays while a person scrolls."""

    def __init__(
        self,
        book: ConsolidatedBook,
        name: str,
        title: str,
        columns: Sequence[Column[Item]],
        *,
        note: str | None = None,
        frozen: str | None = None,
    ) -> None:
        self.book, self.columns, self.places = book, list(columns), Places([column.name for column in columns])
        self.sheet: OfficialSheet = book.workbook.add_worksheet(name, OfficialSheet)
        self.sheet.hide_gridlines(2)
        for row, (words, style) in enumerate(((title, "heading"), (book.subtitle(), "plain"), (note, "note"))):
            if words:
                self.sheet.write_string(row, 0, words, book.styles[style])
        for position, column in enumerate(columns):
            self.sheet.set_column(position, position, column.width)
            self.sheet.write_string(HEADER_ROW, position, column.heading, book.styles["head"])
        self.sheet.set_row(HEADER_ROW, height_of(((c.heading, c.width) for c in columns), 12))
        self.sheet.freeze_panes(HEADER_ROW + 1, self.places.position(frozen) + 1 if frozen else 0)
        page_setup(self.sheet, header_row=HEADER_ROW)
        self._renderer = RowRenderer([book.styles.index(column.style) for column in columns], book.looks())
        self._totals = RowRenderer([book.styles.index("box_total")] * len(self.columns), book.looks())
        self.spool = book.spool()
        self._heights = RowHeights([column.width for column in self.columns])
        self._values = [column.value for column in self.columns]
        self._looks = [(position, c.look) for position, c in enumerate(self.columns) if c.look is not None]
        self._summed = [position for position, column in enumerate(self.columns) if column.summed]
        self._sums: dict[int, float] = {}

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
        for position in self._summed:
            value = values[position]
            shown = value.value if isinstance(value, Formula) else value
            if isinstance(shown, (int, float)):
                self._sums[position] = self._sums.get(position, 0) + shown
        index = self.book.styles.index
        own = {position: index(style) for position, look in self._looks if (style := look(item)) is not None}
        return self._renderer.render(number, values, height=self._heights.of(values), styles=own)

    def finish(self, *, label: str | None = None, spools: Sequence[RowSpool] | None = None) -> None:
        """Give the rows to the sheet; ``label``: the column that says "Tổng cộng" in a last row of sums."""
        filled = sum(spool.rows for spool in spools) if spools is not None else self.spool.rows
        last = HEADER_ROW + filled
        if filled:
            self.sheet.autofilter(HEADER_ROW, 0, last, len(self.columns) - 1)
        else:
            self.sheet.write_string(HEADER_ROW + 1, 0, self.book.say("none"), self.book.styles["note"])
        if label is not None and filled:
            totals = [self._total(column, position, last + 1, label) for position, column in enumerate(self.columns)]
            self.spool.add(self._totals.render(last + 2, totals))
            last += 1
        self.sheet.stream(spools if spools is not None else (self.spool,), len(self.columns), last)

    def _total(self, column: Column[Item], position: int, last: int, label: str) -> Rendered:
        if column.name == label:
            return self.book.say("total")
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
