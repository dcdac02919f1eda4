"""Nothing silently lost or changed: each cell is read right, or reported with its true address."""

# ruff: noqa: DTZ001 - Excel knows no time zones
from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

import danvan_xl
from danvan_xl.model import Book, Severity
from tests.intake.files import SHEET, edited, read, replaced, sheet_data, workbook


def cells(book: Book) -> dict[str, object]:
    """Address → value of the first sheet's cells that hold something."""
    return {
        f"{chr(65 + column)}{row.number}": value
        for row in book.sheets[0].rows
        for column, value in enumerate(row.values)
        if value is not None
    }


def codes(book: Book) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.location.cell) for finding in book.findings]


XML_CELLS = [
    ('<c r="B2"><v>5</v></c>', 5, None),
    ('<c r="B2" t="n"><v>-1.5E-3</v></c>', -0.0015, None),
    ('<c r="B2"><v>0.30000000000000004</v></c>', 0.30000000000000004, None),
    ('<c r="B2"><v>999999999999999</v></c>', 999999999999999, None),
    ('<c r="B2"><v>1234567890123456</v></c>', None, "F043"),
    ('<c r="B2"><v>1.2345678901234568E+19</v></c>', None, "F043"),
    ('<c r="B2"><v>1_000</v></c>', None, "F046"),
    ('<c r="B2"><v>NaN</v></c>', None, "F046"),
    ('<c r="B2"><v>١٢</v></c>', None, "F046"),
    ('<c r="B2" t="s"><v>1</v></c>', "Nội dung", None),
    ('<c r="B2" t="s"><v>-1</v></c>', None, "F046"),
    ('<c r="B2" t="s"><v>99</v></c>', None, "F046"),
    ('<c r="B2" t="b"><v>1</v></c>', True, None),
    ('<c r="B2" t="b"><v>0</v></c>', False, None),
    ('<c r="B2" t="b"><v>7</v></c>', None, "F046"),
    ('<c r="B2" t="e"><v>#REF!</v></c>', None, "F040"),
    ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', None, "F040"),
    ('<c r="B2" t="str"><v>a &amp; b &#x1EA1; &lt;</v></c>', "a & b ạ <", None),
    ('<c r="B2" t="inlineStr"><is><t>tại chỗ</t></is></c>', "tại chỗ", None),
    (
        '<c r="B2" t="inlineStr"><is><r><t>hai </t></r><r><rPr><b/></rPr><t>mảnh</t></r></is></c>',
        "hai mảnh",
        None,
    ),
    ('<c r="B2" t="inlineStr"><is><t>chữ</t><rPh sb="0" eb="1"><t>âm</t></rPh></is></c>', "chữ", None),
    ('<c r="B2" t="str"><v>một_x000D__x000A_hai</v></c>', "một\r\nhai", None),
    ('<c r="B2" t="str"><v>một\r\nhai\rba</v></c>', "một\nhai\nba", None),
    ('<c r="B2" t="str"><v>một&#13;&#10;hai_x000D_\r\nba</v></c>', "một\r\nhai\r\nba", None),
    ('\r\n<c r="B2"\r\n s="0">\r\n<v>4</v>\r\n</c>\r\n', 4, None),
    ('<c r="B2" t="str"><v>_x005F_x000D_</v></c>', "_x000D_", None),
    ('<c r="B2" t="str"><v>Đo\u0302\u0301ng</v></c>', "Đống", None),
    ('<c r="B2" t="d"><v>2026-06-30</v></c>', date(2026, 6, 30), None),
    ('<c r="B2"><f>A1</f></c>', None, "F042"),
    ('<c r="B2"><f>A1</f><v></v></c>', None, "F042"),
    ('<c r="B2"><f>A1</f><v/></c>', None, "F042"),
    ('<c r="B2" t="zz"><v>5</v></c>', None, "F046"),
    ('<c r="B2"/>', None, None),
    ('<c r="B2" s="0"></c>', None, None),
    ("<c><v>7</v></c>", 7, None),
    ('<c r="B2"><!-- <v>1</v> --><v>2</v></c>', 2, None),
    ('<c r="B2" cm="1"><v>4</v></c>', 4, None),
    ('<c  r="B2"\n s="0" ><v>4</v></c >', 4, None),
]


@pytest.mark.parametrize(("xml", "value", "code"), XML_CELLS)
def test_a_cell_is_read_right_or_reported_with_its_address(
    tmp_path: Path, xml: str, value: object, code: str | None
) -> None:
    known = '<c r="A2"><v>1</v></c>'
    book = read(sheet_data(tmp_path / "a.xlsx", f'<row r="2">{known}{xml}</row>'))
    assert [finding for finding in codes(book) if finding[0] != "F050"] == ([(code, "B2")] if code else [])
    assert cells(book) == {"A2": 1} | ({"B2": value} if value is not None else {})
    assert type(cells(book).get("B2")) is type(value)
    assert all(f.severity is Severity.ERROR for f in book.findings if f.location.cell)


