"""Issue 12, point 10: the sheet ``So sánh`` of the consolidated workbook, through the command line.

- in a workspace it stands beside the report before (of the same kind of period) and the same period of last year; where
  there is none it is left out; ``--compare`` replaces the choice, ``--no-compare`` leaves it out;
- what moved, was silent twice, was reopened, fell, was finished: counted by hand here, and the same as ``diff`` says of
  the two workbooks; figures of windows that are not equally long are not subtracted; sums are live formulas;
- a workbook that can't be read, or is of another plan, is said and costs nothing else; only a named one costs the code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from danvan_xl.cli.common import Chosen
from danvan_xl.cli.compared import Comparing, to_compare
from danvan_xl.comparison import sides
from danvan_xl.comparison.figure_changes import IndicatorChange, Name, Total
from danvan_xl.comparison.sides import Side
from danvan_xl.comparison.target_changes import TargetState
from danvan_xl.merging.consolidation import merge
from danvan_xl.merging.summary import summarise
from danvan_xl.model.statuses import DONE, IN_PROGRESS
from danvan_xl.model.submission import OwnLine, Typed
from danvan_xl.office.earlier_workbooks import EarlierPeriods, earlier_periods
from danvan_xl.office.job import Job
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import Settings
from danvan_xl.workbooks.consolidated import compared_sheet
from danvan_xl.workbooks.consolidated import formers as formers_module
from danvan_xl.workbooks.consolidated.formers import Former, Formers
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.readback import has_more_rows
from tests.support.books import data, open_book
from tests.support.demo import MERGED, demo
from tests.support.libreoffice import convert
from tests.support.merged import OLD, figure, line, merged
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill, sound_values

SHEET = "So sánh"
Lines = Mapping[str, int | float]
"""Line → the percentage of work under way; 100: done."""


def rows_of(path: Path) -> list[list[Any]]:
    """The sheet's rows with their stored results, without empty cells."""
    rows = open_book(path, values=True)[SHEET].iter_rows(values_only=True)
    return [[value for value in row if value is not None] for row in rows]


def below(path: Path, heading: str, *, nth: int = 0) -> list[list[Any]]:
    """The rows of the nth table whose first heading is this one, down to the next empty row or title."""
    rows = rows_of(path)
    at = [number for number, row in enumerate(rows) if row and row[0] == heading and len(row) > 1][nth]
    found = []
    for row in rows[at + 1 :]:
        if len(row) < 2:
            break
        found.append(row)
    return found


def counts(path: Path) -> dict[str, list[int]]:
    return {row[0]: row[1:] for row in below(path, "Số dòng")}


def typed(plan: str, period: str, lines: Lines, figures: Mapping[str, int], own: int | None = None) -> Typed:
    current = a_round(plan, period)
    by_id = {item.id: item for unit in current.by_unit.values() for item in unit.values()}
    values = {}
    for name, percent in lines.items():
        values[name] = dict(sound_values(by_id[name], current, 0 if percent == 100 else 1))
        values[name]["ty_le"] = percent
    status = {
        "trang_thai": DONE if own == 100 else IN_PROGRESS,
        "ty_le": own,
        "ket_qua": "Đã làm",
        "so_van_ban": "12/KH-UBND",
    }
    extra = (OwnLine(current.plan.appendices[0].id, "Việc riêng của phòng", status),) if own is not None else ()
    return Typed(lines=values, own=extra, figures=figures)


def receive(root: Path, plan: str, period: str, **units: Typed) -> None:
    folder = root / "nhan" / period
    folder.mkdir(parents=True, exist_ok=True)
    for unit, said in units.items():
        fill(folder / f"{unit}.xlsx", a_round(plan, period), unit, said)


def merge_period(root: Path, period: str, *more: object, code: int | None = None) -> subprocess.CompletedProcess[str]:
    done = run("merge", "--period", period, *more, cwd=root)
    assert done.returncode == code if code is not None else done.returncode in (0, 1), done.stderr
    return done


