"""The consolidated workbook: the sheets in their order, written to a path that the caller replaces atomically."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.model import layout
from danvan_xl.model.unforeseen import Fault, fault_of
from danvan_xl.round.report_words import title_of
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.consolidated.appendix_sheets import appendices
from danvan_xl.workbooks.consolidated.compared_with import compared_with
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.count_sheets import account, by_task, by_unit
from danvan_xl.workbooks.consolidated.data_sheet import data
from danvan_xl.workbooks.consolidated.delivery_sheet import delivery
from danvan_xl.workbooks.consolidated.figure_data_sheet import figure_data
from danvan_xl.workbooks.consolidated.figures_sheet import figures
from danvan_xl.workbooks.consolidated.findings_sheet import findings
from danvan_xl.workbooks.consolidated.formers import Formers
from danvan_xl.workbooks.consolidated.overdue_sheet import overdue
from danvan_xl.workbooks.consolidated.overview import overview
from danvan_xl.workbooks.consolidated.sources import source_rows, sources_of
from danvan_xl.workbooks.consolidated.targets_sheet import targets
from danvan_xl.workbooks.consolidated.words_sheet import words
from danvan_xl.workbooks.writing.printing import set_up_pages
from danvan_xl.workbooks.writing.spool import Packer
from danvan_xl.workbooks.writing.style import OfficialSheet, close_workbook, open_workbook


def _write_identity(book: ConsolidatedBook) -> Sink | None:
    plan, period = book.result.round.plan, book.result.round.period
    sheet = book.workbook.add_worksheet(layout.IDENTITY_SHEET)
    pairs = (
        ("format", layout.MERGED_FORMAT),
        ("plan", plan.id),
        ("plan_version", str(plan.version)),
        ("period", period.id),
        ("as_of", book.result.as_of.isoformat()),
        ("report", " ".join(report.id for report in book.result.round.made_for)),
        ("title", title_of(book.result.round.made_for)),
        *_window_pairs(book.result.round),
        ("rules", book.result.round.digest),
    )
    for row, cells in enumerate((*pairs, *source_rows(sources_of(book.result)))):
        for position, value in enumerate(cells):
            sheet.write_string(row, position, value)
    sheet.very_hidden()
    return None


def _window_pairs(current: Round) -> Iterator[tuple[str, str]]:
    """Over which days units counted, where the plan says."""
    if current.window is not None:
        for name, day in zip(("window_from", "window_to"), current.window, strict=True):
            yield name, day.isoformat()


SHEETS: tuple[Callable[[ConsolidatedBook], Sink | None], ...] = (
    overview,
    delivery,
    by_unit,
    by_task,
    appendices,
    targets,
    figures,
    words,
    compared_with,
    overdue,
    account,
    findings,
    data,
    figure_data,
    _write_identity,
)
"""The sheets in the order of the workbook.

A new summary sheet is one function and one line here: it writes its sheet, or opens it and returns what takes the rows
unit by unit.
"""


NEEDED: tuple[Callable[[ConsolidatedBook], Sink | None], ...] = (data, figure_data, _write_identity)
"""Without these the workbook is none: what goes wrong in them is raised."""

LeftOut = dict[int, tuple[tuple[str, ...], Fault]]
"""Place in ``SHEETS`` → the sheets' names, and the fault for which they could not be made."""


class _SheetError(Exception):
    """A function of ``SHEETS`` failed at making its sheets."""

    def __init__(self, place: int, names: tuple[str, ...]) -> None:
        super().__init__(place)
        self.place, self.names = place, names


def write_consolidated(
    target: Path,
    result: Consolidation,
    lang: Lang = "vi",
    summary: Summary | None = None,
    formers: Formers | None = None,
) -> tuple[tuple[tuple[str, ...], Fault], ...]:
    """Write the workbook. The same consolidation gives the same bytes. ``formers``: what it is compared with.

    All sheets are filled in one walk over the units, so that no more than one unit's answers are in memory.

    A summary sheet that meets a fault of the program is left out: the workbook is begun again with a sheet in its
    place that says so. Comes back: the names of such sheets and their faults.
    """
    left_out: LeftOut = {}
    summary = summary or summarise(result)
    while True:
        try:
            _write(target, result, lang, summary, left_out, formers)
        except _SheetError as error:
            cause = error.__cause__
            assert cause is not None
            if SHEETS[error.place] in NEEDED or error.place in left_out:
                raise cause from None
            left_out[error.place] = (error.names, fault_of(cause))
        else:
            return tuple(left_out.values())


def _write(
    target: Path, result: Consolidation, lang: Lang, summary: Summary, left_out: LeftOut, formers: Formers | None
) -> None:
    plan = result.round.plan
    workbook, styles = open_workbook(str(target), plan, f"{plan.issuing_body} - {result.round.period.label}")
    with closing(Packer()) as packer:
        book = ConsolidatedBook.of(workbook, styles, packer, result, summary, lang, formers)
        sinks: list[tuple[int, Sink]] = []
        firsts: list[int] = []
        at = NOT_IN_A_SHEET
        try:
            for at, make_sheet in enumerate(SHEETS):
                firsts.append(len(workbook.worksheets()))
                if at in left_out:
                    _say_left_out(book, *left_out[at])
                elif (sink := make_sheet(book)) is not None:
                    sinks.append((at, sink))
            at = NOT_IN_A_SHEET
            for item in result.by_unit():
                for place, sink in sinks:
                    at = place
                    sink.unit(item)
                at = NOT_IN_A_SHEET
            for place, sink in sinks:
                at = place
                sink.finish()
        except (OSError, MemoryError):  # of the machine, not of a sheet
            raise
        except Exception as error:
            if at == NOT_IN_A_SHEET:
                raise
            last = firsts[at + 1] if at + 1 < len(firsts) else None
            raise _SheetError(at, tuple(sheet.name for sheet in workbook.worksheets()[firsts[at] : last])) from error
        packer.wait()
        close_workbook(workbook)


NOT_IN_A_SHEET = -1


LEFT_OUT_WIDTH = 100


def _say_left_out(book: ConsolidatedBook, names: tuple[str, ...], fault: Fault) -> None:
    """Sheets that say that they could not be made, in place of those of a function that failed."""
    words = text("troubles", "sheet_note", book.lang, kind=fault.kind, data=layout.DATA)
    for name in names:
        sheet = book.workbook.add_worksheet(name, OfficialSheet)
        sheet.set_column(0, 0, LEFT_OUT_WIDTH)
        set_up_pages(sheet, [LEFT_OUT_WIDTH])
        sheet.write_string(0, 0, words, book.styles["wrapped"])
