"""Earlier workbooks that the new one is compared with: plain values, handed over by whoever merges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from danvan_xl.language.showable import shown

if TYPE_CHECKING:
    from danvan_xl.comparison.sides import Side
    from danvan_xl.comparison.target_changes import TargetState

Why = Literal["before", "last_year", "named"]
"""Why a workbook is compared with: it is that of the report before, of the same period of last year, or was named."""

MOST_COMPARED_ROWS = 5_000
"""With more rows of ``Dữ liệu`` in either workbook the comparison is left to ``danvan-xl diff``."""


class Former(Struct, frozen=True):
    """An earlier workbook. ``side``: what is compared; None where it, or the new one, has too many rows for that.

    ``period``: empty where it is not known; ``as_of``: the day that it speaks of, None where it does not say.
    """

    why: Why
    path: str
    period: str = ""
    as_of: date | None = None
    side: Side | None = None

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return shown(PurePath(self.path).name)


class Formers(Struct, frozen=True):
    """What a workbook is compared with. ``targets``: the targets as they are now; empty: none are compared."""

    books: tuple[Former, ...] = ()
    targets: Mapping[str, TargetState] = field(default_factory=dict)
