"""What a spreadsheet shows for a number or a day in a cell with a number format, on a computer set to Vietnamese.

Excel makes numbers and days of words: ``50 %`` is stored as 0,5, ``5/6`` as a day of this year, ``8:30`` as 0,354. What
the person saw stands in the cell's format. Source: ECMA-376 part 1, 18.8.31; the words are those of Windows' vi-VN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from msgspec import Struct

from danvan_xl.language.formatted_days import TIME_KINDS, DayPiece, show_moment, show_span
from danvan_xl.language.formatted_numbers import NumberPiece, show_fraction, show_number, show_scientific

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general)|(?P<half>am/pm|a/p)|(?P<power>e[+-])|(?P<time>y+|m+|d+|h+|s+(?:\.0+)?)"
    r"|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<other>[\s\S])",
    re.IGNORECASE,
)
_SPAN = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*([+-]?\d+(?:\.\d+)?)")
_MONEY = re.compile(r"\$([^-]*)(?:-([0-9a-f]+|x-[a-z]+)(?:,.*)?)?", re.IGNORECASE)
_ENGLISH = 0x09
_SYSTEM = {"f800": "dd mmmm yyyy", "f400": "h:mm:ss AM/PM", "x-sysdate": "dd mmmm yyyy", "x-systime": "h:mm:ss AM/PM"}
_BLANKS = re.compile(r"\s+")
_TESTS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
LONGEST = 255
"""Letters; Excel allows no longer code."""


class Section(Struct, frozen=True):
    """One of the parts between semicolons: its pieces in order, and the numbers for which it is meant.

    ``english``: names of days and months are English ones, whatever the computer's language.
    """

    pieces: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None
    english: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it shows days or times."""
        return any(kind in TIME_KINDS for kind, _ in self.pieces)

    def has(self, kind: str, text: str = "") -> bool:
        """Whether it has such a piece."""
        return any(found == kind and (not text or words == text) for found, words in self.pieces)


# ---- a code → its sections ------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a format code, at most four."""
    parts: list[list[re.Match[str]]] = [[]]
    for match in _PIECE.finditer(code[:LONGEST]):
        if match["other"] == ";":
            parts.append([])
        else:
            parts[-1].append(match)
    return tuple(_section(part) for part in parts[:4])


def _section(matches: list[re.Match[str]]) -> Section:
    pieces: list[tuple[str, str]] = []
    condition, english = None, False
    for match in matches:
        kind = match.lastgroup or "other"
        if kind != "bracket":
            pieces += _plain_piece(kind, match[kind])
            continue
        inside = match["bracket"]
        if _SPAN.fullmatch(inside):
            pieces.append(("span", inside.lower()))
        elif found := _CONDITION.fullmatch(inside.strip()):
            condition = (found[1], float(found[2]))
        elif money := _MONEY.fullmatch(inside):
            symbol, language = money[1], (money[2] or "").lower()
            if language in _SYSTEM:  # whatever else the code says, the computer's own long form is shown
                return Section(sections(_SYSTEM[language])[0].pieces)
            english |= language.isalnum() and not language.startswith("x") and int(language, 16) & 0x3FF == _ENGLISH
            pieces += [("text", symbol)] if symbol else []
    return Section(tuple(pieces), condition, english)


def _plain_piece(kind: str, words: str) -> Iterator[tuple[str, str]]:
    if kind in ("quoted", "escaped", "other"):
        yield "text", words
    elif kind == "space":
        yield "text", " "
    elif kind in ("time", "half", "general", "power"):
        yield kind, words.lower() if kind != "half" else words
    elif kind != "fill":
        yield kind, words


# ---- a value → what is shown ----------------------------------------------------------------------------------


