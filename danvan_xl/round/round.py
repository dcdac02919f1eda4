"""A reporting round made ready: everything that reading, checking and merging need to know, computed once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Assignment, Form, Indicator, Line, Period, Plan, Task, Unit, layout
from danvan_xl.model.dated_reports import Report, Window, alike, figure_window
from danvan_xl.model.schedule import Schedule
from danvan_xl.model.submission import Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.columns import TableSpec, appendix_spec, extra_spec, target_spec
from danvan_xl.round.due import cut_off, due_in
from danvan_xl.round.file_names import UnitNames
from danvan_xl.round.narrowing import narrowed
from danvan_xl.round.nil_limits import must_be_done
from danvan_xl.round.target_form import AskedTarget, asked_units, target_form, targets_of
from danvan_xl.round.waivers import Waiver
from danvan_xl.rules.checks import RowContext


class Given(Struct, frozen=True):
    """What a round is made from, once rules and settings are read: plain values that can go to other processes.

    ``schedules`` and ``due``: task id → reading of its roadmap, and the day that counts in this period. ``as_of``: the
    cut-off, by which everything is judged that has a day. ``owners``: body outside UBND → the unit that answers for it.
    ``confirmed``: file (path or name; ``*`` for the only one) → the unit that a person says it comes from.
    ``waivers``: those in force. ``reports``: those that the round collects for; ``chosen``: ids of those that are meant
    where it is not all of them. ``today``: the day of the command, where the cut-off follows from it. ``asked``:
    indicator → the units that report it, where not everybody does.
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
    reports: tuple[Report, ...] = ()
    chosen: tuple[str, ...] = ()
    today: date | None = None
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)


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
    reports: tuple[Report, ...] = ()
    chosen: tuple[str, ...] = ()
    today: date | None = None
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
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
            reports=given.reports,
            chosen=given.chosen,
            today=given.today,
            asked=given.asked,
            targets=targets,
            target_units=asked_units(plan, targets, given.owners),
        )

    def __reduce__(self) -> tuple[Callable[[Given], Round], tuple[Given]]:
        """Only the values go to another process; what was compiled from them is compiled again there."""
        return Round.of, (self._given(),)

    def _given(self) -> Given:
        return Given(**{name: getattr(self, name) for name in Given.__struct_fields__})

    @property
    def made_for(self) -> tuple[Report, ...]:
        """The reports that are meant: all that the round collects for, or those chosen."""
        return tuple(item for item in self.reports if item.id in self.chosen) if self.chosen else self.reports

    @property
    def window(self) -> Window | None:
        """The days over which units count in this round; None where no report says."""
        return figure_window(self.reports, self.plan.statistics)

    def groups(self, wanted: Collection[str] = ()) -> tuple[tuple[Report, ...], ...]:
        """The reports (those with the ids ``wanted``, or all), those that share everything together."""
        return alike(item for item in self.reports if not wanted or item.id in wanted)

    def for_reports(self, wanted: Sequence[Report]) -> Round:
        """The round for some of its reports, which share everything: with their day, window, cut-off and content."""
        if tuple(wanted) == self.reports:
            return self
        period = wanted[0].period
        day = cut_off(period, self.today) if self.today is not None else self.as_of
        chosen = tuple(item.id for item in wanted)
        return Round.of(
            replace(
                self._given(),
                plan=narrowed(self.plan, wanted),
                period=period,
                chosen=chosen,
                as_of=day,
                due={task: due_in(schedule, period, day) for task, schedule in self.schedules.items()},
            )
        )

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

    @property
    def last_day(self) -> date:
        """The last day that the report speaks of: that of its data, else that of its period."""
        return self.window[1] if self.window is not None else self.period.window_to or self.period.last

    @property
    def first_day(self) -> date:
        """The first day that an answer may give: the plan's, or that of the data, which may begin before the plan."""
        start = self.plan.start
        return min(start, self.window[0]) if self.window is not None else start

    def row_context(self, line: Line | None) -> RowContext:
        """What the row rules may know; ``line`` None: a row that is no line of the plan."""
        plan, period = self.plan, self.period
        due, target = (self.due[line.task.id], line.task.typed_goal) if line else (None, None)
        first, last = self.window or (period.window_from, period.window_to)
        return RowContext(
            self.first_day,
            plan.end,
            period.first,
            period.last,
            self.as_of,
            due,
            target,
            window_start=first,
            window_end=last,
        )

    def asks(self, unit: str, indicator: str) -> bool:
        """Whether a unit is asked for an indicator."""
        asked = self.asked.get(indicator)
        return asked is None or unit in asked

    def figures_of(self, unit: str) -> tuple[Indicator, ...]:
        """The indicators that a unit is asked for, in printed order."""
        form = self.forms[self.plan.statistics] if self.plan.statistics else None
        return tuple(item for item in form.indicators if self.asks(unit, item.id)) if form else ()

    def figures_shown(self, unit: str, figures: Mapping[str, Value]) -> tuple[Indicator, ...]:
        """The indicators that a unit is asked for, and those of which it says something all the same."""
        form = self.forms[self.plan.statistics] if self.plan.statistics else None
        items = form.indicators if form else ()
        return tuple(item for item in items if self.asks(unit, item.id) or figures.get(item.id) is not None)

    def must_be_done(self, task: Task) -> bool:
        """Whether "không phát sinh" is asked about in the line of a task."""
        return must_be_done(task, self.schedules[task.id], self.due[task.id], self.period)

    def form_of(self, appendix: Appendix) -> Form:
        """The form of an appendix."""
        return self.forms[appendix.form]
