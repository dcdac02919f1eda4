"""Issue 11, point 4: last period's figures of each unit, from ``Số liệu`` of the former consolidated workbook.

- Both layouts (indicators down, units down), in both languages, whatever the order and the places of the columns.
- What can't be told apart is left out; text stays text; sums belong to nobody.
- Templates record them, and a unit's change of the column ``Kỳ trước (…)`` is told.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.office.previous_figures import previous_figures
from danvan_xl.round.printed import PrintedRecord, figure_key, mark_of
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.consolidated import figure_data_sheet
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from tests.cases.files import of
from tests.support.books import column_of, header_row, open_book, row_of
from tests.support.demo import MERGED, demo
from tests.support.program import run
from tests.support.rounds import a_round, fill, read

FIGURES = "Số liệu"


def form_of(current: Round) -> Any:
    return current.forms[current.plan.statistics or ""]


def typed(current: Round, seed: str) -> Typed:
    """Figures of a unit: a number each, 0 and nothing among them, and one that is text."""
    drawn = random.Random(seed)
    items = [item.id for item in form_of(current).indicators]
    figures: dict[str, Any] = {item: drawn.choice([0, 7, 1234, drawn.randrange(10**5), None]) for item in items}
    return Typed(figures={**figures, items[1]: "khoảng 95"})


def merged(path: Path, current: Round, folder: Path, lang: Lang = "vi") -> dict[str, Submission]:
    """A consolidated workbook to which two units of three have sent figures; what they sent."""
    said: dict[str, Submission] = {}
    for number, unit in enumerate(current.by_unit):
        if number % 3:
            said[unit] = read(fill(folder / f"{unit}.xlsx", current, unit, typed(current, unit)), current)
    write_consolidated(path, merge(current, list(said.values())), lang)
    return said


def expected(said: dict[str, Submission]) -> dict[str, dict[str, str]]:
    shown = {
        unit: {item: str(value) for item, value in file.figures.items() if value is not None}
        for unit, file in said.items()
    }
    return {unit: figures for unit, figures in shown.items() if figures}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("villages", [0, 58])
def test_every_figure_is_found_in_both_layouts_and_languages(villages: int, lang: Lang, tmp_path: Path) -> None:
    current = a_round(villages=villages)
    said = merged(tmp_path / "so.xlsx", current, tmp_path, lang)
    found = previous_figures(tmp_path / "so.xlsx", current.plan, form_of(current))
    assert {unit: dict(figures) for unit, figures in found.items()} == expected(said)
    assert any("khoảng 95" in figures.values() for figures in found.values())
    assert any("0" in figures.values() for figures in found.values())


@pytest.mark.parametrize("villages", [0, 58])
def test_a_workbook_of_before_the_long_form_is_read_by_its_headings(villages: int, tmp_path: Path) -> None:
    current = a_round(villages=villages)
    said = merged(tmp_path / "so.xlsx", current, tmp_path)
    book = open_book(tmp_path / "so.xlsx", values=True)
    del book[layout.FIGURE_DATA]
    book.save(tmp_path / "cu.xlsx")
    found = previous_figures(tmp_path / "cu.xlsx", current.plan, form_of(current))
    assert {unit: dict(figures) for unit, figures in found.items()} == expected(said)


def test_the_long_form_is_read_by_its_headings_in_every_sheet_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are moved, units and indicators have other names in ``Số liệu``, the rows fill several sheets."""
    current = a_round()
    monkeypatch.setattr(figure_data_sheet, "LAST_ROW", 11)
    said = merged(tmp_path / "so.xlsx", current, tmp_path)
    book = open_book(tmp_path / "so.xlsx", values=True)
    for row in book[FIGURES].iter_rows(min_row=4):
        for cell in row[:12]:
            cell.value = f"Khác {cell.coordinate}"
    names = [name for name in book.sheetnames if name.startswith(layout.FIGURE_DATA)]
    assert len(names) > 2
    for name in names:
        book[name].insert_cols(1, 2)
    book.save(tmp_path / "so.xlsx")
    found = previous_figures(tmp_path / "so.xlsx", current.plan, form_of(current))
    assert {unit: dict(figures) for unit, figures in found.items()} == expected(said)


def test_a_figure_that_stands_twice_in_the_long_form_is_nobodys(tmp_path: Path) -> None:
    current = a_round()
    said = expected(merged(tmp_path / "so.xlsx", current, tmp_path))
    book = open_book(tmp_path / "so.xlsx")
    sheet = book[layout.FIGURE_DATA]
    first = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if row[6] is not None)
    sheet.append([*first[:6], 99999])
    sheet.append(["la", *first[1:]])
    book.save(tmp_path / "so.xlsx")
    found = previous_figures(tmp_path / "so.xlsx", current.plan, form_of(current))
    del said[str(first[4])][str(first[0])]
    assert {unit: dict(figures) for unit, figures in found.items()} == said


