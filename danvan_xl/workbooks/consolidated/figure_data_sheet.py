"""``Dữ liệu số``: a row for every indicator that a unit whose file counts was asked, with the cell it was read from.

What a unit gives without being asked has a row as text, which nothing adds up. A unit whose report does not count has
no rows. An empty figure has a row without a value, and ``Trả lời`` says whether
the cell was left empty or the whole report was called nil; 0 is a value.
"""

from __future__ import annotations

from collections.abc import Hashable

from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.model import layout
from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.workbooks.consolidated import figure_columns
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.figure_columns import INDICATOR, OF_UNIT, ROUND, SOURCES, FigureFacts, FigureLine
from danvan_xl.workbooks.writing.printing import set_up_pages
from danvan_xl.workbooks.writing.row_pieces import FRESH, PieceRows, Pieces
from danvan_xl.workbooks.writing.row_xml import RowRenderer
from danvan_xl.workbooks.writing.style import OfficialSheet


class _FigureData:
    """The table, unit by unit in the plan's order; ``Dữ liệu số (2)`` goes on where a sheet is full."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.facts = book, FigureFacts.of(book.result)
        self.columns = figure_columns.FIGURE_COLUMNS
        self._rows, self._decimals = self._shape(0), self._shape(book.styles.index("data_decimal"))
        self._values = {
            source: [column.value for column in self.columns if column.source == source] for source in (*SOURCES, FRESH)
        }
        self._usual: dict[str, tuple[Pieces, Pieces]] = {}
        """Indicator → what it and the round give to each of its rows."""
        self.most = LAST_ROW - 1
        wanted = max(1, -(-book.summary.figure_rows // self.most))
        self.sheets = [self._open(number) for number in range(wanted)]
        self._spools = [book.spool() for _ in self.sheets]
        self._count = 0

    def _shape(self, look: int) -> PieceRows:
        """The rows of figures with this look; what recurs in them can be kept in any."""
        looks = [look if column.heading == layout.FIGURE else 0 for column in self.columns]
        renderer = RowRenderer(looks, self.book.looks(blanks=False, dates="data_date", times="data_time"))
        return PieceRows(renderer, [column.source for column in self.columns], SOURCES)

    def _open(self, number: int) -> OfficialSheet:
        name = layout.sheet_of(layout.FIGURE_DATA, number)
        sheet: OfficialSheet = self.book.workbook.add_worksheet(name, OfficialSheet)
        for position, column in enumerate(self.columns):
            sheet.set_column(position, position, column.width)
        sheet.freeze_panes(1, 1)
        set_up_pages(sheet, [column.width for column in self.columns], repeated=1, header_row=0)
        sheet.say_on_pages(self.book.say("for_screen"))
        return sheet

    def unit(self, item: UnitRows) -> None:
        file = item.file
        if file is None or not item.counts:
            return
        kept: dict[Hashable, Pieces] = {}
        fresh, get, cells = self._values[FRESH], file.figures.get, file.figure_cells.get
        current = self.book.result.round
        for indicator in current.figures_shown(item.unit, file.figures):
            name = indicator.id
            sources = file.figure_sources.get(name)
            places: tuple[tuple[str, str], ...]
            if sources is None:
                place = cells(name)
                sources, places = (file,), (place,) if place else ()
                key: Hashable = place[0] if place else None
            else:
                places = tuple(place for source in sources if (place := source.figure_cells.get(name)))
                key = (*(source.path for source in sources), *(sheet for sheet, _ in places))
            asked = current.asks(item.unit, name)
            line = FigureLine(indicator, item.unit, get(name), file, sources, places, self.facts, asked)
            of_unit = kept.get(key)
            if of_unit is None:
                of_unit = kept[key] = self._keep(OF_UNIT, line)
            pieces = (*(self._usual.get(name) or self._of_indicator(line)), of_unit)
            number, at = divmod(self._count, self.most)
            rows = self._rows if indicator.is_whole else self._decimals
            self._spools[number].add(rows.row(at + 2, [value(line) for value in fresh], pieces))
            self._count += 1

    def _of_indicator(self, line: FigureLine) -> tuple[Pieces, Pieces]:
        found = self._usual[line.indicator.id] = (self._keep(INDICATOR, line), self._keep(ROUND, line))
        return found

    def _keep(self, source: str, line: FigureLine) -> Pieces:
        return self._rows.keep(source, [value(line) for value in self._values[source]])

    def finish(self) -> None:
        assert self._count == self.book.summary.figure_rows, "the sums cover another number of rows than were written"
        columns = [{"header": column.heading} for column in self.columns]
        for number, (sheet, spool) in enumerate(zip(self.sheets, self._spools, strict=True)):
            last = max(spool.rows, 1)
            options = {"columns": columns, "style": "Table Style Light 9", "name": f"DuLieuSo{number or ''}"}
            sheet.add_table(0, 0, 1, len(columns) - 1, options)  # stretched as in ``data_sheet``
            sheet.stretch_table(last)
            sheet.stream((spool,), len(columns), last)


def figure_data(book: ConsolidatedBook) -> Sink | None:
    """``Dữ liệu số``, where the plan has a form of figures."""
    plan = book.result.round.plan
    return _FigureData(book) if plan.statistics else None
