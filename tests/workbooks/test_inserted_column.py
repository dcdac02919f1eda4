"""A column inserted anywhere in a sheet moves the others and breaks nothing: whatever needs one finds it by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.model import Form, Indicator, layout
from danvan_xl.model.statuses import FIGURE
from danvan_xl.model.submission import OwnLine, Submission, Typed
from danvan_xl.wording import text
from danvan_xl.workbooks.returned import errors_sheet
from danvan_xl.workbooks.returned.filling import filled_template
from danvan_xl.workbooks.template import appendix_sheet, extra_sheets
from danvan_xl.workbooks.template.appendix_sheet import AppendixColumn
from danvan_xl.workbooks.template.form_columns import FormColumn
from tests.support.books import column_of, header_row, open_book
from tests.support.libreoffice import convert_all
from tests.support.rounds import a_round, fill, read, sound_answers
from tests.workbooks.test_returned import FAULTS, REPAIRED, give_back
from tests.workbooks.unit_files import filled

UNIT = "VHXH"
NEW = "Cột chèn thêm"
SHEETS = ("Phụ lục I", "Phụ lục II", "Số liệu", "Khó khăn, kiến nghị")
REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})\d+)?")

Place = Callable[[tuple[Any, ...]], int]
"""Columns → where the new one goes."""

PLACES: dict[str, Place] = {
    "after the id": lambda columns: 1,
    "in the middle": lambda columns: len(columns) // 2,
    "before the answers": lambda columns: next(i for i, item in enumerate(columns) if item.answer),
    "among the answers": lambda columns: next(i for i, item in enumerate(columns) if item.answer) + 1,
    "before the last": lambda columns: len(columns) - 1,
    "at the end": len,
}


def with_column(columns: tuple[Any, ...], new: Any, place: Place) -> tuple[Any, ...]:
    position = place(columns)
    return (*columns[:position], new, *columns[position:])


def insert(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    """One column more in every table of a template, with something in every row."""
    before = appendix_sheet.appendix_columns, extra_sheets.figure_columns, extra_sheets.question_columns
    printed = place not in (PLACES["before the last"], PLACES["at the end"])
    appendix = AppendixColumn(
        "@new", NEW, 11.7, "locked", lambda row: f"thêm {row.line.id}", printed=printed,
        own=lambda row: row.role, group=lambda row: "+",
    )  # fmt: skip
    extra: FormColumn[Any] = FormColumn("@new", NEW, 11.7, "locked", lambda row: f"thêm {row.number}", printed=printed)
    monkeypatch.setattr(
        appendix_sheet, "appendix_columns", lambda *args: with_column(before[0](*args), appendix, place)
    )
    monkeypatch.setattr(
        extra_sheets, "figure_columns", lambda *args, **more: with_column(before[1](*args, **more), extra, place)
    )
    monkeypatch.setattr(extra_sheets, "question_columns", lambda form: with_column(before[2](form), extra, place))


def answers() -> Typed:
    """Sound answers, two lines of the unit's own, a figure with a note."""
    sound = sound_answers(a_round(), UNIT)
    own = tuple(
        OwnLine("PL2", f"Việc riêng {n}", {"trang_thai": "Đang thực hiện", "ket_qua": "Đang làm"}) for n in "12"
    )
    lines = {line: values for line, values in sound.lines.items() if not line.startswith("PL1.II")}
    return Typed(lines, own, sound.figures, {indicators()[0].id: "ước đến 15/6"}, sound.words)


def indicators() -> tuple[Indicator, ...]:
    return figures_form().indicators


def figures_form() -> Form:
    form = a_round().plan.statistics
    assert form is not None
    return a_round().forms[form]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as it is, filled in."""
    return fill(tmp_path_factory.mktemp("usual") / "usual.xlsx", a_round(), UNIT, answers())


@pytest.fixture(params=PLACES)
def wider(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with one column more."""
    insert(monkeypatch, PLACES[request.param])
    return fill(tmp_path / "wider.xlsx", a_round(), UNIT, answers())


# ---- a sheet as its headings see it ---------------------------------------------------------------------------------


def headings(sheet: Worksheet) -> dict[int, str]:
    """Column → heading, whatever was inserted left out."""
    titles = {item.column: str(item.value) for item in sheet[header_row(sheet)] if item.value is not None}
    assert len(set(titles.values())) == len(titles)
    return {column: title for column, title in titles.items() if title != NEW}


