"""The plan's year as a deadline, and work without a deadline: the reading ``continuous``."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import CLOSING, Cursor, production
from danvan_xl.language.schedules.deadline_phrases import bounded, core
from danvan_xl.language.schedules.leads import lead
from danvan_xl.language.schedules.normalise import Phrase
from danvan_xl.model.schedule import Schedule, ScheduleContext

# The plan's year


@production
def this_year(cursor: Cursor) -> bool:
    """The year of the plan, without its number::

        this_year := IN? YEAR &(end | "." | ";" | ",")

    "trong năm"
    """
    cursor.take("IN")
    return cursor.take("YEAR") is not None and cursor.kind() in {"", ".", ";", ","}


def _plan_year(raw: str, context: ScheduleContext) -> Schedule:
    start, due = date(context.plan_year, 1, 1), date(context.plan_year, 12, 31)
    return Schedule(raw, "window", start=start, due=due, op="<=")


def whole_year(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """The plan's year as a deadline::

        whole_year := lead (UNTIL this_year | &IN this_year)

    "Trong năm", "Đến hết năm"
    """
    cursor = Cursor.of(phrase)
    lead(cursor)
    until = cursor.take("UNTIL")
    if not (until or cursor.kind() == "IN") or not this_year(cursor) or not cursor.finish():
        return None
    reading = replace(_plan_year(phrase.text, context), flags=("no_year",))
    return replace(reading, kind="by", start=None) if until else reading


# Work that continues all the time


@production
def each_period(cursor: Cursor) -> bool:
    """A repetition that adds nothing to "thường xuyên"::

        each_period := "("? (EVERY | PERIODIC) (YEAR | MONTH | QUARTER | WEEK | DAY)? ")"?

    "(hằng năm)", "định kỳ" of "Thường xuyên, định kỳ"
    """
    cursor.take("(")
    if not cursor.take("EVERY", "PERIODIC"):
        return False
    cursor.take("YEAR", "MONTH", "QUARTER", "WEEK", "DAY")
    cursor.take(")")
    return True


@production
def bounds(cursor: Cursor, phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """The time within which work continues; a deadline alone needs "đến" or "chậm nhất"::

        bounds := this_year | &(UNTIL | BY) core | core[no deadline alone]

    "trong năm", "đến hết năm 2026", "từ quý II/2026"
    """
    if this_year(cursor):
        return _plan_year(phrase.text, context)
    ends = cursor.kind() in {"UNTIL", "BY"}
    reading = core(cursor, phrase, context, report=False)
    return None if reading and reading.kind == "by" and not ends else reading


def continuous(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Work that continues all the time, with or without bounds::

        continuous := lead CONT (CONT | "," | AND | FILL | "/")* each_period? ("." | "," | ";" | FILL)*
                      (bounds | "(" bounds ")")?

    "Thường xuyên", "Thường xuyên trong năm", "Thường xuyên (đến hết năm 2026)"
    """
    cursor = Cursor.of(phrase)
    lead(cursor)
    if not cursor.take("CONT"):
        return None
    cursor.skip("CONT", ",", "AND", "FILL", "/")
    each_period(cursor)
    plain = Schedule(phrase.text, "continuous", start=context.start, rec="every reporting period")
    if cursor.finish():
        return plain
    cursor.skip(*CLOSING)
    reading = cursor.maybe_bracketed(bounds, phrase, context)
    return _within(plain, reading) if reading and cursor.finish() else None


def _within(plain: Schedule, reading: Schedule) -> Schedule | None:
    """Continuous work within the bounds that ``reading`` gives."""
    if reading.kind == "open_ended":
        return replace(plain, start=reading.start, flags=reading.flags)
    if reading.kind == "by" and reading.op == "<=":
        return bounded(replace(reading, start=plain.start))
    return bounded(reading) if reading.kind == "window" else None
