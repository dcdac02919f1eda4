"""The figures of a target as formulas over ``Dữ liệu số`` and ``Dữ liệu``: what ``targets_reached`` counts, once more.

Parts are added up over the units, then divided once; the verdict is worked out from the cells beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from danvan_xl.merging.targets_reached import ALL, TargetReached
from danvan_xl.model import Target, TargetKind, layout
from danvan_xl.model.statuses import DONE, AnswerState, Verdict
from danvan_xl.workbooks.consolidated.consolidated_book import LEAD, ConsolidatedBook, quoted
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered
from danvan_xl.workbooks.writing.sheet_columns import RowCells

ANSWERED, NIL = quoted(AnswerState.ANSWERED.value), quoted(AnswerState.NIL.value)
MOST_NAMED = 60
"""Units whose lines one formula names; more would not fit into it."""


class TargetLine(Struct, frozen=True):
    """A row of ``Chỉ tiêu``: a target, and the cells of the row that its formulas refer to."""

    book: ConsolidatedBook
    number: int
    reached: TargetReached
    cells: RowCells

    @property
    def target(self) -> Target:
        return self.reached.item.target

    @property
    def is_live(self) -> bool:
        """Whether the row is made of formulas."""
        book = self.book
        return book.is_live if self.target.kind is TargetKind.UNITS else book.has_live_figures

    # ---- counts of answers -----------------------------------------------------------------------------------

    def _of(self, **more: str) -> Mapping[str, str]:
        """Criteria for the rows of the target in ``Dữ liệu số`` whose answers count."""
        return {layout.INDICATOR_ID: self.cells.fixed("id"), layout.ANSWER: ANSWERED, **more}

    def _given(self) -> str:
        return self.book.figure_countifs(self._of())

    def answered(self) -> Rendered:
        """How many units gave what is needed, or called their whole report nil."""
        value = self.reached.answered + self.reached.nil
        if not self.is_live or self.target.kind is TargetKind.UNITS:
            return value
        nil = self.book.figure_countifs({**self._of(), layout.ANSWER: NIL})
        return Formula(f"{self._given()}+{nil}", value)

    # ---- the commune's figures -------------------------------------------------------------------------------

    def numerator(self) -> Rendered:
        """The sum of numerators, or the number of units that reach what each must."""
        found, book = self.reached, self.book
        if found.numerator is None or not self.is_live:
            return found.numerator
        if self.target.kind is TargetKind.UNITS:
            return Formula(self._lines_done(), found.numerator) if self._lines_done() else found.numerator
        if self.target.kind is TargetKind.COUNT:
            enough = f'">="&{self.target.minimum:.15g}'
            return Formula(book.figure_countifs({**self._of(), layout.FIGURE: enough}), found.numerator)
        return Formula(book.figure_sumifs(layout.NUMERATOR, self._of()), found.numerator)

    def _lines_done(self) -> str:
        """How many lines of the task are done: of those who lead it, or of the units that the plan names."""
        item, book = self.reached.item, self.book
        done = {
            layout.TASK_ID: quoted(item.task.id), layout.ANSWER: ANSWERED, layout.STATUS: quoted(DONE)
        }  # fmt: skip
        if not item.target.asked:
            return book.countifs({**LEAD, **done})
        if not 0 < len(self.reached.units) <= MOST_NAMED:
            return ""
        units = ",".join(quoted(unit) for unit in self.reached.units)
        return f"SUMPRODUCT({book.countifs({**done, layout.UNIT_ID: f'{{{units}}}'})})"

    def denominator(self) -> Rendered:
        """The sum of denominators, or the number of units."""
        found = self.reached
        if found.denominator is None or not self.is_live:
            return found.denominator
        if self.target.kind is TargetKind.RATIO:
            return Formula(self.book.figure_sumifs(layout.DENOMINATOR, self._of()), found.denominator)
        if self.target.kind is TargetKind.COUNT:
            return Formula(self.cells.cell("asked"), found.denominator)
        if self.target.asked:
            return found.denominator
        lines = self.book.countifs({**LEAD, layout.TASK_ID: quoted(self.reached.item.task.id)})
        return Formula(lines, found.denominator)

    def value(self) -> Rendered:
        """What the commune reached."""
        found = self.reached
        shown: float | str = "" if found.value is None else found.value
        if not self.is_live or isinstance(found.value, str) or self.target.kind is TargetKind.REACHED:
            return found.value
        if self._is_share:
            some, whole = self.cells.cell("numerator"), self.cells.cell("denominator")
            return Formula(f'IF(N({whole})=0,"",{some}*{ALL}/{whole})', shown)
        if self.target.kind is TargetKind.COUNT:
            total = self.book.figure_sumifs(layout.FIGURE, self._of())
            return Formula(f'IF({self.cells.cell("answered")}=0,"",{total})', shown)
        return Formula(self._own_figure(), shown) if found.units else found.value

    @property
    def _is_share(self) -> bool:
        kind = self.target.kind
        return kind in (TargetKind.RATIO, TargetKind.UNITS) or (kind is TargetKind.COUNT and self.target.each)

    def _own_figure(self) -> str:
        """The figure of the unit that says it, where nobody says another one."""
        source = self.reached.source or self.reached.units[0]
        own = self.book.figure_sumifs(layout.FIGURE, {**self._of(), layout.UNIT_ID: quoted(source)})
        same = self.book.figure_countifs({**self._of(), layout.FIGURE: own})
        return f'IF(AND({self._given()}>0,{same}={self._given()}),{own},"")'

    # ---- the verdict -----------------------------------------------------------------------------------------

    def verdict(self) -> Rendered:
        """Whether that is enough."""
        formula = self._verdict() if self.is_live else ""
        return Formula(formula, self.reached.verdict.value) if formula else self.reached.verdict.value

    def _verdict(self) -> str:
        """The verdict as a formula; none where it can't be worked out from cells."""
        cell, low = self.cells.cell, self.target.minimum
        answered, asked, value = cell("answered"), cell("asked"), cell("value")
        some, whole = cell("numerator"), cell("denominator")
        kind = self.target.kind
        if kind is TargetKind.UNITS:
            reached = f"{some}*{ALL}>={ALL if low is None else low:.15g}*{whole}"
            return f"IF(N({whole})=0,{UNCLEAR},IF({reached},{YES},{NO}))"
        if kind is TargetKind.RATIO:
            enough = f"IF({some}*{ALL}>={low:.15g}*{whole},{YES},{NO})" if low is not None else AS_SAID
            rest = f"IF(OR(N({whole})=0,{answered}<{asked}),{UNCLEAR},{enough})"
            return f"IF(N({some})<N({whole}),{NO},{rest})" if low is not None and low >= ALL else rest
        if kind is TargetKind.COUNT and self.target.each:
            rest = f"IF({answered}>{some},{NO},{UNCLEAR})"
            return f"IF(AND({asked}>0,{some}={asked}),{YES},{rest})"
        if kind is TargetKind.COUNT:
            rest = (
                f"IF({value}>={low:.15g},{YES},IF({answered}<{asked},{UNCLEAR},{NO}))" if low is not None else AS_SAID
            )
            return f"IF({answered}=0,{UNCLEAR},{rest})"
        if kind is TargetKind.REACHED:
            return self._verdict_of_document()
        if isinstance(self.reached.value, str) or (kind is TargetKind.RANK and self.target.classes):
            return self._verdict_of_class()
        return f"IF(ISNUMBER({value}),{self._compared(value)},{UNCLEAR})" if self.reached.units else ""

    def _compared(self, value: str) -> str:
        low, high = self.target.minimum, self.target.at_most
        tests = [f"{value}>={low:.15g}"] if low is not None else []
        tests += [f"{value}<={high:.15g}"] if high is not None else []
        return f"IF(AND({','.join(tests)}),{YES},{NO})" if tests else AS_SAID

    def _verdict_of_class(self) -> str:
        """Of one unit's word, whether it is one of the classes."""
        words = self.reached.value
        is_class = isinstance(words, str) and not any(letter.isdigit() for letter in words)
        if not self.target.classes or self.reached.answered != 1 or not is_class:
            return ""
        counts = [self.book.figure_countifs({**self._of(), layout.FIGURE: quoted(n)}) for n in self.target.classes]
        return f"IF({self._given()}=0,{UNCLEAR},IF({'+'.join(counts)}={self._given()},{YES},{NO}))"

    def _verdict_of_document(self) -> str:
        until = self.target.until
        in_time = f'"<="&{_excel(until)}' if until is not None else '">0"'
        good, given = self.book.figure_countifs({**self._of(), layout.TARGET_DAY: in_time}), self._given()
        answered, asked = self.cells.cell("answered"), self.cells.cell("asked")
        missed = f"IF(OR({given}>0,AND({answered}>0,{answered}={asked})),{NO},{UNCLEAR})"
        return f"IF({good}>0,IF({good}={given},{YES},{UNCLEAR}),{missed})"


YES, NO = quoted(Verdict.REACHED.value), quoted(Verdict.NOT_REACHED.value)
UNCLEAR, AS_SAID = quoted(Verdict.UNCLEAR.value), quoted(Verdict.AS_SAID.value)


def _excel(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"
