"""What people do to a form without meaning any harm changes nothing in the result.

Renaming a heading to one of its aliases, moving a column, adding one, inserting rows above the header, sorting whole
rows: any number of these, in any order, and ``Dữ liệu`` is the same but for where the answers stood.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import data, header_row, open_book
from tests.support.rounds import a_round, fill, read, told

WHERE = ("Trang tính", "Dòng", "SHA-256", "Phát hiện")
"""What may differ: where an answer stood, and remarks such as "this column was taken for that"."""

UNIT = "VHXH"
SHEETS = ("Phụ lục I", "Phụ lục II")


def grid(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def put_back(sheet: Worksheet, rows: list[list[Any]]) -> None:
    """Write a sheet's values anew, as a person sees them after the edit; formulas go, as they do when pasted."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(1, sheet.max_row)
    sheet.column_dimensions["A"].hidden = False  # the ids may have moved; another column must not be hidden instead
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None and not str(value).startswith("="):
                sheet.cell(number, column).value = value


def rename_headings(sheet: Worksheet, pick: Callable[[list[str]], str]) -> None:
    """Every answer heading becomes one of its aliases."""
    form = a_round().form_of(next(item for item in a_round().plan.appendices if item.sheet == sheet.title))
    by_title = {item.title: list(item.aliases) for item in form.fields}
    for item in sheet[header_row(sheet)]:
        if by_title.get(item.value):
            item.value = pick(by_title[item.value])


def move_columns(sheet: Worksheet, order: list[int]) -> None:
    """Whole columns change places."""
    rows = grid(sheet)
    width = max(len(row) for row in rows)
    places = [index for index in order if index < width]
    places += [index for index in range(width) if index not in places]
    put_back(sheet, [[row[index] for index in places] for row in rows])


def add_column(sheet: Worksheet, at: int) -> None:
    """A column of the unit's own with a heading that nobody knows."""
    rows, head = grid(sheet), header_row(sheet) - 1
    at = min(at, len(rows[0]))
    for number, row in enumerate(rows):
        row.insert(at, "Người theo dõi" if number == head else "Nguyễn Văn A" if number > head else None)
    put_back(sheet, rows)


def insert_rows(sheet: Worksheet, count: int) -> None:
    """A letterhead above the table."""
    rows = [["ỦY BAN NHÂN DÂN XÃ GIA LỘC"], *([None] for _ in range(count - 1)), *grid(sheet)]
    put_back(sheet, rows)


def sort_rows(sheet: Worksheet, order: list[int]) -> None:
    """Whole rows below the header change places, group rows among them."""
    rows, head = grid(sheet), header_row(sheet)
    body = rows[head:]
    places = [index for index in order if index < len(body)]
    places += [index for index in range(len(body)) if index not in places]
    put_back(sheet, [*rows[:head], *(body[index] for index in places)])


class Original:
    """The unedited file and its result, made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = fill(folder / "a.xlsx", a_round(), UNIT)
        self.rows = self.result(self.path)

    def result(self, path: Path) -> list[dict[str, Any]]:
        """The rows of ``Dữ liệu`` when the file stands alone."""
        submission = read(path, a_round())
        assert submission.status is FileStatus.ACCEPTED, [item.say() for item in submission.findings]
        assert [
            item for item in told(submission) if item[0] != "C004"
        ] == []  # a column of the unit's own is asked about
        write_consolidated(self.folder / "out.xlsx", merge(a_round(), [submission]))
        return [
            {key: value for key, value in row.items() if key not in WHERE} for row in data(self.folder / "out.xlsx")
        ]

    def edited(self, edit: Callable[[Workbook], None]) -> list[dict[str, Any]]:
        """The result after an edit under the same file name."""
        book = open_book(self.path)
        edit(book)
        target = self.folder / "edited" / "a.xlsx"
        target.parent.mkdir(exist_ok=True)
        book.save(target)
        return self.result(target)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return Original(tmp_path_factory.mktemp("edits"))


def each(edit: Callable[..., None], *args: object) -> Callable[[Workbook], None]:
    def run(book: Workbook) -> None:
        for name in SHEETS:
            edit(book[name], *args)

    return run


EDITS = {
    "headings renamed to their first alias": each(rename_headings, lambda names: names[0]),
    "headings renamed to their last alias": each(rename_headings, lambda names: names[-1]),
    "columns in reverse": each(move_columns, list(range(40, -1, -1))),
    "a column added in front": each(add_column, 0),
    "a column added behind the ids": each(add_column, 1),
    "a column added at the end": each(add_column, 99),
    "a letterhead of one row": each(insert_rows, 1),
    "a letterhead of 12 rows": each(insert_rows, 12),
    "rows in reverse": each(sort_rows, list(range(60, -1, -1))),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_harmless_edit_changes_nothing_in_the_result(name: str, original: Original) -> None:
    assert original.edited(EDITS[name]) == original.rows


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.permutations(range(16)),
    order=st.permutations(range(24)),
    above=st.integers(0, 9),
    extra=st.integers(0, 20),
    chosen=st.integers(0, 5),
    steps=st.permutations(("rename", "move", "add", "insert", "sort")),
)
def test_any_of_these_edits_together_change_nothing_in_the_result(
    original: Original, moves: list[int], order: list[int], above: int, extra: int, chosen: int, steps: list[str]
) -> None:
    def edit(book: Workbook) -> None:
        for name in SHEETS:
            sheet = book[name]
            for step in steps:
                {
                    "rename": lambda page: rename_headings(page, lambda names: names[chosen % len(names)]),
                    "move": lambda page: move_columns(page, moves),
                    "add": lambda page: add_column(page, extra),
                    "insert": lambda page: insert_rows(page, above) if above else None,
                    "sort": lambda page: sort_rows(page, order),
                }[step](sheet)

    assert original.edited(edit) == original.rows


def test_a_sheet_under_another_name_and_place_is_the_same_sheet(original: Original) -> None:
    def edit(book: Workbook) -> None:
        book.move_sheet("Phụ lục II", offset=-2)
        book["Phụ lục II"].title = "Biểu 2 (nộp)"

    assert original.edited(edit) == original.rows


def test_showing_the_hidden_column_changes_no_answer(original: Original) -> None:
    def edit(book: Workbook) -> None:
        for name in SHEETS:
            book[name].column_dimensions["A"].hidden = False

    assert original.edited(edit) == original.rows


def test_sorting_without_the_hidden_column_is_told_and_takes_no_answer_for_another_line(tmp_path: Path) -> None:
    book = open_book(fill(tmp_path / "a.xlsx", a_round(), UNIT))
    sheet = book["Phụ lục II"]
    rows, head = grid(sheet), header_row(sheet)
    lines = [index for index in range(head, len(rows)) if layout.LINE_ID_FORM.fullmatch(str(rows[index][0]))]
    first, second = lines[0], lines[1]
    rows[first][1:], rows[second][1:] = rows[second][1:], rows[first][1:]
    put_back(sheet, rows)
    book.save(tmp_path / "b.xlsx")
    submission = read(tmp_path / "b.xlsx", a_round())
    assert submission.status is not FileStatus.ACCEPTED
    swapped = {str(rows[first][0]), str(rows[second][0])}
    assert {item.line for item in submission.findings if item.code == "I010"} == swapped
    assert {item.line for item in submission.answers if item.state.value == "Đã trả lời"}.isdisjoint(swapped)
