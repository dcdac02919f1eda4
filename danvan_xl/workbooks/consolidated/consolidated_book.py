"""What the sheets of the consolidated workbook share: the open workbook, and counts in ``Dữ liệu`` as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl.merging.consolidation import Consolidation, UnitRows
from danvan_xl.merging.summary import Summary
from danvan_xl.model import Indicator, Role, layout
from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.consolidated.data_columns import data_letters
from danvan_xl.workbooks.consolidated.figure_columns import figure_letters
from danvan_xl.workbooks.consolidated.formers import Formers
from danvan_xl.workbooks.writing.row_xml import CellValue, Formula, Looks, Rendered
from danvan_xl.workbooks.writing.spool import Packer, RowSpool
from danvan_xl.workbooks.writing.style import Styles

MOST_LIVE_ROWS = 20_000
"""Beyond this many rows of ``Dữ liệu`` counts are written as values: tens of thousands of COUNTIFS would stop Excel.

So are the sums over ``Dữ liệu số`` beyond this many rows of that.
"""


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
    formers: Formers = Formers()

    @classmethod
    def of(
        cls,
        workbook: Workbook,
        styles: Styles,
        packer: Packer,
        result: Consolidation,
        summary: Summary,
        lang: Lang,
        formers: Formers | None = None,
    ) -> ConsolidatedBook:
        """The book; ``names`` and ``short_names`` are of units, by id; ``formers``: what it is compared with."""
        units = result.round.plan.units
        nobody = dict.fromkeys(result.round.unassigned_by_body, text("book", "nobody_yet", lang))
        names = nobody | {unit.id: unit.name for unit in units}
        short = nobody | {unit.id: unit.short for unit in units}
        return cls(workbook, styles, packer, result, summary, lang, names, short, formers or Formers())

    @property
    def earlier_targets(self) -> Mapping[str, CellValue]:
        """Target → what the report before (of a first one, that of last year) says was reached; empty without one."""
        side = next((former.side for former in self.formers.books if former.side is not None), None)
        return {} if side is None else {name: state.value for name, state in side.targets.items()}

    def say(self, key: str, **args: object) -> str:
        """A sentence of the book's catalogue."""
        return text("book", key, self.lang, **args)

    def looks(self, *, blanks: bool = True, dates: str = "box_date", times: str = "box_time") -> Looks:
        """What a row renderer needs to know about this workbook."""
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
        letters = data_letters(heading)
        last = min(max(self.summary.all_rows, 1) + 1, LAST_ROW)
        return f"'{layout.DATA}'!${letters}$2:${letters}${last}"

    def countifs(self, criteria: Mapping[str, str]) -> str:
        """A COUNTIFS over ``Dữ liệu``; the values are Excel expressions (a quoted text or a cell)."""
        pairs = ",".join(f"{self.data_range(heading)},{value}" for heading, value in criteria.items())
        return f"COUNTIFS({pairs})"

    def sum_of_figures(self, indicator: Indicator, value: float) -> Rendered:
        """The sum of an indicator's figures in ``Dữ liệu số``: a SUMIFS with its result, or the result alone.

        Figures that are text are added up by neither.
        """
        if not self.has_live_figures:
            return value
        of = {layout.INDICATOR_ID: quoted(indicator.id)}
        return Formula(self.figure_sumifs(layout.FIGURE, of), value)

    @property
    def has_live_figures(self) -> bool:
        """Whether sums over ``Dữ liệu số`` are formulas."""
        return self.summary.figure_rows <= MOST_LIVE_ROWS

    def figure_range(self, heading: str) -> str:
        """The absolute range of a column of ``Dữ liệu số``."""
        letters, last = figure_letters(heading), max(self.summary.figure_rows, 1) + 1
        return f"'{layout.FIGURE_DATA}'!${letters}$2:${letters}${last}"

    def figure_countifs(self, criteria: Mapping[str, str]) -> str:
        """A COUNTIFS over ``Dữ liệu số``; the values are Excel expressions."""
        return f"COUNTIFS({self._figure_pairs(criteria)})"

    def figure_sumifs(self, heading: str, criteria: Mapping[str, str]) -> str:
        """A SUMIFS over a column of ``Dữ liệu số``; the values of the criteria are Excel expressions."""
        return f"SUMIFS({self.figure_range(heading)},{self._figure_pairs(criteria)})"

    def _figure_pairs(self, criteria: Mapping[str, str]) -> str:
        return ",".join(f"{self.figure_range(heading)},{value}" for heading, value in criteria.items())

    def count(self, value: float, *criteria: Mapping[str, str]) -> Rendered:
        """A number that is counted in ``Dữ liệu``: the sum of COUNTIFS with their result, or the result alone."""
        if not self.is_live:
            return value
        return Formula("+".join(self.countifs(item) for item in criteria), value)


def quoted(value: str) -> str:
    """A text as an Excel literal."""
    return '"' + value.replace('"', '""') + '"'


def shortened(words: str, most: int) -> str:
    """A text of more than ``most`` characters, cut after a whole word; it says that it is."""
    return words if len(words) <= most else f"{words[: most - 2].rpartition(' ')[0].rstrip(' ,;:')} …"


LEAD = {layout.ROLE: quoted(Role.LEAD.value)}


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
