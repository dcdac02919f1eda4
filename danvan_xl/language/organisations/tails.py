"""What follows a name and is not part of it: "xã Gia Lộc", "thuộc UBND phường", "trên địa bàn"."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from danvan_xl.language.organisations.catalogue import Catalogue
from danvan_xl.language.organisations.words import Text, Word, bare


class Tail(NamedTuple):
    """Where the tail ends, and what it says: a higher level, "có liên quan", or another commune."""

    end: int
    higher: bool = False
    related: bool = False
    foreign: bool = False


def phrase_at(words: tuple[Word, ...], at: int, phrases: AbstractSet[tuple[str, ...]], unmarked: bool = False) -> int:
    """The number of words in the longest of ``phrases`` found at ``at``; 0 if there is none."""
    keys = tuple((word.bare if unmarked else word.key) for word in words[at : at + 5])
    known = {tuple(map(bare, phrase)) for phrase in phrases} if unmarked else phrases
    return next((length for length in range(len(keys), 0, -1) if keys[:length] in known), 0)


def _council(words: tuple[Word, ...], at: int, unmarked: bool) -> int:
    """ "UBND", "Ủy ban nhân dân", "HĐND và UBND" after "thuộc"."""
    keys = [(word.bare if unmarked else word.key) for word in words[at : at + 4]]
    full = ["uy", "ban", "nhan", "dan"] if unmarked else ["ủy", "ban", "nhân", "dân"]
    if keys[:1] == ["ubnd"]:
        return 1
    if keys == full:
        return 4
    return 3 if keys[:3] in (["hđnd", "và", "ubnd"], ["hđnd", "-", "ubnd"]) else 0


def tail(known: Text, at: int, catalogue: Catalogue, *, of_council: bool = True, unmarked: bool = False) -> Tail:
    """The tail that begins at the word ``at``. ``of_council``: a bare "UBND xã" after the name is part of it."""
    words, begin = known.words, at
    related = phrase_at(words, at, catalogue.words["related"])
    if related:
        behind = tail(known, at + related, catalogue, of_council=False)
        return Tail(behind.end, higher=behind.higher, related=True)
    linked = False
    while length := phrase_at(words, at, catalogue.words["tails"], unmarked):
        at, linked = at + length, True
    if linked or of_council:
        at += _council(words, at, unmarked)
    if phrase_at(words, at, catalogue.words["higher"], unmarked):
        return Tail(at, higher=True)
    place = phrase_at(words, at, catalogue.words["places"], unmarked)
    at += place
    name_end, foreign = _commune(known, at, catalogue, bool(place) or linked)
    at = name_end
    related = phrase_at(words, at, catalogue.words["related"])
    if linked and not place and at - begin == 1 and not related:
        return Tail(begin)  # "của …", "các …": the rest is unknown
    return Tail(at + related, related=bool(related), foreign=foreign)


def _commune(known: Text, at: int, catalogue: Catalogue, expected: bool) -> tuple[int, bool]:
    """The commune's name after "xã": its own if it is known, else up to three capitalised words."""
    own = catalogue.commune
    keys = tuple(word.key for word in known.words[at : at + len(own)])
    if own and keys == own:
        return at + len(own), False
    end = at
    while expected and end < len(known.words) and end - at < 4 and known.words[end].capital:
        if phrase_at(known.words, end, catalogue.words["heads"]) or not known.words[end].key.isalpha():
            break
        end += 1
    if end - at > 3 or (end == at) or known.text.isupper():
        return at, False
    return end, bool(own)