DATES = [
    (46203, "dd/mm/yyyy", date(2026, 6, 30), False),
    (46203.75, "dd/mm/yyyy", datetime(2026, 6, 30, 18), False),
    (46203, "dd/mm/yyyy hh:mm", datetime(2026, 6, 30), False),
    (44741, "dd/mm/yyyy", date(2026, 6, 30), True),
    (1, "dd/mm/yyyy", date(1900, 1, 1), False),
    (61, "d/m/yy", date(1900, 3, 1), False),
    (46203, "[$-42A]dd mmmm yyyy;@", date(2026, 6, 30), False),
    (46203, '"ngày" dd "tháng" mm', date(2026, 6, 30), False),
    (46203, '"ngày" #,##0', 46203, False),
    (46203, "[Red]0", 46203, False),
    (95, "0%", 95, False),
    (0.5, "hh:mm", 0.5, False),
    (1.5, "[h]:mm", 1.5, False),
]  # fmt: skip


@pytest.mark.parametrize(("serial", "code", "value", "mac"), DATES)
def test_the_format_decides_what_a_number_means(
    tmp_path: Path, serial: float, code: str, value: object, mac: bool
) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": mac})
    book.add_worksheet().write_number(0, 0, serial, book.add_format({"num_format": code}))
    book.close()
    seen = read(path)
    assert cells(seen) == {"A1": value}
    assert type(cells(seen)["A1"]) is type(value)
    assert [finding.code for finding in seen.findings] == (["F059"] if mac else [])
    usual = code in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")
    assert seen.sheets[0].number_formats == ({} if usual else {(1, 1): code})


@pytest.mark.parametrize("serial", [0, -5, 60, 0.5, 2_958_466, 46203046])
def test_a_day_that_never_was_is_an_error(tmp_path: Path, serial: float) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_number(0, 0, serial, book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()
    seen = read(path)
    assert codes(seen) == [("F044", "A1")]
    assert seen.sheets[0].rows[0].values == (None,)


def test_a_wrong_dimension_is_not_believed(tmp_path: Path) -> None:
    for wrong in ("A1", "A1:XFD1048576", "Z9:A1"):
        path = edited(
            workbook(tmp_path / "a.xlsx"),
            {SHEET: replaced('<dimension ref="A1:B3"/>', f'<dimension ref="{wrong}"/>')},
        )
        book = read(path)
        assert book.findings == ()
        assert len(cells(book)) == 6


def test_a_value_that_only_one_reader_sees_refuses_the_file(tmp_path: Path) -> None:
    book = read(sheet_data(tmp_path / "a.xlsx", '<row r="2"><c r="B2"><v><![CDATA[3]]></v></c></row>'))
    assert [finding.code for finding in book.findings] == ["F022"]
    assert book.sheets == ()


def test_rows_and_columns_keep_their_true_numbers(tmp_path: Path) -> None:
    rows = '<row r="7"><c r="C7"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert [row.number for row in book.sheets[0].rows] == [7, 1_048_576]
    assert book.sheets[0].rows[0].values == (None, None, 1)
    assert len(book.sheets[0].rows[1].values) == 16_384
    assert book.findings == ()


def test_a_cell_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="A1"><v>3</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert ("F045", "A1") in codes(book)
    assert book.sheets[0].rows[0].values == (None, 2)


def test_a_row_that_stands_twice_is_joined_and_repeats_are_errors(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>3</v></c><c r="B1"><v>2</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert {("F045", "A1"), ("F060", None)} == set(codes(book))
    assert book.sheets[0].rows[0].values == (None, 2)


def test_rows_out_of_order_are_read_by_their_numbers(tmp_path: Path) -> None:
    rows = '<row r="9"><c r="A9"><v>9</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert codes(book) == [("F060", None)]
    assert cells(book) == {"A9": 9, "B2": 2}


def test_cells_and_rows_without_an_address_follow_each_other(tmp_path: Path) -> None:
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert cells(book) == {"A1": 1, "B1": 2, "C5": 3, "D5": 4}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>&nbsp;</v></c></row>',
        '<row r="1"><c r="A1"><row r="1"></row><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>&</row>',
        '<row r="1" spans="1:2r="A1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="n&"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s=1/></row>',
        '<row r="1"><c r="A1" t="str"><v>a]]>b</v></c></row>',
        '<row r="1"><c r="A1"><f>1&x</f><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/>',
        '<c r="A1"><v>1</v></c>',
    ],
)
def test_addresses_and_structures_that_cannot_be_are_damage(tmp_path: Path, rows: str) -> None:
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert [finding.code for finding in book.findings] == ["F021"]
    assert book.sheets == ()


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("strict", [False, True])
def test_prefixes_and_the_strict_namespace_are_read(tmp_path: Path, prefix: str, strict: bool) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    if strict:
        space = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    mark = f"{prefix}:" if prefix else ""
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    sheet = (
        f'<{mark}worksheet {name}="{space}"><{mark}sheetData><{mark}row r="2"><{mark}c r="B2" t="s"><{mark}v>'
        f"1</{mark}v></{mark}c></{mark}row></{mark}sheetData></{mark}worksheet>"
    )
    book = read(edited(workbook(tmp_path / "a.xlsx"), {SHEET: sheet.encode()}))
    assert book.findings == ()
    assert cells(book) == {"B2": "Nội dung"}


