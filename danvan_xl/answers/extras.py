"""The sheets that belong to a unit as a whole: ``Số liệu`` and ``Khó khăn, kiến nghị``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.rows import RowReading, read_row
from danvan_xl.answers.second_sheets import hidden_id
from danvan_xl.answers.sheet_cells import LONGEST_SHOWN, SheetCells
from danvan_xl.answers.tables import Table
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Indicator, Location, Severity, finding, layout
from danvan_xl.model.book import Row
from danvan_xl.model.finding import Settlement
from danvan_xl.model.reported import Reported
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.fields import show, tidy
from danvan_xl.round.printed import figure_key, mark_of
from danvan_xl.round.round import Round
from danvan_xl.rules.figure_checks import terms_of

_CUMULATIVE = re.compile(r"lũy kế|luỹ kế|cộng dồn|từ đầu năm|từ đầu nhiệm kỳ|tổng từ", re.IGNORECASE)


INDICATOR = "indicator"
"""Among the arguments of a finding: the indicator whose figure it is about."""


class Extras(Struct):
    """Indicator → figure (None where empty), indicator → note, question → words, and what was found.

    ``cells``: indicator → sheet and cell of its figure; ``new``: what was typed of figures which shorter
    reports brought in part (``figures`` has the sum of both).
    """

    figures: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    new: dict[str, Value] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class ExtraPart(Struct, frozen=True):
    """The table of such a sheet in one file; ``cells``: the account of its cells."""

    checker: FormChecker
    table: Table
    doubts: Doubts
    cells: SheetCells

    def row_id(self, table: Table, row: Row) -> str | None:
        """The item that a row is about: by the hidden id or, where that is missing, by the row's words."""
        titles, text = self.checker.items, table.cell(row, "text")
        mark = hidden_id(table, row)
        if mark in titles.values():
            return mark
        return titles.get(key(show(tidy(text)[0]))) if text is not None else None

    def rows(self) -> _Rows:
        """The row of each item. Rows that match none, or one of them again, are reported and not merged."""
        table, found = self.table, _Rows()
        for row in table.rows():
            if self._is_heading(row):
                continue
            text, _ = tidy(table.cell(row, "text"))
            item, seen = self.row_id(table, row), show(text)
            mixed = item is not None and self._is_mixed_up(item, seen)
            if item is not None and mixed:
                item = self._sorted(item, row, seen, found)
            where = table.place(row.number, "text")
            if item is None:
                if text is not None and any(table.cell(row, name) is not None for name in table.spec.answers):
                    found.findings.append(finding("R019", where, show(text)[:80]))
            elif item in found.by_id:
                first, number = found.by_id[item].number, row.number
                args = {INDICATOR: item, "line_id": item, "first_row": first, "row": number}
                found.findings.append(replace(finding("I012", where, item), args=args))
            else:
                found.by_id[item] = row
                if seen and not mixed and key(seen) != key(self.checker.item_titles[item]):
                    title = self.checker.item_titles[item]
                    found.findings.append(finding("I022", where, seen[:LONGEST_SHOWN], expected_text=title))
        return found

    def _is_heading(self, row: Row) -> bool:
        """Whether a row heads a group of indicators; then its cells are accounted for."""
        headings = self.checker.headings
        if not headings:
            return False
        mark = hidden_id(self.table, row)
        text = show(tidy(self.table.cell(row, "text"))[0])
        heading = headings.get(key(mark.removeprefix(layout.GROUP_MARK) if mark else text))
        if heading is None or (mark and not mark.startswith(layout.GROUP_MARK)) or key(text) in self.checker.items:
            return False
        self.cells.other(
            row, {layout.F_ID: f"{layout.GROUP_MARK}{heading}", "text": heading} if mark else {"text": heading}
        )
        return True

    def _is_mixed_up(self, item: str, seen: str) -> bool:
        """Whether a row has the id of one item and says another: the sheet was sorted without column A."""
        return bool(seen) and self.checker.items.get(key(seen), item) != item

    def _sorted(self, item: str, row: Row, seen: str, found: _Rows) -> str:
        """The item that such a row says it is about: that is what the unit saw. Nothing of it is added up."""
        said = self.checker.items[key(seen)]
        args = {INDICATOR: said, "expected_text": self.checker.item_titles[item]}
        where = self.table.place(row.number, "text")
        found.findings.append(replace(finding("I021", where, seen[:LONGEST_SHOWN]), args=args))
        return said

    def read(
        self, item: str, number: int | None, row: Row, more: Mapping[str, str] = MappingProxyType({})
    ) -> RowReading:
        """The answer cells of an item's row; ``number``: that of the template, None where it had no such row.

        ``more``: what else is printed in it.
        """
        reading = read_row(self.checker, self.table, row, None, readers=self.checker.figure_readers.get(item))
        self.doubts.of_row(self.table, row, reading, None)
        printed = {"text": self.checker.item_titles[item]}
        if number is not None:
            printed |= {layout.F_ID: item, "stt": str(number)}
        if item in self.checker.measures:
            printed["unit"] = self.checker.measures[item]
        before = figure_key(item) if self.checker.form.indicators else ""
        self.cells.other(row, {**printed, **more}, reading.values, before=before)
        return reading

    def before(self, item: str, row: Row) -> float | None:
        """The last report's figure as the template printed it; None where it printed none or the cell was changed."""
        value = self.table.cell(row, layout.F_PREVIOUS)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return value if self.cells.record.previous.get(figure_key(item)) == mark_of(show(value)) else None


