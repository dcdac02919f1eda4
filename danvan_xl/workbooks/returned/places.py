"""From places in a unit's file to those in a fresh template with its answers."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.answers.tables import Table, find_tables
from danvan_xl.language.text import clean, key
from danvan_xl.model import Finding, Location, layout
from danvan_xl.model.addresses import parse_address
from danvan_xl.model.book import Address, Book
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

    By line id and column where the finding has them, else through the tables of ``source``, the file that was read.
    What has no place in the template keeps its words and loses its cell.
    """
    tables = find_tables(source, current.specs).found
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
        """Where the cell of a finding is in the template, if it belongs to a table or to a label."""
        address = parse_address(where.cell or "")
        if not where.sheet or address is None:
            return None
        return self._in_table(where.sheet, address) or self._beside_label(where.sheet, address)

    def _in_table(self, name: str, address: Address) -> Location | None:
        number, place = address
        for table in self.tables.values():
            form = self.filled.forms.get(table.spec.sheet)
            if table.sheet.name != name or form is None:
                continue
            fields = (field for field, column in table.columns.items() if column == place)
            title = table.spec.titles.get(next(fields, ""))
            for row in (row for row in table.rows() if row.number == number):
                row_id = str(table.cell(row, layout.F_ID) or "").strip()
                if cell := form.cell(row_id, title):
                    return Location(sheet=table.spec.sheet, cell=cell, column=title)
        return None

    def _beside_label(self, name: str, address: Address) -> Location | None:
        """A cell in the row of a label (``Đơn vị báo cáo:`` …)."""
        sheet = self.source.sheet(name)
        row = next((item for item in sheet.rows if item.number == address[0]), None) if sheet else None
        words = {key(clean(value).text) for value in row.values if isinstance(value, str)} if row else set()
        if name in self.filled.book.sheetnames:
            for label in (label for label in LABELS if key(label) in words):
                if cell := labelled_cell(self.filled.book[name], label):
                    return Location(sheet=name, cell=cell)
        return None
