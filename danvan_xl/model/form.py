"""A form: the answer columns beside the plan's own columns, and the checks on them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from danvan_xl.model.finding import Severity


class Field(Struct, frozen=True):
    """An answer column, in the vocabulary of the Frictionless Table Schema.

    ``type``: string, integer, number, date. ``format``: ``percent`` (a number from 0 to 100), ``document_number``, or
    None. ``aliases``: other headings in use. ``synonyms``: list value → what people type for it. ``width``: in
    characters. ``help``: the input message in Excel.
    """

    name: str
    title: str
    type: str
    format: str | None = None
    required: bool = False
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    pattern: str | None = None
    missing_values: tuple[str, ...] = ("",)
    aliases: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    width: float = 16
    help: str = ""
    severity: Severity = Severity.ERROR


class Check(Struct, frozen=True):
    """A rule on a row (or, in ``Số liệu``, on the sheet): its kind says which function applies it."""

    id: str
    kind: str
    fields: tuple[str, ...]
    severity: Severity
    args: Mapping[str, object] = field(default_factory=dict)
    since: str | None = None


class IndicatorKind(StrEnum):
    """What an indicator counts: what arises in the period, what there is at its end, or a share, which has no sum."""

    FLOW = "flow"
    STOCK = "stock"
    RATE = "rate"

    @property
    def shown(self) -> str:
        """The word in the column ``Loại`` of ``Dữ liệu số``: part of the workbooks' contract."""
        return {IndicatorKind.FLOW: "phát sinh", IndicatorKind.STOCK: "thời điểm", IndicatorKind.RATE: "tỷ lệ"}[self]


class Indicator(Struct, frozen=True):
    """A line of ``Số liệu``: a figure that units report and that is summed over units, but for a rate.

    ``type``: integer, decimal or money. ``group``: the heading below which it is printed; ``part_of``: the indicator of
    which it is a part. ``asked``: who reports it: ids of units or groups of a plan, or codes of standard organisations;
    nobody named: everybody. ``since_version``: the version of the form that first had it. ``minimum``, ``maximum``:
    where they are not the column's.
    """

    id: str
    title: str
    unit: str
    type: str = "integer"
    kind: IndicatorKind = IndicatorKind.FLOW
    group: str = ""
    part_of: str = ""
    asked: tuple[str, ...] = ()
    since_version: int = 1
    minimum: float | None = None
    maximum: float | None = None
    help: str = ""

    @property
    def is_summed(self) -> bool:
        """Whether its figures make a sum over units."""
        return self.kind is not IndicatorKind.RATE

    @property
    def is_whole(self) -> bool:
        """Whether it counts whole things."""
        return self.type == "integer"


class Question(Struct, frozen=True):
    """A line of ``Khó khăn, kiến nghị``: a heading under which a unit writes in its own words."""

    id: str
    title: str
    help: str = ""


class Form(Struct, frozen=True):
    """A form as its rule file gives it. ``kind``: ``lines`` (beside tasks), ``statistics`` or ``questions``."""

    id: str
    version: int
    kind: str
    title: str
    sheet: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    questions: tuple[Question, ...] = ()
    spare_rows: int = 0

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """(id, title) of every indicator and question, in printed order."""
        figures = tuple((item.id, item.title) for item in self.indicators)
        return (*figures, *((item.id, item.title) for item in self.questions))

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of its groups of indicators, each once, in printed order."""
        return tuple(dict.fromkeys(item.group for item in self.indicators if item.group))

    def field(self, name: str) -> Field:
        """The field with this name; KeyError where the form has none."""
        for item in self.fields:
            if item.name == name:
                return item
        raise KeyError(name)
