"""The account of the cells around the forms: titles above them, the guide, the list of faults of a returned file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from danvan_xl.answers.labels import beside_label
from danvan_xl.answers.sheet_cells import LONGEST_SHOWN, MOST_SINGLE, places_of, together
from danvan_xl.answers.tables import Table
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name, position_of
from danvan_xl.model.book import Address, Book, Sheet
from danvan_xl.model.submission import CellCount
from danvan_xl.round.fields import tidy, words_of
from danvan_xl.round.live_words import is_count
from danvan_xl.round.printed import LIVE_MARK, Marks, PrintedRecord, mark_of

PAGES = (layout.GUIDE_SHEET, layout.ERRORS_SHEET)
"""Sheets of ours that hold no form."""


def settle_around(
    book: Book,
    tables: Mapping[str, Table],
    record: PrintedRecord,
    unit: str,
    labelled: Mapping[str, Collection[str]],
    findings: Iterable[Finding],
) -> tuple[CellCount, list[Finding]]:
    """The count of the cells around the forms that differ from the template, and what nobody found before.

    ``unit``: the unit's name, as the template has it; ``labelled``: sheet → cells that were read by their label.
    Without a record (0.1.0 wrote none) nothing is known of these cells.
    """
    findings, count, new = list(findings), CellCount(), list[Finding]()
    forms = {table.spec.sheet: table for table in tables.values()}
    for name, marks in record.sheets.items():
        table = forms.get(name)
        sheet = table.sheet if table else book.sheet(name) if name in PAGES else None
        if sheet is not None:
            read = set(labelled.get(sheet.name, ()))
            typed = beside_label(sheet, layout.UNIT_LABEL) if name == layout.GUIDE_SHEET else None
            named = typed.place.cell if typed is not None else None
            if typed is not None and named and isinstance(typed.value, str):
                read.add(named)
            is_as_sent = typed is not None and named not in marks and typed.value in (None, unit)
            counts = record.counts(name, table.header_row) if table else frozenset[Address]()
            one = _Page(
                sheet, marks, table.header_row - 1 if table else None, read, findings, named if is_as_sent else None,
                counts,
            )  # fmt: skip
            count += one.count()
            new += one.new_findings()
    return count, new


class _Page:
    """A sheet, or the rows of a form's sheet above its header, compared with the marks of what was printed there."""

    def __init__(
        self,
        sheet: Sheet,
        marks: Marks,
        last_row: int | None,
        labelled: Collection[str],
        findings: Iterable[Finding],
        named: str | None,
        counts: Collection[Address],
    ) -> None:
        """``last_row``: of the rows to compare; ``named``: the cell with the unit's name, as it was sent or emptied;
        ``counts``: the cells with a count of ours.
        """
        self._sheet = sheet
        self._severity = Severity.INFO if last_row is not None else None
        """Words above a form are a letterhead, as a rule; those on a page of ours were meant to say something."""
        self._words: list[tuple[str, str]] = []
        """Cells with words that were not printed there."""
        left, emptied = {cell: mark for cell, mark in marks.items() if mark != LIVE_MARK}, named
        counted = not sheet.formulas
        for row in sheet.rows:
            if last_row is not None and row.number > last_row:
                break
            for column, value in enumerate(row.values, start=1):
                if value is None or (isinstance(value, (int, float)) and (row.number, column) in counts):
                    continue
                cell = cell_name(row.number, column)
                if cell == named:
                    emptied = None
                elif isinstance(value, str) and left.get(cell) == mark_of(value):
                    del left[cell]
                elif isinstance(value, str) and counts and is_count(value):
                    counted = True
                elif words := words_of(tidy(value)[0], sheet.number_formats.get((row.number, column)))[0].strip():
                    self._words.append((cell, words))
        lost = [] if counted else [cell_name(*place) for place in counts if not self._stands(place)]
        self._gone = [*([emptied] if emptied else []), *lost, *self._without_moved(left)]
        self._read = [cell for cell, _ in self._words if cell in labelled]
        found, _ = places_of(findings, sheet.name)
        self._found = {cell_name(row, column) for row, columns in found.items() for column in columns}
        said = {*labelled, *self._found}
        self._new = [(cell, words) for cell, words in self._words if cell not in said]

    def _stands(self, place: Address) -> bool:
        """Whether there is a formula, or words that are told of for themselves."""
        return place in self._sheet.formulas or cell_name(*place) in {cell for cell, _ in self._words}

    def _without_moved(self, left: dict[str, str]) -> list[str]:
        """Take what only stands in another place off the words; returns the cells whose words are gone."""
        where = Counter(left.values())
        moved: Counter[str] = Counter()
        kept = []
        for cell, words in self._words:
            mark = mark_of(words)
            if moved[mark] < where[mark]:
                moved[mark] += 1
            else:
                kept.append((cell, words))
        self._words = kept
        written = {cell for cell, _ in kept}
        gone = []
        for cell, mark in left.items():
            if moved[mark]:
                moved[mark] -= 1
            elif cell not in written:
                gone.append(cell)
        return gone

    def count(self) -> CellCount:
        """The count of its cells."""
        used = sum(cell not in self._found for cell in self._read)
        changed = len(self._words) + len(self._gone)
        return CellCount(changed, used, 0, len(self._words) - used + len(self._gone))

    def new_findings(self) -> Iterator[Finding]:
        """What nobody found before."""
        name = self._sheet.name
        for cell, words in self._new[:MOST_SINGLE]:
            yield finding("R035", Location(sheet=name, cell=cell), words[:LONGEST_SHOWN], severity=self._severity)
        yield from together("R036", name, [cell for cell, _ in self._new[MOST_SINGLE:]], self._severity)
        yield from together("R037", name, sorted(self._gone, key=position_of))
