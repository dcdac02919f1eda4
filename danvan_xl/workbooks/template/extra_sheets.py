"""``Số liệu`` and ``Khó khăn, kiến nghị`` of a template."""

from __future__ import annotations

from danvan_xl.model import Form, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.round.checkers import row_context
from danvan_xl.wording import finding_text
from danvan_xl.workbooks.template.livecheck import figure_formula
from danvan_xl.workbooks.template.template_book import TemplateBook, validation
from danvan_xl.workbooks.writing.style import page_setup


def write_figures(book: TemplateBook, form: Form) -> None:
    """``Số liệu``: one row an indicator, with its live check."""
    sheet, styles = book.new_sheet(form.sheet), book.styles
    book.heading(sheet, ((book.say("figures_title"), "title"), (form.title, "citation")), 5)
    sheet.write_string(2, 1, book.status_line(), styles["label"])
    figure, note = form.fields[0], form.fields[1]
    heads = (
        (layout.LINE_ID, 16), ("STT", 6), (layout.INDICATOR, 52), (layout.INDICATOR_UNIT, 14),
        (figure.title, figure.width), (note.title, note.width), (layout.LIVE_CHECK, 34),
    )  # fmt: skip
    for position, (title, width) in enumerate(heads):
        sheet.write_string(4, position, title, styles["head"])
        sheet.set_column(position, position, width, None, {"hidden": position == 0})
    context = row_context(book.round.plan, book.round.period, None, None)
    refs = {item.id: cell_name(6 + i, 5) for i, item in enumerate(form.indicators)}
    for row, item in enumerate(form.indicators, start=5):
        for position, value in enumerate((item.id, str(row - 4), item.title, item.unit)):
            sheet.write_string(row, position, value, styles["locked_centre" if position in (1, 3) else "locked"])
        book.open_cell(sheet, row, 4, "open_number", book.options.typed.figures.get(item.id))
        book.open_cell(sheet, row, 5, "open", book.options.typed.figure_notes.get(item.id))
        formula = figure_formula(form, figure, item.id, refs, context)
        sheet.write_formula(row, 6, formula, styles["locked"], finding_text("V022", "live", "vi", {}))
    last = 4 + len(form.indicators)
    rule = validation(figure, book.round.plan.start, book.round.plan.end, book.options.lang)
    sheet.data_validation(5, 4, last, 4, rule)
    sheet.freeze_panes(5, 0)
    sheet.print_area(0, 1, last, 5)
    page_setup(sheet, header_row=4)
    book.protect(sheet)


def write_words(book: TemplateBook, form: Form) -> None:
    """``Khó khăn, kiến nghị``: one row a question."""
    sheet, styles = book.new_sheet(form.sheet), book.styles
    book.heading(sheet, ((book.say("words_title"), "title"), (form.title, "citation")), 3)
    sheet.write_string(2, 1, book.status_line(), styles["label"])
    answer = form.fields[0]
    for position, (title, width) in enumerate(
        ((layout.LINE_ID, 16), ("STT", 6), (layout.QUESTION, 34), (answer.title, answer.width))
    ):
        sheet.write_string(4, position, title, styles["head"])
        sheet.set_column(position, position, width, None, {"hidden": position == 0})
    for row, item in enumerate(form.questions, start=5):
        for position, value in enumerate((item.id, str(row - 4), item.title)):
            sheet.write_string(row, position, value, styles["locked_centre" if position == 1 else "locked"])
        book.open_cell(sheet, row, 3, "open", book.options.typed.words.get(item.id))
        sheet.set_row(row, 96)
        if item.help:
            sheet.data_validation(
                row,
                3,
                row,
                3,
                {"validate": "any", "input_title": item.title[:32], "input_message": item.help[:255]},
            )
    sheet.freeze_panes(5, 0)
    page_setup(sheet, header_row=4)
    book.protect(sheet)
