"""What a workbook asks to be printed: of every sheet the cells with text, as shown, and what its charts must name.

The text of a cell as shown (days, percentages, results of formulas) is what LibreOffice writes into a CSV file; which
cells are printed (print area, hidden rows and columns, hidden sheets) and what the charts name stands in the workbook.
"""

from __future__ import annotations

import csv
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

INCH = 72

PAPER_EDGE = 12.0
"""Points along the edge of the paper that office printers can't reach."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class Cell(NamedTuple):
    """A printed cell that shows something."""

    address: str
    text: str  # without blanks


class Label(NamedTuple):
    """A name that a chart must show: a category, or a series of its legend."""

    what: str
    text: str  # without blanks


class Margins(NamedTuple):
    """Points that a sheet leaves blank along the edges of its pages; a margin with a header or footer is not blank."""

    left: float
    low: float
    right: float
    high: float


@dataclass
class Asked:
    """What one sheet asks to be printed."""

    sheet: str
    cells: list[Cell]
    labels: list[Label]
    margins: Margins


def squeezed(text: str) -> str:
    """Without blanks, which a line break swallows and justified lines stretch; accents in one form."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def asked_of(book: Path, folder: Path) -> dict[str, Asked]:
    """Sheet → what it asks to be printed. ``folder`` holds the workbook's CSV files; hidden sheets are left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out
        opened = load_workbook(book)
    shown = {sheet.title: _as_shown(folder / f"{book.stem}-{sheet.title}.csv") for sheet in opened.worksheets}
    return {
        sheet.title: Asked(
            sheet.title,
            list(_cells(sheet, shown[sheet.title])),
            list(_labels(sheet, opened.worksheets, shown)),
            _margins(sheet),
        )
        for sheet in opened.worksheets
        if sheet.sheet_state == "visible"
    }


def _margins(sheet: Worksheet) -> Margins:
    """An edge with a header or footer counts as the edge of what printers reach."""
    blank = sheet.page_margins
    high = PAPER_EDGE if _says(sheet.oddHeader) else blank.top * INCH
    low = PAPER_EDGE if _says(sheet.oddFooter) else blank.bottom * INCH
    return Margins(blank.left * INCH, low, blank.right * INCH, high)


def _says(part: Any) -> bool:
    """Whether a header or footer holds words."""
    return any(getattr(part, side).text for side in ("left", "center", "right"))


def _as_shown(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _hidden(sheet: Worksheet) -> tuple[set[int], set[int]]:
    """Rows and columns that are not shown."""
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    columns = {
        number
        for column in sheet.column_dimensions.values()
        if column.hidden or column.width == 0
        for number in range(column.min or 1, (column.max or column.min or 1) + 1)
    }
    return rows, columns


def _print_areas(sheet: Worksheet) -> list[tuple[int, int, int, int]]:
    """(first column, first row, last column, last row) of what is printed; without a print area all of it."""
    areas = []
    for part in re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", str(sheet.print_area or "")):
        if part:
            left, low, right, high = range_boundaries(part.rpartition("!")[2].replace("$", ""))
            areas.append((left or 1, low or 1, right or LAST_COLUMN, high or LAST_ROW))
    return areas or [(1, 1, LAST_COLUMN, LAST_ROW)]


def _within(areas: Sequence[tuple[int, int, int, int]], row: int, column: int) -> bool:
    return any(left <= column <= right and low <= row <= high for left, low, right, high in areas)


def _cells(sheet: Worksheet, shown: list[list[str]]) -> Iterator[Cell]:
    rows, columns = _hidden(sheet)
    areas = _print_areas(sheet)
    for number, line in enumerate(shown, start=1):
        if number in rows:
            continue
        for column, text in enumerate(line, start=1):
            if text.strip() and column not in columns and _within(areas, number, column):
                yield Cell(f"{get_column_letter(column)}{number}", squeezed(text))


def _labels(sheet: Worksheet, sheets: Sequence[Worksheet], shown: dict[str, list[list[str]]]) -> Iterator[Label]:
    """The names that the charts on the printed part of a sheet must show."""
    areas = _print_areas(sheet)
    by_name = {item.title: item for item in sheets}

    def texts(reference: str, visible_only: bool) -> list[str]:
        name, _, cells = reference.rpartition("!")
        source = by_name[name.strip("'").replace("''", "'")]
        rows, columns = _hidden(source) if visible_only else (set(), set())
        left, low, right, high = (side or 1 for side in range_boundaries(cells.replace("$", "")))
        lines = shown[source.title]
        return [
            lines[row - 1][column - 1]
            for row in range(low, high + 1)
            for column in range(left, right + 1)
            if row not in rows and column not in columns and row <= len(lines) and column <= len(lines[row - 1])
        ]

    for number, chart in enumerate(sheet._charts, start=1):  # type: ignore[attr-defined]
        start = chart.anchor._from
        if not _within(areas, start.row + 1, start.col + 1):
            continue
        visible_only = chart.visible_cells_only is not False
        names: dict[Label, None] = {}
        for part in chart._charts:
            for series in part.series:
                for reference in _category_references(part, series):
                    names |= {
                        Label(f"biểu đồ {number}, mục", squeezed(text)): None for text in texts(reference, visible_only)
                    }
                if chart.legend is not None and series.tx is not None and series.tx.strRef is not None:
                    names |= {
                        Label(f"biểu đồ {number}, chú giải", squeezed(text)): None
                        for text in texts(series.tx.strRef.f, visible_only)
                    }
        yield from (label for label in names if label.text)


def _category_references(part: Any, series: Any) -> Iterator[str]:
    """Where the categories stand that an axis, or the legend of a pie, shows."""
    axis = getattr(part, "x_axis", None)
    if axis is not None and axis.delete:
        return
    categories = series.cat
    for found in (categories.strRef, categories.numRef) if categories is not None else ():
        if found is not None:
            yield found.f
