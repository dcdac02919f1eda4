"""Figures of a consolidation: pure counts that sheets, JSON, mail and terminal all take from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from danvan_xl.deadlines import SOON, DueState, is_endless
from danvan_xl.merge import DONE, Consolidation, DataRow
from danvan_xl.model import Finding, Severity
from danvan_xl.model.submission import AnswerState, FileStatus, Value
from danvan_xl.wording import text

ACCOUNT: tuple[AnswerState, ...] = (
    AnswerState.ANSWERED,
    AnswerState.NIL,
    AnswerState.BLANK,
    AnswerState.DELETED,
    AnswerState.RETURNED,
    AnswerState.MISSING,
    AnswerState.UNASSIGNED,
)
"""The states that add up to the lines sent (DESIGN 5)."""

IN_PROGRESS, NOT_STARTED = "Đang thực hiện", "Chưa thực hiện"
STATUSES = (DONE, IN_PROGRESS, NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Totals:
    """The main figures. ``endless``: lines without an end, counted as with or without a result this period."""

    lines: int
    answers: Mapping[AnswerState, int]
    statuses: Mapping[str, int]
    due: Mapping[DueState, int]
    endless_with: int
    endless_without: int
    errors: int
    warnings: int
    units: Mapping[str, int]
    timeliness: Mapping[str, int]

    @property
    def answered(self) -> int:
        """Lines that came back with an answer, "không phát sinh" included."""
        return self.answers[AnswerState.ANSWERED] + self.answers[AnswerState.NIL]


def live_findings(result: Consolidation) -> tuple[Finding, ...]:
    """The findings that count: those of files that were not set aside, then those across units."""
    aside = (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
    of_files = tuple(item for file in result.files if file.status not in aside for item in file.findings)
    return of_files + result.findings


def _is_endless(result: Consolidation, row: DataRow) -> bool:
    return row.task is not None and is_endless(result.job.schedules[row.task.id])


def totals(result: Consolidation) -> Totals:
    """The main figures of the round."""
    rows = result.lead_rows
    states = Counter(row.answer.state for row in rows)
    endless = [row for row in rows if _is_endless(result, row)]
    with_result = sum(row.answer.state is AnswerState.ANSWERED for row in endless)
    findings = live_findings(result)
    return Totals(
        lines=len(rows),
        answers={state: states[state] for state in ACCOUNT},
        statuses={
            name: sum(row.answer.state is AnswerState.ANSWERED and row.status == name for row in rows)
            for name in STATUSES
        },
        due={state: sum(row.due_state is state for row in rows) for state in DueState},
        endless_with=with_result,
        endless_without=len(endless) - with_result,
        errors=sum(item.severity in (Severity.ERROR, Severity.BLOCKER) for item in findings),
        warnings=sum(item.severity is Severity.WARNING for item in findings),
        units=Counter(state.state for state in result.units),
        timeliness=Counter(state.timeliness for state in result.units if state.timeliness),
    )


def overdue(result: Consolidation) -> tuple[tuple[DataRow, int], ...]:
    """Overdue lead lines with their days, most first."""
    rows = [
        (row, (result.as_of - row.due).days)
        for row in result.lead_rows
        if row.due_state is DueState.OVERDUE and row.due is not None
    ]
    return tuple(sorted(rows, key=lambda item: (-item[1], item[0].answer.line)))


SILENT_STATES = frozenset(
    {AnswerState.BLANK, AnswerState.DELETED, AnswerState.MISSING, AnswerState.RETURNED, AnswerState.UNASSIGNED}
)


def silent(result: Consolidation) -> tuple[DataRow, ...]:
    """Lead lines without a due day that have no usable answer for the period."""
    return tuple(row for row in result.lead_rows if row.due is None and row.answer.state in SILENT_STATES)


def due_soon(result: Consolidation, within: timedelta = SOON) -> tuple[DataRow, ...]:
    """Lead lines, not done, that are due within the days after the cut-off, soonest first."""
    rows = [
        row
        for row in result.lead_rows
        if row.due is not None and not row.is_done and timedelta() <= row.due - result.as_of <= within
    ]
    return tuple(sorted(rows, key=lambda row: (row.due or result.as_of, row.answer.line)))


def figure_sums(result: Consolidation) -> dict[str, tuple[dict[str, Value], float]]:
    """Indicator → (unit → figure, sum over the units whose figure is a number)."""
    name = result.job.plan.statistics
    if not name:
        return {}
    found: dict[str, tuple[dict[str, Value], float]] = {}
    used = result.used
    for item in result.job.forms[name].indicators:
        by_unit = {unit: file.figures.get(item.id) for unit, file in used.items()}
        found[item.id] = (by_unit, sum(value for value in by_unit.values() if isinstance(value, (int, float))))
    return found


def main_figures(result: Consolidation) -> tuple[tuple[str, str], ...]:
    """What a covering letter says: (label, value as shown)."""
    figures = totals(result)
    units = figures.units
    reported = units.get("submitted", 0) + units.get("nil", 0) + units.get("returned", 0)
    rows = [
        (text("book", "figure_units"), f"{reported}/{len(result.units)}"),
        (text("book", "figure_lines"), f"{figures.answered}/{figures.lines}"),
        *((name, str(number)) for name, number in figures.statuses.items()),
        (DueState.OVERDUE.value, str(figures.due[DueState.OVERDUE])),
    ]
    return tuple(rows)
