"""What commands share: the options that choose a plan and period, and the job that they make."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.translated import gathered, option
from danvan_xl.language.nearest import listed
from danvan_xl.language.showable import UNSHOWABLE, printable, shown
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Period
from danvan_xl.model.period import VIETNAM_TIME, is_near, parse_period_id, shown_period
from danvan_xl.office.job import Job, missing_report, rules_of
from danvan_xl.office.register import Register
from danvan_xl.office.register_file import open_register
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import RECEIVED, Settings, Workspace, find_workspace, open_workspace, received_by
from danvan_xl.round.round import Round
from danvan_xl.rules.files import RuleSource
from danvan_xl.rules.loader import plan_path
from danvan_xl.rules.regimes import due_in_words
from danvan_xl.wording import Lang, SentenceError, text
from danvan_xl.workbooks.writing.keeping import Keeping

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

_workspace = option("--workspace", type=FOLDER, help="opt_workspace")
json_option = option("--json", "as_json_", is_flag=True, help="opt_json")


def say(lang: Lang, key: str, /, **args: object) -> str:
    """A sentence of the command line's catalogue."""
    return text("cli", key, lang, **{name: _showable(value) for name, value in args.items()})


def _showable(value: object) -> object:
    """A path, or a text that may hold one, as it may be printed."""
    if isinstance(value, Path):
        return shown(str(value))
    return printable(value) if isinstance(value, str) else value


class Choice(Struct, frozen=True):
    """The options that choose what a command works on, as they were given."""

    plan: str | None = None
    period: str | None = None
    workspace: Path | None = None
    due: str | None = None
    owner: tuple[str, ...] = ()
    report: tuple[str, ...] = ()


_CHOSEN = (
    option("--plan", help="opt_plan"),
    option("--period", help="opt_period"),
    _workspace,
    option("--due", help="opt_due"),
    option("--owner", multiple=True, help="opt_owner"),
)
_report = option("--report", multiple=True, help="opt_report")

chosen_options = gathered("choice", Choice, *_CHOSEN)
"""``--plan --period --workspace --due --owner`` as one ``choice``."""

report_options = gathered("choice", Choice, *_CHOSEN, _report)
"""The same with ``--report``, for what is made for each report of a round."""

workspace_option = gathered("choice", Choice, _workspace)
"""``--workspace`` alone as a ``choice``, for what only a workspace has."""

workspace_report_options = gathered("choice", Choice, _workspace, _report)
"""``--workspace --report``."""


class Chosen(Struct, frozen=True):
    """The job that the options and the workspace, if there is one, make."""

    job: Job
    workspace: Workspace | None

    def need_workspace(self, lang: Lang) -> Workspace:
        """The workspace. Raises OperatorError where there is none."""
        if self.workspace is None:
            raise OperatorError(say(lang, "err_no_workspace"))
        return self.workspace

    def keeping(self) -> Keeping:
        """What keeps former outputs that a person may have changed."""
        return Keeping(self.workspace.written if self.workspace is not None else None)

    def troubles(self) -> Troubles:
        """What will take the troubles of the run."""
        return Troubles(self.workspace.root if self.workspace is not None else None)


def tell(troubles: Troubles, lang: Lang) -> bool:
    """Say on stderr what went wrong around the run; whether anything did."""
    for sentence in troubles.say(lang):
        complain(sentence)
    return bool(troubles)


def tell_kept(keeping: Keeping, lang: Lang, *, err: bool = False) -> None:
    """Say which former outputs were kept, and where; on stderr where stdout is for a program."""
    for item in keeping.kept:
        sentence = say(lang, f"kept_{item.why}", path=item.target, kept=item.copy)
        click.echo(printable(sentence), err=err or item.why == "other_run")


def kept_json(keeping: Keeping) -> dict[str, object]:
    """The former outputs that were kept, for a document of ``--json``; nothing where there are none."""
    kept = [{"path": str(item.target), "kept": str(item.copy)} for item in keeping.kept]
    return {"kept": kept} if kept else {}


def not_among_received(path: Path | None, lang: Lang) -> None:
    """Raises OperatorError for an output in a workspace's folder of received files."""
    if path is not None and received_by(path) is not None:
        raise OperatorError(say(lang, "err_into_received", path=path, folder=f"{RECEIVED}/"))


