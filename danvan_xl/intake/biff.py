"""Read ``.xls`` of Excel 5 to 2003 with xlrd, which reports error cells, formats, fonts and hidden parts.

xlrd does not say which values are results of formulas, so live formulas give no warning here. There is no second
reader: calamine kills the whole process on some damaged files of this format (one flipped bit makes it allocate 170
GB), and the format has no checksums. So every such file gets a warning to look at the values.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from danvan_xl.intake.assemble import assemble
from danvan_xl.intake.cells import Converter, plain_number
from danvan_xl.intake.default_password import decrypted, opened_by
from danvan_xl.intake.facts import Facts
from danvan_xl.intake.found import FoundSheet, RowScan, SheetScan
from danvan_xl.intake.guard import has_stream
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.source import Source
from danvan_xl.intake.styles import BUILT_IN, Style, make_style
from danvan_xl.intake.witness import nobody
from danvan_xl.model.book import Sheet, State
from danvan_xl.model.finding import Finding, Location, finding

if TYPE_CHECKING:
    import xlrd

_STATES: tuple[State, ...] = ("visible", "hidden", "veryHidden")
_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = 1, 2, 3, 4, 5  # xlrd's cell types; 0 and 6 are empty cells
_TYPES = {_TEXT: "inlineStr", _NUMBER: "n", _DATE: "n", _TRUTH: "b", _ERROR: "e"}


def read_biff(source: Source) -> tuple[str, tuple[Sheet, ...], list[Finding]]:
    """Format, sheets and findings of an OLE workbook. Raises ``RefusedError``: F008 (password), F023."""
    own = False
    try:
        scanned = _scan(source.data)
    except RefusedError as refused:
        scanned, own = _opened(source.data, refused), True
    found, styles, mac, macro_sheets = scanned
    if not found:
        raise RefusedError("F020", "BOUNDSHEET")
    sheets, findings = assemble(source.path, found, Converter({}, styles, mac), nobody)
    where = Location(source.path)
    findings.insert(0, finding("F057", where))
    if own:
        findings.insert(0, finding("F080", where))
    if has_stream(source.data, "_VBA_PROJECT_CUR"):
        findings.insert(0, finding("S010", where))
    if macro_sheets:
        findings.insert(0, finding("S013", where, ", ".join(macro_sheets)))
    if mac:
        findings.insert(0, finding("F059", where))
    return "xls", sheets, findings


Scanned = tuple[list[FoundSheet], list[Style], bool, list[str]]
"""The sheets, the styles, whether days count from 1904, and the names of macro sheets."""

_FILEPASS, _BOUNDSHEET, _EOF = 0x2F, 0x85, 0x0A
_MOST_RECORDS = 100_000  # of a workbook's first part, which lists its sheets; an ordinary one has some hundreds
_IS_MACRO = 1


def _scan(data: bytes) -> Scanned:
    """The sheets, the styles, whether days count from 1904, and the names of macro sheets."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        found = [_find(book.sheet_by_index(index)) for index in range(book.nsheets)]
        return found, _styles(book), book.datemode == 1, _macro_sheets(data, book.encoding or "latin-1")
    except xlrd.XLRDError as error:
        if "encrypted" not in str(error):
            raise RefusedError("F023", str(error)[:200]) from error
        own = any(kind == _FILEPASS and opened_by(content) for kind, content in _records(data))
        raise RefusedError("F009" if own else "F008", str(error)[:200]) from error
    except Exception as error:
        # AssertionError, IndexError, KeyError, struct.error, UnicodeDecodeError, CompDocError …
        raise RefusedError("F023", type(error).__name__) from error


def _opened(data: bytes, refused: RefusedError) -> Scanned:
    """What is in a workbook that Excel's own password opens; the refusal itself where it does not, or is another."""
    inside = decrypted(data) if refused.code in {"F008", "F009"} else None
    if inside is None:
        raise refused
    try:
        return _scan(inside)
    except RefusedError:
        raise refused from None


def _macro_sheets(data: bytes, encoding: str) -> list[str]:
    """The names of the Excel 4 macro sheets, of which xlrd says nothing ([MS-XLS] 2.4.28)."""
    found: list[str] = []
    for kind, content in _records(data):
        if kind == _BOUNDSHEET and content[5:6] == bytes([_IS_MACRO]):
            wide = content[7:8] == b"\x01"
            name = content[8:] if content[7:8] in (b"\0", b"\x01") else content[7:]  # Excel 5 has no flags there
            found.append(name.decode("utf-16-le" if wide else encoding, "replace"))
    return found


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook's first part, up to its end."""
    from xlrd.compdoc import CompDoc

    container = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        stream, at, length = container.locate_named_stream(name)
        if stream:
            break
    else:
        return
    end = at + length
    for _ in range(_MOST_RECORDS):
        if at + 4 > end:
            return
        kind, size = struct.unpack_from("<2H", stream, at)
        if kind == _EOF:
            return
        yield kind, bytes(stream[at + 4 : at + 4 + size])
        at += 4 + size


_REGIONAL = (14, 22)
"""The built-in formats of days that follow the computer's settings: xlrd names them in American order."""


def _styles(book: xlrd.Book) -> list[Style]:
    styles: list[Style] = []
    for xf in book.xf_list:
        code = book.format_map.get(xf.format_key)
        if code and xf.format_key in _REGIONAL:
            code.format_str = BUILT_IN[xf.format_key]
        font = book.font_list[xf.font_index] if xf.font_index < len(book.font_list) else None
        styles.append(make_style(code.format_str if code else "General", font.name if font else ""))
    return styles


def _find(sheet: xlrd.sheet.Sheet) -> FoundSheet:
    rows = [scan for index in range(sheet.nrows) if (scan := _row(sheet, index))]
    facts = Facts(
        {index + 1 for index, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0},
        {index + 1 for index, info in sheet.colinfo_map.items() if info.hidden or info.width == 0},
        merges=[(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells],
        hidden_by_default=bool(sheet.default_row_hidden),
    )
    return FoundSheet(
        sheet.name,
        _STATES[sheet.visibility] if sheet.visibility in (0, 1, 2) else "visible",
        SheetScan(rows, facts),
        {(row + 1, column + 1): note.text for (row, column), note in sheet.cell_note_map.items()},
        {
            (row + 1, column + 1): link.url_or_path or link.textmark or ""
            for (row, column), link in sheet.hyperlink_map.items()
        },
    )


def _row(sheet: xlrd.sheet.Sheet, index: int) -> RowScan | None:
    cells = [
        (column, str(cell.xf_index), _TYPES[cell.ctype], _raw(cell))
        for column, cell in enumerate(sheet.row(index), 1)
        if cell.ctype in _TYPES
    ]
    if not cells:
        return None
    columns, styles, types, raws = zip(*cells, strict=True)
    return RowScan(index + 1, columns, styles, types, raws)


def _raw(cell: xlrd.sheet.Cell) -> str:
    """The cell's value as a sheet's XML would hold it."""
    if cell.ctype == _TEXT:
        return str(cell.value).replace("_x", "_x005F_x")  # this format has no escapes
    if cell.ctype == _ERROR:
        import xlrd

        return str(xlrd.error_text_from_code.get(cell.value, f"#{cell.value}"))
    return plain_number(cell.value) if cell.ctype != _TRUTH else str(int(cell.value))
