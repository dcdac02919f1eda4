"""What people type for numbers, days and document numbers, and what it means.

A reading is exact or it is a fault: an ambiguous value is queried, never repaired (domain notes, norms 7: decimal
comma, thousands point, dd/mm/yyyy).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from danvan_xl.language.formatted_numbers import general
from danvan_xl.language.numberformats import is_clock, is_percent, numbers_in, says_whole_day, shown, shows_day
from danvan_xl.language.text import key
from danvan_xl.model.book import RawValue


class Reading(Struct, frozen=True):
    """``value`` (None if it can't be determined), and a ``repair`` code (``N…``) or a ``fault`` code (``V…``), if any.

    ``remark``: a code for a value that is kept but that a person should check.
    """

    value: float | int | date | str | None
    repair: str | None = None
    fault: str | None = None
    args: dict[str, object] = field(default_factory=dict)
    remark: str | None = None


# ---- numbers -------------------------------------------------------------------------------------------------

_APPROXIMATE = re.compile(r"^(khoảng|gần|hơn|trên|dưới|ước|ước đạt|xấp xỉ|tầm|độ|~|≈|>|<|≥|≤)\s*\d", re.IGNORECASE)
_PLAIN = re.compile(r"^[+-]?\d+$")
_DECIMAL_COMMA = re.compile(r"^[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+$")
_DECIMAL_POINT = re.compile(r"^[+-]?\d+\.\d+$")
_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$")
_COMMA_GROUPS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3})+$")
_COMMA_ZEROS = re.compile(r"^[+-]?[1-9]\d{0,2},000$")
"""Decimals that nobody writes: more likely thousands in the English way."""
_SPACED = re.compile(r"^[+-]?[1-9]\d{0,2}( \d{3})+$")


def _number_in(text: str) -> tuple[float | None, bool]:
    """The number in a text in Vietnamese or plain notation, and whether it is ambiguous."""
    if _PLAIN.match(text):
        return int(text), False
    if _SPACED.match(text):
        return int(text.replace(" ", "")), False
    if _DECIMAL_COMMA.match(text):
        return float(text.replace(".", "").replace(",", ".")), False
    if _THOUSANDS.match(text):
        return int(text.replace(".", "")), True
    if _COMMA_GROUPS.match(text):  # 12,000,000
        return int(text.replace(",", "")), False
    if _DECIMAL_POINT.match(text):
        return float(text), False
    return None, False


def _narrow(value: float) -> float | int:
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Measure(StrEnum):
    """What the numbers of a column are: shares up to 100 %, percents that may be more, a count, or anything."""

    SHARE = "share"
    PERCENT = "percent"
    COUNT = "count"
    ANY = "any"


_PERCENTS = (Measure.SHARE, Measure.PERCENT)
_IMPLAUSIBLE = 10
"""From 1000 % on, a cell with a percent sign was given that sign after the number was typed: 95 shown as 9500 %."""


def _shown_as_percent(value: float, measure: Measure, seen: str) -> Reading:
    """A number in a cell that shows it times 100, with a percent sign."""
    if measure is Measure.COUNT:
        return Reading(None, fault="V032", args={"shown": seen})
    if value >= _IMPLAUSIBLE:
        return Reading(_narrow(value), repair="N010", args={"shown": seen})
    if measure is Measure.SHARE and value > 1:
        return _one_or_hundredfold(value)
    read = _narrow(round(value * 100, 10))
    return Reading(read, repair="N010", args={"shown": seen}) if measure is Measure.ANY else Reading(read)


def _one_or_hundredfold(value: float) -> Reading:
    return Reading(None, fault="V006", args={"one": _plainly(value), "two": _plainly(round(value * 100, 10))})


def _plainly(value: float) -> str:
    return general(_narrow(value))


def _stored_number(value: float, measure: Measure, integer: bool, number_format: str | None) -> Reading:
    if number_format is not None:
        percent = is_percent(number_format)
        if is_clock(number_format) or (percent and integer):  # 8:30 or 50 % where a count is asked for
            return Reading(None, fault="V002")
        if percent:
            return _shown_as_percent(value, measure, shown(value, number_format) or general(value))
    if measure in _PERCENTS and 0 < value <= 1:
        return _one_or_hundredfold(value)
    if integer and not float(value).is_integer():
        return Reading(None, fault="V004")
    return Reading(_narrow(value))


def read_number(
    raw: RawValue, *, measure: Measure = Measure.ANY, integer: bool = False, number_format: str | None = None
) -> Reading:
    """A number as typed or stored. Percents are given as 0-100; ``number_format``: the cell's, if known."""
    if isinstance(raw, bool | date):
        return Reading(None, fault="V002")
    if isinstance(raw, (int, float)):
        return _stored_number(raw, measure, integer, number_format)
    if raw is None:
        return Reading(None)
    text = raw.strip()
    sign = text.endswith("%")
    body = text[:-1].rstrip() if sign else text
    if sign and integer:
        return Reading(None, fault="V002")
    value, two_ways = _number_in(body)
    if value is None:
        return Reading(None, fault="V005" if _APPROXIMATE.match(text) else "V002")
    if two_ways:
        if not integer:
            return Reading(None, fault="V006", args={"one": _plainly(value), "two": body.replace(".", ",", 1)})
        return Reading(value, repair="N007")
    if body.count(",") > 1:
        return Reading(value, repair="N014")
    if (_COMMA_GROUPS if integer else _COMMA_ZEROS).match(body):
        return Reading(None, fault="V006", args={"one": _plainly(value), "two": body.replace(",", "")})
    if integer and not float(value).is_integer():
        return Reading(None, fault="V004")
    if sign and measure is Measure.COUNT:
        return Reading(None, fault="V032", args={"shown": text})
    if measure in _PERCENTS and not sign and 0 < value <= 1:
        return _one_or_hundredfold(value)
    return Reading(_narrow(value), repair="N003")


# ---- days ----------------------------------------------------------------------------------------------------

_NUMERIC = re.compile(r"^(?:ngày\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$", re.IGNORECASE)
_WORDS = re.compile(r"^(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})$", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?$")
_EPOCH = date(1899, 12, 30)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shows_no_day(value: date, number_format: str | None) -> bool:
    """Whether a day's format shows only month and year: ``6/2026`` typed, 01/06/2026 stored."""
    text = shown(value, number_format) if number_format else None
    if not text or not number_format or shows_day(number_format) or says_whole_day(text, value):
        return False
    numbers = set(numbers_in(text))
    return not numbers or bool(numbers & {value.year, value.year % 100})


def _stored_day(value: date, number_format: str | None) -> Reading:
    serial = (value - _EPOCH).days
    if 1990 <= serial <= 2100:  # only the year was typed, into a cell formatted as a date
        return Reading(None, fault="V025", args={"year": serial})
    if value.day == 1 and _shows_no_day(value, number_format):
        return Reading(value, remark="V024", args={"shown": f"{value:%m/%Y}"})
    return Reading(value)


def read_day(raw: RawValue, *, earliest: date, latest: date, number_format: str | None = None) -> Reading:
    """A day, always dd/mm/yyyy. A bare serial number is taken only inside ``earliest``..``latest``."""
    if isinstance(raw, date):
        return _stored_day(raw.date() if isinstance(raw, datetime) else raw, number_format)
    if isinstance(raw, bool):
        return Reading(None, fault="V003")
    if isinstance(raw, (int, float)):
        if 1990 <= raw <= 2100:
            return Reading(None, fault="V025", args={"year": int(raw)})
        serial = _EPOCH + timedelta(days=int(raw)) if 0 < raw < 2_958_466 else None
        if serial is not None and earliest <= serial <= latest:
            return Reading(serial, repair="N006")
        return Reading(None, fault="V003")
    if raw is None:
        return Reading(None)
    text = raw.strip()
    iso = _ISO.match(text)
    match = _NUMERIC.match(text) or _WORDS.match(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif match:
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
    else:
        return Reading(None, fault="V003")
    value = _day(year, month, day)
    if value is not None:
        return Reading(value, repair="N004")
    swapped = _day(year, day, month)
    hint = f"{swapped:%d/%m/%Y}" if swapped else ""
    return Reading(None, fault="V009" if swapped else "V008", args={"swapped": hint})


def swap_day_and_month(value: date) -> date | None:
    """The day that was meant if the machine's regional settings swapped it; None if there is no such day."""
    if value.day > 12 or value.day == value.month:
        return None
    return date(value.year, value.day, value.month)


# ---- document numbers ----------------------------------------------------------------------------------------

_KIND = (
    r"(?:[A-ZĐ]{2,}|TTr|CTr|QyĐ)"  # Nghị định 30/2020/NĐ-CP, Phụ lục III: three abbreviations have lower-case letters
)
_STATE_NUMBER = rf"\d{{1,5}}[a-zđ]?\s?/\s?(?:\d{{4}}\s?/\s?)?{_KIND}(?:\s?-\s?[A-ZĐa-zđ&.]+\d*)*"
_PARTY_NUMBER = rf"\d{{1,5}}[a-z]?\s?-\s?{_KIND}\s?/\s?[A-ZĐ][A-ZĐa-zđ.]+(?:\s?-\s?[A-ZĐ]+)*"
_DOCUMENT = re.compile(f"(?<![\\w/])(?:{_STATE_NUMBER}|{_PARTY_NUMBER})(?![\\w/])")
_SPLIT = re.compile(r"\s*[;\n]\s*|,\s+(?=(?:số\s+)?\d)")


def read_document_number(raw: str | None) -> Reading:
    """One or more document numbers with their symbols (NĐ 30/2020, Phụ lục I): each part must contain one."""
    if raw is None:
        return Reading(None)
    parts = [part for part in _SPLIT.split(raw.strip()) if part]
    if not parts or any(not _DOCUMENT.search(part) for part in parts):
        return Reading(raw, fault="V030")
    return Reading(raw)


# ---- yes, as people tick it ----------------------------------------------------------------------------------

_YES = frozenset({"x", "✓", "✔", "v", "có", "đúng", "1", "yes", "không phát sinh", "kps"})


_NO = frozenset({"", "-", "0", "không", "ko", "k", "no", "không có dấu"})


def is_unclear_tick(raw: RawValue) -> bool:
    """Whether a cell for "Đánh dấu X" contains something that is neither yes nor no."""
    return not isinstance(raw, bool) and raw is not None and not is_tick(raw) and key(str(raw)) not in _NO


def is_tick(raw: RawValue) -> bool:
    """Whether a cell for "Đánh dấu X" was ticked."""
    if isinstance(raw, bool):
        return raw
    return raw is not None and key(str(raw)) in _YES