def by_heading(formula: str, titles: dict[int, str], letters: dict[str, int]) -> str:
    """A formula with a heading in place of each column; an area is the list of its columns."""

    def named(match: re.Match[str]) -> str:
        first = letters[match[1]]
        last = letters[match[3]] if match[3] else first
        return ",".join(f"[{titles[column]}]{match[2]}" for column in range(first, last + 1))

    parts = re.sub(r"\$[A-Z]+\$3\b", "[box]", formula).split('"')
    return '"'.join(REFERENCE.sub(named, part) if i % 2 == 0 else part for i, part in enumerate(parts))


def seen(sheet: Worksheet) -> dict[str, Any]:
    """What a sheet holds and how it behaves, with headings in place of columns."""
    titles = headings(sheet)
    letters = {item.column_letter: item.column for item in sheet[header_row(sheet)]}
    cells, rules = {}, set()
    for row in sheet.iter_rows(min_row=header_row(sheet)):
        for item in row:
            if item.column in titles:
                value = by_heading(item.value, titles, letters) if item.data_type == "f" else item.value
                look = (item.protection.locked, item.number_format, item.fill.fgColor.rgb, item.alignment.horizontal)
                cells[item.row, titles[item.column]] = (value, item.data_type, look)
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            columns = tuple(titles[column] for column in range(area.min_col, area.max_col + 1))
            rules.add((columns, area.min_row, area.max_row, rule.type, rule.formula1, rule.promptTitle, rule.prompt))
    colours = [
        (
            titles[area.min_col],
            titles[area.max_col],
            area.min_row,
            [by_heading(f, titles, letters) for f in rule.formula],
        )
        for found in sheet.conditional_formatting
        for area in found.sqref.ranges
        for rule in found.rules
    ]
    return {
        "order": [titles[column] for column in sorted(titles)],
        "cells": cells,
        "rules": rules,
        "colours": colours,
        "hidden": [titles[c] for letter, c in letters.items() if sheet.column_dimensions[letter].hidden],
        "widths": {titles[c]: sheet.column_dimensions[letter].width for letter, c in letters.items() if c in titles},
    }


def test_every_other_column_stays_what_it_was_on_every_sheet(usual: Path, wider: Path) -> None:
    before, after = open_book(usual), open_book(wider)
    for name in SHEETS:
        assert NEW in [item.value for item in after[name][header_row(after[name])]]
        assert header_row(after[name]) == header_row(before[name])
        old, new = seen(before[name]), seen(after[name])
        for part, expected in old.items():
            assert new[part] == expected, (name, part)


def test_panes_filter_print_area_and_titles_follow_the_columns(usual: Path, wider: Path) -> None:
    for book in (open_book(usual), open_book(wider)):
        for appendix in a_round().plan.appendices:
            sheet = book[appendix.sheet]
            words = next(item.title for item in appendix.columns if item.field == "text")
            titles = {str(item.value): item.column for item in sheet[header_row(sheet)]}
            assert sheet.freeze_panes == sheet.cell(header_row(sheet) + 1, titles[words] + 1).coordinate
            assert range_boundaries(sheet.auto_filter.ref)[:3:2] == (2, sheet.max_column)
            areas = [range_boundaries(area.rpartition("!")[2]) for area in sheet.print_area.replace("$", "").split(",")]
            printed = areas[0]
            left = {t for t, column in titles.items() if not any(area[0] <= column <= area[2] for area in areas)}
            behind = {item.title for item in appendix.columns if item.field not in ("stt", "text")}
            looked_up = {layout.ROLE, layout.TARGET, layout.PREVIOUS} & set(titles)
            assert left - {NEW} == {layout.LINE_ID, layout.LIVE_CHECK, *looked_up, *behind}
            heads = [area for area in sheet.merged_cells.ranges if area.min_row == 1]
            assert [(area.min_col, area.max_col) for area in heads] == [(printed[0], printed[2])]


def sayings(file: Submission) -> set[tuple[str, str | None, str | None, str | None]]:
    """The findings without their addresses."""
    return {(item.code, item.line, item.location.column, item.found) for item in file.findings}


def test_a_filled_template_reads_back_the_same_but_for_the_heading_that_nobody_knows(usual: Path, wider: Path) -> None:
    before, after = read(usual, a_round()), read(wider, a_round())
    assert after.typed() == before.typed()
    assert [item.state for item in after.answers] == [item.state for item in before.answers]
    assert sayings(after) - sayings(before) == {("C004", None, None, NEW)}
    assert sayings(before) <= sayings(after)
    assert sum(item.code == "C004" for item in after.findings) == len(SHEETS)


