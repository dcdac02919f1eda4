"""The due days of duties that repeat, within a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from danvan_xl.language.schedules.spans import ONE_DAY
from danvan_xl.model.schedule import ScheduleContext

WorkingDay = Callable[[date], bool]
_FIRST = 3  # only the first days of a frequent duty are shown


def monday_to_friday(day: date) -> bool:
    """Whether ``day`` is a working day if no holiday calendar is given."""
    return day.weekday() < 5


def plan_years(context: ScheduleContext) -> range:
    """The years that the plan covers."""
    return range(min(context.start.year, context.plan_year), max(context.end.year, context.plan_year) + 1)


def years_shown(context: ScheduleContext) -> range:
    """The years in which a frequent duty is followed: the plan's year, or all of them."""
    return plan_years(context) if context.every else range(context.plan_year, context.plan_year + 1)


def upcoming(days: Iterable[date], context: ScheduleContext, limit: int | None = None) -> tuple[date, ...]:
    """The ``days`` on which something can still be delivered: those not before the plan was issued."""
    known = tuple(day for day in sorted(set(days)) if day >= context.issued)
    return known[:limit] if limit and not context.every else known


def limit_for(rec: str) -> int | None:
    """How many due days are listed: the first three of monthly and of several-times-a-year duties."""
    return None if rec in {"Y", "Q", "per report period"} else _FIRST


def period_ends(rec: str, context: ScheduleContext) -> tuple[date, ...]:
    """The last day of each month, quarter, half-year or year ("Định kỳ hằng tháng" names no day)."""
    every = {"M": 1, "Q": 3, "H": 6, "Y": 12}[rec]
    years = years_shown(context) if rec == "Q" else plan_years(context)
    ends = [
        date(year + month // 12, month % 12 + 1, 1) - ONE_DAY for year in years for month in range(every, 13, every)
    ]
    return upcoming(ends, context, limit_for(rec))


def add_working_days(day: date, count: int, is_working_day: WorkingDay) -> date:
    """The ``count``-th working day after ``day``; the first day is not counted (BLDS 2015 Đ.147)."""
    step = timedelta(days=1)
    while count > 0:
        day += step
        count -= is_working_day(day)
    return day


def weekly(weekday: int, context: ScheduleContext) -> tuple[date, ...]:
    """The first days of a weekly duty after the plan was issued, or all up to the plan's end."""
    first = max(context.issued, context.start)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    weeks = max((context.end - first).days // 7 + 1, 0) if context.every else _FIRST
    return tuple(first + timedelta(weeks=week) for week in range(weeks))
