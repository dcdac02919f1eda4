"""The day on which a line is due in a period, and the state of its deadline (the column ``Tình trạng hạn``)."""

from __future__ import annotations

from datetime import date, timedelta

from danvan_xl.model import Period
from danvan_xl.model.schedule import Schedule
from danvan_xl.model.statuses import DueState

SOON = timedelta(days=30)
"""A line due within this many days of the cut-off is "Sắp đến hạn"."""

NO_END = ("continuous", "open_ended")
REPEATING = ("recurring", "report")
WAITING = ("conditional", "event")
"""Kinds that begin with something that may not have happened yet."""


def due_in(schedule: Schedule, period: Period) -> date | None:
    """The due day that counts in this period; for a repeating task, the first one not before the period."""
    if schedule.kind in NO_END:
        return None
    if schedule.kind in REPEATING or (schedule.due is None and schedule.occ):
        return next((day for day in schedule.occ if day >= period.first), None)
    return schedule.due


def is_endless(schedule: Schedule) -> bool:
    """Whether the line has no end, so that its status is about this period only."""
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
    """The state of a line's deadline on ``as_of``. ``completed``: the day that the unit gives for a ``done`` line.

    A line that is done without a day counts as in time only while its due day has not passed; after that nobody can
    tell, and its state is ``UNKNOWN``.
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
