"""Row rules and constraints: a failing and a passing row for each, through a real workbook and a real LibreOffice.

One rule stands in four places. The rows of ``ROWS`` are typed into one workbook; what the checker says of each is
compared with the table, and what the live ``Kiểm tra`` column says, calculated by LibreOffice, with the checker.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.model import Form, Goal, Severity, Task, layout
from danvan_xl.model.period import plain_period
from danvan_xl.model.submission import OwnLine, Submission, Typed
from danvan_xl.round.preparing import prepare
from danvan_xl.round.round import Round
from danvan_xl.rules.checks import CHECKS
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.form_files import form_faults, form_from_mapping
from danvan_xl.rules.loader import load_rules
from danvan_xl.wording import text
from danvan_xl.workbooks.template.livecheck import silence
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from tests.support.books import cell, column_of, open_book, row_of
from tests.support.libreoffice import convert, convert_all
from tests.support.rounds import a_round, fill, one_line, read, sound_answers, told

GOOD = text("template", "live_good")
DONE: dict[str, Any] = {"trang_thai": "Hoàn thành", "ty_le": 100, "ket_qua": "Đã xong", "so_van_ban": "12/KH-UBND"}
DOING: dict[str, Any] = {"trang_thai": "Đang thực hiện", "ty_le": 50, "ket_qua": "Đang làm", "kho_khan": "Thiếu người"}
IDLE: dict[str, Any] = {"trang_thai": "Chưa thực hiện", "kho_khan": "Chờ hướng dẫn"}
NIL: dict[str, Any] = {"trang_thai": "Không phát sinh"}
DAY = date(2026, 5, 12)


def of(base: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A row with changes; None empties a cell."""
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


GIALOC_ROWS: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    # the rule, the row, (code, field) of what is found
    ("sound: done", DONE, []),
    ("sound: under way", DOING, []),
    ("sound: not begun", IDLE, []),
    ("sound: nothing arisen", NIL, []),
    ("sound: done by day alone", of(DONE, so_van_ban=None, ngay_hoan_thanh=DAY), []),
    ("required: status is missing", of(DONE, trang_thai=None), [("V001", "trang_thai")]),
    ("enum: a value beyond the list", of(DOING, trang_thai="Sắp xong rồi"), [("V016", "trang_thai")]),
    ("enum: a word that says nothing", of(DOING, trang_thai="cơ bản hoàn thành"), [("V017", "trang_thai")]),
    ("required_when done: no result", of(DONE, ket_qua=None), [("V010", "ket_qua")]),
    ("required_when under way: no result", of(DOING, ket_qua=None), [("V010", "ket_qua")]),
    ("any_required_when: neither number nor day", of(DONE, so_van_ban=None), [("V011", "so_van_ban")]),
    ("range_when done: 90", of(DONE, ty_le=90), [("V012", "ty_le")]),
    ("range_when done: no percentage", of(DONE, ty_le=None), []),
    ("range_when under way: 100", of(DOING, ty_le=100), [("V012", "ty_le")]),
    ("range_when under way: 99.9", of(DOING, ty_le=99.9), []),
    ("range_when not begun: 5", of(IDLE, ty_le=5), [("V012", "ty_le")]),
    ("range_when not begun: 0", of(IDLE, ty_le=0), []),
    ("empty_when: a day though under way", of(DOING, ngay_hoan_thanh=DAY), [("V013", "ngay_hoan_thanh")]),
    ("empty_when: a percentage though nothing arose", of(NIL, ty_le=40), [("V013", "ty_le")]),
    ("empty_when: 0 % though nothing arose", of(NIL, ty_le=0), []),
    ("date_within: before plan and data", of(DONE, ngay_hoan_thanh=date(2025, 12, 14)), [("D001", "ngay_hoan_thanh")]),
    ("date_within: first day of the data", of(DONE, ngay_hoan_thanh=date(2025, 12, 15)), []),
    ("date_within: after the data", of(DONE, ngay_hoan_thanh=date(2026, 6, 15)), [("D031", "ngay_hoan_thanh")]),
    ("date_within: last day of the data", of(DONE, ngay_hoan_thanh=date(2026, 6, 14)), []),
    ("date_within: after the plan", of(DONE, ngay_hoan_thanh=date(2031, 1, 2)), [("D002", "ngay_hoan_thanh")]),
    ("number: words", of(DOING, ty_le="nhiều"), [("V002", "ty_le")]),
    ("minimum: below 0", of(DOING, ty_le=-1), [("V015", "ty_le")]),
    ("maximum: above 100", of(DOING, ty_le=101), [("V015", "ty_le")]),
    ("date: words", of(DONE, ngay_hoan_thanh="cuối tháng 6"), [("V003", "ngay_hoan_thanh")]),
    ("date: no such day", of(DONE, ngay_hoan_thanh="31/6/2026"), [("V008", "ngay_hoan_thanh")]),
)  # fmt: skip


