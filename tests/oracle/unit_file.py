"""One file of one unit: what it typed, what it did to the workbook, and what must therefore be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from openpyxl.workbook import Workbook

from tests.oracle.files import FIGURES, GUIDE, WORDS, Table, nil_cell, open_book, write
from tests.oracle.judge import Raw
from tests.oracle.plans import LEAD, Appendix, Line, Plan
from tests.oracle.regimes import Period

NIL_REPORT, NIL_REASON, NIL_FORM = "Toàn báo cáo không phát sinh", "Lý do không phát sinh", "Cả biểu không phát sinh"


@dataclass(frozen=True)
class Setting:
    """What all units of a round have in common. ``received``: the day on which their files come, if known."""

    plan: Plan
    period: Period
    cut_off: date
    received: date | None = None


@dataclass(frozen=True)
class Need:
    """Something that must be told: a finding in this sheet at this cell, or in its row (its column) where that is all
    that can be said. ``line``: a line that the finding may name instead; ``words``: what may stand in the merged
    workbook instead; ``heading``: the cell of the column's heading, where a warning about the whole column may stand;
    ``whole``: one about the whole sheet is enough.
    """

    why: str
    sheet: str
    row: int | None = None
    cell: str | None = None
    line: str | None = None
    words: str | None = None
    heading: str | None = None
    whole: bool = False
    severities: tuple[str, ...] = ("blocker", "error", "warning", "info")

    def say(self) -> str:
        place = self.cell or self.line or self.row or "any cell"
        return f"a finding ({'/'.join(self.severities)}) in {self.sheet} at {place}"


@dataclass
class OwnLine:
    """A line that the unit added."""

    text: str
    sheet: str
    typed: dict[str, Raw]


@dataclass
class UnitFile:
    """A unit's workbook while the unit works on it.

    ``states``: lines whose fate an edit decides; ``loose``: lines whose values are not compared; ``must_return``: an
    edit made the file one to be mended (``None``: may be); ``doubtful``: lines that may be returned for what was
    written over their printed cells; ``edits``: what was done, in words, for the report.
    """

    setting: Setting
    unit: str
    book: Workbook
    rng: Random
    typed: dict[str, dict[str, Raw]] = field(default_factory=dict)
    own: list[OwnLine] = field(default_factory=list)
    figures: dict[str, Raw] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    nil: bool = False
    nil_reason: bool = False
    nil_forms: set[str] = field(default_factory=set)
    states: dict[str, set[str]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    figure_choices: dict[str, set[str]] = field(default_factory=dict)
    word_choices: dict[str, set[str]] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    must_return: bool | None = False
    unit_states: set[str] | None = None
    renamed: dict[str, str] = field(default_factory=dict)
    edits: list[str] = field(default_factory=list)

    # ---- what the unit has ---------------------------------------------------------------------------------------

    def lines(self, role: str | None = None) -> list[Line]:
        return self.setting.plan.of(self.unit, role)

    def line(self, line_id: str) -> Line:
        return next(line for line in self.lines() if line.id == line_id)

    def appendix(self, line: Line) -> Appendix:
        return self.setting.plan.appendix(line.task.appendix)

    def sheet_of(self, appendix: Appendix) -> str:
        """What the appendix's sheet is called in this file."""
        return self.renamed.get(appendix.sheet, appendix.sheet)

    def table(self, line: Line) -> Table:
        return Table(self.book[self.sheet_of(self.appendix(line))])

    def title(self, line: Line, name: str) -> str:
        return next(item.title for item in self.appendix(line).fields if item.name == name)

    @property
    def free(self) -> list[Line]:
        """Lead lines that no edit has decided about, so that edits do not meet on one line."""
        return [line for line in self.lines(LEAD) if line.id not in self.states and line.id not in self.loose]

    # ---- what the unit types -------------------------------------------------------------------------------------

    def type_line(self, line: Line, typed: dict[str, Raw]) -> None:
        """The answers of a line into its cells, in place of what stood there."""
        table = self.table(line)
        for item in self.appendix(line).fields:
            write(table.cell(line.id, item.title), typed.get(item.name))
        self.typed[line.id] = dict(typed)

    def type_own(self, appendix: Appendix, text: str, typed: dict[str, Raw]) -> int:
        """A line of the unit's own into the first spare row; its row."""
        table = Table(self.book[appendix.sheet])
        heading = appendix.printed["text"]
        spare = [item for item in table.ids if item.startswith("+")]
        row_id = next(item for item in spare if not table.cell(item, heading).value)
        table.cell(row_id, heading).value = text
        for item in appendix.fields:
            write(table.cell(row_id, item.title), typed.get(item.name))
        self.own.append(OwnLine(text, appendix.sheet, typed))
        return table.ids[row_id]

    def type_figure(self, indicator: str, raw: Raw) -> None:
        write(Table(self.book[FIGURES]).cell(indicator, "Số liệu trong kỳ"), raw)
        self.figures[indicator] = raw

    def type_words(self, question: str, text: str) -> None:
        Table(self.book[WORDS]).cell(question, "Nội dung của đơn vị").value = text
        self.words[question] = text

    def mark_nil(self, reason: str | None) -> None:
        nil_cell(self.book[GUIDE], NIL_REPORT).value = "X"
        self.nil = True
        if reason:
            nil_cell(self.book[GUIDE], NIL_REASON).value = reason
            self.nil_reason = True

    def mark_nil_form(self, appendix: Appendix) -> None:
        nil_cell(self.book[appendix.sheet], NIL_FORM).value = "X"
        self.nil_forms.add(appendix.id)

    def did(self, what: str, *needs: Need) -> None:
        """Note an edit and what must be told of it."""
        self.edits.append(what)
        self.needs.extend(needs)

    def places(self, need: Need) -> tuple[set[int], set[str]]:
        """Rows and cells at which a finding answers a need, as the workbook stands now."""
        rows, cells = {need.row} - {None}, {need.cell} - {None}
        sheet = self.book[self.renamed.get(need.sheet, need.sheet)]
        for row in sheet.iter_rows():
            for cell in row:
                if need.words is not None and cell.value == need.words:
                    return {cell.row}, {cell.coordinate}
                if need.line is not None and cell.column == 1 and cell.value == need.line:
                    rows.add(cell.row)
        return rows, cells  # type: ignore[return-value]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book.save(path)


def open_file(setting: Setting, unit: str, template: Path, rng: Random) -> UnitFile:
    """A unit's template, opened to be filled in."""
    return UnitFile(setting, unit, open_book(template), rng)
