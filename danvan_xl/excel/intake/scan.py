"""The structural scan: every cell of a sheet's XML, read without any spreadsheet library.

Sheets written the way Excel, WPS, LibreOffice, openpyxl and XlsxWriter write them are read with regular
expressions whose matches must account for every tag; anything else (prefixes, missing addresses, comments
inside …) goes to expat (``scan_slow``). Both give the same ``SheetScan``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from danvan_xl.excel.intake.markup import Attributes, local, natural, walk
from danvan_xl.excel.intake.refusal import RefusedError
from danvan_xl.excel.intake.strings import unescape
from danvan_xl.model.book import Address, Area, State

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_WIDE = 256  # cells; what is found out about wider rows is not kept, it would fill the memory


@dataclass(slots=True)
class RowScan:
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


@dataclass(slots=True)
class Facts:
    """What the part says beside its cells."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_ranges: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # (cells, relationship id or place)
    filtered: bool = False


@dataclass(slots=True)
class SheetScan:
    """One sheet as its XML has it. ``rows`` are in the order of the file, rows without anything left out."""

    rows: list[RowScan]
    facts: Facts


@dataclass(slots=True)
class FoundSheet:
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


_ROW = re.compile(r'\s*<row r="([1-9]\d{0,6})"([^<>]*?)(/?)>')
_CELL = re.compile(
    r'<c r="([A-Z]++)([0-9]++)"(?: s="([^"]*+)")?+(?: t="([^"]*+)")?+(?: (?:cm|vm|ph)="[0-9]++")*+>'
    r"(?:<v>([^<]*+)</v></c>|(.*?)</c>)",
    re.DOTALL,
)
_INNER = re.compile(
    r"\s*(?:(<f)(?:\s[^<>]*)?(?:/>|>[^<]*</f>))?\s*"
    r"(?:<v(?: xml:space=\"preserve\")?>([^<]*)</v>|(<v\s*/>)|<is>\s*<t(?:\s[^<>]*)?>([^<]*)</t>\s*</is>)?\s*"
)
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """1 for ``A`` … 16384 for ``XFD``; 0 for what is no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


@lru_cache(maxsize=4096)
def column_letters(number: int) -> str:
    """``A`` for 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """``D7`` for row 7, column 4."""
    return f"{column_letters(column)}{row}"


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


def parse_address(reference: str) -> Address | None:
    """``(7, 4)`` for ``D7``; None for what is no address inside a sheet."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if column and row <= LAST_ROW else None


def parse_area(reference: str) -> Area | None:
    """``(1, 1, 2, 3)`` for ``A1:C2``; None for what is no area."""
    first, _, last = reference.partition(":")
    start, stop = parse_address(first), parse_address(last or first)
    return None if start is None or stop is None else (*start, *stop)


def scan_sheet(part: str, content: bytes) -> SheetScan:
    """Scan a sheet's part (UTF-8). Raises ``RefusedError`` F021 when it is no sheet, or damaged."""
    try:
        return _scan_plain(part, content)
    except _NotPlainError:
        from danvan_xl.excel.intake.scan_slow import scan_by_expat

        return scan_by_expat(part, content)


def _scan_plain(part: str, content: bytes) -> SheetScan:
    try:
        xml = content.decode()
    except UnicodeDecodeError as error:
        raise RefusedError("F021", part) from error
    start, stop = xml.find("<sheetData>"), xml.rfind("</sheetData>")
    if "<!" in xml or "\r" in xml:
        raise _NotPlainError
    if start < 0 or stop < 0:
        at = xml.find("<sheetData/>")
        if at < 0:
            raise _NotPlainError
        region, frame = "", xml
    else:
        region, frame = xml[start + 11 : stop], xml[: start + 11] + xml[stop:]
    facts = read_facts(part, frame)
    escaped = "&" in region
    rows: list[RowScan] = []
    cells = tags = closed = 0
    *pieces, rest = region.split("</row>")
    for piece in pieces:
        row, shut, text = _row_start(piece, facts.hidden_rows, closed=False)
        tags += shut + 2
        closed += shut
        # Nothing behind the last </c> can be a cell with a value; to look for its end would take for ever.
        found = _CELL.findall(text, 0, text.rfind("</c>") + 4)
        if found:
            cells += len(found)
            scan, inner_tags, inner_closed = _row(part, row, found, escaped and "&" in text)
            tags += inner_tags
            closed += inner_closed
            rows.append(scan)
    shut = _row_start(rest, facts.hidden_rows, closed=True)[1]
    empty = region.count("<c ") - cells
    # Every tag must be one that was read: of a row, of a cell with a value, or a cell closed in itself.
    if region.count("<") != tags + shut + empty or region.count("/>") != closed + shut + empty:
        raise _NotPlainError
    return SheetScan(rows, facts)


