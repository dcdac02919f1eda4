"""The sheet ``Lỗi cần sửa``: a row for each fault, in words, linked; text never turns into anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import Location, Severity, finding, layout
from danvan_xl.wording import text
from danvan_xl.workbooks.returned.errors_sheet import MOST_CELLS
from danvan_xl.workbooks.writing.printing import column_points
from tests.support.returned import write_returned
from tests.workbooks.test_returned import FAULTS, REPAIRED, give_back
from tests.workbooks.unit_files import UNIT, Places, a_round, filled, open_book, read

HEADS = ("STT", "Mức độ", "Trang", "Ô", "Nội dung việc", "Cột", "Vấn đề", "Đang ghi", "Cần", "Cách sửa")


def listed(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows below the header, heading → cell."""
    header = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "STT")
    assert tuple(sheet.cell(header, column).value for column in range(1, 11)) == HEADS
    rows = range(header + 1, sheet.max_row + 1)
    return [{head: sheet.cell(row, column) for column, head in enumerate(HEADS, start=1)} for row in rows]


def the_list(path: Path) -> Worksheet:
    """The first sheet of a returned workbook."""
    sheet = open_book(path).worksheets[0]
    assert sheet.title == layout.ERRORS_SHEET
    return sheet


def test_the_list_names_unit_period_counts_and_what_to_do(tmp_path: Path) -> None:
    sheet = the_list(give_back(filled(tmp_path / "a.xlsx", {**FAULTS, **REPAIRED}), tmp_path / "b.xlsx"))
    words = "\n".join(str(sheet.cell(row, 1).value) for row in range(1, 7))
    assert a_round().plan.unit(UNIT).name in words
    assert "6 tháng đầu năm 2026" in words
    assert "5 lỗi phải sửa   ·   0 cảnh báo   ·   1 chỗ" in words
    assert text("returned", "how_errors") in words


def test_each_finding_is_a_row_errors_first_then_warnings_then_repairs(tmp_path: Path) -> None:
    faults = {**FAULTS, **REPAIRED, ("PL1.I.3@VHXH", "Số, ký hiệu văn bản"): "theo chỉ đạo"}
    rows = listed(the_list(give_back(filled(tmp_path / "a.xlsx", faults), tmp_path / "b.xlsx")))
    severities = [row["Mức độ"].value for row in rows]
    error, warning, info = (text("returned", item) for item in ("error", "warning", "info"))
    assert severities == [error] * 5 + [warning, info]
    assert [row["STT"].value for row in rows] == list(range(1, 8))
    percent = next(row for row in rows if row["Đang ghi"].value == "150")
    assert percent["Trang"].value == "Phụ lục I"
    assert percent["Cột"].value == "Tỷ lệ (%)"
    assert percent["Cần"].value == "0 - 100"
    assert percent["Nội dung việc"].value.startswith("2. Bảo đảm sự lãnh đạo")


def test_the_link_leads_to_the_cell_inside_the_workbook(tmp_path: Path) -> None:
    returned = give_back(filled(tmp_path / "a.xlsx", FAULTS), tmp_path / "b.xlsx")
    book = open_book(returned)
    for row in listed(book.worksheets[0]):
        link = row["Ô"].hyperlink
        assert link.target is None
        sheet, _, cell = link.location.rpartition("!")
        assert sheet == "'Phụ lục I'"
        assert cell == row["Ô"].value
        assert book["Phụ lục I"][cell].comment is not None


