"""What somebody saw in a cell for words where the spreadsheet made a number or a day of it.

The text is the one that was shown. Where it can't be known what was typed, that is asked.
"""

from __future__ import annotations

from datetime import date, datetime

from danvan_xl.language.cellvalues import Reading
from danvan_xl.language.formatted_numbers import general
from danvan_xl.language.numberformats import is_scientific, numbers_in, says_whole_day, shown

Stored = int | float | date
"""What a spreadsheet makes of words."""

AS_SHOWN, A_DAY, A_POWER = "N013", "V031", "V033"


def stored(raw: Stored) -> str:
    """The value itself, whatever its cell shows; a time of day stays with its day."""
    if not isinstance(raw, date):
        return general(raw)
    timed = isinstance(raw, datetime) and bool(raw.hour or raw.minute or raw.second)
    return f"{raw:%d/%m/%Y %H:%M}" if timed else f"{raw:%d/%m/%Y}"


def read_words(raw: Stored, number_format: str | None) -> Reading:
    """The text that a cell shows. ``number_format``: the cell's code, where that is not the usual one."""
    plain = stored(raw)
    text = shown(raw, number_format) if number_format else plain
    if text is None:  # nothing is shown, but something is there
        return Reading(plain)
    if isinstance(raw, date) and not says_whole_day(text, raw):
        return Reading(text, remark=A_DAY, args={"shown": text, "typed": _perhaps_typed(text, raw)})
    if text == plain:
        return Reading(text)
    if number_format and not isinstance(raw, date) and is_scientific(number_format):
        return Reading(text, remark=A_POWER, args={"shown": text})
    return Reading(text, repair=AS_SHOWN, args={"became": text})


def _perhaps_typed(text: str, day: date) -> str:
    """What makes Excel store such a day: ``5/6``, or ``6/2026`` where the year is shown."""
    only_month = day.day == 1 and not {day.year, day.year % 100}.isdisjoint(numbers_in(text))
    return f"{day.month}/{day.year}" if only_month else f"{day.day}/{day.month}"