def shown(value: float | date, code: str) -> str | None:
    """What a cell with this format code shows; None if that is nothing, or the code can't show such a value."""
    if isinstance(value, date):
        section = sections(code)[0]
        if not section.is_time and any(section.has(kind) for kind in ("digit", "general", "sign")):
            return None  # a day of a file that names it as such, whose format is a number's
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        words = show_moment(moment, _days(section), english=section.english)
    else:
        words = _number_shown(value, sections(code))
    return (_BLANKS.sub(" ", words).strip() or None) if words is not None else None


def _days(section: Section) -> list[DayPiece]:
    return [DayPiece(kind, text) for kind, text in section.pieces]


def _number_shown(value: float, parts: tuple[Section, ...]) -> str | None:
    section, has_own_sign = _chosen(value, parts)
    if section is None:
        return None
    if section.is_time:
        return show_span(value, _days(section), english=section.english)
    pieces = [NumberPiece(kind, text) for kind, text in section.pieces]
    size = abs(value)
    if section.has("power"):
        words = show_scientific(size, pieces)
    else:
        words = (show_fraction(size, pieces) if section.has("sign", "/") else None) or show_number(size, pieces)
    negative = value < 0 and not has_own_sign and any(letter in "123456789" for letter in words)
    return f"-{words}" if negative else words


def _chosen(value: float, parts: tuple[Section, ...]) -> tuple[Section | None, bool]:
    """The section for a number, and whether that section says by itself that the number is negative."""
    numeric = parts[:3]
    if any(part.condition for part in numeric):
        for part in numeric:
            if part.condition is None or _TESTS[part.condition[0]](value, part.condition[1]):
                return part, False
        return None, False
    if len(numeric) == 1 or value > 0 or (value == 0 and len(numeric) == 2):
        return numeric[0], False
    return (numeric[1], True) if value < 0 else (numeric[2], False)


def shows_day(code: str) -> bool:
    """Whether the code shows the day of a month, or its weekday."""
    return any(kind == "time" and text[0] == "d" for kind, text in sections(code)[0].pieces)


def is_clock(code: str) -> bool:
    """Whether the code shows a time of day or a duration, and no day."""
    first = sections(code)[0]
    years = any(kind == "time" and text[0] == "y" for kind, text in first.pieces)
    return not (years or shows_day(code)) and any(
        kind == "span" or (kind == "time" and text[0] in "hs") for kind, text in first.pieces
    )


def is_percent(code: str) -> bool:
    """Whether the code shows a number multiplied by 100, with a sign."""
    return sections(code)[0].has("sign", "%")


def is_scientific(code: str) -> bool:
    """Whether the code shows a power of ten: ``1,00E+05``."""
    return sections(code)[0].has("power")


def literal_code(text: str) -> str:
    """A code that shows exactly this text, for a file that gives the text and not the code.

    A percent sign at its end stays one, so that the code still says that the number is multiplied by 100.
    """
    body, sign = (text[:-1], "%") if text.endswith("%") else (text, "")
    quoted = "".join(f'"{part}"' if part != '"' else '\\"' for part in re.split('(")', body) if part)
    return ";".join([quoted + sign] * 3)


_NUMBER = re.compile(r"\d+")
_NUMBERED_MONTH = re.compile(r"(?:thg|tháng)\s?\d+", re.IGNORECASE)
_NAMED_MONTH = re.compile(r"(?!(?:thg|tháng|ngày|năm)\b)[^\W\d_]{3,}", re.IGNORECASE)


def numbers_in(text: str) -> list[int]:
    """The whole numbers that stand in a text."""
    return list(map(int, _NUMBER.findall(text)))


def says_whole_day(text: str, day: date) -> bool:
    """Whether a text shows day, month and year of this day: ``05/06/2026``, ``5 tháng Sáu 26``; not ``05-Thg6``."""
    rest, months = _NUMBERED_MONTH.subn(" ", text)
    numbers = numbers_in(rest)
    for number in (day.day, day.year if day.year in numbers else day.year % 100):
        if number not in numbers:
            return False
        numbers.remove(number)
    return bool(months) or day.month in numbers or _NAMED_MONTH.search(rest) is not None
