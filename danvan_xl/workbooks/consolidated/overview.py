"""``Tổng quan``: one printed page for the head and the chairperson.

Its form is that of NĐ 30/2020, Phụ lục I: Quốc hiệu block, blank number and date (never invented), place for signature.
It is printed as it is, with letters of 12 points: what has room on it is known beforehand, and the rest is named with
the sheet where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.merging.summary import FIRST_UNITS
from danvan_xl.model import layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.statuses import ACCOUNT
from danvan_xl.workbooks.consolidated.consolidated_book import LEAD, ConsolidatedBook, Sink, quoted
from danvan_xl.workbooks.consolidated.count_sheets import Counted
from danvan_xl.workbooks.consolidated.page_blocks import (
    UNIT_SPAN,
    PageCount,
    PageUnit,
    count_blocks,
    result_blocks,
    results,
    unit_blocks,
    unit_name,
)
from danvan_xl.workbooks.consolidated.page_grid import (
    GRID,
    GRID_POINTS,
    GRID_WIDTH,
    LETTERS,
    LINE,
    PageTable,
    page_lines,
    write_over,
)
from danvan_xl.workbooks.consolidated.page_words import (
    date_line,
    days_lines,
    delivery_sentences,
    due_sentence,
    more_due,
    period_line,
    plan_line,
    report_title,
    targets_line,
)
from danvan_xl.workbooks.writing.printing import A4_LONG, FULL_SCALE, INCH, PORTRAIT_MARGINS
from danvan_xl.workbooks.writing.row_xml import Formula
from danvan_xl.workbooks.writing.style import FONT, OfficialSheet

LEFT = 17
"""Columns of the grid that make up the left half: name of the body, recipients."""

ROOM = (A4_LONG - PORTRAIT_MARGINS["top"] - PORTRAIT_MARGINS["bottom"]) * INCH * 0.97
"""The height of the page between its margins that is used, in points: programs differ a little."""

MOST_LINES, LEAST_UNITS = 3, 1
SIGNING_LINES = 3
"""Empty lines between the office of the person who signs and the name."""

GAP, TITLE = 3, 18.75
"""Points: above a section; the page's title, of 14 points."""

CAPITAL = 8.4
"""Points that a bold capital letter takes."""

TITLE_LETTER = 10.5
"""Points that a letter of the title takes."""

COMMITTEE = "ỦY BAN NHÂN DÂN "

STATE_COLORS = ("#2E7D4F", "#8FBF9F", "#F2C14E", "#B08968", "#C8553D", "#7F7F7F", "#4A4E69")
"""The colours of the answers, in the order of the account."""


class Shown(Struct, frozen=True):
    """How many units and how many lines in a list have room on the page."""

    units: int
    due: int


