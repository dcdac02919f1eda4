"""The structural scan: every cell of a sheet's XML, read without any spreadsheet library.

Sheets written the way Excel, WPS, LibreOffice, openpyxl and XlsxWriter write them are read with regular
expressions whose matches must account for every tag; anything else (prefixes, missing addresses, comments
inside …) goes to expat (``scan_slow``). Both give the same ``SheetScan``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress

from msgspec import Struct, field

from danvan_xl.excel.intake.facts import Facts, read_facts
from danvan_xl.excel.intake.refusal import RefusedError
from danvan_xl.excel.intake.strings import unescape
from danvan_xl.model.addresses import LAST_ROW, column_number
from danvan_xl.model.book import Address, State

_WIDE = 256  # cells; what is found out about wider rows is not kept, it would fill the memory


class RowScan(Struct):
    """The cells of one row that hold something, column by column: 1-based column, style, type, text of the
    value.

    ``raws`` has None for a cell without a stored value; ``formulas`` are the columns with a formula.
    """

    number: int
    columns: tuple[int, ...]
    styles: tuple[str, ...]
    types: tuple[str, ...]
    raws: tuple[str | None, ...]
    formulas: frozenset[int] = frozenset()


class SheetScan(Struct):
    """One sheet as its XML has it. ``rows`` are in the order of the file, rows without anything left out."""

    rows: list[RowScan]
    facts: Facts
    lean: bytes = b""  # the part without the texts of its formulas, where that is known to be the same


class FoundSheet(Struct):
    """A sheet of any format, before its cells become values; ``scan`` is None where it has no cells (a
    chart).
    """

    name: str
    state: State
    scan: SheetScan | None
    comments: dict[Address, str] = field(default_factory=dict)
    links: dict[Address, str] = field(default_factory=dict)


class _NotPlainError(Exception):
    """The sheet is not written in the plain way; expat reads it."""


_FORMULA = re.compile(rb"<f>[^<]*+</f>")
# A cell that is closed in itself, or at once, can't hold anything. Most cells of a form are such.
_BLANK = re.compile(rb'<c r="[A-Z]++[0-9]++"[^<>\x80-\xff]*+>(?:(?<=/>)|</c>)')
_ROW = re.compile(r'\s*+<row r="([1-9][0-9]{0,6}+)"([^<>]*+)>')
# The usual cell (with a formula or none, and a value), or else whatever stands up to the end of the cell.
_CELL = re.compile(
    r'<c r="([A-Z]++)([0-9]++)"(?: s="([^"<>]*+)")?+(?: t="([^"<>]*+)")?+(?: (?:cm|vm|ph)="[0-9]++")*+>'
    r"(?:(?:(<f(?:[\s/][^<>]*+)?+>)(?:(?<=/>)|[^<]*+</f>))?+<v>([^<]*+)</v>|((?:[^<]++|<(?!/c>|c ))++))</c>"
)
_INNER = re.compile(
    r"\s*(?:(<f)(?:\s[^<>]*)?(?:/>|>[^<]*</f>))?\s*"
    r"(?:<v(?: xml:space=\"preserve\")?>([^<]*)</v>|(<v\s*/>)|<is>\s*<t(?:\s[^<>]*)?>([^<]*)</t>\s*</is>)?\s*"
)
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')


def scan_sheet(part: str, content: bytes) -> SheetScan:
    """Scan a sheet's part (UTF-8). Raises ``RefusedError`` F021 when it is no sheet, or damaged."""
    try:
        return _scan_plain(part, content)
    except UnicodeDecodeError as error:
        raise RefusedError("F021", part) from error
    except _NotPlainError:
        from danvan_xl.excel.intake.scan_slow import scan_by_expat

        return scan_by_expat(part, content)


def _scan_plain(part: str, content: bytes) -> SheetScan:
    content.decode()  # what is left out below must be text, too
    before, region, after = _region(content)
    facts = read_facts(part, (before + after).decode())
    region = _FORMULA.sub(b"<f/>", region)
    lean = before + region + after
    # What stands for an empty cell is a tag that fits nowhere but between cells.
    region, empty = _BLANK.subn(b"<", region)
    text = region.decode()
    rows, tags = _rows(part, text, facts.hidden_rows)
    # Every tag must be one that was read: of a row, of a cell with a value, or an empty cell.
    if region.count(b"<") != tags + empty:
        raise _NotPlainError
    return SheetScan(rows, facts, lean)


