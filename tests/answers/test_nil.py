"""Nil for a line, a form, a report: told apart from empty, from 0 and from missing, to the last sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.filing import Filed, Store, file_away, pack
from danvan_xl.model import Role, Severity, layout
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import OwnLine, Submission, Typed
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import FIRST, UNIT, answer, balanced, edited, of, only
from tests.cases.files import to_mend as every_to_mend
from tests.support.books import table
from tests.support.results import lead_lines, lead_rows
from tests.support.rounds import a_round, fill, read, sound_answers

TOP = 4
"""Row of the headings of the summary sheets."""

LIMITS = {"D020", "D021"}
"""Nil where something must be done: see ``test_nil_limits``."""


def to_mend(found: Submission) -> list[str]:
    return [code for code in every_to_mend(found) if code not in LIMITS]


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


# ---- nil and something else -----------------------------------------------------------------------------------


def nil_report(folder: Path, **typed: Any) -> Submission:
    current = a_round()
    given = Typed(**{"nil": True, "nil_reason": "Đơn vị mới thành lập", **typed})
    return read(fill(folder / "nil.xlsx", current, UNIT, given), current)


def state_of(file: Submission) -> str:
    """The state of the file's unit, from memory and from the store on disk alike."""
    merged = {next(s for s in merge(a_round(), [f]).units if s.unit == UNIT).state for f in (file, filed(file))}
    assert len(merged) == 1
    return merged.pop()


def filed(file: Submission) -> Filed:
    return file_away(pack(file), Store())


def test_a_report_that_is_nil_throughout_is_nil(tmp_path: Path) -> None:
    zeros = dict.fromkeys(("van_ban", "tuyen_truyen"), 0)
    words = {"kho_khan": "Không", "kien_nghi": "Trong kỳ không có kiến nghị, đề xuất gì."}
    found = nil_report(tmp_path, figures=zeros, words=words)
    assert (to_mend(found), state_of(found)) == ([], "nil")


@pytest.mark.parametrize(
    "typed",
    [
        {"figures": dict.fromkeys(list(sound_answers(a_round(), UNIT).figures)[:8], 3)},
        {"figures": {"van_ban": 1}},
        {"words": {"kien_nghi": "Đề nghị cấp kinh phí"}},
        {"words": {"kho_khan": "Không có kinh phí"}},
    ],
)
def test_a_nil_report_with_figures_or_words_is_asked_about_and_counts_as_a_report(
    tmp_path: Path, typed: dict[str, Any]
) -> None:
    found = nil_report(tmp_path, **typed)
    asked = only(found, "R032")
    (values,) = typed.values()
    assert (asked.severity, asked.found) == (Severity.WARNING, str(len(values)))
    assert asked.location.sheet == layout.GUIDE_SHEET
    assert to_mend(found) == ["R032"]
    assert state_of(found) == "submitted"


def nil_line(folder: Path, **values: Any) -> Submission:
    """Every line of the unit nil, and something beside one of them; figures 0."""
    current = a_round()
    lines: dict[str, dict[str, Any]] = {line: {"trang_thai": "Không phát sinh"} for line in lead(UNIT)}
    lines[FIRST] |= values
    zeros = dict.fromkeys(sound_answers(current, UNIT).figures, 0)
    nothing: dict[str, Any] = {name: {"note": "Không có"} for name in sound_answers(current, UNIT).targets}
    typed = Typed(lines=lines, figures=zeros, targets=nothing)
    return read(fill(folder / "dong.xlsx", current, UNIT, typed), current)


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"ket_qua": "Đã tổ chức 02 hội nghị"}, "Kết quả thực hiện"),
        ({"so_van_ban": "12/KH-UBND"}, "Số, ký hiệu văn bản"),
        ({"gia_tri": 95}, "Giá trị đạt"),
    ],
)
def test_a_nil_line_with_a_result_is_asked_about_and_its_unit_has_reported(
    tmp_path: Path, values: dict[str, Any], title: str
) -> None:
    found = nil_line(tmp_path, **values)
    asked = only(found, "R031")
    assert (asked.severity, asked.line, asked.args["titles"]) == (Severity.WARNING, FIRST, title)
    assert to_mend(found) == ["R031"]
    assert state_of(found) == "submitted"
    explained = nil_line(tmp_path, **values, giai_trinh="Kết quả của kỳ trước")
    assert to_mend(explained) == []


