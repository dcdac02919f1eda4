"""The consolidated workbook of the demonstration: every line accounted for, every number agreeing with the answers."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
import zipfile
from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from danvan_xl.merging.consolidation import merge
from danvan_xl.model.submission import OwnLine, Submission, Typed
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import Settings
from danvan_xl.workbooks.consolidated.data_columns import DATA_COLUMNS
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import data, formulas, open_book, parts, table
from tests.support.demo import MERGED, RECEIVED, demo, typed
from tests.support.program import PROGRAM, environment, run
from tests.support.results import lead_lines
from tests.support.rounds import a_round, fill, one_line, read, sound_answers

HEADINGS = [
    "Mã dòng", "Mã nhiệm vụ", "Phụ lục", "Nhóm", "STT", "Nội dung", "Lộ trình", "Hạn", "Mã đơn vị", "Đơn vị", "Vai trò",
    "Trả lời", "Trạng thái", "Tình trạng hạn", "Tỷ lệ (%)", "Giá trị đạt", "Chỉ tiêu", "Kết quả thực hiện",
    "Số, ký hiệu văn bản", "Ngày hoàn thành", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị", "Giải trình", "Phát hiện",
    "Tệp nguồn", "Trang tính", "Dòng", "SHA-256", "Ngày nhận", "Kế hoạch", "Kỳ", "Cơ quan ban hành",
]  # fmt: skip
"""The contract of DESIGN 5, written out: other people's files rely on it."""

STATES = ("Đã trả lời", "Không phát sinh", "Để trống", "Đơn vị xóa dòng", "Bị trả lại", "Chưa nộp", "Chưa giao")
SHEETS = [
    "Tổng quan", "Tình hình nộp", "Theo đơn vị", "Theo nhiệm vụ", "Phụ lục I", "Phụ lục II", "Chỉ tiêu", "Số liệu",
    "Khó khăn, kiến nghị", "So sánh", "Quá hạn", "Đối soát", "Phát hiện", "Dữ liệu", "Dữ liệu số", "_danvan",
]  # fmt: skip


@pytest.fixture(scope="module")
def merged() -> Path:
    return demo() / MERGED


@pytest.fixture(scope="module")
def rows(merged: Path) -> list[dict[str, Any]]:
    return data(merged)


def lead(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["Vai trò"] == "Chủ trì"]


# ---- Dữ liệu: the contract ------------------------------------------------------------------------------------------


def test_the_sheets_stand_in_their_order_and_the_identity_is_very_hidden(merged: Path) -> None:
    book = open_book(merged)
    assert book.sheetnames == SHEETS
    assert [sheet.sheet_state for sheet in book] == [*["visible"] * (len(SHEETS) - 1), "veryHidden"]
    pairs = {str(row[0]): row[1] for row in book["_danvan"].values}
    assert (pairs["format"], pairs["plan"], pairs["period"]) == ("danvan-xl/merged/1", "gia-loc", "2026-H1")


def test_the_headings_of_the_data_are_the_contract_in_row_1_from_column_a(merged: Path) -> None:
    first = next(open_book(merged)["Dữ liệu"].iter_rows(max_row=1, values_only=True))
    assert list(first)[: len(HEADINGS)] == HEADINGS == [column.heading for column in DATA_COLUMNS]


def test_the_data_have_one_row_for_each_of_the_90_lead_lines_and_no_id_twice(rows: list[dict[str, Any]]) -> None:
    ids = [row["Mã dòng"] for row in rows]
    assert len(ids) == len(set(ids))
    assert sorted(row["Mã dòng"] for row in lead(rows)) == sorted(line.id for line in lead_lines(a_round(owned=True)))
    assert len(lead(rows)) == 90


def test_coordinating_lines_stand_there_when_answered_and_own_lines_behind_the_plans(
    rows: list[dict[str, Any]],
) -> None:
    coordinating = {row["Mã dòng"] for row in rows if row["Vai trò"] == "Phối hợp"}
    leads = {row["Mã dòng"] for row in lead(rows)}
    answered = {f"{task}@{unit}" for unit, item in typed().items() for task in item.get("lines", {})}
    assert coordinating == answered - leads
    own = [row for row in rows if row["Vai trò"] == "Ngoài kế hoạch"]
    assert sorted(row["Nội dung"] for row in own) == sorted(
        o["text"] for i in typed().values() for o in i.get("own", ())
    )
    assert all(re.fullmatch(r"\+\d+@[A-Z]+", row["Mã dòng"]) for row in own)
    for before, after in pairwise(rows):
        same_unit = before["Mã đơn vị"] == after["Mã đơn vị"]
        assert not (same_unit and before in own and after not in own)


