"""``danvan-xl explain``: how a deadline phrase is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from danvan_xl.cli.common import day, json_option, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.jsonl import answer_lines
from danvan_xl.cli.translated import argument, command, gathered, option
from danvan_xl.language.schedules import explain as in_words
from danvan_xl.language.schedules import read_schedule
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Plan
from danvan_xl.model.schedule import Schedule, ScheduleContext
from danvan_xl.office.workspace import find_workspace
from danvan_xl.round.preparing import read_roadmap
from danvan_xl.wording import Lang, SentenceError, sentence


def context_from_mapping(data: Mapping[str, Any]) -> ScheduleContext:
    """The ``context`` of a request: ``plan_year``, ``start``, ``end``, ``issued``; missing days come from the year."""
    year = int(data["plan_year"])

    def day_of(key: str, otherwise: date) -> date:
        written = data.get(key)
        found = read_written_day(written, year) if written else otherwise
        if found is None:
            raise SentenceError(sentence("cli", "bad_context_day", key=key, found=written))
        return found

    start = day_of("start", date(year, 1, 1))
    return ScheduleContext(year, start, day_of("end", date(year, 12, 31)), day_of("issued", start))


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


class Context(Struct, frozen=True):
    """What the options say about the plan that a phrase comes from."""

    plan: str | None = None
    year: int | None = None
    issued: str | None = None


@command("explain")
@argument("phrases", nargs=-1)
@option("--jsonl", is_flag=True, help="opt_jsonl")
@json_option
@option("--plan", help="opt_plan_any")
@option("--year", type=click.IntRange(2000, 2100), help="opt_year")
@option("--issued", help="opt_issued")
@gathered("context", Context)
def explain(lang: Lang, phrases: tuple[str, ...], jsonl: bool, as_json_: bool, context: Context) -> int:
    """Print how each phrase is read."""
    if jsonl:
        answer_lines(lambda r: read_schedule(r["phrase"], context_from_mapping(r["context"])).to_json(), lang)
        return 0
    if not phrases:
        raise OperatorError(say(lang, "err_no_phrase"))
    readings = _readings(phrases, context, lang)
    if as_json_:
        print_json({"phrases": [{"phrase": r.phrase, "result": r.to_json()} for r in readings]})
    else:
        for reading in readings:
            click.echo(f"“{reading.phrase}”")
            click.echo(f"  {in_words(reading, lang)}")
    return 0 if all(reading.understood for reading in readings) else NEEDS_A_PERSON


def _readings(phrases: Iterable[str], context: Context, lang: Lang) -> list[Schedule]:
    """The phrases as read; those of a plan with the plan's own events, unless another day of issue is given."""
    issued = None if context.issued is None else day(context.issued, lang, str(context.year) if context.year else None)
    plan, known = _plan_context(context.plan, context.year, issued)
    if plan is not None and issued is None:
        return [read_roadmap(plan, phrase, known) for phrase in phrases]
    return [read_schedule(phrase, known) for phrase in phrases]
