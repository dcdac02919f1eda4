"""A form on the screen of a small laptop, and the count at its top that says what is left to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import Role, layout
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.round.round import Round
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from danvan_xl.workbooks.writing.printing import column_pixels, page_starts
from tests.cases.files import FIRST, SECOND, UNIT, edited, of
from tests.support.books import cell, column_of, column_widths, header_row, open_book
from tests.support.libreoffice import convert
from tests.support.returned import write_returned
from tests.support.rounds import PLANS, a_round, fill, periods, read, reported_of, sound_answers

SCREEN = 1366, 768
CELLS = 1267
"""Pixels that LibreOffice leaves for cells on such a screen, its side bar beside them; Excel and WPS leave more."""

ENOUGH_LINES = "Đã trả lời đủ, không có chỗ sai"


def width_of(sheet: Worksheet, first: int, last: int) -> float:
    """Pixels of the columns from one to another."""
    widths = column_widths(sheet)
    return sum(column_pixels(widths[index]) for index in range(first, last + 1) if widths[index])


def heights(sheet: Worksheet, first: int, last: int) -> list[float]:
    """Pixels of rows."""
    return [(sheet.row_dimensions[row].height or 15) * 96 / 72 for row in range(first, last + 1)]


def open_columns(sheet: Worksheet) -> set[int]:
    """The columns with cells that a unit fills in: where Tab leads."""
    return {item.column for row in sheet.iter_rows() for item in row if not item.protection.locked}


# ---- what fits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_task_answers_and_check_stand_side_by_side_on_a_small_screen(plan: str, tmp_path: Path) -> None:
    current = a_round(plan, periods(plan)[-1], villages=1)
    for unit in current.by_unit:
        book = open_book(fill(tmp_path / f"{unit}.xlsx", current, unit))
        for appendix in current.plan.appendices:
            sheet = book[appendix.sheet]
            check = column_of(sheet, layout.LIVE_CHECK)
            assert width_of(sheet, 1, check) <= CELLS
            titles = {item.title for item in current.form_of(appendix).fields}
            assert {column_of(sheet, title) for title in titles} <= set(range(1, check))
            assert max(open_columns(sheet)) < check, "Tab never leaves the screen sideways"


@pytest.mark.parametrize("plan", PLANS)
def test_what_stays_in_sight_leaves_room_for_the_rest(plan: str, tmp_path: Path) -> None:
    current = a_round(plan, periods(plan)[-1])
    for unit in current.by_unit:
        book = open_book(
            fill(tmp_path / f"{unit}.xlsx", current, unit, replace(sound_answers(current, unit), lines={}))
        )
        for name in (item.sheet for item in current.plan.appendices):
            sheet = book[name]
            frozen, _, _, below = range_boundaries(sheet.freeze_panes)
            assert width_of(sheet, 1, frozen - 1) <= SCREEN[0] / 3
            assert sum(heights(sheet, 1, below - 1)) <= SCREEN[1] / 5
            assert max(heights(sheet, below, sheet.max_row)) <= SCREEN[1] / 2


@pytest.mark.parametrize("plan", PLANS)
def test_figures_and_check_stand_side_by_side_with_what_was_reported(plan: str, tmp_path: Path) -> None:
    current = a_round(plan, periods(plan)[-1])
    for unit in current.by_unit:
        if not current.figures_of(unit):
            continue
        options = TemplateOptions(reported=reported_of(current, unit), previous_label="6 tháng đầu năm 2026")
        write_template(tmp_path / "a.xlsx", current, current.plan.unit(unit), options)
        sheet = open_book(tmp_path / "a.xlsx")["Số liệu"]
        check, reported = column_of(sheet, layout.LIVE_CHECK), column_of(sheet, layout.REPORTED)
        assert reported == column_of(sheet, "Số liệu trong kỳ") + 1, "beside the cell that is filled in"
        assert width_of(sheet, 1, check) <= CELLS
        assert max(open_columns(sheet)) < check, "Tab never leaves the screen sideways"
        _, _, _, below = range_boundaries(sheet.freeze_panes)
        assert sum(heights(sheet, 1, below - 1)) <= SCREEN[1] / 5
        printed = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))
        assert (printed[0], printed[2]) == (2, check - 1)
        widths = [width for column, width in sorted(column_widths(sheet).items()) if printed[0] <= column <= printed[2]]
        assert page_starts(widths, 0) == [], "letters of 11 points stay above 9 on paper"


def test_what_one_looks_up_stands_behind_and_is_not_printed_once_more(tmp_path: Path) -> None:
    sheet = open_book(fill(tmp_path / "a.xlsx", a_round(), UNIT))["Phụ lục II"]
    check = column_of(sheet, layout.LIVE_CHECK)
    behind = ("Vai trò", "Lộ trình thực hiện", "Cơ quan chủ trì", "Cơ quan phối hợp", "Sản phẩm dự kiến", "Kỳ trước")
    assert [column_of(sheet, title) for title in behind] == list(range(check + 1, check + 1 + len(behind)))
    printed = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))
    assert (printed[0], printed[2]) == (2, check - 1)


# ---- the count ------------------------------------------------------------------------------------------------------


def count_cell(sheet: Worksheet) -> str:
    """Where the count stands."""
    return next(c.coordinate for row in sheet.iter_rows(max_row=10) for c in row if "HYPERLINK" in str(c.value))


def said(path: Path, name: str) -> str:
    """The stored result of a form's count."""
    place = count_cell(open_book(path)[name])
    return str(open_book(path, values=True)[name][place].value)


