"""``Tổng quan``: one printed page for the head and the chairperson.

Form of NĐ 30/2020, Phụ lục I: Quốc hiệu block, blank number and date (never invented), place for signature.
"""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.merging.summary import FIRST_UNITS, DueLine
from danvan_xl.model import layout
from danvan_xl.model.statuses import ACCOUNT, PROGRESS, AnswerState, DueState
from danvan_xl.workbooks.consolidated.consolidated_book import (
    LEAD,
    ConsolidatedBook,
    ListSheet,
    Sink,
    local,
    quoted,
    write,
)
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.style import OfficialSheet, height_of

COLUMNS = 10
WIDTHS = (12, 8, 8, 15, 15, 8, 8, 8.5, 8.5, 8.5)
LEFT = 3
"""The last column of the left half: name of the body, recipients."""
MOST_UNITS, MOST_LINES, MOST_NAMES = FIRST_UNITS, 4, 6
HEADING = "#"
"""Marks a row of the small tables that is a heading."""


UNIT_SERIES = ((6, "#2E7D4F"), (7, "#F2C14E"), (8, "#C8553D"), (10, "#8FBF9F"), (5, "#BFBFBF"))
"""Columns of ``Theo đơn vị`` that make up a unit's lines, with their colours: done … nil, not answered."""


