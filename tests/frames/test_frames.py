"""Issue 12, point 11: consolidated workbooks as pandas tables.

- The same columns and dtypes whatever is in the workbook; values are those of its cells, read by heading.
- Workbooks of 0.1.0: figures in long form from ``Số liệu``, in both layouts and languages.
- Words where a number was asked stay beside it. What can't be trusted is refused with file, sheet and cell.
- pandas is loaded for tables alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from danvan_xl import frames
from danvan_xl.model import layout
from danvan_xl.wording import LANGS, Lang
from danvan_xl.workbooks.consolidated.data_columns import DATA_COLUMNS
from danvan_xl.written.table_columns import ANSWER_COLUMNS
from tests.office.test_previous_figures import expected
from tests.office.test_previous_figures import merged as merged_round
from tests.support.books import data, open_book, table
from tests.support.demo import MERGED, RECEIVED, demo
from tests.support.merged import FIGURES, OLD, edited, figure, line, merged
from tests.support.program import environment
from tests.support.rounds import a_round

NOW = demo() / MERGED


def same(found: pd.DataFrame, rows: list[dict[str, Any]], headings: tuple[str, ...]) -> None:
    """A frame holds what openpyxl reads; words in place of a number or a day stand beside it."""
    assert len(found) == len(rows)
    for heading in headings:
        words = found.get(f"{heading} (chữ)", pd.Series([pd.NA] * len(found)))
        for mine, aside, row in zip(found[heading], words, rows, strict=True):
            theirs = row[heading] or None if row[heading] != 0 else 0
            shown = aside if pd.isna(mine) else mine
            if theirs is None:
                assert pd.isna(shown), heading
            elif isinstance(theirs, datetime):
                assert shown == pd.Timestamp(theirs)
            else:
                assert shown == theirs


@pytest.mark.parametrize("path", [NOW, OLD], ids=["now", "0.1.0"])
def test_answers_are_the_rows_of_the_data_sheet(path: Path) -> None:
    headings = tuple(column.heading for column in DATA_COLUMNS)
    same(frames.answers(path), data(path), headings)


def test_the_columns_are_those_of_the_contract() -> None:
    read = [column.heading for column in ANSWER_COLUMNS if column.of is None]
    assert read == [column.heading for column in DATA_COLUMNS]
    headings = list(frames.figures(NOW).columns)
    assert [heading for heading in headings if heading in FIGURES] == list(FIGURES)


@pytest.mark.parametrize("what", ["answers", "figures", "targets", "findings"])
def test_dtypes_do_not_depend_on_what_is_in_a_workbook(what: Any, tmp_path: Path) -> None:
    empty = merged(tmp_path / "rong.xlsx", [])
    for path in (NOW, OLD):
        own = frames.concat([empty], what).dtypes
        assert frames.concat([path], what).dtypes[own.index].equals(own)
    assert {str(dtype) for dtype in own} <= {"string", "Float64", "Int64", "datetime64[us]"}


@pytest.mark.parametrize("path", [NOW, OLD], ids=["now", "0.1.0"])
def test_findings_are_those_that_the_workbook_lists(path: Path) -> None:
    rows = table(path, layout.FINDINGS, head=4)
    found = frames.findings(path)
    assert list(found["Mã"]) == [row["Mã"] for row in rows]
    assert list(found["Phát hiện"]) == [row["Phát hiện"] for row in rows]
    assert set(found["Kỳ"]) == {"2026-H1"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("villages", [0, 58])
def test_figures_of_a_workbook_without_long_form_come_from_its_summed_sheet(
    villages: int, lang: Lang, tmp_path: Path
) -> None:
    current = a_round(villages=villages)
    said = expected(merged_round(tmp_path / "so.xlsx", current, tmp_path, lang))

    def without_long_form(book: Any) -> None:
        for name in book.sheetnames:
            if name.startswith("Dữ liệu số"):
                del book[name]

    path = edited(tmp_path / "so.xlsx", tmp_path / "cu.xlsx", without_long_form)
    rows = frames.figures(path)
    found: dict[str, dict[str, str]] = {}
    for row in rows.to_dict("records"):
        shown = row["Giá trị (chữ)"] if pd.isna(row["Giá trị"]) else f"{row['Giá trị']:.0f}"
        found.setdefault(row["Mã đơn vị"], {})[row["Mã chỉ tiêu"]] = shown
    assert found == said
    assert set(rows["Kế hoạch"]) == {"gia-loc"}
    assert rows["Đơn vị tính"].notna().all()


def test_the_figures_of_0_1_0_have_their_codes_and_add_up() -> None:
    found = frames.figures(OLD)
    sums = {row["Chỉ tiêu"]: row["Tổng cộng"] for row in table(OLD, "Số liệu", head=4)}
    mine = found.groupby("Chỉ tiêu")["Giá trị"].sum()
    assert {title: mine[title] for title in sums} == sums
    assert found["Mã chỉ tiêu"].notna().all()
    assert found["Mã đơn vị"].notna().all()
    assert set(found["Đơn vị"]) <= set(frames.answers(OLD)["Đơn vị"])


def test_figures_of_a_plan_that_nobody_ships_have_no_invented_code(tmp_path: Path) -> None:
    def other_plan(book: Any) -> None:
        book["_danvan"]["B2"].value = "tan-an"
        for row in book["Dữ liệu"].iter_rows(min_row=2):
            for cell in row:
                cell.value = "tan-an" if cell.value == "gia-loc" else cell.value

    found = frames.figures(edited(OLD, tmp_path / "a.xlsx", other_plan))
    assert found["Mã chỉ tiêu"].isna().all()
    assert set(found["Đơn vị"]) >= {"Văn phòng", "TT PVHCC"}
    assert found["Giá trị"].sum() == frames.figures(OLD)["Giá trị"].sum()


def test_words_zero_and_nothing_are_three_things(tmp_path: Path) -> None:
    lines = [line("A.1", "KT", "Đang thực hiện", percent="khoảng 95"), line("A.1", "VP", "Chưa thực hiện", percent=0)]
    values = [figure("x", "KT", "khoảng 7"), figure("x", "VP", 0), figure("x", "CA", None)]
    path = merged(tmp_path / "a.xlsx", lines, values)
    percent = frames.answers(path)
    assert percent["Tỷ lệ (%)"].isna().tolist() == [True, False]
    assert percent["Tỷ lệ (%) (chữ)"].fillna("-").tolist() == ["khoảng 95", "-"]
    found = frames.figures(path)
    assert found["Giá trị"].isna().tolist() == [True, False, True]
    assert found["Giá trị (chữ)"].fillna("-").tolist() == ["khoảng 7", "-", "-"]


def test_columns_are_found_by_heading_and_further_ones_follow_as_text(tmp_path: Path) -> None:
    def turned(book: Any) -> None:
        sheet = book["Dữ liệu"]
        rows = [list(row)[::-1] for row in sheet.iter_rows(values_only=True)]
        del book["Dữ liệu"]
        sheet = book.create_sheet("Dữ liệu")
        for number, row in enumerate(rows):
            sheet.append(["Số người" if number == 0 else number, *row])

    found = frames.answers(edited(NOW, tmp_path / "a.xlsx", turned))
    usual = frames.answers(NOW)
    assert found.columns[-1] == "Số người"
    assert found["Số người"].tolist()[:2] == ["1", "2"]
    assert found[usual.columns[1:]].equals(usual[usual.columns[1:]])


def test_further_data_sheets_are_read_in_their_order(tmp_path: Path) -> None:
    path = merged(tmp_path / "a.xlsx", [line(f"A.{n}", "KT", "Hoàn thành") for n in range(1, 5)])

    def parted(book: Any) -> None:
        rows = list(book["Dữ liệu"].iter_rows(values_only=True))
        book["Dữ liệu"].delete_rows(4, 9)
        for name, number in (("Dữ liệu (10)", 4), ("Dữ liệu (2)", 3)):
            sheet = book.create_sheet(name, 0)
            sheet.append(rows[0])
            sheet.append(rows[number])

    found = frames.answers(edited(path, tmp_path / "b.xlsx", parted))
    assert found["Mã nhiệm vụ"].tolist() == ["A.1", "A.2", "A.3", "A.4"]


def test_many_workbooks_are_one_table_that_says_which(tmp_path: Path) -> None:
    for folder, unit in (("x", "KT"), ("y", "VP")):
        (tmp_path / folder).mkdir()
        merged(tmp_path / folder / "so.xlsx", [line("A.1", unit, "Hoàn thành")])
    shutil.copy(tmp_path / "x" / "so.xlsx", tmp_path / "chep.xlsx")
    paths = [tmp_path / "x" / "so.xlsx", tmp_path / "y" / "so.xlsx", tmp_path / "chep.xlsx", NOW]
    found = frames.concat(paths, "answers")
    own = found[["Sổ tổng hợp", "Mã dòng"]].values.tolist()
    assert own[:3] == [["x/so.xlsx", "A.1@KT"], ["y/so.xlsx", "A.1@VP"], [MERGED.name, "PL1.I.1@VHXH"]]
    assert len(found) == 2 + len(frames.answers(NOW))


# ---- what is refused -------------------------------------------------------------------------------------------


def told(path: Path, what: Any = "answers") -> str:
    with pytest.raises(frames.WrittenError) as caught:
        frames.concat([path], what)
    assert path.name in str(caught.value)
    assert caught.value.said.say("en") != str(caught.value)
    return str(caught.value)


def test_files_that_are_no_consolidated_workbooks_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04 hong")
    (tmp_path / "chu.xlsx").write_text("a;b\n1;2\n")
    template = next(iter((demo() / RECEIVED).glob("*.xlsx")))
    assert "Không có tệp" in told(tmp_path / "khong.xlsx")
    assert "Không đọc được" in told(tmp_path / "hong.xlsx")
    assert "không phải sổ tổng hợp" in told(tmp_path / "chu.xlsx")
    assert "là biểu mẫu của một đơn vị" in told(template)

    def newer(book: Any) -> None:
        book["_danvan"]["B1"].value = "danvan-xl/merged/2"

    assert "bản mới hơn" in told(edited(NOW, tmp_path / "moi.xlsx", newer))


def cell_of(book: Any, heading: str, row: int = 3) -> Any:
    sheet = book["Dữ liệu"]
    return sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == heading))


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        ("Mã dòng", None, "dòng 3"),
        ("Hạn", "cuối năm", "cần ngày, đang ghi “cuối năm”"),
        ("Dòng", "bảy", "cần số nguyên, đang ghi “bảy”"),
        ("Kỳ", "2025", "2025, 2026-H1"),
        ("Kết quả thực hiện", "=1+", None),
    ],
)
def test_a_cell_that_cannot_be_trusted_is_named(
    heading: str, value: str | None, sentence: str | None, tmp_path: Path
) -> None:
    place: list[str] = []

    def edit(book: Any) -> None:
        cell = cell_of(book, heading)
        cell.value = value
        place.append(cell.coordinate)

    said = told(edited(NOW, tmp_path / "a.xlsx", edit))
    assert sentence is None or sentence in said
    assert place[0] in said or heading in ("Mã dòng", "Kỳ")


def test_two_columns_of_one_heading_are_refused(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        cell_of(book, "Giải trình", 1).value = "Trạng thái"

    assert "hai cột “Trạng thái”" in told(edited(NOW, tmp_path / "a.xlsx", edit))


# ---- what is loaded --------------------------------------------------------------------------------------------


def test_pandas_is_loaded_for_tables_alone(tmp_path: Path) -> None:
    code = (
        "import sys\nimport danvan_xl.frames, danvan_xl.frames.exporting, danvan_xl.comparison.compare\n"
        "import danvan_xl.cli.diff, danvan_xl.cli.export\nprint('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["False"]


def test_the_source_is_not_changed() -> None:
    before = NOW.read_bytes()
    frames.answers(NOW)
    assert NOW.read_bytes() == before
    assert open_book(NOW)
