"""Templates: what stands in them, what is locked, what helps while typing, and that the committed ones are current."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import IndicatorKind, Role, layout
from danvan_xl.round.round import Round
from danvan_xl.workbooks.template.writer import TemplateOptions, template_name, write_template
from danvan_xl.workbooks.writing.printing import page_starts
from tests.support.books import cell, column_of, column_widths, header_row, open_book, parts, row_of
from tests.support.libreoffice import convert
from tests.support.program import run
from tests.support.results import every_line, lead_lines
from tests.support.rounds import PLANS, a_round, fill, periods, sound_answers

COMMITTED = Path(__file__).parents[2] / "templates_xlsx"
APPENDICES = {"Phụ lục I": "PL1", "Phụ lục II": "PL2"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty template of Phòng Văn hóa - Xã hội."""
    target = tmp_path_factory.mktemp("template") / "VHXH.xlsx"
    write_template(target, a_round(), a_round().plan.unit("VHXH"))
    return target


def sheets(path: Path) -> list[Worksheet]:
    book = open_book(path)
    return [book[name] for name in book.sheetnames]


# ---- the committed ones ---------------------------------------------------------------------------------------------


def test_a_template_of_every_unit_is_committed_and_no_other_file() -> None:
    current = a_round()
    assert sorted(item.name for item in COMMITTED.iterdir()) == sorted(
        template_name(current, unit) for unit in current.plan.reporting_units
    )


