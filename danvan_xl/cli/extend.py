"""``danvan-xl extend``: give a unit more time for the period in force."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import choose, day, make, now, say, workspace_option
from danvan_xl.cli.errors import OperatorError
from danvan_xl.office.job import open_round
from danvan_xl.office.register import open_register
from danvan_xl.wording import Lang


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(unit: str, until: str, reason: str, workspace: Path | None) -> int:
        chosen = choose(lang, None, None, workspace, None, ())
        assert chosen.workspace is not None  # choose says so where there is none
        current = open_round(chosen.job)
        if unit not in current.by_unit:
            raise OperatorError(say(lang, "err_unknown_unit", unit=unit, known=", ".join(current.by_unit)))
        last, due = day(until, lang), current.period.due
        assert last is not None
        if due is not None and last <= due:
            raise OperatorError(say(lang, "err_extend_day", until=f"{last:%d/%m/%Y}", due=f"{due:%d/%m/%Y}"))
        if not reason.strip():
            raise OperatorError(say(lang, "err_reason"))
        name, shown = current.plan.unit(unit).name, f"{last:%d/%m/%Y}"
        with open_register(chosen.workspace.register) as register:
            register.extend(unit, current.period.id, last, reason.strip())
            register.note(now(), "extended", current.period.id, f"{unit} {shown}: {reason.strip()}")
        click.echo(say(lang, "extend_done", unit=name, until=shown, period=current.period.label))
        return 0

    params: list[click.Parameter] = [
        click.Argument(["unit"]),
        click.Option(["--until"], required=True, help=say(lang, "opt_until")),
        click.Option(["--reason"], required=True, help=say(lang, "opt_reason")),
        *workspace_option(lang),
    ]
    return make("extend", lang, run, params)
