"""Deadlines: the readings ``window``, ``by``, ``open_ended`` and ``multi``, and ``continuous`` work within a window.

"trước" excludes the day it names; "chậm nhất", "đến", "hạn", "trước và trong" … include it. With a clock time, the
named day itself is allowed. A month, quarter or year as a deadline means its last day.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.expressions import Expression, expression, span
from danvan_xl.language.schedules.leads import (
    Lead,
    Relation,
    clock,
    lead,
    name_after_day,
    named_day,
    relation,
    with_clock,
)
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.spans import ONE_DAY, ImpossibleDateError, Span, adjoining, resolve, share_years
from danvan_xl.model.schedule import Schedule, ScheduleContext

_REPEATED = {"BEFORE": "BEFORE", "BY": "BY"}  # may recur in a list: "trước 30/6 và trước 30/11"
_LISTS = {"quarter": "list_of_quarters", "month": "list_of_months", "year": "list_of_years"}


# What a deadline says: relation, time and days


class Stated(Struct, frozen=True):
    """A deadline as its words state it. ``rec``: None if it has an end, else how it continues ("" if not said)."""

    relates: Relation
    time: str | None
    found: Expression
    rec: str | None


@production
def following_periods(cursor: Cursor) -> str | None:
    """The months or quarters that follow, as a rec::

        following_periods := EVERY (MONTH | QUARTER) (NEXT | AFTER)

    "các tháng tiếp theo"
    """
    unit = cursor.take("MONTH", "QUARTER") if cursor.take("EVERY") else None
    return unit.kind[0] if unit and cursor.take("NEXT", "AFTER") else None


@production
def open_end(cursor: Cursor) -> str | None:
    """What makes a deadline open-ended, as a rec; an empty string if no rhythm is named::

        open_end := ","? AND? (DAYONWARD | FUTURE | following_periods)

    "trở đi", "và các năm tiếp theo", "và các tháng tiếp theo"
    """
    cursor.take(",")
    cursor.take("AND")
    if cursor.take("DAYONWARD"):
        return ""
    return "Y" if cursor.take("FUTURE") else following_periods(cursor)


@production
def late_end_of_range(cursor: Cursor, first: Expression) -> Expression | None:
    """The end of a range that begins with "hết" or a label::

        late_end_of_range := ("-" | UNTIL) (UNTIL | IN)* span

    "đến hết trong tháng 5" of "từ tháng 3 đến hết trong tháng 5"
    """
    if not cursor.take("-", "UNTIL"):
        return None
    cursor.skip("UNTIL", "IN")
    second = span(cursor, first.spans[-1])
    return Expression(share_years((first.spans[0], second)), "range") if second else None


@production
def stated(cursor: Cursor, phrase: Phrase) -> Stated | None:
    """A deadline without the words around it::

        stated := relation clock? (named_day | expression) late_end_of_range? open_end?

    Only "từ" and "trong" can have a late or an open end.

    "trước ngày 15/8/2026", "17h00 ngày 15/8", "từ quý II/2026 trở đi"
    """
    relates, time = relation(cursor), clock(cursor)
    if time:
        relates = with_clock(relates)
    found = named_day(cursor, phrase) or expression(cursor, _REPEATED.get(relates.kind, ""))
    if found is None:
        return None
    lasting = relates.kind in {"FROM", "IN"}
    if lasting and found.joined == "one":
        found = late_end_of_range(cursor, found) or found
    rec = open_end(cursor) if lasting and found.joined != "list" else None
    return Stated(relates, time, found, rec)


@production
def core(cursor: Cursor, phrase: Phrase, context: ScheduleContext, *, report: bool) -> Schedule | None:
    """The reading of a deadline without the words around it; the caller looks at what is left::

        core := stated[its parts go together]

    "trước ngày 15/8/2026", "từ 15 đến 20/8"
    """
    said = stated(cursor, phrase)
    return _reading(said, phrase.text, context, report=report) if said else None


def _reading(said: Stated, raw: str, context: ScheduleContext, *, report: bool) -> Schedule | None:
    relates, time, found = said.relates, said.time, said.found
    if said.rec is not None:
        start, _ = resolve(found.spans[0], context.plan_year)
        flags = _flags(found.spans, "one", before=False)
        return Schedule(raw, "open_ended", start=start, rec=said.rec or None, flags=flags)
    if time and not all(part.unit == "day" for part in found.spans):
        return None
    if found.joined == "range":
        return _range(raw, found, context) if relates.kind in {"FROM", "IN"} and not time else None
    if found.joined == "list":
        return _several(raw, found, relates, time, context)
    return single(raw, found.spans[0], relates, time, context, report=report)


def _flags(spans: tuple[Span, ...], joined: str, before: bool) -> tuple[str, ...]:
    unit = spans[0].unit
    found = ["before_ambiguous"] if before else []
    if joined == "list" and unit in _LISTS and not spans[0].edge:
        found.append(_LISTS[unit])
    if any(part.year is None for part in spans):
        found.append("no_year")
    if any(part.holiday for part in spans):
        found.append("holiday_name")
    return tuple(found)


def single(
    raw: str,
    part: Span,
    relates: Relation,
    time: str | None,
    context: ScheduleContext,
    *,
    report: bool = False,
) -> Schedule:
    """One span under a relation: ``by`` (a day, or what comes before), else ``window``, or ``open_ended``."""
    start, end = resolve(part, context.plan_year)
    flags = _flags((part,), "one", before=relates.op == "<" and part.is_day and time is None)
    kind = "report" if report and part.is_day else "by"
    if relates.kind == "FROM":
        return Schedule(raw, "open_ended", start=start, flags=flags)
    if relates.kind == "AFTER":
        return Schedule(raw, "open_ended", start=end + ONE_DAY, flags=flags)
    if time is not None:
        return Schedule(raw, kind, due=end, op=relates.op, time=time, flags=flags)  # type: ignore[arg-type]
    if relates.op == "<":
        named = start if part.is_day else None
        return Schedule(raw, kind, due=start - ONE_DAY, op="<", lenient=named, flags=flags)  # type: ignore[arg-type]
    if part.is_day or relates.kind != "IN":
        return Schedule(raw, kind, due=end, op="<=", flags=flags)  # type: ignore[arg-type]
    return Schedule(raw, "window", start=start, due=end, op="<=", flags=flags)


def _range(raw: str, found: Expression, context: ScheduleContext) -> Schedule:
    start, _ = resolve(found.spans[0], context.plan_year)
    _, end = resolve(found.spans[1], context.plan_year)
    if end < start:
        raise ImpossibleDateError("impossible_range")
    return Schedule(raw, "window", start=start, due=end, op="<=", flags=_flags(found.spans, "range", before=False))


def part_of(reading: Schedule, label: str | None = None) -> dict[str, Any]:
    """One part of a ``multi``: its label, first day and due day."""
    due = reading.due or (reading.occ[0] if reading.occ else None)
    known = {"label": label, "start": reading.start, "due": due, "time": reading.time}
    return {name: value for name, value in known.items() if value is not None}


def _several(
    raw: str, found: Expression, relates: Relation, time: str | None, context: ScheduleContext
) -> Schedule | None:
    stretches = [resolve(part, context.plan_year) for part in found.spans]
    days = found.spans[0].is_day
    if any(before[0] >= after[0] for before, after in pairwise(stretches)):
        raise ImpossibleDateError("impossible_range")
    if relates.kind in {"FROM", "AFTER", "UNTIL"} or (relates.op == "<" and not days):
        return None
    flags = _flags(found.spans, "list", before=relates.op == "<" and time is None)
    if not days and adjoining(stretches) and found.spans[0].unit in _LISTS and relates.kind == "IN":
        ends = ", ".join(end.isoformat() for _, end in stretches)
        rec = f"milestone each year: {ends}" if found.spans[0].unit == "year" else None
        start, due = stretches[0][0], stretches[-1][1]
        return Schedule(raw, "window", start=start, due=due, op="<=", rec=rec, flags=flags)
    parts = tuple(part_of(single(raw, part, relates, time, context)) for part in found.spans)
    return Schedule(raw, "multi", op=relates.op, parts=parts, flags=flags)


# A phrase that is one deadline


@production
def all_along(cursor: Cursor) -> bool:
    """The work continues all the time::

        all_along := "("? CONT (CONT | "," | ")")*

    "(thường xuyên)" of "năm 2026 (thường xuyên)"
    """
    cursor.take("(")
    if not cursor.take("CONT"):
        return False
    cursor.skip("CONT", ",", ")")
    return True


def deadline(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A phrase that is one deadline from its first word to its last::

        deadline := lead (core | "(" core ")") name_after_day[after a day]? ("," | FILL)* all_along[after a window]?

    "Hoàn thành trước ngày 15/8/2026", "Mục tiêu: trong quý II/2026"
    """
    cursor = Cursor.of(phrase)
    said = lead(cursor)
    reading = cursor.maybe_bracketed(core, phrase, context, report=said.report)
    if reading is None:
        return None
    if reading.kind in {"by", "report"} and name_after_day(cursor):
        reading = replace(reading, flags=(*reading.flags, "holiday_name"))
    cursor.skip(",", "FILL")
    if all_along(cursor):
        return bounded(reading) if reading.kind == "window" and cursor.finish() else None
    return _noted(_led(reading, said), context) if cursor.finish() else None


def _led(reading: Schedule, said: Lead) -> Schedule:
    """Add what the words before the deadline say: that it is a group heading, or a report due every year."""
    if said.heading:
        reading = replace(reading, flags=("group_heading", *reading.flags))
    if said.period in {"Y", "P"} and reading.kind == "report" and "no_year" in reading.flags and reading.due:
        reading = replace(reading, due=None, rec="Y", occ=(reading.due,))
    return reading


def _noted(reading: Schedule, context: ScheduleContext) -> Schedule:
    late = "no_year" in reading.flags and reading.due is not None and reading.due < context.issued
    return replace(reading, notes=("before_issue",)) if late else reading


def bounded(reading: Schedule) -> Schedule:
    """The reading of work that continues throughout a window."""
    return replace(reading, kind="continuous", flags=("bounded", *(f for f in reading.flags if f != "no_year")))
