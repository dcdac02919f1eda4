"""From what a cell's XML says to a value: numbers, dates, texts, truth values; what can't be trusted is a
doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from danvan_xl.excel.intake.refusal import DoubtError
from danvan_xl.excel.intake.strings import tidy
from danvan_xl.excel.intake.styles import CLOCK, DATE, MOMENT, NUMBER, PLAIN, Style
from danvan_xl.model.book import Value

Convert = Callable[[str], Value]

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOST_DIGITS = 15  # what Excel keeps of a number
_LAST_SERIAL = 2_958_466  # the day after 31/12/9999
_LEAP_BUG = 60  # 29/02/1900, which never was
_MAC_SHIFT = 1462  # days between the systems of 1904 and 1900


def plain_number(value: float) -> str:
    """A number as a sheet's XML would write it: without a decimal point where it has no decimals."""
    whole = value.is_integer() and abs(value) < 10**MOST_DIGITS
    return str(int(value)) if whole else repr(value)


def number(raw: str) -> int | float:
    """A number as written in XML. Raises ``DoubtError``: F043 beyond 15 digits, F046 no number."""
    if raw.isascii() and raw.isdigit() and len(raw) <= MOST_DIGITS:
        return int(raw)
    text = raw.strip(" \t\n")
    if not _DECIMAL.fullmatch(text):
        raise DoubtError("F046", raw)
    value = float(text)
    if abs(value) >= 10**MOST_DIGITS:
        raise DoubtError("F043", text)
    return int(value) if value.is_integer() and not {".", "e", "E"} & set(text) else value


def day_of(serial: float, mac: bool) -> datetime:
    """The moment of a serial number, to the millisecond. Raises ``DoubtError`` F044 for one that isn't a
    day.
    """
    if mac:
        serial += _MAC_SHIFT
    if not 1 <= serial < _LAST_SERIAL or _LEAP_BUG <= serial < _LEAP_BUG + 1:
        raise DoubtError("F044", serial)
    start = datetime(1899, 12, 30 if serial > _LEAP_BUG else 31)  # noqa: DTZ001 - Excel knows no zones
    return start + timedelta(milliseconds=round(serial * 86_400_000))


class _Known(dict[str, Value]):
    """Values by raw text: each distinct text is converted once, and looked up at the speed of a dict after
    that.
    """

    def __init__(self, convert: Convert, known: Mapping[str, Value] | None = None) -> None:
        super().__init__(known or {})
        self._convert = convert

    def __missing__(self, raw: str) -> Value:
        value = self[raw] = self._convert(raw)
        return value


def _date_of(mac: bool, moment: bool) -> Convert:
    def convert(raw: str) -> Value:
        value = day_of(number(raw), mac)
        whole = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date() if whole and not moment else value

    return convert


def _truth(raw: str) -> bool:
    if raw in ("1", "true"):
        return True
    if raw in ("0", "false"):
        return False
    raise DoubtError("F046", raw)


def _text(raw: str) -> str | None:
    if not raw:
        return None
    return tidy(raw) if "_x" in raw or not unicodedata.is_normalized("NFC", raw) else raw


def _error(raw: str) -> Value:
    raise DoubtError("F040", raw)


def _iso(raw: str) -> Value:
    try:
        return date.fromisoformat(raw) if _ISO_DAY.fullmatch(raw) else datetime.fromisoformat(raw.rstrip("Z"))
    except ValueError as error:
        raise DoubtError("F044", raw) from error


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read one row: a conversion per cell, and which of them need their format or font told."""

    converts: tuple[Convert, ...]
    formats: tuple[tuple[int, str], ...]  # (index of the cell in the row, code) of formatted numbers
    fonts: tuple[tuple[int, str], ...]  # (index of the cell in the row, font) of texts in old fonts


class Converter:
    """Turns the raw cells of one workbook into values.

    ``strings`` is the table of shared strings, ``styles`` the styles by index, ``mac`` whether days count
    from 1904.
    """

    def __init__(self, strings: Mapping[str, str | None], styles: Sequence[Style], mac: bool) -> None:
        self._styles: dict[str, Style] = {str(index): style for index, style in enumerate(styles)}
        self._styles[""] = styles[0] if styles else PLAIN
        numbers = _Known(number).__getitem__
        self._by_meaning: dict[str, Convert] = {
            NUMBER: numbers,
            CLOCK: numbers,
            DATE: _Known(_date_of(mac, False)).__getitem__,
            MOMENT: _Known(_date_of(mac, True)).__getitem__,
        }
        self._shared = _Known(_unknown, strings)
        self._own = _Known(_text)
        own = self._own.__getitem__
        self._by_type: dict[str, Convert] = {
            "s": self._shared.__getitem__, "str": own, "inlineStr": own, "b": _truth, "e": _error, "d": _iso,
        }  # fmt: skip
        self._plans: dict[tuple[Sequence[str], Sequence[str]], Plan] = {}

    def texts(self) -> list[str]:
        """Every text of the workbook's cells that was met so far, shared or in the cell itself."""
        return [text for known in (self._shared, self._own) for text in known.values() if type(text) is str]

    def plan(self, styles: Sequence[str], types: Sequence[str]) -> Plan:
        """How to read a row with these styles and types. Rows of a form mostly share one plan."""
        key = (styles, types)
        known = self._plans.get(key)
        if known is None:
            known = self._plans[key] = self._plan(styles, types)
        return known

    def _plan(self, styles: Sequence[str], types: Sequence[str]) -> Plan:
        met = [self._styles.get(style, PLAIN) for style in styles]
        numeric = [kind in ("", "n") for kind in types]
        return Plan(
            tuple(
                self._by_meaning[style.meaning] if is_number else self._by_type.get(kind, _unknown)
                for style, kind, is_number in zip(met, types, numeric, strict=True)
            ),
            tuple(
                (index, style.code)
                for index, style in enumerate(met)
                if numeric[index] and style.code != PLAIN.code and _matters(style)
            ),
            tuple(
                (index, style.legacy_font)
                for index, style in enumerate(met)
                if style.legacy_font and types[index] in ("s", "str", "inlineStr")
            ),
        )


def _matters(style: Style) -> bool:
    """Whether a form may need the format: of every number, and of a day that is shown as a month alone."""
    return style.meaning in (NUMBER, CLOCK) or "d" not in style.code.lower()


def _unknown(raw: str) -> Value:
    raise DoubtError("F046", raw)
