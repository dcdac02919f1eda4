"""The instrument that measures pages, proved with planted faults: each is reported, a clean sheet is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.support.pages import BookPrint, SheetPrint, print_books

pytestmark = [pytest.mark.libreoffice, pytest.mark.usefixtures("letters")]

LONG = "Tổ chức hội nghị đối thoại giữa người đứng đầu cấp ủy, chính quyền với Nhân dân; giải quyết kiến nghị sau đó"
UNITS = (
    "Phòng Văn hóa - Xã hội", "Văn phòng HĐND và UBND", "Phòng Kinh tế", "Trung tâm Phục vụ hành chính công",
    "Trung tâm Dịch vụ sự nghiệp công", "Công an xã", "Ban Chỉ huy Quân sự xã",
)  # fmt: skip
Planted = Callable[[Any, Any, Callable[..., Any]], None]


def clean(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    """What is right however close it comes: wrapped text, text that runs over empty cells, text that isn't printed."""
    other = book.add_worksheet("Ẩn")
    other.write_string(0, 0, LONG)
    other.hide()
    sheet.set_column(0, 0, 30)
    sheet.set_column(3, 3, 20, None, {"hidden": True})
    sheet.merge_range("A1:C1", "Tiêu đề ở giữa của ba cột", look(align="center", bold=True))
    sheet.set_row(1, 75)
    sheet.write_string("A2", LONG, look(text_wrap=True))
    sheet.write_string("A3", "Chữ dài chạy sang những ô trống bên cạnh, không mất gì", look())
    sheet.write_datetime("A4", date(2026, 6, 15), look(num_format="dd/mm/yyyy"))
    sheet.write_formula("B4", "=2/3", look(num_format="0.0%"), 0)
    sheet.write_formula("C4", '=IF(B4>0.5,"Đạt","Chưa đạt")', look(), "?")
    sheet.write_string("D4", "Cột ẩn", look())
    sheet.write_string("A5", "Dòng ẩn", look())
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.write_string("A6", "ĐƠN VỊ ỶỄ Ậ gjpqy", look())
    sheet.write_string("A7", "QUỐC HỘI", look())
    sheet.write_string("A40", "Ngoài vùng in", look())
    bars(book, sheet, look, 720)
    sheet.print_area("A1:L39")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.set_print_scale(85)


