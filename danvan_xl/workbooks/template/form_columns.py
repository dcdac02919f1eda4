"""The columns of a sheet that a unit fills in: one record per column, found by name.

A column is inserted, moved or removed in the tuple of its sheet; formulas, validations, frozen panes and the print area
ask here for its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, groupby
from typing import Generic, TypeVar

from msgspec import Struct
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Field, layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.submission import Value
from danvan_xl.workbooks.writing.printing import column_pixels, column_points
from danvan_xl.workbooks.writing.side_by_side import page_columns, print_side_by_side
from danvan_xl.workbooks.writing.style import OfficialSheet

R = TypeVar("R")
"""What a row is about: a line of the plan, an indicator, a question."""


UNKNOWN = ""
"""The result of a live formula over what was typed: office programs calculate it when they open the file.

(LibreOffice calculates nothing for which a result is stored.)
"""


class Live(Struct, frozen=True):
    """A live check: its formula, and the result that the cell shows until it is first calculated."""

    formula: str
    result: str


Content = Value | Live


class FormColumn(Struct, Generic[R], frozen=True):
    """One column: its heading, its width, how its cells look and what they hold for a row.

    ``name`` is what formulas and validations know it by; ``answer``: the field that the unit fills in here;
    ``style_of``: the look of its cell in a row, where that differs from row to row.
    """

    name: str
    title: str
    width: float
    style: str
    value: Callable[[R], Content]
    answer: Field | None = None
    hidden: bool = False
    printed: bool = True
    style_of: Callable[[R], str] | None = None


C = TypeVar("C", bound=FormColumn)  # type: ignore[type-arg]  # whatever its rows are about


class FormColumns(Generic[C]):
    """The columns of one sheet in their order. Places are 0-based, as xlsxwriter counts."""

    def __init__(self, columns: Iterable[C]) -> None:
        self._columns = tuple(columns)
        self._places = {column.name: place for place, column in enumerate(self._columns)}
        self._letters = {name: column_letters(place + 1) for name, place in self._places.items()}
        shown = [place for place, column in enumerate(self._columns) if not column.hidden]
        self.first, self.last = shown[0], shown[-1]
        """The first and the last column that a person sees."""
        self.last_printed = max(place for place in shown if self._columns[place].printed)
        self.answers = tuple((place, item.answer) for place, item in enumerate(self._columns) if item.answer)
        """The columns that the unit fills in: place and field."""
        self._runs = tuple(self._answer_runs())

    def __iter__(self) -> Iterator[C]:
        return iter(self._columns)

    def __getitem__(self, name: str) -> int:
        return self._places[name]

    def _answer_runs(self) -> Iterator[tuple[str, str]]:
        """The letters of the first and the last column of each run of adjacent answer columns."""
        for _, run in groupby(enumerate(place for place, _ in self.answers), lambda item: item[1] - item[0]):
            letters = [column_letters(place + 1) for _, place in run]
            yield letters[0], letters[-1]

    def cells(self, row: int) -> dict[str, str]:
        """Column → the address of its cell in a row (0-based)."""
        return {name: f"{letters}{row + 1}" for name, letters in self._letters.items()}

    def answer_areas(self, row: int) -> str:
        """The answer cells of a row (0-based), as a function's arguments: ``G9:N9``."""
        return ",".join(f"{first}{row + 1}:{last}{row + 1}" for first, last in self._runs)

    def width(self, name: str) -> float:
        """The width of a column, in characters."""
        return self._columns[self._places[name]].width

    def behind(self, first: int, room: float) -> int:
        """The first column behind so many pixels of columns from ``first`` on."""
        ends = accumulate(column_pixels(column.width) for column in self._columns[first:])
        return next((first + at for at, end in enumerate(ends, start=1) if end >= room), self.last)

    @property
    def printed(self) -> tuple[float, ...]:
        """The widths of the columns that are printed."""
        return tuple(column.width for column in self._columns[self.first : self.last_printed + 1])

    @property
    def end_of_page(self) -> int:
        """The last column of the first printed page, which has the titles."""
        return self.first + page_columns(self.printed)[0][1]

    @property
    def printed_points(self) -> float:
        """How wide the columns of the first page are together, in points."""
        return sum(map(column_points, self.printed[: self.end_of_page - self.first + 1]))

    def set_up_pages(self, sheet: OfficialSheet, last: int, *, repeated: int) -> None:
        """What is printed of a form down to row ``last`` (0-based); ``repeated``: the columns of every page."""
        header = layout.HEADER_ROW - 1
        print_side_by_side(sheet, self.printed, header_row=header, last_row=last, repeated=repeated, first=self.first)

    def write_header(self, sheet: Worksheet, row: int, style: Format) -> None:
        """The headings, and the width of each column; the hidden ones are hidden."""
        for place, column in enumerate(self._columns):
            sheet.write_string(row, place, column.title, style)
            sheet.set_column(place, place, column.width, None, {"hidden": column.hidden})


def row_id(value: Callable[[R], str]) -> FormColumn[R]:
    """The hidden column by which a row is found again, however the sheet was sorted or its texts were changed."""
    return FormColumn(layout.F_ID, layout.LINE_ID, 16, "locked", value, hidden=True)
