"""Warnings that the unit explained and findings that the office waived: kept, shown, counted no more."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.cli import main
from danvan_xl.merging.consolidation import merge, needs_a_person
from danvan_xl.model import Assignment, Severity, layout
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.office.register_file import open_register
from danvan_xl.round.round import Round
from danvan_xl.round.waivers import Waiver, in_force
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import FIRST, UNIT, answer, balanced, edited, only, to_mend
from tests.support.books import column_of, table
from tests.support.results import lead_rows
from tests.support.rounds import a_round, fill, one_line, read

LATE = {"trang_thai": "Hoàn thành", "ty_le": 100, "gia_tri": 80, "ket_qua": "Đã tập huấn", "so_van_ban": "12/KH-UBND"}
OVER = {"trang_thai": "Hoàn thành", "ty_le": 150, "gia_tri": 100, "ket_qua": "Vượt", "so_van_ban": "12/KH-UBND"}
WAIVER = Waiver(
    "V015", UNIT, FIRST, "Làm thay phần của đơn vị khác", date(2026, 12, 31), "Trưởng phòng",
    datetime(2026, 7, 1, 8, tzinfo=VIETNAM_TIME),
)  # fmt: skip


def without_targets(current: Round) -> Round:
    """The round of a plan file whose goals have one figure each, typed beside the line."""
    appendices = tuple(
        replace(part, tasks=tuple(replace(task, targets=()) for task in part.tasks)) for part in current.plan.appendices
    )
    plan = replace(current.plan, appendices=appendices)
    return replace(current, plan=plan, by_unit=Assignment(plan, current.owners))


def test_an_explanation_on_the_line_settles_its_warnings_and_no_other(tmp_path: Path) -> None:
    current = without_targets(a_round())
    bare = read(fill(tmp_path / "a.xlsx", current, UNIT, one_line(current, FIRST, LATE)), current)
    said = {**LATE, "giai_trinh": "Còn 4 người đi học"}
    told = read(fill(tmp_path / "b.xlsx", current, UNIT, one_line(current, FIRST, said)), current)
    assert (bare.count(Severity.WARNING), told.count(Severity.WARNING)) == (1, 0)
    settled = only(told, "V014").settled
    assert settled is not None
    assert settled.say() == "Đơn vị giải trình: Còn 4 người đi học"
    assert answer(told, FIRST).codes == ("V014",)


def test_an_explanation_never_settles_an_error(tmp_path: Path) -> None:
    current = a_round()
    found = read(
        fill(tmp_path / "a.xlsx", current, UNIT, one_line(current, FIRST, {**OVER, "giai_trinh": "Đúng"})), current
    )
    assert (only(found, "V015").is_open, found.status) == (True, FileStatus.RETURNED)


def test_a_note_beside_a_figure_settles_what_was_asked_about_it(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.book["Số liệu"]
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "don_giai_quyet")
    sheet.cell(row, 5).value = 9
    assert to_mend(file.read()) == ["V020"]
    sheet.cell(row, column_of(sheet, "Ghi chú")).value = "2 đơn tồn từ kỳ trước"
    assert to_mend(file.read()) == []


def test_a_waived_error_counts_as_answered_and_is_printed_with_who_and_why(tmp_path: Path) -> None:
    current = replace(a_round(), waivers=(WAIVER,))
    path = fill(tmp_path / "a.xlsx", current, UNIT, one_line(current, FIRST, OVER))
    refused = merge(a_round(), [read(path, a_round())])
    result = merge(current, [read(path, current)])
    assert (needs_a_person(refused), needs_a_person(result)) == (True, False)
    assert next(row for row in lead_rows(result) if row.answer.line == FIRST).answer.state is AnswerState.ANSWERED
    balanced(result, 1)
    write_consolidated(tmp_path / "t.xlsx", result)
    rows = [row for row in table(tmp_path / "t.xlsx", layout.FINDINGS, 4) if row.get("Mã") == "V015"]
    assert [row["Giải trình, cho qua"] for row in rows] == [
        "Đơn vị đầu mối cho qua: Làm thay phần của đơn vị khác (Trưởng phòng, đến 31/12/2026)"
    ]


@pytest.mark.parametrize("other", [
    replace(WAIVER, code="V016"), replace(WAIVER, unit="KT"), replace(WAIVER, line="PL1.II.2@VHXH"),
])  # fmt: skip
def test_a_waiver_is_about_its_code_unit_and_line_only(tmp_path: Path, other: Waiver) -> None:
    current = replace(a_round(), waivers=(other,))
    found = read(fill(tmp_path / "a.xlsx", current, UNIT, one_line(current, FIRST, OVER)), current)
    assert answer(found, FIRST).state is AnswerState.RETURNED


def test_a_waiver_holds_for_cut_offs_up_to_its_day() -> None:
    assert in_force([WAIVER], date(2026, 12, 31)) == (WAIVER,)
    assert in_force([WAIVER], date(2027, 1, 1)) == ()


def test_waivers_and_extensions_are_kept_in_the_register_and_used_by_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["danvan-xl", *arguments])
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    assert run("demo", str(tmp_path / "w")) == 0
    monkeypatch.chdir(tmp_path / "w")
    capsys.readouterr()
    words = ("--unit", "KT", "--reason", "Số hóa vượt số được giao", "--until", "2026-12-31", "--who", "Trưởng phòng")
    assert run("waive", "V015", "--line", "PL2.4.1", *words) == 0
    assert run("waive", "X002", *words) == 2
    assert run("waive", "V015", "--line", "PL9.9", *words) == 2
    assert run("extend", "QS", "--until", "2026-06-20", "--reason", "Diễn tập") == 0
    assert run("extend", "QS", "--until", "2026-06-01", "--reason", "Diễn tập") == 2
    with open_register(tmp_path / "w" / "so-theo-doi.sqlite") as register:
        kept = [(item.code, item.line, item.who) for item in register.waivers()]
        assert kept == [("V015", "PL2.4.1@KT", "Trưởng phòng")]
        assert register.extensions("2026-H1") == {"QS": date(2026, 6, 20)}
    capsys.readouterr()
    assert run("waive", "--list") == 0
    assert "PL2.4.1@KT" in capsys.readouterr().out
    run("merge")
    assert "60 Đã trả lời" in capsys.readouterr().out
