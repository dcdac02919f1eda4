"""Workbooks opened with openpyxl: addresses by the words of the sheet, and tables read as dicts."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import layout


def open_book(path: Path, *, values: bool = False) -> Workbook:
    """The workbook; ``values``: stored results in place of formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out
        return load_workbook(path, data_only=values)


def header_row(sheet: Worksheet, heading: str = layout.LINE_ID) -> int:
    """The row that holds a heading."""
    return next(row for row in range(1, 41) for cell in sheet[row] if cell.value == heading)


def column_of(sheet: Worksheet, heading: str, row: int | None = None) -> int:
    """The column below a heading."""
    row = row or header_row(sheet)
    return next(cell.column for cell in sheet[row] if cell.value == heading)


def row_of(sheet: Worksheet, row_id: str) -> int:
    """The row that begins with an id."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == row_id)


def cell(sheet: Worksheet, row_id: str, heading: str) -> Any:
    """The cell of a row's id below a heading."""
    return sheet.cell(row_of(sheet, row_id), column_of(sheet, heading))


def type_unit(path: Path, name: str) -> Path:
    """Another name beside ``Đơn vị báo cáo`` of a template."""
    book = open_book(path)
    guide = book[layout.GUIDE_SHEET]
    label = next(item for row in guide.iter_rows() for item in row if item.value == layout.UNIT_LABEL)
    guide.cell(label.row, label.column + 1).value = name
    book.save(path)
    return path


def column_widths(sheet: Worksheet) -> dict[int, float]:
    """Column → its width in characters, as xlsxwriter was told; a hidden one has none."""
    found = {}
    for dimension in sheet.column_dimensions.values():  # openpyxl keeps a run of equal columns as one entry
        for index in range(dimension.min, dimension.max + 1):
            found[index] = 0.0 if dimension.hidden else dimension.width - 0.7109375
    return found


def table(path: Path, name: str, head: int = 1) -> list[dict[str, Any]]:
    """The rows of a sheet below its row of headings, as stored values."""
    book = open_book(path, values=True)
    rows = book[name].iter_rows(min_row=head, values_only=True)
    headings = [str(value) for value in next(rows) if value is not None]
    return [dict(zip(headings, row, strict=False)) for row in rows]


def data(path: Path) -> list[dict[str, Any]]:
    """The rows of ``Dữ liệu``."""
    return table(path, layout.DATA)


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """(sheet, cell, formula) of every formula in a workbook."""
    for sheet in open_book(path):
        for row in sheet.iter_rows():
            for item in row:
                if isinstance(item.value, str) and item.data_type == "f":
                    yield sheet.title, item.coordinate, item.value


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a workbook, XML in its canonical form, so that two writers' spacing makes no difference."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: etree.tostring(etree.fromstring(content), method="c14n") if name.endswith((".xml", ".rels")) else content
        for name, content in found.items()
    }
