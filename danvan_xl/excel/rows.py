"""Rows for large sheets: values rendered straight to the XML of SpreadsheetML, outside xlsxwriter's cell objects.

xlsxwriter keeps an object for every cell and renders it later, which is most of the time of a large workbook.
A sheet of thousands of alike rows (``Dữ liệu``, an appendix with every unit's answers) is rendered here instead, row
by row, into a spool that ``OfficialSheet`` copies into its part. ``tests/excel/test_rows.py`` holds that the result
equals what xlsxwriter writes, cell by cell.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Protocol
from xml.sax.saxutils import escape

from msgspec import Struct

from danvan_xl.model.addresses import column_letters

Cell = str | int | float | date | datetime | None

MOST_CHARACTERS = 32767
"""Excel's limit for the text of a cell."""

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's days have no zone
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
    return str((value - EPOCH.date()).days)


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
"""Stands for the row number in a piece of a row that is kept for further rows."""


class RowRenderer:
    """Renders rows of one shape: ``styles`` gives the xf index of every column.

    ``kept``: ranges of columns (first, behind the last; 0-based) whose values together recur in many rows, such as
    all that a task gives. Their piece of the row is made once, with shared strings. Other text stands in its cell.
    """

    MOST_KEPT = 20_000

    def __init__(self, styles: Sequence[int], looks: Looks, kept: Sequence[tuple[int, int]] = ()) -> None:
        self._letters = [column_letters(number) for number in range(1, len(styles) + 1)]
        self._styles, self._looks = list(styles), looks
        self._pieces: dict[tuple[object, ...], tuple[str, int]] = {}
        self._ranges: list[tuple[int, int, bool]] = []
        at = 0
        for first, behind in kept:
            if at < first:
                self._ranges.append((at, first, False))
            self._ranges.append((first, behind, True))
            at = behind
        if at < len(styles):
            self._ranges.append((at, len(styles), False))

    def render(
        self,
        number: int,
        values: Sequence[Rendered],
        *,
        height: float | None = None,
        level: int = 0,
        styles: Mapping[int, int] | None = None,
    ) -> str:
        """The ``<row>`` with the 1-based ``number``. ``styles``: 0-based column → xf index, where it differs."""
        shown = str(number)
        tall = "" if height is None else f' ht="{height:.16g}"'
        deep = f' outlineLevel="{level}"' if level else ""
        parts = [f'<row r="{shown}"{tall}{deep}>']
        for first, behind, kept in self._ranges:
            if kept:
                parts.append(self._piece(shown, first, tuple(values[first:behind]), styles))
            else:
                for column in range(first, behind):
                    value = values[column]
                    if value is None and not self._looks.blanks:
                        continue
                    style = styles.get(column) if styles else None
                    parts.append(self._cell(shown, column, value, self._styles[column] if style is None else style))
        parts.append("</row>")
        return "".join(parts)

    def _piece(self, shown: str, first: int, values: tuple[Rendered, ...], styles: Mapping[int, int] | None) -> str:
        own = tuple(sorted(styles.items())) if styles else ()
        key = (first, own, values)
        found = self._pieces.get(key)
        if found is None:
            if len(self._pieces) > self.MOST_KEPT:
                self._pieces.clear()
            found = self._pieces[key] = self._make_piece(first, values, styles or {})
        piece, strings = found
        self._looks.strings.count += strings
        return piece.replace(ROW, shown)

    def _make_piece(self, first: int, values: tuple[Rendered, ...], styles: Mapping[int, int]) -> tuple[str, int]:
        parts, strings = [], 0
        table = self._looks.strings
        for column, value in enumerate(values, start=first):
            style = styles.get(column, self._styles[column])
            if isinstance(value, str) and value:
                index = table._get_shared_string_index(as_shared(value[:MOST_CHARACTERS]))
                table.count -= 1
                strings += 1
                look = f' s="{style}"' if style else ""
                parts.append(f'<c r="{self._letters[column]}{ROW}"{look} t="s"><v>{index}</v></c>')
            elif value is not None or self._looks.blanks:
                parts.append(self._cell(ROW, column, value, style))
        return "".join(parts), strings

    def _cell(self, shown: str, column: int, value: Rendered, style: int) -> str:
        place = f'<c r="{self._letters[column]}{shown}"'
        look = f' s="{style}"' if style else ""
        if value is None or value == "":
            return f"{place}{look}/>" if self._looks.blanks else ""
        if isinstance(value, str):
            text = text_xml(value[:MOST_CHARACTERS])
            keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            return f'{place}{look} t="inlineStr"><is><t{keep}>{text}</t></is></c>'
        if isinstance(value, (int, float)):
            return f"{place}{look}><v>{value:.16g}</v></c>"
        if isinstance(value, Formula):
            return f"{place}{look}><f>{escape(value.text)}</f><v>{value.value:.16g}</v></c>"
        chosen = self._looks.times if isinstance(value, datetime) else self._looks.dates
        return f'{place} s="{chosen}"><v>{serial(value)}</v></c>'


def as_shared(value: str) -> str:
    """A shared string that xlsxwriter writes as this text: what looks like its rich text would be copied as markup."""
    if value.startswith("<r>") and value.endswith("</r>"):
        return f'<r><t xml:space="preserve">{text_xml(value)}</t></r>'
    return value


class RowSpool:
    """Rendered rows on their way into a sheet, in memory while they are few and in a file when they are many."""

    IN_MEMORY = 1 << 16
    AT_ONCE = 64

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=self.IN_MEMORY)  # noqa: SIM115
        self._waiting: list[str] = []
        self.rows = 0

    def __del__(self) -> None:
        self._file.close()

    def add(self, xml: str) -> None:
        """Append one rendered row."""
        self._waiting.append(xml)
        self.rows += 1
        if len(self._waiting) >= self.AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(self._waiting).encode())
        self._waiting.clear()

    def chunks(self) -> Iterator[str]:
        """Everything that was added, in pieces."""
        self._flush()
        self._file.seek(0)
        rest = b""
        while block := self._file.read(1 << 18):
            block, rest = rest + block, b""
            cut = block.rfind(b"</row>") + 6
            block, rest = block[:cut], block[cut:]
            yield block.decode()
        if rest:
            yield rest.decode()

    def close(self) -> None:
        """Give back the memory or the file."""
        self._file.close()
