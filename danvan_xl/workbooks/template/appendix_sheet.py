"""The sheet of an appendix: the unit's tasks with their answer columns, then rows for lines of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Appendix, Field, Form, Line, PrintedColumn, Role, layout
from danvan_xl.model.addresses import absolute, column_letters
from danvan_xl.model.statuses import ACHIEVED
from danvan_xl.model.submission import OwnLine, Value
from danvan_xl.round.printed import line_words
from danvan_xl.rules.checks import excel_text
from danvan_xl.rules.plan_words import cited
from danvan_xl.workbooks.template.fitting import fitted, text_width
from danvan_xl.workbooks.template.form_columns import UNKNOWN, Content, FormColumn, FormColumns, Live
from danvan_xl.workbooks.template.livecheck import CountWords, line_formula, nil_words, silence, text_missing
from danvan_xl.workbooks.template.template_book import COUNT_ROW, HEADER, CountRows, TemplateBook, validation
from danvan_xl.workbooks.writing.style import BAD, GOOD, GREY, answer_style, height_of

OWN_HEIGHT = 32
STT, TEXT = "stt", "text"
"""The plan's own columns that are filled in the row of a group or in a line of the unit's own."""
STT_WIDTH, CHECK_WIDTH = 4.5, 13.5
TITLE_LETTER = 6.5
"""Points that a bold letter takes on average, with reserve."""
LABEL_ROOM = 320
"""Pixels for the label of the box for a form with nothing in it."""


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
    """The columns of an appendix's sheet: the task, the unit's answers and their check; behind, what one looks up.

    What is filled in fits a screen and is printed; the plan's other columns are not printed once more.
    """
    front = [item for item in appendix.columns if item.field in (STT, TEXT)]
    behind = [item for item in appendix.columns if item.field not in (STT, TEXT)]
    text = text_width(task.text for task in appendix.tasks)
    return fitted((
        AppendixColumn(
            layout.F_ID, layout.LINE_ID, 16, "locked", lambda row: row.line.id,
            own=lambda row: row.id, group=lambda row: row.id, hidden=True,
        ),
        *(_printed(item, text) for item in front),
        *(_answer(item) for item in form.fields),
        AppendixColumn(
            layout.F_CHECK, layout.LIVE_CHECK, CHECK_WIDTH, "locked", lambda row: row.live,
            own=lambda row: row.live, printed=False,
        ),
        AppendixColumn(
            layout.F_ROLE, layout.ROLE, 9, "locked_centre", lambda row: row.line.role.value,
            own=lambda row: row.role, own_style="locked_centre", printed=False,
        ),
        *([_TARGET] if any(task.target for task in appendix.tasks) else []),
        *(replace(_printed(item, text), printed=False) for item in behind),
        AppendixColumn(
            layout.F_PREVIOUS, layout.PREVIOUS, 34, "locked_grey", lambda row: row.previous, printed=False
        ),
    ))  # fmt: skip


_TARGET = AppendixColumn(
    layout.F_TARGET, layout.TARGET, 16, "locked", lambda row: line_words(row.line, layout.F_TARGET), printed=False
)


def _printed(column: PrintedColumn, text: float) -> AppendixColumn:
    """One of the plan's own columns; ``text``: the width of its text."""

    def value(row: LineRow) -> str:
        return line_words(row.line, column.field)

    name, title, width = column.field, column.title, column.width
    if name == STT:
        return AppendixColumn(name, title, STT_WIDTH, "locked_centre", value, group=lambda row: row.stt)
    if name == TEXT:
        return AppendixColumn(
            name, title, text, "locked", value,
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
        self.box = self.columns.behind(self.columns.answers[0][0], LABEL_ROOM)
        """The column of the box for a form with nothing in it."""
        self.nil = (absolute(COUNT_ROW + 1, self.box + 1), book.nil_box)
        self.first_silent = HEADER + 1
        """The first row that must be answered."""
        self.sheet: Worksheet = book.new_sheet(appendix.sheet)

    def write(self) -> None:
        book, sheet, columns = self.book, self.sheet, self.columns
        self._heading()
        columns.write_header(sheet, HEADER, book.styles["head"])
        last = self._rows()
        self._count(last)
        for place, item in columns.answers:
            rule = validation(item, book.round.first_day, book.round.plan.end, book.options.lang)
            sheet.data_validation(HEADER + 1, place, last, place, rule)
        sheet.freeze_panes(HEADER + 1, columns[TEXT] + 1)
        sheet.autofilter(HEADER, columns.first, last, columns.last)
        columns.set_up_pages(sheet, last, repeated=self.columns[TEXT] + 1 - columns.first)
        self._live_colours(last)
        book.protect(sheet)

    def _heading(self) -> None:
        """Number and title as the plan has them, whose report this is, the box for a form with nothing in it."""
        book, appendix = self.book, self.appendix
        title = f"{appendix.number}. {appendix.title}" if appendix.title else appendix.number
        book.heading(self.sheet, title, cited(book.round.plan), self.columns)
        first = self.columns.answers[0][0]
        book.print(self.sheet, COUNT_ROW, first, layout.NIL_FORM_LABEL, "label_right", last=self.box - 1)
        ticked = appendix.id in book.options.typed.nil_forms
        book.open_cell(self.sheet, COUNT_ROW, self.box, "open", "X" if ticked else None)

    def _count(self, last: int) -> None:
        """How many lines are left and what is wrong, above the task, where it stays in sight."""
        own, typed, form = self._own_lines(), self.book.options.typed, self.appendix.id
        is_nil = typed.nil or form in typed.nil_forms
        is_empty = not any(line.id in typed.lines for line in own) and all(item.appendix != form for item in typed.own)
        silent = sum(line.role is Role.LEAD for line in own) if is_empty and not is_nil else None
        words = CountWords(silence(must_answer=True), (silence(must_answer=False), nil_words()), "lines")
        spoken = {text_missing(): column_letters(self.columns[TEXT] + 1)}
        rows = CountRows(self.first_silent, last, silent, spoken)
        self.book.live_count(self.sheet, self.columns, rows, self.columns[TEXT], words)

    def _own_lines(self) -> list[Line]:
        return [line for line in self.book.lines if line.task.appendix == self.appendix.id]

    def _rows(self) -> int:
        """The lines by group, then the unit's own; returns the last row."""
        book, row, group = self.book, HEADER, None
        groups = {item.id: item for item in self.appendix.groups}
        first_silent = None
        for line in self._own_lines():
            if line.task.group != group and line.task.group in groups:
                group = line.task.group
                row += 1
                heading = GroupRow(f"{layout.GROUP_MARK}{group}", groups[group].stt, groups[group].title)
                self._group_row(row, heading)
            row += 1
            self._line_row(row, line)
            first_silent = row if first_silent is None and line.role is Role.LEAD else first_silent
        self.first_silent = first_silent or HEADER + 1
        row += 1
        self._group_row(row, GroupRow(f"{layout.GROUP_MARK}+", "", book.say("own_rows")))
        own = [item for item in book.options.typed.own if item.appendix == self.appendix.id]
        for number in range(1, max(self.form.spare_rows, len(own) + 1) + 1):
            row += 1
            self._own_row(row, number, own[number - 1] if number <= len(own) else None)
        return row

    def _group_row(self, row: int, heading: GroupRow) -> None:
        """A title runs on over the columns behind it; one that is too long for that is broken into lines."""
        is_long = len(heading.title) * TITLE_LETTER > self.columns.printed_points
        if is_long:
            self.sheet.set_row(row, height_of([(heading.title, self.columns.width(TEXT))]))
        style = self.book.styles["group_wrapped" if is_long else "group"]
        for place, column in enumerate(self.columns):
            self.sheet.write_string(row, place, column.group(heading), style)

    def _line_row(self, row: int, line: Line) -> None:
        book, must_answer = self.book, line.role is Role.LEAD
        context = book.round.row_context(line)
        cells, areas = self.columns.cells(row), self.columns.answer_areas(row)
        formula = line_formula(self.form, cells, areas, context, must_answer=must_answer, nil=self.nil)
        typed, previous = book.options.typed.lines.get(line.id, {}), book.options.previous.get(line.id, "")
        is_open = typed or self.book.options.typed.nil or self.appendix.id in self.book.options.typed.nil_forms
        shown = LineRow(line, typed, previous, Live(formula, UNKNOWN if is_open else silence(must_answer=must_answer)))
        values = [(column, column.value(shown)) for column in self.columns]
        self._set_height(row, values)
        for place, (column, value) in enumerate(values):
            is_asked_elsewhere = column.name == ACHIEVED and line.task.targets and value is None
            book.write_cell(self.sheet, row, place, "closed" if is_asked_elsewhere else column.style, value)

    def _own_row(self, row: int, number: int, typed: OwnLine | None) -> None:
        book = self.book
        context = book.round.row_context(None)
        cells, areas = self.columns.cells(row), self.columns.answer_areas(row)
        formula = line_formula(self.form, cells, areas, context, must_answer=False, text_cell=cells[TEXT])
        own = OwnRow(
            layout.own_line_id(number, book.unit.id), book.say("own_role"), typed.text if typed else None,
            typed.values if typed else {}, Live(formula, UNKNOWN),
        )  # fmt: skip
        values = [(column, column.own(own)) for column in self.columns]
        self._set_height(row, values, OWN_HEIGHT)
        for place, (column, value) in enumerate(values):
            book.write_cell(self.sheet, row, place, column.own_style, value)

    def _set_height(self, row: int, values: Iterable[tuple[AppendixColumn, Content]], least: float = 0) -> None:
        """Room for all words of a row."""
        wrapped = ((words, column.width) for column, words in values if words and isinstance(words, str))
        self.sheet.set_row(row, max(least, height_of(wrapped)))

    def _live_colours(self, last: int) -> None:
        """What the live check says is green where all is well, red and bold where something is missing."""
        first, place, book = HEADER + 1, self.columns[layout.F_CHECK], self.book
        area, cell = (first, place, last, place), self.columns.cells(first)[layout.F_CHECK]
        good = book.workbook.add_format({"font_color": GOOD})
        idle = book.workbook.add_format({"font_color": GREY})
        bad = book.workbook.add_format({"font_color": BAD, "bold": True})
        for words, look in ((book.say("live_good"), good), (silence(must_answer=False), idle), (nil_words(), idle)):
            rule = {"type": "formula", "criteria": f"={cell}={excel_text(words)}", "format": look}
            self.sheet.conditional_format(*area, {**rule, "stop_if_true": True})
        self.sheet.conditional_format(*area, {"type": "formula", "criteria": f"=LEN({cell})>0", "format": bad})