def roomy_round() -> Round:
    """Gia Lộc with as many spare rows as the table above has."""
    current = a_round()
    form = replace(current.forms["nhiem-vu"], spare_rows=len(GIALOC_ROWS))
    return replace(current, forms={**current.forms, "nhiem-vu": form})


def address(path: Path, sheet: str, row_id: str, title: str) -> str:
    """Where the cell of a row stands."""
    return str(cell(open_book(path)[sheet], row_id, title).coordinate)


def title_of(form: Form, name: str) -> str:
    return form.field(name).title


@pytest.mark.parametrize(("values", "expected"), [pytest.param(*row[1:], id=row[0]) for row in GIALOC_ROWS])
def test_a_row_of_a_real_workbook_has_exactly_these_findings(
    values: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    current, line = a_round(), "PL2.1.2@VHXH"
    path = fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, values))
    form = current.forms["nhiem-vu"]
    places = [(code, "Phụ lục II", address(path, "Phụ lục II", line, title_of(form, name))) for code, name in expected]
    assert told(read(path, current)) == sorted(places)


def test_a_percentage_in_two_readings_and_a_document_without_a_number_are_told(tmp_path: Path) -> None:
    current, line = a_round(), "PL2.1.2@VHXH"
    path = fill(
        tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, of(DOING, ty_le=0.5, so_van_ban="văn bản của xã"))
    )
    assert [code for code, _, _ in told(read(path, current))] == ["V006", "V030"]


def test_the_severity_is_the_rules_own(tmp_path: Path) -> None:
    current, line = a_round(), "PL2.1.2@VHXH"
    for values, severity in ((of(DONE, ket_qua=None), Severity.ERROR), (of(DOING, ket_qua=None), Severity.WARNING)):
        submission = read(fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, values)), current)
        assert [item.severity for item in submission.findings if item.code == "V010"] == [severity]


# ---- deadlines and targets: rows whose line has a due day or a figure to reach --------------------------------------

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)
LATE_ROWS: tuple[tuple[str, date | None, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("done in time", date(2026, 5, 31), of(DONE, ngay_hoan_thanh=date(2026, 5, 31)), []),
    ("done a day late, no reason", MAY, of(DONE, ngay_hoan_thanh=JUNE), [("D010", "kho_khan")]),
    ("done late, with a reason", MAY, of(DONE, ngay_hoan_thanh=JUNE, giai_trinh="Mưa lũ"), []),
    ("done without a day", date(2026, 5, 31), DONE, []),
    ("not done after the day, no reason", date(2026, 5, 31), of(DOING, kho_khan=None), [("D010", "kho_khan")]),
    ("not done after the day, with a reason", date(2026, 5, 31), DOING, []),
    ("not begun after the day, no reason", date(2026, 5, 31), of(IDLE, kho_khan=None), [("D010", "kho_khan")]),
    ("not done, the day still to come", date(2026, 9, 30), of(DOING, kho_khan=None), []),
    ("not done, due on the period's last day", date(2026, 6, 30), of(DOING, kho_khan=None), []),
    ("no day at all", None, of(DOING, kho_khan=None), []),
    ("nothing arisen after the day", date(2026, 5, 31), NIL, []),
)  # fmt: skip


def aimed(task: Task, target: Goal | None) -> Task:
    """The task with a figure asked beside its line."""
    return replace(task, target=target, targets=()) if target else task


def round_with(line: str, *, due: date | None = None, target: Goal | None = None) -> Round:
    """Gia Lộc with another due day or target for one line's task."""
    rules = load_rules("gia-loc")
    wanted = line.partition("@")[0]
    appendices = tuple(
        replace(part, tasks=tuple(aimed(t, target) if t.id == wanted else t for t in part.tasks))
        for part in rules.plan.appendices
    )
    current = prepare(replace(rules, plan=replace(rules.plan, appendices=appendices)), plain_period("2026-H1"))
    return replace(current, due={**current.due, wanted: due})


@pytest.mark.parametrize(("due", "values", "expected"), [pytest.param(*row[1:], id=row[0]) for row in LATE_ROWS])
def test_late_needs_a_reason(
    due: date | None, values: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    line = "PL2.1.2@VHXH"
    current = round_with(line, due=due)
    path = fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, values))
    form = current.forms["nhiem-vu"]
    places = [(code, "Phụ lục II", address(path, "Phụ lục II", line, title_of(form, name))) for code, name in expected]
    assert told(read(path, current)) == places


