"""The figures of a consolidation, counted in one walk over its units: for sheets, JSON, mail and terminal alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from heapq import nsmallest
from zlib import crc32

from msgspec import Struct, field

from danvan_xl.merging.consolidation import Consolidation, DataRow, UnitRows
from danvan_xl.merging.targets_counted import TargetCounts
from danvan_xl.merging.targets_reached import TargetReached, TargetTally
from danvan_xl.model import Role, Severity, Task
from danvan_xl.model.statuses import (
    ACCOUNT,
    ACHIEVED,
    ASIDE,
    DOCUMENT,
    DONE,
    IN_PROGRESS,
    PROGRESS,
    RESULT,
    WITHOUT_ANSWER,
    AnswerState,
    DueState,
)
from danvan_xl.model.submission import Value
from danvan_xl.round.due import SOON, is_endless
from danvan_xl.wording import text

FIRST_DUE = 12
"""The number of overdue lines, and of lines due soon, that are kept for the first page."""

FIRST_UNITS = 12
"""The number of units whose counts are kept for the first page; sheets that list all units count their own rows."""

FAR = 1 << 20
"""Days until a due day that does not exist."""


Kind = tuple[Role, AnswerState, str | None, DueState]
"""What a row is counted by: its role, its answer, the status of a line that was answered, its deadline's state."""

_KNOWN: Mapping[Value, str] = {status: status for status in PROGRESS}


def kind_of(row: DataRow) -> Kind:
    """What a row is counted by. A status that no form offers counts as none."""
    answer = row.answer
    status = _KNOWN.get(row.status) if answer.state is AnswerState.ANSWERED else None
    return answer.role, answer.state, status, row.due_state


WRITTEN = (RESULT, ACHIEVED, DOCUMENT)
"""The fields in which work under way shows its result."""


def has_result(row: DataRow) -> bool:
    """Whether the unit reports a result in this period: done, or under way with something to show for it.

    For a line without an end the status speaks of the period alone: Hoàn thành is done for the period. A line under way
    is one with a result only where the unit wrote what came of it.
    """
    if row.answer.state is not AnswerState.ANSWERED:
        return False
    values = row.answer.values
    return row.status == DONE or (
        row.status == IN_PROGRESS and any(values.get(name) not in (None, "") for name in WRITTEN)
    )


class Counts(Struct):
    """Lead lines counted: all, by answer, by status of those answered, overdue; other lines by role."""

    lead: int = 0
    answers: Counter[AnswerState] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    others: Counter[Role] = field(default_factory=Counter)

    @classmethod
    def of(cls, rows: Iterable[DataRow]) -> Counts:
        """The counts of some rows."""
        counts = cls()
        for kind, number in Counter(map(kind_of, rows)).items():
            counts.add(kind, number)
        return counts

    @property
    def answered(self) -> int:
        """Lines that came back with an answer, "không phát sinh" included."""
        return self.answers[AnswerState.ANSWERED] + self.answers[AnswerState.NIL]

    def add(self, kind: Kind, number: int) -> None:
        """Count rows of a kind."""
        role, state, status, due = kind
        if role is not Role.LEAD:
            self.others[role] += number
            return
        self.lead += number
        self.answers[state] += number
        if status is not None:
            self.statuses[status] += number
        if due is DueState.OVERDUE:
            self.overdue += number


class DueLine(Struct, frozen=True):
    """A line in a list of what is due: only what such a list shows."""

    unit: str
    line: str
    text: str
    due: date
    days: int


class Summary(Struct):
    """Everything that is counted. ``rows``: answer rows by task (own lines by appendix).

    ``first_units``: counts of the first units, for the first page; nothing here grows with the number of units.
    ``overdue_days``: days overdue → lines; ``silent``: lines without a due day and without a usable answer;
    ``figures``: indicator → the sum of its figures, where it has one, from ``figure_rows`` rows of ``Dữ liệu số``;
    ``targets``: what became of each target; ``endless``: lines without an end (with a result in the period, without).
    ``seal``: the sum of ``seal_of`` over all rows, by which the written workbook is compared with what was counted.
    """

    total: Counts = field(default_factory=Counts)
    first_units: dict[str, Counts] = field(default_factory=dict)
    tasks: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    rows: Counter[str] = field(default_factory=Counter)
    all_rows: int = 0
    seal: int = 0
    due: Counter[DueState] = field(default_factory=Counter)
    endless: Counter[bool] = field(default_factory=Counter)
    overdue_days: Counter[int] = field(default_factory=Counter)
    first_overdue: list[DueLine] = field(default_factory=list)
    first_soon: list[DueLine] = field(default_factory=list)
    silent: int = 0
    figure_rows: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    targets: tuple[TargetReached, ...] = ()
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


def seal_of(line: str, role: str, answer: str) -> int:
    """A number for one row: its line id, role and answer. Its sum reveals a lost or changed row."""
    return crc32(f"{line}\t{role}\t{answer}".encode())


