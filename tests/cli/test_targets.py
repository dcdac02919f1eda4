"""Targets by the command line alone: Gia Lộc's share of units with a plan, from the templates to the workbook.

Six units lead PL1.II.2. Of four files, three say that the plan is issued, one that it is being written; two units send
nothing: 3 / 6 = 50 %.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from danvan_xl.model import layout
from tests.support.books import column_of, header_row, open_book, row_of
from tests.support.demo import MERGED, demo
from tests.support.program import run, run_json

TASK, SHARE = "PL1.II.2", "PL1.II.2:1"
OWNER = ("--owner", "X_DU_UBND=VP")
STATUSES = {"VP": "Hoàn thành", "KT": "Hoàn thành", "PVHCC": "Đang thực hiện", "CA": "Hoàn thành"}


def write(path: Path, sheet_name: str, row_id: str, values: dict[str, object]) -> None:
    book = open_book(path)
    sheet = book[sheet_name]
    for heading, value in values.items():
        sheet.cell(row_of(sheet, row_id), column_of(sheet, heading)).value = value
    book.save(path)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workspace whose units got their templates; four have answered the task."""
    place = tmp_path / "xa"
    run("init", place, "--plan", "gia-loc", "--period", "2026-H1", "--due", "15/6", *OWNER, cwd=tmp_path)
    run("template", cwd=place)
    received = place / "nhan" / "2026-H1"
    received.mkdir(parents=True, exist_ok=True)
    for unit, status in STATUSES.items():
        path = received / f"{unit}.xlsx"
        template = next((place / "mau" / "2026-H1").glob(f"*_{unit}.xlsx"))
        path.write_bytes(template.read_bytes())
        done = {"Ngày hoàn thành": "20/05/2026", "Số, ký hiệu văn bản": "12/KH-UBND"}
        write(
            path, "Phụ lục I", f"{TASK}@{unit}",
            {"Trạng thái": status, "Kết quả thực hiện": "Kế hoạch năm", **(done if status == "Hoàn thành" else {})},
        )  # fmt: skip
    return place


def test_the_share_of_units_with_a_plan_counts_silent_units_in_the_denominator(office: Path) -> None:
    document = run_json("merge", cwd=office)
    (share,) = [item for item in document["targets"] if item["id"] == SHARE]
    assert (share["numerator"], share["denominator"], share["value"]) == (3, 6, 50)
    assert share["verdict"] == "Chưa đạt"
    assert set(share["silent"]) == {"DVSNC", "QS"}
    sheet = open_book(Path(document["output"]), values=True)[layout.TARGETS]
    head = header_row(sheet, layout.INDICATOR_ID)
    at = {str(cell.value): cell.column for cell in sheet[head]}
    (row,) = [
        number for number in range(head + 1, sheet.max_row + 1)
        if sheet.cell(number, at[layout.INDICATOR_ID]).value == SHARE
    ]  # fmt: skip
    shown = [sheet.cell(row, at[name]).value for name in ("Tử số", "Mẫu số", "Kết quả", "Đánh giá")]
    assert shown == [3, 6, 50, "Chưa đạt"]
    assert json.dumps(document["targets"], ensure_ascii=False)


def test_a_percentage_typed_for_a_ratio_comes_back_marked(office: Path) -> None:
    ratio = "PL1.II.1:1"
    path = office / "nhan" / "2026-H1" / "KT.xlsx"
    write(path, layout.TARGETS, ratio, {"Giá trị": "100%"})
    document = run_json("check", cwd=office, code=1)
    found = [item for file in document["files"] for item in file["findings"] if item["code"] == "V040"]
    (one,) = found
    assert one["sheet"] == layout.TARGETS
    returned = next((office / "tra-lai" / "2026-H1").glob("*KT*.xlsx"))
    book = open_book(returned)
    assert book[layout.TARGETS][one["cell"]].comment is not None
    write(returned, layout.TARGETS, ratio, {"Giá trị": None, "Tử số": 12, "Mẫu số": 12})
    path.write_bytes(returned.read_bytes())
    document = run_json("merge", cwd=office)
    (target,) = [item for item in document["targets"] if item["id"] == ratio]
    assert (target["numerator"], target["denominator"]) == (12, 12)
    assert target["verdict"] == "Chưa đủ số liệu"


def test_an_appendix_says_of_each_line_what_became_of_its_targets() -> None:
    sheet = open_book(demo() / MERGED)["Phụ lục I"]
    header = next(row for row in sheet.iter_rows(values_only=True) if "Chỉ tiêu" in row)
    place = header.index("Chỉ tiêu")
    words = [str(row[place]) for row in sheet.iter_rows(min_row=6, values_only=True) if row[place]]
    assert len(words) == 5  # the five goals that have targets, II.1 to II.5
    assert sum(text.count("\n") + 1 for text in words) == 10
    assert all(line.endswith(("Đạt", "Chưa đạt", "Chưa đủ số liệu")) for text in words for line in text.split("\n"))