class _Rows(Struct):
    """Item → its row, and what was odd."""

    by_id: dict[str, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class AskedFigures(Struct, frozen=True):
    """What a file's unit is asked for. ``unit``: its id; ``nil``: it calls its whole report nil; ``numbers``: the
    indicators that its template had, each with its number.
    """

    round: Round
    unit: str
    numbers: Mapping[str, int]
    nil: bool = False

    def asks(self, item: str) -> bool:
        """Whether the unit reports an indicator."""
        return self.round.asks(self.unit, item)

    def misses(self, item: str) -> bool:
        """Whether an empty figure is to be pointed out: it is asked for, and its template had it."""
        return not self.nil and item in self.numbers and self.asks(item)

    def who(self, item: str) -> str:
        """The names of the units that report an indicator."""
        units = self.round.units
        return ", ".join(units[name].name for name in units if name in self.round.asked.get(item, ()))


class _Figures(Struct):
    """The reading of the figures, in progress. ``faulty``: those that no rule can be applied to."""

    part: ExtraPart
    asked: AskedFigures
    doubtful: Collection[str]
    extras: Extras
    rows: Mapping[str, Row]
    faulty: set[str] = field(default_factory=set)
    before: dict[str, float] = field(default_factory=dict)

    def item(self, item: Indicator) -> None:
        """One indicator that has a row."""
        part, extras, name, row = self.part, self.extras, item.id, self.rows[item.id]
        table = part.table
        reading = part.read(name, self.asked.numbers.get(name), row)
        value = reading.values.get(FIGURE)
        where = table.place(row.number, FIGURE)
        note = reading.values.get(NOTE)
        if note is not None:
            extras.notes[name] = show(note)
        asks = self.asked.asks(name)
        if not asks and value is None and note is None:
            return
        if where.cell is not None:
            extras.cells[name] = (table.sheet.name, where.cell)
        if not asks:
            self._unasked(item, value, where)
            return
        if value is not None and (FIGURE in reading.faulty or name in self.doubtful):
            self.faulty.add(name)
            value = show(value)
        extras.figures[name] = value
        reported = part.cells.record.reported.get(name)
        if reported is not None:
            self._add(name, value, reported)
        may_be_empty = reported is not None and reported.is_whole
        if self.asked.misses(name) and value is None and FIGURE not in table.missing and not may_be_empty:
            reading.findings.append(finding("V022", where, title=item.title))
        if note is not None and _CUMULATIVE.search(extras.notes[name]):
            cumulative = finding("V026", where, show(value), title=item.title, note=extras.notes[name][:200])
            extras.findings.append(cumulative)
        before = part.before(name, row)
        if before is not None:
            self.before[name] = before
        extras.findings += noted(reading.findings, extras.notes.get(name))

    def _add(self, name: str, value: Value, reported: Reported) -> None:
        """Add to a figure what shorter reports brought; an empty one is that alone once nothing is left to be given."""
        extras = self.extras
        extras.new[name] = value
        before = reported.value
        if before is None:
            return
        if value is None and reported.is_whole:
            extras.figures[name] = before
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            total = value + before
            extras.figures[name] = round(total, 6) if isinstance(total, float) else total

    def _unasked(self, item: Indicator, value: Value, where: Location) -> None:
        """What a unit says of an indicator that others report: kept as text, so that nothing adds it up."""
        self.faulty.add(item.id)
        if value is None:
            return
        self.extras.figures[item.id] = show(value)
        severity = Severity.INFO if value == 0 else None
        said = finding("V054", where, show(value), severity=severity, title=item.title, asked=self.asked.who(item.id))
        self.extras.findings += noted([said], self.extras.notes.get(item.id))

    def rules(self) -> None:
        """The rules of the form on what could be read."""
        checker, extras = self.part.checker, self.extras
        titles = {item.id: item.title for item in checker.form.indicators}
        context = replace(self.asked.round.row_context(None), before=self.before)
        for rule in checker.checks:
            if not self.faulty.isdisjoint(rule.needs) or not rule.needs <= self.rows.keys():
                continue
            for fault in rule.faults_in(extras.figures, context) if rule.applies(extras.figures) else ():
                where = self.part.table.place(self.rows[fault.field].number, FIGURE)
                args = {**fault.args, INDICATOR: fault.field, "title": titles[fault.field]}
                if "other" in args:
                    args["other_title"] = titles[str(args["other"])]
                if "sum" in args:
                    args["terms"] = terms_of(rule.check, titles)
                found = Finding(fault.code, rule.check.severity, where, show(extras.figures[fault.field]), args)
                of_the_rule = (fault.field, *rule.check.fields)
                note = next((extras.notes[name] for name in of_the_rule if name in extras.notes), None)
                extras.findings += noted([found], note)


def read_figures(part: ExtraPart, asked: AskedFigures, doubtful: Collection[str] = ()) -> Extras:
    """The figures. An empty one is a warning where it is ``asked`` for; 0 is an answer.

    ``doubtful``: indicators of which another sheet says something else. What isn't sure is kept as text, so that
    nothing adds it up. A row that the unit's template did not have is not held against the unit.
    """
    extras, sheet = Extras(), part.table.sheet.name
    found = part.rows()
    extras.findings = found.findings
    reading = _Figures(part, asked, doubtful, extras, found.by_id)
    new: list[str] = []
    for item in part.checker.form.indicators:
        if item.id in found.by_id:
            reading.item(item)
        elif asked.asks(item.id):
            if item.id in asked.numbers:
                extras.figures[item.id] = None
            if asked.misses(item.id):
                extras.findings.append(finding("V022", Location(sheet=sheet), title=item.title))
            elif item.id not in asked.numbers:
                new.append(item.title)
    if new and not asked.nil:
        extras.findings.append(finding("V055", Location(sheet=sheet), "; ".join(new), sheet=sheet, count=len(new)))
    reading.rules()
    return extras


def not_summed(figures: Mapping[str, Value], findings: Iterable[Finding]) -> Mapping[str, Value]:
    """The figures, those with an open error as the text that was typed, so that nothing adds them up."""
    bad = {
        str(item.args[INDICATOR])
        for item in findings
        if INDICATOR in item.args and item.severity is Severity.ERROR and item.is_open
    }
    if not bad:
        return figures
    return {name: show(value) if name in bad and value is not None else value for name, value in figures.items()}


def noted(findings: list[Finding], note: str | None) -> list[Finding]:
    """Warnings about a figure, settled by the note that the unit wrote beside it."""
    if note is None:
        return findings
    settlement = Settlement("unit", note)
    return [replace(item, settled=settlement) if item.severity is Severity.WARNING else item for item in findings]


def read_words(part: ExtraPart) -> Extras:
    """What the unit wrote under each question; unanswered questions are left out."""
    extras = Extras()
    found = part.rows()
    rows, extras.findings = found.by_id, found.findings
    for number, item in enumerate(part.checker.form.questions, start=1):
        if item.id not in rows:
            continue
        reading = part.read(item.id, number, rows[item.id])
        extras.findings += reading.findings
        value = reading.values.get(WORDS)
        if value is not None:
            extras.words[item.id] = show(value)
    return extras
