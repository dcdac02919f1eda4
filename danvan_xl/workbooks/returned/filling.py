"""A template with a unit's answers in it: for a file that can't be edited, and for ``migrate``.

Answers go to their line by id; a unit's own lines go, in order, to the empty rows at the end of their form.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.model import Location, Unit, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Submission, Value
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round
from danvan_xl.workbooks.returned.marking import put_text
from danvan_xl.workbooks.returned.saving import pack
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from danvan_xl.workbooks.writing.atomic import atomic_path

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROWS = 20


class FormSheet(Struct):
    """A form's sheet in a fresh template: id → row, heading → column."""

    sheet: Worksheet
    header: int
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Worksheet) -> FormSheet | None:
        """None where the sheet holds no form."""
        for header in range(1, HEADER_ROWS + 1):
            if sheet.cell(header, 1).value == layout.LINE_ID:
                found = cls(sheet, header)
                for column in range(1, sheet.max_column + 1):
                    found.columns[str(sheet.cell(header, column).value)] = column
                for row in range(header + 1, sheet.max_row + 1):
                    if (name := sheet.cell(row, 1).value) is not None:
                        found.rows[str(name)] = row
                return found
        return None

    def cell(self, row_id: str | None, title: str | None) -> str | None:
        """The address of a row's cell under a heading."""
        row, column = self.rows.get(row_id or ""), self.columns.get(title or "")
        return cell_name(row, column) if row and column else None


class Filled(Struct):
    """A fresh template that is open: its forms by sheet name, and line id → (sheet name, id of the row)."""

    book: Workbook
    forms: dict[str, FormSheet]
    lines: dict[str, tuple[str, str]] = field(default_factory=dict)

    def locate(self, line: str | None, title: str | None) -> Location | None:
        """Where a line's cell stands in the template."""
        sheet, row = self.lines.get(line or "", ("", ""))
        cell = self.forms[sheet].cell(row, title) if sheet else None
        return Location(sheet=sheet, cell=cell, column=title) if cell else None


def filled_template(
    submission: Submission, current: Round, unit: Unit, options: TemplateOptions | None = None
) -> Filled:
    """The template of ``unit`` in ``current``'s period, open in openpyxl, with the submission's answers."""
    from openpyxl import load_workbook

    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        path = Path(folder, "template.xlsx")
        write_template(path, current, unit, options)
        book = load_workbook(path)
    forms = {sheet.title: found for sheet in book.worksheets if (found := FormSheet.of(sheet))}
    filled = Filled(book, forms)
    _place_lines(filled, submission, current)
    _fill_lines(filled, submission, current)
    _fill_extras(filled, submission, current)
    _fill_nil(filled, submission, current)
    return filled


def fill_template(
    target: Path, submission: Submission, current: Round, unit: Unit, options: TemplateOptions | None = None
) -> None:
    """Write the current template of ``unit`` with the submission's answers in place (for ``migrate``)."""
    filled = filled_template(submission, current, unit, options)
    with atomic_path(target) as path:
        pack(filled.book, path)


# ---- filling ---------------------------------------------------------------------------------------------


def _place_lines(filled: Filled, submission: Submission, current: Round) -> None:
    """Which row takes which answer; own lines beyond the spare rows get rows of their own."""
    used: dict[str, int] = {}
    for answer in submission.answers:
        name = current.appendices[answer.appendix].sheet
        form = filled.forms[name]
        if answer.task is not None:
            if answer.line in form.rows:
                filled.lines[answer.line] = (name, answer.line)
            continue
        number = used[name] = used.get(name, 0) + 1
        row_id = layout.own_line_id(number, answer.line.partition("@")[2])
        if row_id not in form.rows:
            _add_own_row(form, row_id)
        filled.lines[answer.line] = (name, row_id)


def _add_own_row(form: FormSheet, row_id: str) -> None:
    """One more row for a line of the unit's own, looking like the last one (without its live check)."""
    sheet, last = form.sheet, max(form.rows.values())
    for column in range(1, sheet.max_column + 1):
        before: Any = sheet.cell(last, column)
        cell: Any = sheet.cell(last + 1, column)
        cell._style = before._style
        if before.data_type == "s" and column != 1:
            cell.value = before.value
    own_text = form.columns.get(_text_heading(form))
    if own_text:
        sheet.cell(last + 1, own_text).value = None
    put_text(sheet.cell(last + 1, 1), row_id)
    sheet.row_dimensions[last + 1].height = sheet.row_dimensions[last].height
    form.rows[row_id] = last + 1


def _text_heading(form: FormSheet) -> str:
    headings = {key(title) for title in layout.PRINTED_ALIASES["text"]}
    return next((title for title in form.columns if key(title) in headings), "")


def _fill_lines(filled: Filled, submission: Submission, current: Round) -> None:
    for answer in submission.answers:
        if answer.line not in filled.lines:
            continue
        name, row_id = filled.lines[answer.line]
        form = filled.forms[name]
        titles = {item.name: item.title for item in current.form_of(current.appendices[answer.appendix]).fields}
        for item, value in answer.values.items():
            _put(form, row_id, titles.get(item), value)
        if answer.task is None:
            printed = {item.field: item.title for item in current.appendices[answer.appendix].columns}
            _put(form, row_id, printed.get("text"), answer.text or None)


def _fill_extras(filled: Filled, submission: Submission, current: Round) -> None:
    plan = current.plan
    for name, answers in (
        (plan.statistics, ((FIGURE, submission.figures), (NOTE, submission.figure_notes))),
        (plan.difficulties, ((WORDS, submission.words),)),
    ):
        if name is None or current.forms[name].sheet not in filled.forms:
            continue
        form = filled.forms[current.forms[name].sheet]
        titles = {item.name: item.title for item in current.forms[name].fields}
        for column, values in answers:
            for row_id, value in values.items():
                _put(form, row_id, titles.get(column), value)


def _put(form: FormSheet, row_id: str, title: str | None, value: Value) -> None:
    """Write a value as what it is; text stays text, a day in a cell that is not for days is written out."""
    address = form.cell(row_id, title)
    if address is None or value is None:
        return
    cell: Any = form.sheet[address]
    if isinstance(value, date) and not cell.is_date and "yy" not in cell.number_format:
        put_text(cell, show(value))
    elif isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def _fill_nil(filled: Filled, submission: Submission, current: Round) -> None:
    guide = filled.book[layout.GUIDE_SHEET]
    if submission.nil:
        _beside(guide, layout.NIL_REPORT_LABEL, "X")
    if submission.nil_reason:
        _beside(guide, layout.NIL_REASON_LABEL, submission.nil_reason)
    for name in submission.nil_forms:
        _beside(filled.book[current.appendices[name].sheet], layout.NIL_FORM_LABEL, "X")


def _beside(sheet: Worksheet, label: str, words: str) -> None:
    address = labelled_cell(sheet, label)
    if address:
        put_text(sheet[address], words)


def labelled_cell(sheet: Worksheet, label: str) -> str | None:
    """The first open cell to the right of a label."""
    for row in sheet.iter_rows(max_row=HEADER_ROWS):
        for cell in row:
            if isinstance(cell.value, str) and key(cell.value) == key(label):
                for right in range(cell.column + 1, sheet.max_column + 1):
                    found = sheet.cell(cell.row, right)
                    if found.protection is not None and not found.protection.locked:
                        return found.coordinate
    return None
