"""Who answers for which task of a plan: its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from danvan_xl.model.plan import Plan, Role, Task


class Line(Struct, frozen=True):
    """One task for one unit: what is sent out and must come back.

    ``assigned`` is False for a line led by a body outside UBND, or by a group without units, until the office says who
    answers for it: until then ``unit`` names that body or group.
    """

    task: Task
    unit: str
    role: Role
    assigned: bool = True

    @property
    def id(self) -> str:
        """``<task id>@<unit id>``, for instance ``PL1.I.1@VHXH``."""
        return f"{self.task.id}@{self.unit}"


def _named_and_collective(plan: Plan, ids: tuple[str, ...]) -> tuple[list[str], list[str]]:
    named = [item for item in ids if item not in plan.groups]
    collective = [unit for item in ids if item in plan.groups for unit in plan.groups[item]]
    return named, collective


def expand(plan: Plan, task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units that lead a task and those that coordinate it, in the plan's order of units.

    A unit named on one side of the row is removed from a collective on the other side; where the same collective
    appears on both sides beside a named lead, the named unit leads and the collective coordinates; a unit that leads
    does not also coordinate (domain notes, units A.2 rules 1 and 2).
    """
    lead_named, lead_all = _named_and_collective(plan, task.lead)
    if lead_named:
        twice = set(task.lead) & set(task.coordinate) & set(plan.groups)
        lead_all = [u for item in task.lead if item in plan.groups and item not in twice for u in plan.groups[item]]
    coordinate_named, coordinate_all = _named_and_collective(plan, task.coordinate)
    lead = set(lead_named) | (set(lead_all) - set(coordinate_named))
    coordinate = (set(coordinate_named) | set(coordinate_all)) - lead
    order = [unit.id for unit in plan.units]
    return (
        tuple(unit for unit in order if unit in lead),
        tuple(unit for unit in order if unit in coordinate),
    )


class _Shares(Struct, frozen=True):
    """The units that answer for a task and those that coordinate it, in the plan's order, and as sets."""

    answering: tuple[str, ...]
    coordinating: tuple[str, ...]
    leads: frozenset[str]
    others: frozenset[str]


class Assignment(Mapping[str, Mapping[str, Line]]):
    """Unit → its lines by id, in printed order. They are built on request, since a plan may have thousands of units.

    ``owners`` maps a body outside UBND, or a group without units, to the unit that answers for it (``{"X_DU_UBND":
    "VP"}``). A lead line of such a body without an owner is kept with ``assigned=False`` (``unassigned``); its
    coordinating lines are sent to nobody. A task that nobody leads, because its groups hold no unit yet (villages that
    the workspace has not listed), keeps one line named for its first group, so that every task stays in the accounts.
    """

    KEPT = 8
    """How many units' lines are cached: reading one file asks for those of its unit many times."""

    def __init__(self, plan: Plan, owners: Mapping[str, str] | None = None) -> None:
        owners = owners or {}
        self._reporting = dict.fromkeys(unit.id for unit in plan.reporting_units)
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], _Shares] = {}
        self._tasks: list[tuple[Task, _Shares]] = []
        for task in plan.tasks:
            sides = (task.lead, task.coordinate)
            if sides not in alike:
                alike[sides] = self._shares(plan, task, owners)
            self._tasks.append((task, alike[sides]))
        self._known: dict[str, Mapping[str, Line]] = {}

    def _shares(self, plan: Plan, task: Task, owners: Mapping[str, str]) -> _Shares:
        lead, coordinate = expand(plan, task)
        answering = tuple(dict.fromkeys(owners.get(unit, unit) for unit in lead or task.lead[:1]))
        leads = frozenset(answering)
        coordinating = tuple(unit for unit in coordinate if unit in self._reporting and unit not in leads)
        return _Shares(answering, coordinating, leads, frozenset(coordinating))

    def __getitem__(self, unit: str) -> Mapping[str, Line]:
        found = self._known.get(unit)
        if found is None:
            if unit not in self._reporting:
                raise KeyError(unit)
            if len(self._known) >= self.KEPT:
                self._known.clear()
            found = self._known[unit] = {line.id: line for line in self._lines_of(unit)}
        return found

    def _lines_of(self, unit: str) -> Iterator[Line]:
        for task, shares in self._tasks:
            if unit in shares.leads:
                yield Line(task, unit, Role.LEAD)
            elif unit in shares.others:
                yield Line(task, unit, Role.COORDINATE)

    def __contains__(self, unit: object) -> bool:
        return unit in self._reporting

    def __iter__(self) -> Iterator[str]:
        return iter(self._reporting)

    def __len__(self) -> int:
        return len(self._reporting)

    def lines(self) -> Iterator[Line]:
        """Every line of the plan: task by task in printed order, leads first."""
        for task, shares in self._tasks:
            for unit in shares.answering:
                yield Line(task, unit, Role.LEAD, assigned=unit in self._reporting)
            for unit in shares.coordinating:
                yield Line(task, unit, Role.COORDINATE)

    def unassigned(self) -> Iterator[Line]:
        """The lead lines that nobody answers for yet, in printed order."""
        for task, shares in self._tasks:
            if not shares.leads <= self._reporting.keys():
                for unit in shares.answering:
                    if unit not in self._reporting:
                        yield Line(task, unit, Role.LEAD, assigned=False)
