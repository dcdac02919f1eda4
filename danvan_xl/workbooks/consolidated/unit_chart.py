"""The chart of ``Theo đơn vị``: what became of each unit's lines, as stacked bars with every unit's name in whole."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from xlsxwriter.chart import Chart

from danvan_xl.model import layout
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.consolidated.list_sheet import HEADER_ROW, TablePlace
from danvan_xl.workbooks.writing.printing import A4_SHORT, FULL_SCALE, INCH, LANDSCAPE_MARGINS
from danvan_xl.workbooks.writing.sheet_columns import Places
from danvan_xl.workbooks.writing.style import FONT, OfficialSheet

SERIES = (("done", "#2E7D4F"), ("doing", "#F2C14E"), ("not_started", "#C8553D"), ("nil", "#8FBF9F"),
          ("unanswered", "#BFBFBF"))  # fmt: skip
"""Columns of ``Theo đơn vị`` that make up a unit's lines, with their colours."""

MOST_TOGETHER, MOST_CHARTS = 20, 5
"""Units in one chart, so that it fits a page with letters that can be read; charts in the sheet."""

LETTERS, TITLE_LETTERS = 11, 12
BAR, AROUND = 25, 110
"""Pixels: of a unit's bar with the gap to the next one; of title, legend and axis together."""

ABOVE, LETTER, LINE = 36, 8.5, 20
"""Pixels: of the title, of a letter of a name and of a line of them."""

MOST_LETTERS, MOST_LINES = 56, 4
"""Letters of a name on one line, and lines of a name."""

ROW = 20
"""Pixels of an empty row."""


def chart_parts(units: int, lines: int = 1) -> list[tuple[int, int]]:
    """The units of each chart, as first and last (0-based): parts of about the same size.

    ``lines``: so many the longest name takes.
    """
    together = MOST_TOGETHER // lines
    charts = min(ceil(units / together), MOST_CHARTS * lines)
    shown = min(units, MOST_TOGETHER * MOST_CHARTS)
    each = ceil(shown / charts) if charts else 0
    return [(first, min(first + each, shown) - 1) for first in range(0, shown, each)] if each else []


def _lines(names: Sequence[str]) -> int:
    """How many lines the longest name takes beside its bar."""
    return min(ceil(max(map(len, names), default=1) / MOST_LETTERS), MOST_LINES)


def _rows(part: tuple[int, int], lines: int) -> int:
    return ceil((AROUND + (BAR + (lines - 1) * LINE) * (part[1] - part[0] + 1)) / ROW)


WIDEST = 1.12
"""How much larger a sheet fitted to its page may come out in the program that draws the narrowest columns."""


def rows_of_charts(names: Sequence[str]) -> int:
    """How many rows below the table the charts of these units take."""
    lines = _lines(names)
    return sum(_rows(part, lines) + 1 for part in chart_parts(len(names), lines)) + 1


def insert_unit_charts(
    book: ConsolidatedBook, sheet: OfficialSheet, places: Places, table: TablePlace, names: Sequence[str]
) -> None:
    """Put the charts below the table, each on one page; ``names``: of the units, in their order."""
    tall_page = (A4_SHORT - LANDSCAPE_MARGINS["top"] - LANDSCAPE_MARGINS["bottom"]) * INCH * 97
    room = tall_page / sheet.print_scale
    at, used, breaks = table.last + 2, table.height, []
    lines = _lines(names)
    parts = chart_parts(len(names), lines)
    for part in parts:
        rows = _rows(part, lines)
        tall = (rows + 1) * ROW * 0.75
        if used + tall > room:
            breaks.append(at)
            used = 0
        chart = _bars(book, places, part, len(parts) > 1)
        width, height = table.pixels - 8, rows * ROW - 4
        chart.set_size({"width": width, "height": height})
        longest = max(map(len, names[part[0] : part[1] + 1]))
        left = (min(longest, MOST_LETTERS) * LETTER + 20) / width
        bars = {"x": left, "y": ABOVE / height, "width": 0.97 - left, "height": 1 - AROUND / height}
        chart.set_plotarea({"layout": bars})
        sheet.insert_chart(at, 0, chart, {"x_offset": 4, "y_offset": 4})
        used += tall
        at += rows + 1
    shown = parts[-1][1] + 1 if parts else 0
    if shown < len(names):
        words = book.say("more_charts", shown=shown, count=len(names) - shown)
        sheet.write_string(at, 0, words, book.styles["left_note"])
    if breaks:
        sheet.set_h_pagebreaks(breaks)
    if breaks or used > tall_page / min(FULL_SCALE, sheet.print_scale * WIDEST):
        sheet.set_print_scale(sheet.print_scale)  # not fitted: Excel would heed no breaks, the rows might not all fit


def _bars(book: ConsolidatedBook, places: Places, part: tuple[int, int], is_part: bool) -> Chart:
    """The lines of some units by what became of them."""
    first, last = (HEADER_ROW + 1 + unit for unit in part)
    bars = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    units, name = places.position("unit"), layout.BY_UNIT
    for series, color in SERIES:
        column = places.position(series)
        bars.add_series(
            {
                "name": [name, HEADER_ROW, column],
                "categories": [name, first, units, last, units],
                "values": [name, first, column, last, column],
                "fill": {"color": color},
                "gap": 50,
            }
        )
    letters = {"name": FONT, "size": LETTERS}
    title = book.say("chart_units")
    if is_part:
        title = book.say("chart_part", title=title, first=part[0] + 1, last=part[1] + 1)
    bars.set_title({"name": title, "name_font": {"name": FONT, "size": TITLE_LETTERS}, "overlay": False})
    bars.set_legend({"position": "bottom", "font": letters})
    bars.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": letters, "crossing": "max"})
    bars.set_x_axis(
        {"num_font": letters, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"}
    )
    return bars
