"""Read one foreign workbook, from the path to values with findings."""

from __future__ import annotations

import os
from collections.abc import Callable

from msgspec.structs import replace

from danvan_xl.intake.container import Member, directory, inflate
from danvan_xl.intake.guard import OLE, ZIP, has_stream, kind_of_ole, kind_of_zip, recognise
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.source import Source, take
from danvan_xl.intake.witness import SecondReader
from danvan_xl.model.book import Book, Sheet
from danvan_xl.model.finding import Finding, Location, finding

Read = tuple[str, tuple[Sheet, ...], list[Finding]]  # format, sheets, findings

Wanted = Callable[[str], bool]
"""By a sheet's name, whether its cells are wanted."""

_EXTENSIONS = {
    "xlsx": (".xlsx", ".xltx"),
    "xlsm": (".xlsm", ".xltm", ".xlam"),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".tsv", ".txt"),
}


def read_workbook(
    path: str | os.PathLike[str], *, second_reader: SecondReader = "doubtful", only: Wanted | None = None
) -> Book:
    """Read any spreadsheet that somebody sent: ``.xlsx``, ``.xlsm``, ``.xls``, ``.ods``, ``.csv``, by content.

    Returns a ``Book`` with ``sheets`` (each with ``name``, ``state`` and ``rows``; a row has its true 1-based
    ``number`` and ``values`` from column A on: str in NFC, int, float, bool, date, datetime or None) and ``findings``
    (each with ``severity``, ``location``, ``message``). A file that can't be trusted, or opened, gives a blocker and no
    sheets; a cell that can't be trusted gives an error with its address and None as its value. Nothing in the file
    makes this raise, and nothing outside it is followed or run.

    ``second_reader``: whether another library re-reads only the sheets that are not written in the plain way
    (``doubtful``), or ``always`` all of them (slower; for tests). ``only``: by a sheet's name, whether its cells are
    wanted; in ``.xlsx`` and ``.xlsm`` the other sheets then come back empty.
    """
    name = os.fspath(path)
    source: Source | None = None
    try:
        source = take(name)
        return _read(source, second_reader, only)
    except RefusedError as refused:
        sha256, size = (source.sha256, len(source.data)) if source else ("", 0)
        return Book(name, sha256, size, "", (), (refused.finding(name),))


def _read(source: Source, second_reader: SecondReader, only: Wanted | None) -> Book:
    extension = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - one string, thousands of times
    kind, sheets, findings = _READERS[recognise(source.data, extension)](source, extension, second_reader, only)
    if extension not in _EXTENSIONS[kind]:
        shown, right = extension or "(không có đuôi)", _EXTENSIONS[kind][0]
        findings.insert(0, finding("F025", Location(source.path), shown, right=right))
    return Book(source.path, source.sha256, len(source.data), kind, sheets, tuple(findings))


def _read_zip(source: Source, extension: str, second_reader: SecondReader, only: Wanted | None) -> Read:
    del extension
    members = directory(source.data)
    if kind_of_zip(members, _mimetype(source.data, members)) == "ods":
        from danvan_xl.intake.opendocument import read_opendocument

        return read_opendocument(source, members)
    from danvan_xl.intake.openxml import read_openxml

    return read_openxml(source, members, second_reader, only)


def _mimetype(data: bytes, members: dict[str, Member]) -> bytes:
    member = members.get("mimetype")
    return inflate(data, member) if member and member.size < 1000 else b""


def _read_ole(source: Source, extension: str, second_reader: SecondReader, only: Wanted | None) -> Read:
    try:
        kind_of_ole(source.data, extension)
    except RefusedError as refused:
        if refused.code != "F008":
            raise
        return _read_encrypted(source, extension, second_reader, only, refused)
    from danvan_xl.intake.biff import read_biff

    return read_biff(source)


def _read_encrypted(
    source: Source, extension: str, second_reader: SecondReader, only: Wanted | None, refused: RefusedError
) -> Read:
    """A package in an encrypted container, which Excel's own password opens."""
    inside = package_of(source.data)
    if inside is source.data or not inside.startswith(ZIP):
        raise refused
    kind, sheets, findings = _read_zip(replace(source, data=inside), extension, second_reader, only)
    return kind, sheets, [finding("F080", Location(source.path)), *findings]


def package_of(data: bytes) -> bytes:
    """The zip of a workbook that Excel encrypted by itself; any other file as it is."""
    if not data.startswith(OLE) or not has_stream(data, "EncryptedPackage"):
        return data
    from danvan_xl.intake.default_password import decrypted

    return decrypted(data) or data


def _read_text(source: Source, extension: str, second_reader: SecondReader, only: Wanted | None) -> Read:
    del second_reader, only  # this format has none
    from danvan_xl.intake.delimited import read_delimited

    return read_delimited(source, extension)


_READERS: dict[str, Callable[[Source, str, SecondReader, Wanted | None], Read]] = {
    "zip": _read_zip,
    "ole": _read_ole,
    "text": _read_text,
}
