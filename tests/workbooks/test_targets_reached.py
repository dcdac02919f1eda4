"""The commune's targets: parts are summed and divided once, silence waits only where it could change the verdict.

Expected figures are worked out by hand in each test. A share of units counts silence as not done; a percentage is never
the mean of percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl import frames
from danvan_xl.comparison.sides import Side
from danvan_xl.comparison.target_changes import TargetState
from danvan_xl.merging.summary import main_figures, summarise
from danvan_xl.model import Target, layout
from danvan_xl.model.statuses import Verdict
from danvan_xl.workbooks.consolidated.formers import Former, Formers
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import column_of, formulas, header_row, open_book
from tests.support.libreoffice import convert
from tests.support.targets import (
    ALL,
    CLASS,
    EACH,
    FILES,
    HAND,
    LOOSE,
    MODELS,
    PLANS,
    RANK,
    SATISFIED,
    STANDARD,
    TRAINED,
    merged,
    reached,
    round_of,
)

YES, NO, OPEN, SAID = Verdict.REACHED, Verdict.NOT_REACHED, Verdict.UNCLEAR, Verdict.AS_SAID
DAY = date(2026, 5, 20)


def parts(some: Any, whole: Any) -> dict[str, Any]:
    return {"numerator": some, "denominator": whole}


def value(figure: Any) -> dict[str, Any]:
    return {"value": figure}


Case = tuple[Target, tuple[dict[str, Any] | None, ...], tuple[Any, Any, Any, Verdict]]

CASES: list[Case] = [
    # all together: 1 + 0 + 2 = 3 of at least 3; two are enough without the third, one is not
    (MODELS, (value(1), value(0), value(2)), (None, None, 3, YES)),
    (MODELS, (value(1), value(0), value(1)), (None, None, 2, NO)),
    (MODELS, (value(1), value(2), None), (None, None, 3, YES)),
    (MODELS, (value(1), value(1), None), (None, None, 2, OPEN)),
    (MODELS, (value(5), value(0.5), None), (None, None, 5, YES)),
    (MODELS, (None, None, None), (None, None, None, OPEN)),
    # each at least 2
    (EACH, (value(2), value(3), value(2)), (3, 3, 100, YES)),
    (EACH, (value(2), value(1), None), (1, 3, 100 / 3, NO)),
    (EACH, (value(2), value(9), None), (2, 3, 200 / 3, OPEN)),
    # 1/2 and 950/950 and 48/48: 999/1000 = 99.9 %; the mean of the percentages would be 83.3 %
    (FILES, (parts(1, 2), parts(950, 950), parts(48, 48)), (999, 1000, 99.9, YES)),
    # 100 %, 100 % and 90 %: the mean, 96.7 %, would be enough; 1 + 1 + 900 of 1002 = 90.02 % is not
    (FILES, (parts(1, 1), parts(1, 1), parts(900, 1000)), (902, 1002, 902 / 10.02, NO)),
    (FILES, (parts(19, 20), parts(0, 0), parts(0, 0)), (19, 20, 95, YES)),
    (FILES, (parts(19, 20), parts(0, 0), None), (19, 20, 95, OPEN)),
    (FILES, (parts(0, 0), parts(0, 0), parts(0, 0)), (0, 0, None, OPEN)),
    (FILES, (parts(41, 40), parts(19, 20), parts(1, 1)), (20, 21, 2000 / 21, OPEN)),
    (TRAINED, (parts(3, 4), None, None), (3, 4, 75, NO)),
    (TRAINED, (parts(4, 4), None, None), (4, 4, 100, OPEN)),
    (SATISFIED, (value(90),), (None, None, 90, YES)),
    (SATISFIED, (value(89.9),), (None, None, 89.9, NO)),
    (SATISFIED, (None,), (None, None, None, OPEN)),
    (RANK, (value(5),), (None, None, 5, YES)),
    (RANK, (value(6),), (None, None, 6, NO)),
    (CLASS, (value("tốt"),), (None, None, "Tốt", YES)),
    (CLASS, (value("Khá"),), (None, None, "Khá", NO)),
    (CLASS, (value("Hạng 3"),), (None, None, "Hạng 3", SAID)),
    (LOOSE, (value("Hạng 12"),), (None, None, "Hạng 12", SAID)),
    (LOOSE, (None,), (None, None, None, OPEN)),
    (STANDARD, ({"document": "12/QĐ-UBND", "day": DAY},), (None, None, "12/QĐ-UBND", YES)),
    (STANDARD, ({"document": "12/QĐ-UBND"},), (None, None, None, OPEN)),
    (STANDARD, ({"document": "Chưa đạt"},), (None, None, None, NO)),
    (replace(STANDARD, until=date(2026, 5, 1)), ({"document": "12/QĐ-UBND", "day": DAY},), (None, None, None, NO)),
]


@pytest.mark.parametrize(("target", "said", "expected"), CASES)
def test_each_kind_is_reached_missed_or_waits(
    tmp_path: Path, target: Target, said: tuple[dict[str, Any] | None, ...], expected: tuple[Any, Any, Any, Verdict]
) -> None:
    current = round_of(target)
    units = {unit: {target.id: one} for unit, one in zip(HAND, said, strict=False) if one is not None}
    found = reached(merged(tmp_path, current, units), target)
    assert (found.numerator, found.denominator, found.verdict) == (expected[0], expected[1], expected[3])
    assert found.value == (pytest.approx(expected[2]) if isinstance(expected[2], float) else expected[2])


def test_two_units_that_contradict_each_other_leave_the_target_open(tmp_path: Path) -> None:
    target = replace(SATISFIED, asked=("VHXH", "KT"))
    current = round_of(target)
    same = merged(tmp_path, current, {"VHXH": {target.id: value(91)}, "KT": {target.id: value(91)}})
    assert reached(same, target).verdict is YES
    assert "X030" not in {item.code for item in same.findings}
    other = merged(tmp_path, current, {"VHXH": {target.id: value(91)}, "KT": {target.id: value(95)}})
    assert reached(other, target).verdict is OPEN
    assert [item.code for item in other.findings if item.code == "X030"] == ["X030"]


SAID_BY: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "VHXH": {
        MODELS.id: value(2), EACH.id: value(2), FILES.id: parts(1, 2), TRAINED.id: parts(3, 4),
        SATISFIED.id: value(90.5), RANK.id: value(6), CLASS.id: value("tốt"), LOOSE.id: value("Hạng 9"),
        STANDARD.id: {"document": "12/QĐ-UBND", "day": DAY},
    },
    "KT": {MODELS.id: value(0.5), EACH.id: value(1), FILES.id: parts(950, 950), TRAINED.id: {"numerator": 4}},
}  # fmt: skip


EARLIER = {
    MODELS.id: TargetState(MODELS.id, MODELS.title, 1),
    FILES.id: TargetState(FILES.id, FILES.title, 97.25),
}
SIDE = Side("ky-truoc.xlsx", "", "gia-loc", "2025-H2", "", None, {}, (), EARLIER)
FORMERS = Formers((Former("before", SIDE.path, SIDE.period, side=SIDE),))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("targets")
    result = merged(folder, round_of(*ALL), SAID_BY)
    path = folder / "tong-hop.xlsx"
    assert write_consolidated(path, result, "vi", None, FORMERS) == ()
    return path


def rows(path: Path, *headings: str, values: bool = True) -> dict[str, tuple[Any, ...]]:
    """Target → what its row says under these headings."""
    sheet = open_book(path, values=values)[layout.TARGETS]
    head = header_row(sheet, layout.INDICATOR_ID)
    at = [column_of(sheet, heading, head) for heading in (layout.INDICATOR_ID, *headings)]
    found = (tuple(sheet.cell(row, place).value for place in at) for row in range(head + 1, sheet.max_row + 1))
    return {row[0]: row[1:] for row in found if row[0]}


def test_the_sheet_shows_what_was_reached_and_who_is_silent(book: Path) -> None:
    found = rows(book, "Tử số", "Mẫu số", "Kết quả", "Đánh giá", "Kỳ trước")
    assert found == {
        MODELS.id: (None, None, 2, "Chưa đủ số liệu", 1),
        EACH.id: (1, 3, pytest.approx(100 / 3), "Chưa đạt", None),
        FILES.id: (951, 952, pytest.approx(95100 / 952), "Chưa đủ số liệu", 97.25),
        TRAINED.id: (3, 4, 75, "Chưa đạt", None),
        SATISFIED.id: (None, None, 90.5, "Đạt", None),
        RANK.id: (None, None, 6, "Chưa đạt", None),
        CLASS.id: (None, None, "Tốt", "Đạt", None),
        LOOSE.id: (None, None, "Hạng 9", "Theo báo cáo", None),
        STANDARD.id: (None, None, "12/QĐ-UBND", "Đạt", None),
        PLANS.id: (found[PLANS.id][0], 6, found[PLANS.id][2], "Chưa đạt", None),
    }
    silent = rows(book, "Đơn vị chưa có số liệu")
    assert silent[FILES.id] == ("Văn phòng",)
    assert silent[MODELS.id][0].split(", ") == ["Văn phòng", "Phòng Kinh tế"]


def test_figures_of_targets_stand_in_long_form_with_their_cell(book: Path) -> None:
    table = frames.figures(book)
    own = table[(table["Mã chỉ tiêu"] == FILES.id) & (table["Mã đơn vị"] == "VHXH")].iloc[0]
    assert (own["Tử số"], own["Mẫu số"], own["Loại"], own["Trang tính"]) == (1, 2, "tỷ lệ", layout.TARGETS)
    sheet = open_book(book.parent / "VHXH.xlsx")[layout.TARGETS]
    assert [sheet[cell].value for cell in own["Ô"].split(", ")] == [1, 2]
    half = table[(table["Mã chỉ tiêu"] == MODELS.id) & (table["Mã đơn vị"] == "KT")].iloc[0]
    assert (half["Giá trị (chữ)"], half["Trả lời"]) == ("0,5", "Bị trả lại")


def test_the_frame_has_the_same_columns_with_and_without_the_sheet(book: Path, tmp_path: Path) -> None:
    with_targets = frames.targets(book)
    write_consolidated(tmp_path / "b.xlsx", merged(tmp_path, round_of(), {}))
    without = frames.targets(tmp_path / "b.xlsx")
    assert len(with_targets) == len(ALL)
    assert len(without) == 0
    assert dict(with_targets.dtypes) == dict(without.dtypes)
    assert str(with_targets["Kết quả"].dtype) == "Float64"
    assert list(with_targets["Kết quả (chữ)"].dropna()) == ["Tốt", "Hạng 9", "12/QĐ-UBND"]
    assert len(frames.concat([book, tmp_path / "b.xlsx"], "targets")) == len(ALL)


def test_the_first_page_and_the_letter_say_how_many_were_reached(book: Path, tmp_path: Path) -> None:
    page = open_book(book, values=True)[layout.OVERVIEW]
    words = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert [one for one in words if layout.TARGETS in one] == [
        "Chỉ tiêu: 3/10 chỉ tiêu đạt, 2 chưa đủ số liệu (trang Chỉ tiêu)."
    ]
    result = merged(tmp_path, round_of(*ALL), SAID_BY)
    assert main_figures(result, summarise(result))[-1] == ("Chỉ tiêu đạt", "3/10, 2 chưa đủ số liệu")


@pytest.mark.libreoffice
def test_every_stored_result_of_the_sheet_is_what_libreoffice_counts(book: Path, tmp_path: Path) -> None:
    stored = open_book(book, values=True)[layout.TARGETS]
    counted = open_book(convert(book, "xlsx", tmp_path), values=True)[layout.TARGETS]
    live = {cell: words for sheet, cell, words in formulas(book) if sheet == layout.TARGETS}
    assert len(live) > 30
    for place, words in live.items():
        here, there = stored[place].value, counted[place].value
        same = abs(here - there) < 1e-9 if isinstance(here, float | int) else (here or None) == (there or None)
        assert same, (place, words, here, there)