@pytest.mark.parametrize("unit", sorted(a_round().by_unit))
def test_a_committed_template_is_what_the_rules_generate_part_by_part(unit: str, tmp_path: Path) -> None:
    name = template_name(a_round(), a_round().plan.unit(unit))
    done = run("template", "--plan", "gia-loc", "--period", "2026-H1", "--unit", unit, "-o", tmp_path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    generated, committed = parts(tmp_path / name), parts(COMMITTED / name)
    assert list(generated) == list(committed)
    for part, content in generated.items():
        assert committed[part] == content, f"{part}: run `make templates`"


def test_the_same_template_has_the_same_bytes(tmp_path: Path) -> None:
    current = a_round()
    first, second = (fill(tmp_path / name, current, "KT") for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


# ---- identity and lines ---------------------------------------------------------------------------------------------


def test_the_sheets_stand_in_their_order_and_the_identity_is_very_hidden(path: Path) -> None:
    book = open_book(path)
    assert book.sheetnames == [
        "Hướng dẫn", "Phụ lục I", "Phụ lục II", "Chỉ tiêu", "Số liệu", "Khó khăn, kiến nghị", "_danvan"
    ]  # fmt: skip
    assert [sheet.sheet_state for sheet in book] == [*["visible"] * 6, "veryHidden"]
    identity = [row for row in book["_danvan"].iter_rows(values_only=True) if row[0] not in ("words", "previous")]
    rows = {str(row[0]): str(row[1]) for row in identity}
    assert rows.pop("lines").split() == [line.task.id for line in a_round().by_unit["VHXH"].values()]
    assert rows.pop("extras") == "so-lieu kho-khan"
    assert rows.pop("figures").split() == [item.id for item in a_round().figures_of("VHXH")]
    asked = [word.partition("=")[0] for word in rows.pop("targets").split()]
    assert asked == ["PL1.II.1:1", "PL1.II.3:1", "PL1.II.4:2", "PL1.II.5:1", "PL1.II.5:2"]
    assert [word.partition(":")[0] for word in rows.pop("printed").split()] == ["PL1", "PL2"]
    assert rows == {
        "format": "danvan-xl/template/1",
        "plan": "gia-loc",
        "plan_version": "2",
        "unit": "VHXH",
        "period": "2026-H1",
        "forms": "PL1:muc-tieu:1 PL2:nhiem-vu:1",
    }


@pytest.mark.parametrize("plan", PLANS)
def test_every_line_of_the_plan_is_in_one_template_with_its_id_in_a_hidden_column(plan: str, tmp_path: Path) -> None:
    current = a_round(plan, periods(plan)[-1], villages=2)
    found: list[str] = []
    for unit in current.by_unit:
        for sheet in sheets(fill(tmp_path / f"{unit}.xlsx", current, unit)):
            if sheet.title not in {item.sheet for item in current.plan.appendices}:
                continue
            assert sheet.column_dimensions["A"].hidden
            ids = [str(row[0].value) for row in sheet.iter_rows(min_row=header_row(sheet) + 1)]
            found += [item for item in ids if layout.LINE_ID_FORM.fullmatch(item)]
    assert Counter(found) == Counter(line.id for line in every_line(current) if line.assigned)
    assert {item.partition("@")[0] for item in found} >= {line.task.id for line in lead_lines(current) if line.assigned}


def test_gia_loc_has_24_tasks_and_89_lead_lines_and_one_more_once_the_office_says_whose_it_is(tmp_path: Path) -> None:
    assert len(list(a_round().plan.tasks)) == 24
    for current, expected, split in ((a_round(), 89, (44, 45)), (a_round(owned=True), 90, (44, 46))):
        leads: Counter[str] = Counter()
        for unit in current.by_unit:
            book = open_book(fill(tmp_path / "a.xlsx", current, unit))
            for name, appendix in APPENDICES.items():
                column = column_of(book[name], layout.ROLE)
                leads[appendix] += sum(row[column - 1].value == "Chủ trì" for row in book[name].iter_rows())
        assert leads.total() == expected
        assert (leads["PL1"], leads["PL2"]) == split


def test_a_line_that_nobody_was_named_for_is_told_when_templates_are_made(tmp_path: Path) -> None:
    command = ("template", "--plan", "gia-loc", "--period", "2026-H1", "-o", tmp_path)
    assert "PL2.11.1" in run(*command, cwd=tmp_path).stdout
    assert "PL2.11.1" not in run(*command, "--owner", "X_DU_UBND=VP", cwd=tmp_path).stdout


def test_the_plans_own_columns_and_texts_stand_as_printed(path: Path) -> None:
    current, book = a_round(), open_book(path)
    for appendix in current.plan.appendices:
        sheet = book[appendix.sheet]
        row = header_row(sheet)
        titles = [item.value for item in sheet[row]]
        assert titles[0] == layout.LINE_ID
        printed = [item.title for item in appendix.columns]
        assert [title for title in titles if title in printed] == printed
        assert titles[1:3] == printed[:2], "the task stands first"
        for line in current.by_unit["VHXH"].values():
            if line.task.appendix == appendix.id:
                for printed in appendix.columns:
                    shown = cell(sheet, line.id, printed.title).value
                    assert (shown or "") == getattr(line.task, printed.field)
        assert str(sheet.cell(1, 2).value) == f"{appendix.number}. {appendix.title} {current.plan.citation}"


# ---- locks and help while typing ------------------------------------------------------------------------------------


def test_answer_cells_are_open_and_everything_else_is_locked_without_a_password(path: Path) -> None:
    current, book = a_round(), open_book(path)
    for appendix in current.plan.appendices:
        sheet, form = book[appendix.sheet], current.form_of(appendix)
        answers = {column_of(sheet, item.title) for item in form.fields}
        achieved = next((column_of(sheet, item.title) for item in form.fields if item.name == "gia_tri"), None)
        for line in (line for line in current.by_unit["VHXH"].values() if line.task.appendix == appendix.id):
            for item in sheet[row_of(sheet, line.id)]:
                is_asked = item.column in answers and not (item.column == achieved and line.task.targets)
                assert item.protection.locked is not is_asked, item.coordinate
    for sheet in book:
        if sheet.title != layout.IDENTITY_SHEET:
            assert sheet.protection.sheet
            assert sheet.protection.password is None


def test_filtering_and_resizing_stay_allowed_under_protection(path: Path) -> None:
    current, book = a_round(), open_book(path)
    for appendix in current.plan.appendices:
        protection = book[appendix.sheet].protection
        allowed = {name for name in ("autoFilter", "formatColumns", "formatRows") if not getattr(protection, name)}
        assert allowed == {"autoFilter", "formatColumns", "formatRows"}
        assert book[appendix.sheet].auto_filter.ref


def rules_of(sheet: Worksheet, address: str) -> list[Any]:
    return [item for item in sheet.data_validations.dataValidation if address in item.sqref]


def test_every_answer_column_helps_and_guards_as_its_field_says(path: Path) -> None:
    current, book = a_round(), open_book(path)
    for appendix in current.plan.appendices:
        sheet, form = book[appendix.sheet], current.form_of(appendix)
        line = next(line for line in current.by_unit["VHXH"].values() if line.task.appendix == appendix.id)
        for item in form.fields:
            (rule,) = rules_of(sheet, cell(sheet, line.id, item.title).coordinate)
            assert (rule.promptTitle, rule.prompt) == (item.title, item.help)
            if item.enum:
                assert rule.type == "list"
                assert rule.formula1.strip('"').split(",") == list(item.enum)
            elif item.type == "date":
                assert rule.type == "date"
            elif item.type == "number":
                assert (rule.type, float(rule.formula1)) == ("decimal", item.minimum)
            else:
                assert rule.type is None
    for item in current.figures_of("VHXH"):
        (figure,) = rules_of(book["Số liệu"], cell(book["Số liệu"], item.id, "Số liệu trong kỳ").coordinate)
        kind = "whole" if item.is_whole else "decimal"
        assert (figure.type, figure.formula1, figure.formula2) == (kind, "0", "1000000"), item.id


def test_excels_limits_hold_in_every_message_list_and_formula_of_every_plan(tmp_path: Path) -> None:
    for plan in PLANS:
        current = a_round(plan, periods(plan)[-1], villages=1)
        for unit in current.by_unit:
            with zipfile.ZipFile(fill(tmp_path / "a.xlsx", current, unit)) as archive:
                for name in (item for item in archive.namelist() if item.startswith("xl/worksheets/sheet")):
                    root = etree.fromstring(archive.read(name))
                    for rule in root.iter(f"{MAIN}dataValidation"):
                        assert len(rule.get("promptTitle", "")) <= 32
                        assert len(rule.get("errorTitle", "")) <= 32
                        assert len(rule.get("prompt", "")) <= 255
                        assert len(rule.get("error", "")) <= 255
                        assert len(rule.findtext(f"{MAIN}formula1", "")) <= 257  # 255 and two quotes
                    for formula in root.iter(f"{MAIN}f"):
                        words = formula.text or ""
                        assert len(words) <= 8192
                        assert all(len(literal) <= 255 for literal in re.findall('"([^"]*)"', words))
                        assert words.count("IF(") <= 64


def test_text_cells_for_document_numbers_are_text_and_days_show_as_days(path: Path) -> None:
    sheet, line = open_book(path)["Phụ lục II"], "PL2.1.2@VHXH"
    assert cell(sheet, line, "Số, ký hiệu văn bản").number_format == "@"
    assert cell(sheet, line, "Ngày hoàn thành").number_format == "dd/mm/yyyy"


def test_the_live_column_is_a_formula_with_a_stored_result_for_every_line(path: Path) -> None:
    formulas, values = open_book(path), open_book(path, values=True)
    for line in a_round().by_unit["VHXH"].values():
        sheet = a_round().appendices[line.task.appendix].sheet
        live = cell(formulas[sheet], line.id, layout.LIVE_CHECK)
        assert live.data_type == "f"
        shown = values[sheet][live.coordinate].value
        assert shown == ("Chưa trả lời" if line.role is Role.LEAD else "Phối hợp: không bắt buộc")


def test_each_form_ends_with_spare_rows_for_the_units_own_lines(path: Path) -> None:
    current, book = a_round(), open_book(path)
    for appendix in current.plan.appendices:
        sheet = book[appendix.sheet]
        ids = [str(row[0].value) for row in sheet.iter_rows()]
        own = [item for item in ids if layout.OWN_ID_FORM.fullmatch(item)]
        assert own == [f"+{number}@VHXH" for number in range(1, current.form_of(appendix).spare_rows + 1)]
        words = next(item.title for item in appendix.columns if item.field == "text")
        assert not cell(sheet, "+1@VHXH", words).protection.locked
        assert ids.index("+1@VHXH") > max(ids.index(i) for i in ids if layout.LINE_ID_FORM.fullmatch(i))


def test_pages_are_a4_landscape_with_the_header_on_each_and_panes_are_frozen(path: Path) -> None:
    book = open_book(path)
    for name in ("Phụ lục I", "Phụ lục II", "Số liệu", "Khó khăn, kiến nghị"):
        sheet = book[name]
        row = header_row(sheet)
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, int(sheet.page_setup.fitToHeight)) == (1, 0)
        first, _, last, _ = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))
        widths = [width for column, width in sorted(column_widths(sheet).items()) if first <= column <= last]
        assert page_starts(widths, 0) == [], "letters of 11 points stay above 9 on paper"
        assert sheet.print_title_rows == f"${row}:${row}"
        assert int(re.sub("[A-Z]", "", sheet.freeze_panes)) == row + 1
        assert sheet.oddHeader.center.text == "&P"
        assert sheet.HeaderFooter.differentFirst