ANSWER_COLUMNS = {
    "trang_thai": "Trạng thái", "ty_le": "Tỷ lệ (%)", "gia_tri": "Giá trị đạt", "ket_qua": "Kết quả thực hiện",
    "so_van_ban": "Số, ký hiệu văn bản", "ngay_hoan_thanh": "Ngày hoàn thành", "kho_khan": "Khó khăn, vướng mắc",
    "de_xuat": "Đề xuất, kiến nghị", "giai_trinh": "Giải trình",
}  # fmt: skip
REPAIRED = re.compile("N00[1-9]|N010")


def test_what_a_unit_typed_stands_in_its_row_to_the_letter(rows: list[dict[str, Any]]) -> None:
    by_id = {row["Mã dòng"]: row for row in rows}
    compared = 0
    for unit, item in typed().items():
        for task, values in item.get("lines", {}).items():
            row = by_id[f"{task}@{unit}"]
            if REPAIRED.search(str(row["Phát hiện"])):
                continue
            for name, value in values.items():
                shown = row[ANSWER_COLUMNS[name]]
                assert (shown.date() if isinstance(shown, datetime) else shown) == value, (unit, task, name)
                compared += 1
    assert compared > 300


def test_repairs_are_only_spelling_and_are_named_in_the_row(rows: list[dict[str, Any]]) -> None:
    repaired = [row for row in rows if REPAIRED.search(str(row["Phát hiện"]))]
    assert repaired
    for row in repaired:
        task, _, unit = row["Mã dòng"].partition("@")
        if task in typed()[unit].get("lines", {}):
            values = typed()[unit]["lines"][task]
            assert str(values["trang_thai"]).strip() == row["Trạng thái"] or "N002" in row["Phát hiện"]


def test_each_row_says_where_it_came_from(rows: list[dict[str, Any]]) -> None:
    import hashlib

    for row in rows:
        if row["Trả lời"] in ("Chưa nộp", "Chưa giao"):
            assert (row["Tệp nguồn"], row["Dòng"], row["SHA-256"]) == (None, None, None)
            continue
        source = demo() / RECEIVED / str(row["Tệp nguồn"])
        assert hashlib.sha256(source.read_bytes()).hexdigest() == row["SHA-256"]
        if row["Dòng"] is not None:
            there = open_source(source)[row["Trang tính"]]
            typed_id = str(there.cell(int(row["Dòng"]), 1).value)
            assert typed_id == row["Mã dòng"] or typed_id.startswith("+")
        assert isinstance(row["Ngày nhận"], datetime)
        assert row["Ngày nhận"] == typed()[row["Mã đơn vị"]]["received"].replace(tzinfo=None)
        assert (row["Kế hoạch"], row["Kỳ"]) == ("gia-loc", "2026-H1")


OPEN: dict[Path, Any] = {}


def open_source(path: Path) -> Any:
    if path not in OPEN:
        OPEN[path] = open_book(path)
    return OPEN[path]


def test_the_states_of_the_seven_units_are_those_of_their_files(rows: list[dict[str, Any]]) -> None:
    """VHXH complete, VP late, KT with five mistakes, PVHCC from an older template, CA nil, QS missing."""
    states = {
        unit: Counter(row["Trả lời"] for row in lead(rows) if row["Mã đơn vị"] == unit) for unit in a_round().by_unit
    }
    assert states["CA"] == {"Không phát sinh": 12}
    assert states["QS"] == {"Chưa nộp": 12}
    assert states["KT"]["Bị trả lại"] == 5
    assert states["PVHCC"]["Để trống"] == 1
    assert states["VP"].total() == 18
    assert sum(item.total() for item in states.values()) == 90


# ---- the numbers ----------------------------------------------------------------------------------------------------


def test_figures_are_the_sums_of_what_the_units_typed(merged: Path) -> None:
    sums = Counter[str]()
    for item in typed().values():
        sums.update(item.get("figures", {}))
    titles = {item.id: item.title for item in a_round().forms["so-lieu"].indicators}
    shown = {row["Chỉ tiêu"]: row["Tổng cộng"] for row in table(merged, "Số liệu", 4)}
    shares = {item.title: None for item in a_round().forms["so-lieu"].indicators if not item.is_summed}
    headings = dict.fromkeys(a_round().forms["so-lieu"].headings)
    assert shown == {titles[name]: sums[name] for name in titles} | shares | headings
    assert (sums["van_ban"], sums["tuyen_truyen"], sums["luot_nguoi"]) == (56, 84, 4357)


