"""What the sheets of the consolidated workbook share: the open book, references into ``Dữ liệu``, small writers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl import layout
from danvan_xl.excel.rows import Cell
from danvan_xl.excel.style import OfficialSheet, Styles, height_of, page_setup
from danvan_xl.merge import Consolidation
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.recognise import column_letters
from danvan_xl.summarize import Totals
from danvan_xl.wording import Lang, text


def local(moment: datetime | None) -> datetime | None:
    """A moment as Vietnam's wall clock, without a zone, as Excel stores it."""
    return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None) if moment and moment.tzinfo else moment


@dataclass(frozen=True, slots=True)
class Book:
    """The open workbook and everything its sheets are made from."""

    workbook: Workbook
    styles: Styles
    result: Consolidation
    totals: Totals
    lang: Lang

    def say(self, key: str, **args: object) -> str:
        """A sentence of the book's catalogue."""
        return text("book", key, self.lang, **args)

    def sheet(
        self, name: str, title: str | None, columns: Sequence[tuple[str, float]], *, head_row: int = 3
    ) -> Worksheet:
        """A sheet with a title, a header row, widths, frozen header and A4 landscape set-up."""
        sheet = self.workbook.add_worksheet(name, OfficialSheet)
        sheet.hide_gridlines(2)
        if title is not None:
            sheet.write_string(0, 0, title, self.styles["heading"])
            sheet.write_string(1, 0, self.subtitle(), self.styles["plain"])
        for position, (heading, width) in enumerate(columns):
            sheet.set_column(position, position, width)
            sheet.write_string(head_row, position, heading, self.styles["head"])
        sheet.set_row(head_row, height_of((columns), 12))
        sheet.freeze_panes(head_row + 1, 0)
        page_setup(sheet, header_row=head_row)
        return sheet

    def subtitle(self) -> str:
        """Who, which period, as of when: one line under every title."""
        job = self.result.job
        return f"{job.plan.issuing_body} · {job.period.label} · {self.result.as_of:%d/%m/%Y}"

    def data_range(self, heading: str) -> str:
        """The absolute range of a column of ``Dữ liệu``: ``'Dữ liệu'!$L$2:$L$91``."""
        column = column_letters(layout.DATA_HEADINGS.index(heading) + 1)
        return f"'{layout.DATA}'!${column}$2:${column}${max(len(self.result.rows), 1) + 1}"

    def countifs(self, criteria: Mapping[str, str]) -> str:
        """A COUNTIFS over ``Dữ liệu``; the values are Excel expressions (a quoted text or a cell)."""
        pairs = ",".join(f"{self.data_range(heading)},{value}" for heading, value in criteria.items())
        return f"COUNTIFS({pairs})"


def quoted(value: str) -> str:
    """A text as an Excel literal."""
    return '"' + value.replace('"', '""') + '"'


LEAD = {"Vai trò": quoted("Chủ trì")}


def write(sheet: Worksheet, row: int, column: int, value: Cell, styles: Styles, style: str = "box") -> None:
    """Write a value by its type: text is always text, days are days, nothing is a formatted blank."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, styles[style])
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:32767], styles[style])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, styles["box_time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["box_date"])
    else:
        sheet.write_number(row, column, value, styles[style])


def write_row(
    sheet: Worksheet, row: int, values: Iterable[Cell], styles: Styles, widths: Sequence[float] | None = None,
    style: str = "box",
) -> None:  # fmt: skip
    """Write a row of values from column A on; ``widths`` fit its height."""
    cells = list(values)
    for column, value in enumerate(cells):
        write(sheet, row, column, value, styles, style)
    if widths is not None:
        sheet.set_row(row, height_of((str(v), w) for v, w in zip(cells, widths, strict=False) if isinstance(v, str)))


class Figures:
    """Number cells of a table whose columns are added up below it: live formulas with stored results."""

    def __init__(self, book: Book, sheet: Worksheet, first_row: int) -> None:
        self._book, self._sheet, self._first = book, sheet, first_row
        self._sums: dict[int, float] = {}

    def write(self, row: int, column: int, value: float, formula: str | None = None, *, style: str = "box_number",
              summed: bool = True) -> None:  # fmt: skip
        """Write a number, or a formula with its result."""
        if formula is None:
            self._sheet.write_number(row, column, value, self._book.styles[style])
        else:
            self._sheet.write_formula(row, column, f"={formula}", self._book.styles[style], value)
        if summed:
            self._sums[column] = self._sums.get(column, 0) + value

    def total(self, row: int, label_column: int) -> None:
        """The row of sums below the data."""
        for column in range(label_column + 1):
            words = self._book.say("total") if column == label_column else ""
            self._sheet.write_string(row, column, words, self._book.styles["total_label"])
        for column, value in self._sums.items():
            letters = column_letters(column + 1)
            formula = f"=SUM({letters}{self._first + 1}:{letters}{row})"
            self._sheet.write_formula(row, column, formula, self._book.styles["box_total"], value)
