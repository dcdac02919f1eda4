"""``Số liệu`` and ``Khó khăn, kiến nghị`` of a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Field, Form, Indicator, Question, layout
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Value
from danvan_xl.round.fields import show
from danvan_xl.round.figure_fields import figure_fields
from danvan_xl.rules.check_parts import before_ref
from danvan_xl.workbooks.template.form_columns import UNKNOWN, C, FormColumn, FormColumns, Live, R, row_id
from danvan_xl.workbooks.template.livecheck import CountWords, figure_formula, figure_silence, nil_words
from danvan_xl.workbooks.template.template_book import HEADER, LINE, CountRows, TemplateBook, input_message, validation
from danvan_xl.workbooks.writing.style import answer_style, height_of, lines_in

ANSWER_HEIGHT = 96
"""Of a question: room for a few sentences."""


BOLD = 0.9
"""Letters of a heading to a character of a column's width."""


class FigureRow(Struct, frozen=True):
    """A row of ``Số liệu``."""

    number: int
    item: Indicator
    figure: Value
    note: Value
    live: Live
    previous: Value
    reported: str = ""


class HeadingRow(Struct, frozen=True):
    """A row that heads a group of indicators."""

    title: str


class QuestionRow(Struct, frozen=True):
    """A row of ``Khó khăn, kiến nghị``."""

    number: int
    item: Question
    words: Value


REPORTED = FormColumn[FigureRow](layout.F_REPORTED, layout.REPORTED, 25, "locked_grey", lambda row: row.reported)


def figure_columns(form: Form, before: str, *, reported: bool = False) -> tuple[FormColumn[FigureRow], ...]:
    """The columns of ``Số liệu``. ``before``: the period whose figures stand beside those of this one.

    ``reported``: whether shorter reports brought figures already; then they stand beside what is to be filled in.
    """
    figure, note = form.field(FIGURE), form.field(NOTE)
    title, notes = (40, 20) if reported else (44, note.width)
    previous = f"{layout.PREVIOUS} ({before})" if before else layout.PREVIOUS
    return (
        row_id(lambda row: row.item.id),
        FormColumn("stt", "STT", 5, "locked_centre", lambda row: str(row.number)),
        FormColumn("text", layout.INDICATOR, title, "locked", lambda row: row.item.title, style_of=_title_style),
        FormColumn("unit", layout.INDICATOR_UNIT, 12, "locked_centre", lambda row: row.item.unit),
        FormColumn(
            FIGURE, figure.title, figure.width, "open_number", lambda row: row.figure, figure,
            style_of=lambda row: "open_number" if row.item.is_whole else "open_decimal",
        ),
        *((REPORTED,) if reported else ()),
        FormColumn(
            layout.F_PREVIOUS, previous, 14, "previous_figure", lambda row: row.previous,
            style_of=lambda row: "previous_figure" if row.item.is_whole else "previous_decimal",
        ),
        FormColumn(NOTE, note.title, notes, answer_style(note), lambda row: row.note, note),
        FormColumn(layout.F_CHECK, layout.LIVE_CHECK, 24, "locked", lambda row: row.live, printed=False),
    )  # fmt: skip


def _title_style(row: FigureRow) -> str:
    return "locked_part" if row.item.part_of else "locked"


def question_columns(form: Form) -> tuple[FormColumn[QuestionRow], ...]:
    """The columns of ``Khó khăn, kiến nghị``."""
    words = form.field(WORDS)
    return (
        row_id(lambda row: row.item.id),
        FormColumn("stt", "STT", 6, "locked_centre", lambda row: str(row.number)),
        FormColumn("text", layout.QUESTION, 34, "locked", lambda row: row.item.title),
        FormColumn(WORDS, words.title, words.width, answer_style(words), lambda row: row.words, words),
    )


def shown_before(form: Form, figures: Mapping[str, str]) -> dict[str, str]:
    """Indicator → what stands beside it of the last report; ``figures``: that report's, as shown.

    Beside a stock at the start of the period stands the one at the end of the last.
    """
    shown = dict(figures)
    for check in form.checks:
        if check.kind == "stock_continues":
            shown[check.fields[0]] = figures.get(check.fields[1], "")
    return {item: words for item, words in shown.items() if words}


_NUMBER = re.compile(r"-?\d{1,15}(?:,\d+)?")


def as_number(words: str) -> Value:
    """A figure of last time as the number that it is, so that a formula can compare it; other words as they are."""
    if not _NUMBER.fullmatch(words):
        return words
    number = float(words.replace(",", ".")) if "," in words else int(words)
    return number if show(number) == words else words


