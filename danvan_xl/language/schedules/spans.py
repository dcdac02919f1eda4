"""Stretches of time as a phrase names them: a day, month, quarter, part of a year, or year; the year may be missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

ONE_DAY = timedelta(days=1)


class ImpossibleDateError(ValueError):
    """The phrase names a day, month or quarter that does not exist; ``flag`` says which fault."""

    def __init__(self, flag: str = "impossible_date") -> None:
        super().__init__(flag)
        self.flag = flag


class Span(Struct, frozen=True):
    """Months ``first`` to ``last`` of ``year``; ``day`` if it is one day; ``edge`` 1-3: beginning, middle, end.

    ``unit`` is day, month, quarter, part or year. If ``first`` is 0, the month is that of the span to the right.
    """

    unit: str
    first: int
    last: int
    year: int | None = None
    day: int | None = None
    edge: int = 0
    holiday: bool = False
    weekday: int | None = None

    @property
    def is_day(self) -> bool:
        """Whether the span is one day."""
        return self.unit == "day" or self.edge > 0


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - ONE_DAY


def day_of(year: int, month: int, day: int) -> date:
    """A date, or :class:`ImpossibleDateError` ("31/6")."""
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ImpossibleDateError from error


def clamped(year: int, month: int, day: int) -> date:
    """``day`` of a month that repeats: "ngày 30" of February is its last day."""
    return min(date(year, month, min(day, 28)) + timedelta(days=max(0, day - 28)), last_day(year, month))


def resolve(span: Span, default_year: int) -> tuple[date, date]:
    """The first and last day of ``span``.

    BLDS 2015 Đ.146: beginning, middle and end of a month are its 1st, 15th and last day; of a year 01/01, 30/6 and
    31/12.
    """
    year = span.year or default_year
    if span.unit == "day":
        day = day_of(year, span.first, span.day or 0)
        if span.weekday is not None and day.weekday() != span.weekday:
            raise ImpossibleDateError("weekday_mismatch")
        return day, day
    start, end = date(year, span.first, 1), last_day(year, span.last)
    if not span.edge:
        return start, end
    middle = {"month": date(year, span.first, 15), "year": date(year, 6, 30)}.get(span.unit)
    if span.edge == 2 and middle is None:
        raise ImpossibleDateError("incomplete")
    day = (start, middle, end)[span.edge - 1] or start
    return day, day


def share_years(spans: Iterable[Span]) -> tuple[Span, ...]:
    """A span without a year takes that of its right neighbour, or else of its left one."""
    known = list(spans)
    for at in range(len(known) - 2, -1, -1):
        here, right = known[at], known[at + 1]
        if here.first == 0:
            here = replace(here, first=right.first, last=right.first)
        known[at] = replace(here, year=right.year) if here.year is None else here
    for at in range(1, len(known)):
        if known[at].year is None:
            known[at] = replace(known[at], year=known[at - 1].year)
    return tuple(known)


def adjoining(spans: Iterable[tuple[date, date]]) -> bool:
    """Whether each stretch begins the day after the one before it ends."""
    known = list(spans)
    return all(after[0] == before[1] + ONE_DAY for before, after in pairwise(known))


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of that month."""
    ahead = day.year * 12 + day.month - 1 + months
    return clamped(ahead // 12, ahead % 12 + 1, day.day)
