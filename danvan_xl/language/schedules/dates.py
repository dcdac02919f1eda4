"""The grammar of dates and stretches of time, with lists and ranges.

    expression := span ((- | đến) span | ((, | và | ;) span)+)?
    span       := [đầu | giữa | cuối] (day | month | quarter | part of a year | year)

dd/mm/yyyy always. A word said once ("tháng 3 - 5/2026") is understood for the parts behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from danvan_xl.language.schedules.spans import ImpossibleDateError, Span, share_years
from danvan_xl.language.schedules.tokens import Cursor, Token


class Expression(NamedTuple):
    """``spans`` in the order written; ``joined`` is ``one``, ``range`` or ``list``."""

    spans: tuple[Span, ...]
    joined: str


_SEPARATORS = ("/", "-", ".")
_LIST_SIGNS = (",", ";", "AND", "&", "+")
_RANGE_SIGNS = ("-", "UNTIL")


def _year_number(cursor: Cursor) -> int | None:
    if cursor.kind() == "NUM":
        token = cursor.tokens[cursor.at]
        if len(token.text) == 4 and 1990 <= token.value <= 2100:
            cursor.at += 1
            return token.value
    return None


def year_suffix(cursor: Cursor) -> int | None:
    """The year behind a day, month or quarter: "/2026", "-2026", " năm 2026", ", năm 2026", "(năm 2026)"."""
    mark = cursor.at
    bracket = cursor.take("(")
    if not bracket:
        cursor.take(*_SEPARATORS, ",", "OF", "IN")
    cursor.take("YEAR")
    year = _year_number(cursor)
    if year is not None and (not bracket or cursor.take(")")) and cursor.kind() not in {"/"}:
        return year
    cursor.at = mark
    return None


def _small(cursor: Cursor, *kinds: str) -> Token | None:
    """A number of one or two digits (or a word for one)."""
    token = cursor.take(*kinds)
    if token and token.kind == "NUM" and len(token.text) > 2:
        cursor.at -= 1
        return None
    return token


def _numeric_day(cursor: Cursor, named: bool) -> Span | None:
    day = _small(cursor, "NUM")
    sign = day and cursor.take(*_SEPARATORS)
    month = sign and _small(cursor, "NUM")
    if not (day and sign and month):
        return None
    mark = cursor.at
    if cursor.take(sign.kind):
        year = _year_number(cursor)
        if year is not None:
            return Span("day", month.value, month.value, year, day.value)
        if cursor.kind() == "NUM":
            return None
        cursor.at = mark
    elif cursor.kind() in _SEPARATORS and cursor.kind(1) == "NUM" and cursor.kind() != "-":
        return None
    if sign.kind != "/" and not named:
        return None
    year = year_suffix(cursor) if cursor.kind() != "/" else None
    return Span("day", month.value, month.value, year, day.value)


def _spoken_day(cursor: Cursor, named: bool) -> Span | None:
    day = _small(cursor, "NUM")
    month = day and cursor.take("MONTH") and _small(cursor, "NUM", "NUMERAL")
    if not (day and month):
        return None
    year = year_suffix(cursor)
    return Span("day", month.value, month.value, year, day.value) if named or year else None


def day(cursor: Cursor) -> Span | None:
    """ "ngày 15/8/2026", "15/8", "ngày 15 tháng 8 năm 2026", "thứ Sáu, ngày 15/8/2026"."""
    named = cursor.take("DAY") is not None
    weekday = cursor.take("WEEKDAY")
    if weekday:
        cursor.take(",", "(")
        named = cursor.take("DAY") is not None or named
    mark = cursor.at
    for form in (_numeric_day, _spoken_day):
        cursor.at = mark
        found = form(cursor, named)
        if found is not None:
            weekday = weekday or _weekday_behind(cursor)
            return found if weekday is None else replace(found, weekday=weekday.value)
    return None


def _weekday_behind(cursor: Cursor) -> Token | None:
    """ "20/6/2026 (thứ Bảy)"."""
    mark = cursor.at
    cursor.take("(", ",")
    weekday = cursor.take("WEEKDAY")
    cursor.take(")")
    if weekday is None:
        cursor.at = mark
    return weekday


def _day_of_range(cursor: Cursor) -> Span | None:
    """ "(ngày) 15" before "- 20/8": the month stands on the right."""
    cursor.take("DAY")
    number = _small(cursor, "NUM")
    mark = cursor.at
    if not number or not cursor.take(*_RANGE_SIGNS, "AND", ","):
        return None
    right = day(cursor)
    cursor.at = mark
    return Span("day", 0, 0, None, number.value) if right else None


def month(cursor: Cursor) -> Span | None:
    """ "tháng 6/2026", "tháng sáu", "T6/2026"."""
    return _month_number(cursor) if cursor.take("MONTH") else None


def _month_number(cursor: Cursor) -> Span | None:
    number = _small(cursor, "NUM", "NUMERAL")
    if number is None:
        return None
    if not 1 <= number.value <= 12:
        raise ImpossibleDateError
    return Span("month", number.value, number.value, year_suffix(cursor))


def quarter(cursor: Cursor) -> Span | None:
    """ "quý II/2026", "Q.2", "quý ba"."""
    return _quarter_number(cursor) if cursor.take("QUARTER") else None


def _quarter_number(cursor: Cursor) -> Span | None:
    number = _small(cursor, "NUM", "ROMAN", "NUMERAL")
    if number is None:
        return None
    if not 1 <= number.value <= 4:
        raise ImpossibleDateError
    return Span("quarter", number.value * 3 - 2, number.value * 3, year_suffix(cursor))


def _year(cursor: Cursor) -> Span | None:
    if not cursor.take("YEAR", "STAGE"):
        return None
    cursor.take("YEAR")
    return _bare_year(cursor)


def _bare_year(cursor: Cursor) -> Span | None:
    number = _year_number(cursor)
    return None if number is None else Span("year", 1, 12, number)


def _bare_month(cursor: Cursor) -> Span | None:
    """ "6/2026" without the word: the month."""
    if (cursor.kind(), cursor.kind(1), cursor.kind(2)) == ("NUM", "/", "NUM") and (
        len(cursor.tokens[cursor.at + 2].text) == 4
    ):
        found = _month_number(cursor)
        return found if found and found.year else None
    return None


def _optional_year(cursor: Cursor) -> int | None:
    return _year_number(cursor) or year_suffix(cursor)


def _part(cursor: Cursor) -> Span | None:
    """ "6 tháng đầu năm", "9 tháng năm 2026", "nửa cuối năm", "cả năm"."""
    if cursor.take("WHOLE"):
        return Span("year", 1, 12, _optional_year(cursor))
    if cursor.take("HALF"):
        months = 6
    else:
        number = _small(cursor, "NUM", "NUMERAL")
        if number is None or not cursor.take("MONTH") or not 1 <= number.value <= 11:
            return None
        months = number.value
    edge = cursor.take("EDGE1", "EDGE3")
    if edge is None:
        whole = cursor.take("OF", "IN")
        year = year_suffix(cursor) if cursor.kind() == "YEAR" else None
        alone = months == 9 and not cursor.kind()  # nine months can only be the first nine
        return Span("part", 1, months, year) if (year and not whole) or alone else None
    named = cursor.take("YEAR")
    year = _optional_year(cursor)
    if not named and year is None:
        return None
    return Span("part", 1, months, year) if edge.kind == "EDGE1" else Span("part", 13 - months, 12, year)


def _edge(cursor: Cursor) -> Span | None:
    """ "cuối tháng 6/2026", "đầu quý III", "giữa năm"."""
    edge = cursor.take("EDGE1", "EDGE2", "EDGE3")
    if edge is None:
        return None
    mark = cursor.at
    for form in (month, quarter, _year):
        cursor.at = mark
        found = form(cursor)
        if found:
            return replace(found, edge=int(edge.kind[-1]))
    cursor.at = mark
    return Span("year", 1, 12, None, edge=int(edge.kind[-1])) if cursor.take("YEAR") else None


Form = Callable[[Cursor], Span | None]
_FORMS: tuple[Form, ...] = (_edge, _part, quarter, _day_of_range, day, month, _year)
_BARE: tuple[Form, ...] = (_bare_month, _bare_year)
# what may stand behind a first part without its own word
_INHERITED: dict[str, tuple[Form, ...]] = {
    "quarter": (_quarter_number,),
    "month": (_month_number,),
    "year": (_bare_year,),
}


def span(cursor: Cursor, behind: Span | None = None) -> Span | None:
    """The next span, or None with the cursor where it was. ``behind`` lends its word to a bare number."""
    mark = cursor.at
    lent = _INHERITED.get(behind.unit, ()) if behind and not behind.edge else ()
    for form in (*_FORMS, *lent, *_BARE):
        cursor.at = mark
        found = form(cursor)
        if found is not None:
            return found
    cursor.at = mark
    return None


def expression(cursor: Cursor, repeated: str = "") -> Expression | None:
    """A span, a range of two, or a list; years and months written once are shared out.

    ``repeated``: a relation word that may stand again before the parts ("trước 30/6 và trước 30/11").
    """
    first = span(cursor)
    if first is None:
        return None
    mark = cursor.at
    if cursor.take(*_RANGE_SIGNS) and (second := span(cursor, first)):
        return Expression(share_years((first, second)), "range")
    cursor.at = mark
    spans = [first]
    while True:
        mark = cursor.at
        if not cursor.take(*_LIST_SIGNS):
            break
        cursor.take("AND")
        if repeated:
            cursor.take(repeated)
        following = span(cursor, spans[-1])
        if following is None or following.unit != first.unit:
            cursor.at = mark
            break
        spans.append(following)
    return Expression(share_years(spans), "list" if len(spans) > 1 else "one")
