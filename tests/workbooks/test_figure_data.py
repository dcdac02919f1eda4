"""Issue 12, point 9: every figure has provenance. ``Dữ liệu số`` is read as another program would read it.

- one row for each indicator of each unit whose file counts, headings exactly as agreed, nothing for the other units;
- missing, empty, "không phát sinh" and 0 are four different answers;
- the address in a row leads to the cell of the unit's file that holds the figure, wherever the unit's columns are;
- a figure with an error is what was typed, as text, and is not summed; a rate is never summed;
- every sum is a formula over the sheet; with too many rows a stored value.
"""

from __future__ import annotations

import hashlib
import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.filing import Store, file_away, pack
from danvan_xl.merging.summary import summarise
from danvan_xl.model import IndicatorKind, layout
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.submission import Typed
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.consolidated import consolidated_book, figure_data_sheet
from danvan_xl.workbooks.consolidated.figure_columns import covered
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.readback import read_back
from tests.support.books import cell, formulas, open_book, table
from tests.support.libreoffice import convert
from tests.support.program import run
from tests.support.rounds import a_round, fill, read, sound_answers

NAME, HEADING = "Dữ liệu số", "Số liệu trong kỳ"
HEADINGS = (
    "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Loại", "Mã đơn vị", "Đơn vị", "Giá trị", "Tử số", "Mẫu số", "Kỳ",
    "Từ ngày", "Đến ngày", "Báo cáo", "Tệp nguồn", "Trang tính", "Ô", "SHA-256", "Kế hoạch", "Cơ quan ban hành",
)  # fmt: skip
MORE = ("Trả lời", "Ghi chú của đơn vị", "Văn bản, nguồn", "Ngày", "Đã báo cáo trước", "Đã báo cáo đến")
MORNING, NOON = (datetime(2026, 6, 10, hour, tzinfo=VIETNAM_TIME) for hour in (8, 12))


def figures(current: Any, **changes: Any) -> Typed:
    typed = sound_answers(current, "VHXH")
    return replace(typed, figures={**typed.figures, **changes})


