"""Duties that repeat by year, quarter, month or week, with no day named: the reading ``recurring``."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.leads import lead
from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.numbers import small_number
from danvan_xl.language.schedules.occurrences import period_ends
from danvan_xl.language.schedules.references import reference_name
from danvan_xl.model.schedule import Schedule, ScheduleContext

_UNITS = {"DAY": "D", "WEEK": "W", "MONTH": "M", "QUARTER": "Q", "YEAR": "Y"}
_ORDER = "DWMQHY"
_MONTHS = {1: "M", 3: "Q", 6: "H", 12: "Y"}


class Said(Struct, frozen=True):
    """A repetition: its letters, and whether a word for it ("hằng", "định kỳ", "một lần") was present."""

    rec: str
    explicit: bool


# One repetition


@production
def unit(cursor: Cursor) -> str | None:
    """The unit of a repetition, as its letter::

        unit := DAY | WEEK | MONTH | QUARTER | YEAR

    "quý"
    """
    token = cursor.take(*_UNITS)
    return _UNITS[token.kind] if token else None


@production
def number(cursor: Cursor) -> int | None:
    """A number of times or of units::

        number := small_number

    "01", "hai"
    """
    token = small_number(cursor, "NUM", "NUMERAL")
    return token.value if token else None


@production
def times_per_unit(cursor: Cursor) -> Said | None:
    """How often per unit, the number first::

        times_per_unit := number TIMES ("/" | EVERY | IN)? EVERY? unit

    "01 lần/quý", "hai lần mỗi năm"
    """
    times = number(cursor)
    if not times or not cursor.take("TIMES"):
        return None
    cursor.take("/", "EVERY", "IN")
    cursor.take("EVERY")
    each = unit(cursor)
    return Said(each if times == 1 else f"{each} x{times}", True) if each else None


@production
def counted_unit(cursor: Cursor) -> str | None:
    """A unit, or a number of months or years that makes one; a number of more than two digits is ignored::

        counted_unit := number[makes a month, quarter, half-year or year] (MONTH | YEAR) | NUM? unit

    "quý", "6 tháng", "một năm"
    """
    count = number(cursor)
    if count is None:
        cursor.take("NUM")
        return unit(cursor)
    each = unit(cursor)
    return _MONTHS.get(count if each == "M" else 12 * count) if each in {"M", "Y"} else None


@production
def once_each(cursor: Cursor) -> int | None:
    """Once per preceding unit::

        once_each := "/" TIMES

    "/lần" of "06 tháng/lần"
    """
    return 1 if cursor.take("/") and cursor.take("TIMES") else None


@production
def times_each(cursor: Cursor) -> int | None:
    """How often per preceding unit; 0 if implausibly often::

        times_each := ("," | "(")? number TIMES ")"?

    "một lần" of "mỗi năm một lần", "(02 lần)"
    """
    cursor.take(",", "(")
    times = number(cursor)
    if times is None or not cursor.take("TIMES"):
        return None
    cursor.take(")")
    return times if times <= 12 else 0


@production
def each_unit(cursor: Cursor) -> Said | None:
    """A unit that repeats, and how often per unit; "ngày" needs "hằng"::

        each_unit := EVERY? counted_unit !(NUM !TIMES | EDGE1 | EDGE3) (once_each | times_each[1 to 12])?

    "hằng quý", "mỗi năm một lần", "6 tháng một lần", "06 tháng/lần", "6 tháng"
    """
    explicit = cursor.take("EVERY") is not None
    each = counted_unit(cursor)
    if each is None or (each == "D" and not explicit) or cursor.kind() in {"EDGE1", "EDGE3"}:
        return None
    if cursor.kind() == "NUM" and cursor.kind(1) != "TIMES":
        return None
    times = cursor.first_of(once_each, times_each)
    if times == 0:
        return None
    return Said(each if times in {1, None} else f"{each} x{times}", explicit or times is not None)


@production
def every(cursor: Cursor) -> Said | None:
    """One repetition::

        every := times_per_unit | each_unit

    "01 lần/quý", "hằng quý"
    """
    return times_per_unit(cursor) or each_unit(cursor)


# Repetitions without a named day


@production
def repetition(cursor: Cursor) -> Said | None:
    """One of several repetitions::

        repetition := PERIODIC? every

    "định kỳ hằng tháng"
    """
    cursor.take("PERIODIC")
    return every(cursor)


@production
def next_repetition(cursor: Cursor) -> Said | None:
    """One more repetition::

        next_repetition := ("," | AND | "/" | ";" | "+" | "-") AND? repetition

    ", quý" of "hằng tháng, quý"
    """
    if not cursor.take(",", "AND", "/", ";", "+", "-"):
        return None
    cursor.take("AND")
    return repetition(cursor)


@production
def repetitions(cursor: Cursor) -> tuple[Said, ...] | None:
    """Repetitions, one or several::

        repetitions := repetition next_repetition*

    "hằng tháng, quý và năm"
    """
    first = repetition(cursor)
    if first is None:
        return None
    found = [first]
    while more := next_repetition(cursor):
        found.append(more)
    return tuple(found)


@production
def host_report(cursor: Cursor) -> bool:
    """The report that another one is part of::

        host_report := (REPORT | SEND) (WORD | PERIODIC | FILL)*

    "báo cáo công tác dân vận" of "lồng ghép trong báo cáo công tác dân vận hằng quý"
    """
    if not cursor.take("REPORT", "SEND"):
        return False
    cursor.skip("WORD", "PERIODIC", "FILL")
    return True


_NESTED = (fold("lồng ghép"), fold("được lồng ghép"))
_BEFORE_HOST = ("WORD", "IN", "FILL", "(", "AND")


class Duty(Struct, frozen=True):
    """Repetitions and what applies to all of them: part of another report, "định kỳ", a report."""

    said: tuple[Said, ...]
    nested: bool
    periodic: bool
    report: bool


@production
def duty(cursor: Cursor, phrase: Phrase) -> Duty | None:
    """Repetitions with the words around them::

        duty := lead host? PERIODIC? (":" | ",")? repetitions PERIODIC?
        host := (host_report | (WORD | IN | FILL | "(" | AND)* host_report?)[of what begins with "lồng ghép"]

    "Báo cáo định kỳ: hằng tháng, quý", "lồng ghép trong báo cáo công tác dân vận hằng quý", "hằng năm"
    """
    begin = lead(cursor)
    nested = False
    if phrase.folded.lstrip(" (").startswith(_NESTED):
        nested = host_report(cursor) or (cursor.skip(*_BEFORE_HOST) and host_report(cursor))
    periodic = cursor.take("PERIODIC") is not None
    cursor.take(":", ",")
    said = repetitions(cursor)
    cursor.take("PERIODIC")
    return Duty(said, nested, periodic, begin.report) if said else None


def _is_clear(found: Duty, *, bracketed: bool) -> bool:
    """Whether each repetition, or the first for all ("hằng tháng, quý, năm"), has its word ("hằng", "định kỳ")."""
    if found.nested or found.periodic or (found.said[0].explicit and not bracketed):
        return True
    return any(item.explicit for item in found.said) and all(item.explicit or item.rec == "H" for item in found.said)


def recurring(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """One or several repetitions without a named day; the due day, if any, is the last of the period::

        recurring := (duty | "(" duty ")") ","? ("theo …")?

    "Hằng quý", "Định kỳ hằng tháng, quý", "Hằng năm, theo kế hoạch của UBND xã"
    """
    cursor = Cursor.of(phrase)
    bracketed = cursor.kind() == "("
    found = cursor.maybe_bracketed(duty, phrase)
    if found is None or not _is_clear(found, bracketed=bracketed):
        return None
    cursor.take(",")
    rest = cursor.peek()
    ref = reference_name(phrase, rest.start if rest else len(phrase.folded))
    return _recurring(phrase, found, ref, context) if ref is not None or cursor.finish() else None


def _recurring(phrase: Phrase, found: Duty, ref: str | None, context: ScheduleContext) -> Schedule:
    said, nested = found.said, found.nested
    recs = sorted({item.rec for item in said}, key=lambda rec: (_ORDER.index(rec[0]), rec))
    plain = Schedule(phrase.text, "recurring", rec="+".join(recs))
    flags = ["no_day"]
    if nested:
        flags.append("nested_in_other_report")
    if ref:
        flags.append("needs_reference")
    in_task_text = len(said) > 1 and "/" not in phrase.text and phrase.text[:1].islower() and not found.report
    if in_task_text and not (nested or ref):
        flags = ["inside_task_text"]
    if nested or ref or len(recs) > 1 or recs[0] not in {"M", "Q", "H", "Y"}:
        return replace(plain, ref=ref, flags=tuple(flags))
    return replace(plain, op="<=", occ=period_ends(recs[0], context), flags=() if recs[0] == "Y" else tuple(flags))
