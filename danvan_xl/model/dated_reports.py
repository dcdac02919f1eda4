"""A report (báo cáo): a subject in a rhythm for a period; its title, day, window, recipients and content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from danvan_xl.model.period import Period
from danvan_xl.wording import Lang, text


class ReportKind(StrEnum):
    """The three kinds of report of NĐ 09/2019/NĐ-CP."""

    PERIODIC = "định kỳ"
    TOPICAL = "chuyên đề"
    AD_HOC = "đột xuất"


Window = tuple[date, date]
"""The first and the last day that data cover."""


class Report(Struct, frozen=True):
    """One report of a round. ``period`` holds its day and its window.

    ``title``: what it is called, without its period where it has one of the calendar; ``tasks`` and ``forms``: see
    ``ReportRule``; ``nested_into``: id of the period whose report includes it; ``article``: where the plan asks for it.
    """

    id: str
    subject: str
    title: str
    kind: ReportKind
    period: Period
    recipients: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    nested_into: str | None = None
    article: str = ""

    def name(self, lang: Lang = "vi") -> str:
        """What it is called, with its period: ``Báo cáo công tác dân vận 6 tháng đầu năm 2026``."""
        if self.kind is not ReportKind.PERIODIC:
            return self.title
        return text("reports", "name", lang, title=self.title, period=self.period.label_in(lang))

    @property
    def window(self) -> Window | None:
        """The days that its data cover; None where the plan does not say, or leaves an end open."""
        first, last = self.period.window_from, self.period.window_to
        return (first, last) if first is not None and last is not None else None

    def shares_all(self, other: Report) -> bool:
        """Whether both can be one workbook: the same day, window, recipients and content."""
        mine, others = self.period, other.period
        return (
            (mine.id, mine.due, mine.lenient, self.window) == (others.id, others.due, others.lenient, other.window)
            and self.recipients == other.recipients
            and set(self.tasks) == set(other.tasks)
            and set(self.forms) == set(other.forms)
        )


def alike(reports: Iterable[Report]) -> tuple[tuple[Report, ...], ...]:
    """The reports, those that share everything together, in their order."""
    groups: list[list[Report]] = []
    for report in reports:
        group = next((item for item in groups if item[0].shares_all(report)), None)
        if group is None:
            groups.append([report])
        else:
            group.append(report)
    return tuple(map(tuple, groups))


def figure_window(reports: Iterable[Report], figures: str | None) -> Window | None:
    """The days over which units count in a round: those of its first report with figures whose window is known.

    A unit fills in one sheet of figures for all reports of a round. ``figures``: the id of its form.
    """
    asked = (item for item in reports if not item.forms or figures in item.forms)
    return next((item.window for item in asked if item.window is not None), None)
