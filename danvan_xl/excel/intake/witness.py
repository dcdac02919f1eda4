"""calamine as the second reader: what the scan found must be what calamine finds, cell by cell.

calamine gets a small workbook made of the parts that were checked, so both readers see the same bytes, and
its result is dense: the caller keeps sheets whose corners are too far apart away from it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from danvan_xl.excel.intake.container import repack
from danvan_xl.excel.intake.refusal import RefusedError
from danvan_xl.excel.intake.strings import tidy
from danvan_xl.model.book import Row, Value

Grid = Sequence[Sequence[object]]

_DAY = timedelta(days=1)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
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


def read_grids(sheets: Sequence[bytes], strings: bytes, styles: bytes, mac: bool) -> list[Grid]:
    """What calamine reads from these parts: per sheet its rows from A1 on. Raises ``RefusedError`` F023."""
    from python_calamine import CalamineWorkbook

    data = _workbook(sheets, strings, styles, mac)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            book.get_sheet_by_index(index).to_python(skip_empty_area=False) for index in range(len(sheets))
        ]
    except BaseException as error:
        # calamine fails with CalamineError and its kin, and panics with PanicException, which is a BaseException
        # that can't be imported; whatever else it is (Ctrl-C, memory) isn't calamine's and goes on.
        if type(error).__module__.split(".")[0] in ("python_calamine", "_python_calamine", "pyo3_runtime"):
            raise RefusedError("F023", str(error)[:200]) from error
        raise


def _workbook(sheets: Sequence[bytes], strings: bytes, styles: bytes, mac: bool) -> bytes:
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
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


def disagreements(
    rows: Sequence[Row], doubtful: set[tuple[int, int]], grid: Grid, sheet: str
) -> list[tuple[int, int]]:
    """Cells whose values differ between the scan and calamine, both having one; doubtful cells are left out.

    Raises ``RefusedError`` F022 when one of them has a value where the other has none.
    """
    different: list[tuple[int, int]] = []
    width = len(grid[0]) if grid else 0
    blank: list[object] = [""] * width
    at = 0
    for row in rows:
        number = row.number
        while at < number - 1 and at < len(grid):
            if grid[at] != blank:
                _compare(at + 1, (), grid[at], doubtful, different, sheet)
            at += 1
        theirs = grid[at] if at < len(grid) else []
        ours = (
            ["" if value is None else value for value in row.values]
            if None in row.values
            else list(row.values)
        )
        if len(ours) < width:
            ours += blank[len(ours) :]
        if ours != theirs:
            _compare(number, row.values, theirs, doubtful, different, sheet)
        at = number
    for index in range(at, len(grid)):
        if grid[index] != blank:
            _compare(index + 1, (), grid[index], doubtful, different, sheet)
    return different


def _compare(
    number: int,
    ours: tuple[Value, ...],
    theirs: Sequence[object],
    doubtful: set[tuple[int, int]],
    different: list[tuple[int, int]],
    sheet: str,
) -> None:
    width = max(len(ours), len(theirs))
    for column in range(1, width + 1):
        if (number, column) in doubtful:
            continue
        mine = ours[column - 1] if column <= len(ours) else None
        other = theirs[column - 1] if column <= len(theirs) else ""
        if (mine is None) != (other == ""):
            raise RefusedError("F022", None, sheet=sheet, row=number, col=column)
        if mine is not None and mine != other and not _same(mine, other):
            different.append((number, column))


def _same(mine: Value, other: object) -> bool:
    if isinstance(mine, str):
        return isinstance(other, str) and _bare(mine) == _bare(other)
    if isinstance(mine, bool) or isinstance(other, (str, bool)):
        return False
    one, two = _days(mine), _days(other)
    if isinstance(other, time):  # a clock has no days
        one %= 1
    return abs(one - two) < _CLOSE or abs(one - two) <= 1e-14 * abs(one)


def _bare(text: str) -> str:
    return "".join(tidy(text).replace("\r", "").split(" ")) if text else text


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
