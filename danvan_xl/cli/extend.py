"""``danvan-xl extend``: give a unit more time for the period in force."""

from __future__ import annotations

import click

from danvan_xl.cli.common import (
    Choice,
    choose,
    day,
    far_from_period,
    known_unit,
    label,
    now,
    register_of,
    say,
    workspace_report_options,
)
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.office.job import open_round, own_days
from danvan_xl.round.extensions import Extension
from danvan_xl.wording import Lang


@command("extend")
@argument("unit")
@option("--until", required=True, help="opt_until")
@option("--reason", required=True, help="opt_reason")
@option("--by", help="opt_by")
@workspace_report_options
def extend(lang: Lang, choice: Choice, unit: str, until: str, reason: str, by: str | None) -> int:
    """Note in the register up to which day the unit may report, and why."""
    chosen = choose(lang, choice)
    chosen.need_workspace(lang)
    current = open_round(chosen.job)
    known_unit(unit, current, lang)
    last, allowed_by = day(until, lang, current.period.id), " ".join((by or "").split())
    wanted = [item for item in current.reports if not choice.report or item.id in choice.report]
    dues = [item.period.due for item in wanted if item.period.due is not None]
    if dues and last <= min(dues):
        raise OperatorError(say(lang, "err_extend_day", until=f"{last:%d/%m/%Y}", due=f"{min(dues):%d/%m/%Y}"))
    of_plan = own_days(chosen.job)
    for report in wanted:
        own = of_plan.get(report.id)
        if own is not None and last > own and not allowed_by:
            days = {"until": f"{last:%d/%m/%Y}", "own": f"{own:%d/%m/%Y}"}
            raise OperatorError(say(lang, "err_extend_by", report=report.name(lang), **days))
    if not reason.strip():
        raise OperatorError(say(lang, "err_reason"))
    name, shown = current.plan.unit(unit).name, f"{last:%d/%m/%Y}"
    with register_of(chosen, lang) as register:
        for report_id in choice.report or ("",):
            register.extend(current.period.id, Extension(unit, last, reason.strip(), report_id, allowed_by))
        of = f" ({', '.join(choice.report)})" if choice.report else ""
        allowed = f", {allowed_by}" if allowed_by else ""
        register.note(now(), "extended", current.period.id, f"{unit}{of} {shown}{allowed}: {reason.strip()}")
    click.echo(say(lang, "extend_done", unit=name, until=shown, period=label(current.period, lang)))
    if (question := far_from_period(last, "--until", current.period, lang)) is not None:
        complain(question)
    return 0
