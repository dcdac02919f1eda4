"""The sheets of the comparison's workbook: which lists there are, and the columns of each as records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from msgspec import Struct

from danvan_xl.comparison.compare import Comparison, Tally
from danvan_xl.comparison.figure_changes import IndicatorChange, Total, UnitFigure
from danvan_xl.comparison.line_changes import LineChange, LineState, What
from danvan_xl.model.period import parse_period_id, period_label
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.consolidated.consolidated_book import shortened
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column, Item

MOST_TEXT = 120
"""Characters of a task's text: enough to know it by. ``Dữ liệu`` has all of it."""


class ComparedList(Struct, Generic[Item], frozen=True):
    """A sheet: its name, its title, its columns, the items of its rows; ``frozen``: the last column that stays."""

    sheet: str
    title: str
    columns: Sequence[Column[Item]]
    items: Sequence[Item]
    frozen: str


def say_diff(lang: Lang, key: str, /, **args: object) -> str:
    """A sentence of the comparison's catalogue."""
    return text("diff", key, lang, **args)


def period_words(period: str, lang: Lang) -> str:
    """A period's name; a report outside the rhythm is called by its id."""
    try:
        return period_label(*parse_period_id(period), lang)
    except ValueError:
        return period


def _head(lang: Lang, name: str) -> str:
    return say_diff(lang, f"head_{name}")


def _line_columns(lang: Lang) -> list[Column[LineState]]:
    return [
        Column("unit", _head(lang, "unit"), 20, lambda line: line.unit_name),
        Column("task", _head(lang, "task"), 11, lambda line: line.task or line.line),
        Column("text", _head(lang, "text"), 34, lambda line: shortened(line.text, MOST_TEXT)),
    ]


def _of_change(column: Column[LineState]) -> Column[LineChange]:
    return Column(column.name, column.heading, column.width, lambda change: column.value(change.after))


def _pair(lang: Lang, what: What, width: float) -> list[Column[LineChange]]:
    style = "box" if what in ("answer", "status") else "box_percent"
    before, after = f"{what}_before", f"{what}_after"
    heads = [say_diff(lang, f"at_{side}", what=_head(lang, what)) for side in ("before", "after")]
    return [
        Column(before, heads[0], width, lambda line: line.before.values[what], style),
        Column(after, heads[1], width, lambda line: line.after.values[what], style, lambda line: _look(line, what)),
    ]


def _look(line: LineChange, what: What) -> str | None:
    if what in line.fallen or (what == "status" and line.was_reopened) or (what == "answer" and line.went_silent):
        return "bad"
    return "warn" if what in line.changes else None


def _changes(lang: Lang, name: str, lines: Sequence[LineChange]) -> ComparedList[LineChange]:
    columns = [
        *map(_of_change, _line_columns(lang)),
        *_pair(lang, "answer", 11),
        *_pair(lang, "status", 11),
        *_pair(lang, "percent", 8),
        *_pair(lang, "value", 8),
    ]
    return ComparedList(say_diff(lang, f"sheet_{name}"), say_diff(lang, f"title_{name}"), columns, lines, "task")


def _only(lang: Lang, name: str, lines: Sequence[LineState]) -> ComparedList[LineState]:
    columns: list[Column[LineState]] = [
        *_line_columns(lang),
        Column("role", _head(lang, "role"), 14, lambda line: line.role),
        Column("answer", _head(lang, "answer"), 14, lambda line: line.values["answer"]),
        Column("status", _head(lang, "status"), 14, lambda line: line.values["status"]),
    ]
    return ComparedList(say_diff(lang, f"sheet_{name}"), say_diff(lang, f"title_{name}"), columns, lines, "task")


TALLIED: tuple[tuple[str, Callable[[Tally], Rendered]], ...] = (
    ("lines_before", lambda item: item.lines[0]),
    ("lines_after", lambda item: item.lines[1]),
    ("done_before", lambda item: item.done[0]),
    ("done_after", lambda item: item.done[1]),
    ("silent_before", lambda item: item.silent[0]),
    ("silent_after", lambda item: item.silent[1]),
    ("moved", lambda item: item.moved),
    ("silent_twice", lambda item: item.silent_twice),
    ("reopened", lambda item: item.reopened),
    ("fell", lambda item: item.fell),
)
"""The counts of a tally, in the order of their columns."""


