"""Units with proper names: schools, villages, hamlets, residential groups."""

from __future__ import annotations

from danvan_xl.language.organisations.catalogue import Catalogue, Named, longest
from danvan_xl.language.organisations.tails import phrase_at
from danvan_xl.language.organisations.words import Text, fold

_LIST_SIGNS = frozenset({",", ";", "và", "&", "+", "/", "cùng"})
_RANGE_SIGNS = frozenset({"-", "đến", "tới"})
_EACH = fold("các")


def named_units(known: Text, at: int, catalogue: Catalogue) -> tuple[int, str, list[str]] | None:
    """The named units that begin at the word ``at``: where they end, their code, their names.

    Without names, what is named can't be resolved into single units ("thôn 1 - 5").
    """
    begin = at + 1 if known.words[at].key == _EACH else at
    for kind in catalogue.named:
        heads = set(kind.heads) | {
            (short,) for short, longs in catalogue.abbreviations.items() if set(longs) & set(kind.heads)
        }
        length = phrase_at(known.words, begin, heads)
        levels = phrase_at(known.words, begin, set(kind.levels)) if kind.levels else 0
        if not length and not (levels and known.words[begin].capital):
            continue
        found = (
            _school(known, begin + length, kind, catalogue)
            if kind.levels
            else _places(known, begin + length, catalogue)
        )
        if found and begin > at and known.text.isupper() and len(found[1]) == 1:
            continue  # "CÁC THÔN TRIỂN KHAI": capitals do not prove a name here
        if found:
            return found[0], kind.code, found[1]
    return None


def _school(known: Text, begin: int, kind: Named, catalogue: Catalogue) -> tuple[int, list[str]] | None:
    """ "Tiểu học và THCS Phú Thịnh": levels, then a capitalised name."""
    words, at, levels = known.words, begin, set(kind.levels)
    while length := phrase_at(words, at, levels):
        at += length
        if at < len(words) and words[at].key in {"&", "và", "-", "+", "/"} and phrase_at(words, at + 1, levels):
            at += 1
    if at == begin:
        return None
    start = at
    while at < len(words) and (
        words[at].capital or words[at].key.isdigit() or words[at].key in {fold("xã"), fold("phường"), "số"}
    ):
        if at > start and phrase_at(words, at, catalogue.words["heads"]) and longest(catalogue, words, at):
            break
        at += 1
    return (at, [known.slice(begin, at)]) if at > start else None


def _places(known: Text, begin: int, catalogue: Catalogue) -> tuple[int, list[str]] | None:
    """ "1, 2 và Đồng Tâm": numbers and capitalised names, in a list."""
    words, at, names = known.words, begin, []
    if at < len(words) and words[at].key == ":":
        at += 1
    while True:
        if at < len(words) and words[at].key == "số":
            at += 1
        end = _place(known, at, catalogue)
        if end == at:
            break
        if end + 1 < len(words) and words[end].key in _RANGE_SIGNS and words[end + 1].key.isdigit():
            return end + 2, []
        name = known.slice(at, end)
        names.append(name.title() if known.text.isupper() else name)
        following = end + 1
        if end < len(words) and words[end].key in _LIST_SIGNS:
            if following < len(words) and words[following].key in _LIST_SIGNS:
                following += 1
            if following < len(words) and words[following].key == "số":
                following += 1
            if _place(known, following, catalogue) > following:
                at = following
                continue
        return end, names
    return None


def _place(known: Text, at: int, catalogue: Catalogue) -> int:
    """The end of one name at ``at``: "3", "3A", "Đồng Tâm"; ``at`` itself if there is none."""
    words, end = known.words, at
    if at < len(words) and words[at].key[0].isdigit():
        return at + 1
    while end < len(words) and end - at < 4 and words[end].capital and words[end].key.isalnum():
        stop = any(phrase_at(words, end, catalogue.words[kind]) for kind in ("heads", "places", "tails"))
        if stop or longest(catalogue, words, end):
            break
        end += 1
    if end < len(words) and end > at and words[end].key.isdigit():
        end += 1
    return end
