"""Templates: one workbook per unit and period, written from the rules alone."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Appendix, Field, Form, Line, Role, Unit, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.submission import OwnLine
from danvan_xl.round.checkers import row_context
from danvan_xl.round.round import Round
from danvan_xl.wording import finding_text
from danvan_xl.workbooks.template.extra_sheets import write_figures, write_words
from danvan_xl.workbooks.template.guide import write_guide
from danvan_xl.workbooks.template.livecheck import line_formula
from danvan_xl.workbooks.template.template_book import TemplateBook, TemplateOptions, validation
from danvan_xl.workbooks.writing.style import answer_style, close_workbook, height_of, open_workbook, page_setup

__all__ = ["HEADER_ROW", "TemplateOptions", "template_name", "write_template"]

HEADER_ROW = 6
"""0-based row of the headings on the sheet of an appendix."""


class _Column(Struct, frozen=True):
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


class _Template(TemplateBook):
    """The writing of one template."""

    def write(self) -> None:
        current = self.round
        write_guide(self)
        for appendix in current.plan.appendices:
            self._appendix(appendix)
        if current.plan.statistics:
            write_figures(self, current.forms[current.plan.statistics])
        if current.plan.difficulties:
            write_words(self, current.forms[current.plan.difficulties])
        self._identity()

    def _appendix(self, appendix: Appendix) -> None:
        form = self.round.form_of(appendix)
        columns = _columns(appendix, form)
        sheet, styles = self.new_sheet(appendix.sheet), self.styles
        printable = max(i for i, column in enumerate(columns) if column.answer)
        citation = self.round.plan.citation
        self.heading(
            sheet, ((appendix.number, "title"), (appendix.title, "subtitle"), (citation, "citation")), printable
        )
        sheet.write_string(3, 1, self.status_line(), styles["label"])
        sheet.write_string(4, 1, layout.NIL_FORM_LABEL, styles["label"])
        box = _after_text(columns)
        ticked = appendix.id in self.options.typed.nil_forms
        self.open_cell(sheet, 4, box, "open", "X" if ticked else None)
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
        self.protect(sheet)

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
        context = row_context(self.round.plan, self.round.period, self.round.due[task.id], line)
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
                self.open_cell(sheet, row, position, answer_style(column.answer), typed.get(column.name))
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
        context = row_context(self.round.plan, self.round.period, None, None)
        sheet.set_row(row, 32)
        text_column = next(i for i, column in enumerate(columns) if column.name == "text")
        for position, column in enumerate(columns):
            if column.answer:
                self.open_cell(sheet, row, position, answer_style(column.answer), values.get(column.name))
            elif column.name == layout.F_ID:
                sheet.write_string(row, position, layout.own_line_id(number, self.unit.id), styles["locked"])
            elif column.name == "text":
                self.open_cell(sheet, row, position, "open", typed.text if typed else None)
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
                rule = validation(column.answer, self.round.plan.start, self.round.plan.end, self.options.lang)
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

    def _identity(self) -> None:
        plan = self.round.plan
        forms = " ".join(f"{item.id}:{item.form}:{self.round.forms[item.form].version}" for item in plan.appendices)
        sheet = self.workbook.add_worksheet(layout.IDENTITY_SHEET)
        pairs = (
            ("format", layout.FORMAT),
            ("plan", plan.id),
            ("plan_version", str(plan.version)),
            ("unit", self.unit.id),
            ("period", self.round.period.id),
            ("forms", forms),
        )
        for row, (name, value) in enumerate(pairs):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()


def _after_text(columns: tuple[_Column, ...]) -> int:
    return next(i for i, column in enumerate(columns) if column.name == "text") + 1


def write_template(target: Path, current: Round, unit: Unit, options: TemplateOptions | None = None) -> None:
    """Write the template of ``unit`` for the round's period to ``target`` (replaced if it is there)."""
    options = options or TemplateOptions()
    title = f"{unit.name} - {current.period.label}"
    workbook, styles = open_workbook(str(target), current.plan, title)
    _Template(workbook, styles, current, unit, options).write()
    close_workbook(workbook)


def template_name(current: Round, unit: Unit) -> str:
    """The ASCII file name of a template: ``gia-loc_2026-H1_VHXH.xlsx``."""
    return f"{current.plan.id}_{current.period.id}_{unit.id}.xlsx"