def overview(path: Path) -> dict[str, Any]:
    """Label → the number beside it on Tổng quan, where it stands first."""
    found: dict[str, Any] = {}
    for row in open_book(path, values=True)["Tổng quan"].iter_rows(values_only=True):
        for label, number in pairwise([value for value in row if value is not None]):
            if isinstance(label, str) and isinstance(number, (int, float)):
                found.setdefault(label, number)
    return found


def test_the_overview_counts_what_the_data_hold(merged: Path, rows: list[dict[str, Any]]) -> None:
    shown, leads = overview(merged), lead(rows)
    states = Counter(row["Trả lời"] for row in leads)
    assert {name: shown[name] for name in STATES} == {name: states[name] for name in STATES}
    answered = [row for row in leads if row["Trả lời"] == "Đã trả lời"]
    for status in ("Hoàn thành", "Đang thực hiện", "Chưa thực hiện"):
        assert shown[status] == sum(row["Trạng thái"] == status for row in answered)
    for state in ("Hoàn thành muộn", "Quá hạn", "Sắp đến hạn"):
        assert shown[state] == sum(row["Tình trạng hạn"] == state for row in leads)


def test_the_account_adds_up_for_every_unit_and_form(merged: Path, rows: list[dict[str, Any]]) -> None:
    account = table(merged, "Đối soát", 4)
    *parts_, total = [row for row in account if row["Biểu"] != "Trang khác"]
    sent = Counter((line.unit, line.task.appendix) for line in lead_lines(a_round(owned=True)))
    assert {
        (row["Mã"], {"Phụ lục I": "PL1", "Phụ lục II": "PL2"}[row["Biểu"]]): row["Dòng gửi đi"] for row in parts_
    } == dict(sent)
    for row in parts_:
        mine = [r for r in lead(rows) if (r["Mã đơn vị"], r["Phụ lục"]) == (row["Mã"], row["Biểu"])]
        assert {name: row[name] for name in STATES} == {
            name: sum(r["Trả lời"] == name for r in mine) for name in STATES
        }
        assert row["Chênh lệch"] == 0
    assert (total["Dòng gửi đi"], total["Cộng các trả lời"], total["Chênh lệch"]) == (90, 90, 0)
    for row in account:
        assert row["Ô có ghi"] == row["Ô được dùng"] + row["Ô được sửa giúp"] + row["Ô có phát hiện"]
        assert row["Chênh lệch ô"] == 0
    assert total["Ô được dùng"] > 0


def test_by_unit_and_by_task_add_up_to_the_same_lines(merged: Path) -> None:
    for name in ("Theo đơn vị", "Theo nhiệm vụ"):
        *found, total = table(merged, name, 4)
        column = "Chủ trì" if name == "Theo đơn vị" else "Số đơn vị"
        heading = column if column in total else next(key for key, value in total.items() if isinstance(value, int))
        assert total[heading] == 90 == sum(row[heading] for row in found)


def test_overdue_lines_are_sorted_by_days_and_silent_ones_follow(merged: Path, rows: list[dict[str, Any]]) -> None:
    shown = table(merged, "Quá hạn", 4)
    days = [value for row in shown if isinstance(value := row["Số ngày quá hạn"], (int, float))]
    assert days or not any(row["Tình trạng hạn"] == "Quá hạn" for row in lead(rows))
    assert days == sorted(days, reverse=True)
    late = {row["Mã dòng"] for row in lead(rows) if row["Tình trạng hạn"] == "Quá hạn"}
    listed = [row["Mã dòng"] for row in shown]
    assert set(listed[: len(late)]) == late
    quiet = ("Để trống", "Đơn vị xóa dòng", "Bị trả lại", "Chưa nộp", "Chưa giao")
    assert set(listed[len(late) :]) == {r["Mã dòng"] for r in lead(rows) if r["Hạn"] is None and r["Trả lời"] in quiet}


def test_findings_of_every_file_and_of_the_round_are_listed(merged: Path) -> None:
    shown = Counter(row["Mã"] for row in table(merged, "Phát hiện", 4))
    assert shown["X001"] == 1  # Ban Chỉ huy Quân sự xã
    assert shown["X006"] == 1  # Văn phòng, late
    assert {code: shown[code] for code in ("V017", "V010", "V011", "V015", "V008")} == dict.fromkeys(
        ("V017", "V010", "V011", "V015", "V008"), 1
    )


