"""What units counted in the period before: read from an earlier consolidated workbook.

``Dữ liệu số`` has a row for each figure, with the ids of its indicator and of its unit. Workbooks from before it have
``Số liệu`` alone: a sheet of few units has indicators in rows and units in columns, one of many units the other way
round. Rows and columns are found by their words, in whichever language the workbook was written, never by their places;
what can't be told apart is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from danvan_xl.language.text import folded, joint_key, key, unambiguous
from danvan_xl.model import Form, Plan, Unit, layout
from danvan_xl.model.book import Book, RawValue, Row, Sheet
from danvan_xl.office.previous import MOST_CHARACTERS, book_of
from danvan_xl.round.fields import show
from danvan_xl.wording import LANGS, text

HEADER_ROWS = 30
"""The header is searched for in this many of the sheet's filled rows."""

Figures = Mapping[str, Mapping[str, str]]
"""Unit → indicator → the figure as shown."""


def previous_figures(source: Path | Book, plan: Plan, form: Form) -> Figures:
    """Every figure that the workbook shows of a unit and an indicator of today; empty where it has no such sheet.

    ``form``: the form of the figures. Figures that are text stay text; sums belong to no unit.
    """
    book = book_of(source)
    pairs = _long_form(book, plan, form)
    figures: dict[str, dict[str, str]] = {}
    for unit, indicator, value in pairs if pairs is not None else _shown(book, plan, form):
        words = show(value).strip()
        if words and words != layout.NOT_ASKED:
            figures.setdefault(unit, {})[indicator] = words[:MOST_CHARACTERS]
    return figures


def _long_form(book: Book, plan: Plan, form: Form) -> list[tuple[str, str, RawValue]] | None:
    """The figures of ``Dữ liệu số``, but for those that stand there twice; None where there is no such sheet."""
    units, indicators = {unit.id for unit in plan.reporting_units}, {item.id for item in form.indicators}
    wanted = (layout.UNIT_ID, layout.INDICATOR_ID, layout.FIGURE)
    found: list[tuple[str, str, RawValue]] | None = None
    for sheet in book.sheets:
        if not layout.is_sheet_of(sheet.name, layout.FIGURE_DATA) or not sheet.rows:
            continue
        at = {show(heading).strip(): column for column, heading in enumerate(sheet.rows[0].values)}
        if not at.keys() >= set(wanted):
            continue
        found = found or []
        for row in sheet.rows[1:]:
            unit, indicator, value = (_value(row, at[heading]) for heading in wanted)
            if unit in units and indicator in indicators:
                found.append((str(unit), str(indicator), value))
    if found is None:
        return None
    times = Counter((unit, indicator) for unit, indicator, _ in found)
    return [item for item in found if times[item[0], item[1]] == 1]


def _shown(book: Book, plan: Plan, form: Form) -> Iterator[tuple[str, str, RawValue]]:
    """The figures that ``Số liệu`` shows."""
    sheet = book.sheet(form.sheet)
    found = _Header.of(sheet) if sheet is not None else None
    if sheet is not None and found is not None:
        rows = [row for row in sheet.rows if row.number > found.row.number]
        yield from _down(found, rows, plan, form) if found.has("head_code") else _across(found, rows, plan, form)


class _Header(Struct, frozen=True):
    """The row of the headings: their comparison keys, by column (from 0)."""

    row: Row
    keys: tuple[str, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> _Header | None:
        """The first row with the headings of one of the two layouts."""
        for row in sheet.rows[:HEADER_ROWS]:
            header = cls(row, tuple(folded(show(value)) for value in row.values))
            if header.has("head_indicator", "head_measure") or header.has("head_code", "head_unit"):
                return header
        return None

    def at(self, name: str) -> int | None:
        """The column with a heading of the wording catalogue."""
        words = {key(text("book", name, lang)) for lang in LANGS}
        return next((column for column, heading in enumerate(self.keys) if heading in words), None)

    def has(self, *names: str) -> bool:
        """Whether all these headings are there."""
        return all(self.at(name) is not None for name in names)

    def columns(self, of: Callable[[str], str | None]) -> Mapping[int, str]:
        """Column → what its heading stands for; of two columns for one thing nobody knows which is meant."""
        found = {column: name for column, heading in enumerate(self.keys) if (name := of(heading)) is not None}
        once = _once(found.values())
        return {column: name for column, name in found.items() if name in once}


def _once(names: Iterable[str]) -> set[str]:
    """The names that stand only once."""
    seen: list[str] = list(names)
    return {name for name in seen if seen.count(name) == 1}


def _value(row: Row, column: int | None) -> RawValue:
    return row.values[column] if column is not None and column < len(row.values) else None


def _words(row: Row, column: int | None) -> str:
    return folded(show(_value(row, column)))


def _unit_names(units: Iterable[Unit]) -> dict[str, str]:
    """The comparison keys of units' names; a short name that two share names neither."""
    units = tuple(units)
    short = unambiguous((key(unit.short), unit.id) for unit in units)
    others = unambiguous((key(name), unit.id) for unit in units for name in (unit.name, *unit.aliases))
    shared = {key(unit.short) for unit in units} - short.keys()
    return {words: name for words, name in others.items() if words not in shared} | short


def _across(header: _Header, rows: Iterable[Row], plan: Plan, form: Form) -> Iterator[tuple[str, str, RawValue]]:
    """Indicators in rows, units in columns under their short names."""
    units = header.columns(_unit_names(plan.reporting_units).get)
    wholly = unambiguous((joint_key(item.title, item.unit), item.id) for item in form.indicators)
    by_title = unambiguous((key(item.title), item.id) for item in form.indicators)
    title, measure = header.at("head_indicator"), header.at("head_measure")
    named = [
        (row, wholly.get(joint_key(_words(row, title), _words(row, measure))) or by_title.get(_words(row, title)))
        for row in rows
    ]
    once = _once(name for _, name in named if name)
    for row, indicator in named:
        if indicator in once:
            yield from ((unit, indicator, _value(row, column)) for column, unit in units.items() if indicator)


def _down(header: _Header, rows: Iterable[Row], plan: Plan, form: Form) -> Iterator[tuple[str, str, RawValue]]:
    """Units in rows with their ids, indicators in columns under ``title (unit)``."""
    headings = unambiguous((key(f"{item.title} ({item.unit})"), item.id) for item in form.indicators)
    indicators = header.columns(headings.get)
    ids = {key(unit.id): unit.id for unit in plan.reporting_units}
    code = header.at("head_code")
    named = [(row, ids.get(_words(row, code))) for row in rows]
    once = _once(unit for _, unit in named if unit)
    for row, unit in named:
        if unit in once:
            yield from ((unit, item, _value(row, column)) for column, item in indicators.items() if unit)
