"""The reporting regime of a plan (chế độ báo cáo): which reports, due when, over which days. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

from danvan_xl.model.period import MONTHS, Op, Period, PeriodKind

WindowAnchor = Literal["period_start", "period_end", "report_date"]


class DayRule(Struct, frozen=True):
    """A day defined relative to a period.

    The day ``day`` of the calendar month ``month``, ``years`` years after the period's; without ``month``, of the month
    ``months`` months after the LAST month of the period ("tháng cuối quý"). A day beyond the end of the month means its
    last day.
    """

    day: int
    month: int | None = None
    months: int = 0
    years: int = 0


class DueRule(Struct, frozen=True):
    """The day named as the deadline; ``op`` ``<``: before it ("trước"), ``<=``: up to its end ("chậm nhất")."""

    day: DayRule
    op: Op = "<="


class DueChoice(Struct, frozen=True):
    """The day in force for a report: a rule, a day, or ``None`` (this report is not required).

    ``allowed_by``: who allowed that it is later than the plan's own day, and on what paper.
    """

    rule: DueRule | date | None
    allowed_by: str = ""


class WindowRule(Struct, frozen=True):
    """First and last day of the data, each a `DayRule` or an anchor word."""

    start: DayRule | WindowAnchor
    end: DayRule | WindowAnchor


class ReportRule(Struct, frozen=True):
    """One report of a regime.

    ``numbers``: the periods of a year that it covers. ``due`` is ``None`` if the plan leaves the day open. ``nest``:
    number of a period → id of the report that includes it ("lồng ghép"). ``article`` and ``text`` cite the plan.
    ``title``: what it is called before its period, where that is not "Báo cáo" and the subject; ``recipients``: who
    gets it, where not the plan's; ``tasks``, ``forms``: what it is about (ids of tasks, of appendices and of the forms
    of the whole unit), empty: everything.
    """

    id: str
    subject: str
    kind: PeriodKind
    article: str
    numbers: tuple[int, ...]
    due: DueRule | None = None
    window: WindowRule | None = None
    nest: Mapping[int, str] = field(default_factory=dict)
    text: str = ""
    title: str = ""
    recipients: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


class Listing(Struct, frozen=True):
    """A second place in the plan that lists reports (an appendix row), as (kind, number), for comparison."""

    article: str
    subject: str
    periods: tuple[tuple[PeriodKind, int], ...]


class Regime(Struct, frozen=True):
    """All reports of a plan.

    ``strict``: whether the day named after "trước" already counts as late (default: tolerated and marked).
    ``send_gap``: working days between data cut-off and sending (NĐ 09/2019/NĐ-CP, Điều 8.5: 1). ``settings``: what the
    workspace set, by the keys of `rules.regimes.with_due_days`.
    """

    id: str
    name: str
    source: str
    reports: tuple[ReportRule, ...]
    strict: bool = False
    send_gap: int = 1
    listings: tuple[Listing, ...] = ()
    settings: Mapping[str, DueChoice] = field(default_factory=dict)

    def report(self, report_id: str) -> ReportRule:
        """The report with this id; ``KeyError`` if there is none."""
        for report in self.reports:
            if report.id == report_id:
                return report
        raise KeyError(report_id)


class Obligation(Struct, frozen=True):
    """One report due for one period. ``nested_into``: id of the period whose report includes it."""

    report: ReportRule
    period: Period
    nested_into: str | None = None


def all_numbers(kind: PeriodKind) -> tuple[int, ...]:
    """Every number that a period of this kind can have in a year."""
    return tuple(range(1, 12 // MONTHS[kind] + 1))
