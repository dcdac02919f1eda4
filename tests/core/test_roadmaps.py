"""Roadmap phrases of a plan whose day of issue is not known."""

from __future__ import annotations

from datetime import date

from danvan_xl.model.period import plain_period
from danvan_xl.round.preparing import read_roadmap, schedule_context
from danvan_xl.rules.loader import load_rules

FROM_ISSUE = "chậm nhất 15 ngày kể từ ngày ban hành kế hoạch"


def test_a_day_counted_from_the_issue_of_the_plan_stays_open_while_that_day_is_unknown() -> None:
    plan = load_rules("phu-thinh").plan
    assert plan.issued is None
    schedule = read_roadmap(plan, FROM_ISSUE, schedule_context(plan, plain_period("2026-02")))
    assert schedule.due is None
    assert "needs_event" in schedule.flags


def test_it_is_counted_where_the_day_of_issue_is_known() -> None:
    plan = load_rules("gia-loc").plan
    schedule = read_roadmap(plan, FROM_ISSUE, schedule_context(plan, plain_period("2026-H1")))
    assert schedule.due == date(2026, 5, 23)
