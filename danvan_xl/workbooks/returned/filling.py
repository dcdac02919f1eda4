"""A fresh template with a unit's answers in it, open for marking: for a file that can't be edited itself.

The template writer fills the answers in; this module finds the cell of each again.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.model import Location, Role, Unit, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.returned.marking import keep_as_text
from danvan_xl.workbooks.returned.saving import guarded, unguard
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROWS = 20
"""The rows of a template in which a header or a label may be."""


class FormSheet(Struct):
    """Where things are on a form's sheet: id → row, heading → column."""

    rows: dict[str, int]
    columns: dict[str, int]

    @classmethod
    def of(cls, sheet: Worksheet) -> FormSheet | None:
        """None where the sheet holds no form."""
        for header, values in enumerate(sheet.iter_rows(max_row=HEADER_ROWS, values_only=True), start=1):
            if layout.LINE_ID in values:
                columns = {str(title): column for column, title in enumerate(values, start=1)}
                ids = sheet.iter_rows(
                    min_row=header + 1,
                    min_col=columns[layout.LINE_ID],
                    max_col=columns[layout.LINE_ID],
                    values_only=True,
                )
                rows = {str(name): row for row, (name,) in enumerate(ids, start=header + 1) if name is not None}
                return cls(rows, columns)
        return None

    def cell(self, row_id: str | None, title: str | None) -> str | None:
        """The address of a row's cell under a heading."""
        row, column = self.rows.get(row_id or ""), self.columns.get(title or "")
        return cell_name(row, column) if row and column else None


class Filled(Struct):
    """A filled template that is open: its forms by sheet name, and line id → (sheet name, id of the row)."""

    book: Workbook
    forms: dict[str, FormSheet]
    lines: dict[str, tuple[str, str]] = field(default_factory=dict)

    def locate(self, line: str | None, title: str | None) -> Location | None:
        """Where a line's cell is in the template."""
        sheet, row = self.lines.get(line or "", ("", ""))
        cell = self.forms[sheet].cell(row, title) if sheet else None
        return Location(sheet=sheet, cell=cell, column=title) if cell else None


def filled_template(submission: Submission, current: Round, unit: Unit, lang: Lang = "vi") -> Filled:
    """The template of ``unit`` in ``current``'s period with the submission's answers, open in openpyxl."""
    from openpyxl import load_workbook

    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        path = Path(folder, "template.xlsx")
        write_template(path, current, unit, TemplateOptions(typed=submission.typed(), lang=lang))
        book = load_workbook(io.BytesIO(guarded(path.read_bytes())))
    unguard(book)
    for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        if cell.protection is not None and not cell.protection.locked:  # an answer, typed by anybody
            keep_as_text(cell)
    forms = {sheet.title: found for sheet in book.worksheets if (found := FormSheet.of(sheet))}
    return Filled(book, forms, _rows_of_lines(submission, current, unit))


def _rows_of_lines(submission: Submission, current: Round, unit: Unit) -> dict[str, tuple[str, str]]:
    """Line id → (sheet name, id of the row): a line of the plan has its own, the unit's own are renumbered."""
    found: dict[str, tuple[str, str]] = {}
    used: dict[str, int] = {}
    for answer in submission.answers:
        name = current.appendices[answer.appendix].sheet
        row_id = answer.line
        if answer.role is Role.OWN:
            used[name] = used.get(name, 0) + 1
            row_id = layout.own_line_id(used[name], unit.id)
        found[answer.line] = (name, row_id)
    return found


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
