"""The consolidated workbook in a real LibreOffice: opens without repair, counts the same, prints on one page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook

from danvan_xl.merging.consolidation import merge
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import formulas, open_book
from tests.support.demo import MERGED, demo
from tests.support.libreoffice import convert, pdf_pages
from tests.support.programs import needed
from tests.support.rounds import a_round, fill, read

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("consolidated")


@pytest.fixture(scope="module")
def many(folder: Path) -> Path:
    """65 units, some of which have answered, merged."""
    current = a_round(villages=58)
    assert len(current.by_unit) == 65
    units = [unit for number, unit in enumerate(current.by_unit) if number % 3]
    submissions: list[Submission] = [read(fill(folder / f"{unit}.xlsx", current, unit), current) for unit in units]
    write_consolidated(folder / "many.xlsx", merge(current, submissions))
    return folder / "many.xlsx"


@cache
def recalculated(path: Path, folder: Path) -> Workbook:
    return open_book(convert(path, "xlsx", folder), values=True)


@cache
def printed(path: Path, folder: Path) -> Path:
    return convert(path, "pdf", folder)


def same(stored: Any, counted: Any) -> bool:
    if isinstance(stored, (int, float)) and isinstance(counted, (int, float)):
        return abs(stored - counted) < 1e-9
    return bool(stored == counted)


@pytest.mark.parametrize("which", ["seven", "many"])
def test_every_stored_result_is_what_libreoffice_counts(which: str, many: Path, folder: Path) -> None:
    path = demo() / MERGED if which == "seven" else many
    stored, counted = open_book(path, values=True), recalculated(path, folder)
    assert counted.sheetnames == stored.sheetnames
    different = [
        (sheet, cell, stored[sheet][cell].value, counted[sheet][cell].value)
        for sheet, cell, _ in formulas(path)
        if not same(stored[sheet][cell].value, counted[sheet][cell].value)
    ]
    assert different == []


def test_a_wrong_stored_result_would_have_been_seen(folder: Path) -> None:
    """LibreOffice does count anew in these tests: a planted result does not survive."""
    import xlsxwriter

    book = xlsxwriter.Workbook(folder / "planted.xlsx")
    sheet = book.add_worksheet()
    sheet.write_number(0, 0, 2)
    sheet.write_formula(0, 1, "=A1*2", None, 99)
    book.close()
    assert recalculated(folder / "planted.xlsx", folder)["Sheet1"]["B1"].value == 4


def test_no_formula_is_an_error_and_the_account_balances(folder: Path, many: Path) -> None:
    for path in (demo() / MERGED, many):
        counted = recalculated(path, folder)
        for sheet, cell, _ in formulas(path):
            assert not str(counted[sheet][cell].value).startswith("#"), (sheet, cell)
        account = counted["Đối soát"]
        heads = [item.value for item in account[4]]
        rows = [row for row in account.iter_rows(min_row=5, values_only=True) if any(row)]
        assert {row[heads.index("Chênh lệch")] for row in rows} == {0}


def test_text_and_days_come_through_as_they_are(folder: Path) -> None:
    stored, counted = open_book(demo() / MERGED, values=True), recalculated(demo() / MERGED, folder)
    for row, other in zip(stored["Dữ liệu"].values, counted["Dữ liệu"].values, strict=False):
        assert [value or None for value in row] == [value or None for value in other[: len(row)]]


@pytest.mark.parametrize("which", ["seven", "many"])
def test_the_overview_is_exactly_one_a4_page_with_its_signature(which: str, many: Path, folder: Path) -> None:
    path = demo() / MERGED if which == "seven" else many
    pages = pdf_pages(printed(path, folder))
    first = re.sub(r"\s", "", pages[0])  # pdftotext sees a blank where letters stand a little apart
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nơi nhận", "6 tháng đầu năm 2026"):
        assert re.search(words.replace(" ", ""), first, re.IGNORECASE), words
    assert "Nơi nhận" not in "".join(pages[1:])
    assert "TÌNH HÌNH NỘP" in pages[1].upper()


def test_the_page_is_a4_and_every_sheet_fits_the_width_of_one(many: Path, folder: Path) -> None:
    import subprocess

    pdf = printed(many, folder)
    done = subprocess.run([needed("pdfinfo"), "-l", "999", str(pdf)], capture_output=True, encoding="utf-8", check=True)
    sizes = re.findall(r"Page\s+\d+ size:\s+([\d.]+) x ([\d.]+)", done.stdout)
    assert {tuple(sorted(round(float(side)) for side in size)) for size in sizes} == {(595, 842)}
