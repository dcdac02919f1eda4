"""What a scan finds, whatever the format: rows of raw cells, sheets of rows, and what a sheet says besides them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from danvan_xl.intake.facts import Facts
from danvan_xl.model.book import Address, State


class RowScan(Struct):
    """The non-empty cells of one row, as parallel lists: 1-based column, style, type, text of the value.

    ``raws`` has None for a cell without a stored value; ``formulas`` are the columns with a formula; ``bare``: column →
    formula, where its result is not stored.
    """

    number: int
    columns: tuple[int, ...]
    styles: tuple[str, ...]
    types: tuple[str, ...]
    raws: tuple[str | None, ...]
    formulas: frozenset[int] = frozenset()
    bare: Mapping[int, str] = MappingProxyType({})


class SheetScan(Struct):
    """One sheet as its XML has it. ``rows`` are in the order of the file, without the empty ones.

    ``plain``: written in the plain way throughout, with every tag accounted for; other sheets are read twice.
    """

    rows: list[RowScan]
    facts: Facts
    plain: bool = False


class FoundSheet(Struct):
    """A sheet of any format, before its cells become values; ``scan`` is None if it has no cells (a chart)."""

    name: str
    state: State
    scan: SheetScan | None
    comments: dict[Address, str] = field(default_factory=dict)
    links: dict[Address, str] = field(default_factory=dict)
    threads: frozenset[Address] = frozenset()  # cells whose comment is a threaded one
    shapes: frozenset[Address] = frozenset()  # where shapes and text boxes with words begin
    shown: dict[Address, str] = field(default_factory=dict)  # codes that show what the file says is shown
