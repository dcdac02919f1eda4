"""A column in the middle of any sheet of the consolidated workbook is one record, and breaks nothing.

Each sheet gets one more column at every kind of place; by their headings all others hold what they held, the formulas
count what they counted, the charts show the columns that they showed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.summary import summarise
from danvan_xl.model import layout
from danvan_xl.workbooks.consolidated import (
    appendix_columns,
    appendix_sheets,
    count_sheets,
    data_columns,
    delivery_sheet,
    figure_columns,
    figures_sheet,
    findings_sheet,
    overdue_sheet,
    overview,
    words_sheet,
)
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.readback import read_back
from danvan_xl.workbooks.writing.sheet_columns import Column
from tests.support.libreoffice import convert
from tests.support.rounds import a_round, fill, read

NEW = "Cột chen vào"
HEADER_ROW_OF_APPENDIX, HEADER_ROW, HEADER_ROW_OF_DATA = 5, 4, 1


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Consolidation:
    """Four units of seven, one with a fault, one line of a unit's own."""
    current, folder = a_round(owned=True), tmp_path_factory.mktemp("nhan")
    files = [fill(folder / f"{unit}.xlsx", current, unit) for unit in ("VHXH", "KT", "CA", "QS")]
    book: Any = load_workbook(files[1])
    head = next(row for row in book["Phụ lục II"].iter_rows() if row[0].value == layout.LINE_ID)
    percent = next(cell.column for cell in head if cell.value == "Tỷ lệ (%)")
    first = next(cell for cell in book["Phụ lục II"]["A"] if str(cell.value).endswith("@KT"))
    book["Phụ lục II"].cell(first.row, percent).value = "nhiều"
    own = next(cell for cell in book["Phụ lục II"]["A"] if str(cell.value).startswith("+1@"))
    for cell in head:
        if cell.value in ("Nhiệm vụ cụ thể", "Trạng thái", "Tỷ lệ (%)"):
            values = {"Trạng thái": "Hoàn thành", "Tỷ lệ (%)": 100}
            book["Phụ lục II"].cell(own.row, cell.column).value = values.get(cell.value, "Việc thêm")
    book.save(files[1])
    return merge(current, [read(path, current) for path in files])


def with_one_more(columns: tuple[Any, ...], place: int, make: Callable[[], Any]) -> tuple[Any, ...]:
    return (*columns[:place], make(), *columns[place:])


def a_column() -> Column[Any]:
    return Column("new", NEW, 9, lambda _item: "mới")


def an_appendix_column() -> appendix_columns.AppendixColumn:
    return appendix_columns.AppendixColumn("new", NEW, 9, lambda _task: "mới", lambda _given: "mới")


def an_answer_column() -> appendix_columns.AppendixColumn:
    return appendix_columns.AppendixColumn(
        "new", NEW, 9, lambda _task: None, lambda _given: "mới", appendix_columns.FRESH
    )


def a_data_column(source: str) -> Callable[[], data_columns.DataColumn]:
    return lambda: data_columns.DataColumn(NEW, source, lambda _line: "mới")


def a_figure_column(source: str) -> Callable[[], figure_columns.FigureColumn]:
    return lambda: figure_columns.FigureColumn(NEW, source, lambda _line: "mới")


LISTS = (
    # sheet, module that gives its columns and the name of that function
    (layout.DELIVERY, delivery_sheet, "delivery_columns"),
    (layout.BY_UNIT, count_sheets, "unit_columns"),
    (layout.BY_TASK, count_sheets, "task_columns"),
    (layout.ACCOUNT, count_sheets, "account_columns"),
    (layout.OVERDUE, overdue_sheet, "overdue_columns"),
    (layout.FINDINGS, findings_sheet, "finding_columns"),
    ("Số liệu", figures_sheet, "across_columns"),
    ("Khó khăn, kiến nghị", words_sheet, "words_columns"),
)
CASES = [
    *((sheet, module, name, place, a_column, HEADER_ROW) for sheet, module, name in LISTS for place in (0, 2, 4)),
    *(
        ("Phụ lục II", appendix_sheets, "appendix_columns", place, make, HEADER_ROW_OF_APPENDIX)
        for place in (0, 2, 6, 7, 9)
        for make in (an_appendix_column, an_answer_column)
    ),
    *(
        (layout.DATA, data_columns, "DATA_COLUMNS", place, a_data_column(source), HEADER_ROW_OF_DATA)
        for place, source in ((1, data_columns.FRESH), (4, data_columns.TASK), (9, data_columns.WHO), (11, "fresh"),
                              (15, data_columns.FILE), (17, data_columns.STATUS), (25, data_columns.FRESH))
    ),
]  # fmt: skip


CASES += [
    (layout.FIGURE_DATA, figure_columns, "FIGURE_COLUMNS", place, make, HEADER_ROW_OF_DATA)
    for place in (0, 3, 6, 16, 20)
    for make in (a_figure_column("fresh"), a_figure_column(figure_columns.OF_UNIT))
]

