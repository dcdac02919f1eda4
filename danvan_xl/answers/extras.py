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
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.book import Row
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.fields import show, tidy
from danvan_xl.round.printed import figure_key
from danvan_xl.round.round import Round

_CUMULATIVE = re.compile(r"lũy kế|luỹ kế|cộng dồn|từ đầu năm|từ đầu nhiệm kỳ|tổng từ", re.IGNORECASE)


INDICATOR = "indicator"
"""Among the arguments of a finding: the indicator whose figure it is about."""


class Extras(Struct):
    """Indicator → figure (None where empty), indicator → note, question → words, and what was found.

    ``cells``: indicator → sheet and cell of its figure.
    """

    figures: dict[str, Value] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
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

    def read(self, item: str, number: int, row: Row, more: Mapping[str, str] = MappingProxyType({})) -> RowReading:
        """The answer cells of an item's row; ``number``: its place in the form; ``more``: what else is printed."""
        reading = read_row(self.checker, self.table, row, None)
        self.doubts.of_row(self.table, row, reading, None)
        printed = {layout.F_ID: item, "stt": str(number), "text": self.checker.item_titles[item]}
        unit = next((one.unit for one in self.checker.form.indicators if one.id == item), None)
        before = figure_key(item) if self.checker.form.indicators else ""
        printed |= {"unit": unit} if unit else {}
        self.cells.other(row, {**printed, **more}, reading.values, before=before)
        return reading


class _Rows(Struct):
    """Item → its row, and what was odd."""

    by_id: dict[str, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_figures(part: ExtraPart, current: Round, *, asked: bool, doubtful: Collection[str] = ()) -> Extras:
    """The figures. An empty one is a warning where figures are ``asked`` for; 0 is an answer.

    ``doubtful``: indicators of which another sheet says something else. What isn't sure is kept as text, so that
    nothing adds it up.
    """
    extras, checker, table = Extras(), part.checker, part.table
    found = part.rows()
    rows, extras.findings = found.by_id, found.findings
    faulty: set[str] = set()
    for number, item in enumerate(checker.form.indicators, start=1):
        name = item.id
        if name not in rows:
            extras.figures[name] = None
            if asked:
                extras.findings.append(finding("V022", Location(sheet=table.sheet.name), title=item.title))
            continue
        reading = part.read(name, number, rows[name])
        value = reading.values.get(FIGURE)
        if value is not None and (FIGURE in reading.faulty or name in doubtful):
            faulty.add(name)
            value = show(value)
        extras.figures[name] = value
        where = table.place(rows[name].number, FIGURE)
        if where.cell is not None:
            extras.cells[name] = (table.sheet.name, where.cell)
        if asked and value is None and FIGURE not in table.missing:
            reading.findings.append(finding("V022", where, title=item.title))
        note = reading.values.get(NOTE)
        if note is not None:
            extras.notes[name] = show(note)
            if _CUMULATIVE.search(extras.notes[name]):
                cumulative = finding("V026", where, show(value), title=item.title, note=extras.notes[name][:200])
                extras.findings.append(cumulative)
        extras.findings += noted(reading.findings, extras.notes.get(name))
    extras.findings += _rule_findings(checker, table, current, extras, rows, faulty)
    return extras


def _rule_findings(
    checker: FormChecker, table: Table, current: Round, extras: Extras, rows: Mapping[str, Row], faulty: set[str]
) -> list[Finding]:
    titles = {item.id: item.title for item in checker.form.indicators}
    context = current.row_context(None)
    findings: list[Finding] = []
    for rule in checker.checks:
        if not faulty.isdisjoint(rule.needs) or not rule.needs <= rows.keys():
            continue
        for fault in rule.faults_in(extras.figures, context) if rule.applies(extras.figures) else ():
            other = str(fault.args["other"])
            where = table.place(rows[fault.field].number, FIGURE)
            args = {**fault.args, INDICATOR: fault.field, "title": titles[fault.field], "other_title": titles[other]}
            found = Finding(fault.code, rule.check.severity, where, show(extras.figures[fault.field]), args)
            note = extras.notes.get(fault.field) or extras.notes.get(other)
            findings += noted([found], note)
    return findings


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
