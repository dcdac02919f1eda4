"""Issue 10, points 27 and 31: which of a unit's files counts, what the unit hears, what the office is told.

The order of arrival is that of the runs that first saw a file; within one run that of the files' own times. What the
officer is told stands in ``check --json``, ``status``, the Zalo texts, and the workbook's ``Tình hình nộp``.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from danvan_xl.model import layout
from danvan_xl.model.submission import Typed
from danvan_xl.wording import text
from tests.support.books import data
from tests.support.program import run
from tests.support.rounds import a_round, fill, one_line

UNIT, NAME = "VHXH", "Phòng Văn hóa - Xã hội"
LINE = "PL1.II.1@VHXH"
DAMAGED = b"PK\x03\x04 hong"
EARLY, LATER, TOO_LATE = "2026-06-10T09:00", "2026-06-12T09:00", "2026-06-17T09:00"
"""The due day is 15/6/2026."""

FORMER = text("book", "state_returned_former")


def version(number: int) -> Typed:
    """Sound answers; each number says something else."""
    said = {"trang_thai": "Đang thực hiện", "ty_le": number, "ket_qua": f"Bản {number}"}
    return one_line(a_round(owned=True), LINE, said)


FAULTY = one_line(a_round(owned=True), LINE, {"trang_thai": "Cơ bản hoàn thành"})


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace for the first half of 2026; files get a time of their own."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "nhan" / "2026-H1"

    def put(
        self, name: str, time: str, typed: Typed | bytes | None = None, *, unit: str = UNIT, period: str = "2026-H1",
        plan: str = "gia-loc",
    ) -> Path:  # fmt: skip
        path = self.folder / name
        if isinstance(typed, bytes):
            path.write_bytes(typed)
        else:
            fill(path, a_round(plan, period, owned=plan == "gia-loc"), unit, typed)
        return self.dated(path, time)

    def copy(self, name: str, to: str, time: str | None = None) -> Path:
        path = Path(shutil.copy2(self.folder / name, self.folder / to))
        return self.dated(path, time) if time else path

    def contradicted(self, name: str, time: str, typed: Typed) -> Path:
        """A file in which another unit's name is typed, as its own name has it."""
        path = self.put(name, time, typed)
        book = openpyxl.load_workbook(path)
        book[layout.GUIDE_SHEET]["B4"].value = "Công an xã"
        book.save(path)
        return self.dated(path, time)

    @staticmethod
    def dated(path: Path, time: str) -> Path:
        at = datetime.fromisoformat(f"{time}:00+07:00").timestamp()
        os.utime(path, (at, at))
        return path

    def check(self, *arguments: object) -> Checked:
        return Checked(json.loads(run("check", *arguments, "--json", cwd=self.root).stdout))

    def zalo(self) -> str:
        return run("check", "--zalo", cwd=self.root).stdout.partition("Lời nhắn cho")[2]

    def status(self) -> str:
        return " ".join(run("status", cwd=self.root).stdout.split())

    def merged(self) -> Path:
        path = self.root / "tong-hop.xlsx"
        done = run("merge", "-o", path, cwd=self.root)
        assert path.exists(), done.stderr
        return path


def result(book: Path) -> str:
    """What the workbook says that the unit did."""
    return next(str(row["Kết quả thực hiện"]) for row in data(book) if row["Mã dòng"] == LINE)


def delivery(book: Path) -> dict[str, Any]:
    """The unit's row of ``Tình hình nộp``."""
    rows = list(openpyxl.load_workbook(book)["Tình hình nộp"].iter_rows(min_row=4, values_only=True))
    found = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    return next(row for row in found if row["Mã"] == UNIT)


@dataclass(frozen=True, slots=True)
class Checked:
    """What ``check --json`` prints."""

    document: dict[str, Any]

    @property
    def unit(self) -> dict[str, Any]:
        return next(item for item in self.document["units"] if item["unit"] == UNIT)

    def status(self, name: str) -> str:
        return str(self.file(name)["status"])

    def file(self, name: str) -> dict[str, Any]:
        return next(item for item in self.document["files"] if Path(item["path"]).name == name)

    def codes(self, name: str) -> list[str]:
        return [item["code"] for item in self.file(name)["findings"]]

    def across(self, code: str) -> list[str]:
        return [item["message"] for item in self.document["findings"] if item["code"] == code]

    @property
    def counted(self) -> str | None:
        return Path(self.unit["file"]).name if self.unit["file"] else None


