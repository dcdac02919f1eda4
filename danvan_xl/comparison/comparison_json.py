"""A comparison as the document ``danvan-xl/diff/1``. Pairs are always [before, now]."""

from __future__ import annotations

from collections.abc import Mapping

from danvan_xl.comparison.compare import Comparison, Tally
from danvan_xl.comparison.figure_changes import Name, Total, UnitFigure
from danvan_xl.comparison.line_changes import LineChange, LineState
from danvan_xl.comparison.sides import Side

FORMAT = "danvan-xl/diff/1"


def comparison_document(comparison: Comparison) -> dict[str, object]:
    """The document."""
    lines, figures = comparison.lines, comparison.figures
    return {
        "format": FORMAT,
        "plan": comparison.after.plan,
        "before": _workbook(comparison.before),
        "after": _workbook(comparison.after),
        "same_file": comparison.is_same_file,
        "totals": {
            "lines": len(lines.both),
            "moved": len(comparison.moved),
            "silent_twice": len(comparison.silent_twice),
            "went_silent": len(comparison.went_silent),
            "reopened": len(comparison.reopened),
            "fell": len(comparison.fell),
            "only_before": len(lines.only_before),
            "only_after": len(lines.only_after),
            "figures_moved": len(figures.moved),
            "figures_fell": sum(item.fell for item in figures.moved),
        },
        "moved": [_change(line) for line in comparison.moved],
        "silent_twice": [_change(line) for line in comparison.silent_twice],
        "went_silent": [_change(line) for line in comparison.went_silent],
        "reopened": [_change(line) for line in comparison.reopened],
        "fell": [_change(line, fallen=True) for line in comparison.fell],
        "only_before": [_state(line) for line in lines.only_before],
        "only_after": [_state(line) for line in lines.only_after],
        "tasks": [_tally(item, "task", "text") for item in comparison.tasks],
        "units": [_tally(item, "unit", "name") for item in comparison.units],
        "indicators": [
            {
                **_indicator(item.indicator),
                "share": item.is_share,
                "before": _total(item.before),
                "after": _total(item.after),
                "difference": item.difference,
            }
            for item in figures.indicators
        ],
        "figures": [_figure(item) for item in figures.moved],
    }


def _workbook(book: Side) -> dict[str, object]:
    day = book.as_of.isoformat() if book.as_of else None
    return {"path": book.path, "sha256": book.sha256, "period": book.period, "as_of": day}


def _line(state: LineState) -> dict[str, object]:
    names = {"line": state.line, "task": state.task or None, "appendix": state.appendix, "text": state.text}
    return {**names, "unit": state.unit, "unit_name": state.unit_name, "role": state.role}


def _state(state: LineState) -> dict[str, object]:
    found = _line(state)
    found.update(state.values.items())
    return found


def _change(line: LineChange, *, fallen: bool = False) -> dict[str, object]:
    changes = line.fallen if fallen else line.changes
    return {**_line(line.after), "changes": {what: list(pair) for what, pair in changes.items()}}


def _tally(item: Tally, id_name: str, words_name: str) -> dict[str, object]:
    counts: Mapping[str, object] = {
        "lines": list(item.lines),
        "done": list(item.done),
        "silent": list(item.silent),
        "moved": item.moved,
        "silent_twice": item.silent_twice,
        "reopened": item.reopened,
        "fell": item.fell,
    }
    return {id_name: item.id, words_name: item.words, **counts}


def _indicator(name: Name) -> dict[str, object]:
    return {"indicator": name.code or None, "title": name.title, "measure": name.measure}


def _total(total: Total | None) -> dict[str, object] | None:
    return None if total is None else {"sum": total.sum, "units": total.units, "words": total.words}


def _figure(item: UnitFigure) -> dict[str, object]:
    pair = {"before": item.before, "after": item.after, "fell": item.fell}
    return {**_indicator(item.indicator), "unit": item.unit or None, "unit_name": item.unit_name, **pair}
