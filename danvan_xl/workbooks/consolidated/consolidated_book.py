"""What the sheets of the consolidated workbook share: the open book, references into ``Dữ liệu``, streamed tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl.merging.consolidation import Consolidation, UnitRows
from danvan_xl.merging.summary import Summary
from danvan_xl.model import layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.writing.row_xml import Formula, Looks, Rendered, RowRenderer
from danvan_xl.workbooks.writing.spool import Packer, RowSpool
from danvan_xl.workbooks.writing.style import OfficialSheet, RowHeights, Styles, height_of, page_setup

MOST_LIVE_ROWS = 20_000
"""Beyond this many rows of ``Dữ liệu`` counts stand as values: tens of thousands of COUNTIFS would stop Excel."""

LAST_ROW = 1_048_576
"""Excel's last row (1-based)."""


def local(moment: datetime | None) -> datetime | None:
    """A moment as Vietnam's wall clock, without a zone, as Excel stores it."""
    return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None) if moment and moment.tzinfo else moment


class Sink(Protocol):
    """A sheet that is filled unit by unit."""

    def unit(self, item: UnitRows) -> None:
        """Take the rows of one unit."""

    def finish(self) -> None:
        """The last unit has come: complete the sheet."""


class ConsolidatedBook(Struct, frozen=True):
    """The open workbook and everything its sheets are made from."""

    workbook: Workbook
    styles: Styles
    packer: Packer
    result: Consolidation
    summary: Summary
    lang: Lang
    names: Mapping[str, str]
    short_names: Mapping[str, str]

    @classmethod
    def of(
        cls,
        workbook: Workbook,
        styles: Styles,
        packer: Packer,
        result: Consolidation,
        summary: Summary,
        lang: Lang,
    ) -> ConsolidatedBook:
        """The book; ``names`` and ``short_names`` are of units, by id."""
        units = result.round.plan.units
        names, short = {unit.id: unit.name for unit in units}, {unit.id: unit.short for unit in units}
        return cls(workbook, styles, packer, result, summary, lang, names, short)

    def say(self, key: str, **args: object) -> str:
        """A sentence of the book's catalogue."""
        return text("book", key, self.lang, **args)

    def looks(self, *, blanks: bool = True, dates: str = "box_date", times: str = "box_time") -> Looks:
        """What a row renderer needs to know of this workbook."""
        return Looks(self.styles.index(dates), self.styles.index(times), blanks, self.workbook.str_table)

    def spool(self) -> RowSpool:
        """A spool for the rows of a sheet, or of a part of one."""
        return RowSpool(self.packer)

    def subtitle(self) -> str:
        """Who, which period, as of when: one line under every title."""
        current = self.result.round
        return f"{current.plan.issuing_body} · {current.period.label} · {self.result.as_of:%d/%m/%Y}"

    # ---- formulas over Dữ liệu -------------------------------------------------------------------------------

    @property
    def is_live(self) -> bool:
        """Whether counts are formulas."""
        return self.summary.all_rows <= MOST_LIVE_ROWS

    def data_range(self, heading: str) -> str:
        """The absolute range of a column of ``Dữ liệu``: ``'Dữ liệu'!$L$2:$L$91``."""
        column = column_letters(layout.DATA_HEADINGS.index(heading) + 1)
        last = min(max(self.summary.all_rows, 1) + 1, LAST_ROW)
        return f"'{layout.DATA}'!${column}$2:${column}${last}"

    def countifs(self, criteria: Mapping[str, str]) -> str:
        """A COUNTIFS over ``Dữ liệu``; the values are Excel expressions (a quoted text or a cell)."""
        pairs = ",".join(f"{self.data_range(heading)},{value}" for heading, value in criteria.items())
        return f"COUNTIFS({pairs})"

    def count(self, value: float, *criteria: Mapping[str, str]) -> Rendered:
        """A number that is counted in ``Dữ liệu``: the sum of COUNTIFS with their result, or the result alone."""
        if not self.is_live:
            return value
        return Formula("+".join(self.countifs(item) for item in criteria), value)


def quoted(value: str) -> str:
    """A text as an Excel literal."""
    return '"' + value.replace('"', '""') + '"'


