"""``danvan-xl units``: which units a text names."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import json_option, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.jsonl import answer_lines
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.language.organisations import Catalogue, codes
from danvan_xl.model import Plan
from danvan_xl.office.workspace import RULES, find_workspace
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
    """Print which units each text names."""
    catalogue, names = _catalogue(plan)
    if jsonl:
        answer_lines(lambda request: codes(request["text"], catalogue), lang)
        return 0
    if not texts:
        raise OperatorError(say(lang, "err_no_text"))
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
