"""Contradictions in a reporting regime, found by computing a year from its rules. Nothing is refused.

Each rule is a generator of findings over the computed `_Year`; `CONTRADICTIONS` at the end lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl import wording
from danvan_xl.model.finding import Finding, Location, finding
from danvan_xl.model.period import MONTHS, Period, period_id, period_label
from danvan_xl.model.regime import Obligation, Regime, ReportRule
from danvan_xl.rules.calendars import WEEKDAYS_ONLY, WorkCalendar
from danvan_xl.rules.obligations import host_period, obligations, own_period

_DAYS_A_MONTH = 365.25 / 12
_LONGER = timedelta(days=20)  # windows may be offset from the calendar, but not most of a month longer


class _Year(Struct, frozen=True):
    regime: Regime
    year: int
    issued: date | None
    calendar: WorkCalendar
    duties: tuple[Obligation, ...]  # all of the year's, whatever the plan's issue date

    def warn(self, code: str, found: object, *said: Mapping[str, object]) -> Finding:
        args = {key: value for part in said for key, value in part.items()}
        return replace(finding(code, Location(file=f"{self.regime.id}.toml"), found), args=args)

    def own(self, report: ReportRule, year: int | None = None) -> Iterator[Period]:
        """The report's periods by its own rules, before nesting."""
        for number in report.numbers:
            period = own_period(self.regime, report, year or self.year, number)
            if period is not None:
                yield period


def contradictions(
    regime: Regime, year: int, *, issued: date | None = None, calendar: WorkCalendar | None = None
) -> tuple[Finding, ...]:
    """Every contradiction of the regime in ``year``, as warnings D050-D062 with article and key path.

    With ``issued``, also the reports that were due before the plan existed; without a ``calendar``, working days are
    Monday to Friday.
    """
    computed = _Year(regime, year, issued, calendar or WEEKDAYS_ONLY, obligations(regime, year))
    return tuple(found for rule in CONTRADICTIONS for found in rule(computed))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _about_months(first: date, last: date) -> int:
    return round(((last - first).days + 1) / _DAYS_A_MONTH)


def _says(report: ReportRule, key: str, period: Period | None = None) -> dict[str, object]:
    """What most findings say: the report, where the plan and the rule file define it, the period."""
    name = f"{wording.text('calendar', f'kind_{report.kind}')} ({report.subject})"
    said: dict[str, object] = {"report": name, "report_id": report.id, "article": report.article}
    said["path"] = f"report[{report.id}].{key}"
    if period is not None:
        said |= {"period": period.label, "period_id": period.id}
    return said


def cutoff_after_due(y: _Year) -> Iterator[Finding]:
    """Data that end after the report is due, so that its last days are estimates."""
    for report in y.regime.reports:
        dated = [(p, p.window_to, p.due) for p in y.own(report) if p.window_to and p.due]
        bad = [(p, cutoff, due) for p, cutoff, due in dated if cutoff > due]
        for first, cutoff, due in bad[:1]:
            more = {"due": _day(due), "days": (cutoff - due).days, "count": len(bad)}
            yield y.warn("D050", _day(cutoff), _says(report, "window.to", first), more)


def nested(y: _Year) -> Iterator[Finding]:
    """A report nested into one that is due before its data begin (D051), or that moves its day (D052)."""
    for duty in y.duties:
        host = host_period(y.regime, duty.report, y.year, duty.period.number) if duty.nested_into else None
        own = own_period(y.regime, duty.report, y.year, duty.period.number)
        if host is None or own is None or host[1].due is None:
            continue
        said = _says(duty.report, f"nest.{own.number}", own) | {"into": host[1].label, "into_id": host[1].id}
        start, found = own.window_from or own.first, _day(host[1].due)
        if host[1].due < start:
            yield y.warn("D051", found, said, {"start": _day(start)})
        elif own.due is not None and own.due != host[1].due:
            cutoff = _day(own.window_to or own.last)
            yield y.warn("D052", found, said, {"due": _day(own.due), "cutoff": cutoff})


def no_due_day(y: _Year) -> Iterator[Finding]:
    """A report that is named but has no due day."""
    for report in y.regime.reports:
        for period in [p for p in y.own(report) if p.due is None][:1]:
            yield y.warn("D053", None, _says(report, "due", period))


def listings_differ(y: _Year) -> Iterator[Finding]:
    """Two places in the plan that name different reports: due but not listed (D054), listed but not due (D062)."""
    for position, listing in enumerate(y.regime.listings):
        path = f"listing[{position}].periods"
        reports = [report for report in y.regime.reports if report.subject == listing.subject]
        for report in reports:
            periods = [p for p in y.own(report) if p.due and (p.kind, p.number) not in listing.periods]
            if periods:
                names = _names(periods) | {"own_article": report.article}
                yield y.warn("D054", None, _says(report, ""), names, {"article": listing.article, "path": path})
        known = {(report.kind, number) for report in reports for number in report.numbers}
        for kind, number in listing.periods:
            if (kind, number) not in known:
                names = {
                    "periods": period_label(kind, y.year, number),
                    "period_ids": period_id(kind, y.year, number),
                }
                said = {"article": listing.article, "path": path, "subject": listing.subject}
                yield y.warn("D062", None, said, names)


