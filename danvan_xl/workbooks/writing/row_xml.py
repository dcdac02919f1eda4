"""Rows for large sheets: values rendered straight to the XML of SpreadsheetML, outside xlsxwriter's cell objects.

xlsxwriter keeps an object for every cell and renders it later, which takes most of the time of a large workbook. A
sheet of thousands of similar rows (``Dữ liệu``, an appendix with every unit's answers) is rendered here instead, row by
row, into a spool (``writing.spool``) whose packed rows enter the sheet's part. ``tests/workbooks/test_rows.py`` checks
that the result equals what xlsxwriter writes, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from danvan_xl.model.addresses import column_letters

CellValue = str | int | float | date | datetime | None

MOST_CHARACTERS = 32767
"""Excel's limit for the text of a cell."""

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's days have no zone
EPOCH_DAY = EPOCH.toordinal()

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def escape(text: str) -> str:
    """Text with XML's markup escaped (the standard library's own is in a package that loads a web client)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
    value: float | str


Rendered = CellValue | Formula


class SharedStrings(Protocol):
    """The part of xlsxwriter's table of shared strings that is used here."""

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
ROW_MARK, ROW_END = ROW.encode(), b"</row>"

TEXT_END, VALUE_END = b"</t></is></c>", "</v></c>"


class Cells(dict[Rendered, bytes]):
    """Value → the XML (UTF-8) of a cell in a style, from after its place on: see ``place_of``.

    Values recur: statuses, whole percentages, days. They are kept, and found without a call; long texts are not.
    """

    MOST_KEPT, LONGEST_KEPT = 4_000, 60

    def __init__(self, style: int, looks: Looks) -> None:
        super().__init__()
        look = f' s="{style}"' if style else ""
        self._blank = f"{look}/>".encode()
        self._text = f'{look} t="inlineStr"><is><t>'.encode()
        self._spaced = f'{look} t="inlineStr"><is><t xml:space="preserve">'.encode()
        self._number, self._formula = f"{look}><v>", f"{look}><f>"
        self._words = f'{look} t="str"><f>'
        self._day, self._moment = f' s="{looks.dates}"><v>', f' s="{looks.times}"><v>'

    def __missing__(self, value: Rendered) -> bytes:
        if isinstance(value, str):
            found = self._text_cell(value) if value else self._blank
            if len(value) > self.LONGEST_KEPT:
                return found
        elif isinstance(value, Formula):  # refers to its row: it does not recur
            return self._formula_cell(value).encode()
        else:
            found = self._value_cell(value).encode() if value is not None else self._blank
        if len(self) >= self.MOST_KEPT:
            self.clear()
        self[value] = found
        return found

    def _formula_cell(self, value: Formula) -> str:
        if isinstance(value.value, str):
            return f"{self._words}{escape(value.text)}</f><v>{text_xml(value.value)}{VALUE_END}"
        return f"{self._formula}{escape(value.text)}</f><v>{value.value:.16g}{VALUE_END}"

    def _text_cell(self, value: str) -> bytes:
        # Nearly every text takes this path: nothing in it needs escaping, which is cheap to see.
        if (
            value.isprintable()
            and "&" not in value
            and "<" not in value
            and ">" not in value
            and "_x" not in value
            and value[0] != " "
            and value[-1] != " "
            and len(value) <= MOST_CHARACTERS
        ):
            return self._text + value.encode() + TEXT_END
        words = text_xml(value[:MOST_CHARACTERS])
        opening = self._spaced if words[0].isspace() or words[-1].isspace() else self._text
        return opening + words.encode() + TEXT_END

    def _value_cell(self, value: int | float | date | datetime) -> str:
        if isinstance(value, (int, float)):
            return f"{self._number}{value:.16g}{VALUE_END}"
        return f"{self._moment if isinstance(value, datetime) else self._day}{serial(value)}{VALUE_END}"


def place_of(column: int) -> bytes:
    """How the XML of a cell in a column (0-based) begins, with ``ROW`` for the row's number."""
    return f'<c r="{column_letters(column + 1)}{ROW}"'.encode()


