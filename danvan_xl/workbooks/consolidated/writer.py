"""The consolidated workbook: the sheets in their order, written to a path that the caller replaces atomically."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.model import layout
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated.appendix_sheets import appendices
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.count_sheets import account, by_task, by_unit
from danvan_xl.workbooks.consolidated.data_sheet import data
from danvan_xl.workbooks.consolidated.delivery_sheet import delivery
from danvan_xl.workbooks.consolidated.figures_sheet import figures
from danvan_xl.workbooks.consolidated.findings_sheet import findings
from danvan_xl.workbooks.consolidated.overdue_sheet import overdue
from danvan_xl.workbooks.consolidated.overview import overview
from danvan_xl.workbooks.consolidated.words_sheet import words
from danvan_xl.workbooks.writing.spool import Packer
from danvan_xl.workbooks.writing.style import close_workbook, open_workbook


def _write_identity(book: ConsolidatedBook) -> Sink | None:
    plan, period = book.result.round.plan, book.result.round.period
    sheet = book.workbook.add_worksheet(layout.IDENTITY_SHEET)
    pairs = (
        ("format", layout.MERGED_FORMAT),
        ("plan", plan.id),
        ("plan_version", str(plan.version)),
        ("period", period.id),
        ("as_of", book.result.as_of.isoformat()),
        ("rules", book.result.round.digest),
    )
    for row, pair in enumerate(pairs):
        for position, value in enumerate(pair):
            sheet.write_string(row, position, value)
    sheet.very_hidden()
    return None


SHEETS: tuple[Callable[[ConsolidatedBook], Sink | None], ...] = (
    overview,
    delivery,
    by_unit,
    by_task,
    appendices,
    figures,
    words,
    overdue,
    account,
    findings,
    data,
    _write_identity,
)
"""The sheets in the order of the workbook.

A new summary sheet is one function and one line here: it writes its sheet, or opens it and returns what takes the rows
unit by unit.
"""


def write_consolidated(target: Path, result: Consolidation, lang: Lang = "vi", summary: Summary | None = None) -> None:
    """Write the workbook. The same consolidation gives the same bytes.

    All sheets are filled in one walk over the units, so that no more than one unit's answers are in memory.
    """
    plan = result.round.plan
    workbook, styles = open_workbook(str(target), plan, f"{plan.issuing_body} - {result.round.period.label}")
    with closing(Packer()) as packer:
        book = ConsolidatedBook.of(workbook, styles, packer, result, summary or summarise(result), lang)
        sinks = [sink for make_sheet in SHEETS if (sink := make_sheet(book)) is not None]
        for item in result.by_unit():
            for sink in sinks:
                sink.unit(item)
        for sink in sinks:
            sink.finish()
        packer.wait()
        close_workbook(workbook)
