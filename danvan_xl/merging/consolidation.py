"""Many submissions → one consolidation: every line that was sent out, as an answer or as named silence.

Gives the same result in any order of files. Knows no files beyond their names and hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from danvan_xl.answers.nothing import is_nil
from danvan_xl.answers.rows import empty_answer
from danvan_xl.merging.contradictions import contradictions
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.resubmission import Change, Resubmission, once_each, one_of_each_unit
from danvan_xl.model import Finding, Line, Role, Severity, Task, finding
from danvan_xl.model.period import VIETNAM_TIME, Timeliness, timeliness
from danvan_xl.model.statuses import COMPLETED, DONE, STATUS, AnswerState, DueState, FileStatus, UnitProgress
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.round.due import due_state
from danvan_xl.round.round import Round


class UnitState(Struct, frozen=True):
    """The state of a unit in the round. ``file`` is the submission that counts, if any."""

    unit: str
    state: UnitProgress
    timeliness: Timeliness | None
    received: datetime | None
    file: AnySubmission | None = None


class DataRow(Struct, frozen=True):
    """One row of ``Dữ liệu``: a lead line, an answered coordinating line, or a unit's own line."""

    answer: Answer
    unit: str
    task: Task | None
    due: date | None
    due_state: DueState
    file: Submission | None

    @property
    def status(self) -> Value:
        """What the unit chose under Trạng thái; counted only where the line was answered."""
        return self.answer.values.get(STATUS)

    @property
    def is_done(self) -> bool:
        """Whether the line counts as done: answered, without an error, and called done."""
        return self.answer.state is AnswerState.ANSWERED and self.status == DONE


class Consolidation(Struct, frozen=True):
    """All submissions of a round, merged.

    ``files``: every file, in the order of their paths; ``changes``: what later files say differently from the ones they
    replace. Rows are made unit by unit when they are asked for, so that thousands of files need not be in memory at
    once.
    """

    round: Round
    as_of: date
    files: tuple[AnySubmission, ...]
    units: tuple[UnitState, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] = ()

    def by_unit(self) -> Iterator[UnitRows]:
        """Unit by unit, in the plan's order: its lead lines and what else it answered, in printed order, then its own.

        A body outside UBND is included too while lines that it leads belong to no unit.
        """
        states = {state.unit: state for state in self.units}
        for unit, lines in self.round.by_unit.items():
            state = states.get(unit)
            file = state.file.whole() if state is not None and state.file is not None else None
            yield UnitRows(unit, state, file, _unit_rows(self.round, self.as_of, unit, lines.values(), file))
        for body, left in self.round.unassigned_by_body.items():
            yield UnitRows(body, None, None, _unit_rows(self.round, self.as_of, body, left, None))


class UnitRows(Struct, frozen=True):
    """The rows of one unit. ``state`` is None for a body that nobody answers for yet."""

    unit: str
    state: UnitState | None
    file: Submission | None
    rows: list[DataRow]

    @property
    def counts(self) -> bool:
        """Whether the unit's file was used: its figures and words count."""
        return self.file is not None and self.file.is_used


# ---- the lines -----------------------------------------------------------------------------------------------


def _row(current: Round, as_of: date, answer: Answer, unit: str, file: Submission | None) -> DataRow:
    if file is not None and file.sources:
        file = file.sources.get(answer.line, file)
    task = current.tasks.get(answer.task) if answer.task else None
    if task is None:
        return DataRow(answer, unit, None, None, DueState.NO_DEADLINE, file)
    counted = answer.state is AnswerState.ANSWERED
    completed = answer.values.get(COMPLETED)
    state = due_state(
        current.schedules[task.id],
        current.period,
        as_of,
        done=counted and answer.values.get(STATUS) == DONE,
        nil=answer.state is AnswerState.NIL,
        completed=completed if isinstance(completed, date) else None,
    )
    return DataRow(answer, unit, task, current.due[task.id], state, file)


