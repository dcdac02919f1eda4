"""Targets of two reports: what was reached before and what is reached now."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from danvan_xl.model import layout
from danvan_xl.model.book import RawValue
from danvan_xl.written.consolidated_file import Consolidated
from danvan_xl.written.sheet_tables import find_tables, text_of

NEEDED = (layout.INDICATOR_ID,)
"""Headings of the sheet ``Chỉ tiêu`` without which it is not read."""
TITLE, REACHED, VERDICT = (layout.TARGET, "Target"), ("Kết quả", "Reached"), ("Đánh giá", "Verdict")
"""Its other headings, in the languages of workbooks."""


class TargetState(Struct, frozen=True):
    """A target as one report has it.

    ``value``: what was reached, in figures or in words; ``verdict``: as the sheet says it (Đạt, Chưa đạt, Chưa đủ số
    liệu); None and empty where it says nothing.
    """

    id: str
    words: str
    value: float | str | None = None
    verdict: str = ""


class TargetChange(Struct, frozen=True):
    """A target in both reports; None where a report does not have it."""

    before: TargetState | None
    after: TargetState | None

    @property
    def state(self) -> TargetState:
        """The newer one of the two."""
        found = self.after or self.before
        assert found is not None, "a target of no report"
        return found


def targets_of(book: Consolidated) -> Mapping[str, TargetState]:
    """Target → what the workbook's sheet ``Chỉ tiêu`` says of it; nothing where it has none that can be read.

    A target that stands there twice belongs to nobody: it is left out.
    """
    found: dict[str, TargetState] = {}
    twice = set()
    for table in find_tables(book.book, layout.TARGET, NEEDED):
        for _, values in table.rows if table.doubt is None else ():
            name = text_of(values.get(layout.INDICATOR_ID))
            if name is None:
                continue
            twice |= {name} & found.keys()
            value = _first(values, REACHED)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            reached = float(value) if is_number else text_of(value)  # type: ignore[arg-type]  # a number, as was seen
            words, verdict = (text_of(_first(values, heads)) or "" for heads in (TITLE, VERDICT))
            found[name] = TargetState(name, words, reached, verdict)
    return {name: state for name, state in found.items() if name not in twice}


def _first(values: Mapping[str, RawValue], heads: tuple[str, ...]) -> RawValue:
    return next((values[head] for head in heads if head in values), None)


def targets_compared(old: Mapping[str, TargetState], new: Mapping[str, TargetState]) -> tuple[TargetChange, ...]:
    """The targets of two reports, in the order of the newer one."""
    return tuple(TargetChange(old.get(name), new.get(name)) for name in dict.fromkeys((*new, *old)))
