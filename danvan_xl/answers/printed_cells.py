"""A row whose printed cells are not the plan's: edited, emptied, another line's, or holding the answer."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from danvan_xl.answers.appendix_part import AppendixPart
from danvan_xl.answers.sheet_cells import LONGEST_SHOWN
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Line, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import RawValue, Row
from danvan_xl.round.printed import LINE_COLUMNS, line_words

OF_EVERY_VERSION = frozenset({layout.F_ID, "text"})
"""What a template of an older version of the plan has in common with one of the plan in force."""

HELPERS = frozenset({layout.F_ROLE, layout.F_TARGET})
"""Columns that we add to the plan's: what a unit writes there is no other wording of the plan's."""


class PrintedCells(Struct, frozen=True):
    """The printed columns of an appendix's table, in order: field and 0-based place."""

    part: AppendixPart
    places: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, part: AppendixPart) -> PrintedCells:
        """Those of a table."""
        columns = part.table.columns
        names = (name for name in LINE_COLUMNS if name in columns and (part.in_force or name in OF_EVERY_VERSION))
        return cls(part, tuple((name, columns[name] - 1) for name in names))

    def compare(self, row: Row, line: Line, *, empty: bool) -> tuple[list[Finding], list[int]]:
        """What is odd about the printed cells of a line's row, and the (1-based) columns of those that say other words.

        Cells that were emptied are noted in the account of the sheet.
        """
        values, width = row.values, len(row.values)
        findings: list[Finding] = []
        changed: list[int] = []
        for name, place in self.places:
            value = values[place] if place < width else None
            printed = line_words(line, name)
            if value == printed or (value is None and not printed):
                continue
            words = self._words(row, name, value)
            if key(words) == key(printed):
                continue
            if words or name == layout.F_ID:
                changed.append(place + 1)
                findings += self._other_words(row, line, name, words, empty=empty)
            elif (row.number, place + 1) not in self.part.table.sheet.doubts:
                self.part.cells.cleared.append(cell_name(row.number, place + 1))
        return findings, changed

    def _words(self, row: Row, name: str, value: RawValue) -> str:
        if name == "text" and isinstance(value, str):
            return self.part.plain_text(row, value)
        return "" if value is None else self.part.seen(row.number, self.part.table.columns[name], value)

    def _other_words(self, row: Row, line: Line, name: str, words: str, *, empty: bool) -> Iterator[Finding]:
        """A cell with other words than the plan's. An id that is gone is told where its row was recognised."""
        where, shown = self.part.table.place(row.number, name), words[:LONGEST_SHOWN]
        if name == layout.F_ID:
            if words:
                yield finding("I023", where, shown, line=line.id, line_id=line.id)
        elif name == "text":
            yield from self._text_cell(row, line, words)
        elif name in HELPERS:
            yield finding("R035", where, shown, line=line.id)
        else:
            code = "R013" if empty and name != "stt" else "I020"
            yield finding(code, where, shown, line=line.id, printed=line_words(line, name) or "-", title=where.column)

    def _text_cell(self, row: Row, line: Line, text: str) -> Iterator[Finding]:
        """A text that is not the line's: with something added, another line's, or nobody's."""
        folded, right = key(text), key(line.task.text)
        other = self.part.round.texts[self.part.appendix.id].get(folded)
        where = self.part.table.place(row.number, "text")
        expected = line.task.text[:LONGEST_SHOWN]
        if other is None and folded.startswith(right):
            added = text[len(line.task.text) :].strip(" .;:-")[:LONGEST_SHOWN]
            yield finding("R012", where, added, line=line.id, expected_text=expected)
        else:
            code = "I011" if other is None else "I010"
            yield finding(code, where, text[:LONGEST_SHOWN], line=line.id, expected_text=expected)
