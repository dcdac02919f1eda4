"""Read a written workbook again before it replaces the former one: nothing may be lost on the way to the disk.

Every part must unpack to what its check sum says, and ``Dữ liệu`` must hold exactly the lines that were counted, each
with its role and its answer. Nothing is taken from the writer: the bytes on the disk are read.

Exception
└── OSError
    └── ReadBackError   what is on the disk is not what was merged
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from danvan_xl.intake.markup import elements
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.strings import read_strings
from danvan_xl.merging.summary import seal_of
from danvan_xl.model import layout

_PIECE = 1 << 20  # bytes
_SHEETS, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_SEALED = (layout.LINE_ID, layout.ROLE, layout.ANSWER)
"""Headings of the columns that the seal is made of."""

_CELL = (
    rb'<c r="(%s)[0-9]++"(?: s="[0-9]++")?+(?: t="([a-zA-Z]++)")?+>'
    rb"(?:<is><t(?: [^<>]*+)?+>([^<]*+)</t></is>|<v>([^<]*+)</v>)</c>"
)
_HEADING = re.compile(_CELL % b"[A-Z]++")
_ROW = b"</row>"
_LARGEST = 1 << 30
"""Bytes of sheets that are counted through; larger ones are refused by whoever reads the workbook."""


class ReadBackError(OSError):
    """What was read from the disk; ``detail`` says what differs."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def read_back(path: Path, rows: int, sealed: int) -> None:
    """Make sure that the workbook at ``path`` holds ``rows`` lines whose seal is ``sealed`` (see ``Summary.seal``).

    Raises ``ReadBackError``; any other ``OSError`` where the file can't be read at all.
    """
    try:
        with zipfile.ZipFile(path) as archive, ThreadPoolExecutor(1) as other:
            sheets = _sheets(archive)
            data = [part for name, part in sheets.items() if layout.is_sheet_of(name, layout.DATA)]
            rest = other.submit(_unpack, archive, [name for name in archive.namelist() if name not in data])
            found, mark = _read_lines(archive, data)
            rest.result()
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise ReadBackError(str(error)) from error
    if found != rows:
        raise ReadBackError(f"{layout.DATA}: {found} ≠ {rows}")
    if mark != sealed:
        raise ReadBackError(f"{layout.DATA}: {mark:x} ≠ {sealed:x}")


def read_texts(path: Path, sheet: str) -> list[list[str]] | None:
    """The filled cells of a small sheet as texts, row by row; None where file or sheet can't be read this way.

    For a sheet of our own, in a workbook as we wrote it: nothing else of it is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            part = _sheets(archive).get(sheet)
            if part is None:
                return None
            table = read_strings(archive.read(_STRINGS)).table
            strings = {index.encode(): words or "" for index, words in table.items()}
            rows = archive.read(part).split(_ROW)[:-1]
            return [[_value(cell, strings) for cell in _HEADING.findall(row)] for row in rows]
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError, RuntimeError, RefusedError):
        return None


def has_more_rows(path: Path, most: int) -> bool:
    """Whether ``Dữ liệu`` of a workbook has more than ``most`` rows below its headings, without reading their cells.

    False where that can't be told in this way: whoever reads the workbook then says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for name, part in _sheets(archive).items() if layout.is_sheet_of(name, layout.DATA)]
            if sum(archive.getinfo(part).file_size for part in parts) > _LARGEST:
                return False
            rows, cut = -len(parts), b""
            for piece in (piece for part in parts for piece in _pieces(archive, part)):
                rows += (cut + piece).count(_ROW)
                cut = piece[1 - len(_ROW) :]
                if rows > most:
                    return True
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError, RuntimeError, RefusedError):
        return False
    return False


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → its part, in the workbook's order."""
    listed = elements(_RELATIONS, archive.read(_RELATIONS), "Relationship")
    targets = {item["Id"]: f"xl/{item['Target']}" for _, item in listed}
    return {item["name"]: targets[item["r:id"]] for _, item in elements(_SHEETS, archive.read(_SHEETS), "sheet")}


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces; ``BadZipFile`` at its end, where it is not what its check sum says."""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            yield piece


def _unpack(archive: zipfile.ZipFile, names: list[str]) -> None:
    for name in names:
        for _piece in _pieces(archive, name):
            pass


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A sheet in pieces that hold whole rows."""
    rest = b""
    for piece in _pieces(archive, name):
        piece = rest + piece  # noqa: PLW2901 - the same piece from where a row begins
        cut = piece.rfind(_ROW) + len(_ROW)
        if cut < len(_ROW):
            rest = piece
            continue
        rest = piece[cut:]
        yield piece[:cut]


def _read_lines(archive: zipfile.ZipFile, parts: list[str]) -> tuple[int, int]:
    """How many lines the data sheets hold below their headings, and their seal."""
    strings = read_strings(archive.read(_STRINGS)).table
    known = {index.encode(): text or "" for index, text in strings.items()}
    rows = mark = 0
    for part in parts:
        columns: _Columns | None = None
        for piece in _rows(archive, part):
            if columns is None:
                columns = _Columns(piece.partition(_ROW)[0], known)
                piece = piece.partition(_ROW)[2]  # noqa: PLW2901 - without the row of headings
            for values in columns.lines(piece, known):
                rows += 1
                mark += seal_of(*values)
    return rows, mark


class _Columns:
    """The columns that the seal is made of, found by their headings in the first row of a data sheet."""

    def __init__(self, headings: bytes, strings: Mapping[bytes, str]) -> None:
        found = {_value(cell, strings): cell[0] for cell in _HEADING.findall(headings)}
        if not set(_SEALED) <= found.keys():
            raise ReadBackError(f"{layout.DATA}: {', '.join(sorted(set(_SEALED) - found.keys()))}")
        self._letters = [letters for heading, letters in found.items() if heading in _SEALED]
        self._order = [self._letters.index(found[heading]) for heading in _SEALED]
        self._cell = re.compile(_CELL % b"|".join(self._letters))

    def lines(self, piece: bytes, strings: Mapping[bytes, str]) -> Iterator[tuple[str, str, str]]:
        """The line id, role and answer of every row."""
        first, second, third = self._order
        cells = iter(self._cell.findall(piece))
        for row in zip(cells, cells, cells, strict=False):
            letters = [cell[0] for cell in row]
            if letters != self._letters:
                raise ReadBackError(f"{layout.DATA}: {', '.join(item.decode() for item in letters)}")
            yield _value(row[first], strings), _value(row[second], strings), _value(row[third], strings)


def _value(cell: tuple[bytes, bytes, bytes, bytes], strings: Mapping[bytes, str]) -> str:
    _, kind, inline, value = cell
    if kind == b"s":
        return strings[value]
    return inline.decode() if kind == b"inlineStr" else value.decode()