def test_cells_without_anything_never_make_up_for_cells_without_an_address(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"></c><c r="B1" t="n"></c><c><v>7</v></c><c r="D1"/></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert book.findings == ()
    assert cells(book) == {"C1": 7}


def test_formulas_are_passed_over_whatever_they_hold(tmp_path: Path) -> None:
    shared = '<c r="B1"><f t="shared" si="0"/><v>2</v></c><c r="C1"><f/><v>3</v></c><c r="D1" s="0"></c>'
    rows = f'<row r="1"><c r="A1"><f>IF(1&lt;2,"/></f>"&amp;Ẩn!A1)</f><v>1</v></c>{shared}</row>'
    damaged = sheet_data(tmp_path / "a.xlsx", rows)
    assert codes(read(damaged)) == [("F021", None)]
    book = read(sheet_data(tmp_path / "b.xlsx", rows.replace('</f>"', '"')))
    assert cells(book) == {"A1": 1, "B1": 2, "C1": 3}
    assert book.sheets[0].formulas == {(1, 1), (1, 2), (1, 3)}
    path = edited(tmp_path / "b.xlsx", {SHEET: lambda content: content.replace(b"IF", b"\xff\xff")})
    assert codes(read(path)) == [("F021", None)]


def test_error_cells_are_listed_one_by_one_up_to_a_limit(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(1, 301))
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert [finding.code for finding in book.findings] == ["F040"] * 200 + ["F041"]
    assert book.findings[-1].args["count"] == 100
    assert len(book.sheets[0].rows) == len(book.sheets[0].errors) == 300


def test_live_formulas_give_one_warning_and_their_stored_values(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>1+{n}</f><v>{n + 1}</v></c></row>' for n in range(1, 501))
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert codes(book) == [("F050", "A1")]
    assert book.findings[0].args["count"] == 500
    assert cells(book)["A500"] == 501
    assert len(book.sheets[0].formulas) == 500


def test_an_empty_text_given_by_a_formula_is_stored_and_no_error(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>'
    assert codes(read(sheet_data(tmp_path / "a.xlsx", rows))) == [("F050", "A1")]


def office_book(path: Path) -> Path:
    """Everything that travels beside the values, in one workbook."""
    book = xlsxwriter.Workbook(str(path))
    sheet, hidden, deep = (book.add_worksheet(name) for name in ("Biểu", "Ẩn", "Sâu"))
    hidden.write(0, 0, "x")
    hidden.hide()
    deep.write(0, 0, "y")
    deep.very_hidden()
    old = book.add_format({"font_name": ".VnTime"})
    sheet.write(0, 0, "Phßng V¨n hãa", old)
    sheet.write(1, 0, "kín")
    sheet.write(1, 1, 5)
    sheet.write(2, 1, 6)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(1, 1, None, None, {"hidden": True})
    sheet.merge_range(4, 0, 5, 2, "gộp")
    sheet.write_comment(1, 0, "đã xong")
    sheet.write_url(6, 0, "https://example.org/a")
    sheet.autofilter(0, 0, 2, 1)
    sheet.filter_column("B", "x == 5")
    book.close()
    return path


def test_what_stands_beside_the_values_is_told(tmp_path: Path) -> None:
    book = read(office_book(tmp_path / "a.xlsx"))
    sheet = book.sheets[0]
    assert [one.state for one in book.sheets] == ["visible", "hidden", "veryHidden"]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3}, {2})
    assert sheet.merges == ((5, 1, 6, 3),)
    assert sheet.comments == {(2, 1): "đã xong"}
    assert sheet.fonts == {(1, 1): ".VnTime"}
    assert sheet.links == {(7, 1): "https://example.org/a"}
    assert sheet.filtered
    found = [(finding.code, finding.location.sheet) for finding in book.findings]
    assert found == [
        ("F051", "Biểu"), ("F052", "Biểu"), ("F054", "Biểu"), ("F055", "Biểu"), ("F053", "Ẩn"),
        ("F053", "Sâu"),
    ]  # fmt: skip
    assert all(finding.severity is Severity.WARNING for finding in book.findings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Phßng V¨n hãa - Th«ng tin x· Gia Léc", "F055"),
        ("Phoøng Vaên hoùa Thoâng tin huyeän", "F055"),
        ("PhÃ²ng VÄƒn hÃ³a", "F056"),
        ("Ph\ufffdng V\ufffdn h\ufffda", "F056"),
        ("Phòng Văn hóa - Xã hội, UBND xã Gia Lộc", None),
        ("Sân 5m×3m; nhà 4m×6m; Microsoft® Excel®; a·b", None),
        ("thực\xad hiện tốt mô\xad hình; phòng\xad, chống", None),
        ("«Dân vận khéo», «Nghị quyết 55»; «mô hình»", None),
        ("ph\xad\xeang, x· Gia Léc", "F055"),
        ("ĐÃ HOÀN THÀNH 100 %; tiến độ ±5 m², 30°", None),
    ],
)
def test_old_encodings_and_garbled_text_are_warned_about(tmp_path: Path, text: str, code: str | None) -> None:
    book = read(workbook(tmp_path / "a.xlsx", {"A": [["x", text]]}))
    assert codes(book) == ([(code, "B1")] if code else [])
    assert cells(book)["B1"] == text


