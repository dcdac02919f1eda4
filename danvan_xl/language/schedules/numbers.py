"""Productions of years and small numbers, which days, months and repetitions share."""

from __future__ import annotations

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.tokens import Token

SEPARATORS = ("/", "-", ".")
"""Signs between the numbers of a date."""


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
        cursor.take(*SEPARATORS, ",", "OF", "IN")
        year = named_year(cursor)
    return None if cursor.kind() == "/" else year


@production
def any_year(cursor: Cursor) -> int | None:
    """A year after "đầu năm" or "cả năm"::

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
