"""Reporting periods: their ids, their days, and whether a file arrived in time.

A period id: ``2026-06`` (month), ``2026-Q2`` (quarter), ``2026-H1`` (six months), ``2026`` (year).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from msgspec import Struct, field

from danvan_xl import wording
from danvan_xl.wording import Lang

PeriodKind = Literal["month", "quarter", "half", "year", "special"]
"""``special``: the period of a report outside the rhythm (chuyên đề, đột xuất), whose id is that report's."""
Op = Literal["<", "<="]
Timeliness = Literal["on_time", "on_mark", "late", "extended", "unknown"]

PERIOD_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "half", "year")
MONTHS: Mapping[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How many calendar months a period of each kind has."""

VIETNAM_TIME = timezone(timedelta(hours=7))

_PERIOD_ID = re.compile(
    r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?", re.ASCII
)
_ROMAN = ("", "I", "II", "III", "IV")


class Note(Struct, frozen=True):
    """A remark on a period: a key of ``wording/texts/calendar.toml`` and what fills it."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)

    def say(self, lang: Lang = "vi") -> str:
        """The remark as a sentence."""
        return wording.text("calendar", self.key, lang, **self.args)


class Period(Struct, frozen=True):
    """One reporting period of one report.

    ``first``/``last`` are the days of the calendar period. ``window_from``/``window_to`` are the days that the numbers
    cover, ``None`` where the plan does not say; if ``window_open`` the plan says "tới ngày báo cáo" and ``window_to``
    is the due day. ``due`` is the LAST day on which delivery is on time and is never moved for weekends or holidays;
    ``lenient`` is the day named after "trước" (``op`` ``<``), else ``None``. ``due`` is ``None`` until somebody has set
    the day: the program asks for it and never invents one. ``reminder`` is the last working day on or before ``due``
    (``None``: no calendar was given). ``allowed_by``: who allowed a day later than the plan's own, on what paper.
    ``title``: what a report outside the rhythm is called, in place of the name of a calendar period.
    """

    id: str
    kind: PeriodKind
    year: int
    number: int
    first: date
    last: date
    window_from: date | None = None
    window_to: date | None = None
    window_open: bool = False
    due: date | None = None
    lenient: date | None = None
    op: Op = "<="
    reminder: date | None = None
    notes: tuple[Note, ...] = ()
    allowed_by: str = ""
    title: str = ""

    @property
    def label(self) -> str:
        """The period's name in Vietnamese, as used inside a sentence: ``6 tháng đầu năm 2026``."""
        return self.label_in("vi")

    def label_in(self, lang: Lang) -> str:
        """The period's name in a language."""
        return self.title or period_label(self.kind, self.year, self.number, lang)


def parse_period_id(text: str) -> tuple[PeriodKind, int, int]:
    """``2026-Q2`` → ``("quarter", 2026, 2)``; the number of a year is 1.

    Raises:
        ValueError: with a sentence for the user, if ``text`` is not a period id.
    """
    match = _PERIOD_ID.fullmatch(text.strip())
    if match is None:
        likely = likely_period(text)
        known = {"found": text, **({"right": likely} if likely else {})}
        key = "bad_period_id_near" if likely else "bad_period_id"
        raise wording.SentenceError(wording.sentence("calendar", key, **known))
    year = int(match["year"])
    for kind in ("month", "quarter", "half"):
        if match[kind]:
            return kind, year, int(match[kind])
    return "year", year, 1


def shown_period(text: str, lang: Lang = "vi") -> str:
    """The name of the period with this id; the id itself where it is that of a report outside the rhythm."""
    try:
        return period_label(*parse_period_id(text), lang)
    except ValueError:
        return text


_LIKELY: tuple[tuple[str, PeriodKind], ...] = (
    (r"(?:tháng|t|m)?\s*(?P<n>\d{1,2})\s*[/.\-]\s*(?:năm\s*)?(?P<year>20\d\d)", "month"),
    (r"(?:tháng|t|m)\s*(?P<n>\d{1,2})\s*(?:năm\s*)?(?P<year>20\d\d)", "month"),
    (r"(?P<year>20\d\d)\s*[/.\-]?\s*(?:tháng|t|m)?\s*(?P<n>\d{1,2})", "month"),
    (r"(?:quý|quy|q)\s*(?P<n>[1-4]|iv|i{1,3})\s*[/.\-]?\s*(?:năm\s*)?(?P<year>20\d\d)", "quarter"),
    (r"(?P<year>20\d\d)\s*[/.\-]?\s*(?:quý|quy|q)\s*(?P<n>[1-4]|iv|i{1,3})", "quarter"),
    (r"(?:h|nửa năm)\s*(?P<n>[12])\s*[/.\-]?\s*(?P<year>20\d\d)", "half"),
    (r"(?P<year>20\d\d)\s*[/.\-]?\s*h\s*(?P<n>[12])", "half"),
    (r"(?:6|sáu) tháng (?P<n>đầu|cuối) (?:năm )?(?P<year>20\d\d)", "half"),
    (r"(?:cả )?năm (?P<year>20\d\d)(?P<n>)", "year"),
)
"""Other ways to write a period than its id."""

_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "đầu": 1, "cuối": 2, "": 1}