def test_the_guide_says_unit_period_due_day_and_what_to_fill_in(path: Path, tmp_path: Path) -> None:
    def words(target: Path) -> str:
        return "\n".join(str(value) for row in open_book(target)["Hướng dẫn"].values for value in row if value)

    text = words(path)
    for part in ("Phòng Văn hóa - Xã hội", "6 tháng đầu năm 2026", "157/KH-UBND", "Phụ lục I", "Khó khăn, kiến nghị"):
        assert part in text
    done = run(
        *("template", "--plan", "gia-loc", "--period", "2026-H1", "--unit", "KT", "--due", "2026-06-14"),
        *("-o", tmp_path),
        cwd=tmp_path,
    )
    assert done.returncode == 0
    dated = words(tmp_path / "gia-loc_2026-H1_KT.xlsx")
    assert "Chủ nhật" in dated  # 14/06/2026
    assert "12/06/2026" in dated  # the last working day before


def test_what_was_typed_stands_in_the_cells_with_its_type(tmp_path: Path) -> None:
    current = a_round()
    typed = sound_answers(current, "VHXH")
    book = open_book(fill(tmp_path / "a.xlsx", current, "VHXH", typed))
    for line, values in typed.lines.items():
        appendix = current.appendices[current.tasks[line.partition("@")[0]].appendix]
        for name, value in values.items():
            stored = cell(book[appendix.sheet], line, current.form_of(appendix).field(name).title).value
            assert (stored.date() if isinstance(value, date) else stored) == value


