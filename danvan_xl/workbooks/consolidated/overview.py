"""``Tổng quan``: one printed page for the head and the chairperson.

Its form is that of NĐ 30/2020, Phụ lục I: Quốc hiệu block, blank number and date (never invented), place for signature.
"""

from __future__ import annotations

from itertools import accumulate

from msgspec import Struct
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.merging.summary import FIRST_UNITS, DueLine
from danvan_xl.model import layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.statuses import ACCOUNT, PROGRESS, AnswerState, DueState
from danvan_xl.workbooks.consolidated.consolidated_book import (
    LEAD,
    ConsolidatedBook,
    Sink,
    quoted,
    write,
)
from danvan_xl.workbooks.consolidated.count_sheets import Counted, unit_columns
from danvan_xl.workbooks.consolidated.list_sheet import HEADER_ROW
from danvan_xl.workbooks.consolidated.page_blocks import PageCount, PageUnit, count_blocks, unit_blocks
from danvan_xl.workbooks.consolidated.page_grid import PageTable
from danvan_xl.workbooks.writing.row_xml import Formula
from danvan_xl.workbooks.writing.sheet_columns import Places
from danvan_xl.workbooks.writing.style import OfficialSheet, height_of

WIDTHS = (12, 8, 8, 15, 15, 8, 8, 8.5, 8.5, 8.5)
"""The grid of the page: widths of its columns, in characters."""

LEFT_HALF = sum(before + width <= sum(WIDTHS) / 2 for before, width in zip(accumulate(WIDTHS, initial=0), WIDTHS))  # noqa: B905
"""Columns of the grid that make up the left half: name of the body, recipients."""

MOST_UNITS, MOST_LINES, MOST_NAMES = FIRST_UNITS, 4, 6

BARS_AT = 303
"""Pixels from the left edge at which the chart of the units begins, to the right of the chart of the answers."""

ENDLESS = (("with", True), ("without", False))
"""Key of the words → whether such a line has a result in the period."""

UNIT_SERIES = (("done", "#2E7D4F"), ("doing", "#F2C14E"), ("not_started", "#C8553D"), ("nil", "#8FBF9F"),
               ("unanswered", "#BFBFBF"))  # fmt: skip
"""Columns of ``Theo đơn vị`` that make up a unit's lines, with their colours."""

STATE_COLORS = ("#2E7D4F", "#8FBF9F", "#F2C14E", "#B08968", "#C8553D", "#7F7F7F", "#4A4E69")
"""The colours of the answers, in the order of the account."""


class AnswerCells(Struct, frozen=True):
    """The cells of the small table of the answers: its first and last row, the columns of words and numbers."""

    first: int
    last: int
    words: int
    numbers: int


