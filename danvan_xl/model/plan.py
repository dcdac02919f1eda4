"""A plan and what hangs on it: units, groups, appendices, tasks, and the lines that are sent out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a unit is to a task (the column ``Vai trò``)."""

    LEAD = "Chủ trì"
    COORDINATE = "Phối hợp"
    OWN = "Ngoài kế hoạch"


class Unit(Struct, frozen=True):
    """A unit that a plan names. ``outside``: a body outside UBND (Party, Front), which gets no template."""

    id: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    email: str | None = None
    outside: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit exists on ``day``: units are merged and renamed in mid-year."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Target(Struct, frozen=True):
    """The figure that a goal asks for: as people say it, and the least value where there is one."""

    text: str
    minimum: float | None = None
    unit: str | None = None


class Task(Struct, frozen=True):
    """One line of an appendix as printed; ``lead``, ``coordinate``: unit and group ids in printed order."""

    id: str
    appendix: str
    group: str
    stt: str
    text: str
    roadmap: str
    lead_text: str
    coordinate_text: str
    product: str
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    target: Target | None = None


class Group(Struct, frozen=True):
    """A heading row of an appendix: ``I · MỤC TIÊU CHUNG``."""

    id: str
    stt: str
    title: str


class PrintedColumn(Struct, frozen=True):
    """A column of the appendix as the plan prints it: which field of a task, under which heading."""

    field: str
    title: str
    width: float


class Appendix(Struct, frozen=True):
    """One table of the plan, with the form (answer columns) that units fill in beside it."""

    id: str
    number: str
    title: str
    sheet: str
    form: str
    columns: tuple[PrintedColumn, ...]
    groups: tuple[Group, ...]
    tasks: tuple[Task, ...]


class Line(Struct, frozen=True):
    """A line = task x unit: what is sent out and must come back.

    ``assigned`` is False for a line that is led by a body outside UBND, or by a group without units, while
    the office has not said who answers: it is nobody's until then, and ``unit`` names that body or group.
    """

    task: Task
    unit: str
    role: Role
    assigned: bool = True

    @property
    def id(self) -> str:
        """``<task id>@<unit id>``, for instance ``PL1.I.1@VHXH``."""
        return f"{self.task.id}@{self.unit}"


class Plan(Struct, frozen=True):
    """A plan as its rule file gives it; every id in it is known to be sound."""

    id: str
    version: int
    number: str
    issued: date | None
    issuing_body: str
    place: str
    title: str
    citation: str
    start: date
    end: date
    regime: str
    office: str
    recipients: tuple[str, ...]
    units: tuple[Unit, ...]
    groups: Mapping[str, tuple[str, ...]]
    appendices: tuple[Appendix, ...]
    notes: tuple[str, ...] = ()
    issued_from: date | None = None
    statistics: str | None = "so-lieu"
    difficulties: str | None = "kho-khan"

    @property
    def in_force_from(self) -> date:
        """The day it was issued; where only "not before" is known, that day; else the plan's first day."""
        return self.issued or self.issued_from or self.start

    @property
    def reporting_units(self) -> tuple[Unit, ...]:
        """The units that get a template, in the plan's order."""
        return tuple(unit for unit in self.units if not unit.outside)

    def unit(self, unit_id: str) -> Unit:
        """The unit with this id; KeyError where the plan has none."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)

    @property
    def tasks(self) -> Iterator[Task]:
        """Every task of every appendix, in printed order."""
        return (task for appendix in self.appendices for task in appendix.tasks)


def _named_and_collective(plan: Plan, ids: tuple[str, ...]) -> tuple[list[str], list[str]]:
    named = [item for item in ids if item not in plan.groups]
    collective = [unit for item in ids if item in plan.groups for unit in plan.groups[item]]
    return named, collective


def expand(plan: Plan, task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units that lead and that coordinate a task, in the plan's order of units.

    A unit that is named on one side of the row is removed from a collective on the other side; where the
    same collective stands on both sides beside a named lead, the named unit leads and the collective
    coordinates; who leads does not also coordinate (domain notes, units A.2 rules 1 and 2).
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


def lines(plan: Plan, owners: Mapping[str, str] | None = None) -> tuple[Line, ...]:
    """Every line of the plan: task by task, leads first.

    ``owners`` maps a body outside UBND, or a group without units, to the unit that answers for it
    (``{"X_DU_UBND": "VP"}``). A lead line of such a body without an owner is kept with ``assigned=False``;
    its coordinating lines are not sent to anybody. A task that nobody leads, because its groups hold no unit
    yet (villages that the workspace has not listed), keeps one line named for its first group, so that every
    task stays in the accounts.
    """
    owners = owners or {}
    reporting = {unit.id for unit in plan.reporting_units}
    result: list[Line] = []
    for task in plan.tasks:
        lead, coordinate = expand(plan, task)
        answering = tuple(dict.fromkeys(owners.get(unit, unit) for unit in lead or task.lead[:1]))
        result.extend(Line(task, unit, Role.LEAD, assigned=unit in reporting) for unit in answering)
        result.extend(
            Line(task, unit, Role.COORDINATE) for unit in coordinate if unit in reporting and unit not in answering
        )
    return tuple(result)
