"""From rules and a period to a round: roadmaps are read and due days worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from danvan_xl.language.schedules import read_schedule
from danvan_xl.model import Period, Plan
from danvan_xl.model.dated_reports import Report
from danvan_xl.model.schedule import Schedule, ScheduleContext
from danvan_xl.round.asked_figures import who_is_asked
from danvan_xl.round.due import cut_off, due_in
from danvan_xl.round.file_names import UnitNames
from danvan_xl.round.round import Given, Round
from danvan_xl.rules.loader import Rules


def schedule_context(plan: Plan, period: Period) -> ScheduleContext:
    """What a roadmap phrase of this plan leaves unsaid. Its year is the period's, kept inside the plan."""
    year = min(max(period.year, plan.start.year), plan.end.year)
    return ScheduleContext(plan_year=year, start=plan.start, end=plan.end, issued=plan.in_force_from)


def read_roadmap(plan: Plan, phrase: str, context: ScheduleContext) -> Schedule:
    """The reading of a roadmap phrase of a plan, with every day of what repeats.

    Days that are counted from the plan's issue stay open while its day of issue is unknown.
    """
    schedule = read_schedule(phrase, context)
    if schedule.occ:  # how it is read is one thing, all of its days are another
        schedule = replace(schedule, occ=read_schedule(phrase, replace(context, every=True)).occ)
    if plan.issued is not None or schedule.event.get("trigger") != "plan issued":
        return schedule
    flags = tuple(dict.fromkeys((*schedule.flags, "needs_event")))
    return replace(schedule, start=None, due=None, lenient=None, flags=flags)


def prepare(
    rules: Rules,
    period: Period,
    owners: Mapping[str, str] | None = None,
    *,
    confirmed: Mapping[str, str] | None = None,
    as_of: date | None = None,
    today: date | None = None,
    reports: tuple[Report, ...] = (),
) -> Round:
    """Make a round ready that collects for these reports; for ``owners`` and ``confirmed`` see ``Given``.

    ``period``: that of the report which is due first. ``as_of``: the cut-off that a person wants instead of `cut_off`
    of the period and ``today``.
    """
    plan = rules.plan
    day = as_of or cut_off(period, today)
    context = schedule_context(plan, period)
    phrases = {phrase: read_roadmap(plan, phrase, context) for phrase in {task.roadmap for task in plan.tasks}}
    schedules = {task.id: phrases[task.roadmap] for task in plan.tasks}
    return Round.of(
        Given(
            plan=plan,
            period=period,
            digest=rules.digest,
            forms=rules.forms,
            schedules=schedules,
            due={task: due_in(schedule, period, day) for task, schedule in schedules.items()},
            as_of=day,
            owners=owners or {},
            names=UnitNames.of(plan),
            strict=bool(rules.regime.get("strict", False)),
            confirmed=confirmed or {},
            reports=reports,
            today=None if as_of else today,
            asked=who_is_asked(plan, rules.forms.get(plan.statistics or ""), owners or {}),
        )
    )