def test_macros_and_links_to_other_files_are_warned_about(tmp_path: Path) -> None:
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = (
        f'<Relationship Id="rId91" Type="{relation}/externalLink" Target="externalLinks/externalLink1.xml"/>'
        '<Relationship Id="rId92" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/></Relationships>'
    )
    outside = (
        f'<Relationships><Relationship Id="rId1" Type="{relation}/externalLinkPath" '
        'Target="file:///C:\\Users\\a.xlsx" TargetMode="External"/></Relationships>'
    )
    path = edited(
        workbook(tmp_path / "a.xlsx"),
        {
            "[Content_Types].xml": replaced(types, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            "xl/_rels/workbook.xml.rels": replaced("</Relationships>", more),
        },
    ).rename(tmp_path / "a.xlsm")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
        archive.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", outside.encode())
    book = read(path)
    assert book.format == "xlsm"
    assert [finding.code for finding in book.findings] == ["S010", "S011"]
    assert "a.xlsx" in (book.findings[1].found or "")
    assert book.sheets[0].rows


def test_a_workbook_of_openpyxl_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a & b", 1, 2.5, True, date(2026, 6, 30), datetime(2026, 6, 30, 8, 30), None, "=1+1", "dòng\nhai"])
    sheet["A1"].comment = Comment("ý kiến", "ai đó")
    path = tmp_path / "a.xlsx"
    book.save(path)
    seen = read(path)
    assert seen.sheets[0].rows[0].values == (
        "a & b", 1, 2.5, True, date(2026, 6, 30), datetime(2026, 6, 30, 8, 30), None, None, "dòng\nhai",
    )  # fmt: skip
    assert codes(seen) == [("F042", "H1")]
    assert seen.sheets[0].comments == {(1, 1): "ý kiến"}


def test_readers_that_find_values_in_different_cells_refuse_the_file() -> None:
    from danvan_xl.intake.refusal import RefusedError
    from danvan_xl.intake.witness import disagreements
    from danvan_xl.model import Row

    rows = [Row(1, ("a", None, 3)), Row(3, (1,))]
    assert disagreements(rows, set(), [["a", "", 3.0], ["", "", ""], [1.0, "", ""]], "S") == []
    assert disagreements(rows, set(), [["b", "", 3.0], ["", "", ""], [1.0, "", ""]], "S") == [(1, 1)]
    for grid in (
        [["a", "", 3.0]],
        [["a", "x", 3.0], [""] * 3, [1.0, "", ""]],
        [["a", "", 3.0], ["z"], [1.0]],
    ):
        with pytest.raises(RefusedError, match="F022"):
            disagreements(rows, set(), grid, "S")


def test_reading_imports_no_heavy_library(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    code = (
        "import sys, danvan_xl; assert not [m for m in sys.modules if 'intake' in m];"
        f"danvan_xl.read_workbook({str(path)!r});"
        "bad = {'openpyxl', 'pandas', 'jsonschema', 'lxml', 'xlrd', 'xlsxwriter'} & set(sys.modules);"
        "assert not bad, bad"
    )
    root = str(Path(danvan_xl.__file__).parents[1])
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
