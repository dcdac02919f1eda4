"""``Dữ liệu số``: a row for every indicator that a unit whose file counts was asked, with the cell it was read from.

What a unit gives without being asked has a row as text, which nothing adds up. A unit whose report does not count has
no rows. An empty figure has a row without a value, and ``Trả lời`` says whether
the cell was left empty or the whole report was called nil; 0 is a value.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.merging.targets_reached import said_by
from danvan_xl.model import TargetAnswer, layout
from danvan_xl.model.addresses import LAST_ROW
from danvan_xl.model.submission import Submission
from danvan_xl.round.target_form import BESIDE
from danvan_xl.workbooks.consolidated import figure_columns
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.figure_columns import (
    INDICATOR,
    OF_UNIT,
    ROUND,
    SOURCES,
    FigureColumn,
    FigureFacts,
    FigureLine,
)
from danvan_xl.workbooks.writing.printing import set_up_pages
from danvan_xl.workbooks.writing.row_pieces import FRESH, PieceRows, Pieces
from danvan_xl.workbooks.writing.row_xml import RowRenderer
from danvan_xl.workbooks.writing.style import OfficialSheet


class _FigureData:
    """The table, unit by unit in the plan's order; ``Dữ liệu số (2)`` goes on where a sheet is full."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.facts = book, FigureFacts.of(book.result)
        self.columns = figure_columns.FIGURE_COLUMNS
        self._figures, self._decimals = _Rows(book, self.columns), _Rows(book, self.columns, "data_decimal")
        self._targets = _Rows(book, [column.of_targets() for column in self.columns], "data_decimal")
        self.most = LAST_ROW - 1
        wanted = max(1, -(-book.summary.figure_rows // self.most))
        self.sheets = [self._open(number) for number in range(wanted)]
        self._spools = [book.spool() for _ in self.sheets]
        self._count = 0

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
        get, cells = file.figures.get, file.figure_cells.get
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
            self._add(self._figures if indicator.is_whole else self._decimals, line, kept, key)
        if file.targets:
            self._of_targets(item, file)

    def _of_targets(self, item: UnitRows, file: Submission) -> None:
        """The rows of the targets that the unit's template asked for."""
        kept: dict[Hashable, Pieces] = {}
        for asked, said in said_by(self.book.result.round, item):
            name = asked.target.id
            sources = file.target_sources.get(name, (file,))
            answers = [source.targets.get(name, said) for source in sources]
            places = tuple(place for one in answers if (place := _place(one)) is not None)
            key = (*(source.path for source in sources), *(sheet for sheet, _ in places))
            value = said.values.get("value")
            line = FigureLine(asked.target, item.unit, value, file, sources, places, self.facts, said=said)
            self._add(self._targets, line, kept, key)

    def _add(self, rows: _Rows, line: FigureLine, kept: dict[Hashable, Pieces], key: Hashable) -> None:
        """Append a row; ``kept``: what the unit gives to each of its rows, by file and sheet (``key``)."""
        of_unit = kept.get(key)
        if of_unit is None:
            of_unit = kept[key] = rows.keep(OF_UNIT, line)
        number, at = divmod(self._count, self.most)
        self._spools[number].add(rows.row(at + 2, line, of_unit))
        self._count += 1

    def finish(self) -> None:
        assert self._count == self.book.summary.figure_rows, "the sums cover another number of rows than were written"
        columns = [{"header": column.heading} for column in self.columns]
        for number, (sheet, spool) in enumerate(zip(self.sheets, self._spools, strict=True)):
            last = max(spool.rows, 1)
            options = {"columns": columns, "style": "Table Style Light 9", "name": f"DuLieuSo{number or ''}"}
            sheet.add_table(0, 0, 1, len(columns) - 1, options)  # stretched as in ``data_sheet``
            sheet.stretch_table(last)
            sheet.stream((spool,), len(columns), last)


class _Rows:
    """How rows of a kind are rendered: what recurs in them is rendered once."""

    def __init__(self, book: ConsolidatedBook, columns: Sequence[FigureColumn], look: str = "") -> None:
        """``look``: the style of the figure, where it is not that of a whole number."""
        shown = book.styles.index(look) if look else 0
        looks = [shown if column.heading == layout.FIGURE else 0 for column in columns]
        renderer = RowRenderer(looks, book.looks(blanks=False, dates="data_date", times="data_time"))
        self._rows = PieceRows(renderer, [column.source for column in columns], SOURCES)
        self._values = {
            source: [column.value for column in columns if column.source == source] for source in (*SOURCES, FRESH)
        }
        self._fresh = self._values[FRESH]
        self._usual: dict[str, tuple[Pieces, Pieces]] = {}
        """Indicator or target → what it and the round give to each of its rows."""

    def row(self, number: int, line: FigureLine, of_unit: Pieces) -> bytes:
        """The row of a figure as XML."""
        name = line.indicator.id
        usual = self._usual.get(name)
        if usual is None:
            usual = self._usual[name] = (self.keep(INDICATOR, line), self.keep(ROUND, line))
        return self._rows.row(number, [value(line) for value in self._fresh], (*usual, of_unit))

    def keep(self, source: str, line: FigureLine) -> Pieces:
        """What a source gives to the rows of a line like this one."""
        return self._rows.keep(source, [value(line) for value in self._values[source]])


def _place(said: TargetAnswer) -> tuple[str, str] | None:
    """The sheet and the cells that something was said in; those of an empty row, where nothing was."""
    main = [part for part in said.cells if part not in BESIDE] or [*said.cells]
    filled = [part for part in said.cells if part in said.values and part in main] or main
    if not filled:
        return None
    return said.cells[filled[0]][0], ", ".join(said.cells[part][1] for part in filled)


def figure_data(book: ConsolidatedBook) -> Sink | None:
    """``Dữ liệu số``, where the plan has a form of figures, or asks for figures of its targets."""
    current = book.result.round
    is_asked = bool(current.plan.statistics) or any(item.target.kind.parts for item in current.targets.values())
    return _FigureData(book) if is_asked else None
