"""Rows for large sheets: values rendered straight to the XML of SpreadsheetML, outside xlsxwriter's cell objects.

xlsxwriter keeps an object for every cell and renders it later, which is most of the time of a large workbook.
A sheet of thousands of alike rows (``Dữ liệu``, an appendix with every unit's answers) is rendered here instead, row
by row, into a spool (``excel.spool``) whose packed rows enter the sheet's part. ``tests/excel/test_rows.py`` holds that
the result equals what xlsxwriter writes, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from xml.sax.saxutils import escape

from msgspec import Struct

from danvan_xl.model.addresses import column_letters

Cell = str | int | float | date | datetime | None

MOST_CHARACTERS = 32767
"""Excel's limit for the text of a cell."""

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's days have no zone
EPOCH_DAY = EPOCH.toordinal()
EXACT = 10**15
"""Integers nearer to 0 than this are written as they are."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def text_xml(value: str) -> str:
    """The text of a cell as XML: markup escaped, controls as ``_xHHHH_``, a literal ``_xHHHH_`` kept literal."""
    if _SPECIAL.search(value) is None:
        return value
    value = _LOOKS_ESCAPED.sub("_x005F_", value)
    value = _CONTROL.sub(lambda match: f"_x{ord(match.group()):04X}_", value)
    return escape(value).replace("\r", "_x000D_")


def serial(value: date) -> str:
    """A day or a moment as Excel's number of days."""
    if isinstance(value, datetime):
        delta = value.replace(tzinfo=None) - EPOCH
        return f"{delta.days + (delta.seconds + delta.microseconds / 1e6) / 86400:.16g}"
    return str(value.toordinal() - EPOCH_DAY)


class Formula(Struct, frozen=True):
    """A formula (without ``=``) with its result."""

    text: str
    value: float


Rendered = Cell | Formula


class SharedStrings(Protocol):
    """xlsxwriter's table of shared strings, as far as it is used here."""

    count: int

    def _get_shared_string_index(self, string: str) -> int: ...


class Looks(Struct, frozen=True):
    """The xf indexes of one sheet's rows: of days, of moments; ``blanks``: whether empty cells are written too."""

    dates: int
    times: int
    blanks: bool
    strings: SharedStrings


ROW = "\0"
"""Stands for the row number in a piece of a row; no text of a cell holds it (it is written ``_x0000_``)."""

Write = Callable[[Rendered], bytes]
"""A value as the XML of its cell (UTF-8), with ``ROW`` for the row's number."""

TEXT_END, VALUE_END = b"</t></is></c>", "</v></c>"


def cell_writer(column: int, style: int, looks: Looks) -> Write:
    """What renders the values of a column (0-based) in a style. Made once: it is called for every row."""
    place = f'<c r="{column_letters(column + 1)}{ROW}"'
    look = f'{place} s="{style}"' if style else place
    blank = f"{look}/>".encode() if looks.blanks else b""
    text = f'{look} t="inlineStr"><is><t>'.encode()
    spaced = f'{look} t="inlineStr"><is><t xml:space="preserve">'.encode()
    number, formula = f"{look}><v>", f"{look}><f>"
    day, moment = f'{place} s="{looks.dates}"><v>', f'{place} s="{looks.times}"><v>'

    def text_cell(value: str) -> bytes:
        if not value:
            return blank
        words = text_xml(value[:MOST_CHARACTERS])
        opening = spaced if words[0].isspace() or words[-1].isspace() else text
        return opening + words.encode() + TEXT_END

    def cell(value: Rendered) -> bytes:
        if value is None:
            return blank
        if type(value) is str:
            # Nearly every text takes this way: nothing in it has to be escaped, and that is seen cheaply.
            if (
                value
                and value.isprintable()
                and "&" not in value
                and "<" not in value
                and ">" not in value
                and "_x" not in value
                and value[0] != " "
                and value[-1] != " "
                and len(value) <= MOST_CHARACTERS
            ):
                return text + value.encode() + TEXT_END
            return text_cell(value)
        if type(value) is int and -EXACT < value < EXACT:
            return f"{number}{value}{VALUE_END}".encode()
        if isinstance(value, str):
            return text_cell(value)
        if isinstance(value, (int, float)):
            return f"{number}{value:.16g}{VALUE_END}".encode()
        if isinstance(value, Formula):
            return f"{formula}{escape(value.text)}</f><v>{value.value:.16g}{VALUE_END}".encode()
        return f"{moment if isinstance(value, datetime) else day}{serial(value)}{VALUE_END}".encode()

    return cell


