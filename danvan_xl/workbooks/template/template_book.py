"""What the sheets of a template share: the open workbook, its words, cells for answers, validations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct, field
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Field, Unit
from danvan_xl.model.submission import Typed, Value
from danvan_xl.round.fields import bounds_text
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.writing.style import OfficialSheet, Styles


class TemplateOptions(Struct, frozen=True):
    """What an office adds: whom to ask, the answers of the period before (line id → words).

    ``typed``: answers that already stand in the open cells (a template that is given back with its answers).
    """

    contact: str = ""
    typed: Typed = field(default_factory=Typed)
    previous: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "vi"


class TemplateBook:
    """One template being written."""

    def __init__(
        self, workbook: Workbook, styles: Styles, current: Round, unit: Unit, options: TemplateOptions
    ) -> None:
        self.workbook, self.styles, self.round, self.unit, self.options = workbook, styles, current, unit, options
        self.lines = tuple(current.by_unit[unit.id].values())

    def say(self, key: str, **args: object) -> str:
        return text("template", key, self.options.lang, **args)

    def open_cell(self, sheet: Worksheet, row: int, column: int, style: str, value: Value) -> None:
        """A cell for an answer, with what was typed; text is always text."""
        chosen = self.styles[style]
        if value is None or value == "":
            sheet.write_blank(row, column, None, chosen)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, chosen)
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

    def heading(self, sheet: Worksheet, titles: tuple[tuple[str, str], ...], last: int) -> None:
        for row, (words, style) in enumerate(titles):
            sheet.merge_range(row, 1, row, last, words, self.styles[style])
            sheet.set_row(row, 18 if len(words) < 110 else 34)

    def status_line(self) -> str:
        due = self.round.period.due
        shown = f"{due:%d/%m/%Y}" if due else self.say("due_open")
        return self.say("sheet_line", unit=self.unit.name, period=self.round.period.label, due=shown)


def validation(item: Field, earliest: date, latest: date, lang: Lang) -> dict[str, object]:
    """Excel's data validation of an answer column: what the field's own constraints say, with its help."""
    message: dict[str, object] = {"input_title": item.title[:32], "input_message": item.help[:255]} if item.help else {}
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
        rule = {"validate": "date", "criteria": "between", "minimum": earliest, "maximum": latest + timedelta(days=0)}
        return {**rule, "error_message": words, **stop, **message}
    return {"validate": "any", **message}
