"""Real unit files for the cases of ``domain/workflow.md`` 4: a filled template, edited as people edit it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.model import Finding, Severity, layout
from danvan_xl.model.statuses import ACCOUNT, AnswerState, FileStatus
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.round.round import Round
from tests.support.books import header_row, open_book
from tests.support.results import lead_lines, lead_rows
from tests.support.rounds import a_round, fill, read

UNIT = "VHXH"
FIRST = "PL1.II.1@VHXH"
SECOND = "PL1.II.3@VHXH"


@dataclass(slots=True)
class Edited:
    """A unit's filled template, open for edits; ``read`` saves it and says what ``check`` makes of it."""

    path: Path
    round: Round
    book: Workbook

    def sheet(self, line: str) -> Worksheet:
        task = line.partition("@")[0]
        return self.book[self.round.appendices[self.round.tasks[task].appendix].sheet]

    def row(self, line: str) -> int:
        sheet = self.sheet(line)
        return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == line)

    def column(self, sheet: Worksheet, heading: str) -> int:
        head = header_row(sheet)
        return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(head, c).value == heading)

    def cell(self, line: str, heading: str) -> Any:
        sheet = self.sheet(line)
        return sheet.cell(self.row(line), self.column(sheet, heading))

    def put(self, line: str, heading: str, value: object) -> Any:
        cell = self.cell(line, heading)
        cell.value = value
        return cell

    def clear(self, line: str) -> None:
        """Empty the answer cells of a line."""
        form = self.round.form_of(self.round.appendices[self.round.tasks[line.partition("@")[0]].appendix])
        for item in form.fields:
            self.put(line, item.title, None)

    def read(self) -> Submission:
        self.book.save(self.path)
        return read(self.path, self.round)


def edited(folder: Path, name: str, unit: str = UNIT, current: Round | None = None) -> Edited:
    """The template of a unit with sound answers, saved under the name of a case."""
    current = current or a_round()
    path = fill(folder / name, current, unit)
    return Edited(path, current, open_book(path))


def answer(file: Submission, line: str) -> Answer:
    return next(item for item in file.answers if item.line == line)


def of(file: Submission, code: str) -> list[Finding]:
    return [item for item in file.findings if item.code == code]


def only(file: Submission, code: str) -> Finding:
    found = of(file, code)
    assert len(found) == 1, [item.code for item in file.findings]
    return found[0]


def to_mend(file: Submission) -> list[str]:
    """Codes of what a person must do something about."""
    worst = (Severity.BLOCKER, Severity.ERROR, Severity.WARNING)
    return sorted(item.code for item in file.findings if item.severity in worst and item.is_open)


def own_rows(sheet: Worksheet) -> list[int]:
    """The empty rows at the end."""
    ids = ((row, sheet.cell(row, 1).value) for row in range(1, sheet.max_row + 1))
    return [row for row, value in ids if isinstance(value, str) and layout.OWN_ID_FORM.fullmatch(value)]


def balanced(result: Consolidation, files: int) -> None:
    """Nothing in, nothing out of nowhere: files and lines are all accounted for."""
    states = [item.status for item in result.files]
    assert len(states) == files == sum(states.count(status) for status in FileStatus)
    lead = lead_rows(result)
    assert len(lead) == len(lead_lines(result.round)) == sum(row.answer.state in ACCOUNT for row in lead)
    assert sorted(row.answer.line for row in lead) == sorted(line.id for line in lead_lines(result.round))
    for file in result.files:
        if file.is_used and file.unit in {state.unit for state in result.units}:
            whole = file.whole()
            ids = [item.line for item in whole.answers]
            assert len(ids) == len(set(ids))
            assert {line.id for line in result.round.by_unit[file.unit].values() if line.role == "Chủ trì"} <= set(ids)
            errors = [item for item in whole.findings if item.severity is Severity.ERROR and item.is_open]
            bad = {item.line for item in errors if item.line}
            for item in whole.answers:
                assert item.line not in bad or item.state is AnswerState.RETURNED


def rezip(path: Path, edit: dict[str, tuple[str, str]]) -> None:
    """Surgery on the parts of a workbook: part → (pattern, replacement)."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, (pattern, new) in edit.items():
        content, count = re.subn(pattern, new, parts[name].decode("utf-8"), flags=re.DOTALL)
        assert count, f"{pattern} is not in {name}"
        parts[name] = content.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
