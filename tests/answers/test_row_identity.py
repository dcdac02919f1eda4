"""Which row answers what: sorted sheets, rows and sheets that stand twice, columns that lost their heading."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import Severity, layout
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Submission
from tests.cases.files import FIRST, SECOND, Edited, answer, edited, of, only, own_rows, to_mend
from tests.support.books import header_row

FIGURES, TALK = "Số liệu", "Khó khăn, kiến nghị"


def _swap(sheet: Worksheet, one: int, other: int, columns: range) -> None:
    for column in columns:
        first, second = sheet.cell(one, column), sheet.cell(other, column)
        first.value, second.value = second.value, first.value


def _figures(file: Submission) -> list[object]:
    return list(file.figures.values())


def test_figures_sorted_without_column_a_are_not_added_under_other_indicators(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book[FIGURES]
    head = header_row(sheet)
    sheet.cell(head + 2, 5).value = 11
    _swap(sheet, head + 2, head + 4, range(2, sheet.max_column + 1))
    said = file.read()
    assert len(of(said, "I021")) == 2
    assert said.status is FileStatus.RETURNED
    ids = [sheet.cell(row, 1).value for row in (head + 2, head + 4)]
    assert {said.figures[str(name)] for name in ids} == {"11", "7"}  # kept as text: nothing adds them up
    assert sum(isinstance(value, int) for value in _figures(said)) == len(said.figures) - 2


def test_figures_sorted_with_column_a_are_read_by_their_ids(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book[FIGURES]
    head = header_row(sheet)
    sheet.cell(head + 2, 5).value = 11
    name = sheet.cell(head + 2, 1).value
    _swap(sheet, head + 2, head + 4, range(1, sheet.max_column + 1))
    said = file.read()
    assert of(said, "I021") == []
    assert said.figures[str(name)] == 11


def test_the_words_of_a_figure_may_be_corrected(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book[FIGURES]
    cell = sheet.cell(header_row(sheet) + 2, 3)
    cell.value = f"{cell.value} (ước tính)"
    said = file.read()
    assert only(said, "I022").severity is Severity.INFO
    assert all(isinstance(value, int) for value in _figures(said))


def test_questions_sorted_without_column_a_are_asked_about(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book[TALK]
    head = header_row(sheet)
    _swap(sheet, head + 1, head + 2, range(2, sheet.max_column + 1))
    assert [item.location.sheet for item in of(file.read(), "I021")] == [TALK, TALK]


def test_a_figure_that_stands_twice_is_not_summed(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book[FIGURES]
    head, last = header_row(sheet), sheet.max_row + 1
    for column in range(1, 6):
        sheet.cell(last, column).value = sheet.cell(head + 2, column).value
    sheet.cell(last, 5).value = 99
    said = file.read()
    name = str(sheet.cell(head + 2, 1).value)
    assert only(said, "I012").severity is Severity.ERROR
    assert said.figures[name] == "7"


def test_a_row_copied_with_its_id_returns_the_line(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    row = own_rows(sheet)[0]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(row, column).value = sheet.cell(file.row(FIRST), column).value
    sheet.cell(row, file.column(sheet, "Kết quả thực hiện")).value = "Bản khác"
    said = file.read()
    assert answer(said, FIRST).state is AnswerState.RETURNED
    assert "I012" in answer(said, FIRST).codes
    assert answer(said, SECOND).state is not AnswerState.RETURNED
    assert of(said, "I014") == []  # the line is in the plan: it only stands twice
    kept = next(item for item in said.answers if item.values.get("ket_qua") == "Bản khác")
    assert kept.state is AnswerState.RETURNED


def test_a_line_that_stands_in_two_forms_is_returned(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    first, other = file.sheet(FIRST), file.book["Phụ lục II"]
    row = own_rows(other)[0]
    for column in range(1, first.max_column + 1):
        other.cell(row, column).value = first.cell(file.row(FIRST), column).value
    said = file.read()
    assert answer(said, FIRST).state is AnswerState.RETURNED
    assert answer(said, FIRST).sheet == "Phụ lục I"
    assert len(of(said, "I012")) == 1


@pytest.mark.parametrize("position", ["first", "last"])
def test_a_blank_copy_of_a_sheet_never_blanks_its_answers(tmp_path: Path, position: str) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    states = {item.line: item.state for item in edited(tmp_path, "b.xlsx").read().answers}
    copy = file.book.copy_worksheet(sheet)
    titles = {file.round.specs[0].titles[name] for name in file.round.specs[0].answers}
    head = header_row(sheet)
    for column in range(1, copy.max_column + 1):
        if copy.cell(head, column).value in titles:
            for row in range(head + 1, copy.max_row + 1):
                copy.cell(row, column).value = None
    if position == "first":
        copy.title, sheet.title = "Phụ lục I ", "Phụ lục I (đã điền)"
        copy.title = "Phụ lục I"
        file.book.move_sheet(copy, -file.book.index(copy))
    said = file.read()
    assert {item.line: item.state for item in said.answers} == states
    assert only(said, "C011").found == copy.title
    assert of(said, "C009") == []


def test_lines_that_two_sheets_answer_differently_are_returned(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    copy = file.book.copy_worksheet(sheet)
    copy.cell(file.row(SECOND), file.column(sheet, "Kết quả thực hiện")).value = "Nói khác"
    said = file.read()
    assert answer(said, SECOND).state is AnswerState.RETURNED
    assert "C009" in answer(said, SECOND).codes
    assert answer(said, FIRST).state is AnswerState.ANSWERED
    assert only(said, "C009").severity is Severity.ERROR


@pytest.mark.parametrize("heading", ["Ghi gì đó", None, "Trạng thái"])
def test_a_column_that_lost_its_heading_returns_the_lines_that_it_answers(tmp_path: Path, heading: str | None) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    column = file.column(sheet, "Kết quả thực hiện")
    filled = sheet.cell(file.row(FIRST), column).value
    assert filled
    sheet.cell(file.row(SECOND), column).value = None
    sheet.cell(header_row(sheet), column).value = heading
    said = file.read()
    code = "C003" if heading == "Trạng thái" else "C002"
    assert answer(said, FIRST).state is AnswerState.RETURNED
    assert code in answer(said, FIRST).codes
    assert code in to_mend(said)


def test_a_lost_column_leaves_lines_alone_that_have_nothing_in_it(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    column = file.column(sheet, "Đề xuất, kiến nghị")
    sheet.cell(header_row(sheet), column).value = "Ý kiến của thôn"
    sheet.cell(file.row(FIRST), column).value = "Xin thêm kinh phí"
    said = file.read()
    assert answer(said, FIRST).state is AnswerState.RETURNED
    assert answer(said, SECOND).state is not AnswerState.RETURNED


def test_a_damaged_id_is_told_and_the_row_recognised_by_its_text(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet: Worksheet = file.sheet(FIRST)
    sheet.cell(file.row(FIRST), 1).value = "xóa nhầm"
    said = Edited(file.path, file.round, file.book).read()
    assert answer(said, FIRST).state is AnswerState.ANSWERED
    assert (only(said, "I023").found, only(said, "I023").args["line_id"]) == ("xóa nhầm", FIRST)
    assert layout.LINE_ID_FORM.fullmatch(FIRST)


def test_a_lost_column_that_is_empty_in_a_row_answers_nothing_there(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    for heading in ("Số, ký hiệu văn bản", "Ngày hoàn thành"):
        file.put(FIRST, heading, None)
    sheet.cell(header_row(sheet), file.column(sheet, "Ngày hoàn thành")).value = "Khó khăn, vướng mắc"
    file.put(FIRST, "Khó khăn, vướng mắc", None)
    said = file.read()
    assert [item.line for item in of(said, "V011")] == [FIRST]
    assert answer(said, FIRST).state is AnswerState.RETURNED


def test_a_renamed_sheet_is_the_form_of_most_of_its_ids(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    first, other = file.sheet(FIRST), file.book["Phụ lục II"]
    row = own_rows(other)[0]
    for column in range(1, first.max_column + 1):
        other.cell(row, column).value = first.cell(file.row(FIRST), column).value
    other.title = "Nhiệm vụ của phòng"
    said = file.read()
    assert of(said, "R001") == of(said, "C009") == []
    assert only(said, "C010").found == "Nhiệm vụ của phòng"
    assert answer(said, FIRST).state is AnswerState.RETURNED
