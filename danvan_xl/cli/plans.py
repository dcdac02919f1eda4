"""``danvan-xl plans``: the plans that are there."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import make, print_json, say
from danvan_xl.office.workspace import RULES, find_workspace
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import load_rules
from danvan_xl.wording import Lang


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(as_json_: bool) -> int:
        root = find_workspace(Path.cwd())
        source = RuleSource(root / RULES if root else None)
        plans = [load_rules(name, source).plan for name in source.every("plan")]
        rows = [
            {
                "id": plan.id,
                "body": plan.issuing_body,
                "number": plan.number,
                "title": plan.title,
                "tasks": sum(1 for _ in plan.tasks),
                "units": len(plan.reporting_units),
            }
            for plan in plans
        ]
        if as_json_:
            print_json({"format": "danvan-xl/plans/1", "plans": rows})
            return 0
        for row in rows:
            click.echo(say(lang, "plans_row", **{**row, "number": row["number"] or say(lang, "plans_no_number")}))
            click.echo(f"    {row['title']}")
        return 0

    return make("plans", lang, run, [click.Option(["--json", "as_json_"], is_flag=True, help=say(lang, "opt_json"))])
