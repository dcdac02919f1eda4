"""The reports of a round: those of a regime for a period, or the one outside the rhythm that is declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from danvan_xl.language.nearest import listed
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model import Period, Plan, Regime
from danvan_xl.model.dated_reports import Report, ReportKind
from danvan_xl.model.period import parse_period_id, plain_period
from danvan_xl.model.regime import DueChoice, Obligation, ReportRule, all_numbers
from danvan_xl.rules.calendars import WorkCalendar
from danvan_xl.rules.obligations import obligations, own_period, remind, with_due
from danvan_xl.rules.regimes import DueSetting, bare_due, due_choice, is_filled_by_period, setting_keys
from danvan_xl.wording import Sentence, SentenceError, sentence, text

Fault = tuple[str, Sentence]


# ---- outside the rhythm ----------------------------------------------------------------------------------------


class Declared(Struct, frozen=True):
    """A report outside the rhythm as ``danvan.toml`` declares it.

    ``tasks``: ids of tasks; ``forms``: ids of appendices and of the forms of the whole unit; neither: everything.
    ``start``, ``end``: its window, as written; ``day``: its due day, as written.
    """

    id: str
    title: str
    kind: str = ReportKind.AD_HOC.value
    subject: str = ""
    tasks: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    start: str | date = ""
    end: str | date = ""
    day: DueSetting | None = None
    recipients: tuple[str, ...] = ()


def declared_from(data: Mapping[str, Any]) -> Declared:
    """A declaration that met its schema."""
    window = data.get("window", {})
    return Declared(
        id=data["id"],
        title=data["title"],
        kind=data.get("kind", ReportKind.AD_HOC.value),
        subject=data.get("subject", ""),
        tasks=tuple(data.get("tasks", ())),
        forms=tuple(data.get("forms", ())),
        start=window.get("from", ""),
        end=window.get("to", ""),
        day=data.get("day"),
        recipients=tuple(data.get("recipients", ())),
    )


def _day(value: str | date) -> date | None:
    return read_written_day(value) if isinstance(value, str) else date(value.year, value.month, value.day)


def _due(item: Declared, year: int) -> DueChoice | None:
    """Its due day. Raises SentenceError for what is none."""
    if item.day is None or item.day is False:
        return None
    try:
        return due_choice(str(year), item.day)
    except SentenceError:
        found = item.day["day"] if isinstance(item.day, Mapping) else item.day
        shown = getattr(found, "written", found)
        raise SentenceError(sentence("reports", "bad_day", found=shown)) from None


def declared_report(item: Declared, plan: Plan, calendar: WorkCalendar | None = None) -> Report:
    """The report that is declared, once `declared_faults` found nothing."""
    first, last = _day(item.start), _day(item.end)
    assert first is not None
    assert last is not None
    bare = Period(item.id, "special", last.year, 0, first, last, window_from=first, window_to=last, title=item.title)
    period = remind(with_due(bare, _due(item, last.year)), calendar)
    recipients = item.recipients or plan.recipients
    return Report(item.id, item.subject, item.title, ReportKind(item.kind), period, recipients, item.tasks, item.forms)


def declared_faults(items: Collection[Declared], plan: Plan, regime: Regime) -> Iterator[Fault]:
    """What is wrong with the declarations, as (key path, sentence)."""
    seen = {report.id for report in regime.reports}
    tasks = {task.id: task.text for task in plan.tasks}
    forms = {item.id: item.title for item in plan.appendices}
    forms |= dict.fromkeys((name for name in (plan.statistics, plan.difficulties) if name), "")
    for place, item in enumerate(items):
        where = f"reports[{place}]"
        if item.id in seen:
            yield f"{where}.id", sentence("rules", "duplicate_id", id=item.id)
        seen.add(item.id)
        if _is_period(item.id):
            yield f"{where}.id", sentence("reports", "id_is_period", id=item.id)
        for name in item.tasks:
            if name not in tasks:
                yield f"{where}.tasks", sentence("reports", "unknown_task", id=name, known=listed(name, list(tasks)))
        for name in item.forms:
            if name not in forms:
                yield f"{where}.forms", sentence("reports", "unknown_form", id=name, known=listed(name, forms))
        yield from _day_faults(item, where)


def _day_faults(item: Declared, where: str) -> Iterator[Fault]:
    days = {key: _day(value) for key, value in (("from", item.start), ("to", item.end))}
    for key, value in (("from", item.start), ("to", item.end)):
        if days[key] is None:
            yield f"{where}.window.{key}", sentence("reports", "bad_day", found=value)
    first, last = days["from"], days["to"]
    if first is None or last is None:
        return
    if first > last:
        shown = {"start": f"{first:%d/%m/%Y}", "end": f"{last:%d/%m/%Y}"}
        yield f"{where}.window", sentence("rules", "order_of_days", **shown)
    try:
        due = with_due(plain_period(str(last.year)), _due(item, last.year)).due
    except SentenceError as error:
        yield f"{where}.day", error.said
        return
    if due is not None and due < first:
        yield f"{where}.day", sentence("reports", "day_before_window", day=f"{due:%d/%m/%Y}", start=f"{first:%d/%m/%Y}")


def _is_period(words: str) -> bool:
    try:
        parse_period_id(words)
    except ValueError:
        return False
    return True


# ---- in the rhythm ---------------------------------------------------------------------------------------------


def report_of(duty: Obligation, plan: Plan) -> Report:
    """The report that a duty of the regime asks for."""
    rule = duty.report
    title = rule.title or text("reports", "title", subject=rule.subject)
    recipients = rule.recipients or plan.recipients
    return Report(
        rule.id, rule.subject, title, ReportKind.PERIODIC, duty.period, recipients, rule.tasks, rule.forms,
        duty.nested_into, rule.article,
    )  # fmt: skip


def reports_of_period(
    regime: Regime,
    wanted: str,
    plan: Plan,
    *,
    calendar: WorkCalendar | None = None,
    others: Mapping[str, DueSetting] | None = None,
) -> tuple[Report, ...]:
    """The reports of the regime for the period with this id, by day; those whose day is open come last.

    Where the regime has none, the one that the office collects all the same, on the day that ``others`` (see
    `rules.regimes.without_report`) set for it.

    Raises:
        ValueError: if ``wanted`` is not a period id.
    """
    plain = plain_period(wanted)
    duties = [item for item in obligations(regime, plain.year, calendar=calendar) if item.period.id == plain.id]
    found = sorted((report_of(duty, plan) for duty in duties), key=lambda item: item.period.due or date.max)
    if found:
        return tuple(found)
    choice = bare_due(plain, others or {})
    period = plain if choice is None else remind(with_due(plain, choice), calendar)
    bare = Report(plain.id, "", text("reports", "bare"), ReportKind.PERIODIC, period, plan.recipients)
    return (bare,)


# ---- days later than the plan's own ----------------------------------------------------------------------------


def loosened(regime: Regime, days: Mapping[str, DueSetting], year: int) -> Iterator[Fault]:
    """Days of the office that the plan does not leave to it, as (key of ``[due]``, sentence).

    A day later than the plan's own needs to say who allowed it; a key that names a period alone can't move the days of
    several reports which the plan gives. ``year``: of the keys that are for every year.
    """
    plain = Regime(regime.id, regime.name, regime.source, regime.reports)
    for key, value in days.items():
        try:
            choice = due_choice(key, value)
        except SentenceError:
            continue  # said elsewhere
        if choice.rule is None:
            continue
        wanted, _, tail = key.rpartition(":")
        moved = [*_moved(plain, wanted, tail, choice, year)]
        bare = [own for own in moved if not wanted and not is_filled_by_period(plain, own.report, own.number)]
        open_ones = not wanted and any(_is_open(plain, tail, year))
        if bare and not open_ones:
            names = ", ".join(dict.fromkeys(f'"{own.report.id}:{tail}"' for own in bare))
            yield key, sentence("reports", "due_names_no_report", setting=key, known=names)
        for own in moved:
            if own not in bare and own.is_later and not choice.allowed_by:
                yield key, own.sentence(key)
                break


class _Moved(Struct, frozen=True):
    """A report of which a setting moves the day: its day in the plan, and the new one."""

    report: ReportRule
    number: int
    own: Period
    set_to: Period

    @property
    def is_later(self) -> bool:
        return self.own.due is not None and self.set_to.due is not None and self.set_to.due > self.own.due

    def sentence(self, key: str) -> Sentence:
        assert self.own.due is not None
        assert self.set_to.due is not None
        days = {"day": f"{self.set_to.due:%d/%m/%Y}", "own": f"{self.own.due:%d/%m/%Y}"}
        article = self.report.article
        return sentence("reports", "due_later", setting=key, report=self.report.id, article=article, **days)


def _each(regime: Regime, tail: str, year: int) -> Iterator[tuple[ReportRule, int, int]]:
    """The reports that the tail of a key is about: report, year, number."""
    of = int(tail[:4]) if tail[:4].isdigit() and tail[:2] == "20" else year
    for report in regime.reports:
        for number in report.numbers if set(report.numbers) <= set(all_numbers(report.kind)) else ():
            if tail in setting_keys(report.kind, of, number):
                yield report, of, number


def _is_open(regime: Regime, tail: str, year: int) -> Iterator[bool]:
    return (report.due is None for report, _, _ in _each(regime, tail, year))


def _moved(regime: Regime, wanted: str, tail: str, choice: DueChoice, year: int) -> Iterator[_Moved]:
    for report, of, number in _each(regime, tail, year):
        if report.due is None or wanted not in {"", report.id}:
            continue
        own = own_period(regime, report, of, number)
        if own is None or own.due is None:
            continue
        changed = with_due(plain_period(own.id), choice)
        if changed.due is not None and changed.due != own.due:
            yield _Moved(report, number, own, changed)
