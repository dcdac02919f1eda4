"""Figures of a consolidation: counted in one walk over its units, for sheets, JSON, mail and terminal alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from heapq import nsmallest

from msgspec import Struct, field

from danvan_xl.deadlines import SOON, DueState, is_endless
from danvan_xl.merge import DONE, Consolidation, DataRow, UnitRows
from danvan_xl.model import Role, Severity
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
ASIDE = (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
SILENT_STATES = frozenset(
    {AnswerState.BLANK, AnswerState.DELETED, AnswerState.MISSING, AnswerState.RETURNED, AnswerState.UNASSIGNED}
)
FIRST_DUE = 12
"""How many overdue and soon due lines are kept for the first page."""


class Counts(Struct):
    """Lead lines counted: all, by answer, by status of those answered, overdue; other lines by role."""

    lead: int = 0
    answers: Counter[AnswerState] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    others: Counter[Role] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        """Lines that came back with an answer, "không phát sinh" included."""
        return self.answers[AnswerState.ANSWERED] + self.answers[AnswerState.NIL]

    def add(self, row: DataRow) -> None:
        """Count a row."""
        answer = row.answer
        if answer.role is not Role.LEAD:
            self.others[answer.role] += 1
            return
        self.lead += 1
        self.answers[answer.state] += 1
        if answer.state is AnswerState.ANSWERED:
            self.statuses[str(row.status)] += 1
        if row.due_state is DueState.OVERDUE:
            self.overdue += 1


class DueLine(Struct, frozen=True):
    """A line for a list of what is due: no more of it than such a list shows."""

    unit: str
    line: str
    text: str
    due: date
    days: int


class Summary(Struct):
    """Everything that is counted. ``rows``: how many rows of answers stand under a task (or, by appendix, own lines).

    ``overdue_days``: days overdue → lines; ``silent``: lines without a due day and without a usable answer;
    ``endless``: lines without an end (with a result in the period, without).
    """

    total: Counts = field(default_factory=Counts)
    units: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    forms: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))
    tasks: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    rows: Counter[str] = field(default_factory=Counter)
    all_rows: int = 0
    due: Counter[DueState] = field(default_factory=Counter)
    endless: Counter[bool] = field(default_factory=Counter)
    overdue_days: Counter[int] = field(default_factory=Counter)
    first_overdue: list[DueLine] = field(default_factory=list)
    first_soon: list[DueLine] = field(default_factory=list)
    silent: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    unit_states: Counter[str] = field(default_factory=Counter)
    timeliness: Counter[str] = field(default_factory=Counter)

    @property
    def lines(self) -> int:
        """Lines sent out: lead lines."""
        return self.total.lead

    @property
    def answers(self) -> Mapping[AnswerState, int]:
        """State → lead lines, every state of the account."""
        return {state: self.total.answers[state] for state in ACCOUNT}

    @property
    def errors(self) -> int:
        """Errors and refusals that count."""
        return self.severities[Severity.ERROR] + self.severities[Severity.BLOCKER]

    @property
    def warnings(self) -> int:
        """Warnings that count."""
        return self.severities[Severity.WARNING]


def is_silent(row: DataRow) -> bool:
    """A lead line without a due day that has no usable answer for the period."""
    return row.answer.role is Role.LEAD and row.due is None and row.answer.state in SILENT_STATES


def days_overdue(row: DataRow, as_of: date) -> int | None:
    """How many days a lead line is overdue; None where it is not."""
    late = row.answer.role is Role.LEAD and row.due_state is DueState.OVERDUE and row.due is not None
    return (as_of - row.due).days if late and row.due is not None else None


class _Counting:
    """The walk under way."""

    def __init__(self, result: Consolidation) -> None:
        self.result, self.found = result, Summary()
        self.endless = {task: is_endless(schedule) for task, schedule in result.job.schedules.items()}
        self.soon: list[DueLine] = []

    def unit(self, item: UnitRows) -> None:
        found = self.found
        found.units[item.unit]  # a unit without lines is counted with none
        for row in item.rows:
            self.row(row)
        if item.file is not None and item.counts:
            for name, value in item.file.figures.items():
                if isinstance(value, (int, float)):
                    found.figures[name] += value  # type: ignore[assignment]  # counts may be decimal

    def row(self, row: DataRow) -> None:
        found, answer, task = self.found, row.answer, row.task
        found.all_rows += 1
        found.total.add(row)
        found.units[row.unit].add(row)
        found.forms[row.unit, answer.appendix].add(row)
        found.rows[task.id if task else answer.appendix] += 1
        if task is not None:
            found.tasks[task.id].add(row)
        if answer.role is not Role.LEAD or task is None:
            return
        found.due[row.due_state] += 1
        if self.endless[task.id]:
            found.endless[answer.state is AnswerState.ANSWERED] += 1
        if is_silent(row):
            found.silent += 1
        self.days(row)

    def days(self, row: DataRow) -> None:
        as_of = self.result.as_of
        if row.due is None or row.task is None:
            return
        late = days_overdue(row, as_of)
        line = DueLine(row.unit, row.answer.line, row.task.text, row.due, late or 0)
        if late is not None:
            self.found.overdue_days[late] += 1
            self.keep(self.found.first_overdue, line)
        elif not row.is_done and 0 <= (row.due - as_of).days <= SOON.days:
            self.keep(self.soon, line)

    @staticmethod
    def keep(lines: list[DueLine], line: DueLine) -> None:
        lines.append(line)
        if len(lines) > 40 * FIRST_DUE:
            lines[:] = nsmallest(FIRST_DUE, lines, key=_by_day)


def _by_day(line: DueLine) -> tuple[date, str]:
    return line.due, line.line


def summarise(result: Consolidation) -> Summary:
    """Walk over the units once and count everything."""
    counting = _Counting(result)
    for item in result.by_unit():
        counting.unit(item)
    found = counting.found
    found.first_overdue = nsmallest(FIRST_DUE, found.first_overdue, key=_by_day)
    found.first_soon = nsmallest(FIRST_DUE, counting.soon, key=_by_day)
    for file in result.files:
        if file.status not in ASIDE:
            for severity in Severity:
                found.severities[severity] += file.count(severity)
    for across in result.findings:
        found.severities[across.severity] += 1
    for state in result.units:
        found.unit_states[state.state] += 1
        if state.timeliness:
            found.timeliness[state.timeliness] += 1
    return found


def figure(summary: Summary, name: str) -> Value:
    """The sum of an indicator over the units whose figure is a number."""
    return summary.figures[name]


def main_figures(result: Consolidation, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What a covering letter says: (label, value as shown)."""
    states = summary.unit_states
    reported = states["submitted"] + states["nil"] + states["returned"]
    rows = [
        (text("book", "figure_units"), f"{reported}/{len(result.units)}"),
        (text("book", "figure_lines"), f"{summary.total.answered}/{summary.lines}"),
        *((name, str(summary.total.statuses[name])) for name in STATUSES),
        (DueState.OVERDUE.value, str(summary.due[DueState.OVERDUE])),
    ]
    return tuple(rows)
