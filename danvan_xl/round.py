"""A reporting round made ready: everything that reading, checking and merging need to know, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.deadlines import due_in
from danvan_xl.filename import UnitNames
from danvan_xl.language.schedules import read_schedule
from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Form, Line, Period, Plan, Role, Task, Unit, lines
from danvan_xl.model.schedule import Schedule, ScheduleContext
from danvan_xl.recognise import TableSpec, appendix_spec, extra_spec
from danvan_xl.rules.loader import Rules
from danvan_xl.validate import FormChecker
from danvan_xl.waivers import Waiver


class Round(Struct, frozen=True):
    """One plan in one period. ``lines`` in printed order; ``by_unit``: unit → its lines by id.

    ``schedules`` and ``due``: task id → reading of its roadmap, and the day that counts in this period.
    ``texts``: appendix id → comparison key of a task's text → task. ``confirmed``: file (path or name; ``*``
    for the only one) → the unit that a person says it is of. ``waivers``: those in force.
    """

    plan: Plan
    period: Period
    digest: str
    lines: tuple[Line, ...]
    by_unit: Mapping[str, Mapping[str, Line]]
    tasks: Mapping[str, Task]
    appendices: Mapping[str, Appendix]
    schedules: Mapping[str, Schedule]
    due: Mapping[str, date | None]
    checkers: Mapping[str, FormChecker]
    specs: tuple[TableSpec, ...]
    texts: Mapping[str, Mapping[str, Task]]
    forms: Mapping[str, Form]
    owners: Mapping[str, str]
    names: UnitNames
    units: Mapping[str, Unit]
    strict: bool = False
    confirmed: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    def confirmed_unit(self, path: str) -> str | None:
        """The unit that a person said a file is of."""
        if not self.confirmed:
            return None
        name = PurePath(path.replace("\\", "/")).name
        return self.confirmed.get(path) or self.confirmed.get(name) or self.confirmed.get("*")

    @property
    def lead_lines(self) -> tuple[Line, ...]:
        """The lines that must come back, in printed order."""
        return tuple(line for line in self.lines if line.role is Role.LEAD)

    def form_of(self, appendix: Appendix) -> Form:
        """The form beside an appendix."""
        return self.forms[appendix.form]


def schedule_context(plan: Plan, period: Period) -> ScheduleContext:
    """What a roadmap phrase of this plan leaves unsaid. Its year is the period's, kept inside the plan."""
    year = min(max(period.year, plan.start.year), plan.end.year)
    return ScheduleContext(plan_year=year, start=plan.start, end=plan.end, issued=plan.in_force_from)


def read_roadmap(plan: Plan, phrase: str, context: ScheduleContext) -> Schedule:
    """The reading of a roadmap phrase of a plan.

    Days that are counted from the plan's issue stay open while its day of issue is not known.
    """
    schedule = read_schedule(phrase, context)
    if plan.issued is not None or schedule.event.get("trigger") != "plan issued":
        return schedule
    flags = tuple(dict.fromkeys((*schedule.flags, "needs_event")))
    return replace(schedule, start=None, due=None, lenient=None, flags=flags)


def prepare(rules: Rules, period: Period, owners: Mapping[str, str] | None = None) -> Round:
    """Make a round ready. ``owners``: body outside UBND → the unit that answers for it."""
    plan = rules.plan
    every = lines(plan, owners)
    by_unit: dict[str, dict[str, Line]] = {unit.id: {} for unit in plan.reporting_units}
    for line in every:
        if line.assigned:
            by_unit[line.unit][line.id] = line
    context = schedule_context(plan, period)
    phrases = {task.roadmap: read_roadmap(plan, task.roadmap, context) for task in plan.tasks}
    schedules = {task.id: phrases[task.roadmap] for task in plan.tasks}
    extras = tuple(rules.forms[name] for name in (plan.statistics, plan.difficulties) if name)
    specs = tuple(appendix_spec(item, rules.forms[item.form]) for item in plan.appendices)
    return Round(
        plan=plan,
        period=period,
        digest=rules.digest,
        lines=every,
        by_unit=by_unit,
        tasks={task.id: task for task in plan.tasks},
        appendices={item.id: item for item in plan.appendices},
        schedules=schedules,
        due={task: due_in(schedule, period) for task, schedule in schedules.items()},
        checkers={name: FormChecker.of(form, period) for name, form in rules.forms.items()},
        specs=(*specs, *(extra_spec(form) for form in extras)),
        texts={item.id: {key(task.text): task for task in item.tasks} for item in plan.appendices},
        forms=rules.forms,
        owners=owners or {},
        names=UnitNames.of(plan),
        units={unit.id: unit for unit in plan.reporting_units},
        strict=bool(rules.regime.get("strict", False)),
    )
