"""What commands share: the options that choose a plan and period, and the job that comes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.cli.app import Command
from danvan_xl.cli.errors import OperatorError
from danvan_xl.office.job import Job
from danvan_xl.office.workspace import Settings, Workspace, find_workspace, open_workspace
from danvan_xl.wording import Lang, text


def say(lang: Lang, key: str, **args: object) -> str:
    """A sentence of the command line's catalogue."""
    return text("cli", key, lang, **args)


def job_options(lang: Lang) -> list[click.Parameter]:
    """``--plan --period --workspace --due --owner``."""
    return [
        click.Option(["--plan"], help=say(lang, "opt_plan")),
        click.Option(["--period"], help=say(lang, "opt_period")),
        click.Option(
            ["--workspace"], type=click.Path(path_type=Path, file_okay=False), help=say(lang, "opt_workspace")
        ),
        click.Option(["--due"], help=say(lang, "opt_due")),
        click.Option(["--owner"], multiple=True, help=say(lang, "opt_owner")),
    ]


def workspace_option(lang: Lang) -> list[click.Parameter]:
    """``--workspace`` alone, for what only a workspace has."""
    folder = click.Path(path_type=Path, file_okay=False)
    return [click.Option(["--workspace"], type=folder, help=say(lang, "opt_workspace"))]


def make(name: str, lang: Lang, callback: Callable[..., Any], params: Iterable[click.Parameter]) -> Command:
    """A command of the root with its help in ``lang``."""
    return Command(name, callback=callback, params=list(params), help=say(lang, f"cmd_{name}"), lang=lang)


class Chosen(Struct, frozen=True):
    """What the options (and the workspace, if there is one) say."""

    job: Job
    workspace: Workspace | None


def owners_of(items: Iterable[str], lang: Lang) -> dict[str, str]:
    """``X_DU_UBND=VP`` … as a mapping."""
    found = {}
    for item in items:
        body, sign, unit = item.partition("=")
        if not (body and sign and unit):
            raise OperatorError(say(lang, "err_owner_form"))
        found[body] = unit
    return found


def choose(
    lang: Lang, plan: str | None, period: str | None, workspace: Path | None, due: str | None, owner: Iterable[str]
) -> Chosen:
    """The job from the options and the workspace that the command runs in.

    With both ``--plan`` and ``--period`` and no ``--workspace`` nothing is looked for in the folder.
    """
    root = find_workspace(Path.cwd()) if workspace is None and not (plan and period) else workspace
    owners = owners_of(owner, lang)
    if root is not None:
        if find_workspace(root) != root:
            raise OperatorError(say(lang, "err_no_workspace"))
        opened = open_workspace(root)
        settings = opened.settings
        settings = replace(settings, plan=plan or settings.plan, period=period or settings.period)
        settings = replace(settings, owners={**settings.owners, **owners})
        if due:
            settings = replace(settings, due={**settings.due, settings.period: day_or_words(due)})
        opened = replace(opened, settings=settings)
        return Chosen(Job(settings, root, opened.rules), opened)
    if not plan and not period:
        raise OperatorError(say(lang, "err_no_workspace"))
    if not (plan and period):
        raise OperatorError(say(lang, "err_plan_and_period"))
    days = {period: day_or_words(due)} if due else {}
    return Chosen(Job(Settings(plan, period, due=days, owners=owners)), None)


def day_or_words(due: str) -> date | str:
    """A due day as ``2026-06-15``, or in the words that a regime understands (``15/6``, ``trước 14/6``)."""
    try:
        return date.fromisoformat(due)
    except ValueError:
        return due


def day(value: str | None, lang: Lang) -> date | None:
    """A ``YYYY-MM-DD`` option."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise OperatorError(say(lang, "err_bad_day", found=value)) from None


def existing(paths: Iterable[Path], lang: Lang) -> list[Path]:
    """The paths, every one of them there."""
    found = list(paths)
    for path in found:
        if not path.exists() and not path.is_symlink():
            raise OperatorError(say(lang, "err_no_such_path", path=path))
    return found


def print_json(document: Mapping[str, object]) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def now() -> datetime:
    """The present moment in Vietnam's time."""
    from danvan_xl.model.period import VIETNAM_TIME

    return datetime.now(VIETNAM_TIME).replace(microsecond=0)
