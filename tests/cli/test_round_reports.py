"""Reports as units of work: each of a round has its own day, window and workbook; one moves no other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.office.job import Job, find_reports, open_round, rules_of
from danvan_xl.office.register_file import open_register
from danvan_xl.office.workspace import open_workspace
from danvan_xl.rules.files import RulesError
from danvan_xl.written.consolidated_file import open_consolidated
from tests.support.books import open_book
from tests.support.program import run, run_json
from tests.support.rounds import a_round, day, fill, one_line

CHU, VAN = "dan-chu-6-thang", "dan-van-6-thang"


def office(folder: Path, settings: str, plan: str = "phu-thinh", period: str = "2026-H1") -> Path:
    """A workspace with these further settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "danvan.toml").write_text(f'plan = "{plan}"\nperiod = "{period}"\n{settings}', encoding="utf-8")
    return folder


def days(root: Path) -> dict[str, date | None]:
    """Report of the round → its due day."""
    workspace = open_workspace(root)
    job = Job(workspace.settings, root, workspace.rules)
    return {item.id: item.period.due for item in find_reports(rules_of(job), job.settings)}


def problems(root: Path) -> str:
    done = run("rules", "check", cwd=root)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout if done.returncode == 2 else ""


# ---- days are keyed by report ----------------------------------------------------------------------------------

OWN = {"2026-H1": {CHU: "13/06/2026", VAN: None}, "2026": {"dan-van-nam": "13/11/2026", "dan-chu-nam": "13/11/2026"}}


@pytest.mark.parametrize(
    ("period", "due", "moved"),
    [
        ("2026-H1", '"2026-H1" = "20/06/2026"', {VAN: "20/06/2026"}),
        ("2026-H1", 'H1 = "20/6"', {VAN: "20/06/2026"}),
        ("2026-H1", 'half = "20"', {VAN: "20/06/2026"}),
        ("2026-H1", f'"{VAN}:2026-H1" = "trước 16/6"', {VAN: "15/06/2026"}),
        ("2026-H1", f'"{CHU}:2026-H1" = "10/06/2026"', {CHU: "10/06/2026"}),
        ("2026-H1", f'"{CHU}:2026-H1" = {{ day = "17/06/2026", by = "Công văn 12/UBND ngày 10/6/2026" }}',
         {CHU: "17/06/2026"}),
        ("2026", '"dan-van-nam:2026" = { day = "20/11/2026", by = "Chủ tịch UBND xã" }', {"dan-van-nam": "20/11/2026"}),
        ("2026", '"dan-chu-nam:year" = "10/11"', {"dan-chu-nam": "10/11/2026"}),
    ],
)  # fmt: skip
def test_the_day_of_one_report_moves_no_other(period: str, due: str, moved: dict[str, str], tmp_path: Path) -> None:
    root = office(tmp_path, f"[due]\n{due}\n", period=period)
    expected = {**OWN[period], **moved}
    assert days(root) == {name: day(value) if value else None for name, value in expected.items()}
    assert problems(root) == ""


