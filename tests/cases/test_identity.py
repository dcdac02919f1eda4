"""Workflow 4, cases on whose file it is: 10, 11, 15, 16, 19, 20, 28; and the identity that was lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.model import Severity, layout
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.office.received import is_ignored
from tests.cases.files import FIRST, UNIT, answer, edited, of, only, to_mend
from tests.support.rounds import a_round, fill, read


def blockers(path: Path) -> list[str]:
    return [item.code for item in read(path, a_round()).findings if item.severity is Severity.BLOCKER]


def test_case_10_another_period_s_template_is_refused_whatever_its_name_says(tmp_path: Path) -> None:
    path = fill(tmp_path / "10 gia-loc_2026-H1_VHXH.xlsx", a_round(period="2026"), UNIT)
    found = read(path, a_round())
    assert (found.status, found.period) == (FileStatus.REFUSED, "2026")
    assert only(found, "I003").found == "2026"


def test_case_10_a_file_name_that_clearly_says_another_period_is_a_remark(tmp_path: Path) -> None:
    path = fill(tmp_path / "10 BC dan van 2026-H2.xlsx", a_round(), UNIT)
    found = only(read(path, a_round()), "I025")
    assert (found.severity, found.args["period"], found.args["other"]) == (Severity.WARNING, "2026-H1", "2026-H2")
    assert read(path, a_round()).status is FileStatus.ACCEPTED


def test_case_10_an_old_template_goes_by_ids_and_lists_what_is_new(tmp_path: Path) -> None:
    current = a_round()
    lines = {unit: {k: v for k, v in of.items() if v.task.id != "PL2.10.1"} for unit, of in current.by_unit.items()}
    then = replace(current, plan=replace(current.plan, version=1), by_unit=lines)
    found = read(fill(tmp_path / "10 bieu mau cu.xlsx", then, "KT"), current)
    assert str(only(found, "I006").args["new"]).startswith("PL2.10.1 “Tăng cường thực hiện kiểm tra, giám sát")
    assert answer(found, "PL2.10.1@KT").state is AnswerState.BLANK
    assert of(found, "R001") == []
    assert to_mend(found) == ["I006"]


@pytest.mark.parametrize("name", ["z5120394857.xlsx", "Mau (3).xlsx", "BC (1) (1).xlsx", "BC gửi Phòng Kinh tế.xlsx"])
def test_case_15_a_name_that_says_nothing_changes_nothing(tmp_path: Path, name: str) -> None:
    assert read(fill(tmp_path / name, a_round(), UNIT), a_round()).status is FileStatus.ACCEPTED


def test_case_15_lock_files_are_ignored_and_empty_or_cut_files_named(tmp_path: Path) -> None:
    assert is_ignored(Path("~$15 BC.xlsx"))
    empty, half = tmp_path / "15 rong.xlsx", tmp_path / "15 tai do.xlsx"
    empty.write_bytes(b"")
    half.write_bytes(fill(tmp_path / "a.xlsx", a_round(), UNIT).read_bytes()[:-900])
    assert blockers(empty) == ["F003"]
    assert blockers(half) == ["F006"]


def test_case_16_a_protected_sheet_is_read_and_a_password_is_named(tmp_path: Path) -> None:
    file = edited(tmp_path, "16 khoa trang.xlsx")
    file.book["Phụ lục I"].protection.set_password("bi mat")
    assert to_mend(file.read()) == []
    locked = tmp_path / "16 mat khau.xlsx"
    package = "EncryptedPackage".encode("utf-16-le").ljust(1024)
    locked.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + package)
    assert blockers(locked)
    assert read(locked, a_round()).status is FileStatus.REFUSED


def test_case_19_a_colleagues_file_with_another_name_typed_is_stopped_with_both_values(tmp_path: Path) -> None:
    file = edited(tmp_path, "19 chep tep.xlsx")
    sheet = file.book[layout.GUIDE_SHEET]
    row = next(row for row in range(1, 12) if sheet.cell(row, 1).value == layout.UNIT_LABEL)
    sheet.cell(row, 2).value = "Phòng Kinh tế"
    found = file.read()
    assert (only(found, "I005").found, only(found, "I005").args["unit"]) == ("Phòng Kinh tế", "Phòng Văn hóa - Xã hội")
    assert found.answers == ()


def test_case_19_rows_pasted_from_another_units_file_never_overwrite(tmp_path: Path) -> None:
    file = edited(tmp_path, "19 dan dong.xlsx")
    file.sheet(FIRST).cell(file.row(FIRST), 1).value = "PL1.II.1@KT"
    found = file.read()
    assert only(found, "I013").found == "PL1.II.1@KT"
    assert answer(found, FIRST).state is AnswerState.DELETED
    assert found.status is FileStatus.RETURNED


@pytest.mark.parametrize("name", ["19 BC Phong Kinh te 6T.xlsx", "gia-loc_2026-H1_KT.xlsx", "BC-DVSNC-6T.xlsx"])
def test_case_19_a_file_name_that_clearly_names_another_unit_is_a_remark(tmp_path: Path, name: str) -> None:
    found = read(fill(tmp_path / name, a_round(), UNIT), a_round())
    assert (only(found, "I025").found, only(found, "I025").severity) == (name, Severity.WARNING)
    assert (found.status, found.unit) == (FileStatus.ACCEPTED, UNIT)


def test_a_persons_word_settles_what_a_file_name_says(tmp_path: Path) -> None:
    path = fill(tmp_path / "gia-loc_2026-H1_KT.xlsx", a_round(), UNIT)
    right = replace(a_round(), confirmed={path.name: UNIT})
    assert only(read(path, right), "I018").severity is Severity.INFO
    assert read(path, right).status is FileStatus.ACCEPTED
    wrong = read(path, replace(a_round(), confirmed={path.name: "KT"}))
    assert (only(wrong, "I017").found, only(wrong, "I017").args["said"]) == (UNIT, "KT")
    assert wrong.answers == ()


CONTENT = {
    "20 quet.xlsx": (b"%PDF-1.7\n%abc", "F012"),
    "20 anh.xlsx": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 600, "F013"),
    "20 zalo.xlsx": ("Báo cáo: đã làm xong hết".encode(), None),
}


@pytest.mark.parametrize("name", CONTENT)
def test_case_20_what_is_no_workbook_is_refused_by_name(tmp_path: Path, name: str) -> None:
    data, code = CONTENT[name]
    path = tmp_path / name
    path.write_bytes(data)
    found = read(path, a_round())
    assert found.status is FileStatus.REFUSED
    assert code is None or blockers(path) == [code]


def test_case_20_an_empty_template_is_not_nil_and_zeros_are_answers(tmp_path: Path) -> None:
    from danvan_xl.model.submission import Typed

    empty = read(fill(tmp_path / "20 bieu mau trong.xlsx", a_round(), UNIT, Typed()), a_round())
    assert {item.state for item in empty.answers} == {AnswerState.BLANK}
    assert not empty.nil
    assert (empty.status, to_mend(empty)) == (FileStatus.RETURNED, ["R030"])
    zeros = Typed(figures={item.id: 0 for item in a_round().forms["so-lieu"].indicators})
    assert of(read(fill(tmp_path / "20 toan so 0.xlsx", a_round(), UNIT, zeros), a_round()), "V022") == []


def test_case_28_a_unit_that_was_merged_goes_by_its_old_name_and_is_pointed_at(tmp_path: Path) -> None:
    current = a_round()
    ended = [
        replace(u, aliases=(*u.aliases, "Phòng Giáo dục"), valid_to=date(2025, 12, 31)) if u.id == UNIT else u
        for u in current.plan.units
    ]
    later = replace(current, plan=replace(current.plan, units=tuple(ended)), units={unit.id: unit for unit in ended})
    file = edited(tmp_path, "28 sap nhap.xlsx", current=later)
    file.book[layout.GUIDE_SHEET]["B4"].value = "Phòng Giáo dục"
    found = file.read()
    assert (found.status, to_mend(found)) == (FileStatus.ACCEPTED, ["I016"])


def test_a_template_without_its_identity_is_recognised_and_needs_a_persons_yes(tmp_path: Path) -> None:
    file = edited(tmp_path, "mat nhan dang.xlsx")
    del file.book[layout.IDENTITY_SHEET]
    found = file.read()
    assert (found.status, found.answers) == (FileStatus.REFUSED, ())
    assert only(found, "I001").severity is Severity.BLOCKER
    assert '--as "mat nhan dang.xlsx=VHXH"' in only(found, "I019").message
    taken = read(file.path, replace(a_round(), confirmed={file.path.name: UNIT}))
    assert (taken.status, taken.unit, taken.period) == (FileStatus.ACCEPTED, UNIT, "2026-H1")
    assert only(taken, "I018").found == UNIT
    foreign = read(file.path, replace(a_round(), confirmed={file.path.name: "KT"}))
    assert only(foreign, "I017").found == UNIT
    assert foreign.answers == ()


def test_a_table_without_ids_goes_by_its_texts_and_says_so_once(tmp_path: Path) -> None:
    file = edited(tmp_path, "mat cot ma.xlsx")
    del file.book[layout.IDENTITY_SHEET]
    for name in ("Phụ lục I", "Phụ lục II"):
        file.book[name].delete_cols(1)
    file.book.save(file.path)
    taken = read(file.path, replace(a_round(), confirmed={file.path.name: UNIT}))
    assert len(of(taken, "R017")) == 2
    assert of(taken, "R008") == []
    assert answer(taken, FIRST).values["ket_qua"] == "Đã làm xong PL1.II.1"
