"""A reading in one sentence for the person who has to trust it, with every weekday and every doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from danvan_xl.model.schedule import Schedule
from danvan_xl.wording import Lang, text

_AREA = "schedules"


def _day(day: date, lang: Lang) -> str:
    weekday = text(_AREA, "weekdays", lang).split("|")[day.weekday()]
    return text(_AREA, "day", lang, weekday=weekday, date=f"{day:%d/%m/%Y}")


def _rec(rec: str, lang: Lang) -> str:
    if rec.startswith("milestone"):
        return text(_AREA, "rec_milestones", lang)
    if rec.endswith("period"):
        return text(_AREA, "rec_period", lang)
    words = []
    for item in rec.split("+"):
        letter, _, count = item.partition(" x")
        word = text(_AREA, f"rec_{letter}", lang)
        words.append(text(_AREA, "rec_times", lang, count=count, rec=word) if count else word)
    return ", ".join(words)


def _offset(offset: str, lang: Lang) -> str:
    if offset == "immediately":
        return text(_AREA, "offset_now", lang)
    count = offset.strip("+dwmy")
    return text(_AREA, f"offset_{offset[1 + len(count) :]}", lang, count=count)


# values of a reading that have their own wording; everything else is quoted from the phrase
_WORDS = frozenset(
    {
        "plan issued",
        "document received",
        "document from above",
        "request",
        "instruction from above",
        "instruction",
        "plan",
        "project schedule",
        "report date",
        "first day of quarter",
        "last day of quarter",
        "last day of month",
        "thematic",
        "ad_hoc",
        "M",
        "W",
        "Q",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "H1",
        "9M",
        "Y",
    }
)


def _word(value: str, lang: Lang) -> str:
    """A value of the readings in the user's words."""
    if value in _WORDS:
        return text(_AREA, "word_" + value.replace(" ", "_"), lang)
    if value.endswith(" document issued"):
        return text(_AREA, "word_document_issued", lang, who=value.removesuffix(" document issued"))
    if value.startswith("plan of "):
        return text(_AREA, "word_plan_of", lang, who=value.removeprefix("plan of "))
    if value.startswith("report date (<= "):
        limit = date.fromisoformat(value[16:-1])
        return text(_AREA, "word_report_date_at_most", lang, who=f"{limit:%d/%m/%Y}")
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def _part(part: str | Mapping[str, Any], lang: Lang) -> str:
    if isinstance(part, str):
        return _word(part, lang)
    named = part.get("label") or (f"{part['month']} → {_word(part['into'], lang)}" if "into" in part else "")
    days = " – ".join(_day(part[name], lang) for name in ("start", "due") if isinstance(part.get(name), date))
    return f"{named}: {days}" if named else days


def _pieces(reading: Schedule, lang: Lang) -> Iterator[str]:
    yield text(_AREA, reading.kind, lang)
    for name, day in (("start", reading.start), ("due", reading.due)):
        if day:
            yield text(_AREA, name, lang, day=_day(day, lang))
    if isinstance(reading.lenient, date):
        yield text(_AREA, "lenient", lang, day=_day(reading.lenient, lang))
    elif reading.lenient:
        yield text(_AREA, "lenient_text", lang, number=reading.lenient.split()[0])
    if reading.time:
        yield text(_AREA, "time", lang, time=reading.time)
    if reading.rec:
        yield text(_AREA, "rec", lang, rec=_rec(reading.rec, lang))
    if reading.occ:
        yield text(_AREA, "occ", lang, days=" · ".join(_day(day, lang) for day in reading.occ))
    if trigger := reading.event.get("trigger"):
        yield text(_AREA, "trigger", lang, trigger=_word(trigger, lang))
    if offset := reading.event.get("offset"):
        yield text(_AREA, "offset", lang, offset=_offset(offset, lang))
    if reading.ref:
        yield text(_AREA, "ref", lang, ref=_word(reading.ref, lang))
    if reading.data:
        yield text(_AREA, "data", lang, data=" – ".join(_word(value, lang) for value in reading.data.values()))
    if reading.parts:
        yield text(_AREA, "parts", lang, parts=", ".join(_part(part, lang) for part in reading.parts))


def _doubts(reading: Schedule, lang: Lang) -> Iterator[str]:
    for flag in reading.flags:
        if flag.startswith("impossible_month_"):
            yield text(_AREA, "flag_impossible_month", lang, month=flag.rpartition("_")[2])
        else:
            yield text(_AREA, f"flag_{flag}", lang)
    for note in reading.notes:
        yield text(_AREA, f"note_{note}", lang)


def explain(schedule: Schedule, lang: Lang = "vi") -> str:
    """How ``schedule`` was read, in one sentence of ``lang``: days with weekdays, then what is in doubt."""
    return "; ".join((*_pieces(schedule, lang), *_doubts(schedule, lang))) + "."
