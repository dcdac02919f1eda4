"""Productions of months, quarters and years, of parts of a year, and of the edges of each."""

from __future__ import annotations

from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.numbers import any_year, small_number, year_number, year_suffix
from danvan_xl.language.schedules.spans import ImpossibleDateError, Span

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
    """A month without its word; it needs its year::

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
    """The end of the year that a part is at::

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
    """A part of a year that does not say which: the first months. Nine months may stand alone::

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
