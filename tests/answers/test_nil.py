"""Nil for a line, a form, a report: told apart from empty, from 0 and from missing, to the last sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.model import Role, Severity, layout
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import UNIT, balanced, edited, of, only
from tests.support.books import table
from tests.support.results import lead_lines, lead_rows
from tests.support.rounds import a_round, fill, read, sound_answers

TOP = 4
"""Row of the headings of the summary sheets."""


def lead(unit: str, form: str = "") -> list[str]:
    lines = a_round().by_unit[unit].values()
    return [line.id for line in lines if line.role is Role.LEAD and line.task.appendix.startswith(form)]


def files(folder: Path) -> list[Submission]:
    """VP: the whole report nil · KT: one form nil · CA: one line nil, one empty, figures 0 · DVSNC: nothing filled in ·
    the others: missing.
    """
    current = a_round()
    some = sound_answers(current, "KT")
    line, empty = lead("CA")[:2]
    answers = sound_answers(current, "CA")
    lines = {**answers.lines, line: {"trang_thai": "Không phát sinh"}}
    del lines[empty]
    kinds = {
        "VP": Typed(nil=True, nil_reason="Mới thành lập"),
        "KT": replace(some, lines={k: v for k, v in some.lines.items() if k.startswith("PL1")}, nil_forms=("PL2",)),
        "CA": replace(answers, lines=lines, figures=dict.fromkeys(answers.figures, 0)),
        "DVSNC": Typed(),
    }
    return [read(fill(folder / f"{unit}.xlsx", current, unit, typed), current) for unit, typed in kinds.items()]


@pytest.fixture
def merged(tmp_path: Path) -> tuple[Consolidation, Path]:
    result = merge(a_round(), files(tmp_path))
    target = tmp_path / "tong-hop.xlsx"
    write_consolidated(target, result)
    return result, target


def states(result: Consolidation, unit: str, form: str = "") -> set[AnswerState]:
    rows = (row for row in lead_rows(result) if row.unit == unit and row.answer.appendix.startswith(form))
    return {row.answer.state for row in rows}


def test_every_level_of_nil_reaches_its_lines(merged: tuple[Consolidation, Path]) -> None:
    result, _ = merged
    assert states(result, "VP") == {AnswerState.NIL}
    assert states(result, "KT", "PL2") == {AnswerState.NIL}
    assert AnswerState.ANSWERED in states(result, "KT", "PL1")
    line, empty = lead("CA")[:2]
    by_line = {row.answer.line: row.answer.state for row in lead_rows(result)}
    assert (by_line[line], by_line[empty]) == (AnswerState.NIL, AnswerState.BLANK)
    assert states(result, "DVSNC") == {AnswerState.BLANK}
    assert states(result, "QS") == {AnswerState.MISSING}
    balanced(result, 4)


def test_every_level_of_nil_stands_in_the_sheet_of_deliveries(merged: tuple[Consolidation, Path]) -> None:
    rows = {row["Mã"]: row for row in table(merged[1], layout.DELIVERY, TOP) if row.get("Mã")}
    shown = {unit: (rows[unit]["Phụ lục I"], rows[unit]["Phụ lục II"]) for unit in ("VP", "KT", "CA", "DVSNC", "QS")}
    nil, given, missing = "không phát sinh", "đã nộp", "chưa nộp"
    assert {unit: tuple(word.lower() for word in words) for unit, words in shown.items()} == {
        "VP": (nil, nil), "KT": (given, nil), "CA": (given, given),
        "DVSNC": (missing, missing), "QS": (missing, missing),
    }  # fmt: skip


def test_the_account_counts_nil_empty_and_missing_apart_and_balances(merged: tuple[Consolidation, Path]) -> None:
    result, path = merged
    rows = [row for row in table(path, layout.ACCOUNT, TOP) if row.get("Mã") in a_round().by_unit]
    sums = {unit: dict.fromkeys(("Không phát sinh", "Để trống", "Chưa nộp"), 0) for unit in a_round().by_unit}
    for row in rows:
        assert row["Chênh lệch"] == 0
        for name in sums[row["Mã"]]:
            sums[row["Mã"]][name] += row[name]
    assert sums["VP"]["Không phát sinh"] == len(lead("VP"))
    assert sums["KT"]["Không phát sinh"] >= len(lead("KT", "PL2"))
    assert sums["CA"]["Để trống"] == 1
    assert sums["DVSNC"]["Để trống"] == len(lead("DVSNC"))
    assert sums["QS"]["Chưa nộp"] == len(lead("QS"))
    assert len(lead_rows(result)) == len(lead_lines(a_round()))


def test_zero_is_a_figure_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    current = a_round()
    zero = read(fill(tmp_path / "0.xlsx", current, UNIT, Typed(figures={"van_ban": 0})), current)
    assert (zero.figures["van_ban"], zero.figures["doi_thoai"]) == (0, None)
    assert "van_ban" not in str([item.args for item in of(zero, "V022")])


@pytest.mark.parametrize(("typed", "nil", "asked"), [
    ("X", True, False), ("x ", True, False), ("✓", True, False), ("Không phát sinh", True, False),
    ("không", False, False), ("0", False, False), ("chưa rõ", False, True), ("như kỳ trước", False, True),
])  # fmt: skip
def test_a_box_says_yes_or_no_or_is_asked_about(tmp_path: Path, typed: str, nil: bool, asked: bool) -> None:
    current = a_round()
    path = fill(tmp_path / "nil.xlsx", current, UNIT, Typed(nil=True))
    file = edited(tmp_path, "nil 2.xlsx")
    for row in range(1, 15):
        if file.book[layout.GUIDE_SHEET].cell(row, 1).value == layout.NIL_REPORT_LABEL:
            file.book[layout.GUIDE_SHEET].cell(row, 2).value = typed
    for line in file.round.by_unit[UNIT]:
        file.clear(line)
    found = file.read()
    assert read(path, current).nil
    assert found.nil is nil
    assert [item.found for item in of(found, "R018")] == ([typed] if asked else [])


def test_nil_beside_answers_is_asked_about(tmp_path: Path) -> None:
    current = a_round()
    whole = read(fill(tmp_path / "a.xlsx", current, UNIT, replace(sound_answers(current, UNIT), nil=True)), current)
    form = read(
        fill(tmp_path / "b.xlsx", current, UNIT, replace(sound_answers(current, UNIT), nil_forms=("PL1",))), current
    )
    assert only(whole, "R007").severity is Severity.ERROR
    assert only(form, "R004").severity is Severity.ERROR
