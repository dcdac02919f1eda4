"""Productions of dates and stretches of time, alone, as ranges and as lists. Dates are dd/mm/yyyy, always.

A word or a year written once is shared: "tháng 3 - 5/2026" is March to May 2026. None of the productions knows the
plan: a :class:`Span` may lack its year, and ``spans.resolve`` puts that of the plan.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.spans import ImpossibleDateError, Span, share_years
from danvan_xl.language.schedules.tokens import Token


class Expression(Struct, frozen=True):
    """``spans`` in the order written; ``joined`` is ``one``, ``range`` or ``list``."""

    spans: tuple[Span, ...]
    joined: str


_SEPARATORS = ("/", "-", ".")
_LIST_SIGNS = (",", ";", "AND", "&", "+")
_RANGE_SIGNS = ("-", "UNTIL")


# Years and small numbers


@production
def year_number(cursor: Cursor) -> int | None:
    """The number of a year::

        year_number := NUM[four digits, 1990 to 2100]

    "2026"
    """
    token = cursor.take("NUM")
    return token.value if token and len(token.text) == 4 and 1990 <= token.value <= 2100 else None


@production
def named_year(cursor: Cursor) -> int | None:
    """A year, with or without its word::

        named_year := YEAR? year_number

    "năm 2026", "2026"
    """
    cursor.take("YEAR")
    return year_number(cursor)


@production
def year_suffix(cursor: Cursor) -> int | None:
    """The year after a day, month or quarter::

        year_suffix := ("(" named_year ")" | ("/" | "-" | "." | "," | OF | IN)? named_year) !"/"

    "/2026", "-2026", " năm 2026", ", năm 2026", "(năm 2026)"
    """
    if cursor.kind() == "(":
        year = cursor.bracketed(named_year)
    else:
        cursor.take(*_SEPARATORS, ",", "OF", "IN")
        year = named_year(cursor)
    return None if cursor.kind() == "/" else year


@production
def any_year(cursor: Cursor) -> int | None:
    """A year as it follows "đầu năm" or "cả năm"::

        any_year := year_number | year_suffix

    "2026", ", năm 2026"
    """
    return year_number(cursor) or year_suffix(cursor)


@production
def small_number(cursor: Cursor, *kinds: str) -> Token | None:
    """A number of one or two digits, or one written as ``kinds`` allow::

        small_number := NUM[at most two digits] | NUMERAL | ROMAN

    "15", "sáu", "II"
    """
    token = cursor.take(*kinds)
    return None if token and token.kind == "NUM" and len(token.text) > 2 else token


# Days


@production
def year_of_numeric_day(cursor: Cursor, sign: str) -> int | None:
    """The year of a day in digits, after the sign that stands before the month too::

        year_of_numeric_day := sign[the same as before the month] year_number
        sign                := "/" | "-" | "."

    "/2026" of "15/8/2026"
    """
    return year_number(cursor) if cursor.take(sign) else None


@production
def numeric_day(cursor: Cursor, named: bool) -> Span | None:
    """A day in digits; without "/" and without its year it needs the word "ngày" before it (``named``)::

        numeric_day := small_number sign small_number (year_of_numeric_day | !((sign | "/" | ".") NUM) year_suffix?)
        sign        := "/" | "-" | "."

    "15/8/2026", "15.8.2026", "15/8 năm 2026", "15/8"
    """
    day = small_number(cursor, "NUM")
    sign = day and cursor.take(*_SEPARATORS)
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
    """A day with the word for month; without the word for day it needs its year::

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
    return day(cursor) if cursor.take(*_RANGE_SIGNS, "AND", ",") else None


@production
def day_of_range(cursor: Cursor) -> Span | None:
    """A day whose month stands on the right::

        day_of_range := DAY? small_number &right_of_range

    "ngày 15" of "ngày 15 - 20/8"
    """
    cursor.take("DAY")
    number = small_number(cursor, "NUM")
    return Span("day", 0, 0, None, number.value) if number and cursor.sees(right_of_range) else None


# Months, quarters and years


