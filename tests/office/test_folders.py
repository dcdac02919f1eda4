"""The folders of a workspace: what came in is never written to, what lies in a wrong place is said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from danvan_xl.cli.app import COMMANDS
from danvan_xl.model.submission import Typed
from tests.support.books import data, header_row, type_unit
from tests.support.demo import RECEIVED, demo
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill

OLD = "z6711203_bieu mau DVSNC.xlsx"
CARRIED = Path("chuyen-doi", "2026-H1")
RETURNED = Path("tra-lai", "2026-H1")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workspace with everything in it."""
    return Path(shutil.copytree(demo(), tmp_path / "xa"))


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Name → bytes and time of change of all that is in a folder, and of itself."""
    found = {"": (b"", folder.stat().st_mtime_ns)}
    for path in sorted(folder.rglob("*")):
        content = b"" if path.is_dir() else path.read_bytes()
        found[path.relative_to(folder).as_posix()] = (content, path.stat().st_mtime_ns)
    return found


def unit_of(document: dict[str, Any], unit: str) -> dict[str, Any]:
    return next(item for item in document["units"] if item["unit"] == unit)


# ---- nhan/ is never written to -------------------------------------------------------------------------------

MERGED = "tong-hop/2026-H1/tong-hop_gia-loc_2026-H1.xlsx"
EVERY = (
    "template", "check", "check --json", "merge", "merge --json", "status", "status --json", "send consolidated",
    "send consolidated --send", f"migrate|{OLD}", f"migrate|nhan/2026-H1/{OLD}", "extend KT 2026-06-20",
    "waive --list", "calendar --ics lich.ics", "plans", "rules check", "units", "explain",
    f"migrate|nhan/2026-H1/{OLD}|--plan|gia-loc|--period|2026-H1",
    "init . --plan gia-loc --period 2026-H1 --force", "demo . --force", "plan import khong-co.docx",
    "merge -o nhan/2026-H1/ra.xlsx", "merge -o nhan/ra.xlsx", "check --return nhan/2026-H1", "check --return nhan/moi",
    "template -o nhan", "template -o nhan/2026-H1/mau", f"migrate|{OLD}|-o|nhan/2026-H1/moi.xlsx",
    "calendar --ics nhan/lich.ics", "init nhan/xa --plan gia-loc --period 2026-H1", "demo nhan/thu",
    "merge --plan gia-loc --period 2026-H1 nhan/2026-H1 -o nhan/ra.xlsx",
    "export --to csv", f"export {MERGED} --to csv -o nhan/2026-H1/bang", f"export {MERGED} --to csv -o nhan",
    f"diff {MERGED} {MERGED}", f"diff {MERGED} {MERGED} -o nhan/2026-H1/khac.xlsx",
)  # fmt: skip


def test_no_command_changes_anything_in_the_folder_of_received_files(office: Path) -> None:
    before = everything(office / "nhan")
    said = set()
    for line in EVERY:
        words = line.split("|") if "|" in line else line.split()
        said.add(words[0])
        done = run(*words, cwd=office)
        assert everything(office / "nhan") == before, line
        if "nhan" in words[-1] and words[-2] in ("-o", "--return", "--ics"):
            assert (done.returncode, "nhan" in done.stderr) == (2, True), line
    assert said >= {str(name) for name in COMMANDS}


# ---- migrate -------------------------------------------------------------------------------------------------


def test_migrate_finds_the_file_by_its_name_and_writes_beside(office: Path) -> None:
    done = run("migrate", OLD, cwd=office)
    assert done.returncode == 0, done.stderr
    (made,) = (office / CARRIED).iterdir()
    assert made.name.isascii()
    assert made.name in done.stdout
    mac = run("migrate", OLD.upper(), cwd=office / "mau")
    assert mac.returncode == 0, mac.stderr
    assert list((office / CARRIED).iterdir()) == [made]
    missing = run("migrate", "khong co.xlsx", cwd=office)
    assert missing.returncode == 2
    assert "khong co.xlsx" in missing.stderr
    again = Path(office, RECEIVED, "them")
    again.mkdir()
    shutil.copy2(office / RECEIVED / OLD, again)
    several = run("migrate", OLD, cwd=office)
    assert (several.returncode, str(again / OLD) in several.stderr) == (2, True)


@pytest.mark.parametrize("rule", ["latest", "ask", "join"])
def test_what_was_carried_counts_at_the_time_of_its_original(office: Path, rule: str) -> None:
    settings = office / "danvan.toml"
    words = settings.read_text(encoding="utf-8")
    assert 'resubmission = "latest"' in words
    settings.write_text(words.replace('resubmission = "latest"', f'resubmission = "{rule}"'), encoding="utf-8")
    before = unit_of(run_json("check", cwd=office, code=1), "DVSNC")
    run("migrate", OLD, cwd=office)
    (made,) = (office / CARRIED).iterdir()
    for command, arguments in (("check", ()), ("check", ("nhan/2026-H1",)), ("merge", ("nhan",))):
        document = run_json(command, *arguments, cwd=office, code=1)
        now = unit_of(document, "DVSNC")
        assert Path(str(now.pop("file"))).name == made.name
        assert now == {name: value for name, value in before.items() if name != "file"}
        of = {Path(item["path"]).name: item for item in document["files"]}
        assert of[made.name]["status"] == "accepted"
        assert of[OLD]["status"] == "superseded"
        assert "I026" in {item["code"] for item in of[OLD]["findings"]}
    workbook = office / "tong-hop" / "2026-H1" / "tong-hop_gia-loc_2026-H1.xlsx"
    rows = [row for row in data(workbook) if row["Mã đơn vị"] == "DVSNC"]
    assert {row["Tệp nguồn"] for row in rows} == {made.name}


def test_completing_what_was_carried_keeps_the_time_and_lists_the_changes(office: Path) -> None:
    run("migrate", OLD, cwd=office)
    (made,) = (office / CARRIED).iterdir()
    book = load_workbook(made)
    sheet = book["Phụ lục II"]
    at = {cell.value: cell.column for cell in sheet[header_row(sheet)]}
    row = next(n for n in range(5, 60) if sheet.cell(n, at["Trạng thái"]).value == "Hoàn thành")
    sheet.cell(row, at["Kết quả thực hiện"], "bổ sung qua điện thoại")
    book.save(made)
    document = run_json("check", cwd=office, code=1)
    assert unit_of(document, "DVSNC")["received"].startswith("2026-06-14T20:40")
    of = {Path(item["path"]).name: item for item in document["files"]}
    changes = [item for item in of[made.name]["findings"] if item["code"] == "X008"]
    assert any("bổ sung qua điện thoại" in item["message"] for item in changes)
    assert len(changes) == 1
    theirs = made.read_bytes()
    done = run("migrate", OLD, cwd=office)
    (copy,) = set((office / CARRIED).iterdir()) - {made}
    assert (copy.read_bytes(), copy.name in done.stdout) == (theirs, True)
    names = {Path(item["path"]).name for item in run_json("check", cwd=office, code=1)["files"]}
    assert made.name in names
    assert copy.name not in names


def test_a_later_file_of_the_unit_replaces_what_was_carried(office: Path) -> None:
    run("migrate", OLD, cwd=office)
    (made,) = (office / CARRIED).iterdir()
    later = Path(shutil.copy(made, office / RECEIVED / "gui lai.xlsx"))
    book = load_workbook(later)
    book["Hướng dẫn"]["D30"] = "x"
    book.save(later)
    os.utime(later, (1782000000, 1782000000))  # 21/06/2026
    document = run_json("check", cwd=office, code=1)
    of = {Path(item["path"]).name: item["status"] for item in document["files"]}
    assert (of[OLD], of[made.name], of[later.name]) == ("superseded", "superseded", "accepted")
    assert unit_of(document, "DVSNC")["received"].startswith("2026-06-21")


def test_without_its_original_what_was_carried_still_has_its_time(office: Path) -> None:
    run("migrate", OLD, cwd=office)
    run("check", cwd=office)
    (office / RECEIVED / OLD).unlink()
    document = run_json("check", cwd=office, code=1)
    assert unit_of(document, "DVSNC")["received"].startswith("2026-06-14T20:40")


def test_a_carried_file_that_is_damaged_does_not_hide_its_original(office: Path) -> None:
    run("migrate", OLD, cwd=office)
    (made,) = (office / CARRIED).iterdir()
    made.write_bytes(made.read_bytes()[:3000])
    document = run_json("check", cwd=office, code=1)
    of = {Path(item["path"]).name: item["status"] for item in document["files"]}
    assert (of[OLD], of[made.name]) == ("accepted", "refused")


def test_outside_a_workspace_migrate_writes_beside_the_file(tmp_path: Path) -> None:
    fill(tmp_path / "KT.xlsx", a_round(), "KT")
    outside = ("--plan", "gia-loc", "--period", "2026-H1")
    assert run("migrate", "KT.xlsx", *outside, cwd=tmp_path).returncode == 0
    assert (tmp_path / "KT_moi.xlsx").is_file()
    document = run_json("check", "KT.xlsx", "KT_moi.xlsx", *outside, cwd=tmp_path)
    assert [item["status"] for item in document["files"]] == ["superseded", "accepted"]


# ---- files in a wrong place ----------------------------------------------------------------------------------


def test_files_beside_the_periods_are_said_with_what_to_do(office: Path) -> None:
    name = "Bao cao gui nham cho.xlsx"
    shutil.copy(office / RECEIVED / OLD, office / "nhan" / name)
    for command in ("status", "check", "merge"):
        done = run(command, cwd=office)
        assert name in done.stdout, command
        assert "nhan/2026-H1/" in done.stdout, command
        (found,) = [
            item for item in run_json(command, cwd=office, code=done.returncode)["findings"] if item["code"] == "F075"
        ]
        assert name in found["message"]
    (office / "nhan" / name).rename(office / "nhan" / "~$khoa.xlsx")
    assert "F075" not in {item["code"] for item in run_json("check", cwd=office, code=1)["findings"]}


@pytest.mark.parametrize(("folder", "is_said"), [("Thang 6", True), ("2026-h1", True), ("2026-Q2", False)])
def test_a_folder_that_is_no_period_is_said(office: Path, folder: str, is_said: bool) -> None:
    place = office / "nhan" / folder / "sau"
    if place.parent.exists():
        pytest.skip("the file system does not tell capitals apart")
    place.mkdir(parents=True)
    shutil.copy(office / RECEIVED / OLD, place)
    found = [item for item in run_json("check", cwd=office, code=1)["findings"] if item["code"] == "F076"]
    assert bool(found) == is_said
    assert all(folder in item["message"] and OLD in item["message"] for item in found)


def test_an_empty_folder_or_none_says_nothing(office: Path) -> None:
    (office / "nhan" / "khong ai").mkdir()
    assert "khong ai" not in run("check", cwd=office).stdout
    shutil.rmtree(office / "nhan")
    done = run("status", cwd=office)
    assert done.returncode == 0, done.stderr


# ---- returned workbooks that are over ------------------------------------------------------------------------


def good_answer_of(office: Path, unit: str = "KT") -> Path:
    sent = fill(office / RECEIVED / "sua xong.xlsx", a_round(owned=True), unit)
    os.utime(sent, (1781600000, 1781600000))  # 16/06/2026
    return sent


def test_the_returned_workbook_of_a_unit_that_sent_a_good_one_is_moved(office: Path) -> None:
    (old,) = (office / RETURNED).iterdir()
    content = old.read_bytes()
    good_answer_of(office)
    document = run_json("check", cwd=office)
    moved = office / RETURNED / "cu" / old.name
    assert document["set_aside"] == [str(moved)]
    assert moved.read_bytes() == content
    assert [path.name for path in (office / RETURNED).iterdir()] == ["cu"]
    assert "set_aside" not in run_json("check", cwd=office)


def test_nothing_in_the_folder_of_old_ones_is_lost_or_written_over(office: Path) -> None:
    (old,) = (office / RETURNED).iterdir()
    contents = {old.read_bytes(), b"mot ban khac", b"ban thu ba"}
    good_answer_of(office)
    for content in (old.read_bytes(), b"mot ban khac", b"ban thu ba", b"mot ban khac"):
        old.write_bytes(content)
        done = run("check", cwd=office)
        assert str(Path("cu")) in done.stdout
    assert {path.read_bytes() for path in (office / RETURNED / "cu").iterdir()} == contents
    assert len(list((office / RETURNED / "cu").iterdir())) == 3


def test_what_is_still_to_be_mended_and_what_is_not_ours_stays(office: Path) -> None:
    for name in ("ghi chu.xlsx", "tra-lai_2026-H1_QS.xlsx", "tra-lai_2026-Q2_VP.xlsx"):
        (office / RETURNED / name).write_bytes(b"x")
    run("check", cwd=office)
    run("check", "nhan/2026-H1/Mau bc (1).xlsx", cwd=office)
    stays = {"ghi chu.xlsx", "tra-lai_2026-H1_KT.xlsx", "tra-lai_2026-H1_QS.xlsx", "tra-lai_2026-Q2_VP.xlsx"}
    assert {path.name for path in (office / RETURNED).iterdir()} == stays


def test_a_refused_file_that_a_good_one_followed_is_not_returned_again(office: Path) -> None:
    bad = fill(office / RECEIVED / "Cong an xa.xlsx", a_round(owned=True), "KT", Typed(nil=True, nil_reason="-"))
    type_unit(bad, "Công an xã")
    os.utime(bad, (1781000000, 1781000000))
    (office / RECEIVED / "Mau bc (1).xlsx").unlink()
    run("check", cwd=office)
    assert len([path for path in (office / RETURNED).iterdir() if "KT_" in path.name]) == 1
    good_answer_of(office)
    run("check", cwd=office)
    assert [path.name for path in (office / RETURNED).iterdir()] == ["cu"]
    assert len(list((office / RETURNED / "cu").iterdir())) == 2
