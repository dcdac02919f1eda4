"""Workbooks for the intake's tests, made on the spot: ordinary ones by XlsxWriter, odd ones by surgery on
the zip.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter

from danvan_xl import read_workbook
from danvan_xl.model import Book
from tests.support.programs import needed

Edit = Callable[[bytes], bytes]


def read(path: Path) -> Book:
    """The workbook as ``read_workbook`` gives it; a second reader, asked for every sheet, must agree."""
    book = read_workbook(path, second_reader="always")
    assert read_workbook(path) == book
    return book


def workbook(path: Path, rows: Mapping[str, list[list[object]]] | None = None) -> Path:
    """A small ordinary workbook: sheet name → rows from A1 on."""
    book = xlsxwriter.Workbook(str(path))
    for name, lines in (rows or {"Biểu 1": [["Mã dòng", "Nội dung"], ["A1", "Tuyên truyền"], ["A2", 95]]}).items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return path


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def edited(path: Path, edits: Mapping[str, Edit | bytes | None]) -> Path:
    """The workbook with parts changed by functions, replaced by bytes, or taken out by None."""
    parts = parts_of(path.read_bytes())
    for name, edit in edits.items():
        if edit is None:
            del parts[name]
        else:
            parts[name] = edit if isinstance(edit, bytes) else edit(parts[name])
    path.write_bytes(zipped(parts))
    return path


def replaced(old: str, new: str) -> Edit:
    def edit(content: bytes) -> bytes:
        assert old.encode() in content, f"{old!r} is not in the part"
        return content.replace(old.encode(), new.encode())

    return edit


SHEET = "xl/worksheets/sheet1.xml"


def sheet_data(path: Path, rows: str, *, frame: str = "") -> Path:
    """A workbook whose first sheet's rows are this XML (and ``frame`` follows the rows)."""
    workbook(path)
    body = f"<sheetData>{rows}</sheetData>{frame}".encode()
    return edited(path, {SHEET: lambda content: re.sub(rb"<sheetData>.*</sheetData>", lambda _: body, content)})


def converted(path: Path, extension: str) -> Path:
    """The workbook as LibreOffice saves it in another format."""
    program = needed("soffice")
    folder = path.parent / "converted"
    profile = (path.parent / "profile").as_uri()
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", extension,
         "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{extension}"
