"""``Chỉ tiêu`` of a template: only what a kind asks for is open, numbers and days are held to what can be true."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import Target, layout
from danvan_xl.workbooks.template.writer import write_template
from tests.support.books import column_of, header_row, open_book, row_of
from tests.support.rounds import a_round
from tests.support.targets import ALL, CLASS, FILES, LOOSE, MODELS, RANK, SATISFIED, STANDARD, round_of

CURRENT = round_of(*ALL)
HEADINGS = ("Tử số", "Mẫu số", "Giá trị", "Văn bản, nguồn", "Ngày", "Ghi chú, giải trình")
BESIDE = {"Văn bản, nguồn", "Ghi chú, giải trình"}


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Worksheet:
    path = tmp_path_factory.mktemp("template") / "a.xlsx"
    write_template(path, CURRENT, CURRENT.plan.unit("VHXH"))
    return open_book(path)[layout.TARGETS]


@pytest.mark.parametrize(
    ("target", "own"),
    [
        (MODELS, {"Giá trị"}),
        (FILES, {"Tử số", "Mẫu số"}),
        (SATISFIED, {"Giá trị"}),
        (RANK, {"Giá trị"}),
        (CLASS, {"Giá trị"}),
        (LOOSE, {"Giá trị"}),
        (STANDARD, {"Ngày"}),
    ],
)
def test_only_the_cells_that_a_kind_asks_for_are_open(sheet: Worksheet, target: Target, own: set[str]) -> None:
    row = row_of(sheet, target.id)
    cells = {heading: sheet.cell(row, column_of(sheet, heading)) for heading in HEADINGS}
    assert {heading for heading, item in cells.items() if not item.protection.locked} == own | BESIDE
    assert len({item.fill.fgColor.rgb for heading, item in cells.items() if heading in own | BESIDE}) == 1
    grey = {item.fill.fgColor.rgb for heading, item in cells.items() if heading not in own | BESIDE}
    assert grey == {"FFD0D0D0"}


def rule(sheet: Worksheet, target: Target, heading: str) -> Any:
    cell = sheet.cell(row_of(sheet, target.id), column_of(sheet, heading)).coordinate
    return next(item for item in sheet.data_validations.dataValidation if cell in item.sqref)


def test_excel_refuses_what_can_not_be_true(sheet: Worksheet) -> None:
    assert (rule(sheet, MODELS, "Giá trị").type, rule(sheet, MODELS, "Giá trị").formula1) == ("whole", "0")
    percent = rule(sheet, SATISFIED, "Giá trị")
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    some, whole = rule(sheet, FILES, "Tử số"), rule(sheet, FILES, "Mẫu số")
    row = row_of(sheet, FILES.id)
    assert (some.type, whole.type) == ("whole", "whole")
    assert f"G{row}" in some.formula2
    assert f"F{row}" in whole.formula1
    assert FILES.numerator in some.prompt
    assert FILES.denominator in whole.prompt
    assert rule(sheet, STANDARD, "Ngày").type == "date"


def test_a_row_says_what_is_required_where_it_comes_from_and_what_is_counted(sheet: Worksheet) -> None:
    row = row_of(sheet, FILES.id)
    head = header_row(sheet)
    said = {sheet.cell(head, place).value: sheet.cell(row, place).value for place in range(2, sheet.max_column + 1)}
    assert said["Yêu cầu"] == "≥ 95 %"
    assert "(Phụ lục I, II.1)" in said["Chỉ tiêu"]
    assert "Tử số: Hồ sơ giải quyết đúng hạn" in said["Chỉ tiêu"]
    assert sheet.cell(row_of(sheet, MODELS.id), column_of(sheet, "Yêu cầu")).value == "ít nhất 03 mô hình/năm"


def test_a_goal_with_targets_is_not_asked_for_its_figure_again(tmp_path: Path) -> None:
    current = a_round()
    write_template(tmp_path / "a.xlsx", current, current.plan.unit("VHXH"))
    form = open_book(tmp_path / "a.xlsx")["Phụ lục I"]
    lines = [line for line in current.by_unit["VHXH"].values() if line.task.appendix == "PL1"]
    column = column_of(form, "Giá trị đạt")
    locked = {line.task.id: form.cell(row_of(form, line.id), column).protection.locked for line in lines}
    assert locked == {line.task.id: bool(line.task.targets) for line in lines}
    assert set(locked.values()) == {True, False}


def test_the_guide_names_the_sheet_only_where_there_is_one(tmp_path: Path) -> None:
    for unit, there in (("VHXH", True), ("CA", False)):
        write_template(tmp_path / f"{unit}.xlsx", CURRENT, CURRENT.plan.unit(unit))
        book = open_book(tmp_path / f"{unit}.xlsx")
        words = " ".join(str(cell.value) for row in book[layout.GUIDE_SHEET].iter_rows() for cell in row)
        assert (f"{layout.TARGETS}: " in words) is there
        assert (layout.TARGETS in book.sheetnames) is there
    assert date(2026, 1, 1) <= CURRENT.as_of
