"""A sheet with more doubtful cells than anybody lists: the lines are still judged rightly, and the rest is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from danvan_xl.answers.doubts import MOST_LISTED
from danvan_xl.merging.consolidation import merge
from danvan_xl.model import Severity
from danvan_xl.model.statuses import AnswerState
from tests.cases.files import FIRST, SECOND, Edited, answer, balanced, edited, of, only

RESULT = "Kết quả thực hiện"
ABOVE, ACROSS = 4, 70
"""Rows above the table, and columns right of it, that are filled with errors: 280."""


def with_errors_above(folder: Path, count: int = ABOVE * ACROSS) -> Edited:
    """A unit's file whose first sheet begins with this many error cells, right of everything that is ours."""
    file = edited(folder, "nhieu loi.xlsx")
    sheet = file.sheet(FIRST)
    for number in range(count):
        error(sheet.cell(1 + number // ACROSS, 40 + number % ACROSS))
    return file


def error(cell: object) -> None:
    cell.value, cell.data_type = "#REF!", "e"  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ["Trạng thái", RESULT, "Tỷ lệ (%)"])
@pytest.mark.parametrize("others", [0, ABOVE * ACROSS])
def test_a_line_with_a_fault_is_never_called_empty(tmp_path: Path, column: str, others: int) -> None:
    file = with_errors_above(tmp_path, others)
    file.clear(FIRST)
    error(file.cell(FIRST, column))
    place = file.cell(FIRST, column).coordinate
    found = file.read()
    fault = next(item for item in of(found, "F040") if item.location.cell == place)
    assert (fault.severity, fault.line) == (Severity.ERROR, FIRST)
    assert answer(found, FIRST).state is AnswerState.RETURNED
    assert "R002" not in answer(found, FIRST).codes
    result = merge(file.round, [found])
    balanced(result, 1)


def test_what_is_not_listed_is_counted(tmp_path: Path) -> None:
    found = with_errors_above(tmp_path).read()
    listed = [item for item in of(found, "F040") if item.severity is Severity.WARNING]
    rest = only(found, "F041")
    assert len(listed) == MOST_LISTED
    assert (rest.args["count"], rest.severity) == (ABOVE * ACROSS - MOST_LISTED, Severity.WARNING)
    assert str(ABOVE * ACROSS - MOST_LISTED) in rest.message


def test_the_live_check_s_own_cells_are_no_doubts(tmp_path: Path) -> None:
    file = edited(tmp_path, "kiem tra.xlsx")
    sheet = file.sheet(FIRST)
    check = file.column(sheet, "Kiểm tra")
    for row in range(file.row(FIRST), file.row(FIRST) + 400):
        error(sheet.cell(row, check))
    error(file.cell(SECOND, RESULT))
    found = file.read()
    assert [item.line for item in of(found, "F040")] == [SECOND]
    assert of(found, "F041") == of(found, "F042") == []


def test_a_fault_in_a_merged_answer_is_one_of_every_line_that_it_covers(tmp_path: Path) -> None:
    file = edited(tmp_path, "gop.xlsx")
    sheet, first = file.sheet(FIRST), file.row(FIRST)
    under = next(line for line in file.round.by_unit["VHXH"] if line.startswith("PL1") and file.row(line) == first + 1)
    file.clear(FIRST)
    file.clear(under)
    column = file.column(sheet, RESULT)
    error(sheet.cell(first, column))
    sheet.merge_cells(start_row=first, end_row=first + 1, start_column=column, end_column=column)
    found = file.read()
    assert {answer(found, line).state for line in (FIRST, under)} == {AnswerState.RETURNED}


@pytest.mark.parametrize("others", [0, ABOVE * ACROSS])
def test_a_figure_with_a_fault_is_not_called_missing(tmp_path: Path, others: int) -> None:
    file = edited(tmp_path, "so lieu.xlsx")
    sheet = file.book["Số liệu"]
    for number in range(others):
        error(sheet.cell(1 + number // ACROSS, 40 + number % ACROSS))
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "van_ban")
    error(sheet.cell(row, 5))
    found = file.read()
    fault = next(item for item in of(found, "F040") if item.location.cell == f"E{row}")
    assert (fault.severity, found.figures["van_ban"]) == (Severity.ERROR, "#REF!")
    assert of(found, "V022") == []
