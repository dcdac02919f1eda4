"""One workbook → one submission: who it is from, what it answers line by line, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart
from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.extras import Extras, read_figures, read_words
from danvan_xl.answers.identity import identify, read_identity
from danvan_xl.answers.labels import Labelled, beside_label, first_labelled
from danvan_xl.answers.lines import AppendixLines
from danvan_xl.answers.nothing import answered_in, beside_a_nil_report, reason_of_nil
from danvan_xl.answers.rows import codes_of, deleted_finding, empty_answer
from danvan_xl.answers.tables import Table, find_tables
from danvan_xl.language.cellvalues import is_tick, is_unclear_tick
from danvan_xl.model import Appendix, Finding, Location, Role, Severity, finding, layout
from danvan_xl.model.book import Book
from danvan_xl.model.statuses import LETTERS, NIL, SILENT, STATUS, AnswerState, FileStatus
from danvan_xl.model.submission import Answer, Identity, Submission
from danvan_xl.round.fields import show, tidy, words_of
from danvan_xl.round.round import Round
from danvan_xl.round.waivers import with_waivers

LEAST_SIGNS = 2
"""At least this many days typed as text, and as many stored, before regional settings are suspected."""

SILENCES = frozenset({"R002", "R015", "V022"})
"""The findings about single lines, forms and figures that are empty."""


def read_submission(book: Book, current: Round) -> Submission:
    """The submission that a workbook holds. Every fault of the file is in its findings; nothing is raised."""
    if any(item.severity is Severity.BLOCKER for item in book.findings):
        return Submission(book.path, book.sha256, None, None, FileStatus.REFUSED, findings=book.findings)
    verdict = identify(book, current, current.confirmed_unit(book.path))
    if verdict.identity is None:
        return _refused(book, current, verdict.blockers)
    submission = _Reading(book, verdict.identity, current, [*verdict.notes]).submission()
    return with_waivers(submission, current.waivers) if current.waivers else submission


def _refused(book: Book, current: Round, findings: tuple[Finding, ...]) -> Submission:
    """A refused file; what it says about itself is kept, so that its unit can be asked."""
    identity, _ = read_identity(book)
    unit, period = (identity.unit, identity.period) if identity else (None, None)
    if identity is None and (said := current.confirmed_unit(book.path)) in current.by_unit:
        unit, period = said, current.period.id
    return Submission(book.path, book.sha256, unit, period, FileStatus.REFUSED, findings=findings)


class _Reading(Struct):
    """The reading of one file, in progress."""

    book: Book
    identity: Identity
    round: Round
    findings: list[Finding]
    answers: dict[str, Answer] = field(default_factory=dict)
    nil_forms: list[str] = field(default_factory=list)
    days: list[tuple[str, date, bool]] = field(default_factory=list)

    def submission(self) -> Submission:
        """Read everything, then decide what becomes of the file."""
        book, identity = self.book, self.identity
        doubts = Doubts.of(book)
        tables, problems = find_tables(book, self.round.specs)
        self.findings += problems
        nil, reason, nil_place = self._nil_report()
        for appendix in self.round.plan.appendices:
            if appendix.id in tables:
                self._read_appendix(appendix, tables[appendix.id], doubts, nil=nil)
        self._missing_lines(tables)
        figures, words = self._extras(tables, doubts, nil=nil)
        if nil:
            self.findings += self._beside_nil(figures, words, nil_place)
        if not nil and self._is_untouched(figures, words):
            self.findings = [item for item in self.findings if item.code not in SILENCES]  # one fault, reported once
            self.findings.append(finding("R030", Location(sheet=layout.GUIDE_SHEET)))
        self._older_template()
        self.findings += doubts.left(tables, self.findings)
        return Submission(
            book.path,
            book.sha256,
            identity.unit,
            identity.period,
            status_of(self.findings),
            answers=tuple(self.answers.values()),
            figures=figures.figures,
            figure_notes=figures.notes,
            words=words.words,
            findings=tuple(self.findings),
            plan_version=identity.plan_version,
            nil=nil,
            nil_reason=reason,
            nil_forms=tuple(self.nil_forms),
            outline=outline_of(self.answers, self.round, identity.unit),
        )

    def _extras(self, tables: Mapping[str, Table], doubts: Doubts, *, nil: bool) -> tuple[Extras, Extras]:
        figures, words, plan = Extras(), Extras(), self.round.plan
        if plan.statistics is not None and plan.statistics in tables:
            checker = self.round.checkers[plan.statistics]
            figures = read_figures(checker, tables[plan.statistics], self.round, doubts, asked=not nil)
        if plan.difficulties is not None and plan.difficulties in tables:
            words = read_words(self.round.checkers[plan.difficulties], tables[plan.difficulties], doubts)
        self.findings += [*figures.findings, *words.findings]
        return figures, words

    def _is_untouched(self, figures: Extras, words: Extras) -> bool:
        """Whether the template came back as it was sent: that is neither an answer nor "không phát sinh"."""
        lead = [item.state for item in self.answers.values() if item.role is Role.LEAD]
        filled = [value for value in (*figures.figures.values(), *words.words.values()) if value is not None]
        others = any(item.role is not Role.LEAD for item in self.answers.values())
        return bool(lead) and all(state is AnswerState.BLANK for state in lead) and not filled and not others

    # ---- "không phát sinh" -----------------------------------------------------------------------------------

    def _is_ticked(self, box: Labelled | None) -> bool:
        """Whether a box that asks for an X has one; what is neither yes nor no is asked about."""
        if box is None:
            return False
        value, _ = tidy(box.value)
        if is_unclear_tick(value):
            self.findings.append(finding("R018", box.place, show(value)[:80]))
        return is_tick(value)

    def _nil_report(self) -> tuple[bool, str, Location]:
        box = first_labelled(self.book, layout.NIL_REPORT_LABEL)
        if box is None:
            return False, "", Location()
        ticked = self._is_ticked(box)
        cell = first_labelled(self.book, layout.NIL_REASON_LABEL)
        reason = self._words(cell)
        unclear = is_unclear_tick(tidy(box.value)[0])
        self.findings += reason_of_nil(reason, cell.place if cell else box.place, ticked=ticked, unclear=unclear)
        return ticked, reason, box.place

    def _words(self, cell: Labelled | None) -> str:
        """The words beside a label, as the unit saw them."""
        text, _ = tidy(cell.value if cell else None)
        if cell is None or text is None:
            return ""
        words, remarks = words_of(text, cell.number_format)
        self.findings += [Finding(item.code, Severity.INFO, cell.place, str(item.found), item.args) for item in remarks]
        return words

    def _beside_nil(self, figures: Extras, words: Extras, place: Location) -> Iterator[Finding]:
        """What the unit wrote although it called its whole report nil."""
        answered, added = answered_in(self.answers.values())
        if answered or added:
            yield finding("R007", place, severity=None if answered else Severity.WARNING)
        plan, forms = self.round.plan, self.round.forms
        said = ((plan.statistics, figures.figures), (plan.difficulties, words.words))
        sheets = {forms[name].sheet: values for name, values in said if name}
        titles = {item: title for name, _ in said if name for item, title in forms[name].items}
        yield from beside_a_nil_report(sheets, titles, place)

    # ---- the lines -------------------------------------------------------------------------------------------

    def _read_appendix(self, appendix: Appendix, table: Table, doubts: Doubts, *, nil: bool) -> None:
        box = beside_label(table.sheet, layout.NIL_FORM_LABEL)
        nil_form = self._is_ticked(box)
        if nil_form:
            self.nil_forms.append(appendix.id)
        in_force = self.identity.plan_version == self.round.plan.version
        own = sum(item.role is Role.OWN for item in self.answers.values())
        part = AppendixPart(self.round, self.identity.unit, appendix, table, doubts, nil or nil_form, in_force)
        reader = AppendixLines(part, own)
        reader.read()
        self.findings += reader.findings
        self.findings += swapped_days(table, reader.days)
        self.answers |= reader.answers
        answered, added = answered_in(reader.answers.values())
        if nil_form and box is not None and (answered or added):
            self.findings.append(finding("R004", box.place, severity=None if answered else Severity.WARNING))

    def _missing_lines(self, tables: Mapping[str, Table]) -> None:
        """Lead lines that the file should hold and doesn't: deleted by the unit (or by an older template)."""
        old = self.identity.plan_version < self.round.plan.version
        for line in self.round.by_unit[self.identity.unit].values():
            if line.role is not Role.LEAD or line.id in self.answers:
                continue
            appendix = self.round.appendices[line.task.appendix]
            state = AnswerState.BLANK if old else AnswerState.DELETED
            codes: tuple[str, ...] = ()
            if appendix.id not in tables:
                codes = ("C001",)
            elif not old:
                found = [deleted_finding(appendix, line)]
                self.findings += found
                codes = codes_of(found)
            self.answers[line.id] = replace(empty_answer(line, state), codes=codes)

    def _older_template(self) -> None:
        if self.identity.plan_version == self.round.plan.version:
            return
        new = [item.task for item in self.answers.values() if item.state is AnswerState.BLANK and item.row is None]
        names = ", ".join(str(task) for task in new) or "-"
        dropped = [str(item.found) for item in self.findings if item.code == "I014"]
        where = Location(sheet=layout.IDENTITY_SHEET)
        found, current = self.identity.plan_version, self.round.plan.version
        gone, name = ", ".join(dropped) or "-", PurePath(self.book.path).name
        self.findings.append(finding("I006", where, found, version=current, new=names, dropped=gone, name=name))


