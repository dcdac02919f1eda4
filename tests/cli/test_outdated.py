"""A consolidated workbook that does not hold what was received: said with the files' names, by content alone."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from danvan_xl.model import layout
from danvan_xl.workbooks.consolidated.sources import Source, compare, read_record
from tests.support.books import open_book, type_unit
from tests.support.demo import MERGED, RECEIVED, demo
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill

LATE = "QS nop muon.xlsx"
OLDER = "cũ hơn những gì đã nhận"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = tmp_path / "xa"
    shutil.copytree(demo(), root)
    return root


def files(root: Path) -> list[Path]:
    return sorted((root / RECEIVED).iterdir())


def came(root: Path) -> str:
    fill(root / RECEIVED / LATE, a_round(owned=True), "QS")
    return LATE


def changed(root: Path) -> str:
    path = files(root)[0]
    book = open_book(path)
    book["Hướng dẫn"]["F1"] = "sửa"
    book.save(path)
    return path.name


def gone(root: Path) -> str:
    path = files(root)[0]
    path.unlink()
    return path.name


def a_picture(root: Path) -> str:
    (root / RECEIVED / "anh.jpg").write_bytes(b"\xff\xd8\xff\xe0 anh")
    return "anh.jpg"


def an_empty_file(root: Path) -> str:
    (root / RECEIVED / "rong.xlsx").write_bytes(b"")
    return "rong.xlsx"


CHANGES = (came, changed, gone, a_picture, an_empty_file)


def touched(root: Path) -> None:
    for path in files(root):
        os.utime(path)


def renamed(root: Path) -> None:
    path = files(root)[0]
    path.rename(path.with_name("ten khac.xlsx"))


def copied(root: Path) -> None:
    path = files(root)[0]
    shutil.copy2(path, path.with_name("ban sao.xlsx"))


def locked(root: Path) -> None:
    (root / RECEIVED / f"~${files(root)[0].name}").write_bytes(b"lock")


def nothing(root: Path) -> None:
    del root


HARMLESS = (nothing, touched, renamed, copied, locked)


def letter(root: Path) -> str:
    """The text of the draft."""
    (path,) = (root / "thu-di" / "2026-H1").glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body()
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("change", CHANGES)
def test_status_send_and_merge_name_the_file(change: Callable[[Path], str], office: Path) -> None:
    name = change(office)
    status = run("status", cwd=office)
    assert OLDER in status.stdout
    assert f"“{name}”" in status.stdout
    assert "older than what was received" in run("status", cwd=office, DANVAN_LANG="en").stdout
    sent = run("send", "consolidated", cwd=office)
    assert sent.returncode == 0, sent.stderr
    assert f"“{name}”" in sent.stderr
    merged = run("merge", cwd=office)
    assert merged.returncode in (0, 1), merged.stderr
    assert f"“{name}”" in merged.stdout
    # the new workbook holds them
    assert OLDER not in run("status", cwd=office).stdout
    assert name not in run("send", "consolidated", cwd=office).stderr
    assert "trước, nay được thay" not in run("merge", cwd=office).stdout


@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_the_same_is_not_reported(change: Callable[[Path], None], office: Path) -> None:
    change(office)
    assert OLDER not in run("status", cwd=office).stdout
    assert OLDER not in run("send", "consolidated", cwd=office).stderr
    assert "trước, nay được thay" not in run("merge", cwd=office).stdout


def test_with_json_it_is_said_beside_the_document(office: Path) -> None:
    came(office)
    done = run("status", "--json", cwd=office)
    assert LATE in done.stderr
    assert OLDER in done.stderr
    run_json("status", cwd=office)
    done = run("merge", "--json", cwd=office)
    assert f"“{LATE}”" in done.stderr


def test_a_file_that_was_refused_is_told_by_its_name_too(office: Path) -> None:
    """Renaming it may be how it was mended."""
    path = type_unit(fill(office / RECEIVED / "Phong Kinh te.xlsx", a_round(owned=True), "QS"), "Phòng Kinh tế")
    assert run("merge", cwd=office).returncode == 1
    assert OLDER not in run("status", cwd=office).stdout
    path.rename(path.with_name("Quan su.xlsx"))
    said = run("status", cwd=office).stdout
    assert OLDER in said
    assert "“Quan su.xlsx”" in said


@pytest.mark.parametrize("name", ["a\u0309nh  chụp.jpg", "e\u0301 _x0041_ =1+1.pdf", " đầu và cuối .png"])
def test_a_name_that_a_cell_changes_is_the_same_file(name: str, office: Path) -> None:
    (office / RECEIVED / name).write_bytes(b"\xff\xd8\xff\xe0")
    assert run("merge", cwd=office).returncode == 1
    assert OLDER not in run("status", cwd=office).stdout


def test_many_files_are_counted(office: Path) -> None:
    for number in range(11):
        (office / RECEIVED / f"anh{number:02}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes([number]))
    said = run("status", cwd=office).stdout
    assert "“anh07.jpg” và 3 tệp khác" in said
    assert "“anh08.jpg”" not in said


def test_a_workbook_saved_by_another_program_is_read_too(office: Path) -> None:
    open_book(office / MERGED).save(office / MERGED)
    assert OLDER not in run("status", cwd=office).stdout
    name = came(office)
    assert f"“{name}”" in run("status", cwd=office).stdout


def as_0_1_0_wrote_it(path: Path) -> None:
    book = open_book(path)
    sheet = book[layout.IDENTITY_SHEET]
    sheet.delete_rows(7, sheet.max_row)
    book.save(path)


@pytest.mark.parametrize("change", CHANGES)
def test_a_workbook_of_the_first_version_is_compared_too(change: Callable[[Path], str], office: Path) -> None:
    a_second = fill(office / RECEIVED / "sau cung.xlsx", a_round(owned=True), "KT")
    (office / RECEIVED / "scan.pdf").write_bytes(b"%PDF-1.4 scan")
    assert run("merge", cwd=office).returncode == 1
    as_0_1_0_wrote_it(office / MERGED)
    record = read_record(office / MERGED)
    assert record is not None
    assert {a_second.name, "scan.pdf"} <= {item.name for item in record.sources}
    assert OLDER not in run("status", cwd=office).stdout
    name = change(office)
    assert f"“{name}”" in run("status", cwd=office).stdout


def test_a_workbook_that_cannot_be_read_is_said_not_taken_for_complete(office: Path) -> None:
    (office / MERGED).write_bytes(b"PK\x03\x04 hong")
    assert "không đọc được" in run("status", cwd=office).stdout
    assert "không đọc được" in run("send", "consolidated", cwd=office).stderr
    assert run("merge", cwd=office).returncode == 1
    assert "không đọc được" not in run("status", cwd=office).stdout


def test_status_says_of_a_workbook_what_is_there(office: Path) -> None:
    assert "(lập " in run("status", cwd=office).stdout
    (office / "so-theo-doi.sqlite").unlink()
    assert "không ghi lập lúc nào" in run("status", cwd=office).stdout
    assert run("merge", cwd=office).returncode == 1
    (office / MERGED).unlink()
    assert f"{MERGED.name} không còn" in run("status", cwd=office).stdout


# ---- the letter says what the workbook says ------------------------------------------------------------------


def test_the_letter_of_a_workbook_in_force_has_figures(office: Path) -> None:
    assert run("send", "consolidated", cwd=office).stderr == ""
    words = letter(office)
    assert "Đơn vị đã báo cáo: 5/7" in words
    assert "Ban Chỉ huy Quân sự xã" in words
    assert "chưa được tính, còn phải sửa hoặc xem lại: Phòng Kinh tế." in words


@pytest.mark.parametrize("change", CHANGES)
def test_the_letter_with_an_older_workbook_does_not_contradict_it(change: Callable[[Path], str], office: Path) -> None:
    change(office)
    assert run("send", "consolidated", cwd=office).returncode == 0
    words = letter(office)
    assert "Đơn vị đã báo cáo" not in words
    assert "chưa gửi báo cáo" not in words
    assert "đầy đủ" not in words


def test_the_letter_is_silent_where_files_were_judged_otherwise(office: Path) -> None:
    path = type_unit(fill(office / RECEIVED / "Bao cao.xlsx", a_round(owned=True), "QS"), "Phòng Kinh tế")
    assert run("merge", "--as", f"{path.name}=QS", cwd=office).returncode in (0, 1)
    sent = run("send", "consolidated", cwd=office)
    assert "xét khác" in sent.stderr
    assert "Đơn vị đã báo cáo" not in letter(office)


def test_the_letter_speaks_of_the_workbook_s_own_day(office: Path) -> None:
    said = []
    for day in ("2026-02-01", "2027-02-01"):
        assert run("merge", "--as-of", day, cwd=office).returncode in (0, 1)
        sent = run("send", "consolidated", cwd=office)
        assert sent.stderr == ""
        said.append(letter(office))
    assert said[0] != said[1]


# ---- compared ------------------------------------------------------------------------------------------------


def test_the_same_content_under_one_name_becoming_another_is_one_change() -> None:
    found = compare([Source("a", "1", "accepted")], [Source("a", "2", "accepted")])
    assert (found.came, found.changed, found.gone) == ((), ("a",), ())


def test_a_workbook_of_no_file_says_so(tmp_path: Path) -> None:
    assert run("init", "xa", "--plan", "gia-loc", "--period", "2026-H1", cwd=tmp_path).returncode == 0
    assert run("merge", cwd=tmp_path / "xa").returncode == 0
    record = read_record(tmp_path / "xa" / MERGED)
    assert record is not None
    assert record.sources == ()
    assert zipfile.is_zipfile(tmp_path / "xa" / MERGED)
