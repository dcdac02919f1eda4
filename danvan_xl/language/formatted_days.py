"""Days, times of day and durations as a number format shows them, with the names that Windows has for vi-VN."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

TIME_KINDS = frozenset({"time", "span", "half"})
_DAY = 86_400
_MINUTES = "n"
"""Of ``m``: minutes, after hours or before seconds."""


class DayPiece(Struct, frozen=True):
    """A piece of a section.

    ``kind``: ``time`` (``yyyy``, ``mm``, ``d``, ``h``, ``ss.0`` …), ``span`` (``h`` of ``[h]``), ``half`` (``AM/PM``),
    or words.
    """

    kind: str
    text: str


class _Names(Struct, frozen=True):
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    halves: tuple[str, str]


_VIETNAMESE = _Names(
    tuple(f"Tháng {name}" for name in (
        "Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai",
    )),
    tuple(f"Thg{number}" for number in range(1, 13)),
    ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "CN"),
    ("SA", "CH"),
)  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH = _Names(_MONTHS, tuple(name[:3] for name in _MONTHS), _DAYS, tuple(name[:3] for name in _DAYS), ("AM", "PM"))


class _Instant(Struct, frozen=True):
    """What is to be shown: a day, if there is one, and seconds since its beginning."""

    day: datetime | None
    seconds: float
    names: _Names
    halves: bool

    @property
    def hour(self) -> int:
        hour = int(self.seconds // 3600) % 24
        return (hour % 12 or 12) if self.halves else hour


def _of_day(form: str, instant: _Instant) -> str | None:
    day, names = instant.day, instant.names
    if day is None:
        return None
    if form[0] == "y":
        return f"{day.year:04d}" if len(form) > 2 else f"{day.year % 100:02d}"
    if form[0] == "m":
        named: Mapping[int, str] = {3: names.short_months[day.month - 1], 5: names.months[day.month - 1][0]}
        return _digits(day.month, form) if len(form) < 3 else named.get(len(form), names.months[day.month - 1])
    weekday = day.weekday()
    if len(form) > 2:
        return names.short_days[weekday] if len(form) == 3 else names.days[weekday]
    return _digits(day.day, form)


def _digits(number: int, form: str) -> str:
    return f"{number:02d}" if len(form) > 1 else str(number)


def _seconds(form: str, instant: _Instant) -> str:
    whole, _, decimals = form.partition(".")
    places = len(decimals)
    fraction = f"{instant.seconds % 1:.{places}f}"[2:] if places else ""
    return _digits(int(instant.seconds) % 60, whole) + (f",{fraction}" if places else "")


_OF_TIME: Mapping[str, Callable[[str, _Instant], str | None]] = {
    "y": _of_day,
    "m": _of_day,
    "d": _of_day,
    "h": lambda form, instant: _digits(instant.hour, form),
    _MINUTES: lambda form, instant: _digits(int(instant.seconds // 60) % 60, form),
    "s": _seconds,
}
_SPANS = {"h": 3600, "m": 60, "s": 1}


def show_moment(moment: datetime, pieces: Sequence[DayPiece], *, english: bool) -> str | None:
    """A day, with its time of day if the section has one."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return _show(moment, seconds, pieces, english=english)


def show_span(days: float, pieces: Sequence[DayPiece], *, english: bool) -> str | None:
    """A time of day or a duration, given in days; None for one before zero, which no cell shows."""
    return _show(None, round(days * _DAY, 3), pieces, english=english) if days >= 0 else None


def _show(day: datetime | None, seconds: float, pieces: Sequence[DayPiece], *, english: bool) -> str | None:
    pieces = _with_minutes(pieces)
    if not any("." in piece.text for piece in pieces if piece.kind == "time"):
        seconds = float(round(seconds))
    halves = any(piece.kind == "half" for piece in pieces)
    instant = _Instant(day, seconds, _ENGLISH if english else _VIETNAMESE, halves)
    words: list[str] = []
    for piece in pieces:
        found = _piece(piece, instant)
        if found is None:
            return None
        words.append(found)
    return "".join(words)


def _piece(piece: DayPiece, instant: _Instant) -> str | None:
    if piece.kind == "time":
        return _OF_TIME[piece.text[0]](piece.text, instant)
    if piece.kind == "span":
        return str(int(instant.seconds // _SPANS[piece.text[0]])).rjust(len(piece.text), "0")
    if piece.kind == "half":
        half = instant.names.halves[int(instant.seconds // 3600) % 24 >= 12]
        return half if len(piece.text) > 3 else half[0]
    return piece.text


def _with_minutes(pieces: Sequence[DayPiece]) -> list[DayPiece]:
    """The pieces, with ``m`` for minutes told from ``m`` for months."""
    times = [place for place, piece in enumerate(pieces) if piece.kind in ("time", "span")]
    marked = list(pieces)
    for at, place in enumerate(times):
        piece = pieces[place]
        if piece.kind != "time" or piece.text[0] != "m" or len(piece.text) > 2:
            continue
        before = pieces[times[at - 1]].text[0] if at else ""
        after = pieces[times[at + 1]] if at + 1 < len(times) else None
        if before == "h" or (after is not None and after.text[0] == "s"):
            marked[place] = DayPiece("time", _MINUTES * len(piece.text))
    return marked
