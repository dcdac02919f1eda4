"""Templates: one workbook per unit and period, written from the rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl import layout
from danvan_xl.excel.livecheck import figure_formula, line_formula
from danvan_xl.excel.style import (
    OfficialSheet,
    Styles,
    answer_style,
    close_workbook,
    height_of,
    open_workbook,
    page_setup,
)
from danvan_xl.fields import bounds_text
from danvan_xl.model import Appendix, Field, Form, Line, Role, Unit
from danvan_xl.model.submission import OwnLine, Typed, Value
from danvan_xl.recognise import cell_name
from danvan_xl.round import Round
from danvan_xl.validate import row_context
from danvan_xl.wording import Lang, finding_text, text

HEADER_ROW = 6
"""0-based row of the headings on the sheet of an appendix."""


@dataclass(frozen=True, slots=True)
class TemplateOptions:
    """What an office adds: whom to ask, the answers of the period before (line id → words).

    ``typed``: answers that already stand in the open cells (a template that is given back with its answers).
    """

    contact: str = ""
    typed: Typed = field(default_factory=Typed)
    previous: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "vi"


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    title: str
    width: float
    answer: Field | None = None


def _columns(appendix: Appendix, form: Form) -> tuple[_Column, ...]:
    """The columns of an appendix's sheet, A first."""
    printed = [_Column(item.field, item.title, item.width) for item in appendix.columns]
    target = [_Column(layout.F_TARGET, layout.TARGET, 16)] if any(task.target for task in appendix.tasks) else []
    answers = [_Column(item.name, item.title, item.width, item) for item in form.fields]
    return (
        _Column(layout.F_ID, layout.LINE_ID, 16),
        *printed,
        _Column(layout.F_ROLE, layout.ROLE, 9),
        *target,
        *answers,
        _Column(layout.F_CHECK, layout.LIVE_CHECK, 26),
        _Column(layout.F_PREVIOUS, layout.PREVIOUS, 34),
    )


def due_words(job: Round, lang: Lang) -> str:
    """The due day in words with the weekday, or that the office will say it."""
    period = job.period
    if period.due is None:
        return text("template", "guide_due_open", lang)
    weekday = text("template", f"weekday_{period.due.weekday()}", lang)
    words = text("template", "guide_due_day", lang, weekday=weekday, day=f"{period.due:%d/%m/%Y}")
    if period.reminder is None or period.reminder == period.due:
        return words
    return f"{words} {text('template', 'guide_reminder', lang, reminder=f'{period.reminder:%d/%m/%Y}')}"


