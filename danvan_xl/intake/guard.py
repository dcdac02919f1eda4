"""Say what a file is by its content, before any parser sees it.

``recognise`` names what can be read (``zip``, ``ole``, ``text``) and refuses by name everything that people send
instead of a workbook. ``kind_of_ole`` and ``kind_of_zip`` decide what a container holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from danvan_xl.intake.refusal import RefusedError

_PICTURE, _ARCHIVE, _WEB = "F013", "F016", "F014"

# (offset, signature, code). The first that fits decides.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "F012"),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"\x89PNG", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (0, b"BM", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (4, b"ftyp", _PICTURE),  # HEIC of a phone, and its videos
    (8, b"WEBP", _PICTURE),
    (0, b"Rar!", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ", _ARCHIVE),
    (0, b"{\\rtf", "F010"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_BIFF = re.compile(rb"\t[\x00\x02\x04\x08]..")  # a BIFF2-5 stream without a container, by its BOF record

# Names in the directory of an OLE container, and what each means. The first one present decides.
_OLE_NAMES: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "F008"),
    ("Workbook", "xls"),  # before the one of WPS, which puts that into .xls too
    ("Book", "xls"),
    ("ETExtData", "F018"),
    ("WordDocument", "F010"),
    ("PowerPoint Document", "F011"),
    ("__properties_version1.0", "F019"),
)
# A member (or the start of its name) in a zip container, and what it means.
_ZIP_NAMES: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "F017"),
    ("word/document.xml", "F010"),
    ("ppt/presentation.xml", "F011"),
)


def recognise(data: bytes, extension: str) -> str:
    """``zip``, ``ole`` or ``text`` for the bytes of a file; ``extension`` is lower case with the dot.

    Raises ``RefusedError`` with a code for what it is instead.
    """
    if data.startswith(ZIP):
        return "zip"
    if data.startswith(OLE):
        return "ole"
    for offset, signature, code in SIGNATURES:
        if data.startswith(signature, offset) and not (signature == b"BM" and _is_text(data)):
            raise RefusedError(code)
    if data.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise RefusedError(_ARCHIVE)
    if _BIFF.match(data):
        raise RefusedError("F019")
    _refuse_markup(data)
    if extension in _DELIMITED and _is_text(data):
        return "text"
    if not any(data[:4096]):  # a download that reserved its space and never arrived
        raise RefusedError("F006")
    raise RefusedError("F019")


_DELIMITED = frozenset({".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ""})


def _is_text(data: bytes) -> bool:
    """Whether this can be delimited text: a byte order mark of UTF-16, or no control characters except line ends."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:65536]
    return len(head.translate(None, _CONTROLS)) == len(head) and any(mark in head for mark in b",;\t\n")


_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))


def _refuse_markup(data: bytes) -> None:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<\0" in head[:16]:
        head = head.replace(b"\0", b"")
    head = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"mime-version:") or b"<html" in head or head.startswith((b"<table", b"<!doctype html")):
        raise RefusedError(_WEB)
    if head.startswith(b"<"):
        raise RefusedError("F015")
    if head.startswith(b"{") and b'"doc_id"' in head:  # a shortcut to Google Sheets, not the sheet
        raise RefusedError("F028")


def kind_of_ole(data: bytes, extension: str) -> str:
    """``xls`` for an OLE container that holds a workbook. Raises ``RefusedError`` for the others."""
    lowered = data.lower()
    for name, kind in _OLE_NAMES:
        if _has_entry(data, lowered, name):
            if kind != "xls":
                raise RefusedError(kind)
            if extension == ".et":
                raise RefusedError("F018")
            return kind
    raise RefusedError("F019")


def has_stream(data: bytes, name: str) -> bool:
    """Whether an OLE container has a stream or storage of this name.

    A directory entry takes 128 bytes at a multiple of 128, its name the first 64.
    """
    return _has_entry(data, data.lower(), name)


def _has_entry(data: bytes, lowered: bytes, name: str) -> bool:
    wanted = name.lower().encode("utf-16-le") + b"\0\0"  # capitals don't count there ([MS-CFB] 2.6.4)
    at = lowered.find(wanted)
    while at != -1:
        if at % 128 == 0 and data[at + 64 : at + 66] == len(wanted).to_bytes(2, "little"):
            return True
        at = lowered.find(wanted, at + 2)
    return False


def kind_of_zip(names: Collection[str], mimetype: bytes) -> str:
    """``ooxml`` or ``ods`` for the member names (lower case) of a zip. Raises ``RefusedError`` for the others."""
    for name, code in _ZIP_NAMES:
        if name in names:
            raise RefusedError(code)
    if mimetype:
        return _kind_of_opendocument(mimetype)
    if "[content_types].xml" in names:
        return "ooxml"
    if any(name.startswith(("xl/", "_rels/")) for name in names):
        raise RefusedError("F020", "[Content_Types].xml")
    if any(name.endswith(".iwa") for name in names):
        raise RefusedError("F019")
    raise RefusedError(_ARCHIVE)


def _kind_of_opendocument(mimetype: bytes) -> str:
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    raise RefusedError("F010" if b"opendocument.text" in mimetype else "F019")
