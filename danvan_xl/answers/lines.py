"""The rows of one appendix in one file, in order → the answers of its lines, and what is wrong with each."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart
from danvan_xl.answers.line_identity import LineIdentities
from danvan_xl.answers.mending import mended_rows, repeated_headers
from danvan_xl.answers.own_lines import read_own_line
from danvan_xl.answers.plan_lines import read_plan_line
from danvan_xl.answers.rows import read_row
from danvan_xl.model import Finding, Role, finding, layout
from danvan_xl.model.book import Row
from danvan_xl.model.statuses import STATUS, AnswerState
from danvan_xl.model.submission import Answer

MANY_BLANK = 4
"""Lead lines; a form with at least this many, all of them empty, is reported once."""


class AppendixLines:
    """The lines of an appendix as they are read. ``own``: how many own lines the unit's file had before.

    ``answers``: by line id; ``days``: see ``one_file.swapped_days``.
    """

    def __init__(self, part: AppendixPart, own: int = 0) -> None:
        self.answers: dict[str, Answer] = {}
        self.findings: list[Finding] = []
        self.days: list[tuple[str, date, bool]] = []
        self._part, self._own = part, own
        self._identities = LineIdentities(part)
        self._comments = part.comments()
        self._blank: list[str] = []

    def read(self) -> None:
        """Read every row."""
        part, table = self._part, self._part.table
        form, texts = part.round.forms[part.appendix.form], part.round.texts[part.appendix.id]
        rows, self.findings = mended_rows(table, form, tuple(texts))
        again = set(repeated_headers(table, rows))
        for position, row in enumerate(rows):
            if position in again:
                self.findings.append(finding("R020", table.place(row.number, STATUS), row.number))
            else:
                self._read_row(row)
        self.findings += self._identities.taken_by_text()
        self._whole_form_blank()

    def _read_row(self, row: Row) -> None:
        part = self._part
        identity = self._identities.of(row)
        self.findings += identity.findings
        if identity.group is not None:
            return
        line = identity.line
        line_id = line.id if line else None
        target = line.task.target if line else None
        reading = read_row(part.checker, part.table, row, line_id, target)
        part.doubts.of_row(part.table, row, reading, line_id)
        reading.findings += part.beside(row, line, self._comments.get(row.number, []), empty=reading.is_empty)
        if line is not None:
            outcome = read_plan_line(part, row, reading, line)
        else:
            next_id = layout.own_line_id(self._own + 1, part.unit)
            outcome = read_own_line(part, row, reading, identity, next_id, self._identities.group)
            self._own += outcome.answer is not None
        self.findings += outcome.findings
        self.days += outcome.days
        if outcome.answer is not None:
            self.answers[outcome.answer.line] = outcome.answer
        if outcome.blank and line is not None:
            self._blank.append(line.id)

    def _whole_form_blank(self) -> None:
        """A form that nobody filled in is one finding, not one for each line."""
        lead = [item for item in self.answers.values() if item.role is Role.LEAD]
        answered = any(item.state is not AnswerState.BLANK for item in self.answers.values())
        if len(self._blank) < MANY_BLANK or len(self._blank) != len(lead) or answered:
            return
        table = self._part.table
        self.findings = [item for item in self.findings if item.code != "R002"]
        self.findings.append(finding("R015", table.place(table.header_row, STATUS), len(lead)))
        for line_id in self._blank:
            self.answers[line_id] = replace(self.answers[line_id], codes=("R015",))
