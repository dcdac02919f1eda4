"""Issue 12: a year of a commune's reports, from template to comparison, with sums that are made here, not by us.

Phú Thịnh's months run from the 14th to the 13th, its half year and its year begin on 14 November: months tile them, so
that a unit gives only what is new. Its quarters are the calendar's, which months don't tile: there it gives the whole.
KT is silent in March and DVTH in August: of their half year, or their year, the whole is asked for again.

Every file is a template that the program wrote, filled in with openpyxl, and was received on the day after the due day.
What was typed is kept in plain dicts; a total is expected to be their sum, and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.office.job import Job, find_reports, rules_of
from danvan_xl.office.workspace import open_workspace
from tests.support.books import cell, column_of, header_row, open_book
from tests.support.plain_cells import Cells, below, read_cells
from tests.support.program import run

UNITS = ("KT", "CA", "DVTH")
"""Those that answer; the other four are silent all year."""
FLOWS = ("tuyen_truyen", "luot_nguoi", "tin_bai", "khen_ca_nhan", "dong_gop_ngay_cong")
STOCK = "mo_hinh_duy_tri"
TITLES = {
    "tuyen_truyen": "Cuộc tuyên truyền, quán triệt",
    "luot_nguoi": "Lượt người dự",
    "tin_bai": "Tin, bài, chuyên mục, lượt phát thanh, bài đăng mạng xã hội",
    "khen_ca_nhan": "Cá nhân được khen thưởng về công tác dân vận",
    "dong_gop_ngay_cong": "Ngày công đóng góp",
    STOCK: "Mô hình “Dân vận khéo” đang duy trì",
}
HEADING, REPORTED = "Số liệu trong kỳ", "Đã báo cáo trong kỳ"
SILENT = {("KT", "2026-03"), ("DVTH", "2026-08")}

VAN, CHU = "Báo cáo kết quả thực hiện công tác dân vận", "Báo cáo kết quả thực hiện dân chủ"
HALF_DUE = '"dan-van-6-thang:2026-H1" = "20/06/2026"'


def month(number: int, year: int = 2026) -> tuple[str, str, str]:
    """The 14th of the month before, the 13th: the days that a monthly report covers."""
    before = (year - 1, 12) if number == 1 else (year, number - 1)
    return f"{year}-{number:02}", f"{before[0]}-{before[1]:02}-14", f"{year}-{number:02}-13"


MONTHS = {name: (first, last) for name, first, last in (month(12, 2025), *(month(n) for n in range(1, 13)))}
QUARTERS = {
    "2026-Q1": ("2026-01-01", "2026-03-31"),
    "2026-Q2": ("2026-04-01", "2026-06-30"),
    "2026-Q3": ("2026-07-01", "2026-09-30"),
    "2026-Q4": ("2026-10-01", "2026-12-31"),
}
LONG = {"2026-H1": ("2025-11-14", "2026-06-13"), "2026": ("2025-11-14", "2026-11-13")}
WINDOWS = {**MONTHS, **QUARTERS, **LONG}

DAYS = {
    "2025-12": "2025-12-13", **{f"2026-{n:02}": f"2026-{n:02}-13" for n in range(1, 13)},
    "2026-09": "2026-09-18", "2026-Q1": "2026-03-18", "2026-Q2": "2026-06-18", "2026-Q3": "2026-09-18",
    "2026-H1": "2026-06-20", "2026": "2026-11-13", "2026-Q4": "2026-12-18",
}  # fmt: skip
"""The last day for each round; the half year's dân vận report is due a week after its dân chủ report."""

ORDER = sorted(DAYS, key=lambda name: (DAYS[name], len(name) != 7 or "Q" in name, name == "2026", name))

ZERO = ("01", "02", "10", "11", "12")
"""Months that are written with two digits (NĐ 30/2020)."""

NAMES = {
    **{name: (f"{VAN} tháng {name[5:] if name[5:] in ZERO else int(name[5:])}/{name[:4]}",) for name in MONTHS},
    **{f"2026-Q{n}": (f"{VAN} quý {roman}/2026",) for n, roman in enumerate(("I", "II", "III", "IV"), 1)},
    "2026-H1": (f"{CHU} 6 tháng đầu năm 2026", f"{VAN} 6 tháng đầu năm 2026"),
    "2026": (f"{VAN} năm 2026; {CHU} năm 2026",),
}
"""Round → the titles of its workbooks."""

