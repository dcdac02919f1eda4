"""Words that a unit types outside the answer cells: each is told, wherever it stands (nothing is lost in silence)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from danvan_xl.model import Finding, Role, Severity, layout
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from tests.cases.files import FIRST, SECOND, UNIT, Edited, answer, edited, of, only, own_rows, to_mend
from tests.support.books import header_row, open_book
from tests.support.rounds import PLANS, a_round, read, sound_answers

WORDS = "Đã họp 3 cuộc"
FIGURES, TALK = "Số liệu", "Khó khăn, kiến nghị"


def at(file: Submission, sheet: str, cell: str) -> list[Finding]:
    return [item for item in file.findings if (item.location.sheet, item.location.cell) == (sheet, cell)]


def balanced(file: Submission) -> bool:
    return all(one.changed == one.used + one.repaired + one.found for one in file.cells.values())


@pytest.mark.parametrize("plan", PLANS)
def test_sound_answers_are_all_used_and_nothing_else_differs(tmp_path: Path, plan: str) -> None:
    current = a_round(plan)
    for unit in [item.id for item in current.plan.reporting_units][:3]:
        path = tmp_path / f"{unit}.xlsx"
        said = {line: f"Kỳ trước làm {line}" for line in current.by_unit[unit]}
        typed = sound_answers(current, unit)
        options = TemplateOptions(typed=typed, previous=said, contact="Chị Lan, 0220 123 456")
        write_template(path, current, current.plan.unit(unit), options)
        file = read(path, current)
        cells = sum(len(values) for values in typed.lines.values()) + len(typed.figures) + len(typed.words)
        cells += sum(len(values) for values in typed.targets.values())
        explained = sum(found.code == "D020" for found in file.findings)
        assert sum(one.used for one in file.cells.values()) == cells - explained
        assert sum(one.found for one in file.cells.values()) == explained
        assert sum(one.changed for one in file.cells.values()) == cells


@pytest.mark.parametrize("heading", [layout.TARGET, layout.LIVE_CHECK, layout.PREVIOUS, layout.ROLE])
def test_words_in_our_own_columns_are_told(tmp_path: Path, heading: str) -> None:
    file = edited(tmp_path, "a.xlsx")
    cell = file.put(FIRST, heading, WORDS)
    said = file.read()
    assert (only(said, "R035").found, only(said, "R035").location.cell) == (WORDS, cell.coordinate)
    assert only(said, "R035").line == FIRST
    assert "R035" in answer(said, FIRST).codes
    assert balanced(said)


def test_what_excel_itself_writes_into_the_live_check_is_ours(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    for line, words in ((FIRST, "Đạt"), (SECOND, "Hoàn thành: cần ghi Kết quả thực hiện")):
        file.put(line, layout.LIVE_CHECK, words)
    assert of(file.read(), "R035") == []


def test_words_in_the_heading_of_a_group_are_told(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    row = next(n for n in range(1, sheet.max_row) if str(sheet.cell(n, 1).value).startswith(layout.GROUP_MARK))
    sheet.cell(row, file.column(sheet, "Kết quả thực hiện")).value = WORDS
    sheet.cell(row, file.column(sheet, layout.LIVE_CHECK)).value = "Xong"
    assert [item.found for item in of(file.read(), "R035")] == [WORDS, "Xong"]


def test_words_in_a_row_without_id_that_repeats_a_heading_are_told(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    groups = file.round.appendices[file.round.tasks[FIRST.partition("@")[0]].appendix].groups
    row = own_rows(sheet)[-1] + 1
    sheet.cell(row, file.column(sheet, file.round.specs[0].titles["text"])).value = groups[0].title
    sheet.cell(row, file.column(sheet, "Trạng thái")).value = "Hoàn thành"
    assert only(file.read(), "R035").found == "Hoàn thành"


def test_words_in_a_row_of_the_units_own_outside_text_and_answers_are_told(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    row = own_rows(sheet)[0]
    sheet.cell(row, file.column(sheet, layout.PREVIOUS)).value = WORDS
    assert only(file.read(), "R035").found == WORDS
    sheet.cell(row, file.column(sheet, file.round.specs[0].titles["text"])).value = "Việc thêm"
    sheet.cell(row, file.column(sheet, "Trạng thái")).value = "Hoàn thành"
    assert only(file.read(), "R035").line == f"+1@{UNIT}"


@pytest.mark.parametrize(("sheet", "cell"), [("Hướng dẫn", "E5"), ("Hướng dẫn", "A30"), (FIGURES, "F3"), (TALK, "F2")])
def test_words_around_the_forms_are_told(tmp_path: Path, sheet: str, cell: str) -> None:
    file = edited(tmp_path, "a.xlsx")
    file.book[sheet][cell].value = WORDS
    said = file.read()
    assert [item.found for item in at(said, sheet, cell)] == [WORDS]
    assert balanced(said)


def test_words_added_to_printed_ones_are_told_and_emptied_ones_too(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    guide, figures = file.book["Hướng dẫn"], file.book[FIGURES]
    guide["B8"].value = f"{guide['B8'].value} {WORDS}"
    guide["A6"].value = None
    figures["D7"].value = "triệu đồng"
    said = file.read()
    assert at(said, "Hướng dẫn", "B8")[0].code == "R035"
    assert "A6" in str(only(said, "R037").args["cells"])
    assert at(said, FIGURES, "D7")[0].found == "triệu đồng"


def test_rows_inserted_above_a_form_move_words_that_are_still_ours(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    for name in ("Hướng dẫn", FIGURES):
        file.book[name].insert_rows(1, 2)
    said = file.read()
    assert of(said, "R035") == of(said, "R037") == []


def test_a_column_of_the_units_own_is_a_question_only_where_something_stands_in_it(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    column = sheet.max_column + 1
    sheet.cell(header_row(sheet), column).value = "Người làm"
    assert only(file.read(), "C004").severity is Severity.INFO
    sheet.cell(file.row(FIRST), column).value = WORDS
    found = only(file.read(), "C004")
    assert (found.severity, found.args["count"]) == (Severity.WARNING, 1)
    assert sheet.cell(file.row(FIRST), column).coordinate in found.message


def test_many_cells_are_named_together(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    guide = file.book["Hướng dẫn"]
    for row in range(31, 71):
        guide.cell(row, 6).value = f"{WORDS} {row}"
    said = file.read()
    assert len(of(said, "R035")) == 20
    assert only(said, "R036").found == "20"
    assert balanced(said)


def test_a_template_with_words_in_the_wrong_cells_only_is_not_untouched(tmp_path: Path) -> None:
    current = a_round()
    path = tmp_path / "a.xlsx"
    write_template(path, current, current.plan.unit(UNIT), TemplateOptions())
    assert "R030" in to_mend(read(path, current))
    file = Edited(path, current, open_book(path))
    file.put(FIRST, layout.PREVIOUS, WORDS)
    said = file.read()
    assert "R030" not in to_mend(said)
    assert only(said, "R038").found == "1"
    assert said.status is FileStatus.RETURNED


def test_a_template_of_the_first_version_has_no_record_and_is_read_all_the_same(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    identity: Any = file.book[layout.IDENTITY_SHEET]
    for row in range(identity.max_row, 0, -1):
        if identity.cell(row, 1).value in ("words", "previous"):
            identity.delete_rows(row)
    file.put(FIRST, layout.PREVIOUS, "Kỳ trước: Hoàn thành")
    file.put(FIRST, layout.ROLE, WORDS)
    said = file.read()
    assert only(said, "R035").found == WORDS
    assert answer(said, FIRST).state is AnswerState.ANSWERED


def test_coordinating_rows_that_are_gone_are_told(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    lines = [line.id for line in file.round.by_unit[UNIT].values() if line.role is Role.COORDINATE][-2:]
    for line in lines:
        file.sheet(line).delete_rows(file.row(line))
    found = only(file.read(), "R039")
    assert found.args["count"] == 2
    assert all(line.partition("@")[0] in str(found.found) for line in lines)
