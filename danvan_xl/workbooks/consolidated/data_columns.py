"""The columns of ``Dữ liệu``, the plain table that roll-up, exports and other people's pivots read.

One record per column: heading, width, where its value comes from, and the function that gives it. The headings up to
``Cơ quan ban hành`` are a contract: columns are added, never renamed; readers go by heading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.merging.consolidation import Consolidation, DataRow
from danvan_xl.model import layout, statuses
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.workbooks.consolidated.answer_values import Answered
from danvan_xl.workbooks.consolidated.moments import local
from danvan_xl.workbooks.writing.row_pieces import FRESH
from danvan_xl.workbooks.writing.row_xml import Rendered


class Facts(Struct, frozen=True):
    """What holds for every row: names of units by id, headings of groups and numbers of appendices by id."""

    plan: str
    period: str
    issuing_body: str
    units: Mapping[str, str]
    groups: Mapping[str, str]
    appendices: Mapping[str, str]

    @classmethod
    def of(cls, result: Consolidation) -> Facts:
        """The facts of a consolidation."""
        plan = result.round.plan
        return cls(
            plan=plan.id,
            period=result.round.period.id,
            issuing_body=plan.issuing_body,
            units={unit.id: unit.name for unit in plan.units},
            groups={
                group.id: f"{group.stt}. {group.title}" if group.stt else group.title
                for appendix in plan.appendices
                for group in appendix.groups
            },
            appendices={item.id: item.number for item in plan.appendices},
        )


class DataLine(Struct, frozen=True):
    """A row with what its cells are made of. ``file``: the one that the line's answer came from."""

    row: DataRow
    answer: Answer
    unit: str
    file: Submission | None
    facts: Facts


# Where a value comes from: what it depends on, so that it is rendered once for all rows that have it in common.
TASK = "task"  # the task, its appendix and group
WHO = "who"  # the unit, its role, the state of its answer
STATUS = "status"
DUE_STATE = "due state"
PLACE = "place"  # the file's name and the sheet in it
FILE = "file"  # the file, and what is the same in every row
OF_FILE = (FILE, WHO, STATUS, DUE_STATE, PLACE)
"""What is the same in many rows of one file."""


class DataColumn(Struct, frozen=True):
    """A column of ``Dữ liệu``; ``width``: characters."""

    heading: str
    source: str
    value: Callable[[DataLine], Rendered]
    width: float = 16


def _group(line: DataLine) -> Rendered:
    return line.facts.groups.get(line.answer.group)


def _stt(line: DataLine) -> Rendered:
    return (line.row.task.stt or None) if line.row.task else None


def _text(line: DataLine) -> Rendered:
    return line.row.task.text if line.row.task else line.answer.text


def _target(line: DataLine) -> Rendered:
    return line.row.task.target.text if line.row.task and line.row.task.target else None


def _file_name(line: DataLine) -> Rendered:
    return PurePath(line.file.path).name if line.file else None


def _sheet(line: DataLine) -> Rendered:
    return line.answer.sheet if line.file and line.answer.row is not None else None


DATA_COLUMNS: tuple[DataColumn, ...] = (
    DataColumn(layout.LINE_ID, FRESH, lambda line: line.answer.line, 18),
    DataColumn(layout.TASK_ID, TASK, lambda line: line.row.task.id if line.row.task else None),
    DataColumn(layout.FORM, TASK, lambda line: line.facts.appendices[line.answer.appendix]),
    DataColumn("Nhóm", TASK, _group),
    DataColumn("STT", TASK, _stt),
    DataColumn("Nội dung", TASK, _text, 60),
    DataColumn("Lộ trình", TASK, lambda line: line.row.task.roadmap if line.row.task else None),
    DataColumn("Hạn", TASK, lambda line: line.row.due),
    DataColumn(layout.UNIT_ID, WHO, lambda line: line.unit),
    DataColumn("Đơn vị", WHO, lambda line: line.facts.units.get(line.unit, line.unit), 28),
    DataColumn(layout.ROLE, WHO, lambda line: line.answer.role.value),
    DataColumn(layout.ANSWER, WHO, lambda line: line.answer.state.value),
    DataColumn(layout.STATUS, STATUS, Answered(statuses.STATUS)),
    DataColumn(layout.DUE_STATE, DUE_STATE, lambda line: line.row.due_state.value),
    DataColumn("Tỷ lệ (%)", FRESH, Answered(statuses.PERCENT)),
    DataColumn("Giá trị đạt", FRESH, Answered(statuses.ACHIEVED)),
    DataColumn(layout.TARGET, TASK, _target),
    DataColumn("Kết quả thực hiện", FRESH, Answered(statuses.RESULT), 50),
    DataColumn("Số, ký hiệu văn bản", FRESH, Answered(statuses.DOCUMENT)),
    DataColumn("Ngày hoàn thành", FRESH, Answered(statuses.COMPLETED)),
    DataColumn("Khó khăn, vướng mắc", FRESH, Answered(statuses.DIFFICULTY)),
    DataColumn("Đề xuất, kiến nghị", FRESH, Answered(statuses.PROPOSAL)),
    DataColumn("Giải trình", FRESH, Answered(statuses.EXPLANATION)),
    DataColumn("Phát hiện", FRESH, lambda line: ", ".join(line.answer.codes)),
    DataColumn("Tệp nguồn", PLACE, _file_name),
    DataColumn("Trang tính", PLACE, _sheet),
    DataColumn("Dòng", FRESH, lambda line: line.answer.row if line.file else None),
    DataColumn("SHA-256", FILE, lambda line: line.file.sha256 if line.file else None, 14),
    DataColumn("Ngày nhận", FILE, lambda line: local(line.file.received) if line.file else None),
    DataColumn("Kế hoạch", FILE, lambda line: line.facts.plan),
    DataColumn("Kỳ", FILE, lambda line: line.facts.period),
    DataColumn("Cơ quan ban hành", FILE, lambda line: line.facts.issuing_body, 28),
)

NAMED = frozenset(
    {
        statuses.STATUS,
        statuses.PERCENT,
        statuses.ACHIEVED,
        statuses.RESULT,
        statuses.DOCUMENT,
        statuses.COMPLETED,
        statuses.DIFFICULTY,
        statuses.PROPOSAL,
        statuses.EXPLANATION,
    }
)
"""The answer columns that the contract names."""


def data_columns(result: Consolidation) -> tuple[DataColumn, ...]:
    """The columns of a round: those of the contract, then the other answer columns of its forms."""
    known = {column.heading for column in DATA_COLUMNS}
    more: dict[str, DataColumn] = {}
    for appendix in result.round.plan.appendices:
        for item in result.round.form_of(appendix).fields:
            if item.name not in NAMED and item.title not in known:
                more.setdefault(item.title, DataColumn(item.title, FRESH, Answered(item.name)))
    return (*DATA_COLUMNS, *more.values())


@cache
def data_letters(heading: str) -> str:
    """The letters of the column of ``Dữ liệu`` with this heading, one of the contract's."""
    return column_letters([column.heading for column in DATA_COLUMNS].index(heading) + 1)
