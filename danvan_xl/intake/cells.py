"""From a cell's XML to its value: number, date, text or truth value. A value that can't be trusted is a doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter, lt

from msgspec import Struct

from danvan_xl.intake.refusal import DoubtError
from danvan_xl.intake.strings import tidy
from danvan_xl.intake.styles import CLOCK, DATE, MOMENT, NUMBER, PLAIN, Style
from danvan_xl.model.book import RawValue

Convert = Callable[[str], RawValue]

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOST_DIGITS = 15  # what Excel keeps of a number
_LAST_SERIAL = 2_958_466  # the day after 31/12/9999
_LEAP_BUG = 60  # 29/02/1900, which never existed
_WIDE = 256  # cells; plans for wider rows are not kept
_MOST_LAYOUTS = 1024
_TYPES = frozenset({"s", "str", "inlineStr", "b", "e", "d"})
_UNKNOWN = ""
_MAC_SHIFT = 1462  # days between the 1904 and 1900 systems


def plain_number(value: float) -> str:
    """A number as a sheet's XML would hold it: without a decimal point if it has no decimals."""
    whole = value.is_integer() and abs(value) < 10**MOST_DIGITS
    return str(int(value)) if whole else repr(value)


def number(raw: str) -> int | float:
    """A number as written in XML. Raises ``DoubtError``: F043 for more than 15 digits, F046 if it is not a number."""
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
    """The moment of a serial number, to the millisecond. Raises ``DoubtError`` F044 if it isn't a day."""
    if mac:
        serial += _MAC_SHIFT
    if not 1 <= serial < _LAST_SERIAL or _LEAP_BUG <= serial < _LEAP_BUG + 1:
        raise DoubtError("F044", serial)
    start = datetime(1899, 12, 30 if serial > _LEAP_BUG else 31)  # noqa: DTZ001 - Excel knows no zones
    return start + timedelta(milliseconds=round(serial * 86_400_000))


class _Known(dict[str, RawValue]):
    """Values by raw text: each distinct text is converted once, and after that looked up at the speed of a dict."""

    def __init__(self, convert: Convert, known: Mapping[str, RawValue] | None = None) -> None:
        super().__init__(known or {})
        self._convert = convert

    def __missing__(self, raw: str) -> RawValue:
        value = self[raw] = self._convert(raw)
        return value


def _date_of(mac: bool, moment: bool) -> Convert:
    def convert(raw: str) -> RawValue:
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


def _error(raw: str) -> RawValue:
    raise DoubtError("F040", raw)


def _iso(raw: str) -> RawValue:
    try:
        return date.fromisoformat(raw) if _ISO_DAY.fullmatch(raw) else datetime.fromisoformat(raw.rstrip("Z"))
    except ValueError as error:
        raise DoubtError("F044", raw) from error


Spread = Callable[[Sequence[RawValue]], tuple[RawValue, ...]]


class Layout(Struct, frozen=True):
    """What rows with the same columns, styles and types have in common, whatever their workbook's texts."""

    kinds: tuple[str, ...]  # per cell: the meaning of its style if it is a number, else its type
    width: int  # the last column
    ascending: bool  # whether each cell is to the right of the previous one
    spread: Spread | None  # from the cells' values followed by a None to the values of all columns from A on
    formats: tuple[tuple[int, str], ...]  # (index of the cell in the row, code) of formatted numbers
    fonts: tuple[tuple[int, str], ...]  # (index of the cell in the row, font) of texts in old fonts
    special: bool  # whether there is anything to note besides the values


class Plan(Struct):
    """How to read one row: a conversion per cell, and its layout."""

    converts: tuple[Convert, ...]
    layout: Layout


Key = tuple[Sequence[int], Sequence[str], Sequence[str]]  # columns, styles and types of a row


