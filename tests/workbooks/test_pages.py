"""What a person prints can be read on A4 at arm's length, and nothing of it is cut off.

Measured in what LibreOffice prints of templates, returned workbooks and consolidated workbooks of all shipped plans,
with the plan's own units and with 65, every page of every sheet that is meant for paper:

1. letters have 9 points or more;
2. the page that is signed, `Tổng quan`, is one page, and its letters have 12 points or more, those of its charts too;
3. no text is cut off, left out or printed over another, and charts show every name;
4. `Dữ liệu` and `Phát hiện`, which are for looking things up, say that they are not for printing; they alone are not
   measured.

What takes longest stands first, so that two processes share the work well.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.comparison.sides import open_side
from danvan_xl.merging.consolidation import merge
from danvan_xl.model import layout
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round
from danvan_xl.workbooks.consolidated.formers import Former, Formers
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template
from tests.support.books import open_book
from tests.support.pages import BookPrint, SheetPrint, print_books
from tests.support.realistic import fill_in, nil_answers, realistic_answers, round_of
from tests.support.returned import write_returned
from tests.support.rounds import PLANS, read, reported_of

pytestmark = [pytest.mark.libreoffice, pytest.mark.usefixtures("letters")]

LEAST, LEAST_SIGNED = 9.0, 12.0
"""Points on paper."""

ROUNDING = 0.05
"""LibreOffice scales letters to whole pixels of its own."""

SIGNED = "Tổng quan"
NOT_FOR_PAPER = (layout.DATA, layout.FIGURE_DATA, "Phát hiện")
SAID = re.compile(r"không\b.{0,40}\bin\b", re.IGNORECASE)
SHOWN = 12
"""So many complaints of a kind are shown for a sheet."""


def complaints(book: BookPrint) -> list[str]:
    """What a reader of the printed workbook would complain of."""
    return [f"{book.path.name}: {words}" for sheet in book.sheets.values() for words in _of_sheet(sheet)]


def _of_sheet(sheet: SheetPrint) -> list[str]:
    least = LEAST_SIGNED if sheet.name == SIGNED else LEAST
    small = [
        f"{sheet.name}: {line.size} pt, trang {line.page}: {line.words}" for line in sheet.smallest(least - ROUNDING)
    ]
    lost = [f"{sheet.name}: {trouble}" for trouble in sheet.troubles]
    return [*_some(small), *_some(lost)]


def _some(said: list[str]) -> list[str]:
    return said if len(said) <= SHOWN else [*said[:SHOWN], f"… và {len(said) - SHOWN} chỗ nữa"]


def answered(current: Round, folder: Path) -> list[Submission]:
    """What came in: most units' answers, some with faults, some with nothing to report; from some units nothing."""
    submissions = []
    for number, unit in enumerate(current.by_unit):
        if number % 7 == 3:
            continue  # nothing came
        typed = nil_answers() if number % 11 == 5 else realistic_answers(current, unit, faults=5 * (number % 7 == 1))
        submission = read(fill_in(folder, current, unit, typed), current)
        received = datetime(2026, 6, 1 + number % 20, 8 + number % 9, 5, tzinfo=VIETNAM_TIME)
        submissions.append(replace(submission, received=received))
    statuses = {item.status for item in submissions}
    assert {FileStatus.ACCEPTED, FileStatus.RETURNED} <= statuses
    return submissions


def consolidated(plan: str, units: int, folder: Path) -> Path:
    current = round_of(plan, units)
    folder.mkdir()
    path = folder / f"tong-hop_{plan}_{len(current.by_unit)}.xlsx"
    write_consolidated(path, merge(current, answered(current, folder)))
    return path


