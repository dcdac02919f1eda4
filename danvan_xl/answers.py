"""One workbook → one submission: who it is from, what it answers line by line, what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from danvan_xl import layout
from danvan_xl.extras import read_figures, read_words
from danvan_xl.fields import tidy
from danvan_xl.language.cellvalues import is_tick
from danvan_xl.language.text import key
from danvan_xl.model import Appendix, Finding, Line, Location, Role, Severity, Task, Unit, finding
from danvan_xl.model.book import Book, Row
from danvan_xl.model.submission import Answer, AnswerState, FileStatus, Identity, Submission, Value
from danvan_xl.recognise import Table, beside_label, cell_name, column_letters, find_tables, read_identity
from danvan_xl.round import Round
from danvan_xl.validate import (
    FormChecker,
    RowReading,
    answer_state,
    blank_finding,
    check_row,
    codes_of,
    deleted_finding,
    read_row,
    returned_answer,
    row_context,
)

FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET = "F050", "F052", "F053"
OF_A_TEMPLATE = frozenset({FORMULAS, HIDDEN_COLUMNS, HIDDEN_SHEET})
"""Warnings about a workbook that our own templates give cause for."""


def read_submission(book: Book, job: Round) -> Submission:
    """The submission that a workbook holds. Every fault of the file is in its findings; nothing is raised."""
    if any(item.severity is Severity.BLOCKER for item in book.findings):
        return Submission(book.path, book.sha256, None, None, FileStatus.REFUSED, findings=book.findings)
    identity, problem = read_identity(book)
    if identity is None:
        assert problem is not None
        return _refused(book, None, (problem,))
    blockers = tuple(_identity_blockers(book, identity, job))
    if blockers:
        return _refused(book, identity, blockers)
    return _Reading(book, identity, job).submission()


def _refused(book: Book, identity: Identity | None, findings: tuple[Finding, ...]) -> Submission:
    unit, period = (identity.unit, identity.period) if identity else (None, None)
    return Submission(book.path, book.sha256, unit, period, FileStatus.REFUSED, findings=findings)


def _identity_blockers(book: Book, identity: Identity, job: Round) -> Iterator[Finding]:
    where = Location(sheet=layout.IDENTITY_SHEET)
    if identity.plan != job.plan.id:
        yield finding("I002", where, identity.plan, plan=job.plan.id)
    if identity.period != job.period.id:
        yield finding("I003", where, identity.period, period=job.period.id)
    if identity.plan != job.plan.id:
        return
    units = {unit.id: unit for unit in job.plan.reporting_units}
    if identity.unit not in units:
        yield finding("I004", where, identity.unit, known=", ".join(units))
    else:
        yield from _typed_name(book, units[identity.unit], job)
    if identity.plan_version > job.plan.version:
        yield finding("I007", where, identity.plan_version, version=job.plan.version)


def _typed_name(book: Book, unit: Unit, job: Round) -> Iterator[Finding]:
    """The unit's name as typed, in every labelled cell, must be a name of the unit that the file is for."""
    names = {key(name) for name in (unit.id, unit.name, unit.short, *unit.aliases)}
    body = key(job.plan.issuing_body)
    for sheet in book.sheets:
        typed = beside_label(sheet, layout.UNIT_LABEL)
        if typed is None or not isinstance(typed.value, str):
            continue
        text, _ = tidy(typed.value)
        folded = key(str(text)).rstrip(" .;,")
        plain = folded.removesuffix(body).rstrip(" ,-")
        if folded not in names and plain not in names:
            yield finding("I005", typed.place, text, unit=unit.name)
            return


