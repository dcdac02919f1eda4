"""Save an edited workbook: the same bytes for the same content, with what openpyxl forgets put back.

openpyxl drops the stored results of formulas and declares every row height as set by hand (rows then no longer grow
while somebody types). Both are put back from the parts of the file that was edited.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_xl.workbooks.writing.style import EPOCH

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAYBE_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|&#(?P<number>\d+);")
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External""")

_UNDERSCORE, _GUARD = b"_x005F_", "\ue05f"

ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_ROW = re.compile(rb"<row\b[^>]*>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CUSTOM_HEIGHT = re.compile(rb' customHeight="(?:1|true)"')
_FORMULA = re.compile(
    rb"<c\b(?P<attributes>[^>]*)>(?P<formula><f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)<v(?:>(?P<value>[^<]+)</v>|\s*/>|></v>)</c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]+\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')


def pack(book: Workbook, target: Path, original: Mapping[str, bytes] | None = None) -> None:
    """Write ``book`` to ``target``. ``original``: sheet name → XML of the sheet that was edited.

    The other sheets are ours: no height of theirs is set by hand.
    """
    from openpyxl.writer.excel import ExcelWriter

    stream = io.BytesIO()
    _stamp(book)
    ExcelWriter(book, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED)).save()
    before = {f"xl/worksheets/sheet{number}.xml": (original or {}).get(sheet.title)
              for number, sheet in enumerate(book.worksheets, start=1)}  # fmt: skip
    with zipfile.ZipFile(stream) as written, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in written.infolist():
            content = written.read(item)
            if item.filename in before:
                content = _put_back(content, before[item.filename] or b"")
            if item.filename.endswith(".rels") and _OUTSIDE.search(content):
                raise ValueError(f"{item.filename} reaches outside")
            if item.filename.endswith((".xml", ".rels")):
                content = _MAYBE_NO_XML.sub(_coded_match, content)
            member = zipfile.ZipInfo(item.filename, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)


def guarded(data: bytes) -> bytes:
    """A workbook in which a typed ``_x0041_`` outlives openpyxl, which drops what keeps it from being an ``A``."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [name for name in archive.namelist() if name.endswith("sharedStrings.xml") or "/worksheets/" in name]
        if not any(_UNDERSCORE in archive.read(name) for name in texts):
            return data
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as copy:
            for item in archive.infolist():
                content = archive.read(item)
                copy.writestr(
                    item, content.replace(_UNDERSCORE, _GUARD.encode()) if item.filename in texts else content
                )
    return stream.getvalue()


def unguard(book: Workbook) -> None:
    """Give the texts of an open workbook back what ``guarded`` put by."""
    sheets: list[Any] = list(book.worksheets)
    for cell in (cell for sheet in sheets for cell in sheet._cells.values() if _GUARD in str(cell.value)):
        if isinstance(cell.value, str):
            cell._value = _unguarded(cell.value)
        else:
            for place, piece in enumerate(cell.value):
                if isinstance(piece, str):
                    cell.value[place] = _unguarded(piece)
                else:
                    piece.text = _unguarded(piece.text)


def _unguarded(words: str) -> str:
    return words.replace(_GUARD, _UNDERSCORE.decode())


def coded(words: str) -> str:
    """Text with every character that XML can't hold as ``_xHHHH_``."""
    return _NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", words)


def _coded_match(match: re.Match[bytes]) -> bytes:
    letter = chr(min(int(match["number"]), 0x10FFFF)) if match["number"] else match[0].decode()
    written = coded(letter)
    return match[0] if written == letter else written.encode()


def _stamp(book: Workbook) -> None:
    """The times of the document are those of the file that was edited, or fixed: never the clock's."""
    properties = book.properties
    properties.created = _plain(properties.created)
    properties.modified = _plain(properties.modified)


def _plain(moment: object) -> datetime:
    return moment.replace(microsecond=0, tzinfo=None) if isinstance(moment, datetime) else EPOCH


def _put_back(written: bytes, original: bytes) -> bytes:
    by_hand = {
        _ROW_NUMBER.search(row).group(1)  # type: ignore[union-attr]  # a row with a height has a number
        for row in _ROW.findall(original)
        if _CUSTOM_HEIGHT.search(row) and _ROW_NUMBER.search(row)
    }
    results = {}
    for match in _FORMULA.finditer(original):
        reference, kind = _REFERENCE.search(match["attributes"]), _TYPE.search(match["attributes"])
        if reference and match["value"] is not None:
            results[reference[1]] = (kind[1] if kind else b"", match["value"])

    def row(match: re.Match[bytes]) -> bytes:
        number = _ROW_NUMBER.search(match[0])
        return match[0] if number and number[1] in by_hand else _CUSTOM_HEIGHT.sub(b"", match[0])

    def formula(match: re.Match[bytes]) -> bytes:
        reference = _REFERENCE.search(match["attributes"])
        kind, value = results.get(reference[1], (b"", b"")) if reference else (b"", b"")
        if not value or match["value"] is not None:
            return match[0]
        attributes = _TYPE.sub(b"", match["attributes"]).rstrip()
        attributes += b' t="' + kind + b'"' if kind else b""
        return b"<c" + attributes + b">" + match["formula"] + b"<v>" + value + b"</v></c>"

    return _FORMULA.sub(formula, _ROW.sub(row, written))