def is_silent(row: DataRow) -> bool:
    """A lead line without a due day that has no usable answer for the period."""
    return row.answer.role is Role.LEAD and row.due is None and row.answer.state in WITHOUT_ANSWER


def days_overdue(row: DataRow, as_of: date) -> int | None:
    """How many days a lead line is overdue; None where it is not."""
    late = row.answer.role is Role.LEAD and row.due_state is DueState.OVERDUE and row.due is not None
    return (as_of - row.due).days if late and row.due is not None else None


class _First:
    """The lines of a list of what is due: those that come first, by day and line."""

    def __init__(self) -> None:
        self._lines: list[DueLine] = []

    def add(self, line: DueLine) -> None:
        self._lines.append(line)
        if len(self._lines) > 40 * FIRST_DUE:
            self._lines = self.lines()

    def lines(self) -> list[DueLine]:
        return nsmallest(FIRST_DUE, self._lines, key=lambda line: (line.due, line.line))


class _Counting:
    """The walk in progress. Rows are only tallied, by task and kind; the figures are made from the tally at the end."""

    def __init__(self, result: Consolidation) -> None:
        self.result, self.found = result, Summary()
        self.endless = {task for task, schedule in result.round.schedules.items() if is_endless(schedule)}
        self.tally: Counter[tuple[str, bool, Kind]] = Counter()
        """(task or, for own lines, appendix; whether it is a task; kind) → rows."""
        self.overdue, self.soon = _First(), _First()
        form = result.round.forms[result.round.plan.statistics] if result.round.plan.statistics else None
        self.unsummed = {item.id for item in form.indicators if not item.is_summed} if form else set()
        self.targets = TargetTally(result.round) if result.round.targets else None
        self.days = {task: (day - result.as_of).days for task, day in result.round.due.items() if day is not None}

    def unit(self, item: UnitRows) -> None:
        found, days = self.found, self.days
        if len(found.first_units) < FIRST_UNITS:
            found.first_units[item.unit] = Counts.of(item.rows)
        self.tally.update([
            (row.answer.appendix, False, kind_of(row)) if row.task is None else (row.task.id, True, kind_of(row))
            for row in item.rows
        ])  # fmt: skip
        found.seal += sum([seal_of(row.answer.line, row.answer.role, row.answer.state) for row in item.rows])
        for row in item.rows:
            if row.task is None or row.answer.role is not Role.LEAD:
                continue
            if row.task.id in self.endless:
                found.endless[has_result(row)] += 1
            if days.get(row.task.id, FAR) <= SOON.days:
                self.due(row, row.task)
        if self.targets is not None:
            found.figure_rows += self.targets.unit(item)
        if item.file is not None and item.counts:
            found.figure_rows += len(self.result.round.figures_shown(item.unit, item.file.figures))
            for name, value in item.file.figures.items():
                if isinstance(value, (int, float)) and name not in self.unsummed:
                    found.figures[name] += value  # type: ignore[assignment]  # counts may be decimal

    def due(self, row: DataRow, task: Task) -> None:
        """Keep a lead line that is overdue, or due soon, if it is among the first."""
        late = row.due_state is DueState.OVERDUE
        if row.due is not None and (late or row.due_state is DueState.SOON):
            days = -self.days[task.id] if late else 0
            (self.overdue if late else self.soon).add(DueLine(row.unit, row.answer.line, task.text, row.due, days))

    def fold(self) -> Summary:
        """The figures of all rows."""
        found = self.found
        for (part, of_task, kind), number in self.tally.items():
            role, state, _, due = kind
            found.all_rows += number
            found.rows[part] += number
            found.total.add(kind, number)
            if not of_task:
                continue
            found.tasks[part].add(kind, number)
            if role is not Role.LEAD:
                continue
            found.due[due] += number
            if part not in self.days and state in WITHOUT_ANSWER:
                found.silent += number
            if part in self.days and due is DueState.OVERDUE:
                found.overdue_days[-self.days[part]] += number
        found.targets = self.targets.fold() if self.targets is not None else ()
        found.first_overdue, found.first_soon = self.overdue.lines(), self.soon.lines()
        return found


def summarise(result: Consolidation) -> Summary:
    """Walk over the units once and count everything."""
    counting = _Counting(result)
    for item in result.by_unit():
        counting.unit(item)
    found = counting.fold()
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


def main_figures(result: Consolidation, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What a covering letter says: (label, value as shown). A unit whose file must be mended has not reported yet."""
    reported = summary.unit_states["submitted"] + summary.unit_states["nil"]
    rows = [
        (text("book", "figure_units"), f"{reported}/{len(result.units)}"),
        (text("book", "figure_lines"), f"{summary.total.answered}/{summary.lines}"),
        *((name, str(summary.total.statuses[name])) for name in PROGRESS),
        (DueState.OVERDUE.value, str(summary.due[DueState.OVERDUE])),
    ]
    if summary.targets:
        counts = TargetCounts.of(summary.targets)
        words = text("book", "figure_targets_said", reached=counts.reached, all=counts.targets, unclear=counts.unclear)
        rows.append((text("book", "figure_targets"), words))
    return tuple(rows)