@dataclass(slots=True)
class _Reading:
    """The reading of one file under way."""

    book: Book
    identity: Identity
    job: Round
    findings: list[Finding] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    nil_forms: list[str] = field(default_factory=list)
    doubts: dict[tuple[str, str], list[Finding]] = field(default_factory=lambda: defaultdict(list))
    own: int = 0

    def submission(self) -> Submission:
        """Read everything, then say what became of the file."""
        book, job, identity = self.book, self.job, self.identity
        for item in book.findings:
            if item.location.sheet and item.location.cell and item.code not in OF_A_TEMPLATE:
                self.doubts[item.location.sheet, item.location.cell].append(item)
        tables, problems = find_tables(book, job.specs)
        self.findings += problems
        nil, reason, nil_place = self._nil_report()
        for appendix in job.plan.appendices:
            table = tables.get(appendix.id)
            if table is not None:
                self._read_appendix(appendix, table, nil=nil)
        self._missing_lines()
        figures: Mapping[str, Value] = {}
        notes: Mapping[str, str] = {}
        words: Mapping[str, str] = {}
        if job.plan.statistics in tables:
            checker = job.checkers[job.plan.statistics]
            figures, notes, found = read_figures(checker, tables[job.plan.statistics], job, asked=not nil)
            self.findings += found
        if job.plan.difficulties in tables:
            words = read_words(job.checkers[job.plan.difficulties], tables[job.plan.difficulties])
        if nil and any(item.state is AnswerState.ANSWERED for item in self.answers.values()):
            self.findings.append(finding("R007", nil_place))
        self._older_template()
        self._settle_doubts(tables)
        status = FileStatus.ACCEPTED
        if any(item.severity is Severity.ERROR for item in self.findings):
            status = FileStatus.RETURNED
        return Submission(
            book.path,
            book.sha256,
            identity.unit,
            identity.period,
            status,
            answers=tuple(self.answers.values()),
            figures=figures,
            figure_notes=notes,
            words=words,
            findings=tuple(self.findings),
            plan_version=identity.plan_version,
            nil=nil,
            nil_reason=reason,
            nil_forms=tuple(self.nil_forms),
        )

    # ---- "không phát sinh" -----------------------------------------------------------------------------------

    def _nil_report(self) -> tuple[bool, str, Location]:
        for sheet in self.book.sheets:
            ticked = beside_label(sheet, layout.NIL_REPORT_LABEL)
            if ticked is not None:
                reason = beside_label(sheet, layout.NIL_REASON_LABEL)
                text, _ = tidy(reason.value if reason else None)
                return is_tick(ticked.value), "" if text is None else str(text), ticked.place
        return False, "", Location()

    # ---- the lines of an appendix ----------------------------------------------------------------------------

    def _read_appendix(self, appendix: Appendix, table: Table, *, nil: bool) -> None:
        ticked = beside_label(table.sheet, layout.NIL_FORM_LABEL)
        nil_form = ticked is not None and is_tick(ticked.value)
        if nil_form:
            self.nil_forms.append(appendix.id)
        checker = self.job.checkers[appendix.form]
        group = ""
        first_rows: dict[str, int] = {}
        answered = False
        for row in table.rows():
            raw_id = table.cell(row, layout.F_ID)
            mark = raw_id.strip() if isinstance(raw_id, str) else ""
            if mark.startswith(layout.GROUP_MARK):
                group = mark[1:]
                continue
            line_id, first = self._line_id(mark, table, row, appendix, first_rows)
            if line_id is None and self._is_group_row(appendix, table, row):
                continue
            before = len(self.answers)
            self._read_line(appendix, checker, table, row, line_id if first else None, mark, group, nil or nil_form)
            if len(self.answers) > before:
                state = next(reversed(self.answers.values())).state
                answered = answered or state in (AnswerState.ANSWERED, AnswerState.RETURNED)
        if nil_form and answered and ticked is not None:
            self.findings.append(finding("R004", ticked.place))

    def _is_group_row(self, appendix: Appendix, table: Table, row: Row) -> bool:
        text = table.cell(row, "text")
        return isinstance(text, str) and key(text) in {key(group.title) for group in appendix.groups}

    def _line_id(
        self, mark: str, table: Table, row: Row, appendix: Appendix, first_rows: dict[str, int]
    ) -> tuple[str | None, bool]:
        """The line that a row answers, and whether it is the first row that does."""
        line_id = mark if layout.LINE_ID_FORM.fullmatch(mark) else self._by_text(mark, table, row, appendix)
        if line_id is None:
            return None, True
        if line_id in first_rows:
            where = table.place(row.number, layout.F_ID)
            first, second = first_rows[line_id], row.number
            self.findings.append(
                finding("I012", where, line_id, line=line_id, line_id=line_id, first_row=first, row=second)
            )
            return line_id, False
        first_rows[line_id] = row.number
        return line_id, True

    def _by_text(self, mark: str, table: Table, row: Row, appendix: Appendix) -> str | None:
        """A row whose id was lost but whose text is a task's of this unit."""
        text = table.cell(row, "text")
        if mark or not isinstance(text, str):
            return None
        task = self.job.texts[appendix.id].get(key(str(tidy(text)[0] or "")))
        if task is None:
            return None
        line_id = f"{task.id}@{self.identity.unit}"
        if line_id not in self.job.by_unit[self.identity.unit]:
            return None
        self.findings.append(finding("R008", table.place(row.number, "text"), line=line_id, line_id=line_id))
        return line_id

    def _read_line(
        self, appendix: Appendix, checker: FormChecker, table: Table, row: Row, line_id: str | None, mark: str,
        group: str, nil: bool,
    ) -> None:  # fmt: skip
        unit = self.identity.unit
        line = self.job.by_unit[unit].get(line_id) if line_id else None
        shown_id = line.id if line else None
        reading = read_row(checker, table, row, shown_id)
        reading.findings += self._doubtful_cells(table, row, reading)
        if line is None:
            if line_id is not None and not line_id.endswith(f"@{unit}"):
                reading.findings.append(finding("I013", table.place(row.number, layout.F_ID), line_id, unit=unit))
            self._own_line(appendix, checker, table, row, reading, mark, group)
            return
        reading.findings += self._text_findings(appendix, line, table, row)
        if reading.is_empty and not reading.findings:
            if line.role is Role.LEAD:
                self._silent_line(line, table, row.number, nil=nil)
            return
        if not reading.is_empty:
            context = row_context(self.job.plan, self.job.period, self.job.due[line.task.id], line)
            reading.findings += check_row(checker, table, row.number, line.id, reading, context)
        state = answer_state(reading.values, reading.findings)
        if reading.is_empty and state is AnswerState.ANSWERED:
            if line.role is Role.LEAD:
                self._silent_line(line, table, row.number, nil=nil)
            self.findings += reading.findings
            return
        self._add(line, table, row, reading, state, line.task)

    def _silent_line(self, line: Line, table: Table, row: int, *, nil: bool) -> None:
        state = AnswerState.NIL if nil else AnswerState.BLANK
        found = [] if nil else [blank_finding(table, row, line.id)]
        self.findings += found
        answer = returned_answer(line, state)
        self.answers[line.id] = replace(answer, sheet=table.sheet.name, row=row, codes=codes_of(found))

    def _add(
        self, line: Line, table: Table, row: Row, reading: RowReading, state: AnswerState, task: Task
    ) -> None:
        self.findings += reading.findings
        self.answers[line.id] = Answer(
            line.id,
            task.id,
            task.appendix,
            line.role,
            state,
            reading.values,
            table.sheet.name,
            row.number,
            codes_of(reading.findings),
            group=task.group,
        )

    def _own_line(
        self, appendix: Appendix, checker: FormChecker, table: Table, row: Row, reading: RowReading, mark: str,
        group: str,
    ) -> None:  # fmt: skip
        """A row that is no line of the plan: the unit's own, or one that the plan has no more."""
        text, _ = tidy(table.cell(row, "text"))
        if reading.is_empty and not text:
            return
        where = table.place(row.number, "text")
        if layout.LINE_ID_FORM.fullmatch(mark):
            reading.findings.append(finding("I014", where, mark))
        elif reading.is_empty and not layout.OWN_ID_FORM.fullmatch(mark) and not self._has_number(table, row):
            self.findings.append(finding("R003", where, str(text)[:80]))
            return
        if not text:
            code = "R005" if layout.OWN_ID_FORM.fullmatch(mark) else "R009"
            reading.findings.append(finding(code, where))
        else:
            reading.findings.append(finding("R003", where, str(text)[:80]))
            context = row_context(self.job.plan, self.job.period, None, None)
            if not reading.is_empty:
                reading.findings += check_row(checker, table, row.number, None, reading, context)
        self.own += 1
        line_id = layout.own_line_id(self.own, self.identity.unit)
        placed = [replace(item, line=line_id) for item in reading.findings]
        self.findings += placed
        values = dict(reading.values)
        state = AnswerState.ADDED
        if any(item.severity is Severity.ERROR for item in placed):
            state = AnswerState.RETURNED
        self.answers[line_id] = Answer(
            line_id,
            None,
            appendix.id,
            Role.OWN,
            state,
            values,
            table.sheet.name,
            row.number,
            codes_of(placed),
            text=str(text or ""),
            group=group,
        )

    @staticmethod
    def _has_number(table: Table, row: Row) -> bool:
        return table.cell(row, "stt") is not None

    def _text_findings(self, appendix: Appendix, line: Line, table: Table, row: Row) -> Iterator[Finding]:
        """A row whose text is not its task's: edited, or another line's because somebody sorted."""
        raw = table.cell(row, "text")
        if raw is None or raw == line.task.text:
            return
        text, _ = tidy(raw)
        folded = key(str(text))
        if folded == key(line.task.text):
            return
        other = self.job.texts[appendix.id].get(folded)
        where = table.place(row.number, "text")
        code = "I011" if other is None else "I010"
        yield finding(code, where, str(text)[:200], line=line.id, expected_text=line.task.text[:200])

    # ---- the whole file --------------------------------------------------------------------------------------

    def _missing_lines(self) -> None:
        """Lead lines that the file should hold and doesn't: deleted by the unit (or by an older template)."""
        old = self.identity.plan_version < self.job.plan.version
        for line in self.job.by_unit[self.identity.unit].values():
            if line.role is not Role.LEAD or line.id in self.answers:
                continue
            state = AnswerState.BLANK if old else AnswerState.DELETED
            found = [] if old else [deleted_finding(self.job.appendices[line.task.appendix], line)]
            self.findings += found
            self.answers[line.id] = replace(returned_answer(line, state), codes=codes_of(found))

    def _older_template(self) -> None:
        if self.identity.plan_version == self.job.plan.version:
            return
        new = [item.task for item in self.answers.values() if item.state is AnswerState.BLANK and item.row is None]
        names = ", ".join(str(task) for task in new) or "-"
        where = Location(sheet=layout.IDENTITY_SHEET)
        found, current = self.identity.plan_version, self.job.plan.version
        self.findings.append(finding("I006", where, found, version=current, new=names))

    def _doubtful_cells(self, table: Table, row: Row, reading: RowReading) -> list[Finding]:
        """What the reader could not trust in the answer cells of this row: it is a fault of the line."""
        if not self.doubts:
            return []
        found: list[Finding] = []
        for name in (*table.spec.answers, "text"):
            column = table.columns.get(name)
            if column is None:
                continue
            items = self.doubts.pop((table.sheet.name, cell_name(row.number, column)), [])
            found += items
            if any(item.severity is Severity.ERROR for item in items):
                reading.faulty.add(name)
                value = table.sheet.errors.get((row.number, column))
                reading.values.setdefault(name, value or items[0].found or "")
        return found

    def _settle_doubts(self, tables: Mapping[str, Table]) -> None:
        """Doubtful cells outside the answers: the live check is ours and exempt, the rest can only warn."""
        exempt = {
            (table.sheet.name, column_letters(table.columns[name]))
            for table in tables.values()
            for name in (layout.F_CHECK, layout.F_PREVIOUS)
            if name in table.columns
        }
        for (sheet, cell), items in self.doubts.items():
            if (sheet, cell.rstrip("0123456789")) not in exempt:
                self.findings += [_weakened(item) for item in items]
        for item in self.book.findings:
            if item.code in OF_A_TEMPLATE:
                self.findings += self._not_ours(item, tables)
            elif not (item.location.sheet and item.location.cell):
                self.findings.append(item)

    def _not_ours(self, item: Finding, tables: Mapping[str, Table]) -> Iterator[Finding]:
        """A template itself has formulas, a hidden column and a hidden sheet: only what goes beyond is told."""
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
            where = Location(sheet=sheet.name, cell=names[0])
            yield finding(item.code, where, item.found, count=len(names), cells=", ".join(names[:5]))


def _weakened(item: Finding) -> Finding:
    return replace(item, severity=Severity.WARNING) if item.severity is Severity.ERROR else item