TARGET_ROWS: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("done below the target", of(DONE, gia_tri=94.9), [("V014", "gia_tri")]),
    ("done at the target", of(DONE, gia_tri=95), []),
    ("done without a value", DONE, []),
    ("under way below the target", of(DOING, gia_tri=60), []),
)


@pytest.mark.parametrize(("values", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TARGET_ROWS])
def test_what_is_called_done_reaches_the_target(
    values: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    line = "PL1.II.5@VHXH"
    current = round_with(line, target=Goal("95%", 95, "%"))
    path = fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, values))
    form = current.forms["muc-tieu"]
    places = [(code, "Phụ lục I", address(path, "Phụ lục I", line, title_of(form, name))) for code, name in expected]
    assert told(read(path, current)) == places


# ---- figures ---------------------------------------------------------------------------------------------------------

SOUND_FIGURES = dict.fromkeys((item.id for item in a_round().figures_of("VP")), 0) | {
    "van_ban": 1, "tuyen_truyen": 2, "luot_nguoi": 30, "mo_hinh_dang_ky": 2, "mo_hinh_cong_nhan": 1,
    "don_ton_dau": 2, "don_nhan": 4, "don_khieu_nai": 1, "don_kien_nghi": 3, "don_giai_quyet": 5, "don_ton_cuoi": 1,
    "dong_gop_tien": 12.5,
}  # fmt: skip
FIGURE_ROWS: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("sound", {}, []),
    ("a part above its whole", {"mo_hinh_cong_nhan": 3}, [("V020", "mo_hinh_cong_nhan")]),
    ("a part as large as its whole", {"mo_hinh_cong_nhan": 2}, []),
    ("what is left is not what the others make", {"don_ton_cuoi": 3}, [("V050", "don_ton_cuoi")]),
    ("a balance with an empty part is not judged", {"don_ton_dau": None}, [("V022", "don_ton_dau")]),
    ("a balance with a part in error is not judged", {"don_ton_dau": "hai"}, [("V002", "don_ton_dau")]),
    ("parts that make less", {"don_khieu_nai": 0}, [("V051", "don_nhan")]),
    ("parts that make more", {"don_to_cao": 1}, [("V051", "don_nhan")]),
    ("money with decimals", {"dong_gop_tien": 1246.75}, []),
    ("money in words", {"dong_gop_tien": "vài tỷ"}, [("V002", "dong_gop_tien")]),
    ("people without a meeting", {"tuyen_truyen": 0}, [("V021", "tuyen_truyen")]),
    ("neither people nor meetings", {"tuyen_truyen": 0, "luot_nguoi": 0}, []),
    ("empty", {"doi_thoai": None}, [("V022", "doi_thoai")]),
    ("a fraction", {"van_ban": 1.5}, [("V004", "van_ban")]),
    ("below 0", {"van_ban": -1}, [("V015", "van_ban")]),
    ("above a million", {"luot_nguoi": 1000001}, [("V015", "luot_nguoi")]),
    ("words", {"van_ban": "vài cái"}, [("V002", "van_ban")]),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(*row[1:], id=row[0]) for row in FIGURE_ROWS])
