"""What the kinds of row rules are made of: rows, what a rule knows besides its row, and faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import cast

from msgspec import Struct

from danvan_xl.model import Check, Goal
from danvan_xl.model.submission import Value

Values = Mapping[str, Value]
"""Field name → typed value; None where the cell is empty."""
Refs = Mapping[str, str]
"""Field name → relative cell address such as ``H8``."""


class RowContext(Struct, frozen=True):
    """What a row rule can use besides the row: the plan's and period's days, the line's due day and target.

    ``before``: indicator → what the template printed beside it as the last report's figure. ``as_of``: the cut-off, on
    which a line that is not done is late if it was due before. ``window_start``, ``window_end``: the days that the data
    of the report cover.
    """

    plan_start: date
    plan_end: date
    period_start: date
    period_end: date
    as_of: date
    due: date | None = None
    target: Goal | None = None
    before: Mapping[str, float] = {}
    window_start: date | None = None
    window_end: date | None = None

    def day(self, name: str) -> date:
        """The day with that name; of a window that nobody knows, the day of the period."""
        found = getattr(self, name)
        return cast(date, found or getattr(self, name.replace("window_", "period_")))


class Fault(Struct, frozen=True):
    """A violation: the field at fault, the finding code, the arguments of its sentence."""

    field: str
    code: str
    args: Mapping[str, object]


FaultsOf = Callable[[Check, Values, RowContext], Iterator[Fault]]
"""A rule, a row it applies to, and the context → the faults."""


class CheckKind(Struct, frozen=True):
    """A rule kind: its faults, its Excel condition, the code whose wording the live column shows.

    ``anchor``: which of its fields the live check stands beside, where a row is a single figure; ``single``: each of
    its fields is a rule of its own.
    """

    faults: FaultsOf
    formula: Callable[[Check, Refs, RowContext], str | None]
    code: str
    anchor: int = 0
    single: bool = False


def number_words(value: float) -> str:
    """A number as people write it: ``12,5``."""
    return f"{value:.15g}".replace(".", ",")


def before_ref(indicator: str) -> str:
    """What names, among ``Refs``, the cell with the last report's figure of an indicator."""
    return f"before {indicator}"