@contextmanager
def register_of(chosen: Chosen, lang: Lang) -> Iterator[Register]:
    """The workspace's register for a command that must write into it; what is odd in it is said.

    Raises RegisterError where it can't be used.
    """
    path, troubles = chosen.need_workspace(lang).register, chosen.troubles()
    with open_register(path) as register:
        try:
            yield register
        finally:
            troubles.of_register(register, path)
            tell(troubles, lang)


def report_warning(job: Job, lang: Lang) -> str | None:
    """What to say where the plan has no report for the period in force; None where it has one."""
    rules = rules_of(job)
    known = missing_report(rules, job.settings)
    if known is None:
        return None
    period, plan = shown_period(job.settings.period, lang), rules.plan
    if not known:
        days = {"start": f"{plan.start:%d/%m/%Y}", "end": f"{plan.end:%d/%m/%Y}"}
        return say(lang, "period_outside", period=period, **days)
    return say(lang, "period_no_report", period=period, known=", ".join(known))


def issued_warning(job: Job, lang: Lang) -> str | None:
    """What to say where danvan.toml gives a day of issue that the plan can't have; None where it does not."""
    plan = rules_of(job).plan
    if plan.issued is None or plan.issued_from is None or plan.issued >= plan.issued_from:
        return None
    return say(lang, "issued_early", day=f"{plan.issued:%d/%m/%Y}", earliest=f"{plan.issued_from:%d/%m/%Y}")


def owners_of(items: Iterable[str], lang: Lang) -> dict[str, str]:
    """``X_DU_UBND=VP`` … as a mapping."""
    found = {}
    for item in items:
        body, sign, unit = item.partition("=")
        if not (body and sign and unit):
            raise OperatorError(say(lang, "err_owner_form"))
        found[body] = unit
    return found


def choose(lang: Lang, choice: Choice) -> Chosen:
    """The job from the options and the workspace that the command runs in.

    With both ``--plan`` and ``--period`` and no ``--workspace``, no workspace is searched for.
    """
    plan, period, root = choice.plan, choice.period, choice.workspace
    if root is None and not (plan and period):
        root = find_workspace(Path.cwd())
    owners = owners_of(choice.owner, lang)
    if root is not None:
        if find_workspace(root) != root:
            raise OperatorError(say(lang, "err_no_workspace"))
        opened = open_workspace(root)
        if plan is not None:
            plan_path(plan, RuleSource(opened.rules), root)
        settings = with_choice(opened.settings, choice, owners, lang)
        if period is not None and settings.declared is None:
            known_period(period, lang, [item.id for item in settings.reports])
        return Chosen(Job(settings, root, opened.rules, report=choice.report), replace(opened, settings=settings))
    if period is not None:
        known_period(period, lang)
    if not plan and not period:
        raise OperatorError(say(lang, "err_no_workspace"))
    if not (plan and period):
        raise OperatorError(say(lang, "err_plan_and_period"))
    days = {period: day_or_words(choice.due, lang)} if choice.due else {}
    return Chosen(Job(Settings(plan, period, due=days, owners=owners), report=choice.report), None)


def with_choice(settings: Settings, choice: Choice, owners: Mapping[str, str], lang: Lang) -> Settings:
    """A workspace's settings, with the options in place of what they replace."""
    period = choice.period or settings.period
    due = {**settings.due, period: day_or_words(choice.due, lang)} if choice.due else settings.due
    return replace(
        settings, plan=choice.plan or settings.plan, period=period, due=due, owners={**settings.owners, **owners}
    )


def day_or_words(due: str, lang: Lang) -> date | str:
    """A due day, or the words for one that a regime understands (``15/6``, ``trước 14/6``, ``25``)."""
    said = due_in_words(due)
    if said is None:
        raise OperatorError(say(lang, "err_bad_due", found=due))
    return said


def day(value: str, lang: Lang, period: str | None) -> date:
    """The day of an option, as people write days; one without a year (``20/6``) is of the ``period``'s year."""
    found = read_written_day(value, int(period[:4]) if period and period[:4].isdigit() else None)
    if found is None:
        raise OperatorError(say(lang, "err_bad_day", found=value))
    return found


