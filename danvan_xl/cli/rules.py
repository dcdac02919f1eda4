"""``danvan-xl rules``: check the rule files against their schemas; list those in force."""

from __future__ import annotations

from pathlib import Path

import click

from danvan_xl.cli.common import FILE
from danvan_xl.cli.errors import WRONG
from danvan_xl.cli.translated import argument, command, group
from danvan_xl.office.workspace import RULES, SETTINGS, find_workspace
from danvan_xl.rules.files import FOLDERS, Problem, RulesError, RuleSource
from danvan_xl.rules.loader import check_rules, regime_warnings
from danvan_xl.wording import Lang, text

rules = group("rules")


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


@command("check", of=rules)
@argument("files", nargs=-1, type=FILE)
def check(lang: Lang, files: tuple[Path, ...]) -> int:
    """Print every fault of the rule files and of the workspace's settings, and what is only doubtful."""
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


@command("list", of=rules)
def list_(_lang: Lang) -> int:
    """Print the rule files in force and their paths."""
    source = _source()
    for kind in FOLDERS:
        for name, path in source.every(kind).items():
            click.echo(f"{FOLDERS[kind]}/{name}\t{path}")
    return 0