@production
def month_number(cursor: Cursor) -> Span | None:
    """A month without its word::

        month_number := small_number year_suffix?

    "6/2026", "sáu"
    """
    number = small_number(cursor, "NUM", "NUMERAL")
    if number is None:
        return None
    if not 1 <= number.value <= 12:
        raise ImpossibleDateError
    return Span("month", number.value, number.value, year_suffix(cursor))


@production
def month(cursor: Cursor) -> Span | None:
    """A month::

        month := MONTH month_number

    "tháng 6/2026", "tháng sáu", "T6/2026"
    """
    return month_number(cursor) if cursor.take("MONTH") else None


@production
def quarter_number(cursor: Cursor) -> Span | None:
    """A quarter without its word::

        quarter_number := small_number year_suffix?

    "II/2026", "2", "ba"
    """
    number = small_number(cursor, "NUM", "ROMAN", "NUMERAL")
    if number is None:
        return None
    if not 1 <= number.value <= 4:
        raise ImpossibleDateError
    return Span("quarter", number.value * 3 - 2, number.value * 3, year_suffix(cursor))


@production
def quarter(cursor: Cursor) -> Span | None:
    """A quarter::

        quarter := QUARTER quarter_number

    "quý II/2026", "Q.2", "quý ba"
    """
    return quarter_number(cursor) if cursor.take("QUARTER") else None


@production
def bare_year(cursor: Cursor) -> Span | None:
    """A year without its word::

        bare_year := year_number

    "2026"
    """
    number = year_number(cursor)
    return None if number is None else Span("year", 1, 12, number)


@production
def year(cursor: Cursor) -> Span | None:
    """A year::

        year := (YEAR | STAGE) YEAR? bare_year

    "năm 2026", "giai đoạn 2026" of "giai đoạn 2026-2030"
    """
    if not cursor.take("YEAR", "STAGE"):
        return None
    cursor.take("YEAR")
    return bare_year(cursor)


@production
def bare_month(cursor: Cursor) -> Span | None:
    """A month without its word, which needs its year::

        bare_month := &(NUM "/" NUM[four digits]) month_number[with its year]

    "6/2026"
    """
    if (cursor.kind(), cursor.kind(1)) != ("NUM", "/"):
        return None
    last = cursor.peek(2)
    if last is None or last.kind != "NUM" or len(last.text) != 4:
        return None
    found = month_number(cursor)
    return found if found and found.year else None


# Parts of a year, and the edges of a month, quarter or year


@production
def all_year(cursor: Cursor) -> Span | None:
    """A year from end to end::

        all_year := WHOLE any_year?

    "cả năm", "cả năm 2026"
    """
    return Span("year", 1, 12, any_year(cursor)) if cursor.take("WHOLE") else None


@production
def number_of_months(cursor: Cursor) -> int | None:
    """How long a part of a year is, in months::

        number_of_months := HALF | small_number[1 to 11] MONTH

    "6 tháng" of "6 tháng đầu năm", "nửa" of "nửa cuối năm"
    """
    if cursor.take("HALF"):
        return 6
    number = small_number(cursor, "NUM", "NUMERAL")
    return number.value if number and cursor.take("MONTH") and 1 <= number.value <= 11 else None


@production
def part_at_edge(cursor: Cursor, months: int) -> Span | None:
    """Which end of the year a part of it lies at::

        part_at_edge := (EDGE1 | EDGE3) (YEAR any_year? | any_year)

    "đầu năm" of "6 tháng đầu năm", "cuối năm 2026" of "nửa cuối năm 2026"
    """
    edge = cursor.take("EDGE1", "EDGE3")
    if edge is None:
        return None
    named = cursor.take("YEAR")
    year = any_year(cursor)
    if not named and year is None:
        return None
    return Span("part", 1, months, year) if edge.kind == "EDGE1" else Span("part", 13 - months, 12, year)


@production
def part_at_start(cursor: Cursor, months: int) -> Span | None:
    """A part of a year that does not say which: the first months. Nine months alone can be no others::

        part_at_start := &YEAR year_suffix | (OF | IN)? (&YEAR year_suffix)? end[nine months]

    "năm 2026" of "9 tháng năm 2026", nothing of "9 tháng"
    """
    joined = cursor.take("OF", "IN")
    year = year_suffix(cursor) if cursor.kind() == "YEAR" else None
    nine_alone = months == 9 and not cursor.kind()
    return Span("part", 1, months, year) if (year and not joined) or nine_alone else None


