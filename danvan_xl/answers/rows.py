"""One row against the rules of its form: its answer cells read, and what is wrong with them.

The engine adds place, severity and line to what the rules find. So that one fault is not listed as ten, a rule that
needs a cell which could not be read is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.answers.tables import Table
from danvan_xl.language.cellvalues import swap_day_and_month
from danvan_xl.model import Appendix, Check, Finding, Goal, Line, Location, Severity, finding
from danvan_xl.model.book import Row
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import NIL, STATUS, AnswerState
from danvan_xl.model.submission import Answer, Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.fields import EMPTY, Reader, Remark, TypedCell, show
from danvan_xl.rules.checks import OTHER_DAYS, WINDOW_CODES, Fault, RowContext


class RowReading(Struct):
    """The cells of one row and what was found in them. ``unread``: fields of which it is not known what they hold."""

    values: dict[str, Value]
    faulty: set[str]
    findings: list[Finding]
    unread: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.values


def read_row(
    checker: FormChecker,
    table: Table,
    row: Row,
    line: str | None,
    target: Goal | None = None,
    readers: Mapping[str, Reader] | None = None,
) -> RowReading:
    """Read the answer cells of a row. ``values`` holds only the filled ones; ``target``: the line's.

    ``readers``: those of the row, where they are not its form's.
    """
    reading = RowReading({}, set(), [])
    raw, width = row.values, len(row.values)
    if table.missing and (not table.lost or has_lost(table, row)):
        reading.unread = table.missing
    formats, fonts = table.sheet.number_formats, table.sheet.fonts
    for name, reader in (readers or checker.readers_for(target)).items():
        column = table.columns.get(name)
        if column is None or column > width:
            continue
        value = raw[column - 1]
        if value is None:
            continue
        place = (row.number, column)
        cell: TypedCell = reader(value, formats.get(place) if formats else None, fonts.get(place) if fonts else None)
        if cell is EMPTY:
            continue
        reading.values[name] = cell.value
        if cell.faulty:
            reading.faulty.add(name)
        for remark in cell.remarks:
            reading.findings.append(placed(remark, table, row.number, name, line))
    return reading


def has_lost(table: Table, row: Row) -> bool:
    """Whether the row has something in a column that may be that of an answer which is missing or stands twice."""
    lost, width = table.lost, len(row.values)
    return bool(lost) and any(column <= width and row.values[column - 1] is not None for column in lost)


def placed(remark: Remark, table: Table, row: int, name: str, line: str | None) -> Finding:
    """The finding that a remark on the cell of a row makes."""
    where = table.place(row, name)
    return finding(
        remark.code, where, remark.found, severity=remark.severity, line=line, title=where.column, **remark.args
    )


DAY_CODES = frozenset({*OTHER_DAYS.values(), *WINDOW_CODES.values()})


def _rule_finding(
    fault: Fault, check: Check, checker: FormChecker, where: Location, line: str | None, found: Value
) -> Finding:
    args = dict(fault.args)
    if check.args.get("explainable"):
        args[EXPLAINABLE] = True
    if "fields" in args:
        args["titles"] = " hoặc ".join(checker.titles[name] for name in check.fields)
        del args["fields"]
    return finding(fault.code, where, show(found), severity=check.severity, line=line, title=where.column, **args)


def check_row(
    checker: FormChecker, table: Table, row: int, line: str | None, reading: RowReading, context: RowContext
) -> Iterator[Finding]:
    """Required cells and the row rules of the form, on what could be read."""
    values = reading.values
    unknown = reading.faulty | reading.unread if reading.unread else reading.faulty
    for name in checker.required:
        if name not in values and name not in table.missing:
            item = checker.form.field(name)
            where = table.place(row, name)
            yield finding("V001", where, None, line=line, title=item.title, options=", ".join(item.enum) or item.title)
    sound = values if not reading.faulty else {k: v for k, v in values.items() if k not in reading.faulty}
    swapped: set[str] = set()
    days: set[str] = set()  # one fault is enough of a day that is out of every bound
    for rule in checker.checks:
        if not rule.applies(sound):
            continue
        if unknown and not unknown.isdisjoint(rule.needs):
            continue
        for fault in rule.faults_in(sound, context):
            if fault.code in DAY_CODES:
                if fault.field in days:
                    continue
                days.add(fault.field)
            where, hint = table.place(row, fault.field), _swap_hint(fault, sound, context)
            if hint and fault.field not in swapped:
                swapped.add(fault.field)
                yield finding("D003", where, show(values[fault.field]), line=line, title=where.column, swapped=hint)
            elif not hint:
                yield _rule_finding(fault, rule.check, checker, where, line, values.get(fault.field))


def _swap_hint(fault: Fault, values: Mapping[str, Value], context: RowContext) -> str | None:
    """For a day out of bounds: the day with day and month swapped, if that lies in the period."""
    value = values.get(fault.field)
    if fault.code not in DAY_CODES or not isinstance(value, date):
        return None
    other = swap_day_and_month(value)
    if fault.code in WINDOW_CODES.values():
        first, last = context.day("window_start"), context.day("window_end")
    else:
        first, last = max(context.plan_start, context.period_start), context.period_end
    inside = other is not None and first <= other <= last
    return show(other) if inside else None


def answer_state(values: Mapping[str, Value], findings: list[Finding]) -> AnswerState:
    """The state of a line that has something in it."""
    if any(item.severity is Severity.ERROR and item.settled is None for item in findings):
        return AnswerState.RETURNED
    return AnswerState.NIL if values.get(STATUS) == NIL else AnswerState.ANSWERED


EXPLAINABLE = "explainable"
"""Among the arguments of an error: that what the unit writes under ``Giải trình`` lets it stand."""


def may_be_explained(item: Finding) -> bool:
    """Whether the unit's own explanation settles a finding: a warning, or an error whose rule says so."""
    settles = item.severity is Severity.WARNING or (item.severity is Severity.ERROR and EXPLAINABLE in item.args)
    return settles and item.settled is None


def explained(findings: list[Finding], explanation: Value) -> list[Finding]:
    """The findings of a line with what may be explained settled by what the unit wrote under ``Giải trình``."""
    if explanation is None:
        return findings
    settlement = Settlement("unit", show(explanation))
    return [replace(item, settled=settlement) if may_be_explained(item) else item for item in findings]


def codes_of(findings: list[Finding]) -> tuple[str, ...]:
    """The codes of a line's findings, each once, in order."""
    return tuple(dict.fromkeys(item.code for item in findings))


def blank_finding(table: Table, row: int, line: str) -> Finding:
    """A line that the unit leads and left empty."""
    return finding("R002", table.place(row, STATUS), line=line)


def deleted_finding(appendix: Appendix, line: Line) -> Finding:
    """A line that the unit deleted from its form."""
    shown = f"{line.task.stt or line.id} {line.task.text}"[:80]
    return finding("R001", Location(sheet=appendix.sheet), shown, line=line.id)


def with_code(answer: Answer, code: str) -> Answer:
    """The answer with the code of one more finding."""
    return replace(answer, codes=tuple(dict.fromkeys((*answer.codes, code))))


def returned(answer: Answer, code: str) -> Answer:
    """The answer as one that the unit must mend, for the reason ``code``."""
    return replace(with_code(answer, code), state=AnswerState.RETURNED)


def empty_answer(line: Line, state: AnswerState) -> Answer:
    """A line without an answer: blank, nil, missing, unassigned, deleted, or of a refused file."""
    return Answer(line.id, line.task.id, line.task.appendix, line.role, state, {}, group=line.task.group)
