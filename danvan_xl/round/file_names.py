"""What a file's name clearly says about unit and period: never an identity, only compared with the inside.

File names are written in haste ("BC gui VP.xlsx", "T6.xlsx"), so only whole words count, a two-letter id only where it
is set off by underscores or hyphens, and nothing that follows "gửi", "nộp" or "về".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.model import Plan
from danvan_xl.model.period import PeriodKind

SENT_TO = frozenset({"gui", "nop", "ve", "cho", "kinh", "den", "toi", "to"})
"""Words that precede the name of the recipient."""

LEAST_LETTERS = 6
"""A one-word name counts from this length on; shorter ones are ids or ordinary words."""

_WORDS = re.compile(r"[a-z0-9]+")
_SPLIT_ID = re.compile(r"(?:^|[_\-])([A-Z][A-Z0-9]+)(?=[_\-.]|$)")
_ISO = re.compile(r"(?<![0-9A-Za-z])(20\d\d)-(Q[1-4]|H[12]|0[1-9]|1[0-2])(?![0-9A-Za-z]|-\d)")
_BEFORE, _YEAR = r"(?<![0-9a-z])", r"[ _.\-]{1,2}(?:nam[ _.\-])?(20\d\d)(?!\d)"
_SPOKEN = {
    "month": re.compile(rf"{_BEFORE}(?:t|thang)[ _.\-]?(0?[1-9]|1[0-2]){_YEAR}"),
    "quarter": re.compile(rf"{_BEFORE}(?:q|quy)[ _.\-]?([1-4]){_YEAR}"),
}


def plain(text: str) -> str:
    """Lower case without diacritics: ``Phòng Kinh tế`` → ``phong kinh te``."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class UnitNames(Struct, frozen=True):
    """The names of a plan's units made ready: a name's words → units; ``longest``: the most words in one name."""

    ids: frozenset[str]
    by_words: Mapping[str, tuple[str, ...]]
    longest: int

    @classmethod
    def of(cls, plan: Plan) -> UnitNames:
        """Made once for a round: a round may have thousands of units and of files."""
        found: dict[str, set[str]] = {}
        longest = 0
        for unit in plan.reporting_units:
            for name in (unit.name, unit.short, *unit.aliases):
                words = _WORDS.findall(plain(name))
                if len(words) > 1 or (words and len(words[0]) >= LEAST_LETTERS):
                    found.setdefault(" ".join(words), set()).add(unit.id)
                    longest = max(longest, len(words))
        ids = frozenset(unit.id for unit in plan.reporting_units)
        by_words = {words: tuple(sorted(units)) for words, units in found.items()}
        return cls(ids, by_words, longest)


def units_in_name(name: str, known: UnitNames) -> frozenset[str]:
    """The units that a file's name clearly names; where one name contains another, the longer counts."""
    stem = PurePath(name).stem
    found = {token for token in re.findall(r"[A-Za-z0-9]+", stem) if len(token) > 2 and token in known.ids}
    found |= {token for token in _SPLIT_ID.findall(stem) if token in known.ids}
    return frozenset(found) | units_in_words(stem, known)


def units_in_words(text: str, known: UnitNames) -> frozenset[str]:
    """The units whose names stand in a text, marks aside, but for those that it is sent to."""
    found: set[str] = set()
    words = _WORDS.findall(plain(text))
    hits = [
        (length, start, unit)
        for start in range(len(words))
        for length in range(1, min(known.longest, len(words) - start) + 1)
        for unit in known.by_words.get(" ".join(words[start : start + length]), ())
    ]
    taken = [False] * len(words)
    for length, start, unit in sorted(hits, key=lambda hit: (-hit[0], hit[1], hit[2])):
        if any(taken[start : start + length]):
            continue
        taken[start : start + length] = [True] * length
        if start == 0 or words[start - 1] not in SENT_TO:
            found.add(unit)
    return frozenset(found)


def period_in_name(name: str, kind: PeriodKind) -> str | None:
    """The period id that a file's name clearly says: as an id, or in words for months and quarters.

    A month is recognised only where months are reported, since "T6_2026" also dates a six-month report.
    """
    stem = PurePath(name).stem
    found = {f"{year}-{part}" for year, part in _ISO.findall(stem) if kind == "month" or not part.isdigit()}
    if kind in _SPOKEN:
        form = "{year}-{number:02d}" if kind == "month" else "{year}-Q{number}"
        spoken = _SPOKEN[kind].findall(plain(stem))
        found |= {form.format(year=year, number=int(number)) for number, year in spoken}
    return next(iter(found)) if len(found) == 1 else None
