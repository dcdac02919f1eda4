"""Plan rule files → ``Plan`` values, and the checks that a JSON Schema can't express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from danvan_xl.model import Appendix, Group, Plan, PrintedColumn, Target, Task, Unit
from danvan_xl.wording import text

Fault = tuple[str, str]
WIDTHS = {"stt": 6, "text": 52, "roadmap": 14, "lead_text": 20, "coordinate_text": 20, "product": 22}
"""Widths of the plan's own columns in characters, if the file gives none."""


def _day(value: date | str | None) -> date | None:
    """A day as TOML gives it; a quoted day means the same."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _number(value: str) -> str:
    """The plan's number; nothing where the blank before ``/KH-UBND`` was never filled in."""
    return value if any(letter.isdigit() for letter in value) else ""


def _unit(data: Mapping[str, Any]) -> Unit:
    return Unit(
        id=data["id"],
        name=data["name"],
        short=data.get("short", data["name"]),
        aliases=tuple(data.get("aliases", ())),
        email=data.get("email"),
        outside=data.get("outside", False),
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
    )


def _task(appendix: str, data: Mapping[str, Any]) -> Task:
    target = data.get("target")
    return Task(
        id=data["id"],
        appendix=appendix,
        group=data.get("group", ""),
        stt=data.get("stt", ""),
        text=data["text"],
        roadmap=data.get("roadmap", ""),
        lead_text=data.get("lead_text", ""),
        coordinate_text=data.get("coordinate_text", ""),
        product=data.get("product", ""),
        lead=tuple(data["lead"]),
        coordinate=tuple(data.get("coordinate", ())),
        target=Target(**target) if target else None,
    )


def _appendix(data: Mapping[str, Any]) -> Appendix:
    return Appendix(
        id=data["id"],
        number=data["number"],
        title=data["title"],
        sheet=data["sheet"],
        form=data["form"],
        columns=tuple(
            PrintedColumn(item["field"], item["title"], item.get("width", WIDTHS[item["field"]]))
            for item in data["columns"]
        ),
        groups=tuple(Group(item["id"], item.get("stt", ""), item["title"]) for item in data.get("groups", ())),
        tasks=tuple(_task(data["id"], item) for item in data["tasks"]),
    )


def plan_from_mapping(data: Mapping[str, Any]) -> Plan:
    """A plan from a file that met its schema."""
    start, end = _day(data["start"]), _day(data["end"])
    assert start is not None  # the schema requires both
    assert end is not None
    return Plan(
        id=data["id"],
        version=data["version"],
        number=_number(data.get("number", "")),
        issued=_day(data.get("issued")),
        issuing_body=data["issuing_body"],
        place=data.get("place", ""),
        title=data["title"],
        citation=data.get("citation", ""),
        start=start,
        end=end,
        regime=data["regime"],
        office=data["office"],
        recipients=tuple(data.get("recipients", ())),
        units=tuple(_unit(item) for item in data["units"]),
        groups={name: tuple(units) for name, units in data["groups"].items()},
        appendices=tuple(_appendix(item) for item in data["appendices"]),
        notes=tuple(data.get("notes", ())),
        issued_from=_day(data.get("issued_from")),
        statistics=data.get("statistics", "so-lieu") or None,
        difficulties=data.get("difficulties", "kho-khan") or None,
    )


def _repeated(ids: Iterator[str], where: str) -> Iterator[Fault]:
    for item, times in Counter(ids).items():
        if times > 1:
            yield where, text("rules", "duplicate_id", id=item)


def _appendix_faults(position: int, appendix: Appendix, known: set[str], forms: set[str]) -> Iterator[Fault]:
    where = f"appendices[{position}]"
    if appendix.form not in forms:
        yield f"{where}.form", text("rules", "unknown_form", id=appendix.form)
    groups = {group.id for group in appendix.groups}
    for number, task in enumerate(appendix.tasks):
        if task.group and task.group not in groups:
            yield f"{where}.tasks[{number}].group", text("rules", "unknown_group_row", id=task.group)
        for side, ids in (("lead", task.lead), ("coordinate", task.coordinate)):
            for item in ids:
                if item not in known:
                    yield f"{where}.tasks[{number}].{side}", text("rules", "unknown_unit", id=item)


def plan_faults(plan: Plan, forms: set[str], regimes: set[str]) -> Iterator[Fault]:
    """What is wrong with a plan even though it meets its schema. ``forms``, ``regimes``: the names that exist."""
    units = {unit.id for unit in plan.units}
    if plan.start > plan.end:
        yield "start", text("rules", "order_of_days", start=plan.start, end=plan.end)
    if plan.office not in {unit.id for unit in plan.reporting_units}:
        yield "office", text("rules", "office_outside", id=plan.office)
    if plan.regime not in regimes:
        yield "regime", text("rules", "unknown_regime", id=plan.regime)
    for extra in (plan.statistics, plan.difficulties):
        if extra and extra not in forms:
            yield "statistics", text("rules", "unknown_form", id=extra)
    yield from _repeated((unit.id for unit in plan.units), "units")
    yield from _repeated((item.id for item in plan.appendices), "appendices")
    yield from _repeated((item.sheet for item in plan.appendices), "appendices.sheet")
    yield from _repeated((task.id for task in plan.tasks), "appendices.tasks")
    for name, members in plan.groups.items():
        for member in members:
            if member not in units:
                yield f"groups.{name}", text("rules", "unknown_unit", id=member)
    for position, appendix in enumerate(plan.appendices):
        yield from _appendix_faults(position, appendix, units | set(plan.groups), forms)
