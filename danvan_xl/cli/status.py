"""``danvan-xl status``: who has reported, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from danvan_xl.cli.by_report import by_report
from danvan_xl.cli.common import (
    Choice,
    choose,
    echo,
    json_option,
    label,
    print_json,
    say,
    tell,
    workspace_report_options,
)
from danvan_xl.cli.errors import NEEDS_A_PERSON, complain
from danvan_xl.cli.outdated import difference, difference_words
from danvan_xl.cli.report import as_json, print_states, print_summary
from danvan_xl.cli.rounds import run_round
from danvan_xl.cli.translated import command
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import Event
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import Workspace
from danvan_xl.round.report_words import row_words
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated.sources import read_record


def print_reports(current: Round, lang: Lang) -> None:
    """The reports of the round with their days and windows."""
    click.echo(say(lang, "status_reports"))
    for report in current.reports:
        echo(f"  {report.id}: {row_words(report, lang)}")
    click.echo()


def print_status(
    result: Consolidation, summary: Summary, places: Sequence[Workspace], lang: Lang, troubles: Troubles
) -> None:
    """The whole status for a person. ``places``: the workspace, once for each workbook that the round has."""
    workspace = places[0]
    plan, period = result.round.plan, result.round.period
    click.echo(
        say(lang, "status_title", body=plan.issuing_body, plan=plan.number or plan.id, period=label(period, lang))
    )
    print_reports(result.round, lang)
    print_states(result, lang)
    click.echo()
    print_summary(result, summary, lang)
    events: tuple[Event, ...] = ()
    if troubles.register is None:
        try:
            with open_register(workspace.register) as register:
                events = register.events(period.id)
            troubles.of_register(register, workspace.register)
        except RegisterError as error:
            troubles.register = error
    for place in places:
        for sentence in _of_workbook(result, events, place, lang):
            echo(sentence)
    if events:
        click.echo(say(lang, "status_events"))
        for event in events[-10:]:
            words = say(lang, f"event_{event.kind}")
            click.echo(f"  {event.at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}  {words}: {event.detail}")


def _of_workbook(result: Consolidation, events: tuple[Event, ...], workspace: Workspace, lang: Lang) -> Iterator[str]:
    """Whether the consolidated workbook was made, when, and whether it holds what was received."""
    path, merged = workspace.merged_file, [event for event in events if event.kind == "merged"]
    at = f"{merged[-1].at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}" if merged else ""
    if not path.exists():
        yield say(lang, "status_merged_gone", path=path, at=at) if merged else say(lang, "status_not_merged")
        return
    yield say(lang, "status_merged" if merged else "status_merged_unnoted", path=path, at=at)
    yield from outdated_words(result, path, lang)


def outdated_words(result: Consolidation, path: Path, lang: Lang) -> Iterator[str]:
    """What is to be said where the workbook does not hold what was received."""
    record = read_record(path)
    if record is None:
        yield say(lang, "workbook_unread", path=path)
    elif (found := difference(record, result)).is_outdated:
        yield say(lang, "status_outdated", files=difference_words(found, lang))


@command("status")
@workspace_report_options
@json_option
def status(lang: Lang, choice: Choice, as_json_: bool) -> int:
    """Read what came in, and print the status of the period."""
    chosen = choose(lang, choice)
    chosen.need_workspace(lang)
    places = [place.need_workspace(lang) for place in by_report(chosen)]
    troubles = chosen.troubles()
    result = run_round(chosen, (), lang, troubles=troubles)
    summary = summarise(result)
    if as_json_:
        print_json(as_json(result, summary, "check", lang))
        for place in places:
            if place.merged_file.exists():
                for sentence in outdated_words(result, place.merged_file, lang):
                    complain(sentence)
    else:
        print_status(result, summary, places, lang, troubles)
    return NEEDS_A_PERSON if tell(troubles, lang) else 0
