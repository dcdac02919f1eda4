"""Workbooks of xlsxwriter read as XML, with the results that are stored beside formulas: quick, and not our reader."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from lxml import etree

Cells = dict[int, dict[str, Any]]
"""Row → letters of the column → value of its filled cells."""
Rows = list[dict[str, Any]]
"""Rows by heading; None where a cell is empty."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_cells(path: Path, wanted: Collection[str] = ()) -> dict[str, Cells]:
    """Sheet → its cells, of the sheets ``wanted`` or of all. Days are numbers, as Excel has them."""
    found: dict[str, Cells] = {}
    with zipfile.ZipFile(path) as archive:
        strings = [_words(item) for item in etree.fromstring(archive.read("xl/sharedStrings.xml"))]
        sheets = etree.fromstring(archive.read("xl/workbook.xml")).iterfind(f".//{MAIN}sheet")
        for number, sheet in enumerate(sheets, 1):  # xlsxwriter numbers the parts as the sheets come
            name = str(sheet.get("name"))
            if not wanted or name in wanted:
                found[name] = _cells(archive.read(f"xl/worksheets/sheet{number}.xml"), strings)
    return found


def below(cells: Cells, head: int) -> Rows:
    """The rows below the row of headings ``head``, but for empty ones."""
    headings = cells[head]
    return [
        {heading: row.get(column) for column, heading in headings.items()}
        for number, row in cells.items()
        if number > head and row
    ]


def _cells(xml: bytes, strings: list[str]) -> Cells:
    found: Cells = {}
    for row in etree.fromstring(xml).iter(f"{MAIN}row"):
        cells = {str(cell.get("r")).rstrip("0123456789"): _value(cell, strings) for cell in row}
        found[int(row.get("r", 0))] = {column: value for column, value in cells.items() if value is not None}
    return found


def _value(cell: Any, strings: list[str]) -> Any:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        return _words(cell)
    if value is None:
        return None
    if kind == "n":
        return float(value) if {".", "e", "E"} & {*value} else int(value)
    return strings[int(value)] if kind == "s" else value


def _words(item: Any) -> str:
    return "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