def test_an_empty_form_says_how_many_lines_are_left(tmp_path: Path) -> None:
    current = a_round()
    path = fill(tmp_path / "a.xlsx", current, UNIT, Typed())
    for appendix in current.plan.appendices:
        lead = sum(
            line.role is Role.LEAD
            for line in current.by_unit[UNIT].values()
            if line.task.appendix == appendix.id
        )  # fmt: skip
        assert said(path, appendix.sheet) == f"Còn {lead} dòng chưa trả lời, 0 chỗ sai"
    assert said(path, "Số liệu") == f"Còn {len(current.figures_of(UNIT))} số liệu chưa ghi, 0 chỗ sai"


def test_what_shorter_reports_brought_whole_is_not_left_to_be_given(tmp_path: Path) -> None:
    current = a_round()
    path, reported = tmp_path / "a.xlsx", reported_of(current, UNIT)
    write_template(path, current, current.plan.unit(UNIT), TemplateOptions(reported=reported))
    left = sum(not (item.id in reported and reported[item.id].is_whole) for item in current.figures_of(UNIT))
    assert 0 < left < len(current.figures_of(UNIT))
    assert said(path, "Số liệu") == f"Còn {left} số liệu chưa ghi, 0 chỗ sai"


@pytest.mark.libreoffice
def test_that_count_is_what_its_formula_counts(tmp_path: Path) -> None:
    current, path = a_round(), tmp_path / "a.xlsx"
    write_template(path, current, current.plan.unit(UNIT), TemplateOptions(reported=reported_of(current, UNIT)))
    anew = open_book(convert(path, "xlsx", tmp_path / "moi"), values=True)["Số liệu"]
    assert anew[count_cell(open_book(path)["Số liệu"])].value == said(path, "Số liệu")


def checks(sheet: Worksheet) -> list[str]:
    column = column_of(sheet, layout.LIVE_CHECK)
    cells = (sheet.cell(row, column).value for row in range(header_row(sheet) + 1, sheet.max_row + 1))
    return [str(value or "") for value in cells]


def with_faults(path: Path, current: Round) -> Path:
    """Sound answers, but for a line left empty, two lines and a figure at fault; beside each count where it leads."""
    book = open_book(fill(path, current, UNIT))
    first = book["Phụ lục I"]
    cell(first, FIRST, "Tỷ lệ (%)").value = 40  # done, and 40 %
    cell(first, SECOND, "Ngày hoàn thành").value = "hôm qua"
    emptied = next(line for line in current.by_unit[UNIT] if line.startswith("PL2"))
    second = book["Phụ lục II"]
    for item in current.forms["nhiem-vu"].fields:
        cell(second, emptied, item.title).value = None
    cell(book["Số liệu"], "tuyen_truyen", "Số liệu trong kỳ").value = "nhiều"
    for sheet in (first, second, book["Số liệu"]):
        formula = str(sheet[count_cell(sheet)].value)
        place = re.fullmatch(r"=HYPERLINK\((.*),IF\(COUNTIF\(.*", formula, re.DOTALL)
        assert place is not None
        sheet["Z1"] = f"={place[1]}"
    book.save(path)
    return path


