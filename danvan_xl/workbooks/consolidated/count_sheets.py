"""The sheets that count in ``Dữ liệu``: by unit, by task, and the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.merging.summary import Counts
from danvan_xl.merging.targets_counted import TargetCounts
from danvan_xl.merging.targets_counted import by_task as targets_by_task
from danvan_xl.merging.targets_reached import TargetReached
from danvan_xl.model import Role, Task, layout
from danvan_xl.model.statuses import ACCOUNT, DONE, IN_PROGRESS, NOT_STARTED, AnswerState, DueState
from danvan_xl.model.submission import CellCount
from danvan_xl.workbooks.consolidated.consolidated_book import LEAD, ConsolidatedBook, Sink, quoted, shortened
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet
from danvan_xl.workbooks.consolidated.unit_chart import insert_unit_charts, rows_of_charts
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column, RowCells

NUMBER, NARROW = "box_number", 8
"""The look of a count and the width of its column."""

LONGEST_TEXT = 220
"""Characters of a task's text that are shown."""


class Counted(Struct, frozen=True):
    """Lines that belong together, counted. ``of``: the criteria that find them in ``Dữ liệu``."""

    book: ConsolidatedBook
    counts: Counts
    of: Mapping[str, str]

    def lead(self) -> Rendered:
        """Lead lines: those that were sent out."""
        return self.book.count(self.counts.lead, {**LEAD, **self.of})

    def answers(self, *states: AnswerState) -> Rendered:
        """Lead lines whose answer is one of the states."""
        value = sum([self.counts.answers[state] for state in states])
        if not self.book.is_live:
            return value
        return self.book.count(value, *({**LEAD, **self.of, layout.ANSWER: quoted(state.value)} for state in states))

    def answered(self) -> Rendered:
        """Lead lines that came back with an answer, "không phát sinh" included."""
        return self.answers(AnswerState.ANSWERED, AnswerState.NIL)

    def status(self, name: str) -> Rendered:
        """Lead lines that were answered with this status."""
        criteria = {layout.ANSWER: quoted(AnswerState.ANSWERED.value), layout.STATUS: quoted(name)}
        return self.book.count(self.counts.statuses[name], {**LEAD, **self.of, **criteria})

    def overdue(self) -> Rendered:
        """Lead lines that are overdue."""
        late = {**LEAD, **self.of, layout.DUE_STATE: quoted(DueState.OVERDUE.value)}
        return self.book.count(self.counts.overdue, late)

    def others(self, role: Role) -> Rendered:
        """Lines of another role: coordinating ones that were answered, units' own."""
        return self.book.count(self.counts.others[role], {layout.ROLE: quoted(role.value), **self.of})


# ---- Theo đơn vị -------------------------------------------------------------------------------------------------


class UnitLine(Struct, frozen=True):
    """A row of ``Theo đơn vị``."""

    number: int
    unit: str
    counted: Counted
    cells: RowCells


def _unanswered(line: UnitLine) -> Rendered:
    cells, counts = line.cells, line.counted.counts
    return Formula(f"{cells.cell('lead')}-{cells.cell('answered')}", counts.lead - counts.answered)


def _share(line: UnitLine) -> Rendered:
    counts, lead, answered = line.counted.counts, line.cells.cell("lead"), line.cells.cell("answered")
    share = round(100 * counts.answered / counts.lead, 1) if counts.lead else 0
    return Formula(f"IF({lead}=0,0,ROUND(100*{answered}/{lead},1))", share)


def unit_columns(book: ConsolidatedBook) -> tuple[Column[UnitLine], ...]:
    """The columns of ``Theo đơn vị``; its chart finds its series among them."""
    say, names = book.say, book.names

    def number(
        name: str, value: Callable[[UnitLine], Rendered], heading: str | None = None, width: float = NARROW
    ) -> Column[UnitLine]:
        return Column(name, heading or say(f"head_{name}"), width, value, NUMBER, summed=True)

    def state(name: str, of: AnswerState) -> Column[UnitLine]:
        return number(name, lambda line: line.counted.answers(of), of.value)

    return (
        Column("stt", say("head_stt"), 5, lambda line: line.number, "box_centre"),
        Column("unit", say("head_unit"), 26, lambda line: names.get(line.unit, line.unit)),
        number("lead", lambda line: line.counted.lead()),
        number("answered", lambda line: line.counted.answered()),
        number("unanswered", _unanswered),
        number("done", lambda line: line.counted.status(DONE)),
        number("doing", lambda line: line.counted.status(IN_PROGRESS)),
        number("not_started", lambda line: line.counted.status(NOT_STARTED)),
        number("overdue", lambda line: line.counted.overdue()),
        state("nil", AnswerState.NIL),
        state("blank", AnswerState.BLANK),
        state("returned", AnswerState.RETURNED),
        Column("share", say("head_share"), NARROW, _share, "box_percent"),
        number("coordinating", lambda line: line.counted.others(Role.COORDINATE), width=NARROW + 1),
        number("own", lambda line: line.counted.others(Role.OWN)),
        Column("code", say("head_code"), 12, lambda line: line.unit, printed=False),
    )


