"""Figures of two workbooks: each unit's, and their sums by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import fsum

from msgspec import Struct

from danvan_xl.comparison.line_changes import Value, is_lower
from danvan_xl.comparison.sides import Side
from danvan_xl.language.text import joint_key, key
from danvan_xl.model import TargetKind, layout
from danvan_xl.model.book import RawValue
from danvan_xl.written.table_columns import (
    AS_TYPED,
    CELL,
    DENOMINATOR,
    FIGURE_COLUMNS,
    FILE,
    FROM_DAY,
    INDICATOR,
    INDICATOR_ID,
    KIND,
    MEASURE,
    NUMERATOR,
    SHEET,
    TO_DAY,
    UNIT_NAME,
    VALUE,
    WORKBOOK,
    TableColumn,
    TableRow,
)
from danvan_xl.written.written_tables import typed_values

RATE, STOCK = "tỷ lệ", "thời điểm"
"""Shares are no flow and no stock: they have no sum, only numerators and denominators have one."""
UNSUMMED = frozenset(kind.shown for kind in (TargetKind.MEASURED, TargetKind.RANK, TargetKind.REACHED))

FIGURE_HEADINGS = frozenset(
    (INDICATOR_ID, INDICATOR, MEASURE, KIND, layout.UNIT_ID, UNIT_NAME, VALUE, NUMERATOR, DENOMINATOR, FROM_DAY, TO_DAY)
)
"""The columns of ``Dữ liệu số`` that figures are judged by, but for the cell that they were read from."""

_COLUMNS = tuple(item for item in FIGURE_COLUMNS if (item.of or item.heading) in FIGURE_HEADINGS)

AS_LONG = 0.9
"""So much of the longer one must a window be to count as equally long: February beside March, 181 days beside 184."""

Id = tuple[str, str]  # of an indicator: its code or its words; of a unit: its code or its name


class Name(Struct, frozen=True):
    """An indicator. ``code``: empty where the workbook gives none."""

    code: str
    title: str
    measure: str


class UnitFigure(Struct, frozen=True):
    """A unit's figure in both workbooks: a number, the words in its place, or None where there is none."""

    indicator: Name
    unit: str
    unit_name: str
    before: Value
    after: Value

    @property
    def fell(self) -> bool:
        """Whether it is lower now."""
        return is_lower(self.before, self.after)


class Total(Struct, frozen=True):
    """The figures of an indicator in one workbook.

    ``sum``: of numbers; a share's is that of the numerators over that of the denominators, in percent. None where there
    is nothing to add up. ``units``: how many gave a number; ``words``: how many gave words instead, which no sum has.
    """

    sum: float | None
    units: int
    words: int


class IndicatorChange(Struct, frozen=True):
    """An indicator in both workbooks; ``None`` where a workbook does not have it.

    ``is_stock``: what there is at the end of the window, however long that is. ``days``: how many days the figures
    cover, before and now; None where nobody knows.
    """

    indicator: Name
    is_share: bool
    before: Total | None
    after: Total | None
    is_stock: bool = False
    days: tuple[int | None, int | None] = (None, None)

    @property
    def has_equal_windows(self) -> bool:
        """Whether what arose before and what arose now did so in about the same time; a share or a stock has none."""
        old, new = self.days
        if self.is_share or self.is_stock or old is None or new is None:
            return True
        return min(old, new) >= AS_LONG * max(old, new)

    @property
    def difference(self) -> float | None:
        """How much more it is now; None where one of the sums is missing."""
        if self.before is None or self.after is None or self.before.sum is None or self.after.sum is None:
            return None
        return round(self.after.sum - self.before.sum, 9)


class Figures(Struct, frozen=True):
    """All figures of two workbooks: by indicator, and those of units that are not the same in both."""

    indicators: tuple[IndicatorChange, ...]
    moved: tuple[UnitFigure, ...]


def figure_row(values: Mapping[str, RawValue]) -> TableRow:
    """A figure that is not in a workbook yet, by the headings of ``Dữ liệu số``, as it would come back from there."""
    return dict(typed_values((TableColumn(WORKBOOK), *_COLUMNS), values))


def figures_compared(before: Side, after: Side) -> Figures:
    """The figures of two reports."""
    old, new = _of_both([_each_cell_once(filter(_is_summed, side.figures)) for side in (before, after)])
    names = _names([*new, *old])
    by_words = _by_words(names)
    ids = {id(row): _identity(row, by_words) for row in (*new, *old)}
    order = dict.fromkeys(ids[id(row)] for row in (*new, *old))
    rows: dict[str, tuple[list[TableRow], list[TableRow]]] = {name: ([], []) for name in order}
    for place, found in enumerate((old, new)):
        for row in found:
            rows[ids[id(row)]][place].append(row)
    indicators, moved = [], []
    for name, (olds, news) in rows.items():
        shown = names[name]
        is_share = any(_words(row, KIND) == RATE for row in (*olds, *news))
        totals = [_total(found, is_share=is_share) if found else None for found in (olds, news)]
        is_stock = any(_words(row, KIND) == STOCK for row in (*olds, *news))
        days = _days(olds, before), _days(news, after)
        indicators.append(IndicatorChange(shown, is_share, totals[0], totals[1], is_stock, days))
        if olds and news:  # what one report was never asked has not moved
            moved += _moved(shown, olds, news)
    return Figures(tuple(indicators), tuple(moved))