class _Page:
    """The page in progress; ``row`` is the next free one, ``used`` the height of the rows above it in points."""

    def __init__(self, book: ConsolidatedBook, sheet: OfficialSheet) -> None:
        self.book, self.sheet, self.styles = book, sheet, book.styles
        self.row, self.used = 0, 0.0

    def over(self, words: str, style: str, first: int = 0, span: int = GRID, rows: int = 1) -> None:
        """Write over columns of the grid in the current row."""
        write_over(self.sheet, self.styles, self.row, first, span, words, style, rows)

    def next(self, height: float = LINE) -> None:
        """The current row has this height; go on to the next one."""
        self.sheet.set_row(self.row, height)
        self.used += height
        self.row += 1

    def line(self, words: str, style: str = "page") -> None:
        """A sentence over the whole width, as tall as it needs."""
        self.over(words, style)
        self.next(page_lines(words) * LINE)

    def section(self, key: str, span: int = GRID) -> None:
        self.next(GAP)
        self.over(self.book.say(key), "page_bold", 0, span)
        self.next()

    def head(self) -> None:
        book, right = self.book, GRID - LEFT
        body = _in_lines(book.result.round.plan.issuing_body.upper())
        self.over(body, "page_centre_bold", 0, LEFT, rows=2)
        self.over(book.say("nation"), "page_centre_bold", LEFT, right)
        self.next()
        self.over(book.say("motto"), "page_motto", LEFT, right)
        self.next(max(page_lines(body, LEFT, CAPITAL) - 1, 1) * LINE)
        self.over(book.say("number_blank"), "page_centre", 0, LEFT)
        day = date_line(book)
        self.over(day, "page_centre_italic", LEFT, right)
        self.next(page_lines(day, right, 5) * LINE)
        self.next(GAP)
        title = report_title(book)
        self.over(title, "title")
        self.next(page_lines(title, GRID, TITLE_LETTER) * TITLE)
        self.line(plan_line(book), "page_centre_bold")
        self.line(period_line(book), "page_centre_italic")
        for words in days_lines(book):
            self.line(words, "page_centre_italic")

    def delivery(self) -> None:
        self.section("section_units")
        for words in delivery_sentences(self.book):
            self.line(words)

    # ---- II ----------------------------------------------------------------------------------------------

    def answers(self) -> None:
        """The answers as a table, as a chart beside it in the same rows; below them the results."""
        book, found = self.book, self.book.summary
        self.section("section_lines", LEFT)
        table = PageTable(self.sheet, self.styles, count_blocks(book))
        top = self.row
        table.head(top)
        self.next()
        for state in ACCOUNT:
            criteria = {**LEAD, layout.ANSWER: quoted(state.value)}
            table.add(self.row, PageCount(state.value, book.count(found.answers[state], criteria)))
            self.next()
        words, number = table.at("words"), table.at("number")
        self.over(book.say("lines_sent"), "page_total_label", words, number - words)
        letters = column_letters(number + 1)
        total = Formula(f"SUM({letters}{top + 2}:{letters}{self.row})", found.lines)
        write_over(self.sheet, self.styles, self.row, number, table.end - number, total, "page_total")
        self.next()
        self._doughnut(top, words, number, table.end)
        self.next(GAP)
        below = PageTable(self.sheet, self.styles, result_blocks())
        for row in results(book):
            below.add(self.row, row)
            self.next()
        if book.summary.targets:
            self.line(targets_line(book))

    def _doughnut(self, top: int, words: int, numbers: int, left: int) -> None:
        """The chart of the answers, to the right of their table and its heading, with all their names."""
        name, first, last = layout.OVERVIEW, top + 1, top + len(ACCOUNT)
        chart = self.book.workbook.add_chart({"type": "doughnut"})
        chart.add_series(
            {
                "name": self.book.say("chart_answers"),
                "categories": [name, first, words, last, words],
                "values": [name, first, numbers, last, numbers],
                "points": [{"fill": {"color": color}} for color in STATE_COLORS],
            }
        )
        chart.set_title({"none": True})
        chart.set_plotarea({"layout": {"x": 0.02, "y": 0.04, "width": 0.5, "height": 0.92}})
        legend = {"x": 0.57, "y": 0.04, "width": 0.42, "height": 0.92}
        chart.set_legend({"position": "right", "font": {"name": FONT, "size": LETTERS}, "layout": legend})
        pixels = int((GRID - left - 1) * GRID_POINTS / 0.75)
        chart.set_size({"width": pixels, "height": int((len(ACCOUNT) + 3) * LINE / 0.75)})
        chart.set_chartarea({"border": {"none": True}})
        self.sheet.insert_chart(top - 1, left + 1, chart)

    # ---- III and IV --------------------------------------------------------------------------------------

    def by_unit(self, shown: int) -> None:
        """The table by unit, cut to what fits."""
        book, units = self.book, self.book.result.units
        self.section("section_by_unit")
        table = PageTable(self.sheet, self.styles, unit_blocks(book))
        table.head(self.row)
        self.next(2 * LINE)
        for state in units[:shown]:
            unit = book.result.round.plan.unit(state.unit)
            counts, of = book.summary.first_units[state.unit], {layout.UNIT_ID: quoted(state.unit)}
            table.add(self.row, PageUnit(unit, state, Counted(book, counts, of)))
            self.next(self.unit_height(state))
        if len(units) > shown:
            self.line(book.say("more_units", count=len(units) - shown, sheet=layout.BY_UNIT), "page_note")

    def unit_height(self, state: UnitState) -> float:
        """How tall the row of a unit is."""
        name = unit_name(self.book.result.round.plan.unit(state.unit))
        return LINE * max(2 if state.are_newer else 1, page_lines(name, UNIT_SPAN, 6))

    def soon(self, shown: int) -> None:
        book, found = self.book, self.book.summary
        self.section("section_soon")
        lines = [*found.first_overdue, *found.first_soon][:shown]
        for line in lines:
            self.line(due_sentence(book, line))
        more = more_due(book, len(lines))
        if more:
            self.line(more, "page_note")
        elif not lines:
            self.line(book.say("none"))

    # ---- signature ---------------------------------------------------------------------------------------

    def recipients(self) -> list[str]:
        """The lines on the left, below "Nơi nhận"."""
        return [*(f"- {name};" for name in self.book.result.round.plan.recipients), self.book.say("recipients_tail")]

    def signature(self) -> None:
        book, right = self.book, GRID - LEFT
        beside = (("sign_for", "page_centre_bold"), ("sign_office", "page_centre_bold"))
        left = [(book.say("recipients"), "page_recipients"), *((words, "page") for words in self.recipients())]
        self.next(GAP)
        for place in range(max(len(left), len(beside) + SIGNING_LINES)):
            height = LINE
            if place < len(left):
                self.over(*left[place], 0, LEFT)
                height = page_lines(left[place][0], LEFT) * LINE
            key, style = beside[place] if place < len(beside) else ("", "page")
            self.over(book.say(key) if key else "", style, LEFT, right)
            self.next(height)

    def signature_height(self) -> float:
        """How tall the signature will be."""
        left = 1 + sum(page_lines(words, LEFT) for words in self.recipients())
        return GAP + LINE * max(left, 2 + SIGNING_LINES)

    def fitting(self) -> Shown:
        """How many units, and how many lines that are late or due soon, have room below what there is so far."""
        book, units = self.book, self.book.result.units[:FIRST_UNITS]
        due = len([*book.summary.first_overdue, *book.summary.first_soon])
        sections = 2 * (GAP + LINE) + 2 * LINE
        room = ROOM - self.used - sections - self.signature_height()
        heights = [self.unit_height(state) for state in units]
        one = min(due, 1)
        listed = _fitting_units(heights, room - self._due_height(one), len(book.result.units))
        left = room - sum(heights[:listed]) - (LINE if listed < len(book.result.units) else 0)
        most = one
        while most < min(due, MOST_LINES) and self._due_height(most + 1) <= left:
            most += 1
        return Shown(listed, most)

    def _due_height(self, shown: int) -> float:
        """How tall the list of what is late or due soon is with so many lines."""
        more = more_due(self.book, shown)
        return LINE * max(shown + (page_lines(more) if more else 0), 1)