class _Page:
    """The page under way; ``row`` is the next free one."""

    def __init__(self, book: ConsolidatedBook, sheet: Worksheet) -> None:
        self.book, self.sheet, self.styles = book, sheet, book.styles
        self.row = 0

    def across(self, words: str, style: str, first: int = 0, last: int = COLUMNS - 1, *, tall: bool = False) -> None:
        self.sheet.merge_range(self.row, first, self.row, last, words, self.styles[style])
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
             (book.say("date_blank", place=plan.place, year=book.result.as_of.year), "centre_italic")),
        )  # fmt: skip
        for left, right in pairs:
            self.across(*left, 0, LEFT)
            self.across(*right, LEFT + 1, COLUMNS - 1)
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
        ):
            if chosen:
                self.line(book.say(key, names=_names(book, chosen)))
        nobody = [line.task.id for line in book.result.round.unassigned]
        if nobody:
            self.line(book.say("nobody", tasks=", ".join(nobody[:MOST_NAMES]), sheet=layout.FINDINGS))

    # ---- II ----------------------------------------------------------------------------------------------

    def answers(self) -> tuple[int, int]:
        """Both small tables; returns the first and last row of the states, for the chart."""
        book, styles, sheet = self.book, self.styles, self.sheet
        self.section("section_lines")
        top = self.row
        sheet.merge_range(top, 0, top, 2, book.say("head_answers"), styles["head"])
        sheet.write_string(top, 3, book.say("head_lines"), styles["head"])
        sheet.merge_range(top, 5, top, 8, book.say("head_results"), styles["head"])
        sheet.write_string(top, 9, book.say("head_lines"), styles["head"])
        for row, state in enumerate(ACCOUNT, start=top + 1):
            sheet.merge_range(row, 0, row, 2, state.value, styles["box"])
            criteria = {**LEAD, "Trả lời": quoted(state.value)}
            write(sheet, row, 3, book.count(book.summary.answers[state], criteria), styles, "box_number")
        last = top + len(ACCOUNT)
        sheet.merge_range(last + 1, 0, last + 1, 2, book.say("lines_sent"), styles["total_label"])
        sheet.write_formula(last + 1, 3, f"=SUM(D{top + 2}:D{last + 1})", styles["box_total"], book.summary.lines)
        self._results(top)
        self.row = top + 11
        return top + 1, last

    def _results(self, top: int) -> None:
        book, sheet, found = self.book, self.sheet, self.book.summary
        answered = {**LEAD, "Trả lời": quoted(AnswerState.ANSWERED.value)}
        rows: list[tuple[str, Rendered]] = [
            (name, book.count(found.total.statuses[name], {**answered, "Trạng thái": quoted(name)}))
            for name in PROGRESS
        ]
        rows.append((book.say("head_endless"), HEADING))
        rows += [(book.say("endless_with"), found.endless[True]), (book.say("endless_without"), found.endless[False])]
        rows.append((book.say("head_dated"), HEADING))
        for state in (DueState.DONE_LATE, DueState.OVERDUE, DueState.SOON):
            rows.append((state.value, book.count(found.due[state], {**LEAD, "Tình trạng hạn": quoted(state.value)})))
        for row, (label, value) in enumerate(rows, start=top + 1):
            if value == HEADING:
                sheet.merge_range(row, 5, row, 9, label, self.styles["total_label"])
                continue
            sheet.merge_range(row, 5, row, 8, label, self.styles["box"])
            write(sheet, row, 9, value, self.styles, "box_number")

    # ---- III ---------------------------------------------------------------------------------------------

    def by_unit(self) -> None:
        """The table by unit, cut to what fits."""
        book, sheet, styles = self.book, self.sheet, self.styles
        self.section("section_by_unit")
        sheet.merge_range(self.row, 0, self.row, 2, book.say("head_unit"), styles["head"])
        heads = ("state", "received", "lead", "answered", "done", "doing", "not_started")
        for position, name in enumerate(heads, start=3):
            sheet.write_string(self.row, position, book.say(f"head_{name}"), styles["head"])
        sheet.set_row(self.row, 32)
        self.row += 1
        units = book.result.units
        for state in units[:MOST_UNITS]:
            self._unit_row(state)
        if len(units) > MOST_UNITS:
            self.line(book.say("more_units", count=len(units) - MOST_UNITS, sheet=layout.DELIVERY), "note")

    def _unit_row(self, state: UnitState) -> None:
        book, sheet, styles = self.book, self.sheet, self.styles
        unit = book.result.round.plan.unit(state.unit)
        sheet.merge_range(self.row, 0, self.row, 2, unit.name, styles["box"])
        if len(unit.name) > 27:
            sheet.set_row(self.row, 30)
        style = {"submitted": "good", "nil": "good", "returned": "bad", "missing": "bad"}[state.state]
        sheet.write_string(self.row, 3, book.say(f"state_{state.state}"), styles[style])
        write(sheet, self.row, 4, local(state.received), styles)
        counts = book.summary.first_units[state.unit]
        base = {**LEAD, "Mã đơn vị": quoted(state.unit)}
        answered, nil = (
            {**base, "Trả lời": quoted(state_.value)} for state_ in (AnswerState.ANSWERED, AnswerState.NIL)
        )
        cells = [book.count(counts.lead, base), book.count(counts.answered, answered, nil)]
        cells += [book.count(counts.statuses[name], {**answered, "Trạng thái": quoted(name)}) for name in PROGRESS]
        for position, value in enumerate(cells, start=5):
            write(sheet, self.row, position, value, styles, "box_number")
        self.row += 1

    def soon(self) -> None:
        book, found = self.book, self.book.summary
        self.section("section_soon")
        lines = [*found.first_overdue, *found.first_soon]
        if not lines:
            self.line(book.say("none"), tall=False)
            return
        for line in lines[:MOST_LINES]:
            self.line(_due_line(book, line), "small", tall=False)
        late = sum(found.overdue_days.values())
        if len(lines) > MOST_LINES or late > MOST_LINES:
            more = max(len(lines), late) - MOST_LINES
            self.line(book.say("more_lines", count=more, sheet=layout.OVERDUE), "note", tall=False)

    # ---- charts and signature --------------------------------------------------------------------------------

    def charts(self, states: tuple[int, int]) -> None:
        book, name = self.book, layout.OVERVIEW
        pie = book.workbook.add_chart({"type": "doughnut"})
        pie.add_series({
            "name": book.say("chart_answers"),
            "categories": [name, states[0], 0, states[1], 0],
            "values": [name, states[0], 3, states[1], 3],
            "points": [{"fill": {"color": c}} for c in
                       ("#2E7D4F", "#8FBF9F", "#F2C14E", "#B08968", "#C8553D", "#7F7F7F", "#4A4E69")],
        })  # fmt: skip
        self._dress(pie, book.say("chart_answers"), 290)
        bars = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        name, first, shown = layout.BY_UNIT, ListSheet.HEAD + 1, min(len(book.result.units), MOST_UNITS)
        for column, color in UNIT_SERIES:
            bars.add_series(
                {
                    "name": [name, ListSheet.HEAD, column],
                    "categories": [name, first, 2, first + shown - 1, 2],
                    "values": [name, first, column, first + shown - 1, column],
                    "fill": {"color": color},
                    "gap": 60,
                }
            )
        small = {"name": "Times New Roman", "size": 8}
        bars.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": small, "crossing": "max"})
        bars.set_x_axis(
            {"num_font": small, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"}
        )
        self._dress(bars, book.say("chart_units"), 404)
        self.row += 1
        self.sheet.insert_chart(self.row, 0, pie, {"x_offset": 2, "y_offset": 2})
        self.sheet.insert_chart(self.row, 3, bars, {"x_offset": 92, "y_offset": 2})
        self.row += 10

    def _dress(self, chart: object, title: str, width: int) -> None:
        chart.set_title({"name": title, "name_font": {"name": "Times New Roman", "size": 11}, "overlay": False})  # type: ignore[attr-defined]
        chart.set_legend({"position": "bottom", "font": {"name": "Times New Roman", "size": 9}})  # type: ignore[attr-defined]
        chart.set_size({"width": width, "height": 196})  # type: ignore[attr-defined]

    def signature(self) -> None:
        book, plan = self.book, self.book.result.round.plan
        self.row += 1
        self.sheet.write_string(self.row, 0, book.say("recipients"), self.styles["recipients"])
        self.across(book.say("sign_for"), "sign", LEFT + 1, COLUMNS - 1)
        self.row += 1
        lines = [f"- {name};" for name in plan.recipients] + [book.say("recipients_tail")]
        self.across(book.say("sign_office"), "sign", LEFT + 1, COLUMNS - 1)
        for words in lines:
            self.sheet.write_string(self.row, 0, words, self.styles["plain"])
            self.row += 1
        self.row += 3


def _plan_line(book: ConsolidatedBook) -> str:
    plan = book.result.round.plan
    if plan.number and plan.issued:
        return book.say("plan_line", number=plan.number, day=f"{plan.issued:%d/%m/%Y}", body=plan.issuing_body)
    return book.say("plan_line_plain", body=plan.issuing_body)


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
    sheet.print_area(0, 0, page.row, COLUMNS - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.activate()
    return None
