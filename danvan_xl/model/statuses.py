"""Every status, and the names of the answer columns that code must know: the only place that spells them out.

Enumeration values that appear in workbooks are part of the workbooks' contract, and so are the names of
statuses; the names of columns are those in the shipped form files (``rules/forms/``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

# ---- the progress of a line: the values of ``Trạng thái`` ----------------------------------------------------

DONE, IN_PROGRESS, NOT_STARTED, NIL = "Hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Không phát sinh"

PROGRESS = (DONE, IN_PROGRESS, NOT_STARTED)
"""The statuses of an answered line, in the order in which they are counted."""

LETTERS: Mapping[str, str] = {DONE: "D", IN_PROGRESS: "P", NOT_STARTED: "N", NIL: "0"}
"""Status → its letter in a submission's outline; ``SILENT`` for a line with none of these."""

SILENT = "."

# ---- answer columns of the shipped forms ---------------------------------------------------------------------

STATUS = "trang_thai"
PERCENT = "ty_le"
ACHIEVED = "gia_tri"
RESULT = "ket_qua"
DOCUMENT = "so_van_ban"
COMPLETED = "ngay_hoan_thanh"
DIFFICULTY = "kho_khan"
PROPOSAL = "de_xuat"
EXPLANATION = "giai_trinh"
"""The answer column in which a unit responds to warnings about the same line."""

# Columns of ``Số liệu`` and ``Khó khăn, kiến nghị``.
FIGURE, NOTE, WORDS = "gia_tri", "ghi_chu", "noi_dung"


# ---- what became of lines, files and units -------------------------------------------------------------------


class AnswerState(StrEnum):
    """What became of a line (the column ``Trả lời``)."""

    ANSWERED = "Đã trả lời"
    NIL = "Không phát sinh"
    BLANK = "Để trống"
    DELETED = "Đơn vị xóa dòng"
    RETURNED = "Bị trả lại"
    MISSING = "Chưa nộp"
    UNASSIGNED = "Chưa giao"
    ADDED = "Dòng thêm"


ACCOUNT: tuple[AnswerState, ...] = (
    AnswerState.ANSWERED,
    AnswerState.NIL,
    AnswerState.BLANK,
    AnswerState.DELETED,
    AnswerState.RETURNED,
    AnswerState.MISSING,
    AnswerState.UNASSIGNED,
)
"""The states that together account for every line sent."""

SAID = (AnswerState.ANSWERED, AnswerState.NIL, AnswerState.RETURNED)
"""The states of a line in which a unit wrote something."""

WITHOUT_ANSWER = frozenset(
    {AnswerState.BLANK, AnswerState.DELETED, AnswerState.MISSING, AnswerState.RETURNED, AnswerState.UNASSIGNED}
)
"""The states of a line that has no usable answer for the period."""


class FileStatus(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    IGNORED = "ignored"


USED = (FileStatus.ACCEPTED, FileStatus.RETURNED)
"""Files whose answers count."""

TO_MEND = (FileStatus.RETURNED, FileStatus.REFUSED)
"""Files that the unit must fix and send again."""

ASIDE = (FileStatus.DUPLICATE, FileStatus.SUPERSEDED, FileStatus.IGNORED)
"""Files that another one replaces, or that are not answers."""


class DueState(StrEnum):
    """A line against its deadline (the column ``Tình trạng hạn``)."""

    DONE_IN_TIME = "Hoàn thành đúng hạn"
    DONE_LATE = "Hoàn thành muộn"
    OVERDUE = "Quá hạn"
    SOON = "Sắp đến hạn"
    RUNNING = "Trong hạn"
    NO_DEADLINE = "Không có hạn"
    NOT_ARISEN = "Chưa phát sinh"
    UNKNOWN = "Chưa xác định"


class Verdict(StrEnum):
    """Whether a target was reached (the column ``Đánh giá`` of ``Chỉ tiêu``).

    ``AS_SAID``: there is a figure, and the plan gives nothing that it could be held against.
    """

    REACHED = "Đạt"
    NOT_REACHED = "Chưa đạt"
    UNCLEAR = "Chưa đủ số liệu"
    AS_SAID = "Theo báo cáo"


UnitProgress = Literal["submitted", "nil", "returned", "missing"]
"""A unit's progress in the round."""