def test_figures_are_checked_one_by_one_and_against_each_other(
    changes: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    current = a_round()
    typed = replace(sound_answers(current, "VP"), figures=of(SOUND_FIGURES, **changes))
    path = fill(tmp_path / "a.xlsx", current, "VP", typed)
    places = [(code, "Số liệu", address(path, "Số liệu", name, "Số liệu trong kỳ")) for code, name in expected]
    assert told(read(path, current)) == places


LAST_TIME = {"don_ton_dau": "9", "don_ton_cuoi": "2", "van_ban": "1", "tin_bai": "60"}
BEFORE_ROWS: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("as last time", {"tin_bai": 60}, []),
    ("a stock that does not go on", {"tin_bai": 60, "don_ton_dau": 3, "don_ton_cuoi": 2}, [("V052", "don_ton_dau")]),
    ("three times as much, and far", {"tin_bai": 180}, [("V053", "tin_bai")]),
    ("not quite three times", {"tin_bai": 179}, []),
    ("a third, but near", {"tin_bai": 20}, []),
    ("a tenth, and far", {"tin_bai": 6}, [("V053", "tin_bai")]),
    ("many times, but near", {"tin_bai": 60, "van_ban": 30}, []),
)


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(*row[1:], id=row[0]) for row in BEFORE_ROWS])
def test_figures_are_compared_with_those_of_the_last_report_in_the_file_itself(
    changes: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    current, path = a_round(), tmp_path / "a.xlsx"
    typed = replace(sound_answers(current, "VP"), figures=of(SOUND_FIGURES, **changes))
    options = TemplateOptions(typed=typed, previous_figures=LAST_TIME, previous_label="Quý I/2026")
    write_template(path, current, current.plan.unit("VP"), options)
    places = [(code, "Số liệu", address(path, "Số liệu", name, "Số liệu trong kỳ")) for code, name in expected]
    assert told(read(path, current)) == places


def test_the_stock_at_the_start_stands_beside_the_one_at_the_end_of_the_last_report(tmp_path: Path) -> None:
    current, path = a_round(), tmp_path / "a.xlsx"
    options = TemplateOptions(previous_figures=LAST_TIME, previous_label="Quý I/2026")
    write_template(path, current, current.plan.unit("VP"), options)
    sheet = open_book(path)["Số liệu"]
    column = column_of(sheet, "Kỳ trước (Quý I/2026)")
    shown = {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(1, sheet.max_row + 1)}
    assert (shown["don_ton_dau"], shown["don_ton_cuoi"], shown["tin_bai"]) == (2, 2, 60)


def test_a_figure_of_last_time_that_was_changed_is_compared_with_nothing(tmp_path: Path) -> None:
    current, path = a_round(), tmp_path / "a.xlsx"
    typed = replace(sound_answers(current, "VP"), figures=of(SOUND_FIGURES, tin_bai=180))
    options = TemplateOptions(typed=typed, previous_figures=LAST_TIME, previous_label="Quý I/2026")
    write_template(path, current, current.plan.unit("VP"), options)
    book = open_book(path)
    sheet = book["Số liệu"]
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "tin_bai")
    sheet.cell(row, column_of(sheet, "Kỳ trước (Quý I/2026)")).value = 170
    book.save(path)
    assert [code for code, _, _ in told(read(path, current))] == ["R035"]


def test_the_warning_of_a_sudden_change_names_both_figures_and_a_note_settles_it(tmp_path: Path) -> None:
    current, path = a_round(), tmp_path / "a.xlsx"
    typed = replace(sound_answers(current, "VP"), figures=of(SOUND_FIGURES, tin_bai=180))
    for notes, settled in (({}, False), ({"tin_bai": "Mở thêm trang Zalo"}, True)):
        options = TemplateOptions(typed=replace(typed, figure_notes=notes), previous_figures=LAST_TIME)
        write_template(path, current, current.plan.unit("VP"), options)
        found = next(item for item in read(path, current).findings if item.code == "V053")
        assert "180" in found.say("vi")
        assert "60" in found.say("vi")
        assert (found.settled is not None) is settled


# ---- constraints that the shipped forms don't use --------------------------------------------------------------------

OWN_FORM = """
id = "thu"
version = 1
kind = "lines"
title = "Biểu thử"
extends = "nhiem-vu"
[[fields]]
name = "ma_ho"
title = "Mã hộ"
type = "string"
constraints = { pattern = "^H[0-9]{3}$" }
[[fields]]
name = "dien_giai"
title = "Diễn giải"
type = "string"
constraints = { minLength = 10 }
[[fields]]
name = "so_ho"
title = "Số hộ"
type = "integer"
missingValues = ["", "-"]
constraints = { minimum = 1 }
[[checks]]
id = "moi"
kind = "required_when"
fields = ["so_ho"]
when = { field = "trang_thai", values = ["Hoàn thành"] }
severity = "error"
since = "2026-H2"
"""
OWN_ROWS: tuple[tuple[str, dict[str, Any], list[tuple[str, str]]], ...] = (
    ("sound", of(DONE, ma_ho="H012", dien_giai="đủ mười chữ", so_ho=3), []),
    ("pattern", of(DONE, ma_ho="012", so_ho=3), [("V019", "ma_ho")]),
    ("minLength", of(DONE, dien_giai="ngắn", so_ho=3), [("V018", "dien_giai")]),
    ("minimum alone", of(DONE, so_ho=0), [("V015", "so_ho")]),
    ("integer", of(DONE, so_ho=2.5), [("V004", "so_ho")]),
    ("a word that means empty", of(DOING, so_ho="-"), []),
    ("a rule younger than the period warns", DONE, [("V010", "so_ho")]),
)