class _ByUnit:
    """``Theo đơn vị``."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.names = book, list[str]()
        self.table = ListSheet(book, layout.BY_UNIT, book.say("by_unit_title"), unit_columns(book), frozen="unit")

    def unit(self, item: UnitRows) -> None:
        cells = self.table.next_cells
        self.names.append(self.book.names.get(item.unit, item.unit))
        counted = Counted(self.book, Counts.of(item.rows), {layout.UNIT_ID: cells.fixed("code")})
        self.table.add(UnitLine(self.table.count + 1, item.unit, counted, cells))

    def finish(self) -> None:
        table = self.table
        place = table.finish(label="unit", below=rows_of_charts(self.names))
        insert_unit_charts(self.book, table.sheet, table.places, place, self.names)


def by_unit(book: ConsolidatedBook) -> Sink:
    """``Theo đơn vị``."""
    return _ByUnit(book)


# ---- Theo nhiệm vụ -----------------------------------------------------------------------------------------------


class TaskLine(Struct, frozen=True):
    """A row of ``Theo nhiệm vụ``. ``targets``: what became of the task's targets, in words."""

    task: Task
    counted: Counted
    targets: str | None


def _short_text(line: TaskLine) -> Rendered:
    return shortened(line.task.text, LONGEST_TEXT)


def task_columns(book: ConsolidatedBook) -> tuple[Column[TaskLine], ...]:
    """The columns of ``Theo nhiệm vụ``."""
    say, due = book.say, book.result.round.due

    def number(name: str, value: Callable[[Counted], Rendered]) -> Column[TaskLine]:
        return Column(name, say(f"head_{name}"), NARROW, lambda line: value(line.counted), NUMBER, summed=True)

    return (
        Column("text", say("head_text"), 54, _short_text),
        Column("due", say("head_due"), 12, lambda line: due[line.task.id]),
        number("units", Counted.lead),
        number("answered", Counted.answered),
        number("done", lambda counted: counted.status(DONE)),
        number("doing", lambda counted: counted.status(IN_PROGRESS)),
        number("not_started", lambda counted: counted.status(NOT_STARTED)),
        number("overdue", Counted.overdue),
        Column("targets", say("head_task_targets"), 12, lambda line: line.targets, leave_out_empty=True),
        Column("roadmap", say("head_roadmap"), 14, lambda line: line.task.roadmap),
        Column("task", say("head_task"), 11, lambda line: line.task.id),
    )


def _target_words(book: ConsolidatedBook, found: Sequence[TargetReached]) -> str | None:
    """What became of the targets of a task: the verdict of a single one, else how many were reached."""
    if len(found) <= 1:
        return found[0].verdict.value if found else None
    counts = TargetCounts.of(found)
    key = "targets_of_task_unclear" if counts.unclear else "targets_of_task"
    return book.say(key, reached=counts.reached, all=counts.targets, unclear=counts.unclear)


def by_task(book: ConsolidatedBook) -> Sink | None:
    """``Theo nhiệm vụ``: counts of lead lines by task."""
    table = ListSheet(book, layout.BY_TASK, book.say("by_task_title"), task_columns(book), frozen="text")
    targets = targets_by_task(book.summary.targets)
    for task in book.result.round.plan.tasks:
        of = {layout.TASK_ID: table.next_cells.fixed("task")}
        counted = Counted(book, book.summary.tasks[task.id], of)
        table.add(TaskLine(task, counted, _target_words(book, targets.get(task.id, ()))))
    table.finish(label="text")
    return None


# ---- Đối soát ----------------------------------------------------------------------------------------------------


