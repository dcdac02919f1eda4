"""What of a plan a round, or one of its reports, is about."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from danvan_xl.model import Plan, Unit, expand
from danvan_xl.model.dated_reports import Report


def narrowed(plan: Plan, reports: Iterable[Report]) -> Plan:
    """The plan with what these reports are about; the whole plan where one of them is about everything.

    Where no form of the whole unit is left, only the units that lead one of the tasks are asked.
    """
    reports = tuple(reports)
    if any(not report.tasks and not report.forms for report in reports):
        return plan
    tasks = {name for report in reports for name in report.tasks}
    forms = {name for report in reports for name in report.forms}
    kept = (
        replace(item, tasks=tuple(task for task in item.tasks if task.id in tasks or item.id in forms))
        for item in plan.appendices
    )
    found = replace(
        plan,
        appendices=tuple(item for item in kept if item.tasks),
        statistics=plan.statistics if plan.statistics in forms else None,
        difficulties=plan.difficulties if plan.difficulties in forms else None,
    )
    if found.statistics or found.difficulties:
        return found
    leads = {name for task in found.tasks for name in (*expand(plan, task)[0], *task.lead)}
    return replace(found, units=tuple(_asked(unit, leads) for unit in plan.units))


def _asked(unit: Unit, leads: set[str]) -> Unit:
    return unit if unit.id in leads else replace(unit, outside=True)