def workbook(root: Path, plan: str, period: str) -> Path:
    return root / "tong-hop" / period / f"tong-hop_{plan}_{period}.xlsx"


MAY, JUNE = (workbook(Path(), "phu-thinh", period) for period in ("2026-05", "2026-06"))


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Phú Thịnh in May and June: three units report in May, two of them in June; four never do."""
    root = tmp_path_factory.mktemp("phu-thinh") / "xa"
    assert run("init", root, "--plan", "phu-thinh", "--period", "2026-05", cwd=root.parent).returncode == 0
    plan = "phu-thinh"
    receive(
        root, plan, "2026-05",
        KT=typed(plan, "2026-05", {"PL.4@KT": 100, "PL.6@KT": 60}, {"tuyen_truyen": 10, "luot_nguoi": 200}, own=30),
        QS=typed(plan, "2026-05", {"PL.6@QS": 40, "PL.14@QS": 100}, {"tuyen_truyen": 5}),
        CA=typed(plan, "2026-05", {"PL.6@CA": 100, "PL.14@CA": 100}, {"tuyen_truyen": 4}),
    )  # fmt: skip
    first = merge_period(root, "2026-05")
    assert SHEET not in open_book(root / MAY).sheetnames  # there is nothing before the first report
    assert SHEET not in first.stdout
    receive(
        root, plan, "2026-06",
        KT=typed(plan, "2026-06", {"PL.4@KT": 80, "PL.6@KT": 50}, {"tuyen_truyen": 13, "luot_nguoi": 300}, own=100),
        QS=typed(plan, "2026-06", {"PL.6@QS": 100, "PL.14@QS": 100}, {"tuyen_truyen": 5}),
    )  # fmt: skip
    done = merge_period(root, "2026-06")
    assert f"Trang “{SHEET}”: So với báo cáo trước: tháng 5/2026 (tệp {MAY.name})." in done.stdout
    assert data(root / JUNE)
    return root


def test_the_counts_are_those_of_the_two_months(two_months: Path) -> None:
    """Of 23 lead lines 17 are of units that never report; the own line is the same by its text."""
    assert counts(two_months / JUNE) == {
        "Dòng có ở cả hai sổ": [24],
        "Có thay đổi": [6],  # PL.4, PL.6 and its own line of KT, PL.6 of QS, both lines of CA
        "Trước chưa xong, nay hoàn thành": [2],  # PL.6 of QS, the own line
        "Trước đã hoàn thành, nay chưa": [1],  # PL.4 of KT
        "Giảm tỷ lệ hoặc giá trị": [2],
        "Không được trả lời cả hai lần": [17],
        "Trước có trả lời, nay không": [2],  # CA
        "Chỉ có ở sổ trước": [0],
        "Chỉ có ở sổ này": [0],
    }


def test_units_and_tasks_have_their_counts_before_and_now(two_months: Path) -> None:
    units = {row[0]: row[2:] for row in below(two_months / JUNE, "Mã đơn vị")}
    assert list(units) == ["VHXH", "VP", "KT", "PVHCC", "CA", "QS", "DVTH", "Tổng cộng"]  # the plan's order
    # lines, done, silent: before and now; moved, silent twice, reopened, fell, finished
    assert units["KT"] == [2, 2, 1, 0, 0, 0, 3, 0, 1, 2, 1]
    assert units["QS"] == [2, 2, 1, 2, 0, 0, 1, 0, 0, 0, 1]
    assert units["CA"] == [2, 2, 2, 0, 0, 2, 2, 0, 0, 0, 0]
    assert units["VHXH"] == [11, 11, 0, 0, 11, 11, 0, 11, 0, 0, 0]
    tasks = {row[0]: row[2:] for row in below(two_months / JUNE, "Mã nhiệm vụ")}
    assert list(tasks)[:4] == ["PL.1", "PL.2", "PL.3", "PL.4"]
    assert tasks["PL.14"] == [2, 2, 2, 1, 0, 1, 1, 0, 0, 0, 0]
    assert tasks["PL.4"] == [1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0]


def test_figures_are_summed_and_subtracted(two_months: Path) -> None:
    found = {row[1]: row for row in below(two_months / JUNE, "Đơn vị tính")}
    assert found["Cuộc tuyên truyền, quán triệt"][2:5] == [19, 18, -1]
    assert found["Cuộc tuyên truyền, quán triệt"][5] == pytest.approx(-100 / 19)
    assert found["Cuộc tuyên truyền, quán triệt"][6] == "Trước 3 đơn vị có số, nay 2."
    assert found["Lượt người dự"][2:] == [200, 300, 100, 50]  # 30 and 31 days are as long as each other


def test_the_lines_are_named_with_both_values(two_months: Path) -> None:
    named = below(two_months / JUNE, "Mã nhiệm vụ", nth=1)
    assert [row[0] for row in named[:2]] == ["PL.4", "PL.6"]
    assert named[0][2:] == ["Phòng Kinh tế", "Đã xong, nay chưa; Giảm", f"{DONE} · 100%", f"{IN_PROGRESS} · 80%"]
    assert named[1][2:] == ["Phòng Kinh tế", "Giảm", f"{IN_PROGRESS} · 60%", f"{IN_PROGRESS} · 50%"]
    assert len(named) == 19
    assert {tuple(row[3:]) for row in named[2:]} == {("Không trả lời cả hai lần", "Chưa nộp", "Chưa nộp")}


def test_it_says_what_diff_says_of_the_two_workbooks(two_months: Path) -> None:
    found = json.loads(run("diff", MAY, JUNE, "--json", cwd=two_months).stdout)
    said = counts(two_months / JUNE)
    keys = ("lines", "moved", "reopened", "fell", "silent_twice", "went_silent", "only_before", "only_after")
    words = [name for name in said if "nay hoàn thành" not in name]
    assert {words[place]: [found["totals"][key]] for place, key in enumerate(keys)} == {
        name: said[name] for name in words
    }
    units = {row[0]: row[2:] for row in below(two_months / JUNE, "Mã đơn vị")}
    for item in found["units"]:
        pairs = [*item["lines"], *item["done"], *item["silent"]]
        assert units[item["unit"]][:-1] == [
            *pairs,
            *(item[key] for key in ("moved", "silent_twice", "reopened", "fell")),
        ]


@pytest.mark.libreoffice
def test_its_formulas_give_what_is_stored(two_months: Path, tmp_path: Path) -> None:
    sheet = open_book(two_months / JUNE)[SHEET]
    assert any("SUMIFS" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    again = convert(two_months / JUNE, "xlsx", tmp_path)
    one, two = (
        list(open_book(path, values=True)[SHEET].iter_rows(values_only=True)) for path in (two_months / JUNE, again)
    )
    for before, after in zip(one, two, strict=False):
        for left, right in zip(before, after, strict=False):
            assert left == (pytest.approx(right) if isinstance(right, (int, float)) else right)


def test_the_same_files_give_the_same_bytes_and_json_names_the_workbook(two_months: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for output in outputs:
        found = run_json("merge", "--period", "2026-06", "-o", output, cwd=two_months, code=0)
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    (item,) = found["compared"]
    assert (item["why"], item["period"], Path(item["path"]).name) == ("before", "2026-05", MAY.name)


def test_no_compare_leaves_it_out_and_compare_replaces_the_choice(two_months: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    merge_period(two_months, "2026-06", "--no-compare", "-o", out)
    assert SHEET not in open_book(out).sheetnames
    other = merged(tmp_path / "khac.xlsx", [line("PL.4", "KT", DONE)], period="2025-06", plan="phu-thinh")
    merge_period(two_months, "2026-06", "--compare", other, "-o", out)
    said = [row[0] for row in rows_of(out) if row]
    assert any(words.startswith("So với cùng kỳ năm trước: tháng 6/2025") for words in said)
    assert not any("tháng 5/2026" in str(words) for words in said)
    assert counts(out)["Trước đã hoàn thành, nay chưa"] == [1]
    for options in (["--compare", other, "--no-compare"], ["--compare", other] * 3):
        assert run("merge", "--period", "2026-06", *options, "-o", out, cwd=two_months).returncode == 2


@pytest.fixture
def office(two_months: Path, tmp_path: Path) -> Path:
    root = tmp_path / "xa"
    shutil.copytree(two_months, root)
    return root


def test_a_damaged_workbook_is_said_and_costs_the_sheet_alone(office: Path) -> None:
    (office / MAY).write_bytes((office / MAY).read_bytes()[:5000])
    done = merge_period(office, "2026-06", code=0)
    assert str(office / MAY) in done.stderr
    assert "thiếu phần cuối" in done.stderr
    assert "Không so sánh với sổ này." in done.stderr
    assert SHEET not in open_book(office / JUNE).sheetnames
    assert "thiếu phần cuối" in merge_period(office, "2026-06", "--compare", MAY, code=1).stderr
    assert "khong-co.xlsx" in merge_period(office, "2026-06", "--compare", "khong-co.xlsx", code=1).stderr


def test_a_workbook_that_is_gone_is_said(office: Path) -> None:
    (office / MAY).unlink()
    done = merge_period(office, "2026-06", code=0)
    assert "nhưng nay không còn tệp đó" in done.stderr
    assert SHEET not in open_book(office / JUNE).sheetnames


def test_a_workbook_of_another_plan_in_the_folder_is_said(office: Path) -> None:
    merged(office / MAY, [line("PL.4", "KT", DONE)], period="2026-05", plan="gia-loc")
    done = merge_period(office, "2026-06", code=0)
    assert "là sổ của kế hoạch gia-loc, còn đang tổng hợp kế hoạch phu-thinh" in done.stderr
    assert SHEET not in open_book(office / JUNE).sheetnames


def test_a_quarter_is_not_compared_with_a_month(office: Path) -> None:
    receive(office, "phu-thinh", "2026-Q2", KT=typed("phu-thinh", "2026-Q2", {"PL.4@KT": 100}, {}))
    merge_period(office, "2026-Q2")
    assert SHEET not in open_book(workbook(office, "phu-thinh", "2026-Q2")).sheetnames


def test_a_workbook_that_a_person_changed_is_read_by_its_headings(office: Path) -> None:
    """A column inserted, rows in another order, a unit gone, one that is new, a percentage overwritten with words."""
    book = open_book(office / MAY)
    sheet = book["Dữ liệu"]
    sheet.tables.clear()
    sheet.insert_cols(1)
    sheet.cell(1, 1).value = "Ghi chú của phòng"
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    unit, name, percent = (heads[heading] - 1 for heading in ("Mã đơn vị", "Mã dòng", "Tỷ lệ (%)"))
    kept = [row for row in reversed(rows) if row[unit] != "DVTH"]
    extra = list(next(row for row in kept if row[name] == "PL.6@QS"))
    extra[unit], extra[name], extra[heads["Đơn vị"] - 1] = "XOM_1", "PL.6@XOM_1", "Xóm 1"
    next(row for row in kept if row[name] == "PL.4@KT")[percent] = "gần đủ"
    sheet.delete_rows(2, sheet.max_row)
    for row in (*kept, extra):
        sheet.append(row)
    book.save(office / MAY)
    merge_period(office, "2026-06", code=0)
    found = counts(office / JUNE)
    assert (found["Chỉ có ở sổ trước"], found["Chỉ có ở sổ này"]) == ([1], [2])
    assert found["Giảm tỷ lệ hoặc giá trị"] == [1]  # nobody knows whether 80 is less than "gần đủ"
    units = {row[0]: row[2:4] for row in below(office / JUNE, "Mã đơn vị")}
    assert (units["DVTH"], units["XOM_1"]) == ([0, 2], [1, 0])
    named = below(office / JUNE, "Mã nhiệm vụ", nth=1)
    assert named[0][2:] == ["Phòng Kinh tế", "Đã xong, nay chưa", f"{DONE} · gần đủ", f"{IN_PROGRESS} · 80%"]


HALF = date(2025, 1, 1), date(2025, 6, 30)


def test_the_half_year_stands_beside_the_report_before_and_last_year(tmp_path: Path) -> None:
    root = tmp_path / "xa"
    shutil.copytree(demo(), root)
    now = {row["Mã dòng"]: row for row in data(root / MERGED)}
    done = [name for name, row in now.items() if row["Trạng thái"] == DONE and row["Trả lời"] == "Đã trả lời"]
    silent = [name for name, row in now.items() if row["Trả lời"] == "Chưa nộp"]
    first, second = done[0].split("@"), silent[0].split("@")
    days = dict(zip(("Từ ngày", "Đến ngày"), HALF, strict=True))
    figures = [figure("tuyen_truyen", "KT", 4, **{"Đơn vị tính": "cuộc", **days})]
    short = [figure("tuyen_truyen", "KT", 4, **{"Từ ngày": date(2025, 12, 1), "Đến ngày": date(2025, 12, 31)})]
    for period, lines, sums in (
        ("2025-H1", [line(first[0], first[1], IN_PROGRESS), line(second[0], second[1])], figures),
        ("2025-H2", [line(second[0], second[1], DONE)], short),
    ):
        path = workbook(root, "gia-loc", period)
        path.parent.mkdir()
        merged(path, lines, sums, period=period)
    merge_period(root, "2026-H1")
    said = [str(row[0]) for row in rows_of(root / MERGED) if row]
    assert any(words.startswith("So với báo cáo trước: 6 tháng cuối năm 2025") for words in said)
    assert any(words.startswith("So với cùng kỳ năm trước: 6 tháng đầu năm 2025") for words in said)
    found = counts(root / MERGED)
    assert found["Dòng có ở cả hai sổ"] == [1, 2]
    assert found["Trước chưa xong, nay hoàn thành"] == [0, 1]
    assert found["Không được trả lời cả hai lần"] == [0, 1]
    assert found["Trước có trả lời, nay không"] == [1, 0]
    before, last_year = (
        {row[1]: row for row in below(root / MERGED, "Đơn vị tính", nth=nth)}["Cuộc tuyên truyền, quán triệt"]
        for nth in (0, 1)
    )
    assert "Không so được: trước 31 ngày, nay 182 ngày." in before[-1]
    assert not [value for value in before[4:] if isinstance(value, (int, float))]
    assert last_year[4] == last_year[3] - 4
    assert open_book(root / MERGED).sheetnames.index(SHEET) + 1 == open_book(root / MERGED).sheetnames.index("Quá hạn")


def test_a_workbook_of_the_first_version_is_compared(tmp_path: Path) -> None:
    source = fill(tmp_path / "KT.xlsx", a_round("gia-loc", "2026"), "KT")
    out = tmp_path / "out.xlsx"
    place = ("--plan", "gia-loc", "--period", "2026", "-o", out)
    done = run("merge", source, *place, "--compare", OLD, cwd=tmp_path)
    assert "So với sổ được nêu: 6 tháng đầu năm 2026" in done.stdout, done.stderr
    found = json.loads(run("diff", OLD, out, "--json", cwd=tmp_path).stdout)
    said = counts(out)
    assert said["Dòng có ở cả hai sổ"] == [found["totals"]["lines"]]
    assert said["Có thay đổi"] == [found["totals"]["moved"]]
    notes = [row[-1] for row in below(out, "Đơn vị tính")]
    assert (
        sum("Không so được: trước 181 ngày" in str(words) for words in notes) >= 9
    )  # at least what was asked both times


# ---- which workbooks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "known", "expected"),
    [
        ("2026-06", ["2026-04", "2026-05", "2026-Q1", "2025-06"], ("2026-05", "2025-06")),
        ("2026-06", ["2026-03", "2026-07", "2026-H1"], ("2026-03", None)),
        ("2026-06", ["2026-Q1", "2026"], (None, None)),
        ("2026-06", ["2025-06", "2025-05"], (None, "2025-06")),  # one workbook is compared with once
        ("2026-Q2", ["2026-Q1", "2026-03", "2025-Q2"], ("2026-Q1", "2025-Q2")),
        ("2026-H1", ["2025-H2", "2025-H1", "2025"], ("2025-H2", "2025-H1")),
        ("2026", ["2025", "2024", "2026-H1"], (None, "2025")),
        ("2026-01", ["2025-12", "khac", "bao-cao-dot-xuat"], ("2025-12", None)),
        ("bao-cao-dot-xuat", ["2026-05"], (None, None)),
    ],
)
def test_the_report_before_is_of_the_same_kind(
    period: str, known: list[str], expected: tuple[str | None, str | None]
) -> None:
    assert earlier_periods(period, known) == EarlierPeriods(*expected)
    assert earlier_periods(period, [*reversed(known), period]) == EarlierPeriods(*expected)


# ---- pieces --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "kind", "equal"),
    [
        ((28, 31), {}, True),
        ((181, 184), {}, True),
        ((31, 92), {}, False),
        ((31, 92), {"is_stock": True}, True),
        ((None, 92), {}, True),
    ],
)
def test_what_arose_is_held_against_a_window_of_the_same_length_alone(
    days: tuple[int | None, int | None], kind: dict[str, bool], equal: bool
) -> None:
    total = Total(1.0, 1, 0)
    assert IndicatorChange(Name("x", "x", "cuộc"), False, total, total, days=days, **kind).has_equal_windows is equal


def formers(**more: Any) -> Formers:
    side = Side("truoc.xlsx", "1", "gia-loc", "2025-H1", "UBND xã khác", date(2025, 6, 30), {}, (), **more)
    return Formers((Former("last_year", "truoc.xlsx", "2025-H1", date(2025, 6, 30), side),))


def test_targets_are_compared_where_both_are_known(tmp_path: Path) -> None:
    result = merge(a_round(), [])
    before = formers(targets={"A.1:1": TargetState("A.1:1", "Tỷ lệ hài lòng", 90.0, "Chưa đạt")})
    now = {"A.1:1": TargetState("A.1:1", "Tỷ lệ hài lòng", 96.0, "Đạt"), "A.2:1": TargetState("A.2:1", "Mô hình", 1.0)}
    write_consolidated(tmp_path / "a.xlsx", result, "vi", None, Formers(before.books, now))
    assert below(tmp_path / "a.xlsx", "Mã") == [
        ["A.1:1", "Tỷ lệ hài lòng", 90, "Chưa đạt", 96, "Đạt"],
        ["A.2:1", "Mô hình", 1],
    ]
    assert any("hai cơ quan ban hành" in str(row[0]) for row in rows_of(tmp_path / "a.xlsx") if row)


def test_targets_of_an_earlier_workbook_are_read_by_their_headings(tmp_path: Path) -> None:
    """Their parts stand in ``Dữ liệu số`` too, and are no indicators; one that stands there twice is nobody's."""
    path = merged(tmp_path / "a.xlsx", [line("PL1.I.1", "KT")], [figure("PL1.I.1:1", "KT", 3), figure("x", "KT", 3)])
    book = open_book(path)
    sheet = book.create_sheet("Chỉ tiêu")
    for row in (
        ["CHỈ TIÊU CỦA KẾ HOẠCH"],
        [],
        ["STT", "Chỉ tiêu", "Kết quả", "Đánh giá", "Mã chỉ tiêu"],
        [1, "Tỷ lệ hồ sơ đúng hạn", 97.5, "Đạt", "PL1.I.1:1"],
        [2, "Xếp hạng", "loại Tốt", None, "PL1.I.2:1"],
        [3, "Hai lần", 1, "Đạt", "PL1.I.3:1"],
        [4, "Hai lần", 2, "Đạt", "PL1.I.3:1"],
    ):
        sheet.append(row)
    book.save(path)
    side = sides.open_side(path)
    assert list(side.targets.values()) == [
        TargetState("PL1.I.1:1", "Tỷ lệ hồ sơ đúng hạn", 97.5, "Đạt"),
        TargetState("PL1.I.2:1", "Xếp hạng", "loại Tốt", ""),
    ]
    one = Formers((Former("before", side.path, side.period, side.as_of, side),))
    write_consolidated(tmp_path / "b.xlsx", merge(a_round(), []), "vi", None, one)
    assert [row[1] for row in below(tmp_path / "b.xlsx", "Đơn vị tính")][:1] == ["Chỉ tiêu x"]


