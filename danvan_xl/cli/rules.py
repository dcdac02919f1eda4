"""``danvan-xl rules``: hold the rule files against their schemas; say which are in force."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.app import Command, Group
from danvan_xl.cli.common import say
from danvan_xl.cli.errors import WRONG
from danvan_xl.office.workspace import RULES, SETTINGS, find_workspace
from danvan_xl.rules.files import FOLDERS, Problem, RulesError, RuleSource
from danvan_xl.rules.loader import check_rules, regime_warnings
from danvan_xl.wording import Lang, text


def _source() -> RuleSource:
    root = find_workspace(Path.cwd())
    return RuleSource(root / RULES if root else None)


def _settings_problems() -> tuple[Problem, ...]:
    root = find_workspace(Path.cwd())
    if root is None:
        return ()
    from danvan_xl.office.job import Job, open_round
    from danvan_xl.office.workspace import open_workspace

    try:
        workspace = open_workspace(root)
        open_round(Job(workspace.settings, root, workspace.rules))
    except RulesError as error:
        return tuple(p for p in error.problems if Path(p.file).name == SETTINGS)
    return ()


def _check(lang: Lang) -> Command:
    def run(files: tuple[Path, ...]) -> int:
        source = _source()
        count, problems = check_rules(source, files)
        every = [*problems, *_settings_problems()]
        if every:
            click.echo(text("rules", "check_bad", lang, count=len(every), files=len({p.file for p in every})))
            for problem in every:
                click.echo(f"  {problem.file}: {problem.key}: {problem.message}")
        else:
            click.echo(text("rules", "check_ok", lang, count=count))
        warnings = regime_warnings(source) if not problems else ()
        if warnings:
            click.echo(text("rules", "check_warnings", lang, count=len(warnings)))
            for path, found in warnings:
                click.echo(f"  {path.name}: {found.say(lang)}")
        return WRONG if every else 0

    params: list[click.Parameter] = [
        click.Argument(["files"], nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
    ]
    return Command("check", callback=run, params=params, help=say(lang, "cmd_rules_check"), lang=lang)


def _list(lang: Lang) -> Command:
    def run() -> int:
        source = _source()
        for kind in FOLDERS:
            for name, path in source.every(kind).items():
                click.echo(f"{FOLDERS[kind]}/{name}\t{path}")
        return 0

    return Command("list", callback=run, help=say(lang, "cmd_rules_list"), lang=lang)


def command(lang: Lang) -> Group:
    """The group in a language."""
    return Group("rules", help=say(lang, "cmd_rules"), commands={"check": _check(lang), "list": _list(lang)}, lang=lang)