GAPS = {
    "2026-Q1": ("01/01/2026", "13/01/2026"),
    "2026-Q2": ("01/04/2026", "13/04/2026"),
    "2026-Q3": ("01/07/2026", "13/07/2026"),
    "2026-Q4": ("01/10/2026", "13/10/2026"),
}
"""Quarter → the days at its beginning that no month inside it covers."""
MISSED = {("KT", "2026-H1"): ("14/02/2026", "13/03/2026"), ("DVTH", "2026"): ("14/07/2026", "13/08/2026")}
"""Unit and report → the month in which the unit was silent; its quarter overlaps other months, and can't be added."""

Figures = dict[str, float]


class Year:
    """The workspace of the year, and what its units typed."""

    def __init__(self, root: Path) -> None:
        self.root, self.random = root, Random(2026)
        self.typed: dict[tuple[str, str], Figures] = {}
        """(period, unit) → what was typed."""
        self.figures: dict[tuple[str, str], Figures] = {}
        """(period, unit) → what that makes over the report's days."""
        self.said: dict[tuple[str, str], dict[str, Any]] = {}
        """(period, unit) → what the template said of what was reported already."""
        self.codes: dict[str, list[int]] = {}
        self.shown: dict[str, str] = {}
        """Period → what the template says below its title."""

    def run(self, period: str) -> None:
        """One round: templates, answers, check, merge."""
        due, arrives = date.fromisoformat(DAYS[period]), date.fromisoformat(DAYS[period]) + timedelta(days=1)
        day = {"DANVAN_TODAY": (due - timedelta(days=5)).isoformat()}
        if period in LONG:  # after the last month that lies in it
            day = {"DANVAN_TODAY": arrives.isoformat()}
        only = [part for unit in UNITS for part in ("--unit", unit)]
        codes = [self.command("template", *only, "--period", period, **day)]
        for unit in UNITS:
            if (unit, period) not in SILENT:
                self.answer(period, unit, datetime.combine(arrives, datetime.min.time()).timestamp())
        day = {"DANVAN_TODAY": arrives.isoformat()}
        codes.append(self.command("check", "--no-zalo", "--period", period, **day))
        codes.append(self.command("merge", "--period", period, **day))
        self.codes[period] = codes

    def command(self, *arguments: str, **env: str) -> int:
        done = run(*arguments, cwd=self.root, **env)
        assert done.returncode in (0, 1), (arguments, done.stdout, done.stderr)
        return done.returncode

    def answer(self, period: str, unit: str, received: float) -> None:
        """Fill in the unit's template, and keep what was typed."""
        book = open_book(self.root / "mau" / period / f"phu-thinh_{period}_{unit}.xlsx")
        typed, sheet = self.chance(), book["Số liệu"]
        head = header_row(sheet)
        at, reported = column_of(sheet, HEADING, head), self.column(sheet, head)
        for row in range(head + 1, sheet.max_row + 1):
            name = sheet.cell(row, 1).value
            if name and not name.startswith("#"):
                sheet.cell(row, at).value = typed.get(name, 0)
                self.said.setdefault((period, unit), {})[name] = sheet.cell(row, reported).value if reported else None
        lines = book["Phụ lục"]
        self.shown[period] = str(lines.cell(2, 2).value)
        for row in range(header_row(lines) + 1, lines.max_row + 1):
            if lines.cell(row, column_of(lines, "Vai trò")).value == "Chủ trì":
                name = lines.cell(row, 1).value
                cell(lines, name, "Trạng thái").value = "Đang thực hiện"
                cell(lines, name, "Kết quả thực hiện").value = f"Đang làm, kỳ {period}"
        path = self.root / "nhan" / period / f"{unit}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        os.utime(path, (received, received))
        self.typed[period, unit] = typed
        self.figures[period, unit] = {
            name: typed[name] + (self.before(period, unit, name) if name in FLOWS else 0) for name in typed
        }

    @staticmethod
    def column(sheet: Any, head: int) -> int | None:
        found = [item.column for item in sheet[head] if item.value == REPORTED]
        return found[0] if found else None

    def chance(self) -> Figures:
        whole = self.random.randint
        found: Figures = {"tuyen_truyen": whole(1, 9), "luot_nguoi": whole(20, 400), "tin_bai": whole(0, 30)}
        return {**found, "khen_ca_nhan": whole(0, 5), "dong_gop_ngay_cong": whole(0, 80) / 4, STOCK: whole(1, 4)}

    def before(self, period: str, unit: str, name: str) -> float:
        """What the reports before, which tile its days from the first, brought of a flow: worked out by hand."""
        parts = self.parts(period, unit)
        return sum(self.figures[part, unit][name] for part in parts) if parts else 0

    @staticmethod
    def parts(period: str, unit: str) -> list[str]:
        """The reports that together cover a half year or a year for a unit; none where it must give the whole."""
        half = [name for name in MONTHS if name <= "2026-06"]
        if period not in LONG or (unit, period) in MISSED:
            return []
        return half if period == "2026-H1" else ["2026-H1", *(f"2026-{n:02}" for n in range(7, 12))]

    def books(self, period: str) -> list[Path]:
        """The workbooks of a round, in the order of ``NAMES``."""
        found = sorted((self.root / "tong-hop" / period).glob("tong-hop_*.xlsx"))
        assert len(found) == len(NAMES[period]), (period, found)
        return found

    def total(self, period: str, name: str) -> float:
        return sum(figures[name] for (of, _), figures in self.figures.items() if of == period)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    root = tmp_path_factory.mktemp("phu-thinh")
    (root / "danvan.toml").write_text(f'plan = "phu-thinh"\nperiod = "2025-12"\n[due]\n{HALF_DUE}\n', encoding="utf-8")
    found = Year(root)
    for period in ORDER:
        found.run(period)
    return found


