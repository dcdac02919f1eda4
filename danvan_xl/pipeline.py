"""The story, top to bottom: settings → rules → round → files → submissions → consolidation.

Nothing here knows how a command looks or how a workbook is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.filing import AnySubmission, Parcel, Store, file_away
from danvan_xl.merge import Consolidation, merge
from danvan_xl.model import Finding, Period, Plan, Unit
from danvan_xl.model.submission import FileStatus, Submission
from danvan_xl.office.workspace import ExtraUnit, Settings
from danvan_xl.preparing import prepare
from danvan_xl.round import Round
from danvan_xl.rules.files import Problem, RulesError, RuleSource
from danvan_xl.rules.loader import Rules, load_rules
from danvan_xl.rules.obligations import period_of
from danvan_xl.rules.regimes import regime_from_mapping, with_due_days
from danvan_xl.rules.verdicts import FILE_NAME as VERDICTS
from danvan_xl.waivers import Waiver
from danvan_xl.wording import Lang, text


class Job(Struct, frozen=True):
    """What a command works on: the settings, the folder that paths start from, the rule files in force.

    ``confirmed``: file → the unit that a person says it is of (``--as``); ``waivers``: those in force; ``join``: units
    whose files are halves of one answer.
    """

    settings: Settings
    base: Path = field(default_factory=Path)
    rules: Path | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    join: tuple[str, ...] = ()

    @property
    def verdicts(self) -> Path | None:
        """Where a workspace notes which of its rule files are sound."""
        return self.rules.parent / VERDICTS if self.rules is not None and self.rules.parent.is_dir() else None

    @property
    def source(self) -> RuleSource:
        """The rule files in force."""
        return RuleSource(self.rules, self.verdicts)


# ---- settings and rules → a round ----------------------------------------------------------------------------


def _with_units(plan: Plan, extra: Iterable[ExtraUnit]) -> Plan:
    """The plan with the units that a workspace lists, in their groups."""
    units, groups = list(plan.units), {name: list(members) for name, members in plan.groups.items()}
    for item in extra:
        units.append(Unit(item.id, item.name, item.short, item.aliases, item.email))
        for group in item.groups:
            groups.setdefault(group, []).append(item.id)
    return replace(plan, units=tuple(units), groups={name: tuple(members) for name, members in groups.items()})


def _settings_problems(settings: Settings, plan: Plan) -> Iterator[Problem]:
    units = {unit.id for unit in plan.reporting_units}
    bodies = {unit.id for unit in plan.units if unit.outside} | set(plan.groups)
    for body, unit in settings.owners.items():
        if unit not in units:
            yield Problem("danvan.toml", f"owners.{body}", text("rules", "unknown_unit", id=unit))
        if body not in bodies:
            yield Problem("danvan.toml", f"owners.{body}", text("rules", "unknown_unit", id=body))
    times = Counter(unit.id for unit in plan.units)
    for item in settings.units:
        if times[item.id] > 1:
            yield Problem("danvan.toml", f"units.{item.id}", text("rules", "duplicate_id", id=item.id))
        for group in item.groups:
            if group not in plan.groups:
                yield Problem("danvan.toml", f"units.{item.id}.groups", text("rules", "unknown_unit", id=group))


def find_period(rules: Rules, settings: Settings, *, remind: bool = False) -> Period:
    """The period in force, with the due day that the regime or the workspace gives.

    ``remind``: also the last working day before it (asks the holidays library, which is slow to load).
    """
    regime = regime_from_mapping(rules.regime)
    calendar = None
    if remind:
        from danvan_xl.rules.loader import load_calendar

        calendar = load_calendar()
    try:
        if settings.due:
            regime = with_due_days(regime, settings.due)
        return period_of(regime, settings.period, calendar=calendar)
    except ValueError as error:
        raise RulesError((Problem("danvan.toml", "due", str(error)),)) from None


def open_round(job: Job, *, remind: bool = False) -> Round:
    """Load the rules and make the round ready. Raises RulesError."""
    settings = job.settings
    rules = load_rules(settings.plan, job.source, job.base)
    shipped = rules.plan
    problems = tuple(
        _settings_problems(settings, _with_units(shipped, [replace(u, groups=()) for u in settings.units]))
    )
    if problems:
        raise RulesError(problems)
    rules = replace(rules, plan=_with_units(shipped, settings.units))
    period = find_period(rules, settings, remind=remind)
    current = prepare(rules, period, settings.owners, confirmed=job.confirmed, waivers=job.waivers)
    known = {unit.id for unit in current.plan.reporting_units}
    unknown = [unit for unit in (*job.confirmed.values(), *job.join) if unit not in known]
    if unknown:
        problem = text("rules", "unknown_unit", id=unknown[0])
        raise RulesError((Problem("--as, --join", unknown[0], problem),))
    return current


# ---- files → submissions -------------------------------------------------------------------------------------

READ_AND_PACK = "danvan_xl.reading:read_and_pack"
LOCK_FILE = "~$"
NOT_ANSWERS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})


def list_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read, sorted: files as given, folders with everything below them."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(item for item in path.rglob("*") if not item.is_dir())
        else:
            found.add(path)
    return sorted(found)


def is_ignored(path: Path) -> bool:
    """Whether a file is an office program's lock file or the system's own: skipped quietly."""
    return path.name.startswith((LOCK_FILE, ".~lock.")) or path.name.lower() in NOT_ANSWERS


def _refused(path: str, found: Finding) -> Submission:
    return Submission(path, "", None, None, FileStatus.REFUSED, findings=(found,))


@contextmanager
def reading(files: Sequence[Path]) -> Iterator[Callable[[Round], Iterator[AnySubmission]]]:
    """Read and check files in reader processes, which start at once and are ended with the block.

    What is given is called with the round, once it is ready, and yields every file: a file at which a reader dies is
    refused by name; an ignored one is told first.
    """
    from danvan_xl.excel.intake.supervise import supervise

    paths = [path for path in files if not is_ignored(path)]
    with supervise(paths, READ_AND_PACK, later=True) as results:

        def start(current: Round) -> Iterator[AnySubmission]:
            results.begin(current)
            ignored = [Submission(str(path), "", None, None, FileStatus.IGNORED) for path in files if is_ignored(path)]
            store = Store()
            return chain(ignored, (_submission(path, result, store) for path, result in results))

        yield start


def _submission(path: str, result: object, store: Store) -> AnySubmission:
    if isinstance(result, Finding):
        return _refused(path, result)
    assert isinstance(result, Parcel)
    return file_away(result, store)


ReceivedTimes = Mapping[tuple[str, str], datetime]
"""(sha256, file name) → when it was received."""


def consolidate(
    current: Round,
    submissions: Iterable[AnySubmission],
    job: Job,
    *,
    received: ReceivedTimes | None = None,
    extensions: Mapping[str, date] | None = None,
    as_of: date | None = None,
) -> Consolidation:
    """Merge what was read, with the times of receipt."""
    times = received or {}
    dated = [item.received_at(times.get((item.sha256, Path(item.path).name))) for item in submissions]
    return merge(
        current,
        dated,
        as_of=as_of,
        resubmission=job.settings.resubmission,
        strict=job.settings.strict or current.strict,
        extensions=extensions,
        join=job.join,
    )


# ---- what goes back to units ---------------------------------------------------------------------------------


def to_return(result: Consolidation) -> tuple[AnySubmission, ...]:
    """The files that a unit must mend and send again."""
    return tuple(file for file in result.files if file.status in (FileStatus.RETURNED, FileStatus.REFUSED))


def write_returns(result: Consolidation, folder: Path, lang: Lang) -> tuple[Path, ...]:
    """Write the returned workbook of every file that must be mended; where they are. Raises OSError of a target."""
    files = to_return(result)
    if not files:
        return ()
    from danvan_xl.excel.returned import return_all, return_task, returned_name

    folder.mkdir(parents=True, exist_ok=True)
    whole = [file.whole() for file in files]
    tasks = [return_task(Path(file.path), folder / returned_name(file), file, result.job, lang) for file in whole]
    return tuple(made.path for made in return_all(tasks))
