"""The tables of a consolidated workbook, with values of known kinds: ``Dữ liệu``, ``Phát hiện``, the figures.

A cell that can't be trusted, a heading that stands there twice, a line without an id: the workbook is refused with the
place, never read in part (``WrittenError``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from danvan_xl.model import layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import RawValue
from danvan_xl.wording import LANGS, text
from danvan_xl.written.consolidated_file import NEEDED, Consolidated, refusal
from danvan_xl.written.sheet_tables import SheetTable, find_tables, table_of, text_of
from danvan_xl.written.summed_figures import figure_rows
from danvan_xl.written.table_columns import (
    ANSWER_COLUMNS,
    BODY,
    FIGURE_COLUMNS,
    FILLED_BY_UNITS,
    FINDING_COLUMNS,
    FINDING_HEADS,
    INDICATOR,
    PERIOD,
    PLAN,
    VALUE,
    WORKBOOK,
    Cell,
    Kind,
    TableColumn,
    WrittenTable,
)


def answers_of(book: Consolidated) -> WrittenTable:
    """The lines of ``Dữ liệu``, in the workbook's order."""
    sound_tables(book, book.tables, NEEDED)
    for table in book.tables:
        for number, values in table.rows:
            if layout.LINE_ID not in values:
                raise refusal(book.path, "no_line", sheet=table.sheet, row=number, heading=layout.LINE_ID)
    return _table(book, book.tables, ANSWER_COLUMNS)


def figures_of(book: Consolidated) -> WrittenTable:
    """Every figure of a unit, in long form: ``Dữ liệu số``; from ``Số liệu`` in a workbook that has none."""
    needed = (INDICATOR, layout.UNIT_ID, VALUE)
    tables = find_tables(book.book, layout.FIGURE_DATA, needed)
    if not tables and any(sheet.name == layout.FIGURE_DATA for sheet in book.book.sheets):
        raise refusal(book.path, "no_table", sheet=layout.FIGURE_DATA, headings=", ".join(needed))
    if tables:
        sound_tables(book, tables, needed)
        return _table(book, tables, FIGURE_COLUMNS)
    return made(book, FIGURE_COLUMNS, figure_rows(book), ())


def findings_of(book: Consolidated) -> WrittenTable:
    """What the workbook lists in ``Phát hiện``, in its order, whatever its language."""
    sheet = book.book.sheet(layout.FINDINGS)
    if sheet is None:
        raise refusal(book.path, "no_sheet", sheet=layout.FINDINGS)
    for lang in LANGS:
        heads = {text("book", name, lang): heading for heading, name in FINDING_HEADS.items()}
        table = table_of(sheet, (text("book", "head_code", lang), text("book", "head_severity", lang)), heads)
        if table is not None:
            sound_tables(book, (table,), tuple(heads))
            rows = ({heads.get(name, name): value for name, value in values.items()} for _, values in table.rows)
            own = {PLAN: book.plan, PERIOD: book.period, BODY: book.body}
            listed = ({**own, **row} for row in rows if "Mã" in row or "Phát hiện" in row)
            return made(book, FINDING_COLUMNS, listed, ())
    raise refusal(book.path, "no_table", sheet=sheet.name, headings="Mã, Mức độ")


def sound_tables(book: Consolidated, tables: Iterable[SheetTable], needed: Iterable[str]) -> None:
    """Raise ``WrittenError`` for what can't be trusted in a table."""
    for table in tables:
        if table.doubt is not None:
            raise refusal(book.path, "doubt", sheet=table.sheet, cell=table.doubt.cell, found=table.doubt.found)
        if twice := [heading for heading in table.twice if heading in needed]:
            cell = cell_name(table.header_row, 1)
            raise refusal(book.path, "twice", sheet=table.sheet, cell=cell, heading=", ".join(twice))


def _of_kind(book: Consolidated, tables: Iterable[SheetTable], columns: Iterable[TableColumn]) -> None:
    """Raise ``WrittenError`` for a number or a day of ours that somebody has made something else of."""
    ours = [item for item in columns if item.kind != "text" and item.heading not in FILLED_BY_UNITS]
    for table in tables:
        for column in ours:
            for number, values in table.rows:
                raw = values.get(column.heading)
                if raw is not None and as_kind(raw, column.kind) is None:
                    at = next(place for place, heading in table.columns.items() if heading == column.heading)
                    cell = cell_name(number, at + 1)
                    words = {"sheet": table.sheet, "cell": cell, "heading": column.heading, "found": text_of(raw)}
                    raise refusal(book.path, f"no_{column.kind}", **words)


def made(
    book: Consolidated, columns: tuple[TableColumn, ...], rows: Iterable[Mapping[str, RawValue]], more: Iterable[str]
) -> WrittenTable:
    """Rows by heading as a table of the contract's columns and ``more``."""
    known = {WORKBOOK, *(column.heading for column in columns)}
    further = (heading for heading in dict.fromkeys(more) if heading not in known)
    every = (TableColumn(WORKBOOK), *columns, *map(TableColumn, further))
    return WrittenTable(every, tuple({WORKBOOK: book.name, **dict(typed_values(every, row))} for row in rows))


def _table(book: Consolidated, tables: tuple[SheetTable, ...], columns: tuple[TableColumn, ...]) -> WrittenTable:
    _of_kind(book, tables, columns)
    rows = (values for table in tables for _, values in table.rows)
    return made(book, columns, rows, (heading for table in tables for heading in table.columns.values()))


def typed_values(columns: Sequence[TableColumn], row: Mapping[str, RawValue]) -> Iterator[tuple[str, Cell]]:
    """The values of a row by heading, without the first column's; what a column can't hold stands in its twin."""
    for before, column in pairwise(columns):
        raw = row.get(column.of or column.heading)
        if column.of is None:
            yield column.heading, as_kind(raw, column.kind)
        else:
            yield column.heading, text_of(raw) if as_kind(raw, before.kind) is None else None


def as_kind(value: RawValue, kind: Kind) -> Cell:
    """A cell as a value of a kind; None where it is none."""
    if kind == "text":
        return text_of(value)
    if kind in ("number", "integer"):
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number:
            return None
        assert isinstance(value, (int, float))
        return float(value) if kind == "number" else int(value) if float(value).is_integer() else None
    if not isinstance(value, date):
        return None
    if kind == "day":
        return value.date() if isinstance(value, datetime) else value
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - Vietnam's wall clock