LEAD = {"Vai trò": quoted("Chủ trì")}


class Column(Struct, frozen=True):
    """A column of a streamed table: heading, width, style; ``summed``: added up in the last row."""

    heading: str
    width: float
    style: str = "box"
    summed: bool = False


class ListSheet:
    """A sheet with a title and one table whose rows are streamed; 1-based row 4 holds the headings."""

    HEAD = 3

    def __init__(
        self, book: ConsolidatedBook, name: str, title: str, columns: Sequence[Column], note: str | None = None
    ) -> None:
        self.book, self.columns = book, list(columns)
        self.sheet: OfficialSheet = book.workbook.add_worksheet(name, OfficialSheet)
        self.sheet.hide_gridlines(2)
        self.sheet.write_string(0, 0, title, book.styles["heading"])
        self.sheet.write_string(1, 0, book.subtitle(), book.styles["plain"])
        if note:
            self.sheet.write_string(2, 0, note, book.styles["note"])
        for position, column in enumerate(columns):
            self.sheet.set_column(position, position, column.width)
            self.sheet.write_string(self.HEAD, position, column.heading, book.styles["head"])
        self.sheet.set_row(self.HEAD, height_of(((c.heading, c.width) for c in columns), 12))
        self.sheet.freeze_panes(self.HEAD + 1, 0)
        page_setup(self.sheet, header_row=self.HEAD)
        self._renderer = RowRenderer([book.styles.index(column.style) for column in columns], book.looks())
        self._totals = RowRenderer([book.styles.index("box_total")] * len(self.columns), book.looks())
        self.spool = book.spool()
        self._heights = RowHeights([column.width for column in self.columns])
        self._summed = [position for position, column in enumerate(self.columns) if column.summed]
        self._sums: dict[int, float] = {}

    @property
    def next_row(self) -> int:
        """The 1-based number of the next row."""
        return self.HEAD + 2 + self.spool.rows

    def add(self, values: Sequence[Rendered], styles: Mapping[int, str] | None = None) -> None:
        """Append a row. ``styles``: 0-based column → style, where it differs."""
        self.spool.add(self.render(self.next_row, values, styles))

    def render(self, number: int, values: Sequence[Rendered], styles: Mapping[int, str] | None = None) -> bytes:
        """A row as XML, with its sums noted."""
        for position in self._summed:
            value = values[position]
            shown = value.value if isinstance(value, Formula) else value
            if isinstance(shown, (int, float)):
                self._sums[position] = self._sums.get(position, 0) + shown
        own = {position: self.book.styles.index(style) for position, style in styles.items()} if styles else None
        return self._renderer.render(number, values, height=self._heights.of(values), styles=own)

    def finish(self, *, label: int | None = None, spools: Sequence[RowSpool] | None = None) -> None:
        """Give the rows to the sheet; ``label``: the column that says "Tổng cộng" in a last row of sums."""
        filled = sum(spool.rows for spool in spools) if spools is not None else self.spool.rows
        last = self.HEAD + filled
        if filled:
            self.sheet.autofilter(self.HEAD, 0, last, len(self.columns) - 1)
        else:
            self.sheet.write_string(self.HEAD + 1, 0, self.book.say("none"), self.book.styles["note"])
        if label is not None and filled:
            self.spool.add(
                self._totals.render(last + 2, [self._total(i, last + 1, label) for i in range(len(self.columns))])
            )
            last += 1
        self.sheet.stream(spools if spools is not None else (self.spool,), len(self.columns), last)

    def _total(self, position: int, last: int, label: int) -> Rendered:
        if position == label:
            return self.book.say("total")
        if position not in self._sums:
            return None
        letters = column_letters(position + 1)
        return Formula(f"SUM({letters}{self.HEAD + 2}:{letters}{last})", self._sums[position])


def write(sheet: Worksheet, row: int, column: int, value: Rendered, styles: Styles, style: str = "box") -> None:
    """Write one value by its type: text is always text, days are days, nothing is a formatted blank."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, styles[style])
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, f"={value.text}", styles[style], value.value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:32767], styles[style])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, styles["box_time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles["box_date"])
    else:
        sheet.write_number(row, column, value, styles[style])