class Kept(Struct, frozen=True):
    """A piece of a row that recurs, with ``ROW`` for the row's number. ``strings``: shared strings in it."""

    xml: bytes
    strings: int


class RowRenderer:
    """Renders rows of one shape: ``styles`` gives the xf index of every column."""

    def __init__(self, styles: Sequence[int], looks: Looks) -> None:
        self._styles, self._looks = list(styles), looks
        self.cells: Sequence[Write] = [self._writer(column, style) for column, style in enumerate(styles)]
        """What renders each column in its usual style."""
        self._styled: dict[tuple[tuple[int, int], ...], list[Write]] = {}
        self._openings: dict[tuple[float | None, int], bytes] = {}

    def _writer(self, column: int, style: int) -> Write:
        return cell_writer(column, style, self._looks)

    def cells_in(self, styles: Mapping[int, int] | None) -> Sequence[Write]:
        """What renders each column. ``styles``: 0-based column → xf index, where it differs."""
        if not styles:
            return self.cells
        own = tuple(styles.items())
        found = self._styled.get(own)
        if found is None:
            found = [
                self._writer(column, styles[column]) if column in styles else cell
                for column, cell in enumerate(self.cells)
            ]
            self._styled[own] = found
        return found

    def render(
        self,
        number: int,
        values: Sequence[Rendered],
        *,
        height: float | None = None,
        level: int = 0,
        styles: Mapping[int, int] | None = None,
    ) -> bytes:
        """The ``<row>`` with the 1-based ``number``. ``styles``: see ``cells_in``."""
        cells = self.cells_in(styles)
        pieces = [cell(value) for cell, value in zip(cells, values, strict=True)]
        return self.join(number, pieces, height=height, level=level)

    def join(
        self, number: int, pieces: Sequence[bytes], *, strings: int = 0, height: float | None = None, level: int = 0
    ) -> bytes:
        """The ``<row>`` made of the pieces that cells and ``keep`` gave; ``strings``: shared strings in them."""
        self._looks.strings.count += strings
        opening = self._openings.get((height, level))
        if opening is None:
            tall = "" if height is None else f' ht="{height:.16g}"'
            deep = f' outlineLevel="{level}"' if level else ""
            opening = self._openings[height, level] = f'<row r="{ROW}"{tall}{deep}>'.encode()
        return b"".join((opening, *pieces, b"</row>")).replace(ROW.encode(), str(number).encode())

    def keep(self, first: int, values: Sequence[Rendered], styles: Mapping[int, int] | None = None) -> Kept:
        """The piece of a row from column ``first`` (0-based) on, for values that recur together in many rows.

        Its text stands in the table of shared strings: to be used for few different values only.
        """
        pieces, strings, table, cells = [], 0, self._looks.strings, self.cells_in(styles)
        for column, value in enumerate(values, start=first):
            if isinstance(value, str) and value:
                index = table._get_shared_string_index(as_shared(value[:MOST_CHARACTERS]))
                table.count -= 1
                strings += 1
                style = (styles or {}).get(column, self._styles[column])
                look = f' s="{style}"' if style else ""
                pieces.append(f'<c r="{column_letters(column + 1)}{ROW}"{look} t="s"><v>{index}{VALUE_END}'.encode())
            else:
                pieces.append(cells[column](value))
        return Kept(b"".join(pieces), strings)


def as_shared(value: str) -> str:
    """A shared string that xlsxwriter writes as this text: what looks like its rich text would be copied as markup."""
    if value.startswith("<r>") and value.endswith("</r>"):
        return f'<r><t xml:space="preserve">{text_xml(value)}</t></r>'
    return value
