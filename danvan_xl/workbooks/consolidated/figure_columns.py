"""The columns of ``Dữ liệu số``: a row is one figure with what it is, who gave it, and the cell it was read from.

The headings up to ``Cơ quan ban hành`` are a contract: columns are added, never renamed; readers go by heading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.joining import BOTH
from danvan_xl.merging.targets_reached import state_of
from danvan_xl.model import Indicator, Period, Severity, Target, TargetAnswer, layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import Submission, Value
from danvan_xl.model.targets import Part
from danvan_xl.round.report_words import title_of
from danvan_xl.workbooks.writing.row_pieces import FRESH
from danvan_xl.workbooks.writing.row_xml import Rendered


class FigureFacts(Struct, frozen=True):
    """What holds for every row. ``first``, ``last``: the days that the figures cover; ``units``: id → name."""

    plan: str
    issuing_body: str
    period: str
    report: str
    first: date
    last: date
    units: Mapping[str, str]

    @classmethod
    def of(cls, result: Consolidation) -> FigureFacts:
        """The facts of a consolidation."""
        plan, period = result.round.plan, result.round.period
        first, last = result.round.window or covered(period)
        names = {unit.id: unit.name for unit in plan.units}
        return cls(plan.id, plan.issuing_body, period.id, title_of(result.round.made_for), first, last, names)


def covered(period: Period) -> tuple[date, date]:
    """The days that the figures of a period cover: those of its window, else those of the calendar."""
    to = period.window_to or (period.due if period.window_open else None)
    return period.window_from or period.first, to or period.last


class FigureLine(Struct, frozen=True):
    """A figure of a unit, or what it says of a target (``said``): text where it is in doubt, None where there is none.

    ``file``: all that the unit said. ``sources``: the files that the figure came from: one, or two that were joined and
    contradict each other; then what is said of each stands side by side. ``places``: sheet and cell in each of them
    that has it; ``asked``: whether the unit reports it.
    """

    indicator: Indicator | Target
    unit: str
    value: Value
    file: Submission
    sources: Sequence[Submission]
    places: Sequence[tuple[str, str]]
    facts: FigureFacts
    asked: bool = True
    said: TargetAnswer | None = None

    def part(self, name: Part) -> Value:
        """What the unit says of a part of a target."""
        return self.said.values.get(name) if self.said is not None else None

    @property
    def state(self) -> AnswerState:
        """What became of the question for the figure: answered (0 too), nil, empty, to be mended, or never asked."""
        if self.said is not None and isinstance(self.indicator, Target):
            return state_of(self.indicator, self.said, nil=self.file.nil)
        if not self.asked:
            return AnswerState.ADDED
        if self.value is None:
            return AnswerState.NIL if self.file.nil else AnswerState.BLANK
        return AnswerState.RETURNED if isinstance(self.value, str) and not self._is_settled() else AnswerState.ANSWERED

    def _is_settled(self) -> bool:
        """Whether the office lets stand all that is wrong with a figure that is text."""
        errors = [
            item
            for item in self.file.findings
            if item.severity is Severity.ERROR and (item.location.sheet, item.location.cell) in self.places
        ]
        return bool(errors) and not any(item.is_open for item in errors)


# Where a value comes from: see ``row_pieces``.
INDICATOR = "indicator"
ROUND = "round"  # what is the same in every row
OF_UNIT = "unit"  # the unit, and the file and sheet that its figures are in
SOURCES = (INDICATOR, ROUND, OF_UNIT)


class FigureColumn(Struct, frozen=True):
    """A column of ``Dữ liệu số``; ``width``: characters; ``part``: what it holds in the row of a target."""

    heading: str
    source: str
    value: Callable[[FigureLine], Rendered]
    width: float = 14
    part: Part | None = None

    def of_targets(self) -> FigureColumn:
        """The column in the rows of targets."""
        if self.part is None:
            return self
        part = self.part
        return replace(self, source=FRESH, value=lambda line: line.part(part))


def _each(said: Sequence[str]) -> Rendered:
    """What is said of each source."""
    return said[0] if len(said) == 1 else BOTH.join(said) or None


def _none(_line: FigureLine) -> Rendered:
    return None


def _reported(line: FigureLine, name: str) -> Rendered:
    """What shorter reports brought of a figure, which is in it, or up to which day."""
    what = line.file.reported.get(line.indicator.id) if line.said is None else None
    return getattr(what, name) if what is not None and what.value is not None else None


FIGURE_COLUMNS: tuple[FigureColumn, ...] = (
    FigureColumn(layout.INDICATOR_ID, INDICATOR, lambda line: line.indicator.id, 18),
    FigureColumn("Chỉ tiêu", INDICATOR, lambda line: line.indicator.title, 40),
    FigureColumn("Đơn vị tính", INDICATOR, lambda line: line.indicator.unit),
    FigureColumn("Loại", INDICATOR, lambda line: line.indicator.kind.shown),
    FigureColumn(layout.UNIT_ID, OF_UNIT, lambda line: line.unit),
    FigureColumn("Đơn vị", OF_UNIT, lambda line: line.facts.units.get(line.unit, line.unit), 28),
    FigureColumn(layout.FIGURE, FRESH, lambda line: line.value),
    FigureColumn(layout.NUMERATOR, ROUND, _none, part="numerator"),
    FigureColumn(layout.DENOMINATOR, ROUND, _none, part="denominator"),
    FigureColumn("Kỳ", ROUND, lambda line: line.facts.period),
    FigureColumn("Từ ngày", ROUND, lambda line: line.facts.first),
    FigureColumn("Đến ngày", ROUND, lambda line: line.facts.last),
    FigureColumn("Báo cáo", ROUND, lambda line: line.facts.report, 24),
    FigureColumn("Tệp nguồn", OF_UNIT, lambda line: _each([PurePath(file.path).name for file in line.sources]), 28),
    FigureColumn("Trang tính", OF_UNIT, lambda line: _each([sheet for sheet, _ in line.places])),
    FigureColumn("Ô", FRESH, lambda line: _each([cell for _, cell in line.places]), 8),
    FigureColumn("SHA-256", OF_UNIT, lambda line: _each([file.sha256 for file in line.sources])),
    FigureColumn("Kế hoạch", ROUND, lambda line: line.facts.plan),
    FigureColumn("Cơ quan ban hành", ROUND, lambda line: line.facts.issuing_body, 28),
    FigureColumn(layout.ANSWER, FRESH, lambda line: line.state.value, 16),
    FigureColumn("Ghi chú của đơn vị", FRESH, lambda line: line.file.figure_notes.get(line.indicator.id), 40, "note"),
    FigureColumn(layout.TARGET_DOCUMENT, ROUND, _none, 24, "document"),
    FigureColumn(layout.TARGET_DAY, ROUND, _none, 12, "day"),
    FigureColumn(layout.REPORTED_BEFORE, FRESH, lambda line: _reported(line, "value"), 12),
    FigureColumn(layout.REPORTED_UNTIL, FRESH, lambda line: _reported(line, "until"), 12),
)


@cache
def figure_letters(heading: str) -> str:
    """The letters of the column of ``Dữ liệu số`` with this heading."""
    return column_letters([column.heading for column in FIGURE_COLUMNS].index(heading) + 1)
