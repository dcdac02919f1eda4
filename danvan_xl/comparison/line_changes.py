"""Lines of two workbooks, one against the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from danvan_xl.language.text import key
from danvan_xl.model import Role, layout
from danvan_xl.model.statuses import DONE, IN_PROGRESS, NOT_STARTED, SAID, AnswerState
from danvan_xl.written.consolidated_file import refusal
from danvan_xl.written.table_columns import ACHIEVED, AS_TYPED, PERCENT, TASK_TEXT, UNIT_NAME, Cell, TableRow

What = Literal["answer", "status", "percent", "value"]
Value = str | float | None

COMPARED: Mapping[What, str] = {
    "answer": layout.ANSWER,
    "status": layout.STATUS,
    "percent": PERCENT,
    "value": ACHIEVED,
}
"""What of a line is compared → its column."""

LINE_HEADINGS = frozenset(
    (layout.LINE_ID, layout.TASK_ID, layout.FORM, TASK_TEXT, layout.UNIT_ID, UNIT_NAME, layout.ROLE, *COMPARED.values())
)
"""The columns of ``Dữ liệu`` that a line is judged by."""

LineKey = tuple[str, ...]
"""What tells lines from each other: the line id; of a unit's own line unit, appendix, text and which of these it is."""

LOWER: tuple[What, ...] = ("percent", "value")
SAID_WORDS = frozenset(state.value for state in SAID)


class LineState(Struct, frozen=True):
    """A line as one workbook has it. ``values``: what is compared; a number, or the words that stand in its place."""

    line: str
    task: str
    appendix: str
    text: str
    unit: str
    unit_name: str
    role: str
    values: Mapping[What, Value]

    @classmethod
    def of(cls, row: TableRow) -> LineState:
        """The line of a row of ``Dữ liệu``."""
        values = {what: _value(row, heading) for what, heading in COMPARED.items()}
        return cls(
            line=_words(row.get(layout.LINE_ID)),
            task=_words(row.get(layout.TASK_ID)),
            appendix=_words(row.get(layout.FORM)),
            text=_words(row.get(TASK_TEXT)),
            unit=_words(row.get(layout.UNIT_ID)),
            unit_name=_words(row.get(UNIT_NAME)),
            role=_words(row.get(layout.ROLE)),
            values=values,
        )

    @property
    def is_own(self) -> bool:
        """Whether it is a line of the unit's own, whose number is another one in each report."""
        return not self.task

    @property
    def is_silent(self) -> bool:
        """Whether its unit, which leads, said nothing."""
        return self.role == Role.LEAD.value and self.values["answer"] not in SAID_WORDS

    @property
    def is_done(self) -> bool:
        """Whether it counts as done: a line with an error does not."""
        return self.values["status"] == DONE and self.values["answer"] != AnswerState.RETURNED.value


def _words(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _value(row: TableRow, heading: str) -> Value:
    value = row.get(heading)
    value = row.get(AS_TYPED.format(heading)) if value is None else value
    return str(value) if isinstance(value, date) else value


class LineChange(Struct, frozen=True):
    """A line that both workbooks have. ``before`` and ``after`` are never mixed up: A is the first one given."""

    before: LineState
    after: LineState

    @property
    def changes(self) -> dict[What, tuple[Value, Value]]:
        """What is another value now, with both values."""
        old, new = self.before.values, self.after.values
        return {what: (old[what], new[what]) for what in COMPARED if old[what] != new[what]}

    @property
    def was_reopened(self) -> bool:
        """Whether it was done before, and is said not to be done now. One that nobody speaks of now is not."""
        return self.before.is_done and self.after.values["status"] in (IN_PROGRESS, NOT_STARTED)

    @property
    def was_finished(self) -> bool:
        """Whether it is done now, and was not before."""
        return self.after.is_done and not self.before.is_done

    @property
    def went_silent(self) -> bool:
        """Whether the unit spoke of it before and does not now."""
        return self.after.is_silent and not self.before.is_silent

    @property
    def fallen(self) -> dict[What, tuple[Value, Value]]:
        """The percentage and the value that are lower now."""
        pairs = {what: self.changes[what] for what in LOWER if what in self.changes}
        return {what: pair for what, pair in pairs.items() if is_lower(*pair)}


def is_lower(before: object, after: object) -> bool:
    """Whether both are numbers, and the second one is lower."""
    return isinstance(before, (int, float)) and isinstance(after, (int, float)) and after < before


class Lines(Struct, frozen=True):
    """All lines of two workbooks: those of both, in the order of the second one, and those of one alone."""

    both: tuple[LineChange, ...]
    only_before: tuple[LineState, ...]
    only_after: tuple[LineState, ...]


def lines_compared(old: Mapping[LineKey, LineState], new: Mapping[LineKey, LineState]) -> Lines:
    """The lines of two reports. A unit's own lines are the same where unit, appendix and text are."""
    both = tuple(LineChange(old[name], state) for name, state in new.items() if name in old)
    only_before = tuple(state for name, state in old.items() if name not in new)
    return Lines(both, only_before, tuple(state for name, state in new.items() if name not in old))


def keyed_lines(path: str, states: Iterable[LineState]) -> dict[LineKey, LineState]:
    """The lines of the report at ``path`` by what tells them apart. Raises ``WrittenError`` where one stands twice."""
    found: dict[LineKey, LineState] = {}
    for name, state in _keyed(states):
        if name in found:
            raise refusal(path, "line_twice", sheet=layout.DATA, heading=layout.LINE_ID, line=state.line)
        found[name] = state
    return found


def _keyed(states: Iterable[LineState]) -> Iterator[tuple[LineKey, LineState]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for state in states:
        if not state.is_own:
            yield (state.line,), state
            continue
        name = (state.unit, state.appendix, key(state.text))
        seen[name] += 1
        yield (*name, str(seen[name])), state
