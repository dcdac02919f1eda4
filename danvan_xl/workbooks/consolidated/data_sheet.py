"""``Dữ liệu``: a row for every lead line, answered coordinating line and line of a unit's own, in printed order."""

from __future__ import annotations

from collections.abc import Hashable

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.model import Role, layout
from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.model.statuses import PROGRESS, AnswerState, DueState
from danvan_xl.model.submission import Submission, Value
from danvan_xl.workbooks.consolidated.answer_values import AnswerValues
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.data_columns import (
    DUE_STATE,
    FILE,
    OF_FILE,
    PLACE,
    STATUS,
    TASK,
    WHO,
    DataLine,
    Facts,
    data_columns,
)
from danvan_xl.workbooks.writing.printing import set_up_pages
from danvan_xl.workbooks.writing.row_pieces import FRESH, PieceRows, Pieces
from danvan_xl.workbooks.writing.row_xml import Rendered, RowRenderer
from danvan_xl.workbooks.writing.sheet_columns import Places
from danvan_xl.workbooks.writing.style import OfficialSheet


class _Data:
    """The table, in the plan's printed order, units' own lines last; ``Dữ liệu (2)`` goes on where a sheet is full.

    Units come one by one: each task has a spool in each sheet, and its first row is known.
    """

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.columns, self.facts = book, data_columns(book.result), Facts.of(book.result)
        looks = book.looks(blanks=False, dates="data_date", times="data_time")
        renderer = RowRenderer([0] * len(self.columns), looks)
        self._rows = PieceRows(renderer, [column.source for column in self.columns], (TASK, *OF_FILE))
        self._values = {
            source: [column.value for column in self.columns if column.source == source] for source in (TASK, *OF_FILE)
        }
        self._fresh = AnswerValues([column.value for column in self.columns if column.source == FRESH])
        self.most = LAST_ROW - 1
        wanted = max(1, -(-book.summary.all_rows // self.most))
        self.sheets = [self._open(number) for number in range(wanted)]
        self._next = self._places()
        self._spools = [{part: book.spool() for part in self._next} for _ in self.sheets]
        self._tasks: dict[tuple[str, str, str], Pieces] = {}
        self._statuses: dict[Value, Pieces] = {}
        self._due_states: dict[DueState, Pieces] = {}
        renderer.share((*PROGRESS, *(state.value for state in DueState)))

    def _open(self, number: int) -> OfficialSheet:
        sheet: OfficialSheet = self.book.workbook.add_worksheet(layout.sheet_of(layout.DATA, number), OfficialSheet)
        for position, column in enumerate(self.columns):
            sheet.set_column(position, position, column.width)
        places = Places([column.heading for column in self.columns])
        sheet.freeze_panes(1, places.position(layout.LINE_ID) + 1)
        set_up_pages(sheet, [column.width for column in self.columns], repeated=1, header_row=0)
        sheet.say_on_pages(self.book.say("for_screen"))
        return sheet

    def _places(self) -> dict[str, int]:
        """Task (or, for own lines, appendix) → the place of its next row among all rows, 0-based."""
        plan, rows = self.book.result.round.plan, self.book.summary.rows
        found: dict[str, int] = {}
        at = 0
        for part in (*(task.id for task in plan.tasks), *(item.id for item in plan.appendices)):
            found[part] = at
            at += rows[part]
        return found

    def unit(self, item: UnitRows) -> None:
        usual = _FilePieces(self, item.unit, item.file)
        halves: dict[str, _FilePieces] = {}
        for row in item.rows:
            pieces = usual
            if row.file is not None and row.file is not item.file:  # where files were joined, the line's own
                if row.file.path not in halves:
                    halves[row.file.path] = _FilePieces(self, item.unit, row.file)
                pieces = halves[row.file.path]
            part = row.task.id if row.task else row.answer.appendix
            position = self._next[part]
            self._next[part] = position + 1
            number, at = divmod(position, self.most)
            self._spools[number][part].add(self._row(at + 2, row, pieces))

    def values(self, source: str, line: DataLine) -> list[Rendered]:
        """What the columns of a source say of a line."""
        return [value(line) for value in self._values[source]]

    def keep(self, source: str, line: DataLine) -> Pieces:
        """The pieces of a source, for a line like many others."""
        return self._rows.keep(source, self.values(source, line))

    def _row(self, number: int, row: DataRow, file: _FilePieces) -> bytes:
        answer = row.answer
        line = DataLine(row, answer, file.unit, file.file, self.facts)
        key = answer.role, answer.state, row.status, row.due_state, answer.sheet if answer.row is not None else None
        of_file = file.kept.get(key)
        if of_file is None:
            file.begin(line)
        task = self._of_task(line)
        if of_file is None:
            of_file = file.kept[key] = file.pieces(line)
        return self._rows.row(number, self._fresh.of(line), (task, of_file))

    def _of_task(self, line: DataLine) -> Pieces:
        """What a task gives to each of its rows; a unit's own line is the only one of its kind."""
        answer, task = line.answer, line.row.task
        if task is None:
            return self._rows.once(TASK, self.values(TASK, line))
        key = task.id, answer.appendix, answer.group
        found = self._tasks.get(key)
        if found is None:
            found = self._tasks[key] = self.keep(TASK, line)
        return found

    def of_status(self, line: DataLine) -> Pieces:
        """What a status gives to its rows; one that no form offers is not shared."""
        status = line.row.status
        if status not in PROGRESS:
            return self._rows.once(STATUS, self.values(STATUS, line))
        found = self._statuses.get(status)
        if found is None:
            found = self._statuses[status] = self.keep(STATUS, line)
        return found

    def of_due_state(self, line: DataLine) -> Pieces:
        """What the state of a line's deadline gives to its rows."""
        found = self._due_states.get(line.row.due_state)
        if found is None:
            found = self._due_states[line.row.due_state] = self.keep(DUE_STATE, line)
        return found

    def finish(self) -> None:
        columns = [{"header": column.heading} for column in self.columns]
        for number, (sheet, spools) in enumerate(zip(self.sheets, self._spools, strict=True)):
            last = max(sum(spool.rows for spool in spools.values()), 1)
            options = {"columns": columns, "style": "Table Style Light 9", "name": f"DuLieu{number or ''}"}
            # The table is made over its first row only and then given its real range: xlsxwriter would
            # otherwise go through every cell of it.
            sheet.add_table(0, 0, 1, len(columns) - 1, options)
            sheet.stretch_table(last)
            sheet.stream(spools.values(), len(columns), last)


class _FilePieces:
    """What a unit and its file give to each of their rows, rendered once; dropped with the unit.

    ``kept``: role, answer, status, state of the deadline and sheet → the pieces of all sources that these decide.
    """

    def __init__(self, data: _Data, unit: str, file: Submission | None) -> None:
        self._data, self.unit, self.file = data, unit, file
        self._parts: dict[tuple[str, Hashable], Pieces] = {}
        self.kept: dict[tuple[Role, AnswerState, Value, DueState, str | None], Pieces] = {}

    def begin(self, line: DataLine) -> Pieces:
        """The columns that say the same in every row of the file."""
        return self._once(FILE, None, line)

    def pieces(self, line: DataLine) -> Pieces:
        """All that rows like this one have in common, source by source as in ``OF_FILE``."""
        answer = line.answer
        parts = (
            self.begin(line),
            self._once(WHO, (answer.role, answer.state), line),
            self._data.of_status(line),
            self._data.of_due_state(line),
            self._once(PLACE, answer.sheet if answer.row is not None else None, line),
        )
        return Pieces(tuple(xml for part in parts for xml in part.xmls), sum(part.strings for part in parts))

    def _once(self, source: str, key: Hashable, line: DataLine) -> Pieces:
        found = self._parts.get((source, key))
        if found is None:
            found = self._parts[source, key] = self._data.keep(source, line)
        return found


def data(book: ConsolidatedBook) -> Sink:
    """``Dữ liệu``."""
    return _Data(book)