def _row_start(piece: str, hidden: set[int], *, closed: bool) -> tuple[int, int, str]:
    """Number of the row that is open in this piece, count of rows closed in themselves before it, its
    rest.
    """
    at = shut = 0
    while match := _ROW.match(piece, at):
        at = match.end()
        if "hidden=" in match[2] and _HIDDEN.search(match[2]):
            hidden.add(int(match[1]))
        if not match[3]:
            if closed:
                raise _NotPlainError
            return int(match[1]), shut, piece[at:]
        shut += 1
    if not closed or piece[at:].strip():
        raise _NotPlainError
    return 0, shut, ""


_Found = tuple[str, str, str, str, str, str]


def _row(part: str, row: int, found: list[_Found], escaped: bool) -> tuple[RowScan, int, int]:
    """The row as a scan, the number of its cells' tags, and of those closed in themselves."""
    letters, numbers, styles, types, raws, inners = zip(*found, strict=True)
    if numbers.count(str(row)) != len(numbers) or row > LAST_ROW:
        raise _NotPlainError
    columns = columns_of(letters)
    if escaped:
        raws = tuple([unescape(raw, part) for raw in raws])
    scan = RowScan(row, columns, styles, types, raws)
    if any(inners) or "" in raws:
        return _row_with_inners(part, scan, inners)
    return scan, 4 * len(found), 0


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


def _row_with_inners(part: str, row: RowScan, inners: tuple[str, ...]) -> tuple[RowScan, int, int]:
    """The row with what stands beside or instead of a bare ``<v>``: formulas, inline text, nothing at all."""
    raws = list(row.raws)
    formulas: set[int] = set()
    tags, closed = 4 * len(inners), 0
    for index, inner in enumerate(inners):
        if (
            not inner
        ):  # a bare <v>; nothing at all between <c> and </c> looks the same, and fails the count of tags
            continue
        match = _INNER.fullmatch(inner)
        if not match:
            raise _NotPlainError
        tags += inner.count("<") - 2
        closed += inner.count("/>")
        formula, value, empty, inline = match.groups()
        if formula:
            formulas.add(row.columns[index])
        if inline is not None and (row.types[index] != "inlineStr" or value is not None):
            raise _NotPlainError
        text = inline if inline is not None else "" if empty else value
        raws[index] = None if text is None else unescape(text, part)
    return (
        RowScan(row.number, row.columns, row.styles, row.types, tuple(raws), frozenset(formulas)),
        tags,
        closed,
    )


def read_facts(part: str, frame: str | bytes) -> Facts:
    """Hidden columns, merges, links and filters from a sheet's part; its cells may be left out."""
    facts = Facts()
    depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        name = local(name)
        if depth == 0 and name != "worksheet":
            raise RefusedError("F021", part)
        depth += 1
        if name in _FACTS:
            _FACTS[name](facts, attributes)

    walk(part, frame, start)
    reached = 0
    for first, last in sorted(facts.hidden_ranges):  # each column once, however often it is named
        facts.hidden_columns.update(range(max(first, reached + 1), last + 1))
        reached = max(reached, last)
    return facts


def _column(facts: Facts, attributes: Attributes) -> None:
    if attributes.get("hidden") in ("1", "true"):
        first, last = natural(attributes.get("min")), natural(attributes.get("max"))
        facts.hidden_ranges.add((max(first, 1), min(last, LAST_COLUMN)))


def _merge(facts: Facts, attributes: Attributes) -> None:
    if area := parse_area(attributes.get("ref", "")):
        facts.merges.append(area)


def _filter(facts: Facts, attributes: Attributes) -> None:
    del attributes
    facts.filtered = True


def _link(facts: Facts, attributes: Attributes) -> None:
    for name, value in attributes.items():
        if local(name) in ("id", "location"):
            facts.links.append((attributes.get("ref", ""), value))
            return


_FACTS = {"col": _column, "mergeCell": _merge, "filterColumn": _filter, "hyperlink": _link}