@pytest.fixture
def office(tmp_path: Path) -> Office:
    done = run(
        "init", "xa", "--plan", "gia-loc", "--period", "2026-H1", "--due", "15/6", "--owner", "X_DU_UBND=VP",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Office(tmp_path / "xa")


# ---- the order of arrival --------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
def test_what_a_later_run_first_sees_is_later_whatever_its_own_time(names: tuple[str, str], office: Office) -> None:
    former, later = names
    office.put(former, LATER, version(10))
    assert office.check().counted == former
    office.put(later, EARLY, version(20))
    found = office.check()
    assert (found.counted, found.status(former), found.status(later)) == (later, "superseded", "accepted")
    (said,) = found.across("X015")
    assert former in said
    assert later in said
    assert "09:00 10/06/2026" in said
    assert said in run("status", cwd=office.root).stdout
    assert result(office.merged()) == "Bản 20"
    assert office.check().across("X015") == [said], "every run says the same"


def test_nothing_is_said_where_run_and_time_agree(office: Office) -> None:
    office.put("a.xlsx", EARLY, version(10))
    office.check()
    office.put("b.xlsx", LATER, version(20))
    found = office.check()
    assert found.counted == "b.xlsx"
    assert found.across("X015") == []


@pytest.mark.parametrize("command", ["status", "merge"])
def test_every_command_that_reads_the_folder_is_a_run(command: str, office: Office) -> None:
    office.put("b.xlsx", LATER, version(10))
    assert run(command, cwd=office.root).returncode in (0, 1)
    office.put("a.xlsx", EARLY, version(20))
    assert office.check().counted == "a.xlsx"


def test_files_of_one_run_come_in_the_order_of_their_times(office: Office) -> None:
    office.put("a.xlsx", LATER, version(10))
    office.put("b.xlsx", EARLY, version(20))
    found = office.check()
    assert (found.counted, found.status("b.xlsx"), found.across("X015")) == ("a.xlsx", "superseded", [])


def test_files_of_one_run_with_equal_times_stop_both_in_every_run(office: Office) -> None:
    office.put("a.xlsx", EARLY, version(10))
    office.put("b.xlsx", EARLY, version(20))
    for _ in range(2):
        found = office.check()
        assert {found.status(name) for name in ("a.xlsx", "b.xlsx")} == {"refused"}
        assert "X004" in found.codes("a.xlsx")
    office.put("c.xlsx", EARLY, version(30))
    assert office.check().counted == "c.xlsx", "the third came later"


def test_a_register_of_an_older_version_keeps_the_order_that_it_knows(office: Office) -> None:
    import sqlite3

    office.put("a.xlsx", LATER, version(10))
    office.check()
    base = sqlite3.connect(office.root / "so-theo-doi.sqlite")
    base.executescript("DROP TABLE sighting; PRAGMA user_version = 3;")
    base.close()
    office.put("b.xlsx", EARLY, version(20))
    found = office.check()
    assert found.counted == "b.xlsx"
    assert found.across("X015")


def test_without_a_workspace_nothing_is_known_of_the_order_and_both_stop(office: Office, tmp_path: Path) -> None:
    files = [office.put("a.xlsx", EARLY, version(10)), office.put("b.xlsx", LATER, version(20))]
    done = run("check", *files, "--plan", "gia-loc", "--period", "2026-H1", "--json", cwd=tmp_path)
    found = Checked(json.loads(done.stdout))
    assert {found.status("a.xlsx"), found.status("b.xlsx")} == {"refused"}
    assert (found.unit["state"], found.unit["timeliness"]) == ("returned", "unknown")


# ---- A, B, then A again ----------------------------------------------------------------------------------------


def a_and_b(office: Office) -> None:
    office.put("lan 1.xlsx", EARLY, version(10))
    office.check()
    office.put("lan 2.xlsx", LATER, version(20))
    assert office.check().counted == "lan 2.xlsx"


@pytest.mark.parametrize("time", [None, TOO_LATE])
def test_a_content_that_comes_again_after_another_is_asked_about(time: str | None, office: Office) -> None:
    a_and_b(office)
    office.copy("lan 1.xlsx", "lan 3.xlsx", time)
    for _ in range(2):
        found = office.check()
        assert {found.status("lan 1.xlsx"), found.status("lan 2.xlsx")} == {"refused"}
        assert "X017" in found.codes("lan 2.xlsx")
        assert found.unit["state"] == "returned"
    zalo = office.zalo()
    assert zalo.count(f"Kính gửi {NAME}") == 1
    assert "lan 2.xlsx" in zalo


@pytest.mark.parametrize(("away", "counted"), [("lan 2.xlsx", "lan 1.xlsx"), ("lan 1.xlsx", "lan 2.xlsx")])
def test_the_officer_answers_by_leaving_the_right_one(away: str, counted: str, office: Office) -> None:
    a_and_b(office)
    office.copy("lan 1.xlsx", "lan 3.xlsx")
    office.check()
    for name in {away, "lan 3.xlsx"}:
        (office.folder / name).unlink()
    found = office.check()
    assert (found.counted, found.unit["state"]) == (counted, "submitted")
    assert found.across("X019") == []


def test_the_same_in_one_run_is_asked_about_too(office: Office) -> None:
    office.put("lan 1.xlsx", EARLY, version(10))
    office.put("lan 2.xlsx", LATER, version(20))
    office.copy("lan 1.xlsx", "lan 3.xlsx", TOO_LATE)
    found = office.check()
    assert {found.status("lan 1.xlsx"), found.status("lan 2.xlsx")} == {"refused"}
    assert "X017" in found.codes("lan 1.xlsx")


def test_a_new_third_content_counts_though_the_first_came_twice(office: Office) -> None:
    a_and_b(office)
    office.copy("lan 1.xlsx", "lan 3.xlsx")
    office.check()
    office.put("lan 4.xlsx", TOO_LATE, version(40))
    assert office.check().counted == "lan 4.xlsx"


def test_a_file_that_was_taken_away_and_comes_back_comes_again(office: Office) -> None:
    a_and_b(office)
    kept = (office.folder / "lan 1.xlsx").rename(office.root / "lan 1.xlsx")
    assert office.check().counted == "lan 2.xlsx"
    kept.rename(office.folder / "lan 1.xlsx")
    found = office.check()
    assert "X017" in found.codes("lan 1.xlsx")


def test_the_same_name_overwritten_and_overwritten_back_is_said(office: Office) -> None:
    office.put("bao cao.xlsx", EARLY, version(10))
    office.check()
    kept = office.copy("bao cao.xlsx", "bao cao.xlsx.bak").rename(office.root / "kept.xlsx")
    office.put("bao cao.xlsx", LATER, version(20))
    assert office.check().across("X019") == []
    shutil.copy2(kept, office.folder / "bao cao.xlsx")
    found = office.check()
    assert found.counted == "bao cao.xlsx"
    assert len(found.across("X019")) == 1


def test_a_subset_of_the_files_makes_nothing_gone(office: Office) -> None:
    a_and_b(office)
    office.check(office.folder / "lan 2.xlsx")
    office.check(office.folder / "lan 1.xlsx")
    found = office.check()
    assert (found.counted, found.across("X019")) == ("lan 2.xlsx", [])


def test_a_file_that_could_not_be_read_at_first_came_when_it_was_first_seen(office: Office) -> None:
    office.put("a.xlsx", LATER, version(10))
    office.check()
    office.put("b.xlsx", TOO_LATE, b"")
    office.check()
    office.put("c.xlsx", EARLY, version(30))
    office.check()
    office.put("b.xlsx", TOO_LATE, version(20))
    assert office.check().counted == "c.xlsx"


def test_the_same_content_twice_is_a_duplicate_whichever_name_comes_first(office: Office) -> None:
    office.put("b.xlsx", EARLY, version(10))
    office.check()
    office.copy("b.xlsx", "a.xlsx", "2026-06-09T09:00")
    found = office.check()
    assert (found.status("a.xlsx"), found.status("b.xlsx")) == ("duplicate", "accepted")
    assert found.unit["state"] == "submitted"


# ---- templates that came back empty ------------------------------------------------------------------------------


def test_an_empty_template_never_replaces_a_report_and_a_report_replaces_it(office: Office) -> None:
    office.put("bao cao.xlsx", EARLY, version(10))
    office.check()
    office.put("trong.xlsx", TOO_LATE, Typed())
    found = office.check()
    assert (found.counted, found.status("trong.xlsx"), found.unit["state"]) == (
        "bao cao.xlsx", "superseded", "submitted",
    )  # fmt: skip
    assert "X016" in found.codes("trong.xlsx")
    assert "trong.xlsx" in found.unit["note"]
    book = office.merged()
    assert "trong.xlsx" in str(delivery(book)["Ghi chú"])
    assert result(book) == "Bản 10"


def test_an_empty_template_without_a_time_is_no_reason_to_ask(office: Office, tmp_path: Path) -> None:
    files = [office.put("a.xlsx", EARLY, version(10)), office.put("b.xlsx", EARLY, Typed())]
    for order in itertools.permutations(files):
        done = run("check", *order, "--plan", "gia-loc", "--period", "2026-H1", "--json", cwd=tmp_path)
        found = Checked(json.loads(done.stdout))
        assert (found.counted, found.unit["state"]) == ("a.xlsx", "submitted")


def test_joined_halves_leave_an_empty_template_aside(office: Office) -> None:
    office.put("bao cao.xlsx", EARLY, version(10))
    office.put("trong.xlsx", LATER, Typed())
    found = office.check("--join", UNIT)
    assert (found.counted, found.unit["state"]) == ("bao cao.xlsx", "submitted")


def test_a_report_that_an_empty_template_overwrote_is_missed_aloud(office: Office) -> None:
    office.put("bao cao.xlsx", EARLY, version(10))
    office.check()
    office.put("bao cao.xlsx", LATER, Typed())
    found = office.check()
    assert (found.counted, found.unit["state"]) == ("bao cao.xlsx", "returned")
    assert len(found.across("X019")) == 1


# ---- the newest file is refused ----------------------------------------------------------------------------------


def refused_later(office: Office, kind: str) -> str:
    """A refused file of the unit, put into the folder."""
    name = f"gia-loc_2026-H1_{UNIT} (2).xlsx"
    if kind == "damaged":
        office.put(name, LATER, DAMAGED)
    elif kind == "empty":
        office.put(name, LATER, b"")
    elif kind == "other period":
        office.put(name := "ky khac.xlsx", LATER, period="2026")
    else:
        assert kind == "name of another unit"
        office.put(name := "2026-H1_CA.xlsx", LATER, version(20))
    return name


@pytest.mark.parametrize("kind", ["damaged", "empty", "other period", "name of another unit"])
def test_the_unit_hears_of_a_refused_newer_file_and_the_former_one_is_used(kind: str, office: Office) -> None:
    office.put("dung.xlsx", EARLY, version(10))
    assert office.check().unit["note"] is None
    name = refused_later(office, kind)
    found = office.check()
    assert found.status(name) == "refused"
    assert (found.unit["state"], found.unit["timeliness"], found.counted) == ("returned", "on_time", "dung.xlsx")
    assert found.unit["newer_refused"] is True
    assert name in found.unit["note"]
    assert len(found.across("X018")) == 1
    zalo = office.zalo()
    assert zalo.count(f"đã nhận tệp mới “{name}” của đơn vị") == 1
    assert f"Kính gửi {name}" not in zalo
    assert FORMER in office.status()
    book = office.merged()
    row = delivery(book)
    assert (row["Tình hình"], row["Thời hạn"]) == (FORMER, "Đúng hạn")
    assert name in str(row["Ghi chú"])
    assert result(book) == "Bản 10"
    page = openpyxl.load_workbook(book)["Tổng quan"]
    words = [str(cell) for line in page.iter_rows(values_only=True) for cell in line if cell]
    assert FORMER in words
    assert text("book", "units_former", names=NAME) in words


@pytest.mark.parametrize("kind", ["damaged", "other period"])
def test_a_refused_file_before_the_good_one_changes_nothing(kind: str, office: Office) -> None:
    refused_later(office, kind)
    office.check()
    office.put("dung.xlsx", EARLY, version(10))
    found = office.check()
    assert (found.unit["state"], found.unit["note"], found.unit["refused"]) == ("submitted", None, [])


def test_where_nobody_knows_which_came_first_it_is_said_so(office: Office, tmp_path: Path) -> None:
    files = [office.put("dung.xlsx", EARLY, version(10)), office.put("hong_VHXH.xlsx", LATER, DAMAGED)]
    done = run("check", *files, "--plan", "gia-loc", "--period", "2026-H1", "--json", cwd=tmp_path)
    found = Checked(json.loads(done.stdout))
    assert (found.unit["state"], found.unit["newer_refused"]) == ("submitted", False)
    assert "hong_VHXH.xlsx" in found.unit["note"]
    assert len(found.across("F083")) == 1


@pytest.mark.parametrize("name", ["Báo cáo Phòng Văn hóa - Xã hội.pdf", "anh_VHXH.jpg"])
def test_a_scan_beside_the_report_is_no_newer_version(name: str, office: Office) -> None:
    office.put("dung.xlsx", EARLY, version(10))
    office.check()
    office.put(name, LATER, b"%PDF-1.4 quet" if name.endswith("pdf") else b"\xff\xd8\xff\xe0 anh")
    found = office.check()
    assert found.status(name) == "refused"
    assert (found.unit["state"], found.unit["refused"]) == ("submitted", [])


def test_a_file_of_another_plan_leaves_the_unit_without_a_report(office: Office) -> None:
    office.put("khac.xlsx", EARLY, unit=UNIT, plan="thach-khoi")
    found = office.check()
    assert found.status("khac.xlsx") == "refused"
    assert (found.unit["state"], found.unit["timeliness"], found.counted) == ("missing", None, None)
    assert NAME in office.zalo()
    assert delivery(office.merged())["Tình hình"] == "Chưa nộp"
    office.put("dung.xlsx", EARLY, version(10))
    office.check()
    office.put("khac nua.xlsx", LATER, one_line(a_round("thach-khoi"), LINE, {}), unit=UNIT, plan="thach-khoi")
    assert office.check().unit["state"] == "submitted"


@pytest.mark.parametrize("names", [("a_CA.xlsx", "b_VP.xlsx"), ("b_CA.xlsx", "a_VP.xlsx")])
def test_of_two_refused_files_the_later_one_stands_for_the_unit_whatever_their_names(
    names: tuple[str, str], office: Office
) -> None:
    first, second = names
    office.contradicted(first, EARLY, version(10))
    office.contradicted(second, LATER, version(20))
    found = office.check()
    assert {found.status(name) for name in names} == {"refused"}
    assert (found.unit["state"], found.counted) == ("returned", second)
    assert found.unit["received"] == f"{LATER}:00+07:00"


@pytest.mark.parametrize("names", [("a_CA.xlsx", "b_VP.xlsx"), ("b_CA.xlsx", "a_VP.xlsx")])
def test_of_two_refused_files_of_one_time_the_unit_hears_of_both(names: tuple[str, str], office: Office) -> None:
    for number, name in enumerate(names, start=1):
        office.contradicted(name, EARLY, version(number))
    found = office.check()
    assert sorted(Path(path).name for path in found.unit["refused"]) == sorted(names)
    zalo = office.zalo()
    assert all(f"“{name}”" in zalo for name in names)


# ---- a file that carries another unit's name -----------------------------------------------------------------------


def test_the_only_file_counts_whatever_its_name(office: Office) -> None:
    office.put("VP.xlsx", EARLY, version(10))
    found = office.check()
    assert (found.counted, found.unit["state"], found.codes("VP.xlsx")) == ("VP.xlsx", "submitted", ["I025"])
    assert "VP.xlsx" not in office.zalo(), "there is nothing for the unit to do"
    book = office.merged()
    assert result(book) == "Bản 10"
    assert delivery(book)["Tệp"] == "VP.xlsx"


def test_it_replaces_no_report_and_a_person_is_asked(office: Office) -> None:
    office.put("dung.xlsx", EARLY, version(10))
    office.check()
    office.put("VP.xlsx", LATER, version(20))
    found = office.check()
    assert (found.counted, found.unit["state"]) == ("dung.xlsx", "returned")
    assert found.status("VP.xlsx") == "refused"
    assert "I009" in found.codes("VP.xlsx")
    assert result(office.merged()) == "Bản 10"
    said = office.check("--as", "VP.xlsx=VHXH")
    assert (said.counted, said.unit["state"]) == ("VP.xlsx", "submitted")


def test_a_later_report_replaces_it(office: Office) -> None:
    office.put("VP.xlsx", EARLY, version(10))
    office.check()
    office.put("dung.xlsx", LATER, version(20))
    found = office.check()
    assert (found.counted, found.status("VP.xlsx"), found.unit["state"]) == ("dung.xlsx", "superseded", "submitted")


def test_where_the_order_is_unknown_the_one_with_no_other_name_counts(office: Office, tmp_path: Path) -> None:
    files = [office.put("VP.xlsx", EARLY, version(10)), office.put("dung.xlsx", LATER, version(20))]
    for order in itertools.permutations(files):
        done = run("check", *order, "--plan", "gia-loc", "--period", "2026-H1", "--json", cwd=tmp_path)
        found = Checked(json.loads(done.stdout))
        assert (found.counted, found.status("VP.xlsx")) == ("dung.xlsx", "refused")


def test_of_two_with_other_names_the_later_counts(office: Office) -> None:
    office.put("VP.xlsx", EARLY, version(10))
    office.put("bao cao_CA.xlsx", LATER, version(20))
    assert office.check().counted == "bao cao_CA.xlsx"


# ---- on time, returned, corrected late -----------------------------------------------------------------------------


@pytest.mark.parametrize("same_name", [True, False])
def test_a_late_correction_leaves_the_report_on_time_and_its_own_time_is_shown(
    office: Office, *, same_name: bool
) -> None:
    office.put("dau.xlsx", EARLY, FAULTY)
    found = office.check()
    assert (found.unit["state"], found.unit["timeliness"]) == ("returned", "on_time")
    office.put("dau.xlsx" if same_name else "sua.xlsx", TOO_LATE, version(20))
    found = office.check()
    assert (found.unit["state"], found.unit["timeliness"]) == ("submitted", "on_time")
    assert found.unit["received"] == f"{TOO_LATE}:00+07:00"
    assert found.unit["first_received"] == f"{EARLY}:00+07:00"
    assert found.across("X006") == []
    row = delivery(office.merged())
    assert row["Thời hạn"] == "Đúng hạn"
    assert row["Nhận lúc"] == datetime.fromisoformat(TOO_LATE)
    assert "09:00 10/06/2026" in str(row["Ghi chú"])
    assert "09:00 17/06/2026" in str(row["Ghi chú"])
    assert "09:00 17/06/2026" in office.status()


def test_a_first_report_that_was_late_stays_late(office: Office) -> None:
    office.put("dau.xlsx", TOO_LATE, FAULTY)
    office.check()
    office.put("sua.xlsx", EARLY, version(20))
    found = office.check()
    assert (found.counted, found.unit["timeliness"]) == ("sua.xlsx", "late")
    (said,) = found.across("X006")
    assert "09:00 17/06/2026" in said


@pytest.mark.parametrize("kind", ["empty template", "damaged"])
def test_what_was_no_report_keeps_no_place(kind: str, office: Office) -> None:
    office.put("2026-H1_VHXH.xlsx", EARLY, Typed() if kind == "empty template" else DAMAGED)
    office.check()
    office.put("bao cao.xlsx", TOO_LATE, version(20))
    assert office.check().unit["timeliness"] == "late"