# ---- the period before ----------------------------------------------------------------------------------------------


def templates_after_h1(folder: Path, period: str) -> Path:
    """The folder of the templates for a period, made once two units have reported the first half-year."""
    init = ("init", ".", "--plan", "gia-loc", "--period", "2026-H1", "--owner", "X_DU_UBND=VP")
    assert run(*init, cwd=folder).returncode == 0
    for unit in ("VHXH", "KT"):
        fill(folder / "nhan" / "2026-H1" / f"{unit}.xlsx", a_round(owned=True), unit)
    assert run("merge", cwd=folder).returncode == 0
    settings = folder / "danvan.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('period = "2026-H1"', f'period = "{period}"'), encoding="utf-8"
    )
    assert run("template", cwd=folder).returncode == 0
    return folder / "mau" / period


@pytest.mark.parametrize("period", ["2026-H2", "2026"])
def test_what_was_said_last_time_stands_beside_and_never_in_the_answer_cells(period: str, tmp_path: Path) -> None:
    made, current = templates_after_h1(tmp_path, period), a_round(owned=True)
    for unit, was_there in (("VHXH", True), ("VP", False)):
        book = open_book(made / f"gia-loc_{period}_{unit}.xlsx")
        typed = sound_answers(current, unit).lines
        for line in current.by_unit[unit].values():
            appendix = current.appendices[line.task.appendix]
            sheet = book[appendix.sheet]
            before = cell(sheet, line.id, layout.PREVIOUS)
            assert before.protection.locked
            assert all(cell(sheet, line.id, item.title).value is None for item in current.form_of(appendix).fields)
            if was_there and line.id in typed:
                assert typed[line.id]["trang_thai"] in before.value
                assert before.value.startswith("Đã báo cáo trong kỳ (6 tháng đầu năm 2026)") is (period == "2026")
            else:
                assert not before.value


