"""Figures of two workbooks: each unit's, and their sums by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum

from msgspec import Struct

from danvan_xl.comparison.line_changes import Value, is_lower
from danvan_xl.language.text import key
from danvan_xl.model import TargetKind, layout
from danvan_xl.written.consolidated_file import Consolidated
from danvan_xl.written.table_columns import (
    AS_TYPED,
    CELL,
    DENOMINATOR,
    FILE,
    INDICATOR,
    INDICATOR_ID,
    MEASURE,
    NUMERATOR,
    SHEET,
    UNIT_NAME,
    VALUE,
    TableRow,
)
from danvan_xl.written.written_tables import figures_of

KIND, RATE = "Loại", "tỷ lệ"
"""Shares are no flow and no stock: they have no sum, only numerators and denominators have one."""
UNSUMMED = frozenset(kind.shown for kind in (TargetKind.MEASURED, TargetKind.RANK, TargetKind.REACHED))

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
    """An indicator in both workbooks; ``None`` where a workbook does not have it."""

    indicator: Name
    is_share: bool
    before: Total | None
    after: Total | None

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


def figures_compared(before: Consolidated, after: Consolidated) -> Figures:
    """The figures of two workbooks. Raises ``WrittenError``."""
    old, new = _of_both([_each_cell_once(filter(_is_summed, figures_of(book).rows)) for book in (before, after)])
    names = _names([*new, *old])
    ids = {id(row): _identity(row, names) for row in (*new, *old)}
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
        indicators.append(IndicatorChange(shown, is_share, totals[0], totals[1]))
        moved += _moved(shown, olds, news)
    return Figures(tuple(indicators), tuple(moved))


def _words(row: TableRow, heading: str) -> str:
    return str(row.get(heading) or "")


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
    return f"{key(_words(row, INDICATOR))}|{key(_words(row, MEASURE))}"


def _names(rows: Iterable[TableRow]) -> dict[str, Name]:
    """What tells indicators from each other → their names. A code counts before words; older workbooks have none."""
    found: dict[str, Name] = {}
    for row in rows:
        name = Name(_words(row, INDICATOR_ID), _words(row, INDICATOR), _words(row, MEASURE))
        if name.code:
            found.setdefault(name.code, name)
    by_words = {f"{key(name.title)}|{key(name.measure)}" for name in found.values()}
    for row in rows:
        if not row.get(INDICATOR_ID) and _both(row) not in by_words:
            found.setdefault(_both(row), Name("", _words(row, INDICATOR), _words(row, MEASURE)))
    return found


def _identity(row: TableRow, names: Mapping[str, Name]) -> str:
    code = _words(row, INDICATOR_ID)
    if code:
        return code
    words = _both(row)
    same = (name for name, item in names.items() if f"{key(item.title)}|{key(item.measure)}" == words)
    return next(same, words)


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