def _tallies(lang: Lang, name: str, items: Sequence[Tally]) -> ComparedList[Tally]:
    columns: list[Column[Tally]] = [
        Column("id", _head(lang, name), 11, lambda item: item.id),
        Column("words", _head(lang, f"{name}_words"), 44, lambda item: shortened(item.words, MOST_TEXT)),
        *(Column(key, _head(lang, f"count_{key}"), 8.5, value, "box_number") for key, value in TALLIED),
    ]
    return ComparedList(say_diff(lang, f"sheet_by_{name}"), say_diff(lang, f"title_by_{name}"), columns, items, "id")


def _number(
    name: str, heading: str, value: Callable[[Item], Rendered], look: Callable[[Item], str | None] | None = None
) -> Column[Item]:
    """A column of figures: whole ones without a fraction."""

    def own(item: Item) -> str | None:
        found = value(item)
        is_whole = not isinstance(found, float) or found.is_integer()
        return (look(item) if look is not None else None) or ("box_number" if is_whole else "box_figure")

    return Column(name, heading, 13, value, "box_number", own)


def _sum(total: Total | None) -> Rendered:
    return None if total is None else total.sum


def _indicators(lang: Lang, items: Sequence[IndicatorChange]) -> ComparedList[IndicatorChange]:
    columns: list[Column[IndicatorChange]] = [
        Column("indicator", _head(lang, "indicator"), 44, lambda item: item.indicator.title),
        Column("measure", _head(lang, "measure"), 12, lambda item: "%" if item.is_share else item.indicator.measure),
        _number("before", _head(lang, "before"), lambda item: _sum(item.before)),
        _number("after", _head(lang, "after"), lambda item: _sum(item.after)),
        _number("difference", _head(lang, "difference"), lambda item: item.difference),
        Column("units_before", _head(lang, "units_before"), 10, lambda item: _units(item.before), "box_number"),
        Column("units_after", _head(lang, "units_after"), 10, lambda item: _units(item.after), "box_number"),
    ]
    name = "indicators"
    return ComparedList(say_diff(lang, f"sheet_{name}"), say_diff(lang, f"title_{name}"), columns, items, "indicator")


def _units(total: Total | None) -> Rendered:
    return None if total is None else total.units


def _figures(lang: Lang, items: Sequence[UnitFigure]) -> ComparedList[UnitFigure]:
    columns: list[Column[UnitFigure]] = [
        Column("indicator", _head(lang, "indicator"), 44, lambda item: item.indicator.title),
        Column("unit", _head(lang, "unit"), 30, lambda item: item.unit_name or item.unit),
        _number("before", _head(lang, "before"), lambda item: item.before),
        _number("after", _head(lang, "after"), lambda item: item.after, lambda item: "bad" if item.fell else None),
    ]
    name = "figures"
    return ComparedList(say_diff(lang, f"sheet_{name}"), say_diff(lang, f"title_{name}"), columns, items, "indicator")


def compared_lists(comparison: Comparison, lang: Lang) -> tuple[ComparedList[Any], ...]:
    """The sheets in the order of the workbook."""
    lines, figures = comparison.lines, comparison.figures
    return (
        _tallies(lang, "unit", comparison.units),
        _tallies(lang, "task", comparison.tasks),
        _indicators(lang, figures.indicators),
        _changes(lang, "moved", comparison.moved),
        _changes(lang, "silent_twice", comparison.silent_twice),
        _changes(lang, "reopened", comparison.reopened),
        _changes(lang, "fell", comparison.fell),
        _changes(lang, "went_silent", comparison.went_silent),
        _figures(lang, figures.moved),
        _only(lang, "only_before", lines.only_before),
        _only(lang, "only_after", lines.only_after),
    )
