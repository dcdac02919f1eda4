"""The second reader: asked for the sheets that are not written in the plain way, and in these tests for all of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import danvan_xl
from danvan_xl import read_workbook
from danvan_xl.intake import openxml, scan_slow
from danvan_xl.intake.witness import Grid
from danvan_xl.model import Book
from tests.intake.files import SHEET, Edit, edited, parts_of, read, sheet_data, workbook
from tests.intake.test_values import codes
from tests.support.demo import demo

ROOT = Path(danvan_xl.__file__).parents[1]
PLAIN = '<row r="1"><c r="A1"><v>7</v></c></row>'
DOUBTFUL = [
    '<row><c r="A1"><v>7</v></c></row>',  # without an address: read by expat
    '<row r="1"><c r="A1"><!-- --><v>7</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>chữ</t></is></c></row>',
    '<row r="1"><c r="A1"><v xml:space="preserve">7</v></c></row>',
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sheets the second reader was given, call by call."""
    calls: list[int] = []

    def noted(sheets: Sequence[bytes], strings: bytes, styles: bytes, mac: bool) -> list[Grid]:
        calls.append(len(sheets))
        return original(sheets, strings, styles, mac)

    original = openxml.read_parts
    monkeypatch.setattr(openxml, "read_parts", noted)
    return calls


def test_sheets_written_in_the_plain_way_are_read_once(tmp_path: Path, asked: list[int]) -> None:
    path = sheet_data(tmp_path / "a.xlsx", PLAIN)
    book = read_workbook(path)
    assert asked == []
    assert read_workbook(path, second_reader="always") == book
    assert asked == [1]


@pytest.mark.parametrize("rows", DOUBTFUL)
def test_each_other_sheet_is_read_twice(tmp_path: Path, asked: list[int], rows: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [[1]], "B": [[2]]})
    doubtful = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    book = read_workbook(edited(path, {SHEET: doubtful}))
    assert asked == [1]
    assert book.findings == ()


def test_unusual_shared_strings_make_every_sheet_doubtful(tmp_path: Path, asked: list[int]) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [["chữ"]], "B": [["chữ"]]})
    read_workbook(edited(path, {"xl/sharedStrings.xml": lambda part: part.replace(b"<si>", b"<si><!-- -->")}))
    assert asked == [2]


def with_line_ends_of_windows(part: bytes) -> bytes:
    return re.sub(rb"\?>\s*", b"?>\r\n", part, count=1)


def test_line_ends_behind_the_declaration_as_excel_writes_them_change_nothing(
    tmp_path: Path, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_slow, "scan_by_expat", lambda *_: pytest.fail("read by expat"))
    rows = {"A": [["chữ", "hai\ndòng", 7]], "B": [[1]]}
    ours = read_workbook(workbook(tmp_path / "a.xlsx", rows))
    parts = dict.fromkeys(parts_of((tmp_path / "a.xlsx").read_bytes()), with_line_ends_of_windows)
    theirs = read_workbook(edited(workbook(tmp_path / "b.xlsx", rows), parts))
    assert (theirs.sheets, theirs.findings) == (ours.sheets, ())
    assert asked == []


@pytest.mark.parametrize(("seen", "code"), [("", "F022"), (8.0, "F047")])
def test_what_only_one_reader_sees_is_told_for_doubtful_sheets_and_always_if_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: object, code: str
) -> None:
    monkeypatch.setattr(openxml, "read_parts", lambda sheets, *_: [[[seen]] for _ in sheets])
    path = sheet_data(tmp_path / "a.xlsx", PLAIN)
    assert codes(read_workbook(path)) == []
    assert [found for found, _ in codes(read_workbook(path, second_reader="always"))] == [code]
    doubtful = sheet_data(tmp_path / "b.xlsx", DOUBTFUL[0])
    assert [found for found, _ in codes(read_workbook(doubtful))] == [code]


def shipped() -> Iterator[Path]:
    """Every workbook that is in the repository, or made by its examples."""
    yield from sorted((ROOT / "templates_xlsx").glob("*.xlsx"))
    yield from sorted((ROOT / "examples").rglob("*.xls*"))
    yield from sorted(demo().rglob("*.xlsx"))


def test_both_readers_agree_on_every_workbook_that_there_is() -> None:
    books: list[Book] = [read(path) for path in shipped()]
    assert len(books) > 20
    assert all(book.sheets for book in books)


def test_no_second_reader_is_loaded_for_a_template(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    template = next((ROOT / "templates_xlsx").glob("*.xlsx"))
    code = (
        "import sys; from danvan_xl import read_workbook\n"
        f"for path in ({str(path)!r}, {str(template)!r}): assert read_workbook(path).sheets\n"
        "assert 'python_calamine' not in sys.modules, 'loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def prefixed(content: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content.partition(b"?>")[2]).replace(b"xmlns=", b"xmlns:x=", 1)


def pretty(content: bytes) -> bytes:
    return re.sub(rb">\s*<(?!/t>|/v>)", rb">\n  <", content)


BLANK = [
    '<c r="B1" t="s"><v>0</v></c>',
    '<c r="B1" t="inlineStr"><is><t> </t></is></c>',
    '<c r="B1" t="inlineStr"><is><t>\n\t</t></is></c>',
    '<c r="B1" t="inlineStr"><is><r><t xml:space="preserve">  </t></r></is></c>',
    '<c r="B1" t="str"><v> </v></c>',
    '<c r="B1" t="s"><v/></c>',
]


@pytest.mark.parametrize("cell", BLANK)
@pytest.mark.parametrize("edit", [prefixed, pretty, lambda content: pretty(prefixed(content))])
def test_a_text_of_blanks_refuses_no_workbook(tmp_path: Path, cell: str, edit: Edit) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [[" ", 2]]})
    rows = f'<row r="1"><c r="A1"><v>7</v></c>{cell}</row>'
    sheet = f'<?xml version="1.0"?><worksheet xmlns="m"><sheetData>{rows}</sheetData></worksheet>'
    book = read(edited(path, {SHEET: lambda _: edit(sheet.encode()), "xl/sharedStrings.xml": edit}))
    assert codes(book) == []
    assert book.sheets[0].rows[0].values[0] == 7
    assert not "".join(str(value or "") for value in book.sheets[0].rows[0].values[1:]).strip()


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [("<v>\n 5\n</v>", 5, None), ("<v> </v>", None, "F046")],
)
def test_a_number_with_blanks_around_it_costs_the_second_reader_that_sheet_alone(
    tmp_path: Path, cell: str, value: object, code: str | None, asked: list[int]
) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [[1]], "B": [[2]]})
    sheet = f'<worksheet><sheetData><row><c r="A1" t="n">{cell}</c><c r="B1"><v>1</v></c></row></sheetData>'
    book = read_workbook(edited(path, {SHEET: f"{sheet}</worksheet>".encode()}), second_reader="always")
    assert asked == [2, 1]
    assert [found for found, _ in codes(book)] == ([code] if code else [])
    assert book.sheets[0].rows[0].values == (value, 1)