def likely_period(text: str) -> str | None:
    """The id that was probably meant by what is none: ``6/2026``, ``quý II/2026``, ``2026-h1``; None if unknown."""
    words = unicodedata.normalize("NFC", text).strip().casefold()
    for form, kind in _LIKELY:
        match = re.fullmatch(form, words)
        if match is not None:
            number = _NUMBERS.get(match["n"]) or int(match["n"])
            found = period_id(kind, int(match["year"]), number)
            return found if _PERIOD_ID.fullmatch(found) else None
    return None


def period_id(kind: PeriodKind, year: int, number: int = 1) -> str:
    """The inverse of `parse_period_id`."""
    tail = {"month": f"-{number:02d}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}
    return f"{year}{tail[kind]}"


def period_label(kind: PeriodKind, year: int, number: int = 1, lang: Lang = "vi") -> str:
    """The period's name; months 1 and 2 are written 01 and 02 as in Nghị định 30/2020/NĐ-CP, Phụ lục I."""
    shown = f"{number:02d}" if kind == "month" and number < 3 else str(number)
    key = f"label_half{number}" if kind == "half" else f"label_{kind}"
    roman = _ROMAN[number] if kind == "quarter" else ""
    return wording.text("calendar", key, lang, number=shown, roman=roman, year=year)


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """The month ``by`` months later (earlier if negative), as (year, month)."""
    index = year * 12 + month - 1 + by
    return index // 12, index % 12 + 1


def clamped(year: int, month: int, day: int) -> date:
    """That day of the month, or its last day where the month is shorter ("ngày 31" of June: 30/6)."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def calendar_days(kind: PeriodKind, year: int, number: int = 1) -> tuple[date, date]:
    """First and last day of the calendar period, both included."""
    last_month = number * MONTHS[kind]
    return date(year, last_month - MONTHS[kind] + 1, 1), clamped(year, last_month, 31)


def plain_period(text: str) -> Period:
    """The period with this id and only its calendar days, for when no regime mentions it.

    Raises:
        ValueError: if ``text`` is not a period id.
    """
    kind, year, number = parse_period_id(text)
    first, last = calendar_days(kind, year, number)
    return Period(period_id(kind, year, number), kind, year, number, first, last)


NEAR = timedelta(days=62)
"""How long after a period's end a day still belongs to it without a question: reports are due in the months after."""


def is_near(day: date, period: Period) -> bool:
    """Whether a day that was set for a period is one that a person would set: neither before it nor long after it."""
    return period.first <= day <= period.last + NEAR


def timeliness(
    received: datetime | None,
    period: Period,
    strict: bool = False,
    extended_until: date | None = None,
) -> Timeliness:
    """Whether a file received at that moment was in time.

    "Trước ngày 14": the 13th is ``on_time``; the 14th is ``on_mark`` (counted as on time, listed), or late if
    ``strict``; the 15th is ``late``, or ``extended`` up to the unit's own extension. Without a due day or a time of
    receipt the result is ``unknown``. A time with a zone is converted to Vietnam's (UTC+7), one without is taken as
    Vietnam's; a day ends at 24:00 (Bộ luật Dân sự 2015, Điều 148.6).
    """
    if received is None or period.due is None:
        return "unknown"
    day = (received.astimezone(VIETNAM_TIME) if received.tzinfo else received).date()
    if day <= period.due:
        return "on_time"
    if not strict and period.lenient is not None and day <= period.lenient:
        return "on_mark"
    return "extended" if extended_until is not None and day <= extended_until else "late"
