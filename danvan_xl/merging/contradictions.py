"""Where a coordinating unit's answer contradicts the lead unit's: asked about, never decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from danvan_xl.model import Finding, Role, finding
from danvan_xl.model.statuses import LETTERS, SILENT
from danvan_xl.round.round import Round

STATUS_OF = {letter: status for status, letter in LETTERS.items()}
OPPOSITE = (
    (frozenset("D"), "N"),
    (frozenset("N0"), "D"),
)
"""(what every lead unit says, what a coordinating unit then can't say), in letters of an outline."""


MOST_LEADS, MOST_OTHERS = 3, 5
"""Units that a finding names: of thousands, nobody reads more."""


class Outlined(Protocol):
    """The part of a file that matters here."""

    @property
    def unit(self) -> str | None: ...

    @property
    def outline(self) -> str: ...


class _Said(Struct):
    """What the units say about one task: letters and first units of the leads; the others' first units by letter."""

    letters: set[str] = set()
    first: str = ""
    leads: list[str] = []
    others: dict[str, list[str]] = {}

    def add(self, unit: str, letter: str, *, leads: bool) -> None:
        """Note one unit's letter."""
        named, most = (self.leads, MOST_LEADS) if leads else (self.others.setdefault(letter, []), MOST_OTHERS)
        if leads:
            self.first = self.first or letter
            self.letters.add(letter)
        if len(named) < most:
            named.append(unit)


def contradictions(current: Round, files: Iterable[Outlined]) -> Iterator[Finding]:
    """One finding per task whose leads all say one thing and a coordinating unit the opposite (X007)."""
    said: dict[str, _Said] = defaultdict(_Said)
    for file in files:
        unit = file.unit or ""
        for line, letter in zip(current.by_unit.get(unit, {}).values(), file.outline, strict=False):
            if letter != SILENT:
                said[line.task.id].add(unit, letter, leads=line.role is Role.LEAD)
    for task, found in said.items():
        for every, against in OPPOSITE:
            opposed = found.others.get(against)
            if opposed and found.letters and found.letters <= every:
                yield finding(
                    "X007", None, task, lead=_names(current, found.leads), lead_status=STATUS_OF[found.first],
                    other=_names(current, opposed), status=STATUS_OF[against],
                )  # fmt: skip


def _names(current: Round, units: Iterable[str]) -> str:
    return ", ".join(current.units[unit].name for unit in units)
