"""``danvan-xl init``: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.cli.common import (
    FOLDER,
    day_or_words,
    due_question,
    known_period,
    not_among_received,
    owners_of,
    report_warning,
    say,
    tell_kept,
)
from danvan_xl.cli.errors import OperatorError
from danvan_xl.cli.translated import argument, command, gathered, option
from danvan_xl.office.plan_settings import EXAMPLES, open_keys
from danvan_xl.office.workspace import FOLDERS, RULES, SETTINGS, Settings, settings_text
from danvan_xl.rules.files import FOLDERS as FOLDERS_OF_RULES
from danvan_xl.wording import Lang
from danvan_xl.workbooks.writing.keeping import FILE_NAME, Keeping


def make_workspace(
    root: Path, settings: Settings, keeping: Keeping, *, due: str = "", more: str = "", lang: Lang = "vi"
) -> list[str]:
    """Write ``danvan.toml`` (``more``: what its end says) and the folders.

    Returns what the office still has to decide, as sentences.
    """
    from danvan_xl.office.job import Job, open_round
    from danvan_xl.workbooks.writing.atomic import atomic_path

    settings = with_own_plan(root, settings, keeping)
    job = Job(settings, root, root / RULES)
    current = open_round(job)
    nobody = {line.unit for line in current.unassigned}
    asked = {unit.id: unit.name for unit in current.plan.units if unit.id in nobody}
    left_open = open_keys(current.plan)
    year = str(current.plan.start.year)
    examples = {name: EXAMPLES[name].replace("{year}", year) for name in left_open}
    root.mkdir(parents=True, exist_ok=True)
    with atomic_path(root / SETTINGS, keeping) as path:
        words = settings_text(
            settings.plan, settings.period, due=due, owners=settings.owners, asked=asked, left_open=examples
        )
        path.write_text(words + more, encoding="utf-8")
    for name in FOLDERS:
        (root / name / settings.period).mkdir(parents=True, exist_ok=True)
    open_points = [say(lang, "init_owner", name=name) for name in asked.values()]
    if current.period.due is None and not due:
        open_points.insert(0, say(lang, "init_due", period=settings.period))
    if left_open:
        points = ", ".join(say(lang, f"init_open_{name}") for name in left_open)
        open_points.append(say(lang, "init_open", points=points, keys=", ".join(left_open)))
    for warning in (due_question(current.period, settings, lang), report_warning(job, lang)):
        if warning is not None:
            open_points.insert(0, warning)
    return open_points


def with_own_plan(root: Path, settings: Settings, keeping: Keeping) -> Settings:
    """A plan given as a file is copied into the workspace's own rules, so that the folder is self-contained."""
    from danvan_xl.workbooks.writing.atomic import atomic_path

    source = Path(settings.plan)
    if source.suffix != ".toml" or not source.is_file():
        return settings
    target = root / RULES / FOLDERS_OF_RULES["plan"] / source.name
    if not (target.exists() and target.samefile(source)):
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(target, keeping) as path:
            path.write_bytes(source.read_bytes())
    return replace(settings, plan=source.stem)


class Wanted(Struct, frozen=True):
    """What the new workspace is for, as the options say it."""

    plan: str
    period: str
    due: str | None = None
    owner: tuple[str, ...] = ()


@command("init")
@argument("folder", type=FOLDER, default=Path())
@option("--plan", required=True, help="opt_plan")
@option("--period", required=True, help="opt_period")
@option("--due", help="opt_due")
@option("--owner", multiple=True, help="opt_owner")
@option("--force", is_flag=True, help="opt_force")
@gathered("wanted", Wanted)
def init(lang: Lang, folder: Path, wanted: Wanted, force: bool) -> int:
    """Make the workspace, and print what the office still has to decide."""
    not_among_received(folder, lang)
    if (folder / SETTINGS).exists() and not force:
        raise OperatorError(say(lang, "err_exists", path=folder / SETTINGS))
    known_period(wanted.period, lang)
    day = day_or_words(wanted.due, lang) if wanted.due else None
    days = {wanted.period: day} if day else {}
    settings = Settings(wanted.plan, wanted.period, due=days, owners=owners_of(wanted.owner, lang))
    shown = "" if day is None else (f'"{day}"' if isinstance(day, str) else day.isoformat())
    keeping = Keeping(folder / FILE_NAME)
    open_points = make_workspace(folder, settings, keeping, due=shown, lang=lang)
    click.echo(say(lang, "init_done", path=folder.resolve()))
    tell_kept(keeping, lang)
    for point in open_points:
        click.echo(f"- {point}")
    click.echo(say(lang, "init_next"))
    return 0
