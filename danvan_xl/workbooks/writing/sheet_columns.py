"""A column of a list that we write: one record that carries its meaning, wherever in the sheet it is.

Nothing else knows the number of a column: formulas, charts, frozen panes and totals find it by its name (as with
VisiData's columns). To add a column to a sheet, add one record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from danvan_xl.model.addresses import column_letters
from danvan_xl.workbooks.writing.row_xml import Rendered

Item = TypeVar("Item")


class Column(Struct, Generic[Item], frozen=True):
    """A column of a list whose rows are made of items.

    ``name``: what code calls it, unique in the sheet; ``width``: characters; ``value``: what it holds in the row of an
    item; ``style``: the usual look, ``look``: the look for an item where it differs; ``summed``: added up in the last
    row; ``total``: what stands there for that sum, if it is no sum of the cells above, in ``total_style``. ``printed``:
    a column for reference, not printed, stands behind those that are; ``leave_out_empty``: hidden where it is empty in
    every row; ``starts_page``: it begins another page.
    """

    name: str
    heading: str
    width: float
    value: Callable[[Item], Rendered]
    style: str = "box"
    look: Callable[[Item], str | None] | None = None
    summed: bool = False
    total: Callable[[float], Rendered] | None = None
    total_style: str = "box_total"
    printed: bool = True
    leave_out_empty: bool = False
    starts_page: bool = False


class Places:
    """Where columns are, by name. Positions are 0-based, as xlsxwriter counts."""

    def __init__(self, names: Sequence[str]) -> None:
        self._position: Mapping[str, int] = {name: position for position, name in enumerate(names)}
        if len(self._position) < len(names):
            raise ValueError(f"two columns of one name: {', '.join(names)}")

    def position(self, name: str) -> int:
        """The position of a column."""
        return self._position[name]

    def letters(self, name: str) -> str:
        """The letters of a column, as ``B``."""
        return column_letters(self._position[name] + 1)

    def row(self, number: int) -> RowCells:
        """The cells of the row with this 1-based number."""
        return RowCells(self, number)


class RowCells(Struct, frozen=True):
    """The cells of one row, for the formulas in it."""

    places: Places
    number: int

    def cell(self, name: str) -> str:
        """``D7``, for the column of that name."""
        return f"{self.places.letters(name)}{self.number}"

    def fixed(self, name: str) -> str:
        """The same with its column fixed: ``$D7``."""
        return f"${self.cell(name)}"

    def span(self, first: str, last: str) -> str:
        """From one column to another: ``D7:F7``."""
        return f"{self.cell(first)}:{self.cell(last)}"
