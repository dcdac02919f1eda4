"""The rows of one appendix in one file, in order → the answers of its lines, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart, LineOutcome
from danvan_xl.answers.line_identity import LineIdentities, RowIdentity
from danvan_xl.answers.mending import mended_rows, repeated_headers
from danvan_xl.answers.own_lines import read_own_line
from danvan_xl.answers.plan_lines import read_plan_line
from danvan_xl.answers.printed_cells import PrintedCells
from danvan_xl.answers.rows import RowReading, explained, read_row, returned, with_code
from danvan_xl.answers.sheet_cells import says
from danvan_xl.model import Finding, Role, finding, layout
from danvan_xl.model.book import Row
from danvan_xl.model.statuses import EXPLANATION, STATUS, AnswerState
from danvan_xl.model.submission import Answer, CellCount
from danvan_xl.wording import text

MANY_BLANK = 4
"""Lead lines; a form with at least this many, all of them empty, is reported once."""


class AppendixLines:
    """The lines of an appendix as they are read. ``own``: how many own lines the unit's file had before.

    ``answers``: by line id; ``days``: see ``swapped_days``; ``count``: the cells that differ from the
    template.
    """

    def __init__(self, part: AppendixPart, own: int = 0) -> None:
        self.count = CellCount()
        self.answers: dict[str, Answer] = {}
        self.findings: list[Finding] = []
        self.days: list[tuple[str, date, bool]] = []
        self._part, self._own = part, own
        self._identities = LineIdentities(part)
        self._comments = part.comments()
        self._printed = PrintedCells.of(part)
        self._groups = {item.id: item for item in part.appendix.groups}
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
                part.cells.other(row, {})
            else:
                self._read_row(row)
        self.findings += self._identities.taken_by_text()
        self._twice()
        self._whole_form_blank()
        self._settle()

    @property
    def seen(self) -> Collection[str]:
        """The ids of the lines that have a row."""
        return self._identities.seen

    def _read_row(self, row: Row) -> None:
        part = self._part
        identity = self._identities.of(row)
        self.findings += identity.findings
        if identity.group is not None:
            part.cells.other(row, self._group_words(identity))
            return
        line = identity.line
        line_id = line.id if line else None
        target = line.task.target if line else None
        reading = read_row(part.checker, part.table, row, line_id, target)
        part.doubts.of_row(part.table, row, reading, line_id)
        reading.findings += part.commented(row, line, self._comments.get(row.number, []), empty=reading.is_empty)
        if line is not None:
            odd, changed = self._printed.compare(row, line, empty=reading.is_empty)
            reading.findings += odd
            part.cells.line(row, line.id, reading.values, changed)
            outcome = read_plan_line(part, row, reading, line)
        else:
            next_id = layout.own_line_id(self._own + 1, part.unit)
            outcome = read_own_line(part, row, reading, identity, next_id, self._identities.group)
            self._own += outcome.answer is not None
            self._note_own(row, identity, reading, outcome)
        self.findings += outcome.findings
        self.days += outcome.days
        if outcome.answer is not None:
            self.answers[outcome.answer.line] = outcome.answer
        if outcome.blank and line is not None:
            self._blank.append(line.id)

    def _group_words(self, identity: RowIdentity) -> Mapping[str, str]:
        """What the template prints in the heading row of a group."""
        mark, group = f"{layout.GROUP_MARK}{identity.group}", self._groups.get(identity.group or "")
        if group is None:
            return {layout.F_ID: identity.mark, "text": text("template", "own_rows")}
        return {layout.F_ID: mark, "stt": group.stt, "text": group.title}

    def _note_own(self, row: Row, identity: RowIdentity, reading: RowReading, outcome: LineOutcome) -> None:
        """Note what a row that is no line of the plan holds, for the account."""
        role = self._part.table.cell(row, layout.F_ROLE)
        is_ours = isinstance(role, str) and says(role, Role.OWN.value)
        printed = {layout.F_ROLE: Role.OWN.value} if is_ours or layout.OWN_ID_FORM.fullmatch(identity.mark) else {}
        if is_ours or identity.mark:
            is_id = layout.OWN_ID_FORM.fullmatch(identity.mark) or layout.LINE_ID_FORM.fullmatch(identity.mark)
            printed[layout.F_ID] = identity.mark if is_id else layout.OWN_ID
        answer = outcome.answer
        read = () if answer is None else (*reading.values, "text")
        self._part.cells.other(row, printed, read, None if answer is None else answer.line)

    def _twice(self) -> None:
        """A line that stands in two rows: neither is its answer until the unit says which."""
        for item in self.findings:
            first = self.answers.get(item.line or "") if item.code == "I012" else None
            if first is not None:
                self.answers[first.line] = returned(first, item.code)

    def _settle(self) -> None:
        """Account for every cell of the sheet; what nobody found before belongs to its line."""
        self.count, found = self._part.cells.settle([*self._part.table.findings, *self.findings])
        for item in found:
            answer = self.answers.get(item.line or "")
            if answer is not None:
                self.answers[answer.line] = with_code(answer, item.code)
            self.findings += explained([item], answer.values.get(EXPLANATION) if answer is not None else None)

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