def test_each_appendix_keeps_the_plans_rows_with_every_answer_below_as_an_outline(
    merged: Path, rows: list[dict[str, Any]]
) -> None:
    book, current = open_book(merged), a_round(owned=True)
    for appendix in current.plan.appendices:
        sheet = book[appendix.sheet]
        text = next(i for i, item in enumerate(appendix.columns, start=1) if item.field == "text")
        shown = [str(sheet.cell(row, text).value) for row in range(6, sheet.max_row + 1)]
        texts = [task.text for task in appendix.tasks]
        assert [words for words in shown if words in texts] == texts
        below = sum(sheet.row_dimensions[row].outlineLevel == 1 for row in range(6, sheet.max_row + 1))
        mine = [r for r in rows if r["Phụ lục"] == appendix.number and r["Vai trò"] != "Ngoài kế hoạch"]
        assert below == len(mine)


# ---- the workbook as a file -----------------------------------------------------------------------------------------


def test_nothing_in_the_workbook_links_outside_itself(merged: Path) -> None:
    with zipfile.ZipFile(merged) as archive:
        for name in archive.namelist():
            assert "externalLink" not in name
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)
    assert not any("[" in words for _, _, words in formulas(merged))


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ("=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+84 912", "-5", "@SUM(A1)",
           "=cmd|'/c calc'!A0", "http://example.vn/a", "a<3 & b>5")  # fmt: skip


def test_what_looks_like_a_formula_or_a_link_stays_text(tmp_path: Path) -> None:
    current, line = a_round(), "PL2.1.2@VHXH"
    for words in HOSTILE:
        values = {"trang_thai": "Đang thực hiện", "ty_le": 5, "ket_qua": words, "kho_khan": words, "de_xuat": words}
        item = read(fill(tmp_path / "a.xlsx", current, "VHXH", one_line(current, line, values)), current)
        write_consolidated(tmp_path / "out.xlsx", merge(current, [item]))
        (row,) = [row for row in data(tmp_path / "out.xlsx") if row["Mã dòng"] == line]
        assert (row["Kết quả thực hiện"], row["Đề xuất, kiến nghị"]) == (words, words)
        assert not any("HYPERLINK" in found or "cmd" in found for _, _, found in formulas(tmp_path / "out.xlsx"))
        with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
            assert not any(
                b"<hyperlink " in archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name
            )


def test_every_formula_has_a_stored_result(merged: Path) -> None:
    values = open_book(merged, values=True)
    found = list(formulas(merged))
    assert len(found) > 400
    assert all(values[sheet][cell].value is not None for sheet, cell, _ in found)


def test_rows_of_every_sheet_stand_once_and_in_order(merged: Path) -> None:
    for name, content in parts(merged).items():
        if name.startswith("xl/worksheets/sheet"):
            numbers = [int(row.get("r", "0")) for row in etree.fromstring(content).iter(f"{MAIN}row")]
            assert numbers == sorted(set(numbers)), name


def test_every_part_is_sound_xml_and_the_table_covers_the_data(merged: Path, rows: list[dict[str, Any]]) -> None:
    found = parts(merged)
    tables = [etree.fromstring(found[item]) for item in found if item.startswith("xl/tables/")]
    ends = {str(item.get("name")): str(item.get("ref")).partition(":")[2] for item in tables}
    figures = len(table(merged, "Dữ liệu số"))
    assert {name: int(re.sub(r"\D", "", end)) for name, end in ends.items()} == {
        "DuLieu": len(rows) + 1, "DuLieuSo": figures + 1,
    }  # fmt: skip
    done = subprocess.run(["unzip", "-tq", str(merged)], capture_output=True, text=True, check=False)
    assert done.returncode == 0


# ---- the same input gives the same bytes -----------------------------------------------------------------------------


def files() -> list[Path]:
    return sorted((demo() / RECEIVED).iterdir())


def hashes() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(demo().rglob("*.xlsx"))}


OPTIONS = ("--plan", "gia-loc", "--period", "2026-H1", "--owner", "X_DU_UBND=VP")


def test_merging_twice_gives_the_same_bytes_and_leaves_the_sources_alone(tmp_path: Path) -> None:
    before = hashes()
    for name in ("a.xlsx", "b.xlsx"):
        run("merge", *files(), "-o", tmp_path / name, *OPTIONS, cwd=tmp_path)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert hashes() == before


