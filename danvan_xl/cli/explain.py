"""``danvan-xl explain``: how a deadline phrase is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import day, make, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.jsonl import answer_lines
from danvan_xl.language.schedules import explain, read_schedule
from danvan_xl.model import Plan
from danvan_xl.model.schedule import ScheduleContext
from danvan_xl.office.workspace import find_workspace
from danvan_xl.round.preparing import read_roadmap
from danvan_xl.wording import Lang


def context_from_mapping(data: Mapping[str, Any]) -> ScheduleContext:
    """The ``context`` of a request: ``plan_year``, ``start``, ``end``, ``issued``; what is missing follows the year."""
    year = int(data["plan_year"])
    start = date.fromisoformat(data["start"]) if data.get("start") else date(year, 1, 1)
    end = date.fromisoformat(data["end"]) if data.get("end") else date(year, 12, 31)
    issued = date.fromisoformat(data["issued"]) if data.get("issued") else start
    return ScheduleContext(plan_year=year, start=start, end=end, issued=issued)


def _plan_context(plan: str | None, year: int | None, issued: date | None) -> tuple[Plan | None, ScheduleContext]:
    from danvan_xl.office.workspace import RULES, open_workspace
    from danvan_xl.rules.files import RuleSource
    from danvan_xl.rules.loader import load_rules

    root = find_workspace(Path.cwd())
    if plan is None and root is not None and year is None:
        plan = open_workspace(root).settings.plan
    if plan is not None:
        found = load_rules(plan, RuleSource(root / RULES if root else None), root).plan
        start = found.start
        return found, ScheduleContext(year or start.year, start, found.end, issued or found.in_force_from)
    wanted = year or date.today().year  # noqa: DTZ011 - the year on the user's own calendar
    return None, context_from_mapping({"plan_year": wanted, "issued": issued.isoformat() if issued else None})


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(
        phrases: tuple[str, ...], jsonl: bool, as_json_: bool, plan: str | None, year: int | None, issued: str | None
    ) -> int:
        if jsonl:
            answer_lines(lambda r: read_schedule(r["phrase"], context_from_mapping(r["context"])).to_json(), lang)
            return 0
        if not phrases:
            raise OperatorError(say(lang, "err_no_phrase"))
        known = day(issued, lang)
        found, context = _plan_context(plan, year, known)
        of_plan = found is not None and known is None
        readings = [
            read_roadmap(found, phrase, context) if found and of_plan else read_schedule(phrase, context)
            for phrase in phrases
        ]
        if as_json_:
            print_json({"phrases": [{"phrase": r.phrase, "result": r.to_json()} for r in readings]})
        else:
            for reading in readings:
                click.echo(f"“{reading.phrase}”")
                click.echo(f"  {explain(reading, lang)}")
        return 0 if all(reading.understood for reading in readings) else NEEDS_A_PERSON

    params: list[click.Parameter] = [
        click.Argument(["phrases"], nargs=-1),
        click.Option(["--jsonl"], is_flag=True, help=say(lang, "opt_jsonl")),
        click.Option(["--json", "as_json_"], is_flag=True, help=say(lang, "opt_json")),
        click.Option(["--plan"], help=say(lang, "opt_plan_any")),
        click.Option(["--year"], type=click.IntRange(2000, 2100), help=say(lang, "opt_year")),
        click.Option(["--issued"], help=say(lang, "opt_issued")),
    ]
    return make("explain", lang, run, params)
