"""The sheet of an appendix: the unit's tasks with their answer columns, then rows for lines of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Appendix, Field, Form, Line, PrintedColumn, Role, layout
from danvan_xl.model.submission import OwnLine, Value
from danvan_xl.round.printed import line_words
from danvan_xl.rules.plan_words import cited
from danvan_xl.workbooks.template.form_columns import Content, FormColumn, FormColumns, Live
from danvan_xl.workbooks.template.livecheck import line_formula, silence
from danvan_xl.workbooks.template.template_book import TemplateBook, validation
from danvan_xl.workbooks.writing.style import BAD, GOOD, answer_style, height_of, page_setup

HEADER = layout.APPENDIX_HEADER_ROW - 1
"""0-based, as xlsxwriter counts."""
HEADER_HEIGHT, OWN_HEIGHT = 48, 32
STT, TEXT = "stt", "text"
"""The plan's own columns that are filled in the row of a group or in a line of the unit's own."""


class LineRow(Struct, frozen=True):
    """A row with a line of the plan. ``previous``: what was answered in the period before."""

    line: Line
    typed: Mapping[str, Value]
    previous: str
    live: Live


class OwnRow(Struct, frozen=True):
    """A row for a line of the unit's own."""

    id: str
    role: str
    text: str | None
    typed: Mapping[str, Value]
    live: Live


class GroupRow(Struct, frozen=True):
    """A row that heads the lines below it."""

    id: str
    stt: str
    title: str


class AppendixColumn(FormColumn[LineRow], frozen=True):
    """A column, with what it holds in the rows that are not lines of the plan."""

    own: Callable[[OwnRow], Content] = lambda _: None
    own_style: str = "locked"
    group: Callable[[GroupRow], str] = lambda _: ""


def appendix_columns(appendix: Appendix, form: Form) -> tuple[AppendixColumn, ...]:
    """The columns of an appendix's sheet: the plan's own as printed, the unit's answers, what helps to give them."""
    return (
        AppendixColumn(
            layout.F_ID, layout.LINE_ID, 16, "locked", lambda row: row.line.id,
            own=lambda row: row.id, group=lambda row: row.id, hidden=True,
        ),
        *(_printed(item) for item in appendix.columns),
        AppendixColumn(
            layout.F_ROLE, layout.ROLE, 9, "locked_centre", lambda row: row.line.role.value,
            own=lambda row: row.role, own_style="locked_centre",
        ),
        *([_TARGET] if any(task.target for task in appendix.tasks) else []),
        *(_answer(item) for item in form.fields),
        AppendixColumn(
            layout.F_CHECK, layout.LIVE_CHECK, 26, "locked", lambda row: row.live,
            own=lambda row: row.live, printed=False,
        ),
        AppendixColumn(
            layout.F_PREVIOUS, layout.PREVIOUS, 34, "locked_grey", lambda row: row.previous, printed=False
        ),
    )  # fmt: skip


_TARGET = AppendixColumn(
    layout.F_TARGET, layout.TARGET, 16, "locked", lambda row: line_words(row.line, layout.F_TARGET)
)


def _printed(column: PrintedColumn) -> AppendixColumn:
    def value(row: LineRow) -> str:
        return line_words(row.line, column.field)

    name, title, width = column.field, column.title, column.width
    if name == STT:
        return AppendixColumn(name, title, width, "locked_centre", value, group=lambda row: row.stt)
    if name == TEXT:
        return AppendixColumn(
            name, title, width, "locked", value,
            own=lambda row: row.text, own_style="open", group=lambda row: row.title,
        )  # fmt: skip
    return AppendixColumn(name, title, width, "locked", value)


def _answer(item: Field) -> AppendixColumn:
    def typed(row: LineRow | OwnRow) -> Value:
        return row.typed.get(item.name)

    style = answer_style(item)
    return AppendixColumn(item.name, item.title, item.width, style, typed, item, own=typed, own_style=style)