class _Template:
    """The writing of one template."""

    def __init__(self, workbook: Workbook, styles: Styles, job: Round, unit: Unit, options: TemplateOptions) -> None:
        self.workbook, self.styles, self.job, self.unit, self.options = workbook, styles, job, unit, options
        self.lines = tuple(job.by_unit[unit.id].values())

    def say(self, key: str, **args: object) -> str:
        return text("template", key, self.options.lang, **args)

    def write(self) -> None:
        job = self.job
        self._guide()
        for appendix in job.plan.appendices:
            self._appendix(appendix)
        if job.plan.statistics:
            self._figures(job.forms[job.plan.statistics])
        if job.plan.difficulties:
            self._words(job.forms[job.plan.difficulties])
        self._identity()

    def _open_cell(self, sheet: Worksheet, row: int, column: int, style: str, value: Value) -> None:
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

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(name, OfficialSheet)
        sheet.hide_gridlines(2)
        return sheet

    def _protect(self, sheet: Worksheet) -> None:
        """Against accidents only: no password; filtering and resizing stay allowed."""
        sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "format_cells": True})

    # ---- Hướng dẫn -------------------------------------------------------------------------------------------

    def _guide(self) -> None:
        sheet, styles, job, say = self._sheet(layout.GUIDE_SHEET), self.styles, self.job, self.say
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, 78)
        sheet.merge_range(0, 0, 0, 1, say("guide_title"), styles["title"])
        sheet.merge_range(1, 0, 1, 1, job.plan.issuing_body, styles["centre_bold"])
        office = job.plan.unit(job.plan.office)
        contact = f"{office.name}. {self.options.contact}".strip()
        number = f"Số {job.plan.number}: " if job.plan.number else ""
        rows = (
            (layout.UNIT_LABEL, self.unit.name, "open"),
            (layout.PERIOD_LABEL, job.period.label, "locked"),
            (say("guide_plan"), f"{number}{job.plan.title}", "locked"),
            (say("guide_due"), due_words(job, self.options.lang), "locked"),
            (say("guide_office"), contact, "locked"),
            (layout.NIL_REPORT_LABEL, "X" if self.options.typed.nil else None, "open"),
            (layout.NIL_REASON_LABEL, self.options.typed.nil_reason or None, "open"),
        )
        for position, (label, value, style) in enumerate(rows, start=3):
            sheet.write_string(position, 0, label, styles["label"])
            if value is None:
                sheet.write_blank(position, 1, None, styles[style])
            else:
                sheet.write_string(position, 1, value, styles[style])
                sheet.set_row(position, height_of([(value, 78)]))
        row = 3 + len(rows)
        sheet.write_string(row, 1, say("guide_nil"), styles["note"])
        row = self._guide_list(sheet, row + 2, say("guide_sheets_title"), self._sheets_to_fill())
        self._guide_list(sheet, row + 1, say("guide_steps_title"), say("guide_steps").split("\n"))
        page_setup(sheet, landscape=False)
        self._protect(sheet)
        sheet.activate()

    def _guide_list(self, sheet: Worksheet, row: int, title: str, items: list[str]) -> int:
        sheet.write_string(row, 0, title, self.styles["label"])
        for position, item in enumerate(items, start=row + 1):
            sheet.merge_range(position, 0, position, 1, item, self.styles["wrapped"])
            sheet.set_row(position, height_of([(item, 118)]))
        return row + 1 + len(items)

    def _sheets_to_fill(self) -> list[str]:
        found = []
        for appendix in self.job.plan.appendices:
            roles = [line.role for line in self.lines if line.task.appendix == appendix.id]
            lead = roles.count(Role.LEAD)
            found.append(self.say("guide_sheet_lines", sheet=appendix.sheet, lead=lead, coordinate=len(roles) - lead))
        for name, key in (
            (self.job.plan.statistics, "guide_sheet_figures"),
            (self.job.plan.difficulties, "guide_sheet_words"),
        ):
            if name:
                form = self.job.forms[name]
                found.append(self.say(key, sheet=form.sheet, count=len(form.indicators)))
        return found

    # ---- the sheet of an appendix ----------------------------------------------------------------------------

    def _heading(self, sheet: Worksheet, titles: tuple[tuple[str, str], ...], last: int) -> None:
        for row, (words, style) in enumerate(titles):
            sheet.merge_range(row, 1, row, last, words, self.styles[style])
            sheet.set_row(row, 18 if len(words) < 110 else 34)

    def _status_line(self) -> str:
        due = self.job.period.due
        shown = f"{due:%d/%m/%Y}" if due else self.say("due_open")
        return self.say("sheet_line", unit=self.unit.name, period=self.job.period.label, due=shown)

    def _appendix(self, appendix: Appendix) -> None:
        form = self.job.form_of(appendix)
        columns = _columns(appendix, form)
        sheet, styles = self._sheet(appendix.sheet), self.styles
        printable = max(i for i, column in enumerate(columns) if column.answer)
        citation = self.job.plan.citation
        self._heading(
            sheet, ((appendix.number, "title"), (appendix.title, "subtitle"), (citation, "citation")), printable
        )
        sheet.write_string(3, 1, self._status_line(), styles["label"])
        sheet.write_string(4, 1, layout.NIL_FORM_LABEL, styles["label"])
        box = _after_text(columns)
        ticked = appendix.id in self.options.typed.nil_forms
        self._open_cell(sheet, 4, box, "open", "X" if ticked else None)
        for position, column in enumerate(columns):
            sheet.write_string(HEADER_ROW, position, column.title, styles["head"])
            sheet.set_row(HEADER_ROW, 48)
            sheet.set_column(position, position, column.width, None, {"hidden": column.name == layout.F_ID})
        last = self._rows(sheet, appendix, form, columns)
        sheet.freeze_panes(HEADER_ROW + 1, _after_text(columns))
        sheet.autofilter(HEADER_ROW, 1, last, len(columns) - 1)
        sheet.print_area(0, 1, last, printable)
        page_setup(sheet, header_row=HEADER_ROW)
        self._live_colours(sheet, columns, last)
        self._protect(sheet)

    def _rows(self, sheet: Worksheet, appendix: Appendix, form: Form, columns: tuple[_Column, ...]) -> int:
        row, group = HEADER_ROW, None
        groups = {item.id: item for item in appendix.groups}
        first = row + 1
        for line in self.lines:
            if line.task.appendix != appendix.id:
                continue
            if line.task.group != group and line.task.group in groups:
                group = line.task.group
                row += 1
                self._group_row(
                    sheet, row, columns, f"{layout.GROUP_MARK}{group}", groups[group].stt, groups[group].title
                )
            row += 1
            self._line_row(sheet, row, form, columns, line)
        row += 1
        self._group_row(sheet, row, columns, f"{layout.GROUP_MARK}+", "", self.say("own_rows"))
        own = [item for item in self.options.typed.own if item.appendix == appendix.id]
        for number in range(1, max(form.spare_rows, len(own) + 1) + 1):
            row += 1
            self._own_row(sheet, row, form, columns, number, own[number - 1] if number <= len(own) else None)
        self._validations(sheet, columns, first, row)
        return row

    def _group_row(
        self, sheet: Worksheet, row: int, columns: tuple[_Column, ...], mark: str, stt: str, title: str
    ) -> None:
        values = {layout.F_ID: mark, "stt": stt, "text": title}
        for position, column in enumerate(columns):
            sheet.write_string(row, position, values.get(column.name, ""), self.styles["group"])

    def _refs(self, row: int, columns: tuple[_Column, ...]) -> dict[str, str]:
        return {column.name: cell_name(row + 1, i + 1) for i, column in enumerate(columns) if column.answer}

    def _line_row(self, sheet: Worksheet, row: int, form: Form, columns: tuple[_Column, ...], line: Line) -> None:
        task, styles = line.task, self.styles
        context = row_context(self.job.plan, self.job.period, self.job.due[task.id], line)
        values = {
            layout.F_ID: line.id,
            layout.F_ROLE: line.role.value,
            layout.F_TARGET: task.target.text if task.target else "",
            layout.F_PREVIOUS: self.options.previous.get(line.id, ""),
        }
        shown = {
            column.name: values.get(column.name, getattr(task, column.name, ""))
            for column in columns
            if not column.answer
        }
        sheet.set_row(row, height_of((words, column.width) for column in columns if (words := shown.get(column.name))))
        typed = self.options.typed.lines.get(line.id, {})
        for position, column in enumerate(columns):
            if column.answer:
                self._open_cell(sheet, row, position, answer_style(column.answer), typed.get(column.name))
            elif column.name == layout.F_CHECK:
                must = line.role is Role.LEAD
                formula = line_formula(form, self._refs(row, columns), context, must_answer=must)
                sheet.write_formula(row, position, formula, styles["locked"], self._silent(must))
            else:
                value = shown[column.name]
                style = "locked_centre" if column.name in ("stt", layout.F_ROLE) else "locked"
                sheet.write_string(
                    row, position, value, styles["locked_grey" if column.name == layout.F_PREVIOUS else style]
                )

    @staticmethod
    def _silent(must_answer: bool) -> str:
        return (finding_text("R002", "live", "vi", {}) or "") if must_answer else ""

    def _own_row(
        self, sheet: Worksheet, row: int, form: Form, columns: tuple[_Column, ...], number: int, typed: OwnLine | None
    ) -> None:
        styles, values = self.styles, typed.values if typed else {}
        context = row_context(self.job.plan, self.job.period, None, None)
        sheet.set_row(row, 32)
        text_column = next(i for i, column in enumerate(columns) if column.name == "text")
        for position, column in enumerate(columns):
            if column.answer:
                self._open_cell(sheet, row, position, answer_style(column.answer), values.get(column.name))
            elif column.name == layout.F_ID:
                sheet.write_string(row, position, layout.own_line_id(number, self.unit.id), styles["locked"])
            elif column.name == "text":
                self._open_cell(sheet, row, position, "open", typed.text if typed else None)
            elif column.name == layout.F_ROLE:
                sheet.write_string(row, position, self.say("own_role"), styles["locked_centre"])
            elif column.name == layout.F_CHECK:
                refs, text_cell = self._refs(row, columns), cell_name(row + 1, text_column + 1)
                formula = line_formula(form, refs, context, must_answer=False, text_cell=text_cell)
                sheet.write_formula(row, position, formula, styles["locked"], "")
            else:
                sheet.write_blank(row, position, None, styles["locked"])

    def _validations(self, sheet: Worksheet, columns: tuple[_Column, ...], first: int, last: int) -> None:
        for position, column in enumerate(columns):
            if column.answer:
                rule = validation(column.answer, self.job.plan.start, self.job.plan.end, self.options.lang)
                sheet.data_validation(first, position, last, position, rule)

    def _live_colours(self, sheet: Worksheet, columns: tuple[_Column, ...], last: int) -> None:
        position = next(i for i, column in enumerate(columns) if column.name == layout.F_CHECK)
        good = self.workbook.add_format({"font_color": "#1E6B34"})
        bad = self.workbook.add_format({"font_color": "#A61C1C", "bold": True})
        area = (HEADER_ROW + 1, position, last, position)
        cell = cell_name(HEADER_ROW + 2, position + 1)
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": f'={cell}="{self.say("live_good")}"', "format": good}
        )
        sheet.conditional_format(*area, {"type": "formula", "criteria": f"=LEN({cell})>0", "format": bad})

    # ---- Số liệu, Khó khăn -----------------------------------------------------------------------------------

    def _figures(self, form: Form) -> None:
        sheet, styles = self._sheet(form.sheet), self.styles
        self._heading(sheet, ((self.say("figures_title"), "title"), (form.title, "citation")), 5)
        sheet.write_string(2, 1, self._status_line(), styles["label"])
        figure, note = form.fields[0], form.fields[1]
        heads = (
            (layout.LINE_ID, 16), ("STT", 6), (layout.INDICATOR, 52), (layout.INDICATOR_UNIT, 14),
            (figure.title, figure.width), (note.title, note.width), (layout.LIVE_CHECK, 34),
        )  # fmt: skip
        for position, (title, width) in enumerate(heads):
            sheet.write_string(4, position, title, styles["head"])
            sheet.set_column(position, position, width, None, {"hidden": position == 0})
        context = row_context(self.job.plan, self.job.period, None, None)
        refs = {item.id: cell_name(6 + i, 5) for i, item in enumerate(form.indicators)}
        for row, item in enumerate(form.indicators, start=5):
            for position, value in enumerate((item.id, str(row - 4), item.title, item.unit)):
                sheet.write_string(row, position, value, styles["locked_centre" if position in (1, 3) else "locked"])
            self._open_cell(sheet, row, 4, "open_number", self.options.typed.figures.get(item.id))
            self._open_cell(sheet, row, 5, "open", self.options.typed.figure_notes.get(item.id))
            formula = figure_formula(form, figure, item.id, refs, context)
            sheet.write_formula(row, 6, formula, styles["locked"], finding_text("V022", "live", "vi", {}))
        last = 4 + len(form.indicators)
        rule = validation(figure, self.job.plan.start, self.job.plan.end, self.options.lang)
        sheet.data_validation(5, 4, last, 4, rule)
        sheet.freeze_panes(5, 0)
        sheet.print_area(0, 1, last, 5)
        page_setup(sheet, header_row=4)
        self._protect(sheet)

    def _words(self, form: Form) -> None:
        sheet, styles = self._sheet(form.sheet), self.styles
        self._heading(sheet, ((self.say("words_title"), "title"), (form.title, "citation")), 3)
        sheet.write_string(2, 1, self._status_line(), styles["label"])
        answer = form.fields[0]
        for position, (title, width) in enumerate(
            ((layout.LINE_ID, 16), ("STT", 6), (layout.QUESTION, 34), (answer.title, answer.width))
        ):
            sheet.write_string(4, position, title, styles["head"])
            sheet.set_column(position, position, width, None, {"hidden": position == 0})
        for row, item in enumerate(form.questions, start=5):
            for position, value in enumerate((item.id, str(row - 4), item.title)):
                sheet.write_string(row, position, value, styles["locked_centre" if position == 1 else "locked"])
            self._open_cell(sheet, row, 3, "open", self.options.typed.words.get(item.id))
            sheet.set_row(row, 96)
            if item.help:
                sheet.data_validation(
                    row,
                    3,
                    row,
                    3,
                    {"validate": "any", "input_title": item.title[:32], "input_message": item.help[:255]},
                )
        sheet.freeze_panes(5, 0)
        page_setup(sheet, header_row=4)
        self._protect(sheet)

    def _identity(self) -> None:
        plan = self.job.plan
        forms = " ".join(f"{item.id}:{item.form}:{self.job.forms[item.form].version}" for item in plan.appendices)
        sheet = self.workbook.add_worksheet(layout.IDENTITY_SHEET)
        pairs = (
            ("format", layout.FORMAT),
            ("plan", plan.id),
            ("plan_version", str(plan.version)),
            ("unit", self.unit.id),
            ("period", self.job.period.id),
            ("forms", forms),
        )
        for row, (name, value) in enumerate(pairs):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()


def _after_text(columns: tuple[_Column, ...]) -> int:
    return next(i for i, column in enumerate(columns) if column.name == "text") + 1


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


def write_template(target: Path, job: Round, unit: Unit, options: TemplateOptions | None = None) -> None:
    """Write the template of ``unit`` for the round's period to ``target`` (replaced if it is there)."""
    options = options or TemplateOptions()
    title = f"{unit.name} - {job.period.label}"
    workbook, styles = open_workbook(str(target), job.plan, title)
    _Template(workbook, styles, job, unit, options).write()
    close_workbook(workbook)


def template_name(job: Round, unit: Unit) -> str:
    """The ASCII file name of a template: ``gia-loc_2026-H1_VHXH.xlsx``."""
    return f"{job.plan.id}_{job.period.id}_{unit.id}.xlsx"
