"""Working days: from the office's file for the year first, from the library ``holidays`` (class VN) for the rest.

A due day is never moved (NĐ 09/2019/NĐ-CP has no roll rule); the last working day on or before it is reported, so that
the reminder goes out in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec import Struct, field

from danvan_xl.language.written_days import read_written_day
from danvan_xl.wording import Sentence, SentenceError, sentence


class SpecialDay(Struct, frozen=True):
    """A day off, or (``working``) a Saturday worked for another. ``check``: the office must confirm it."""

    day: date
    name: str
    source: str
    working: bool = False
    check: bool = False


class WorkCalendar(Struct, frozen=True):
    """Which days are working days. The library answers what the files do not say, and is loaded only then."""

    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    asks_holidays: bool = True

    def special(self, day: date) -> SpecialDay | None:
        """What is known about this day, from the file or else from the library; ``None`` for an ordinary day."""
        said = self.days.get(day)
        if said is not None or not self.asks_holidays:
            return said
        name = _library_days(day.year).get(day)
        return None if name is None else SpecialDay(day, name, "holidays (VN)")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work: Monday to Friday except holidays, and the days that the file declares as worked."""
        said = self.days.get(day)
        if said is not None:
            return said.working
        return day.weekday() < 5 and self.special(day) is None

    def last_working_day_on_or_before(self, day: date) -> date:
        """``day`` itself if it is a working day, else the nearest working day before it.

        Raises:
            ValueError: if the files leave no working day in a year.
        """
        for back in range(366):
            if self.is_working_day(day - timedelta(days=back)):
                return day - timedelta(days=back)
        raise SentenceError(sentence("calendar", "no_working_day", day=f"{day:%d/%m/%Y}"))

    def working_days_between(self, after: date, until: date) -> int:
        """The number of working days after ``after``, up to and including ``until``."""
        span = range(1, (until - after).days + 1)
        return sum(self.is_working_day(after + timedelta(days=n)) for n in span)


WEEKDAYS_ONLY = WorkCalendar(asks_holidays=False)
"""Monday to Friday and nothing else: for counting when no calendar is given."""


def calendar_from_mapping(data: Mapping[str, Any]) -> WorkCalendar:
    """The calendar of one year's TOML table, which conforms to ``rules/schemas/calendar.schema.json``.

    Raises:
        ValueError: with the first of `calendar_faults`.
    """
    for _, said in calendar_faults(data):
        raise SentenceError(said)
    return WorkCalendar({special.day: special for _, special in _specials(data)})


def calendar_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, Sentence]]:
    """Days that do not exist, are outside the year, or are both off and worked: (key path, sentence) for each."""
    seen: dict[date, bool] = {}
    try:
        for key, special in _specials(data):
            if special.day.year != data["year"] or seen.setdefault(special.day, special.working) != special.working:
                yield key, sentence("calendar", "bad_special_day", day=f"{special.day:%d/%m/%Y}")
    except _BadDayError as error:
        yield error.key, sentence("calendar", "bad_special_day", day=error.day)


def joined(calendars: Iterable[WorkCalendar]) -> WorkCalendar:
    """The calendars of several years as one; where two define the same day, the later calendar wins."""
    days: dict[date, SpecialDay] = {}
    for item in calendars:
        days.update(item.days)
    return WorkCalendar(days)


class _BadDayError(ValueError):
    """A day of a calendar file that can't be read."""

    def __init__(self, key: str, day: object) -> None:
        super().__init__(f"{key}: {day}")
        self.key, self.day = key, day


def _specials(data: Mapping[str, Any]) -> Iterator[tuple[str, SpecialDay]]:
    year = data["year"]
    for section, working in (("off", False), ("work", True)):
        for position, entry in enumerate(data.get(section, ())):
            key = f"{section}[{position}]"
            first = _day(entry["from"] if "from" in entry else entry["day"], key, year)
            last = _day(entry["to"], key, year) if "to" in entry else first
            if not first <= last <= first + timedelta(days=31):
                raise _BadDayError(key, f"{last:%d/%m/%Y}")
            source, check = entry.get("source", data["source"]), entry.get("check", False)
            for n in range((last - first).days + 1):
                yield key, SpecialDay(first + timedelta(days=n), entry["name"], source, working, check)


def _day(value: str | float | date, key: str, year: int) -> date:
    """A day as written; one without a year is of the file's ``year``."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)  # a TOML date-time is a date too
    words = str(getattr(value, "written", value))
    day = read_written_day(words, year)
    if day is None:
        raise _BadDayError(key, words)
    return day


@cache
def _library_days(year: int) -> dict[date, str]:
    """Vietnam's holidays, with the swapped days that the library knows (Bộ luật Lao động 2019, Điều 112)."""
    import holidays

    return dict(holidays.country_holidays("VN", years=year, language="vi"))