@cache
def own_round(folder: Path, period: str = "2026-H1") -> Round:
    """Gia Lộc with the form above beside its Phụ lục II, as a workspace would have it."""
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms" / "thu.toml").write_text(OWN_FORM, encoding="utf-8")
    rules = load_rules("gia-loc", RuleSource(folder))
    words = (RuleSource().find("plan", "gia-loc") or Path()).read_text(encoding="utf-8")
    (folder / "ke-hoach.toml").write_text(words.replace('form = "nhiem-vu"', 'form = "thu"'), encoding="utf-8")
    rules = load_rules("ke-hoach.toml", RuleSource(folder), folder)
    return prepare(rules, plain_period(period))


@pytest.mark.parametrize(("values", "expected"), [pytest.param(*row[1:], id=row[0]) for row in OWN_ROWS])
def test_a_constraint_of_an_offices_own_column_is_held(
    values: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    current, line = own_round(tmp_path), "PL2.1.2@VHXH"
    typed = Typed(lines={line: values})
    path = fill(tmp_path / "a.xlsx", current, "VHXH", typed)
    form = current.forms["thu"]
    places = [(code, "Phụ lục II", address(path, "Phụ lục II", line, title_of(form, name))) for code, name in expected]
    submission = read(path, current)
    assert [item for item in told(submission) if item[0][0] == "V" and item[0] not in {"V022", "V041"}] == places


def test_a_rule_younger_than_the_period_is_a_warning_and_an_error_from_then_on(tmp_path: Path) -> None:
    line = "PL2.1.2@VHXH"
    for period, severity in (("2026-H1", Severity.WARNING), ("2026-H2", Severity.ERROR)):
        current = own_round(tmp_path, period)
        submission = read(fill(tmp_path / "a.xlsx", current, "VHXH", Typed(lines={line: DONE})), current)
        found = [item.severity for item in submission.findings if (item.code, item.line) == ("V010", line)]
        assert found == [severity]


# ---- the table of kinds ----------------------------------------------------------------------------------------------

CODES_OF_KINDS = {
    "required_when": {"V010"}, "any_required_when": {"V011"}, "range_when": {"V012"}, "empty_when": {"V013"},
    "date_within": {"D001", "D002"}, "late_needs_reason": {"D010"},
    "at_least_target": {"V014"}, "not_greater": {"V020"},
    "needs_positive": {"V021"}, "balance": {"V050"}, "sum_of_parts": {"V051"}, "stock_continues": {"V052"},
    "sudden_change": {"V053"},
}  # fmt: skip


def test_every_kind_of_check_has_a_failing_and_a_passing_row_here() -> None:
    assert set(CODES_OF_KINDS) == set(CHECKS)
    rows = [*(row[2] for row in GIALOC_ROWS), *(row[3] for row in LATE_ROWS), *(row[2] for row in TARGET_ROWS)]
    rows += [row[2] for row in (*FIGURE_ROWS, *BEFORE_ROWS)]
    failing = {code for found in rows for code, _ in found}
    for kind, codes in CODES_OF_KINDS.items():
        assert codes <= failing, kind
    assert [] in rows


def test_a_checker_asked_twice_says_the_same(tmp_path: Path) -> None:
    current = a_round()
    path = fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, "PL2.1.2@VHXH", of(DONE, ket_qua=None)))
    assert read(path, current) == read(path, current)


# ---- the same rules in the live column, in a real LibreOffice --------------------------------------------------------


def row_verdicts(submission: Submission, sheet: str) -> set[int]:
    """The rows at which something is wrong that the live column can see."""
    return {
        int("".join(filter(str.isdigit, item.location.cell)))
        for item in submission.findings
        if item.location.sheet == sheet
        and item.location.cell
        and item.severity in (Severity.ERROR, Severity.WARNING)
        and item.code[0] in "VD"
    }  # fmt: skip


def live(path: Path, sheet: str) -> dict[int, str]:
    """Row → what its ``Kiểm tra`` cell says."""
    page = open_book(path, values=True)[sheet]
    column = column_of(page, layout.LIVE_CHECK)
    return {row: str(page.cell(row, column).value or "") for row in range(1, page.max_row + 1)}


