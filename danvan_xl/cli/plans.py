"""``danvan-xl plans``: the available plans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from danvan_xl.cli.common import echo, json_option, print_json, say
from danvan_xl.cli.report import report_json
from danvan_xl.cli.translated import command
from danvan_xl.model import Plan
from danvan_xl.office.job import Job, find_reports, rules_of
from danvan_xl.office.workspace import RULES, find_workspace, open_workspace
from danvan_xl.round.report_words import row_words
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import Rules, load_rules
from danvan_xl.rules.obligations import obligations
from danvan_xl.rules.regimes import regime_from_mapping
from danvan_xl.wording import Lang, text


@command("plans")
@json_option
def plans(lang: Lang, as_json_: bool) -> int:
    """Print the shipped plans and those of the workspace."""
    root = find_workspace(Path.cwd())
    source = RuleSource(root / RULES if root else None)
    rows = [row_of(load_rules(name, source), root, lang) for name in source.every("plan")]
    if as_json_:
        print_json({"format": "danvan-xl/plans/1", "plans": rows})
        return 0
    for row in rows:
        click.echo(say(lang, "plans_row", **{**row, "number": row["number"] or say(lang, "plans_no_number")}))
        click.echo(f"    {row['title']}")
        for report in row["reports"]:
            echo(f"    - {report['id']}: {report['words']}")
    return 0


def row_of(rules: Rules, root: Path | None, lang: Lang) -> dict[str, Any]:
    """What is printed about a plan: of a workspace's own the reports in force, of others their rules."""
    plan = rules.plan
    return {
        "id": plan.id,
        "body": plan.issuing_body,
        "number": plan.number,
        "title": plan.title,
        "tasks": sum(1 for _ in plan.tasks),
        "units": len(plan.reporting_units),
        "reports": [*(_in_force(root, plan, lang) or _in_general(rules, lang))],
    }


def _in_force(root: Path | None, plan: Plan, lang: Lang) -> list[dict[str, object]]:
    """The reports of the round of a workspace, with their days, if it works by this plan."""
    if root is None:
        return []
    workspace = open_workspace(root)
    job = Job(workspace.settings, root, workspace.rules)
    if rules_of(job).plan.id != plan.id:
        return []
    reports = find_reports(rules_of(job), job.settings)
    return [{**report_json(item, lang), "words": row_words(item, lang)} for item in reports]


def _in_general(rules: Rules, lang: Lang) -> Iterator[dict[str, object]]:
    """The reports that a plan asks for, with their days in its first year."""
    plan, regime = rules.plan, regime_from_mapping(rules.regime)
    for rule in regime.reports:
        duties = [item for item in obligations(regime, plan.start.year) if item.report.id == rule.id]
        days = [f"{item.period.due:%d/%m}" for item in duties if item.period.due is not None]
        kind = text("calendar", f"kind_{rule.kind}", lang)
        due = ", ".join(dict.fromkeys(days)) or text("reports", "due_open", lang)
        title = rule.title or text("reports", "title", lang, subject=rule.subject)
        words = say(lang, "plans_report", title=title, kind=kind, due=due)
        yield {"id": rule.id, "subject": rule.subject, "kind": rule.kind, "title": title, "words": words}
