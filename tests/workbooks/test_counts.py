"""Issue 10, point 29: what is counted as a result, and which figures are summed; every total says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.summary import summarise
from danvan_xl.model import Role
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import Settings
from danvan_xl.round.due import is_endless
from danvan_xl.round.round import Round
from danvan_xl.round.waivers import Waiver
from danvan_xl.rules.files import shipped
from danvan_xl.wording import text
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import open_book, table
from tests.support.rounds import a_round, fill, read, sound_answers

UNIT = "VHXH"
NOON = datetime(2026, 6, 10, 12, tzinfo=VIETNAM_TIME)
WITH, WITHOUT = text("book", "endless_with"), text("book", "endless_without")

DONE = {"trang_thai": "Hoàn thành", "ty_le": 100, "ket_qua": "Xong", "so_van_ban": "12/KH-UBND"}
WITH_WORDS = {"trang_thai": "Đang thực hiện", "ty_le": 40, "ket_qua": "Đã mở 2 lớp"}
WITH_DOCUMENT = {"trang_thai": "Đang thực hiện", "ty_le": 40, "so_van_ban": "12/KH-UBND"}
NOTHING_SAID = {"trang_thai": "Đang thực hiện", "ty_le": 40}
NOT_BEGUN = {"trang_thai": "Chưa thực hiện", "ty_le": 0, "giai_trinh": "Chờ hướng dẫn"}
NIL = {"trang_thai": "Không phát sinh"}
IN_ERROR = {"trang_thai": "Cơ bản hoàn thành", "ket_qua": "Gần xong"}


def endless_lines(current: Round, unit: str) -> list[str]:
    """The unit's lead lines that have no end."""
    return [
        line.id
        for line in current.by_unit[unit].values()
        if line.role is Role.LEAD and is_endless(current.schedules[line.task.id])
    ]


def merged(tmp_path: Path, current: Round, typed: Typed) -> Consolidation:
    return merge(current, [read(fill(tmp_path / "a.xlsx", current, UNIT, typed), current).received_at(NOON)])


def beside(path: Path, words: str) -> Any:
    """The number beside some words of the first page."""
    for row in openpyxl.load_workbook(path, data_only=True)["Tổng quan"].iter_rows(values_only=True):
        cells = [cell for cell in row if cell is not None]
        if words in cells:
            return cells[cells.index(words) + 1]
    raise AssertionError(words)


@pytest.mark.parametrize(
    ("values", "is_result"),
    [
        (DONE, True), (WITH_WORDS, True), (WITH_DOCUMENT, True), (NOTHING_SAID, False), (NOT_BEGUN, False),
        (NIL, False), (IN_ERROR, False), ({}, False),
    ],
)  # fmt: skip
def test_a_line_without_an_end_has_a_result_only_where_something_was_done(
    values: Mapping[str, Any], is_result: bool, tmp_path: Path
) -> None:
    current = a_round()
    lines = endless_lines(current, UNIT)
    assert len(lines) >= 5
    typed = sound_answers(current, UNIT)
    result = merged(tmp_path, current, replace(typed, lines={**typed.lines, **dict.fromkeys(lines, values)}))
    summary = summarise(result)
    sent = sum(len(endless_lines(current, unit.id)) for unit in current.plan.reporting_units)
    sent += sum(is_endless(current.schedules[line.task.id]) for line in current.unassigned)
    wanted = len(lines) if is_result else 0
    assert (summary.endless[True], summary.endless[False]) == (wanted, sent - wanted)
    write_consolidated(tmp_path / "b.xlsx", result)
    assert (beside(tmp_path / "b.xlsx", WITH), beside(tmp_path / "b.xlsx", WITHOUT)) == (wanted, sent - wanted)


# ---- figures -----------------------------------------------------------------------------------------------------


def with_figures(current: Round, **figures: Any) -> Typed:
    typed = sound_answers(current, UNIT)
    return replace(typed, figures={**typed.figures, **figures})


def totals(path: Path) -> dict[str, tuple[Any, list[Any]]]:
    """Indicator → its stored total and the cells that the formula adds."""
    stored = openpyxl.load_workbook(path, data_only=True)["Số liệu"]
    rows = list(stored.iter_rows(min_row=4, values_only=True))
    head = [str(name) for name in rows[0]]
    at, first = head.index("Tổng cộng"), head.index("Tổng cộng") + 1
    return {str(row[1]): (row[at], list(row[first:])) for row in rows[1:] if row[1]}


