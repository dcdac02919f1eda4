"""The small tables of ``Tổng quan``: counts of answers and results, and the units."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from danvan_xl.merging.consolidation import UnitState
from danvan_xl.model import Unit
from danvan_xl.model.statuses import DONE, IN_PROGRESS, NOT_STARTED
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.consolidated.count_sheets import Counted
from danvan_xl.workbooks.consolidated.delivery_sheet import STATE_LOOKS
from danvan_xl.workbooks.consolidated.moments import local
from danvan_xl.workbooks.consolidated.page_grid import Block
from danvan_xl.workbooks.writing.row_xml import Rendered


class PageCount(Struct, frozen=True):
    """A row of a small table: words and a number."""

    words: str
    number: Rendered


def count_blocks(book: ConsolidatedBook, heading: str, span: int) -> tuple[Block[PageCount], ...]:
    return (
        Block("words", book.say(heading), span, lambda row: row.words),
        Block("number", book.say("head_lines"), 1, lambda row: row.number, "box_number"),
    )


class PageUnit(Struct, frozen=True):
    """A row of the table by unit."""

    unit: Unit
    state: UnitState
    counted: Counted


def unit_blocks(book: ConsolidatedBook) -> tuple[Block[PageUnit], ...]:
    """The table by unit: the grid's whole width."""
    say = book.say

    def number(name: str, value: Callable[[Counted], Rendered]) -> Block[PageUnit]:
        return Block(name, say(f"head_{name}"), 1, lambda line: value(line.counted), "box_number")

    return (
        Block("unit", say("head_unit"), 3, lambda line: line.unit.name),
        Block(
            "state",
            say("head_state"),
            1,
            lambda line: say(f"state_{line.state.words}"),
            look=lambda line: STATE_LOOKS[line.state.state],
        ),
        Block("received", say("head_received"), 1, lambda line: local(line.state.received)),
        number("lead", Counted.lead),
        number("answered", Counted.answered),
        number("done", lambda counted: counted.status(DONE)),
        number("doing", lambda counted: counted.status(IN_PROGRESS)),
        number("not_started", lambda counted: counted.status(NOT_STARTED)),
    )