def test_the_figures_of_the_same_rhythm_stand_beside(tmp_path: Path) -> None:
    made, current = templates_after_h1(tmp_path, "2026-H2"), a_round(owned=True)
    for unit, was_there in (("VHXH", True), ("VP", False)):
        sheet = open_book(made / f"gia-loc_2026-H2_{unit}.xlsx")["Số liệu"]
        assert str(sheet["B1"].value).endswith("6 tháng cuối năm 2026"), "the period stands in the heading"
        assert layout.REPORTED not in [item.value for item in sheet[header_row(sheet)]]
        for item in current.figures_of(unit):
            figure = cell(sheet, item.id, "Kỳ trước (6 tháng đầu năm 2026)")
            assert figure.protection.locked
            assert figure.value == (7 if was_there else "")
            assert cell(sheet, item.id, "Số liệu trong kỳ").value is None


def test_what_a_shorter_report_brought_stands_beside_the_figures_of_the_longer_one(tmp_path: Path) -> None:
    made, current = templates_after_h1(tmp_path, "2026"), a_round(owned=True)
    for unit, was_there in (("VHXH", True), ("VP", False)):
        sheet = open_book(made / f"gia-loc_2026_{unit}.xlsx")["Số liệu"]
        assert str(sheet["B1"].value).endswith("năm 2026"), "the period stands in the heading"
        assert (layout.REPORTED in [item.value for item in sheet[header_row(sheet)]]) is was_there
        for item in current.figures_of(unit):
            assert not cell(sheet, item.id, layout.PREVIOUS).value, "no report of a year came before"
            assert cell(sheet, item.id, "Số liệu trong kỳ").value is None
            if was_there:
                reported = cell(sheet, item.id, layout.REPORTED)
                assert reported.protection.locked
                is_flow = item.kind is IndicatorKind.FLOW
                assert reported.value == ("7 (đến hết 14/06/2026). Ghi thêm phần từ 15/06/2026" if is_flow else "")


# ---- in other office programs ---------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_a_template_opens_in_libreoffice_and_comes_back_the_same(path: Path, tmp_path: Path) -> None:
    converted = open_book(convert(path, "xlsx", tmp_path), values=True)
    ours = open_book(path, values=True)
    assert converted.sheetnames == ours.sheetnames
    for sheet in ours:
        there = converted[sheet.title]
        for row in sheet.iter_rows():
            for item in row:
                assert (there[item.coordinate].value or None) == (item.value or None), (sheet.title, item.coordinate)
    assert converted["_danvan"].sheet_state != "visible"


def test_an_english_template_has_the_same_shape_for_the_reader(tmp_path: Path) -> None:
    current: Round = a_round()
    write_template(tmp_path / "en.xlsx", current, current.plan.unit("KT"), TemplateOptions(lang="en"))
    write_template(tmp_path / "vi.xlsx", current, current.plan.unit("KT"))
    english, vietnamese = open_book(tmp_path / "en.xlsx"), open_book(tmp_path / "vi.xlsx")
    assert english.sheetnames == vietnamese.sheetnames
    for name in ("Phụ lục I", "Phụ lục II"):
        assert header_row(english[name]) == header_row(vietnamese[name])
        assert [c.value for c in english[name]["A"]] == [c.value for c in vietnamese[name]["A"]]


def test_a_template_is_a_sound_zip_of_sound_xml(path: Path) -> None:
    done = subprocess.run(["unzip", "-tq", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(parts(path).values())
