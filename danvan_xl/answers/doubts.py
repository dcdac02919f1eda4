"""What the reader of a file could not trust, judged by its place: in an answer, beside it, in our own cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.rows import RowReading
from danvan_xl.answers.tables import Table
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name, column_letters, parse_address
from danvan_xl.model.book import NO_RESULT, Address, Book, Row, Sheet
from danvan_xl.round.live_words import is_count_formula
from danvan_xl.round.printed import PrintedRecord

FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET, OLD_FONTS = "F050", "F052", "F053", "F055"
OF_A_TEMPLATE = frozenset({FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET})
"""Warnings about a workbook that our own templates give rise to."""

DECODED = "N005"


MORE = "F041"
"""The reader's own word for what it did not list."""

MOST_LISTED = 200
"""Doubtful cells of a sheet outside its answers that are listed one by one."""

Doubt = tuple[str, object]
"""The code of a finding, and what was found."""


class Doubts(Struct):
    """What the reader of a book says about single cells.

    ``_untrusted``: sheet → row → column → doubt, of every cell whose value is missing because it can't be trusted;
    ``_merged``: the same for cells that such a cell is merged over; ``_beside``: other findings about cells.
    """

    book: Book
    _untrusted: dict[str, dict[int, dict[int, Doubt]]] = field(default_factory=dict)
    _merged: dict[tuple[str, int, int], Doubt] = field(default_factory=dict)
    _beside: dict[str, dict[int, dict[int, list[Finding]]]] = field(default_factory=dict)
    _rest: list[Finding] = field(default_factory=list)
    _wanted: dict[str, frozenset[int]] = field(default_factory=dict)
    _counts: dict[str, frozenset[Address]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book) -> Doubts:
        """The doubts about a book's cells."""
        doubts = cls(book)
        codes = {sheet.name: doubts._add_sheet(sheet) for sheet in book.sheets if sheet.doubts}
        for item in book.findings:
            place = item.location
            if place.sheet in codes and item.code in codes[place.sheet]:
                continue  # the sheet itself has all of them
            single = place.sheet and place.cell and item.code not in (*OF_A_TEMPLATE, OLD_FONTS)
            address = parse_address(place.cell) if single and place.cell else None
            if address is None or place.sheet is None:
                doubts._rest.append(item)
            else:
                row = doubts._beside.setdefault(place.sheet, {}).setdefault(address[0], {})
                row.setdefault(address[1], []).append(item)
        return doubts

    def _add_sheet(self, sheet: Sheet) -> frozenset[str]:
        """Take over a sheet's doubts; returns the codes of the findings that say the same."""
        rows = self._untrusted.setdefault(sheet.name, {})
        for (row, column), doubt in sheet.doubts.items():
            rows.setdefault(row, {})[column] = doubt
        for top, left, bottom, _ in sheet.merges:
            if bottom > top and (top, left) in sheet.doubts:
                covered = ((sheet.name, row, left) for row in range(top + 1, bottom + 1))
                self._merged |= dict.fromkeys(covered, sheet.doubts[top, left])
        return frozenset({MORE, *(code for code, _ in sheet.doubts.values())})

    def of_row(self, table: Table, row: Row, reading: RowReading, line: str | None) -> None:
        """Add what could not be trusted in the answer cells of a row: it is a fault of the line."""
        name = table.sheet.name
        untrusted = self._untrusted.get(name, {}).get(row.number)
        beside = self._beside.get(name, {}).get(row.number)
        if not beside and not self._merged and (not untrusted or self._only_beside(table, untrusted)):
            return
        for field_name in (*table.spec.answers, "text"):
            column = table.columns.get(field_name)
            if column is None:
                continue
            items = beside.pop(column, []) if beside else []
            doubt = untrusted.pop(column, None) if untrusted else None
            doubt = doubt or self._merged.get((name, row.number, column))
            if doubt:
                items = [self._finding(name, row.number, column, doubt), *items]
            reading.findings += [replace(item, line=line) for item in items]
            if any(item.severity is Severity.ERROR for item in items):
                reading.faulty.add(field_name)
                value = table.sheet.errors.get((row.number, column))
                reading.values.setdefault(field_name, value or items[0].found or "")

    def _only_beside(self, table: Table, untrusted: Mapping[int, Doubt]) -> bool:
        """Whether doubtful cells of a row are none of the answers: live checks without a stored result, mostly."""
        wanted = self._wanted.get(table.sheet.name)
        if wanted is None:
            names = (*table.spec.answers, "text")
            wanted = frozenset(table.columns[name] for name in names if name in table.columns)
            self._wanted[table.sheet.name] = wanted
        return wanted.isdisjoint(untrusted)

    def _finding(self, sheet: str, row: int, column: int, doubt: Doubt) -> Finding:
        code, found = doubt
        shown = None if code == NO_RESULT else found  # no formula of the unit's is repeated
        return finding(code, Location(self.book.path, sheet, cell_name(row, column)), shown)

    def left(self, tables: Mapping[str, Table], found: list[Finding], record: PrintedRecord) -> Iterator[Finding]:
        """The doubts outside the answers: the live check is ours and exempt, the rest can only warn.

        ``found``: the findings of the answers so far. Text in old fonts that was decoded needs nobody's attention.
        """
        exempt: dict[str, dict[int, int]] = {}
        for table in tables.values():
            counts = record.counts(table.spec.sheet, table.header_row) & table.sheet.formulas
            self._counts[table.sheet.name] = counts
            unread = {
                place
                for place, (_, words) in table.sheet.doubts.items()
                if place[0] < table.header_row and is_count_formula(str(words))
            }
            for row, column in counts | unread:
                self._untrusted.get(table.sheet.name, {}).get(row, {}).pop(column, None)
            ours = exempt.setdefault(table.sheet.name, {})
            for name in (layout.F_CHECK, layout.F_PREVIOUS):
                if name in table.columns:
                    ours[table.columns[name]] = table.last_header_row
        for sheet in self.book.sheets:
            yield from map(weakened, self._left_in(sheet.name, exempt.get(sheet.name, {})))
        decoded = {item.location.sheet for item in found if item.code == DECODED}
        for item in self._rest:
            if item.code in OF_A_TEMPLATE:
                yield from self._not_ours(item, tables)
            elif item.code == OLD_FONTS and item.location.sheet in decoded:
                yield replace(item, severity=Severity.INFO)
            else:
                yield item

    def _left_in(self, sheet: str, exempt: Mapping[int, int]) -> Iterator[Finding]:
        """What is left of one sheet, in the order of its cells; beyond a limit only how many.

        ``exempt``: column → the row below which its cells are ours, and judged elsewhere.
        """
        untrusted = sorted(
            (row, column, doubt)
            for row, cells in self._untrusted.get(sheet, {}).items()
            for column, doubt in cells.items()
            if row <= exempt.get(column, row)
        )
        for row, column, doubt in untrusted[:MOST_LISTED]:
            yield self._finding(sheet, row, column, doubt)
        if more := [cell_name(row, column) for row, column, _ in untrusted[MOST_LISTED:]]:
            where = Location(self.book.path, sheet, more[0])
            shown = ", ".join(more[:5]) + (" …" if len(more) > 5 else "")
            yield finding(MORE, where, shown, count=len(more), cells=shown, listed=MOST_LISTED)
        for row, cells in self._beside.get(sheet, {}).items():
            for column, items in cells.items():
                if row <= exempt.get(column, row):
                    yield from items

    def _not_ours(self, item: Finding, tables: Mapping[str, Table]) -> Iterator[Finding]:
        """A template itself has formulas, a hidden column and a hidden sheet: only what goes beyond is reported."""
        sheet = self.book.sheet(item.location.sheet)
        table = next((table for table in tables.values() if table.sheet is sheet), None)
        if sheet is None or table is None:
            if item.location.sheet != layout.IDENTITY_SHEET:
                yield item
            return
        live = table.columns.get(layout.F_CHECK)
        cells = {
            FORMULAS: sorted(
                place for place in sheet.formulas if place[1] != live and place not in self._counts[sheet.name]
            ),
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