def status_of(findings: list[Finding]) -> FileStatus:
    """Returned where an error is open, else accepted."""
    bad = any(item.severity is Severity.ERROR and item.settled is None for item in findings)
    return FileStatus.RETURNED if bad else FileStatus.ACCEPTED


def outline_of(answers: Mapping[str, Answer], current: Round, unit: str) -> str:
    """One letter for every line of the unit in the plan's order: Done, in Progress, Not started, nil (0), other (.)."""
    letters = []
    for line_id in current.by_unit[unit]:
        answer = answers.get(line_id)
        if answer is None or answer.state not in (AnswerState.ANSWERED, AnswerState.NIL):
            letters.append(SILENT)
        else:
            status = NIL if answer.state is AnswerState.NIL else str(answer.values.get(STATUS))
            letters.append(LETTERS.get(status, SILENT))
    return "".join(letters)


def swapped_days(table: Table, days: list[tuple[str, date, bool]]) -> Iterator[Finding]:
    """The sign of a machine set to month/day: every day that stayed text is after the 12th, no stored one is.

    ``days``: (cell, day, whether it was stored as a day). Such a machine takes 05/06 for 6 May and stores it.
    """
    stored = [(cell, day) for cell, day, is_stored in days if is_stored]
    typed = [day for _, day, is_stored in days if not is_stored]
    doubtful = [cell for cell, day in stored if day.day != day.month]
    if len(typed) < LEAST_SIGNS or len(doubtful) < LEAST_SIGNS:
        return
    if all(day.day > 12 for day in typed) and all(day.day <= 12 for _, day in stored):
        where = Location(sheet=table.sheet.name, cell=doubtful[0])
        yield finding("D004", where, len(doubtful), cells=", ".join(doubtful[:20]))
