"""The shipped plans, read by ourselves: units, tasks, forms, and who has which line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[2] / "rules"
PLANS = ("gia-loc", "thach-khoi", "phu-thinh", "nq55")
LEAD, COORDINATE = "Chủ trì", "Phối hợp"


def read_toml(folder: str, name: str) -> dict[str, Any]:
    """A rule file as it is."""
    return tomllib.loads((RULES / folder / f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Unit:
    """One that reports."""

    id: str
    name: str
    short: str


@dataclass(frozen=True)
class Field:
    """An answer column: its name in rules, its heading, the other headings that it may have."""

    name: str
    title: str
    type: str
    form: dict[str, Any]

    @property
    def aliases(self) -> list[str]:
        return list(self.form.get("aliases", ()))


@dataclass(frozen=True)
class Task:
    """A line of an appendix, before it is given to units. ``minimum``: what its target asks for at least, in
    ``measure``.
    """

    id: str
    appendix: str
    text: str
    roadmap: str
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    minimum: float | None
    measure: str | None


@dataclass(frozen=True)
class Line:
    """A task that a unit leads or coordinates."""

    task: Task
    unit: str
    role: str

    @property
    def id(self) -> str:
        return f"{self.task.id}@{self.unit}"


@dataclass(frozen=True)
class Appendix:
    """A sheet of the template. ``printed``: the plan's own columns, field → heading."""

    id: str
    sheet: str
    fields: tuple[Field, ...]
    printed: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What is needed of a plan. ``orphans``: ids of lines that no unit answers for."""

    id: str
    start: date
    end: date
    regime: str
    units: tuple[Unit, ...]
    appendices: tuple[Appendix, ...]
    tasks: tuple[Task, ...]
    lines: tuple[Line, ...]
    orphans: tuple[str, ...]
    indicators: tuple[dict[str, Any], ...]
    questions: tuple[dict[str, Any], ...]
    figure_checks: tuple[dict[str, Any], ...] = ()

    def figures_of(self, unit: str) -> list[dict[str, Any]]:
        """The indicators that a unit is asked for: those that name it, and those that name nobody there is."""
        there = {item.id for item in self.units}
        asked = ((item, set(item.get("asked", ())) & there) for item in self.indicators)
        return [item for item, named in asked if not named or unit in named]

    def is_whole(self, indicator: str) -> bool:
        """Whether an indicator counts whole things."""
        return next(item for item in self.indicators if item["id"] == indicator).get("type", "integer") == "integer"

    def of(self, unit: str, role: str | None = None) -> list[Line]:
        return [line for line in self.lines if line.unit == unit and role in (None, line.role)]

    def appendix(self, name: str) -> Appendix:
        return next(item for item in self.appendices if item.id == name)

    def unit(self, name: str) -> Unit:
        return next(item for item in self.units if item.id == name)


@cache
def form_fields(form: str) -> tuple[Field, ...]:
    """The answer columns of a form, those of the form that it extends in between."""
    raw = read_toml("forms", form)
    own = [Field(item["name"], item["title"], item["type"], item) for item in raw.get("fields", ())]
    if "extends" not in raw:
        return tuple(own)
    fields = list(form_fields(raw["extends"]))
    for item in own:
        after = [field.name for field in fields].index(item.form["after"])
        fields.insert(after + 1, item)
    return tuple(fields)


def _shares(raw: dict[str, Any], groups: dict[str, list[str]]) -> tuple[set[str], set[str]]:
    """Who leads and who coordinates a row.

    A unit that is named beats a collective name on the other side; a collective that stands on both sides beside a
    named lead coordinates; who leads does not coordinate too.
    """
    lead, other = raw["lead"], raw["coordinate"]
    named = {item for item in lead if item not in groups}
    shared = set(lead) & set(other) & set(groups) if named else set()
    leads = named | {
        unit
        for item in lead
        if item in groups and item not in shared
        for unit in groups[item]
        if unit not in {name for name in other if name not in groups}
    }
    others = {unit for item in other for unit in groups.get(item, [item])}
    return leads, others - leads


@cache
def plan(name: str, owner: bool = False, villages: int = 0) -> Plan:
    """A shipped plan. ``owner``: the Party committee's task has the office as its owner; ``villages``: units that the
    workspace adds.
    """
    raw = read_toml("plans", name)
    added = [Unit(f"THON_{n}", f"Thôn số {n}", f"Thôn {n}") for n in range(1, villages + 1)]
    group = village_group(name)
    groups = {key: list(value) for key, value in raw["groups"].items()}
    groups[group] = groups[group] + [item.id for item in added]
    inside = [Unit(item["id"], item["name"], item["short"]) for item in raw["units"] if not item.get("outside")]
    units = (*inside, *added)
    ids = [item.id for item in units]
    tasks, lines, orphans = [], [], []
    for appendix in raw["appendices"]:
        for item in appendix["tasks"]:
            task = Task(
                item["id"], appendix["id"], item["text"], item["roadmap"], tuple(item["lead"]),
                tuple(item["coordinate"]), item.get("target", {}).get("minimum"), item.get("target", {}).get("unit"),
            )  # fmt: skip
            tasks.append(task)
            leads, others = _shares(item, groups)
            if owner:
                leads = {"VP" if unit == "X_DU_UBND" else unit for unit in leads}
                others -= leads
            lines += [Line(task, unit, LEAD) for unit in ids if unit in leads]
            lines += [Line(task, unit, COORDINATE) for unit in ids if unit in others]
            outside = sorted(unit for unit in leads if unit not in ids)
            nobody = [] if leads or not item["lead"] else [item["lead"][0]]
            orphans += [f"{task.id}@{unit}" for unit in (*outside, *nobody)]
    return Plan(
        name, raw["start"], raw["end"], raw["regime"], tuple(units),
        tuple(
            Appendix(
                item["id"],
                item["sheet"],
                form_fields(item["form"]),
                {column["field"]: column["title"] for column in item["columns"]},
            )
            for item in raw["appendices"]
        ),
        tuple(tasks), tuple(lines), tuple(orphans),
        tuple(read_toml("forms", "so-lieu")["indicators"]), tuple(read_toml("forms", "kho-khan")["questions"]),
        tuple(read_toml("forms", "so-lieu")["checks"]),
    )  # fmt: skip


def village_group(name: str) -> str:
    """The group that villages of a workspace join: that of the villages, else everybody."""
    return {"phu-thinh": "G_XOM", "nq55": "G_THON"}.get(name, "G_ALL")


# ---- deadlines whose words leave no doubt -------------------------------------------------------------------------

_MONTH = re.compile(r"Tháng (\d{2})/(\d{4})")
_QUARTER = re.compile(r"Quý (I|II|III|IV)/(\d{4})")
_YEAR = re.compile(r"Năm (\d{4})")
QUARTERS = ("I", "II", "III", "IV")
ENDLESS = ("Thường xuyên",)
YEARLY = ("Hàng năm", "Hằng năm", "hằng năm")


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def plain_due(roadmap: str) -> date | None:
    """The due day of a month, a quarter or a year alone; nothing for any other phrase."""
    if found := _MONTH.fullmatch(roadmap):
        return last_day(int(found[2]), int(found[1]))
    if found := _QUARTER.fullmatch(roadmap):
        return last_day(int(found[2]), 3 * (QUARTERS.index(found[1]) + 1))
    if found := _YEAR.fullmatch(roadmap):
        return date(int(found[1]), 12, 31)
    return None
