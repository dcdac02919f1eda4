"""One appendix of one file: what its rows are read with, and the outcome of a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.rows import RowReading
from danvan_xl.answers.sheet_cells import LONGEST_SHOWN, SheetCells
from danvan_xl.answers.tables import Table
from danvan_xl.model import Appendix, Finding, Line, Severity, finding
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import RawValue, Row
from danvan_xl.model.marks import unit_comment
from danvan_xl.model.statuses import EXPLANATION
from danvan_xl.model.submission import Answer, Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.fields import tidy, words_of
from danvan_xl.round.round import Round


class AppendixPart(Struct, frozen=True):
    """The table of an appendix in the file of a unit.

    ``nil``: the unit said "không phát sinh" for all of it; ``in_force``: the template was made from the plan in force;
    ``cells``: the account of the sheet's cells.
    """

    round: Round
    unit: str
    appendix: Appendix
    table: Table
    doubts: Doubts
    nil: bool
    in_force: bool
    cells: SheetCells

    @property
    def checker(self) -> FormChecker:
        """The rules of the appendix's form."""
        return self.round.checkers[self.appendix.form]

    def plain_text(self, row: Row, text: str) -> str:
        """The text of a row's text cell, as it is kept."""
        fonts = self.table.sheet.fonts
        font = fonts.get((row.number, self.table.columns["text"])) if fonts else None
        return str(tidy(text, font)[0] or "")

    def seen(self, row: int, column: int, value: RawValue) -> str:
        """What stands in a cell that is no answer, as the unit saw it."""
        return words_of(tidy(value)[0], self.table.sheet.number_formats.get((row, column)))[0]

    def comments(self) -> dict[int, list[tuple[int, str]]]:
        """Row → (column, words) of what the unit itself wrote in comments below the header."""
        found: dict[int, list[tuple[int, str]]] = {}
        for (row, column), words in self.table.sheet.comments.items():
            if row > self.table.last_header_row and (own := unit_comment(words)):
                found.setdefault(row, []).append((column, own))
        return found

    def commented(
        self, row: Row, line: Line | None, comments: list[tuple[int, str]], *, empty: bool
    ) -> Iterator[Finding]:
        """The unit's comments in a row: a question where they take the place of an answer."""
        line_id = line.id if line else None
        for column, words in comments:
            place = replace(self.table.place(row.number, ""), cell=cell_name(row.number, column))
            severity = None if empty else Severity.INFO
            yield finding("R014", place, words[:LONGEST_SHOWN], severity=severity, line=line_id)


def explanation_of(reading: RowReading) -> Value:
    """What the unit wrote under ``Giải trình`` of a row, where that could be read."""
    return None if EXPLANATION in reading.faulty else reading.values.get(EXPLANATION)


class LineOutcome(Struct):
    """The outcome of one row: its answer (None: it gives none), its findings, the days that it gives.

    ``blank``: a lead line that the unit left empty, with no other finding.
    """

    answer: Answer | None
    findings: list[Finding]
    days: list[tuple[str, date, bool]] = field(default_factory=list)
    blank: bool = False
