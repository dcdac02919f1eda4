"""Productions of stretches of time, alone, as ranges and as lists.

A word or a year written once is shared: "tháng 3 - 5/2026" is March to May 2026. None of the productions knows the
plan: a :class:`Span` may lack its year, and ``spans.resolve`` supplies the plan's.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from danvan_xl.language.schedules.calendar_units import (
    bare_month,
    bare_year,
    edge,
    month,
    month_number,
    part,
    quarter,
    quarter_number,
    year,
)
from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.days import RANGE_SIGNS, day, day_of_range
from danvan_xl.language.schedules.spans import Span, share_years


class Expression(Struct, frozen=True):
    """``spans`` in the order written; ``joined`` is ``one``, ``range`` or ``list``."""

    spans: tuple[Span, ...]
    joined: str


_LIST_SIGNS = (",", ";", "AND", "&", "+")

Form = Callable[[Cursor], Span | None]
_FORMS: tuple[Form, ...] = (edge, part, quarter, day_of_range, day, month, year)
_BARE: tuple[Form, ...] = (bare_month, bare_year)
# what may follow a span of this unit without its own word
_LENT: dict[str, tuple[Form, ...]] = {"quarter": (quarter_number,), "month": (month_number,), "year": (bare_year,)}
_ORDERS = {unit: (*_FORMS, *lent, *_BARE) for unit, lent in {"": (), **_LENT}.items()}


@production
def span(cursor: Cursor, before: Span | None = None) -> Span | None:
    """One stretch of time; the previous span, ``before``, lends its word to a bare number::

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
    return span(cursor, first) if cursor.take(*RANGE_SIGNS) else None


@production
def list_item(cursor: Cursor, last: Span, repeated: str) -> Span | None:
    """One more span of a list, after the ``last``; ``repeated`` is the relation word that may recur, or empty::

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
    """A span, a range of two, or a list; years and months written once are shared::

        expression := span (end_of_range | list_item*)

    ``repeated``: a relation word that may recur before the items ("trước 30/6 và trước 30/11").

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