def bars(book: Any, sheet: Any, look: Callable[..., Any], height: int) -> None:
    """A chart with the names of seven units, whose words stand far from it in columns that are not printed."""
    names = book.add_worksheet("Nguồn")
    names.set_column(0, 0, 40)
    for row, unit in enumerate(UNITS):
        names.write_string(row, 0, unit, look())
        names.write_number(row, 1, row + 1, look())
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {"categories": ["Nguồn", 0, 0, 6, 0], "values": ["Nguồn", 0, 1, 6, 1], "name": "Số dòng đã trả lời"}
    )
    font = {"name": "Times New Roman", "size": 12}
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_title({"none": True})
    chart.set_size({"width": 600, "height": height * 2 // 3})
    sheet.insert_chart("A9", chart)


def small(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("A1", "Chữ in nhỏ", look())
    sheet.write_string("A2", "Chữ in to", look(font_size=20))
    sheet.set_print_scale(60)


def low_row(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_row(0, 15)
    sheet.write_string("A1", LONG, look(text_wrap=True, valign="top"))
    sheet.write_string("B1", "Ô bên cạnh", look())


def low_merged_row(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.set_row(1, 15)
    sheet.merge_range("A2:C2", LONG, look(text_wrap=True, valign="top"))
    sheet.write_string("A3", "STT", look())


def row_without_height(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    """Excel makes such a row as high as its text; LibreOffice does not."""
    sheet.write_string("A2", LONG, look(text_wrap=True, valign="top"))
    sheet.write_string("A3", "STT", look())


def half_row(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    """One line in a row that is too low for it."""
    sheet.set_row(0, 7)
    sheet.write_string("A1", "Thấp", look())
    sheet.write_string("A2", "Dưới", look())


def filled_neighbour(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("A1", LONG, look())
    sheet.write_string("B1", "Đã có chữ", look())


def narrow_number(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.set_column(0, 0, 3)
    sheet.write_number("A1", 1234567, look(num_format="#,##0"))


def over_the_page(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("F1", LONG, look())
    sheet.write_string("P2", "Trang sau", look())


def beyond_the_print_area(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("A1", LONG, look())
    sheet.print_area("A1:B2")


def row_over_two_pages(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    """A row that, with the headings that every page repeats, is higher than a page."""
    sheet.set_landscape()
    sheet.set_row(0, 120)
    sheet.write_string("A1", "Đầu bảng", look())
    sheet.repeat_rows(0)
    sheet.set_column(0, 0, 30)
    sheet.set_row(1, 409)
    sheet.write_string(
        "A2", "\n".join(f"Việc thứ {number}" for number in range(1, 34)), look(text_wrap=True, valign="top")
    )


def words_over_words(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("A1", "Chữ của ô", look())
    box = {"x_offset": 2, "y_offset": 0, "width": 120, "height": 40, "fill": {"none": True}, "line": {"none": True}}
    sheet.insert_textbox("A1", "Hộp chữ", box)


def box_over_words(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    sheet.write_string("A1", "Chữ bị che", look())
    sheet.insert_textbox("A1", "", {"width": 200, "height": 40, "fill": {"color": "#FFFFFF"}})


def low_chart(book: Any, sheet: Any, look: Callable[..., Any]) -> None:
    bars(book, sheet, look, 150)


FAULTS: dict[str, tuple[Planted, str, str]] = {
    # what was planted: how, kind of trouble, words that are said
    "low_row": (low_row, "missing", "đối"),
    "low_merged_row": (low_merged_row, "missing", "đối"),
    "half_row": (half_row, "clipped", "Thấp"),
    "filled_neighbour": (filled_neighbour, "clipped", "Tổ chức hội n"),
    "row_without_height": (row_without_height, "overprinted", "STT"),
    "narrow_number": (narrow_number, "clipped", "###"),
    "over_the_page": (over_the_page, "clipped", "Tổ chức hội nghị"),
    "beyond_the_print_area": (beyond_the_print_area, "clipped", "Tổ chức hội nghị"),
    "row_over_two_pages": (row_over_two_pages, "clipped", "thứ 33"),
    "words_over_words": (words_over_words, "overprinted", "Hộp"),
    "box_over_words": (box_over_words, "overprinted", "che"),
    "low_chart": (low_chart, "unnamed", "Phòng"),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BookPrint]:
    folder = tmp_path_factory.mktemp("measured")
    planted: dict[str, Planted] = {"clean": clean, "small": small, **{name: item[0] for name, item in FAULTS.items()}}
    paths = [_write(folder / f"{name}.xlsx", fault) for name, fault in planted.items()]
    return {path.stem: found for path, found in print_books(paths, folder).items()}


def _write(path: Path, planted: Planted) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Tờ")
    sheet.set_paper(9)

    def look(**wanted: Any) -> Any:
        return book.add_format({"font_name": "Times New Roman", "font_size": 11, **wanted})

    planted(book, sheet, look)
    book.close()
    return path


def first(printed: dict[str, BookPrint], name: str) -> SheetPrint:
    return printed[name].sheets["Tờ"]


def test_a_clean_sheet_is_left_in_peace(printed: dict[str, BookPrint]) -> None:
    assert printed["clean"].troubles() == []
    assert {sheet.name: len(sheet.pages) for sheet in printed["clean"].sheets.values()} == {"Tờ": 1, "Nguồn": 1}
    assert first(printed, "clean").smallest()[0].size == pytest.approx(11 * 0.85, abs=0.1)


def test_small_letters_are_measured_as_printed(printed: dict[str, BookPrint]) -> None:
    sheet = first(printed, "small")
    assert [(round(line.size, 1), line.words) for line in sheet.smallest(9)] == [(6.6, "Chữ in nhỏ")]
    assert sheet.troubles == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_reported(printed: dict[str, BookPrint], name: str) -> None:
    _, kind, words = FAULTS[name]
    said = [(item.kind, item.words) for item in first(printed, name).troubles]
    assert any(found == kind and words in text for found, text in said), said


def test_pages_are_measured_with_letters_as_wide_as_those_of_times_new_roman(printed: dict[str, BookPrint]) -> None:
    """Vietnamese letters of another font would make lines longer than they are in Excel."""
    for name in ("clean", "small"):
        for sheet in printed[name].sheets.values():
            assert all(
                font.startswith(("LiberationSerif", "TimesNewRoman", "Times-New-Roman")) for font in sheet.fonts()
            )
