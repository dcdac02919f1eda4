"""The consolidated workbook: the sheets in their order, written to a path that the caller replaces atomically."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from danvan_xl import layout
from danvan_xl.excel.book.base import Book
from danvan_xl.excel.book.details import write_appendix, write_data, write_figures, write_words
from danvan_xl.excel.book.overview import write_overview
from danvan_xl.excel.book.tables import (
    write_account,
    write_by_task,
    write_by_unit,
    write_delivery,
    write_findings,
    write_overdue,
)
from danvan_xl.excel.style import open_workbook
from danvan_xl.merge import Consolidation
from danvan_xl.summarize import totals
from danvan_xl.wording import Lang


def _write_appendices(book: Book) -> None:
    for appendix in book.result.job.plan.appendices:
        write_appendix(book, appendix)


def _write_identity(book: Book) -> None:
    plan, period = book.result.job.plan, book.result.job.period
    sheet = book.workbook.add_worksheet(layout.IDENTITY_SHEET)
    pairs: Iterator[tuple[str, str]] = iter(
        (
            ("format", layout.MERGED_FORMAT),
            ("plan", plan.id),
            ("plan_version", str(plan.version)),
            ("period", period.id),
            ("as_of", book.result.as_of.isoformat()),
            ("rules", book.result.job.digest),
        )
    )
    for row, (name, value) in enumerate(pairs):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


SHEETS: tuple[Callable[[Book], None], ...] = (
    write_overview,
    write_delivery,
    write_by_unit,
    write_by_task,
    _write_appendices,
    write_figures,
    write_words,
    write_overdue,
    write_account,
    write_findings,
    write_data,
    _write_identity,
)
"""The sheets in the order of the workbook (DESIGN 5). A new summary sheet is one function and one line here."""


def write_consolidated(target: Path, result: Consolidation, lang: Lang = "vi") -> None:
    """Write the workbook. The same consolidation gives the same bytes."""
    plan = result.job.plan
    workbook, styles = open_workbook(str(target), plan, f"{plan.issuing_body} - {result.job.period.label}")
    book = Book(workbook, styles, result, totals(result), lang)
    for write_sheet in SHEETS:
        write_sheet(book)
    workbook.close()