@pytest.mark.parametrize("units", [65, 0], ids=["65_units", "own_units"])
@pytest.mark.parametrize("plan", PLANS)
def test_the_consolidated_workbook_can_be_read_on_paper(plan: str, units: int, tmp_path: Path) -> None:
    path = consolidated(plan, units, tmp_path / "units")
    book = print_books([path], tmp_path, without=NOT_FOR_PAPER)[path]
    found = complaints(book)
    if len(book.sheets[SIGNED].pages) != 1:
        found.append(f"{SIGNED}: {len(book.sheets[SIGNED].pages)} trang")
    found += [f"{name}: không nói là không để in" for name in NOT_FOR_PAPER if not says_so(open_book(path)[name])]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("plan", "units"), [("gia-loc", 65), ("phu-thinh", 0)])
def test_the_comparison_can_be_read_on_paper(plan: str, units: int, tmp_path: Path) -> None:
    """``So sánh`` beside two earlier workbooks, in which half of the units had not reported."""
    current = round_of(plan, units)
    now = answered(current, tmp_path)
    path, earlier = tmp_path / "nay.xlsx", tmp_path / "tong-hop_ky-truoc-co-ten-that-dai_2025-H2.xlsx"
    write_consolidated(earlier, merge(current, now[::2]))
    side = open_side(earlier)
    formers = Formers(
        (
            Former("before", side.path, "2025-H2", side.as_of, side),
            Former("last_year", side.path, "2025-H1", side.as_of, side),
        )
    )
    assert write_consolidated(path, merge(current, now[1:]), "vi", None, formers) == ()
    others = [name for name in open_book(path).sheetnames if name != layout.COMPARISON]
    found = complaints(print_books([path], tmp_path, without=others)[path])
    assert not found, "\n".join(found)


def says_so(sheet: Worksheet) -> bool:
    """Whether a sheet says, in its page header or above its rows, that it is not meant for printing."""
    above = [str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
    header = [
        str(getattr(part, side).text)
        for part in (sheet.oddHeader, sheet.oddFooter)
        for side in ("left", "center", "right")
    ]
    notes = [cell.comment.text for row in sheet.iter_rows(max_row=4) for cell in row if cell.comment]
    return any(SAID.search(words) for words in (*above, *header, *notes))


@pytest.mark.parametrize("plan", PLANS)
def test_templates_can_be_read_on_paper(plan: str, tmp_path: Path) -> None:
    """Two units' templates, as sent and as filled in."""
    paths = []
    for units in (0, 65):
        current = round_of(plan, units)
        unit = list(current.by_unit)[-1 if units else 0]
        for name, typed in (("gui-di", None), ("dien-xong", realistic_answers(current, unit))):
            (tmp_path / name).mkdir(exist_ok=True)
            made = fill_in(tmp_path / name, current, unit, typed)
            paths.append(made.rename(tmp_path / f"{name}_{made.name}"))
    found = [words for book in print_books(paths, tmp_path).values() for words in complaints(book)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("plan", PLANS)
def test_a_template_with_what_was_reported_can_be_read_on_paper(plan: str, tmp_path: Path) -> None:
    """``Số liệu`` with the column ``Đã báo cáo trong kỳ``, as sent."""
    current, path = round_of(plan, 0), tmp_path / "a.xlsx"
    unit = max(current.by_unit, key=lambda name: len(current.figures_of(name)))
    options = TemplateOptions(reported=reported_of(current, unit), previous_label="6 tháng đầu năm 2026")
    write_template(path, current, current.plan.unit(unit), options)
    others = [name for name in open_book(path).sheetnames if name not in ("Số liệu", layout.IDENTITY_SHEET)]
    found = complaints(print_books([path], tmp_path, without=others)[path])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("plan", PLANS)
def test_a_returned_workbook_can_be_read_on_paper(plan: str, tmp_path: Path) -> None:
    current = round_of(plan)
    unit = next(iter(current.by_unit))
    sent = fill_in(tmp_path, current, unit, realistic_answers(current, unit, faults=12))
    back = tmp_path / "tra-lai.xlsx"
    write_returned(sent, back, read(sent, current), current)
    assert open_book(back).sheetnames[0] == layout.ERRORS_SHEET
    found = complaints(print_books([back], tmp_path)[back])
    assert not found, "\n".join(found)
