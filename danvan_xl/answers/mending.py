"""Rows as people leave them, mended before they are read: merged answers spread, broken texts joined.

Both are reported, with before and after. What could be read in two ways is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from danvan_xl.answers.tables import Table
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Form, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Area, RawValue, Row
from danvan_xl.model.statuses import STATUS
from danvan_xl.round.fields import show, tidy

Mended = tuple[list[Row], list[Finding]]


def mended_rows(table: Table, form: Form, texts: Sequence[str]) -> Mended:
    """The rows below the header. ``texts``: comparison keys of the texts of the plan's tasks."""
    rows = list(table.rows())
    findings: list[Finding] = []
    areas = [area for area in table.sheet.merges if area[0] > table.last_header_row]
    if areas:
        rows, found = _spread(table, rows, areas)
        findings += found
    if any(_has_no_id(table, row) for row in rows):
        words = tuple(item.name for item in form.fields if item.type == "string" and not item.enum)
        rows, found = _joined(table, rows, words, texts)
        findings += found
    return rows, findings


# ---- merged cells --------------------------------------------------------------------------------------------


def _is_answer_row(table: Table, row: Row) -> bool:
    mark = table.cell(row, layout.F_ID)
    if isinstance(mark, str) and mark.strip().startswith(layout.GROUP_MARK):
        return False
    known = isinstance(mark, str) and layout.LINE_ID_FORM.fullmatch(mark.strip()) is not None
    return known or table.cell(row, "text") is not None


def _spread(table: Table, rows: list[Row], areas: list[Area]) -> Mended:
    """Answers merged downward go into every line that they cover; merges across answers are asked about."""
    fields = {table.columns[name]: name for name in table.spec.answers if name in table.columns}
    at = {row.number: position for position, row in enumerate(rows)}
    findings: list[Finding] = []
    for top, left, bottom, right in areas:
        name = fields.get(left)
        value = _at(rows, at.get(top), left)
        if name is None or value is None:
            continue
        if right > left and any(column in fields for column in range(left + 1, right + 1)):
            area = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            findings.append(finding("R011", table.place(top, name), show(value), area=area))
        covered = [n for n in range(top + 1, bottom + 1) if n in at and _is_answer_row(table, rows[at[n]])]
        for number in covered:
            rows[at[number]] = _with(rows[at[number]], left, value)
        if covered:
            area = f"{cell_name(top, left)}:{cell_name(bottom, left)}"
            where = table.place(top, name)
            findings.append(finding("N011", where, show(value), area=area, count=len(covered) + 1))
    return rows, findings


def _at(rows: list[Row], position: int | None, column: int) -> RawValue:
    if position is None or len(rows[position].values) < column:
        return None
    return rows[position].values[column - 1]


def _with(row: Row, column: int, value: RawValue) -> Row:
    values = [*row.values, *([None] * (column - len(row.values)))]
    values[column - 1] = value
    return replace(row, values=tuple(values))


# ---- one text over several rows ------------------------------------------------------------------------------


def _has_no_id(table: Table, row: Row) -> bool:
    return table.cell(row, layout.F_ID) is None


def _joined(table: Table, rows: list[Row], words: tuple[str, ...], texts: Sequence[str]) -> Mended:
    """Rows that continue the text of the row directly above become part of it."""
    kept: list[Row] = []
    findings: list[Finding] = []
    last = 0
    for row in rows:
        before = kept[-1] if kept and last == row.number - 1 else None
        last = row.number
        parts = _continued(table, before, row, words, texts) if before and _has_no_id(table, row) else {}
        if not parts or before is None:
            kept.append(row)
            continue
        for name, became in parts.items():
            found = show(table.cell(row, name))
            where = table.place(row.number, name)
            findings.append(finding("R006", where, found, became=became, first=before.number))
            kept[-1] = _with(kept[-1], table.columns[name], became)
    return kept, findings


def _continued(table: Table, before: Row, row: Row, words: tuple[str, ...], texts: Sequence[str]) -> dict[str, str]:
    """Field → the whole text, where a row holds nothing but a continuation of the row before; else nothing."""
    filled = {name: value for name in table.columns if (value := table.cell(row, name)) is not None}
    filled = {name: value for name, value in filled.items() if name not in (layout.F_CHECK, layout.F_PREVIOUS)}
    if not filled or (table.cell(before, STATUS) is None and set(filled) - {"text"}):
        return {}
    joined: dict[str, str] = {}
    for name, value in filled.items():
        first = table.cell(before, name)
        if not (isinstance(value, str) and isinstance(first, str)) or name not in (*words, "text"):
            return {}
        if name == "text":
            whole = f"{_tidied(first)} {_tidied(value)}"
            if not _is_one_text(whole, _tidied(value), texts):
                return {}
            joined[name] = whole
        else:
            joined[name] = f"{_tidied(first)}\n{_tidied(value)}"
    return joined


def _tidied(value: str) -> str:
    return str(tidy(value)[0] or "")


def _is_one_text(whole: str, added: str, texts: Sequence[str]) -> bool:
    """Whether the whole begins a task's text, or what was added is lower case and no text begins with the rest."""
    folded = key(whole)
    if any(text.startswith(folded) for text in texts):
        return True
    return added[:1].islower() and not any(text.startswith(key(whole[: len(whole) - len(added)])) for text in texts)


def repeated_headers(table: Table, rows: list[Row]) -> Iterator[int]:
    """Positions of rows that repeat the headings, as a table from Word does on every page."""
    column = table.columns.get(STATUS)
    if column is None:
        return
    known: dict[RawValue, bool] = {None: False, table.spec.titles[STATUS]: True}
    for position, row in enumerate(rows):
        value = row.values[column - 1] if column <= len(row.values) else None
        if value not in known:  # a column of choices has few different values
            known[value] = isinstance(value, str) and table.spec.headings.get(key(value)) == STATUS
        if known[value]:
            yield position
