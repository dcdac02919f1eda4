"""Productions of days, alone or at the start of a range whose end names the month. Dates are always dd/mm/yyyy."""

from __future__ import annotations

from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.numbers import SEPARATORS, small_number, year_number, year_suffix
from danvan_xl.language.schedules.spans import Span
from danvan_xl.language.schedules.tokens import Token

RANGE_SIGNS = ("-", "UNTIL")


@production
def year_of_numeric_day(cursor: Cursor, sign: str) -> int | None:
    """The year of a day in digits, after the same sign as before the month::

        year_of_numeric_day := sign[the same as before the month] year_number
        sign                := "/" | "-" | "."

    "/2026" of "15/8/2026"
    """
    return year_number(cursor) if cursor.take(sign) else None


@production
def numeric_day(cursor: Cursor, named: bool) -> Span | None:
    """A day in digits; without "/" or a year it needs the word "ngày" before it (``named``)::

        numeric_day := small_number sign small_number (year_of_numeric_day | !((sign | "/" | ".") NUM) year_suffix?)
        sign        := "/" | "-" | "."

    "15/8/2026", "15.8.2026", "15/8 năm 2026", "15/8"
    """
    day = small_number(cursor, "NUM")
    sign = day and cursor.take(*SEPARATORS)
    month = sign and small_number(cursor, "NUM")
    if not (day and sign and month):
        return None
    year = year_of_numeric_day(cursor, sign.kind)
    if year is None:
        if cursor.kind(1) == "NUM" and cursor.kind() in {sign.kind, "/", "."}:
            return None
        if sign.kind != "/" and not named:
            return None
        year = year_suffix(cursor) if cursor.kind() != "/" else None
    return Span("day", month.value, month.value, year, day.value)


@production
def spoken_day(cursor: Cursor, named: bool) -> Span | None:
    """A day with the word for month; without the word for day it needs a year::

        spoken_day := small_number MONTH small_number year_suffix?

    "15 tháng 8 năm 2026"
    """
    day = small_number(cursor, "NUM")
    month = day and cursor.take("MONTH") and small_number(cursor, "NUM", "NUMERAL")
    if not (day and month):
        return None
    year = year_suffix(cursor)
    return Span("day", month.value, month.value, year, day.value) if named or year else None


@production
def weekday_after(cursor: Cursor) -> Token | None:
    """The weekday after a date::

        weekday_after := ("(" | ",")? WEEKDAY ")"?

    "(thứ Bảy)" of "20/6/2026 (thứ Bảy)"
    """
    cursor.take("(", ",")
    weekday = cursor.take("WEEKDAY")
    cursor.take(")")
    return weekday


@production
def day(cursor: Cursor) -> Span | None:
    """One day::

        day := DAY? (WEEKDAY ("," | "(")? DAY?)? (numeric_day | spoken_day) weekday_after?

    "ngày 15/8/2026", "15/8", "ngày 15 tháng 8 năm 2026", "thứ Sáu, ngày 15/8/2026"
    """
    named = cursor.take("DAY") is not None
    weekday = cursor.take("WEEKDAY")
    if weekday:
        cursor.take(",", "(")
        named = cursor.take("DAY") is not None or named
    found = numeric_day(cursor, named) or spoken_day(cursor, named)
    if found is None:
        return None
    weekday = weekday or weekday_after(cursor)
    return replace(found, weekday=weekday.value) if weekday else found


@production
def right_of_range(cursor: Cursor) -> Span | None:
    """The sign and the day that follow a day without its month::

        right_of_range := ("-" | UNTIL | AND | ",") day

    "- 20/8" of "15 - 20/8"
    """
    return day(cursor) if cursor.take(*RANGE_SIGNS, "AND", ",") else None


@production
def day_of_range(cursor: Cursor) -> Span | None:
    """A day whose month is given on the right::

        day_of_range := DAY? small_number &right_of_range

    "ngày 15" of "ngày 15 - 20/8"
    """
    cursor.take("DAY")
    number = small_number(cursor, "NUM")
    return Span("day", 0, 0, None, number.value) if number and cursor.sees(right_of_range) else None
