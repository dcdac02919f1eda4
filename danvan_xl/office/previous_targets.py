"""What units said of targets in the period before: read from ``Dữ liệu số`` of an earlier consolidated workbook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from danvan_xl.model import Plan, layout
from danvan_xl.model.book import Book, RawValue
from danvan_xl.office.previous import MOST_CHARACTERS, book_of
from danvan_xl.office.previous_figures import Figures
from danvan_xl.round.fields import show

SAID = (layout.NUMERATOR, layout.DENOMINATOR, layout.FIGURE, layout.TARGET_DOCUMENT)


def previous_targets(source: Path | Book, plan: Plan) -> Figures:
    """Unit → target → what it said, as ``38/40`` or a value or the number of a document; rows that stand there twice
    are left out.
    """
    book = book_of(source)
    units = {unit.id for unit in plan.reporting_units}
    targets = {target.id for task in plan.tasks for target in task.targets}
    found: list[tuple[str, str, str]] = []
    for sheet in book.sheets if targets else ():
        if not layout.is_sheet_of(sheet.name, layout.FIGURE_DATA) or not sheet.rows:
            continue
        at = {show(heading).strip(): column for column, heading in enumerate(sheet.rows[0].values)}
        if not at.keys() >= {layout.UNIT_ID, layout.INDICATOR_ID, layout.FIGURE}:
            continue
        for row in sheet.rows[1:]:
            values = {name: row.values[column] for name, column in at.items() if column < len(row.values)}
            unit, target = show(values.get(layout.UNIT_ID)), show(values.get(layout.INDICATOR_ID))
            if unit in units and target in targets:
                found.append((unit, target, _words(values)))
    times = Counter((unit, target) for unit, target, _ in found)
    said: dict[str, dict[str, str]] = {}
    for unit, target, words in found:
        if words and times[unit, target] == 1:
            said.setdefault(unit, {})[target] = words[:MOST_CHARACTERS]
    return said


def _words(values: dict[str, RawValue]) -> str:
    some, whole, value, document = (show(values.get(name)).strip() for name in SAID)
    if some or whole:
        return f"{some or '?'}/{whole or '?'}"
    return value or document
