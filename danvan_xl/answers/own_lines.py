"""A row that is not a line of the plan: one of the unit's own, or one that the plan no longer has."""

from __future__ import annotations

from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart, LineOutcome, explanation_of
from danvan_xl.answers.line_identity import RowIdentity
from danvan_xl.answers.nothing import beside_a_nil_line
from danvan_xl.answers.rows import RowReading, check_row, codes_of, explained, placed
from danvan_xl.model import Role, Severity, finding, layout
from danvan_xl.model.book import Row
from danvan_xl.model.statuses import COMPLETED, NIL, STATUS, AnswerState
from danvan_xl.model.submission import Answer
from danvan_xl.round.fields import words_of

LONGEST_TEXT = 80
"""Characters of the row's text that a finding shows."""


def read_own_line(
    part: AppendixPart, row: Row, reading: RowReading, identity: RowIdentity, line_id: str, group: str
) -> LineOutcome:
    """Read a row that answers no line of the plan; ``line_id``: the id that it gets if it is an answer."""
    table, mark = part.table, identity.mark
    if identity.foreign is not None:
        where = table.place(row.number, layout.F_ID)
        reading.findings.append(finding("I013", where, identity.foreign, unit=part.unit))
    raw = table.cell(row, "text")
    if isinstance(raw, str):
        text = part.plain_text(row, raw)
    else:
        place = (row.number, table.columns.get("text", 0))
        text, remarks = words_of(raw, table.sheet.number_formats.get(place))
        reading.findings += [placed(remark, table, row.number, "text", line_id) for remark in remarks]
    if reading.is_empty and not text:
        return LineOutcome(None, reading.findings)
    where = table.place(row.number, "text")
    is_own = layout.OWN_ID_FORM.fullmatch(mark) is not None
    if layout.LINE_ID_FORM.fullmatch(mark):
        if not identity.findings:
            reading.findings.append(finding("I014", where, mark))
    elif reading.is_empty and not is_own and table.cell(row, "stt") is None:
        return LineOutcome(None, [*reading.findings, finding("R010", where, text[:LONGEST_TEXT])])
    if not text:
        reading.findings.append(finding("R005" if is_own else "R009", where))
    else:
        reading.findings.append(finding("R003", where, text[:LONGEST_TEXT]))
        if not reading.is_empty:
            context = part.round.row_context(None)
            reading.findings += check_row(part.checker, table, row.number, None, reading, context)
            if reading.values.get(STATUS) == NIL:
                status = table.place(row.number, STATUS)
                reading.findings += beside_a_nil_line(reading.values, part.checker, status, line_id)
    found = [replace(item, line=line_id) for item in reading.findings]
    found = explained(found, explanation_of(reading))
    bad = any(item.severity is Severity.ERROR and item.settled is None for item in (*found, *identity.findings))
    answer = Answer(
        line_id,
        None,
        part.appendix.id,
        Role.OWN,
        AnswerState.RETURNED if bad else AnswerState.ADDED,
        reading.values,
        table.sheet.name,
        row.number,
        codes_of([*identity.findings, *found]),
        text=text,
        group=group,
        day_cell=table.place(row.number, COMPLETED).cell if COMPLETED in reading.values else None,
    )
    return LineOutcome(answer, found)