@pytest.mark.parametrize(
    ("period", "due", "said"),
    [
        ("2026-H1", f'"{CHU}:2026-H1" = "15/06/2026"', ("13/06/2026", "15/06/2026", CHU, "by =")),
        ("2026-H1", f'"{CHU}:H1" = "trước 16/6"', ("13/06/2026", "15/06/2026", "by =")),
        ("2026", '"2026" = "20/11/2026"', ("dan-van-nam:2026", "dan-chu-nam:2026")),
        ("2026", 'year = "10/11"', ("dan-van-nam:year", "dan-chu-nam:year")),
        ("2026-06", '"2026-06" = "15/06/2026"', ("13/06/2026", "dan-van-thang", "by =")),
    ],
)
def test_a_day_that_the_plan_does_not_leave_to_the_office_is_refused(
    period: str, due: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    root = office(tmp_path, f"[due]\n{due}\n", period=period)
    words = problems(root)
    assert all(part in words for part in said), words
    assert run("template", cwd=root).returncode == 2


def test_who_allowed_a_later_day_stands_where_the_day_stands(tmp_path: Path) -> None:
    by = "Công văn 12/UBND ngày 10/6/2026"
    root = office(tmp_path, f'[due]\n"{CHU}:2026-H1" = {{ day = "17/06/2026", by = "{by}" }}\n')
    assert by in run("status", cwd=root).stdout
    assert run("template", "--unit", "VP", cwd=root).returncode == 0
    guide = open_book(root / "mau" / "2026-H1" / "phu-thinh_2026-H1_VP.xlsx")["Hướng dẫn"]
    assert any(by in str(row[1].value) for row in guide.iter_rows(max_col=2))
    assert run("merge", "--report", CHU, cwd=root).returncode == 0
    page = open_book(root / "tong-hop" / "2026-H1" / f"tong-hop_phu-thinh_2026-H1_{CHU}.xlsx")["Tổng quan"]
    assert any(by in str(cell.value) for row in page.iter_rows() for cell in row if cell.value)


# ---- extend ----------------------------------------------------------------------------------------------------


def test_more_time_beyond_the_plans_day_says_who_allowed_it_and_is_for_its_report_alone(tmp_path: Path) -> None:
    root = office(tmp_path, "")
    given = ("extend", "VP", "--until", "20/6/2026", "--reason", "mưa bão", "--report", CHU)
    refused = run(*given, cwd=root)
    assert refused.returncode == 2
    assert "--by" in refused.stderr
    assert "13/06/2026" in refused.stderr
    done = run(*given, "--by", "Chủ tịch UBND xã, ngày 12/6", cwd=root)
    assert done.returncode == 0
    assert "Văn phòng HĐND và UBND" in done.stdout
    received = root / "nhan" / "2026-H1"
    received.mkdir(parents=True)
    fill(received / "vp.xlsx", a_round("phu-thinh", "2026-H1"), "VP")
    with open_register(root / "so-theo-doi.sqlite") as register:
        assert [(item.unit, item.report) for item in register.extended("2026-H1")] == [("VP", CHU)]
    document = run_json("check", "--no-zalo", "--report", CHU, cwd=root, code=0)
    state = next(item for item in document["units"] if item["unit"] == "VP")
    assert "Chủ tịch UBND xã, ngày 12/6" in state["note"]
    other = run_json("check", "--no-zalo", "--report", VAN, cwd=root, code=0)
    assert next(item for item in other["units"] if item["unit"] == "VP")["note"] is None


def test_the_office_itself_gives_more_time_than_its_own_day(tmp_path: Path) -> None:
    root = office(tmp_path, '[due]\n"2026-H1" = "15/06/2026"\n', plan="gia-loc")
    assert run("extend", "KT", "--until", "20/6/2026", "--reason", "chờ số liệu", cwd=root).returncode == 0


# ---- each report its workbook ----------------------------------------------------------------------------------


def facts(path: Path) -> dict[str, str]:
    """The key/value rows of a workbook's identity."""
    book = open_consolidated(path)
    sheet = book.book.sheet("_danvan")
    assert sheet is not None
    return {str(row.values[0]): str(row.values[1]) for row in sheet.rows if len(row.values) > 1}


def test_reports_with_days_of_their_own_are_workbooks_of_their_own(tmp_path: Path) -> None:
    root = office(tmp_path, '[due]\n"2026-H1" = "20/06/2026"\n')
    document = run_json("merge", cwd=root)
    paths = [Path(document["output"]), *(Path(item["output"]) for item in document["others"])]
    assert [path.name for path in paths] == [f"tong-hop_phu-thinh_2026-H1_{name}.xlsx" for name in (CHU, VAN)]
    said = {name: facts(path) for name, path in zip((CHU, VAN), paths, strict=True)}
    assert said[CHU]["report"] == CHU
    assert said[CHU]["title"] == "Báo cáo kết quả thực hiện dân chủ 6 tháng đầu năm 2026"
    assert said[VAN]["title"] == "Báo cáo kết quả thực hiện công tác dân vận 6 tháng đầu năm 2026"
    assert (said[CHU]["as_of"], said[VAN]["as_of"]) == ("2026-06-13", "2026-06-20")
    pages = [open_book(path)["Tổng quan"] for path in paths]
    titles = [[str(c.value) for row in page.iter_rows() for c in row if c.value] for page in pages]
    assert any("CÔNG TÁC DÂN CHỦ" in words for words in titles[0])
    assert any("CÔNG TÁC DÂN VẬN" in words for words in titles[1])
    assert any("từ 14/11/2025 đến hết 13/06/2026" in words for words in titles[0])


def test_reports_that_share_everything_are_one_workbook(tmp_path: Path) -> None:
    root = office(tmp_path, "", period="2026")
    document = run_json("merge", cwd=root)
    assert "others" not in document
    assert [item["id"] for item in document["reports"]] == ["dan-van-nam", "dan-chu-nam"]
    assert Path(document["output"]).name == "tong-hop_phu-thinh_2026.xlsx"
    one = run_json("merge", "--report", "dan-chu-nam", cwd=root)
    assert [item["id"] for item in one["reports"]] == ["dan-chu-nam"]
    assert Path(one["output"]).name == "tong-hop_phu-thinh_2026_dan-chu-nam.xlsx"


def test_a_report_that_the_round_has_not_is_named(tmp_path: Path) -> None:
    done = run("merge", "--report", "dan-chu", cwd=office(tmp_path, ""))
    assert done.returncode == 2
    assert CHU in done.stderr


def test_a_file_given_for_the_output_holds_the_report_that_is_due_first(tmp_path: Path) -> None:
    source = fill(tmp_path / "vp.xlsx", a_round("phu-thinh", "2026-H1"), "VP")
    out = tmp_path / "so.xlsx"
    done = run("merge", source, "--plan", "phu-thinh", "--period", "2026-H1", "-o", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert facts(out)["report"] == CHU
    assert facts(tmp_path / f"so_{VAN}.xlsx")["report"] == VAN


# ---- outside the rhythm ----------------------------------------------------------------------------------------

STORM = """
[[reports]]
id = "bao-so-3"
title = "Báo cáo đột xuất khắc phục hậu quả bão số 3"
tasks = ["PL.6", "PL.11"]
window = { from = "01/09/2026", to = "05/09/2026" }
day = "trước 07/09/2026"
"""


def test_a_report_outside_the_rhythm_runs_through_every_command(tmp_path: Path) -> None:
    root = office(tmp_path, STORM)
    for arguments in (("template",), ("status",), ("calendar",), ("rules", "check"), ("plans",)):
        given = (*arguments, "--period", "bao-so-3") if arguments == ("template",) else arguments
        done = run(*given, cwd=root)
        assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (root / "mau" / "bao-so-3").iterdir())
    assert "phu-thinh_bao-so-3_VHXH.xlsx" in made
    book = open_book(root / "mau" / "bao-so-3" / "phu-thinh_bao-so-3_VHXH.xlsx")
    assert "Số liệu" not in book.sheetnames
    guide = " ".join(str(cell.value) for row in book["Hướng dẫn"].iter_rows() for cell in row if cell.value)
    assert "Báo cáo đột xuất khắc phục hậu quả bão số 3" in guide
    assert "tính từ 01/09/2026 đến hết 05/09/2026" in guide
    settings = open_workspace(root).settings
    current = open_round(Job(replace(settings, period="bao-so-3"), root, root / "rules"))
    received = root / "nhan" / "bao-so-3"
    received.mkdir(parents=True)
    line = next(line for line in current.by_unit["VHXH"].values() if line.task.id in {"PL.6", "PL.11"})
    fill(received / "VHXH.xlsx", current, "VHXH", one_line(current, line.id, {"trang_thai": "Không phát sinh"}))
    check = json.loads(run("check", "--period", "bao-so-3", "--json", cwd=root).stdout)
    assert check["period"] == "bao-so-3"
    assert [(item["unit"], item["status"]) for item in check["files"]] == [("VHXH", "accepted")]
    merged: dict[str, Any] = json.loads(run("merge", "--period", "bao-so-3", "--json", cwd=root).stdout)
    assert facts(Path(merged["output"]))["title"] == "Báo cáo đột xuất khắc phục hậu quả bão số 3"
    assert merged["reports"][0]["due"] == "2026-09-06"
    tasks = {row.get("Mã nhiệm vụ") for row in data_rows(Path(merged["output"]))}
    assert tasks == {"PL.6", "PL.11"}


def data_rows(path: Path) -> list[dict[str, object]]:
    book = open_consolidated(path)
    return [dict(values) for table in book.tables for _, values in table.rows]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('id = "bao-so-3"', 'id = "dan-van-nam"'), "dan-van-nam"),
        (('"PL.6"', '"PL.99"'), "PL.99"),
        (('to = "05/09/2026"', 'to = "31/08/2026"'), "31/08/2026"),
        (('day = "trước 07/09/2026"', 'day = "tuần sau"'), "tuần sau"),
        (('day = "trước 07/09/2026"', 'day = "01/08/2026"'), "01/08/2026"),
        (('tasks = ["PL.6", "PL.11"]', 'forms = ["so-lieu-la"]'), "so-lieu-la"),
    ],
)
def test_a_report_that_is_badly_declared_is_refused(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    root = office(tmp_path, STORM.replace(*change))
    words = problems(root)
    assert said in words
    assert "danvan.toml" in words


def test_a_period_that_is_neither_is_refused_with_what_there_is(tmp_path: Path) -> None:
    root = office(tmp_path, STORM)
    done = run("template", "--period", "bao-so-4", cwd=root)
    assert done.returncode == 2
    assert "bao-so-3" in done.stderr
    workspace = open_workspace(office(tmp_path / "b", STORM, period="bao-so-4"))
    with pytest.raises(RulesError):
        find_reports(rules_of(Job(workspace.settings)), workspace.settings)
