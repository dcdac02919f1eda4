"""A unit's workbook for tests: the real Gia Lộc template, filled in as a unit would, with openpyxl."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from danvan_xl import read_workbook
from danvan_xl.answers.one_file import read_submission
from danvan_xl.model import Finding, Severity, layout
from danvan_xl.model.period import plain_period
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.round.preparing import prepare
from danvan_xl.round.round import Round
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from tests.support.rounds import sound_answers

UNIT = "VHXH"
GOOD: Mapping[str, object] = {
    "Trạng thái": "Hoàn thành",
    "Tỷ lệ (%)": 100,
    "Kết quả thực hiện": "Đã ban hành và triển khai",
    "Số, ký hiệu văn bản": "12/KH-UBND",
}

Answers = Mapping[tuple[str, str], object]
"""(row id, heading) → what is typed."""


@cache
def a_round() -> Round:
    """The round of Gia Lộc, first half of 2026."""
    return prepare(load_rules("gia-loc"), plain_period("2026-H1"))


@dataclass(slots=True)
class Places:
    """Addresses in an open template, by sheet, id of the row and heading."""

    book: Workbook

    def cell(self, sheet: str, row_id: str, heading: str) -> Any:
        page = self.book[sheet]
        header = next(row for row in range(1, 20) if page.cell(row, 1).value == layout.LINE_ID)
        column = next(c for c in range(1, page.max_column + 1) if page.cell(header, c).value == heading)
        row = next(r for r in range(header + 1, page.max_row + 1) if page.cell(r, 1).value == row_id)
        return page.cell(row, column)

    def line(self, line_id: str, heading: str) -> Any:
        appendix = a_round().tasks[line_id.partition("@")[0]].appendix
        return self.cell(a_round().appendices[appendix].sheet, line_id, heading)


def open_book(path: Path) -> Workbook:
    """Open without openpyxl's remarks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(path)


def filled(path: Path, faults: Answers | None = None, *, others: bool = True) -> Path:
    """Write the template of ``UNIT`` to ``path`` with sound answers everywhere, then ``faults`` over them."""
    targets = sound_answers(a_round(), UNIT).targets
    write_template(path, a_round(), a_round().plan.unit(UNIT), TemplateOptions(typed=Typed(targets=targets)))
    book = open_book(path)
    places = Places(book)
    for line in a_round().by_unit[UNIT].values() if others else ():
        for heading, value in GOOD.items():
            places.line(line.id, heading).value = value
    for indicator in a_round().figures_of(UNIT):
        places.cell("Số liệu", indicator.id, "Số liệu trong kỳ").value = 3
    for (line_id, heading), value in (faults or {}).items():
        places.line(line_id, heading).value = value
    book.save(path)
    return path


def read(path: Path) -> Submission:
    """What the file says, as ``check`` reads it."""
    return read_submission(read_workbook(path), a_round())


def serious(submission: Submission) -> list[Finding]:
    """Errors and blockers."""
    return [item for item in submission.findings if item.severity in (Severity.ERROR, Severity.BLOCKER)]
