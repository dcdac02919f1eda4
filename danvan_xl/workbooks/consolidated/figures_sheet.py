"""``Số liệu``: every unit's figures, with their sums as formulas over ``Dữ liệu số``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.model import Form, Indicator, Unit, layout
from danvan_xl.model.submission import Submission, Value
from danvan_xl.round.round import Round
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column
from danvan_xl.workbooks.writing.style import RowHeights

NOTES_WIDTH = 50
MOST_UNITS_ACROSS = 20
"""With more units than this, units go in rows and figures in columns: a wider sheet can't be read."""


def _title(book: ConsolidatedBook) -> str:
    return book.say("figures_title", period=book.result.round.period.label)


def _note(book: ConsolidatedBook, form: Form) -> str:
    """What is not summed."""
    keys = ["left_out"]
    keys += ["left_out_rates"] if any(not item.is_summed for item in form.indicators) else []
    keys += ["left_out_asked"] if book.result.round.asked else []
    return " ".join(map(book.say, keys))


def _on_a_page(book: ConsolidatedBook, notes: str) -> str:
    """Notes, cut to what the tallest row holds; all of them stand in ``Dữ liệu số``."""
    more = book.say("rest_in_data", sheet=layout.FIGURE_DATA)
    return str(RowHeights([NOTES_WIDTH]).cut([notes], more)[0])


class IndicatorLine(Struct, frozen=True):
    """A row of the sheet of a commune: an indicator, each unit's figure, what units noted beside it."""

    number: int
    indicator: Indicator
    figures: Mapping[str, Value]
    notes: str


class HeadingLine(Struct, frozen=True):
    """A row that heads a group of indicators."""

    title: str


AcrossLine = IndicatorLine | HeadingLine


def _shown(current: Round, unit: str, item: Indicator, figure: Value) -> Rendered:
    """What stands in the cell of a unit and an indicator."""
    return layout.NOT_ASKED if figure is None and not current.asks(unit, item.id) else figure


def _look(item: Indicator, value: Rendered) -> str | None:
    """A figure that is not a number can't be added up, and is highlighted; a cell that nobody fills in is grey."""
    if value == layout.NOT_ASKED:
        return "box_idle"
    if isinstance(value, str):
        return "bad"
    return None if item.is_whole else "box_decimal"


def _across(
    name: str,
    heading: str,
    width: float,
    value: Callable[[IndicatorLine], Rendered],
    style: str = "box",
    look: Callable[[IndicatorLine], str | None] = lambda _: None,
    *,
    leave_out_empty: bool = False,
) -> Column[AcrossLine]:
    """A column of the sheet of a commune, which holds something in the rows of indicators alone."""
    return Column(
        name,
        heading,
        width,
        lambda line: value(line) if isinstance(line, IndicatorLine) else None,
        style,
        lambda line: look(line) if isinstance(line, IndicatorLine) else "group",
        leave_out_empty=leave_out_empty,
    )


def across_columns(book: ConsolidatedBook) -> tuple[Column[AcrossLine], ...]:
    """Indicators in rows, units in columns."""
    say, current = book.say, book.result.round

    def title(line: AcrossLine) -> Rendered:
        return line.title if isinstance(line, HeadingLine) else line.indicator.title

    def title_look(line: AcrossLine) -> str | None:
        if isinstance(line, HeadingLine):
            return "group_wrapped"
        return "box_part" if line.indicator.part_of else None

    def total(line: IndicatorLine) -> Rendered:
        item = line.indicator
        return book.sum_of_figures(item, book.summary.figures[item.id]) if item.is_summed else None

    def total_look(line: IndicatorLine) -> str | None:
        return None if line.indicator.is_whole else "box_total_decimal"

    def unit(item: Unit) -> Column[AcrossLine]:
        def figure(line: IndicatorLine) -> Rendered:
            return _shown(current, item.id, line.indicator, line.figures.get(item.id))

        def look(line: IndicatorLine) -> str | None:
            return _look(line.indicator, figure(line))

        return _across(f"unit {item.id}", item.short, 10.5, figure, "box_number", look)

    return (
        _across("stt", say("head_stt"), 5, lambda line: line.number, "box_centre"),
        Column("indicator", say("head_indicator"), 40, title, "box", title_look),
        _across("measure", say("head_measure"), 10, lambda line: line.indicator.unit),
        _across("total", say("total"), 10.5, total, "box_total", total_look),
        *map(unit, current.plan.reporting_units),
        _across("notes", say("head_figure_notes"), NOTES_WIDTH, lambda line: line.notes or None, leave_out_empty=True),
    )