def test_a_long_form_without_its_headings_is_none(tmp_path: Path) -> None:
    current = a_round()
    said = merged(tmp_path / "so.xlsx", current, tmp_path)
    book = open_book(tmp_path / "so.xlsx", values=True)
    book[layout.FIGURE_DATA]["G1"].value = "Số"
    book.save(tmp_path / "so.xlsx")
    found = previous_figures(tmp_path / "so.xlsx", current.plan, form_of(current))
    assert {unit: dict(figures) for unit, figures in found.items()} == expected(said)


@pytest.mark.parametrize("villages", [0, 58])
def test_columns_are_found_by_their_headings(villages: int, tmp_path: Path) -> None:
    current = a_round(villages=villages)
    said = merged(tmp_path / "so.xlsx", current, tmp_path)
    book = open_book(tmp_path / "so.xlsx", values=True)
    old = [list(row) for row in book[FIGURES].iter_rows(values_only=True)]
    order = random.Random(1).sample(range(len(old[3])), len(old[3]))
    del book[FIGURES], book[layout.FIGURE_DATA]
    sheet = book.create_sheet(FIGURES)
    for row in [["Sổ này được sửa tay"], *old[:3], [None], *([row[place] for place in order] for row in old[3:])]:
        sheet.append(row)
    book.save(tmp_path / "sua.xlsx")
    found = previous_figures(tmp_path / "sua.xlsx", current.plan, form_of(current))
    assert {unit: dict(figures) for unit, figures in found.items()} == expected(said)


def test_what_two_things_are_called_is_given_to_neither(tmp_path: Path) -> None:
    current = a_round()
    said = merged(tmp_path / "so.xlsx", current, tmp_path)
    units = tuple(
        replace(unit, short="Phòng", aliases=()) if unit.id in ("VP", "KT") else unit for unit in current.plan.units
    )
    book = open_book(tmp_path / "so.xlsx", values=True)
    sheet = book[FIGURES]
    for cell in sheet[4]:
        if cell.value in {unit.short for unit in current.plan.units if unit.id in ("VP", "KT")}:
            cell.value = "Phòng"
    del book[layout.FIGURE_DATA]
    title = sheet["B6"].value
    sheet["B7"].value, sheet["C7"].value = title, sheet["C6"].value
    book.save(tmp_path / "so.xlsx")
    found = previous_figures(tmp_path / "so.xlsx", replace(current.plan, units=units), form_of(current))
    assert not {"VP", "KT"} & set(found)
    items = [item.id for item in form_of(current).indicators]
    assert found
    for unit, figures in found.items():
        assert not set(items[:2]) & set(figures)
        assert figures == {item: words for item, words in expected(said)[unit].items() if item not in items[:2]}


def test_a_workbook_without_figures_has_none(tmp_path: Path) -> None:
    current = a_round()
    path = fill(tmp_path / "a.xlsx", current, "KT")
    assert previous_figures(path, current.plan, form_of(current)) == {}
    book = open_book(path)
    del book[FIGURES]
    book.save(path)
    assert previous_figures(path, current.plan, form_of(current)) == {}
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 hong")
    assert previous_figures(tmp_path / "b.xlsx", current.plan, form_of(current)) == {}


# ---- through the command line ----------------------------------------------------------------------------------


def recorded(path: Path) -> dict[str, str]:
    """The marks of last period's figures in a template's hidden sheet."""
    from danvan_xl.intake.read import read_workbook

    marks = PrintedRecord.read(read_workbook(path).sheet(layout.IDENTITY_SHEET)).previous
    return {name: mark for name, mark in marks.items() if name.startswith("figure:")}


@pytest.fixture
def year(tmp_path: Path) -> Path:
    """The demo, now at work on the year, after its half year."""
    root = tmp_path / "xa"
    shutil.copytree(demo(), root)
    settings = root / "danvan.toml"
    words = settings.read_text(encoding="utf-8").replace('period = "2026-H1"', 'period = "2027-H1"')
    settings.write_text(words, encoding="utf-8")
    return root


def test_each_template_has_its_units_own_figures_of_the_period_before(year: Path) -> None:
    assert run("template", cwd=year).returncode == 0
    current = a_round(period="2027-H1")
    figures = previous_figures(year / MERGED, current.plan, form_of(current))
    assert figures
    for unit in current.by_unit:
        said = dict(figures.get(unit, {}))
        if "don_ton_cuoi" in said:  # beside the stock at the start stands the one at the end of the last report
            said["don_ton_dau"] = said["don_ton_cuoi"]
        marks = {figure_key(item): mark_of(words) for item, words in said.items()}
        found = recorded(year / "mau" / "2027-H1" / f"gia-loc_2027-H1_{unit}.xlsx")
        assert {name: mark for name, mark in found.items() if name.count(":") == 1} == marks  # besides those of targets


