"""Where a coordinating unit's answer can't stand beside the lead unit's: asked about, never decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from danvan_xl.model import Finding, Role, finding
from danvan_xl.round import Round

STATUS_OF = {"D": "Hoàn thành", "P": "Đang thực hiện", "N": "Chưa thực hiện", "0": "Không phát sinh"}
OPPOSITE = (
    (frozenset("D"), "N"),
    (frozenset("N0"), "D"),
)
"""(what every lead unit says, what a coordinating unit then can't say), in letters of an outline."""


class Outlined(Protocol):
    """A file as far as it matters here."""

    @property
    def unit(self) -> str | None: ...

    @property
    def outline(self) -> str: ...


def contradictions(job: Round, files: Iterable[Outlined]) -> Iterator[Finding]:
    """One finding a task whose leads all say one thing and a coordinating unit the opposite (X007)."""
    leads: dict[str, list[tuple[str, str]]] = defaultdict(list)
    others: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in files:
        unit = file.unit or ""
        for line, letter in zip(job.by_unit.get(unit, {}).values(), file.outline, strict=False):
            if letter != ".":
                (leads if line.role is Role.LEAD else others)[line.task.id].append((unit, letter))
    names = {unit.id: unit.name for unit in job.plan.units}
    for task, found in others.items():
        said = {letter for _, letter in leads[task]}
        for every, against in OPPOSITE:
            opposed = [unit for unit, letter in found if letter == against]
            if said and said <= every and opposed:
                lead = ", ".join(names[unit] for unit, _ in leads[task][:3])
                yield finding(
                    "X007", None, task, lead=lead, lead_status=STATUS_OF[leads[task][0][1]],
                    other=", ".join(names[unit] for unit in opposed[:5]), status=STATUS_OF[against],
                )  # fmt: skip
