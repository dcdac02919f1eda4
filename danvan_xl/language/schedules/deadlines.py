"""Deadlines: the readings ``window``, ``by``, ``open_ended``, ``multi`` and ``continuous``.

    deadline := heading? word* relation? time? expression tail

"trước" excludes the day it names; "chậm nhất", "đến", "hạn", "trước và trong" … include it. A clock time
makes the named day itself allowed. A month, quarter or year as deadline means its last day.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from danvan_xl.language.schedules.dates import Expression, expression, span
from danvan_xl.language.schedules.leads import Relation, behind_clock, clock, feast_behind, lead, named_day, relation
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.spans import ONE_DAY, ImpossibleDateError, Span, adjoining, resolve, share_years
from danvan_xl.language.schedules.tokens import Cursor, tokenise
from danvan_xl.model.schedule import Schedule, ScheduleContext

_REPEATED = {"BEFORE": "BEFORE", "BY": "BY"}  # may stand again in a list: "trước 30/6 và trước 30/11"
_LISTS = {"quarter": "list_of_quarters", "month": "list_of_months", "year": "list_of_years"}


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


def _open_end(cursor: Cursor) -> str | None:
    """ "trở đi", "và các năm tiếp theo": the phrase has no end. Answers the rec, or an empty string."""
    cursor.take(",")
    cursor.take("AND")
    if cursor.take("DAYONWARD"):
        return ""
    if cursor.take("FUTURE"):
        return "Y"
    if cursor.take("EVERY"):
        unit = cursor.take("MONTH", "QUARTER")
        if unit and cursor.take("NEXT", "AFTER"):
            return "M" if unit.kind == "MONTH" else "Q"
    return None


def _ranged(cursor: Cursor, first: Expression) -> Expression | None:
    """ "từ … đến …" whose second part begins with "hết" or a label."""
    mark = cursor.at
    if cursor.take("-", "UNTIL"):
        cursor.skip("UNTIL", "IN")
        second = span(cursor, first.spans[-1])
        if second:
            return Expression(share_years((first.spans[0], second)), "range")
    cursor.at = mark
    return None


def read_core(cursor: Cursor, phrase: Phrase, context: ScheduleContext, *, report: bool) -> Schedule | None:
    """Relation, time and expression at the cursor. The caller looks at what is left."""
    raw = phrase.text
    relates = relation(cursor)
    time = clock(cursor)
    if time:
        relates = behind_clock(relates)
    found = named_day(cursor, phrase) or expression(cursor, _REPEATED.get(relates.kind, ""))
    if found is None:
        return None
    if found.joined == "one" and relates.kind in {"FROM", "IN"}:
        found = _ranged(cursor, found) or found
    mark = cursor.at
    ending = _open_end(cursor) if relates.kind in {"FROM", "IN"} and found.joined != "list" else None
    if ending is not None:
        start, _ = resolve(found.spans[0], context.plan_year)
        flags = _flags(found.spans, "one", before=False)
        return Schedule(raw, "open_ended", start=start, rec=ending or None, flags=flags)
    cursor.at = mark
    if time and not all(part.unit == "day" for part in found.spans):
        return None
    if found.joined == "range":
        return _range(raw, found, context) if relates.kind in {"FROM", "IN"} and not time else None
    if found.joined == "list":
        return _several(raw, found, relates, time, context)
    return single(raw, found.spans[0], relates, time, context, report=report)


def deadline(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A phrase that is one deadline from its first word to its last."""
    cursor = Cursor(tokenise(phrase.folded))
    said = lead(cursor)
    bracket = cursor.take("(")
    reading = read_core(cursor, phrase, context, report=said.report)
    if reading is None or (bracket and not cursor.take(")")):
        return None
    reading = feast_behind(cursor, reading)
    cursor.skip(",", "FILL")
    bracket = cursor.take("(")
    if cursor.take("CONT"):
        cursor.skip("CONT", ",", ")")
        return _bounded(reading) if reading.kind == "window" and cursor.finish() else None
    if bracket:
        return None
    if not cursor.finish():
        return None
    if said.heading:
        reading = replace(reading, flags=("group_heading", *reading.flags))
    if said.period in {"Y", "P"} and reading.kind == "report" and "no_year" in reading.flags and reading.due:
        reading = replace(reading, due=None, rec="Y", occ=(reading.due,))
    return _noted(reading, context)


def _noted(reading: Schedule, context: ScheduleContext) -> Schedule:
    late = "no_year" in reading.flags and reading.due is not None and reading.due < context.issued
    return replace(reading, notes=("before_issue",)) if late else reading


def _bounded(reading: Schedule) -> Schedule:
    return replace(reading, kind="continuous", flags=("bounded", *(f for f in reading.flags if f != "no_year")))


def _this_year(cursor: Cursor, context: ScheduleContext) -> tuple[date, date] | None:
    """ "trong năm": the year of the plan."""
    mark = cursor.at
    cursor.take("IN")
    if cursor.take("YEAR") and cursor.kind() in {"", ".", ";", ","}:
        return date(context.plan_year, 1, 1), date(context.plan_year, 12, 31)
    cursor.at = mark
    return None


def whole_year(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """ "Trong năm": the plan's year, said without its number."""
    cursor = Cursor(tokenise(phrase.folded))
    lead(cursor)
    if cursor.kind() not in {"IN", "UNTIL"}:
        return None
    until = cursor.take("UNTIL")
    found = _this_year(cursor, context)
    if not found or not cursor.finish():
        return None
    if until:
        return Schedule(phrase.text, "by", due=found[1], op="<=", flags=("no_year",))
    return Schedule(phrase.text, "window", start=found[0], due=found[1], op="<=", flags=("no_year",))


def continuous(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """ "Thường xuyên", with or without bounds ("trong năm", "đến hết năm 2026")."""
    cursor = Cursor(tokenise(phrase.folded))
    lead(cursor)
    if not cursor.take("CONT"):
        return None
    cursor.skip("CONT", ",", "AND", "FILL", "/")
    raw = phrase.text
    plain = Schedule(raw, "continuous", start=context.start, rec="every reporting period")
    mark = cursor.at
    cursor.take("(")
    if cursor.take("EVERY", "PERIODIC"):
        cursor.take("YEAR", "MONTH", "QUARTER", "WEEK", "DAY")
        cursor.take(")")
    else:
        cursor.at = mark
    if cursor.finish():
        return plain
    bracket = cursor.take("(")
    year = _this_year(cursor, context)
    if year:
        reading = Schedule(raw, "window", start=year[0], due=year[1], op="<=")
    else:
        ends = cursor.kind() in {"UNTIL", "BY"}
        core = read_core(cursor, phrase, context, report=False)
        if core is None or (core.kind == "by" and not ends):
            return None
        reading = core
    if (bracket and not cursor.take(")")) or not cursor.finish():
        return None
    if reading.kind == "open_ended":
        return replace(plain, start=reading.start, flags=reading.flags)
    if reading.kind == "by" and reading.op == "<=":
        return _bounded(replace(reading, start=context.start))
    return _bounded(reading) if reading.kind == "window" else None
