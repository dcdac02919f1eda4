"""``Kỳ trước`` of a template: from the workbook that the register names for the period before, and no other."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from danvan_xl.model import layout
from danvan_xl.office.workspace import REGISTER
from tests.support.books import cell, column_of, header_row, open_book
from tests.support.demo import MERGED, demo
from tests.support.program import run
from tests.support.rounds import a_round, fill, one_line

LINE = "PL2.4.1@KT"
SHEET = "Phụ lục II"


def merged(path: Path, words: str, folder: Path) -> Path:
    """A consolidated workbook of 2026-H1 in which KT says these words."""
    values = {"trang_thai": "Đang thực hiện", "ty_le": 40, "ket_qua": words}
    source = fill(folder / f"{path.stem}-nguon.xlsx", a_round(), "KT", one_line(a_round(), LINE, values))
    done = run("merge", source, "--plan", "gia-loc", "--period", "2026-H1", "-o", path, cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return path


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("so")
    merged(folder / "that.xlsx", "lời của sổ thật", folder)
    merged(folder / "chep.xlsx", "lời của bản chép", folder)
    return folder


@pytest.fixture
def office(tmp_path: Path, books: Path) -> Path:
    """A workspace in whose half year a workbook was merged; now it works on the year."""
    root = tmp_path / "xa"
    shutil.copytree(demo(), root)
    shutil.copy(books / "that.xlsx", root / MERGED)
    settings = root / "danvan.toml"
    words = settings.read_text(encoding="utf-8").replace('period = "2026-H1"', 'period = "2027-H1"')
    settings.write_text(words, encoding="utf-8")
    return root


def said_before(root: Path) -> str:
    """What the template of KT shows under Kỳ trước."""
    done = run("template", "--unit", "KT", cwd=root)
    assert done.returncode == 0, done.stderr
    sheet = open_book(root / "mau" / "2027-H1" / "gia-loc_2027-H1_KT.xlsx")[SHEET]
    assert column_of(sheet, layout.PREVIOUS, header_row(sheet))
    return str(cell(sheet, LINE, layout.PREVIOUS).value or "")


@pytest.mark.parametrize(
    "name", ["a ban chep tay.xlsx", "zz ban chep tay.xlsx", "tong-hop_gia-loc_2026-H1 (trước).xlsx"]
)
def test_a_copy_kept_beside_is_not_taken(name: str, office: Path, books: Path) -> None:
    shutil.copy(books / "chep.xlsx", (office / MERGED).with_name(name))
    assert "sổ thật" in said_before(office)


@pytest.mark.parametrize("name", ["a ban chep tay.xlsx", "zz.xlsx"])
def test_where_the_register_knows_none_the_usual_name_comes_before_a_copy(name: str, office: Path, books: Path) -> None:
    (office / REGISTER).unlink()
    shutil.copy(books / "chep.xlsx", (office / MERGED).with_name(name))
    assert "sổ thật" in said_before(office)


def test_where_the_register_knows_none_any_workbook_of_the_folder_is_taken(office: Path, books: Path) -> None:
    (office / REGISTER).unlink()
    (office / MERGED).unlink()
    shutil.copy(books / "chep.xlsx", (office / MERGED).with_name("so cu.xlsx"))
    (office / MERGED).with_name("~$so cu.xlsx").write_bytes(b"lock")
    assert "bản chép" in said_before(office)


def test_the_last_one_that_was_merged_there_is_taken(office: Path, books: Path) -> None:
    other = (office / MERGED).with_name("lan-hai.xlsx")
    done = run("merge", "--period", "2026-H1", books / "chep-nguon.xlsx", "-o", other, cwd=office)
    assert done.returncode in (0, 1), done.stderr
    assert "bản chép" in said_before(office)


def test_one_merged_elsewhere_is_taken_only_where_none_was_merged_there(
    office: Path, books: Path, tmp_path: Path
) -> None:
    arguments = ("merge", "--period", "2026-H1", books / "chep-nguon.xlsx", "-o", tmp_path / "ngoai" / "thu.xlsx")
    assert run(*arguments, cwd=office).returncode in (0, 1)
    assert "sổ thật" in said_before(office)
    with sqlite3.connect(office / REGISTER) as base:
        base.execute("DELETE FROM event WHERE kind = 'merged' AND detail NOT LIKE '%/thu.xlsx'")
    base.close()
    assert "bản chép" in said_before(office)


def test_one_that_is_gone_is_said_and_nothing_else_is_taken(office: Path, books: Path) -> None:
    shutil.move(office / MERGED, (office / MERGED).with_name("ban chep.xlsx"))
    older = office / "tong-hop" / "2026-Q1"
    older.mkdir()
    shutil.copy(books / "chep.xlsx", older / "tong-hop_gia-loc_2026-Q1.xlsx")
    assert said_before(office) == ""
    said = run("template", cwd=office).stdout
    assert MERGED.name in said
    assert "6 tháng đầu năm 2026" in said
    assert "no longer at" in run("template", cwd=office, DANVAN_LANG="en").stdout


def test_one_that_cannot_be_read_is_said(office: Path) -> None:
    (office / MERGED).write_bytes(b"PK\x03\x04 hong")
    assert said_before(office) == ""
    assert MERGED.name in run("template", cwd=office).stdout


def test_nothing_is_said_where_there_was_no_period_before(tmp_path: Path) -> None:
    assert run("init", "xa", "--plan", "gia-loc", "--period", "2026-H1", cwd=tmp_path).returncode == 0
    done = run("template", cwd=tmp_path / "xa")
    assert done.returncode == 0
    assert layout.PREVIOUS not in done.stdout
