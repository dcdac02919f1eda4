"""``Số liệu`` and ``Khó khăn, kiến nghị`` of a template."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Form, Indicator, Question, layout
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Value
from danvan_xl.workbooks.template.form_columns import UNKNOWN, C, FormColumn, FormColumns, Live, R, row_id
from danvan_xl.workbooks.template.livecheck import CountWords, figure_formula, figure_silence, nil_words
from danvan_xl.workbooks.template.template_book import HEADER, CountRows, TemplateBook, input_message, validation
from danvan_xl.workbooks.writing.style import answer_style, height_of

ANSWER_HEIGHT = 96
"""Of a question: room for a few sentences."""


class FigureRow(Struct, frozen=True):
    """A row of ``Số liệu``."""

    number: int
    item: Indicator
    figure: Value
    note: Value
    live: Live
    previous: str


class QuestionRow(Struct, frozen=True):
    """A row of ``Khó khăn, kiến nghị``."""

    number: int
    item: Question
    words: Value


def figure_columns(form: Form, before: str) -> tuple[FormColumn[FigureRow], ...]:
    """The columns of ``Số liệu``. ``before``: the period whose figures stand beside those of this one."""
    figure, note = form.field(FIGURE), form.field(NOTE)
    previous = f"{layout.PREVIOUS} ({before})" if before else layout.PREVIOUS
    return (
        row_id(lambda row: row.item.id),
        FormColumn("stt", "STT", 5, "locked_centre", lambda row: str(row.number)),
        FormColumn("text", layout.INDICATOR, 44, "locked", lambda row: row.item.title),
        FormColumn("unit", layout.INDICATOR_UNIT, 12, "locked_centre", lambda row: row.item.unit),
        FormColumn(FIGURE, figure.title, figure.width, answer_style(figure), lambda row: row.figure, figure),
        FormColumn(layout.F_PREVIOUS, previous, 14, "previous_figure", lambda row: row.previous),
        FormColumn(NOTE, note.title, note.width, answer_style(note), lambda row: row.note, note),
        FormColumn(layout.F_CHECK, layout.LIVE_CHECK, 24, "locked", lambda row: row.live, printed=False),
    )


def question_columns(form: Form) -> tuple[FormColumn[QuestionRow], ...]:
    """The columns of ``Khó khăn, kiến nghị``."""
    words = form.field(WORDS)
    return (
        row_id(lambda row: row.item.id),
        FormColumn("stt", "STT", 6, "locked_centre", lambda row: str(row.number)),
        FormColumn("text", layout.QUESTION, 34, "locked", lambda row: row.item.title),
        FormColumn(WORDS, words.title, words.width, answer_style(words), lambda row: row.words, words),
    )


def write_figures(book: TemplateBook, form: Form) -> None:
    """``Số liệu``: one row per indicator, with its live check."""
    columns, typed = FormColumns(figure_columns(form, book.options.previous_label)), book.options.typed
    sheet = _begun(book, form, book.say("figures_title", period=book.round.period.label), columns)
    figure, context = form.field(FIGURE), book.round.row_context(None)
    places = dict(enumerate(form.indicators, start=HEADER + 1))
    refs = {item.id: columns.cells(row)[FIGURE] for row, item in places.items()}
    rows = (
        FigureRow(
            number, item, typed.figures.get(item.id), typed.figure_notes.get(item.id),
            Live(
                figure_formula(form, figure, item.id, refs, context, (book.nil_box,)),
                figure_silence() if typed.figures.get(item.id) is None and not typed.nil else UNKNOWN,
            ),
            book.options.previous_figures.get(item.id, ""),
        )
        for number, item in enumerate(form.indicators, start=1)
    )  # fmt: skip
    last = _write_rows(book, sheet, columns, rows)
    rule = validation(figure, book.round.first_day, book.round.plan.end, book.options.lang)
    sheet.data_validation(HEADER + 1, columns[FIGURE], last, columns[FIGURE], rule)
    words = CountWords(figure_silence(), (nil_words(),), "figures")
    silent = None if typed.figures or typed.nil else len(form.indicators)
    book.live_count(sheet, columns, CountRows(HEADER + 1, last, silent), columns["text"], words)
    _finish(book, sheet, columns, last)


def write_words(book: TemplateBook, form: Form) -> None:
    """``Khó khăn, kiến nghị``: one row per question."""
    columns, typed = FormColumns(question_columns(form)), book.options.typed
    sheet = _begun(book, form, book.say("words_title"), columns)
    rows = (QuestionRow(number, item, typed.words.get(item.id)) for number, item in enumerate(form.questions, start=1))
    last = _write_rows(book, sheet, columns, rows, ANSWER_HEIGHT)
    place = columns[WORDS]
    for row, item in enumerate(form.questions, start=HEADER + 1):
        if item.help:
            rule = {"validate": "any", **input_message(item.title, item.help)}
            sheet.data_validation(row, place, row, place, rule)
    _finish(book, sheet, columns, last)


def _begun(book: TemplateBook, form: Form, title: str, columns: FormColumns[C]) -> Worksheet:
    """The form's sheet with its title and header row."""
    sheet = book.new_sheet(form.sheet)
    book.heading(sheet, title, "", columns)
    columns.write_header(sheet, HEADER, book.styles["head"])
    return sheet


def _write_rows(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[FormColumn[R]], rows: Iterable[R], least: float = 0
) -> int:
    """The rows below the header, as tall as their words, ``least`` points at least; returns the last one."""
    row = HEADER
    for row, item in enumerate(rows, start=HEADER + 1):
        values = [(column, column.value(item)) for column in columns]
        sheet.set_row(row, max(least, height_of((words, c.width) for c, words in values if isinstance(words, str))))
        for place, (column, value) in enumerate(values):
            book.write_cell(sheet, row, place, column.style, value)
    return row


def _finish(book: TemplateBook, sheet: Worksheet, columns: FormColumns[C], last: int) -> None:
    sheet.freeze_panes(HEADER + 1, 0)
    columns.set_up_pages(sheet, last, repeated=columns["text"] + 1 - columns.first)
    book.protect(sheet)
