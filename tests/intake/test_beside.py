"""What stands beside the values, in places where it is easily overlooked or mistaken for something else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from danvan_xl.model import Severity
from tests.intake.files import SHEET, Edit, converted, edited, parts_of, read, replaced, sheet_data, workbook, zipped
from tests.intake.test_formats import ODS
from tests.intake.test_values import cells, codes

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def dated_book(path: Path, *, mac: bool, code: str = "dd/mm/yyyy") -> Path:
    book = xlsxwriter.Workbook(str(path), {"date_1904": mac})
    book.add_worksheet().write_number(0, 0, 44741 if mac else 46203, book.add_format({"num_format": code}))
    book.close()
    return path


@pytest.mark.parametrize("mac", [False, True])
@pytest.mark.parametrize(
    "extension",
    [
        f'<extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" xmlns:x15="{X15}">'
        '<x15:workbookPr chartTrackingRefBase="1" date1904="%d"/></ext></extLst>',
        '<extLst><ext uri="x"><workbookPr date1904="%d"/></ext></extLst>',
        f'<extLst><ext xmlns="{X15}"><workbookPr date1904="%d"/></ext></extLst>',
        f'<x15:workbookPr xmlns:x15="{X15}" date1904="%d"/>',
    ],
)
def test_days_count_from_where_the_workbook_itself_says(tmp_path: Path, mac: bool, extension: str) -> None:
    path = dated_book(tmp_path / "a.xlsx", mac=mac)
    more = extension % (not mac)
    book = read(edited(path, {"xl/workbook.xml": replaced("</workbook>", f"{more}</workbook>")}))
    assert cells(book) == {"A1": date(2026, 6, 30)}


def test_sheets_of_an_extension_are_no_sheets(tmp_path: Path) -> None:
    more = '<extLst><ext><sheets><sheet name="Lạ" sheetId="9" r:id="rId1"/></sheets></ext></extLst></workbook>'
    book = read(edited(workbook(tmp_path / "a.xlsx"), {"xl/workbook.xml": replaced("</workbook>", more)}))
    assert [sheet.name for sheet in book.sheets] == ["Biểu 1"]


def test_a_workbook_whose_elements_have_prefixes_or_alternatives_is_read(tmp_path: Path) -> None:
    def prefixed(content: bytes) -> bytes:
        text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", content.decode().partition("?>")[2])
        sheets = f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x">'
        text = text.replace("<x:workbookPr", f"{sheets}<x:workbookPr").replace(
            "<x:bookViews", "</mc:Choice></mc:AlternateContent><x:bookViews"
        )
        return text.replace("xmlns=", "xmlns:x=").encode()

    path = edited(dated_book(tmp_path / "a.xlsx", mac=True), {"xl/workbook.xml": prefixed})
    assert cells(read(path)) == {"A1": date(2026, 6, 30)}


@pytest.mark.parametrize(
    "more",
    [
        '<dxfs count="1"><dxf><numFmt numFmtId="14" formatCode="0.00"/></dxf></dxfs>',
        '<extLst><ext><numFmts><numFmt numFmtId="14" formatCode="0.00"/></numFmts></ext></extLst>',
        '<extLst><ext><cellXfs><xf numFmtId="2"/></cellXfs>'
        '<fonts><font><name val=".VnTime"/></font></fonts></ext></extLst>',
    ],
)
@pytest.mark.parametrize("where", ["<fonts", "</styleSheet>"])
def test_only_the_formats_of_cells_count_for_cells(tmp_path: Path, more: str, where: str) -> None:
    path = dated_book(tmp_path / "a.xlsx", mac=False, code="m/d/yy")
    builtin: Edit = lambda part: re.sub(rb'numFmtId="\d\d"', b'numFmtId="14"', part)  # noqa: E731
    book = read(edited(path, {"xl/styles.xml": lambda part: replaced(where, more + where)(builtin(part))}))
    assert (cells(book), codes(book)) == ({"A1": date(2026, 6, 30)}, [])


SIZES = [
    ('<row r="2" ht="0" customHeight="1">', {2}),
    ('<row r="2" ht="0.00">', {2}),
    ('<row ht="0" r="2">', {2}),
    ('<row r="2" ht="0.75">', set()),
    ('<row r="2" ht="10" hidden="0">', set()),
]


@pytest.mark.parametrize(("row", "rows"), SIZES)
def test_a_row_without_height_is_hidden(tmp_path: Path, row: str, rows: set[int]) -> None:
    text = f'<row r="1"><c r="A1"><v>1</v></c></row>{row}<c r="A2"><v>2</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", text))
    assert book.sheets[0].hidden_rows == rows
    assert codes(book) == ([("F051", "A2")] if rows else [])


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        ('<sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" width="0" customWidth="1"/></cols>', {2}),
        ('<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="2" width="0.0"/></cols>', {1, 2}),
        (
            '<sheetFormatPr defaultRowHeight="15" defaultColWidth="0"/><cols><col min="1" max="1" width="9"/></cols>',
            {2},
        ),
        ('<sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" width="0.5"/></cols>', set()),
    ],
)
def test_a_column_without_width_is_hidden(tmp_path: Path, before: str, hidden: set[int]) -> None:
    edit: Edit = lambda part: re.sub(rb"<sheetFormatPr[^>]*/>", before.encode(), part)  # noqa: E731
    book = read(edited(workbook(tmp_path / "a.xlsx"), {SHEET: edit}))
    assert {column for column in book.sheets[0].hidden_columns if column < 3} == hidden
    assert [code for code, _ in codes(book)] == (["F052"] if hidden else [])


def test_a_sheet_whose_rows_are_hidden_unless_they_say_otherwise_is_told(tmp_path: Path) -> None:
    edit = replaced('defaultRowHeight="15"', 'defaultRowHeight="15" zeroHeight="1"')
    book = read(edited(workbook(tmp_path / "a.xlsx"), {SHEET: edit}))
    assert codes(book) == [("F061", None)]
    assert len(cells(book)) == 6


def test_rows_and_columns_without_size_in_ods_are_hidden(tmp_path: Path) -> None:
    styles = (
        '<office:automatic-styles xmlns:style="s"><style:style style:name="r"><style:table-row-properties '
        'style:row-height="0cm"/></style:style><style:style style:name="c"><style:table-column-properties '
        'style:column-width="0.000in"/></style:style></office:automatic-styles><office:body>'
    )
    cell = '<table:table-cell office:value-type="float" office:value="7"/>'
    rows = (
        '<table:table-column/><table:table-column table:style-name="c"/>'
        f'<table:table-row table:style-name="c">{cell}{cell}</table:table-row>'
        f'<table:table-row table:style-name="r">{cell}</table:table-row>'
    )
    path = tmp_path / "a.ods"
    content = (ODS % rows).replace("<office:body>", styles).encode()
    path.write_bytes(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}))
    sheet = read(path).sheets[0]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2})


def related(kind: str, target: str, name: str = "rId77") -> Edit:
    return replaced("</Relationships>", f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/></Relationships>')


MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"


@pytest.mark.parametrize("kind", ["xlMacrosheet", "xlIntlMacrosheet"])
def test_macro_sheets_of_excel_4_are_told_and_never_read(tmp_path: Path, kind: str) -> None:
    path = edited(
        workbook(tmp_path / "a.xlsx"),
        {
            "xl/workbook.xml": replaced("</sheets>", '<sheet name="Macro1" sheetId="9" r:id="rId77"/></sheets>'),
            "xl/_rels/workbook.xml.rels": related(f"{MICROSOFT}/{kind}", "macrosheets/sheet1.xml"),
        },
    )
    path.write_bytes(zipped({**parts_of(path.read_bytes()), "xl/macrosheets/sheet1.xml": b"<macrosheet/>"}))
    book = read(path)
    assert [(item.code, item.found) for item in book.findings] == [("S013", "Macro1")]
    assert [len(sheet.rows) for sheet in book.sheets] == [3, 0]


@pytest.mark.libreoffice
def test_macro_sheets_of_xls_are_told(tmp_path: Path) -> None:
    path = converted(workbook(tmp_path / "a.xlsx", {"A": [[1]], "Ẩn 4": [[2]]}), "xls")
    data = bytearray(path.read_bytes())
    places = [found.end() for found in re.finditer(rb"\x85\0[\x08-\x40]\0....\0", bytes(data), re.DOTALL)]
    assert len(places) == 2
    data[places[1]] = 1
    path.write_bytes(data)
    book = read(path)
    assert [(item.code, item.found) for item in book.findings] == [("S013", "Ẩn 4"), ("F057", None)]
    assert [sheet.name for sheet in book.sheets] == ["A"]


THREADS = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B2" dT="2026-06-01T00:00:00.00" personId="{1}" id="{2}"><text>đã xong</text>'
    "</threadedComment>"
    '<threadedComment ref="B2" dT="2026-06-02T00:00:00.00" personId="{1}" id="{3}" parentId="{2}"><text>tốt</text>'
    "</threadedComment></ThreadedComments>"
)
THREAD = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (None, "đã xong\ntốt"),
        ("[Threaded comment]\n\nYour version …\n\nComment:\n    đã xong\nReply:\n    tốt", "đã xong\ntốt"),
        ("một ghi chú khác", "một ghi chú khác\nđã xong\ntốt"),
    ],
)
def test_threaded_comments_are_told_and_read_as_notes(tmp_path: Path, note: str | None, words: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(1, 0, 1)
    if note:
        sheet.write_comment(1, 1, note)
    book.close()
    path = tmp_path / "a.xlsx"
    parts = parts_of(path.read_bytes())
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    known = parts.get(rels, b"<Relationships></Relationships>")
    parts[rels] = related(THREAD, "../threadedComments/threadedComment1.xml")(known)
    path.write_bytes(zipped({**parts, "xl/threadedComments/threadedComment1.xml": THREADS.encode()}))
    seen = read(path)
    assert codes(seen) == [("F062", "B2")]
    assert seen.sheets[0].comments == {(2, 2): words}


@pytest.mark.parametrize(
    ("part", "kind", "target"),
    [
        ("xl/_rels/workbook.xml.rels", "sharedStrings", "other.xml"),
        ("xl/_rels/workbook.xml.rels", "styles", "other.xml"),
        ("_rels/.rels", "officeDocument", "xl/other.xml"),
    ],
)
def test_two_parts_where_only_one_can_count_refuse_the_file(tmp_path: Path, part: str, kind: str, target: str) -> None:
    path = edited(workbook(tmp_path / "a.xlsx"), {part: related(f"{RELATIONS}/{kind}", target)})
    path.write_bytes(zipped({**parts_of(path.read_bytes()), "xl/other.xml": f'<sst xmlns="{MAIN}"/>'.encode()}))
    book = read(path)
    assert [(item.code, item.severity) for item in book.findings] == [("S007", Severity.BLOCKER)]


def test_two_relationships_of_one_name_refuse_the_file_unless_they_are_one(tmp_path: Path) -> None:
    edit = related(f"{RELATIONS}/worksheet", "worksheets/sheet2.xml", "rId1")
    path = workbook(tmp_path / "a.xlsx", {"A": [[1]], "B": [[2]]})
    assert codes(read(edited(path, {"xl/_rels/workbook.xml.rels": edit}))) == [("S007", None)]
    same = related(f"{RELATIONS}/sharedStrings", "sharedStrings.xml")
    assert codes(read(edited(workbook(tmp_path / "b.xlsx"), {"xl/_rels/workbook.xml.rels": same}))) == []


@pytest.mark.parametrize(("length", "code"), [(32_767, None), (32_768, "F048")])
def test_a_text_that_no_cell_of_excel_can_hold_is_told_and_kept(tmp_path: Path, length: int, code: str | None) -> None:
    rows = f'<row r="1"><c r="A1" t="str"><v>{"ạ" * length}</v></c><c r="B1" t="s"><v>1</v></c></row>'
    book = read(sheet_data(tmp_path / "a.xlsx", rows))
    assert codes(book) == ([(code, "A1")] if code else [])
    assert len(str(cells(book)["A1"])) == length