def agree(result: Consolidation, path: Path) -> dict[str, Any]:
    """The totals, which every place says alike: those stored, those of the cells, those of the summary."""
    write_consolidated(path, result)
    summary, found = summarise(result), totals(path)
    form = result.round.forms[result.round.plan.statistics or ""]
    for item in (item for item in form.indicators if item.is_summed):
        stored, cells = found[item.title]
        assert stored == sum(cell for cell in cells if isinstance(cell, (int, float))) == summary.figures[item.id]
        long = [row["Giá trị"] for row in table(path, "Dữ liệu số") if row["Mã chỉ tiêu"] == item.id]
        assert stored == sum(value for value in long if isinstance(value, (int, float)))
    return {item.id: found[item.title][0] for item in form.indicators}


def strict_round(tmp_path: Path, waivers: Sequence[Waiver] = ()) -> Round:
    """A round in which more models recognised than registered are an error."""
    forms = tmp_path / "rules" / "forms"
    forms.mkdir(parents=True, exist_ok=True)
    words = (shipped() / "forms" / "so-lieu.toml").read_text(encoding="utf-8")
    (forms / "so-lieu.toml").write_text(words.replace('severity = "warning"', 'severity = "error"'), encoding="utf-8")
    settings = Settings("gia-loc", "2026-H1")
    return replace(open_round(Job(settings, tmp_path, tmp_path / "rules")), waivers=tuple(waivers))


def test_a_figure_against_a_rule_is_not_summed(tmp_path: Path) -> None:
    current = strict_round(tmp_path)
    result = merged(tmp_path, current, with_figures(current, mo_hinh_dang_ky=3, mo_hinh_cong_nhan=50))
    sums = agree(result, tmp_path / "b.xlsx")
    assert sums["mo_hinh_dang_ky"] == 3
    assert sums["mo_hinh_cong_nhan"] == 0
    _, cells = totals(tmp_path / "b.xlsx")["Mô hình “Dân vận khéo” được công nhận"]
    assert "50" in cells, "what was typed is shown"


def test_the_same_figure_with_a_warning_only_is_summed(tmp_path: Path) -> None:
    current = a_round()
    sums = agree(
        merged(tmp_path, current, with_figures(current, mo_hinh_dang_ky=3, mo_hinh_cong_nhan=50)), tmp_path / "b.xlsx"
    )
    assert sums["mo_hinh_cong_nhan"] == 50


def test_a_figure_whose_error_the_office_lets_stand_is_summed(tmp_path: Path) -> None:
    waiver = Waiver("V020", UNIT, None, "đăng ký năm trước", date(2026, 12, 31), "VHXH", NOON)
    current = strict_round(tmp_path, [waiver])
    sums = agree(
        merged(tmp_path, current, with_figures(current, mo_hinh_dang_ky=3, mo_hinh_cong_nhan=50)), tmp_path / "b.xlsx"
    )
    assert sums["mo_hinh_cong_nhan"] == 50


@pytest.mark.parametrize("typed", [-5, "khoảng 20", 2_000_000, "x"])
def test_a_figure_that_is_no_count_is_not_summed(typed: object, tmp_path: Path) -> None:
    current = a_round()
    sums = agree(merged(tmp_path, current, with_figures(current, van_ban=typed)), tmp_path / "b.xlsx")
    assert sums["van_ban"] == 0
    assert sums["tuyen_truyen"] == 7


def test_a_figure_that_stands_in_two_rows_is_not_summed(tmp_path: Path) -> None:
    current = a_round()
    path = fill(tmp_path / "a.xlsx", current, UNIT)
    book = open_book(path)
    sheet = book["Số liệu"]
    source = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "van_ban")
    below = sheet.max_row + 1
    for column in range(1, sheet.max_column + 1):
        sheet.cell(below, column).value = sheet.cell(source, column).value
    book.save(path)
    file: Submission = read(path, current)
    assert [item.code for item in file.findings if item.code == "I012"]
    sums = agree(merge(current, [file.received_at(NOON)]), tmp_path / "b.xlsx")
    assert (sums["van_ban"], sums["tuyen_truyen"]) == (0, 7)
