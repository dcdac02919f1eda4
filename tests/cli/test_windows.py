"""The window of a report: printed wherever it matters, and answers held to it and to the day on which the file came."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from danvan_xl.model.period import VIETNAM_TIME
from tests.support.books import open_book
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill, one_line

LINE = "PL2.1.1@VHXH"
DONE = {"trang_thai": "Hoàn thành", "ty_le": 100, "ket_qua": "Đã xong", "so_van_ban": "12/KH-UBND"}


def office(root: Path, day: date, received: str, **more: Any) -> Path:
    """A workspace of Gia Lộc's first half year (data 15/12/2025 to 14/06/2026) with one file, received on that day."""
    folder = root / "nhan" / "2026-H1"
    folder.mkdir(parents=True)
    (root / "danvan.toml").write_text(
        'plan = "gia-loc"\nperiod = "2026-H1"\n[due]\n"2026-H1" = "20/06/2026"\n', encoding="utf-8"
    )
    values = {**DONE, "ngay_hoan_thanh": day, **more}
    path = fill(folder / "VHXH.xlsx", a_round(), "VHXH", one_line(a_round(), LINE, values))
    moment = datetime.fromisoformat(received).replace(tzinfo=VIETNAM_TIME).timestamp()
    os.utime(path, (moment, moment))
    return root


def found_in(document: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Code → severity, and whether it is settled, of what was found about days."""
    (file,) = document["files"]
    return {
        item["code"]: (item["severity"], bool(item["settled"]))
        for item in file["findings"]
        if item["code"] in {"D001", "D002", "D030", "D031", "D032"}
    }


@pytest.mark.parametrize(
    ("day", "received", "more", "expected", "state"),
    [
        (date(2026, 6, 14), "2026-06-15 09:00", {}, {}, "Đã trả lời"),
        (date(2025, 12, 15), "2026-06-15 09:00", {}, {}, "Đã trả lời"),
        (date(2026, 6, 15), "2026-06-16 09:00", {}, {"D031": ("error", False)}, "Bị trả lại"),
        (date(2026, 6, 15), "2026-06-16 09:00", {"giai_trinh": "Xong sát ngày báo cáo"},
         {"D031": ("error", True)}, "Đã trả lời"),
        (date(2026, 6, 12), "2026-06-11 23:30", {}, {"D032": ("error", False)}, "Bị trả lại"),
        (date(2026, 6, 12), "2026-06-11 23:30", {"giai_trinh": "sẽ xong"}, {"D032": ("error", False)}, "Bị trả lại"),
        (date(2026, 6, 11), "2026-06-11 00:10", {}, {}, "Đã trả lời"),
        (date(2025, 12, 14), "2026-06-15 09:00", {}, {"D001": ("error", False)}, "Bị trả lại"),
        (date(2026, 6, 10), "1980-01-01 00:00", {}, {}, "Đã trả lời"),  # a clock that is wrong says nothing
    ],
)  # fmt: skip
def test_a_day_of_completion_is_held_to_the_window_and_to_the_arrival(
    day: date, received: str, more: dict[str, Any], expected: dict[str, Any], state: str, tmp_path: Path
) -> None:
    root = office(tmp_path, day, received, **more)
    done = run("check", "--json", "--no-zalo", cwd=root, DANVAN_TODAY="2026-06-25")
    document = json.loads(done.stdout)
    assert found_in(document) == expected
    answers = document["totals"]["answers"]
    assert answers[state] >= 1
    if "D032" in expected:
        (item,) = (item for item in document["files"][0]["findings"] if item["code"] == "D032")
        sheet = open_book(root / "nhan" / "2026-H1" / "VHXH.xlsx")[item["sheet"]]
        assert sheet[item["cell"]].value.date() == day
        assert "11/06/2026" in item["message"]


def test_a_day_before_the_window_of_a_later_year_asks_whether_it_was_reported(tmp_path: Path) -> None:
    current = a_round("gia-loc", "2027-H1")
    values = {**DONE, "ngay_hoan_thanh": date(2026, 12, 1)}
    path = fill(tmp_path / "VHXH.xlsx", current, "VHXH", one_line(current, LINE, values))
    place = ("--plan", "gia-loc", "--period", "2027-H1", "--no-zalo")
    document = run_json("check", path, *place, cwd=tmp_path)
    assert found_in(document) == {"D030": ("warning", False)}


def test_where_nobody_knows_when_the_file_came_no_day_lies_after_today(tmp_path: Path) -> None:
    values = {**DONE, "ngay_hoan_thanh": date(2026, 6, 12)}
    path = fill(tmp_path / "VHXH.xlsx", a_round(), "VHXH", one_line(a_round(), LINE, values))
    done = run(
        "check", path, "--plan", "gia-loc", "--period", "2026-H1", "--no-zalo", cwd=tmp_path, DANVAN_TODAY="2026-06-11"
    )
    assert "sau ngày nhận tệp" in done.stdout
    assert done.returncode == 1


def test_the_window_stands_in_template_first_page_and_letter(tmp_path: Path) -> None:
    root = office(tmp_path, date(2026, 6, 1), "2026-06-15 09:00")
    with (root / "danvan.toml").open("a", encoding="utf-8") as file:
        file.write('[mail]\nfrom = "a@example.vn"\nto = ["b@example.vn"]\n')
    words = "tính từ 15/12/2025 đến hết 14/06/2026"
    assert run("template", "--unit", "VHXH", cwd=root).returncode == 0
    book = open_book(root / "mau" / "2026-H1" / "gia-loc_2026-H1_VHXH.xlsx")
    for name in ("Hướng dẫn", "Phụ lục II", "Số liệu"):
        assert any(words in str(cell.value) for row in book[name].iter_rows(max_row=12) for cell in row), name
    assert run("merge", cwd=root).returncode in (0, 1)
    page = open_book(root / "tong-hop" / "2026-H1" / "tong-hop_gia-loc_2026-H1.xlsx")["Tổng quan"]
    assert any(words in str(cell.value) for row in page.iter_rows() for cell in row)
    assert run("send", "consolidated", cwd=root).returncode == 0
    draft = next((root / "thu-di" / "2026-H1").glob("*.eml")).read_bytes()
    body = message_from_bytes(draft, policy=policy.default).get_body()
    assert body is not None
    assert words in body.get_content()
