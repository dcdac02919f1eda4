"""``danvan-xl units``: which units a text names."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.app import Command
from danvan_xl.cli.common import make, print_json, say
from danvan_xl.cli.errors import NEEDS_A_PERSON, OperatorError
from danvan_xl.cli.jsonl import answer_lines
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


def command(lang: Lang) -> Command:
    """The command in a language."""

    def run(texts: tuple[str, ...], jsonl: bool, as_json_: bool, plan: str | None) -> int:
        root = find_workspace(Path.cwd())
        source = RuleSource(root / RULES if root else None)
        catalogue = load_catalogue(source)
        names = {item["code"]: item["name"] for item in catalogue.source["unit"]}
        if plan is not None:
            known = load_rules(plan, source, root).plan
            catalogue = of_plan(catalogue, known)
            names |= {unit.id: unit.name for unit in known.units}
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

    params: list[click.Parameter] = [
        click.Argument(["texts"], nargs=-1),
        click.Option(["--jsonl"], is_flag=True, help=say(lang, "opt_jsonl")),
        click.Option(["--json", "as_json_"], is_flag=True, help=say(lang, "opt_json")),
        click.Option(["--plan"], help=say(lang, "opt_plan_any")),
    ]
    return make("units", lang, run, params)


def _words(code: str, names: dict[str, str], lang: Lang) -> str:
    if code == "?UNKNOWN":
        return say(lang, "units_unknown")
    if code.startswith("?"):
        return say(lang, "units_suggested", name=names.get(code[1:], code[1:]))
    head, _, rest = code.partition(":")
    return names.get(code) or (f"{names.get(head, head)} {rest}".strip())