def write_figures(book: TemplateBook, form: Form) -> None:
    """``Số liệu``: one row per indicator that the unit is asked for, with its live check; groups have headings."""
    columns = FormColumns(figure_columns(form, book.options.previous_label, reported=bool(book.reported)))
    typed = book.options.typed
    sheet = _begun(book, form, book.say("figures_title", period=book.round.period.label), columns)
    items = book.round.figures_of(book.unit.id)
    before, fields = shown_before(form, book.options.previous_figures), figure_fields(form)
    places = _places(items)
    refs = {item.id: columns.cells(row)[FIGURE] for item, row in places}
    refs |= {
        before_ref(item.id): columns.cells(row)[layout.F_PREVIOUS]
        for item, row in places
        if isinstance(as_number(before.get(item.id, "")), (int, float))
    }
    added = frozenset(name for name, what in book.reported.items() if what.value is not None)
    group = ""
    for number, (item, row) in enumerate(places, start=1):
        if item.group and item.group != group:
            _write_heading(book, sheet, columns, row - 1, item.group)
        group = item.group
        figure = typed.figures.get(item.id)
        reported, may_be_empty = book.reported.get(item.id), _may_be_empty(book, item)
        context = book.round.row_context(None)
        formula = figure_formula(
            form, fields[item.id], item.id, refs, context, (book.nil_box,), added=added, may_be_empty=may_be_empty
        )
        live = Live(formula, figure_silence() if figure is None and not typed.nil and not may_be_empty else UNKNOWN)
        before_now = as_number(before.get(item.id, ""))
        _write_row(
            book,
            sheet,
            columns,
            row,
            FigureRow(
                number,
                item,
                figure,
                typed.figure_notes.get(item.id),
                live,
                before_now,
                reported.words(book.options.lang) if reported is not None else "",
            ),
        )
    last = places[-1][1]
    for first, end, column in _runs(places, fields):
        rule = validation(column, book.round.first_day, book.round.plan.end, book.options.lang)
        sheet.data_validation(first, columns[FIGURE], end, columns[FIGURE], rule)
    words = CountWords(figure_silence(), (nil_words(),), "figures")
    wanted = [row for item, row in places if not _may_be_empty(book, item)]
    silent = None if typed.figures or typed.nil or not wanted else len(wanted)
    first = wanted[0] if wanted else places[0][1]
    book.live_count(sheet, columns, CountRows(first, last, silent), columns["text"], words)
    _finish(book, sheet, columns, last)


def _may_be_empty(book: TemplateBook, item: Indicator) -> bool:
    """Whether shorter reports brought all of an indicator: then nothing is left to be given."""
    reported = book.reported.get(item.id)
    return reported is not None and reported.is_whole


def _places(items: Sequence[Indicator]) -> list[tuple[Indicator, int]]:
    """Each indicator with its row (0-based); a row before the first of each group is left for its heading."""
    found: list[tuple[Indicator, int]] = []
    row, group = HEADER, ""
    for item in items:
        row += 2 if item.group and item.group != group else 1
        group = item.group
        found.append((item, row))
    return found


def _runs(places: Sequence[tuple[Indicator, int]], fields: Mapping[str, Field]) -> Iterator[tuple[int, int, Field]]:
    """The first and the last row of adjacent indicators that take the same values, with their column."""
    for item, run in groupby(places, lambda place: fields[place[0].id]):
        rows = [row for _, row in run]
        yield rows[0], rows[-1], item


def _write_heading(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[FormColumn[FigureRow]], row: int, title: str
) -> None:
    """The row that heads a group; nothing is typed in it."""
    words = {layout.F_ID: f"{layout.GROUP_MARK}{title}", "text": title}
    for place, column in enumerate(columns):
        book.write_cell(sheet, row, place, "group", words.get(column.name, ""))


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
    sheet.set_row(HEADER, LINE * max(2, *(lines_in(column.title, int(column.width * BOLD)) for column in columns)))
    return sheet


def _write_rows(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[FormColumn[R]], rows: Iterable[R], least: float = 0
) -> int:
    """The rows below the header, as tall as their words, ``least`` points at least; returns the last one."""
    row = HEADER
    for row, item in enumerate(rows, start=HEADER + 1):
        _write_row(book, sheet, columns, row, item, least)
    return row


def _write_row(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[FormColumn[R]], row: int, item: R, least: float = 0
) -> None:
    values = [(column, column.value(item)) for column in columns]
    sheet.set_row(row, max(least, height_of((words, c.width) for c, words in values if isinstance(words, str))))
    for place, (column, value) in enumerate(values):
        book.write_cell(sheet, row, place, column.style_of(item) if column.style_of else column.style, value)


def _finish(book: TemplateBook, sheet: Worksheet, columns: FormColumns[C], last: int) -> None:
    sheet.freeze_panes(HEADER + 1, 0)
    columns.set_up_pages(sheet, last, repeated=columns["text"] + 1 - columns.first)
    book.protect(sheet)