def test_the_box_for_a_form_with_nothing_in_it_is_still_found(tmp_path: Path, wider: Path) -> None:
    assert wider.is_file()
    ticked = fill(tmp_path / "nil.xlsx", a_round(), UNIT, Typed(nil_forms=("PL1",)))
    assert read(ticked, a_round()).nil_forms == ("PL1",)


def test_what_goes_back_finds_its_cells_by_their_headings(usual: Path, wider: Path) -> None:
    assert wider.is_file()
    submission = read(usual, a_round())
    made = filled_template(submission, a_round(), a_round().plan.unit(UNIT))
    answered = [item for item in submission.answers if "ket_qua" in item.values]
    assert answered
    for item in answered:
        place = made.locate(item.line, "Kết quả thực hiện")
        assert place is not None
        assert place.sheet is not None
        assert made.book[place.sheet][place.cell].value == item.values["ket_qua"]
    figure = figures_form().field(FIGURE)
    address = made.forms["Số liệu"].cell(indicators()[0].id, figure.title)
    assert made.book["Số liệu"][address].value == 7


@pytest.mark.libreoffice
def test_the_live_checks_say_the_same_when_they_are_calculated(
    usual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(monkeypatch, PLACES["among the answers"])
    wider = fill(tmp_path / "wider.xlsx", a_round(), UNIT, answers())
    before, after = (open_book(path, values=True) for path in convert_all([usual, wider], "xlsx", tmp_path))
    said: set[str] = set()
    for name in SHEETS[:3]:
        old, new = before[name], after[name]
        live, moved = column_of(old, layout.LIVE_CHECK), column_of(new, layout.LIVE_CHECK)
        assert moved == live + 1
        for row in range(header_row(old) + 1, old.max_row + 1):
            assert new.cell(row, moved).value == old.cell(row, live).value
            said.add(str(old.cell(row, live).value))
    assert {text("template", "live_good"), "Chưa trả lời"} <= said


# ---- the list of what to mend ---------------------------------------------------------------------------------------


def listed(path: Path) -> tuple[Worksheet, int, dict[str, int]]:
    """The sheet, its header row, heading → column."""
    sheet = open_book(path)[layout.ERRORS_SHEET]
    row = header_row(sheet, "STT")
    return sheet, row, {str(item.value): item.column for item in sheet[row]}


@pytest.mark.parametrize("position", range(len(errors_sheet.COLUMNS) + 1))
def test_the_list_of_findings_takes_a_column_anywhere(
    position: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = filled(tmp_path / "a.xlsx", {**FAULTS, **REPAIRED})
    before, header, titles = listed(give_back(source, tmp_path / "b.xlsx"))
    new = errors_sheet.Column("new", 9, lambda row: row.item.code)
    columns = with_column(errors_sheet.COLUMNS, new, lambda _: position)
    monkeypatch.setattr(errors_sheet, "COLUMNS", columns)
    monkeypatch.setattr(errors_sheet, "text", lambda *args, **more: NEW if "head_new" in args else text(*args, **more))
    after, head, moved = listed(give_back(source, tmp_path / "c.xlsx"))
    assert head == header
    assert [title for title in moved if title != NEW] == list(titles)
    assert after.max_row == before.max_row
    for row in range(header, before.max_row + 1):
        for title, column in titles.items():
            old, cell = before.cell(row, column), after.cell(row, moved[title])
            assert (cell.value, cell.font.b, cell.font.color, cell.fill.fgColor.rgb, cell.alignment.horizontal) == (
                old.value, old.font.b, old.font.color, old.fill.fgColor.rgb, old.alignment.horizontal,
            )  # fmt: skip
            link, other = old.hyperlink, cell.hyperlink
            assert (other and other.location) == (link and link.location)
    codes = {after.cell(row, moved[NEW]).value for row in range(head + 1, after.max_row + 1)}
    assert "V015" in codes
    assert range_boundaries(after.auto_filter.ref)[2] == len(titles) + 1
    assert {area.max_col for area in after.merged_cells.ranges} == {len(titles) + 1}
    widths = {title: after.column_dimensions[after.cell(head, moved[title]).column_letter].width for title in titles}
    assert widths == {
        title: before.column_dimensions[before.cell(header, c).column_letter].width for title, c in titles.items()
    }
