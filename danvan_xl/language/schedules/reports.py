"""Reporting duties with a day inside a month, quarter or reporting period that repeats: ``report``.

report := relation [ngày] number anchor
anchor := của tháng | tháng sau | tháng cuối quý | tháng cuối kỳ báo cáo | hằng tháng | năm báo cáo …
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from danvan_xl.language.schedules import regime
from danvan_xl.language.schedules.calendar import plan_years, upcoming
from danvan_xl.language.schedules.dates import expression
from danvan_xl.language.schedules.leads import Relation, clock, lead, relation
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.recurrences import every
from danvan_xl.language.schedules.spans import ONE_DAY, ImpossibleDateError, clamped, resolve
from danvan_xl.language.schedules.tokens import Cursor, tokenise
from danvan_xl.model.schedule import Schedule, ScheduleContext


class Anchor(NamedTuple):
    """Where a day of a reporting period lies: its rec, the months of the plan year (13 = January after), and
    how many due days are listed; ``named`` when the named day is told in words ("14 of the month")."""

    rec: str
    months: tuple[int, ...]
    limit: int | None
    named: bool


_MONTHLY = Anchor("M", tuple(range(1, 13)), 3, False)
_QUARTER_ENDS = (3, 6, 9, 12)
_OWN_MONTHS = tuple(month for month in range(1, 13) if month not in regime.NESTED_MONTHS)


def _anchor(cursor: Cursor) -> Anchor | None:
    cursor.take("OF", "IN")
    each = cursor.take("EVERY")
    if not cursor.take("MONTH"):
        return None
    if cursor.kind() in {"NUM", "NUMERAL", "BEFORE"}:
        return None
    edge = cursor.take("EDGE1", "EDGE3")
    if edge:
        return _edge_anchor(cursor, edge.kind)
    if cursor.take("NEXT") or (cursor.kind() == "AFTER" and cursor.take("AFTER")):
        cursor.take("OF")
        cursor.take("MONTH", "PERIOD")
        cursor.take("REPORT")
        return Anchor("M", tuple(range(2, 14)), 3, False)
    if each:
        return _MONTHLY
    cursor.take("OF")
    if cursor.take("PERIOD") or cursor.kind() == "REPORT":
        cursor.take("REPORT")
        return _MONTHLY
    return Anchor("M", _OWN_MONTHS, None, True)


def _edge_anchor(cursor: Cursor, edge: str) -> Anchor | None:
    cursor.take("OF")
    cursor.take("EVERY")
    if cursor.take("PERIOD"):
        cursor.take("REPORT")
        return Anchor("per report period", _QUARTER_ENDS, None, False) if edge == "EDGE3" else None
    if not cursor.take("QUARTER"):
        return None
    following = cursor.take("NEXT", "AFTER")
    if edge == "EDGE1":
        return Anchor("Q", (4, 7, 10, 13), None, False) if following else None
    cursor.take("REPORT")
    return None if following else Anchor("Q", _QUARTER_ENDS, None, True)


def _report_year(cursor: Cursor) -> int | None:
    """ "năm báo cáo" → 0; "năm kế tiếp (của năm báo cáo)", "năm sau" → 1."""
    cursor.take("OF")
    if not cursor.take("YEAR"):
        return None
    ahead = 1 if cursor.take("NEXT", "AFTER") else 0
    cursor.take("OF", "WORD")
    if ahead:
        if cursor.take("YEAR"):
            return ahead if cursor.take("REPORT") else None
        return ahead
    return 0 if cursor.take("REPORT") else None


def _in_report_year(cursor: Cursor, phrase: Phrase, relates: Relation, context: ScheduleContext) -> Schedule | None:
    found = expression(cursor)
    if found is None or found.joined != "one" or found.spans[0].year or not found.spans[0].is_day:
        return None
    ahead = _report_year(cursor)
    if ahead is None or not cursor.finish():
        return None
    named = [resolve(found.spans[0], year + ahead)[0] for year in plan_years(context)]
    strict = relates.op == "<"
    dues = upcoming((day - ONE_DAY if strict else day for day in named), context)
    lenient = next((day for day in named if dues and day > dues[0]), None) if strict else None
    return Schedule(
        phrase.text,
        "report",
        op=relates.op,
        lenient=lenient,
        rec="Y",
        occ=dues,
        data=regime.FULL_YEAR if ahead else {},
        flags=("before_ambiguous",) if strict else (),
    )


def report(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A reporting duty with an anchor day: "Gửi trước ngày 14 của tháng", "chậm nhất ngày 20 tháng
    cuối quý"."""
    cursor = Cursor(tokenise(phrase.folded))
    said = lead(cursor)
    mark = cursor.at
    if leading := every(cursor):
        cursor.take(",", ":", "(")
        lead(cursor)
    if leading is None or not leading.explicit:
        cursor.at = mark
        leading = None
    relates = relation(cursor)
    time = clock(cursor)
    begin = cursor.at
    if leading is None and (yearly_report := _in_report_year(cursor, phrase, relates, context)):
        return yearly_report
    cursor.at = begin
    number = _first_or_last(cursor) or _day_number(cursor, relates)
    if number is None:
        return None
    anchor = _anchor(cursor) or (_MONTHLY if said.period == "M" or (leading and leading.rec == "M") else None)
    cursor.skip(")")
    if anchor is None or not cursor.finish():
        return None
    return _report(phrase, number, anchor, (relates, time), context)


def _first_or_last(cursor: Cursor) -> int | None:
    """ "ngày cuối cùng của tháng" = 31, "ngày đầu tháng" = 1."""
    mark = cursor.at
    if cursor.take("DAY") and (edge := cursor.take("EDGE1", "EDGE3")):
        return 1 if edge.kind == "EDGE1" else 31
    cursor.at = mark
    return None


def _day_number(cursor: Cursor, relates: Relation) -> int | None:
    """ "ngày 14", or the second of "từ ngày 1 đến ngày 5"."""
    named = cursor.take("DAY")
    token = cursor.take("NUM")
    if token is None or len(token.text) > 2 or named is None:
        return None
    if cursor.take("-", "UNTIL"):
        cursor.skip("UNTIL")
        cursor.take("DAY")
        token = cursor.take("NUM")
        if token is None or len(token.text) > 2:
            return None
    elif relates.kind == "FROM":
        return None
    if not 1 <= token.value <= 31:
        raise ImpossibleDateError
    return token.value


def _report(
    phrase: Phrase, number: int, anchor: Anchor, when: tuple[Relation, str | None], context: ScheduleContext
) -> Schedule:
    relates, time = when
    strict = relates.op == "<" and time is None
    year = context.plan_year
    days = (clamped(year + (month - 1) // 12, (month - 1) % 12 + 1, number) for month in anchor.months)
    dues: Iterable[date] = (day - ONE_DAY if strict else day for day in days)
    windows = regime.WINDOWS_BY_DUE_DAY.get(number, {}) if anchor.rec == "per report period" else {}
    return Schedule(
        phrase.text,
        "report",
        op=relates.op,
        lenient=f"{number} of the month" if strict and anchor.named else None,
        time=time,
        rec=anchor.rec,
        occ=upcoming(dues, context, anchor.limit),
        data=windows,
        flags=("before_ambiguous",) if strict else (),
    )
