"""``Hướng dẫn``: what, by when, how, whom to ask."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Role, layout
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.template.template_book import TemplateBook
from danvan_xl.workbooks.writing.style import height_of, page_setup


def due_words(current: Round, lang: Lang) -> str:
    """The due day in words with the weekday, or that the office will say it."""
    period = current.period
    if period.due is None:
        return text("template", "guide_due_open", lang)
    weekday = text("template", f"weekday_{period.due.weekday()}", lang)
    words = text("template", "guide_due_day", lang, weekday=weekday, day=f"{period.due:%d/%m/%Y}")
    if period.reminder is None or period.reminder == period.due:
        return words
    return f"{words} {text('template', 'guide_reminder', lang, reminder=f'{period.reminder:%d/%m/%Y}')}"


def write_guide(book: TemplateBook) -> None:
    """``Hướng dẫn``, the first sheet."""
    sheet, styles, current, say = book.new_sheet(layout.GUIDE_SHEET), book.styles, book.round, book.say
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 78)
    sheet.merge_range(0, 0, 0, 1, say("guide_title"), styles["title"])
    sheet.merge_range(1, 0, 1, 1, current.plan.issuing_body, styles["centre_bold"])
    office = current.plan.unit(current.plan.office)
    contact = f"{office.name}. {book.options.contact}".strip()
    number = f"Số {current.plan.number}: " if current.plan.number else ""
    rows = (
        (layout.UNIT_LABEL, book.unit.name, "open"),
        (layout.PERIOD_LABEL, current.period.label, "locked"),
        (say("guide_plan"), f"{number}{current.plan.title}", "locked"),
        (say("guide_due"), due_words(current, book.options.lang), "locked"),
        (say("guide_office"), contact, "locked"),
        (layout.NIL_REPORT_LABEL, "X" if book.options.typed.nil else None, "open"),
        (layout.NIL_REASON_LABEL, book.options.typed.nil_reason or None, "open"),
    )
    for position, (label, value, style) in enumerate(rows, start=3):
        sheet.write_string(position, 0, label, styles["label"])
        if value is None:
            sheet.write_blank(position, 1, None, styles[style])
        else:
            sheet.write_string(position, 1, value, styles[style])
            sheet.set_row(position, height_of([(value, 78)]))
    row = 3 + len(rows)
    sheet.write_string(row, 1, say("guide_nil"), styles["note"])
    row = _guide_list(book, sheet, row + 2, say("guide_sheets_title"), _sheets_to_fill(book))
    _guide_list(book, sheet, row + 1, say("guide_steps_title"), say("guide_steps").split("\n"))
    page_setup(sheet, landscape=False)
    book.protect(sheet)
    sheet.activate()


def _guide_list(book: TemplateBook, sheet: Worksheet, row: int, title: str, items: list[str]) -> int:
    sheet.write_string(row, 0, title, book.styles["label"])
    for position, item in enumerate(items, start=row + 1):
        sheet.merge_range(position, 0, position, 1, item, book.styles["wrapped"])
        sheet.set_row(position, height_of([(item, 118)]))
    return row + 1 + len(items)


def _sheets_to_fill(book: TemplateBook) -> list[str]:
    found = []
    for appendix in book.round.plan.appendices:
        roles = [line.role for line in book.lines if line.task.appendix == appendix.id]
        lead = roles.count(Role.LEAD)
        found.append(book.say("guide_sheet_lines", sheet=appendix.sheet, lead=lead, coordinate=len(roles) - lead))
    for name, key in (
        (book.round.plan.statistics, "guide_sheet_figures"),
        (book.round.plan.difficulties, "guide_sheet_words"),
    ):
        if name:
            form = book.round.forms[name]
            found.append(book.say(key, sheet=form.sheet, count=len(form.indicators)))
    return found