class _Page:
    """The page in progress; ``row`` is the next free one."""

    def __init__(self, book: ConsolidatedBook, sheet: Worksheet) -> None:
        self.book, self.sheet, self.styles = book, sheet, book.styles
        self.row = 0

    def across_at(self, row: int, words: str, style: str, first: int, last: int) -> None:
        self.sheet.merge_range(row, first, row, last, words, self.styles[style])

    def across(
        self, words: str, style: str, first: int = 0, last: int = len(WIDTHS) - 1, *, tall: bool = False
    ) -> None:
        self.across_at(self.row, words, style, first, last)
        if tall:
            width = sum(WIDTHS[first : last + 1])
            self.sheet.set_row(self.row, height_of([(words, width)], 12))

    def line(self, words: str, style: str = "wrapped", *, tall: bool = True) -> None:
        self.across(words, style, tall=tall)
        self.row += 1

    def head(self) -> None:
        book, plan = self.book, self.book.result.round.plan
        pairs = (
            ((plan.issuing_body.upper(), "centre_bold"), (book.say("nation"), "centre_bold")),
            (("", "centre"), (book.say("motto"), "motto")),
            ((book.say("number_blank"), "centre"),
             (_date_line(book), "centre_italic")),
        )  # fmt: skip
        for left, right in pairs:
            self.across(*left, 0, LEFT_HALF - 1)
            self.across(*right, LEFT_HALF)
            self.row += 1
        self.row += 1
        self.line(book.say("overview_title"), "title", tall=False)
        self.line(_plan_line(book), "centre_bold", tall=False)
        self.line(_period_line(book), "centre_italic", tall=False)

    def section(self, key: str) -> None:
        self.row += 1
        self.line(self.book.say(key), "section", tall=False)

    def delivery(self) -> None:
        book, units = self.book, self.book.result.units
        counts = {state: book.summary.unit_states[state] for state in ("submitted", "nil", "returned", "missing")}
        self.section("section_units")
        self.line(book.say("units_counts", units=len(units), **counts))
        for key, chosen in (
            ("units_missing", [s for s in units if s.state == "missing"]),
            ("units_late", [s for s in units if s.timeliness == "late"]),
            ("units_returned", [s for s in units if s.state == "returned"]),
            ("units_former", [s for s in units if s.are_newer]),
        ):
            if chosen:
                self.line(book.say(key, names=_names(book, chosen)))
        nobody = [line.task.id for line in book.result.round.unassigned]
        if nobody:
            self.line(book.say("nobody", tasks=", ".join(nobody[:MOST_NAMES]), sheet=layout.FINDINGS))

    # ---- II ----------------------------------------------------------------------------------------------

    def answers(self) -> AnswerCells:
        """Both small tables, side by side; returns the cells that the chart of the answers is made from."""
        book, found = self.book, self.book.summary
        self.section("section_lines")
        top = self.row
        left = PageTable(self.sheet, self.styles, count_blocks(book, "head_answers", 3))
        right = PageTable(self.sheet, self.styles, count_blocks(book, "head_results", 4), left.end + 1)
        left.head(top)
        right.head(top)
        for row, state in enumerate(ACCOUNT, start=top + 1):
            criteria = {**LEAD, layout.ANSWER: quoted(state.value)}
            left.add(row, PageCount(state.value, book.count(found.answers[state], criteria)))
        last = top + len(ACCOUNT)
        words, number = left.at("words"), left.at("number")
        self.sheet.merge_range(
            last + 1, words, last + 1, number - 1, book.say("lines_sent"), self.styles["total_label"]
        )
        letters = column_letters(number + 1)
        total = Formula(f"SUM({letters}{top + 2}:{letters}{last + 1})", found.lines)
        write(self.sheet, last + 1, number, total, self.styles, "box_total")
        self._results(top, right)
        self.row = top + 11
        return AnswerCells(top + 1, last, words, number)

    def _results(self, top: int, table: PageTable[PageCount]) -> None:
        """The results of the answered lines; a group of rows has a heading over the table's whole width."""
        book, found = self.book, self.book.summary
        answered = {**LEAD, layout.ANSWER: quoted(AnswerState.ANSWERED.value)}
        rows: list[PageCount | str] = [
            PageCount(name, book.count(found.total.statuses[name], {**answered, layout.STATUS: quoted(name)}))
            for name in PROGRESS
        ]
        rows.append(book.say("head_endless"))
        rows += [PageCount(book.say(f"endless_{key}"), found.endless[there]) for key, there in ENDLESS]
        rows.append(book.say("head_dated"))
        for state in (DueState.DONE_LATE, DueState.OVERDUE, DueState.SOON):
            criteria = {**LEAD, layout.DUE_STATE: quoted(state.value)}
            rows.append(PageCount(state.value, book.count(found.due[state], criteria)))
        for row, item in enumerate(rows, start=top + 1):
            if isinstance(item, str):
                self.across_at(row, item, "total_label", table.start, table.end - 1)
            else:
                table.add(row, item)

    # ---- III ---------------------------------------------------------------------------------------------

    def by_unit(self) -> None:
        """The table by unit, cut to what fits."""
        book = self.book
        self.section("section_by_unit")
        table = PageTable(self.sheet, self.styles, unit_blocks(book))
        table.head(self.row)
        self.sheet.set_row(self.row, 32)
        self.row += 1
        units = book.result.units
        for state in units[:MOST_UNITS]:
            unit = book.result.round.plan.unit(state.unit)
            if state.are_newer:
                self.sheet.set_row(self.row, 45)
            elif len(unit.name) > 27:
                self.sheet.set_row(self.row, 30)
            counts, of = book.summary.first_units[state.unit], {layout.UNIT_ID: quoted(state.unit)}
            table.add(self.row, PageUnit(unit, state, Counted(book, counts, of)))
            self.row += 1
        if len(units) > MOST_UNITS:
            self.line(book.say("more_units", count=len(units) - MOST_UNITS, sheet=layout.DELIVERY), "note")

    def soon(self) -> None:
        book, found = self.book, self.book.summary
        self.section("section_soon")
        lines = [*found.first_overdue, *found.first_soon]
        if not lines:
            self.line(book.say("none"), tall=False)
            return
        for line in lines[:MOST_LINES]:
            self.line(_due_line(book, line), "small", tall=False)
        late, soon = found.due[DueState.OVERDUE], found.due[DueState.SOON]
        if late + soon > MOST_LINES:
            key, sheet = ("more_due", layout.DATA) if soon else ("more_lines", layout.OVERDUE)
            more = book.say(key, count=late + soon - MOST_LINES, sheet=sheet, column=layout.DUE_STATE)
            self.line(more, "note", tall=False)

    # ---- charts and signature --------------------------------------------------------------------------------

    def charts(self, answers: AnswerCells) -> None:
        book, name = self.book, layout.OVERVIEW
        pie = book.workbook.add_chart({"type": "doughnut"})
        pie.add_series(
            {
                "name": book.say("chart_answers"),
                "categories": [name, answers.first, answers.words, answers.last, answers.words],
                "values": [name, answers.first, answers.numbers, answers.last, answers.numbers],
                "points": [{"fill": {"color": color}} for color in STATE_COLORS],
            }
        )
        self._dress(pie, book.say("chart_answers"), 290)
        bars = self._bars()
        self._dress(bars, book.say("chart_units"), 404)
        self.row += 1
        self.sheet.insert_chart(self.row, 0, pie, {"x_offset": 2, "y_offset": 2})
        self.sheet.insert_chart(self.row, 0, bars, {"x_offset": BARS_AT, "y_offset": 2})
        self.row += 10

    def _bars(self) -> Chart:
        """The lines of the first units by what became of them: columns of ``Theo đơn vị``, found by name."""
        book, name = self.book, layout.BY_UNIT
        places = Places([column.name for column in unit_columns(book)])
        first = HEADER_ROW + 1
        last = first + min(len(book.result.units), MOST_UNITS) - 1
        bars = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        units = places.position("unit")
        for series, color in UNIT_SERIES:
            column = places.position(series)
            bars.add_series(
                {
                    "name": [name, HEADER_ROW, column],
                    "categories": [name, first, units, last, units],
                    "values": [name, first, column, last, column],
                    "fill": {"color": color},
                    "gap": 60,
                }
            )
        small = {"name": "Times New Roman", "size": 8}
        bars.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": small, "crossing": "max"})
        lines = {"visible": True, "line": {"color": "#D9D9D9"}}
        bars.set_x_axis({"num_font": small, "major_gridlines": lines, "num_format": "0"})
        return bars

    def _dress(self, chart: Chart, title: str, width: int) -> None:
        chart.set_title({"name": title, "name_font": {"name": "Times New Roman", "size": 11}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": {"name": "Times New Roman", "size": 9}})
        chart.set_size({"width": width, "height": 196})

    def signature(self) -> None:
        book, plan = self.book, self.book.result.round.plan
        self.row += 1
        self.sheet.write_string(self.row, 0, book.say("recipients"), self.styles["recipients"])
        self.across(book.say("sign_for"), "sign", LEFT_HALF)
        self.row += 1
        lines = [f"- {name};" for name in plan.recipients] + [book.say("recipients_tail")]
        self.across(book.say("sign_office"), "sign", LEFT_HALF)
        for words in lines:
            self.sheet.write_string(self.row, 0, words, self.styles["plain"])
            self.row += 1
        self.row += 3


def _date_line(book: ConsolidatedBook) -> str:
    """Place and blank day of the page, for the person who signs it."""
    place, year = book.result.round.plan.place, book.result.as_of.year
    return book.say("date_blank" if place else "date_blank_plain", place=place, year=year)


def _plan_line(book: ConsolidatedBook) -> str:
    plan = book.result.round.plan
    day = f"{plan.issued:%d/%m/%Y}" if plan.issued else ""
    key = PLAN_LINES[bool(plan.number), bool(day)]
    return book.say(key, number=plan.number, day=day, body=plan.issuing_body)


PLAN_LINES = {
    (True, True): "plan_line",
    (True, False): "plan_line_number",
    (False, True): "plan_line_day",
    (False, False): "plan_line_plain",
}
"""Whether the plan's number and its day are known → the sentence that names it."""


def _period_line(book: ConsolidatedBook) -> str:
    period = book.result.round.period
    if period.due is None:
        due = book.say("overview_due_open")
    elif period.lenient is not None:
        due = book.say("overview_due_before", day=f"{period.due:%d/%m/%Y}", mark=f"{period.lenient:%d/%m/%Y}")
    else:
        due = book.say("overview_due", day=f"{period.due:%d/%m/%Y}")
    return book.say("overview_period", period=period.label, as_of=f"{book.result.as_of:%d/%m/%Y}", due=due)


def _names(book: ConsolidatedBook, states: list[UnitState]) -> str:
    names = [book.result.round.plan.unit(state.unit).name for state in states]
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    shown = ", ".join(names[:MOST_NAMES])
    return book.say("and_more", names=shown, count=len(names) - MOST_NAMES, sheet=layout.DELIVERY)


def _due_line(book: ConsolidatedBook, line: DueLine) -> str:
    unit = book.short_names.get(line.unit, line.unit)
    text = f"{line.text[:84]}{'…' if len(line.text) > 84 else ''}"
    key = "due_line_late" if line.days else "due_line"
    return book.say(key, unit=unit, text=text, day=f"{line.due:%d/%m/%Y}", days=line.days)


def overview(book: ConsolidatedBook) -> Sink | None:
    """``Tổng quan``."""
    sheet = book.workbook.add_worksheet(layout.OVERVIEW, OfficialSheet)
    sheet.hide_gridlines(2)
    for position, width in enumerate(WIDTHS):
        sheet.set_column(position, position, width)
    page = _Page(book, sheet)
    page.head()
    page.delivery()
    states = page.answers()
    page.by_unit()
    page.soon()
    page.charts(states)
    page.signature()
    sheet.set_paper(9)
    sheet.set_margins(left=1.18, right=0.6, top=0.79, bottom=0.79)
    sheet.print_area(0, 0, page.row, len(WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.activate()
    return None
