"""Targets of tasks (``[[appendices.tasks.targets]]``) → ``Target`` values, and what a schema can't say of them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from danvan_xl.language.nearest import listed
from danvan_xl.language.text import key
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Plan, Target, TargetKind, Task, expand
from danvan_xl.wording import Sentence, sentence

Fault = tuple[str, Sentence]
PERCENT = "%"
SHARES = frozenset({TargetKind.RATIO, TargetKind.UNITS})
"""Kinds whose figure is a percentage that is worked out, never typed."""
FROM_ONE = frozenset({TargetKind.MEASURED, TargetKind.RANK, TargetKind.REACHED})
"""Kinds whose figure is the commune's, so that one unit says it: two could contradict each other."""


class Keys(Struct, frozen=True):
    """The keys of a kind: all of ``needed``, one or more of ``one_of`` (if it has any), those that it ``may`` have."""

    needed: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that means something for the kind."""
        return (*self.needed, *self.one_of, *self.may)


KEYS: Mapping[TargetKind, Keys] = {
    TargetKind.COUNT: Keys(needed=("minimum", "unit"), may=("each", "whole")),
    TargetKind.RATIO: Keys(needed=("numerator", "denominator", "minimum"), may=("unit", "whole")),
    TargetKind.UNITS: Keys(needed=("minimum",), may=("unit",)),
    TargetKind.MEASURED: Keys(needed=("unit",), one_of=("minimum", "required"), may=("whole",)),
    TargetKind.RANK: Keys(one_of=("at_most", "classes", "required")),
    TargetKind.REACHED: Keys(may=("required",)),
}
"""Kind → its keys, beside those that every kind has (number, kind, title, source, asked, yearly, until)."""

OF_A_KIND = tuple(dict.fromkeys(name for keys in KEYS.values() for name in keys.known))
"""The keys that only some kinds have."""
KINDS_OF = {name: frozenset(kind for kind, keys in KEYS.items() if name in keys.known) for name in OF_A_KIND}
"""Key → the kinds that it belongs to."""


def targets_from(task: str, data: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """The targets of a task. Their ids keep the ``number`` that the file gives, else their place in it."""
    return tuple(_target(f"{task}:{item.get('number', place)}", item) for place, item in enumerate(data, 1))


def _target(target_id: str, data: Mapping[str, Any]) -> Target:
    kind = TargetKind(data["kind"])
    until = data.get("until")
    return Target(
        id=target_id,
        kind=kind,
        title=data["title"],
        source=data["source"],
        unit=data.get("unit", PERCENT if kind in SHARES else ""),
        minimum=data.get("minimum"),
        at_most=data.get("at_most"),
        classes=tuple(data.get("classes", ())),
        required=data.get("required", ""),
        each=data.get("each", False),
        whole=data.get("whole", kind in (TargetKind.COUNT, TargetKind.RATIO)),
        yearly=data.get("yearly", False),
        until=read_written_day(until) if isinstance(until, str) else until,
        asked=tuple(data.get("asked", ())),
        numerator=data.get("numerator", ""),
        denominator=data.get("denominator", ""),
    )


def target_faults(where: str, plan: Plan, task: Task, known: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with the targets of a task. ``where``: its key path; ``known``: units and groups, by id."""
    text, ids, titles = plain(task.text), set(), set()
    for place, target in enumerate(task.targets):
        here = f"{where}.targets[{place}]"
        if target.id in ids:
            yield here, sentence("rules", "target_number_twice", id=target.id)
        if key(target.title) in titles:
            yield f"{here}.title", sentence("rules", "target_title_twice", title=target.title)
        ids.add(target.id)
        titles.add(key(target.title))
        if plain(target.source) not in text:
            yield f"{here}.source", sentence("rules", "target_source", found=target.source, task=task.id)
        if target.until is not None and not plan.start <= target.until <= plan.end:
            days = {"day": f"{target.until:%d/%m/%Y}", "start": f"{plan.start:%d/%m/%Y}", "end": f"{plan.end:%d/%m/%Y}"}
            yield f"{here}.until", sentence("rules", "target_until", **days)
        yield from _key_faults(here, target)
        yield from _figure_faults(here, target)
        yield from _asked_faults(here, plan, task, target, known)


