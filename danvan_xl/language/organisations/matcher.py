"""Names in a cell → codes. Known names first, the longest first; only the rest is split."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from danvan_xl.language.organisations.catalogue import Catalogue, Hit, Name, longest
from danvan_xl.language.organisations.named import named_units
from danvan_xl.language.organisations.suggest import suggest
from danvan_xl.language.organisations.tails import Tail, phrase_at, tail
from danvan_xl.language.organisations.words import Text, fold, read

UNKNOWN = "UNKNOWN"
DITTO = "DITTO"


class Match(Struct, frozen=True):
    """One organisation in a cell: its code, the text that names it, and whether it may be taken without asking.

    ``score`` is 1.0 for a certain name, else the similarity of the suggestion (0.0 if the name is unknown).
    """

    code: str
    text: str
    certain: bool = True
    score: float = 1.0

    @property
    def answer(self) -> str:
        """The code, with "?" before it if a person must decide."""
        return self.code if self.certain else f"?{self.code}"


def resolve(text: str, catalogue: Catalogue) -> list[Match]:
    """Every organisation that a cell names, in its order.

    Nothing is taken on similarity alone: a name that is only likely has ``certain`` False, an unknown one has the code
    ``UNKNOWN``; an empty list means that nothing is named.
    """
    compact = fold(" ".join(text.split())).strip(" .;,")
    if tuple(compact.split()) in catalogue.words["ditto"]:
        return [Match(DITTO, text.strip())]
    known = read(text, frozenset(catalogue.abbreviations))
    if tuple(word.key for word in known.words) in catalogue.words["nobody"]:
        return []
    return list(_matches(known, catalogue))


def codes(text: str, catalogue: Catalogue) -> list[str]:
    """The answers of :func:`resolve`, each once: "VHXH", "G_ALL", "THON:Đồng Tâm", "?KT", "?UNKNOWN", "DITTO"."""
    return list(dict.fromkeys(match.answer for match in resolve(text, catalogue)))


def _is_separator(known: Text, catalogue: Catalogue, at: int) -> int:
    """How many words at ``at`` merely separate units."""
    key = known.words[at].key
    if key.isdigit() and at + 1 < len(known.words) and known.words[at + 1].key in {".", ")"}:
        return 2  # the number of a list item
    if (key,) in catalogue.words["separators"] or key == "\n" or not (key.isalnum()):
        return 1
    return phrase_at(known.words, at, catalogue.words["fillers"])


def _matches(known: Text, catalogue: Catalogue) -> Iterator[Match]:
    at, count, group = 0, len(known.words), False
    while at < count:
        skipped = _is_separator(known, catalogue, at)
        if skipped and longest(catalogue, known.words, at) is None:
            at += skipped
            continue
        named = named_units(known, at, catalogue)
        if named is not None:
            end, code, names = named
            if names:
                yield from (Match(f"{code}:{name}", name) for name in names)
            else:
                yield Match(UNKNOWN, known.slice(at, end), certain=False, score=0.0)
            at = tail(known, end, catalogue).end
            continue
        hit = longest(catalogue, known.words, at)
        if hit and hit.name.listed and group:
            hit = hit._replace(name=hit.name._replace(certain=True))
        found, at = _known(known, at, hit, catalogue) if hit else _unknown(known, at, catalogue)
        group = bool(hit and hit.name.kind == "group" and found.certain)
        yield found


def _known(known: Text, begin: int, hit: Hit, catalogue: Catalogue) -> tuple[Match, int]:
    behind = tail(known, hit.end, catalogue, of_council=hit.name.kind != "outside")
    end = _free(known, behind.end, catalogue)
    text = known.slice(begin, behind.end)
    if behind.higher:
        return Match(UNKNOWN, known.slice(begin, end), certain=False, score=0.0), end
    if behind.related:
        code = "G_REL" if hit.name.kind == "group" else hit.name.code
        return Match(code, text, certain=hit.name.kind == "group" and end == behind.end), end
    certain = hit.name.certain and not behind.foreign and _exists(hit.name, catalogue)
    if end > behind.end or (behind.end == hit.end and _belongs(known, hit, catalogue)):
        stop = max(end, _swallowed(known, hit.end, catalogue))
        return Match(hit.name.code, known.slice(begin, stop), certain=False, score=0.7), stop
    if certain and _goes_on(known, behind.end, catalogue, tailed=behind.end > hit.end):
        return Match(hit.name.code, text, certain=False, score=0.7), behind.end
    return Match(hit.name.code, text, certain, 1.0 if certain else 0.9), behind.end


def _goes_on(known: Text, at: int, catalogue: Catalogue, *, tailed: bool) -> bool:
    """ "Phòng Kinh tế - Xã hội": no other name follows the sign, so this name may be a longer one."""
    signs = {"-", "và", "&"} if tailed else {"-", "và", "&", ","}
    if at + 1 >= len(known.words) or known.words[at].key not in signs:
        return False
    at += 1
    begun = _is_separator(known, catalogue, at) or _begins_name(known, at, catalogue)
    named = named_units(known, at, catalogue) is not None
    return not (
        begun or named or longest(catalogue, known.words, at) or longest(catalogue, known.words, at, unmarked=True)
    )


def _exists(name: Name, catalogue: Catalogue) -> bool:
    return name.kind != "unit" or catalogue.units is None or name.code in catalogue.units


def _begins_name(known: Text, at: int, catalogue: Catalogue) -> bool:
    """Whether another name may begin here without a preceding sign."""
    return phrase_at(known.words, at, catalogue.words["heads"]) > 0 and (
        longest(catalogue, known.words, at) is not None or known.words[at].capital
    )


def _free(known: Text, at: int, catalogue: Catalogue) -> int:
    """The end of the words that trail a name and belong to no other."""
    while at < len(known.words):
        if _is_separator(known, catalogue, at) or _begins_name(known, at, catalogue):
            break
        hit = longest(catalogue, known.words, at)
        if hit and hit.name.certain:
            break
        at += 1
    return at


def _belongs(known: Text, hit: Hit, catalogue: Catalogue) -> bool:
    """ "Đoàn Thanh niên Công an xã", "Văn phòng Đảng ủy Ủy ban nhân dân": the first name belongs to the second."""
    following = longest(catalogue, known.words, hit.end) if hit.end < len(known.words) else None
    return bool(
        following and hit.name.kind == "outside" and (following.name.kind != "outside" or following.name.code == "UBND")
    )


def _swallowed(known: Text, at: int, catalogue: Catalogue) -> int:
    hit = longest(catalogue, known.words, at) if at < len(known.words) else None
    return tail(known, hit.end, catalogue).end if hit else at


def _unknown(known: Text, begin: int, catalogue: Catalogue) -> tuple[Match, int]:
    """A run of words that starts no certain name: suggested by similarity, or unknown."""
    unmarked = longest(catalogue, known.words, begin, unmarked=True)
    if unmarked:
        behind = tail(known, unmarked.end, catalogue, unmarked=True)
        end = _free(known, behind.end, catalogue)
        if end == behind.end and not (behind.higher or behind.related):
            return Match(unmarked.name.code, known.slice(begin, end), certain=False, score=0.95), end
    end = begin + 1
    while end < len(known.words) and not _is_separator(known, catalogue, end):
        hit = longest(catalogue, known.words, end)
        if hit and hit.name.certain and hit.end - end > 1:
            behind = tail(known, hit.end, catalogue)
            stop = _free(known, behind.end, catalogue)
            code = UNKNOWN if behind.higher else hit.name.code
            return Match(code, known.slice(begin, stop), certain=False, score=0.6), stop
        end += 1
    code, score = suggest(known, begin, end, catalogue)
    return Match(code or UNKNOWN, known.slice(begin, end), certain=False, score=score), end


__all__ = ["DITTO", "UNKNOWN", "Match", "Tail", "codes", "resolve"]