@pytest.mark.libreoffice
def test_the_count_is_what_the_checks_say_and_leads_to_the_first_fault(tmp_path: Path) -> None:
    current = a_round()
    counted = open_book(convert(with_faults(tmp_path / "a.xlsx", current), "xlsx", tmp_path), values=True)
    first, second, figures = (counted[name] for name in ("Phụ lục I", "Phụ lục II", "Số liệu"))
    fine = ("", "Đạt", "Phối hợp: không bắt buộc")
    for sheet, kind in ((first, "dòng chưa trả lời"), (second, "dòng chưa trả lời"), (figures, "số liệu chưa ghi")):
        words = checks(sheet)
        silent = sum(word in ("Chưa trả lời", "Chưa ghi (không có thì ghi 0)") for word in words)
        wrong = sum(word not in fine for word in words) - silent
        place = count_cell(open_book(tmp_path / "a.xlsx")[sheet.title])
        shown = str(sheet[place].value)
        assert shown == (f"Còn {silent} {kind}, {wrong} chỗ sai" if silent + wrong else ENOUGH_LINES), words
    assert "1 chỗ sai" in str(figures[count_cell(open_book(tmp_path / "a.xlsx")["Số liệu"])].value)
    assert first["Z1"].value == f"#'Phụ lục I'!{cell(first, FIRST, 'Tỷ lệ (%)').coordinate}"
    emptied = next(line for line in current.by_unit[UNIT] if line.startswith("PL2"))
    assert second["Z1"].value == f"#'Phụ lục II'!{cell(second, emptied, 'Trạng thái').coordinate}"
    assert figures["Z1"].value == f"#'Số liệu'!{cell(figures, 'tuyen_truyen', 'Số liệu trong kỳ').coordinate}"


@pytest.mark.libreoffice
def test_nothing_is_left_where_a_box_says_that_nothing_happened(tmp_path: Path) -> None:
    book = open_book(fill(tmp_path / "a.xlsx", a_round(), UNIT, Typed()))
    form = book["Phụ lục I"]
    form[box_of(form)].value = "x"
    book.save(tmp_path / "form.xlsx")
    form[box_of(form)].value = None
    guide = book["Hướng dẫn"]
    label = next(item for row in guide.iter_rows() for item in row if item.value == layout.NIL_REPORT_LABEL)
    guide.cell(label.row, label.column + 1).value = "X"
    book.save(tmp_path / "report.xlsx")
    for name, nil in (("form", {"Phụ lục I"}), ("report", {"Phụ lục I", "Phụ lục II", "Số liệu"})):
        counted = open_book(convert(tmp_path / f"{name}.xlsx", "xlsx", tmp_path), values=True)
        for title in ("Phụ lục I", "Phụ lục II", "Số liệu"):
            shown = str(counted[title][count_cell(book[title])].value)
            assert (shown in (ENOUGH_LINES, "Đã ghi đủ, không có chỗ sai")) is (title in nil), (name, title, shown)
            assert ("Không phát sinh" in checks(counted[title])) is (title in nil)


def box_of(sheet: Worksheet) -> str:
    """The box for a form with nothing in it."""
    row = next(row for row in sheet.iter_rows(max_row=3) if any(c.value == layout.NIL_FORM_LABEL for c in row))
    return next(item.coordinate for item in row if not item.protection.locked)


@pytest.mark.libreoffice
def test_a_form_that_is_done_says_so(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", a_round(), UNIT)
    counted = open_book(convert(path, "xlsx", tmp_path), values=True)
    assert counted["Số liệu"][count_cell(open_book(path)["Số liệu"])].value == "Đã ghi đủ, không có chỗ sai"


# ---- the count when the form comes back -----------------------------------------------------------------------------


def codes(file: Submission) -> set[str]:
    return {item.code for item in file.findings}


def test_a_count_without_result_or_further_down_is_nobody_s_doing(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")  # saved without results
    assert codes(file.read()) <= {"I021"}
    file.book["Phụ lục I"].insert_rows(1, 2)
    assert codes(file.read()) - {"C006"} == set()


def test_words_over_the_count_are_told_and_so_is_a_count_that_is_gone(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book["Phụ lục I"]
    place = count_cell(sheet)
    sheet[place].value = "Đã gửi bản giấy"
    read_now = file.read()
    assert [(item.location.cell, item.found) for item in of(read_now, "R035")] == [(place, "Đã gửi bản giấy")]
    sheet[place].value = None
    (gone,) = of(file.read(), "R037")
    assert place in str(gone.args["cells"])


def test_a_count_as_a_value_is_what_it_was(tmp_path: Path) -> None:
    """As Google Sheets and paste-as-values leave it."""
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book["Phụ lục I"]
    sheet[count_cell(sheet)].value = "Còn 3 dòng chưa trả lời, 12 chỗ sai"
    assert not {"R035", "R037"} & codes(file.read())


def test_the_returned_workbook_keeps_the_count(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    file.put(FIRST, "Tỷ lệ (%)", 40)
    returned = write_returned(file.path, tmp_path / "b.xlsx", file.read(), a_round())
    assert (returned.kind, returned.lost) == ("edited", ())
    assert count_cell(open_book(tmp_path / "b.xlsx")["Phụ lục I"]) == count_cell(file.book["Phụ lục I"])
    assert not {"R035", "R037", "F050"} & codes(read(tmp_path / "b.xlsx", a_round()))
