"""The sheets that belong to a unit as a whole: ``Số liệu`` and ``Khó khăn, kiến nghị``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.doubts import Doubts
from danvan_xl.answers.rows import RowReading, read_row
from danvan_xl.answers.tables import Table
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Row
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import FIGURE, NOTE, WORDS
from danvan_xl.model.submission import Value
from danvan_xl.round.checkers import FormChecker, row_context
from danvan_xl.round.fields import show, tidy
from danvan_xl.round.round import Round

_CUMULATIVE = re.compile(r"lũy kế|luỹ kế|cộng dồn|từ đầu năm|từ đầu nhiệm kỳ|tổng từ", re.IGNORECASE)


INDICATOR = "indicator"
"""Among the arguments of a finding: the indicator whose figure it is about."""


class Extras(Struct):
    """Indicator → figure (None where empty), indicator → note, question → words, and what was found."""

    figures: dict[str, Value] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def _row_ids(table: Table, known: Mapping[str, str]) -> tuple[dict[str, Row], list[Finding]]:
    """Id → row, by the hidden id or, where that is missing, by the row's words. ``known``: key of title → id.

    Rows that match none of these, or one of them again, are reported and not merged.
    """
    found: dict[str, Row] = {}
    findings: list[Finding] = []
    ids = set(known.values())
    for row in table.rows():
        mark = table.cell(row, layout.F_ID)
        text, _ = tidy(table.cell(row, "text"))
        item = mark.strip() if isinstance(mark, str) and mark.strip() in ids else known.get(key(str(text or "")))
        if item is None:
            if text is not None and any(table.cell(row, name) is not None for name in table.spec.answers):
                findings.append(finding("R019", table.place(row.number, "text"), show(text)[:80]))
        elif item in found:
            first = found[item].number
            where = table.place(row.number, "text")
            twice = finding("I012", where, item, line_id=item, indicator=item, first_row=first, row=row.number)
            findings.append(twice)
        else:
            found[item] = row
    return found, findings


def _beside(table: Table, row: Row, reading: RowReading) -> None:
    """Cells in columns that have no heading."""
    for column in range(table.width + 1, len(row.values) + 1):
        value = row.values[column - 1]
        if value is not None and str(value).strip():
            place = Location(sheet=table.sheet.name, cell=cell_name(row.number, column))
            reading.findings.append(finding("R016", place, show(value)[:200]))


def read_figures(checker: FormChecker, table: Table, current: Round, doubts: Doubts, *, asked: bool) -> Extras:
    """The figures. An empty one is a warning where figures are ``asked`` for; 0 is an answer."""
    extras = Extras()
    indicators = {item.id: item for item in checker.form.indicators}
    rows, extras.findings = _row_ids(table, checker.items)
    faulty: set[str] = set()
    for name, item in indicators.items():
        if name not in rows:
            extras.figures[name] = None
            if asked:
                extras.findings.append(finding("V022", Location(sheet=table.sheet.name), title=item.title))
            continue
        reading = read_row(checker, table, rows[name], None)
        doubts.of_row(table, rows[name], reading, None)
        _beside(table, rows[name], reading)
        value = reading.values.get(FIGURE)
        if FIGURE in reading.faulty:  # what was typed is kept as text, so that nothing adds it up
            faulty.add(name)
            value = show(value)
        extras.figures[name] = value
        where = table.place(rows[name].number, FIGURE)
        if asked and value is None and FIGURE not in table.missing:
            reading.findings.append(finding("V022", where, title=item.title))
        note = reading.values.get(NOTE)
        if note is not None:
            extras.notes[name] = show(note)
            if _CUMULATIVE.search(extras.notes[name]):
                found = finding("V026", where, show(value), title=item.title, note=extras.notes[name][:200])
                extras.findings.append(found)
        extras.findings += _noted(reading.findings, extras.notes.get(name))
    extras.findings += _rule_findings(checker, table, current, extras, rows, faulty)
    return extras


def _rule_findings(
    checker: FormChecker, table: Table, current: Round, extras: Extras, rows: Mapping[str, Row], faulty: set[str]
) -> list[Finding]:
    titles = {item.id: item.title for item in checker.form.indicators}
    context = row_context(current.plan, current.period, None, None)
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
            findings += _noted([found], note)
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


def _noted(findings: list[Finding], note: str | None) -> list[Finding]:
    """Warnings about a figure, settled by the note that the unit wrote beside it."""
    if note is None:
        return findings
    settlement = Settlement("unit", note)
    return [replace(item, settled=settlement) if item.severity is Severity.WARNING else item for item in findings]


def read_words(checker: FormChecker, table: Table, doubts: Doubts) -> Extras:
    """What the unit wrote under each question; unanswered questions are left out."""
    extras = Extras()
    rows, extras.findings = _row_ids(table, checker.items)
    for item in checker.form.questions:
        if item.id not in rows:
            continue
        reading = read_row(checker, table, rows[item.id], None)
        doubts.of_row(table, rows[item.id], reading, None)
        _beside(table, rows[item.id], reading)
        extras.findings += reading.findings
        value = reading.values.get(WORDS)
        if value is not None:
            extras.words[item.id] = show(value)
    return extras