def _names(periods: list[Period]) -> dict[str, object]:
    labels, ids = (p.label for p in periods), (p.id for p in periods)
    return {"periods": ", ".join(labels), "period_ids": ", ".join(ids)}


def two_in_a_month(y: _Year) -> Iterator[Finding]:
    """Two reports on one subject due in the same month, counting over different days."""
    for one, other in combinations(y.regime.reports, 2):
        if one.subject != other.subject:
            continue
        pairs = [
            (a.period, b.period)
            for a in y.duties
            for b in y.duties
            if a.report is one and b.report is other and not (a.nested_into or b.nested_into)
            if a.period.due and b.period.due and a.period.due.replace(day=1) == b.period.due.replace(day=1)
            if (a.period.window_from, a.period.window_to) != (b.period.window_from, b.period.window_to)
        ]
        if pairs:
            labels = {"periods": "; ".join(f"{a.label} ({_day_of(a)}) và {b.label} ({_day_of(b)})" for a, b in pairs)}
            labels["period_ids"] = "; ".join(f"{a.id} ({_day_of(a)}), {b.id} ({_day_of(b)})" for a, b in pairs)
            second = _says(other, "due")
            labels |= {"other": str(second["report"]), "other_id": other.id}
            yield y.warn("D055", None, _says(one, "due"), labels)


def _day_of(period: Period) -> str:
    return f"{period.due:%d/%m}"


def window_longer_than_name(y: _Year) -> Iterator[Finding]:
    """A "6 months" report whose data run over seven."""
    for report in y.regime.reports:
        for p in y.own(report):
            if not (p.window_from and p.window_to) or p.window_to - p.window_from <= p.last - p.first + _LONGER:
                continue
            days = {"start": _day(p.window_from), "end": _day(p.window_to), "months": MONTHS[p.kind]}
            months = _about_months(p.window_from, p.window_to)
            yield y.warn("D056", months, _says(report, "window", p), days)


def year_is_not_two_halves(y: _Year) -> Iterator[Finding]:
    """The first half and the year start together, but the rest of the year is not six months."""
    for half, whole in ((h, w) for h in y.regime.reports for w in y.regime.reports if h.subject == w.subject):
        if (half.kind, whole.kind) != ("half", "year"):
            continue
        for first, year in ((f, w) for f in y.own(half) for w in y.own(whole) if f.number == 1):
            if not (first.window_from and first.window_to and year.window_to):
                continue
            left = _about_months(first.window_to + timedelta(days=1), year.window_to)
            if first.window_from == year.window_from and left != MONTHS["half"]:
                said = _says(half, "window.from") | {
                    "subject": half.subject,
                    "start": _day(first.window_from),
                }
                yield y.warn("D057", left, said)


def due_before_issue(y: _Year) -> Iterator[Finding]:
    """A report that was due before the plan was issued."""
    if y.issued is None:
        return
    asked = {(d.report.id, d.period.id) for d in obligations(y.regime, y.year, issued=y.issued)}
    for duty in y.duties:
        if duty.period.due and (duty.report.id, duty.period.id) not in asked:
            said = _says(duty.report, "due", duty.period)
            yield y.warn("D058", _day(duty.period.due), said, {"issued": _day(y.issued)})


def no_day_to_write(y: _Year) -> Iterator[Finding]:
    """Too few working days between data cut-off and sending: NĐ 09/2019/NĐ-CP, Điều 8.5."""
    for report in y.regime.reports:
        for p in y.own(report):
            if not (p.window_to and p.due) or p.window_to > p.due:
                continue
            if y.calendar.working_days_between(p.window_to, p.due) < y.regime.send_gap:
                more = {"due": _day(p.due), "gap": y.regime.send_gap}
                yield y.warn("D059", _day(p.window_to), _says(report, "window.to", p), more)
                break  # one example per report


def windows_tile(y: _Year) -> Iterator[Finding]:
    """Consecutive windows of one report that leave days out (D060) or count days twice (D061)."""
    for report in y.regime.reports:
        chain = [*y.own(report), *list(y.own(report, y.year + 1))[:1]]
        for one, after in pairwise(chain):
            if not (one.window_to and after.window_from) or after.first != one.last + timedelta(days=1):
                continue
            gap = (after.window_from - one.window_to).days - 1
            days = {"end": _day(one.window_to), "start": _day(after.window_from)}
            names = {"next": after.label, "next_id": after.id}
            if gap:
                said = _says(report, "window", one) | days | names
                yield y.warn("D060" if gap > 0 else "D061", abs(gap), said)


CONTRADICTIONS: tuple[Callable[[_Year], Iterator[Finding]], ...] = (
    cutoff_after_due,
    nested,
    no_due_day,
    listings_differ,
    two_in_a_month,
    window_longer_than_name,
    year_is_not_two_halves,
    due_before_issue,
    no_day_to_write,
    windows_tile,
)
