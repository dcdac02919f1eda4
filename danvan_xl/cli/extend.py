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
    workspace_option,
)
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.office.job import open_round
from danvan_xl.wording import Lang


@command("extend")
@argument("unit")
@option("--until", required=True, help="opt_until")
@option("--reason", required=True, help="opt_reason")
@workspace_option
def extend(lang: Lang, choice: Choice, unit: str, until: str, reason: str) -> int:
    """Note in the register up to which day the unit may report, and why."""
    chosen = choose(lang, choice)
    chosen.need_workspace(lang)
    current = open_round(chosen.job)
    known_unit(unit, current, lang)
    last, due = day(until, lang, current.period.id), current.period.due
    if due is not None and last <= due:
        raise OperatorError(say(lang, "err_extend_day", until=f"{last:%d/%m/%Y}", due=f"{due:%d/%m/%Y}"))
    if not reason.strip():
        raise OperatorError(say(lang, "err_reason"))
    name, shown = current.plan.unit(unit).name, f"{last:%d/%m/%Y}"
    with register_of(chosen, lang) as register:
        register.extend(unit, current.period.id, last, reason.strip())
        register.note(now(), "extended", current.period.id, f"{unit} {shown}: {reason.strip()}")
    click.echo(say(lang, "extend_done", unit=name, until=shown, period=label(current.period, lang)))
    if (question := far_from_period(last, "--until", current.period, lang)) is not None:
        complain(question)
    return 0
