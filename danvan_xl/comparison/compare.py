"""The comparison of two consolidated workbooks of one plan, of any two periods.

Exception
└── ValueError
    └── SentenceError
        ├── WrittenError          a file is no workbook of ours, or can't be trusted
        └── DifferentPlansError   the workbooks are of two plans: their lines have nothing to do with each other
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from danvan_xl.comparison.figure_changes import Figures, figures_compared
from danvan_xl.comparison.line_changes import LineChange, Lines, LineState, lines_compared
from danvan_xl.comparison.sides import Side, side_of
from danvan_xl.model import Role
from danvan_xl.wording import SentenceError, sentence
from danvan_xl.written.consolidated_file import Consolidated


class DifferentPlansError(SentenceError):
    """The two workbooks are of different plans."""


class Tally(Struct, frozen=True):
    """Counts for a task or a unit. Of its lead lines: how many there are, were done, were silent; before and now.

    Of all its lines that are in both workbooks: how many moved, were silent twice, were reopened, fell,
    were finished.
    """

    id: str
    words: str
    lines: tuple[int, int]
    done: tuple[int, int]
    silent: tuple[int, int]
    moved: int
    silent_twice: int
    reopened: int
    fell: int
    finished: int


class Comparison(Struct, frozen=True):
    """Two workbooks compared. Nothing is silent twice where both are the same file: that is one report, not two."""

    before: Side
    after: Side
    lines: Lines
    figures: Figures

    @property
    def is_same_file(self) -> bool:
        """Whether both have the same content."""
        return bool(self.before.sha256) and self.before.sha256 == self.after.sha256

    @property
    def moved(self) -> tuple[LineChange, ...]:
        """Lines with another answer, status, percentage or value."""
        return tuple(line for line in self.lines.both if line.changes)

    @property
    def silent_twice(self) -> tuple[LineChange, ...]:
        """Lead lines of which the unit said nothing in both."""
        silent = (line for line in self.lines.both if line.before.is_silent and line.after.is_silent)
        return () if self.is_same_file else tuple(silent)

    @property
    def reopened(self) -> tuple[LineChange, ...]:
        """Lines that were done before, and are under way or not begun now."""
        return tuple(line for line in self.lines.both if line.was_reopened)

    @property
    def fell(self) -> tuple[LineChange, ...]:
        """Lines whose percentage or value is lower now."""
        return tuple(line for line in self.lines.both if line.fallen)

    @property
    def finished(self) -> tuple[LineChange, ...]:
        """Lines that are done now, and were not before."""
        return tuple(line for line in self.lines.both if line.was_finished)

    @property
    def went_silent(self) -> tuple[LineChange, ...]:
        """Lead lines of which the unit spoke before and does not now."""
        return tuple(line for line in self.lines.both if line.went_silent)

    @property
    def tasks(self) -> tuple[Tally, ...]:
        """A tally for each task of either workbook, in the order of the second one."""
        return _tallies(self, lambda line: line.task, lambda line: line.text)

    @property
    def units(self) -> tuple[Tally, ...]:
        """A tally for each unit of either workbook."""
        return _tallies(self, lambda line: line.unit, lambda line: line.unit_name)


def compare(before: Consolidated, after: Consolidated) -> Comparison:
    """Compare two workbooks. Raises ``DifferentPlansError`` and ``WrittenError``."""
    need_one_plan(before, after)
    return compared(side_of(before), side_of(after))


def compared(before: Side, after: Side) -> Comparison:
    """Compare two reports of one plan."""
    return Comparison(before, after, lines_compared(before.lines, after.lines), figures_compared(before, after))


def need_one_plan(before: Consolidated | Side, after: Consolidated | Side) -> None:
    """Raise ``DifferentPlansError`` where two workbooks are of two plans."""
    if before.plan != after.plan:
        plans = {"before": before.name, "plan": before.plan or "?", "after": after.name, "other": after.plan or "?"}
        raise DifferentPlansError(sentence("diff", "two_plans", **plans))


def _tallies(
    comparison: Comparison, by: Callable[[LineState], str], words: Callable[[LineState], str]
) -> tuple[Tally, ...]:
    lines = comparison.lines
    old = [*(line.before for line in lines.both), *lines.only_before]
    new = [*(line.after for line in lines.both), *lines.only_after]
    names = {by(state): words(state) for state in (*old, *new)}
    order = dict.fromkeys(by(state) for state in (*new, *old) if by(state))
    counted = [_counted(states, by) for states in (old, new)]
    changed = [_changes(found, by) for found in (comparison.moved, comparison.silent_twice, comparison.reopened)]
    more = [_changes(found, by) for found in (comparison.fell, comparison.finished)]
    empty = (0, 0, 0)
    found = []
    for name in order:
        (lines_1, done_1, silent_1), (lines_2, done_2, silent_2) = (side.get(name, empty) for side in counted)
        moved, twice, reopened = (side.get(name, 0) for side in changed)
        pairs = ((lines_1, lines_2), (done_1, done_2), (silent_1, silent_2))
        fell, finished = (side.get(name, 0) for side in more)
        found.append(Tally(name, names[name], *pairs, moved, twice, reopened, fell, finished))
    return tuple(found)


def _counted(states: Iterable[LineState], by: Callable[[LineState], str]) -> Mapping[str, tuple[int, int, int]]:
    """Lead lines, those done, those silent."""
    found: dict[str, tuple[int, int, int]] = {}
    for state in states:
        if state.role == Role.LEAD.value:
            lines, done, silent = found.get(by(state), (0, 0, 0))
            found[by(state)] = (lines + 1, done + state.is_done, silent + state.is_silent)
    return found


def _changes(lines: Iterable[LineChange], by: Callable[[LineState], str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        found[by(line.after)] = found.get(by(line.after), 0) + 1
    return found
