"""A plan and its parts: units, groups, appendices and tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from danvan_xl.model.targets import Target


class Role(StrEnum):
    """A unit's part in a task (the column ``Vai trò``)."""

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
        """Whether the unit exists on ``day``: units are merged and renamed mid-year."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Goal(Struct, frozen=True):
    """What a goal asks for in one sentence, and the minimum of the figure that its units type beside it, if any."""

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
    target: Goal | None = None
    targets: tuple[Target, ...] = ()

    @property
    def typed_goal(self) -> Goal | None:
        """The goal that the figure typed beside the line is held against: none where the targets ask for figures."""
        return None if self.targets else self.target


class Group(Struct, frozen=True):
    """A heading row of an appendix: ``I · MỤC TIÊU CHUNG``."""

    id: str
    stt: str
    title: str


class PrintedColumn(Struct, frozen=True):
    """A column of the appendix as the plan prints it: its task field and its heading."""

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


class Plan(Struct, frozen=True):
    """A plan as its rule file gives it; every id in it is known to be valid."""

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
        """The day it was issued; if only "not before" is known, that day; otherwise the plan's first day."""
        return self.issued or self.issued_from or self.start

    @property
    def reporting_units(self) -> tuple[Unit, ...]:
        """The units that get a template, in the plan's order."""
        return tuple(unit for unit in self.units if not unit.outside)

    def unit(self, unit_id: str) -> Unit:
        """The unit with this id; KeyError if the plan has none."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)

    @property
    def tasks(self) -> Iterator[Task]:
        """Every task of every appendix, in printed order."""
        return (task for appendix in self.appendices for task in appendix.tasks)
