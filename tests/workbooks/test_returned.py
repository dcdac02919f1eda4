"""A unit gets its own file back with the bad cells marked; mended, the same file is accepted."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from danvan_xl.model import Severity, layout, marks
from danvan_xl.model.statuses import FileStatus
from danvan_xl.workbooks.returned.names import returned_name
from danvan_xl.workbooks.returned.writer import carry_out, return_task
from tests.support.returned import write_returned
from tests.workbooks.unit_files import UNIT, Answers, Places, a_round, filled, open_book, read, serious

FAULTS: Answers = {
    ("PL1.I.1@VHXH", "Trạng thái"): "cơ bản hoàn thành",
    ("PL1.I.2@VHXH", "Tỷ lệ (%)"): 150,
    ("PL1.I.4@VHXH", "Ngày hoàn thành"): "31/06/2026",
    ("PL1.I.5@VHXH", "Kết quả thực hiện"): None,
    ("PL1.II.1@VHXH", "Tỷ lệ (%)"): "tám mươi",
}
REPAIRED: Answers = {("PL1.II.2@VHXH", "Tỷ lệ (%)"): "100%"}
MENDED: Answers = {
    ("PL1.I.1@VHXH", "Trạng thái"): "Hoàn thành",
    ("PL1.I.2@VHXH", "Tỷ lệ (%)"): 100,
    ("PL1.I.4@VHXH", "Ngày hoàn thành"): date(2026, 6, 1),
    ("PL1.I.5@VHXH", "Kết quả thực hiện"): "Đã triển khai",
    ("PL1.II.1@VHXH", "Tỷ lệ (%)"): 100,
}


def give_back(source: Path, target: Path) -> Path:
    """Check ``source`` and write what its unit gets."""
    write_returned(source, target, read(source), a_round())
    return target


def mend(path: Path, answers: Answers) -> None:
    """Type answers into a file, as the unit does in Excel."""
    book = open_book(path)
    for (line, heading), value in answers.items():
        Places(book).line(line, heading).value = value
    book.save(path)


def test_bad_cells_are_filled_and_say_what_is_found_expected_and_to_be_done(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    returned = Places(open_book(give_back(source, tmp_path / "b.xlsx")))
    for line, heading in FAULTS:
        cell = returned.line(line, heading)
        assert cell.fill.fgColor.rgb == marks.ERROR_FILL, (line, heading)
    words = returned.line("PL1.I.2@VHXH", "Tỷ lệ (%)").comment.text
    finding = next(item for item in read(source).findings if item.found == "150")
    for part in (finding.message, "Đang ghi: 150", f"Cần: {finding.expected}", finding.say_mend()):
        assert part is not None
        assert part in words


def test_what_is_no_error_and_no_warning_is_not_coloured(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", {**FAULTS, **REPAIRED})
    before, after = open_book(source), open_book(give_back(source, tmp_path / "b.xlsx"))
    assert any(item.severity is Severity.INFO for item in read(source).findings)
    marked = 0
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title][cell.coordinate]
                if repr(other.fill) == repr(cell.fill):
                    assert other.comment is None
                else:
                    marked += 1
    assert marked == len(FAULTS)


def test_a_warning_has_its_own_colour_and_says_that_it_may_be_explained(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", {("PL1.II.1@VHXH", "Số, ký hiệu văn bản"): "theo chỉ đạo"})
    returned = Places(open_book(give_back(source, tmp_path / "b.xlsx")))
    cell = returned.line("PL1.II.1@VHXH", "Số, ký hiệu văn bản")
    assert cell.fill.fgColor.rgb == marks.WARNING_FILL
    assert "GIẢI TRÌNH" in cell.comment.text


def test_the_returned_file_mended_and_sent_back_is_accepted_with_the_answers_that_were_meant(
    tmp_path: Path,
) -> None:
    returned = give_back(filled(tmp_path / "a.xlsx", FAULTS), tmp_path / "b.xlsx")
    assert read(returned).status is FileStatus.RETURNED
    mend(returned, MENDED)
    again = read(returned)
    assert again.status is FileStatus.ACCEPTED
    sound = read(filled(tmp_path / "c.xlsx", MENDED))
    assert again.answers == sound.answers
    assert again.figures == sound.figures
    assert again.findings == sound.findings


def test_the_returned_file_unmended_has_the_same_findings_as_before(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", {**FAULTS, **REPAIRED})
    assert read(give_back(source, tmp_path / "b.xlsx")).findings == read(source).findings


def test_a_second_round_takes_the_marks_of_the_first_away(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    first = give_back(source, tmp_path / "b.xlsx")
    mend(first, {key: value for key, value in MENDED.items() if key[0] != "PL1.I.2@VHXH"})
    second = open_book(give_back(first, tmp_path / "c.xlsx"))
    original = Places(open_book(source))
    assert second.sheetnames.count(layout.ERRORS_SHEET) == 1
    for line, heading in FAULTS:
        cell = Places(second).line(line, heading)
        if line == "PL1.I.2@VHXH":
            assert cell.fill.fgColor.rgb == marks.ERROR_FILL
            assert cell.comment.text.count(marks.COMMENT_BEGIN) == 1
        else:
            assert repr(cell.fill) == repr(original.line(line, heading).fill)
            assert cell.comment is None
    remembered = [row[0] for row in second["_danvan"].iter_rows(values_only=True) if "mark:" in str(row[0])]
    assert len(remembered) == 1


def test_the_units_own_colours_and_comments_outlive_two_rounds(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    place = ("PL1.I.1@VHXH", "Trạng thái")
    book = open_book(source)
    Places(book).line(*place).fill = PatternFill("lightUp", fgColor="FF00B050", bgColor="FFFFFF00")
    Places(book).line(*place).comment = Comment("Anh Nam: xem lại", "Nam")
    book.save(source)
    first = give_back(source, tmp_path / "b.xlsx")
    cell = Places(open_book(first)).line(*place)
    assert cell.comment.text.startswith("Anh Nam: xem lại\n")
    assert marks.unit_comment(cell.comment.text) == "Anh Nam: xem lại"
    mend(first, {place: "Hoàn thành"})
    cell = Places(open_book(give_back(first, tmp_path / "c.xlsx"))).line(*place)
    assert cell.comment.text == "Anh Nam: xem lại"
    assert cell.comment.author == "Nam"
    fill = cell.fill
    assert (fill.fill_type, fill.fgColor.rgb, fill.bgColor.rgb) == ("lightUp", "FF00B050", "FFFFFF00")


def test_a_mark_whose_row_moved_is_known_by_its_colour(tmp_path: Path) -> None:
    first = give_back(filled(tmp_path / "a.xlsx", FAULTS), tmp_path / "b.xlsx")
    mend(first, MENDED)
    book = open_book(first)
    page = book["_danvan"]
    for row in range(page.max_row, 0, -1):
        if "mark:" in str(page.cell(row, 1).value):
            page.delete_rows(row)
    book.save(first)
    cell = Places(open_book(give_back(first, tmp_path / "c.xlsx"))).line("PL1.I.1@VHXH", "Trạng thái")
    assert cell.fill.fgColor.rgb == "FFFFF8E1"
    assert cell.comment is None


def test_the_units_file_is_otherwise_as_it_was(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    book = open_book(source)
    book.create_sheet("Nháp của tôi")["C3"] = "=1+1"
    book["Phụ lục I"].column_dimensions["L"].width = 61
    book.save(source)
    before, after = open_book(source), open_book(give_back(source, tmp_path / "b.xlsx"))
    assert after.sheetnames == [layout.ERRORS_SHEET, *before.sheetnames]
    assert after["_danvan"].sheet_state == "veryHidden"
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert other.freeze_panes == sheet.freeze_panes
        assert other.protection.sheet == sheet.protection.sheet
        assert other.print_area == sheet.print_area
        assert other.print_title_rows == sheet.print_title_rows
        assert other.page_setup.orientation == sheet.page_setup.orientation
        assert other.auto_filter.ref == sheet.auto_filter.ref
        assert other.merged_cells.ranges == sheet.merged_cells.ranges
        widths = {name: (item.width, item.hidden) for name, item in sheet.column_dimensions.items()}
        assert {name: (item.width, item.hidden) for name, item in other.column_dimensions.items()} == widths
        asked = sheet.data_validations.dataValidation
        rules = [(str(item.sqref), item.type, item.formula1) for item in asked]
        others = other.data_validations.dataValidation
        assert [(str(item.sqref), item.type, item.formula1) for item in others] == rules
        colours = [str(area.sqref) for area in sheet.conditional_formatting]
        assert [str(area.sqref) for area in other.conditional_formatting] == colours
        if sheet.title != "_danvan":
            values = list(sheet.iter_rows(values_only=True))
            assert list(other.iter_rows(values_only=True)) == values


def test_live_formulas_keep_their_results_and_rows_their_automatic_height(tmp_path: Path) -> None:
    from danvan_xl.workbooks.template.writer import write_template

    source = tmp_path / "a.xlsx"
    write_template(source, a_round(), a_round().plan.unit(UNIT))  # as Excel saves: results and plain heights
    returned = give_back(source, tmp_path / "b.xlsx")

    def parts(path: Path, name: str) -> bytes:
        with zipfile.ZipFile(path) as archive:
            return archive.read(f"xl/worksheets/{name}.xml")

    results = re.compile(rb"</f><v>([^<]*)</v>")
    assert results.findall(parts(returned, "sheet3")) == results.findall(parts(source, "sheet2")) != []
    assert b"customHeight" not in parts(returned, "sheet3")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    program = (
        "import sys; from pathlib import Path; from tests.workbooks.test_returned import give_back;"
        "give_back(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    outputs = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.xlsx"
        env = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", program, source, target], check=True, env=env)
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]


def test_the_task_travels_to_another_process(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    task = return_task(source, tmp_path / "b.xlsx", read(source), a_round())
    result = pickle.loads(pickle.dumps(carry_out(pickle.loads(pickle.dumps(task)))))
    assert result.kind == "edited"
    assert result.kind == "edited"
    assert len(serious(read(tmp_path / "b.xlsx"))) == len(FAULTS)


def test_the_module_is_imported_without_openpyxl() -> None:
    program = "import danvan_xl.workbooks.returned.writer, sys; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("unit", "period", "status", "path", "name"),
    [
        ("VHXH", "2026-H1", FileStatus.RETURNED, "x.xlsx", "tra-lai_2026-H1_VHXH.xlsx"),
        ("VHXH", "2026-H1", FileStatus.REFUSED, "x.xlsx", "tra-lai_2026-H1_VHXH_0123abcd.xlsx"),
        (None, None, FileStatus.REFUSED, "nhan/Mẫu (3) đợt 1.pdf", "tra-lai_Mau-3-dot-1_0123abcd.xlsx"),
        ("../../x", "2026-H1", FileStatus.REFUSED, "x.xlsx", "tra-lai_2026-H1_x_0123abcd.xlsx"),
    ],
)
def test_the_name_is_ascii_and_says_whose_file_it_is(
    unit: str | None, period: str | None, status: FileStatus, path: str, name: str
) -> None:
    from danvan_xl.model.submission import Submission

    assert returned_name(Submission(path, "0123abcdef", unit, period, status)) == name
