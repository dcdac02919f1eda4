"""Guards before parsing: every kind of file that people send is told apart by its content, and named."""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path
from random import Random

import pytest

import danvan_xl
from danvan_xl.intake import default_password
from danvan_xl.intake.default_password import opened_by
from danvan_xl.model import Book, Severity
from danvan_xl.wording import finding_codes
from tests.intake.files import SHEET, converted, edited, parts_of, read, replaced, workbook, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ole_with(name: str) -> bytes:
    """An OLE container with one directory entry of this name."""
    raw = name.encode("utf-16-le") + b"\0\0"
    entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw)) + b"\0" * 62
    return OLE + b"\0" * 504 + entry + b"\0" * 512


def codes(book: Book) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.location.cell) for finding in book.findings]


def refused(book: Book, code: str) -> None:
    assert [finding.code for finding in book.findings] == [code]
    assert book.findings[0].severity is Severity.BLOCKER
    assert book.sheets == ()
    assert book.findings[0].message
    assert book.findings[0].say_mend("vi")
    assert book.findings[0].say("en")


def test_an_ordinary_workbook_is_read_without_findings(tmp_path: Path) -> None:
    book = read(workbook(tmp_path / "a.xlsx"))
    assert book.findings == ()
    assert book.format == "xlsx"
    assert [row.values for row in book.sheets[0].rows] == [
        ("Mã dòng", "Nội dung"), ("A1", "Tuyên truyền"), ("A2", 95),
    ]  # fmt: skip


HTML = "<html><body><table><tr><td>1</td></tr></table></body></html>"
DISGUISES = [
    ("a.xlsx", b"", "F003"),
    ("~$a.xlsx", b"\x05Admin", "F004"),
    ("a.xlsx", b"\0" * 9000, "F006"),
    ("a.xlsx", ole_with("EncryptedPackage"), "F008"),
    ("a.xls", ole_with("WordDocument"), "F010"),
    ("a.xlsx", b"{\\rtf1 text}", "F010"),
    ("a.xlsx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "F010"),
    ("a.xlsx", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "F010"),
    ("a.xls", ole_with("PowerPoint Document"), "F011"),
    ("a.xlsx", zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}), "F011"),
    ("a.xlsx", b"%PDF-1.7\n...", "F012"),
    ("a.xlsx", b"\xff\xd8\xff\xe0\0\x10JFIF", "F013"),
    ("a.xlsx", b"\x89PNG\r\n\x1a\n", "F013"),
    ("a.xlsx", b"\0\0\0\x18ftypheic", "F013"),
    ("a.xls", HTML.encode(), "F014"),
    ("a.xls", b"\xef\xbb\xbf" + HTML.encode(), "F014"),
    ("a.xls", HTML.encode("utf-16"), "F014"),
    ("a.xls", b"MIME-Version: 1.0\nContent-Type: multipart/related", "F014"),
    ("a.xls", b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "F015"),
    ("a.xlsx", b"Rar!\x1a\x07\0", "F016"),
    ("a.xlsx", b"7z\xbc\xaf\x27\x1c\0", "F016"),
    ("a.xlsx", b"\x1f\x8b\x08\0", "F016"),
    ("a.zip", zipped({"bao cao.xlsx": b"PK"}), "F016"),
    ("a.zip", b"PK\x05\x06" + b"\0" * 18, "F016"),
    ("a.xlsb", zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\0"}), "F017"),
    ("a.et", ole_with("Workbook"), "F018"),
    ("a.xls", ole_with("ETExtData"), "F018"),
    ("a.xls", ole_with("ENCRYPTEDPACKAGE"), "F008"),
    ("a.xlsx", ole_with("Whatever"), "F019"),
    ("a.xlsx", Random(7).randbytes(3000).replace(b"P", b"Q")[:2999] + b"\x01", "F019"),
    ("a.xlsx", b"Xin loi em gui nham\n", "F019"),
    ("a.gsheet", b'{"url": "https://docs.google.com", "doc_id": "x"}', "F028"),
    ("a.xlsx", zipped({"xl/workbook.xml": b"<workbook/>"}), "F020"),
    ("a.xlsx", zipped({"[Content_Types].xml": b"<Types/>"}), "F020"),
]


