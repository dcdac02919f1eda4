"""From the places of a unit's file to those of a fresh template with its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.answers.tables import Table, find_tables
from danvan_xl.language.text import clean, key
from danvan_xl.model import Finding, Location, layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.book import Book
from danvan_xl.round.round import Round
from danvan_xl.workbooks.returned.filling import Filled, labelled_cell

LABELS = (
    layout.UNIT_LABEL,
    layout.PERIOD_LABEL,
    layout.NIL_REPORT_LABEL,
    layout.NIL_REASON_LABEL,
    layout.NIL_FORM_LABEL,
)


def relocated(findings: tuple[Finding, ...], filled: Filled, source: Book, current: Round) -> tuple[Finding, ...]:
    """The findings of a file with the places that they have in the fresh template.

    By line id and column where the finding has them; else through the tables of ``source``, the file read
    again. What has no place in the template keeps its words and no cell.
    """
    tables, _ = find_tables(source, current.specs)
    old = _OldPlaces(source, tables, filled)
    return tuple(_moved(item, filled, old) for item in findings)


def _moved(item: Finding, filled: Filled, old: _OldPlaces) -> Finding:
    place = filled.locate(item.line, item.location.column) or old.locate(item.location)
    if place is None:
        place = replace(item.location, cell=None)
    return replace(item, location=replace(place, file=item.location.file))


class _OldPlaces(Struct):
    """The tables and labelled cells of the unit's file."""

    source: Book
    tables: Mapping[str, Table]
    filled: Filled

    def locate(self, where: Location) -> Location | None:
        if not where.sheet or not where.cell:
            return None
        return self._in_table(where) or self._beside_label(where)

    def _in_table(self, where: Location) -> Location | None:
        for table in self.tables.values():
            form = self.filled.forms.get(table.spec.sheet)
            if table.sheet.name != where.sheet or form is None:
                continue
            letters = (where.cell or "").rstrip("0123456789")
            names = (name for name, column in table.columns.items() if column_letters(column) == letters)
            title = table.spec.titles.get(next(names, ""))
            for row_id in self._row_ids(table, where.cell or ""):
                if cell := form.cell(row_id, title):
                    return Location(sheet=table.spec.sheet, cell=cell, column=title)
        return None

    @staticmethod
    def _row_ids(table: Table, address: str) -> Iterator[str]:
        number = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)
        for row in table.rows():
            if row.number == number:
                yield str(table.cell(row, layout.F_ID) or "").strip()

    def _beside_label(self, where: Location) -> Location | None:
        """A cell in the row of a label (``Đơn vị báo cáo:`` …)."""
        sheet = next((item for item in self.source.sheets if item.name == where.sheet), None)
        number = (where.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        row = next((item for item in sheet.rows if str(item.number) == number), None) if sheet else None
        words = {key(clean(value).text) for value in row.values if isinstance(value, str)} if row else set()
        if where.sheet in self.filled.book.sheetnames:
            for label in (label for label in LABELS if key(label) in words):
                if cell := labelled_cell(self.filled.book[where.sheet], label):
                    return Location(sheet=where.sheet, cell=cell)
        return None