def _silence(line: Line, file: Submission | None) -> Answer:
    """A lead line that no answer came back for."""
    if not line.assigned:
        return empty_answer(line, AnswerState.UNASSIGNED)
    return empty_answer(line, AnswerState.MISSING if file is None else AnswerState.RETURNED)


def _unit_rows(current: Round, as_of: date, unit: str, lines: Iterable[Line], file: Submission | None) -> list[DataRow]:
    used = file is not None and file.is_used
    answers = {answer.line: answer for answer in file.answers} if file is not None and used else {}
    rows: list[DataRow] = []
    for line in lines:
        answer = answers.get(line.id)
        if answer is None:
            if line.role is not Role.LEAD:
                continue
            answer = _silence(line, file)
        rows.append(_row(current, as_of, answer, unit, file))
    rows += [_row(current, as_of, item, unit, file) for item in answers.values() if item.role is Role.OWN]
    return rows


# ---- the units -----------------------------------------------------------------------------------------------


def _unit_state(
    current: Round, unit: str, file: AnySubmission | None, *, strict: bool, until: date | None
) -> UnitState:
    if file is None:
        return UnitState(unit, "missing", None, None)
    in_time = timeliness(file.received, current.period, strict, until)
    state: UnitProgress = "submitted"
    if file.status in (FileStatus.RETURNED, FileStatus.REFUSED):
        state = "returned"
    elif says_only_nil(file):
        state = "nil"
    return UnitState(unit, state, in_time, file.received, file)


def says_only_nil(file: AnySubmission) -> bool:
    """Whether the unit said "không phát sinh" for everything that it leads, and nothing else."""
    return is_nil(file) if isinstance(file, Submission) else file.is_nil


def _across(current: Round, units: Iterable[UnitState]) -> list[Finding]:
    found: list[Finding] = []
    for state in units:
        name = current.units[state.unit].name
        if state.state == "missing":
            found.append(finding("X001", None, state.unit, unit=name))
        elif state.timeliness == "late" and state.received and current.period.due:
            when = f"{state.received.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
            found.append(
                finding("X006", None, state.unit, unit=name, received=when, due=f"{current.period.due:%d/%m/%Y}")
            )
    for line in current.unassigned:
        name = next((unit.name for unit in current.plan.units if unit.id == line.unit), line.unit)
        found.append(finding("X005", None, line.task.id, line=line.id, body=name, id=line.unit))
    return found


def merge(
    current: Round,
    submissions: Iterable[AnySubmission],
    *,
    as_of: date | None = None,
    resubmission: Resubmission = "latest",
    strict: bool = False,
    extensions: Mapping[str, date] | None = None,
    join: Iterable[str] = (),
) -> Consolidation:
    """Merge the submissions of a round.

    ``as_of``: the cut-off for deadline states, by default the last day of the period. ``strict``: whether the day named
    after "trước" is already late. ``extensions``: unit → the day up to which it may report.
    """
    cut_off = as_of or current.period.last
    result = one_of_each_unit(once_each(submissions), current, resubmission, frozenset(join))
    files = sorted(result.files, key=lambda item: item.path)
    used: dict[str, AnySubmission] = {item.unit: item for item in files if item.is_used and item.unit}
    used |= result.joined
    refused = {
        item.unit: item
        for item in files
        if item.status is FileStatus.REFUSED and item.unit in current.by_unit and item.period == current.period.id
    }
    units = tuple(
        _unit_state(
            current,
            unit.id,
            used.get(unit.id) or refused.get(unit.id),
            strict=strict,
            until=(extensions or {}).get(unit.id),
        )
        for unit in current.plan.reporting_units
    )
    across = (*_across(current, units), *contradictions(current, used.values()))
    return Consolidation(current, cut_off, tuple(files), units, across, tuple(result.changes))


def needs_a_person(result: Consolidation, *, strict: bool = False) -> bool:
    """Whether errors were found (exit code 1); ``strict``: missing units count too."""
    aside = (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
    bad = (Severity.ERROR, Severity.BLOCKER)
    in_files = any(file.count(severity) for file in result.files if file.status not in aside for severity in bad)
    return in_files or (strict and any(state.state == "missing" for state in result.units))