def test_too_large_a_workbook_is_left_to_diff(tmp_path: Path) -> None:
    large = Formers((Former("before", "lon.xlsx", "2025-H2"),))
    assert not write_consolidated(tmp_path / "a.xlsx", merge(a_round(), []), "vi", None, large)
    said = [str(row[0]) for row in rows_of(tmp_path / "a.xlsx") if row]
    assert any("danvan-xl diff, với tệp lon.xlsx" in words for words in said)


def test_rows_are_counted_without_reading_cells(two_months: Path, tmp_path: Path) -> None:
    """24 lines of the plan and of the unit; what is no workbook has none that can be counted."""
    rows = len(data(two_months / JUNE))
    assert [has_more_rows(two_months / JUNE, most) for most in (rows - 1, rows, rows + 1)] == [True, False, False]
    (tmp_path / "a.xlsx").write_bytes(b"PK nothing")
    assert not has_more_rows(tmp_path / "a.xlsx", 0)
    assert not has_more_rows(tmp_path / "none.xlsx", 0)


def test_a_workbook_with_too_many_rows_is_named_and_not_read(
    two_months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formers_module, "MOST_COMPARED_ROWS", 3)
    result = merge(a_round("phu-thinh", "2026-06"), [])
    chosen = Chosen(Job(Settings("phu-thinh", "2026-06")), None)
    named = Comparing(compare=(two_months / MAY,))
    found = to_compare(chosen, named, result, summarise(result), "vi", Troubles())
    (former,) = found.formers.books
    assert (former.side, former.period, former.as_of) == (None, "2026-05", date(2026, 5, 13))
    assert "danvan-xl diff" in found.say("vi")[0]
    assert not found.failed


