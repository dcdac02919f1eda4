"""``danvan-xl calendar``: a year's deadlines for people, as JSON, and as a file for a calendar program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import click
from msgspec.structs import replace

from danvan_xl.cli.common import FILE, Choice, choose, chosen_options, json_option, print_json, rules_of, say
from danvan_xl.cli.report import table
from danvan_xl.cli.translated import command, option
from danvan_xl.model import Plan
from danvan_xl.model.schedule import ScheduleContext
from danvan_xl.office.job import Job, reported_days
from danvan_xl.round.preparing import read_roadmap
from danvan_xl.rules.calendar_rows import CalendarRow, DatedTask, calendar_rows
from danvan_xl.rules.loader import Rules, load_calendar
from danvan_xl.rules.obligations import obligations
from danvan_xl.rules.regimes import regime_from_mapping
from danvan_xl.wording import Lang


def dated_tasks(plan: Plan, year: int) -> Iterator[DatedTask]:
    """The plan's lines with a due day in the year; a line that repeats gives one for each day."""
    context = ScheduleContext(year, plan.start, plan.end, plan.in_force_from)
    for task in plan.tasks:
        schedule = read_roadmap(plan, task.roadmap, context)
        days = (schedule.due,) if schedule.due else schedule.occ
        for day in days:
            if day is not None and day.year == year and schedule.kind != "continuous":
                yield DatedTask(task.id, task.text, day, unit=task.lead_text)


def rows_of(plan_rows: list[CalendarRow]) -> list[list[str]]:
    """The rows of the table for a person."""
    return [
        [
            f"{row.due:%d/%m/%Y}" if row.due else "-",
            row.weekday,
            f"{row.reminder:%d/%m}" if row.reminder and row.reminder != row.due else "",
            row.title if len(row.title) <= 90 else f"{row.title[:87]}…",
            "; ".join(row.notes),
        ]
        for row in plan_rows
    ]


@command("calendar")
@option("--year", type=click.IntRange(2000, 2100), help="opt_calendar_year")
@json_option
@option("--ics", type=FILE, help="opt_ics")
@chosen_options
def calendar(lang: Lang, choice: Choice, year: int | None, as_json_: bool, ics: Path | None) -> int:
    """Print the year's deadlines, or write them to a file for a calendar program."""
    period = choice.period or (str(year) if choice.plan and year else None)
    job = choose(lang, replace(choice, period=period)).job
    rules = rules_of(job)
    wanted = year or int(job.settings.period[:4])
    rows = deadlines_of(rules, job, wanted, lang)
    if ics is not None:
        _write_ics(ics, rows, rules.plan, lang)
        click.echo(say(lang, "calendar_ics", path=ics), err=as_json_)
    if as_json_:
        deadlines = [row.to_json() for row in rows]
        print_json({"format": "danvan-xl/calendar/1", "plan": rules.plan.id, "year": wanted, "deadlines": deadlines})
    elif ics is None:
        heads = ("col_due", "col_weekday", "col_reminder", "col_task", "col_note")
        table([(say(lang, head), "left") for head in heads], rows_of(rows))
    return 0


def deadlines_of(rules: Rules, job: Job, year: int, lang: Lang) -> list[CalendarRow]:
    """The reports and dated tasks of a year, by day."""
    days_off, regime = load_calendar(job.source), regime_from_mapping(rules.regime)
    reports = obligations(
        regime,
        year,
        issued=rules.plan.in_force_from,
        overrides=reported_days(regime, job.settings) or None,
        calendar=days_off,
    )
    return calendar_rows(reports, dated_tasks(rules.plan, year), calendar=days_off, lang=lang)


def _write_ics(target: Path, rows: list[CalendarRow], plan: Plan, lang: Lang) -> None:
    from danvan_xl.office.ics import to_ics
    from danvan_xl.workbooks.writing.atomic import atomic_path

    stamp = datetime.combine(plan.in_force_from, time(), UTC)
    name = say(lang, "calendar_name", body=plan.issuing_body)
    with atomic_path(target) as path:
        path.write_bytes(to_ics(rows, stamp=stamp, name=name, scope=plan.id, lang=lang))
