"""Where a deadline phrase is parsed.

:func:`read_schedule` tries the rules in order, and the first that understands the whole phrase wins.

A phrase is folded (``normalise``) and split into tokens by the meaning of its words (``tokens``); a rule reads them
with its productions (``cursor`` says how these are written); ``spans`` and ``occurrences`` work out the days, and
``in_words`` renders the reading as a sentence.

How to extend the grammar:

- A word, such as one more synonym of "chậm nhất": one more spelling in ``tokens.VOCABULARY``, nothing else.
- A way of writing a day, a relation or a repetition: a production, which is a function under ``@production`` with its
  production in the docstring, next to similar ones in ``days``, ``calendar_units``, ``leads``, ``recurrences`` or
  ``reports``. Then name it in the production of which it is an alternative; for stretches of time, that is
  ``expressions.span``.
- A kind of phrase: a rule, which is a function of a phrase and a context that returns a reading, or None if it does not
  understand the phrase to its end (``cursor.finish()``). Then put it into ``RULES``.
- For each of these, add phrases to ``tests/language/data/unseen.jsonl``, and those that must stay unread to
  ``tests/language/test_phrases.py``.

The order of ``RULES`` matters where two of them could read the same words: those that recognise a phrase by its form
come first; citations come before everything that reads days, because the number of a document is not a day; a plain
deadline comes after the rules that require more words than it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from danvan_xl.language.schedules import (
    deadline_phrases,
    events,
    ongoing_work,
    recurrences,
    recurring_days,
    references,
    regime_phrases,
    reports,
)
from danvan_xl.language.schedules.normalise import Phrase, fold, normalise, without_brackets, without_list_mark
from danvan_xl.language.schedules.occurrences import WorkingDay, monday_to_friday
from danvan_xl.language.schedules.patterns import Pattern
from danvan_xl.language.schedules.spans import ImpossibleDateError
from danvan_xl.model.schedule import Schedule, ScheduleContext

Rule = Callable[[Phrase, ScheduleContext], Schedule | None]

RULES: tuple[Rule, ...] = (
    references.inherit,  # "-nt-"
    references.conditional,  # "(nếu có)"
    events.ad_hoc,  # "Báo cáo đột xuất khi có yêu cầu"
    regime_phrases.data_window,  # "Số liệu từ ngày … đến ngày …"
    regime_phrases.nesting,  # "Báo cáo các tháng 9, 12 được lồng ghép vào …"
    references.citation,  # "Kế hoạch số 12/KH-UBND ngày 05/01/2026"
    references.school_year,  # "Năm học 2026 - 2027"
    recurrences.recurring,  # "Hằng quý"
    regime_phrases.report_set,  # "(hằng tháng, quý I, 6 tháng, năm)"
    events.event,  # "Ngay sau khi …"
    references.reference,  # "Theo kế hoạch của …"
    ongoing_work.continuous,  # "Thường xuyên"
    recurring_days.yearly,  # "Trước ngày 15/12 hằng năm"
    recurring_days.every_week,  # "Thứ Sáu hằng tuần"
    reports.report,  # "Gửi trước ngày 14 của tháng"
    deadline_phrases.deadline,  # "Trước ngày 15/8/2026"
    ongoing_work.whole_year,  # "Trong năm"
)
"""The rules in order, after ``events.offset``, which comes first and needs to know the working days."""
_PART_RULES: tuple[Rule, ...] = (
    recurring_days.yearly,
    reports.report,
    deadline_phrases.deadline,
    regime_phrases.data_window,
)
"""The rules for one piece of a phrase in several pieces."""

_EMPTY = Pattern(r"[\s\-_.…/\\*]*")
_INCOMPLETE = Pattern(
    r"(?:hoàn thành |xong |thực hiện )*(?:trong|cuối|đầu|giữa|vào|đến|hết|trước|cả)?(?: cả| suốt)? ?"
    r"(?:đầu |giữa |cuối )?"
    r"(?:ngày|tuần|tháng|quý|kỳ)(?: này| sau| tới| trước| kế tiếp| tiếp theo| báo cáo)?\.?"
)
_PIECES = Pattern(
    r"\s*;\s*|\.\s+(?=số liệu|mốc số liệu)"
    r"|(?:\s*,\s*|\s+và\s+)(?=(?:đợt|lần|kỳ|bước|giai đoạn) (?:\d|i{1,3}|một|hai|ba)(?!\w))"
)
_LABEL = Pattern(r"(?P<label>[^:]{1,80}?)\s*:\s+")
_NUMBERED = Pattern(r"(?:đợt|lần|kỳ|bước|giai đoạn) (?:thứ )?(?:\d|i{1,3}|một|hai|ba|nhất)(?!\w)[,: ]*")


def read_schedule(phrase: str, context: ScheduleContext, *, is_working_day: WorkingDay = monday_to_friday) -> Schedule:
    """The exact reading of a deadline phrase as a plan writes it; ``unparsed`` if it is not fully understood.

    ``phrase`` is the text of the roadmap cell (any string); ``context`` gives the plan's year, its first and last day
    and the day it was issued. ``is_working_day`` counts "ngày làm việc". No day is ever moved for a weekend, and
    nothing is guessed: a leftover word makes the phrase ``unparsed``.
    """
    known = normalise(phrase)
    if phrase.strip() in {'"', "''", "//"}:
        return Schedule(phrase, "inherit")
    if _EMPTY.fullmatch(known.folded):
        return Schedule(phrase, "empty")
    forms = [known, without_list_mark(known), without_brackets(known)]
    candidates = list(dict.fromkeys(form for form in forms if form is not None))
    try:
        found = (_read(candidate, context, is_working_day) for candidate in candidates)
        reading = next((item for item in found if item is not None), None)
    except ImpossibleDateError as error:
        return Schedule(phrase, "unparsed", flags=(error.flag,))
    if reading is None:
        incomplete = any(_INCOMPLETE.fullmatch(candidate.folded.strip()) for candidate in candidates)
        return Schedule(phrase, "unparsed", flags=("incomplete",) if incomplete else ())
    return replace(reading, phrase=phrase)


def _read(phrase: Phrase, context: ScheduleContext, is_working_day: WorkingDay) -> Schedule | None:
    rules: tuple[Rule, ...] = (partial(events.offset, is_working_day=is_working_day), *RULES)
    return _first(phrase, context, rules) or _pieces(phrase, context)


def _first(phrase: Phrase, context: ScheduleContext, rules: tuple[Rule, ...]) -> Schedule | None:
    for rule in rules:
        reading = rule(phrase, context)
        if reading is not None:
            return reading
    return None


def _split(phrase: Phrase) -> list[Phrase]:
    """The sentences of a phrase, its numbered instalments, and its parts between semicolons."""
    found, begin = [], 0
    for sign in [*_PIECES.finditer(phrase.folded), None]:
        end = sign.start() if sign else len(phrase.folded)
        if phrase.folded[begin:end].strip():
            found.append(Phrase(phrase.text[begin:end], phrase.folded[begin:end]))
        begin = sign.end() if sign else end
    return found


def _labelled(piece: Phrase, context: ScheduleContext) -> tuple[str | None, Schedule] | None:
    """One of several pieces: its label ("Đợt 1", "xây dựng kế hoạch:") and its deadline."""
    numbered = _NUMBERED.match(piece.folded.lstrip())
    label = _LABEL.match(piece.folded)
    cut = len(piece.folded) - len(piece.folded.lstrip()) + numbered.end() if numbered else label.end() if label else 0
    if label and not re.search(r"\d", piece.folded[label.end() :]):
        named = Phrase(piece.text[: label.end("label")], piece.folded[: label.end("label")])
        reading = _first(named, context, _PART_RULES)
        if reading is not None:
            return piece.slice(label.end(), len(piece.text)), reading
    for start in dict.fromkeys((cut, 0)):
        rest = Phrase(piece.text[start:], piece.folded[start:])
        reading = _first(rest, context, _PART_RULES)
        if reading is not None:
            return (piece.slice(0, start) or None) if start else None, reading
    return None


def _pieces(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Several sentences: a report with its data window, or one duty in parts, each with its own days."""
    readings = [_labelled(piece, context) for piece in _split(phrase)]
    known = [item for item in readings if item is not None]
    if not known or len(known) != len(readings):
        return None
    first = known[0][1]
    if len(known) == 1:
        return first if known[0][0] and _is_time_label(known[0][0]) else None
    kinds = [reading.kind for _, reading in known]
    if kinds == ["report", "data_window"]:
        return replace(first, data=known[1][1].data, flags=(*first.flags, *known[1][1].flags))
    if any(reading.kind not in {"by", "window", "report"} or len(reading.occ) > 1 for _, reading in known):
        return None
    parts: tuple[dict[str, Any], ...] = tuple(deadline_phrases.part_of(reading, label) for label, reading in known)
    flags = dict.fromkeys(flag for _, reading in known for flag in reading.flags)
    ops = {reading.op for _, reading in known}
    return Schedule(phrase.text, "multi", op=ops.pop() if len(ops) == 1 else None, parts=parts, flags=tuple(flags))


def _is_time_label(label: str) -> bool:
    """Whether a label names the report, not another duty: "Báo cáo quý:", "Báo cáo 6 tháng:"."""
    return fold(label).startswith(fold("báo cáo"))
