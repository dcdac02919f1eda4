"""``danvan-xl plans``: the available plans."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import json_option, print_json, say
from danvan_xl.cli.translated import command
from danvan_xl.model import Plan
from danvan_xl.office.workspace import RULES, find_workspace
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import load_rules
from danvan_xl.wording import Lang


@command("plans")
@json_option
def plans(lang: Lang, as_json_: bool) -> int:
    """Print the shipped plans and those of the workspace."""
    root = find_workspace(Path.cwd())
    source = RuleSource(root / RULES if root else None)
    rows = [row_of(load_rules(name, source).plan) for name in source.every("plan")]
    if as_json_:
        print_json({"format": "danvan-xl/plans/1", "plans": rows})
        return 0
    for row in rows:
        click.echo(say(lang, "plans_row", **{**row, "number": row["number"] or say(lang, "plans_no_number")}))
        click.echo(f"    {row['title']}")
    return 0


def row_of(plan: Plan) -> dict[str, object]:
    """What is printed about a plan."""
    return {
        "id": plan.id,
        "body": plan.issuing_body,
        "number": plan.number,
        "title": plan.title,
        "tasks": sum(1 for _ in plan.tasks),
        "units": len(plan.reporting_units),
    }