@production
def part(cursor: Cursor) -> Span | None:
    """A part of a year, or all of it::

        part := all_year | number_of_months (part_at_edge | part_at_start)

    "6 tháng đầu năm", "9 tháng năm 2026", "nửa cuối năm", "cả năm"
    """
    if found := all_year(cursor):
        return found
    months = number_of_months(cursor)
    return None if months is None else part_at_edge(cursor, months) or part_at_start(cursor, months)


@production
def unnamed_year(cursor: Cursor) -> Span | None:
    """The year of the plan::

        unnamed_year := YEAR

    "năm" of "giữa năm"
    """
    return Span("year", 1, 12) if cursor.take("YEAR") else None


@production
def edge(cursor: Cursor) -> Span | None:
    """The beginning, middle or end of a month, quarter or year::

        edge := (EDGE1 | EDGE2 | EDGE3) (month | quarter | year | unnamed_year)

    "cuối tháng 6/2026", "đầu quý III", "giữa năm"
    """
    which = cursor.take("EDGE1", "EDGE2", "EDGE3")
    if which is None:
        return None
    found = cursor.first_of(month, quarter, year, unnamed_year)
    return found and replace(found, edge=int(which.kind[-1]))


# Spans and how they are joined

Form = Callable[[Cursor], Span | None]
_FORMS: tuple[Form, ...] = (edge, part, quarter, day_of_range, day, month, year)
_BARE: tuple[Form, ...] = (bare_month, bare_year)
# what may follow a span of this unit without its own word
_LENT: dict[str, tuple[Form, ...]] = {"quarter": (quarter_number,), "month": (month_number,), "year": (bare_year,)}
_ORDERS = {unit: (*_FORMS, *lent, *_BARE) for unit, lent in {"": (), **_LENT}.items()}


@production
def span(cursor: Cursor, before: Span | None = None) -> Span | None:
    """One stretch of time; the span ``before`` it lends its word to a bare number::

        span := edge | part | quarter | day_of_range | day | month | year | lent | bare_month | bare_year
        lent := quarter_number[after a quarter] | month_number[after a month] | bare_year[after a year]

    "quý II/2026", "cuối tháng 6", "III" of "quý II, III"
    """
    unit = before.unit if before and not before.edge else ""
    return cursor.first_of(*_ORDERS.get(unit, _ORDERS[""]))


@production
def end_of_range(cursor: Cursor, first: Span) -> Span | None:
    """The second half of a range::

        end_of_range := ("-" | UNTIL) span

    "- 5/2026" of "tháng 3 - 5/2026"
    """
    return span(cursor, first) if cursor.take(*_RANGE_SIGNS) else None


@production
def list_item(cursor: Cursor, last: Span, repeated: str) -> Span | None:
    """One more span of a list, after the ``last``; ``repeated`` is the relation word that may stand again, or empty::

        list_item := ("," | ";" | AND | "&" | "+") AND? (BEFORE | BY)?[as before the list] span[of the same unit]

    ", 6" of "tháng 3, 6 và 9", "và trước 30/11" of "trước 30/6 và trước 30/11"
    """
    if not cursor.take(*_LIST_SIGNS):
        return None
    cursor.take("AND")
    if repeated:
        cursor.take(repeated)
    found = span(cursor, last)
    return found if found and found.unit == last.unit else None


@production
def expression(cursor: Cursor, repeated: str = "") -> Expression | None:
    """A span, a range of two, or a list; years and months written once are shared out::

        expression := span (end_of_range | list_item*)

    ``repeated``: a relation word that may stand again before the items ("trước 30/6 và trước 30/11").

    "15/8/2026", "tháng 3 - 5/2026", "quý I, II và IV"
    """
    first = span(cursor)
    if first is None:
        return None
    if second := end_of_range(cursor, first):
        return Expression(share_years((first, second)), "range")
    spans = [first]
    while item := list_item(cursor, spans[-1], repeated):
        spans.append(item)
    return Expression(share_years(spans), "list" if len(spans) > 1 else "one")