@pytest.fixture(scope="module")
def submissions() -> list[Submission]:
    current = a_round(owned=True)
    found = [read(path, current) for path in files()]
    again = read(files()[0], current)
    again = replace(again, path=str(files()[0].with_name("bản chép.xlsx")))
    return [*found, again]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(7)))
def test_any_order_of_files_gives_the_same_bytes(
    submissions: list[Submission], tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    current, folder = a_round(owned=True), tmp_path_factory.mktemp("order")
    for name, chosen in (("a.xlsx", submissions), ("b.xlsx", [submissions[index] for index in order])):
        write_consolidated(folder / name, merge(current, chosen))
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()


# ---- the former output or the new one, never half of one -------------------------------------------------------------


def test_a_killed_merge_leaves_the_former_output_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "ra.xlsx"
    command = [*PROGRAM, "merge", *(str(path) for path in files()), "-o", str(target), *OPTIONS]
    started = time.monotonic()
    subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=False)
    whole = time.monotonic() - started
    new = target.read_bytes()
    former = b"the former output"
    chance = random.Random(157)
    seen: Counter[str] = Counter()
    for share in (0.6, 0.8, 0.9, 0.95, 0.98, chance.random()):
        target.write_bytes(former)
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(whole * share)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        left = target.read_bytes()
        assert left in (former, new)
        seen["former" if left == former else "new"] += 1
    assert seen["former"]


def test_a_writer_that_fails_half_way_leaves_the_former_output(tmp_path: Path) -> None:
    """The disk has room for a part of the workbook only."""
    target = tmp_path / "ra.xlsx"
    target.write_bytes(b"the former output")
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "from danvan_xl.cli import main\nmain()"
    )
    command = [sys.executable, "-c", code, "merge", *(str(path) for path in files()), "-o", str(target), *OPTIONS]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_bytes() == b"the former output"
    assert [item.name for item in tmp_path.iterdir()] == ["ra.xlsx"]


# ---- answers of every kind -------------------------------------------------------------------------------------------


def test_the_cut_off_day_decides_about_deadlines(tmp_path: Path) -> None:
    current = a_round()
    item = read(fill(tmp_path / "a.xlsx", current, "VHXH"), current)
    counts = {}
    for day in (date(2026, 1, 2), date(2026, 6, 30), date(2031, 1, 1)):
        then = open_round(Job(Settings("gia-loc", "2026-H1"), as_of=day))
        write_consolidated(tmp_path / "out.xlsx", merge(then, [item]))
        counts[day.year, day.month] = sum(row["Tình trạng hạn"] == "Quá hạn" for row in data(tmp_path / "out.xlsx"))
    assert counts[2026, 1] == 0
    assert counts[2031, 1] > counts[2026, 6] >= 0


def test_an_own_line_and_a_coordinating_line_are_counted_apart(tmp_path: Path) -> None:
    current = a_round()
    typed_ = sound_answers(current, "VHXH")
    values = {"trang_thai": "Đang thực hiện", "ty_le": 5, "ket_qua": "x", "kho_khan": "y"}
    typed_ = Typed(lines=typed_.lines, figures=typed_.figures, own=(OwnLine("PL2", "Việc riêng", values),))
    item = read(fill(tmp_path / "a.xlsx", current, "VHXH", typed_), current)
    write_consolidated(tmp_path / "out.xlsx", merge(current, [item]))
    (own,) = [row for row in data(tmp_path / "out.xlsx") if row["Vai trò"] == "Ngoài kế hoạch"]
    assert (own["Mã dòng"], own["Nội dung"], own["Trả lời"]) == ("+1@VHXH", "Việc riêng", "Dòng thêm")
    total = table(tmp_path / "out.xlsx", "Đối soát", 4)[-1]
    assert total["Dòng gửi đi"] == 90
    assert [value for key, value in total.items() if key and "thêm" in key.lower()] == [1]


def test_an_english_workbook_keeps_the_contract_and_the_numbers(tmp_path: Path) -> None:
    """What other people's files rely on is never translated."""
    current = a_round()
    item = read(fill(tmp_path / "a.xlsx", current, "VHXH"), current)
    for lang in ("vi", "en"):
        write_consolidated(tmp_path / f"{lang}.xlsx", merge(current, [item]), lang)
    assert data(tmp_path / "en.xlsx") == data(tmp_path / "vi.xlsx")
    assert list(data(tmp_path / "en.xlsx")[0])[: len(HEADINGS)] == HEADINGS
    assert open_book(tmp_path / "en.xlsx").sheetnames == open_book(tmp_path / "vi.xlsx").sheetnames
