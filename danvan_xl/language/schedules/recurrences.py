"""Duties that repeat by year, quarter, month or week, on calendar dates or with no day: ``recurring``.

recurring := [định kỳ] every ((, | và | /) every)* [theo …]
           | relation days every-year | every-year relation days
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from danvan_xl.language.schedules.calendar import limit_for, period_ends, plan_years, upcoming, weekly
from danvan_xl.language.schedules.dates import expression
from danvan_xl.language.schedules.leads import Relation, clock, lead, relation
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.language.schedules.references import reference_name
from danvan_xl.language.schedules.spans import ONE_DAY, Span, resolve
from danvan_xl.language.schedules.tokens import Cursor, tokenise
from danvan_xl.model.schedule import Schedule, ScheduleContext

_UNITS = {"DAY": "D", "WEEK": "W", "MONTH": "M", "QUARTER": "Q", "YEAR": "Y"}
_ORDER = "DWMQHY"
_MONTHS = {1: "M", 3: "Q", 6: "H", 12: "Y"}


class Said(NamedTuple):
    """A repetition: its letters, and whether the word for it ("hằng", "định kỳ", "một lần") was there."""

    rec: str
    explicit: bool


def _bare_unit(cursor: Cursor) -> str | None:
    token = cursor.take(*_UNITS)
    return _UNITS[token.kind] if token else None


def _number(cursor: Cursor) -> int | None:
    token = cursor.take("NUM", "NUMERAL")
    return token.value if (token and len(token.text) <= 2) or (token and token.kind == "NUMERAL") else None


def every(cursor: Cursor) -> Said | None:
    """ "hằng quý", "mỗi năm một lần", "01 lần/quý", "6 tháng một lần", "06 tháng/lần", "6 tháng"."""
    mark = cursor.at
    explicit = bool(cursor.take("EVERY"))
    if not explicit and (times := _times_per(cursor)):
        return times
    count = _number(cursor)
    unit = _bare_unit(cursor)
    if count is not None and unit in {"M", "Y"}:
        unit = _MONTHS.get(count if unit == "M" else 12 * count)
    elif count is not None:
        unit = None
    if (
        (unit == "D" and not explicit)
        or unit is None
        or (cursor.kind() == "NUM" and cursor.kind(1) != "TIMES")
        or (cursor.kind() in {"EDGE1", "EDGE3"})
    ):
        cursor.at = mark
        return None
    times_each = _once(cursor)
    if times_each == 0:
        cursor.at = mark
        return None
    rec = unit if times_each in {1, None} else f"{unit} x{times_each}"
    return Said(rec, explicit or times_each is not None)


def _once(cursor: Cursor) -> int | None:
    """ "một lần", "/lần", "02 lần": how often in the unit; None when nothing is said, 0 when it can't be."""
    mark = cursor.at
    if cursor.take("/") and cursor.take("TIMES"):
        return 1
    cursor.at = mark
    cursor.take(",", "(")
    number = _number(cursor)
    if number is not None and cursor.take("TIMES"):
        cursor.take(")")
        return number if number <= 12 else 0
    cursor.at = mark
    return None


def _times_per(cursor: Cursor) -> Said | None:
    mark = cursor.at
    number = _number(cursor)
    if number and cursor.take("TIMES"):
        cursor.take("/", "EVERY", "IN")
        cursor.take("EVERY")
        unit = _bare_unit(cursor)
        if unit:
            return Said(unit if number == 1 else f"{unit} x{number}", True)
    cursor.at = mark
    return None


def _repetitions(cursor: Cursor) -> list[Said]:
    found: list[Said] = []
    while True:
        mark = cursor.at
        if found:
            if not cursor.take(",", "AND", "/", ";", "+", "-"):
                break
            cursor.take("AND")
        cursor.take("PERIODIC")
        said = every(cursor)
        if said is None:
            cursor.at = mark
            break
        found.append(said)
    return found


def _nested_lead(cursor: Cursor, phrase: Phrase) -> bool:
    """ "lồng ghép trong báo cáo công tác dân vận …"."""
    if not phrase.folded.lstrip(" (").startswith(("lồng ghép", "được lồng ghép")):
        return False
    if not cursor.take("REPORT", "SEND"):
        cursor.skip("WORD", "IN", "FILL", "(", "AND")
        if not cursor.take("REPORT", "SEND"):
            return False
    cursor.skip("WORD", "PERIODIC", "FILL")
    return True


