"""Read a written workbook again before it replaces the former one: nothing lost on the way to the disk.

Every part must unpack to what its check sum says, and ``Dữ liệu`` must hold exactly the lines that were counted, each
with its role and its answer. Nothing is taken from the writing: the bytes on the disk are read.

Exception
└── OSError
    └── ReadBackError   what stands on the disk is not what was merged
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from danvan_xl.intake.markup import elements
from danvan_xl.intake.strings import read_strings
from danvan_xl.merging.summary import seal_of
from danvan_xl.model import layout
from danvan_xl.model.addresses import column_letters

_PIECE = 1 << 20  # bytes
_SHEETS, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_SEALED = tuple(column_letters(layout.DATA_HEADINGS.index(name) + 1) for name in ("Mã dòng", "Vai trò", "Trả lời"))
_CELL = re.compile(
    rb'<c r="(%s)[0-9]++"(?: s="[0-9]++")?+(?: t="([a-zA-Z]++)")?+>'
    rb"(?:<is><t(?: [^<>]*+)?+>([^<]*+)</t></is>|<v>([^<]*+)</v>)</c>" % "|".join(_SEALED).encode()
)
_ROW = b"</row>"


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
            data = [part for name, part in sheets.items() if name.startswith(layout.DATA)]
            rest = other.submit(_unpack, archive, [name for name in archive.namelist() if name not in data])
            found, mark = _read_lines(archive, data)
            rest.result()
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise ReadBackError(str(error)) from error
    if found != rows:
        raise ReadBackError(f"{layout.DATA}: {found} ≠ {rows}")
    if mark != sealed:
        raise ReadBackError(f"{layout.DATA}: {mark:x} ≠ {sealed:x}")


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
        heading = True
        for piece in _rows(archive, part):
            for values in _lines(piece, known):
                if heading:
                    heading = False
                    continue
                rows += 1
                mark += seal_of(*values)
    return rows, mark


def _lines(piece: bytes, strings: Mapping[bytes, str]) -> Iterator[tuple[str, str, str]]:
    """Of every row its line id, role and answer."""
    cells = iter(_CELL.findall(piece))
    for first, second, third in zip(cells, cells, cells, strict=False):
        if (first[0], second[0], third[0]) != _LETTERS:
            raise ReadBackError(f"{layout.DATA}: {first[0].decode()}, {second[0].decode()}, {third[0].decode()}")
        yield _value(first, strings), _value(second, strings), _value(third, strings)


_LETTERS = tuple(letter.encode() for letter in _SEALED)


def _value(cell: tuple[bytes, bytes, bytes, bytes], strings: Mapping[bytes, str]) -> str:
    _, kind, inline, value = cell
    if kind == b"s":
        return strings[value]
    return inline.decode() if kind == b"inlineStr" else value.decode()
