"""What shorter reports of a workspace already brought of the figures that a longer one asks for.

It is read from ``Dữ liệu số`` of their consolidated workbooks: every figure stands there with the days that it covers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from danvan_xl.intake.read import read_workbook
from danvan_xl.model import IndicatorKind, Period, layout
from danvan_xl.model.book import RawValue, Row
from danvan_xl.model.period import MONTHS, plain_period
from danvan_xl.model.reported import Days, Reported, added_up
from danvan_xl.office.previous import known_periods, workbook_of
from danvan_xl.office.workspace import Workspace
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round

PLAN = "Kế hoạch"
WANTED = (layout.INDICATOR_ID, layout.UNIT_ID, layout.FIGURE, layout.FIRST_DAY, layout.LAST_DAY)

ByUnit = Mapping[str, Mapping[str, Reported]]
"""Unit → indicator → what shorter reports brought."""


def shorter_workbooks(workspace: Workspace, merged: Mapping[str, tuple[str, ...]], current: Round) -> list[Path]:
    """The consolidated workbooks of shorter periods that lie in a round's window or touch it, the oldest first.

    ``merged``: see ``Register.merged``.
    """
    window, months = current.window, MONTHS.get(current.period.kind)
    if window is None or months is None:
        return []
    found: list[tuple[date, Path]] = []
    for name in known_periods(workspace, merged):
        period = _period(name)
        if period is None or MONTHS[period.kind] >= months or not window[0] <= period.last:
            continue
        if period.first > window[1]:
            continue
        known = workbook_of(workspace, name, merged)
        if known is not None and known.path.is_file():
            found.append((period.last, known.path))
    return [path for _, path in sorted(found, key=lambda item: (item[0], str(item[1])))]


def _period(name: str) -> Period | None:
    try:
        return plain_period(name)
    except ValueError:
        return None


def reported_before(workspace: Workspace, merged: Mapping[str, tuple[str, ...]], current: Round) -> ByUnit:
    """What shorter reports brought, of every flow and unit of the round that is asked for it.

    Only numbers count. Where two workbooks speak of the same days, the newer one does.
    """
    form = current.forms.get(current.plan.statistics or "")
    flows = {item.id for item in form.indicators if item.kind is IndicatorKind.FLOW} if form is not None else set()
    if current.window is None or not flows:
        return {}
    parts: dict[tuple[str, str], dict[Days, float]] = defaultdict(dict)
    for path in shorter_workbooks(workspace, merged, current):
        for unit, indicator, days, value in _figures(path, current.plan.id):
            if indicator in flows:
                parts[unit, indicator][days] = value
    found: dict[str, dict[str, Reported]] = {}
    for unit in current.by_unit:
        for item in current.figures_of(unit):  # only flows have parts
            what = added_up(current.window, parts.get((unit, item.id), {}))
            if what is not None:
                found.setdefault(unit, {})[item.id] = what
    return found


def _figures(path: Path, plan: str) -> Iterator[tuple[str, str, Days, float]]:
    """Unit, indicator, days and figure of each row that has a number and its days."""
    book = read_workbook(path)
    for sheet in book.sheets:
        if not layout.is_sheet_of(sheet.name, layout.FIGURE_DATA) or not sheet.rows:
            continue
        at = {show(heading).strip(): column for column, heading in enumerate(sheet.rows[0].values)}
        if not {*WANTED, PLAN} <= at.keys():
            continue
        for row in sheet.rows[1:]:
            indicator, unit, value, first, last = (_value(row, at[heading]) for heading in WANTED)
            if _value(row, at[PLAN]) != plan or isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            days = (_day(first), _day(last))
            if days[0] is not None and days[1] is not None:
                yield str(unit), str(indicator), (days[0], days[1]), value


def _value(row: Row, column: int) -> RawValue:
    return row.values[column] if column < len(row.values) else None


def _day(value: RawValue) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