class _Layouts(dict[Key, Layout]):
    """The layouts seen so far with one table of styles."""

    def __init__(self, styles: Sequence[Style]) -> None:
        super().__init__()
        self._styles: dict[str, Style] = {str(index): style for index, style in enumerate(styles)}
        self._styles[""] = styles[0] if styles else PLAIN

    def __missing__(self, key: Key) -> Layout:
        if len(self) >= _MOST_LAYOUTS:
            self.clear()
        layout = self._lay_out(*key)
        if layout.width < _WIDE:
            self[key] = layout
        return layout

    def _lay_out(self, columns: Sequence[int], styles: Sequence[str], types: Sequence[str]) -> Layout:
        ascending = all(map(lt, columns, columns[1:]))
        width = columns[-1] if ascending else max(columns)
        met = [self._styles.get(style, PLAIN) for style in styles]
        numeric = [kind in ("", "n") for kind in types]
        kinds = [
            style.meaning if is_number else kind if kind in _TYPES else _UNKNOWN
            for style, kind, is_number in zip(met, types, numeric, strict=True)
        ]
        formats = [
            (index, style.code)
            for index, style in enumerate(met)
            if numeric[index] and style.code != PLAIN.code and _matters(style)
        ]
        fonts = [
            (index, style.legacy_font)
            for index, style in enumerate(met)
            if style.legacy_font and types[index] in ("s", "str", "inlineStr")
        ]
        return Layout(
            tuple(kinds),
            width,
            ascending,
            None if ascending and width == len(columns) else _spread(columns, width),
            tuple(formats),
            tuple(fonts),
            special=bool(formats or fonts or not ascending),
        )


_layouts = lru_cache(maxsize=2)(_Layouts)  # files made from one template share them


def _spread(columns: Sequence[int], width: int) -> Spread:
    if width == 1:  # the same cell repeated: the last one counts here, and is doubtful anyway
        return lambda values: tuple(values[-2:-1])
    last = len(columns)
    places = dict(zip(columns, range(last), strict=True))
    return itemgetter(*[places.get(column, last) for column in range(1, width + 1)])


class _Plans(dict[Key, Plan]):
    """How to read rows with these columns, styles and types, in one workbook. Rows of a form mostly share one plan."""

    def __init__(self, layouts: _Layouts, by_kind: Mapping[str, Convert]) -> None:
        super().__init__()
        self._layouts, self._by_kind = layouts, by_kind

    def __missing__(self, key: Key) -> Plan:
        if len(self) >= _MOST_LAYOUTS:
            self.clear()
        layout = self._layouts[key]
        plan = Plan(tuple([self._by_kind.get(kind, _unknown) for kind in layout.kinds]), layout)
        if layout.width < _WIDE:
            self[key] = plan
        return plan


class Converter:
    """Turns the raw cells of one workbook into values.

    ``strings`` is the table of shared strings, ``styles`` the styles by index, ``mac`` whether days count from 1904.
    ``plans`` says how to read a row.
    """

    def __init__(self, strings: Mapping[str, str | None], styles: Sequence[Style], mac: bool) -> None:
        numbers = _Known(number).__getitem__
        self._shared = _Known(_unknown, strings)
        self._own = _Known(_text)
        own = self._own.__getitem__
        by_kind: dict[str, Convert] = {
            NUMBER: numbers,
            CLOCK: numbers,
            DATE: _Known(_date_of(mac, False)).__getitem__,
            MOMENT: _Known(_date_of(mac, True)).__getitem__,
            "s": self._shared.__getitem__, "str": own, "inlineStr": own, "b": _truth, "e": _error, "d": _iso,
        }  # fmt: skip
        self.plans = _Plans(_layouts(tuple(styles)), by_kind)

    def texts(self) -> list[str]:
        """Every text seen so far in the workbook's cells, shared or inline."""
        return [text for known in (self._shared, self._own) for text in known.values() if type(text) is str]


_USUAL = frozenset({"dd/mm/yyyy", "dd/mm/yyyy hh:mm"})


def _matters(style: Style) -> bool:
    """Whether a form may need the format: that of any number, and of a day that is shown in an unusual way."""
    return style.meaning in (NUMBER, CLOCK) or style.code.lower().replace("\\", "") not in _USUAL


def _unknown(raw: str) -> RawValue:
    raise DoubtError("F046", raw)
