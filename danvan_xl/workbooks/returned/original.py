"""Open a unit's own workbook for editing, or say why that would not be safe."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from danvan_xl.model import layout
from danvan_xl.model.book import Book
from danvan_xl.workbooks.returned.live import take_out
from danvan_xl.workbooks.returned.saving import coded, guarded, unguard
from danvan_xl.workbooks.writing.style import EPOCH

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

LARGEST_SHEETS = 16_000_000
"""Bytes of sheet XML beyond which openpyxl would need too much memory (a template has 0.3 million)."""

_WITH_CONTENT = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+\d+)"[^>]*(?<!/)>')
_SHAPE = re.compile(rb"<(?:\w+:)?(?:sp|pic|cxnSp|grpSp)\b")


class UnsafeError(Exception):
    """The original can't be edited; ``reason`` is the key of the words that say why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Original:
    """An open workbook, the XML of its sheets by name, and what a copy of it lacks."""

    def __init__(self, data: bytes) -> None:
        """Open the bytes of a workbook. Raises ``UnsafeError``."""
        archive = _archive(data)
        try:
            self.book, paths = _load(data)
            self.sheets = {name: archive.read(path.lstrip("/")) for name, path in paths.items()}
            self.lost = _lost(archive)
            if "connections" in self.lost:
                _drop_pivots(self.book)
            _empty_again(self.book, self.sheets)
            self.taken = take_out(self.book, lambda: _load(data, data_only=True)[0])
            _escape_again(self.book)
            _fix_times(self.book, archive)
        except Exception as error:  # whatever openpyxl raises, the unit gets a template instead
            raise UnsafeError("fresh_damaged") from error


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise UnsafeError("fresh_old_format") from error
    members = archive.infolist()
    if "[Content_Types].xml" not in {item.filename for item in members}:
        raise UnsafeError("fresh_old_format")
    if sum(item.file_size for item in members if "/worksheets/" in item.filename) > LARGEST_SHEETS:
        raise UnsafeError("fresh_too_large")
    return archive


def _load(data: bytes, *, data_only: bool = False) -> tuple[Workbook, dict[str, str]]:
    """The workbook without macros and links to other files, and the paths of its sheets' XML by name."""
    from openpyxl.reader.excel import ExcelReader

    stream: Any = io.BytesIO(guarded(data))
    reader = ExcelReader(stream, keep_vba=False, data_only=data_only, keep_links=False, rich_text=True)
    reader.read()
    paths = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    book: Workbook = reader.wb
    unguard(book)
    if layout.IDENTITY_SHEET not in book.sheetnames:
        raise UnsafeError("fresh_damaged")
    book.template = False
    if book.calculation is not None:
        book.calculation.fullCalcOnLoad = True  # also for results that could not be put back
    return book, paths


def _lost(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """What of the original openpyxl leaves out, by the key of its words."""
    names = archive.namelist()
    shapes = (name for name in names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name))
    found = {
        "macros": any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names),
        "links": any(name.startswith("xl/externalLinks/") for name in names),
        "connections": any(name.startswith(("xl/connections", "xl/queryTables/")) for name in names),
        "pictures": any(name.startswith("xl/media/") for name in names)
        or any(_SHAPE.search(archive.read(name)) for name in shapes),
        "charts": any(name.startswith("xl/charts/") for name in names),
        "threads": any(name.startswith("xl/threadedComments/") for name in names),
        "controls": any(name.startswith(("xl/ctrlProps/", "xl/activeX/")) for name in names),
    }
    return tuple(name for name, there in found.items() if there)


def _empty_again(book: Workbook, xml: Mapping[str, bytes]) -> None:
    """openpyxl writes the address of a link into a cell that is empty."""
    sheets: list[Any] = list(book.worksheets)
    for sheet in sheets:
        linked = [cell for cell in sheet._cells.values() if getattr(cell, "hyperlink", None) is not None]
        doubtful = [cell for cell in linked if cell.value in (cell.hyperlink.target, cell.hyperlink.location)]
        written = set(_WITH_CONTENT.findall(xml.get(sheet.title, b""))) if doubtful else set()
        for cell in doubtful:
            if cell.coordinate.encode() not in written:
                cell._value, cell.data_type = None, "n"


def _drop_pivots(book: Workbook) -> None:
    sheets: list[Any] = list(book.worksheets)
    for sheet in sheets:
        sheet._pivots = []


def _escape_again(book: Workbook) -> None:
    """openpyxl decodes ``_xFFFF_`` in headings of tables and in headers, and would write what XML can't hold."""
    sheets: list[Any] = list(book.worksheets)
    for sheet in sheets:
        for column in (column for table in sheet.tables.values() for column in table.tableColumns):
            column.name = coded(column.name)
        kinds = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter)
        for words in (*kinds, sheet.firstHeader, sheet.firstFooter):
            for part in (words.left, words.center, words.right):
                part.text = coded(part.text) if part.text else part.text


def _fix_times(book: Workbook, archive: zipfile.ZipFile) -> None:
    """openpyxl takes the clock's time where a file gives none."""
    core = archive.read("docProps/core.xml") if "docProps/core.xml" in archive.namelist() else b""
    if b"dcterms:created" not in core:
        book.properties.created = EPOCH
    if b"dcterms:modified" not in core:
        book.properties.modified = EPOCH


def same_values(before: Book, after: Book) -> bool:
    """Whether every sheet of the unit's says the same after the edit: values and errors by address."""
    return _content(before) == _content(after)


def _content(book: Book) -> dict[str, object]:
    ours = (layout.ERRORS_SHEET, layout.IDENTITY_SHEET)
    return {
        sheet.name: (
            {(row.number, i): v for row in sheet.rows for i, v in enumerate(row.values) if v is not None},
            dict(sheet.errors),
        )
        for sheet in book.sheets
        if sheet.name not in ours
    }
