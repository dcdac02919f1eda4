"""``danvan-xl waive``: let a finding of a unit stand, for a reason, until a day; or list what was let stand."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import choose, day, make, now, say, workspace_option
from danvan_xl.cli.errors import OperatorError
from danvan_xl.cli.report import table
from danvan_xl.model import Severity
from danvan_xl.office.job import open_round
from danvan_xl.office.register import open_register
from danvan_xl.round.round import Round
from danvan_xl.round.waivers import WAIVABLE, Waiver
from danvan_xl.wording import Lang, finding_codes, finding_entry

COLUMNS = ("code", "unit", "line", "reason", "until", "who", "at")


def _waiver(
    current: Round, lang: Lang, code: str, unit: str, line: str | None, reason: str, until: str, who: str | None
) -> Waiver:
    """The waiver, everything in it known to the plan and the catalogue."""
    code = code.upper()
    if code not in finding_codes() or Severity(finding_entry(code)["severity"]) not in WAIVABLE:
        raise OperatorError(say(lang, "err_waive_code", code=code))
    if unit not in current.by_unit:
        raise OperatorError(say(lang, "err_unknown_unit", unit=unit, known=", ".join(current.by_unit)))
    if line is not None and "@" not in line:
        line = f"{line}@{unit}"
    if line is not None and line not in current.by_unit[unit] and not line.startswith("+"):
        raise OperatorError(say(lang, "err_waive_line", line=line, unit=unit))
    if not reason.strip():
        raise OperatorError(say(lang, "err_reason"))
    last = day(until, lang)
    assert last is not None
    return Waiver(code, unit, line, reason.strip(), last, who or getpass.getuser(), now())


def _print(waivers: tuple[Waiver, ...], lang: Lang) -> None:
    if not waivers:
        click.echo(say(lang, "waive_none"))
        return
    columns = [(say(lang, f"col_waive_{name}"), "left") for name in COLUMNS]
    rows = [
        [w.code, w.unit, w.line or "*", w.reason, f"{w.until:%d/%m/%Y}", w.who, f"{w.at:%d/%m/%Y %H:%M}"]
        for w in waivers
    ]
    table(columns, rows)


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(
        code: str | None, unit: str | None, line: str | None, reason: str | None, until: str | None, who: str | None,
        list_: bool, workspace: Path | None,
    ) -> int:  # fmt: skip
        chosen = choose(lang, None, None, workspace, None, ())
        assert chosen.workspace is not None  # choose says so where there is none
        with open_register(chosen.workspace.register) as register:
            if list_:
                _print(register.waivers(), lang)
                return 0
            if not (code and unit and reason and until):
                raise OperatorError(say(lang, "err_waive_needs"))
            current = open_round(chosen.job)
            waiver = _waiver(current, lang, code, unit, line, reason, until, who)
            register.waive(waiver)
            detail = f"{waiver.code} {waiver.line or waiver.unit}: {waiver.reason}"
            register.note(waiver.at, "waived", current.period.id, detail)
        where = waiver.line or current.plan.unit(waiver.unit).name
        click.echo(say(lang, "waive_done", code=waiver.code, where=where, until=f"{waiver.until:%d/%m/%Y}"))
        return 0

    params: list[click.Parameter] = [
        click.Argument(["code"], required=False),
        click.Option(["--unit"], help=say(lang, "opt_waive_unit")),
        click.Option(["--line"], help=say(lang, "opt_waive_line")),
        click.Option(["--reason"], help=say(lang, "opt_reason")),
        click.Option(["--until"], help=say(lang, "opt_until")),
        click.Option(["--who"], help=say(lang, "opt_who")),
        click.Option(["--list", "list_"], is_flag=True, help=say(lang, "opt_waive_list")),
        *workspace_option(lang),
    ]
    return make("waive", lang, run, params)
