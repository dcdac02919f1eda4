"""The targets of a commune counted: all, by task, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from danvan_xl.merging.targets_reached import TargetReached
from danvan_xl.model.statuses import Verdict


class TargetCounts(Struct, frozen=True):
    """How many targets there are, were reached, and lack figures."""

    targets: int
    reached: int
    unclear: int

    @classmethod
    def of(cls, found: Iterable[TargetReached]) -> TargetCounts:
        """The counts of some targets."""
        verdicts = [item.verdict for item in found]
        return cls(len(verdicts), verdicts.count(Verdict.REACHED), verdicts.count(Verdict.UNCLEAR))


def by_task(found: Iterable[TargetReached]) -> Mapping[str, tuple[TargetReached, ...]]:
    """Task → what became of its targets."""
    tasks: dict[str, list[TargetReached]] = {}
    for item in found:
        tasks.setdefault(item.item.task.id, []).append(item)
    return {task: tuple(items) for task, items in tasks.items()}


def targets_json(found: Iterable[TargetReached]) -> list[dict[str, object]]:
    """Every target as the JSON document of ``merge`` gives it."""
    return [
        {
            "id": one.item.target.id,
            "task": one.item.task.id,
            "title": one.item.target.title,
            "kind": one.item.target.kind.value,
            "required": one.item.required,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "value": one.value,
            "verdict": one.verdict.value,
            "asked": len(one.units),
            "silent": list(one.silent),
        }
        for one in found
    ]