class _FiguresAcross:
    """The sheet of a commune."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        self.form, self.files = form, dict[str, Submission]()
        self.short = {unit.id: unit.short for unit in book.result.round.plan.units}
        self.table = ListSheet(
            book, form.sheet, _title(book), across_columns(book), note=_note(book, form), frozen="indicator"
        )

    def unit(self, item: UnitRows) -> None:
        if item.file is not None and item.counts:
            self.files[item.unit] = item.file

    def finish(self) -> None:
        group = ""
        for number, indicator in enumerate(self.form.indicators, start=1):
            if indicator.group and indicator.group != group:
                self.table.add(HeadingLine(indicator.group))
            group = indicator.group
            figures = {unit: file.figures.get(indicator.id) for unit, file in self.files.items()}
            noted = ((unit, file.figure_notes.get(indicator.id)) for unit, file in self.files.items())
            notes = "\n".join(f"{self.short[unit]}: {words}" for unit, words in noted if words)
            self.table.add(IndicatorLine(number, indicator, figures, _on_a_page(self.table.book, notes)))
        self.table.finish()


class FiguresLine(Struct, frozen=True):
    """A row of the sheet of many units: a unit, its figures, what it noted beside them."""

    number: int
    unit: str
    figures: Mapping[str, Value]
    notes: str


def down_columns(book: ConsolidatedBook, form: Form) -> tuple[Column[FiguresLine], ...]:
    """Units in rows, indicators in columns."""
    say, current = book.say, book.result.round

    def indicator(item: Indicator) -> Column[FiguresLine]:
        def figure(line: FiguresLine) -> Rendered:
            return _shown(current, line.unit, item, line.figures.get(item.id))

        return Column(
            f"indicator {item.id}",
            f"{item.title} ({item.unit})",
            12,
            figure,
            "box_number",
            lambda line: _look(item, figure(line)),
            summed=item.is_summed,
            total=lambda value: book.sum_of_figures(item, value),
            total_style="box_total" if item.is_whole else "box_total_decimal",
        )

    return (
        Column("stt", say("head_stt"), 5, lambda line: line.number, "box_centre"),
        Column("unit", say("head_unit"), 28, lambda line: book.names[line.unit]),
        *map(indicator, form.indicators),
        Column("notes", say("head_figure_notes"), NOTES_WIDTH, lambda line: line.notes or None, leave_out_empty=True),
        Column("code", say("head_code"), 12, lambda line: line.unit, printed=False),
    )


class _FiguresDown:
    """The sheet of many units."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        columns, self.titles = down_columns(book, form), {one.id: one.title for one in form.indicators}
        self.table = ListSheet(book, form.sheet, _title(book), columns, note=_note(book, form), frozen="unit")

    def unit(self, item: UnitRows) -> None:
        if item.state is not None:
            file = item.file if item.counts else None
            noted = file.figure_notes if file is not None else {}
            notes = "\n".join(f"{self.titles[name]}: {words}" for name, words in noted.items())
            figures = file.figures if file is not None else {}
            notes = _on_a_page(self.table.book, notes)
            self.table.add(FiguresLine(self.table.count + 1, item.unit, figures, notes))

    def finish(self) -> None:
        self.table.finish(label="unit")


def figures(book: ConsolidatedBook) -> Sink | None:
    """``Số liệu``, where the plan has such a form."""
    plan = book.result.round.plan
    if not plan.statistics:
        return None
    form = book.result.round.forms[plan.statistics]
    across = len(plan.reporting_units) <= MOST_UNITS_ACROSS
    return _FiguresAcross(book, form) if across else _FiguresDown(book, form)