@pytest.mark.libreoffice
def test_xls_as_other_programs_write_it_is_no_other_format(tmp_path: Path) -> None:
    data = converted(workbook(tmp_path / "a.xlsx"), "xls").read_bytes()
    capitals = data.replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le"))
    assert capitals != data
    theirs = tmp_path / "b.xls"
    theirs.write_bytes(capitals)
    rows = read(tmp_path / "a.xlsx").sheets[0].rows
    assert (read(theirs).sheets[0].rows, codes(read(theirs))) == (rows, [("F057", None)])
    spare = data.index("\x05SummaryInformation".encode("utf-16-le"))
    of_wps = bytearray(data)
    of_wps[spare : spare + 66] = "ETExtData".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 20)
    theirs.write_bytes(of_wps)
    assert (read(theirs).sheets[0].rows, codes(read(theirs))) == (rows, [("F057", None)])


RC4 = b"\x01\0\x01\0\x01\0"
OF_PASSWORD1 = bytes.fromhex(
    "e8772c1d91c56a37964761b280183217c9e997d454973d310bb1ba701426837eb1de178f07e989c44dae5e4cf96ac407"
)


def test_the_password_of_a_known_file_is_known_and_others_are_not() -> None:
    assert opened_by(RC4 + OF_PASSWORD1, "password1")
    assert not opened_by(RC4 + OF_PASSWORD1)
    assert not opened_by(RC4)
    assert not opened_by(b"")
    assert not opened_by(bytes.fromhex("000034127856"))


@pytest.mark.libreoffice
@pytest.mark.parametrize(("kind", "code"), [("xor", "F009"), ("rc4", "F009"), ("api", "F009"), ("other", "F008")])
def test_excels_own_encryption_is_no_password_of_the_units(tmp_path: Path, kind: str, code: str) -> None:
    """An .xls whose record of the writer's name is made one of encryption (the rest stays: nobody gets to it)."""
    salt, verifier = bytes(range(16)), bytes(range(40, 56))
    if kind == "xor":
        record = struct.pack("<3H", 0, 0x1234, default_password._xor_verifier(default_password.DEFAULT))
    elif kind == "api":
        first = hashlib.sha1(salt + default_password.DEFAULT.encode("utf-16-le")).digest()
        key = hashlib.sha1(first + bytes(4)).digest()[:16]
        secret = default_password._rc4(key, verifier + hashlib.sha1(verifier).digest())
        header = struct.pack("<8L", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0)
        record = b"\x01\0\x02\0\x02\0" + struct.pack("<2L", 4, 32) + header
        record += struct.pack("<L", 16) + salt + secret[:16] + struct.pack("<L", 20) + secret[16:]
    else:
        password = default_password.DEFAULT if kind == "rc4" else "mật khẩu"
        half = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
        key = hashlib.md5(hashlib.md5((half + salt) * 16).digest()[:5] + bytes(4)).digest()
        record = RC4 + salt + default_password._rc4(key, verifier + hashlib.md5(verifier).digest())
    path = converted(workbook(tmp_path / "a.xlsx"), "xls")
    data = path.read_bytes()
    writer = data.index(b"\x5c\0\x70\0")
    path.write_bytes(data[:writer] + b"\x2f\0\x70\0" + record.ljust(112, b"\0") + data[writer + 116 :])
    refused(read(path), code)


