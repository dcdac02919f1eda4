"""What the reader of a file could not trust, judged by its place: in an answer, beside it, in our own cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.rows import RowReading
from danvan_xl.answers.tables import Table
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name, column_letters, parse_address
from danvan_xl.model.book import Book, Row

FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET, OLD_FONTS = "F050", "F052", "F053", "F055"
OF_A_TEMPLATE = frozenset({FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET})
"""Warnings about a workbook that our own templates give rise to."""

DECODED = "N005"


class Doubts(Struct):
    """The reader's findings about single cells of a book: sheet → row → column → findings."""

    book: Book
    _cells: dict[str, dict[int, dict[int, list[Finding]]]] = field(default_factory=dict)
    _rest: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, book: Book) -> Doubts:
        """The doubts about a book's cells."""
        doubts = cls(book)
        for item in book.findings:
            place = item.location
            single = place.sheet and place.cell and item.code not in (*OF_A_TEMPLATE, OLD_FONTS)
            address = parse_address(place.cell) if single and place.cell else None
            if address is None or place.sheet is None:
                doubts._rest.append(item)
            else:
                row = doubts._cells.setdefault(place.sheet, {}).setdefault(address[0], {})
                row.setdefault(address[1], []).append(item)
        return doubts

    def of_row(self, table: Table, row: Row, reading: RowReading, line: str | None) -> None:
        """Add what could not be trusted in the answer cells of a row: it is a fault of the line."""
        cells = self._cells.get(table.sheet.name, {}).get(row.number)
        if not cells:
            return
        for name in (*table.spec.answers, "text"):
            column = table.columns.get(name)
            items = cells.pop(column, None) if column is not None else None
            if items is None or column is None:
                continue
            reading.findings += [replace(item, line=line) for item in items]
            if any(item.severity is Severity.ERROR for item in items):
                reading.faulty.add(name)
                value = table.sheet.errors.get((row.number, column))
                reading.values.setdefault(name, value or items[0].found or "")

    def left(self, tables: Mapping[str, Table], found: list[Finding]) -> Iterator[Finding]:
        """The doubts outside the answers: the live check is ours and exempt, the rest can only warn.

        ``found``: the findings of the answers so far. Text in old fonts that was decoded needs nobody's attention.
        """
        exempt: dict[str, set[int]] = {}
        for table in tables.values():
            ours = exempt.setdefault(table.sheet.name, set())
            ours |= {table.columns[name] for name in (layout.F_CHECK, layout.F_PREVIOUS) if name in table.columns}
        for sheet, rows in self._cells.items():
            for cells in rows.values():
                for column, items in cells.items():
                    if column not in exempt.get(sheet, ()):
                        yield from map(weakened, items)
        decoded = {item.location.sheet for item in found if item.code == DECODED}
        for item in self._rest:
            if item.code in OF_A_TEMPLATE:
                yield from self._not_ours(item, tables)
            elif item.code == OLD_FONTS and item.location.sheet in decoded:
                yield replace(item, severity=Severity.INFO)
            else:
                yield item

    def _not_ours(self, item: Finding, tables: Mapping[str, Table]) -> Iterator[Finding]:
        """A template itself has formulas, a hidden column and a hidden sheet: only what goes beyond is reported."""
        sheet = next((sheet for sheet in self.book.sheets if sheet.name == item.location.sheet), None)
        table = next((table for table in tables.values() if table.sheet is sheet), None)
        if sheet is None or table is None:
            if item.location.sheet != layout.IDENTITY_SHEET:
                yield item
            return
        live = table.columns.get(layout.F_CHECK)
        cells = {
            FORMULAS: sorted(place for place in sheet.formulas if place[1] != live),
            HIDDEN_COLUMNS: sorted((1, c) for c in sheet.hidden_columns if c != table.columns.get(layout.F_ID)),
        }.get(item.code)
        if cells is None:
            yield item
        elif cells:
            names = [cell_name(*place) for place in cells]
            columns = ", ".join(column_letters(column) for _, column in cells[:5])
            where = Location(sheet=sheet.name, cell=names[0])
            yield finding(item.code, where, item.found, count=len(names), cells=", ".join(names[:5]), columns=columns)


def weakened(item: Finding) -> Finding:
    """The same, at most a warning."""
    return replace(item, severity=Severity.WARNING) if item.severity is Severity.ERROR else item
