"""``Hướng dẫn``: what, by when, how, whom to ask."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Period, Role, layout
from danvan_xl.model.addresses import absolute
from danvan_xl.round.asked import asked_targets
from danvan_xl.round.report_words import window_words
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.template.template_book import OPEN_STYLES, TemplateBook
from danvan_xl.workbooks.writing.printing import set_up_pages
from danvan_xl.workbooks.writing.style import height_of


def due_words(current: Round, lang: Lang) -> str:
    """The due day in words with the weekday, or that the office has yet to name it; by report where they differ."""
    said = {report.name(lang): _due_words(current, report.period, lang) for report in current.reports}
    if len(set(said.values())) <= 1:
        return _due_words(current, current.period, lang)
    return "\n".join(text("template", "guide_due_of", lang, report=name, due=due) for name, due in said.items())


def data_words(current: Round, lang: Lang) -> str | None:
    """Over which days units count; None where no report says."""
    if current.window is None:
        return None
    words = window_words(current.window, lang)
    if all(report.window == current.window for report in current.reports):
        return text("template", "guide_window_plain", lang, window=words)
    source = next(report for report in current.reports if report.window == current.window)
    return text("template", "guide_window_like", lang, window=words, report=source.name(lang))


def _due_words(current: Round, period: Period, lang: Lang) -> str:
    if period.due is None:
        return text("template", "guide_due_open", lang, office=current.plan.unit(current.plan.office).name)
    weekday = text("template", f"weekday_{period.due.weekday()}", lang)
    words = text("template", "guide_due_day", lang, weekday=weekday, day=f"{period.due:%d/%m/%Y}")
    if period.allowed_by:
        words = text("reports", "allowed", lang, due=words.rstrip("."), by=f"{period.allowed_by}.")
    if period.reminder is None or period.reminder == period.due:
        return words
    return f"{words} {text('template', 'guide_reminder', lang, reminder=f'{period.reminder:%d/%m/%Y}')}"


class GuideEntry(Struct, frozen=True):
    """A labelled cell; ``style``: ``open`` where the unit writes into it."""

    label: str
    value: str | None
    style: str


class GuideColumn(Struct, frozen=True):
    """A column of the guide: its width, and the style and the words of its cell for an entry."""

    width: float
    style: Callable[[GuideEntry], str]
    words: Callable[[GuideEntry], str | None]


VALUE = GuideColumn(50, lambda entry: entry.style, lambda entry: entry.value)
COLUMNS = (GuideColumn(40, lambda _: "label", lambda entry: entry.label), VALUE)


def write_guide(book: TemplateBook) -> None:
    """``Hướng dẫn``, the first sheet."""
    sheet, say = book.new_sheet(layout.GUIDE_SHEET), book.say
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
    row = _across(book, sheet, 0, say("guide_title"), "title")
    row = _across(book, sheet, row, book.round.plan.issuing_body, "centre_bold") + 1
    for entry in _entries(book):
        for place, column in enumerate(COLUMNS):
            style, words = column.style(entry), column.words(entry)
            if words and style not in OPEN_STYLES:
                book.print(sheet, row, place, words, style)
            else:
                book.open_cell(sheet, row, place, style, words)
            if entry.label == layout.NIL_REPORT_LABEL and column is VALUE:
                book.nil_box = f"'{sheet.name}'!{absolute(row + 1, place + 1)}"
        if entry.value is not None:
            sheet.set_row(row, height_of([(entry.value, VALUE.width)]))
        row += 1
    book.print(sheet, row, COLUMNS.index(VALUE), say("guide_nil"), "note")
    row = _guide_list(book, sheet, row + 2, say("guide_sheets_title"), _sheets_to_fill(book))
    _guide_list(book, sheet, row + 1, say("guide_steps_title"), say("guide_steps").split("\n"))
    set_up_pages(sheet, [column.width for column in COLUMNS], landscape=False)
    book.protect(sheet)
    sheet.activate()


def _entries(book: TemplateBook) -> tuple[GuideEntry, ...]:
    """Whose report this is and for when, and the cells for a report that has nothing in it."""
    current, say, typed = book.round, book.say, book.options.typed
    office = current.plan.unit(current.plan.office)
    lang = book.options.lang
    window = data_words(current, lang)
    number = f"Số {current.plan.number}: " if current.plan.number else ""
    return (
        GuideEntry(layout.UNIT_LABEL, book.unit.name, "locked"),
        GuideEntry(layout.PERIOD_LABEL, current.period.label, "locked"),
        GuideEntry(say("guide_plan"), f"{number}{current.plan.title}", "locked"),
        GuideEntry(say("guide_report"), "\n".join(report.name(lang) for report in current.reports), "locked"),
        GuideEntry(say("guide_due"), due_words(current, lang), "locked"),
        *([GuideEntry(say("guide_window"), window, "locked")] if window else []),
        GuideEntry(say("guide_office"), f"{office.name}. {book.options.contact}".strip(), "locked"),
        GuideEntry(layout.NIL_REPORT_LABEL, "X" if typed.nil else None, "open"),
        GuideEntry(layout.NIL_REASON_LABEL, typed.nil_reason or None, "open"),
    )


def _across(book: TemplateBook, sheet: Worksheet, row: int, words: str, style: str) -> int:
    """Words over all columns; returns the next row."""
    book.print(sheet, row, 0, words, style, last=len(COLUMNS) - 1)
    return row + 1


def _guide_list(book: TemplateBook, sheet: Worksheet, row: int, title: str, items: list[str]) -> int:
    """A title with a list below; returns the next row."""
    width = sum(column.width for column in COLUMNS)
    book.print(sheet, row, 0, title, "label")
    row += 1
    for item in items:
        sheet.set_row(row, height_of([(item, width)]))
        row = _across(book, sheet, row, item, "wrapped")
    return row


def _sheets_to_fill(book: TemplateBook) -> list[str]:
    found = []
    for appendix in book.round.plan.appendices:
        roles = [line.role for line in book.lines if line.task.appendix == appendix.id]
        lead = roles.count(Role.LEAD)
        found.append(book.say("guide_sheet_lines", sheet=appendix.sheet, lead=lead, coordinate=len(roles) - lead))
    targets = len(list(asked_targets(book.round, book.unit.id)))
    if targets:
        found.append(book.say("guide_sheet_targets", sheet=layout.TARGETS, count=targets))
    for name, key in (
        (book.round.plan.statistics, "guide_sheet_figures"),
        (book.round.plan.difficulties, "guide_sheet_words"),
    ):
        figures = book.round.figures_of(book.unit.id) if name == book.round.plan.statistics else ()
        if name and (figures or name != book.round.plan.statistics):
            form = book.round.forms[name]
            found.append(book.say(key, sheet=form.sheet, count=len(figures)))
    return found
