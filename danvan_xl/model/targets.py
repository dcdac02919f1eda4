"""What a goal or a task asks for in figures (chỉ tiêu): what is to be reached, who says what was, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

Part = Literal["numerator", "denominator", "value", "document", "day", "note"]
"""What a unit can say of a target: each is a cell of its row in the sheet ``Chỉ tiêu``."""


class TargetKind(StrEnum):
    """How the commune's figure comes from what units say. It is never the mean of percentages.

    ``COUNT``: a number of things, at least ``minimum`` for each unit or for all together. ``RATIO``: numerator and
    denominator of every unit, each summed. ``UNITS``: the share of units whose line of the task says that it is done;
    those that are silent are in the denominator; nobody is asked anything beside the line. ``MEASURED``: a figure that
    one named source unit knows. ``RANK``: a rank or a class. ``REACHED``: reached or not, by the number and the day of
    a document.
    """

    COUNT = "count"
    RATIO = "ratio"
    UNITS = "units"
    MEASURED = "measured"
    RANK = "rank"
    REACHED = "reached"

    @property
    def parts(self) -> tuple[Part, ...]:
        """What a unit that is asked must give. A document may be added to every kind but ``UNITS``."""
        return _PARTS[self]

    @property
    def shown(self) -> str:
        """The word in the column ``Loại`` of ``Dữ liệu số``: part of the workbooks' contract."""
        return _SHOWN[self]


_PARTS: Mapping[TargetKind, tuple[Part, ...]] = {
    TargetKind.COUNT: ("value",),
    TargetKind.RATIO: ("numerator", "denominator"),
    TargetKind.UNITS: (),
    TargetKind.MEASURED: ("value",),
    TargetKind.RANK: ("value",),
    TargetKind.REACHED: ("document", "day"),
}


_SHOWN: Mapping[TargetKind, str] = {
    TargetKind.COUNT: "số lượng",
    TargetKind.RATIO: "tỷ lệ",
    TargetKind.UNITS: "tỷ lệ đơn vị",
    TargetKind.MEASURED: "đo lường",
    TargetKind.RANK: "xếp hạng",
    TargetKind.REACHED: "đạt chuẩn",
}


class Target(Struct, frozen=True):
    """One target of a task.

    ``id``: ``<task id>:<number>``; ``title``: what is counted or reached, in a few words; ``source``: the words of the
    task's text that it comes from; ``unit``: unit of measure; ``minimum``: what the commune's figure (of a ratio or a
    share: its percentage, 0-100) must reach at least; ``at_most``: the last rank that is good enough; ``classes``: the
    classes that are; ``required``: what is required, where no figure says it. ``each``: of a count, whether every unit
    must reach the minimum (else all of them together). ``whole``: whether the value is an integer. ``yearly``: whether
    it is to be reached anew every year; ``until``: the day by which. ``asked``: ids of the units and groups that give
    the figures, of a share of units: whose lines of the task count, also those that coordinate it; empty: those that
    lead the task. ``numerator``, ``denominator``: what these count.
    """

    id: str
    kind: TargetKind
    title: str
    source: str
    unit: str = ""
    minimum: float | None = None
    at_most: float | None = None
    classes: tuple[str, ...] = ()
    required: str = ""
    each: bool = False
    whole: bool = False
    yearly: bool = False
    until: date | None = None
    asked: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""


class TargetAnswer(Struct, frozen=True):
    """What a unit said of a target: part → value, or the text as typed where it could not be read.

    ``cells``: part → sheet and cell that it was read from, filled or empty. ``sound``: whether nothing is left to mend;
    what isn't sound is kept as it was typed, and nothing adds it up.
    """

    values: Mapping[Part, str | int | float | date | None] = field(default_factory=dict)
    cells: Mapping[Part, tuple[str, str]] = field(default_factory=dict)
    sound: bool = True