@pytest.mark.parametrize(("name", "content", "code"), DISGUISES)
def test_what_is_no_workbook_is_named_with_what_to_do(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused(read(path), code)


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    refused(read(tmp_path / "none.xlsx"), "F001")


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need rights or do not exist there")
def test_links_pipes_devices_and_folders_are_never_opened(tmp_path: Path) -> None:
    real = workbook(tmp_path / "real.xlsx")
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    for path in (link, pipe, Path("/dev/zero"), tmp_path):
        refused(read(path), "F002")


def test_a_file_beyond_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as stream:
        stream.truncate(70_000_000)
    refused(read(path), "F005")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_half_download_is_named(tmp_path: Path, kept: float) -> None:
    path = workbook(tmp_path / "a.xlsx")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    refused(read(path), "F006")


def test_a_wrong_extension_is_read_by_content_with_a_warning(tmp_path: Path) -> None:
    book = read(workbook(tmp_path / "a.xlsx").rename(tmp_path / "a.xls"))
    assert [finding.code for finding in book.findings] == ["F025"]
    assert book.sheets


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "_rels/.rels"])
def test_a_missing_part_is_named(tmp_path: Path, part: str) -> None:
    refused(read(edited(workbook(tmp_path / "a.xlsx"), {part: None})), "F020")


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_markup_that_breaks_off_is_refused(tmp_path: Path, part: str) -> None:
    path = edited(workbook(tmp_path / "a.xlsx"), {part: lambda content: content[:-12]})
    refused(read(path), "F021")


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "docProps/app.xml", "[Content_Types].xml"])
def test_a_document_type_is_refused_in_any_part_and_encoding(tmp_path: Path, part: str, encoding: str) -> None:
    def edit(content: bytes) -> bytes:
        declaration, rest = content.decode().split("?>", 1)
        declaration = declaration.replace("UTF-8", encoding[:6].upper())
        return f"{declaration}?>{DOCTYPE}{rest}".encode(encoding)

    refused(read(edited(workbook(tmp_path / "a.xlsx"), {part: edit})), "S003")


def test_a_part_in_utf_16_is_read(tmp_path: Path) -> None:
    def edit(content: bytes) -> bytes:
        return content.decode().replace("UTF-8", "UTF-16").encode("utf-16")

    path = edited(workbook(tmp_path / "a.xlsx"), {SHEET: edit, "xl/sharedStrings.xml": edit})
    book = read(path)
    assert book.findings == ()
    assert book.sheets[0].rows[1].values == ("A1", "Tuyên truyền")


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "iso-8859-1"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    edit = replaced('encoding="UTF-8"', f'encoding="{encoding}"')
    refused(read(edited(workbook(tmp_path / "a.xlsx"), {SHEET: edit})), "F021")


def changed_headers(path: Path, old: bytes, new: bytes, *, which: str = "both") -> Path:
    data = path.read_bytes()
    assert data.count(old) >= 2
    first, last = data.index(old), data.rindex(old)
    for at in {"both": (first, last), "local": (first,), "central": (last,)}[which]:
        data = data[:at] + new + data[at + len(old) :]
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", [b"/abs/app.xml", b"../rops/a.xm", b"docProps/\0a.x", b"C:cProps/a.x"])
def test_names_that_lead_out_of_the_file_are_refused(tmp_path: Path, name: bytes) -> None:
    name = name.ljust(len(b"docProps/app.xml"), b"l")
    path = changed_headers(workbook(tmp_path / "a.xlsx"), b"docProps/app.xml", name)
    refused(read(path), "S006")


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    parts = parts_of(workbook(path).read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, parts[SHEET].replace(b"95", b"59"))
    refused(read(path), "S002")


