"""Workflow 4, cases on what stands in cells: 4, 5, 6, 9, 14, 17, 22, 23, 26, 27, 30."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl.styles import Font

from danvan_xl.model import Severity
from danvan_xl.model.statuses import AnswerState
from tests.cases.files import FIRST, SECOND, answer, edited, of, only, rezip, to_mend
from tests.support.books import column_of

DONE_ON = "Ngày hoàn thành"
DAYS = [
    ("30/06/2026", date(2026, 6, 30), "N004"),
    ("05/6/26", date(2026, 6, 5), "N004"),
    ("5.6.2026", date(2026, 6, 5), "N004"),
    ("ngày 05 tháng 6 năm 2026", date(2026, 6, 5), "N004"),
    (46178, date(2026, 6, 5), "N006"),
    ("31/6/2026", "31/6/2026", "V008"),
    ("06/30/2026", "06/30/2026", "V009"),
    ("30/6", "30/6", "V003"),
    ("tháng 6", "tháng 6", "V003"),
    ("2026", "2026", "V003"),
]


@pytest.mark.parametrize(("typed", "value", "code"), DAYS)
def test_case_04_days_are_read_as_day_and_month_or_asked_about(
    tmp_path: Path, typed: object, value: object, code: str
) -> None:
    file = edited(tmp_path, "04 ngay thang.xlsx")
    file.put(FIRST, DONE_ON, typed).number_format = "General"
    read = file.read()
    assert answer(read, FIRST).values["ngay_hoan_thanh"] == value
    found = only(read, code)
    assert found.line == FIRST
    assert found.found == str(typed)
    if code.startswith("N"):
        assert (found.severity, found.expected) == (Severity.INFO, f"{value:%d/%m/%Y}")
    else:
        assert answer(read, FIRST).state is AnswerState.RETURNED


def test_case_04_a_month_that_excel_made_a_day_of_is_asked_about(tmp_path: Path) -> None:
    file = edited(tmp_path, "04 thang nam.xlsx")
    file.put(FIRST, DONE_ON, date(2026, 6, 1)).number_format = "m/yyyy"
    assert only(file.read(), "V024").args["shown"] == "06/2026"


def test_case_04_a_day_out_of_the_period_that_lies_in_it_when_swapped_is_a_warning(tmp_path: Path) -> None:
    file = edited(tmp_path, "04 dao ngay.xlsx")
    file.put(FIRST, DONE_ON, date(2026, 12, 5))
    assert only(file.read(), "D003").expected == "Có phải 12/05/2026?"


def test_case_04_a_machine_set_to_month_and_day_is_recognised_by_its_column(tmp_path: Path) -> None:
    file = edited(tmp_path, "04 may kieu My.xlsx")
    lines = [line for line in file.round.by_unit["VHXH"] if line.startswith("PL2")]
    typed: list[object] = ["15/05/2026", "28/05/2026", date(2026, 3, 4), date(2026, 2, 5)]
    for line, value in zip(lines, typed, strict=False):
        file.put(line, "Trạng thái", "Hoàn thành")
        file.put(line, "Tỷ lệ (%)", 100)
        file.put(line, "Kết quả thực hiện", "Đã làm")
        file.put(line, DONE_ON, value)
    for line in lines[4:]:
        file.clear(line)
    assert only(file.read(), "D004").found == "2"


NUMBERS = [
    ("95,5%", None, 95.5, "N003"),
    ("95.5", None, 95.5, "N003"),
    ("95,5 %", None, 95.5, "N003"),
    (0.955, "0.0%", 95.5, None),
    ("0,955", None, "0,955", "V006"),
    (0.955, "General", 0.955, "V006"),
    ("khoảng 95", None, "khoảng 95", "V005"),
    ("45/50", None, "45/50", "V002"),
    (955, "General", 955, "V015"),
    (0, "General", 0, None),
]


@pytest.mark.parametrize(("typed", "number_format", "value", "code"), NUMBERS)
def test_case_05_numbers_have_one_form_or_are_asked_about(
    tmp_path: Path, typed: object, number_format: str | None, value: object, code: str | None
) -> None:
    file = edited(tmp_path, "05 so lieu.xlsx")
    file.put(FIRST, "Trạng thái", "Đang thực hiện")
    file.put(FIRST, DONE_ON, None)
    file.put(FIRST, "Tỷ lệ (%)", typed).number_format = number_format or "General"
    if value == 0:
        file.put(FIRST, "Trạng thái", "Chưa thực hiện")
    read = file.read()
    assert answer(read, FIRST).values["ty_le"] == value
    assert [item.code for item in read.findings if item.location.column == "Tỷ lệ (%)"] == ([code] if code else [])


def test_case_05_a_point_in_a_count_is_thousands_with_a_warning(tmp_path: Path) -> None:
    file = edited(tmp_path, "05 hang nghin.xlsx")
    sheet = file.book["Số liệu"]
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "luot_nguoi")
    sheet.cell(row, 5).value = "1.234"
    read = file.read()
    assert read.figures["luot_nguoi"] == 1234
    assert only(read, "N007").severity is Severity.WARNING


STATUSES = [
    ("Đã xong", "Hoàn thành", "N002"),
    ("đã hoàn thành.", "Hoàn thành", "N002"),
    ("HOÀN THÀNH", "Hoàn thành", "N002"),
    ("Cơ bản hoàn thành", "Cơ bản hoàn thành", "V017"),
    ("đã triển khai", "đã triển khai", "V017"),
    ("x", "x", "V016"),
    (1, "100%", "V016"),
    ("Tạm dừng", "Tạm dừng", "V016"),
]


@pytest.mark.parametrize(("typed", "value", "code"), STATUSES)
def test_case_06_only_words_that_say_done_are_done(tmp_path: Path, typed: object, value: str, code: str) -> None:
    file = edited(tmp_path, "06 trang thai.xlsx")
    file.put(FIRST, "Trạng thái", typed).number_format = "0%"
    read = file.read()
    assert answer(read, FIRST).values["trang_thai"] == value
    assert only(read, code).line == FIRST
    assert to_mend(read) == ([code] if code.startswith("V") else [])


def test_case_09_text_in_old_fonts_is_decoded_and_both_are_shown(tmp_path: Path) -> None:
    file = edited(tmp_path, "09 VnTime VNI.xlsx")
    one = file.put(FIRST, "Kết quả thực hiện", "§· tæ chøc héi nghÞ qu¸n triÖt")
    one.font = Font(name=".VnTime")
    two = file.put(SECOND, "Khó khăn, vướng mắc", "Thieáu kinh phí hoaït ñoäng")
    two.font = Font(name="VNI-Times")
    read = file.read()
    assert answer(read, FIRST).values["ket_qua"] == "Đã tổ chức hội nghị quán triệt"
    assert answer(read, SECOND).values["kho_khan"] == "Thiếu kinh phí hoạt động"
    found = of(read, "N005")
    assert [(item.args["encoding"], item.found) for item in found] == [
        ("TCVN3", "§· tæ chøc héi nghÞ qu¸n triÖt"), ("VNI", "Thieáu kinh phí hoaït ñoäng"),
    ]  # fmt: skip
    assert to_mend(read) == []


DEBRIS = [
    ("Đã\xa0làm  xong\u200b", "Đã làm xong", "N001"),
    ("<p>Đã làm xong</p>", "Đã làm xong", "N012"),
    ("Đã làm[bookmark: _GoBack] xong", "Đã làm xong", "N012"),
    ("\uf0b7 Việc một\n\uf0b7\tViệc hai", "- Việc một\n- Việc hai", "N012"),
    ("Đã làm&nbsp;xong", "Đã làm xong", "N012"),
    ("Tỷ lệ <90% và >5 cuộc", "Tỷ lệ <90% và >5 cuộc", None),
    ("Dòng một\nDòng hai", "Dòng một\nDòng hai", None),
]


@pytest.mark.parametrize(("typed", "value", "code"), DEBRIS)
def test_case_14_what_a_paste_leaves_is_cleaned_with_before_and_after(
    tmp_path: Path, typed: str, value: str, code: str | None
) -> None:
    file = edited(tmp_path, "14 chep tu Word.xlsx")
    file.put(FIRST, "Kết quả thực hiện", typed)
    read = file.read()
    assert answer(read, FIRST).values["ket_qua"] == value
    repairs = [(item.code, item.expected) for item in read.findings if item.code in ("N001", "N012")]
    assert repairs == ([(code, value)] if code else [])


def test_case_17_error_values_and_formulas_without_a_result_are_errors_of_their_cells(tmp_path: Path) -> None:
    file = edited(tmp_path, "17 loi cong thuc.xlsx")
    place = file.cell(FIRST, "Tỷ lệ (%)").coordinate
    file.put(SECOND, "Kết quả thực hiện", "=Sheet2!B4")
    file.read()
    rezip(file.path, {"xl/worksheets/sheet2.xml": (
        rf'<c r="{place}"([^>]*?)(?: t="n")?><v>[^<]*</v></c>', rf'<c r="{place}"\1 t="e"><v>#REF!</v></c>'
    )})  # fmt: skip
    from tests.support.rounds import read as read_file

    read = read_file(file.path, file.round)
    assert (only(read, "F040").location.cell, only(read, "F040").found) == (place, "#REF!")
    assert [item.line for item in of(read, "F042") if item.severity is Severity.ERROR] == [SECOND]
    assert answer(read, FIRST).state is answer(read, SECOND).state is AnswerState.RETURNED
    assert answer(read, FIRST).values["ty_le"] == "#REF!"
    assert [item for item in of(read, "V012") if item.line == FIRST] == []


def test_case_22_percent_stored_as_9500_percent(tmp_path: Path) -> None:
    file = edited(tmp_path, "22 phan tram 9500.xlsx")
    file.put(FIRST, "Trạng thái", "Đang thực hiện")
    file.put(FIRST, DONE_ON, None)
    file.put(FIRST, "Tỷ lệ (%)", 95).number_format = "0%"
    read = file.read()
    assert answer(read, FIRST).values["ty_le"] == 95
    assert only(read, "N010").args["shown"] == "9500%"


@pytest.mark.parametrize("number_format", ["General", "dd/mm/yyyy"])
def test_case_23_a_year_alone_is_no_day_of_1905(tmp_path: Path, number_format: str) -> None:
    file = edited(tmp_path, "23 nam 2026.xlsx")
    file.put(FIRST, DONE_ON, 2026).number_format = number_format
    read = file.read()
    assert only(read, "V025").args["year"] == 2026
    assert to_mend(read) == ["V025"]


@pytest.mark.parametrize("typed", ["=cmd|' /C calc'!A0", "+84 việc", "-", "@SUM(1)", '=HYPERLINK("http://x")'])
def test_case_26_text_that_looks_like_a_formula_is_kept_as_it_is(tmp_path: Path, typed: str) -> None:
    file = edited(tmp_path, "26 giong cong thuc.xlsx")
    cell = file.put(FIRST, "Kết quả thực hiện", typed)
    cell.data_type = "s"
    assert answer(file.read(), FIRST).values["ket_qua"] == typed


def test_case_27_a_cumulative_figure_is_asked_about_until_the_period_s_own_is_given(tmp_path: Path) -> None:
    file = edited(tmp_path, "27 luy ke.xlsx")
    sheet = file.book["Số liệu"]
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "tuyen_truyen")
    sheet.cell(row, 5).value, sheet.cell(row, column_of(sheet, "Ghi chú")).value = 120, "Lũy kế từ đầu nhiệm kỳ"
    read = file.read()
    assert (only(read, "V026").found, only(read, "V026").is_open) == ("120", True)


def test_case_27_rows_of_figures_that_nobody_asked_for_are_told(tmp_path: Path) -> None:
    file = edited(tmp_path, "27 them chi tieu.xlsx")
    sheet = file.book["Số liệu"]
    last = sheet.max_row + 1
    sheet.cell(last, 3).value, sheet.cell(last, 5).value = "Hộ hiến đất", 42
    assert only(file.read(), "R019").found == "Hộ hiến đất"


PERSONAL = [
    ("Liên hệ ông Nam 0912.345.678", "S050"),
    ("CCCD 030085001234", "S051"),
    ("CMND số 142345678", "S051"),
    ("Kinh phí 123456789 đồng", None),
    ("Văn bản 157/KH-UBND ngày 22/5/2026, 1.268 m2", None),
]


@pytest.mark.parametrize(("typed", "code"), PERSONAL)
def test_case_30_numbers_of_persons_are_warned_about_and_never_repeated(
    tmp_path: Path, typed: str, code: str | None
) -> None:
    file = edited(tmp_path, "30 danh sach.xlsx")
    file.put(FIRST, "Kết quả thực hiện", typed)
    read = file.read()
    assert to_mend(read) == ([code] if code else [])
    for item in read.findings:
        assert not any(part in (item.found or "") for part in ("912.345", "0085001", "2345678"))
