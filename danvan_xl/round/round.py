"""A reporting round made ready: everything that reading, checking and merging need to know, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Assignment, Form, Line, Period, Plan, Task, Unit, layout
from danvan_xl.model.schedule import Schedule
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.columns import TableSpec, appendix_spec, extra_spec, target_spec
from danvan_xl.round.due import cut_off, due_in
from danvan_xl.round.file_names import UnitNames
from danvan_xl.round.target_form import AskedTarget, asked_units, target_form, targets_of
from danvan_xl.round.waivers import Waiver
from danvan_xl.rules.checks import RowContext


class Given(Struct, frozen=True):
    """What a round is made from, once rules and settings are read: plain values that can go to other processes.

    ``schedules`` and ``due``: task id → reading of its roadmap, and the day that counts in this period. ``as_of``: the
    cut-off, by which everything is judged that has a day. ``owners``: body outside UBND → the unit that answers for it.
    ``confirmed``: file (path or name; ``*`` for the only one) → the unit that a person says it comes from.
    ``waivers``: those in force.
    """

    plan: Plan
    period: Period
    digest: str
    forms: Mapping[str, Form]
    schedules: Mapping[str, Schedule]
    due: Mapping[str, date | None]
    as_of: date
    owners: Mapping[str, str]
    names: UnitNames
    strict: bool = False
    confirmed: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()


class Round(Struct, frozen=True):
    """One plan in one period. ``by_unit``: unit → its lines by id; see ``Given`` for the fields that it is made from.

    ``texts``: appendix id → comparison key of a task's text → task; ``titles``: appendix id → key of a
    group's title → group. ``targets``: id → target; ``target_units``: target → the units that it is asked of, or whose
    lines it counts.
    """

    plan: Plan
    period: Period
    digest: str
    by_unit: Mapping[str, Mapping[str, Line]]
    tasks: Mapping[str, Task]
    appendices: Mapping[str, Appendix]
    schedules: Mapping[str, Schedule]
    due: Mapping[str, date | None]
    as_of: date
    checkers: Mapping[str, FormChecker]
    specs: tuple[TableSpec, ...]
    texts: Mapping[str, Mapping[str, Task]]
    titles: Mapping[str, Mapping[str, str]]
    forms: Mapping[str, Form]
    owners: Mapping[str, str]
    names: UnitNames
    units: Mapping[str, Unit]
    strict: bool = False
    confirmed: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    targets: Mapping[str, AskedTarget] = field(default_factory=dict)
    target_units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Given) -> Round:
        """Make the round ready for reading: compile the forms, key the texts."""
        plan = given.plan
        extras = tuple(given.forms[name] for name in (plan.statistics, plan.difficulties) if name)
        specs = [appendix_spec(item, given.forms[item.form]) for item in plan.appendices]
        specs += map(extra_spec, extras)
        checkers = {name: FormChecker.of(form, given.period) for name, form in given.forms.items()}
        targets = targets_of(plan)
        if any(item.target.kind.parts for item in targets.values()):
            form = target_form(targets)
            specs.append(target_spec(form))
            checkers[layout.TARGET_FORM] = FormChecker.of(form, given.period)
        return cls(
            plan=plan,
            period=given.period,
            digest=given.digest,
            by_unit=Assignment(plan, given.owners),
            tasks={task.id: task for task in plan.tasks},
            appendices={item.id: item for item in plan.appendices},
            schedules=given.schedules,
            due=given.due,
            as_of=given.as_of,
            checkers=checkers,
            specs=tuple(specs),
            texts={item.id: {key(task.text): task for task in item.tasks} for item in plan.appendices},
            titles={item.id: {key(group.title): group.id for group in item.groups} for item in plan.appendices},
            forms=given.forms,
            owners=given.owners,
            names=given.names,
            units={unit.id: unit for unit in plan.reporting_units},
            strict=given.strict,
            confirmed=given.confirmed,
            waivers=given.waivers,
            targets=targets,
            target_units=asked_units(plan, targets, given.owners),
        )

    def __reduce__(self) -> tuple[Callable[[Given], Round], tuple[Given]]:
        """Only the values go to another process; what was compiled from them is compiled again there."""
        return Round.of, (Given(**{name: getattr(self, name) for name in Given.__struct_fields__}),)

    def as_planned(self) -> Round:
        """The round at the day for which its report is made, whatever day it is now: what its templates are from."""
        day = cut_off(self.period)
        if day == self.as_of:
            return self
        due = {task: due_in(schedule, self.period, day) for task, schedule in self.schedules.items()}
        return replace(self, as_of=day, due=due)

    def confirmed_unit(self, path: str) -> str | None:
        """The unit that a person said a file comes from."""
        if not self.confirmed:
            return None
        name = PurePath(path.replace("\\", "/")).name
        return self.confirmed.get(path) or self.confirmed.get(name) or self.confirmed.get("*")

    @property
    def unassigned(self) -> tuple[Line, ...]:
        """The lead lines that belong to no unit until the office says to which, in printed order."""
        return tuple(Assignment(self.plan, self.owners).unassigned())

    @property
    def unassigned_by_body(self) -> Mapping[str, list[Line]]:
        """Body or group that nobody answers for yet → its waiting lead lines."""
        found: dict[str, list[Line]] = {}
        for line in self.unassigned:
            found.setdefault(line.unit, []).append(line)
        return found

    def row_context(self, line: Line | None) -> RowContext:
        """What the row rules may know; ``line`` None: a row that is no line of the plan."""
        plan, period = self.plan, self.period
        due, target = (self.due[line.task.id], line.task.typed_goal) if line else (None, None)
        return RowContext(plan.start, plan.end, period.first, period.last, self.as_of, due, target)

    def form_of(self, appendix: Appendix) -> Form:
        """The form of an appendix."""
        return self.forms[appendix.form]
