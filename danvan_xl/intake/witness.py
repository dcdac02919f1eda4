"""calamine as the second reader: it must find what the scan found, cell by cell.

A sheet written in the plain way needs none: its scan accounts for every tag (``SheetScan.plain``), so nothing in it can
go unread. The second reader is used for doubtful sheets, those that had to go to expat or have cells of an unusual
form. The tests verify that both readers agree on plain sheets too: they use it ``always``, on each fixture, template,
example, made-up sheet and damaged file (``tests/intake/files.py:read``).

calamine gets a small workbook built from the checked parts, so both readers see the same bytes. Its result is dense, so
the caller withholds sheets whose corners are too far apart.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from typing import Literal

from msgspec import Struct

from danvan_xl.intake.container import repack
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.strings import tidy
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Address, RawValue, Row

Grid = Sequence[Sequence[object]]
SecondReader = Literal["doubtful", "always"]  # for which sheets it is used

_DAY = timedelta(days=1)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel has no time zones
_BARE = re.compile("[ \t\r\n]+")
_CLOSE = 2e-5  # days: calamine rounds clocks to a second or less

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def nobody(indexes: Sequence[int]) -> Sequence[Grid | None]:
    """The second reader for formats that have none."""
    return [None] * len(indexes)


def read_parts(sheets: Sequence[bytes], strings: bytes, styles: bytes, mac: bool) -> list[Grid]:
    """What calamine reads from these parts: for each sheet, its rows from A1 on. Raises ``RefusedError`` F023."""
    return read_grids(_workbook(sheets, strings, styles, mac), range(len(sheets)))


def read_grids(data: bytes, sheets: Iterable[int]) -> list[Grid]:
    """What calamine reads from the sheets with these indexes. Raises ``RefusedError`` F023."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_index(index).to_python(skip_empty_area=False) for index in sheets]
    except BaseException as error:
        # calamine raises CalamineError and its subclasses, and panics with PanicException, a BaseException that can't
        # be imported; anything else (Ctrl-C, memory) propagates.
        if type(error).__module__.split(".")[0] in ("python_calamine", "_python_calamine", "pyo3_runtime"):
            raise RefusedError("F023", str(error)[:200]) from error
        raise


def _workbook(sheets: Sequence[bytes], strings: bytes, styles: bytes, mac: bool) -> bytes:
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr date1904="{int(mac)}"/>'
        f"<sheets>{listed}</sheets></workbook>"
    )
    parts = [
        ("[Content_Types].xml", _TYPES.encode()),
        ("_rels/.rels", _ROOT.encode()),
        ("xl/workbook.xml", book.encode()),
        (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'.encode(),
        ),
        *((f"xl/worksheets/sheet{n}.xml", content) for n, content in zip(numbers, sheets, strict=True)),
    ]
    if strings:
        parts.append(("xl/sharedStrings.xml", strings))
    if styles:
        parts.append(("xl/styles.xml", styles))
    return repack(parts)


class _Comparison(Struct):
    """The comparison of one sheet: which cells are doubtful anyway, and which differ."""

    sheet: str
    doubtful: AbstractSet[Address]
    different: list[Address]

    def row(self, number: int, ours: Sequence[RawValue], theirs: Sequence[object]) -> None:
        for column in range(1, max(len(ours), len(theirs)) + 1):
            if (number, column) in self.doubtful:
                continue
            mine = ours[column - 1] if column <= len(ours) else None
            other = theirs[column - 1] if column <= len(theirs) else ""
            if (mine is None or _is_blank(mine)) != _is_blank(other):
                raise RefusedError("F022", sheet=self.sheet, cell=cell_name(number, column))
            if not _is_blank(other) and mine != other and not _same(mine, other):
                self.different.append((number, column))


def disagreements(rows: Sequence[Row], doubtful: AbstractSet[Address], grid: Grid, sheet: str) -> list[Address]:
    """Cells where the scan and calamine both have a value and the values differ, except doubtful cells.

    Raises ``RefusedError`` F022 if one of them has a value where the other has none.
    """
    comparison = _Comparison(sheet, doubtful, [])
    width = len(grid[0]) if grid else 0
    blank: list[object] = [""] * width
    at = 0
    for row in rows:
        for index in range(at, min(row.number - 1, len(grid))):
            if grid[index] != blank:
                comparison.row(index + 1, (), grid[index])
        theirs = grid[row.number - 1] if row.number <= len(grid) else ()
        ours: list[object] = list(row.values)
        if None in ours:
            ours = ["" if value is None else value for value in ours]
        if len(ours) < width:
            ours += blank[len(ours) :]
        if ours != theirs:
            comparison.row(row.number, row.values, theirs)
        at = row.number
    for index in range(at, len(grid)):
        if grid[index] != blank:
            comparison.row(index + 1, (), grid[index])
    return comparison.different


def _same(mine: RawValue, other: object) -> bool:
    if isinstance(mine, str):
        return isinstance(other, str) and _bare(mine) == _bare(other)
    if isinstance(mine, bool) or isinstance(other, (str, bool)):
        return False
    one, two = _days(mine), _days(other)
    if isinstance(other, time):  # a clock time has no date
        one %= 1
    return abs(one - two) < _CLOSE or abs(one - two) <= 1e-14 * abs(one)


def _is_blank(value: object) -> bool:
    """Whether there is no value, or a text of blanks alone, which calamine takes for none."""
    return value == "" or (isinstance(value, str) and not _bare(value))


def _bare(text: str) -> str:
    # Blanks are left out: calamine passes over those that .ods writes as elements.
    return "".join(_BARE.split(tidy(text))) if text else text


def _days(value: object) -> float:
    if isinstance(value, time):
        moment = datetime.combine(_EPOCH, value)
        return (moment - _EPOCH) / _DAY
    if isinstance(value, datetime):
        return (value - _EPOCH) / _DAY
    if isinstance(value, date):
        return (datetime.combine(value, time()) - _EPOCH) / _DAY
    if isinstance(value, timedelta):
        return value / _DAY
    return float(value) if isinstance(value, (int, float)) else float("nan")
