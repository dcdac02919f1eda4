"""Which of the known codes somebody meant who wrote one that nobody knows: the likeliest ones first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from danvan_xl.language.text import key

CLOSE = 0.6
"""The least likeness (0-1) at which a known word is named as what was probably meant."""

MOST = 12
"""Codes that a sentence lists; of more, the likeliest."""


def _likeness(word: str, known: str) -> float:
    one, other = key(word), key(known)
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one, other).ratio()


def nearest_first(word: str, known: Iterable[str] | Mapping[str, str]) -> list[str]:
    """The known codes, the likeliest first; of a mapping (code → name), the name counts as well as the code."""
    names = known if isinstance(known, Mapping) else {}

    def distance(code: str) -> float:
        return -max(_likeness(word, code), _likeness(word, names.get(code, "")))

    return sorted(known, key=distance)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None if none resembles it."""
    for code in nearest_first(word, known)[:1]:
        return code if _likeness(word, code) >= CLOSE else None
    return None


def listed(word: str, known: Iterable[str] | Mapping[str, str], most: int = MOST) -> str:
    """The known codes in their own order, with their names where given; of many, the likeliest and how many are left.

    Fit for any language: ``VP (Văn phòng), KT (Phòng Kinh tế) … (+9)``.
    """
    codes = list(known)
    left = len(codes) - most
    shown = codes if left <= 0 else nearest_first(word, known)[:most]
    names = known if isinstance(known, Mapping) else {}
    words = ", ".join(f"{code} ({names[code]})" if names.get(code) else code for code in shown)
    return words if left <= 0 else f"{words} … (+{left})"