def _in_lines(body: str) -> str:
    """The name of the body, which takes two lines where it is long: what it is, and of which place."""
    kind, found, place = body.partition(COMMITTEE)
    return f"{COMMITTEE.strip()}\n{place}" if found and not kind and page_lines(body, LEFT, CAPITAL) > 1 else body


def _fitting_units(heights: Sequence[float], room: float, units: int) -> int:
    """How many units have room; where not all have, a line must have room that says so."""
    if len(heights) == units and sum(heights) <= room:
        return units
    shown = len(heights)
    while shown > LEAST_UNITS and sum(heights[:shown]) + LINE > room:
        shown -= 1
    return min(shown, units)


def overview(book: ConsolidatedBook) -> Sink | None:
    """``Tổng quan``."""
    sheet = book.workbook.add_worksheet(layout.OVERVIEW, OfficialSheet)
    sheet.hide_gridlines(2)
    sheet.set_column(0, GRID - 1, GRID_WIDTH)
    page = _Page(book, sheet)
    page.head()
    page.delivery()
    page.answers()
    shown = page.fitting()
    page.by_unit(shown.units)
    page.soon(shown.due)
    page.signature()
    sheet.set_paper(9)
    sheet.set_margins(**PORTRAIT_MARGINS)
    sheet.print_area(0, 0, page.row - 1, GRID - 1)
    sheet.set_print_scale(min(FULL_SCALE, int(FULL_SCALE * ROOM / page.used)))
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.activate()
    return None
