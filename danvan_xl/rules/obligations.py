"""From a regime's rules to dates: which reports are due in a year, when, covering which days, nested into which.

`danvan_xl.model.period.timeliness` defines "trước" and "chậm nhất".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from danvan_xl.model.period import (
    MONTHS,
    Note,
    Period,
    PeriodKind,
    calendar_days,
    clamped,
    period_id,
    plain_period,
    shift_month,
)
from danvan_xl.model.regime import DayRule, DueChoice, Obligation, Regime, ReportRule, WindowRule
from danvan_xl.rules.calendars import WorkCalendar
from danvan_xl.rules.regimes import DueSetting, bare_due, due_in_force, with_due_days


def resolve_day(rule: DayRule, kind: PeriodKind, year: int, number: int = 1) -> date:
    """The day that ``rule`` means for that period."""
    if rule.month is not None:
        return clamped(year + rule.years, rule.month, rule.day)
    return clamped(*shift_month(year + rule.years, number * MONTHS[kind], rule.months), rule.day)


def with_due(period: Period, choice: DueChoice | None) -> Period:
    """The period with the day in force; a note where there is none."""
    rule = choice.rule if choice is not None else None
    if choice is None or rule is None:
        return replace(period, notes=(Note("note_no_due"),))
    period = replace(period, allowed_by=choice.allowed_by)
    if isinstance(rule, date):
        return replace(period, due=rule)
    named = resolve_day(rule.day, period.kind, period.year, period.number)
    if rule.op == "<=":
        return replace(period, due=named)
    return replace(period, due=named - timedelta(days=1), lenient=named, op="<")


def _with_window(period: Period, window: WindowRule | None) -> Period:
    if window is None:
        return period
    anchors = {"period_start": period.first, "period_end": period.last, "report_date": period.due}

    def day(end: DayRule | str) -> date | None:
        if isinstance(end, DayRule):
            return resolve_day(end, period.kind, period.year, period.number)
        return anchors[end]

    start, end = day(window.start), day(window.end)
    period = replace(period, window_from=start, window_to=end, window_open=window.end == "report_date")
    if end and period.due and end > period.due:
        note = Note("note_estimate", {"cutoff": f"{end:%d/%m/%Y}", "due": f"{period.due:%d/%m/%Y}"})
        period = replace(period, notes=(*period.notes, note))
    return period


def own_period(regime: Regime, report: ReportRule, year: int, number: int) -> Period | None:
    """The period by the report's own rules, before any nesting; ``None`` if the report is not required."""
    choice = due_in_force(regime, report, year, number)
    if (choice is not None and choice.rule is None) or number not in report.numbers:
        return None
    first, last = calendar_days(report.kind, year, number)
    plain = Period(period_id(report.kind, year, number), report.kind, year, number, first, last)
    return _with_window(with_due(plain, choice), report.window)


def host_period(regime: Regime, report: ReportRule, year: int, number: int) -> tuple[ReportRule, Period] | None:
    """The report that includes this one, and its period; ``None`` if it is not nested or its host is not required."""
    if number not in report.nest:
        return None
    host = regime.report(report.nest[number])
    period = own_period(regime, host, year, (number * MONTHS[report.kind] - 1) // MONTHS[host.kind] + 1)
    return None if period is None else (host, period)


def _nested(period: Period, host: Period) -> Period:
    """``period`` sent with ``host``, on its day; no day at all if that is before the data begin."""
    args = {"into": host.label, "into_id": host.id}
    if host.due is not None and host.due < (period.window_from or period.first):
        note = Note("note_nested_impossible", {**args, "due": f"{host.due:%d/%m/%Y}"})
        return replace(period, due=None, lenient=None, notes=(note,))
    due, note = host.due, Note("note_nested", args)
    return replace(period, due=due, lenient=host.lenient, op=host.op, notes=(note,))


def remind(period: Period, calendar: WorkCalendar | None) -> Period:
    if calendar is None or period.due is None:
        return period
    reminder = calendar.last_working_day_on_or_before(period.due)
    notes = period.notes
    if reminder != period.due:
        notes = (*notes, Note("note_day_off", {"reminder": f"{reminder:%d/%m/%Y}"}))
    return replace(period, reminder=reminder, notes=notes)


def obligations(
    regime: Regime,
    year: int,
    *,
    issued: date | None = None,
    overrides: Mapping[str, DueSetting] | None = None,
    calendar: WorkCalendar | None = None,
) -> tuple[Obligation, ...]:
    """Every report for the periods of ``year``, by day; those nested into another are included and say so.

    A report that was due before the plan was ``issued`` (or, with no day, ended before) is not required. With a
    ``calendar``, each due day gets a reminder. ``overrides`` as in `with_due_days`.
    """
    regime = with_due_days(regime, overrides) if overrides else regime
    found = []
    for report in regime.reports:
        for number in report.numbers:
            period = own_period(regime, report, year, number)
            if period is None:
                continue
            host = host_period(regime, report, year, number)
            if host is not None:
                period = _nested(period, host[1])
            if issued is not None and (period.lenient or period.due or period.last) < issued:
                continue
            found.append(Obligation(report, remind(period, calendar), host[1].id if host else None))
    return tuple(sorted(found, key=lambda o: (o.period.due or o.period.last, MONTHS[o.period.kind])))


def period_of(
    regime: Regime | None,
    wanted: str,
    *,
    subject: str | None = None,
    calendar: WorkCalendar | None = None,
    others: Mapping[str, DueSetting] | None = None,
) -> Period:
    """The period with this id as the regime defines it: its window, due day and notes.

    If several reports share the period (dân vận and dân chủ), the one due first; if none has it, the bare calendar
    period, with the day that ``others`` (see `rules.regimes.without_report`) set for it.

    Raises:
        ValueError: if ``wanted`` is not a period id.
    """
    plain = plain_period(wanted)
    if regime is None:
        return plain
    found: list[Period] = [
        item.period
        for item in obligations(regime, plain.year, calendar=calendar)
        if item.period.id == plain.id and subject in {None, item.report.subject}
    ]
    if not found:
        rule = bare_due(plain, others or {})
        return plain if rule is None else remind(with_due(plain, rule), calendar)
    return min(found, key=lambda period: period.due or date.max)


def reported_periods(regime: Regime, year: int, *, issued: date | None = None) -> tuple[str, ...]:
    """The ids of the periods of a year that some report of the regime is made for, by due day."""
    return tuple(dict.fromkeys(item.period.id for item in obligations(regime, year, issued=issued)))
