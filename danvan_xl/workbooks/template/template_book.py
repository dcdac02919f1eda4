"""What the sheets of a template share: the open workbook, its words, cells for answers, validations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Field, Unit, layout
from danvan_xl.model.addresses import cell_name, column_letters
from danvan_xl.model.reported import Reported
from danvan_xl.model.submission import Typed, Value
from danvan_xl.round.fields import bounds_text, show
from danvan_xl.round.printed import LIVE_MARK, mark_of
from danvan_xl.round.report_words import window_words
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.template.form_columns import UNKNOWN, C, Content, FormColumns, Live
from danvan_xl.workbooks.template.livecheck import CountArea, CountWords, count_formulas
from danvan_xl.workbooks.writing.style import DATE_FORMAT, STYLES, OfficialSheet, Styles, lines_in

HEADER = layout.HEADER_ROW - 1
COUNT_ROW = HEADER - 1
"""Rows of a form, 0-based, as xlsxwriter counts."""

LINE = 14
"""Points of a line of the rows that stay in sight."""
LETTER = {"form_title": 6.0, "form_line": 5.4}
"""Points that a letter of these styles takes on average, with reserve."""

OPEN_STYLES = frozenset(name for name, look in STYLES.items() if look.get("locked") is False)


class TemplateOptions(Struct, frozen=True):
    """What an office adds: whom to ask, the answers of the period before (line id → words).

    ``previous_figures``: the unit's figures of the period before, as shown (indicator id → words); ``previous_label``:
    how that period is called ("Quý I/2026"), empty where nothing is known of it. ``reported``: indicator → what shorter
    reports already brought of the unit's figure.
    ``typed``: answers that are already in the open cells (of a template that is given back with its answers).
    ``carried_from``: the SHA-256 of the file that these answers come from, if ``migrate`` carries them over.
    """

    contact: str = ""
    typed: Typed = field(default_factory=Typed)
    previous: Mapping[str, str] = field(default_factory=dict)
    previous_figures: Mapping[str, str] = field(default_factory=dict)
    previous_label: str = ""
    reported: Mapping[str, Reported] = field(default_factory=dict)
    lang: Lang = "vi"
    carried_from: str = ""


class TemplateBook:
    """One template being written."""

    def __init__(
        self, workbook: Workbook, styles: Styles, current: Round, unit: Unit, options: TemplateOptions
    ) -> None:
        self.workbook, self.styles, self.round, self.unit, self.options = workbook, styles, current, unit, options
        self.reported = options.reported or options.typed.reported
        self.printed: dict[str, dict[str, str]] = {}
        """Sheet → cell → mark of the words that stand outside the rows of a form: see ``PrintedRecord``."""
        self.lines = tuple(current.by_unit[unit.id].values())
        self.nil_box = ""
        """The cell of the guide that says that the whole report is nil, as other sheets name it."""

    def say(self, key: str, **args: object) -> str:
        return text("template", key, self.options.lang, **args)

    def print(
        self, sheet: Worksheet, row: int, column: int, words: str, style: str, *, last: int | None = None
    ) -> None:
        """Words of ours outside the rows of a form, over the columns up to ``last``; they go into the record."""
        if last is not None and last > column:
            sheet.merge_range(row, column, row, last, words, self.styles[style])
        else:
            sheet.write_string(row, column, words, self.styles[style])
        if words:
            self.printed.setdefault(sheet.name, {})[cell_name(row + 1, column + 1)] = mark_of(words)

    def write_cell(self, sheet: Worksheet, row: int, column: int, style: str, value: Content) -> None:
        """A cell in a style: a live check, words of ours, or for an open cell what was typed (see ``open_cell``)."""
        if isinstance(value, Live):
            sheet.write_formula(row, column, value.formula, self.styles[style], value.result)
        elif isinstance(value, str) and style not in OPEN_STYLES:
            sheet.write_string(row, column, value, self.styles[style])
        else:
            self.open_cell(sheet, row, column, style, value)

    def open_cell(self, sheet: Worksheet, row: int, column: int, style: str, value: Value) -> None:
        """A cell for an answer, with what was typed; text is always text, and so is a day where no day belongs."""
        chosen = self.styles[style]
        if isinstance(value, date) and STYLES[style].get("num_format") != DATE_FORMAT:
            value = show(value)
        if value is None or value == "":
            sheet.write_blank(row, column, None, chosen)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, chosen)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, chosen)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, chosen)
        else:
            sheet.write_number(row, column, value, chosen)

    def new_sheet(self, name: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(name, OfficialSheet)
        sheet.hide_gridlines(2)
        return sheet

    def protect(self, sheet: Worksheet) -> None:
        """Against accidents only: no password; filtering and resizing stay allowed."""
        sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "format_cells": True})

    def heading(self, sheet: Worksheet, title: str, citation: str, columns: FormColumns[C]) -> None:
        """Three low rows above the header: the title, unit with period and due day, a row for the count.

        They stay in sight while a person scrolls, so they are no taller than their words need.
        """
        room = columns.printed_points
        title = f"{title} {citation}" if citation else title
        for row, (words, style) in enumerate(((title, "form_title"), (self._status_line(), "form_line"))):
            self.print(sheet, row, columns.first, words, style, last=columns.end_of_page)
            sheet.set_row(row, LINE * lines_in(words, int(room / LETTER[style])) + 1)
        sheet.set_row(COUNT_ROW, LINE + 2)
        sheet.set_row(HEADER, 2 * LINE)

    def _status_line(self) -> str:
        current = self.round
        days = [item.period.due for item in current.reports] or [current.period.due]
        shown = [f"{day:%d/%m/%Y}" if day else self.say("due_open") for day in days]
        if len(set(shown)) > 1:
            shown = [f"{day} ({report.subject})" for day, report in zip(shown, current.reports, strict=True)]
        due = ", ".join(dict.fromkeys(shown))
        line = self.say("sheet_line", unit=self.unit.name, period=current.period.label, due=due)
        if current.window is None:
            return line
        return self.say("sheet_line_window", line=line, window=window_words(current.window, self.options.lang))

    def live_count(
        self, sheet: Worksheet, columns: FormColumns[C], rows: CountRows, to: int, words: CountWords, usual: str = ""
    ) -> None:
        """How many rows are left and how many are wrong, over the columns up to ``to``: a link to the first of them.

        The row that it leads to is worked out in the hidden first column. ``usual``: the column that it leads to where
        the live check names none; else the first that is filled in.
        """
        helper = f"$A${COUNT_ROW + 1}"
        titles = {item.title: column_letters(place + 1) for place, item in columns.answers}
        first, *others = titles
        area = CountArea(
            sheet.name, column_letters(columns[layout.F_CHECK] + 1), HEADER + 2, rows.last + 1, helper,
            {**{title: titles[title] for title in (titles if usual else others)}, **rows.spoken},
            column_letters(columns[usual] + 1) if usual else titles[first],
        )  # fmt: skip
        row, link = count_formulas(area, words)
        shown, there = (words.say(rows.silent, 0), rows.first + 1) if rows.silent is not None else (UNKNOWN, UNKNOWN)
        sheet.write_formula(COUNT_ROW, 0, row, self.styles["locked"], there)
        sheet.merge_range(COUNT_ROW, columns.first, COUNT_ROW, to, "", self.styles["count"])
        sheet.write_formula(COUNT_ROW, columns.first, link, self.styles["count"], shown)
        marks = self.printed.setdefault(sheet.name, {})
        marks |= {cell_name(COUNT_ROW + 1, place + 1): LIVE_MARK for place in (0, columns.first)}


class CountRows(Struct, frozen=True):
    """What the count of a form counts.

    ``first``: the first row that must be answered, ``last``: the last row of the form (0-based); ``silent``: how many
    must be answered, None where some are; ``spoken``: further words of live checks → the column that they speak of.
    """

    first: int
    last: int
    silent: int | None
    spoken: Mapping[str, str] = field(default_factory=dict)


def input_message(title: str, words: str) -> dict[str, object]:
    """What Excel shows beside a selected answer cell, as short as Excel demands."""
    return {"input_title": title[:32], "input_message": words[:255]}


def validation(item: Field, earliest: date, latest: date, lang: Lang) -> dict[str, object]:
    """Excel's data validation of an answer column: what the field's own constraints say, with its help."""
    message = input_message(item.title, item.help) if item.help else {}
    stop = {"error_title": text("template", "invalid_title", lang), "error_type": "stop"}
    bounds = bounds_text(item) if item.minimum is not None or item.maximum is not None else ""
    if item.enum:
        return {
            "validate": "list",
            "source": list(item.enum),
            "error_message": text("template", "invalid_list", lang),
            **stop,
            **message,
        }
    if item.type in ("number", "integer"):
        kind = "decimal" if item.type == "number" else "integer"
        words = text("template", f"invalid_{item.type}", lang, bounds=bounds)
        low = item.minimum if item.minimum is not None else -1e9
        high = item.maximum if item.maximum is not None else 1e9
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        return {**rule, "error_message": words, **stop, **message}
    if item.type == "date":
        words = text("template", "invalid_date", lang, earliest=f"{earliest:%d/%m/%Y}", latest=f"{latest:%d/%m/%Y}")
        rule = {"validate": "date", "criteria": "between", "minimum": earliest, "maximum": latest}
        return {**rule, "error_message": words, **stop, **message}
    return {"validate": "any", **message}
