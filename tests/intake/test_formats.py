"""Other formats: read by content, error cells as errors, and each limit told."""

# ruff: noqa: DTZ001 - Excel knows no time zones
from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from tests.intake.files import converted, parts_of, read, workbook, zipped
from tests.intake.test_values import cells, codes


def typed_book(path: Path) -> Path:
    """One sheet with a cell of every type, an error, hidden parts, a note and an old font; one hidden
    sheet.
    """
    book = xlsxwriter.Workbook(str(path))
    sheet, hidden = book.add_worksheet("Biểu 1"), book.add_worksheet("Ẩn")
    hidden.write(0, 0, "x")
    hidden.hide()

    def form(code: str) -> object:
        return book.add_format({"num_format": code})

    sheet.write(3, 1, "Tiến độ  _x000D_ a\nb")
    sheet.write(4, 1, 95, form("0%"))
    sheet.write(4, 2, 46203, form("dd/mm/yyyy"))
    sheet.write(4, 3, 46203.25, form("dd/mm/yyyy hh:mm"))
    sheet.write(4, 4, "Phßng V¨n hãa", book.add_format({"font_name": ".VnTime"}))
    sheet.write(4, 5, 1.5)
    sheet.write_formula(5, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(5, 2, "=NA()", None, "#N/A")
    sheet.write_formula(5, 3, "=F5*2", None, 3)
    sheet.merge_range(7, 1, 8, 3, "gộp")
    sheet.set_row(9, None, None, {"hidden": True})
    sheet.write(9, 1, "kín")
    sheet.set_column(5, 5, None, None, {"hidden": True})
    sheet.write_comment(4, 1, "ghi chú")
    book.close()
    return path


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_older_and_other_formats_are_read_with_errors_as_errors(tmp_path: Path, extension: str) -> None:
    book = read(converted(typed_book(tmp_path / "a.xlsx"), extension))
    sheet = book.sheets[0]
    assert book.format == extension
    assert [one.state for one in book.sheets] == ["visible", "hidden"]
    assert cells(book) == {
        "B4": "Tiến độ  _x000D_ a\nb", "B5": 95, "C5": date(2026, 6, 30), "D5": datetime(2026, 6, 30, 6),
        "E5": "Phßng V¨n hãa", "F5": 1.5, "D6": 3, "B8": "gộp", "B10": "kín",
    }  # fmt: skip
    assert sheet.errors == {(6, 2): "#DIV/0!", (6, 3): "#N/A"}
    assert [row.number for row in sheet.rows] == [4, 5, 6, 8, 10]
    assert sheet.number_formats == {(5, 2): "0%"}
    assert sheet.comments == {(5, 2): "ghi chú"}
    assert sheet.fonts == {(5, 5): ".VnTime"}
    assert sheet.merges == ((8, 2, 9, 4),)
    assert 10 in sheet.hidden_rows
    assert sheet.hidden_columns == {6}
    expected = [
        ("F040", "B6"),
        ("F040", "C6"),
        ("F051", "A10"),
        ("F052", "F1"),
        ("F055", "E5"),
        ("F053", None),
    ]
    assert [found for found in codes(book) if found[0] not in ("F050", "F057")] == expected


@pytest.mark.libreoffice
def test_what_libreoffice_saves_as_xlsx_is_read_alike(tmp_path: Path) -> None:
    original = typed_book(tmp_path / "a.xlsx")
    assert cells(read(converted(original, "xlsx"))) == cells(read(original))


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_broken_files_of_other_formats_are_refused(tmp_path: Path, extension: str) -> None:
    path = converted(workbook(tmp_path / "a.xlsx"), extension)
    data = path.read_bytes()
    for kept in (0.3, 0.6, 0.95):
        path.write_bytes(data[: int(len(data) * kept)])
        book = read(path)
        assert book.findings[0].severity == "blocker" or cells(book) == cells(read(path))


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_flipped_bits_in_other_formats_never_crash_the_reader(tmp_path: Path, extension: str) -> None:
    path = converted(typed_book(tmp_path / "a.xlsx"), extension)
    data = path.read_bytes()
    original = read(path)
    dice = random.Random(5)
    for _ in range(300):
        bit = dice.randrange(len(data) * 8)
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        book = read(path)
        assert book.sheets or book.findings[0].severity == "blocker"
        if extension == "ods" and book.sheets != original.sheets:  # .xls has no check sums, and warns of that
            assert codes(book) != codes(original)


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = (
    f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
    f'xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">'
    "%s</table:table></office:spreadsheet></office:body></office:document-content>"
)


def ods(path: Path, rows: str) -> Path:
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    path.write_bytes(zipped({"mimetype": mimetype, "content.xml": (ODS % rows).encode()}))
    return path


def test_repeated_rows_and_cells_of_ods_stand_at_their_true_addresses(tmp_path: Path) -> None:
    twice = 'table:number-columns-repeated="2"'
    number = f'<table:table-cell office:value-type="float" office:value="7" {twice}/>'
    many = 'table:number-rows-repeated="1048570"'
    rows = (
        '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell {twice}/>{number}'
        "</table:table-row>"
        f'<table:table-row {many}><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    book = read(ods(tmp_path / "a.ods", rows))
    assert book.findings == ()
    assert [(row.number, row.values) for row in book.sheets[0].rows] == [
        (5, (None, None, 7, 7)), (6, (None, None, 7, 7)),
    ]  # fmt: skip


def test_a_bomb_of_repeats_in_ods_is_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="16384"/>'
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    assert codes(read(ods(tmp_path / "a.ods", rows))) == [("F030", None)]


def test_an_encrypted_ods_is_named(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "")
    manifest = b'<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    path.write_bytes(zipped({**parts_of(path.read_bytes()), "META-INF/manifest.xml": manifest}))
    assert codes(read(path)) == [("F008", None)]


MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    b"</manifest:manifest>"
)


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": b"\x8f\x01\0noise\xff" * 50, "styles.xml": b"\x01", "META-INF/manifest.xml": MANIFEST},
        {"encrypted-package": b"\x8f\x01\0noise", "META-INF/manifest.xml": MANIFEST},
    ],
)
def test_an_ods_with_a_password_is_no_damaged_one(tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(zipped({"mimetype": MIMETYPE, **parts}))
    assert codes(read(path)) == [("F008", None)]


SHAPE = (
    '<draw:frame xmlns:draw="d"><draw:text-box><text:p>lời trong hộp</text:p><text:p>hai<text:s/></text:p>'
    "</draw:text-box></draw:frame>"
)


@pytest.mark.parametrize(
    "inner",
    [
        f"<text:p>trả lời</text:p>{SHAPE}",
        f"{SHAPE}<text:p>trả lời</text:p>",
        f"<text:p>trả {SHAPE}lời</text:p>",
        '<draw:custom-shape xmlns:draw="d"><text:p>x</text:p></draw:custom-shape><text:p>trả lời</text:p>',
        f'<draw:g xmlns:draw="d">{SHAPE}<dr3d:scene xmlns:dr3d="e"/></draw:g><text:p>trả lời</text:p>',
    ],
)
def test_what_a_shape_says_is_no_part_of_a_cell_in_ods(tmp_path: Path, inner: str) -> None:
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    book = read(ods(tmp_path / "a.ods", f"<table:table-row><table:table-cell/>{cell}</table:table-row>"))
    assert cells(book) == {"B1": "trả lời"}
    assert codes(book) == [("F063", "B1")]


def test_a_picture_without_words_is_no_finding(tmp_path: Path) -> None:
    inner = '<text:p>a</text:p><draw:frame xmlns:draw="d"><draw:image><text:p/></draw:image></draw:frame>'
    cell = f"<table:table-cell>{inner}</table:table-cell>"
    book = read(ods(tmp_path / "a.ods", f"<table:table-row>{cell}</table:table-row>"))
    assert (cells(book), codes(book)) == ({"A1": "a"}, [])


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["ods", "xlsx"])
def test_words_in_a_text_box_are_told(tmp_path: Path, extension: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("S")
    sheet.write(2, 1, "trả lời")
    sheet.insert_textbox(2, 1, "lời trong hộp")
    book.close()
    path = tmp_path / "a.xlsx"
    seen = read(converted(path, extension) if extension == "ods" else path)
    assert (cells(seen), codes(seen)) == ({"B3": "trả lời"}, [("F063", "B3")])


@pytest.mark.parametrize("sign", ["<text:tab/>", "<text:line-break/>", '<text:s text:c="3"/>'])
def test_blanks_written_as_elements_in_ods_are_no_error(tmp_path: Path, sign: str) -> None:
    shown = {"<text:tab/>": "\t", "<text:line-break/>": "\n"}.get(sign, "   ")
    cell = f'<table:table-cell office:value-type="string"><text:p>một{sign}hai</text:p></table:table-cell>'
    alone = f'<table:table-cell office:value-type="string"><text:p>{sign}</text:p></table:table-cell>'
    book = read(ods(tmp_path / "a.ods", f"<table:table-row>{cell}{alone}</table:table-row>"))
    assert (cells(book), codes(book)) == ({"A1": f"một{shown}hai", "B1": shown}, [])


LINES = [("Mã dòng", "Nội dung"), ("A1", "Tuyên truyền; vận động, 95,5%"), ("A2", "hai\ndòng")]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimited_text_is_read_as_text(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    text = "\r\n".join(separator.join(f'"{field}"' for field in line) for line in LINES)
    path.write_bytes(text.encode(encoding))
    book = read(path)
    assert book.findings == ()
    assert [row.values for row in book.sheets[0].rows] == LINES


def test_text_in_the_windows_code_page_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\r\nđơn vi\u0323;Nô\u0323i vu\u0323\r\n\r\n=1+1;2".encode("cp1258"))
    book = read(path)
    assert codes(book) == [("F058", None)]
    assert [(row.number, row.values) for row in book.sheets[0].rows] == [
        (1, ("đơn vị", "Nội vụ")), (3, ("=1+1", "2")),
    ]  # fmt: skip


def test_a_quotation_mark_that_never_closes_refuses_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a;b\n"c;d\n', encoding="utf-8")
    assert codes(read(path)) == [("F023", None)]


def test_text_under_the_name_of_a_workbook_must_be_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("a\tb\nc\td\n", encoding="utf-8")
    assert codes(read(path)) == [("F025", None)]
    path.write_text("Kính gửi: UBND xã, em xin gửi báo cáo\nTrân trọng\n", encoding="utf-8")
    assert codes(read(path)) == [("F019", None)]