RECOUNTED = (
    (layout.FIGURE_DATA, figure_columns, "FIGURE_COLUMNS", 1, a_figure_column("fresh")),
    (layout.DATA, data_columns, "DATA_COLUMNS", 3, a_data_column(data_columns.FRESH)),
    (layout.BY_UNIT, count_sheets, "unit_columns", 4, a_column),
    (layout.ACCOUNT, count_sheets, "account_columns", 1, a_column),
    ("Số liệu", figures_sheet, "across_columns", 3, a_column),
)


def insert(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, place: int, make: Callable[[], Any]) -> None:
    """Add a record to the columns of a sheet, wherever they are asked for."""
    usual = getattr(module, name)
    if isinstance(usual, tuple):
        monkeypatch.setattr(module, name, with_one_more(usual, place, make))
        _forget_letters()
        return

    def changed(*arguments: Any) -> tuple[Any, ...]:
        return with_one_more(usual(*arguments), min(place, len(usual(*arguments))), make)

    for user in (module, overview):
        if hasattr(user, name):
            monkeypatch.setattr(user, name, changed)


@pytest.fixture(autouse=True)
def _letters_of_today() -> Any:
    yield
    _forget_letters()


def _forget_letters() -> None:
    data_columns.data_letters.cache_clear()
    figure_columns.figure_letters.cache_clear()


def write(path: Path, result: Consolidation) -> Path:
    summary = summarise(result)
    write_consolidated(path, result, "vi", summary)
    read_back(path, summary.all_rows, summary.seal)
    return path


def table(path: Path, sheet: str, head: int) -> list[dict[str, Any]]:
    """The rows of a sheet by heading, with the results of formulas."""
    rows = list(load_workbook(path, data_only=True)[sheet].iter_rows(min_row=head, values_only=True))
    headings = [str(value) for value in rows[0]]
    assert len(set(headings)) == len(headings)
    return [dict(zip(headings, row, strict=True)) for row in rows[1:]]


def charted(path: Path) -> list[list[str]]:
    """What the series of the charts show: the words at the places that they refer to."""
    book = load_workbook(path, data_only=True)
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(item for item in archive.namelist() if item.startswith("xl/charts/chart")):
            for reference in re.findall(r"<c:f>([^<]+)</c:f>", archive.read(name).decode()):
                sheet, _, area = reference.replace("'", "").partition("!")
                cells = book[sheet][area.replace("$", "")]
                rows = cells if isinstance(cells, tuple) else ((cells,),)
                found.append([str(cell.value) for row in rows for cell in row])
    return found


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, result: Consolidation) -> Path:
    return write(tmp_path_factory.mktemp("usual") / "a.xlsx", result)


@pytest.mark.parametrize(
    ("sheet", "module", "name", "place", "make", "head"), CASES, ids=lambda value: str(value).split(" at ")[0][:40]
)
def test_a_column_in_the_middle_of_a_sheet_breaks_nothing(
    sheet: str, module: Any, name: str, place: int, make: Callable[[], Any], head: int,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Consolidation, usual: Path,
) -> None:  # fmt: skip
    insert(monkeypatch, module, name, place, make)
    changed = write(tmp_path / "b.xlsx", result)
    before, after = table(usual, sheet, head), table(changed, sheet, head)
    assert list(before[0]) == [heading for heading in after[0] if heading != NEW]
    assert NEW in after[0]
    assert [{key: value for key, value in row.items() if key != NEW} for row in after] == before
    assert any(row[NEW] == "mới" for row in after)
    assert charted(changed) == charted(usual)
    others = load_workbook(changed, data_only=True).worksheets
    for other in others:
        if other.title not in (sheet, layout.DATA) and other.title != "Phụ lục I":
            was = load_workbook(usual, data_only=True)[other.title]
            assert [[c.value for c in r] for r in other.iter_rows()] == [[c.value for c in r] for r in was.iter_rows()]


@pytest.mark.libreoffice
@pytest.mark.parametrize("case", RECOUNTED, ids=lambda case: case[0])
def test_the_formulas_count_the_same_when_they_are_counted_anew(
    case: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Consolidation
) -> None:
    _, module, name, place, make = case
    insert(monkeypatch, module, name, place, make)
    path = write(tmp_path / "c.xlsx", result)
    book, formulas = load_workbook(path, data_only=True), load_workbook(path)
    anew = load_workbook(convert(path, "xlsx", tmp_path), data_only=True)
    compared = 0
    for worksheet in formulas.worksheets:
        for row in worksheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    place_ = f"{get_column_letter(cell.column)}{cell.row}"
                    assert anew[worksheet.title][place_].value == pytest.approx(book[worksheet.title][place_].value)
                    compared += 1
    assert compared > 200
