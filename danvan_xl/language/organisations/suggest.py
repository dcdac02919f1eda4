"""A likely unit for an unknown name: shown with its similarity, never taken."""

from __future__ import annotations

from danvan_xl.language.organisations.catalogue import Catalogue
from danvan_xl.language.organisations.words import Text, bare

_ENOUGH = 0.86
_ENOUGH_SHORT = 0.92  # "công đoàn" is not "công an"
_AHEAD = 0.04  # the required lead over the next unit: names of units share most of their words


def suggest(known: Text, begin: int, end: int, catalogue: Catalogue) -> tuple[str, float]:
    """The most similar code and its similarity (0-1); an empty code if none is similar enough, or two are."""
    from difflib import SequenceMatcher

    written = bare(" ".join(word.key for word in known.words[begin:end] if word.key.isalnum()))
    if len(written) < 6 or len(written) > 80:
        return "", 0.0
    enough = _ENOUGH if len(written) > 11 else _ENOUGH_SHORT
    best: dict[str, float] = {}
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(written)
    for spelling, code in catalogue.spellings:
        matcher.set_seq1(spelling)
        if matcher.real_quick_ratio() >= enough and matcher.quick_ratio() >= enough:
            best[code] = max(best.get(code, 0.0), matcher.ratio())
    ranked = sorted(best.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < enough or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _AHEAD):
        return "", ranked[0][1] if ranked else 0.0
    return ranked[0]
