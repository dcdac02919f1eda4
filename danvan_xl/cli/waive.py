"""``danvan-xl waive``: let a finding of a unit stand, for a reason, until a day; or list what was let stand."""

from __future__ import annotations

import getpass

import click
from msgspec import Struct

from danvan_xl.cli.common import Choice, choose, day, known_unit, now, register_of, say, workspace_option
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.report import table
from danvan_xl.cli.translated import argument, command, gathered, option
from danvan_xl.model import Severity
from danvan_xl.office.job import open_round
from danvan_xl.round.round import Round
from danvan_xl.round.waivers import WAIVABLE, Waiver
from danvan_xl.wording import Lang, finding_codes, finding_entry

COLUMNS = ("code", "unit", "line", "reason", "until", "who", "at")


class Wish(Struct, frozen=True):
    """What is to be let stand, as the options say; empty where not given."""

    code: str = ""
    unit: str = ""
    line: str | None = None
    reason: str = ""
    until: str = ""
    who: str = ""

    @property
    def complete(self) -> bool:
        """Whether it says what a waiver needs."""
        return bool(self.code and self.unit and self.reason and self.until)


def _waiver(current: Round, wish: Wish, lang: Lang) -> Waiver:
    """The waiver, once everything in it is found in the plan and the catalogue."""
    code, unit, line = wish.code.upper(), wish.unit, wish.line
    if code not in finding_codes() or Severity(finding_entry(code)["severity"]) not in WAIVABLE:
        raise OperatorError(say(lang, "err_waive_code", code=code))
    known_unit(unit, current, lang)
    if line is not None and "@" not in line:
        line = f"{line}@{unit}"
    if line is not None and line not in current.by_unit[unit] and not line.startswith("+"):
        raise OperatorError(say(lang, "err_waive_line", line=line, unit=unit))
    if not wish.reason.strip():
        raise OperatorError(say(lang, "err_reason"))
    return Waiver(
        code,
        unit,
        line,
        wish.reason.strip(),
        day(wish.until, lang, current.period.id),
        wish.who or getpass.getuser(),
        now(),
    )


def _too_short(current: Round, waiver: Waiver, lang: Lang) -> str:
    """That the waiver does not hold any more when the report of the period is made."""
    period = current.period
    return say(
        lang,
        "waive_too_short",
        until=f"{waiver.until:%d/%m/%Y}",
        as_of=f"{current.as_of:%d/%m/%Y}",
        enough=current.as_of.isoformat(),
        period=period.label_in(lang),
    )


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


@command("waive")
@argument("code", required=False)
@option("--unit", help="opt_waive_unit")
@option("--line", help="opt_waive_line")
@option("--reason", help="opt_reason")
@option("--until", help="opt_until")
@option("--who", help="opt_who")
@option("--list", "list_", is_flag=True, help="opt_waive_list")
@gathered("wish", Wish)
@workspace_option
def waive(lang: Lang, choice: Choice, wish: Wish, list_: bool) -> int:
    """Note in the register what is let stand, or print all that was."""
    chosen = choose(lang, choice)
    with register_of(chosen, lang) as register:
        if list_:
            _print(register.waivers(), lang)
            return 0
        if not wish.complete:
            raise OperatorError(say(lang, "err_waive_needs"))
        current = open_round(chosen.job)
        waiver = _waiver(current, wish, lang)
        register.waive(waiver)
        detail = f"{waiver.code} {waiver.line or waiver.unit}: {waiver.reason}"
        register.note(waiver.at, "waived", current.period.id, detail)
    if waiver.until < current.as_of:
        complain(_too_short(current, waiver, lang))
    where = waiver.line or current.plan.unit(waiver.unit).name
    click.echo(say(lang, "waive_done", code=waiver.code, where=where, until=f"{waiver.until:%d/%m/%Y}"))
    return 0
