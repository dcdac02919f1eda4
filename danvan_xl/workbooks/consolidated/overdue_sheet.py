"""``Quá hạn``: overdue lines by days, then lines without a deadline that nobody answered."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.merging.summary import days_overdue, is_silent
from danvan_xl.model import layout
from danvan_xl.model.statuses import DIFFICULTY, EXPLANATION
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink, shortened
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet, PartedRows
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column

SILENT = "silent"
"""The part of the lines that have no due day and no answer."""

LONGEST_TEXT = 200
"""Characters of a task's text that are shown."""


class OverdueLine(Struct, frozen=True):
    """A row: a line of the plan, and how many days it is overdue (None: it has no due day)."""

    row: DataRow
    days: int | None


def _why(line: OverdueLine) -> Rendered:
    values = line.row.answer.values
    return values.get(DIFFICULTY) or values.get(EXPLANATION)


def overdue_columns(book: ConsolidatedBook) -> tuple[Column[OverdueLine], ...]:
    """The columns of ``Quá hạn``."""
    say, names = book.say, book.names
    silent = say("silent_line")

    def column(
        name: str,
        width: float,
        value: Callable[[OverdueLine], Rendered],
        style: str = "box",
        *,
        printed: bool = True,
        leave_out_empty: bool = False,
    ) -> Column[OverdueLine]:
        heading = say(f"head_{name}")
        return Column(name, heading, width, value, style, printed=printed, leave_out_empty=leave_out_empty)

    return (
        column("unit", 20, lambda line: names.get(line.row.unit, line.row.unit)),
        column("text", 44, lambda line: shortened(line.row.task.text, LONGEST_TEXT) if line.row.task else None),
        column("due", 12, lambda line: line.row.due),
        column("days", 8, lambda line: line.days, "box_centre"),
        column("answer", 12, lambda line: line.row.answer.state.value),
        column("status", 12, lambda line: line.row.status, leave_out_empty=True),
        column("why", 28, _why, leave_out_empty=True),
        column("note", 18, lambda line: silent if line.days is None else None, leave_out_empty=True),
        Column("line", layout.LINE_ID, 20, lambda line: line.row.answer.line, printed=False),
    )


class _Overdue:
    """``Quá hạn``."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.as_of = book.result.as_of
        table = ListSheet(book, layout.OVERDUE, book.say("overdue_title"), overdue_columns(book), frozen="unit")
        days: dict[object, int] = dict(sorted(book.summary.overdue_days.items(), reverse=True))
        self.parts = PartedRows(table, {**days, SILENT: book.summary.silent})

    def unit(self, item: UnitRows) -> None:
        for row in item.rows:
            days = days_overdue(row, self.as_of)
            if days is not None:
                self.parts.add(days, OverdueLine(row, days))
            elif is_silent(row):
                self.parts.add(SILENT, OverdueLine(row, None))

    def finish(self) -> None:
        self.parts.finish()


def overdue(book: ConsolidatedBook) -> Sink:
    """``Quá hạn``."""
    return _Overdue(book)