def rows_of(path: Path, name: str = NAME) -> dict[tuple[str, str], dict[str, Any]]:
    """(unit, indicator) → its row, each once; those of targets have a test of their own."""
    rows = [row for row in table(path, name) if ":" not in row["Mã chỉ tiêu"]]
    found = {(row["Mã đơn vị"], row["Mã chỉ tiêu"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def sources(folder: Path, row: dict[str, Any]) -> list[Any]:
    """The values in the cells that a row names, each from the file whose bytes it names."""
    found = []
    for name, sheet, address, sha in zip(
        *(str(row[heading]).split(" / ") for heading in ("Tệp nguồn", "Trang tính", "Ô", "SHA-256")), strict=True
    ):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha
        found.append(open_book(folder / name, values=True)[sheet][address].value)
    return found


def written(path: Path, result: Consolidation) -> Path:
    summary = summarise(result)
    write_consolidated(path, result, "vi", summary)
    read_back(path, summary.all_rows, summary.seal)
    return path


def titles() -> dict[str, str]:
    return {item.id: item.title for item in a_round().forms["so-lieu"].indicators}


def totals(path: Path) -> dict[str, Any]:
    """Indicator → its total, in either layout of ``Số liệu``."""
    rows = table(path, "Số liệu", 4)
    if "Tổng cộng" in rows[0]:
        by_title = {row["Chỉ tiêu"]: row["Tổng cộng"] for row in rows}
        return {name: by_title[words] for name, words in titles().items()}
    units = {item.id: item.unit for item in a_round().forms["so-lieu"].indicators}
    return {name: rows[-1][f"{words} ({units[name]})"] for name, words in titles().items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """VHXH: a figure at fault, an empty one, 0, a note · KT: nil · CA: columns moved, "1.234" · QS: a row deleted.

    From the others nothing came.
    """
    folder, current = tmp_path_factory.mktemp("nhan"), a_round()
    typed = figures(current, van_ban="khoảng 20", tuyen_truyen=None, luot_nguoi=0)
    typed = replace(typed, figure_notes={"doi_thoai": "ước đến 15/6"})
    fill(folder / "VHXH.xlsx", current, "VHXH", typed)
    fill(folder / "KT.xlsx", current, "KT", Typed(nil=True, nil_reason="Chưa có hoạt động trong kỳ"))
    fill(folder / "CA.xlsx", current, "CA")
    book = open_book(folder / "CA.xlsx")
    cell(book["Số liệu"], "luot_nguoi", HEADING).value = "1.234"
    book["Số liệu"].insert_cols(3)
    book["Số liệu"].insert_rows(1, 2)
    book.save(folder / "CA.xlsx")
    fill(folder / "QS.xlsx", current, "QS")
    book = open_book(folder / "QS.xlsx")
    book["Số liệu"].delete_rows(cell(book["Số liệu"], "van_ban", HEADING).row)
    book.save(folder / "QS.xlsx")
    return folder


def consolidation(folder: Path) -> Consolidation:
    return merge(a_round(), [read(path, a_round()).received_at(NOON) for path in sorted(folder.glob("*.xlsx"))])


@pytest.fixture(scope="module")
def book(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("tong-hop") / "a.xlsx", consolidation(folder))


def test_the_sheet_stands_behind_the_data_with_the_agreed_headings(book: Path) -> None:
    names = open_book(book).sheetnames
    assert names[-3:] == [layout.DATA, NAME, layout.IDENTITY_SHEET]
    sheet = open_book(book)[NAME]
    assert tuple(item.value for item in sheet[1]) == (*HEADINGS, *MORE)
    (only,) = sheet.tables.values()
    assert only.ref == sheet.dimensions


def test_each_unit_whose_file_counts_has_a_row_for_each_indicator(book: Path) -> None:
    assert list(rows_of(book)) == [
        (unit.id, name)
        for unit in a_round().plan.reporting_units if unit.id in ("VHXH", "KT", "CA", "QS")
        for name in (item.id for item in a_round().figures_of(unit.id))
    ]  # fmt: skip


def test_missing_empty_nil_and_0_are_four_answers(book: Path) -> None:
    rows = rows_of(book)

    def said(unit: str, name: str) -> tuple[Any, str]:
        return rows[unit, name]["Giá trị"], rows[unit, name]["Trả lời"]

    assert ("VP", "van_ban") not in rows
    assert said("VHXH", "tuyen_truyen") == (None, "Để trống")
    assert said("KT", "tuyen_truyen") == (None, "Không phát sinh")
    assert said("VHXH", "luot_nguoi") == (0, "Đã trả lời")
    assert said("VHXH", "van_ban") == ("khoảng 20", "Bị trả lại")
    assert said("CA", "luot_nguoi") == (1234, "Đã trả lời")
    assert said("QS", "van_ban") == (None, "Để trống")


def test_the_address_leads_to_the_cell_that_holds_the_figure(folder: Path, book: Path) -> None:
    for (unit, name), row in rows_of(book).items():
        if (unit, name) == ("QS", "van_ban"):
            assert (row["Tệp nguồn"], row["Trang tính"], row["Ô"]) == ("QS.xlsx", None, None), "its row was deleted"
            continue
        (found,) = sources(folder, row)
        assert found == ("1.234" if (unit, name) == ("CA", "luot_nguoi") else row["Giá trị"]), (unit, name)
    assert rows_of(book)["CA", "van_ban"]["Ô"] != rows_of(book)["VHXH", "van_ban"]["Ô"]


def test_what_a_row_says_of_its_figure(book: Path) -> None:
    row, plan = rows_of(book)["VHXH", "doi_thoai"], a_round().plan
    assert [row[heading] for heading in HEADINGS[:13]] == [
        "doi_thoai", "Cuộc đối thoại với Nhân dân", "cuộc", "phát sinh", "VHXH", plan.unit("VHXH").name, 7, None, None,
        "2026-H1", *(datetime(day.year, day.month, day.day) for day in covered(a_round().period)),  # noqa: DTZ001
        "Báo cáo công tác dân vận 6 tháng đầu năm 2026",
    ]  # fmt: skip
    assert (row["Kế hoạch"], row["Cơ quan ban hành"]) == (plan.id, plan.issuing_body)
    assert row["Ghi chú của đơn vị"] == "ước đến 15/6"
    assert (row["Đã báo cáo trước"], row["Đã báo cáo đến"]) == (None, None), "no shorter report came before"


def test_the_days_are_those_of_the_window_else_those_of_the_calendar() -> None:
    period = replace(a_round().period, window_from=None, window_to=None, window_open=False, due=date(2026, 6, 20))
    assert covered(period) == (date(2026, 1, 1), date(2026, 6, 30))
    window = replace(period, window_from=date(2025, 12, 14), window_to=date(2026, 6, 13))
    assert covered(window) == (date(2025, 12, 14), date(2026, 6, 13))
    assert covered(replace(period, window_open=True)) == (date(2026, 1, 1), date(2026, 6, 20))
    assert covered(replace(period, window_open=True, due=None)) == (date(2026, 1, 1), date(2026, 6, 30))


def test_the_same_rows_come_from_files_in_the_store(folder: Path, book: Path, tmp_path: Path) -> None:
    store = Store()
    filed = [file_away(pack(read(path, a_round())), store).received_at(NOON) for path in sorted(folder.glob("*.xlsx"))]
    assert all(not item.head.figure_cells for item in filed)
    assert written(tmp_path / "b.xlsx", merge(a_round(), filed)).read_bytes() == book.read_bytes()


# ---- sums --------------------------------------------------------------------------------------------------------


RATES = {"tthc_hai_long": None}
"""Of the shipped indicators."""


def sums_of(path: Path) -> dict[str, Any]:
    numbers = [(name, row["Giá trị"]) for (_, name), row in rows_of(path).items()]
    sums = {name: sum(v for n, v in numbers if n == name and isinstance(v, (int, float))) for name in titles()}
    return {**sums, **RATES}


def sum_formulas(path: Path) -> list[str]:
    return [words for sheet, _, words in formulas(path) if sheet == "Số liệu"]


@pytest.mark.libreoffice
@pytest.mark.parametrize("villages", [0, 58])
def test_sums_are_formulas_over_the_sheet(villages: int, tmp_path: Path) -> None:
    current = a_round(villages=villages)
    units = list(current.by_unit)[::2]
    typed = {units[0]: figures(current, van_ban="khoảng 20", don_nhan=3), units[1]: figures(current, van_ban="12")}
    files = [read(fill(tmp_path / f"{unit}.xlsx", current, unit, typed.get(unit)), current) for unit in units]
    path = written(tmp_path / "so.xlsx", merge(current, files))
    assert totals(path) == sums_of(path)
    assert len(sum_formulas(path)) == len(titles()) - len(RATES)
    assert all(words.startswith(f"=SUMIFS('{NAME}'!") for words in sum_formulas(path))
    anew = convert(path, "xlsx", tmp_path / "moi")
    assert totals(anew) == sums_of(path)


def test_beyond_many_rows_sums_are_stored_values(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = consolidation(folder)
    rows = summarise(result).figure_rows
    for most, live in ((rows, len(titles()) - len(RATES)), (rows - 1, 0)):
        monkeypatch.setattr(consolidated_book, "MOST_LIVE_ROWS", most)
        path = written(tmp_path / "b.xlsx", result)
        assert len(sum_formulas(path)) == live
        assert totals(path) == sums_of(path)


def test_the_rows_go_on_in_a_second_sheet(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(tmp_path / "a.xlsx", consolidation(folder))
    monkeypatch.setattr(figure_data_sheet, "LAST_ROW", 36)
    path = written(tmp_path / "b.xlsx", consolidation(folder))
    names = [name for name in open_book(path).sheetnames if name.startswith(NAME)]
    rows = table(whole, NAME)
    assert names == [NAME, *(f"{NAME} ({number})" for number in range(2, 1 + math.ceil(len(rows) / 35)))]
    assert len(names) > 3
    assert [row for name in names for row in table(path, name)] == rows


def with_kinds(**kinds: IndicatorKind) -> Any:
    current = a_round()
    form = current.forms["so-lieu"]
    indicators = tuple(replace(item, kind=kinds.get(item.id, item.kind)) for item in form.indicators)
    return replace(current, forms={**current.forms, "so-lieu": replace(form, indicators=indicators)})


def test_a_rate_is_never_summed_and_a_stock_is(folder: Path, tmp_path: Path) -> None:
    current = with_kinds(doi_thoai=IndicatorKind.RATE, cong_khai=IndicatorKind.STOCK)
    files = [read(path, current) for path in sorted(folder.glob("*.xlsx"))]
    result = merge(current, files)
    path = written(tmp_path / "b.xlsx", result)
    assert totals(path) == {**sums_of(path), "doi_thoai": None}
    assert sums_of(path)["doi_thoai"] > 0
    assert "doi_thoai" not in summarise(result).figures
    kinds = {row["Mã chỉ tiêu"]: row["Loại"] for row in table(path, NAME)}
    assert (kinds["doi_thoai"], kinds["cong_khai"], kinds["van_ban"]) == ("tỷ lệ", "thời điểm", "phát sinh")
    assert "Tỷ lệ" in str(open_book(path)["Số liệu"]["A3"].value)


def test_a_rate_has_no_sum_below_many_units_either(tmp_path: Path) -> None:
    current = a_round(villages=58)
    form = current.forms["so-lieu"]
    indicators = tuple(
        replace(item, kind=IndicatorKind.RATE) if item.id == "doi_thoai" else item for item in form.indicators
    )
    current = replace(current, forms={**current.forms, "so-lieu": replace(form, indicators=indicators)})
    path = written(tmp_path / "b.xlsx", merge(current, [read(fill(tmp_path / "a.xlsx", current, "KT"), current)]))
    assert totals(path) == {**sums_of(path), "doi_thoai": None}


def test_the_rule_file_says_what_an_indicator_is(tmp_path: Path) -> None:
    """Through the command line: flow where nothing is said; an unknown kind is told with its place."""
    from danvan_xl.rules.files import shipped

    forms = tmp_path / "rules" / "forms"
    forms.mkdir(parents=True)
    words = (shipped() / "forms" / "so-lieu.toml").read_text(encoding="utf-8")
    (tmp_path / "danvan.toml").write_text('plan = "gia-loc"\nperiod = "2026-H1"\n', encoding="utf-8")
    for kind, code in (("rate", 0), ("share", 2)):
        changed = words.replace('unit = "văn bản"', f'unit = "văn bản"\nkind = "{kind}"')
        (forms / "so-lieu.toml").write_text(changed, encoding="utf-8")
        done = run("rules", "check", cwd=tmp_path)
        assert done.returncode == code, done.stdout + done.stderr
    assert "indicators[0].kind" in done.stdout + done.stderr
    kinds = {item.kind for item in load_rules("gia-loc").forms["so-lieu"].indicators}
    assert kinds == set(IndicatorKind)


# ---- joined files ------------------------------------------------------------------------------------------------


def test_figures_of_joined_files_name_the_file_each_came_from(tmp_path: Path) -> None:
    current = a_round()
    nothing = dict.fromkeys(titles())
    one, two = {**nothing, "van_ban": 3, "cong_khai": 5}, {**nothing, "doi_thoai": 4, "cong_khai": 8}
    for name, said in (("mot.xlsx", one), ("hai.xlsx", two)):
        fill(tmp_path / name, current, "VHXH", replace(sound_answers(current, "VHXH"), figures=said))
    book = open_book(tmp_path / "hai.xlsx")
    book["Số liệu"].insert_cols(3)
    book.save(tmp_path / "hai.xlsx")
    files = [
        read(tmp_path / name, current).received_at(moment)
        for name, moment in (("mot.xlsx", MORNING), ("hai.xlsx", NOON))
    ]
    path = written(tmp_path / "tong.xlsx", merge(current, files, join=["VHXH"]))
    rows = rows_of(path)
    assert [rows["VHXH", name]["Tệp nguồn"] for name in ("van_ban", "doi_thoai")] == ["mot.xlsx", "hai.xlsx"]
    both = rows["VHXH", "cong_khai"]
    assert (both["Giá trị"], both["Tệp nguồn"], both["Trả lời"]) == ("5 / 8", "mot.xlsx / hai.xlsx", "Bị trả lại")
    for row in rows.values():
        value = row["Giá trị"]
        assert sources(tmp_path, row) == ([5, 8] if row is both else [value])
    assert totals(path) == sums_of(path)
    assert totals(path)["cong_khai"] == 0
