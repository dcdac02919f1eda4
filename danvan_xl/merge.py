"""Many submissions → one consolidation: every line that was sent out, as an answer or as named silence.

Gives the same result in any order of files. Knows no files beyond their names and hashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Literal

from danvan_xl.deadlines import DueState, due_state
from danvan_xl.model import Finding, Line, Location, Role, Severity, Task, finding
from danvan_xl.model.period import VIETNAM_TIME, Timeliness, timeliness
from danvan_xl.model.submission import Answer, AnswerState, FileStatus, Submission, Value
from danvan_xl.round import Round
from danvan_xl.validate import STATUS, returned_answer

DONE = "Hoàn thành"
COMPLETED = "ngay_hoan_thanh"

State = Literal["submitted", "nil", "returned", "missing"]
Resubmission = Literal["latest", "ask"]


@dataclass(frozen=True, slots=True)
class UnitState:
    """How a unit stands in the round. ``file`` is the submission that counts, if any."""

    unit: str
    state: State
    timeliness: Timeliness | None
    received: datetime | None
    file: Submission | None = None


@dataclass(frozen=True, slots=True)
class DataRow:
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


@dataclass(frozen=True, slots=True)
class Consolidation:
    """All submissions of a round, merged. ``files``: every file, in the order of their paths."""

    job: Round
    as_of: date
    files: tuple[Submission, ...]
    units: tuple[UnitState, ...]
    rows: tuple[DataRow, ...]
    findings: tuple[Finding, ...]

    @property
    def lead_rows(self) -> tuple[DataRow, ...]:
        """The rows that the account is made of: one for every line sent out."""
        return tuple(row for row in self.rows if row.answer.role is Role.LEAD)

    @property
    def used(self) -> Mapping[str, Submission]:
        """Unit → the submission that counts for it."""
        return {state.unit: state.file for state in self.units if state.file is not None and state.file.is_used}


# ---- which file counts ---------------------------------------------------------------------------------------


def _name(item: Submission) -> str:
    return PurePath(item.path).name


def _with_finding(item: Submission, found: Finding, status: FileStatus) -> Submission:
    return replace(item, status=status, findings=(*item.findings, found))


def _once_each(files: Iterable[Submission]) -> list[Submission]:
    """The same bytes twice count once; the copy received first (then by path) counts."""
    first: dict[str, Submission] = {}
    result: list[Submission] = []
    for item in sorted(files, key=lambda s: (s.received is None, s.received or datetime.max, s.path)):  # noqa: DTZ901
        original = first.get(item.sha256) if item.sha256 and item.status is not FileStatus.IGNORED else None
        if original is None:
            first[item.sha256] = item
            result.append(item)
        else:
            found = finding("X002", Location(file=item.path), None, other=_name(original))
            result.append(_with_finding(item, found, FileStatus.DUPLICATE))
    return result


def _one_of_each_unit(files: list[Submission], job: Round, rule: Resubmission) -> list[Submission]:
    """Of several files of one unit the one received last counts, where the rule and the times allow it."""
    of_unit: dict[str, list[Submission]] = defaultdict(list)
    for item in files:
        if item.is_used and item.unit:
            of_unit[item.unit].append(item)
    changed: dict[str, Submission] = {}
    for unit, several in of_unit.items():
        if len(several) == 1:
            continue
        name = job.plan.unit(unit).name
        times = [item.received for item in several if item.received is not None]
        clear = rule == "latest" and len(times) == len(several) and times.count(max(times)) == 1
        last = max(several, key=lambda s: s.received.timestamp() if s.received else 0.0)
        for item in several:
            if clear and item is last:
                continue
            others = ", ".join(sorted(_name(s) for s in several if s is not item))
            if clear:
                found = finding("X003", Location(file=item.path), None, unit=name, other=_name(last))
                changed[item.path] = _with_finding(item, found, FileStatus.SUPERSEDED)
            else:
                found = finding("X004", Location(file=item.path), None, unit=name, other=others)
                changed[item.path] = _with_finding(item, found, FileStatus.REFUSED)
    return [changed.get(item.path, item) for item in files]


# ---- the lines -----------------------------------------------------------------------------------------------


def _row(job: Round, as_of: date, answer: Answer, unit: str, file: Submission | None) -> DataRow:
    task = job.tasks.get(answer.task) if answer.task else None
    if task is None:
        return DataRow(answer, unit, None, None, DueState.NO_DEADLINE, file)
    counted = answer.state is AnswerState.ANSWERED
    completed = answer.values.get(COMPLETED)
    state = due_state(
        job.schedules[task.id],
        job.period,
        as_of,
        done=counted and answer.values.get(STATUS) == DONE,
        nil=answer.state is AnswerState.NIL,
        completed=completed if isinstance(completed, date) else None,
    )
    return DataRow(answer, unit, task, job.due[task.id], state, file)


def _silence(line: Line, file: Submission | None) -> Answer:
    """A lead line that no answer came back for."""
    if not line.assigned:
        return returned_answer(line, AnswerState.UNASSIGNED)
    return returned_answer(line, AnswerState.MISSING if file is None else AnswerState.RETURNED)


def _rows(job: Round, as_of: date, used: Mapping[str, Submission], refused: Mapping[str, Submission]) -> list[DataRow]:
    answers = {unit: {answer.line: answer for answer in file.answers} for unit, file in used.items()}
    rows: list[DataRow] = []
    for line in job.lines:
        file = used.get(line.unit)
        answer = answers.get(line.unit, {}).get(line.id)
        if answer is None:
            if line.role is not Role.LEAD:
                continue
            file = file or refused.get(line.unit)
            answer = _silence(line, file)
        rows.append(_row(job, as_of, answer, line.unit, file))
    for unit in job.plan.reporting_units:
        own = used.get(unit.id)
        if own is not None:
            rows += [_row(job, as_of, item, unit.id, own) for item in own.answers if item.role is Role.OWN]
    return rows


# ---- the units -----------------------------------------------------------------------------------------------


def _unit_state(job: Round, unit: str, file: Submission | None, *, strict: bool, until: date | None) -> UnitState:
    if file is None:
        return UnitState(unit, "missing", None, None)
    in_time = timeliness(file.received, job.period, strict, until)
    state: State = "submitted"
    if file.status in (FileStatus.RETURNED, FileStatus.REFUSED):
        state = "returned"
    elif is_nil(file):
        state = "nil"
    return UnitState(unit, state, in_time, file.received, file)


def is_nil(file: Submission) -> bool:
    """Whether the unit said "không phát sinh" for everything that it leads."""
    lead = [answer.state for answer in file.answers if answer.role is Role.LEAD]
    return file.nil or (bool(lead) and all(state is AnswerState.NIL for state in lead))


def _across(job: Round, units: Iterable[UnitState]) -> list[Finding]:
    found: list[Finding] = []
    for state in units:
        name = job.plan.unit(state.unit).name
        if state.state == "missing":
            found.append(finding("X001", None, state.unit, unit=name))
        elif state.timeliness == "late" and state.received and job.period.due:
            when = f"{state.received.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"
            found.append(finding("X006", None, state.unit, unit=name, received=when, due=f"{job.period.due:%d/%m/%Y}"))
    for line in job.lead_lines:
        if not line.assigned:
            body = line.unit
            name = next((unit.name for unit in job.plan.units if unit.id == body), body)
            found.append(finding("X005", None, line.task.id, line=line.id, body=name, id=body))
    return found


def merge(
    job: Round,
    submissions: Iterable[Submission],
    *,
    as_of: date | None = None,
    resubmission: Resubmission = "latest",
    strict: bool = False,
    extensions: Mapping[str, date] | None = None,
) -> Consolidation:
    """Merge the submissions of a round.

    ``as_of``: the cut-off for deadline states, by default the last day of the period. ``strict``: whether the day
    named after "trước" is late already. ``extensions``: unit → the day up to which it may report.
    """
    cut_off = as_of or job.period.last
    files = _one_of_each_unit(_once_each(submissions), job, resubmission)
    files.sort(key=lambda item: item.path)
    used = {item.unit: item for item in files if item.is_used and item.unit}
    refused = {
        item.unit: item
        for item in files
        if item.status is FileStatus.REFUSED and item.unit in job.by_unit and item.period == job.period.id
    }
    units = tuple(
        _unit_state(
            job,
            unit.id,
            used.get(unit.id) or refused.get(unit.id),
            strict=strict,
            until=(extensions or {}).get(unit.id),
        )
        for unit in job.plan.reporting_units
    )
    named = {unit: file for unit, file in refused.items() if unit is not None}
    rows = _rows(job, cut_off, used, named)
    return Consolidation(job, cut_off, tuple(files), units, tuple(rows), tuple(_across(job, units)))


def needs_a_person(result: Consolidation, *, strict: bool = False) -> bool:
    """Whether errors were found (exit code 1); ``strict``: units that are missing count too."""
    bad = (Severity.ERROR, Severity.BLOCKER)
    in_files = any(
        item.severity in bad
        for file in result.files
        if file.status not in (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
        for item in file.findings
    )
    return in_files or (strict and any(state.state == "missing" for state in result.units))
