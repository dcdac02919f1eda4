"""What a template asked its unit for, as its hidden identity sheet says: a plan can grow after templates were sent.

A line that is missing in a file was deleted by the unit only if it was in the template that the unit got.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from danvan_xl.model import Form, Line, Task
from danvan_xl.round.printed import mark_of, packed
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import AskedTarget, asked_of_unit

FORMS, LINES, PRINTED, EXTRAS, FIGURES, TARGETS = "forms", "lines", "printed", "extras", "figures", "targets"
"""Rows of the identity sheet: the appendices with their forms, the lines, the digests of what the plan printed beside
them, the sheets that belong to the unit as a whole, the indicators in their order, the targets with the marks of what
was printed of them. Version 0.1.0 wrote only the first; the last two are younger than the others, and a template
without ``Chỉ tiêu`` has no row of targets."""

BESIDE = ("roadmap", "lead_text", "coordinate_text", "product")
"""The plan's own cells besides the text."""


def asked_of(current: Round, unit: str) -> Iterator[tuple[str, str]]:
    """The rows of the identity sheet that say what a unit's template holds."""
    plan, lines = current.plan, current.by_unit[unit].values()
    forms = " ".join(f"{item.id}:{item.form}:{current.forms[item.form].version}" for item in plan.appendices)
    yield FORMS, forms
    yield from _cells(LINES, [line.task.id for line in lines])
    yield PRINTED, " ".join(f"{name}:{digest}" for name, digest in _digests(line.task for line in lines).items())
    figures = [item.id for item in current.figures_of(unit)]
    yield EXTRAS, " ".join(name for name in (plan.statistics if figures else None, plan.difficulties) if name)
    if plan.statistics:
        yield from _cells(FIGURES, figures)
    targets = [f"{item.target.id}={target_mark(item)}" for item in asked_targets(current, unit)]
    if targets:
        yield from _cells(TARGETS, targets)


def asked_targets(current: Round, unit: str) -> Iterator[AskedTarget]:
    """The targets that a unit's template asks for, in its order."""
    return asked_of_unit(current.targets, current.target_units, unit)


def target_mark(item: AskedTarget) -> str:
    """The mark of what a template prints of a target."""
    return mark_of("\x1f".join((item.text, item.target.unit, item.required, *item.open)))


def _cells(name: str, words: list[str]) -> Iterator[tuple[str, str]]:
    """Words in as few cells as hold them: a long list goes on in ``lines.2`` …"""
    for number, cell in enumerate(packed(words), start=1):
        yield _cell_name(name, number), cell


def _cell_name(name: str, number: int) -> str:
    return name if number == 1 else f"{name}.{number}"


def _digests(tasks: Iterable[Task]) -> Mapping[str, str]:
    """Appendix → a digest of what the plan prints beside the texts of these tasks."""
    found: dict[str, list[str]] = {}
    for task in sorted(tasks, key=lambda task: task.id):
        found.setdefault(task.appendix, []).append("\x1f".join((task.id, *(getattr(task, name) for name in BESIDE))))
    return {name: hashlib.sha256("\x1e".join(rows).encode()).hexdigest()[:8] for name, rows in found.items()}


class Asked(Struct, frozen=True):
    """What the template of a file asked for; None where the file does not say.

    ``lines``: ids of tasks; ``appendices``, ``extras``: ids and names of what had a sheet; ``figures``: indicator → its
    number in ``Số liệu``; ``targets``: target → mark of what was printed of it, in the order of the rows.
    """

    lines: frozenset[str] | None = None
    appendices: frozenset[str] | None = None
    extras: frozenset[str] | None = None
    printed: Mapping[str, str] | None = None
    figures: Mapping[str, int] | None = None
    targets: Mapping[str, str] = {}

    @classmethod
    def of(cls, pairs: Mapping[str, str]) -> Asked:
        """What the identity sheet's rows say."""
        forms, printed, figures = _words_of(pairs, FORMS), _words_of(pairs, PRINTED), _list_of(pairs, FIGURES)
        return cls(
            _words_of(pairs, LINES),
            frozenset(word.partition(":")[0] for word in forms) if forms else None,
            _words_of(pairs, EXTRAS),
            None if printed is None else dict(word.split(":", 1) for word in printed if ":" in word),
            None if figures is None else {name: number for number, name in enumerate(figures, start=1)},
            {name: mark for name, _, mark in (word.rpartition("=") for word in _list_of(pairs, TARGETS) or ()) if name},
        )

    def had_sheet(self, name: str, current: Round) -> bool:
        """Whether the template had a sheet for an appendix or a form; where nothing is said, it had."""
        known = self.appendices if name in current.appendices else self.extras
        return known is None or name in known

    def had(self, line: Line) -> bool | None:
        """Whether the template had a line; None where that is not known."""
        if self.appendices is not None and line.task.appendix not in self.appendices:
            return False
        return None if self.lines is None else line.task.id in self.lines

    def figure_numbers(self, form: Form) -> Mapping[str, int]:
        """Indicator → its number in the template's ``Số liệu``, for those that it had.

        A template that doesn't say is from before there were further versions of the form.
        """
        if self.figures is not None:
            return self.figures
        first = (item.id for item in form.indicators if item.since_version == 1)
        return {name: number for number, name in enumerate(first, start=1)}

    def reprinted(self, current: Round) -> frozenset[str]:
        """The appendices beside whose lines the plan now prints something else than when the template was made."""
        if self.lines is None or self.printed is None:
            return frozenset()
        now = _digests(current.tasks[name] for name in self.lines & current.tasks.keys())
        return frozenset(name for name, digest in self.printed.items() if now.get(name) != digest)


def _words_of(pairs: Mapping[str, str], name: str) -> frozenset[str] | None:
    """The words of a list; None where it is not there."""
    found = _list_of(pairs, name)
    return None if found is None else frozenset(found)


def _list_of(pairs: Mapping[str, str], name: str) -> list[str] | None:
    """The words of a list in their order; None where it is not there."""
    if name not in pairs:
        return None
    found: list[str] = []
    number = 1
    while (cell := _cell_name(name, number)) in pairs:
        found += pairs[cell].split()
        number += 1
    return found
