"""The tables of ``So sánh``: counts, tallies of units and tasks, figures, targets, and the lines to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from danvan_xl.comparison.compare import Comparison, Tally
from danvan_xl.comparison.figure_changes import IndicatorChange, Total
from danvan_xl.comparison.line_changes import LineChange, LineState
from danvan_xl.comparison.target_changes import TargetChange, TargetState
from danvan_xl.model.statuses import AnswerState
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.compared.comparison_lists import MOST_TEXT, TALLIED
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, shortened
from danvan_xl.workbooks.consolidated.stacked_tables import Part
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered

WIDTHS = (10.0, 38.0, *[8.4] * 11)
"""Of the grid, in characters: a code, words, and as many counts as a landscape page has room for."""


def say(lang: Lang, key: str, /, **args: object) -> str:
    """A sentence of the catalogue of this sheet."""
    return text("compared", key, lang, **args)


# ---- counts --------------------------------------------------------------------------------------------------


class Count(Struct, frozen=True):
    """A row of the first table: what is counted, and how many there are in each comparison."""

    words: str
    found: tuple[int, ...]


COUNTED: tuple[tuple[str, Callable[[Comparison], int]], ...] = (
    ("both", lambda item: len(item.lines.both)),
    ("moved", lambda item: len(item.moved)),
    ("finished", lambda item: len(item.finished)),
    ("reopened", lambda item: len(item.reopened)),
    ("fell", lambda item: len(item.fell)),
    ("silent_twice", lambda item: len(item.silent_twice)),
    ("went_silent", lambda item: len(item.went_silent)),
    ("only_before", lambda item: len(item.lines.only_before)),
    ("only_after", lambda item: len(item.lines.only_after)),
)


def counts(comparisons: Sequence[Comparison], lang: Lang) -> Iterator[Count]:
    """The rows of the first table."""
    for name, count in COUNTED:
        yield Count(say(lang, f"count_{name}"), tuple(count(item) for item in comparisons))


def count_parts(titles: Sequence[str], lang: Lang) -> list[Part[Count]]:
    """Its columns; ``titles``: of the comparisons."""

    def found(place: int) -> Callable[[Count, int], Rendered]:
        return lambda item, _row: item.found[place]

    columns = [Part(title, 4, found(place), "box_number") for place, title in enumerate(titles)]
    return [Part(say(lang, "head_counted"), 2, lambda item, _row: item.words), *columns]


# ---- units and tasks -----------------------------------------------------------------------------------------

TALLIES: tuple[tuple[str, Callable[[Tally], Rendered]], ...] = (*TALLIED, ("finished", lambda item: item.finished))


def tally_parts(lang: Lang, what: str) -> list[Part[Tally]]:
    """The columns of a table of units or of tasks (``what``)."""

    def count(name: str, value: Callable[[Tally], Rendered]) -> Part[Tally]:
        return Part(say(lang, f"tally_{name}"), 1, lambda item, _row: value(item), "box_number", summed=True)

    return [
        Part(say(lang, f"head_{what}"), 1, lambda item, _row: item.id),
        Part(say(lang, f"head_{what}_words"), 1, lambda item, _row: shortened(item.words, MOST_TEXT)),
        *(count(name, value) for name, value in TALLIES),
    ]


# ---- figures -------------------------------------------------------------------------------------------------


def _sum(total: Total | None) -> float | None:
    return None if total is None else total.sum


def indicator_parts(book: ConsolidatedBook) -> list[Part[IndicatorChange]]:
    """Figures summed over units, before and now. Nothing is subtracted where the days covered are not as many."""
    lang = book.lang
    form = book.result.round.plan.statistics
    live = {item.id: item for item in (book.result.round.forms[form].indicators if form else ()) if item.is_summed}

    def now(item: IndicatorChange, _row: int) -> Rendered:
        found, indicator = _sum(item.after), live.get(item.indicator.code)
        return found if found is None or indicator is None else book.sum_of_figures(indicator, found)

    def difference(item: IndicatorChange, row: int) -> Rendered:
        found = item.difference if item.has_equal_windows else None
        return None if found is None else Formula(f"E{row}-C{row}", found)

    def percent(item: IndicatorChange, row: int) -> Rendered:
        before = _sum(item.before)
        if item.difference is None or not before or item.is_share or not item.has_equal_windows:
            return None
        return Formula(f"(E{row}-C{row})/C{row}*100", item.difference * 100 / before)

    def note(item: IndicatorChange, _row: int) -> Rendered:
        return _note(item, lang) or None

    def measure(item: IndicatorChange, _row: int) -> Rendered:
        return "%" if item.is_share else item.indicator.measure

    return [
        Part(say(lang, "head_measure"), 1, measure),
        Part(say(lang, "head_indicator"), 1, lambda item, _row: item.indicator.title),
        Part(say(lang, "head_before"), 2, lambda item, _row: _sum(item.before), "box_number", _of_before),
        Part(say(lang, "head_now"), 2, now, "box_number", lambda item: _number_look(_sum(item.after))),
        Part(say(lang, "head_difference"), 2, difference, "box_number", lambda item: _number_look(item.difference)),
        Part(say(lang, "head_percent"), 2, percent, "box_percent"),
        Part(say(lang, "head_note"), 3, note),
    ]


def _of_before(item: IndicatorChange) -> str | None:
    return _number_look(_sum(item.before))


def _number_look(value: float | None) -> str | None:
    """Whole numbers without a fraction."""
    return None if value is None or float(value).is_integer() else "box_figure"


def _note(item: IndicatorChange, lang: Lang) -> str:
    """Why there is no difference, and of how many units the sums are where that is not the same."""
    said = []
    if not item.has_equal_windows:
        said.append(say(lang, "not_comparable", before=item.days[0], now=item.days[1]))
    if item.is_share:
        said.append(say(lang, "share"))
    old, new = (0 if total is None else total.units for total in (item.before, item.after))
    if old != new:
        said.append(say(lang, "units_differ", before=old, now=new))
    return " ".join(said)


# ---- targets -------------------------------------------------------------------------------------------------


def target_parts(lang: Lang) -> list[Part[TargetChange]]:
    """Targets: what was reached and how that was judged, before and now."""

    def side(name: str, of: Callable[[TargetChange], TargetState | None]) -> tuple[Part[TargetChange], ...]:
        def value(item: TargetChange, _row: int) -> Rendered:
            return state.value if (state := of(item)) is not None else None

        def verdict(item: TargetChange, _row: int) -> Rendered:
            return state.verdict or None if (state := of(item)) is not None else None

        def look(item: TargetChange) -> str | None:
            found = value(item, 0)
            return _number_look(found) if isinstance(found, float) else None

        return (
            Part(say(lang, f"head_{name}"), 2, value, "box_number", look),
            Part(say(lang, f"head_verdict_{name}"), 3, verdict),
        )

    return [
        Part(say(lang, "head_target"), 1, lambda item, _row: item.state.id),
        Part(say(lang, "head_target_words"), 1, lambda item, _row: item.state.words),
        *side("before", lambda item: item.before),
        *side("now", lambda item: item.after),
    ]


# ---- lines ---------------------------------------------------------------------------------------------------


class NamedLine(Struct, frozen=True):
    """A line that is named, and for what."""

    line: LineChange
    why: tuple[str, ...]


def named_lines(comparison: Comparison) -> tuple[NamedLine, ...]:
    """Lines that were reopened, then those that fell, then those silent in both, each once with all that is so."""
    found: dict[int, tuple[LineChange, list[str]]] = {}
    lists: Mapping[str, Sequence[LineChange]] = {
        "reopened": comparison.reopened,
        "fell": comparison.fell,
        "silent_twice": comparison.silent_twice,
    }
    for why, lines in lists.items():
        for line in lines:
            found.setdefault(id(line), (line, []))[1].append(why)
    return tuple(NamedLine(line, tuple(why)) for line, why in found.values())


def line_parts(lang: Lang) -> list[Part[NamedLine]]:
    """The columns of the lines that are named."""

    def why(item: NamedLine, _row: int) -> Rendered:
        return "; ".join(say(lang, f"why_{name}") for name in item.why)

    return [
        Part(say(lang, "head_task"), 1, lambda item, _row: item.line.after.task or item.line.after.line),
        Part(say(lang, "head_task_words"), 1, lambda item, _row: shortened(item.line.after.text, MOST_TEXT)),
        Part(say(lang, "head_unit_words"), 3, lambda item, _row: item.line.after.unit_name),
        Part(say(lang, "head_why"), 2, why, look=lambda item: "warn" if item.why == ("silent_twice",) else "bad"),
        Part(say(lang, "head_before"), 3, lambda item, _row: state_words(item.line.before, lang)),
        Part(say(lang, "head_now"), 3, lambda item, _row: state_words(item.line.after, lang)),
    ]


def state_words(line: LineState, lang: Lang) -> str:
    """What a report says of a line, in one text: its answer, where that is not an ordinary one, and its values."""
    answer, status, percent, value = (line.values[what] for what in ("answer", "status", "percent", "value"))
    said = [] if status and answer in (AnswerState.ANSWERED.value, AnswerState.ADDED.value) else [answer]
    said.append(status if status != answer else None)
    words = [str(item) for item in said if item]
    if percent is not None:
        words.append(percent if isinstance(percent, str) else f"{_figure(percent, lang)}%")
    if value is not None:
        words.append(say(lang, "reached", value=value if isinstance(value, str) else _figure(value, lang)))
    return " · ".join(words)


def _figure(value: float, lang: Lang) -> str:
    words = f"{value:.10g}"
    return words.replace(".", ",") if lang == "vi" else words