def _region(content: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands in ``sheetData``, between what stands before and behind it."""
    if (b"!" in content and b"<!" in content) or b"\r" in content:
        raise _NotPlainError
    start, stop = content.find(b"<sheetData>") + 11, content.rfind(b"</sheetData>")
    if 10 < start <= stop:
        return content[:start], content[start:stop], content[stop:]
    if start > 10 or stop >= 0 or b"<sheetData/>" not in content:
        raise _NotPlainError
    return content, b"", b""


def _rows(part: str, text: str, hidden: set[int]) -> tuple[list[RowScan], int]:
    """The rows that hold something, and how many tags were read; numbers of hidden rows join ``hidden``."""
    rows: list[RowScan] = []
    escaped = "&" in text
    find = _CELL.findall
    *pieces, rest = text.split("</row>")
    tags = 2 * len(pieces)
    for piece in pieces:
        number, at, shut = _open_row(piece, hidden)
        tags += shut
        found = find(piece, at)
        if found:
            scan, inner = _row(part, number, found, escaped)
            tags += inner
            rows.append(scan)
    at, shut = _closed_rows(rest, hidden)
    if rest[at:].strip():
        raise _NotPlainError
    return rows, tags + shut


def _open_row(piece: str, hidden: set[int]) -> tuple[str, int, int]:
    """Number of the row that is open in this piece, where its cells begin, and how many rows closed in
    themselves stand before it.
    """
    at = shut = 0
    match = _ROW.match(piece)
    if match and match[2][-1:] == "/":
        at, shut = _closed_rows(piece, hidden)
        match = _ROW.match(piece, at)
    if not match:
        raise _NotPlainError
    number, more = match.groups()
    if "hidden=" in more and _HIDDEN.search(more):
        hidden.add(int(number))
    return number, match.end(), shut


def _closed_rows(piece: str, hidden: set[int]) -> tuple[int, int]:
    """Where the rows closed in themselves end with which the piece begins, and how many they are."""
    at = shut = 0
    while (match := _ROW.match(piece, at)) and match[2][-1:] == "/":
        at, shut = match.end(), shut + 1
        if "hidden=" in match[2] and _HIDDEN.search(match[2]):
            hidden.add(int(match[1]))
    return at, shut


_Found = tuple[str, str, str, str, str, str, str]


def _row(part: str, number: str, found: list[_Found], escaped: bool) -> tuple[RowScan, int]:
    """The row as a scan, and the number of its cells' tags."""
    letters, numbers, styles, types, formulas, raws, odd = zip(*found, strict=True)
    row = int(number)
    if numbers.count(number) != len(numbers) or row > LAST_ROW:
        raise _NotPlainError
    columns = columns_of(letters)
    if escaped and "&" in "".join(raws):
        raws = tuple([unescape(raw, part) for raw in raws])
    scan = RowScan(row, columns, styles, types, raws)
    tags = 4 * len(found)
    if any(formulas):
        scan.formulas = frozenset(compress(columns, formulas))
        tags += 2 * (len(found) - formulas.count("")) - "".join(formulas).count("/>")
    if any(odd):
        tags += _add_odd(part, scan, odd)
    return scan, tags


def columns_of(letters: tuple[str, ...]) -> tuple[int, ...]:
    """The columns of a row's cells; rows of a form mostly share one answer."""
    return _known_columns(letters) if len(letters) < _WIDE else _columns(letters)


@lru_cache(maxsize=1024)
def _known_columns(letters: tuple[str, ...]) -> tuple[int, ...]:
    return _columns(letters)


def _columns(letters: tuple[str, ...]) -> tuple[int, ...]:
    columns = tuple(map(column_number, letters))
    if 0 in columns:
        raise _NotPlainError
    return columns


def _add_odd(part: str, row: RowScan, odd: tuple[str, ...]) -> int:
    """Add to the row what stands in cells instead of a bare value: inline text, nothing but a formula …; gives the
    number of tags beyond the usual four.
    """
    raws = list(row.raws)
    formulas: set[int] = set()
    tags = 0
    for index, inner in enumerate(odd):
        if not inner:
            continue
        match = _INNER.fullmatch(inner)
        if not match:
            raise _NotPlainError
        tags += inner.count("<") - 2
        formula, value, empty, inline = match.groups()
        if formula:
            formulas.add(row.columns[index])
        if inline is not None and (row.types[index] != "inlineStr" or value is not None):
            raise _NotPlainError
        text = inline if inline is not None else "" if empty else value
        raws[index] = None if text is None else unescape(text, part)
    row.raws, row.formulas = tuple(raws), row.formulas | formulas
    return tags
