"""What a command works on, and the round made from it: settings and rules, made ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.language.nearest import listed
from danvan_xl.model import Plan, Regime, Unit
from danvan_xl.model.dated_reports import Report, alike
from danvan_xl.model.period import plain_period
from danvan_xl.office.plan_settings import asked_faults, completed, faults
from danvan_xl.office.workspace import ExtraUnit, Settings
from danvan_xl.round.narrowing import narrowed
from danvan_xl.round.preparing import prepare
from danvan_xl.round.round import Round
from danvan_xl.rules.files import Problem, RulesError, RuleSource
from danvan_xl.rules.loader import Rules, load_rules
from danvan_xl.rules.obligations import reported_periods
from danvan_xl.rules.regimes import DueSetting, due_faults, regime_from_mapping, with_due_days, without_report
from danvan_xl.rules.round_reports import declared_faults, declared_report, loosened, reports_of_period
from danvan_xl.rules.verdicts import FILE_NAME as VERDICTS
from danvan_xl.wording import Sentence, SentenceError, sentence

YEAR_OF_RULES = 2026
"""A year like any other, to compare days that are set for every year."""


class Job(Struct, frozen=True):
    """What a command works on: the settings, the folder that paths start from, the rule files in force.

    ``confirmed``: file → the unit that a person says it comes from (``--as``); ``join``: units whose files are
    halves of one answer. ``as_of``: the cut-off that a person wants; ``today``: the day of the command, after which no
    other cut-off lies (None: what is made is for the report to come, such as a template). ``report``: ids of the
    reports that are meant, where a round has several; empty: all. ``opened``: what was read of the rule files, so that
    no command reads them twice; jobs made from this one share it.
    """

    settings: Settings
    base: Path = field(default_factory=Path)
    rules: Path | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)
    join: tuple[str, ...] = ()
    as_of: date | None = None
    today: date | None = None
    report: tuple[str, ...] = ()
    opened: dict[tuple[str, Path | None, Path], Rules] = field(default_factory=dict)

    @property
    def verdicts(self) -> Path | None:
        """Where a workspace notes which of its rule files are sound."""
        return self.rules.parent / VERDICTS if self.rules is not None and self.rules.parent.is_dir() else None

    @property
    def source(self) -> RuleSource:
        """The rule files in force."""
        return RuleSource(self.rules, self.verdicts)


def _with_units(plan: Plan, extra: Iterable[ExtraUnit]) -> Plan:
    """The plan with the units that a workspace lists, in their groups."""
    units, groups = list(plan.units), {name: list(members) for name, members in plan.groups.items()}
    for item in extra:
        units.append(Unit(item.id, item.name, item.short, item.aliases, item.email))
        for group in item.groups:
            groups.setdefault(group, []).append(item.id)
    return replace(plan, units=tuple(units), groups={name: tuple(members) for name, members in groups.items()})


def _settings_problems(settings: Settings, plan: Plan) -> Iterator[Problem]:
    """What is wrong with the settings for this plan, its own units and those of the settings together."""
    units = {unit.id: unit.name for unit in plan.reporting_units}
    bodies = {unit.id: unit.name for unit in plan.units if unit.outside} | dict.fromkeys(plan.groups, "")
    place = settings.where("--owner")
    for body, unit in settings.owners.items():
        if unit not in units:
            said = sentence("rules", "unknown_answering", id=unit, known=listed(unit, units))
            yield Problem(place, f"owners.{body}", said)
        if body not in bodies:
            yield Problem(place, f"owners.{body}", _unknown_body(body, bodies))
    place = settings.where("units")
    times = Counter(unit.id for unit in plan.units)
    for position, item in enumerate(settings.units):
        if times[item.id] > 1:
            yield Problem(place, f"units[{position}].id", sentence("rules", "duplicate_id", id=item.id))
        for group in item.groups:
            if group not in plan.groups:
                said = sentence("rules", "unknown_group", id=group, known=listed(group, list(plan.groups)))
                yield Problem(place, f"units[{position}].groups", said)


def _unknown_body(body: str, bodies: Mapping[str, str]) -> Sentence:
    if not bodies:
        return sentence("rules", "nobody_outside", id=body)
    return sentence("rules", "unknown_owner", id=body, known=listed(body, bodies))


def reported_days(regime: Regime, settings: Settings) -> Mapping[str, DueSetting]:
    """The days that the workspace sets, without those for periods that no report of the regime has."""
    others = {**without_report(regime, settings.due), **_days_of_declared(settings)}
    return {key: day for key, day in settings.due.items() if key not in others}


def missing_report(rules: Rules, settings: Settings) -> tuple[str, ...] | None:
    """None if the plan has a report for the period in force; otherwise the periods of that year that it has one for."""
    if settings.declared is not None:
        return None
    year = plain_period(settings.period).year
    plan = rules.plan
    if not plan.start.year <= year <= plan.end.year:
        return ()
    known = reported_periods(regime_from_mapping(rules.regime), year, issued=plan.in_force_from)
    return None if settings.period in known else known


def _due_problems(regime: Regime, settings: Settings) -> list[Problem]:
    """What is wrong with the days that the office has set."""
    place = settings.where("--due")
    days = {key: day for key, day in settings.due.items() if key not in _days_of_declared(settings)}
    faults = [*due_faults(regime, days)]
    if not faults:
        faults = [*loosened(regime, days, _year(settings))]
    return [Problem(place, f"due.{key}", said) for key, said in faults]


def _days_of_declared(settings: Settings) -> Mapping[str, DueSetting]:
    """The days that are set under the id of a report outside the rhythm, as ``--due`` does."""
    declared = {item.id for item in settings.reports}
    return {key: day for key, day in settings.due.items() if key in declared}


def _year(settings: Settings) -> int:
    return int(settings.period[:4]) if settings.period[:4].isdigit() else YEAR_OF_RULES


def find_reports(rules: Rules, settings: Settings, *, remind: bool = False) -> tuple[Report, ...]:
    """The reports of the period in force, by their days: those of the plan, with the days that the workspace sets.

    ``remind``: also the last working day before each (asks the holidays library, which is slow to load).
    """
    regime = regime_from_mapping(rules.regime)
    calendar = None
    if remind:
        from danvan_xl.rules.loader import load_calendar

        calendar = load_calendar()
    place = settings.where("reports")
    faults = [Problem(place, *fault) for fault in declared_faults(settings.reports, rules.plan, regime)]
    if faults := [*faults, *_due_problems(regime, settings)]:
        raise RulesError(faults)
    declared = settings.declared
    if declared is not None:
        day = settings.due.get(declared.id, declared.day)
        return (declared_report(replace(declared, day=day), rules.plan, calendar),)
    others = without_report(regime, settings.due)
    if settings.due:
        regime = with_due_days(regime, reported_days(regime, settings))
    try:
        return reports_of_period(regime, settings.period, rules.plan, calendar=calendar, others=others)
    except SentenceError:
        known = {item.id: item.title for item in settings.reports}
        said = sentence("reports", "unknown_period", found=settings.period, known=listed(settings.period, known) or "-")
        raise RulesError((Problem(settings.where("--period"), "period", said),)) from None


def rules_of(job: Job) -> Rules:
    """The rules of a job; the settings fill what the plan leaves open of itself. Raises RulesError."""
    rules = _opened(job)
    found = (*faults(rules.plan, job.settings), *asked_faults(rules, job.settings))
    wrong = tuple(Problem(job.settings.where("danvan.toml"), *fault) for fault in found)
    if wrong:
        raise RulesError(wrong)
    return replace(rules, plan=completed(rules.plan, job.settings))


def _opened(job: Job) -> Rules:
    """What the rule files say, read once in a command."""
    key = job.settings.plan, job.rules, job.base
    if key not in job.opened:
        job.opened[key] = load_rules(job.settings.plan, job.source, job.base, file=job.settings.where(""))
    return job.opened[key]


def groups_of(job: Job) -> tuple[tuple[Report, ...], ...]:
    """The reports that are meant, those that share everything together. Raises RulesError."""
    found = find_reports(rules_of(job), job.settings)
    _known_reports(job, found)
    return alike(item for item in found if not job.report or item.id in job.report)


def _known_reports(job: Job, reports: Iterable[Report]) -> None:
    """Raises RulesError for an id of ``--report`` that the round has not."""
    known = {item.id: item.name() for item in reports}
    for name in job.report:
        if name not in known:
            said = sentence("reports", "unknown_report", id=name, known=listed(name, known))
            raise RulesError((Problem("--report", name, said),))


def own_days(job: Job) -> Mapping[str, date | None]:
    """Report of the period in force → the due day that the plan itself gives it; None where it leaves it open."""
    found = find_reports(rules_of(job), replace(job.settings, due={}))
    return {item.id: item.period.due for item in found if item.id != job.settings.period}


def open_round(job: Job, *, remind: bool = False) -> Round:
    """Load the rules and make the round ready. Raises RulesError."""
    settings = job.settings
    rules = rules_of(job)
    shipped = rules.plan
    problems = [*_settings_problems(settings, _with_units(shipped, [replace(u, groups=()) for u in settings.units]))]
    problems += _due_problems(regime_from_mapping(rules.regime), settings)
    if problems:
        raise RulesError(problems)
    rules = replace(rules, plan=_with_units(shipped, settings.units))
    reports = find_reports(rules, settings, remind=remind)
    _known_reports(job, reports)
    rules = replace(rules, plan=narrowed(rules.plan, reports))
    current = prepare(
        rules,
        reports[0].period,
        settings.owners,
        confirmed=job.confirmed,
        as_of=job.as_of,
        today=job.today,
        reports=reports,
    )
    known = {unit.id: unit.name for unit in current.plan.reporting_units}
    unknown = [unit for unit in (*job.confirmed.values(), *job.join) if unit not in known]
    if unknown:
        said = sentence("rules", "unknown_answering", id=unknown[0], known=listed(unknown[0], known))
        raise RulesError((Problem("--as, --join", unknown[0], said),))
    return current