class AppendixSheet:
    """The sheet of one appendix being written."""

    def __init__(self, book: TemplateBook, appendix: Appendix) -> None:
        self.book, self.appendix, self.form = book, appendix, book.round.form_of(appendix)
        self.columns = FormColumns(appendix_columns(appendix, self.form))
        self.sheet: Worksheet = book.new_sheet(appendix.sheet)

    def write(self) -> None:
        book, sheet, columns = self.book, self.sheet, self.columns
        self._heading()
        columns.write_header(sheet, HEADER, book.styles["head"])
        sheet.set_row(HEADER, HEADER_HEIGHT)
        last = self._rows()
        for place, item in columns.answers:
            rule = validation(item, book.round.plan.start, book.round.plan.end, book.options.lang)
            sheet.data_validation(HEADER + 1, place, last, place, rule)
        sheet.freeze_panes(HEADER + 1, columns[TEXT] + 1)
        sheet.autofilter(HEADER, columns.first, last, columns.last)
        sheet.print_area(0, columns.first, last, columns.last_printed)
        page_setup(sheet, header_row=HEADER)
        self._live_colours(last)
        book.protect(sheet)

    def _heading(self) -> None:
        """Number, title and citation as the plan has them, the status line, the box for a form with nothing in it."""
        book, appendix = self.book, self.appendix
        titles = ((appendix.number, "title"), (appendix.title, "subtitle"), (cited(book.round.plan), "citation"))
        row = book.heading(self.sheet, titles, self.columns)
        book.print(self.sheet, row, self.columns.first, layout.NIL_FORM_LABEL, "label")
        ticked = appendix.id in book.options.typed.nil_forms
        book.open_cell(self.sheet, row, self.columns[TEXT] + 1, "open", "X" if ticked else None)

    def _rows(self) -> int:
        """The lines by group, then the unit's own; returns the last row."""
        book, row, group = self.book, HEADER, None
        groups = {item.id: item for item in self.appendix.groups}
        for line in book.lines:
            if line.task.appendix != self.appendix.id:
                continue
            if line.task.group != group and line.task.group in groups:
                group = line.task.group
                row += 1
                heading = GroupRow(f"{layout.GROUP_MARK}{group}", groups[group].stt, groups[group].title)
                self._group_row(row, heading)
            row += 1
            self._line_row(row, line)
        row += 1
        self._group_row(row, GroupRow(f"{layout.GROUP_MARK}+", "", book.say("own_rows")))
        own = [item for item in book.options.typed.own if item.appendix == self.appendix.id]
        for number in range(1, max(self.form.spare_rows, len(own) + 1) + 1):
            row += 1
            self._own_row(row, number, own[number - 1] if number <= len(own) else None)
        return row

    def _group_row(self, row: int, heading: GroupRow) -> None:
        style = self.book.styles["group"]
        for place, column in enumerate(self.columns):
            self.sheet.write_string(row, place, column.group(heading), style)

    def _line_row(self, row: int, line: Line) -> None:
        book, must_answer = self.book, line.role is Role.LEAD
        context = book.round.row_context(line)
        cells, areas = self.columns.cells(row), self.columns.answer_areas(row)
        formula = line_formula(self.form, cells, areas, context, must_answer=must_answer)
        typed, previous = book.options.typed.lines.get(line.id, {}), book.options.previous.get(line.id, "")
        shown = LineRow(line, typed, previous, Live(formula, silence(must_answer=must_answer)))
        values = [(column, column.value(shown)) for column in self.columns]
        fixed = ((words, column.width) for column, words in values if not column.answer)
        self.sheet.set_row(row, height_of((words, width) for words, width in fixed if words and isinstance(words, str)))
        for place, (column, value) in enumerate(values):
            book.write_cell(self.sheet, row, place, column.style, value)

    def _own_row(self, row: int, number: int, typed: OwnLine | None) -> None:
        book = self.book
        context = book.round.row_context(None)
        cells, areas = self.columns.cells(row), self.columns.answer_areas(row)
        formula = line_formula(self.form, cells, areas, context, must_answer=False, text_cell=cells[TEXT])
        own = OwnRow(
            layout.own_line_id(number, book.unit.id), book.say("own_role"), typed.text if typed else None,
            typed.values if typed else {}, Live(formula, silence(must_answer=False)),
        )  # fmt: skip
        self.sheet.set_row(row, OWN_HEIGHT)
        for place, column in enumerate(self.columns):
            book.write_cell(self.sheet, row, place, column.own_style, column.own(own))

    def _live_colours(self, last: int) -> None:
        """What the live check says is green where all is well, red and bold where something is missing."""
        first, place, book = HEADER + 1, self.columns[layout.F_CHECK], self.book
        area, cell = (first, place, last, place), self.columns.cells(first)[layout.F_CHECK]
        good = book.workbook.add_format({"font_color": GOOD})
        bad = book.workbook.add_format({"font_color": BAD, "bold": True})
        well = f'={cell}="{book.say("live_good")}"'
        self.sheet.conditional_format(*area, {"type": "formula", "criteria": well, "format": good})
        self.sheet.conditional_format(*area, {"type": "formula", "criteria": f"=LEN({cell})>0", "format": bad})
