"""``Phát hiện``: every finding of every file, worst first, then those across units; explained ones before infos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model import Finding, Severity, layout
from danvan_xl.model.statuses import ASIDE
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet, PartedRows
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column

LOOKS = {Severity.BLOCKER: "bad", Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "box"}

SETTLED = "settled"
PARTS: tuple[object, ...] = (Severity.BLOCKER, Severity.ERROR, Severity.WARNING, SETTLED, Severity.INFO)
"""The order of the sheet: what was explained or waived follows what is open."""


class FindingLine(Struct, frozen=True):
    """A row: a finding, and its file (None: it belongs to no single file)."""

    finding: Finding
    file: AnySubmission | None

    @property
    def part(self) -> object:
        """The part of the sheet that the row belongs to."""
        return self.finding.severity if self.finding.is_open else SETTLED


def _look(line: FindingLine) -> str:
    return LOOKS[line.finding.severity] if line.finding.is_open else "box"


def finding_columns(book: ConsolidatedBook) -> tuple[Column[FindingLine], ...]:
    """The columns of ``Phát hiện``."""
    say, lang = book.say, book.lang

    def column(name: str, width: float, value: Callable[[FindingLine], Rendered]) -> Column[FindingLine]:
        return Column(name, say(f"head_{name}"), width, value)

    def severity(line: FindingLine) -> Rendered:
        if line.file is not None and line.file.status in ASIDE:
            return say(f"aside_{line.file.status.value}")
        return say(f"severity_{line.finding.severity.value}")

    def unit(line: FindingLine) -> Rendered:
        if line.file is None:
            return book.short_names.get(line.finding.found or "", "")
        return book.short_names.get(line.file.unit or "?", line.file.unit or "?")

    def settled(line: FindingLine) -> Rendered:
        return line.finding.settled.say(lang) if line.finding.settled is not None else None

    return (
        Column("severity", say("head_severity"), 13, severity, look=_look),
        column("unit", 20, unit),
        column("message", 55, lambda line: line.finding.say(lang)),
        column("mend", 40, lambda line: line.finding.say_mend(lang)),
        column("sheet", 14, lambda line: line.finding.location.sheet),
        column("cell", 8, lambda line: line.finding.location.cell),
        column("found", 28, lambda line: line.finding.found),
        column("expected", 30, lambda line: line.finding.say_expected(lang)),
        column("settled", 44, settled),
        column("files", 28, lambda line: PurePath(line.file.path).name if line.file is not None else None),
        column("code", 8, lambda line: line.finding.code),
    )


def findings(book: ConsolidatedBook) -> Sink | None:
    """``Phát hiện``."""
    title, note = book.say("findings_title"), book.say("for_screen")
    table = ListSheet(book, layout.FINDINGS, title, finding_columns(book), note=note, frozen="unit")
    sizes: Counter[object] = Counter(item.severity for item in book.result.findings)
    for file in book.result.files:
        sizes[SETTLED] += file.settled
        for severity in Severity:
            sizes[severity] += file.count(severity)
    parts = PartedRows(table, {part: sizes[part] for part in PARTS})
    for file in book.result.files:
        if not file.settled and not any(map(file.count, Severity)):
            continue  # its contents need not be opened
        for item in file.whole().findings:
            line = FindingLine(item, file)
            parts.add(line.part, line)
    for item in book.result.findings:
        line = FindingLine(item, None)
        parts.add(line.part, line)
    parts.finish()
    return None