_TIME = re.compile(r"(?P<day>.*?)[T\s,]+(?P<hour>[0-2]?\d)[:hg](?P<minute>[0-5]?\d)?", re.IGNORECASE)


def moment_of(value: str, period: str, lang: Lang) -> datetime:
    """A moment as ISO 8601 or as people write it: ``20/6``, ``20/6/2026 9:30``; Vietnam's time where none is said."""
    with suppress(ValueError):
        found = datetime.fromisoformat(value)
        return found if found.tzinfo else found.replace(tzinfo=VIETNAM_TIME)
    match = _TIME.fullmatch(value.strip())
    of = day(match["day"] if match else value, lang, period)
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (0, 0)
    if hour > 23:
        raise OperatorError(say(lang, "err_bad_day", found=value))
    return datetime(of.year, of.month, of.day, hour, minute, tzinfo=VIETNAM_TIME)


def far_from_period(found: date, option: str, period: Period, lang: Lang) -> str | None:
    """What to ask about a day that is probably of the wrong year or month; None for one that is not."""
    if is_near(found, period):
        return None
    days = {"day": found, "first": period.first, "last": period.last}
    shown_days = {name: f"{value:%d/%m/%Y}" for name, value in days.items()}
    return say(lang, "day_outside", option=option, period=label(period, lang), **shown_days)


def due_question(period: Period, settings: Settings, lang: Lang) -> str | None:
    """What to ask about the due day that the office has set for the period in force; None for a likely one."""
    if not settings.due or period.due is None or is_near(period.due, period):
        return None
    days = {"due": period.due, "first": period.first, "last": period.last}
    shown_days = {name: f"{value:%d/%m/%Y}" for name, value in days.items()}
    place = "--due" if settings.path is None else "danvan.toml, [due]"
    return say(lang, "due_outside", period=label(period, lang), place=place, **shown_days)


def label(period: Period, lang: Lang) -> str:
    """The period's name in the language of the run."""
    return period.label_in(lang)


def known_unit(unit: str, current: Round, lang: Lang) -> None:
    """Raise OperatorError where the plan has no unit with this code that gets a template."""
    if unit not in current.by_unit:
        names = {code: current.plan.unit(code).short for code in current.by_unit}
        raise OperatorError(say(lang, "err_unknown_unit", unit=unit, known=listed(unit, names)))


def known_period(period: str, lang: Lang, reports: Sequence[str] = ()) -> None:
    """Raise OperatorError where ``--period`` is no period id. ``reports``: ids of those outside the rhythm."""
    try:
        parse_period_id(period)
    except SentenceError as error:
        words = error.said.say(lang)
        if reports:
            words = text("reports", "unknown_period", lang, found=period, known=listed(period, reports))
        raise OperatorError(words) from None


def existing(paths: Iterable[Path], lang: Lang) -> list[Path]:
    """The paths. Raises OperatorError where one of them does not exist."""
    found = list(paths)
    for path in found:
        if not path.exists() and not path.is_symlink():
            raise OperatorError(say(lang, "err_no_such_path", path=path))
    return found


def echo(words: str = "") -> None:
    """Print words that may hold what somebody typed: nothing in them acts on the terminal."""
    click.echo(printable(words))


def print_json(document: Mapping[str, object]) -> None:
    """One JSON document on stdout."""
    click.echo(_UNSHOWABLE.sub(_escaped, json.dumps(document, ensure_ascii=False, indent=2)))


_UNSHOWABLE = re.compile(f"(?!\n)[{UNSHOWABLE}]")


def _escaped(match: re.Match[str]) -> str:
    """A sign that must not reach a terminal as JSON writes it; what is no character at all as the sign for that."""
    code = ord(match[0])
    return "\\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def today(lang: Lang) -> date:
    """The day of the command in Vietnam; ``DANVAN_TODAY`` sets another, for tests and for doing a run again."""
    given = os.environ.get("DANVAN_TODAY")
    if not given:
        return now().date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise OperatorError(say(lang, "err_today", found=given)) from None


def now() -> datetime:
    """The present moment in Vietnam's time."""
    return datetime.now(VIETNAM_TIME).replace(microsecond=0)
