"""Workflow 4, cases on the shape of tables: 1, 2, 3, 11, 12, 13, 14, 18, 21, 25."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from danvan_xl.model import Severity
from danvan_xl.model.statuses import AnswerState, FileStatus
from tests.cases.files import FIRST, SECOND, answer, edited, of, only, own_rows, to_mend
from tests.support.books import header_row


def test_case_01_a_header_that_was_moved_down_is_found_by_its_words(tmp_path: Path) -> None:
    file = edited(tmp_path, "01 them dong tieu de.xlsx")
    sheet = file.sheet(FIRST)
    ids = {sheet.cell(r, 1).value: [c.value for c in sheet[r]] for r in range(1, sheet.max_row + 1)}
    sheet.insert_rows(1, 5)
    read = file.read()
    assert (only(read, "C006").args["row"], only(read, "C006").args["usual"]) == (9, 4)
    assert answer(read, FIRST).values["ket_qua"] in ids[FIRST]
    assert to_mend(read) == []


def test_case_01_a_header_over_two_rows_is_read_as_one(tmp_path: Path) -> None:
    file = edited(tmp_path, "01 tieu de hai dong.xlsx")
    sheet = file.sheet(FIRST)
    head = header_row(sheet)
    lead, coordinate = file.column(sheet, "Cơ quan chủ trì"), file.column(sheet, "Cơ quan phối hợp")
    sheet.insert_rows(head + 1)
    sheet.cell(head, lead).value, sheet.cell(head, coordinate).value = "Cơ quan", None
    sheet.cell(head + 1, lead).value, sheet.cell(head + 1, coordinate).value = "chủ trì", "phối hợp"
    read = file.read()
    assert read.status is FileStatus.ACCEPTED
    assert of(read, "C004") == []
    assert {item.found for item in of(read, "C005")} == {"chủ trì", "phối hợp"}


def test_case_02_added_renamed_and_moved_columns_never_shift_an_answer(tmp_path: Path) -> None:
    file = edited(tmp_path, "02 them cot doi cot.xlsx")
    sheet = file.sheet(FIRST)
    head = header_row(sheet)
    status, result = file.column(sheet, "Trạng thái"), file.column(sheet, "Kết quả thực hiện")
    for row in range(head, sheet.max_row + 1):
        one, two = sheet.cell(row, status), sheet.cell(row, result)
        one.value, two.value = two.value, one.value
    sheet.cell(head, status).value = "Kết quả đạt được"
    last = sheet.max_column + 1
    sheet.cell(head, last).value = "Người thực hiện"
    sheet.cell(file.row(FIRST), last).value = "Nguyễn Văn A"
    read = file.read()
    assert answer(read, FIRST).values["trang_thai"] == "Hoàn thành"
    assert only(read, "C004").found == "Người thực hiện"
    assert (only(read, "C005").found, only(read, "C005").args["title"]) == ("Kết quả đạt được", "Kết quả thực hiện")
    assert only(read, "C007").severity is Severity.INFO
    assert to_mend(read) == ["C004"]  # words in a column of the unit's own are asked about


def test_case_02_a_missing_answer_column_is_one_finding_and_not_one_for_every_row(tmp_path: Path) -> None:
    file = edited(tmp_path, "02 thieu cot trang thai.xlsx")
    sheet = file.sheet(FIRST)
    sheet.cell(header_row(sheet), file.column(sheet, "Trạng thái")).value = None
    read = file.read()
    assert only(read, "C002").found == "Trạng thái"
    assert of(read, "V001") == []
    assert of(read, "V010") == []
    assert answer(read, FIRST).state is AnswerState.RETURNED
    assert answer(read, FIRST).codes[0] == "C002"


def test_case_03_an_answer_merged_downward_stands_in_every_line_with_a_note(tmp_path: Path) -> None:
    file = edited(tmp_path, "03 o gop.xlsx")
    sheet = file.sheet(FIRST)
    top, bottom = file.row("PL1.II.1@VHXH"), file.row("PL1.II.4@VHXH")
    for heading, value in {"Trạng thái": "Đang thực hiện", "Kết quả thực hiện": "Làm chung cho các mục tiêu"}.items():
        column = file.column(sheet, heading)
        for row in range(top, bottom + 1):
            sheet.cell(row, column).value = value if row == top else None
        sheet.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
    for line in ("PL1.II.1", "PL1.II.2", "PL1.II.3", "PL1.II.4"):
        for heading in ("Tỷ lệ (%)", "Ngày hoàn thành", "Số, ký hiệu văn bản"):
            file.put(f"{line}@VHXH", heading, None)
    read = file.read()
    notes = of(read, "N011")
    words = ["Đang thực hiện", "Làm chung cho các mục tiêu"]
    assert [(item.found, item.args["count"]) for item in notes] == [(word, 4) for word in words]
    assert answer(read, "PL1.II.4@VHXH").values["trang_thai"] == "Đang thực hiện"
    assert answer(read, "PL1.II.3@VHXH").values["ket_qua"] == "Làm chung cho các mục tiêu"


def test_case_03_a_merge_across_answers_is_asked_about_and_one_across_the_row_is_a_group(tmp_path: Path) -> None:
    file = edited(tmp_path, "03 gop ngang.xlsx")
    sheet, row = file.sheet(FIRST), file.row(FIRST)
    first, last = file.column(sheet, "Kết quả thực hiện"), file.column(sheet, "Số, ký hiệu văn bản")
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    group = next(r for r in range(1, 30) if sheet.cell(r, 1).value == "#PL1.II")
    sheet.cell(group, 1).value = None
    sheet.merge_cells(start_row=group, end_row=group, start_column=2, end_column=last)
    read = file.read()
    assert only(read, "R011").severity is Severity.WARNING
    assert len([item for item in read.answers if item.task is None]) == 0


def test_case_11_an_edited_text_is_shown_and_the_line_goes_by_its_id(tmp_path: Path) -> None:
    file = edited(tmp_path, "11 sua noi dung.xlsx")
    file.put(FIRST, "Mục tiêu", "100% cán bộ được tập huấn dân vận")
    file.put(SECOND, "Mục tiêu", file.cell(SECOND, "Mục tiêu").value + " Đã công nhận 3 đơn vị.")
    file.put(SECOND, "Lộ trình thực hiện", "Quý IV năm 2026")
    read = file.read()
    assert only(read, "I011").found == "100% cán bộ được tập huấn dân vận"
    assert str(only(read, "I011").expected).startswith("100% người được giao nhiệm vụ")
    assert only(read, "R012").found == "Đã công nhận 3 đơn vị"
    assert (only(read, "I020").found, only(read, "I020").expected) == ("Quý IV năm 2026", "Hàng năm")
    assert len([item for item in read.answers if item.task is None]) == 0


def test_case_12_deleted_hidden_and_filtered_rows(tmp_path: Path) -> None:
    file = edited(tmp_path, "12 xoa dong.xlsx")
    sheet = file.sheet(FIRST)
    sheet.row_dimensions[file.row(SECOND)].hidden = True
    sheet.delete_rows(file.row(FIRST))
    read = file.read()
    assert answer(read, FIRST).state is AnswerState.DELETED
    assert only(read, "R001").line == FIRST
    assert answer(read, SECOND).state is not AnswerState.DELETED
    assert len(of(read, "F051")) == 1


def test_case_12_sorting_whole_rows_changes_nothing_and_sorting_without_the_ids_is_an_error(tmp_path: Path) -> None:
    file = edited(tmp_path, "12 sap xep.xlsx")
    sheet = file.sheet(FIRST)
    one, two = file.row(FIRST), file.row(SECOND)
    for column in range(1, sheet.max_column + 1):
        if not str(sheet.cell(one, column).value).startswith("="):
            a, b = sheet.cell(one, column), sheet.cell(two, column)
            a.value, b.value = b.value, a.value
    assert of(file.read(), "I010") == []
    a, b = sheet.cell(one, 1), sheet.cell(two, 1)
    a.value, b.value = b.value, a.value
    read = file.read()
    assert {item.line for item in of(read, "I010")} == {FIRST, SECOND}
    assert answer(read, FIRST).state is AnswerState.RETURNED


def test_case_13_tasks_of_the_units_own_are_kept_and_not_counted(tmp_path: Path) -> None:
    file = edited(tmp_path, "13 viec them.xlsx")
    sheet = file.sheet(FIRST)
    row = own_rows(sheet)[0]
    sheet.cell(row, file.column(sheet, "Mục tiêu")).value = "Ra quân dọn vệ sinh"
    sheet.cell(row, file.column(sheet, "Trạng thái")).value = "Đang thực hiện"
    at = file.row(FIRST) + 1
    sheet.insert_rows(at)
    sheet.cell(at, 2).value = "1a"
    sheet.cell(at, file.column(sheet, "Mục tiêu")).value = "Phần việc tách ra"
    sheet.cell(at, file.column(sheet, "Trạng thái")).value = "Chưa thực hiện"
    read = file.read()
    added = {item.text: item for item in read.answers if item.task is None}
    assert set(added) == {"Ra quân dọn vệ sinh", "Phần việc tách ra"}
    assert added["Phần việc tách ra"].group == "PL1.II"
    assert all(item.state is AnswerState.ADDED for item in added.values())


def test_case_14_a_text_over_several_rows_is_joined_and_a_repeated_header_skipped(tmp_path: Path) -> None:
    file = edited(tmp_path, "14 noi dung nhieu dong.xlsx")
    sheet, at = file.sheet(FIRST), file.row(FIRST)
    text, result = file.column(sheet, "Mục tiêu"), file.column(sheet, "Kết quả thực hiện")
    whole = str(sheet.cell(at, text).value)
    cut = whole.index(" ", len(whole) // 2)
    sheet.insert_rows(at + 1, 2)
    sheet.cell(at, text).value, sheet.cell(at + 1, text).value = whole[:cut], whole[cut + 1 :]
    sheet.cell(at + 1, result).value = "và 3 lớp tập huấn"
    for column in range(2, sheet.max_column + 1):
        sheet.cell(at + 2, column).value = sheet.cell(header_row(sheet), column).value
    read = file.read()
    assert to_mend(read) == []
    assert len(of(read, "R006")) == 2
    assert of(read, "I011") == []
    assert answer(read, FIRST).values["ket_qua"] == "Đã làm xong PL1.II.1\nvà 3 lớp tập huấn"
    assert only(read, "R020").found == str(at + 2)


def test_case_18_answers_on_another_sheet_in_the_wrong_column_or_in_a_comment_are_pointed_at(tmp_path: Path) -> None:
    file = edited(tmp_path, "18 ghi nham cho.xlsx")
    file.clear(FIRST)
    file.clear(SECOND)
    file.put(FIRST, "Cơ quan phối hợp", "Đã tổ chức 02 lớp")
    file.cell(SECOND, "Trạng thái").comment = Comment("Đã xong", "VHXH")
    file.book.create_sheet("Sheet2")["B3"] = "PL1.II.1: đã xong"
    sheet = file.sheet(FIRST)
    sheet.cell(file.row("PL1.II.4@VHXH"), sheet.max_column + 3).value = "ghi thêm"
    read = file.read()
    assert (only(read, "R013").found, only(read, "R013").line) == ("Đã tổ chức 02 lớp", FIRST)
    assert (only(read, "R014").found, only(read, "R014").severity) == ("Đã xong", Severity.WARNING)
    assert only(read, "C008").found == "Sheet2"
    assert only(read, "R016").found == "ghi thêm"
    assert answer(read, FIRST).state is AnswerState.BLANK


def test_case_18_a_second_sheet_with_answers_of_the_same_form_is_asked_about(tmp_path: Path) -> None:
    file = edited(tmp_path, "18 hai trang.xlsx")
    file.book.copy_worksheet(file.book["Phụ lục I"]).title = "Phụ lục I (2)"
    read = file.read()
    assert (only(read, "C009").found, only(read, "C009").args["first"]) == ("Phụ lục I (2)", "Phụ lục I")
    assert read.status is FileStatus.RETURNED


def test_case_18_a_form_coloured_instead_of_filled_in_is_told_once_that_colours_are_not_read(tmp_path: Path) -> None:
    file = edited(tmp_path, "18 to mau.xlsx")
    for line in (item for item in file.round.by_unit["VHXH"] if item.startswith("PL1")):
        file.clear(line)
        file.cell(line, "Trạng thái").fill = PatternFill("solid", fgColor="FFFFFF00")
    read = file.read()
    assert "không đọc màu" in only(read, "R015").message
    assert [item.line for item in of(read, "R002") if str(item.line).startswith("PL1")] == []
    assert answer(read, FIRST).state is AnswerState.BLANK


def test_case_21_numbers_that_stand_twice_or_were_lost_do_not_matter(tmp_path: Path) -> None:
    file = edited(tmp_path, "21 trung STT.xlsx")
    file.put(FIRST, "STT", 8)
    file.put(SECOND, "STT", 8)
    file.put("PL1.II.4@VHXH", "STT", None)
    assert to_mend(file.read()) == []


@pytest.mark.parametrize("name", ["PL I", "Phụ lục I của Phòng Văn hóa xã", "Sheet1"])
def test_case_25_a_renamed_sheet_is_known_by_its_ids(tmp_path: Path, name: str) -> None:
    file = edited(tmp_path, "25 doi ten trang.xlsx")
    file.book["Phụ lục I"].title = name
    read = file.read()
    assert (only(read, "C010").found, only(read, "C010").args["title"]) == (name, "Phụ lục I")
    assert to_mend(read) == []
