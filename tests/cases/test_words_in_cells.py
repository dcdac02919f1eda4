"""What Excel makes of words: the text that the unit saw comes back, with what became of it or a question."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from danvan_xl.intake.read import read_workbook
from danvan_xl.model import Severity
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import Submission
from tests.cases.files import FIRST, Edited, answer, edited, of, only, to_mend
from tests.intake.files import converted
from tests.support.books import cell as cell_of
from tests.support.rounds import read

WORDS, DOCUMENT = "Kết quả thực hiện", "Số, ký hiệu văn bản"
SATISFIED, MODELS = "PL1.II.5@VHXH", "PL1.II.4@VHXH"


def put(folder: Path, column: str, stored: object, code: str) -> Edited:
    file = edited(folder, "chu.xlsx")
    file.put(FIRST, column, stored).number_format = code
    return file


AS_SEEN = [
    (0.5, "0%", "50%"),
    (0.505, "0.0%", "50,5%"),
    (2.5, "0%", "250%"),
    (0.3541666666666667, "h:mm", "8:30"),
    (0.8125, "h:mm AM/PM", "7:30 CH"),
    (25.5 / 24, "[h]:mm:ss", "25:30:00"),
    (3.5, "# ?/?", "3 1/2"),
    (0.5, "# ??/??", "1/2"),
    (912345678, "0000000000", "0912345678"),
    (7, "000", "007"),
    (5_000_000, '#,##0\\ "₫"', "5.000.000 ₫"),
    (5_000_000, "#,##0\\ [$đ-42A]", "5.000.000 đ"),
    (1234.5, "#,##0.00", "1.234,50"),
    (12, '0" cuộc"', "12 cuộc"),
    (-3, '0;[Red]"giảm "0', "giảm 3"),
    (datetime(2026, 6, 5, 8, 30), "h:mm dd/mm/yyyy", "8:30 05/06/2026"),  # noqa: DTZ001
    (date(2026, 6, 5), "[$-42A]dd mmmm yyyy;@", "05 Tháng Sáu 2026"),
    (date(2026, 6, 5), "d/m/yyyy", "5/6/2026"),
]


@pytest.mark.parametrize(("stored", "code", "seen"), AS_SEEN)
def test_a_cell_for_words_gives_what_was_seen_and_says_what_was_stored(
    tmp_path: Path, stored: object, code: str, seen: str
) -> None:
    found = put(tmp_path, WORDS, stored, code).read()
    assert answer(found, FIRST).values["ket_qua"] == seen
    repaired = only(found, "N013")
    assert (repaired.line, repaired.severity, repaired.args["became"]) == (FIRST, Severity.INFO, seen)
    assert seen in repaired.message


AS_STORED = [
    (12, "General", "12"),
    (12, "0", "12"),
    (0.5, "General", "0,5"),
    (date(2026, 6, 5), "dd/mm/yyyy", "05/06/2026"),
    (0, "0;-0;;@", "0"),
    ("50 %", "0%", "50 %"),
    ("5/6", "@", "5/6"),
]


@pytest.mark.parametrize(("stored", "code", "seen"), AS_STORED)
def test_what_is_shown_as_it_is_stored_needs_no_word(tmp_path: Path, stored: object, code: str, seen: str) -> None:
    found = put(tmp_path, WORDS, stored, code).read()
    assert answer(found, FIRST).values["ket_qua"] == seen
    assert (of(found, "N013"), to_mend(found)) == ([], [])


ASKED = [
    (date(2026, 6, 5), "d-mmm", "5-Thg6", "5/6"),
    (date(2026, 6, 5), "[$-409]d-mmm;@", "5-Jun", "5/6"),
    (date(2026, 6, 5), "d/m", "5/6", "5/6"),
    (date(2026, 2, 1), "dd-mmm", "01-Thg2", "1/2"),
    (date(2026, 3, 12), "d-mmm", "12-Thg3", "12/3"),
    (date(2026, 6, 1), "mmm-yy", "Thg6-26", "6/2026"),
    (date(2026, 1, 1), "mmm-yy", "Thg1-26", "1/2026"),
    (date(2026, 6, 1), "m/yyyy", "6/2026", "6/2026"),
]


@pytest.mark.parametrize("column", [WORDS, DOCUMENT])
@pytest.mark.parametrize(("stored", "code", "seen", "typed"), ASKED)
def test_a_day_of_which_not_all_is_shown_may_have_been_a_number_and_is_asked(
    tmp_path: Path, stored: date, code: str, seen: str, typed: str, column: str
) -> None:
    found = put(tmp_path, column, stored, code).read()
    question = only(found, "V031")
    assert answer(found, FIRST).values["ket_qua" if column == WORDS else "so_van_ban"] == seen
    assert (question.severity, question.found, question.line) == (Severity.WARNING, f"{stored:%d/%m/%Y}", FIRST)
    assert (question.args["shown"], question.args["typed"]) == (seen, typed)
    assert to_mend(found) == ["V031"]


def test_a_question_about_a_day_is_settled_by_an_explanation(tmp_path: Path) -> None:
    file = put(tmp_path, WORDS, date(2026, 6, 5), "d-mmm")
    file.put(FIRST, "Giải trình", "Đúng là ngày 05/6")
    assert to_mend(file.read()) == []


def test_a_power_of_ten_is_asked(tmp_path: Path) -> None:
    found = put(tmp_path, WORDS, 100_000, "0.00E+00").read()
    assert answer(found, FIRST).values["ket_qua"] == "1,00E+05"
    assert (only(found, "V033").found, to_mend(found)) == ("100000", ["V033"])


def test_a_telephone_number_that_lost_its_zero_is_still_one(tmp_path: Path) -> None:
    found = put(tmp_path, WORDS, 912345678, "General").read()
    assert to_mend(found) == ["S050"]
    assert "912345678" not in str([item.found for item in found.findings])


def test_a_document_number_that_its_format_completes_is_one(tmp_path: Path) -> None:
    found = put(tmp_path, DOCUMENT, 157, '0"/KH-UBND"').read()
    assert answer(found, FIRST).values["so_van_ban"] == "157/KH-UBND"
    assert to_mend(found) == []
    bare = put(tmp_path, DOCUMENT, 0.5, "0%").read()
    assert (only(bare, "V030").found, answer(bare, FIRST).values["so_van_ban"]) == ("50%", "50%")


def test_the_unit_s_own_words_and_notes_are_read_alike(tmp_path: Path) -> None:
    file = edited(tmp_path, "loi.xlsx")
    words, figures = file.book["Khó khăn, kiến nghị"], file.book["Số liệu"]
    row = next(row for row in range(1, 20) if words.cell(row, 1).value == "kien_nghi")
    cell = next(cell for cell in words[row] if cell.value == "Trả lời kien_nghi")
    cell.value, cell.number_format = 0.5, "0%"
    note = cell_of(figures, "van_ban", "Ghi chú")
    note.value, note.number_format = date(2026, 6, 5), "d-mmm"
    found = file.read()
    assert (found.words["kien_nghi"], found.figure_notes["van_ban"]) == ("50%", "5-Thg6")
    assert (len(of(found, "N013")), len(of(found, "V031"))) == (1, 1)


def test_what_was_typed_into_the_plan_s_own_cells_is_told_as_it_was_seen(tmp_path: Path) -> None:
    file = edited(tmp_path, "cot ke hoach.xlsx")
    cell = next(cell for cell in file.sheet(FIRST)[file.row(FIRST)] if cell.value == "Hàng năm")
    cell.value, cell.number_format = date(2026, 6, 1), "mmm-yy"
    assert only(file.read(), "I020").found == "Thg6-26"


# ---- the same in other formats --------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_every_format_gives_what_was_seen(tmp_path: Path, kind: str) -> None:
    file = edited(tmp_path, "chu.xlsx")
    lines = [line for line in file.round.by_unit["VHXH"] if line.startswith("PL1") and line != FIRST][:4]
    cells = [(0.5, "0%"), (date(2026, 6, 5), "d/m"), (0.3541666666666667, "h:mm"), (5, '0" việc"')]
    for line, (stored, code) in zip(lines, cells, strict=True):
        file.put(line, WORDS, stored).number_format = code
    file.put(FIRST, WORDS, "một\thai")
    file.read()
    found: Submission = read(converted(file.path, kind), file.round)
    seen = [answer(found, line).values["ket_qua"] for line in lines]
    assert seen == ["50%", "5/6", "8:30", "5 việc"]
    assert sorted(item.line or "" for item in of(found, "N013")) == sorted([lines[0], lines[2], lines[3]])
    assert only(found, "V031").line == lines[1]
    assert answer(found, FIRST).values["ket_qua"] == "một hai"
    assert "F022" not in str([item.code for item in read_workbook(converted(file.path, kind)).findings])


# ---- numbers ---------------------------------------------------------------------------------------------------


def figure(folder: Path, typed: object, code: str = "General") -> Submission:
    file = edited(folder, "so.xlsx")
    sheet = file.book["Số liệu"]
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "luot_nguoi")
    sheet.cell(row, 5).value, sheet.cell(row, 5).number_format = typed, code
    return file.read()


@pytest.mark.parametrize(
    ("typed", "one", "two"), [("12,000", "12", "12000"), ("1,234", "1,234", "1234"), ("120,500", "120,5", "120500")]
)
def test_a_comma_in_a_count_may_be_thousands_and_is_asked(tmp_path: Path, typed: str, one: str, two: str) -> None:
    found = figure(tmp_path, typed)
    asked = only(found, "V006")
    assert (found.figures["luot_nguoi"], asked.args["one"], asked.args["two"]) == (typed, one, two)


def test_several_commas_can_only_be_thousands_which_is_a_warning(tmp_path: Path) -> None:
    found = figure(tmp_path, "1,000,000")
    assert found.figures["luot_nguoi"] == 1_000_000
    assert only(found, "N014").severity is Severity.WARNING


@pytest.mark.parametrize(("typed", "code"), [(0.3541666666666667, "h:mm"), (1, "0%"), (date(2026, 6, 5), "d-mmm")])
def test_a_time_a_percentage_or_a_day_is_no_count(tmp_path: Path, typed: object, code: str) -> None:
    found = figure(tmp_path, typed, code)
    assert only(found, "V002").found in ("8:30", "100%", "5-Thg6")
    assert not isinstance(found.figures["luot_nguoi"], int | float)


@pytest.mark.parametrize("typed", ["12", "12 000", 12000])
def test_other_counts_are_read(tmp_path: Path, typed: object) -> None:
    assert figure(tmp_path, typed, "#,##0").figures["luot_nguoi"] in (12, 12000)


SHARES = [
    (1, "General", None), ("1", "General", None), (0.95, "General", None), ("0,95", "General", None),
    (2.5, "0%", None), (1, "0%", 100), (0.95, "0%", 95), ("1%", "General", 1), (95, "General", 95),
    ("95 %", "General", 95), (0, "General", 0), (1.5, "General", 1.5),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code", "value"), SHARES)
def test_one_in_a_column_of_percents_is_asked_unless_the_cell_says_which(
    tmp_path: Path, typed: object, code: str, value: object
) -> None:
    file = edited(tmp_path, "ty le.xlsx")
    file.put(FIRST, "Trạng thái", "Đang thực hiện")
    file.put(FIRST, "Ngày hoàn thành", None)
    file.put(FIRST, "Tỷ lệ (%)", typed).number_format = code
    found = file.read()
    assert (len(of(found, "V006")) == 1) is (value is None)
    if value is not None:
        assert answer(found, FIRST).values["ty_le"] == value
    else:
        assert answer(found, FIRST).state is AnswerState.RETURNED


OF_TARGETS = [
    (SATISFIED, 2.5, "0%", 250, None), (SATISFIED, 0.95, "0%", 95, None), (SATISFIED, 95, "General", 95, None),
    (SATISFIED, "95 %", "General", 95, None), (SATISFIED, 0.95, "General", None, "V006"),
    (SATISFIED, 1, "General", None, "V006"), (SATISFIED, 1, "0%", 100, None), (SATISFIED, 95, "0%", 95, None),
    (MODELS, 1, "General", 1, None), (MODELS, 2, "0", 2, None), (MODELS, 2.5, "0%", None, "V032"),
    (MODELS, 1, "0%", None, "V032"), (MODELS, "95 %", "General", None, "V032"), (MODELS, "3", "General", 3, None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "typed", "code", "value", "asked"), OF_TARGETS)
def test_a_value_is_read_in_the_unit_of_its_target(
    tmp_path: Path, line: str, typed: object, code: str, value: object, asked: str | None
) -> None:
    file = edited(tmp_path, "gia tri.xlsx")
    file.put(line, "Giá trị đạt", typed).number_format = code
    found = file.read()
    here = [item.code for item in found.findings if item.line == line and item.location.column == "Giá trị đạt"]
    assert [item for item in here if item in ("V006", "V032")] == ([asked] if asked else [])
    if asked is None:
        assert answer(found, line).values["gia_tri"] == value
