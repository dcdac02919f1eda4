"""Reporting duties on a day of a repeating month, quarter or reporting period: the reading ``report``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.expressions import expression
from danvan_xl.language.schedules.leads import Relation, clock, lead, relation
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.numbers import small_number
from danvan_xl.language.schedules.occurrences import plan_years, upcoming, years_shown
from danvan_xl.language.schedules.recurrences import Said, every
from danvan_xl.language.schedules.regime_phrases import FULL_YEAR, NESTED_MONTHS, WINDOWS_BY_DUE_DAY
from danvan_xl.language.schedules.spans import ONE_DAY, ImpossibleDateError, Span, clamped, resolve
from danvan_xl.language.schedules.tokens import Token
from danvan_xl.model.schedule import Schedule, ScheduleContext


class Anchor(Struct, frozen=True):
    """Where a day of a reporting period lies.

    It holds the rec, the months of the plan year (13 = next January), how many due days are listed, and whether the
    named day is reported in words ("14 of the month").
    """

    rec: str
    months: tuple[int, ...]
    limit: int | None
    named: bool


_QUARTER_ENDS = (3, 6, 9, 12)
_MONTHLY = Anchor("M", tuple(range(1, 13)), 3, False)
_MONTH_AFTER = Anchor("M", tuple(range(2, 14)), 3, False)
_OWN_MONTHS = Anchor("M", tuple(month for month in range(1, 13) if month not in NESTED_MONTHS), None, True)
_PERIOD_END = Anchor("per report period", _QUARTER_ENDS, None, False)
_QUARTER_END = Anchor("Q", _QUARTER_ENDS, None, True)
_QUARTER_AFTER = Anchor("Q", (4, 7, 10, 13), None, False)
_UNSAID = Anchor("", (), None, False)
"""The words, if any, fix no month: what the phrase says about the report before its day decides."""


# The month in which the day lies


@production
def quarter_of_edge(cursor: Cursor, edge: str) -> Anchor | None:
    """The quarter whose first or last month it is: the first of the next quarter, or the last of this one::

        quarter_of_edge := QUARTER (NEXT | AFTER)? REPORT?[after "tháng cuối"]

    "quý sau" of "tháng đầu quý sau", "quý" of "tháng cuối quý"
    """
    if not cursor.take("QUARTER"):
        return None
    following = cursor.take("NEXT", "AFTER")
    if edge == "EDGE1":
        return _QUARTER_AFTER if following else _UNSAID
    cursor.take("REPORT")
    return _UNSAID if following else _QUARTER_END


@production
def edge_of_period(cursor: Cursor) -> Anchor | None:
    """The first or last month of a quarter or reporting period::

        edge_of_period := (EDGE1 | EDGE3) OF? EVERY? (PERIOD REPORT? | quarter_of_edge)?

    "cuối quý" of "tháng cuối quý", "cuối kỳ báo cáo", "đầu của quý sau"
    """
    edge = cursor.take("EDGE1", "EDGE3")
    if edge is None:
        return None
    cursor.take("OF")
    cursor.take("EVERY")
    if cursor.take("PERIOD"):
        cursor.take("REPORT")
        return _PERIOD_END if edge.kind == "EDGE3" else _UNSAID
    return quarter_of_edge(cursor, edge.kind) or _UNSAID


@production
def month_after(cursor: Cursor) -> Anchor | None:
    """The month after::

        month_after := (NEXT | AFTER) OF? (MONTH | PERIOD)? REPORT?

    "sau" of "tháng sau", "kế tiếp của tháng báo cáo"
    """
    if not cursor.take("NEXT", "AFTER"):
        return None
    cursor.take("OF")
    cursor.take("MONTH", "PERIOD")
    cursor.take("REPORT")
    return _MONTH_AFTER


def month_of_report(cursor: Cursor) -> Anchor:
    """The month itself: every month if a report is named, else those with a report of their own. It always matches::

        month_of_report := OF? (PERIOD REPORT? | REPORT)?

    "báo cáo" of "tháng báo cáo", "của kỳ báo cáo", nothing of "của tháng"
    """
    cursor.take("OF")
    period = cursor.take("PERIOD")
    return _MONTHLY if cursor.take("REPORT") or period else _OWN_MONTHS


def anchor(cursor: Cursor) -> Anchor:
    """The month in which the day lies. It always matches, if only as ``_UNSAID``::

        anchor := (OF | IN)? EVERY? (MONTH !(NUM | NUMERAL | BEFORE) (edge_of_period | month_after | month_of_report))?

    "của tháng", "tháng sau", "tháng cuối quý", "tháng cuối kỳ báo cáo", "hằng tháng"
    """
    cursor.take("OF", "IN")
    each = cursor.take("EVERY")
    if not cursor.take("MONTH") or cursor.kind() in {"NUM", "NUMERAL", "BEFORE"}:
        return _UNSAID
    found = edge_of_period(cursor) or month_after(cursor)
    if found or each:
        return found or _MONTHLY
    return month_of_report(cursor)


# The year in which the day lies


@production
def report_year(cursor: Cursor) -> int | None:
    """How many years after the year of the report::

        report_year := OF? YEAR ((NEXT | AFTER) (OF | WORD)? (YEAR REPORT)? | (OF | WORD)? REPORT)

    "năm báo cáo" (0); "năm kế tiếp của năm báo cáo", "năm sau" (1)
    """
    cursor.take("OF")
    if not cursor.take("YEAR"):
        return None
    ahead = 1 if cursor.take("NEXT", "AFTER") else 0
    cursor.take("OF", "WORD")
    if ahead and not cursor.take("YEAR"):
        return ahead
    return ahead if cursor.take("REPORT") else None


@production
def day_of_report_year(cursor: Cursor) -> tuple[Span, int] | None:
    """A calendar day, and how many years after the report's year it is, to the end of the phrase::

        day_of_report_year := expression[one day without its year] report_year ("." | "," | ";" | FILL)* end

    "15/12 năm báo cáo", "ngày 15/01 năm kế tiếp của năm báo cáo"
    """
    found = expression(cursor)
    if found is None or found.joined != "one" or found.spans[0].year or not found.spans[0].is_day:
        return None
    ahead = report_year(cursor)
    return (found.spans[0], ahead) if ahead is not None and cursor.finish() else None


# The day


@production
def first_or_last(cursor: Cursor) -> int | None:
    """The first day, or the last, given as 31::

        first_or_last := DAY (EDGE1 | EDGE3)

    "ngày đầu" of "ngày đầu tháng", "ngày cuối cùng" of "ngày cuối cùng của tháng"
    """
    edge = cursor.take("DAY") and cursor.take("EDGE1", "EDGE3")
    if edge is None:
        return None
    return 1 if edge.kind == "EDGE1" else 31


@production
def last_of_days(cursor: Cursor) -> Token | None:
    """The second of two days::

        last_of_days := ("-" | UNTIL) UNTIL* DAY? small_number

    "đến ngày 5" of "từ ngày 1 đến ngày 5"
    """
    if not cursor.take("-", "UNTIL"):
        return None
    cursor.skip("UNTIL")
    cursor.take("DAY")
    return small_number(cursor, "NUM")


@production
def day_number(cursor: Cursor, relates: Relation) -> int | None:
    """A day without its month, or the second of two; "từ" needs both::

        day_number := DAY small_number (last_of_days | !("-" | UNTIL))

    "ngày 14", "ngày 1 đến ngày 5"
    """
    token = small_number(cursor, "NUM") if cursor.take("DAY") else None
    if token and cursor.kind() in {"-", "UNTIL"}:
        token = last_of_days(cursor)
    elif relates.kind == "FROM":
        return None
    if token is None:
        return None
    if not 1 <= token.value <= 31:
        raise ImpossibleDateError
    return token.value


@production
def leading_repetition(cursor: Cursor) -> Said | None:
    """How often, before the day::

        leading_repetition := every[explicit] ("," | ":" | "(")? lead

    "Hằng tháng," of "Hằng tháng, gửi trước ngày 14"
    """
    found = every(cursor)
    if found is None or not found.explicit:
        return None
    cursor.take(",", ":", "(")
    lead(cursor)
    return found


def report(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A reporting duty on a day of a repeating period::

        report := lead leading_repetition? relation clock?
                  (day_of_report_year[nothing leads] | (first_or_last | day_number) anchor ")"*)

    "Gửi trước ngày 14 của tháng", "chậm nhất ngày 20 tháng cuối quý", "Trước ngày 15/12 năm báo cáo"
    """
    cursor = Cursor.of(phrase)
    said = lead(cursor)
    leading = leading_repetition(cursor)
    relates, time = relation(cursor), clock(cursor)
    if leading is None and (dated := day_of_report_year(cursor)):
        return _in_report_year(phrase, dated, relates, context)
    number = first_or_last(cursor) or day_number(cursor, relates)
    if number is None:
        return None
    place = anchor(cursor)
    cursor.skip(")")
    if place is _UNSAID and (said.period == "M" or (leading and leading.rec == "M")):
        place = _MONTHLY
    if place is _UNSAID or not cursor.finish():
        return None
    return _report(phrase, number, place, (relates, time), context)


def _in_report_year(phrase: Phrase, dated: tuple[Span, int], relates: Relation, context: ScheduleContext) -> Schedule:
    found, ahead = dated
    named = [resolve(found, year + ahead)[0] for year in plan_years(context)]
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
        data=FULL_YEAR if ahead else {},
        flags=("before_ambiguous",) if strict else (),
    )


def _report(
    phrase: Phrase, number: int, place: Anchor, when: tuple[Relation, str | None], context: ScheduleContext
) -> Schedule:
    relates, time = when
    strict = relates.op == "<" and time is None
    days = (
        clamped(year + (month - 1) // 12, (month - 1) % 12 + 1, number)
        for year in years_shown(context)
        for month in place.months
    )
    dues: Iterable[date] = (day - ONE_DAY if strict else day for day in days)
    windows = WINDOWS_BY_DUE_DAY.get(number, {}) if place.rec == "per report period" else {}
    return Schedule(
        phrase.text,
        "report",
        op=relates.op,
        lenient=f"{number} of the month" if strict and place.named else None,
        time=time,
        rec=place.rec,
        occ=upcoming(dues, context, place.limit),
        data=windows,
        flags=("before_ambiguous",) if strict else (),
    )
