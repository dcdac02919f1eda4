"""One day for everything that a report says: the page, the sheets, the findings, JSON, the letter, the waivers.

Gia Lộc's plan with three roadmaps of other plans, through the command line and the files alone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.model import layout
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import Settings
from danvan_xl.rules.files import RuleSource
from tests.support.books import data, open_book, table
from tests.support.program import run, run_json
from tests.support.rounds import day, fill, sound_answers

MONTHLY, JUNE, MAY = "PL2.1.2", "PL2.2.1", "PL2.3.1"
ROADMAPS = {MONTHLY: "Hằng tháng", JUNE: "Trước ngày 20/6/2026", MAY: "Trước ngày 31/5/2026"}
"""Task → its roadmap in these tests: due on the last of each month, on 19/6, on 30/5."""

UNIT = "VHXH"
DOING = {"trang_thai": "Đang thực hiện", "ty_le": 50, "ket_qua": "Đang làm"}
DONE = {"trang_thai": "Hoàn thành", "ty_le": 100, "ket_qua": "Đã xong", "so_van_ban": "12/KH-UBND"}
REASON = {"kho_khan": "Thiếu người"}


@cache
def plan_file() -> Path:
    """The plan with these roadmaps, and with all units in the lead of these tasks."""
    words = (RuleSource().find("plan", "gia-loc") or Path()).read_text(encoding="utf-8")
    for task, roadmap in ROADMAPS.items():
        before, mark, after = words.partition(f'id = "{task}"')
        assert mark
        after = re.sub(r'roadmap = ".*"', f'roadmap = "{roadmap}"', after, count=1)
        after = re.sub(r"\nlead = \[.*\]", '\nlead = ["G_ALL"]', after, count=1)
        words = before + mark + re.sub(r"\ncoordinate = \[.*\]", "\ncoordinate = []", after, count=1)
    path = Path(mkdtemp(prefix="danvan-cut-off-")) / "ke-hoach.toml"
    path.write_text(words, encoding="utf-8")
    return path


def workspace(root: Path, period: str = "2026-H1", due: str = "", units: int = 0) -> Path:
    """A workspace of that plan; ``units``: villages that all lines of all units go to as well."""
    more = ("--due", due) if due else ()
    done = run("init", root, "--plan", plan_file(), "--period", period, *more, cwd=root.parent)
    assert done.returncode == 0, done.stderr
    with (root / "danvan.toml").open("a", encoding="utf-8") as stream:
        for number in range(1, units + 1):
            stream.write(f'\n[[units]]\nid = "THON_{number}"\nname = "Thôn {number}"\ngroups = ["G_ALL"]\n')
    return root


def answered(root: Path, unit: str = UNIT, period: str = "2026-H1", **lines: Mapping[str, Any]) -> Path:
    """A unit's file in the workspace: sound answers, and ``lines`` (``PL2_1_2``) as given."""
    current = open_round(Job(Settings(str(plan_file()), period)))
    typed = sound_answers(current, unit)
    own = {f"{task.replace('_', '.')}@{unit}": values for task, values in lines.items()}
    assert own.keys() <= typed.lines.keys()
    path = fill(root / "nhan" / period / f"{unit}.xlsx", current, unit, replace(typed, lines={**typed.lines, **own}))
    moment = datetime(current.period.last.year + 1, 1, 2, tzinfo=VIETNAM_TIME).timestamp()  # after all that is done
    os.utime(path, (moment, moment))
    return path


def merged_file(root: Path) -> Path:
    (path,) = (root / "tong-hop").glob("*/*.xlsx")
    return path


def states(root: Path, unit: str = UNIT) -> dict[str, tuple[date | None, str]]:
    """Task of ``ROADMAPS`` → (Hạn, Tình trạng hạn) in ``Dữ liệu``."""
    rows = {row["Mã dòng"]: row for row in data(merged_file(root))}
    found = {}
    for task in ROADMAPS:
        row = rows[f"{task}@{unit}"]
        found[task] = (row["Hạn"].date() if row["Hạn"] else None, row["Tình trạng hạn"])
    return found


