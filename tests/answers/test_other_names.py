"""Issue 11, point 3: the name typed beside ``Đơn vị báo cáo`` and the file's own name beside a sound inside.

- The cell is locked; whatever stands there is told, and the hidden identity decides.
- Refused is only what surely names another unit of this plan, and a file name where the inside is not sure.
- A remark asks nobody to send again. A person's word (``--as``) settles what is doubtful.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from danvan_xl.model import Severity, layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from tests.cases.files import FIRST, Edited, edited, of, only, to_mend
from tests.support.books import open_book
from tests.support.program import run
from tests.support.rounds import PLANS, a_round, fill, read

CELL = "B4"
"""Beside the label, on the first sheet."""


def typed(folder: Path, value: object, unit: str = "KT", name: str = "a.xlsx") -> Edited:
    file = edited(folder, name, unit)
    file.book[layout.GUIDE_SHEET][CELL].value = value
    return file


def balanced(file: Submission) -> bool:
    return all(one.changed == one.used + one.repaired + one.found for one in file.cells.values())


def test_the_cell_is_locked_and_the_marks_for_nothing_to_report_are_open(tmp_path: Path) -> None:
    guide = open_book(fill(tmp_path / "a.xlsx", a_round(), "KT"))[layout.GUIDE_SHEET]
    assert guide[CELL].value == "Phòng Kinh tế"
    is_open = {str(row[0].value): not row[1].protection.locked for row in guide.iter_rows(max_row=12, max_col=2)}
    assert not is_open[layout.UNIT_LABEL]
    assert is_open[layout.NIL_REPORT_LABEL]
    assert is_open[layout.NIL_REASON_LABEL]


# ---- what is typed beside the label ----------------------------------------------------------------------------

OTHERS = [
    "Phòng Văn hóa - Xã hội", "Phòng VHXH", "phòng vh-xh", "VHXH", "Phong Van hoa - Xa hoi", "P. VHXH",
    "Phòng Văn hóa - Xã hội xã Gia Lộc", "Phòng Văn hóa - Xã hội, UBND xã Gia Lộc", "Văn phòng", "VP", "vp",
    "TTPVHCC", "Trung tâm phục vụ hành chính công xã Gia Lộc", "BCH Quân sự", "Ban CHQS xã", "CÔNG AN XÃ", "Công an",
    "Công an xã (Nguyễn Văn A)", "Văn phòng và Công an xã",
]  # fmt: skip


@pytest.mark.parametrize("words", OTHERS)
def test_another_unit_of_the_plan_stops_the_file_with_both_names(words: str, tmp_path: Path) -> None:
    said = typed(tmp_path, words).read()
    found = only(said, "I005")
    assert (said.status, said.unit, said.answers) == (FileStatus.REFUSED, "KT", ())
    assert (found.found, found.location.cell, found.args["unit"]) == (words, CELL, "Phòng Kinh tế")
    assert found.args["other"] in found.message


OWN = ["Phòng Kinh tế", "PHÒNG  KINH TẾ ", "Phòng Kinh tế xã", "Phòng Kinh tế xã Gia Lộc", "KT",
       "Phòng Kinh tế, UBND xã Gia Lộc", "Phòng Kinh tế - Ủy ban nhân dân xã Gia Lộc"]  # fmt: skip


@pytest.mark.parametrize("words", OWN)
def test_the_units_own_name_is_nothing_to_speak_of(words: str, tmp_path: Path) -> None:
    said = typed(tmp_path, words).read()
    assert (said.status, said.findings) == (FileStatus.ACCEPTED, ())
    assert balanced(said)


INFOS: list[object] = [
    "Phong Kinh te", "Phòng Kính tế", "Phòng Kin tế", "P. KT", "Phòng KT xã", "Phòng Kinh tế (Nguyễn Văn A)",
    "Nguyễn Thị Lan", "Chị Lan 0912 345 678", "UBND xã Gia Lộc", "Xã Gia Lộc", "x", "…", 2026, 12.5, True,
]  # fmt: skip
WARNINGS = [
    "Phòng Kinh tế và Văn phòng", "Phòng VHXH gửi Phòng Kinh tế", "Trạm Y tế xã", "Phòng Kinh tế - Hạ tầng",
    "Phòng Văn hóa - Xã hội xã Gia Phúc", "Phòng Văn hóa Xã hôi", "Phòng Văn háo - Xã hội",
    "Đảng ủy UBND xã",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "severity"), [*((v, Severity.INFO) for v in INFOS), *((v, Severity.WARNING) for v in WARNINGS)]
)
def test_anything_else_is_a_remark_and_the_answers_count(value: object, severity: Severity, tmp_path: Path) -> None:
    said = typed(tmp_path, value).read()
    assert [item.code for item in said.findings] == ["I024"]
    found = only(said, "I024")
    assert (found.severity, found.location.sheet, found.location.cell) == (severity, layout.GUIDE_SHEET, CELL)
    assert (said.status, said.unit) == (FileStatus.ACCEPTED, "KT")
    assert said.answers
    assert balanced(said)
    assert said.cells[""].changed == 1
    assert "Phòng Kinh tế" in found.message
    assert "không phải gửi lại" in str(found.say_mend())


def test_an_emptied_cell_is_told_and_the_answers_count(tmp_path: Path) -> None:
    said = typed(tmp_path, None).read()
    assert [(item.code, item.location.cell) for item in said.findings] == [("R037", CELL)]
    assert said.status is FileStatus.ACCEPTED


@pytest.mark.parametrize("formula", ["=A1", "='Số liệu'!B2", '=HYPERLINK("x","Phòng Kinh tế")'])
def test_a_formula_without_a_result_is_told_and_names_nobody(formula: str, tmp_path: Path) -> None:
    said = typed(tmp_path, formula).read()
    assert "F042" in {item.code for item in said.findings if item.location.cell == CELL}
    assert said.status is FileStatus.ACCEPTED


def test_every_sheet_that_has_the_label_is_looked_at(tmp_path: Path) -> None:
    file = typed(tmp_path, "Nguyễn Thị Lan")
    sheet = file.sheet(next(iter(file.round.by_unit["KT"])))
    sheet["D5"].value, sheet["E5"].value = layout.UNIT_LABEL, "Văn phòng"
    assert only(file.read(), "I005").location.cell == "E5"


def test_a_unit_that_was_renamed_since_is_known_by_what_its_template_printed(tmp_path: Path) -> None:
    from msgspec.structs import replace

    path = fill(tmp_path / "a.xlsx", a_round(), "KT")
    now = a_round()
    units = tuple(
        replace(unit, name="Phòng Quản lý đô thị", short="P. QLĐT", aliases=()) if unit.id == "KT" else unit
        for unit in now.plan.units
    )
    renamed = replace(now, plan=replace(now.plan, units=units), units={unit.id: unit for unit in units})
    assert to_mend(read(path, renamed)) == []


@pytest.mark.parametrize("plan", PLANS)
def test_in_every_plan_each_name_stops_all_units_but_its_own(plan: str, tmp_path: Path) -> None:
    current = a_round(plan)
    units = current.plan.reporting_units
    for place, unit in enumerate(units[:4]):
        path, other = tmp_path / f"{unit.id}.xlsx", units[(place + 1) % len(units)]
        fill(path, current, unit.id)
        for words in dict.fromkeys((other.name, other.short, other.id, *other.aliases, unit.name, unit.short)):
            book = open_book(path)
            book[layout.GUIDE_SHEET][CELL].value = words
            book.save(path)
            codes = {item.code for item in read(path, current).findings}
            assert ("I005" in codes) == (words not in (unit.name, unit.short, *unit.aliases)), (unit.id, words)


def test_a_template_of_the_first_version_is_read_the_same(tmp_path: Path) -> None:
    def first_version(value: object) -> Submission:
        file = typed(tmp_path, value)
        identity: Any = file.book[layout.IDENTITY_SHEET]
        for row in range(identity.max_row, 0, -1):
            if identity.cell(row, 1).value in ("words", "previous"):
                identity.delete_rows(row)
        return file.read()

    assert first_version("Phòng Kinh tế").findings == ()
    assert first_version(None).findings == ()
    assert [item.code for item in first_version("Nguyễn Thị Lan").findings] == ["I024"]
    assert [item.code for item in first_version("Văn phòng").findings] == ["I005"]


# ---- the file's name -------------------------------------------------------------------------------------------

FILE_NAMES = [
    ("VP.xlsx", "Văn phòng HĐND và UBND"),
    ("BC Phòng Văn hóa - Xã hội 6T.xlsx", "Phòng Văn hóa - Xã hội"),
    ("Cong an xa va BCH Quan su.xlsx", "Công an xã, Ban Chỉ huy Quân sự xã"),
    ("BC dan van 2026-H2.xlsx", "2026-H2"),
    ("VP_2026-H2.xlsx", "Văn phòng HĐND và UBND; 2026-H2"),
]


@pytest.mark.parametrize(("name", "other"), FILE_NAMES)
def test_a_file_name_that_says_otherwise_is_a_remark_where_the_inside_is_sure(
    name: str, other: str, tmp_path: Path
) -> None:
    said = read(fill(tmp_path / name, a_round(), "KT"), a_round())
    found = only(said, "I025")
    assert (said.status, said.unit, found.severity) == (FileStatus.ACCEPTED, "KT", Severity.WARNING)
    assert (found.found, found.args["other"]) == (name, other)
    assert len(said.findings) == 1
    assert "không phải gửi lại" in str(found.say_mend())


NO_NAMES = ["z6711203485.xlsx", "BC gửi Văn phòng.xlsx", "Phong Kinh te va Van phong.xlsx", "KT nop VP.xlsx", "vp.xlsx"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_file_name_that_says_nothing_else_is_no_remark(name: str, tmp_path: Path) -> None:
    assert read(fill(tmp_path / name, a_round(), "KT"), a_round()).findings == ()


def spoilt(folder: Path, how: str) -> Edited:
    """A file of VHXH that is called VP.xlsx, with something inside that is not sure."""
    file = edited(folder, "VP.xlsx", "VHXH")
    if how == "another unit's name":
        file.book[layout.GUIDE_SHEET][CELL].value = "Văn phòng HĐND và UBND"
    elif how == "another unit's line":
        file.sheet(FIRST).cell(file.row(FIRST), 1).value = "PL1.II.1@VP"
    elif how == "another unit's own line":
        file.sheet(FIRST).cell(file.row(FIRST), 1).value = "+1@VP"
    else:
        for name in ("Phụ lục I", "Phụ lục II"):
            file.book[name].delete_cols(1)
    return file


@pytest.mark.parametrize(
    "how", ["another unit's name", "another unit's line", "another unit's own line", "no line ids"]
)
def test_a_file_name_stops_the_file_where_the_inside_is_not_sure(how: str, tmp_path: Path) -> None:
    said = spoilt(tmp_path, how).read()
    assert (said.status, said.unit) == (FileStatus.REFUSED, "VHXH")
    assert only(said, "I009").args["other"] == "Văn phòng HĐND và UBND"
    assert of(said, "I025") == []


def test_a_period_in_the_name_stops_the_file_where_the_guide_says_another_one_too(tmp_path: Path) -> None:
    file = edited(tmp_path, "BC 2026-H2.xlsx", "KT")
    guide = file.book[layout.GUIDE_SHEET]
    row = next(row for row in range(1, 12) if guide.cell(row, 1).value == layout.PERIOD_LABEL)
    guide.cell(row, 2).value = "6 tháng cuối năm 2026"
    said = file.read()
    assert (said.status, only(said, "I015").args["other"]) == (FileStatus.REFUSED, "2026-H2")


# ---- a person's word, and what people are told -----------------------------------------------------------------


def checked(*arguments: object, cwd: Path) -> dict[str, Any]:
    done = run("check", *arguments, "--plan", "gia-loc", "--period", "2026-H1", "--json", cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    file: dict[str, Any] = json.loads(done.stdout)["files"][0]
    return file


def codes(file: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["code"], item["severity"]) for item in file["findings"]]


def test_a_persons_word_settles_a_name_and_what_was_typed_stays_told(tmp_path: Path) -> None:
    for name, words, found in (
        ("VP.xlsx", "Phòng Kinh tế", [("I018", "info")]),
        ("a.xlsx", "Văn phòng", [("I018", "info"), ("I024", "info")]),
        ("b.xlsx", "Trạm Y tế", [("I018", "info"), ("I024", "info")]),
        ("c.xlsx", "Nguyễn Thị Lan", [("I024", "info")]),
    ):
        file = typed(tmp_path, words, name=name)
        file.book.save(file.path)
        said = checked(name, "--as", "KT", cwd=tmp_path)
        assert (said["status"], said["unit"], codes(said)) == ("accepted", "KT", found)
        wrong = checked(name, "--as", "VP", cwd=tmp_path)
        assert wrong["status"] == "refused"
        assert "I017" in dict(codes(wrong))


def test_a_returned_file_marks_what_was_typed_and_comes_back_as_it_is(tmp_path: Path) -> None:
    file = typed(tmp_path, "Trạm Y tế", "VHXH")
    file.put(FIRST, "Trạng thái", "Cơ bản hoàn thành")
    file.book.save(file.path)
    arguments = ("check", "a.xlsx", "--return", "tra", "--plan", "gia-loc", "--period", "2026-H1")
    assert run(*arguments, cwd=tmp_path).returncode == 1
    (back,) = (tmp_path / "tra").glob("*.xlsx")
    listed = [str(cell.value) for row in open_book(back)[layout.ERRORS_SHEET].iter_rows() for cell in row]
    assert any("Trạm Y tế" in words for words in listed)
    again = read(back, a_round())
    assert ("I024", "Trạm Y tế") in {(item.code, item.found) for item in again.findings}
