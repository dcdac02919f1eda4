"""One workbook → one submission: who it is from, what it answers line by line, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.appendix_part import AppendixPart
from danvan_xl.answers.book_cells import settle_around
from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.extras import AskedFigures, ExtraPart, Extras, not_summed, read_figures, read_words
from danvan_xl.answers.identity import identify, identity_pairs, read_identity
from danvan_xl.answers.labels import Labelled, beside_label, first_labelled
from danvan_xl.answers.lines import AppendixLines
from danvan_xl.answers.missing import listed, missing_coordinating, missing_lines, name_of_line
from danvan_xl.answers.nothing import answered_in, beside_a_nil_report, nil_together, reason_of_nil
from danvan_xl.answers.outline import outline_of
from danvan_xl.answers.rows import deleted_finding, empty_answer, returned
from danvan_xl.answers.second_sheets import SECOND_SHEET, contradicted, hidden_id
from danvan_xl.answers.sheet_cells import SheetCells
from danvan_xl.answers.swapped_days import swapped_days
from danvan_xl.answers.tables import Table, Tables, find_tables
from danvan_xl.answers.targets_said import TargetsSaid, asked_by_sheets, asked_in, kept_as_typed, read_targets
from danvan_xl.language.cellvalues import is_tick, is_unclear_tick
from danvan_xl.model import Appendix, Finding, Line, Location, Role, Severity, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Book
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Answer, CellCount, Identity, Submission
from danvan_xl.model.targets import TargetAnswer
from danvan_xl.round.asked import Asked
from danvan_xl.round.fields import show, tidy, words_of
from danvan_xl.round.nil_limits import is_annual
from danvan_xl.round.printed import PrintedRecord
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import AskedTarget
from danvan_xl.round.waivers import with_waivers

SILENCES = frozenset({"R002", "R015", "V022", "V041"})
"""The findings about single lines, forms, figures and targets that are empty."""


def read_submission(book: Book, current: Round) -> Submission:
    """The submission that a workbook holds. Every fault of the file is in its findings; nothing is raised."""
    if any(item.severity is Severity.BLOCKER for item in book.findings):
        return Submission(book.path, book.sha256, None, None, FileStatus.REFUSED, findings=book.findings)
    verdict = identify(book, current, current.confirmed_unit(book.path))
    if verdict.identity is None:
        return _refused(book, current, verdict.blockers)
    pairs = identity_pairs(book)
    asked = Asked.of(pairs) if pairs is not None else asked_by_sheets(book, current, verdict.identity.unit)
    reprinted = asked.reprinted(current)
    submission = _Reading(book, verdict.identity, current, asked, reprinted, [*verdict.notes]).submission()
    if current.waivers:
        submission = with_waivers(submission, current.waivers)
    figures = not_summed(submission.figures, submission.findings)
    if submission.targets:
        submission = replace(submission, targets=kept_as_typed(submission.targets, submission.findings))
    return submission if figures is submission.figures else replace(submission, figures=figures)


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
    asked: Asked
    reprinted: frozenset[str]
    findings: list[Finding]
    answers: dict[str, Answer] = field(default_factory=dict)
    nil_forms: list[str] = field(default_factory=list)
    days: list[tuple[str, date, bool]] = field(default_factory=list)
    cells: dict[str, CellCount] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    labelled: dict[str, set[str]] = field(default_factory=dict)
    record: PrintedRecord = field(default_factory=PrintedRecord)

    def submission(self) -> Submission:
        """Read everything, then decide what becomes of the file."""
        book, identity = self.book, self.identity
        doubts = Doubts.of(book)
        self.record = PrintedRecord.read(book.sheet(layout.IDENTITY_SHEET))
        wanted = asked_in(self.asked, self.round, identity.unit)
        specs = (item for item in self.round.specs if item.name != layout.TARGET_FORM or wanted)
        found = find_tables(book, tuple(specs))
        tables = found.found
        self.findings += [item for item in found.problems if not self._never_sent(item)]
        nil, reason, nil_place = self._nil_report()
        for appendix in self.round.plan.appendices:
            if appendix.id in tables:
                self._read_appendix(appendix, tables[appendix.id], doubts, nil=nil)
                self._also_elsewhere(tables[appendix.id], found.again.get(appendix.id, ()))
        self._missing_lines(tables)
        figures, words = self._extras(found, doubts, nil=nil)
        targets = self._targets(found, doubts, wanted, nil=nil) if wanted else TargetsSaid()
        if nil:
            self.findings += self._beside_nil(figures, words, targets, nil_place)
            self.findings += nil_together(self.answers.values(), self.round, nil_place, reason)
        self._settle_around(tables)
        if not nil and not targets.filled and self._is_untouched(figures, words):
            self.findings = [item for item in self.findings if item.code not in SILENCES]  # one fault, reported once
            self.findings.append(self._nothing_answered())
        self._older_template()
        self.findings += doubts.left(tables, self.findings, self.record)
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
            cells=self.cells,
            carried_from=identity.carried_from,
            figure_cells=figures.cells,
            targets=targets.answers,
            reported={name: what for name, what in self.record.reported.items() if name in figures.new},
            new_figures=figures.new,
        )

    def _extras(self, found: Tables, doubts: Doubts, *, nil: bool) -> tuple[Extras, Extras]:
        figures, words, plan = Extras(), Extras(), self.round.plan
        for name in (plan.statistics, plan.difficulties):
            if name is None or name not in found.found:
                continue
            checker, table = self.round.checkers[name], found.found[name]
            part = ExtraPart(checker, table, doubts, SheetCells(table, checker.live, self.record))
            further = found.again.get(name)
            again = contradicted(table, further, part.row_id) if further else ()
            if name == plan.statistics:
                numbers = self.asked.figure_numbers(checker.form)
                figures = read_figures(part, AskedFigures(self.round, self.identity.unit, numbers, nil), again)
            else:
                words = read_words(part)
            said = (*table.findings, *figures.findings, *words.findings)
            self.cells[name], unread = part.cells.settle(said)
            self.findings += unread
        self.findings += [*figures.findings, *words.findings]
        return figures, words

    def _targets(self, found: Tables, doubts: Doubts, wanted: Mapping[str, AskedTarget], *, nil: bool) -> TargetsSaid:
        """What the sheet of targets says; nothing of it where the file has lost the sheet."""
        table = found.found.get(layout.TARGET_FORM)
        if table is None:
            return TargetsSaid({name: TargetAnswer() for name in wanted})
        checker = self.round.checkers[layout.TARGET_FORM]
        part = ExtraPart(checker, table, doubts, SheetCells(table, checker.live, self.record))
        further = found.again.get(layout.TARGET_FORM)
        again = contradicted(table, further, part.row_id) if further else ()
        said = read_targets(part, self.round, wanted, self.asked, must_answer=not nil, doubtful=again)
        self.cells[layout.TARGET_FORM], unread = part.cells.settle((*table.findings, *said.findings))
        self.findings += [*said.findings, *unread]
        return said

    def _settle_around(self, tables: Mapping[str, Table]) -> None:
        """Account for the cells outside the forms."""
        unit = self.round.units[self.identity.unit]
        self.cells[""], found = settle_around(self.book, tables, self.record, unit.name, self.labelled, self.findings)
        self.findings += found

    def _nothing_answered(self) -> Finding:
        """The template came back as it was, or with words in cells that are no answers."""
        where = Location(sheet=layout.GUIDE_SHEET)
        changed = sum(one.changed for one in self.cells.values())
        return finding("R038", where, changed) if changed else finding("R030", where)

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
        self._note_labelled(box)
        return is_tick(value)

    def _note_labelled(self, box: Labelled) -> None:
        if box.value is not None and box.place.sheet and box.place.cell:
            self.labelled.setdefault(box.place.sheet, set()).add(box.place.cell)

    def _nil_report(self) -> tuple[bool, str, Location]:
        box = first_labelled(self.book, layout.NIL_REPORT_LABEL)
        if box is None:
            return False, "", Location()
        ticked = self._is_ticked(box)
        cell = first_labelled(self.book, layout.NIL_REASON_LABEL)
        reason = self._words(cell)
        if ticked and cell is not None:
            self._note_labelled(cell)
        unclear = is_unclear_tick(tidy(box.value)[0])
        where, annual = cell.place if cell else box.place, is_annual(self.round.period)
        self.findings += reason_of_nil(reason, where, ticked=ticked, unclear=unclear, annual=annual)
        return ticked, reason, box.place

    def _words(self, cell: Labelled | None) -> str:
        """The words beside a label, as the unit saw them."""
        text, _ = tidy(cell.value if cell else None)
        if cell is None or text is None:
            return ""
        words, remarks = words_of(text, cell.number_format)
        self.findings += [Finding(item.code, Severity.INFO, cell.place, str(item.found), item.args) for item in remarks]
        return words

    def _beside_nil(self, figures: Extras, words: Extras, targets: TargetsSaid, place: Location) -> Iterator[Finding]:
        """What the unit wrote although it called its whole report nil."""
        answered, added = answered_in(self.answers.values())
        if answered or added:
            yield finding("R007", place, severity=None if answered else Severity.WARNING)
        plan, forms = self.round.plan, self.round.forms
        said = ((plan.statistics, figures.figures), (plan.difficulties, words.words))
        sheets = {forms[name].sheet: values for name, values in said if name}
        titles = {item: title for name, _ in said if name for item, title in forms[name].items}
        sheets[layout.TARGETS] = targets.filled
        titles |= {name: item.target.title for name, item in self.round.targets.items()}
        yield from beside_a_nil_report(sheets, titles, place)

    def _never_sent(self, found: Finding) -> bool:
        """Whether a finding is about a sheet that the unit did not get, or has nothing to say in."""
        lacking = [spec.name for spec in self.round.specs if found.code == "C001" and spec.sheet == found.found]
        idle = self.round.plan.statistics if not self.round.figures_of(self.identity.unit) else None
        others = [name for name in lacking if name != layout.TARGET_FORM]
        return any(name == idle or not self.asked.had_sheet(name, self.round) for name in others)

    # ---- the lines -------------------------------------------------------------------------------------------

    def _read_appendix(self, appendix: Appendix, table: Table, doubts: Doubts, *, nil: bool) -> None:
        box = beside_label(table.sheet, layout.NIL_FORM_LABEL)
        nil_form = self._is_ticked(box)
        if nil_form:
            self.nil_forms.append(appendix.id)
        same_version = self.identity.plan_version == self.round.plan.version
        in_force = same_version and appendix.id not in self.reprinted
        own = sum(item.role is Role.OWN for item in self.answers.values())
        lines = self.round.by_unit[self.identity.unit]
        cells = SheetCells(table, self.round.checkers[appendix.form].live, self.record, lines)
        part = AppendixPart(self.round, self.identity.unit, appendix, table, doubts, nil or nil_form, in_force, cells)
        reader = AppendixLines(part, own)
        reader.read()
        self.findings += reader.findings
        self.findings += swapped_days(table, reader.days)
        self._add_answers(reader.answers)
        self.cells[appendix.id] = reader.count
        self.seen.update(reader.seen)
        answered, added = answered_in(reader.answers.values())
        if nil_form and box is not None and not nil:
            self.findings += nil_together(reader.answers.values(), self.round, box.place)
        if nil_form and box is not None and (answered or added):
            self.findings.append(finding("R004", box.place, severity=None if answered else Severity.WARNING))

    def _add_answers(self, answers: Mapping[str, Answer]) -> None:
        """Take the answers of a form. A line that another form's sheet has answered too is no answer in either."""
        for line, answer in answers.items():
            first = self.answers.get(line)
            if first is None or first.row is None:
                self.answers[line] = answer
                continue
            where = Location(sheet=answer.sheet, cell=cell_name(answer.row or 1, 1))
            row, second = f"{first.row} ({first.sheet})", f"{answer.row} ({answer.sheet})"
            self.findings.append(finding("I012", where, line, line=line, line_id=line, first_row=row, row=second))
            self.answers[line] = returned(first, "I012")

    def _also_elsewhere(self, table: Table, again: Iterable[Table]) -> None:
        """Lines that say something else in a further sheet of the same form."""
        for line in contradicted(table, again, hidden_id) if again else ():
            if line in self.answers:
                self.answers[line] = returned(self.answers[line], SECOND_SHEET)

    def _missing_lines(self, tables: Mapping[str, Table]) -> None:
        """Lead lines that the file lacks: deleted by the unit, or not in the template that it got."""
        older = self.identity.plan_version < self.round.plan.version
        unit = self.identity.unit
        found = missing_lines(self.book, self.asked, self.answers, self.round, unit, older=older)
        for line in found.deleted:
            appendix = self.round.appendices[line.task.appendix]
            codes: tuple[str, ...] = ("C001",)
            if appendix.id in tables:
                gone = deleted_finding(appendix, line)
                self.findings.append(gone)
                codes = (gone.code,)
            self.answers[line.id] = replace(empty_answer(line, AnswerState.DELETED), codes=codes)
        fewer = missing_coordinating(self.asked, self.seen, self.round, unit)
        if there := [line for line in fewer if line.task.appendix in tables]:
            names = listed(name_of_line(line.task.id, line.task.text) for line in there)
            sheet = self.round.appendices[there[0].task.appendix].sheet
            self.findings.append(finding("R039", Location(sheet=sheet), names, count=len(there)))
        for lines, code in ((found.new, "" if older else "I027"), (found.unclear, "I028")):
            if lines and code:
                self._lacking(code, lines)
            for line in lines:
                self.answers[line.id] = replace(empty_answer(line, AnswerState.BLANK), codes=(code,) if code else ())

    def _lacking(self, code: str, lines: list[Line]) -> None:
        """The finding about lines that the file lacks through no fault of its unit, or perhaps through none."""
        names = listed(name_of_line(line.task.id, line.task.text) for line in lines)
        where, name = Location(sheet=layout.IDENTITY_SHEET), PurePath(self.book.path).name
        self.findings.append(finding(code, where, names, count=len(lines), name=name))

    def _older_template(self) -> None:
        if self.identity.plan_version == self.round.plan.version:
            return
        new = [item.task for item in self.answers.values() if item.state is AnswerState.BLANK and item.row is None]
        names = listed(name_of_line(task, self.round.tasks[task].text) for task in new if task is not None)
        dropped = [
            name_of_line(str(item.found), self.answers[item.line].text if item.line in self.answers else "")
            for item in self.findings
            if item.code == "I014"
        ]
        where, name = Location(sheet=layout.IDENTITY_SHEET), PurePath(self.book.path).name
        found, current = self.identity.plan_version, self.round.plan.version
        self.findings.append(
            finding("I006", where, found, version=current, new=names, dropped=listed(dropped), name=name)
        )


def status_of(findings: list[Finding]) -> FileStatus:
    """Returned where an error is open, else accepted."""
    bad = any(item.severity is Severity.ERROR and item.settled is None for item in findings)
    return FileStatus.RETURNED if bad else FileStatus.ACCEPTED
