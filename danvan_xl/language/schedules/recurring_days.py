"""Duties that repeat on calendar days of every year or on a weekday of every week: the reading ``recurring``."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.expressions import Expression, expression
from danvan_xl.language.schedules.leads import Relation, clock, lead, relation
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.occurrences import limit_for, plan_years, upcoming, weekly
from danvan_xl.language.schedules.spans import ONE_DAY, resolve
from danvan_xl.model.schedule import Schedule, ScheduleContext

# Calendar days of every year


@production
def each_year(cursor: Cursor) -> bool:
    """The words for every year, before or after a date::

        each_year := (OF | "," | "(")? EVERY YEAR ")"?

    "hằng năm", "các năm", "(hằng năm)"
    """
    cursor.take("OF", ",", "(")
    if not cursor.take("EVERY") or not cursor.take("YEAR"):
        return False
    cursor.take(")")
    return True


class Days(Struct, frozen=True):
    """Days or periods of no particular year, and how delivery relates to them."""

    found: Expression
    relates: Relation
    time: str | None


@production
def days_of_year(cursor: Cursor) -> Days | None:
    """Days or periods of no particular year::

        days_of_year := relation[neither FROM nor AFTER] clock? expression[no year is named]

    "trước ngày 15/12", "trong quý IV", "17h00 ngày 15/6 và ngày 15/12"
    """
    relates, time = relation(cursor), clock(cursor)
    found = expression(cursor)
    if found is None or any(part.year for part in found.spans) or relates.kind in {"FROM", "AFTER"}:
        return None
    return Days(found, relates, time)


def yearly(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Calendar days or periods of every year::

        yearly := lead PERIODIC?
                  (each_year ("," | ":" | "(")? lead days_of_year ")"?[where "(" was] | days_of_year each_year)

    "trước ngày 15/12 hằng năm", "Hằng năm, trong quý IV"
    """
    cursor = Cursor.of(phrase)
    said = lead(cursor)
    cursor.take("PERIODIC")
    first = each_year(cursor)
    opened = cursor.take(",", ":", "(") if first else None
    more = lead(cursor) if first else said
    days = days_of_year(cursor)
    if days is None or not (first or each_year(cursor)):
        return None
    if opened and opened.kind == "(" and not cursor.take(")"):
        return None
    return _yearly(phrase, days, context, report=said.report or more.report) if cursor.finish() else None


def _yearly(phrase: Phrase, days: Days, context: ScheduleContext, *, report: bool) -> Schedule:
    found, relates, time = days.found, days.relates, days.time
    spans = found.spans[1:] if found.joined == "range" else found.spans
    dues = [_due(resolve(span, year), relates, time) for year in plan_years(context) for span in spans]
    rec = "Y" if len(spans) == 1 else f"Y x{len(spans)}"
    strict = relates.op == "<" and spans[0].is_day and time is None
    return Schedule(
        phrase.text,
        "report" if report and found.spans[0].is_day else "recurring",
        op=relates.op,
        time=time,
        rec=rec,
        occ=upcoming(dues, context, limit_for(rec)),
        flags=("before_ambiguous",) if strict else (),
    )


def _due(stretch: tuple[date, date], relates: Relation, time: str | None) -> date:
    return stretch[1] if relates.op == "<=" or time else stretch[0] - ONE_DAY


# Weekdays of every week


class WeekDay(Struct, frozen=True):
    """A weekday of every week (0: Monday), and how delivery relates to it."""

    weekday: int
    relates: Relation
    time: str | None


@production
def day_of_week(cursor: Cursor) -> WeekDay | None:
    """A weekday of every week::

        day_of_week := relation clock? DAY? WEEKDAY EVERY WEEK

    "trước 17h00 thứ Sáu hằng tuần"
    """
    relates, time = relation(cursor), clock(cursor)
    cursor.take("DAY")
    token = cursor.take("WEEKDAY")
    if token is None or not cursor.take("EVERY") or not cursor.take("WEEK"):
        return None
    return WeekDay(token.value, relates, time)


def every_week(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A weekday of every week as a deadline::

        every_week := lead day_of_week

    "thứ Sáu hằng tuần", "Báo cáo vào thứ Sáu hằng tuần"
    """
    cursor = Cursor.of(phrase)
    said = lead(cursor)
    found = day_of_week(cursor)
    if found is None or not cursor.finish():
        return None
    relates, time = found.relates, found.time
    strict = relates.op == "<" and not time
    occ = tuple(day - ONE_DAY if strict else day for day in weekly(found.weekday, context))
    kind = "report" if said.report else "recurring"
    flags = ("before_ambiguous",) if strict else ()
    return Schedule(phrase.text, kind, op=relates.op, time=time, rec="W", occ=occ, flags=flags)  # type: ignore[arg-type]
