"""Issue 12, point 8: a unit is asked only for the figures that it has.

- The form names standard organisations, a plan or danvan.toml may name others; where a plan has none of them, everybody
  is asked and ``rules check`` says so.
- A unit sees only its own rows; what it reports all the same is told, shown and never added up.
- A row that a template did not have is not held against its unit; a unit that is asked for nothing has no sheet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import Form, Plan
from danvan_xl.model.period import plain_period
from danvan_xl.model.statuses import FileStatus
from danvan_xl.round.asked_figures import asked_of_nobody, who_is_asked
from danvan_xl.round.preparing import prepare
from danvan_xl.round.round import Round
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import of
from tests.support.books import column_of, header_row, open_book, table
from tests.support.program import run
from tests.support.rounds import a_round, fill, read, sound_answers

FIGURES, DATA = "Số liệu", "Dữ liệu số"
ONE = "don_nhan"


def form_of(current: Round) -> Form:
    return current.forms[current.plan.statistics or ""]


def round_asking(**asked: tuple[str, ...]) -> Round:
    rules = load_rules("gia-loc")
    plan = replace(rules.plan, asked=asked)
    return prepare(replace(rules, plan=plan), plain_period("2026-H1"), {"X_DU_UBND": "VP"})


def renamed(plan: Plan, **ids: str) -> Plan:
    """The plan with other ids of units; their names stay."""
    units = tuple(replace(unit, id=ids.get(unit.id, unit.id)) for unit in plan.units)
    return replace(plan, units=units)


def ids(path: Path) -> set[str]:
    sheet = open_book(path)[FIGURES]
    rows = range(header_row(sheet) + 1, sheet.max_row + 1)
    return {str(sheet.cell(row, 1).value) for row in rows if not str(sheet.cell(row, 1).value).startswith("#")}


@pytest.mark.parametrize("name", ["gia-loc", "thach-khoi", "phu-thinh", "nq55"])
def test_each_shipped_plan_has_who_is_asked(name: str) -> None:
    rules = load_rules(name)
    form = rules.forms[rules.plan.statistics or ""]
    assert asked_of_nobody(rules.plan, form, {}) == ()
    asked = who_is_asked(rules.plan, form, {})
    assert asked[ONE] == {"VP"}
    assert asked["tthc_tiep_nhan"] == {"PVHCC"}
    assert "van_ban" not in asked


def test_a_unit_sees_the_rows_it_is_asked_for_alone(tmp_path: Path) -> None:
    current = a_round()
    for unit in ("VP", "PVHCC", "KT"):
        found = ids(fill(tmp_path / f"{unit}.xlsx", current, unit))
        assert found == {item.id for item in current.figures_of(unit)}
        assert (ONE in found, "tthc_tiep_nhan" in found) == (unit == "VP", unit == "PVHCC")


def test_a_plan_that_calls_the_unit_otherwise_is_understood_by_its_name() -> None:
    rules = load_rules("gia-loc")
    asked = who_is_asked(renamed(rules.plan, VP="VANPHONG"), rules.forms["so-lieu"], {})
    assert asked[ONE] == {"VANPHONG"}


def test_a_plan_without_such_a_unit_asks_everybody_and_says_so() -> None:
    rules = load_rules("gia-loc")
    plan, form = rules.plan, rules.forms["so-lieu"]
    fewer = replace(plan, units=tuple(unit for unit in plan.units if unit.id != "PVHCC"))
    assert "tthc_tiep_nhan" not in who_is_asked(fewer, form, {})
    assert [item.id for item, _ in asked_of_nobody(fewer, form, {})] == [
        item.id for item in form.indicators if item.asked == ("PVHCC",)
    ]


def test_a_plan_may_name_others_a_group_among_them(tmp_path: Path) -> None:
    current = round_asking(don_nhan=("KT", "CA"), van_ban=("G_ALL",))
    assert current.asked[ONE] == {"KT", "CA"}
    assert current.asked["van_ban"] == set(current.plan.groups["G_ALL"])
    assert ONE not in ids(fill(tmp_path / "a.xlsx", current, "VP"))
    assert ONE in ids(fill(tmp_path / "b.xlsx", current, "KT"))


def typed_unasked(tmp_path: Path, value: Any) -> Path:
    """A row for an indicator that the office reports, added by another unit below the others."""
    path = fill(tmp_path / "a.xlsx", a_round(), "KT")
    book = open_book(path)
    sheet = book[FIGURES]
    row = sheet.max_row + 1
    sheet.cell(row, column_of(sheet, "Chỉ tiêu số liệu")).value = "Đơn tiếp nhận trong kỳ"
    sheet.cell(row, column_of(sheet, "Số liệu trong kỳ")).value = value
    book.save(path)
    return path


def test_what_a_unit_reports_unasked_is_told_shown_and_not_added_up(tmp_path: Path) -> None:
    current = a_round()
    said = read(typed_unasked(tmp_path, 17), current)
    found = of(said, "V054")
    assert [(item.found, item.severity.value) for item in found] == [("17", "warning")]
    assert found[0].args["asked"] == "Văn phòng HĐND và UBND"
    assert said.status is FileStatus.ACCEPTED
    office = read(fill(tmp_path / "b.xlsx", current, "VP"), current)
    write_consolidated(tmp_path / "t.xlsx", merge(current, [said, office]))
    rows = {row["Mã đơn vị"]: row for row in table(tmp_path / "t.xlsx", DATA) if row["Mã chỉ tiêu"] == ONE}
    assert {unit: row["Giá trị"] for unit, row in rows.items()} == {"KT": "17", "VP": 7}
    assert rows["KT"]["Trả lời"] == "Dòng thêm"
    shown = next(
        row for row in table(tmp_path / "t.xlsx", FIGURES, 4) if row.get("Chỉ tiêu") == "Đơn tiếp nhận trong kỳ"
    )
    assert (shown["Tổng cộng"], shown["Phòng Kinh tế"], shown["TT PVHCC"]) == (7, "17", "–")


def test_a_unit_asked_for_nothing_has_no_sheet_and_is_not_missed_for_it(tmp_path: Path) -> None:
    everything = {item.id: ("VP",) for item in form_of(a_round()).indicators}
    current = round_asking(**everything)
    path = fill(tmp_path / "a.xlsx", current, "KT")
    assert FIGURES not in open_book(path).sheetnames
    said = read(path, current)
    assert (said.status, of(said, "C001")) == (FileStatus.ACCEPTED, [])
    write_consolidated(tmp_path / "t.xlsx", merge(current, [said]))
    assert [row for row in table(tmp_path / "t.xlsx", DATA) if ":" not in row["Mã chỉ tiêu"]] == []


def test_a_row_that_the_template_did_not_have_is_not_held_against_the_unit(tmp_path: Path) -> None:
    before = round_asking(**{ONE: ("VP",)})
    path = fill(tmp_path / "a.xlsx", before, "KT", sound_answers(before, "KT"))
    now = round_asking(**{ONE: ("VP", "KT")})
    said = read(path, now)
    assert of(said, "V022") == []
    assert ["Đơn tiếp nhận trong kỳ" in str(item.found) for item in of(said, "V055")] == [True]


def test_a_row_that_the_unit_deleted_is(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", a_round(), "KT")
    book = open_book(path)
    sheet = book[FIGURES]
    row = next(row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == "tin_bai")
    sheet.delete_rows(row)
    book.save(path)
    assert [item.args["title"] for item in of(read(path, a_round()), "V022")] == [
        "Tin, bài, chuyên mục, lượt phát thanh, bài đăng mạng xã hội"
    ]


def test_the_settings_name_who_is_asked_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    made = run("init", "xa", "--plan", "gia-loc", "--period", "2026-H1", "--due", "15/6", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    settings = tmp_path / "xa" / "danvan.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(f'{words}\n[asked]\ndon_nhan = ["KT"]\n', encoding="utf-8")
    assert run("template", "--unit", "KT", "-o", "m", cwd=tmp_path / "xa").returncode == 0
    assert ONE in ids(next((tmp_path / "xa" / "m").glob("*KT.xlsx")))
    settings.write_text(f'{words}\n[asked]\ndon_nhan = ["KTT"]\ndon_thu = ["KT"]\n', encoding="utf-8")
    checked = run("rules", "check", cwd=tmp_path / "xa")
    assert checked.returncode == 2
    assert "asked.don_nhan" in checked.stdout
    assert "asked.don_thu" in checked.stdout
