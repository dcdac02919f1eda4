"""Files that are no plan in .docx: each is refused with the sentence that helps."""

from __future__ import annotations

import contextlib
import io
import time
import tomllib
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_xl.planimport import ImportResult, PlanImportError, read_plan, refusal, write_new
from danvan_xl.wording import LANGS
from tests.planimport.words import table_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def stream(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + b"\0" * 200


def package(**members: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def body(inner: str) -> str:
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'


def good() -> bytes:
    document = docx.Document()
    table_of(document, [["STT", "Nhiệm vụ", "Cơ quan chủ trì"], ["1", "Một", "Phòng A"]])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(path: Path) -> ImportResult:
    return read_plan(path, lambda commune: lambda words: ["VHXH"], {}, "thu", "vi")


def refused(tmp_path: Path, content: bytes, name: str = "ke-hoach.docx") -> PlanImportError:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PlanImportError) as caught:
        read(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (stream("WordDocument"), "is_old_doc"),
        (stream("EncryptedPackage"), "is_encrypted"),
        (stream("Workbook"), "is_excel"),
        (OLE, "not_word"),
        (b"%PDF-1.7 ...", "is_pdf"),
        (b"{\\rtf1\\ansi}", "is_rtf"),
        (b"", "empty"),
        (b"<html></html>", "not_word"),
        (package(xl__workbook_xml="<workbook/>"), "is_excel"),
        (package(content_xml="<office/>"), "is_odt"),
        (package(other="x"), "not_word"),
        (package(word__document_xml="<w:document"), "damaged"),
        (package(word__document_xml="<document/>"), "damaged"),
        (package(word__document_xml="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "hostile"),
        (package(word__document_xml=body("<w:p/>")), "no_appendix"),
        (package(word__document_xml=b"<a>" + b" " * (60 * 1024 * 1024) + b"</a>"), "too_large"),
        (good()[:-200], "damaged"),
        (good()[:2000], "damaged"),
    ],
)
def test_each_file_is_refused_by_its_own_sentence(tmp_path: Path, content: bytes, key: str) -> None:
    error = refused(tmp_path, content)
    assert error.key == key
    for lang in LANGS:
        assert refusal(error, lang).startswith("ke-hoach.docx: ")


def test_an_old_doc_is_told_how_to_become_a_docx(tmp_path: Path) -> None:
    sentence = refusal(refused(tmp_path, stream("WordDocument"), "ke-hoach.doc"))
    assert "Lưu thành" in sentence
    assert "Word Document (*.docx)" in sentence


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PlanImportError) as caught:
        read(tmp_path / "khong-co.docx")
    assert caught.value.key == "unreadable"


def test_tables_within_tables_without_end_do_no_harm(tmp_path: Path) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000
    assert refused(tmp_path, package(word__document_xml=body(deep))).key == "no_appendix"
    controls = "<w:sdt><w:sdtContent>" * 3000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 3000
    assert refused(tmp_path, package(word__document_xml=body(controls))).key == "no_appendix"


def test_absurd_spans_do_no_harm(tmp_path: Path) -> None:
    def cell(text: str, span: str) -> str:
        words = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{words}</w:tc>'

    for span in ("0", "-3", "999999999999", "x", ""):
        head = "".join(cell(text, span) for text in ("Nhiệm vụ", "Cơ quan chủ trì"))
        line = "".join(cell(text, span) for text in ("Một", "Phòng A"))
        inner = f"<w:tbl><w:tr>{head}</w:tr><w:tr>{line}</w:tr></w:tbl>"
        path = tmp_path / "ke-hoach.docx"
        path.write_bytes(package(word__document_xml=body(inner)))
        assert read(path).understood["tasks"] == 1


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 40_000), value=st.integers(0, 255))
def test_a_flipped_byte_is_refused_or_changes_nothing(tmp_path: Path, at: int, value: int) -> None:
    content = bytearray(good())
    content[at % len(content)] = value
    path = tmp_path / "ke-hoach.docx"
    path.write_bytes(bytes(content))
    try:
        tasks = read(path).understood["tasks"]
    except PlanImportError:
        tasks = 1
    assert tasks == 1


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.toml"
    path.write_text("của tôi", encoding="utf-8")
    with pytest.raises(PlanImportError) as caught:
        write_new(path, "khác")
    assert caught.value.key == "exists"
    assert path.read_text(encoding="utf-8") == "của tôi"


def table_xml(rows: list[list[str]]) -> str:
    def cell(text: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


HEAD = ["STT", "Nhiệm vụ", "Cơ quan chủ trì"]
HUGE: dict[str, list[list[str]]] = {
    "headings": [HEAD, ["1", "Một", "Phòng A"], *([["I", "NHÓM", ""]] * 15_000)],
    "tasks": [HEAD, *([["1", "Một", "Phòng A"]] * 15_000)],
    "cells": [HEAD, ["1", "Một", "Phòng A", *(["x"] * 60_000)]],
    "columns": [[*HEAD, *(["x"] * 60_000)], ["1", "Một", "Phòng A"]],
    "bookmarks": [HEAD, ["1", "[bookmark:" * 300_000, "Phòng A"]],
    "html": [HEAD, ["1", "&lt;table&gt;" + "&lt;td&gt;" * 300_000, "Phòng A"]],
    "tags": [HEAD, ["1", "Một" + "&lt;p&gt;" * 300_000, "Phòng A"]],
    "continued": [HEAD, ["1", "Một", "Phòng A"], *([["", "tiếp", ""]] * 5_000)],
}


@pytest.mark.parametrize("rows", HUGE.values(), ids=HUGE.keys())
def test_huge_tables_end_in_a_moment(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "ke-hoach.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", body(table_xml(rows)))
    began = time.monotonic()
    with contextlib.suppress(PlanImportError):  # 60,000 columns are no appendix
        tomllib.loads(read(path).toml_text)
    assert time.monotonic() - began < 20