def plain(words: str) -> str:
    """Words for comparison: one way to write each letter, one blank between words."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def _has(target: Target, name: str) -> bool:
    """Whether the file gave a key a value. ``whole`` and the unit of a share have one of their own."""
    value = getattr(target, name)
    if name == "whole":
        return value is not (target.kind in (TargetKind.COUNT, TargetKind.RATIO))
    return value is not None and value is not False and value not in ((), "")


def _key_faults(here: str, target: Target) -> Iterator[Fault]:
    keys, kind = KEYS[target.kind], target.kind.value
    missing = [name for name in keys.needed if not _has(target, name)]
    if missing:
        yield here, sentence("rules", "target_needs", kind=kind, keys=", ".join(missing))
    if keys.one_of and not any(_has(target, name) for name in keys.one_of):
        yield here, sentence("rules", "target_needs_one", kind=kind, keys=", ".join(keys.one_of))
    for name in OF_A_KIND:
        if name not in keys.known and _has(target, name):
            args = {"kind": kind, "key": name, "known": ", ".join(keys.known)}
            yield f"{here}.{name}", sentence("rules", "target_odd_key", **args)


def _is_percent(unit: str) -> bool:
    return PERCENT in unit or "phần trăm" in key(unit)


def _figure_faults(here: str, target: Target) -> Iterator[Fault]:
    percent = _is_percent(target.unit)
    if target.kind in SHARES and not percent:
        yield f"{here}.unit", sentence("rules", "target_share_unit", kind=target.kind.value, found=target.unit)
    if target.kind is TargetKind.COUNT and percent:
        yield f"{here}.unit", sentence("rules", "target_count_percent")
    low, most = target.minimum, target.at_most
    if low is not None and target.kind in KINDS_OF["minimum"]:
        if (target.kind in SHARES or percent) and not 0 <= low <= 100:
            yield f"{here}.minimum", sentence("rules", "target_percent", found=f"{low:g}")
        elif not (low > 0 and math.isfinite(low)):
            yield f"{here}.minimum", sentence("rules", "target_positive", found=f"{low:g}")
        elif target.whole and target.kind not in SHARES and low != int(low):
            yield f"{here}.minimum", sentence("rules", "target_whole", found=f"{low:g}")
    if most is not None and target.kind in KINDS_OF["at_most"] and not (most >= 1 and most % 1 == 0):
        yield f"{here}.at_most", sentence("rules", "target_rank", found=f"{most:g}")


def _asked_faults(here: str, plan: Plan, task: Task, target: Target, known: Mapping[str, str]) -> Iterator[Fault]:
    outside = {unit.id: unit.name for unit in plan.units if unit.outside}
    for item in target.asked:
        bodies = [outside[unit] for unit in plan.groups.get(item, (item,)) if unit in outside]
        if item not in known:
            yield f"{here}.asked", sentence("rules", "unknown_unit", id=item, known=listed(item, known))
        elif bodies:
            yield f"{here}.asked", sentence("rules", "target_outside", id=item, name=", ".join(bodies))
        elif target.kind is TargetKind.UNITS and not _has_lines(plan, task, item):
            yield f"{here}.asked", sentence("rules", "target_no_line", id=item, task=task.id)
    if target.kind in FROM_ONE and not _is_one(plan, target.asked or task.lead, asked=bool(target.asked)):
        yield f"{here}.asked", sentence("rules", "target_one_source", kind=target.kind.value)


def _has_lines(plan: Plan, task: Task, item: str) -> bool:
    """Whether every unit of a name leads or coordinates the task, so that it has a line that can count."""
    if item in (*task.lead, *task.coordinate):
        return True
    sides = {unit for side in expand(plan, task) for unit in side}
    units = plan.groups.get(item, (item,))
    return bool(units) and sides.issuperset(units)


def _is_one(plan: Plan, ids: Sequence[str], *, asked: bool) -> bool:
    """Whether one unit says the figure. A lead without units yet is one: the office names who answers for it."""
    units = {unit for item in ids for unit in plan.groups.get(item, (item,))}
    return len(units) == 1 or (not units and not asked and len(ids) == 1)
