"""The structural scan of sheets written in the plain way: every character is accounted for, or the sheet is not plain.

Files made from one template differ in their values but hardly in the markup around them. So a row's markup without its
values (its shape) is read once and recognised in the next row, sheet or file that has the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import compress, pairwise

from msgspec import Struct

from danvan_xl.intake.facts import frame_facts
from danvan_xl.intake.found import RowScan, SheetScan
from danvan_xl.intake.strings import unescape
from danvan_xl.model.addresses import LAST_ROW, column_number

_WIDE = 256  # cells; wider rows are not cached, since they would fill the memory
_SMALL = 512 * 1024  # bytes of rows; larger sheets are lists, not forms, and hardly any two of their rows look alike
_LONG = 8192  # bytes; longer shapes are not cached
_PIECE = 256 * 1024  # bytes of rows split at a time, to bound the memory that the pieces take

_MORE = r'(?: (?!r=)[A-Za-z][A-Za-z0-9:._-]*+="[^"<>&]*+")*+'  # attributes
_FORMULA = rf"<f{_MORE}(?:/>|>[^<]*+</f>)"
# A cell that is self-closing, or closed at once, can't hold anything. Most cells of a form are like that.
_BLANKS = rf'(?:[ \t\n]++|<c r="[A-Z]++[0-9]++"{_MORE} ?+(?:/>|></c>))*+'
_SHUT = rf'(?:[ \t\n]++|<row r="[1-9][0-9]{{0,6}}+"{_MORE} ?+/>)*+'  # self-closing rows
# The start of a row with the end of the previous one, or a cell, and the blank cells that follow; finally, anything
# else. A cell is the usual kind (perhaps a formula, and a value), or else has anything up to its end.
_TOKEN = re.compile(
    rf'(?:</row>{_SHUT}<row r="|<c r="([A-Z]++))([1-9][0-9]{{0,6}}+)"'
    r'(?(1)(?: s="([^"<>&]*+)")?+(?: t="([^"<>&]*+)")?+(?: (?:cm|vm|ph)="[0-9]++")*+>'
    rf"(?:({_FORMULA})?+<v>([^<]*+)</v>|((?:[^<]++|<(?!/c>|c ))++))</c>"
    rf"|{_MORE}>){_BLANKS}"
    r"|([\s\S]++)"
)
_INNER = re.compile(
    rf"\s*+({_FORMULA})?+\s*+"
    rf"(?:<v(?: xml:space=\"preserve\")?+>([^<]*+)</v>|(<v\s*+/>)|<is>\s*+<t{_MORE}>([^<]*+)</t>\s*+</is>)?+\s*+"
)
_CLOSED = re.compile(_SHUT)
_TAGS = re.compile(r"<[^<>]*>")
_HIDDEN = re.compile(r'<row r="([0-9]++)"[^<>]*? (?:hidden="(?:1|true)"|ht="(?:0++(?:\.0*+)?|\.0++)")')
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]++|#x[0-9A-Fa-f]++);)")  # one that XML doesn't have
_VALUE = re.compile(rb"<v>([^<]*+)</v>")


class NotPlainError(Exception):
    """The sheet is not written in the plain way; expat reads it."""


class _Rows(Struct):
    """Some rows as read: the non-empty ones, the numbers of hidden ones, whether some cell has an unusual form."""

    rows: list[RowScan]
    hidden: set[int]
    odd: bool = False


def scan_plain(part: str, content: bytes) -> SheetScan:
    """Scan a sheet's part in UTF-8. Raises ``NotPlainError``, ``UnicodeDecodeError``, ``RefusedError`` F021."""
    before, region, after = _region(content)
    facts = frame_facts(part, before + after)
    found = (_by_shape(part, region) if len(region) < _SMALL else None) or _in_pieces(part, region)
    facts.hidden_rows |= found.hidden
    return SheetScan(found.rows, facts, plain=not found.odd)


def _region(content: bytes) -> tuple[bytes, bytes, bytes]:
    """What is before, inside and after ``sheetData``."""
    if b"!" in content and b"<!" in content:
        raise NotPlainError
    if b"]" in content and b"]]>" in content:  # finding one character is much faster than three
        raise NotPlainError
    start, stop = content.find(b"<sheetData>") + 11, content.rfind(b"</sheetData>")
    if 10 < start <= stop:
        return content[:start], content[start:stop], content[stop:]
    if start > 10 or stop >= 0 or b"<sheetData/>" not in content:
        raise NotPlainError
    return content, b"", b""


def _by_shape(part: str, region: bytes) -> _Rows | None:
    """All rows, by their known shapes; None if some cell has an unusual form."""
    *pieces, rest = region.split(b"</row>")
    found = _read(part, rest)
    shapes: list[RowScan] = []
    values: list[bytes] = []
    ends = [0]
    for piece in pieces:
        parts = _VALUE.split(piece)  # alternately the markup around the values, and a value
        markup = b"<v></v>".join(parts[::2])
        shape = _known_shape(markup) if len(markup) < _LONG else _shape(markup)
        if shape.odd:
            return None
        if shape.hidden:
            found.hidden |= shape.hidden
        if shape.rows:
            shapes += shape.rows
            values += parts[1::2]
            ends.append(len(values))
    raws = _texts(part, values)
    found.rows = [
        RowScan(shape.number, shape.columns, shape.styles, shape.types, raws[start:stop], shape.formulas)
        for shape, (start, stop) in zip(shapes, pairwise(ends), strict=True)
    ]
    return found


