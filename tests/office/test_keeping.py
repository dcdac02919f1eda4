"""An output that a person may have changed is kept beside its successor; what nobody touched is replaced."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from danvan_xl.workbooks.writing import keeping as module
from danvan_xl.workbooks.writing.atomic import OutputBusyError, atomic_path
from danvan_xl.workbooks.writing.keeping import FILE_NAME, Keeping, digest_of, is_copy
from tests.support.demo import demo
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill

NAME = re.compile(r".+ \(truoc \d\d-\d\d \d{4}(-\d+)?\)\.\w+", re.ASCII)
OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")
WORKBOOK = Path("tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx")
DRAFT = Path("thu-di/2026-H1/tong-hop_gia-loc_2026-H1.eml")
TEMPLATE = Path("mau/2026-H1/gia-loc_2026-H1_KT.xlsx")
RETURNED = Path("tra-lai/2026-H1/tra-lai_2026-H1_KT.xlsx")


def write(target: Path, content: bytes, keeping: Keeping) -> None:
    with atomic_path(target, keeping) as path:
        path.write_bytes(content)


def copies(target: Path) -> list[Path]:
    return sorted(path for path in target.parent.iterdir() if is_copy(path))


def changed(path: Path) -> bytes:
    """Change a file as a person would; its bytes afterwards."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        book.worksheets[1]["H40"] = "ghi thêm tay"
        book.save(path)
    else:
        path.write_bytes(path.read_bytes() + b"\nGhi them tay\n")
    return path.read_bytes()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workspace with everything in it."""
    return Path(shutil.copytree(demo(), tmp_path / "xa"))


# ---- one output ----------------------------------------------------------------------------------------------


def test_what_nobody_touched_is_replaced_and_what_somebody_changed_is_kept(tmp_path: Path) -> None:
    target, memory = tmp_path / "a.txt", tmp_path / FILE_NAME
    write(target, b"1", Keeping(memory))
    write(target, b"2", Keeping(memory))
    assert copies(target) == []
    target.write_bytes(b"of a person")
    keeping = Keeping(memory)
    write(target, b"3", keeping)
    (copy,) = copies(target)
    assert NAME.fullmatch(copy.name)
    assert copy.name.isascii()
    assert (copy.read_bytes(), target.read_bytes()) == (b"of a person", b"3")
    assert [tuple(item) for item in keeping.kept] == [(target, copy, "changed")]


def test_the_same_content_is_kept_once_and_another_beside_it(tmp_path: Path) -> None:
    target, memory = tmp_path / "a.txt", tmp_path / FILE_NAME
    for content in (b"x", b"y", b"x", b"y", b"x"):
        target.write_bytes(content)
        keeping = Keeping(memory)
        write(target, b"ours", keeping)
        assert keeping.kept[0].copy.read_bytes() == content
    assert sorted(path.read_bytes() for path in copies(target)) == [b"x", b"y"]


@pytest.mark.parametrize("damage", ["gone", "noise", "half", "folder"])
def test_without_its_memory_what_differs_is_kept(tmp_path: Path, damage: str) -> None:
    target, memory = tmp_path / "a.txt", tmp_path / FILE_NAME
    write(target, b"1", Keeping(memory))
    if damage == "half":
        memory.write_bytes(memory.read_bytes()[:30])
    elif damage == "noise":
        memory.write_bytes(b"\xff\x00\n \n\n" * 9)
    else:
        memory.unlink()
        if damage == "folder":
            memory.mkdir()
    keeping = Keeping(memory)
    write(target, b"2", keeping)
    assert [item.why for item in keeping.kept] == ["unknown"]
    write(target, b"2", keeping)
    assert [path.read_bytes() for path in copies(target)] == [b"1"]


def test_an_output_that_can_not_be_replaced_leaves_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"of a person")

    def refuse(self: Path, to: Path) -> None:
        raise PermissionError(13, "open in Excel", str(to))

    keeping = Keeping()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(OutputBusyError):
            write(target, b"1", keeping)
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert target.read_bytes() == b"of a person"
    assert keeping.kept == []


def test_an_output_that_can_not_be_kept_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"of a person")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.shutil, "copy2", full)
        with pytest.raises(OSError, match="No space left"):
            write(target, b"1", Keeping())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.xlsx", b"of a person")]


def test_the_memory_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 40)
    target, memory = tmp_path / "a.txt", tmp_path / FILE_NAME
    for number in range(200):
        write(target, str(number).encode(), Keeping(memory))
    assert copies(target) == []
    assert len(memory.read_text(encoding="utf-8").splitlines()) < 60
    assert f"{digest_of(target)} a.txt" in memory.read_text(encoding="utf-8")


def test_a_workspace_that_was_moved_still_knows_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "x.txt", b"1", Keeping(tmp_path / "a" / FILE_NAME))
    (tmp_path / "a").rename(tmp_path / "b")
    write(tmp_path / "b" / "x.txt", b"2", Keeping(tmp_path / "b" / FILE_NAME))
    assert copies(tmp_path / "b" / "x.txt") == []


# ---- the commands --------------------------------------------------------------------------------------------


def test_a_template_that_was_changed_is_kept_and_said(office: Path) -> None:
    theirs = changed(office / TEMPLATE)
    done = run("template", cwd=office)
    (copy,) = copies(office / TEMPLATE)
    assert copy.read_bytes() == theirs
    assert (copy.name in done.stdout, done.returncode) == (True, 0)
    assert run("template", "--unit", "KT", cwd=office).stdout.count("(truoc") == 0
    assert copies(office / TEMPLATE) == [copy]


def test_a_consolidated_workbook_that_was_changed_is_kept_and_said(office: Path) -> None:
    theirs = changed(office / WORKBOOK)
    document = run_json("merge", cwd=office, code=1)
    (copy,) = copies(office / WORKBOOK)
    assert copy.read_bytes() == theirs
    assert [Path(item["kept"]).name for item in document["kept"]] == [copy.name]
    again = run("merge", "--as-of", "2026-09-01", cwd=office)
    assert "(truoc" not in again.stdout + again.stderr
    assert copies(office / WORKBOOK) == [copy]


def test_a_draft_and_a_returned_workbook_that_were_changed_are_kept_and_said(office: Path) -> None:
    for place, command in ((DRAFT, ("send", "consolidated")), (RETURNED, ("check",))):
        theirs = changed(office / place)
        done = run(*command, cwd=office)
        (copy,) = copies(office / place)
        assert copy.read_bytes() == theirs
        assert copy.name in done.stdout
        assert "(truoc" not in run(*command, cwd=office).stdout
        assert copies(office / place) == [copy]
    changed(office / RETURNED)
    document = run_json("check", cwd=office, code=1)
    assert len(document["kept"]) == 1
    assert document["kept"][0]["path"].endswith(RETURNED.name)


def test_settings_and_a_calendar_that_were_changed_are_kept(office: Path) -> None:
    changed(office / "danvan.toml")
    theirs = (office / "danvan.toml").read_bytes()
    done = run("init", ".", "--plan", "gia-loc", "--period", "2026-H1", "--force", cwd=office)
    (copy,) = [path for path in copies(office / "danvan.toml") if path.suffix == ".toml"]
    assert copy.read_bytes() == theirs
    assert copy.name in done.stdout
    run("calendar", "--ics", "lich.ics", cwd=office)
    run("calendar", "--ics", "lich.ics", "--year", "2027", cwd=office)
    theirs = changed(office / "lich.ics")
    done = run("calendar", "--ics", "lich.ics", cwd=office)
    (copy,) = [path for path in copies(office / "lich.ics") if path.suffix == ".ics"]
    assert copy.read_bytes() == theirs
    assert copy.name in done.stdout


def test_outside_a_workspace_nothing_is_remembered_so_whatever_differs_is_kept(tmp_path: Path) -> None:
    fill(tmp_path / "KT.xlsx", a_round(), "KT")
    merge = ("merge", "KT.xlsx", "-o", "ra.xlsx", *OUTSIDE)
    assert "(truoc" not in run(*merge, cwd=tmp_path).stdout
    assert "(truoc" not in run(*merge, cwd=tmp_path).stdout
    theirs = changed(tmp_path / "ra.xlsx")
    done = run(*merge, cwd=tmp_path)
    (copy,) = copies(tmp_path / "ra.xlsx")
    assert copy.read_bytes() == theirs
    assert copy.name in done.stdout
    template = ("template", "-o", "mau", *OUTSIDE)
    run(*template, cwd=tmp_path)
    theirs = changed(tmp_path / "mau" / TEMPLATE.name)
    assert "(truoc" in run(*template, cwd=tmp_path).stdout
    assert [path.read_bytes() for path in copies(tmp_path / "mau" / TEMPLATE.name)] == [theirs]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["KT.xlsx", "mau", "ra.xlsx", copy.name])


def test_a_kept_workbook_is_not_the_one_of_the_period_before(office: Path) -> None:
    changed(office / WORKBOOK)
    run("merge", cwd=office)
    (copy,) = copies(office / WORKBOOK)
    book = load_workbook(copy)
    data = book["Dữ liệu"]
    at = {cell.value: cell.column for cell in data[1]}
    for row in range(2, data.max_row + 1):
        data.cell(row, at["Kết quả thực hiện"], "của bản giữ lại")
    book.save(copy)
    run("template", "--period", "2026", "--unit", "VHXH", cwd=office)
    made = load_workbook(office / "mau" / "2026" / "gia-loc_2026_VHXH.xlsx")
    words = [str(cell) for sheet in made for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert not any("của bản giữ lại" in item for item in words)
    assert any("Hoàn thành · " in item for item in words)


def test_a_crash_between_keeping_and_replacing_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"of a person")

    def die(self: Path, to: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            write(target, b"1", Keeping())
    assert target.read_bytes() == b"of a person"
