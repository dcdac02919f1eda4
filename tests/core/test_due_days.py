"""Which day a report speaks of, and which day of a task counts on it.

The expectations were written from the plans and the regimes before the program was asked:

- The cut-off is the earliest of the last day of the data, the due day, and the day of the command; a person may say
  another. A period that no report has ends on its last calendar day.
- What repeats is due on each of its days inside the period, and judged by the last one not after the cut-off. Until
  then, and where the period has none, it is the next one to come.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from danvan_xl.model.period import plain_period
from danvan_xl.model.schedule import Schedule
from danvan_xl.model.statuses import DueState
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import Settings
from danvan_xl.round.due import due_state
from danvan_xl.round.preparing import read_roadmap, schedule_context
from danvan_xl.round.round import Round
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.template.writer import write_template
from tests.support.books import parts
from tests.support.rounds import PLANS, day

# ---- the cut-off -----------------------------------------------------------------------------------------------------

# plan, period, the day that the workspace sets, the day of the command, the day asked for, the cut-off
CUT_OFFS = (
    ("gia-loc", "2026-H1", "", "", "", "14/06/2026"),  # the data end on 14/6 (NĐ 09/2019, Điều 12)
    ("gia-loc", "2026-H1", "15/6", "", "", "14/06/2026"),
    ("gia-loc", "2026-H1", "10/6", "", "", "10/06/2026"),
    ("gia-loc", "2026-H1", "trước 11/6", "", "", "10/06/2026"),
    ("gia-loc", "2026-H1", "15/6", "20/07/2026", "", "14/06/2026"),
    ("gia-loc", "2026-H1", "15/6", "01/06/2026", "", "01/06/2026"),
    ("gia-loc", "2026-H1", "15/6", "01/06/2026", "30/06/2026", "30/06/2026"),
    ("gia-loc", "2026-H1", "15/6", "20/07/2026", "01/05/2026", "01/05/2026"),
    ("gia-loc", "2026", "", "31/12/2026", "", "14/12/2026"),
    ("gia-loc", "2027", "", "", "", "14/12/2027"),
    ("gia-loc", "2026-06", "", "", "", "30/06/2026"),
    ("gia-loc", "2026-06", "25/6", "", "", "25/06/2026"),
    ("gia-loc", "2026-Q3", "", "05/09/2026", "", "05/09/2026"),
    ("thach-khoi", "2026-H1", "20/6", "", "", "14/06/2026"),
    ("thach-khoi", "2026-H1", "", "13/06/2026", "", "13/06/2026"),
    ("phu-thinh", "2026-06", "", "", "", "13/06/2026"),  # "trước ngày 14", data up to the report's day
    ("phu-thinh", "2026-06", "", "14/06/2026", "", "13/06/2026"),
    ("phu-thinh", "2026-Q1", "", "", "", "18/03/2026"),  # due before its data end on 31/3
    ("phu-thinh", "2026-Q2", "", "", "", "18/06/2026"),
    ("phu-thinh", "2026-H1", "", "", "", "13/06/2026"),
    ("phu-thinh", "2026-09", "", "", "", "13/09/2026"),  # sent with quarter III, its data still end on 13/9
    ("phu-thinh", "2026-12", "", "", "", "13/12/2026"),
    ("phu-thinh", "2026", "", "", "", "13/11/2026"),
    ("nq55", "2026-06", "", "", "", "14/06/2026"),
    ("nq55", "2026-Q2", "", "", "", "14/06/2026"),
    ("nq55", "2026-H2", "10/12", "", "", "10/12/2026"),
    ("nq55", "2026", "", "", "", "14/12/2026"),
)  # fmt: skip


def maybe(value: str) -> date | None:
    return day(value) if value else None


@pytest.mark.parametrize(("plan", "period", "due", "today", "as_of", "expected"), CUT_OFFS)
def test_the_cut_off_is_the_earliest_of_the_data_the_due_day_and_today(
    plan: str, period: str, due: str, today: str, as_of: str, expected: str
) -> None:
    settings = Settings(plan, period, due={period: due} if due else {})
    assert open_round(Job(settings, as_of=maybe(as_of), today=maybe(today))).as_of == day(expected)


# ---- the due days of the four plans ----------------------------------------------------------------------------------

NO_DAY = {
    "Thường xuyên", "Năm 2026 và các năm tiếp theo", "Theo kế hoạch năm 2026 của UBND xã", "",
    "theo quy định hoặc đột xuất (khi có yêu cầu)",
}  # fmt: skip
FIXED = {"Tháng 01/2026": "31/01/2026", "Quý I/2026": "31/03/2026", "Năm 2026": "31/12/2026",
         "Năm 2026, 2027": "31/12/2027"}  # fmt: skip
KINDS = ("06", "Q2", "H1", "H2", "")
YEARS = [(plan, year) for plan in PLANS for year in (2026, 2027, 2030) if year == 2026 or plan != "phu-thinh"]
"""Phú Thịnh's plan is for 2026 alone."""