class AccountLine(Struct, frozen=True):
    """A row of ``Đối soát``: a unit and a form (or its other sheets). ``changed``: cells unlike the template's."""

    unit: str
    form: str
    sent: int
    counted: Counted
    cells: RowCells
    changed: CellCount

    @property
    def total(self) -> int:
        """The sum of all states; it must be what was sent."""
        return sum(self.counted.counts.answers[state] for state in ACCOUNT)


def _sum(line: AccountLine) -> Rendered:
    return Formula(f"SUM({line.cells.span(ACCOUNT[0].name, ACCOUNT[-1].name)})", line.total)


def _difference(line: AccountLine) -> Rendered:
    cells = line.cells
    return Formula(f"{cells.cell('sent')}-{cells.cell('sum')}", line.sent - line.total)


def _cells_difference(line: AccountLine) -> Rendered:
    cells, changed = line.cells, line.changed
    parts = cells.span("cells_used", "cells_found")
    left = changed.changed - changed.used - changed.repaired - changed.found
    return Formula(f"{cells.cell('cells_changed')}-SUM({parts})", left)


def account_columns(book: ConsolidatedBook) -> tuple[Column[AccountLine], ...]:
    """The columns of ``Đối soát``."""
    say, names = book.say, book.names

    def number(
        name: str,
        width: float,
        value: Callable[[AccountLine], Rendered],
        heading: str | None = None,
        starts_page: bool = False,
    ) -> Column[AccountLine]:
        heading = heading or say(f"head_{name}")
        return Column(name, heading, width, value, NUMBER, summed=True, starts_page=starts_page)

    def state(of: AnswerState) -> Column[AccountLine]:
        return number(of.name, 8.5, lambda line: line.counted.answers(of), of.value)

    return (
        Column("unit", say("head_unit"), 22, lambda line: names.get(line.unit, line.unit)),
        Column("form", say("head_form"), 11, lambda line: line.form),
        number("difference", 9, _difference),
        number("sent", 8, lambda line: line.sent),
        *map(state, ACCOUNT),
        number("sum", 8.5, _sum),
        number("coordinating", 9, lambda line: line.counted.others(Role.COORDINATE)),
        number("own", 8.5, lambda line: line.counted.others(Role.OWN)),
        number("cells_difference", 12, _cells_difference, starts_page=True),
        number("cells_changed", 12, lambda line: line.changed.changed),
        number("cells_used", 12, lambda line: line.changed.used),
        number("cells_repaired", 12, lambda line: line.changed.repaired),
        number("cells_found", 12, lambda line: line.changed.found),
        Column("code", say("head_code"), 14, lambda line: line.unit, printed=False),
    )


class _Account:
    """``Đối soát``: by unit and form, lines sent against the sum of states; the difference must be 0."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, current = book, book.result.round
        self.numbers = {item.id: item.number for item in current.plan.appendices}
        self.nobody = current.unassigned_by_body
        title, note = book.say("account_title"), book.say("account_note")
        self.table = ListSheet(book, layout.ACCOUNT, title, account_columns(book), note=note, frozen="form")

    def unit(self, item: UnitRows) -> None:
        lines = self.nobody.get(item.unit) or self.book.result.round.by_unit[item.unit].values()
        sent = Counter(line.task.appendix for line in lines if line.role is Role.LEAD)
        rows: dict[str, list[DataRow]] = {appendix: [] for appendix in self.numbers}
        for row in item.rows:
            rows[row.answer.appendix].append(row)
        cells = item.file.cells if item.file is not None and item.counts else {}
        for appendix, own in rows.items():
            if sent[appendix] or own:
                changed = cells.get(appendix, CellCount())
                self._add(item.unit, self.numbers[appendix], sent[appendix], Counts.of(own), changed)
        others = [count for name, count in cells.items() if name not in self.numbers]
        if any(count.changed for count in others):
            form = self.book.say("account_other_sheets")
            self._add(item.unit, form, 0, Counts(), sum(others, start=CellCount()))

    def _add(self, unit: str, form: str, sent: int, counts: Counts, changed: CellCount) -> None:
        cells = self.table.next_cells
        of = {layout.UNIT_ID: cells.fixed("code"), layout.FORM: cells.fixed("form")}
        self.table.add(AccountLine(unit, form, sent, Counted(self.book, counts, of), cells, changed))

    def finish(self) -> None:
        self.table.finish(label="form")


def account(book: ConsolidatedBook) -> Sink:
    """``Đối soát``."""
    return _Account(book)
