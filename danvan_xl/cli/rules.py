"""``danvan-xl rules``: check the rule files against their schemas; list those in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from danvan_xl.cli.common import FILE, due_question, echo, report_warning
from danvan_xl.cli.errors import WRONG, problem_lines
from danvan_xl.cli.translated import argument, command, group
from danvan_xl.office.job import Job, open_round, rules_of
from danvan_xl.office.workspace import RULES, SETTINGS, find_workspace, open_workspace
from danvan_xl.round.asked_figures import asked_of_nobody
from danvan_xl.rules.files import FOLDERS, Problem, RulesError, RuleSource
from danvan_xl.rules.loader import check_in_force, check_rules, load_rules, plan_path, regime_warnings
from danvan_xl.wording import Lang, text

rules = group("rules")


def _source() -> RuleSource:
    root = find_workspace(Path.cwd())
    return RuleSource(root / RULES if root else None)


@command("check", of=rules)
@argument("files", nargs=-1, type=FILE)
def check(lang: Lang, files: tuple[Path, ...]) -> int:
    """Print every fault of the rule files that are in force here, and what is only doubtful.

    In a workspace those are its settings, its plan with what the plan needs, and its own rule files; elsewhere all.
    """
    root = find_workspace(Path.cwd())
    if root is None:
        count, problems = check_rules(None, files)
        sound = text("rules", "check_ok", lang, count=count)
    else:
        read, problems = _of_workspace(root, files)
        names = ", ".join(path.name for path in read)
        sound = text("rules", "check_ok_here", lang, count=len(read), names=names)
    if problems:
        echo(text("rules", "check_bad", lang, count=len(problems), files=len({p.file for p in problems})))
        for problem in problems:
            for line in problem_lines(problem, lang):
                echo(f"  {line}")
        return WRONG
    echo(sound)
    doubtful = [*_questions(root, lang), *_regime_warnings(root, lang), *_asked_of_nobody(root, lang)]
    if doubtful:
        echo(text("rules", "check_warnings", lang, count=len(doubtful)))
        for words in doubtful:
            echo(f"  {words}")
    return 0


def _of_workspace(root: Path, files: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The files that a workspace works with, those given among them, and what is wrong with them."""
    source, settings = RuleSource(root / RULES), root / SETTINGS
    plan: Path | None = None
    wrong: tuple[Problem, ...] = ()
    try:
        workspace = open_workspace(root)
        plan = plan_path(workspace.settings.plan, source, root, str(settings))
    except RulesError as error:
        wrong = error.problems
    read, problems = check_in_force(source, plan, files)
    if not wrong and not problems:
        try:
            open_round(Job(workspace.settings, root, workspace.rules))
        except RulesError as error:
            wrong = error.problems
    return (settings, *read), (*wrong, *problems)


def _questions(root: Path | None, lang: Lang) -> Iterator[str]:
    """What to ask about a workspace's settings: a period without a report, a due day of the wrong year."""
    if root is None:
        return
    workspace = open_workspace(root)
    job = Job(workspace.settings, root, workspace.rules)
    for question in (report_warning(job, lang), due_question(open_round(job).period, workspace.settings, lang)):
        if question is not None:
            yield question


def _regime_warnings(root: Path | None, lang: Lang) -> list[str]:
    """The contradictions of the regimes in force: the workspace's plan's, or every plan's."""
    if root is None:
        found = regime_warnings()
    else:
        rules = rules_of(Job(open_workspace(root).settings, root, root / RULES))
        found = regime_warnings(RuleSource(root / RULES), only=rules)
    return [f"{path.name}: {item.say(lang)}" for path, item in found]


def _asked_of_nobody(root: Path | None, lang: Lang) -> Iterator[str]:
    """The indicators that are to be reported by somebody whom the plan doesn't have: in force, or of every plan."""
    if root is not None:
        workspace = open_workspace(root)
        current = open_round(Job(workspace.settings, root, workspace.rules))
        rounds = [(SETTINGS, current.plan, current.forms, current.owners)]
    else:
        loaded = ((path.name, load_rules(name)) for name, path in RuleSource().every("plan").items())
        rounds = [(name, rules.plan, rules.forms, {}) for name, rules in loaded]
    for file, plan, forms, owners in rounds:
        for item, ids in asked_of_nobody(plan, forms[plan.statistics], owners) if plan.statistics else ():
            known = ", ".join(unit.id for unit in plan.reporting_units)
            words = text("rules", "asked_nobody", lang, id=item.id, title=item.title, ids=", ".join(ids), known=known)
            yield f"{file}: {words}"


@command("list", of=rules)
def list_(_lang: Lang) -> int:
    """Print the rule files in force and their paths."""
    source = _source()
    for kind in FOLDERS:
        for name, path in source.every(kind).items():
            click.echo(f"{FOLDERS[kind]}/{name}\t{path}")
    return 0
