"""Issue 12, point 5: "không phát sinh" has limits.

- For a task whose day falls into the period, or for a document due in the course of the year, it is a warning that the
  office sees and the unit may explain; a plan may say otherwise of a task.
- For the whole report of a year it is an error without a reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.model import Plan
from danvan_xl.model.period import plain_period
from danvan_xl.model.submission import Typed
from danvan_xl.round.preparing import prepare
from danvan_xl.round.round import Round
from danvan_xl.rules.loader import load_rules
from tests.cases.files import of
from tests.support.rounds import fill, read

NIL = {"trang_thai": "Không phát sinh"}


def round_of(plan: str, period: str, **nil: str) -> Round:
    rules = load_rules(plan)
    appendices = tuple(
        replace(item, tasks=tuple(replace(task, nil=nil.get(task.id.replace(".", "_"), "")) for task in item.tasks))
        for item in rules.plan.appendices
    )
    changed: Plan = replace(rules.plan, appendices=appendices)
    return prepare(replace(rules, plan=changed), plain_period(period))


CASES = (
    # plan, period, task, whether nil is asked about
    ("gia-loc", "2026-H1", "PL1.II.2", True),  # "hàng năm ban hành kế hoạch": a plan to be issued by everybody
    ("gia-loc", "2026", "PL1.II.2", True),
    ("gia-loc", "2026-H1", "PL1.I.1", False),  # thường xuyên
    ("phu-thinh", "2026-Q1", "PL.7", True),  # Quý I/2026
    ("phu-thinh", "2026-02", "PL.8", True),  # a document that is due this year
    ("phu-thinh", "2026-02", "PL.11", False),  # Năm 2026: no document, its day is to come
    ("phu-thinh", "2026", "PL.11", True),
    ("phu-thinh", "2026", "PL.16", False),  # as another plan says
    ("nq55", "2026-H1", "NV.II.1.1", False),  # no day is named
)


@pytest.mark.parametrize(("plan", "period", "task", "asked"), CASES)
def test_a_task_that_must_be_done_in_the_period(plan: str, period: str, task: str, asked: bool) -> None:
    current = round_of(plan, period)
    found = current.tasks.get(task)
    if found is None:
        found = next(iter(current.tasks.values()))
    assert current.must_be_done(found) is asked, found.text


def nil_line(folder: Path, current: Round, line: str, **values: Any) -> list[Any]:
    unit = line.partition("@")[2]
    path = fill(folder / "a.xlsx", current, unit, Typed(lines={line: {**NIL, **values}}))
    return of(read(path, current), "D020")


def test_nil_for_such_a_task_is_a_warning_that_the_unit_may_explain(tmp_path: Path) -> None:
    current = round_of("gia-loc", "2026-H1")
    (found,) = nil_line(tmp_path, current, "PL1.II.2@KT")
    assert (found.severity.value, found.settled) == ("warning", None)
    (found,) = nil_line(tmp_path, current, "PL1.II.2@KT", giai_trinh="Đơn vị mới thành lập tháng 6")
    assert found.settled is not None
    assert nil_line(tmp_path, current, "PL1.I.1@KT") == []


def test_a_plan_says_otherwise_of_a_task(tmp_path: Path) -> None:
    assert nil_line(tmp_path, round_of("gia-loc", "2026-H1", PL1_II_2="allowed"), "PL1.II.2@KT") == []
    assert len(nil_line(tmp_path, round_of("gia-loc", "2026-H1", PL1_I_1="never"), "PL1.I.1@KT")) == 1


@pytest.mark.parametrize(("reason", "settled"), [("", False), ("Mới thành lập", True)])
def test_a_nil_report_names_what_must_be_done(reason: str, settled: bool, tmp_path: Path) -> None:
    current = round_of("gia-loc", "2026-H1")
    path = fill(tmp_path / "a.xlsx", current, "KT", Typed(nil=True, nil_reason=reason))
    (found,) = of(read(path, current), "D021")
    assert "PL1.II.2" in str(found.found)
    assert (found.settled is not None) is settled


@pytest.mark.parametrize(
    ("period", "reason", "codes"),
    [("2026", "", ["D022"]), ("2026", "Đơn vị mới thành lập", []), ("2026-H1", "", ["R033"])],
)
def test_a_nil_report_of_a_whole_year_needs_a_reason(
    period: str, reason: str, codes: list[str], tmp_path: Path
) -> None:
    current = round_of("gia-loc", period)
    said = read(fill(tmp_path / "a.xlsx", current, "KT", Typed(nil=True, nil_reason=reason)), current)
    assert [item.code for item in said.findings if item.code in ("D022", "R033")] == codes
    assert said.status.value == ("returned" if "D022" in codes else "accepted")


def test_a_whole_form_called_nil_names_what_must_be_done(tmp_path: Path) -> None:
    current = round_of("gia-loc", "2026-H1")
    said = read(fill(tmp_path / "a.xlsx", current, "KT", Typed(nil_forms=("PL1",))), current)
    assert [item.location.sheet for item in of(said, "D021")] == ["Phụ lục I"]