def recurring(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """A repetition alone, or several: no day is said, or it is the last day of the period."""
    cursor = Cursor(tokenise(phrase.folded))
    bracket = cursor.take("(")
    said_lead = lead(cursor)
    nested = _nested_lead(cursor, phrase)
    periodic = bool(cursor.take("PERIODIC"))
    cursor.take(":", ",")
    said = _repetitions(cursor)
    if not said or not (nested or periodic or any(item.explicit for item in said)):
        return None
    shared = said[0].explicit and not bracket  # "hằng tháng, quý, năm": the word is said once for all
    if not (nested or periodic or shared) and any(not item.explicit and item.rec != "H" for item in said):
        return None
    cursor.take("PERIODIC")
    if bracket and not cursor.take(")"):
        return None
    cursor.take(",")
    rest_at = cursor.tokens[cursor.at].start if cursor.kind() else len(phrase.folded)
    ref = reference_name(phrase, rest_at)
    if ref is None and not cursor.finish():
        return None
    return _recurring(phrase, said, ref, context, nested=nested, report=said_lead.report)


def _recurring(
    phrase: Phrase, said: list[Said], ref: str | None, context: ScheduleContext, *, nested: bool, report: bool
) -> Schedule:
    recs = sorted({item.rec for item in said}, key=lambda rec: _ORDER.index(rec[0]))
    plain = Schedule(phrase.text, "recurring", rec="+".join(recs))
    flags = ["no_day"]
    if nested:
        flags.append("nested_in_other_report")
    if ref:
        flags.append("needs_reference")
    in_task_text = len(said) > 1 and "/" not in phrase.text and phrase.text[:1].islower() and not report
    if in_task_text and not (nested or ref):
        flags = ["inside_task_text"]
    if nested or ref or len(recs) > 1 or recs[0] not in {"M", "Q", "H", "Y"}:
        return replace(plain, ref=ref, flags=tuple(flags))
    return replace(plain, op="<=", occ=period_ends(recs[0], context), flags=() if recs[0] == "Y" else tuple(flags))


def _each_year(cursor: Cursor) -> bool:
    """ "hằng năm", "các năm" behind or before a date."""
    mark = cursor.at
    cursor.take("OF", ",", "(")
    if cursor.take("EVERY") and cursor.take("YEAR"):
        cursor.take(")")
        return True
    cursor.at = mark
    return False


def yearly(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Calendar days or periods of every year: "trước ngày 15/12 hằng năm", "Hằng năm, trong quý IV"."""
    cursor = Cursor(tokenise(phrase.folded))
    said = lead(cursor)
    cursor.take("PERIODIC")
    before = _each_year(cursor)
    bracket = before and cursor.take(",", ":", "(")
    more = lead(cursor) if before else said
    relates = relation(cursor)
    time = clock(cursor)
    found = expression(cursor)
    if found is None or any(part.year for part in found.spans) or relates.kind in {"FROM", "AFTER"}:
        return None
    if not (before or _each_year(cursor)):
        return None
    if bracket and bracket.kind == "(" and not cursor.take(")"):
        return None
    if not cursor.finish():
        return None
    kind = "report" if (said.report or more.report) and found.spans[0].is_day else "recurring"
    spans = found.spans[1:] if found.joined == "range" else found.spans
    return _yearly(phrase, kind, spans, (relates, time), context)


def _yearly(
    phrase: Phrase,
    kind: str,
    spans: tuple[Span, ...],
    when: tuple[Relation, str | None],
    context: ScheduleContext,
) -> Schedule:
    relates, time = when
    dues = [_due(resolve(span, year), relates, time) for year in plan_years(context) for span in spans]
    rec = "Y" if len(spans) == 1 else f"Y x{len(spans)}"
    strict = relates.op == "<" and spans[0].is_day and time is None
    return Schedule(
        phrase.text,
        kind,  # type: ignore[arg-type]
        op=relates.op,
        time=time,
        rec=rec,
        occ=upcoming(dues, context, limit_for(rec)),
        flags=("before_ambiguous",) if strict else (),
    )


def _due(stretch: tuple[date, date], relates: Relation, time: str | None) -> date:
    return stretch[1] if relates.op == "<=" or time else stretch[0] - ONE_DAY


def every_week(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """ "thứ Sáu hằng tuần"."""
    cursor = Cursor(tokenise(phrase.folded))
    said = lead(cursor)
    relates = relation(cursor)
    time = clock(cursor)
    cursor.take("DAY")
    weekday = cursor.take("WEEKDAY")
    if not weekday or not cursor.take("EVERY") or not cursor.take("WEEK") or not cursor.finish():
        return None
    strict = relates.op == "<" and not time
    occ = tuple(day - ONE_DAY if strict else day for day in weekly(weekday.value, context))
    kind = "report" if said.report else "recurring"
    flags = ("before_ambiguous",) if strict else ()
    return Schedule(phrase.text, kind, op=relates.op, time=time, rec="W", occ=occ, flags=flags)  # type: ignore[arg-type]