def _words(row: TableRow, heading: str) -> str:
    return str(row.get(heading) or "")


def _days(rows: Iterable[TableRow], side: Side) -> int | None:
    """How many days the figures cover, as they say; those of the period's calendar where they don't."""
    spans = ((row.get(FROM_DAY), row.get(TO_DAY)) for row in rows)
    known = {(to - of).days + 1 for of, to in spans if isinstance(of, date) and isinstance(to, date)}
    return max(known) if known else side.days


def _of_both(sides: list[list[TableRow]]) -> list[list[TableRow]]:
    """The figures without those of targets where one of the workbooks is from before there were any."""
    if all(any(map(_is_of_target, rows)) for rows in sides):
        return sides
    return [[row for row in rows if not _is_of_target(row)] for rows in sides]


def _is_of_target(row: TableRow) -> bool:
    """Whether a figure is that of a target: its code is a task's with a number."""
    return ":" in _words(row, INDICATOR_ID)


def _is_summed(row: TableRow) -> bool:
    """Whether figures like this one have a sum: a rank or a measured share is the commune's own."""
    return _words(row, KIND) not in UNSUMMED


def _each_cell_once(rows: Iterable[TableRow]) -> list[TableRow]:
    """The figures, each once: one that several reports show comes from the same cell of the same file."""
    found: dict[object, TableRow] = {}
    for number, row in enumerate(rows):
        place = tuple(_words(row, name) for name in (INDICATOR_ID, INDICATOR, layout.UNIT_ID, FILE, SHEET, CELL))
        found.setdefault(place if row.get(CELL) else number, row)
    return list(found.values())


def _both(row: TableRow) -> str:
    return joint_key(_words(row, INDICATOR), _words(row, MEASURE))


def _names(rows: Iterable[TableRow]) -> dict[str, Name]:
    """What tells indicators from each other → their names. A code counts before words; older workbooks have none."""
    found: dict[str, Name] = {}
    for row in rows:
        name = Name(_words(row, INDICATOR_ID), _words(row, INDICATOR), _words(row, MEASURE))
        if name.code:
            found.setdefault(name.code, name)
    by_words = _by_words(found)
    for row in rows:
        if not row.get(INDICATOR_ID) and _both(row) not in by_words:
            found.setdefault(_both(row), Name("", _words(row, INDICATOR), _words(row, MEASURE)))
    return found


def _by_words(names: Mapping[str, Name]) -> dict[str, str]:
    """The words of indicators → what tells them from each other; the first one where several have the same words."""
    found: dict[str, str] = {}
    for identity, item in names.items():
        found.setdefault(joint_key(item.title, item.measure), identity)
    return found


def _identity(row: TableRow, by_words: Mapping[str, str]) -> str:
    code = _words(row, INDICATOR_ID)
    if code:
        return code
    words = _both(row)
    return by_words.get(words, words)


def _number(row: TableRow, heading: str) -> float | None:
    value = row.get(heading)
    return float(value) if isinstance(value, (int, float)) else None


def _total(rows: Iterable[TableRow], *, is_share: bool) -> Total:
    rows = list(rows)
    numbers = [number for row in rows if (number := _number(row, VALUE)) is not None]
    words = sum(1 for row in rows if row.get(AS_TYPED.format(VALUE)) is not None)
    if not is_share:
        return Total(fsum(numbers) if numbers else None, len(numbers), words)
    parts = [(_number(row, NUMERATOR), _number(row, DENOMINATOR)) for row in rows]
    whole = [(part, of) for part, of in parts if part is not None and of is not None]
    below = fsum(of for _, of in whole)
    share = 100 * fsum(part for part, _ in whole) / below if below else None
    return Total(share, len(whole) or len(numbers), words)


def _moved(indicator: Name, olds: Iterable[TableRow], news: Iterable[TableRow]) -> list[UnitFigure]:
    """The units' figures that are not the same; a figure that a unit gives twice belongs to nobody here."""
    old, new = _by_unit(olds), _by_unit(news)
    found = []
    for unit in dict.fromkeys((*new, *old)):
        row = new.get(unit) or old[unit]
        pair = [_value(side[unit]) if unit in side else None for side in (old, new)]
        if pair[0] != pair[1]:
            found.append(UnitFigure(indicator, _words(row, layout.UNIT_ID), _words(row, UNIT_NAME), pair[0], pair[1]))
    return found


def _by_unit(rows: Iterable[TableRow]) -> dict[str, TableRow]:
    found: dict[str, list[TableRow]] = {}
    for row in rows:
        found.setdefault(_words(row, layout.UNIT_ID) or key(_words(row, UNIT_NAME)), []).append(row)
    return {unit: several[0] for unit, several in found.items() if len(several) == 1}


def _value(row: TableRow) -> Value:
    words = row.get(AS_TYPED.format(VALUE))
    return _number(row, VALUE) if words is None else str(words)
