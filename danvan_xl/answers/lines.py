"""The rows of one appendix in one file → the answers of its lines, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.mending import mended_rows, repeated_headers
from danvan_xl.answers.rows import (
    RowReading,
    answer_state,
    blank_finding,
    check_row,
    codes_of,
    explained,
    read_row,
    returned_answer,
)
from danvan_xl.answers.tables import Table
from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Finding, Line, Role, Severity, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Row
from danvan_xl.model.marks import unit_comment
from danvan_xl.model.statuses import EXPLANATION, STATUS, AnswerState
from danvan_xl.model.submission import Answer, Value
from danvan_xl.round.checkers import FormChecker, row_context
from danvan_xl.round.fields import show, tidy
from danvan_xl.round.round import Round

LONGEST_SHOWN = 200
MANY_WITHOUT_IDS = 3
"""Rows taken by their text that are told one by one; from here on they are told together."""

MANY_BLANK = 4
PRINTED = ("roadmap", "lead_text", "coordinate_text", "product")


class AppendixReader(Struct):
    """The reading of one appendix under way. ``answers`` by line id; ``current``: made from the plan in force."""

    round: Round
    unit: str
    appendix: Appendix
    table: Table
    doubts: Doubts
    nil: bool
    current: bool
    own: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    days: list[tuple[str, date, bool]] = field(default_factory=list)
    _group: str = ""
    _first_rows: dict[str, int] = field(default_factory=dict)
    _by_text: list[tuple[str, int]] = field(default_factory=list)
    _blank: list[str] = field(default_factory=list)
    _titles: frozenset[str] = frozenset()
    _comments: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def read(self) -> None:
        """Read every row."""
        table, appendix = self.table, self.appendix
        self._titles = self.round.titles[appendix.id]
        for (row_number, column), words in table.sheet.comments.items():
            if row_number > table.last_header_row and (own := unit_comment(words)):
                self._comments.setdefault(row_number, []).append((column, own))
        texts = self.round.texts[appendix.id]
        rows, self.findings = mended_rows(table, self.round.forms[appendix.form], tuple(texts))
        again = set(repeated_headers(table, rows))
        for position, row in enumerate(rows):
            if position in again:
                self.findings.append(finding("R020", table.place(row.number, STATUS), row.number))
            else:
                self._read_row(row)
        self._tell_together()

    @property
    def checker(self) -> FormChecker:
        """The rules of the appendix's form."""
        return self.round.checkers[self.appendix.form]

    # ---- one row ---------------------------------------------------------------------------------------------

    def _read_row(self, row: Row) -> None:
        raw_id = self.table.cell(row, layout.F_ID)
        mark = raw_id.strip() if isinstance(raw_id, str) else ""
        if mark.startswith(layout.GROUP_MARK):
            self._group = mark[1:]
            return
        line_id, first = self._line_id(mark, row)
        if line_id is None and self._is_group_row(row):
            return
        line = self.round.by_unit[self.unit].get(line_id) if line_id and first else None
        reading = read_row(self.checker, self.table, row, line.id if line else None)
        self.doubts.of_row(self.table, row, reading, line.id if line else None)
        reading.findings += self._beside_the_table(row, line, empty=reading.is_empty)
        if line is None:
            if first and line_id is not None and not line_id.endswith(f"@{self.unit}"):
                where = self.table.place(row.number, layout.F_ID)
                reading.findings.append(finding("I013", where, line_id, unit=self.unit))
            self._own_line(row, reading, mark)
        else:
            self._plan_line(row, reading, line)

    def _is_group_row(self, row: Row) -> bool:
        text = self.table.cell(row, "text")
        return isinstance(text, str) and key(text) in self._titles

    def _line_id(self, mark: str, row: Row) -> tuple[str | None, bool]:
        """The line that a row answers, and whether it is the first row that does."""
        line_id = mark if layout.LINE_ID_FORM.fullmatch(mark) else self._id_by_text(mark, row)
        if line_id is None:
            return None, True
        if line_id in self._first_rows:
            where = self.table.place(row.number, layout.F_ID)
            first, second = self._first_rows[line_id], row.number
            self.findings.append(
                finding("I012", where, line_id, line=line_id, line_id=line_id, first_row=first, row=second)
            )
            return line_id, False
        self._first_rows[line_id] = row.number
        return line_id, True

    def _id_by_text(self, mark: str, row: Row) -> str | None:
        """A row whose id was lost but whose text is a task's of this unit."""
        text = self.table.cell(row, "text")
        if mark or not isinstance(text, str):
            return None
        task = self.round.texts[self.appendix.id].get(key(self._plain(row, text)))
        line_id = f"{task.id}@{self.unit}" if task else ""
        if line_id not in self.round.by_unit[self.unit]:
            return None
        self._by_text.append((line_id, row.number))
        return line_id

    def _plain(self, row: Row, text: str) -> str:
        fonts = self.table.sheet.fonts
        font = fonts.get((row.number, self.table.columns["text"])) if fonts else None
        return str(tidy(text, font)[0] or "")

    # ---- a line of the plan ----------------------------------------------------------------------------------

    def _plan_line(self, row: Row, reading: RowReading, line: Line) -> None:
        reading.findings += self._text_findings(row, line, empty=reading.is_empty)
        if reading.is_empty:
            state = answer_state(reading.values, reading.findings)
            if state is AnswerState.ANSWERED:
                if line.role is Role.LEAD:
                    self._silent_line(row, line, reading.findings)
                self.findings += reading.findings
                return
            self._add(row, line, reading, state)
            return
        for name in self.checker.days:
            value = reading.values.get(name)
            if isinstance(value, date) and name not in reading.faulty:
                typed = isinstance(self.table.cell(row, name), datetime | date)
                self.days.append((cell_name(row.number, self.table.columns[name]), value, typed))
        context = row_context(self.round.plan, self.round.period, self.round.due[line.task.id], line)
        reading.findings += check_row(self.checker, self.table, row.number, line.id, reading, context)
        reading.findings = explained(reading.findings, self._explanation(reading))
        state = answer_state(reading.values, reading.findings)
        if STATUS in self.table.missing:
            state = AnswerState.RETURNED
        self._add(row, line, reading, state)

    @staticmethod
    def _explanation(reading: RowReading) -> Value:
        return None if EXPLANATION in reading.faulty else reading.values.get(EXPLANATION)

    def _silent_line(self, row: Row, line: Line, beside: list[Finding]) -> None:
        state = AnswerState.NIL if self.nil else AnswerState.BLANK
        found = [] if self.nil else [blank_finding(self.table, row.number, line.id)]
        if not self.nil and not beside:
            self._blank.append(line.id)
        self.findings += found
        answer = returned_answer(line, state)
        codes = codes_of([*beside, *found])
        self.answers[line.id] = replace(answer, sheet=self.table.sheet.name, row=row.number, codes=codes)

    def _add(self, row: Row, line: Line, reading: RowReading, state: AnswerState) -> None:
        self.findings += reading.findings
        task = line.task
        codes = codes_of(reading.findings)
        if STATUS in self.table.missing:
            codes = ("C002", *codes)
        self.answers[line.id] = Answer(
            line.id,
            task.id,
            task.appendix,
            line.role,
            state,
            reading.values,
            self.table.sheet.name,
            row.number,
            codes,
            group=task.group,
        )

    def _text_findings(self, row: Row, line: Line, *, empty: bool) -> Iterator[Finding]:
        """A row whose printed cells are not the plan's: edited, another line's, or holding the answer."""
        raw, task = self.table.cell(row, "text"), line.task
        if raw is not None and raw != task.text:
            yield from self._text_finding(row, line, self._plain(row, raw) if isinstance(raw, str) else show(raw))
        if not self.current:
            return
        for name in PRINTED:
            value = self.table.cell(row, name)
            printed = getattr(task, name)
            if value is None or value == printed:
                continue
            text = show(tidy(value)[0])
            if text and key(text) != key(printed):
                code = "R013" if empty else "I020"
                where, shown = self.table.place(row.number, name), text[:LONGEST_SHOWN]
                yield finding(code, where, shown, line=line.id, printed=printed or "-", title=where.column)

    def _text_finding(self, row: Row, line: Line, text: str) -> Iterator[Finding]:
        folded, right = key(text), key(line.task.text)
        if folded == right:
            return
        other = self.round.texts[self.appendix.id].get(folded)
        where = self.table.place(row.number, "text")
        expected = line.task.text[:LONGEST_SHOWN]
        if other is None and folded.startswith(right):
            added = text[len(line.task.text) :].strip(" .;:-")[:LONGEST_SHOWN]
            yield finding("R012", where, added, line=line.id, expected_text=expected)
        else:
            code = "I011" if other is None else "I010"
            yield finding(code, where, text[:LONGEST_SHOWN], line=line.id, expected_text=expected)

    def _beside_the_table(self, row: Row, line: Line | None, *, empty: bool) -> Iterator[Finding]:
        """Comments (a question where they stand in place of an answer), and cells in columns without a heading."""
        line_id = line.id if line else None
        for column, words in self._comments.get(row.number, ()):
            place = replace(self.table.place(row.number, ""), cell=cell_name(row.number, column))
            severity = None if empty else Severity.INFO
            yield finding("R014", place, words[:LONGEST_SHOWN], severity=severity, line=line_id)
        values, width = row.values, self.table.width
        if len(values) > width or self.table.bare:
            for column in (*self.table.bare, *range(width + 1, len(values) + 1)):
                value = values[column - 1] if column <= len(values) else None
                if value is not None and str(value).strip():
                    place = replace(self.table.place(row.number, ""), cell=cell_name(row.number, column))
                    yield finding("R016", place, show(value)[:LONGEST_SHOWN], line=line_id)

    # ---- a line of the unit's own ----------------------------------------------------------------------------

    def _own_line(self, row: Row, reading: RowReading, mark: str) -> None:
        """A row that is no line of the plan: the unit's own, or one that the plan has no more."""
        raw = self.table.cell(row, "text")
        text = self._plain(row, raw) if isinstance(raw, str) else show(raw)
        if reading.is_empty and not text:
            self.findings += reading.findings
            return
        where = self.table.place(row.number, "text")
        is_own = layout.OWN_ID_FORM.fullmatch(mark) is not None
        if layout.LINE_ID_FORM.fullmatch(mark):
            reading.findings.append(finding("I014", where, mark))
        elif reading.is_empty and not is_own and self.table.cell(row, "stt") is None:
            self.findings += [*reading.findings, finding("R010", where, text[:80])]
            return
        if not text:
            reading.findings.append(finding("R005" if is_own else "R009", where))
        else:
            reading.findings.append(finding("R003", where, text[:80]))
            if not reading.is_empty:
                context = row_context(self.round.plan, self.round.period, None, None)
                reading.findings += check_row(self.checker, self.table, row.number, None, reading, context)
        self.own += 1
        line_id = layout.own_line_id(self.own, self.unit)
        placed = [replace(item, line=line_id) for item in reading.findings]
        placed = explained(placed, self._explanation(reading))
        self.findings += placed
        bad = any(item.severity is Severity.ERROR for item in placed)
        state = AnswerState.RETURNED if bad else AnswerState.ADDED
        self.answers[line_id] = Answer(
            line_id, None, self.appendix.id, Role.OWN, state, reading.values, self.table.sheet.name, row.number,
            codes_of(placed), text=text, group=self._group,
        )  # fmt: skip

    # ---- one cause, one finding ------------------------------------------------------------------------------

    def _tell_together(self) -> None:
        """Rows without ids, and a form that nobody filled in, are each told once."""
        where = self.table.place(self.table.header_row, "text")
        if len(self._by_text) < MANY_WITHOUT_IDS:
            for line_id, row in self._by_text:
                place = self.table.place(row, "text")
                self.findings.append(finding("R008", place, line=line_id, line_id=line_id))
        else:
            rows = ", ".join(str(row) for _, row in self._by_text[:10])
            self.findings.append(finding("R017", where, len(self._by_text), rows=rows))
        lead = [item for item in self.answers.values() if item.role is Role.LEAD]
        answered = any(item.state is not AnswerState.BLANK for item in self.answers.values())
        if len(self._blank) >= MANY_BLANK and len(self._blank) == len(lead) and not answered:
            self.findings = [item for item in self.findings if item.code != "R002"]
            self.findings.append(finding("R015", self.table.place(self.table.header_row, STATUS), len(lead)))
            for line_id in self._blank:
                self.answers[line_id] = replace(self.answers[line_id], codes=("R015",))
