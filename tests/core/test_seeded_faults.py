"""Fifteen faults of fifteen kinds in one file: exactly those findings at exactly those cells, and none elsewhere.

The returned copy, mended by what it says and sent back, is accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook import Workbook

from danvan_xl.model import Role, Severity, layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from tests.support.books import cell, open_book
from tests.support.returned import write_returned
from tests.support.rounds import a_round, fill, read, sound_answers, told

UNIT = "VP"
DONE = {"Trạng thái": "Hoàn thành", "Tỷ lệ (%)": 100, "Kết quả thực hiện": "Đã xong", "Số, ký hiệu văn bản": "7/BC-VP"}


@dataclass(frozen=True)
class Seed:
    """A fault: the row, what is typed under which headings (over a sound row), where and what it is."""

    code: str
    severity: Severity
    row: str
    at: str
    typed: dict[str, Any]

    @property
    def is_line(self) -> bool:
        return "@" in self.row

    @property
    def sheet(self) -> str:
        if not self.is_line:
            return "Số liệu"
        return a_round().appendices[a_round().by_unit[UNIT][self.row].task.appendix].sheet


def line(number: int) -> str:
    """The n-th lead line of the unit, over both appendices."""
    return [item.id for item in a_round().by_unit[UNIT].values() if item.role is Role.LEAD][number]


E, W = Severity.ERROR, Severity.WARNING
SEEDS = (
    Seed("V001", E, line(0), "Trạng thái", {**DONE, "Trạng thái": None}),
    Seed("V016", E, line(1), "Trạng thái", {**DONE, "Trạng thái": "Đã gửi công văn"}),
    Seed("V017", E, line(2), "Trạng thái", {**DONE, "Trạng thái": "Cơ bản hoàn thành"}),
    Seed("V002", E, line(3), "Tỷ lệ (%)", {**DONE, "Tỷ lệ (%)": "gần đủ"}),
    Seed("V005", E, line(4), "Tỷ lệ (%)", {**DONE, "Tỷ lệ (%)": "khoảng 80"}),
    Seed("V015", E, line(5), "Tỷ lệ (%)", {**DONE, "Tỷ lệ (%)": 150}),
    Seed("V012", E, line(6), "Tỷ lệ (%)", {**DONE, "Tỷ lệ (%)": 80}),
    Seed("V010", E, line(7), "Kết quả thực hiện", {**DONE, "Kết quả thực hiện": None}),
    Seed("V011", E, line(8), "Số, ký hiệu văn bản", {**DONE, "Số, ký hiệu văn bản": None}),
    Seed("V008", E, line(9), "Ngày hoàn thành", {**DONE, "Ngày hoàn thành": "31/6/2026"}),
    Seed("V009", E, line(10), "Ngày hoàn thành", {**DONE, "Ngày hoàn thành": "05/13/2026"}),
    Seed("D001", E, line(11), "Ngày hoàn thành", {**DONE, "Ngày hoàn thành": date(2025, 6, 15)}),
    Seed("V013", E, line(12), "Ngày hoàn thành",
         {**DONE, "Trạng thái": "Đang thực hiện", "Tỷ lệ (%)": 60, "Ngày hoàn thành": date(2026, 6, 1)}),
    Seed("V030", W, line(13), "Số, ký hiệu văn bản", {**DONE, "Số, ký hiệu văn bản": "công văn của Văn phòng"}),
    Seed("V021", E, "tuyen_truyen", "Số liệu trong kỳ", {"Số liệu trong kỳ": 0}),
)  # fmt: skip
ANSWERS = (*DONE, "Ngày hoàn thành", "Khó khăn, vướng mắc", "Giải trình")


def type_over(book: Workbook, seeds: tuple[Seed, ...], values: Callable[[Seed], dict[str, Any]]) -> None:
    """Type the values of each seed's row; what a seed does not name is emptied."""
    for seed in seeds:
        headings = ANSWERS if seed.is_line else ()
        for heading in (*headings, *values(seed)):
            cell(book[seed.sheet], seed.row, heading).value = values(seed).get(heading)


@pytest.fixture
def seeded(tmp_path: Path) -> Path:
    path = fill(tmp_path / "sai.xlsx", a_round(), UNIT, sound_answers(a_round(), UNIT))
    assert told(read(path, a_round())) == []
    book = open_book(path)
    type_over(book, SEEDS, lambda seed: seed.typed)
    book.save(path)
    return path


def expected(path: Path) -> list[tuple[str, str, str]]:
    book = open_book(path)
    return sorted((seed.code, seed.sheet, cell(book[seed.sheet], seed.row, seed.at).coordinate) for seed in SEEDS)


def test_the_table_holds_fifteen_kinds() -> None:
    assert len({seed.code for seed in SEEDS}) == len(SEEDS) == 15
    assert len({seed.row for seed in SEEDS}) == 15


def test_fifteen_faults_give_exactly_those_findings_at_exactly_those_cells(seeded: Path) -> None:
    submission = read(seeded, a_round())
    assert told(submission) == expected(seeded)
    severities = {item.code: item.severity for item in submission.findings if item.severity is not Severity.INFO}
    assert severities == {seed.code: seed.severity for seed in SEEDS}
    assert submission.status is FileStatus.RETURNED


def test_each_finding_says_what_was_found_what_is_expected_and_how_to_mend_it(seeded: Path) -> None:
    for item in read(seeded, a_round()).findings:
        if item.severity is Severity.ERROR:
            assert item.say("vi")
            assert item.say_expected("vi"), item.code
            assert item.say_mend("vi"), item.code
            assert item.location.column, item.code


def test_only_the_lines_at_fault_are_not_counted_as_answered(seeded: Path) -> None:
    faulty = {seed.row for seed in SEEDS if seed.is_line and seed.severity is Severity.ERROR}
    states = {answer.line: answer.state.value for answer in read(seeded, a_round()).answers}
    assert {line for line, state in states.items() if state == "Bị trả lại"} == faulty


def give_back(source: Path, submission: Submission) -> Path:
    target = source.with_name("tra-lai.xlsx")
    result = write_returned(source, target, submission, a_round())
    assert result.kind == "edited"
    return target


def test_the_returned_copy_lists_and_marks_each_of_them(seeded: Path) -> None:
    submission = read(seeded, a_round())
    book = open_book(give_back(seeded, submission))
    assert book.sheetnames[0] == layout.ERRORS_SHEET
    shown = [str(value) for row in book.worksheets[0].values for value in row if value is not None]
    for seed in SEEDS:
        where = cell(book[seed.sheet], seed.row, seed.at)
        assert where.comment is not None, seed.code
        assert where.fill.fill_type == "solid"
        assert any(where.coordinate in words for words in shown), seed.code


def test_the_returned_copy_mended_and_sent_back_is_accepted(seeded: Path) -> None:
    returned = give_back(seeded, read(seeded, a_round()))
    assert read(returned, a_round()).status is FileStatus.RETURNED  # sent back as it is, it says the same
    assert told(read(returned, a_round())) == expected(returned)
    book = open_book(returned)
    type_over(book, SEEDS, lambda seed: DONE if seed.is_line else {"Số liệu trong kỳ": 3})
    book.save(returned)
    again = read(returned, a_round())
    assert told(again) == []
    assert again.status is FileStatus.ACCEPTED
    assert {answer.state.value for answer in again.answers} <= {"Đã trả lời", "Không phát sinh"}