def test_a_template_without_a_period_before_has_none(tmp_path: Path) -> None:
    assert run("template", "--plan", "gia-loc", "--period", "2026-H1", "-o", "mau", cwd=tmp_path).returncode == 0
    assert recorded(tmp_path / "mau" / "gia-loc_2026-H1_KT.xlsx") == {}


def test_migrate_gives_the_new_template_what_was_said_before(year: Path) -> None:
    received = year / "nhan" / "2027-H1"
    received.mkdir(parents=True, exist_ok=True)
    fill(received / "KT.xlsx", a_round(period="2027-H1"), "KT")
    done = run("migrate", "KT.xlsx", "-o", year / "moi.xlsx", cwd=year)
    assert done.returncode == 0, done.stderr
    assert run("template", "--unit", "KT", cwd=year).returncode == 0
    marks = recorded(year / "moi.xlsx")
    assert marks
    assert marks == recorded(year / "mau" / "2027-H1" / "gia-loc_2027-H1_KT.xlsx")


# ---- the column in a file that comes back ----------------------------------------------------------------------

SAID = {"van_ban": "12", "tuyen_truyen": "khoảng 95", "luot_nguoi": "1234"}


def with_column(path: Path, heading: str) -> Any:
    """A template of KT with what was said before in ``Số liệu``, under another heading; open for edits."""
    current = a_round()
    options = TemplateOptions(typed=typed(current, "KT"), previous_figures=SAID, previous_label="Quý I/2026")
    write_template(path, current, current.plan.unit("KT"), options)
    book = open_book(path)
    sheet = book[FIGURES]
    column = column_of(sheet, "Kỳ trước (Quý I/2026)")
    assert cell_below(sheet, "van_ban", column).value == 12
    sheet.cell(header_row(sheet), column).value = heading
    return book, sheet, column


def cell_below(sheet: Any, indicator: str, column: int) -> Any:
    return sheet.cell(row_of(sheet, indicator), column)


HEADINGS = ["Kỳ trước (Quý I/2026)", "Kỳ trước", "KỲ TRƯỚC (6 tháng đầu năm 2026)", "Kỳ trước\n(Năm 2025)"]


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_column_is_known_by_how_its_heading_begins(heading: str, tmp_path: Path) -> None:
    book, _, _ = with_column(tmp_path / "a.xlsx", heading)
    book.save(tmp_path / "a.xlsx")
    plain = fill(tmp_path / "b.xlsx", a_round(), "KT", typed(a_round(), "KT"))
    found, other = read(tmp_path / "a.xlsx", a_round()), read(plain, a_round())
    assert found.figures == other.figures
    assert [item.code for item in found.findings] == [item.code for item in other.findings]
    assert found.cells == other.cells


def test_a_units_change_in_the_column_is_told(tmp_path: Path) -> None:
    book, sheet, column = with_column(tmp_path / "a.xlsx", "Kỳ trước (Quý I/2026)")
    cell_below(sheet, "van_ban", column).value = "15"
    cell_below(sheet, "mo_hinh_dang_ky", column).value = "Đã làm"
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx", a_round())
    assert sorted(str(item.found) for item in of(found, "R035")) == ["15", "Đã làm"]
    assert all(item.location.column == layout.PREVIOUS for item in of(found, "R035"))


@pytest.mark.parametrize("heading", ["Kỳ trước đã làm", "Kỳ trướcc", "Số kỳ trước"])
def test_a_column_of_the_units_own_is_not_taken_for_it(heading: str, tmp_path: Path) -> None:
    book, _, _ = with_column(tmp_path / "a.xlsx", heading)
    book.save(tmp_path / "a.xlsx")
    assert of(read(tmp_path / "a.xlsx", a_round()), "C004")


def test_an_appendix_may_name_the_period_too(tmp_path: Path) -> None:
    current = a_round()
    line = next(iter(current.by_unit["KT"]))
    write_template(
        tmp_path / "a.xlsx", current, current.plan.unit("KT"), TemplateOptions(previous={line: "Đang thực hiện · 40%"})
    )
    book = open_book(tmp_path / "a.xlsx")
    for name in ("Phụ lục I", "Phụ lục II"):
        for row in book[name].iter_rows(max_row=10):
            for cell in row:
                if cell.value == layout.PREVIOUS:
                    cell.value = "Kỳ trước (Quý I/2026)"
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx", current)
    assert found.status is FileStatus.RETURNED
    assert [item.code for item in found.findings] == ["R030"]
