"""The small tables of ``Tổng quan``: counts of answers, of results, and the units."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.model import Unit, layout
from danvan_xl.model.statuses import DONE, IN_PROGRESS, NOT_STARTED, PROGRESS, AnswerState, DueState
from danvan_xl.workbooks.consolidated.consolidated_book import LEAD, ConsolidatedBook, quoted
from danvan_xl.workbooks.consolidated.count_sheets import Counted
from danvan_xl.workbooks.consolidated.delivery_sheet import STATE_LOOKS
from danvan_xl.workbooks.consolidated.page_grid import Block, points_of
from danvan_xl.workbooks.writing.row_xml import Rendered


class PageCount(Struct, frozen=True):
    """Words and a number."""

    words: str
    number: Rendered


def count_blocks(book: ConsolidatedBook) -> tuple[Block[PageCount], ...]:
    """The table of the answers, in the left part of the page."""
    return (
        Block("words", book.say("head_answers"), 11, lambda row: row.words, "page_words"),
        Block("number", book.say("head_lines"), 5, lambda row: row.number, "page_number"),
    )


class PageResult(Struct, frozen=True):
    """A row of the table of results: what kind of lines, and up to three counts of them."""

    words: str
    counts: tuple[PageCount, ...]


RESULT_SPANS = ((10, 3), (8, 3), (7, 3))
"""Columns of the grid for the words and the number of each count."""


def result_blocks() -> tuple[Block[PageResult], ...]:
    """The table of results: the grid's whole width."""

    def words(place: int) -> Callable[[PageResult], Rendered]:
        return lambda row: row.counts[place].words if place < len(row.counts) else None

    def number(place: int) -> Callable[[PageResult], Rendered]:
        return lambda row: row.counts[place].number if place < len(row.counts) else None

    blocks: list[Block[PageResult]] = [Block("words", "", 6, lambda row: row.words, "page_total_label")]
    for place, (wide, narrow) in enumerate(RESULT_SPANS):
        blocks.append(Block(f"words {place}", "", wide, words(place), "page_words"))
        blocks.append(Block(f"number {place}", "", narrow, number(place), "page_number"))
    return tuple(blocks)


ENDLESS = (("with", True), ("without", False))
"""Key of the words → whether such a line has a result in the period."""


def results(book: ConsolidatedBook) -> tuple[PageResult, ...]:
    """What came of the lines: those answered, those with a deadline, those without."""
    found = book.summary
    answered = {**LEAD, layout.ANSWER: quoted(AnswerState.ANSWERED.value)}

    def status(name: str) -> PageCount:
        return PageCount(name, book.count(found.total.statuses[name], {**answered, layout.STATUS: quoted(name)}))

    def due(state: DueState) -> PageCount:
        criteria = {**LEAD, layout.DUE_STATE: quoted(state.value)}
        return PageCount(state.value, book.count(found.due[state], criteria))

    return (
        PageResult(book.say("results_answered"), tuple(map(status, PROGRESS))),
        PageResult(book.say("results_dated"), tuple(map(due, (DueState.DONE_LATE, DueState.OVERDUE, DueState.SOON)))),
        PageResult(
            book.say("results_endless"),
            tuple(PageCount(book.say(f"endless_{key}"), found.endless[there]) for key, there in ENDLESS),
        ),
    )


class PageUnit(Struct, frozen=True):
    """A row of the table by unit."""

    unit: Unit
    state: UnitState
    counted: Counted


UNIT_SPAN = 9
LONGEST_NAME = 2 * int(points_of(UNIT_SPAN) / 6.5)
"""Letters of a unit's short name: two lines."""


def unit_name(unit: Unit) -> str:
    """The short name of a unit, cut where even that is long."""
    return unit.short if len(unit.short) <= LONGEST_NAME else f"{unit.short[: LONGEST_NAME - 1]}…"


def unit_blocks(book: ConsolidatedBook) -> tuple[Block[PageUnit], ...]:
    """The table by unit: the grid's whole width."""
    say = book.say

    def number(name: str, span: int, value: Callable[[Counted], Rendered]) -> Block[PageUnit]:
        return Block(name, say(f"head_{name}"), span, lambda line: value(line.counted), "page_number")

    return (
        Block("unit", say("head_unit"), UNIT_SPAN, lambda line: unit_name(line.unit)),
        Block(
            "state",
            say("head_state"),
            9,
            lambda line: say(f"state_{line.state.words}"),
            look=lambda line: f"page_{STATE_LOOKS[line.state.state]}",
        ),
        number("lead", 4, Counted.lead),
        number("answered", 4, Counted.answered),
        number("done", 4, lambda counted: counted.status(DONE)),
        number("doing", 5, lambda counted: counted.status(IN_PROGRESS)),
        number("not_started", 5, lambda counted: counted.status(NOT_STARTED)),
    )
