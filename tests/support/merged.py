"""Small consolidated workbooks, written cell by cell as tables of a test: what a reader by heading needs, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from danvan_xl.workbooks.consolidated.data_columns import DATA_COLUMNS
from tests.support.books import open_book

OLD = Path(__file__).parents[1] / "written" / "data" / "tong-hop-0.1.0.xlsx"
"""The demo's workbook as version 0.1.0 wrote it."""

FIGURES = (
    "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Loại", "Mã đơn vị", "Đơn vị", "Giá trị", "Tử số", "Mẫu số", "Kỳ",
    "Từ ngày", "Đến ngày", "Báo cáo", "Tệp nguồn", "Trang tính", "Ô", "SHA-256", "Kế hoạch", "Cơ quan ban hành",
)  # fmt: skip

Row = Mapping[str, Any]


def line(task: str, unit: str, status: str | None = None, **more: Any) -> dict[str, Any]:
    """A lead line of ``Dữ liệu``; ``percent``, ``value``, ``answer``, ``role``, ``text`` as keywords."""
    answer = more.pop("answer", "Đã trả lời" if status else "Chưa nộp")
    names = {"percent": "Tỷ lệ (%)", "value": "Giá trị đạt", "role": "Vai trò", "text": "Nội dung"}
    own = {names.get(name, name): value for name, value in more.items()}
    return {
        "Mã dòng": f"{task}@{unit}",
        "Mã nhiệm vụ": None if task.startswith("+") else task,
        "Phụ lục": "Phụ lục I",
        "Nội dung": f"Việc {task}",
        "Mã đơn vị": unit,
        "Đơn vị": f"Phòng {unit}",
        "Vai trò": "Chủ trì",
        "Trả lời": answer,
        "Trạng thái": status,
        "Tình trạng hạn": "Không có hạn",
        **own,
    }


def figure(code: str, unit: str, value: Any, **more: Any) -> dict[str, Any]:
    """A row of ``Dữ liệu số``."""
    own = {"Mã chỉ tiêu": code, "Chỉ tiêu": f"Chỉ tiêu {code}", "Đơn vị tính": "cuộc", "Loại": "phát sinh"}
    return {**own, "Mã đơn vị": unit, "Đơn vị": f"Phòng {unit}", "Giá trị": value, **more}


def merged(
    path: Path,
    lines: Iterable[Row],
    figures: Iterable[Row] = (),
    *,
    period: str = "2026-H1",
    plan: str = "gia-loc",
) -> Path:
    """A workbook with these lines and figures."""
    own = {"Kế hoạch": plan, "Kỳ": period, "Cơ quan ban hành": "UBND xã"}
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    _write(book.create_sheet("Dữ liệu"), [column.heading for column in DATA_COLUMNS], lines, own)
    _write(book.create_sheet("Dữ liệu số"), FIGURES, figures, own)
    findings = book.create_sheet("Phát hiện")
    findings.append(["Mức độ", "Đơn vị", "Phát hiện", "Mã"])
    hidden = book.create_sheet("_danvan")
    for pair in (("format", "danvan-xl/merged/1"), ("plan", plan), ("period", period), ("as_of", "2026-06-30")):
        hidden.append(pair)
    book.save(path)
    return path


def _write(sheet: Worksheet, headings: Iterable[str], rows: Iterable[Row], own: Row) -> None:
    heads = list(headings)
    sheet.append(heads)
    for number, row in enumerate(rows, start=2):
        for at, heading in enumerate(heads, start=1):
            cell = sheet.cell(number, at)
            value = {**own, **row}.get(heading)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # text, whatever it begins with


def edited(source: Path, target: Path, edit: Callable[[Any], object]) -> Path:
    """A copy of a workbook, saved by another program after somebody's edit."""
    book = open_book(source, values=True)
    edit(book)
    book.save(target)
    return target
