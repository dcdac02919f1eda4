"""The appendices with the plan's lines in their order; under each, as an outline group, every unit's answer.

What a reader asks first comes first: the line over the whole width, below it unit by unit what became of it and its
result. The plan's columns for reference (who leads, when, which product) stand behind and are not printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.merging.targets_counted import by_task
from danvan_xl.merging.targets_reached import TargetReached
from danvan_xl.model import Appendix, Form, Role, layout
from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.model.statuses import STATUS, AnswerState
from danvan_xl.model.submission import Answer, Value
from danvan_xl.round.fields import show
from danvan_xl.rules.plan_words import cited
from danvan_xl.workbooks.consolidated.answer_values import AnswerValues
from danvan_xl.workbooks.consolidated.appendix_columns import (
    LEADING,
    STATE,
    STT,
    TEXT,
    UNIT,
    WITH_STATUS,
    Given,
    appendix_columns,
)
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.heading_rows import BOLDER, headings_height, write_across
from danvan_xl.workbooks.writing.row_pieces import FRESH, PieceRows, Pieces
from danvan_xl.workbooks.writing.row_xml import Rendered, RowRenderer
from danvan_xl.workbooks.writing.sheet_columns import Places
from danvan_xl.workbooks.writing.side_by_side import page_columns, print_side_by_side
from danvan_xl.workbooks.writing.spool import RowSpool
from danvan_xl.workbooks.writing.style import MOST_HEIGHT, OfficialSheet, RowHeights

STATE_LOOKS = {
    AnswerState.RETURNED: "bad",
    AnswerState.MISSING: "bad",
    AnswerState.UNASSIGNED: "bad",
    AnswerState.BLANK: "warn",
    AnswerState.DELETED: "warn",
}
HEADER_ROW = 4
"""0-based row of the headings, below the title block."""


class _AppendixSheet:
    """One sheet, ordered by task. Units come one by one: each task has a spool, and its first row is known."""

    def __init__(self, book: ConsolidatedBook, appendix: Appendix, form: Form) -> None:
        self.book, self.appendix = book, appendix
        targets = {task: _targets_in_words(book, found) for task, found in by_task(book.summary.targets).items()}
        self.columns = appendix_columns(appendix, form, targets)
        self.places = Places([column.name for column in self.columns])
        self.sheet = self._open()
        index, widths = book.styles.index, [column.width for column in self.columns]
        self._heights = RowHeights(widths)
        self._lines: list[int] = []
        """Rows (0-based) of the plan's lines and groups."""
        leading = (place for place, column in enumerate(self.columns) if column.name in LEADING)
        self._bold = dict.fromkeys(leading, index("box_bold"))
        fresh = [place for place, column in enumerate(self.columns) if column.source == FRESH]
        self._fresh_places = {place: number for number, place in enumerate(fresh)}
        self._unseen = [place for place, column in enumerate(self.columns) if column.leave_out_empty]
        self._line_heights = RowHeights(self._widths_of_a_line())
        self._renderer = RowRenderer([index(column.style) for column in self.columns], book.looks())
        self._groups = RowRenderer([index("group_wrapped")] * len(widths), book.looks())
        self._answers = PieceRows(self._renderer, [column.source for column in self.columns], (UNIT,))
        self._fresh = AnswerValues([column.answer for column in self.columns if column.source == FRESH])
        self._of_unit_alone = [(column.answer, column.grows) for column in self.columns if column.source == UNIT]
        self._fresh_heights = RowHeights([column.width for column in self.columns if column.source == FRESH])
        self._unit_heights = RowHeights([column.width for column in self.columns if column.source == UNIT])
        state = self.places.position(STATE)
        self._states = {answer: {state: index(style)} for answer, style in STATE_LOOKS.items()}
        self._unit = ""
        self._of_unit: dict[tuple[Role, AnswerState, Value], tuple[Pieces, float]] = {}
        self._spools: dict[str, RowSpool] = {}
        self._next: dict[str, int] = {}
        self._end = self._lay_out()

    def _open(self) -> OfficialSheet:
        book, appendix, columns = self.book, self.appendix, self.columns
        sheet: OfficialSheet = book.workbook.add_worksheet(appendix.sheet, OfficialSheet)
        sheet.hide_gridlines(2)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(HEADER_ROW, position, column.heading, book.styles["head"])
        sheet.set_row(HEADER_ROW, headings_height((column.heading, column.width) for column in columns))
        sheet.outline_settings(True, False, False, False)  # the unit rows are below their line
        sheet.freeze_panes(HEADER_ROW + 1, self.places.position(TEXT) + 1)
        return sheet

    def _page(self) -> list[float]:
        """The widths of the printed columns; those that stayed empty have none."""
        printed = takewhile(lambda column: column.printed, self.columns)
        return [0.0 if place in self._unseen else column.width for place, column in enumerate(printed)]

    def _widths_of_a_line(self) -> list[float]:
        """The widths of the columns in the row of a line: its text has those of its first page, come what may."""
        widths, text = [column.width for column in self.columns], self.places.position(TEXT)
        page = self._page()
        (_, last), *_ = page_columns(page, text + 1)
        widths[text] = sum(page[text : last + 1]) * BOLDER
        return widths

    def _set_up_pages(self, last: int) -> None:
        """Now that it is known which columns stayed empty: hide them, set up the pages, write the plan's titles."""
        book, appendix, sheet = self.book, self.appendix, self.sheet
        for place in self._unseen:
            sheet.set_column(place, place, self.columns[place].width, None, {"hidden": True})
        widths, text = self._page(), self.places.position(TEXT)
        repeated = text + 1
        end = print_side_by_side(sheet, widths, header_row=HEADER_ROW, last_row=last, repeated=repeated)
        titles = (
            (appendix.number, "title"),
            (appendix.title, "subtitle"),
            (cited(book.result.round.plan), "citation"),
            (book.subtitle(), "wrapped"),
        )
        for row, (words, style) in enumerate(titles):
            write_across(book, sheet, row, words, style, widths[: end + 1])
        sheet.join_cells(self._lines, text, end)

    def _lay_out(self) -> int:
        """Render headings and lines, and leave room for the answers; the number of the first row after them all."""
        book, groups, group = self.book, {item.id: item for item in self.appendix.groups}, ""
        rows = book.summary.rows
        at = HEADER_ROW + 2
        for task in self.appendix.tasks:
            spool = self._spools[task.id] = book.spool()
            if task.group != group and task.group in groups:
                group = task.group
                self._add_group(spool, at, {STT: groups[group].stt, TEXT: groups[group].title})
                at += 1
            self._add_line(spool, at, [column.task(task) for column in self.columns])
            self._next[task.id] = at + 1
            at += 1 + rows[task.id]
        own = self._spools[self.appendix.id] = book.spool()
        if rows[self.appendix.id]:
            self._add_group(own, at, {TEXT: book.say("own_group")})
            self._next[self.appendix.id] = at + 1
            at += 1 + rows[self.appendix.id]
        return at

    def _add(self, spool: RowSpool, number: int, cells: list[Rendered], styles: dict[int, int] | None = None) -> None:
        if number <= LAST_ROW:
            spool.add(self._renderer.render(number, cells, height=self._heights.of(cells), styles=styles))

    def _add_line(self, spool: RowSpool, number: int, cells: list[Rendered]) -> None:
        """The row of a line of the plan, whose text goes over the whole page."""
        if number <= LAST_ROW:
            spool.add(self._renderer.render(number, cells, height=self._line_heights.of(cells), styles=self._bold))
            self._lines.append(number - 1)

    def _add_group(self, spool: RowSpool, number: int, words: dict[str, str]) -> None:
        if number <= LAST_ROW:
            cells: list[Rendered] = [words.get(column.name) for column in self.columns]
            spool.add(self._groups.render(number, cells, height=self._line_heights.of(cells)))
            self._lines.append(number - 1)

    def begin(self, unit: str) -> None:
        """The rows of another unit follow."""
        self._of_unit.clear()
        self._unit = self.book.short_names.get(unit, unit)

    def add(self, row: DataRow) -> None:
        """Append a row of the unit that has begun."""
        part = row.task.id if row.task is not None else self.appendix.id
        number = self._next[part]
        self._next[part] = number + 1
        if number > LAST_ROW:
            return
        if row.task is None:
            given = Given(row.answer, self._unit)
            cells = [column.answer(given) for column in self.columns]
            self._unseen = [place for place in self._unseen if cells[place] in (None, "")]
            self._add(self._spools[part], number, cells, self._states.get(row.answer.state))
        else:
            self._spools[part].add(self._answer_row(number, row.answer))

    def _answer_row(self, number: int, answer: Answer) -> bytes:
        state = answer.state
        key = answer.role, state, answer.values.get(STATUS) if state in WITH_STATUS else None
        found = self._of_unit.get(key)
        if found is None:
            found = self._of_unit[key] = self._unit_pieces(answer)
        pieces, height = found
        values = self._fresh.of(Given(answer, self._unit))
        if self._unseen:
            places = self._fresh_places
            self._unseen = [place for place in self._unseen if values[places[place]] in (None, "")]
        height = max(height, self._fresh_heights.of(values))
        if height >= MOST_HEIGHT:
            values = self._fresh_heights.cut(values, self.book.say("rest_in_data", sheet=layout.DATA))
        return self._answers.row(number, values, (pieces,), height=height, level=1)

    def _unit_pieces(self, answer: Answer) -> tuple[Pieces, float]:
        """What every row of a unit with this role, state and status holds beside the answers; how tall that is."""
        coordinating = answer.role is Role.COORDINATE
        unit = f"{self._unit} ({Role.COORDINATE.value.lower()})" if coordinating else self._unit
        given = Given(answer, unit)
        values = [value(given) for value, _ in self._of_unit_alone]
        height = self._unit_heights.of([value(given) if grows else None for value, grows in self._of_unit_alone])
        return self._answers.keep(UNIT, values, self._states.get(answer.state)), height

    def finish(self) -> None:
        last = min(self._end - 2, LAST_ROW - 1)
        self.sheet.stream(self._spools.values(), len(self.columns), last)
        self._set_up_pages(last)


def _targets_in_words(book: ConsolidatedBook, found: Iterable[TargetReached]) -> str:
    """What became of the targets of a task, a line each: what was reached, and whether that is enough."""
    lines = []
    for item in found:
        value = show(item.value) or "-"
        unit = item.item.target.unit if isinstance(item.value, (int, float)) else ""
        lines.append(
            book.say(
                "target_of_line",
                title=item.item.target.title,
                value=f"{value} {unit}".strip(),
                required=item.item.required,
                verdict=item.verdict.value,
            )
        )
    return "\n".join(lines)


class _Appendices:
    """The sheets of the appendices."""

    def __init__(self, sheets: dict[str, _AppendixSheet]) -> None:
        self._sheets = sheets

    def unit(self, item: UnitRows) -> None:
        for sheet in self._sheets.values():
            sheet.begin(item.unit)
        for row in item.rows:
            self._sheets[row.answer.appendix].add(row)

    def finish(self) -> None:
        for sheet in self._sheets.values():
            sheet.finish()


def appendices(book: ConsolidatedBook) -> Sink:
    """One sheet per appendix."""
    current = book.result.round
    sheets = {item.id: _AppendixSheet(book, item, current.form_of(item)) for item in current.plan.appendices}
    return _Appendices(sheets)