def _texts(part: str, values: list[bytes]) -> tuple[str, ...]:
    """The values as text, decoded together: one by one takes much longer."""
    joined = b"\0".join(values).decode()
    texts = joined.split("\0") if values else []
    if len(texts) != len(values):
        raise NotPlainError
    if "&" in joined:
        texts = [unescape(text, part) for text in texts]
    return tuple(texts)


def _shape(markup: bytes) -> _Rows:
    """What a row's markup says without its end and its values: at most one row, with empty values."""
    return _read("", markup + b"</row>")


_known_shape = lru_cache(maxsize=2048)(_shape)


def _in_pieces(part: str, region: bytes) -> _Rows:
    """All rows, read from their markup in batches."""
    found = _Rows([], set())
    start = 0
    while start < len(region):
        end = region.find(b"</row>", start + _PIECE)
        stop = end + 6 if end >= 0 else len(region)
        piece = _read(part, region[start:stop])
        found.rows += piece.rows
        found.hidden |= piece.hidden
        found.odd |= piece.odd
        start = stop
    return found


def _read(part: str, region: bytes) -> _Rows:
    """All rows, read from their markup."""
    text = region.decode()
    opened, end, rest = text.rpartition("</row>")
    if not _CLOSED.fullmatch(rest) or ("&" in text and _AMPERSAND.search(text)):
        raise NotPlainError
    hidden = set(map(int, _HIDDEN.findall(text))) if " hidden=" in text or ' ht="0' in text else set()
    found = _Rows([], hidden)
    if not end:
        return found
    # Each row's end is read with the start of the next one, so the last end is put in front.
    letters, numbers, styles, types, formulas, raws, odd, unread = zip(*_TOKEN.findall(end + opened), strict=True)
    if unread[-1]:
        raise NotPlainError
    starts = [index for index, letter in enumerate(letters) if not letter]
    escaped = "&" in text
    for start, stop in pairwise([*starts, len(letters)]):
        number = numbers[start]
        if int(number) > LAST_ROW or numbers[start:stop].count(number) != stop - start:
            raise NotPlainError
        cells = slice(start + 1, stop)
        if start + 1 == stop:
            continue
        texts = raws[cells]
        if escaped and "&" in "".join(texts):
            texts = tuple([unescape(raw, part) for raw in texts])
        columns = columns_of(letters[cells])
        row = RowScan(int(number), columns, styles[cells], types[cells], texts)
        if any(formulas[cells]):
            row.formulas = frozenset(compress(columns, formulas[cells]))
            if "" in texts:
                row.bare = _bare(zip(columns, formulas[cells], texts, strict=True), part)
        if any(odd[cells]):
            found.odd = True
            _add_odd(part, row, odd[cells])
        found.rows.append(row)
    return found


def columns_of(letters: tuple[str, ...]) -> tuple[int, ...]:
    """The columns of a row's cells; rows of a form mostly share one answer."""
    return _known_columns(letters) if len(letters) < _WIDE else _columns(letters)


@lru_cache(maxsize=1024)
def _known_columns(letters: tuple[str, ...]) -> tuple[int, ...]:
    return _columns(letters)


def _columns(letters: tuple[str, ...]) -> tuple[int, ...]:
    columns = tuple(map(column_number, letters))
    if 0 in columns:
        raise NotPlainError
    return columns


def _bare(cells: Iterable[tuple[int, str, str]], part: str) -> dict[int, str]:
    """Column → formula, of the cells with a formula and without its result."""
    return {
        column: f"={unescape(_TAGS.sub('', formula), part)}" for column, formula, text in cells if formula and not text
    }


def _add_odd(part: str, row: RowScan, odd: tuple[str, ...]) -> None:
    """Add to the row the cells with something other than a bare value: inline text, only a formula …"""
    raws = list(row.raws)
    formulas: set[int] = set()
    bare: dict[int, str] = dict(row.bare)
    for index, inner in enumerate(odd):
        if not inner:
            continue
        match = _INNER.fullmatch(inner)
        if not match:
            raise NotPlainError
        formula, value, empty, inline = match.groups()
        if formula:
            formulas.add(row.columns[index])
        if inline is not None and (row.types[index] != "inlineStr" or value is not None):
            raise NotPlainError
        text = inline if inline is not None else "" if empty else value
        if formula and not text:
            bare[row.columns[index]] = f"={unescape(_TAGS.sub('', formula), part)}"
        raws[index] = None if text is None else unescape(text, part)
    row.raws, row.formulas, row.bare = tuple(raws), row.formulas | formulas, bare
