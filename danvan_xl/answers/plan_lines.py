"""A row that answers a line of the plan → its answer, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec.structs import replace

from danvan_xl.answers.appendix_part import LONGEST_SHOWN, AppendixPart, LineOutcome, explanation_of
from danvan_xl.answers.nothing import beside_a_nil_line
from danvan_xl.answers.rows import (
    RowReading,
    answer_state,
    blank_finding,
    check_row,
    codes_of,
    empty_answer,
    explained,
)
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Line, Role, finding
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import RawValue, Row
from danvan_xl.model.statuses import NIL, STATUS, AnswerState
from danvan_xl.model.submission import Answer
from danvan_xl.round.checkers import row_context

PRINTED = ("roadmap", "lead_text", "coordinate_text", "product")
"""The plan's own cells besides the text, which a unit has no reason to change."""


def read_plan_line(part: AppendixPart, row: Row, reading: RowReading, line: Line) -> LineOutcome:
    """What a row says about ``line``; ``reading``: its answer cells as they were read."""
    reading.findings += _printed_cells(part, row, line, empty=reading.is_empty)
    if reading.is_empty:
        state = answer_state(reading.values, reading.findings)
        if state is not AnswerState.ANSWERED:  # something in the row is wrong
            return _outcome(part, row, line, reading, state)
        return _silent(part, row, line, reading) if line.role is Role.LEAD else LineOutcome(None, reading.findings)
    days = list(_days(part, row, reading))
    context = row_context(part.round.plan, part.round.period, part.round.due[line.task.id], line)
    reading.findings += check_row(part.checker, part.table, row.number, line.id, reading, context)
    if reading.values.get(STATUS) == NIL:
        where = part.table.place(row.number, STATUS)
        reading.findings += beside_a_nil_line(reading.values, part.checker, where, line.id)
    reading.findings = explained(reading.findings, explanation_of(reading))
    state = answer_state(reading.values, reading.findings)
    if STATUS in part.table.missing:
        state = AnswerState.RETURNED
    outcome = _outcome(part, row, line, reading, state)
    outcome.days = days
    return outcome


def _outcome(part: AppendixPart, row: Row, line: Line, reading: RowReading, state: AnswerState) -> LineOutcome:
    task, codes = line.task, codes_of(reading.findings)
    if STATUS in part.table.missing:
        codes = ("C002", *codes)
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
    )
    return LineOutcome(answer, reading.findings)


def _silent(part: AppendixPart, row: Row, line: Line, reading: RowReading) -> LineOutcome:
    """A lead line whose answer cells are empty."""
    state = AnswerState.NIL if part.nil else AnswerState.BLANK
    found = [] if part.nil else [blank_finding(part.table, row.number, line.id)]
    beside, codes = reading.findings, codes_of([*reading.findings, *found])
    answer = replace(empty_answer(line, state), sheet=part.table.sheet.name, row=row.number, codes=codes)
    return LineOutcome(answer, [*found, *beside], blank=not part.nil and not beside)


def _days(part: AppendixPart, row: Row, reading: RowReading) -> Iterator[tuple[str, date, bool]]:
    """(cell, day, whether it was stored as a day) of every day that the row gives."""
    for name in part.checker.days:
        value = reading.values.get(name)
        if isinstance(value, date) and name not in reading.faulty:
            stored = isinstance(part.table.cell(row, name), datetime | date)
            yield cell_name(row.number, part.table.columns[name]), value, stored


# ---- the plan's own cells ------------------------------------------------------------------------------------


def _printed_cells(part: AppendixPart, row: Row, line: Line, *, empty: bool) -> Iterator[Finding]:
    """A row whose printed cells are not the plan's: edited, another line's, or holding the answer."""
    raw, task = part.table.cell(row, "text"), line.task
    if raw is not None and raw != task.text:
        yield from _text_cell(part, row, line, _as_kept(part, row, raw))
    if not part.in_force:
        return
    for name in PRINTED:
        value = part.table.cell(row, name)
        printed = getattr(task, name)
        if value is None or value == printed:
            continue
        text = part.seen(row.number, part.table.columns[name], value)
        if text and key(text) != key(printed):
            code = "R013" if empty else "I020"
            where, shown = part.table.place(row.number, name), text[:LONGEST_SHOWN]
            yield finding(code, where, shown, line=line.id, printed=printed or "-", title=where.column)


def _as_kept(part: AppendixPart, row: Row, raw: RawValue) -> str:
    if isinstance(raw, str):
        return part.plain_text(row, raw)
    return part.seen(row.number, part.table.columns["text"], raw)


def _text_cell(part: AppendixPart, row: Row, line: Line, text: str) -> Iterator[Finding]:
    """A text that is not the line's: with something added, another line's, or nobody's."""
    folded, right = key(text), key(line.task.text)
    if folded == right:
        return
    other = part.round.texts[part.appendix.id].get(folded)
    where = part.table.place(row.number, "text")
    expected = line.task.text[:LONGEST_SHOWN]
    if other is None and folded.startswith(right):
        added = text[len(line.task.text) :].strip(" .;:-")[:LONGEST_SHOWN]
        yield finding("R012", where, added, line=line.id, expected_text=expected)
    else:
        code = "I011" if other is None else "I010"
        yield finding(code, where, text[:LONGEST_SHOWN], line=line.id, expected_text=expected)