@pytest.mark.parametrize(
    "values",
    [
        {}, {"ket_qua": "Trong kỳ không phát sinh"}, {"ket_qua": "Không có"}, {"gia_tri": 0}, {"ty_le": 0},
        {"kho_khan": "Chưa có hướng dẫn của cấp trên"}, {"giai_trinh": "Chưa đến thời gian thực hiện"},
    ],
)  # fmt: skip
def test_a_nil_line_without_a_result_is_nil(tmp_path: Path, values: dict[str, Any]) -> None:
    found = nil_line(tmp_path, **values)
    assert (to_mend(found), state_of(found)) == ([], "nil")


def test_a_nil_form_with_a_result_in_a_nil_line_is_not_nil(tmp_path: Path) -> None:
    current = a_round()
    some = sound_answers(current, UNIT)
    lines = {line: {"trang_thai": "Không phát sinh"} for line in lead(UNIT, "PL2")}
    lines[next(iter(lines))]["ket_qua"] = "Đã ban hành kế hoạch"
    kept = {line: values for line, values in some.lines.items() if line.startswith("PL1")}
    typed = replace(some, lines={**kept, **lines}, nil_forms=("PL2",))
    result = merge(current, [read(fill(tmp_path / "bieu.xlsx", current, UNIT, typed), current)])
    write_consolidated(tmp_path / "tong-hop.xlsx", result)
    rows = {row["Mã"]: row for row in table(tmp_path / "tong-hop.xlsx", layout.DELIVERY, TOP) if row.get("Mã")}
    assert rows[UNIT]["Phụ lục II"].lower() == "đã nộp"


def test_a_nil_form_or_report_with_lines_of_the_unit_s_own_is_asked_about(tmp_path: Path) -> None:
    own = OwnLine("PL1", "Việc ngoài kế hoạch", {"trang_thai": "Đang thực hiện", "ket_qua": "Đang làm"})
    whole = nil_report(tmp_path, own=(own,))
    assert (only(whole, "R007").severity, state_of(whole)) == (Severity.WARNING, "submitted")
    current = a_round()
    typed = Typed(nil_forms=("PL1", "PL2"), own=(own,), figures=dict.fromkeys(sound_answers(current, UNIT).figures, 0))
    forms = read(fill(tmp_path / "bieu.xlsx", current, UNIT, typed), current)
    assert (only(forms, "R004").severity, state_of(forms)) == (Severity.WARNING, "submitted")


@pytest.mark.parametrize(("reason", "asked"), [("", True), ("x", True), ("-", True), ("Chưa được giao việc", False)])
def test_an_x_needs_the_reason_that_the_form_asks_for(tmp_path: Path, reason: str, asked: bool) -> None:
    found = nil_report(tmp_path, nil_reason=reason)
    assert to_mend(found) == (["R033"] if asked else [])
    assert found.nil
    if asked:
        assert only(found, "R033").location.sheet == layout.GUIDE_SHEET


def test_a_reason_without_the_x_is_asked_about(tmp_path: Path) -> None:
    current = a_round()
    typed = replace(sound_answers(current, UNIT), nil_reason="Đơn vị mới thành lập")
    found = read(fill(tmp_path / "a.xlsx", current, UNIT, typed), current)
    assert (only(found, "R034").found, found.nil) == ("Đơn vị mới thành lập", False)


def test_a_fault_in_the_text_of_a_nil_line_is_no_result(tmp_path: Path) -> None:
    file = edited(tmp_path, "a.xlsx")
    sheet = file.sheet(FIRST)
    file.clear(FIRST)
    file.put(FIRST, "Trạng thái", "Không phát sinh")
    sheet.cell(file.row(FIRST), file.column(sheet, file.round.specs[0].titles["text"])).value = "#REF!"
    said = file.read()
    assert of(said, "R031") == []
    assert answer(said, FIRST).state is AnswerState.RETURNED