def page(root: Path) -> list[str]:
    """The texts of the first page."""
    sheet = open_book(merged_file(root), values=True)[layout.OVERVIEW]
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]


def late_reasons(root: Path, *arguments: str, **env: str) -> list[str]:
    """The lines for which a reason for being late is asked."""
    done = run("check", "--json", *arguments, cwd=root, **env)
    assert done.returncode in (0, 1), done.stderr
    return re.findall(r'"code": "D010".*?"line": "([^"@]+)', done.stdout, re.DOTALL)


# ---- one day ---------------------------------------------------------------------------------------------------------

# the day that the workspace sets, the day of the command, --as-of, the cut-off
DAYS = (
    ("trước 14/6", "2026-06-20", "", "13/06/2026"),
    ("20/6", "2026-07-15", "", "14/06/2026"),
    ("", "2026-07-15", "", "14/06/2026"),
    ("20/6", "2026-06-03", "", "03/06/2026"),
    ("20/6", "2026-06-03", "2026-06-25", "25/06/2026"),
)


@pytest.mark.parametrize(("due", "today", "as_of", "expected"), DAYS)
def test_page_sheets_findings_and_json_speak_of_the_same_day(
    due: str, today: str, as_of: str, expected: str, tmp_path: Path
) -> None:
    root = workspace(tmp_path / "xa", due=due)
    answered(root, PL2_1_2=DOING, PL2_2_1=DOING, PL2_3_1=DOING)
    more = ("--as-of", as_of) if as_of else ()
    cut_off = day(expected)
    done = run("merge", "--json", *more, cwd=root, DANVAN_TODAY=today)
    assert f'"as_of": "{cut_off.isoformat()}"' in done.stdout, done.stderr
    assert any(f"Tính đến ngày {expected}" in words for words in page(root))
    identity = dict(open_book(merged_file(root))[layout.IDENTITY_SHEET].iter_rows(max_col=2, values_only=True))
    assert identity["as_of"] == cut_off.isoformat()
    dues = {MONTHLY: date(2026, 5, 31), JUNE: date(2026, 6, 19), MAY: date(2026, 5, 30)}
    late = {task: (cut_off - dues[task]).days for task in ROADMAPS if dues[task] < cut_off}
    assert {task for task, (_, state) in states(root).items() if state == "Quá hạn"} == set(late)
    assert {task: found[0] for task, found in states(root).items()} == dues
    sheet = [row for row in table(merged_file(root), layout.OVERDUE, head=4) if row["Số ngày quá hạn"]]
    said = {row["Mã dòng"]: row["Số ngày quá hạn"] for row in sheet if row["Mã dòng"].endswith(f"@{UNIT}")}
    assert said == {f"{task}@{UNIT}": days for task, days in late.items()}
    assert set(late_reasons(root, *more, DANVAN_TODAY=today)) == set(late)
    assert '"as_of": "' + cut_off.isoformat() in run("check", "--json", *more, cwd=root, DANVAN_TODAY=today).stdout


