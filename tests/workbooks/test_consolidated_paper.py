"""Issue 11, points 2 and 5: the office's sheets on a screen of 1366 pixels and on A4, by what the workbook says.

What LibreOffice makes of it is measured elsewhere; here it is columns, scales, areas and heights of the file itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl.utils import column_index_from_string

from danvan_xl.merging.consolidation import merge
from danvan_xl.merging.summary import FIRST_UNITS
from danvan_xl.model import layout
from danvan_xl.model.submission import Typed
from danvan_xl.round.round import Round
from danvan_xl.wording import text
from danvan_xl.workbooks.consolidated.unit_chart import chart_parts
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.printing import LEAST_LETTERS, LEAST_SCALE, column_points, page_room
from danvan_xl.workbooks.writing.side_by_side import page_columns
from tests.support.books import open_book, parts
from tests.support.rounds import PLANS, a_round, fill, periods, read, sound_answers

SCREEN, HEIGHT_OF_PAGE = 1366, (11.69 - 2 * 0.79) * 72


def written(folder: Path, current: Round, units: Iterable[str]) -> Path:
    files = [read(fill(folder / f"{unit}.xlsx", current, unit), current) for unit in units]
    write_consolidated(folder / "ra.xlsx", merge(current, files))
    return folder / "ra.xlsx"


@pytest.fixture(scope="module", params=[*((plan, 0) for plan in PLANS), ("gia-loc", 12), ("gia-loc", 58)], ids=str)
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    plan, villages = request.param
    current = a_round(plan, periods(plan)[0], villages=villages)
    folder = tmp_path_factory.mktemp("paper")
    return open_book(written(folder, current, list(current.by_unit)[::3]), values=True)


def sheets_to_print(book: Any) -> list[Any]:
    left_out = (layout.OVERVIEW, layout.FINDINGS, layout.DATA, layout.FIGURE_DATA, layout.IDENTITY_SHEET)
    return [sheet for sheet in book.worksheets if sheet.title not in left_out]


def width(sheet: Any, column: int) -> float:
    """Characters, as xlsxwriter was told; nothing where the column is hidden."""
    for letters, item in sheet.column_dimensions.items():
        first = item.min or column_index_from_string(letters)
        if first <= column <= (item.max or first):
            return 0 if item.hidden else (item.width * 7 - 5) / 7
    return 8.43


def areas(sheet: Any) -> list[tuple[int, int, int, int]]:
    """The printed areas: first column, first row, last column, last row."""
    found = re.findall(r"\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)", str(sheet.print_area))
    return [(column_index_from_string(a), int(b), column_index_from_string(c), int(d)) for a, b, c, d in found]


def repeated(sheet: Any) -> int:
    columns = re.findall(r"\$([A-Z]+)$", str(sheet.print_title_cols or ""))
    return column_index_from_string(columns[0]) if columns else 0


def test_nothing_is_printed_with_letters_too_small(book: Any) -> None:
    for sheet in book.worksheets[:-1]:
        smallest = min(cell.font.size for row in sheet.iter_rows() for cell in row if cell.value is not None)
        assert smallest * (sheet.page_setup.scale or 100) / 100 >= LEAST_LETTERS, sheet.title


def test_every_area_has_room_on_a_page_with_its_keys(book: Any) -> None:
    for sheet in sheets_to_print(book):
        found = areas(sheet)
        assert found, sheet.title
        keys = repeated(sheet)
        for number, (first, _, last, _) in enumerate(found):
            columns = [*(range(1, keys + 1) if number else ()), *range(first, last + 1)]
            wide = sum(column_points(size) for column in columns if (size := width(sheet, column)))
            assert wide * (sheet.page_setup.scale or 100) / 100 <= page_room() * 1.005, (sheet.title, number)
        assert [area[0] for area in found[1:]] == [area[2] + 1 for area in found[:-1]], "no column is lost between two"
        assert (keys > 0) == (len(found) > 1), sheet.title


def test_titles_and_notes_stand_over_the_first_page_in_rows_that_hold_them(book: Any) -> None:
    for sheet in sheets_to_print(book):
        last = areas(sheet)[0][2]
        merged = {item.min_row: item for item in sheet.merged_cells.ranges if item.min_col == 1}
        for row in range(1, 4):
            words = sheet.cell(row, 1).value
            if not words:
                continue
            assert merged[row].max_col == last, (sheet.title, row)
            assert sheet.cell(row, 1).alignment.wrap_text
            size = sheet.cell(row, 1).font.size
            points = sum(column_points(size_) for column in range(1, last + 1) if (size_ := width(sheet, column)))
            lines = -(-len(words) * size * 0.5 // (points * 7 / 7.8))
            assert sheet.row_dimensions[row].height >= lines * size * 1.2, (sheet.title, words)


def test_frozen_columns_take_no_more_than_a_third_of_a_small_screen(book: Any) -> None:
    for sheet in sheets_to_print(book):
        column = column_index_from_string(re.sub(r"\d", "", sheet.freeze_panes))
        assert column > 1, sheet.title
        assert sum(int(width(sheet, place) * 7 + 5) for place in range(1, column)) <= SCREEN / 3, sheet.title


def test_the_note_of_an_empty_list_is_not_squeezed_into_its_first_column(tmp_path: Path) -> None:
    current = a_round("phu-thinh", periods("phu-thinh")[0])
    sheet = open_book(written(tmp_path, current, current.by_unit))[layout.OVERDUE]
    assert sheet["A5"].value == text("book", "none")
    assert next(item for item in sheet.merged_cells.ranges if item.min_row == 5).max_col > 3


def test_sheets_for_the_screen_say_so(book: Any) -> None:
    words = text("book", "for_screen")
    for name in (layout.DATA, layout.FIGURE_DATA):
        assert words in str(book[name].oddFooter.center.text)
        assert words in str(book[name].firstFooter.center.text)
    assert book[layout.FIGURE_DATA]["A1"].value == layout.INDICATOR_ID
    assert book[layout.FINDINGS]["A3"].value == words
    assert book[layout.DATA]["A1"].value == layout.LINE_ID


# ---- columns that nobody filled --------------------------------------------------------------------------------------


def heads(sheet: Any, row: int) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[row] if cell.value}


def with_answers(tmp_path: Path, **values: Any) -> Any:
    """The consolidated workbook of one unit that answers every line alike."""
    current = a_round()
    lines = dict.fromkeys((line.id for line in current.by_unit["VHXH"].values()), values)
    item = read(fill(tmp_path / "a.xlsx", current, "VHXH", Typed(lines=lines)), current)
    write_consolidated(tmp_path / "ra.xlsx", merge(current, [item]))
    return open_book(tmp_path / "ra.xlsx")["Phụ lục II"]


DOING = {"trang_thai": "Đang thực hiện", "ty_le": 5, "ket_qua": "Đang làm"}


TOGETHER = "Đề xuất, giải trình"
"""The column of two that few write in: with both the sheet would be wider than a page."""


def test_a_column_for_further_words_that_nobody_wrote_is_left_out(tmp_path: Path) -> None:
    sheet = with_answers(tmp_path, **DOING)
    columns = heads(sheet, 5)
    assert width(sheet, columns[TOGETHER]) == 0
    assert width(sheet, columns["Kết quả thực hiện"]) > 20
    assert len(areas(sheet)) == 1


def test_further_words_stand_together_in_one_column_each_with_its_heading(tmp_path: Path) -> None:
    sheet = with_answers(tmp_path, **DOING, kho_khan="Thiếu người", de_xuat="Thêm\nngười", giai_trinh="Chờ")
    columns = heads(sheet, 5)
    assert width(sheet, columns[TOGETHER]) > 10
    rows = [row for row in sheet.iter_rows(min_row=6) if row[columns["Trạng thái"] - 1].value == "Đang thực hiện"]
    assert {row[columns[TOGETHER] - 1].value for row in rows} == {"Đề xuất: Thêm\nngười\nGiải trình: Chờ"}
    assert {row[columns["Khó khăn, vướng mắc"] - 1].value for row in rows} == {"Thiếu người"}
    assert len(areas(sheet)) == 1, "all on pages one below the other"
    one = with_answers(tmp_path, **DOING, giai_trinh="Chờ")
    assert "Giải trình: Chờ" in {row[columns[TOGETHER] - 1].value for row in one.iter_rows(min_row=6)}


def test_a_line_goes_over_the_page_and_units_stand_below_it(tmp_path: Path) -> None:
    sheet = with_answers(tmp_path, **DOING)
    texts = {task.text for item in a_round().plan.appendices for task in item.tasks}
    joined = {area.min_row: area for area in sheet.merged_cells.ranges}
    lines = [row[1] for row in sheet.iter_rows(min_row=6) if row[1].value in texts]
    assert len(lines) == 14
    for cell in lines:
        area = joined[cell.row]
        assert (area.min_col, area.max_col) == (2, areas(sheet)[0][2]), "as wide as the page"
        assert cell.font.b
    below = sheet.cell(lines[0].row + 1, 2).value
    assert below in {f"{unit.short}{role}" for unit in a_round().plan.units for role in ("", " (phối hợp)")}


def test_the_reader_sees_line_unit_state_and_result_first_and_the_plans_reference_last(tmp_path: Path) -> None:
    sheet = with_answers(tmp_path, **DOING)
    names = list(heads(sheet, 5))
    assert names[:5] == ["STT", "Nhiệm vụ cụ thể", "Trạng thái", "Tỷ lệ (%)", "Kết quả thực hiện"]
    assert names[-4:] == ["Lộ trình thực hiện", "Cơ quan chủ trì", "Cơ quan phối hợp", "Sản phẩm dự kiến"]
    assert max(area[2] for area in areas(sheet)) <= len(names) - 4, "the plan's reference is not printed"
    said = {row[2] for row in sheet.iter_rows(min_row=6, values_only=True) if row[2]}
    assert said == {"Đang thực hiện", "Chưa nộp", "Chưa giao"}


@pytest.mark.parametrize(
    ("widths", "keys", "starts", "pages"),
    [
        ((5, 30, 10), 2, (), [(0, 2)]),
        ((5, 30, 60, 60), 2, (), [(0, 2), (3, 3)]),
        ((5, 30, 10, 10), 2, (3,), [(0, 2), (3, 3)]),
        ((5, 30, 60, 0, 60), 2, (), [(0, 3), (4, 4)]),
        ((5, 30, 10, 0), 2, (3,), [(0, 2)]),
        ((60, 60, 60), 0, (), [(0, 1), (2, 2)]),
    ],
)
def test_columns_come_onto_pages_side_by_side(
    widths: tuple[float, ...], keys: int, starts: tuple[int, ...], pages: list[tuple[int, int]]
) -> None:
    assert page_columns(widths, keys, starts) == pages


# ---- Tổng quan -------------------------------------------------------------------------------------------------------


def page_of(book: Any) -> tuple[Any, float]:
    sheet = book[layout.OVERVIEW]
    ((_, first, _, last),) = areas(sheet)
    return sheet, sum(sheet.row_dimensions[row].height for row in range(first, last + 1))


def test_the_first_page_has_room_on_one_sheet_of_paper_at_its_true_size(book: Any) -> None:
    sheet, height = page_of(book)
    assert sheet.page_setup.scale in (None, 100)
    assert height <= HEIGHT_OF_PAGE * 0.975
    assert min(cell.font.size for row in sheet.iter_rows() for cell in row if cell.value is not None) >= 12
    columns = [width(sheet, column) for column in range(1, areas(sheet)[0][2] + 1)]
    assert sum(map(column_points, columns)) <= page_room(landscape=False)


LONG = "Trung tâm Dịch vụ sự nghiệp công, văn hóa, thể thao và truyền thông liên xã phía Đông"


def test_the_worst_first_page_is_one_page_too(tmp_path: Path) -> None:
    """Many units with long names, most of which sent nothing; the plan has no number, the body a long name."""
    current = a_round("thach-khoi", periods("thach-khoi")[0], villages=60)
    units = tuple(
        replace(unit, name=f"{LONG} {number}", short=f"TT Dịch vụ sự nghiệp công và truyền thông số {number}")
        for number, unit in enumerate(current.plan.units)
    )
    plan = replace(current.plan, units=units, number="", issuing_body="Ủy ban nhân dân phường Nguyễn Thị Minh Khai")
    current = replace(current, plan=plan)
    for count in (0, 20):
        files = [
            read(fill(tmp_path / f"{unit}.xlsx", current, unit, sound_answers(current, unit)), current)
            for unit in list(current.by_unit)[:count]
        ]
        write_consolidated(tmp_path / "ra.xlsx", merge(current, files))
        sheet, height = page_of(open_book(tmp_path / "ra.xlsx"))
        assert sheet.page_setup.scale in (None, 100)
        assert height <= HEIGHT_OF_PAGE * 0.975
        words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert any(re.fullmatch(r"… và \d+ đơn vị khác: xem trang “Theo đơn vị”\.", said) for said in words)


def test_all_of_seven_units_are_on_the_first_page(tmp_path: Path) -> None:
    current = a_round()
    sheet, _ = page_of(open_book(written(tmp_path, current, current.by_unit)))
    words = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(current.by_unit) <= FIRST_UNITS
    assert all(current.plan.unit(unit).short in words for unit in current.by_unit)


def test_there_is_room_for_a_signature(book: Any) -> None:
    sheet, _ = page_of(book)
    last = areas(sheet)[0][3]
    office = next(c.row for row in sheet.iter_rows() for c in row if c.value == text("book", "sign_office"))
    empty = [row for row in range(office + 1, last + 1) if not any(sheet.cell(row, c).value for c in range(18, 41))]
    assert len(empty) >= 3


def test_every_unit_is_in_a_chart_of_readable_size(tmp_path: Path) -> None:
    for units in (1, 7, 20, 21, 65, 100):
        found = chart_parts(units)
        assert [place for first, last in found for place in range(first, last + 1)] == list(range(units))
        assert max(last - first for first, last in found) < 20
    assert chart_parts(0) == []
    current = a_round(villages=20)
    found = parts(written(tmp_path, current, ["VHXH"]))
    charts = [words.decode() for name, words in found.items() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    sizes = [int(size) for words in charts for size in re.findall(r'sz="(\d+)"', words)]
    assert min(sizes) * LEAST_SCALE / 100 >= 100 * LEAST_LETTERS
