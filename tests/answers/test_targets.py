"""``Chỉ tiêu`` of a unit's file: what is asked, what is read, what is wrong, and that no cell gets lost.

A percentage is never typed where both parts are known; half a model is no model; 0 of 0 is nothing arisen, not 0 %;
what the template did not ask is not held against the unit.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.model import layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.returned.filling import filled_template
from tests.support.books import column_of, header_row, open_book, row_of
from tests.support.rounds import fill, read, sound_answers, told
from tests.support.targets import ALL, CLASS, EACH, FILES, LOOSE, MODELS, PLANS, RANK, SATISFIED, STANDARD, round_of

CURRENT = round_of(*ALL)
UNIT = "VHXH"
SOUND = sound_answers(CURRENT, UNIT)


def said(folder: Path, target: Any, typed: dict[str, Any]) -> Submission:
    """The file of a unit that types this for one target, cell by cell, and sound answers for all others."""
    path = fill(folder / "a.xlsx", CURRENT, UNIT, replace(SOUND, targets={**SOUND.targets, target.id: {}}))
    book = open_book(path)
    sheet = book[layout.TARGETS]
    for heading, value in typed.items():
        sheet.cell(row_of(sheet, target.id), column_of(sheet, heading)).value = value
    book.save(path)
    return read(path, CURRENT)


def balanced(read: Submission) -> bool:
    return all(one.changed == one.used + one.repaired + one.found for one in read.cells.values())


SOUND_CASES = [
    (MODELS, {"Giá trị": 2}, {"value": 2}),
    (MODELS, {"Giá trị": "02"}, {"value": 2}),
    (MODELS, {"Giá trị": 0}, {"value": 0}),
    (EACH, {"Giá trị": "1.234"}, {"value": 1234}),
    (FILES, {"Tử số": 38, "Mẫu số": 40}, {"numerator": 38, "denominator": 40}),
    (FILES, {"Tử số": 0, "Mẫu số": 0}, {"numerator": 0, "denominator": 0}),
    (SATISFIED, {"Giá trị": "95,5%"}, {"value": 95.5}),
    (SATISFIED, {"Giá trị": 95.5}, {"value": 95.5}),
    (RANK, {"Giá trị": 3}, {"value": 3}),
    (CLASS, {"Giá trị": "xuất  sắc"}, {"value": "Xuất sắc"}),
    (CLASS, {"Giá trị": "Khá"}, {"value": "Khá"}),
    (LOOSE, {"Giá trị": "Hạng 12/114"}, {"value": "Hạng 12/114"}),
    (STANDARD, {"Văn bản, nguồn": "12/QĐ-UBND", "Ngày": date(2026, 5, 20)}, None),
    (STANDARD, {"Văn bản, nguồn": "chưa đạt"}, {"document": "Chưa đạt"}),
]


@pytest.mark.parametrize(("target", "typed", "values"), SOUND_CASES)
def test_what_a_kind_asks_for_is_read_in_its_type(
    tmp_path: Path, target: Any, typed: dict[str, Any], values: dict[str, Any] | None
) -> None:
    found = said(tmp_path, target, typed)
    assert [item for item in told(found) if not item[0].startswith("N")] == []
    answer = found.targets[target.id]
    assert dict(answer.values) == (values or {"document": "12/QĐ-UBND", "day": date(2026, 5, 20)})
    assert answer.sound
    assert balanced(found)


FAULTY_CASES = [
    (MODELS, {"Giá trị": 0.5}, "V004"),
    (MODELS, {"Giá trị": "0,5"}, "V004"),
    (MODELS, {"Giá trị": "50%"}, "V002"),
    (MODELS, {"Giá trị": -1}, "V015"),
    (FILES, {"Giá trị": "95%"}, "V040"),
    (FILES, {"Giá trị": 0.95}, "V040"),
    (FILES, {"Tử số": 38, "Mẫu số": 40, "Giá trị": 95}, "V040"),
    (FILES, {"Tử số": 41, "Mẫu số": 40}, "V020"),
    (FILES, {"Tử số": 3, "Mẫu số": 0}, "V020"),
    (FILES, {"Tử số": 1.5, "Mẫu số": 40}, "V004"),
    (SATISFIED, {"Giá trị": 120}, "V015"),
    (SATISFIED, {"Giá trị": "khoảng 90"}, "V005"),
    (RANK, {"Giá trị": "ba"}, "V002"),
    (STANDARD, {"Văn bản, nguồn": "12/QĐ-UBND", "Ngày": date(2026, 12, 1)}, "D002"),
    (STANDARD, {"Văn bản, nguồn": "12/QĐ-UBND", "Ngày": date(2019, 1, 1)}, "D001"),
    (STANDARD, {"Văn bản, nguồn": "12/QĐ-UBND", "Ngày": "tháng 5"}, "V003"),
]


@pytest.mark.parametrize(("target", "typed", "code"), FAULTY_CASES)
def test_what_can_not_be_added_up_is_an_error_and_stays_as_typed(
    tmp_path: Path, target: Any, typed: dict[str, Any], code: str
) -> None:
    found = said(tmp_path, target, typed)
    errors = told(found, ("error",))
    assert [(item[0], item[1]) for item in errors] == [(code, layout.TARGETS)]
    assert found.status is FileStatus.RETURNED
    answer = found.targets[target.id]
    assert not answer.sound
    assert all(isinstance(value, str) for value in answer.values.values())
    assert balanced(found)


OPEN_CASES = [
    (MODELS, {}, "V041"),
    (FILES, {"Tử số": 3}, "V042"),
    (FILES, {"Mẫu số": 3}, "V042"),
    (STANDARD, {"Văn bản, nguồn": "12/QĐ-UBND"}, "V042"),
    (MODELS, {"Tử số": 3, "Giá trị": 3}, "R035"),
]


@pytest.mark.parametrize(("target", "typed", "code"), OPEN_CASES)
def test_what_is_missing_is_a_warning_that_a_note_settles(
    tmp_path: Path, target: Any, typed: dict[str, Any], code: str
) -> None:
    found = said(tmp_path, target, typed)
    assert [item[0] for item in told(found)] == [code]
    assert balanced(found)
    if code != "R035":
        noted = said(tmp_path, target, {**typed, "Ghi chú, giải trình": "Chờ số liệu của thành phố"})
        assert all(item.settled for item in noted.findings if item.code == code)


def test_a_sorted_a_doubled_and_a_deleted_row_are_found(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", CURRENT, UNIT)
    book = open_book(path)
    sheet = book[layout.TARGETS]
    first, second = row_of(sheet, MODELS.id), row_of(sheet, EACH.id)
    text = column_of(sheet, layout.TARGETS)
    ids = column_of(sheet, layout.LINE_ID)
    sheet.cell(first, ids).value, sheet.cell(second, ids).value = EACH.id, MODELS.id
    book.save(path)
    found = read(path, CURRENT)
    assert {code for code, *_ in told(found, ("error",))} == {"I021"}
    assert not found.targets[MODELS.id].sound
    sheet.cell(first, ids).value = sheet.cell(second, ids).value = MODELS.id
    sheet.cell(second, text).value = sheet.cell(first, text).value
    book.save(path)
    found = read(path, CURRENT)
    assert ("I012", layout.TARGETS) in [(code, where) for code, where, _ in told(found, ("error",))]
    assert balanced(found)
    sheet.delete_rows(second)
    book.save(path)
    found = read(path, CURRENT)
    assert [item.code for item in found.findings if item.code == "V041"] == ["V041"]


def test_a_renamed_sheet_is_found_and_a_deleted_one_is_asked_for(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", CURRENT, UNIT)
    book = open_book(path)
    book[layout.TARGETS].title = "CT nam 2026"
    book.save(path)
    found = read(path, CURRENT)
    assert "C010" in {item.code for item in found.findings}
    assert found.targets[MODELS.id].values == {"value": 3}
    del book["CT nam 2026"]
    book.save(path)
    found = read(path, CURRENT)
    assert ("C001", layout.TARGETS, "") in told(found)
    assert not found.targets[MODELS.id].values


def test_a_template_from_before_the_targets_is_read_as_before(tmp_path: Path) -> None:
    then = round_of()
    found = read(fill(tmp_path / "a.xlsx", then, UNIT, replace(sound_answers(then, UNIT), targets={})), CURRENT)
    assert told(found) == []
    assert found.targets == {}


def test_a_target_that_the_plan_gained_is_not_held_against_the_unit(tmp_path: Path) -> None:
    then = round_of(MODELS, FILES)
    found = read(fill(tmp_path / "a.xlsx", then, UNIT), CURRENT)
    assert told(found) == []
    assert set(found.targets) == {MODELS.id, FILES.id}


def test_what_is_said_of_a_target_that_is_no_longer_asked_is_told(tmp_path: Path) -> None:
    found = read(fill(tmp_path / "a.xlsx", CURRENT, UNIT), round_of(*(one for one in ALL if one is not EACH)))
    assert [code for code, *_ in told(found)] == ["I030"]
    assert balanced(found)


def test_a_unit_that_is_asked_nothing_has_no_sheet(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", CURRENT, "CA")
    assert layout.TARGETS not in open_book(path).sheetnames
    found = read(path, CURRENT)
    assert told(found) == []
    assert found.targets == {}


def test_a_fresh_template_has_the_answers_again(tmp_path: Path) -> None:
    before = read(fill(tmp_path / "a.xlsx", CURRENT, UNIT), CURRENT)
    book = filled_template(before, CURRENT, CURRENT.plan.unit(UNIT)).book
    book.save(tmp_path / "b.xlsx")
    after = read(tmp_path / "b.xlsx", CURRENT)
    assert {name: dict(one.values) for name, one in after.targets.items()} == {
        name: dict(one.values) for name, one in before.targets.items()
    }
    assert PLANS.id not in after.targets


def test_nothing_is_asked_in_a_report_that_is_nil(tmp_path: Path) -> None:
    nil = replace(SOUND, lines={}, figures={}, words={}, own=(), targets={}, nil=True, nil_reason="Mới thành lập")
    found = read(fill(tmp_path / "a.xlsx", CURRENT, UNIT, nil), CURRENT)
    assert not [item for item in found.findings if item.code in ("V041", "V042")]
    said_all_the_same = replace(nil, targets={MODELS.id: {"value": 2}})
    found = read(fill(tmp_path / "b.xlsx", CURRENT, UNIT, said_all_the_same), CURRENT)
    assert "R032" in {item.code for item in found.findings}


def test_the_header_is_found_wherever_it_is_and_by_other_words(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", CURRENT, UNIT)
    book = open_book(path)
    sheet = book[layout.TARGETS]
    head = header_row(sheet)
    sheet.cell(head, column_of(sheet, "Giá trị")).value = "Kết quả đạt được"
    sheet.insert_rows(1, 2)
    book.save(path)
    found = read(path, CURRENT)
    assert found.targets[MODELS.id].values == {"value": 3}
    assert told(found, ("error", "blocker")) == []
