"""Which day a line is due in a period, and how its answer stands against it (the column ``Tình trạng hạn``)."""

from __future__ import annotations

from datetime import date, timedelta

from danvan_xl.model import Period
from danvan_xl.model.schedule import Schedule
from danvan_xl.model.statuses import DueState

SOON = timedelta(days=30)
"""A line due in this many days from the cut-off is "Sắp đến hạn"."""

NO_END = ("continuous", "open_ended")
REPEATING = ("recurring", "report")
WAITING = ("conditional", "event")
"""Kinds that begin with something that may not have happened yet."""


def due_in(schedule: Schedule, period: Period) -> date | None:
    """The day that counts in this period: of a repeating task the first one not before the period."""
    if schedule.kind in NO_END:
        return None
    if schedule.kind in REPEATING or (schedule.due is None and schedule.occ):
        return next((day for day in schedule.occ if day >= period.first), None)
    return schedule.due


def is_endless(schedule: Schedule) -> bool:
    """Whether the line has no end, so that its status speaks of this period only."""
    return schedule.kind in NO_END


def due_state(
    schedule: Schedule,
    period: Period,
    as_of: date,
    *,
    done: bool,
    nil: bool = False,
    completed: date | None = None,
) -> DueState:
    """How a line stands on ``as_of``. ``completed``: the day the unit gives for a line that is ``done``.

    A line that is done without a day counts as in time only while its due day has not passed; after
    that nobody can tell, and it says so.
    """
    if nil:
        return DueState.NOT_ARISEN
    if schedule.kind in NO_END:
        return DueState.NO_DEADLINE
    due = due_in(schedule, period)
    if due is None:
        return DueState.NOT_ARISEN if schedule.kind in WAITING and not done else DueState.UNKNOWN
    if done:
        if completed is None:
            return DueState.DONE_IN_TIME if as_of <= due else DueState.UNKNOWN
        return DueState.DONE_IN_TIME if completed <= due else DueState.DONE_LATE
    if as_of > due:
        return DueState.OVERDUE
    return DueState.SOON if due - as_of <= SOON else DueState.RUNNING