class Columns:
    """Some columns of a row, each in its style: how their cells begin, and the rest of them by value."""

    def __init__(self, shape: Sequence[tuple[bytes, Cells]], *, blanks: bool) -> None:
        self._shape, self._blanks = shape, blanks

    def pick(self, numbers: Iterable[int]) -> Columns:
        """Some of these columns, by their numbers here (0-based)."""
        return Columns([self._shape[number] for number in numbers], blanks=self._blanks)

    def render(self, values: Iterable[Rendered]) -> list[bytes]:
        """The XML of the values, one for each column; for an empty cell it may be nothing."""
        if self._blanks:
            return [place + cells[value] for (place, cells), value in zip(self._shape, values, strict=True)]
        return [
            b"" if value is None or value == "" else place + cells[value]
            for (place, cells), value in zip(self._shape, values, strict=True)
        ]


class Kept(Struct, frozen=True):
    """A piece of a row that recurs, with ``ROW`` for the row's number. ``strings``: shared strings in it."""

    xml: bytes
    strings: int


class RowRenderer:
    """Renders rows of one shape: ``styles`` gives the xf index of every column."""

    def __init__(self, styles: Sequence[int], looks: Looks) -> None:
        self._styles, self._looks = list(styles), looks
        self._cells: dict[int, Cells] = {}
        self._styled: dict[tuple[tuple[int, int], ...], Columns] = {}
        self._openings: dict[tuple[float | None, int], bytes] = {}
        self.columns = self.columns_in(None)
        """The columns in their usual styles."""

    def columns_in(self, styles: Mapping[int, int] | None) -> Columns:
        """The columns. ``styles``: 0-based column → xf index, where it differs."""
        own = tuple(styles.items()) if styles else ()
        found = self._styled.get(own)
        if found is None:
            chosen = [(styles or {}).get(column, style) for column, style in enumerate(self._styles)]
            self._cells |= {style: Cells(style, self._looks) for style in chosen if style not in self._cells}
            shape = [(place_of(column), self._cells[style]) for column, style in enumerate(chosen)]
            found = self._styled[own] = Columns(shape, blanks=self._looks.blanks)
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
        """The ``<row>`` with the 1-based ``number``. ``styles``: see ``columns_in``."""
        return self.join(number, self.columns_in(styles).render(values), height=height, level=level)

    def join(
        self, number: int, pieces: Sequence[bytes], *, strings: int = 0, height: float | None = None, level: int = 0
    ) -> bytes:
        """The ``<row>`` of pieces that ``Columns.render`` and ``keep`` gave; ``strings``: shared strings in them."""
        self._looks.strings.count += strings
        opening = self._openings.get((height, level))
        if opening is None:
            tall = "" if height is None else f' ht="{height:.16g}"'
            deep = f' outlineLevel="{level}"' if level else ""
            opening = self._openings[height, level] = f'<row r="{ROW}"{tall}{deep}>'.encode()
        return b"".join((opening, *pieces, ROW_END)).replace(ROW_MARK, b"%d" % number)

    def share(self, words: Iterable[str]) -> None:
        """Give words the next places in the table of shared strings: the same ones in every workbook."""
        for word in words:
            self._looks.strings._get_shared_string_index(as_shared(word))
            self._looks.strings.count -= 1

    def keep(self, first: int, values: Sequence[Rendered], styles: Mapping[int, int] | None = None) -> Kept:
        """The piece of a row from column ``first`` (0-based) on, for values that recur together in many rows.

        Its text goes into the table of shared strings: to be used for few different values only.
        """
        pieces, strings, table, columns = [], 0, self._looks.strings, self.columns_in(styles)
        for column, value in enumerate(values, start=first):
            if isinstance(value, str) and value:
                index = table._get_shared_string_index(as_shared(value[:MOST_CHARACTERS]))
                table.count -= 1
                strings += 1
                style = (styles or {}).get(column, self._styles[column])
                look = f' s="{style}"' if style else ""
                pieces.append(place_of(column) + f'{look} t="s"><v>{index}{VALUE_END}'.encode())
            else:
                pieces += columns.pick([column]).render([value])
        return Kept(b"".join(pieces), strings)


def as_shared(value: str) -> str:
    """A shared string that xlsxwriter writes as this text: what looks like its rich text would be copied as markup."""
    if value.startswith("<r>") and value.endswith("</r>"):
        return f'<r><t xml:space="preserve">{text_xml(value)}</t></r>'
    return value
