"""Issue 12, point 10: ``danvan-xl diff A B``, on screen, as JSON, as a workbook.

- What moved (answer, status, percentage, value), what was silent in both, what was reopened, what fell; lines of one
  workbook alone are named; by task, unit and indicator.
- A workbook against itself says nothing; the other way round every pair is turned.
- A share is never an average. Two plans are refused. Workbooks of 0.1.0 are read.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_xl.comparison.compare import Comparison, compare
from danvan_xl.comparison.comparison_json import comparison_document
from danvan_xl.model.statuses import DONE, IN_PROGRESS, NIL, NOT_STARTED
from danvan_xl.wording import LANGS
from danvan_xl.written.consolidated_file import open_consolidated
from tests.support.books import open_book
from tests.support.demo import MERGED, demo
from tests.support.merged import OLD, figure, line, merged
from tests.support.program import run

NOW = demo() / MERGED


def diff(*arguments: object, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = run("diff", *arguments, cwd=cwd)
    assert done.returncode == code, done.stderr
    return done


def document(before: Path, after: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(diff(before, after, "--json", cwd=before.parent).stdout)
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [item["line"] for item in found]


BEFORE = [
    line("A.1", "KT", DONE, percent=100),
    line("A.2", "KT", IN_PROGRESS, percent=60, value=5),
    line("A.3", "KT"),
    line("A.4", "KT", DONE, percent=100),
    line("A.5", "KT", DONE, answer="Bị trả lại"),
    line("A.6", "KT", NIL, answer="Không phát sinh"),
    line("A.7", "KT", IN_PROGRESS, percent="khoảng 90"),
    line("A.8", "KT", DONE),
    line("+1", "KT", IN_PROGRESS, role="Ngoài kế hoạch", text="Việc  riêng", answer="Dòng thêm"),
    line("A.1", "VP", IN_PROGRESS, role="Phối hợp"),
]
AFTER = [
    line("A.1", "KT", IN_PROGRESS, percent=80),
    line("A.2", "KT", IN_PROGRESS, percent=70, value=4),
    line("A.3", "KT", answer="Để trống"),
    line("A.4", "KT", answer="Để trống"),
    line("A.5", "KT", IN_PROGRESS),
    line("A.6", "KT", NOT_STARTED),
    line("A.7", "KT", IN_PROGRESS, percent=10),
    line("A.9", "KT", DONE),
    line("+1", "KT", NOT_STARTED, role="Ngoài kế hoạch", text="Việc khác", answer="Dòng thêm"),
    line("+2", "KT", DONE, role="Ngoài kế hoạch", text="việc riêng", answer="Dòng thêm"),
]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    old = [figure("x", "KT", 7), figure("x", "VP", 3), figure("y", "KT", "khoảng 7")]
    old += [figure("z", "KT", 50, Loại="tỷ lệ", **{"Tử số": 1, "Mẫu số": 2})]
    new = [figure("x", "KT", 5), figure("x", "CA", 10), figure("y", "KT", 7)]
    new += [figure("z", "KT", 100, Loại="tỷ lệ", **{"Tử số": 1, "Mẫu số": 1})]
    new += [figure("z", "VP", 0, Loại="tỷ lệ", **{"Tử số": 0, "Mẫu số": 9})]
    first = merged(tmp_path / "truoc.xlsx", BEFORE, old, period="2026-Q1")
    return first, merged(tmp_path / "sau.xlsx", AFTER, new, period="2026-Q2")


def test_each_list_names_its_lines(pair: tuple[Path, Path]) -> None:
    found = document(*pair)
    assert found["format"] == "danvan-xl/diff/1"
    assert (found["before"]["period"], found["after"]["period"]) == ("2026-Q1", "2026-Q2")
    assert ids(found["moved"]) == [*(f"A.{n}@KT" for n in (1, 2, 3, 4, 5, 6, 7)), "+2@KT"]
    assert ids(found["silent_twice"]) == ["A.3@KT"]
    assert ids(found["went_silent"]) == ["A.4@KT"]
    assert ids(found["reopened"]) == ["A.1@KT"]  # A.5 had an error: it was not done
    assert {item["line"]: item["changes"] for item in found["fell"]} == {
        "A.1@KT": {"percent": [100, 80]},
        "A.2@KT": {"value": [5, 4]},
    }  # "khoảng 90" is no number: nobody knows whether 10 is less
    assert ids(found["only_before"]) == ["A.8@KT", "A.1@VP"]
    assert ids(found["only_after"]) == ["A.9@KT", "+1@KT"]
    assert found["totals"]["moved"] == 8
    changes = {item["line"]: item["changes"] for item in found["moved"]}
    assert changes["+2@KT"] == {"status": [IN_PROGRESS, DONE]}
    assert changes["A.3@KT"] == {"answer": ["Chưa nộp", "Để trống"]}
    assert changes["A.7@KT"] == {"percent": ["khoảng 90", 10]}


def test_tasks_units_and_indicators_are_added_up(pair: tuple[Path, Path]) -> None:
    found = document(*pair)
    unit = next(item for item in found["units"] if item["unit"] == "KT")
    assert (unit["lines"], unit["done"], unit["silent"]) == ([8, 8], [3, 1], [1, 2])
    assert (unit["moved"], unit["silent_twice"], unit["reopened"], unit["fell"]) == (8, 1, 1, 2)
    task = next(item for item in found["tasks"] if item["task"] == "A.1")
    assert (task["lines"], task["done"], task["reopened"]) == ([1, 1], [1, 0], 1)
    assert "" not in [item["task"] for item in found["tasks"]]
    sums = {item["indicator"]: item for item in found["indicators"]}
    assert (sums["x"]["before"]["sum"], sums["x"]["after"]["sum"], sums["x"]["difference"]) == (10, 15, 5)
    assert (sums["y"]["before"], sums["y"]["difference"]) == ({"sum": None, "units": 0, "words": 1}, None)
    assert (sums["z"]["before"]["sum"], sums["z"]["after"]["sum"]) == (50, 10)  # 1 of 10, not the average of 100 and 0
    moved = {
        (item["indicator"], item["unit"]): (item["before"], item["after"], item["fell"]) for item in found["figures"]
    }
    assert moved["x", "KT"] == (7, 5, True)
    assert moved["x", "VP"] == (3, None, False)
    assert moved["y", "KT"] == ("khoảng 7", 7, False)


def test_a_figure_that_two_reports_show_is_counted_once(tmp_path: Path) -> None:
    own = {"Tệp nguồn": "kt.xlsx", "Trang tính": "Số liệu", "Ô": "D5"}
    twice = [figure("x", "KT", 7, **{"Báo cáo": report}, **own) for report in ("dân vận", "dân chủ")]
    path = merged(tmp_path / "a.xlsx", [], twice)
    assert document(path, path)["indicators"][0]["after"]["sum"] == 7


def test_the_screen_tells_what_matters_in_both_languages(pair: tuple[Path, Path]) -> None:
    before, after = pair
    vi = diff(*pair, cwd=before.parent).stdout
    assert "Trước: quý I/2026" in vi
    assert "8 thay đổi" in vi
    assert "Trạng thái: Hoàn thành → Đang thực hiện; Tỷ lệ (%): 100 → 80" in vi
    assert "1 chủ trì, 1 phối hợp, 0 ngoài kế hoạch" in vi
    assert "Việc A.9" in vi
    done = run("--lang", "en", "diff", before, after, cwd=before.parent)
    assert "8 moved" in done.stdout


@pytest.mark.parametrize("path", [NOW, OLD], ids=["now", "0.1.0"])
def test_a_workbook_against_itself_says_nothing(path: Path, tmp_path: Path) -> None:
    found = document(path, path)
    assert {name for name, count in found["totals"].items() if count} == {"lines"}
    assert found["same_file"]
    assert {item["difference"] for item in found["indicators"] if item["indicator"] != "tthc_hai_long"} == {0}
    assert all(item["difference"] is None for item in found["indicators"] if item["indicator"] == "tthc_hai_long")
    assert "không có gì thay đổi" in diff(path, path, cwd=tmp_path).stdout


def test_a_workbook_of_0_1_0_is_compared_with_one_of_now() -> None:
    """Both are of the same files of the demo. Petitions are asked of the office alone now; most figures are new."""
    found = document(OLD, NOW)
    totals = found["totals"]
    assert (totals["moved"], totals["only_before"], totals["only_after"]) == (0, 0, 0)
    assert totals["silent_twice"] == 13
    both = {item["indicator"]: item["difference"] for item in found["indicators"] if item["before"]}
    assert both == {
        "van_ban": 0, "tuyen_truyen": 0, "luot_nguoi": 0, "mo_hinh_dang_ky": 0, "mo_hinh_cong_nhan": 0, "doi_thoai": 0,
        "tiep_cong_dan": 0, "don_nhan": -34, "don_giai_quyet": -32,
    }  # fmt: skip
    assert all(item["difference"] is None for item in found["indicators"] if not item["before"])


# ---- the workbook ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_holds_every_list(lang: str, pair: tuple[Path, Path]) -> None:
    folder = pair[0].parent
    done = run("--lang", lang, "diff", *pair, "-o", "moi/ra.xlsx", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = document(*pair)
    book = open_book(folder / "moi" / "ra.xlsx")
    lists = ("units", "tasks", "indicators", "moved", "silent_twice", "reopened", "fell", "went_silent", "figures",
             "only_before", "only_after")  # fmt: skip
    assert len(book.worksheets) == len(lists)
    for sheet, name in zip(book.worksheets, lists, strict=True):
        filled = [row for row in sheet.iter_rows(min_row=5, values_only=True) if any(v is not None for v in row)]
        assert len(filled) == len(found[name]), name
        assert sheet.page_setup.paperSize == 9
        scale = sheet.page_setup.scale
        assert scale is None or scale >= 83  # letters of 11 points: 9 on paper
        assert sheet.freeze_panes
    moved = book.worksheets[3]
    assert [cell.value for cell in moved[5]][1:] == [
        "A.1", "Việc A.1", "Đã trả lời", "Đã trả lời", DONE, IN_PROGRESS, 100, 80, None, None,
    ]  # fmt: skip


def test_the_workbook_is_the_same_bytes_and_keeps_what_others_wrote(pair: tuple[Path, Path]) -> None:
    folder = pair[0].parent
    for name in ("a.xlsx", "b.xlsx"):
        diff(*pair, "-o", name, cwd=folder)
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()
    (folder / "a.xlsx").write_bytes(b"cua toi")
    assert "truoc" in diff(*pair, "-o", "a.xlsx", cwd=folder).stdout
    assert [path.read_bytes() for path in folder.glob("a (truoc *).xlsx")] == [b"cua toi"]


# ---- what is refused -------------------------------------------------------------------------------------------


def test_two_plans_are_not_compared(tmp_path: Path) -> None:
    first = merged(tmp_path / "a.xlsx", BEFORE)
    other = merged(tmp_path / "b.xlsx", BEFORE, plan="nq55")
    said = diff(first, other, cwd=tmp_path, code=2).stderr
    assert "gia-loc" in said
    assert "nq55" in said
    assert not diff(first, other, "--json", cwd=tmp_path, code=2).stdout


def test_a_line_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = merged(tmp_path / "a.xlsx", [*BEFORE, BEFORE[0]])
    assert "A.1@KT" in diff(path, path, cwd=tmp_path, code=2).stderr


def test_a_source_is_never_written_to(pair: tuple[Path, Path]) -> None:
    content = pair[1].read_bytes()
    assert "sau.xlsx" in diff(*pair, "-o", pair[1], cwd=pair[0].parent, code=2).stderr
    assert pair[1].read_bytes() == content


def test_what_is_no_consolidated_workbook_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK hong")
    assert "a.xlsx" in diff("a.xlsx", NOW, cwd=tmp_path, code=2).stderr
    assert "b.xlsx" in diff(NOW, "b.xlsx", cwd=tmp_path, code=2).stderr


# ---- properties ------------------------------------------------------------------------------------------------

STATUSES = st.sampled_from([DONE, IN_PROGRESS, NOT_STARTED, NIL, None])
NUMBERS = st.one_of(st.none(), st.integers(0, 100), st.just("khoảng 5"))


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    keys = draw(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["KT", "VP"])), unique=True, max_size=5))
    lines = [line(f"{task}.1", unit, draw(STATUSES), percent=draw(NUMBERS), value=draw(NUMBERS)) for task, unit in keys]
    asked = draw(st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from(["KT", "VP"])), unique=True, max_size=4))
    return lines, [figure(code, unit, draw(NUMBERS)) for code, unit in asked]


def compared(before: Path, after: Path) -> Comparison:
    return compare(open_consolidated(before), open_consolidated(after))


@settings(max_examples=25, deadline=None)
@given(workbooks(), workbooks())
def test_the_other_way_round_every_pair_is_turned(one: Any, two: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        a, b = merged(Path(name, "a.xlsx"), *one), merged(Path(name, "b.xlsx"), *two, period="2026")
        there, back = compared(a, b), compared(b, a)
        itself = comparison_document(compared(a, a))
    assert itself["moved"] == itself["fell"] == itself["reopened"] == itself["figures"] == itself["only_after"] == []
    moved = {item.after.line: item.changes for item in there.moved}
    turned = {item.after.line: {what: pair[::-1] for what, pair in item.changes.items()} for item in back.moved}
    assert moved == turned
    assert [i.after.line for i in there.lines.both] or not {r["Mã dòng"] for r in one[0]} & {
        r["Mã dòng"] for r in two[0]
    }
    assert {item.line for item in there.lines.only_before} == {item.line for item in back.lines.only_after}
    assert {item.after.line for item in there.silent_twice} == {item.after.line for item in back.silent_twice}
    assert not {item.after.line for item in there.reopened} & {item.after.line for item in back.reopened}
    sums = {item.indicator.code: item.difference for item in there.figures.indicators}
    assert sums == {
        item.indicator.code: None if item.difference is None else -item.difference for item in back.figures.indicators
    }
    for item in there.figures.indicators:
        numbers = [r["Giá trị"] for r in one[1] if r["Mã chỉ tiêu"] == item.indicator.code]
        numbers = [value for value in numbers if isinstance(value, int)]
        assert (item.before.sum if item.before else None) == (sum(numbers) if numbers else None)