def test_a_fault_of_the_program_at_reading_costs_the_comparison_alone(
    two_months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sides, "open_side", fail)
    result, troubles = merge(a_round("phu-thinh", "2026-06"), []), Troubles(tmp_path)
    chosen = Chosen(Job(Settings("phu-thinh", "2026-06")), None)
    found = to_compare(chosen, Comparing((two_months / MAY,)), result, summarise(result), "vi", troubles)
    assert found.formers.books == ()
    assert f"Chưa lập được trang “{SHEET}”" in next(iter(troubles.say("vi")))


def test_a_fault_in_it_costs_the_sheet_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(compared_sheet.Compared, "finish", fail)
    result = merge(a_round(), [])
    left_out = write_consolidated(tmp_path / "a.xlsx", result, "vi", None, formers())
    assert [names for names, _ in left_out] == [(SHEET,)]
    assert len(data(tmp_path / "a.xlsx")) == summarise(result).all_rows


def test_in_english_it_has_no_vietnamese_headings(two_months: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = run("--lang", "en", "merge", "--period", "2026-06", "-o", out, cwd=two_months)
    assert "Compared with the report before" in done.stdout
    heads = next(row for row in rows_of(out) if row and row[0] == "Lines")
    assert heads[1].startswith("Compared with the report before")
