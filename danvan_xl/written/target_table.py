"""``Chỉ tiêu`` of a consolidated workbook as a plain table: what became of each target of the plan."""

from __future__ import annotations

from danvan_xl.model import layout
from danvan_xl.wording import LANGS, text
from danvan_xl.written.consolidated_file import Consolidated
from danvan_xl.written.sheet_tables import table_of
from danvan_xl.written.table_columns import (
    BODY,
    INDICATOR_ID,
    PERIOD,
    PLAN,
    TARGET_COLUMNS,
    TARGET_HEADS,
    WrittenTable,
)
from danvan_xl.written.written_tables import made, sound_tables


def targets_of(book: Consolidated) -> WrittenTable:
    """Every target with its figures and its verdict, in the workbook's order; no rows where it has no such sheet."""
    sheet = book.book.sheet(layout.TARGETS)
    for lang in LANGS if sheet is not None else ():
        heads = {text("book", name, lang): heading for heading, name in TARGET_HEADS.items()}
        needed = (layout.INDICATOR_ID, text("book", "head_verdict", lang))
        table = table_of(sheet, needed, heads) if sheet is not None else None
        if table is not None:
            sound_tables(book, (table,), needed)
            rows = ({heads.get(name, name): value for name, value in values.items()} for _, values in table.rows)
            own = {PLAN: book.plan, PERIOD: book.period, BODY: book.body}
            listed = ({**own, **row} for row in rows if INDICATOR_ID in row)
            return made(book, TARGET_COLUMNS, listed, ())
    return made(book, TARGET_COLUMNS, (), ())
