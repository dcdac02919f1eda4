"""What a file's name clearly says of unit and period. It is never an identity, only compared with the inside.

Names of files are written in haste ("BC gui VP.xlsx", "T6.xlsx"), so only whole words count, a two-letter id
only where it is set off by underscores or hyphens, and nothing that stands after "gửi", "nộp" or "về".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePath

from danvan_xl.model import Plan
from danvan_xl.model.period import PeriodKind

SENT_TO = frozenset({"gui", "nop", "ve", "cho", "kinh", "den", "toi", "to"})
"""Words before the name of the one that the file is sent to."""

LEAST_LETTERS = 6
"""A name of one word counts from this length on; shorter ones are ids or ordinary words."""

_WORDS = re.compile(r"[a-z0-9]+")
_SPLIT_ID = re.compile(r"(?:^|[_\-])([A-Z][A-Z0-9]+)(?=[_\-.]|$)")
_ISO = re.compile(r"(?<![0-9A-Za-z])(20\d\d)-(Q[1-4]|H[12]|0[1-9]|1[0-2])(?![0-9A-Za-z]|-\d)")
_BEFORE, _YEAR = r"(?<![0-9a-z])", r"[ _.\-]{1,2}(?:nam[ _.\-])?(20\d\d)(?!\d)"
_SPOKEN = {
    "month": re.compile(rf"{_BEFORE}(?:t|thang)[ _.\-]?(0?[1-9]|1[0-2]){_YEAR}"),
    "quarter": re.compile(rf"{_BEFORE}(?:q|quy)[ _.\-]?([1-4]){_YEAR}"),
}


def plain(text: str) -> str:
    """Small letters without marks: ``Phòng Kinh tế`` → ``phong kinh te``."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=32)
def _names(units: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(unit, words of one of its names), the longest first."""
    found = set()
    for unit, names in units:
        for name in names:
            words = tuple(_WORDS.findall(plain(name)))
            if len(words) > 1 or (words and len(words[0]) >= LEAST_LETTERS):
                found.add((unit, words))
    return tuple(sorted(found, key=lambda item: (-len(item[1]), item)))


def units_in_name(name: str, plan: Plan) -> frozenset[str]:
    """The units that a file's name clearly names."""
    stem = PurePath(name).stem
    units = tuple((unit.id, (unit.name, unit.short, *unit.aliases)) for unit in plan.reporting_units)
    ids = {unit for unit, _ in units}
    tokens = re.findall(r"[A-Za-z0-9]+", stem)
    found = {token for token in tokens if len(token) > 2 and token in ids}
    found |= {token for token in _SPLIT_ID.findall(stem) if token in ids}
    words = _WORDS.findall(plain(stem))
    taken = [False] * len(words)
    for unit, wanted in _names(units):
        for start in range(len(words) - len(wanted) + 1):
            end = start + len(wanted)
            if tuple(words[start:end]) != wanted or any(taken[start:end]):
                continue
            taken[start:end] = [True] * len(wanted)
            if start == 0 or words[start - 1] not in SENT_TO:
                found.add(unit)
    return frozenset(found)


def period_in_name(name: str, kind: PeriodKind) -> str | None:
    """The period id that a file's name clearly says: as an id, or in words for months and quarters.

    A month is told only where months are reported, since "T6_2026" also dates a six-month report.
    """
    stem = PurePath(name).stem
    found = {f"{year}-{part}" for year, part in _ISO.findall(stem) if kind == "month" or not part.isdigit()}
    if kind in _SPOKEN:
        form = "{year}-{number:02d}" if kind == "month" else "{year}-Q{number}"
        spoken = _SPOKEN[kind].findall(plain(stem))
        found |= {form.format(year=year, number=int(number)) for number, year in spoken}
    return next(iter(found)) if len(found) == 1 else None
