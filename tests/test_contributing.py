"""The worked example of CONTRIBUTING.md, followed to the letter."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import textwrap
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tools import guides

TITLE = "Số người tham gia"
BOOK = "gia-loc_2026-H1_CA.xlsx"


def part(name: str) -> str:
    """The code block of the example that is marked with ``name``."""
    text = (guides.REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- example: {name} -->\n\s*```\w+\n(.*?)```", text, re.DOTALL)
    assert match is not None, name
    return textwrap.dedent(match[1])


def obey(lines: str, folder: Path) -> None:
    """Carry out the lines of a shell block without a shell, so that it works on every system."""
    for line in lines.splitlines():
        program, *arguments = shlex.split(line)
        if program == "danvan-xl":
            code, said = guides.danvan(arguments, folder)
            assert code == 0, said
        elif program == "mkdir":
            (folder / arguments[-1]).mkdir(parents=True)
        elif program == "cp":
            shutil.copy(guides.REPOSITORY / arguments[0], folder / arguments[1])
        else:
            raise AssertionError(line)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that a reader of the example has in the end."""
    folder = tmp_path_factory.mktemp("contributing")
    obey(part("commands"), folder)
    with (folder / "xa/rules/forms/nhiem-vu.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{part('rules')}")
    obey(part("look"), folder / "xa")
    return folder / "xa"


def opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl doesn't know our page headings
        return load_workbook(path)


def headings(sheet: Any, row: int) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[row] if cell.value is not None}


def answered(office: Path, people: tuple[object, ...]) -> None:
    """Công an's answers: finished lines of Phụ lục II with ``people`` in the new column."""
    book = opened(office / "mau/2026-H1" / BOOK)
    sheet = book["Phụ lục II"]
    column = headings(sheet, 4)
    lines = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, column["Vai trò"]).value == "Chủ trì"]
    done = date(2026, 5, 20)
    given = {"Trạng thái": "Hoàn thành", "Tỷ lệ (%)": 100, "Kết quả thực hiện": "Xong", "Ngày hoàn thành": done}
    for row, value in zip(lines, people, strict=False):
        for title, answer in {**given, TITLE: value}.items():
            sheet.cell(row, column[title]).value = answer
    folder = office / "nhan/2026-H1"
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / BOOK)
    os.utime(folder / BOOK, (1781136000, 1781136000))


def test_both_appendices_have_the_column_with_its_validation_and_live_check(office: Path) -> None:
    book = opened(office / "mau/2026-H1" / BOOK)
    for name in ("Phụ lục I", "Phụ lục II"):
        sheet = book[name]
        column = headings(sheet, 4)
        assert column[TITLE] == column["Giải trình"] + 1
        letter = sheet.cell(4, column[TITLE]).column_letter
        rules = [rule for rule in sheet.data_validations.dataValidation if f"{letter}6" in rule.sqref]
        assert [(rule.type, rule.promptTitle) for rule in rules] == [("whole", TITLE)]
        assert f"Hoàn thành: cần ghi {TITLE}" in str(sheet.cell(6, column["Kiểm tra"]).value)


def test_check_warns_about_the_empty_cell_and_refuses_words(office: Path) -> None:
    answered(office, (12, None, "đông"))
    _, said = guides.danvan(["check", "--json"], office)
    found = [f for file in json.loads(said)["files"] for f in file["findings"] if f["column"] == TITLE]
    assert [(f["code"], f["severity"], f["found"] or None) for f in found] == [
        ("V010", "warning", None),
        ("V002", "error", "đông"),
    ]


def test_merge_shows_the_column_behind_the_fixed_ones_of_the_data_sheet(office: Path) -> None:
    answered(office, (12,))
    guides.danvan(["merge"], office)
    book = opened(office / "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx")
    column = headings(book["Dữ liệu"], 1)
    assert column[TITLE] == column["Cơ quan ban hành"] + 1
    assert [row[column[TITLE] - 1] for row in book["Dữ liệu"].values if row[column[TITLE] - 1]] == [TITLE, 12]
    assert TITLE in {cell.value for row in book["Phụ lục II"].iter_rows(max_row=8) for cell in row}
