"""The consolidation as one side of a comparison: judged by what will stand in ``Dữ liệu`` and ``Dữ liệu số``."""

from __future__ import annotations

from collections.abc import Mapping

from danvan_xl.comparison.figure_changes import FIGURE_HEADINGS, figure_row
from danvan_xl.comparison.line_changes import LINE_HEADINGS, LineState, keyed_lines
from danvan_xl.comparison.sides import Side
from danvan_xl.comparison.target_changes import TargetState
from danvan_xl.merging.consolidation import Consolidation, UnitRows
from danvan_xl.model.book import RawValue
from danvan_xl.workbooks.consolidated.data_columns import DATA_COLUMNS, DataLine, Facts
from danvan_xl.workbooks.consolidated.figure_columns import FIGURE_COLUMNS, FigureFacts, FigureLine
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered


def _plain(value: Rendered) -> RawValue:
    return value.value if isinstance(value, Formula) else value


class PresentSide:
    """Takes the rows unit by unit; only what is compared of them is kept."""

    def __init__(self, result: Consolidation) -> None:
        plan = result.round.plan
        self._result, self._facts, self._figure_facts = result, Facts.of(result), FigureFacts.of(result)
        self._columns = [(item.heading, item.value) for item in DATA_COLUMNS if item.heading in LINE_HEADINGS]
        self._figure_columns = [
            (item.heading, item.value) for item in FIGURE_COLUMNS if item.heading in FIGURE_HEADINGS
        ]
        self._indicators = result.round.forms[plan.statistics].indicators if plan.statistics else ()
        parts = (*(task.id for task in plan.tasks), *(item.id for item in plan.appendices))
        self._places = {part: place for place, part in enumerate(parts)}
        self._lines: list[tuple[int, LineState]] = []
        self._figures: list[tuple[int, Mapping[str, RawValue]]] = []

    def unit(self, item: UnitRows) -> None:
        """Take the rows of one unit."""
        for row in item.rows:
            line = DataLine(row, row.answer, item.unit, row.file, self._facts)
            state = LineState.of({heading: _plain(value(line)) for heading, value in self._columns})
            self._lines.append((self._places[row.task.id if row.task else row.answer.appendix], state))
        file = item.file
        if file is None or not item.counts:
            return
        for place, indicator in enumerate(self._indicators):
            figure = FigureLine(
                indicator, item.unit, file.figures.get(indicator.id), file, (file,), (), self._figure_facts
            )
            self._figures.append((place, {heading: _plain(value(figure)) for heading, value in self._figure_columns}))

    def side(self, targets: Mapping[str, TargetState]) -> Side:
        """What was taken, in the order of the sheets: by task, then by unit."""
        current = self._result.round
        lines = [state for _, state in sorted(self._lines, key=lambda item: item[0])]
        figures = [figure_row(values) for _, values in sorted(self._figures, key=lambda item: item[0])]
        return Side(
            "", "", current.plan.id, current.period.id, current.plan.issuing_body, self._result.as_of,
            keyed_lines("", lines), tuple(figures), targets,
        )  # fmt: skip