def test_the_status_speaks_of_the_same_day_too(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", due="15/6")
    answered(root)
    assert run_json("status", cwd=root)["as_of"] == "2026-06-14"


def test_a_task_that_is_due_after_the_cut_off_is_neither_late_nor_an_error(tmp_path: Path) -> None:
    """Due on 19/6 in a report of 13/6."""
    root = workspace(tmp_path / "xa", due="trước 14/6")
    answered(root, PL2_2_1=DOING)
    assert JUNE not in late_reasons(root)
    assert run("merge", cwd=root).returncode == 0
    assert states(root)[JUNE] == (date(2026, 6, 19), "Sắp đến hạn")
    assert late_reasons(root, "--as-of", "2026-06-19") == []
    assert late_reasons(root, "--as-of", "2026-06-20") == [JUNE]


def test_a_reason_or_a_result_in_time_is_enough(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa")
    answered(root, PL2_1_2={**DOING, **REASON}, PL2_3_1={**DONE, "ngay_hoan_thanh": date(2026, 5, 30)})
    assert late_reasons(root) == []
    answered(root, PL2_1_2={**DOING, **REASON}, PL2_3_1={**DONE, "ngay_hoan_thanh": date(2026, 5, 31)})
    assert late_reasons(root) == [MAY]


def test_the_template_asks_for_a_reason_by_the_same_day(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", due="trước 14/6")
    assert run("template", "--unit", UNIT, cwd=root, DANVAN_TODAY="2026-05-10").returncode == 0
    (path,) = (root / "mau" / "2026-H1").glob("*.xlsx")
    sheet = open_book(path)["Phụ lục II"]
    formulas = {row[0].value: " ".join(str(cell.value) for cell in row) for row in sheet.iter_rows()}
    for task, always in ((MAY, True), (MONTHLY, True), (JUNE, False)):
        words = formulas[f"{task}@{UNIT}"]
        assert "Chậm hạn" in words  # done late is late in any case
        assert (",FALSE)" not in words) == always, words


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa")
    done = run("check", cwd=root, DANVAN_TODAY="hôm nay")
    assert (done.returncode, "DANVAN_TODAY: “hôm nay”" in done.stderr) == (2, True)


# ---- what repeats, through the program -------------------------------------------------------------------------------

YEAR = (
    # answer, Tình trạng hạn in the year's report of 2026 (cut-off 14/12, last day before it 30/11)
    ({**DONE, "ngay_hoan_thanh": date(2026, 11, 1)}, "Hoàn thành đúng hạn"),
    ({**DONE, "ngay_hoan_thanh": date(2026, 11, 30)}, "Hoàn thành đúng hạn"),
    ({**DONE, "ngay_hoan_thanh": date(2026, 12, 1), **REASON}, "Hoàn thành muộn"),
    ({**DOING, **REASON}, "Quá hạn"),
    ({"trang_thai": "Không phát sinh"}, "Chưa phát sinh"),
)


@pytest.mark.parametrize(("values", "expected"), YEAR)
def test_a_monthly_task_in_a_year_s_report_is_judged_by_its_last_month(
    values: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    root = workspace(tmp_path / "xa", "2026")
    answered(root, period="2026", PL2_1_2=values)
    assert run("merge", cwd=root).returncode == 0
    assert states(root)[MONTHLY] == (date(2026, 11, 30), expected)


def test_a_monthly_task_has_its_day_in_every_month(tmp_path: Path) -> None:
    for period, due in (
        ("2026-06", date(2026, 6, 30)),
        ("2026-11", date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 29)),
    ):
        root = workspace(tmp_path / period, period)
        answered(root, period=period, PL2_1_2={**DONE, "ngay_hoan_thanh": due.replace(day=28)})
        assert run("merge", cwd=root, DANVAN_TODAY="2028-03-05").returncode == 0
        assert states(root)[MONTHLY] == (due, "Hoàn thành đúng hạn")


def test_the_calendar_of_a_year_has_every_month(tmp_path: Path) -> None:
    for year, months in ((2026, range(5, 13)), (2029, range(1, 13))):
        rows = run_json("calendar", "--plan", plan_file(), "--year", year, cwd=tmp_path)["deadlines"]
        days = [row["due"] for row in rows if row["key"].startswith(MONTHLY) or MONTHLY in str(row)]
        assert [int(item[5:7]) for item in days] == list(months)


# ---- the lists of the first page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "as_of"), [(0, "2026-05-25"), (40, "2026-05-25"), (40, "2026-06-14")])
def test_the_list_of_what_is_due_adds_up_and_leaves_out_what_needs_nothing(
    units: int, as_of: str, tmp_path: Path
) -> None:
    root = workspace(tmp_path / "xa", units=units)
    done = {**DONE, "ngay_hoan_thanh": date(2026, 5, 20)}
    answered(root, PL2_1_2=done, PL2_2_1={"trang_thai": "Không phát sinh"}, PL2_3_1={**DOING, **REASON})
    answered(root, "KT", PL2_1_2={"trang_thai": "Không phát sinh"}, PL2_2_1=done, PL2_3_1=done)
    assert run("merge", "--as-of", as_of, cwd=root).returncode == 0
    rows = [row for row in data(merged_file(root)) if row["Vai trò"] == "Chủ trì"]
    waiting = [row for row in rows if row["Tình trạng hạn"] in ("Quá hạn", "Sắp đến hạn")]
    texts = page(root)
    shown = [words for words in texts if re.fullmatch(r"- .*: .* \(hạn \d\d/\d\d/\d{4}.*\)", words)]
    more = [int(found[1]) for words in texts if (found := re.search(r"… và (\d+) việc khác", words))]
    assert len(shown) + sum(more) == len(waiting) > len(shown)
    late = [row for row in waiting if row["Tình trạng hạn"] == "Quá hạn"]
    assert len([row for row in table(merged_file(root), layout.OVERDUE, head=4) if row["Số ngày quá hạn"]]) == len(late)
    assert not [words for words in shown if words.startswith("- Phòng Kinh tế")]  # it has no such task left


def test_the_numbers_of_the_first_page_are_those_of_the_lists(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", units=3)
    answered(root, PL2_3_1={**DOING, **REASON}, PL2_1_2={**DONE, "ngay_hoan_thanh": date(2026, 6, 2), **REASON})
    assert run("merge", cwd=root).returncode == 0
    rows = [row for row in data(merged_file(root)) if row["Vai trò"] == "Chủ trì"]
    sheet = open_book(merged_file(root), values=True)[layout.OVERVIEW]
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    for state in ("Hoàn thành muộn", "Quá hạn", "Sắp đến hạn"):
        said = next(row[row.index(state) + 1] for row in cells if state in row and len(row) > row.index(state) + 1)
        assert said == sum(row["Tình trạng hạn"] == state for row in rows) > 0, state


# ---- waivers and the letter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "today", "warned"),
    [
        ("2026-06-13", "2026-06-01", True),
        ("2026-06-14", "2026-06-01", False),
        ("2026-06-20", "2026-07-15", False),  # it has ended, and still holds for the report's day
        ("2026-05-01", "2026-07-15", True),
    ],
)
def test_a_waiver_that_ends_before_the_cut_off_warns(until: str, today: str, warned: bool, tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", due="20/6")
    answered(root, PL2_3_1=DOING)
    words = ("waive", "D010", "--unit", UNIT, "--reason", "Đã báo cáo miệng", "--until", until, "--who", "Trưởng phòng")
    done = run(*words, cwd=root, DANVAN_TODAY=today)
    assert (done.returncode, "trước ngày chốt số liệu" in done.stderr) == (0, warned), done.stderr
    assert ("14/06/2026" in done.stderr) == warned
    settled = [
        found["settled"] is not None
        for file in run_json("check", cwd=root, code=1 if warned else 0)["files"]
        for found in file["findings"]
        if found["code"] == "D010"
    ]
    assert settled == [not warned]


def test_the_warning_speaks_english_too(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", due="20/6")
    words = ("waive", "D010", "--unit", UNIT, "--reason", "x", "--until", "2026-06-01")
    assert "before the cut-off" in run(*words, cwd=root, DANVAN_LANG="en").stderr


def test_the_letter_counts_by_the_day_of_its_workbook(tmp_path: Path) -> None:
    root = workspace(tmp_path / "xa", due="20/6")
    with (root / "danvan.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[mail]\nfrom = "vhxh@example.vn"\nto = ["sonoivu@example.vn"]\n')
    for as_of in ("2026-06-01", "2026-06-30"):
        assert run("merge", "--as-of", as_of, cwd=root).returncode == 0
        overdue = sum(
            row["Tình trạng hạn"] == "Quá hạn" and row["Vai trò"] == "Chủ trì" for row in data(merged_file(root))
        )
        assert run("send", "consolidated", cwd=root).returncode == 0
        (draft,) = (root / "thu-di").glob("*/*.eml")
        body = message_from_bytes(draft.read_bytes(), policy=default).get_body()
        assert body is not None
        assert f"Quá hạn: {overdue}\n" in body.get_content().replace("\r\n", "\n")
        shutil.rmtree(draft.parent)
