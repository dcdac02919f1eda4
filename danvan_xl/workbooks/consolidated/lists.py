"""The sheets that list lines and findings: overdue, and what was found in the files."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.summary import days_overdue, is_silent
from danvan_xl.model import Finding, Severity, layout
from danvan_xl.model.statuses import ASIDE
from danvan_xl.workbooks.consolidated.consolidated_book import LAST_ROW, Column, ConsolidatedBook, ListSheet, Sink
from danvan_xl.workbooks.writing.row_xml import Rendered

SEVERITY_STYLES = {Severity.BLOCKER: "bad", Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "box"}

SETTLED = "settled"
FINDING_PARTS: tuple[object, ...] = (Severity.BLOCKER, Severity.ERROR, Severity.WARNING, SETTLED, Severity.INFO)
"""The order of ``Phát hiện``: what was explained or waived stands after what is open."""


class _Parts:
    """Rows of a table that come in any order and stand part by part: how many each part has is known before."""

    def __init__(self, table: ListSheet, sizes: dict[object, int]) -> None:
        self.table = table
        self.spools = {part: table.book.spool() for part in sizes}
        self._next: dict[object, int] = {}
        at = ListSheet.HEAD + 2
        for part, size in sizes.items():
            self._next[part] = at
            at += size
        self._behind = {part: first + sizes[part] for part, first in self._next.items()}

    def add(self, part: object, values: list[Rendered], styles: dict[int, str] | None = None) -> None:
        """Append a row to a part."""
        number = self._next[part]
        self._next[part] += 1
        if number <= LAST_ROW:
            self.spools[part].add(self.table.render(number, values, styles))

    def finish(self) -> None:
        """Give the parts to the sheet, in their order."""
        assert self._next == self._behind, "a part has another number of rows than was said: rows would collide"
        self.table.finish(spools=list(self.spools.values()))


class _Overdue:
    """``Quá hạn``: overdue lines by days, then lines without a deadline that nobody answered."""

    SILENT = "silent"

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book = book
        say = book.say
        columns = [
            Column(say("head_unit"), 28),
            Column(layout.DATA_HEADINGS[0], 20),
            Column(say("head_text"), 62),
            Column(say("head_due"), 12),
            Column(say("head_days"), 14, "box_centre"),
            Column(say("head_answer"), 15),
            Column(say("head_status"), 15),
            Column(say("head_why"), 40),
            Column(say("head_note"), 24),
        ]
        table = ListSheet(book, layout.OVERDUE, say("overdue_title"), columns)
        days: dict[object, int] = dict(sorted(book.summary.overdue_days.items(), reverse=True))
        self.parts = _Parts(table, {**days, self.SILENT: book.summary.silent})

    def unit(self, item: UnitRows) -> None:
        for row in item.rows:
            days = days_overdue(row, self.book.result.as_of)
            if days is not None:
                self._add(days, row, days, None)
            elif is_silent(row):
                self._add(self.SILENT, row, None, self.book.say("silent_line"))

    def _add(self, part: object, row: DataRow, days: Rendered, note: str | None) -> None:
        assert row.task is not None
        why = row.answer.values.get("kho_khan") or row.answer.values.get("giai_trinh")
        values: list[Rendered] = [
            self.book.names.get(row.unit, row.unit),
            row.answer.line,
            row.task.text[:200],
            row.due,
            days,
            row.answer.state.value,
            row.status,
            why,
            note,
        ]
        self.parts.add(part, values)

    def finish(self) -> None:
        self.parts.finish()


def overdue(book: ConsolidatedBook) -> Sink:
    """``Quá hạn``."""
    return _Overdue(book)


def findings(book: ConsolidatedBook) -> Sink | None:
    """``Phát hiện``: every finding of every file, worst first, then those across units; explained ones before infos."""
    say = book.say
    columns = [
        Column(say("head_severity"), 13),
        Column(say("head_code"), 8),
        Column(say("head_unit"), 24),
        Column(say("head_message"), 60),
        Column(say("head_found"), 28),
        Column(say("head_expected"), 30),
        Column(say("head_mend"), 40),
        Column(say("head_files"), 28),
        Column(say("head_sheet"), 14),
        Column(say("head_cell"), 8),
        Column(say("head_settled"), 44),
    ]
    table = ListSheet(book, layout.FINDINGS, say("findings_title"), columns)
    sizes: Counter[object] = Counter(item.severity for item in book.result.findings)
    for file in book.result.files:
        sizes[SETTLED] += file.settled
        for severity in Severity:
            sizes[severity] += file.count(severity)
    parts = _Parts(table, {part: sizes[part] for part in FINDING_PARTS})
    for file in book.result.files:
        if not file.settled and not any(map(file.count, Severity)):
            continue  # its contents need not be opened
        for item in file.findings:
            part, style = (item.severity, SEVERITY_STYLES[item.severity]) if item.is_open else (SETTLED, "box")
            parts.add(part, _finding_row(book, item, file), {0: style})
    for item in book.result.findings:
        parts.add(item.severity, _finding_row(book, item, None), {0: SEVERITY_STYLES[item.severity]})
    parts.finish()
    return None


def _finding_row(book: ConsolidatedBook, item: Finding, file: AnySubmission | None) -> list[Rendered]:
    unit = (file.unit or "?") if file is not None else (item.found or "")
    severity = book.say(f"severity_{item.severity.value}")
    if file is not None and file.status in ASIDE:
        severity = book.say(f"aside_{file.status.value}")
    return [
        severity,
        item.code,
        book.short_names.get(unit, unit if file is not None else ""),
        item.say(book.lang),
        item.found,
        item.say_expected(book.lang),
        item.say_mend(book.lang),
        PurePath(file.path).name if file is not None else None,
        item.location.sheet,
        item.location.cell,
        item.settled.say(book.lang) if item.settled is not None else None,
    ]