def test_a_sheet_name_with_apostrophes_and_31_characters_is_linked(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    name = "Phụ lục 'I' của đơn vị - bản 2'x"[:31]
    book = open_book(source)
    book["Phụ lục I"].title = name
    book.save(source)
    link = listed(the_list(give_back(source, tmp_path / "b.xlsx")))[0]["Ô"].hyperlink
    assert link.location == "'" + name.replace("'", "''") + "'!D6"


def test_repeats_are_one_row_with_all_their_cells(tmp_path: Path) -> None:
    lines = [line for line in a_round().by_unit[UNIT] if line.startswith("PL2")][: MOST_CELLS + 2]
    faults = {(line, "Tỷ lệ (%)"): 150 for line in lines}
    source = filled(tmp_path / "a.xlsx", faults)
    returned = give_back(source, tmp_path / "b.xlsx")
    (row,) = (row for row in listed(the_list(returned)) if row["Đang ghi"].value == "150")
    places = [item.location.cell for item in read(source).findings if item.found == "150"]
    assert row["Ô"].value == f"{places[0]} và {len(lines) - 1} ô khác", "in one line: LibreOffice breaks none in a link"
    named = ", ".join(str(place) for place in places[:MOST_CELLS])
    assert str(row["Vấn đề"].value).endswith(f"(các ô {named} và 2 ô khác)")
    assert row["Ô"].hyperlink.location == f"'Phụ lục II'!{places[0]}"
    assert row["Nội dung việc"].value == f"({len(lines)} dòng)"
    book = open_book(returned)
    assert all(book["Phụ lục II"][place].comment for place in places)


def test_found_text_stays_text_whatever_it_begins_with(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    evil = ("=cmd|' /C calc'!A0", "+84 912", "@SUM(A1)", "-2+3", "https://x.vn/a", "\tx\x07y", "a" * 40000)
    submission = read(source)
    place = Location(sheet="Phụ lục I", cell="I9", column="Trạng thái")
    findings = tuple(finding("V016", place, words, options=words) for words in evil)
    submission = replace(submission, findings=findings)
    write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    rows = listed(the_list(tmp_path / "b.xlsx"))
    assert len(rows) == len(evil)
    for row in rows:
        for head, cell in row.items():
            assert cell.data_type == ("n" if head == "STT" or cell.value is None else "s")
            assert cell.hyperlink is None or cell.hyperlink.target is None
            assert len(str(cell.value)) <= 250
    assert sum(row["Đang ghi"].quotePrefix for row in rows) == 4


def test_the_workbook_opens_on_the_list_with_no_other_sheet_selected(tmp_path: Path) -> None:
    book = open_book(give_back(filled(tmp_path / "a.xlsx", FAULTS), tmp_path / "b.xlsx"))
    assert book.active is book.worksheets[0]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets] == [True] + [False] * 7


def widths_of(sheet: Any) -> list[float]:
    return [item.width for item in sheet.column_dimensions.values() if item.width]


def test_the_list_prints_on_a4_landscape_with_its_header_on_each_page(tmp_path: Path) -> None:
    sheet = the_list(give_back(filled(tmp_path / "a.xlsx", FAULTS), tmp_path / "b.xlsx"))
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0), "no wider, whatever the letters"
    assert 11 * sheet.page_setup.scale / 100 >= 9, "letters that a person can read"
    assert sum(map(column_points, widths_of(sheet))) * sheet.page_setup.scale / 100 <= (11.69 - 1) * 72
    header = int(str(sheet.freeze_panes)[1:]) - 1
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith(f"A{header}:J")
    assert sheet.cell(header, 1).font.name == "Times New Roman"


def test_a_figure_is_named_by_its_row(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    indicator = a_round().figures_of(UNIT)[1]
    book = open_book(source)
    Places(book).cell("Số liệu", indicator.id, "Số liệu trong kỳ").value = "nhiều"
    book.save(source)
    (row,) = listed(the_list(give_back(source, tmp_path / "b.xlsx")))
    assert row["Nội dung việc"].value == indicator.title
    assert row["Cột"].value == "Số liệu trong kỳ"


def test_a_fault_in_a_hidden_column_is_marked_where_a_person_sees_it(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    book = open_book(source)
    Places(book).line("PL1.I.2@VHXH", "Mã dòng").value = "PL1.I.1@VHXH"
    book.save(source)
    assert "I012" in {item.code for item in read(source).findings}
    book = open_book(give_back(source, tmp_path / "b.xlsx"))
    row = next(row for row in listed(book.worksheets[0]) if row["Cột"].value == "Mã dòng")
    assert row["Ô"].hyperlink.location == "'Phụ lục I'!B7"
    assert book["Phụ lục I"]["B7"].comment is not None


def test_the_list_and_the_comments_speak_english_when_asked(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    write_returned(source, tmp_path / "b.xlsx", read(source), a_round(), "en")
    book = open_book(tmp_path / "b.xlsx")
    assert book.worksheets[0]["A1"].value == text("returned", "title", "en")
    assert "How to mend" in Places(book).line("PL1.I.2@VHXH", "Tỷ lệ (%)").comment.text


def test_a_sound_file_can_be_returned_too_and_says_so(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    assert not [item for item in read(source).findings if item.severity is not Severity.INFO]
    sheet = the_list(give_back(source, tmp_path / "b.xlsx"))
    assert sheet["A5"].value == text("returned", "how_clean")
