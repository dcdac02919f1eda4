"""The sheets that belong to a unit as a whole: ``Số liệu`` and ``Khó khăn, kiến nghị``."""

from __future__ import annotations

from danvan_xl import layout
from danvan_xl.fields import show, tidy
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Severity, finding
from danvan_xl.model.book import Row
from danvan_xl.model.submission import Value
from danvan_xl.recognise import Table
from danvan_xl.round import Round
from danvan_xl.rules.checks import faults
from danvan_xl.validate import FormChecker, read_row, row_context

FIGURE = "gia_tri"
NOTE = "ghi_chu"
WORDS = "noi_dung"


def _row_ids(table: Table, known: dict[str, str]) -> dict[str, Row]:
    """Id → row, by the hidden id and, where that is gone, by the words of the row. ``known``: key of title → id."""
    found: dict[str, Row] = {}
    ids = set(known.values())
    for row in table.rows():
        mark = table.cell(row, layout.F_ID)
        text, _ = tidy(table.cell(row, "text"))
        item = mark.strip() if isinstance(mark, str) and mark.strip() in ids else known.get(key(str(text or "")))
        if item is not None:
            found.setdefault(item, row)
    return found


def read_figures(
    checker: FormChecker, table: Table, job: Round, *, asked: bool
) -> tuple[dict[str, Value], dict[str, str], list[Finding]]:
    """Indicator → figure (None where empty), indicator → note, and findings.

    An empty figure is a warning where figures are ``asked`` for; 0 is an answer.
    """
    indicators = {item.id: item for item in checker.form.indicators}
    rows = _row_ids(table, {key(item.title): item.id for item in indicators.values()})
    figures: dict[str, Value] = {}
    notes: dict[str, str] = {}
    faulty: set[str] = set()
    findings: list[Finding] = []
    for name in indicators:
        figures[name] = None
        if name not in rows:
            continue
        reading = read_row(checker, table, rows[name], None)
        findings += reading.findings
        figures[name] = reading.values.get(FIGURE)
        if FIGURE in reading.faulty:  # what was typed is kept as text, so that nothing adds it up
            faulty.add(name)
            figures[name] = show(figures[name])
        if NOTE in reading.values:
            notes[name] = show(reading.values[NOTE])
        if asked and figures[name] is None:
            findings.append(finding("V022", table.place(rows[name].number, FIGURE), title=indicators[name].title))
    context = row_context(job.plan, job.period, None, None)
    for check, needs in checker.checks:
        if faulty.isdisjoint(needs):
            for fault in faults(check, figures, context):
                other = indicators[str(fault.args["other"])].title
                where = table.place(rows[fault.field].number, FIGURE)
                args = {**fault.args, "title": indicators[fault.field].title, "other_title": other}
                found = show(figures[fault.field])
                findings.append(finding(fault.code, where, found, severity=Severity(check.severity), **args))
    return figures, notes, findings


def read_words(checker: FormChecker, table: Table) -> dict[str, str]:
    """Question → what the unit wrote; unanswered questions are left out."""
    rows = _row_ids(table, {key(item.title): item.id for item in checker.form.questions})
    words: dict[str, str] = {}
    for item in checker.form.questions:
        if item.id in rows:
            value = read_row(checker, table, rows[item.id], None).values.get(WORDS)
            if value is not None:
                words[item.id] = show(value)
    return words
