"""Places in a unit's workbook, found by its words; rows moved as Excel moves them, formulas with them."""

from __future__ import annotations

import warnings
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.oracle.judge import Raw, Shown

ROW_ID = "Mã dòng"
GUIDE, FIGURES, WORDS = "Hướng dẫn", "Số liệu", "Khó khăn, kiến nghị"


def open_book(path: Path, *, values: bool = False) -> Workbook:
    """A workbook; ``values``: stored results in place of formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out
        return load_workbook(path, data_only=values)


class Table:
    """A sheet with ids in its first column: its header, its columns by heading, its rows by id."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.head = next(row for row in range(1, 41) if sheet.cell(row, 1).value == ROW_ID)
        self.width = max(cell.column for cell in sheet[self.head] if cell.value is not None)

    def column(self, heading: str) -> int:
        return next(cell.column for cell in self.sheet[self.head] if cell.value == heading)

    @property
    def headings(self) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.sheet[self.head] if cell.value}

    @property
    def last(self) -> int:
        rows = range(self.sheet.max_row, self.head, -1)
        return next((row for row in rows if any(cell.value not in (None, "") for cell in self.sheet[row])), self.head)

    @property
    def ids(self) -> dict[str, int]:
        """Id → its row; the last one where it stands twice."""
        found = {}
        for row in range(self.head + 1, self.sheet.max_row + 1):
            if self.sheet.cell(row, 1).value:
                found[str(self.sheet.cell(row, 1).value)] = row
        return found

    def cell(self, row_id: str, heading: str) -> Cell:
        found = self.sheet.cell(self.ids[row_id], self.column(heading))
        assert isinstance(found, Cell)
        return found

    # ---- rows ----------------------------------------------------------------------------------------------------

    def take(self, row: int) -> list[tuple[Any, Any, int]]:
        """A row's cells as (value, style, row that they come from)."""
        cells = (self.sheet.cell(row, column) for column in range(1, self.width + 1))
        return [(cell.value, copy(cell._style), row) for cell in cells]

    def put(self, row: int, cells: list[tuple[Any, Any, int]], first: int = 1) -> None:
        """Write cells into a row; formulas follow, as when rows are sorted, copied or deleted in Excel."""
        for column, (value, style, origin) in enumerate(cells[first - 1 :], start=first):
            cell = self.sheet.cell(row, column)
            cell._style = style
            cell.value = value
            if isinstance(value, str) and value.startswith("="):
                letter = cell.column_letter
                cell.value = Translator(value, f"{letter}{origin}").translate_formula(f"{letter}{row}")

    def body(self) -> list[list[tuple[Any, Any, int]]]:
        return [self.take(row) for row in range(self.head + 1, self.sheet.max_row + 1)]

    def put_body(self, rows: list[list[tuple[Any, Any, int]]]) -> None:
        """All rows below the header anew; what is left over becomes empty."""
        last = self.sheet.max_row
        for row, cells in enumerate(rows, start=self.head + 1):
            self.put(row, cells)
        for row in range(self.head + 1 + len(rows), last + 1):
            for column in range(1, self.width + 1):
                self.sheet.cell(row, column).value = None

    def delete(self, row: int) -> None:
        rows = self.body()
        del rows[row - self.head - 1]
        self.put_body(rows)

    def insert(self, below: int, cells: list[tuple[Any, Any, int]]) -> int:
        """A row of its own below another; its number."""
        rows = self.body()
        rows.insert(below - self.head, cells)
        self.put_body(rows)
        return below + 1

    def empty_row(self, like: int) -> list[tuple[Any, Any, int]]:
        return [(None, style, origin) for _, style, origin in self.take(like)]


def write(cell: Cell, raw: Raw | None) -> None:
    """Type into a cell."""
    if isinstance(raw, Shown):
        cell.value = raw.value
        cell.number_format = raw.form
    else:
        cell.value = raw


def nil_cell(sheet: Worksheet, label: str) -> Cell:
    """The open cell in the row of a label that begins so."""
    for row in sheet.iter_rows(max_row=20):
        if any(str(cell.value or "").startswith(label) for cell in row):
            return next(cell for cell in row if isinstance(cell, Cell) and not cell.protection.locked)
    raise LookupError(label)