@pytest.mark.libreoffice
def test_the_live_column_and_the_checker_never_contradict_each_other(tmp_path: Path) -> None:
    """Own lines carry the rows of the table, so that one workbook holds them all."""
    current = roomy_round()
    own = tuple(OwnLine("PL2", name, values) for name, values, _ in GIALOC_ROWS)
    path = fill(tmp_path / "a.xlsx", current, "VHXH", replace(sound_answers(current, "VHXH"), own=own))
    checked = row_verdicts(read(path, current), "Phụ lục II")
    said = live(convert(path, "xlsx", tmp_path), "Phụ lục II")
    page = open_book(path)["Phụ lục II"]
    for number, (name, _, expected) in enumerate(GIALOC_ROWS, start=1):
        row = row_of(page, layout.own_line_id(number, "VHXH"))
        assert (row in checked) == bool(expected), name
        assert (said[row] != GOOD) == bool(expected), (name, said[row])
    typed = sound_answers(current, "VHXH").lines
    for line in current.by_unit["VHXH"].values():
        if line.task.appendix == "PL2":
            assert said[row_of(page, line.id)] == (GOOD if line.id in typed else silence(must_answer=False))


@pytest.mark.libreoffice
def test_the_live_column_knows_deadlines_targets_and_an_offices_own_columns(tmp_path: Path) -> None:
    """One workbook a row, all calculated in one start of LibreOffice."""
    base, line = a_round(), "PL2.1.2@VHXH"
    aim = round_with("PL1.II.5@VHXH", target=Goal("95%", 95, "%"))
    cases: list[tuple[str, Round, Typed, str, str, bool]] = [
        *((name, round_with(line, due=due), one_line(base, line, values), "Phụ lục II", line, not expected)
          for name, due, values, expected in LATE_ROWS),
        *((name, aim, one_line(base, "PL1.II.5@VHXH", values), "Phụ lục I", "PL1.II.5@VHXH", not expected)
          for name, values, expected in TARGET_ROWS),
        *((name, own_round(tmp_path), Typed(lines={line: values}), "Phụ lục II", line, not expected)
          for name, values, expected in OWN_ROWS if name not in UNSEEN),
    ]  # fmt: skip
    paths: dict[tuple[str, str], Path] = {}
    for name, current, typed, sheet, _, _ in cases:
        if (name, sheet) not in paths:
            paths[name, sheet] = fill(tmp_path / f"{len(paths)}.xlsx", current, "VHXH", typed)
    calculated = dict(zip(paths, convert_all(list(paths.values()), "xlsx", tmp_path), strict=True))
    said = {case: (open_book(paths[case])[case[1]], live(calculated[case], case[1])) for case in paths}
    for name, _, _, sheet, row_id, sound in cases:
        page, words = said[name, sheet]
        assert (words[row_of(page, row_id)] == GOOD) == sound, (name, row_id, words[row_of(page, row_id)])


@pytest.mark.libreoffice
def test_the_live_column_judges_figures_as_the_checker_does(tmp_path: Path) -> None:
    """One workbook a row, all calculated in one start of LibreOffice; the last report's figures are in some."""
    current, paths, expected = a_round(), dict[str, Path](), dict[str, set[str]]()
    for rows, before in ((FIGURE_ROWS, {}), (BEFORE_ROWS, LAST_TIME)):
        for name, changes, found in rows:
            options = TemplateOptions(typed=Typed(figures=of(SOUND_FIGURES, **changes)), previous_figures=before)
            paths[name], expected[name] = tmp_path / f"{len(paths)}.xlsx", fields(found)
            write_template(paths[name], current, current.plan.unit("VP"), options)
    for name, path in zip(paths, convert_all(list(paths.values()), "xlsx", tmp_path), strict=True):
        page, words = open_book(paths[name])["Số liệu"], live(path, "Số liệu")
        faulty = {figure for figure in SOUND_FIGURES if words[row_of(page, figure)] != GOOD}
        assert faulty == expected[name], (name, {figure: words[row_of(page, figure)] for figure in faulty})


UNSEEN = {"pattern", "a word that means empty"}
"""What no formula of Excel 2013 can judge: regular expressions; words that stand for an empty cell."""


def fields(expected: list[tuple[str, str]]) -> set[str]:
    return {name for _, name in expected}


def test_a_form_from_a_mapping_tells_its_semantic_faults() -> None:
    form = form_from_mapping({"id": "a", "version": 1, "kind": "statistics", "title": "A"})
    assert [key for key, _ in form_faults(form)] == ["sheet"]
