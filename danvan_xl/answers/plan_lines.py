"""A row that answers a line of the plan → its answer, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart, LineOutcome, explanation_of
from danvan_xl.answers.nothing import beside_a_nil_line
from danvan_xl.answers.rows import (
    RowReading,
    answer_state,
    blank_finding,
    check_row,
    codes_of,
    empty_answer,
    explained,
    has_lost,
)
from danvan_xl.model import Line, Role, finding
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Row
from danvan_xl.model.statuses import COMPLETED, NIL, STATUS, AnswerState
from danvan_xl.model.submission import Answer
from danvan_xl.round.fields import show


def read_plan_line(part: AppendixPart, row: Row, reading: RowReading, line: Line) -> LineOutcome:
    """What a row says about ``line``; ``reading``: its answer cells as they were read, and what its own cells say."""
    lost = has_lost(part.table, row)
    if reading.is_empty:
        state = AnswerState.RETURNED if lost else answer_state(reading.values, reading.findings)
        if state is not AnswerState.ANSWERED:  # something in the row is wrong
            return _outcome(part, row, line, reading, state)
        return _silent(part, row, line, reading) if line.role is Role.LEAD else LineOutcome(None, reading.findings)
    days = list(_days(part, row, reading))
    context = part.round.row_context(line)
    reading.findings += check_row(part.checker, part.table, row.number, line.id, reading, context)
    if reading.values.get(STATUS) == NIL:
        where = part.table.place(row.number, STATUS)
        reading.findings += beside_a_nil_line(reading.values, part.checker, where, line.id)
        if line.role is Role.LEAD and part.round.must_be_done(line.task):
            reading.findings.append(finding("D020", where, reading.values[STATUS], line=line.id, due=_due(part, line)))
    reading.findings = explained(reading.findings, explanation_of(reading))
    state = answer_state(reading.values, reading.findings)
    if lost or STATUS in part.table.missing:
        state = AnswerState.RETURNED
    outcome = _outcome(part, row, line, reading, state)
    outcome.days = days
    return outcome


def _outcome(part: AppendixPart, row: Row, line: Line, reading: RowReading, state: AnswerState) -> LineOutcome:
    task, codes = line.task, codes_of(reading.findings)
    if STATUS in part.table.missing or has_lost(part.table, row):
        twice = next((item for item in part.table.findings if item.code == "C003"), None)
        codes = ("C002" if twice is None else "C003", *codes)
    answer = Answer(
        line.id,
        task.id,
        task.appendix,
        line.role,
        state,
        reading.values,
        part.table.sheet.name,
        row.number,
        codes,
        group=task.group,
        day_cell=part.table.place(row.number, COMPLETED).cell if COMPLETED in reading.values else None,
    )
    return LineOutcome(answer, reading.findings)


def _silent(part: AppendixPart, row: Row, line: Line, reading: RowReading) -> LineOutcome:
    """A lead line whose answer cells are empty."""
    state = AnswerState.NIL if part.nil else AnswerState.BLANK
    found = [] if part.nil else [blank_finding(part.table, row.number, line.id)]
    beside, codes = reading.findings, codes_of([*reading.findings, *found])
    answer = replace(empty_answer(line, state), sheet=part.table.sheet.name, row=row.number, codes=codes)
    return LineOutcome(answer, [*found, *beside], blank=not part.nil and not beside)


def _due(part: AppendixPart, line: Line) -> str:
    """Until when a line is to be done, as far as that is known."""
    due = part.round.due[line.task.id]
    return show(due) if due is not None else line.task.roadmap or "-"


def _days(part: AppendixPart, row: Row, reading: RowReading) -> Iterator[tuple[str, date, bool]]:
    """(cell, day, whether it was stored as a day) of every day that the row gives."""
    for name in part.checker.days:
        value = reading.values.get(name)
        if isinstance(value, date) and name not in reading.faulty:
            stored = isinstance(part.table.cell(row, name), datetime | date)
            yield cell_name(row.number, part.table.columns[name]), value, stored
