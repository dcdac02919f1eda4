"""Plan rule files → ``Plan`` values, and the checks that a JSON Schema can't express."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from danvan_xl.language.nearest import listed
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Appendix, Goal, Group, Plan, PrintedColumn, Task, Unit
from danvan_xl.rules.target_files import target_faults, targets_from
from danvan_xl.wording import Sentence, sentence

Fault = tuple[str, Sentence]
WIDTHS = {"stt": 6, "text": 52, "roadmap": 14, "lead_text": 20, "coordinate_text": 20, "product": 22}
"""Widths of the plan's own columns in characters, if the file gives none."""


def _day(value: date | str | None) -> date | None:
    """A day as TOML gives it; a quoted day means the same, however it is written."""
    return read_written_day(value) if isinstance(value, str) else value


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
        target=Goal(**target) if target else None,
        targets=targets_from(data["id"], data.get("targets", ())),
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


def _repeated(ids: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """A fault for every id, of (key path, id), that was met before."""
    met = set()
    for where, item in ids:
        if item in met:
            yield where, sentence("rules", "duplicate_id", id=item)
        met.add(item)


def _unknown(key: str, item: str, known: Collection[str] | Mapping[str, str]) -> Sentence:
    return sentence("rules", key, id=item, known=listed(item, known))


def _appendix_faults(position: int, plan: Plan, known: Mapping[str, str], forms: Collection[str]) -> Iterator[Fault]:
    appendix = plan.appendices[position]
    where = f"appendices[{position}]"
    if appendix.form not in forms:
        yield f"{where}.form", _unknown("unknown_form", appendix.form, forms)
    groups = {group.id: group.title for group in appendix.groups}
    for number, task in enumerate(appendix.tasks):
        if task.group and task.group not in groups:
            yield f"{where}.tasks[{number}].group", _unknown("unknown_group_row", task.group, list(groups))
        for side, ids in (("lead", task.lead), ("coordinate", task.coordinate)):
            for item in ids:
                if item not in known:
                    yield f"{where}.tasks[{number}].{side}", _unknown("unknown_unit", item, known)
        if task.targets:
            yield from target_faults(f"{where}.tasks[{number}]", plan, task, known)


def plan_faults(plan: Plan, forms: Collection[str], regimes: Collection[str]) -> Iterator[Fault]:
    """What is wrong with a plan even though it meets its schema. ``forms``, ``regimes``: the names that exist."""
    units = unit_names(plan)
    if plan.start > plan.end:
        yield "start", sentence("rules", "order_of_days", start=f"{plan.start:%d/%m/%Y}", end=f"{plan.end:%d/%m/%Y}")
    reporting = {unit.id: units[unit.id] for unit in plan.reporting_units}
    if plan.office not in reporting:
        yield "office", _unknown("office_outside", plan.office, reporting)
    if plan.regime not in regimes:
        yield "regime", _unknown("unknown_regime", plan.regime, regimes)
    for name, extra in (("statistics", plan.statistics), ("difficulties", plan.difficulties)):
        if extra and extra not in forms:
            yield name, _unknown("unknown_form", extra, forms)
    yield from _repeated((f"units[{n}]", unit.id) for n, unit in enumerate(plan.units))
    yield from _repeated((f"appendices[{n}]", item.id) for n, item in enumerate(plan.appendices))
    yield from _repeated((f"appendices[{n}].sheet", item.sheet) for n, item in enumerate(plan.appendices))
    yield from _repeated(
        (f"appendices[{n}].tasks[{place}]", task.id)
        for n, item in enumerate(plan.appendices)
        for place, task in enumerate(item.tasks)
    )
    for name, members in plan.groups.items():
        for member in members:
            if member not in units:
                yield f"groups.{name}", _unknown("unknown_unit", member, units)
    known = {**units, **dict.fromkeys(plan.groups, "")}
    for position in range(len(plan.appendices)):
        yield from _appendix_faults(position, plan, known, forms)


def unit_names(plan: Plan) -> dict[str, str]:
    """Unit → its name, as a sentence lists the units that there are."""
    return {unit.id: unit.name for unit in plan.units}
