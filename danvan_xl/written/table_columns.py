"""The columns of the tables that are read from a consolidated workbook, with the type of each.

Headings are those of the workbooks' contract; ``Sổ tổng hợp`` says which workbook a row is of. A number or a day that
a unit wrote as something else stays in a column of its own behind it: ``Tỷ lệ (%) (chữ)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from danvan_xl.model import layout

Kind = Literal["text", "number", "integer", "day", "moment"]
Cell = str | int | float | date | datetime | None
"""A value of a table: text, integer, number, day or moment, by its column's kind; None where there is none."""

TableRow = Mapping[str, Cell]

WORKBOOK = "Sổ tổng hợp"
AS_TYPED = "{} (chữ)"


class TableColumn(Struct, frozen=True):
    """A column of a table. ``of``: the column whose words it holds where they are no value of that column's kind."""

    heading: str
    kind: Kind = "text"
    of: str | None = None


def with_words(columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    """The columns, each that a unit may fill with something else followed by the one for such words."""
    found: list[TableColumn] = []
    for column in columns:
        found.append(column)
        if column.heading in FILLED_BY_UNITS:
            found.append(TableColumn(AS_TYPED.format(column.heading), of=column.heading))
    return tuple(found)


PERCENT, ACHIEVED, COMPLETED = "Tỷ lệ (%)", "Giá trị đạt", "Ngày hoàn thành"
VALUE, NUMERATOR, DENOMINATOR = "Giá trị", "Tử số", "Mẫu số"
REACHED, EARLIER = "Kết quả", "Kỳ trước"
FILLED_BY_UNITS = frozenset({PERCENT, ACHIEVED, COMPLETED, VALUE, NUMERATOR, DENOMINATOR, REACHED, EARLIER})

TASK_TEXT, UNIT_NAME, PLAN, PERIOD, BODY = "Nội dung", "Đơn vị", "Kế hoạch", "Kỳ", "Cơ quan ban hành"
FILE, SHEET, SHA256 = "Tệp nguồn", "Trang tính", "SHA-256"
INDICATOR_ID, INDICATOR, MEASURE, CELL = "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Ô"
KIND, FROM_DAY, TO_DAY = "Loại", "Từ ngày", "Đến ngày"

ANSWER_COLUMNS: tuple[TableColumn, ...] = with_words(
    [
        *map(TableColumn, (layout.LINE_ID, layout.TASK_ID, layout.FORM, "Nhóm", "STT", TASK_TEXT, "Lộ trình")),
        TableColumn("Hạn", "day"),
        *map(
            TableColumn,
            (layout.UNIT_ID, UNIT_NAME, layout.ROLE, layout.ANSWER, layout.STATUS, layout.DUE_STATE),
        ),
        TableColumn(PERCENT, "number"),
        TableColumn(ACHIEVED, "number"),
        *map(TableColumn, (layout.TARGET, "Kết quả thực hiện", "Số, ký hiệu văn bản")),
        TableColumn(COMPLETED, "day"),
        *map(TableColumn, ("Khó khăn, vướng mắc", "Đề xuất, kiến nghị", "Giải trình", "Phát hiện", FILE, SHEET)),
        TableColumn("Dòng", "integer"),
        TableColumn(SHA256),
        TableColumn("Ngày nhận", "moment"),
        *map(TableColumn, (PLAN, PERIOD, BODY)),
    ]
)
"""Of ``Dữ liệu``."""

FIGURE_COLUMNS: tuple[TableColumn, ...] = with_words(
    [
        *map(TableColumn, (INDICATOR_ID, INDICATOR, MEASURE, KIND, layout.UNIT_ID, UNIT_NAME)),
        *(TableColumn(heading, "number") for heading in (VALUE, NUMERATOR, DENOMINATOR)),
        TableColumn(PERIOD),
        TableColumn(FROM_DAY, "day"),
        TableColumn(TO_DAY, "day"),
        *map(TableColumn, ("Báo cáo", FILE, SHEET, CELL, SHA256, PLAN, BODY)),
    ]
)
"""Of ``Dữ liệu số``."""

FINDING_HEADS: Mapping[str, str] = {
    "Mã": "head_code",
    "Mức độ": "head_severity",
    UNIT_NAME: "head_unit",
    "Phát hiện": "head_message",
    "Cách sửa": "head_mend",
    "Trang": "head_sheet",
    CELL: "head_cell",
    "Đang ghi": "head_found",
    "Cần": "head_expected",
    "Giải trình, cho qua": "head_settled",
    "Tệp": "head_files",
}
"""Column → the key of its heading, which is in the language of the workbook."""

FINDING_COLUMNS: tuple[TableColumn, ...] = (*map(TableColumn, (*FINDING_HEADS, PLAN, PERIOD, BODY)),)
"""Of ``Phát hiện``, with what the workbook says of itself."""


TARGET_HEADS: Mapping[str, str] = {
    INDICATOR: "head_target",
    "Mục tiêu, nhiệm vụ": "head_target_task",
    "Loại": "head_target_kind",
    MEASURE: "head_measure",
    "Yêu cầu": "head_target_required",
    NUMERATOR: "head_numerator",
    DENOMINATOR: "head_denominator",
    REACHED: "head_target_value",
    "Đánh giá": "head_verdict",
    EARLIER: "head_target_earlier",
    "Đơn vị chưa có số liệu": "head_target_silent",
    "Số đơn vị": "head_target_asked",
    "Đã báo cáo": "head_target_answered",
}
"""Column of ``Chỉ tiêu`` → the key of its heading, which is in the language of the workbook."""

TARGET_COLUMNS: tuple[TableColumn, ...] = with_words(
    [
        *map(TableColumn, (INDICATOR_ID, INDICATOR, layout.TASK_ID)),
        *map(TableColumn, ("Mục tiêu, nhiệm vụ", "Loại", MEASURE, "Yêu cầu")),
        *(TableColumn(heading, "number") for heading in (NUMERATOR, DENOMINATOR, REACHED)),
        TableColumn("Đánh giá"),
        TableColumn(EARLIER, "number"),
        TableColumn("Đơn vị chưa có số liệu"),
        TableColumn("Số đơn vị", "integer"),
        TableColumn("Đã báo cáo", "integer"),
        *map(TableColumn, (PLAN, PERIOD, BODY)),
    ]
)
"""Of ``Chỉ tiêu``, with what the workbook says of itself."""


class WrittenTable(Struct, frozen=True):
    """A table as read: ``Sổ tổng hợp``, the columns of the contract, further columns of the workbook as text."""

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns' headings, in their order."""
        return tuple(column.heading for column in self.columns)
