"""The cut-off of a round, the day on which a line is due at it, and the state of its deadline (``Tình trạng hạn``)."""

from __future__ import annotations

from datetime import date, timedelta

from danvan_xl.model import Period
from danvan_xl.model.schedule import Schedule
from danvan_xl.model.statuses import DueState

SOON = timedelta(days=30)
"""A line due within this many days of the cut-off is "Sắp đến hạn"."""

NO_END = ("continuous", "open_ended")
WAITING = ("conditional", "event")
"""Kinds that begin with something that may not have happened yet."""


def cut_off(period: Period, today: date | None = None) -> date:
    """The day up to which a report speaks, by which every deadline is judged.

    It is the earliest of the last day of the window of its data, the day on which it is due, and ``today`` (None: the
    report is not made yet, and its own day is wanted). A period with neither ends on its last day.
    """
    planned = [day for day in (period.window_to, period.due) if day is not None] or [period.last]
    return min(planned if today is None else [*planned, today])


def due_in(schedule: Schedule, period: Period, as_of: date) -> date | None:
    """The due day that counts for the period at its cut-off ``as_of``; None where there is none.

    What repeats inside the period is judged by its last day not after the cut-off. Before the first of them, or where
    the period has none, it is the next one to come.
    """
    if schedule.kind in NO_END:
        return None
    if not schedule.occ:
        return schedule.due
    ahead = [day for day in schedule.occ if day >= period.first]
    passed = [day for day in ahead if day <= min(as_of, period.last)]
    return passed[-1] if passed else next(iter(ahead), None)


def is_endless(schedule: Schedule) -> bool:
    """Whether the line has no end, so that its status is about this period only."""
    return schedule.kind in NO_END


def due_state(
    schedule: Schedule,
    due: date | None,
    as_of: date,
    *,
    done: bool,
    nil: bool = False,
    completed: date | None = None,
) -> DueState:
    """The state on ``as_of`` of a line that is ``due``. ``completed``: the day that the unit gives for a ``done`` line.

    A line that is done without a day counts as in time only while its due day has not passed; after that nobody can
    tell, and its state is ``UNKNOWN``.
    """
    if nil:
        return DueState.NOT_ARISEN
    if schedule.kind in NO_END:
        return DueState.NO_DEADLINE
    if due is None:
        return DueState.NOT_ARISEN if schedule.kind in WAITING and not done else DueState.UNKNOWN
    if done:
        if completed is None:
            return DueState.DONE_IN_TIME if as_of <= due else DueState.UNKNOWN
        return DueState.DONE_IN_TIME if completed <= due else DueState.DONE_LATE
    if as_of > due:
        return DueState.OVERDUE
    return DueState.SOON if due - as_of <= SOON else DueState.RUNNING