@pytest.mark.parametrize(("plan", "year"), YEARS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_line_of_the_four_plans_has_the_day_that_an_officer_would_say(plan: str, kind: str, year: int) -> None:
    current = open_round(Job(Settings(plan, f"{year}-{kind}".rstrip("-"))))
    for task in current.tasks.values():
        hang_nam = f"31/12/{year}"
        expected = None if task.roadmap in NO_DAY else day(FIXED.get(task.roadmap, hang_nam))
        assert current.due[task.id] == expected, (task.id, task.roadmap)


# ---- what repeats ----------------------------------------------------------------------------------------------------

# roadmap, period, the day asked for (none: the report's own cut-off), the due day that counts
REPEATING = (
    ("Hằng tháng", "2026-06", "", "30/06/2026"),
    ("Hằng tháng", "2026-06", "13/06/2026", "30/06/2026"),
    ("Hằng tháng", "2026-06", "05/08/2026", "30/06/2026"),
    ("Hằng tháng", "2026-H1", "", "31/05/2026"),  # cut-off 14/6
    ("Hằng tháng", "2026-H1", "30/06/2026", "30/06/2026"),
    ("Hằng tháng", "2026", "", "30/11/2026"),  # cut-off 14/12
    ("Hằng tháng", "2026", "15/11/2026", "31/10/2026"),
    ("Hằng tháng", "2027-H1", "", "31/05/2027"),
    ("Hằng tháng", "2030", "", "30/11/2030"),
    ("Hằng tháng", "2028-Q1", "", "31/03/2028"),
    ("Hằng tháng", "2026-01", "", "31/05/2026"),  # the plan was issued on 8/5
    ("Hằng quý", "2026-Q2", "", "30/06/2026"),
    ("Hằng quý", "2026", "", "30/09/2026"),
    ("Hằng quý", "2029", "", "30/09/2029"),
    ("Hằng quý", "2028-01", "", "31/03/2028"),
    ("Hằng năm", "2027-H1", "", "31/12/2027"),
    ("Hằng năm", "2028", "20/12/2028", "31/12/2028"),
    ("Trước ngày 15/12 hằng năm", "2028", "", "14/12/2028"),
    ("Trước ngày 15/12 hằng năm", "2028", "13/12/2028", "14/12/2028"),
    ("Trước ngày 15/11 hằng năm", "2027", "", "14/11/2027"),
    ("ngày 20/6 và ngày 20/12 hàng năm", "2029-H1", "", "20/06/2029"),
    ("ngày 20/6 và ngày 20/12 hàng năm", "2029-H1", "30/06/2029", "20/06/2029"),
    ("ngày 20/6 và ngày 20/12 hàng năm", "2029", "", "20/06/2029"),
    ("ngày 20/6 và ngày 20/12 hàng năm", "2029", "25/12/2029", "20/12/2029"),
    ("chậm nhất vào ngày 20 của tháng báo cáo", "2026", "", "20/11/2026"),
    ("chậm nhất vào ngày 20 của tháng báo cáo", "2028-06", "19/06/2028", "20/06/2028"),
    ("trước ngày 10 tháng sau", "2027-01", "", "09/01/2027"),
    ("chậm nhất ngày 25 của tháng cuối quý", "2027", "", "25/09/2027"),
    ("Thứ Sáu hằng tuần", "2026-11", "", "27/11/2026"),
    ("Thứ Sáu hằng tuần", "2030-H1", "", "14/06/2030"),
    # What does not repeat has the one day that it has, whatever the cut-off.
    ("Trước ngày 20/6/2026", "2026-H1", "", "19/06/2026"),
    ("Trước ngày 20/6/2026", "2026", "", "19/06/2026"),
    ("Gửi báo cáo trước ngày 20/6/2026", "2026-H1", "", "19/06/2026"),
    ("Quý I/2026", "2026-H1", "", "31/03/2026"),
)  # fmt: skip


@cache
def folder() -> Path:
    return Path(mkdtemp(prefix="danvan-due-"))


def with_roadmap(roadmap: str, period: str, as_of: str = "", today: str = "") -> Round:
    """Gia Lộc where every task is "thường xuyên" but PL2.1.2, which has the roadmap."""
    words = (RuleSource().find("plan", "gia-loc") or Path()).read_text(encoding="utf-8")
    before, mark, after = words.partition('id = "PL2.1.2"')
    assert mark
    old = 'roadmap = "Thường xuyên"'
    (folder() / "ke-hoach.toml").write_text(
        before + mark + after.replace(old, f'roadmap = "{roadmap}"', 1), encoding="utf-8"
    )
    return open_round(Job(Settings("ke-hoach.toml", period), folder(), as_of=maybe(as_of), today=maybe(today)))


@pytest.mark.parametrize(("roadmap", "period", "as_of", "expected"), REPEATING)
def test_a_task_is_judged_by_its_last_day_in_the_period_not_after_the_cut_off(
    roadmap: str, period: str, as_of: str, expected: str
) -> None:
    assert with_roadmap(roadmap, period, as_of).due["PL2.1.2"] == day(expected)


def test_a_reading_keeps_its_first_days_and_a_round_knows_them_all() -> None:
    """What ``explain`` prints is a contract; a round needs every day of the plan."""
    plan = load_rules("gia-loc").plan
    context = schedule_context(plan, plain_period("2026"))
    months = read_roadmap(plan, "Hằng tháng", context).occ
    assert (len(months), months[0], months[-1]) == (56, day("31/05/2026"), day("31/12/2030"))
    assert len(read_roadmap(plan, "Thứ Sáu hằng tuần", context).occ) > 200
    assert len(read_roadmap(plan, "Hằng quý", context).occ) == 19


def test_a_template_is_the_same_on_whatever_day_it_is_written(tmp_path: Path) -> None:
    """Its live check asks for what the report will be asked for, not for what is late on the day of writing."""
    written = []
    for name, today in (("a.xlsx", ""), ("b.xlsx", "01/06/2026"), ("c.xlsx", "01/01/2026")):
        current = with_roadmap("Hằng tháng", "2026", today=today)
        write_template(tmp_path / name, current, current.plan.unit("VP"))
        written.append(parts(tmp_path / name))
    assert written[0] == written[1] == written[2]


# ---- the state of a deadline -----------------------------------------------------------------------------------------

MONTHLY = Schedule("Hằng tháng", "recurring", rec="M")

# due, cut-off, done, day of completion, the state
STATES = (
    ("31/10/2026", "13/11/2026", False, "", DueState.OVERDUE),
    ("31/10/2026", "31/10/2026", False, "", DueState.SOON),
    ("30/11/2026", "31/10/2026", False, "", DueState.SOON),
    ("01/12/2026", "31/10/2026", False, "", DueState.RUNNING),
    ("31/10/2026", "13/11/2026", True, "31/10/2026", DueState.DONE_IN_TIME),
    ("31/10/2026", "13/11/2026", True, "01/11/2026", DueState.DONE_LATE),
    ("30/11/2026", "14/12/2026", True, "01/11/2026", DueState.DONE_IN_TIME),
    ("31/10/2026", "13/11/2026", True, "", DueState.UNKNOWN),
    ("30/11/2026", "13/11/2026", True, "", DueState.DONE_IN_TIME),
)


@pytest.mark.parametrize(("due", "as_of", "done", "completed", "expected"), STATES)
def test_a_state_follows_from_the_due_day_the_cut_off_and_the_day_of_completion(
    due: str, as_of: str, done: bool, completed: str, expected: DueState
) -> None:
    assert due_state(MONTHLY, day(due), day(as_of), done=done, completed=maybe(completed)) is expected
