"""Rows for large sheets: values rendered straight to the XML of SpreadsheetML, outside xlsxwriter's cell objects.

xlsxwriter keeps an object for every cell and renders it later, which is most of the time of a large workbook.
A sheet of thousands of alike rows (``Dữ liệu``, an appendix with every unit's answers) is rendered here instead, row
by row, into a spool that ``OfficialSheet`` copies into its part. ``tests/excel/test_rows.py`` holds that the result
equals what xlsxwriter writes, cell by cell.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO
from xml.sax.saxutils import escape

from danvan_xl.recognise import column_letters

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


class RowRenderer:
    """Renders rows of one shape. ``styles``: the xf index of every column; ``dates``, ``times``: for such values.

    A column whose style is None writes nothing for an empty cell.
    """

    def __init__(self, styles: Sequence[int], *, dates: int, times: int, blanks: bool) -> None:
        self._columns = [(column_letters(number), style) for number, style in enumerate(styles, start=1)]
        self._dates, self._times, self._blanks = dates, times, blanks

    def render(self, number: int, values: Iterable[Cell], *, height: float | None = None, level: int = 0,
               styles: dict[int, int] | None = None) -> str:  # fmt: skip
        """The ``<row>`` with the 1-based ``number``. ``styles``: 0-based column → xf index, where it differs."""
        height_xml = "" if height is None else f' ht="{height:.16g}"'
        parts = [f'<row r="{number}"{height_xml}{f" outlineLevel={chr(34)}{level}{chr(34)}" if level else ""}>']
        add = parts.append
        for position, ((letters, style), value) in enumerate(zip(self._columns, values, strict=True)):
            if styles is not None and position in styles:
                style = styles[position]  # noqa: PLW2901 - this cell's own
            look = f' s="{style}"' if style else ""
            if value is None or value == "":
                if self._blanks:
                    add(f'<c r="{letters}{number}"{look}/>')
            elif isinstance(value, str):
                text = text_xml(value[:MOST_CHARACTERS])
                keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
                add(f'<c r="{letters}{number}"{look} t="inlineStr"><is><t{keep}>{text}</t></is></c>')
            elif isinstance(value, datetime):
                add(f'<c r="{letters}{number}" s="{self._times}"><v>{serial(value)}</v></c>')
            elif isinstance(value, date):
                add(f'<c r="{letters}{number}" s="{self._dates}"><v>{serial(value)}</v></c>')
            else:
                add(f'<c r="{letters}{number}"{look}><v>{value:.16g}</v></c>')
        add("</row>")
        return "".join(parts)


class RowSpool:
    """Rendered rows on their way into a sheet, in memory while they are few and in a file when they are many."""

    IN_MEMORY = 4 << 20

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=self.IN_MEMORY)  # noqa: SIM115
        self.rows = 0

    def add(self, xml: str) -> None:
        """Append one rendered row."""
        self._file.write(xml.encode())
        self.rows += 1

    def chunks(self) -> Iterator[str]:
        """Everything that was added, in pieces."""
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
