"""``danvan-xl units``: which units a text names, or which units a plan has."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import echo, json_option, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.jsonl import answer_lines
from danvan_xl.cli.report import table
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.language.organisations import Catalogue, codes
from danvan_xl.model import Plan
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import RULES, find_workspace, open_workspace
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import load_catalogue, load_rules
from danvan_xl.wording import Lang


def of_plan(catalogue: Catalogue, plan: Plan) -> Catalogue:
    """The catalogue narrowed to one commune: its units, groups, name and own spellings."""
    return catalogue.for_plan(
        units=[unit.id for unit in plan.units],
        groups=list(plan.groups),
        commune_name=plan.place,
        aliases={unit.id: [unit.name, *unit.aliases] for unit in plan.units},
    )


@command("units")
@argument("texts", nargs=-1)
@option("--jsonl", is_flag=True, help="opt_jsonl")
@json_option
@option("--plan", help="opt_plan_any")
def units(lang: Lang, texts: tuple[str, ...], jsonl: bool, as_json_: bool, plan: str | None) -> int:
    """Print which units each text names; without a text, the units and groups of the plan."""
    if not texts and not jsonl:
        return _list(_plan_of(plan, lang), lang, as_json=as_json_)
    catalogue, names = _catalogue(plan)
    if jsonl:
        answer_lines(lambda request: codes(request["text"], catalogue), lang)
        return 0
    found = {item: codes(item, catalogue) for item in texts}
    if as_json_:
        print_json({"texts": [{"text": item, "result": result} for item, result in found.items()]})
    else:
        for item, result in found.items():
            click.echo(f"“{item}”")
            for code in result:
                click.echo(f"  {code:<12} {_words(code, names, lang)}")
            if not result:
                click.echo(f"  {say(lang, 'units_none')}")
    doubtful = any(code.startswith("?") for result in found.values() for code in result)
    return NEEDS_A_PERSON if doubtful else 0


def _plan_of(name: str | None, lang: Lang) -> Plan:
    """The plan whose units are listed: the named one, or the workspace's with the units that the workspace adds."""
    root = find_workspace(Path.cwd())
    if name is None and root is None:
        raise OperatorError(say(lang, "err_no_text"))
    if root is None or name is not None:
        return load_rules(name or "", RuleSource(root / RULES if root else None), root).plan
    workspace = open_workspace(root)
    return open_round(Job(workspace.settings, root, workspace.rules)).plan


def _list(plan: Plan, lang: Lang, *, as_json: bool) -> int:
    """Print the codes, names and groups of a plan's units, then who belongs to each group."""
    of = {unit.id: [name for name, members in plan.groups.items() if unit.id in members] for unit in plan.units}
    if as_json:
        units = [
            {"id": item.id, "name": item.name, "short": item.short, "reports": not item.outside, "groups": of[item.id]}
            for item in plan.units
        ]
        groups = [{"id": name, "units": list(members)} for name, members in plan.groups.items()]
        print_json({"format": "danvan-xl/units/1", "plan": plan.id, "units": units, "groups": groups})
        return 0
    heads = [(say(lang, key), "left") for key in ("col_code", "col_unit", "col_groups", "col_reports")]
    answers = {True: say(lang, "units_outside"), False: say(lang, "units_reports")}
    table(heads, [[unit.id, unit.name, ", ".join(of[unit.id]), answers[unit.outside]] for unit in plan.units])
    if plan.groups:
        echo()
        heads = [(say(lang, key), "left") for key in ("col_group", "col_members")]
        nobody = say(lang, "units_nobody")
        table(heads, [[name, ", ".join(members) or nobody] for name, members in plan.groups.items()])
    return 0


def _catalogue(plan: str | None) -> tuple[Catalogue, dict[str, str]]:
    """The catalogue of units in force, narrowed to a plan where one is given, and the name of each code."""
    root = find_workspace(Path.cwd())
    source = RuleSource(root / RULES if root else None)
    catalogue = load_catalogue(source)
    names = {item["code"]: item["name"] for item in catalogue.source["unit"]}
    if plan is None:
        return catalogue, names
    known = load_rules(plan, source, root).plan
    return of_plan(catalogue, known), names | {unit.id: unit.name for unit in known.units}


def _words(code: str, names: dict[str, str], lang: Lang) -> str:
    if code == "?UNKNOWN":
        return say(lang, "units_unknown")
    if code.startswith("?"):
        return say(lang, "units_suggested", name=names.get(code[1:], code[1:]))
    head, _, rest = code.partition(":")
    return names.get(code) or (f"{names.get(head, head)} {rest}".strip())
