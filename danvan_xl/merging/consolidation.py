"""Many submissions → one consolidation: every line that was sent out, as an answer or as named silence.

Gives the same result in any order of files. Knows no files beyond their names and hashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.answers.nothing import is_nil
from danvan_xl.answers.rows import empty_answer
from danvan_xl.language.showable import shown
from danvan_xl.merging.arrival import Arrivals, Sighting, first_reports
from danvan_xl.merging.contradictions import contradictions
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.refusals import Refusals, is_of_the_program
from danvan_xl.merging.resubmission import Change, Resubmission, moment_of, name_of, once_each, one_of_each_unit
from danvan_xl.merging.target_sources import target_contradictions
from danvan_xl.model import Finding, Line, Role, Severity, Task, finding
from danvan_xl.model.period import Timeliness, timeliness
from danvan_xl.model.statuses import COMPLETED, DONE, STATUS, AnswerState, DueState, FileStatus, UnitProgress
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.round.due import due_state
from danvan_xl.round.extensions import Extension
from danvan_xl.round.round import Round

ASKED = frozenset({"X004", "X017"})
"""Reports of which none counts until a person says which."""


class UnitState(Struct, frozen=True):
    """The state of a unit in the round. ``file``: the submission that counts, if any; ``received``: when that came.

    ``first``: when the unit's first report came, by which ``timeliness`` is judged: a correction makes no report late.
    ``refused``: the newest refused files beside ``file``; ``are_newer``: they came after it, so that the unit must send
    again what it meant to; else nobody knows which came first, or they are all that came. ``untouched``: templates that
    came back empty beside a report. ``given``: more time that it was given, if any.
    """

    unit: str
    state: UnitProgress
    timeliness: Timeliness | None
    received: datetime | None
    file: AnySubmission | None = None
    first: datetime | None = None
    refused: tuple[AnySubmission, ...] = ()
    are_newer: bool = False
    untouched: tuple[AnySubmission, ...] = ()
    given: Extension | None = None

    @property
    def words(self) -> str:
        """The state as it is said: its key among the words."""
        return "returned_former" if self.are_newer and self.state == "returned" else self.state

    @property
    def is_asked(self) -> bool:
        """Whether the unit has several reports of which none counts until a person says which."""
        file = self.file
        refused = file is not None and not file.is_used
        return file is not None and refused and any(item.code in ASKED for item in file.whole().findings)


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


class Consolidation(Struct, frozen=True):
    """All submissions of a round, merged.

    ``files``: every file, in the order of their paths; ``changes``: what later files say differently from the ones they
    replace. Rows are made unit by unit when they are asked for, so that thousands of files need not be in memory at
    once.
    """

    round: Round
    files: tuple[AnySubmission, ...]
    units: tuple[UnitState, ...]
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] = ()

    @property
    def as_of(self) -> date:
        """The cut-off, by which the deadlines are judged."""
        return self.round.as_of

    def by_unit(self) -> Iterator[UnitRows]:
        """Unit by unit, in the plan's order: its lead lines and what else it answered, in printed order, then its own.

        A body outside UBND is included too while lines that it leads belong to no unit.
        """
        states = {state.unit: state for state in self.units}
        for unit, lines in self.round.by_unit.items():
            state = states.get(unit)
            file = state.file.whole() if state is not None and state.file is not None else None
            yield UnitRows(unit, state, file, _unit_rows(self.round, unit, lines.values(), file))
        for body, left in self.round.unassigned_by_body.items():
            yield UnitRows(body, None, None, _unit_rows(self.round, body, left, None))


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


def _row(current: Round, answer: Answer, unit: str, file: Submission | None) -> DataRow:
    if file is not None and file.sources:
        file = file.sources.get(answer.line, file)
    task = current.tasks.get(answer.task) if answer.task else None
    if task is None:
        return DataRow(answer, unit, None, None, DueState.NO_DEADLINE, file)
    counted = answer.state is AnswerState.ANSWERED
    completed = answer.values.get(COMPLETED)
    due = current.due[task.id]
    state = due_state(
        current.schedules[task.id],
        due,
        current.as_of,
        done=counted and answer.values.get(STATUS) == DONE,
        nil=answer.state is AnswerState.NIL,
        completed=completed if isinstance(completed, date) else None,
    )
    return DataRow(answer, unit, task, due, state, file)


def _silence(line: Line, file: Submission | None) -> Answer:
    """A lead line that no answer came back for."""
    if not line.assigned:
        return empty_answer(line, AnswerState.UNASSIGNED)
    return empty_answer(line, AnswerState.MISSING if file is None else AnswerState.RETURNED)


def _unit_rows(current: Round, unit: str, lines: Iterable[Line], file: Submission | None) -> list[DataRow]:
    used = file is not None and file.is_used
    answers = {answer.line: answer for answer in file.answers} if file is not None and used else {}
    rows: list[DataRow] = []
    for line in lines:
        answer = answers.get(line.id)
        if answer is None:
            if line.role is not Role.LEAD:
                continue
            answer = _silence(line, file)
        rows.append(_row(current, answer, unit, file))
    rows += [_row(current, item, unit, file) for item in answers.values() if item.role is Role.OWN]
    return rows


# ---- the units -----------------------------------------------------------------------------------------------


class _Standing:
    """What decides the state of each unit: its files and when they came."""

    def __init__(
        self,
        current: Round,
        files: Iterable[AnySubmission],
        used: Mapping[str, AnySubmission],
        refusals: Refusals,
        first: Mapping[str, datetime],
    ) -> None:
        self.current, self.used, self.refusals, self.first = current, used, refusals, first
        self.untouched: dict[str, list[AnySubmission]] = defaultdict(list)
        for file in files:
            if file.status is FileStatus.SUPERSEDED and file.untouched and file.unit:
                self.untouched[file.unit].append(file)

    def of(self, unit: str, *, strict: bool, given: Extension | None) -> UnitState:
        """The state of a unit. ``given``: more time, if it has it."""
        file = self.used.get(unit)
        if file is None:
            return self._without_report(unit, strict=strict, given=given)
        first = None if file.untouched else self.first.get(unit)
        later = self.refusals.later_than(file)
        newer = later is not None and later.are_newer and not later.of_the_program
        state: UnitProgress = "nil" if says_only_nil(file) else "submitted"
        if file.status is FileStatus.RETURNED or newer:
            state = "returned"
        in_time = timeliness(first or file.received, self.current.period, strict, _until(given))
        refused = later.files if later is not None else ()
        untouched = tuple(self.untouched.get(unit, ()))
        return UnitState(unit, state, in_time, file.received, file, first, refused, newer, untouched, given)

    def _without_report(self, unit: str, *, strict: bool, given: Extension | None) -> UnitState:
        """Refused, or nothing at all. Where the office is asked which report counts, the first one was in time."""
        refused = self.refusals.alone(unit)
        if not refused:
            return UnitState(unit, "missing", None, None, given=given)
        file = refused[-1]
        state = UnitState(unit, "returned", None, file.received, file, None, refused, given=given)
        first = self.first.get(unit) if state.is_asked else None
        in_time = timeliness(first or file.received, self.current.period, strict, _until(given))
        return replace(state, timeliness=in_time, first=first)


def _until(given: Extension | None) -> date | None:
    return given.until if given is not None else None


def says_only_nil(file: AnySubmission) -> bool:
    """Whether the unit said "không phát sinh" for everything that it leads, and nothing else."""
    return is_nil(file) if isinstance(file, Submission) else file.is_nil


def _beside(state: UnitState, name: str, arrivals: Arrivals) -> Iterator[Finding]:
    """What else came from a unit, or had come: refused files beside the one that counts, reports that are gone."""
    file = state.file
    if file is not None and file.is_used and state.refused:
        code = "F084" if all(map(is_of_the_program, state.refused)) else "X018" if state.are_newer else "F083"
        names = ", ".join(map(name_of, state.refused))
        yield finding(code, None, state.unit, unit=name, files=names, other=name_of(file))
    gone = arrivals.gone_after(file, state.unit)
    if gone is not None:
        other = name_of(file) if file is not None else "-"
        seen = moment_of(gone.seen)
        yield finding("X019", None, state.unit, unit=name, file=shown(gone.file), seen=seen, other=other)


def _across(current: Round, units: Iterable[UnitState], arrivals: Arrivals) -> list[Finding]:
    found: list[Finding] = []
    for state in units:
        name = current.units[state.unit].name
        if state.state == "missing":
            found.append(finding("X001", None, state.unit, unit=name))
        elif state.timeliness == "late" and state.received and current.period.due:
            when = moment_of(state.first or state.received)
            found.append(
                finding("X006", None, state.unit, unit=name, received=when, due=f"{current.period.due:%d/%m/%Y}")
            )
        found += _beside(state, name, arrivals)
    for line in current.unassigned:
        name = next((unit.name for unit in current.plan.units if unit.id == line.unit), line.unit)
        found.append(finding("X005", None, line.task.id, line=line.id, body=name, id=line.unit))
    return found


def merge(
    current: Round,
    submissions: Iterable[AnySubmission],
    *,
    resubmission: Resubmission = "latest",
    strict: bool = False,
    extensions: Mapping[str, Extension] | None = None,
    join: Iterable[str] = (),
    sightings: Iterable[Sighting] = (),
) -> Consolidation:
    """Merge the submissions of a round.

    ``strict``: whether the day named after "trước" is already late. ``extensions``: unit → the time that it was
    given. ``sightings``: which run of the program first saw which file, where a register knows.
    """
    read = tuple(submissions)
    arrivals = Arrivals(read, sightings)
    result = one_of_each_unit(once_each(read, arrivals), current, resubmission, arrivals, frozenset(join))
    files = sorted(result.files, key=lambda item: item.path)
    used: dict[str, AnySubmission] = {item.unit: item for item in files if item.is_used and item.unit}
    used |= result.joined
    standing = _Standing(current, files, used, Refusals(current, files, arrivals), first_reports(read, arrivals))
    until = extensions or {}
    units = tuple(
        standing.of(unit.id, strict=strict, given=until.get(unit.id)) for unit in current.plan.reporting_units
    )
    across = (
        *_across(current, units, arrivals),
        *result.notes,
        *contradictions(current, used.values()),
        *target_contradictions(current, used),
    )
    return Consolidation(current, tuple(files), units, across, tuple(result.changes))


def needs_a_person(result: Consolidation, *, strict: bool = False) -> bool:
    """Whether errors were found (exit code 1); ``strict``: missing units count too."""
    aside = (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
    bad = (Severity.ERROR, Severity.BLOCKER)
    in_files = any(file.count(severity) for file in result.files if file.status not in aside for severity in bad)
    return in_files or (strict and any(state.state == "missing" for state in result.units))