@pytest.fixture(scope="module")
def read(year: Year) -> Mapping[str, list[dict[str, Cells]]]:
    """Round → the sheets of its workbooks."""
    wanted = ("_danvan", "Số liệu", "Dữ liệu số", "So sánh", "Tổng quan")
    return {period: [read_cells(path, wanted) for path in year.books(period)] for period in ORDER}


def day_of(excel: Any) -> str:
    return (date(1899, 12, 30) + timedelta(days=int(excel))).isoformat()


def printed(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def test_every_round_runs_and_its_days_are_its_own(year: Year) -> None:
    assert len(ORDER) == 19
    assert set(map(tuple, year.codes.values())) == {(0, 0, 0)}, year.codes
    for period, words in year.shown.items():
        first, last = map(printed, WINDOWS[period])
        assert f"Số liệu tính từ {first} đến hết {last}" in words, period


def test_each_workbook_has_its_reports_title_days_and_name(
    year: Year, read: Mapping[str, list[dict[str, Cells]]]
) -> None:
    for period, books in read.items():
        for title, sheets in zip(NAMES[period], books, strict=True):
            facts = {row.get("A"): row.get("B") for row in sheets["_danvan"].values()}
            assert (facts["title"], facts["period"]) == (title, period)
            rows = below(sheets["Dữ liệu số"], 1)
            assert {row["Báo cáo"] for row in rows} == {title}
            assert {row["Kỳ"] for row in rows} == {period}
            assert {(day_of(row["Từ ngày"]), day_of(row["Đến ngày"])) for row in rows} == {WINDOWS[period]}, period


def test_totals_are_the_sums_of_what_was_typed(year: Year, read: Mapping[str, list[dict[str, Cells]]]) -> None:
    for period, books in read.items():
        for sheets in books:
            rows, totals = below(sheets["Dữ liệu số"], 1), below(sheets["Số liệu"], 4)
            by_title = {row["Chỉ tiêu"]: row["Tổng cộng"] for row in totals}
            for name in (*FLOWS, STOCK):
                own = {row["Mã đơn vị"]: row["Giá trị"] for row in rows if row["Mã chỉ tiêu"] == name}
                of_units = {unit: year.figures[period, unit][name] for unit in UNITS if (unit, period) not in SILENT}
                assert own == of_units, (period, name)
                assert by_title[TITLES[name]] == sum(own.values()) == year.total(period, name), (period, name)


def test_the_half_year_and_the_year_are_the_sums_of_their_months(year: Year) -> None:
    """What no report could have known but from the others."""
    new = year.typed
    half = {unit: sum(year.typed[name, unit]["tin_bai"] for name in MONTHS if name <= "2026-06") for unit in ("CA",)}
    assert year.total("2026-H1", "tin_bai") == sum(
        [half["CA"] + new["2026-H1", "CA"]["tin_bai"], new["2026-H1", "KT"]["tin_bai"],
         sum(year.typed[name, "DVTH"]["tin_bai"] for name in MONTHS if name <= "2026-06")
         + new["2026-H1", "DVTH"]["tin_bai"]]
    )  # fmt: skip
    later = [f"2026-{n:02}" for n in range(7, 12)]
    whole = half["CA"] + new["2026-H1", "CA"]["tin_bai"] + sum(new[name, "CA"]["tin_bai"] for name in later)
    assert year.figures["2026", "CA"]["tin_bai"] == whole + new["2026", "CA"]["tin_bai"]
    # KT was silent in March, and gave its whole half year in June: its year is complete again
    kt = new["2026-H1", "KT"]["tin_bai"] + sum(new[name, "KT"]["tin_bai"] for name in later)
    assert year.figures["2026", "KT"]["tin_bai"] == kt + new["2026", "KT"]["tin_bai"]


def test_a_longer_reports_template_shows_what_the_months_brought(year: Year) -> None:
    for period in LONG:
        last = printed(WINDOWS[period][1])
        for unit in UNITS:
            if (unit, period) in MISSED:
                continue
            for name in FLOWS:
                value = f"{year.before(period, unit, name):.15g}".replace(".", ",")
                assert year.said[period, unit][name].startswith(f"{value} (đến hết {last}, đủ kỳ)"), (period, unit)
            assert not year.said[period, unit][STOCK]
    assert all(value is None for name in MONTHS for unit in UNITS for value in year.said.get((name, unit), {}).values())


def test_days_that_no_report_covers_are_named_and_the_whole_is_asked_for(year: Year) -> None:
    gaps = {(unit, period): days for period, days in GAPS.items() for unit in UNITS} | MISSED
    gaps["DVTH", "2026-Q3"] = ("01/07/2026", "13/08/2026")  # its silent month follows at once
    for (unit, period), (first, last) in gaps.items():
        whole = " đến hết ".join(map(printed, WINDOWS[period]))
        for name in FLOWS:
            said = year.said[period, unit][name]
            assert said == f"Chưa có báo cáo riêng từ {first} đến hết {last}: ghi cả kỳ, từ {whole}", (
                unit,
                period,
                name,
            )


def test_each_month_is_compared_with_the_one_before(year: Year, read: Mapping[str, list[dict[str, Cells]]]) -> None:
    assert "So sánh" not in read["2025-12"][0]
    for rhythm in (MONTHS, QUARTERS):
        for before, now in pairwise(rhythm):
            rows = read[now][0]["So sánh"].values()
            for name in (*FLOWS, STOCK):
                found = [(row.get("C"), row.get("E")) for row in rows if row.get("B") == TITLES[name]]
                formers = [before, "2025-12"] if now == "2026-12" else [before]  # the same month of last year
                assert found == [(year.total(one, name), year.total(now, name)) for one in formers], (now, name)


def test_diff_of_neighbours_has_the_same_sums(year: Year) -> None:
    pairs = [*pairwise(MONTHS), *pairwise(QUARTERS), ("2026-H1", "2026")]
    for before, now in pairs:
        paths = year.books(before)[-1], year.books(now)[0]
        done = run("diff", *paths, "--json", cwd=year.root)
        assert done.returncode == 0, done.stderr
        found = {item["indicator"]: item for item in json.loads(done.stdout)["indicators"]}
        for name in (*FLOWS, STOCK):
            sums = [found[name][side]["sum"] for side in ("before", "after")]
            assert sums == [year.total(before, name), year.total(now, name)], (before, now, name)
        silent = [unit for unit in UNITS if (unit, now) in SILENT and (unit, before) not in SILENT]
        gone = {item["unit"] for item in json.loads(done.stdout)["went_silent"]}
        assert gone == set(silent), (before, now)


def days(root: Path) -> dict[tuple[str, str], date | None]:
    """Round and report → its due day, for the whole year."""
    found = {}
    for period in ORDER:
        workspace = open_workspace(root)
        job = Job(replace(workspace.settings, period=period), root, workspace.rules)
        found |= {(period, item.id): item.period.due for item in find_reports(rules_of(job), job.settings)}
    return found


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        (HALF_DUE, {("2026-H1", "dan-van-6-thang"): date(2026, 6, 20)}),
        ('"dan-chu-6-thang:2026-H1" = "10/06/2026"', {("2026-H1", "dan-chu-6-thang"): date(2026, 6, 10)}),
        ('"dan-van-nam:2026" = "10/11/2026"', {("2026", "dan-van-nam"): date(2026, 11, 10)}),
        ('"dan-van-quy:2026-Q2" = "15/06/2026"', {("2026-Q2", "dan-van-quy"): date(2026, 6, 15)}),
        ('"2026-06" = "12/06/2026"', {("2026-06", "dan-van-thang"): date(2026, 6, 12)}),
    ],
)
def test_the_day_of_one_report_moves_no_other_of_the_year(
    line: str, moved: dict[tuple[str, str], date], tmp_path: Path
) -> None:
    head = 'plan = "phu-thinh"\nperiod = "2026-06"\n'
    (tmp_path / "danvan.toml").write_text(head, encoding="utf-8")
    own = days(tmp_path)
    assert len(own) == len(ORDER) + 2
    (tmp_path / "danvan.toml").write_text(f"{head}[due]\n{line}\n", encoding="utf-8")
    assert days(tmp_path) == {**own, **moved} != own