def test_names_that_differ_in_case_only_are_duplicates(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    refused(read(path), "S002")


@pytest.mark.parametrize("which", ["local", "central"])
def test_headers_that_contradict_each_other_are_refused(tmp_path: Path, which: str) -> None:
    path = changed_headers(workbook(tmp_path / "a.xlsx"), b"sheet1.xml", b"sheet2.xml", which=which)
    refused(read(path), "F007")


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """One stored member that holds the whole of the next one, header and all, as in bombs of that kind."""
    inner = zipped({"xl/b.xml": b"<a/>"})
    local = inner[: inner.index(b"PK\x01\x02")]
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/a.xml", local)
        at = 30 + len("xl/a.xml")
        archive.filelist.append(zipfile.ZipFile(io.BytesIO(inner)).infolist()[0])
        archive.filelist[-1].header_offset = at
    refused(read(path), "S005")


def test_a_damaged_member_is_found_by_its_check_sum_even_where_nobody_reads_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    parts = parts_of(path.read_bytes())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {**parts, "xl/media/image1.png": b"picture" * 100}.items():
            archive.writestr(name, content)
    assert read(path).findings == ()
    path.write_bytes(path.read_bytes().replace(b"picturepicture", b"picturePicture", 1))
    refused(read(path), "F007")


BOMBS = {
    "spaces": b" " * 200_000_000,
    "rows": b"<row/>" * 30_000_000,
    "cells": b'<c r="A1"><v>1</v></c>' * 9_000_000,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_in_a_second_with_little_memory(tmp_path: Path, kind: str) -> None:
    path = edited(
        workbook(tmp_path / "a.xlsx"),
        {SHEET: replaced("<sheetData>", "<sheetData>" + BOMBS[kind].decode())},
    )
    tracemalloc.start()
    start = time.perf_counter()
    book = read(path)
    spent, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    refused(book, "S001")
    assert spent < 1
    assert peak < 100_000_000


def test_a_bomb_that_states_a_small_size_is_stopped_at_that_size(tmp_path: Path) -> None:
    path = edited(workbook(tmp_path / "a.xlsx"), {SHEET: replaced("<sheetData>", "<sheetData>" + " " * 50_000_000)})
    data = path.read_bytes()
    size = struct.pack("<L", len(parts_of(data)[SHEET]))
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, struct.pack("<L", 5000)))
    start = time.perf_counter()
    refused(read(path), "F007")
    assert time.perf_counter() - start < 1


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(5001):
            archive.writestr(f"x/{number}", b"")
    refused(read(path), "S004")


def test_a_million_empty_formatted_rows_cost_neither_memory_nor_the_answers(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}%d" s="1"/>' for letter in "ABCDEFGH")
    rows = "".join(f'<row r="{n}" spans="1:8">{cells.replace("%d", str(n))}</row>' for n in range(4, 1_048_577))
    path = edited(workbook(tmp_path / "a.xlsx"), {SHEET: replaced("</sheetData>", rows + "</sheetData>")})
    del rows
    tracemalloc.start()
    book = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.values for row in book.sheets[0].rows][1:] == [("A1", "Tuyên truyền"), ("A2", 95)]
    assert book.findings == ()
    assert peak < 60_000_000


def test_every_code_of_the_catalogue_is_used_and_every_used_one_is_in_it() -> None:
    paths = Path(danvan_xl.__file__).parent.rglob("*.py")
    used = {code for path in paths for code in re.findall(r'"([FS]0\d\d)"', path.read_text("utf-8"))}
    assert used == {code for code in finding_codes() if code[0] in "FS"}


def encrypted(data: bytes, password: str) -> bytes:
    """A package in an OLE container, as Excel encrypts it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    made = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, made)
    return made.getvalue()


def test_a_package_that_excel_encrypted_by_itself_is_read_like_any_other(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx")
    own = tmp_path / "b.xlsx"
    own.write_bytes(encrypted(plain.read_bytes(), default_password.DEFAULT))
    book = read(own)
    assert [item.code for item in book.findings] == ["F080", *(item.code for item in read(plain).findings)]
    assert book.sheets == read(plain).sheets
    assert book.format == "xlsx"


def test_a_package_with_a_password_of_the_units_is_still_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(encrypted(workbook(tmp_path / "a.xlsx").read_bytes(), "mật khẩu"))
    refused(read(path), "F008")


def test_a_file_that_asks_for_more_hashing_than_excel_ever_does_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(encrypted(workbook(tmp_path / "a.xlsx").read_bytes(), default_password.DEFAULT))
    assert b'spinCount="100000"' in path.read_bytes()
    monkeypatch.setattr(default_password, "MOST_SPINS", 99_999)
    refused(read(path), "F008")
