"""Which earlier workbooks a new one is compared with: the report before, and the same period of last year."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from danvan_xl.model.period import parse_period_id, period_id, plain_period
from danvan_xl.office.previous import Previous, known_periods, workbook_of
from danvan_xl.office.workspace import Workspace


class Earlier(Struct, frozen=True):
    """The workbooks; None where there is none. Where both are one and the same it stands under ``last_year`` alone."""

    before: Previous | None = None
    last_year: Previous | None = None

    def __bool__(self) -> bool:
        return self.before is not None or self.last_year is not None


class EarlierPeriods(Struct, frozen=True):
    """The periods of the report before and of a year before; None where there is none."""

    before: str | None = None
    last_year: str | None = None


def earlier_periods(period: str, known: Collection[str]) -> EarlierPeriods:
    """Which of the ``known`` periods a period is compared with; ids of other reports among them are left out.

    The report before is the newest earlier period of the same kind: a month is never held against a quarter. A report
    outside the rhythm has none before it.
    """
    try:
        kind, year, number = parse_period_id(period)
    except ValueError:
        return EarlierPeriods()
    former_year = period_id(kind, year - 1, number)
    last = plain_period(period).last
    same_kind = {name: plain_period(name).last for name in known if _kind_of(name) == kind}
    earlier = [name for name, day in same_kind.items() if day < last]
    before = max(earlier, key=same_kind.__getitem__, default=None)
    last_year = former_year if former_year in same_kind else None
    return EarlierPeriods(None if before == last_year else before, last_year)


def _kind_of(name: str) -> str | None:
    try:
        return parse_period_id(name)[0]
    except ValueError:
        return None


def earlier_workbooks(
    workspace: Workspace, merged: Mapping[str, tuple[str, ...]], period: str, reports: Collection[str] = ()
) -> Earlier:
    """The workbooks that a period's is compared with, by the register's names and the folders.

    ``merged``: see ``Register.merged``; ``reports``: ids of those that the new one is of. A workbook that the
    register names and that is not there is ``gone``.
    """
    periods = known_periods(workspace, merged) - {period}
    known = {name: found for name in periods if (found := workbook_of(workspace, name, merged, reports)) is not None}
    chosen = earlier_periods(period, known)
    return Earlier(known.get(chosen.before or ""), known.get(chosen.last_year or ""))
