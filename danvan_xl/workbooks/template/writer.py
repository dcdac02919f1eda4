"""Templates: one workbook per unit and period, written from the rules alone."""

from __future__ import annotations

from pathlib import Path

from danvan_xl.model import Unit, layout
from danvan_xl.round.asked import asked_of
from danvan_xl.round.printed import figure_key, mark_of, record_rows
from danvan_xl.round.round import Round
from danvan_xl.workbooks.template.appendix_sheet import AppendixSheet
from danvan_xl.workbooks.template.extra_sheets import shown_before, write_figures, write_words
from danvan_xl.workbooks.template.guide import write_guide
from danvan_xl.workbooks.template.target_sheet import write_targets
from danvan_xl.workbooks.template.template_book import TemplateBook, TemplateOptions
from danvan_xl.workbooks.writing.style import close_workbook, open_workbook

__all__ = ["TemplateOptions", "template_name", "write_template"]


def write_template(target: Path, current: Round, unit: Unit, options: TemplateOptions | None = None) -> None:
    """Write the template of ``unit`` for the round's period to ``target`` (replaced if it is there).

    It is the same on whatever day it is written.
    """
    current, options = current.as_planned(), options or TemplateOptions()
    title = f"{unit.name} - {current.period.label}"
    workbook, styles = open_workbook(str(target), current.plan, title)
    book = TemplateBook(workbook, styles, current, unit, options)
    write_guide(book)
    for appendix in current.plan.appendices:
        AppendixSheet(book, appendix).write()
    write_targets(book)
    if current.plan.statistics and current.figures_of(unit.id):
        write_figures(book, current.forms[current.plan.statistics])
    if current.plan.difficulties:
        write_words(book, current.forms[current.plan.difficulties])
    _write_identity(book)
    close_workbook(workbook)


def _write_identity(book: TemplateBook) -> None:
    """The hidden sheet that says whose answers these are, for which plan and period: one name and its value per row.

    The record of what was printed follows (see ``PrintedRecord``).
    """
    plan = book.round.plan
    sheet = book.workbook.add_worksheet(layout.IDENTITY_SHEET)
    lines = {line.id for line in book.lines}
    pairs = (
        ("format", layout.FORMAT),
        ("plan", plan.id),
        ("plan_version", str(plan.version)),
        ("unit", book.unit.id),
        ("period", book.round.period.id),
        *asked_of(book.round, book.unit.id),
        *([("carried_from", book.options.carried_from)] if book.options.carried_from else []),
    )
    said = {line: mark_of(words) for line, words in book.options.previous.items() if words and line in lines}
    if plan.statistics:
        figures = shown_before(book.round.forms[plan.statistics], book.options.previous_figures)
        said |= {figure_key(item): mark_of(words) for item, words in figures.items()}
    for row, cells in enumerate((*pairs, *record_rows(book.printed, said, book.reported))):
        for place, words in enumerate(cells):
            sheet.write_string(row, place, words)
    sheet.very_hidden()


def template_name(current: Round, unit: Unit) -> str:
    """The ASCII file name of a template: ``gia-loc_2026-H1_VHXH.xlsx``."""
    return f"{current.plan.id}_{current.period.id}_{unit.id}.xlsx"
