"""The words and positions that a template and its reader share: a returned file is recognised by these.

They are not wording: they are part of the workbooks' contract and are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FORMAT = "danvan-xl/template/1"
IDENTITY_SHEET = "_danvan"
GUIDE_SHEET = "Hướng dẫn"
ERRORS_SHEET = "Lỗi cần sửa"

HEADER_ROW = 4
"""The header row of every form of a template (1-based); a finding says so when one is elsewhere."""
OLD_APPENDIX_HEADER_ROW, OLD_EXTRA_HEADER_ROW = 7, 5
"""Where the templates of 0.1.0 have it."""

# Headings of the columns that hold neither the plan's text nor answers.
LINE_ID = "Mã dòng"
ROLE = "Vai trò"
TARGET = "Chỉ tiêu"
LIVE_CHECK = "Kiểm tra"
PREVIOUS = "Kỳ trước"
REPORTED = "Đã báo cáo trong kỳ"

# Field names of those columns inside the program; an answer field can't begin with "@".
F_ID, F_ROLE, F_TARGET, F_CHECK, F_PREVIOUS = "@id", "@role", "@target", "@check", "@previous"
F_REPORTED = "@reported"
SPECIAL_HEADINGS: Mapping[str, tuple[str, ...]] = {
    F_ID: (LINE_ID,),
    F_ROLE: (ROLE,),
    F_TARGET: (TARGET,),
    F_CHECK: (LIVE_CHECK,),
    F_PREVIOUS: (PREVIOUS,),
    F_REPORTED: (REPORTED,),
}

PRINTED_ALIASES: Mapping[str, tuple[str, ...]] = {
    "stt": ("STT", "Số TT", "TT", "Số thứ tự"),
    "text": (
        "Mục tiêu",
        "Nhiệm vụ cụ thể",
        "Nhiệm vụ",
        "Nội dung công việc",
        "Nội dung",
        "Nội dung nhiệm vụ",
        "Mục tiêu, nhiệm vụ",
    ),
    "roadmap": ("Lộ trình thực hiện", "Lộ trình", "Thời gian hoàn thành", "Thời gian thực hiện", "Thời hạn"),
    "lead_text": ("Cơ quan chủ trì", "Đơn vị chủ trì", "Chủ trì"),
    "coordinate_text": ("Cơ quan phối hợp", "Đơn vị phối hợp", "Phối hợp"),
    "product": ("Sản phẩm dự kiến", "Sản phẩm", "Sản phẩm, kết quả"),
}
"""Headings in use for the plan's own columns (domain notes, workflow 4 case 2)."""

# Labels of single cells: the value is in the next filled cell of the row.
UNIT_LABEL = "Đơn vị báo cáo:"
PERIOD_LABEL = "Kỳ báo cáo:"
NIL_REPORT_LABEL = "Toàn báo cáo không phát sinh (đánh dấu X):"
NIL_REASON_LABEL = "Lý do không phát sinh:"
NIL_FORM_LABEL = "Cả biểu không phát sinh (đánh dấu X):"

# ``Số liệu`` and ``Khó khăn, kiến nghị``.
INDICATOR = "Chỉ tiêu số liệu"
INDICATOR_UNIT = "Đơn vị tính"
QUESTION = "Mục"

# ``Chỉ tiêu``: what a unit says of the targets that it is asked for.
TARGETS = "Chỉ tiêu"
TARGET_FORM = "chi-tieu"
"""What stands for that sheet where forms have their ids."""
REQUIRED = "Yêu cầu"

# Sheets of the consolidated workbook, in its order (the appendices come between BY_TASK and the figures).
OVERVIEW, DELIVERY, BY_UNIT, BY_TASK = "Tổng quan", "Tình hình nộp", "Theo đơn vị", "Theo nhiệm vụ"
OVERDUE, ACCOUNT, FINDINGS, DATA = "Quá hạn", "Đối soát", "Phát hiện", "Dữ liệu"
FIGURE_DATA = "Dữ liệu số"
COMPARISON = "So sánh"
"""Between the figures and ``OVERDUE``, where earlier workbooks of the plan are known."""
MERGED_FORMAT = "danvan-xl/merged/1"

# Headings of ``Dữ liệu`` that code must know, besides those above: formulas and readers find its columns by them.
TASK_ID, FORM, UNIT_ID = "Mã nhiệm vụ", "Phụ lục", "Mã đơn vị"
ANSWER, STATUS, DUE_STATE = "Trả lời", "Trạng thái", "Tình trạng hạn"

# Headings of ``Dữ liệu số`` that code must know.
INDICATOR_ID, FIGURE = "Mã chỉ tiêu", "Giá trị"
REPORTED_BEFORE, REPORTED_UNTIL = "Đã báo cáo trước", "Đã báo cáo đến"
FIRST_DAY, LAST_DAY = "Từ ngày", "Đến ngày"
NUMERATOR, DENOMINATOR = "Tử số", "Mẫu số"
TARGET_DOCUMENT, TARGET_DAY = "Văn bản, nguồn", "Ngày"

NOT_ASKED = "–"
"""In ``Số liệu``, in the cell of a unit that does not report the indicator: neither nothing nor 0."""

_FURTHER = re.compile(r" \([1-9]\d*\)")
"""What a sheet's name goes on with that takes the rows for which the one before has no room."""


def is_sheet_of(name: str, base: str) -> bool:
    """Whether a sheet is ``base`` or goes on with its rows: ``Dữ liệu``, ``Dữ liệu (2)``, but not ``Dữ liệu số``."""
    return name == base or (name.startswith(base) and _FURTHER.fullmatch(name, len(base)) is not None)


def sheet_of(base: str, number: int) -> str:
    """The name of the sheet with this number (from 0) among those that share the rows of ``base``."""
    return base if number == 0 else f"{base} ({number + 1})"


GROUP_MARK = "#"
LINE_ID_FORM = re.compile(r"(?P<task>[A-Z0-9]{1,12}(?:\.[A-Za-z0-9]{1,8}){0,3})@(?P<unit>[A-Z][A-Z0-9_]*)")
OWN_ID_FORM = re.compile(r"\+(?P<number>\d{1,4})@(?P<unit>[A-Z][A-Z0-9_]*)")


OWN_ID = "+"
"""What stands for the id of a row for the unit's own lines that has lost it."""


def own_line_id(number: int, unit: str) -> str:
    """The id of a unit's own line outside the plan: ``+1@VHXH``."""
    return f"+{number}@{unit}"
