"""Which units of the plan a typed name means: surely, perhaps, or none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from msgspec import Struct

from danvan_xl.language.organisations import UNKNOWN, Catalogue, resolve
from danvan_xl.language.text import key
from danvan_xl.model import Plan, Unit
from danvan_xl.round.file_names import LEAST_LETTERS, UnitNames, plain, units_in_words

WITHOUT_MARKS = 0.95
"""From this score on, a name of the catalogue differs by its marks alone: tones, hats, đ."""

ALIKE = 0.88
"""From this similarity on, a text may be a name with a slip in it."""

_TO = re.compile(r"\b(?:kính\s+)?(?:gửi|gui|nộp|nop)\b", re.IGNORECASE)
"""What follows is the recipient."""

_AROUND = " .,;:-()"
_BODY = "ủy ban nhân dân"
_OF_THE_COMMUNE = frozenset({"UBND", UNKNOWN})


class Named(Struct, frozen=True):
    """The ids of the reporting units that a text ``surely`` or only ``perhaps`` names.

    ``foreign``: it names, or seems to name, an organisation that doesn't report in this plan.
    """

    surely: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    foreign: bool = False


def names_of(unit: Unit) -> tuple[str, ...]:
    """Everything that the plan calls a unit."""
    return (unit.id, unit.name, unit.short, *unit.aliases)


def is_name_of(text: str, unit: Unit, plan: Plan) -> bool:
    """Whether a text is one of the unit's names in the plan; the commune's name may follow it."""
    return unit.id in _exactly(text, (unit,), plan, key)


def named_in(text: str, plan: Plan, known: UnitNames) -> Named:
    """The units that a text names. Nothing is sure on similarity alone, or of what a letter is sent to."""
    units = plan.reporting_units
    whole = _exactly(text, units, plan, key) or (_exactly(text, units, plan, plain) if not _has_marks(text) else set())
    if whole:
        is_one = len(whole) == 1
        return Named(frozenset(whole if is_one else ()), frozenset(() if is_one else whole))
    sender, *recipients = _TO.split(text)
    surely, perhaps, foreign = _in_the_catalogue(sender, plan)
    perhaps |= units_in_words(text, known) | _alike(text, plan)
    for words in recipients:
        sure, likely, _ = _in_the_catalogue(words, plan)
        perhaps |= sure | likely
    return Named(frozenset(surely), frozenset(perhaps - surely), foreign)


def _has_marks(text: str) -> bool:
    return plain(text) != text.casefold()


def _exactly(text: str, units: Iterable[Unit], plan: Plan, folded: Callable[[str], str]) -> set[str]:
    """The units that have the text as a name, as it is or without the commune's name behind it."""
    names: dict[str, set[str]] = {}
    for unit in units:
        for name in names_of(unit):
            names.setdefault(folded(key(name)), set()).add(unit.id)
    return next((names[words] for words in _without_commune(folded(key(text)), plan, folded) if words in names), set())


def _without_commune(typed: str, plan: Plan, folded: Callable[[str], str]) -> Iterator[str]:
    """A folded text, then without the commune's names at its end, one after another."""
    body, place = key(plan.issuing_body), key(plan.place)
    level = body.removeprefix(_BODY).strip().removesuffix(place).strip()
    tails = [folded(words) for words in (body, body.replace(_BODY, "ubnd"), _BODY, "ubnd", place, level) if words]
    yield typed
    typed = typed.strip(_AROUND)
    yield typed
    while tail := next((one for one in tails if typed.endswith(f" {one}") or typed.endswith(f"-{one}")), None):
        typed = typed.removesuffix(tail).rstrip(_AROUND)
        yield typed


def _alike(text: str, plan: Plan) -> set[str]:
    """The units with a name of which the text may be a slip of the fingers."""
    from difflib import SequenceMatcher

    typed = plain(key(text))
    if len(typed) < LEAST_LETTERS:
        return set()
    names = ((plain(key(name)), unit.id) for unit in plan.reporting_units for name in names_of(unit))
    return {unit for name, unit in names if SequenceMatcher(None, name, typed).ratio() >= ALIKE}


# ---- spellings of the catalogue ------------------------------------------------------------------------------


@cache
def _standard() -> Catalogue:
    """The shipped organisations: read only where somebody typed another name than the plan's."""
    from danvan_xl.rules.loader import load_catalogue

    return load_catalogue()


def _in_the_catalogue(text: str, plan: Plan) -> tuple[set[str], set[str], bool]:
    """The units that a text names by any spelling: surely, perhaps; and whether it names others."""
    reporting = {unit.id for unit in plan.reporting_units}
    catalogue = _standard().for_plan(
        units=[unit.id for unit in plan.units],
        groups=list(plan.groups),
        commune_name=plan.place,
        aliases={unit.id: [unit.name, unit.short, *unit.aliases] for unit in plan.units},
    )
    surely: set[str] = set()
    perhaps: set[str] = set()
    foreign = False
    for match in resolve(text, catalogue):
        if match.code not in reporting:
            foreign = foreign or match.code not in _OF_THE_COMMUNE
        elif match.certain or (match.score >= WITHOUT_MARKS and not _has_marks(match.text)):
            surely.add(match.code)
        else:
            perhaps.add(match.code)
    return surely, perhaps, foreign
