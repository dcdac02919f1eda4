"""The summary sheets by unit and task: who has reported, counts, the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath

from danvan_xl.merging.consolidation import DataRow, UnitRows, UnitState
from danvan_xl.merging.summary import Counts
from danvan_xl.model import Role, Severity, layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.statuses import ACCOUNT, PROGRESS, AnswerState, DueState, FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.consolidated.consolidated_book import (
    LEAD,
    Column,
    ConsolidatedBook,
    ListSheet,
    Sink,
    local,
    quoted,
)
from danvan_xl.workbooks.writing.row_xml import Formula, Rendered

STATE_STYLES = {"submitted": "good", "nil": "good", "returned": "bad", "missing": "bad"}
TIME_STYLES = {"late": "warn", "on_mark": "warn"}
ANSWERED = {"Trả lời": quoted(AnswerState.ANSWERED.value)}
NUMBER = "box_number"


# ---- Tình hình nộp -----------------------------------------------------------------------------------------------


class _Delivery:
    """``Tình hình nộp``: unit × form."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book, self.forms = book, book.result.round.plan.appendices
        say = book.say
        self.table = ListSheet(
            book,
            layout.DELIVERY,
            say("delivery_title"),
            [
                Column(say("head_stt"), 6, "box_centre"),
                Column(say("head_code"), 10),
                Column(say("head_unit"), 34),
                Column(say("head_state"), 15),
                *(Column(item.sheet, 15) for item in self.forms),
                Column(say("head_received"), 17),
                Column(say("head_time"), 15),
                Column(say("head_errors"), 8, NUMBER),
                Column(say("head_warnings"), 10, NUMBER),
                Column(say("head_files"), 40),
                Column(say("head_note"), 34),
            ],
        )

    def unit(self, item: UnitRows) -> None:
        state, book = item.state, self.book
        if state is None:
            return
        file = item.file
        forms = [_form_state(state, file, form.id) for form in self.forms]
        errors = (file.count(Severity.ERROR) + file.count(Severity.BLOCKER)) if file else None
        values: list[Rendered] = [
            self.table.spool.rows + 1,
            state.unit,
            book.names[state.unit],
            book.say(f"state_{state.state}"),
            *(book.say(f"state_{name}") for name in forms),
            local(state.received),
            book.say(f"time_{state.timeliness}") if state.timeliness else None,
            errors,
            file.count(Severity.WARNING) if file else None,
            PurePath(file.path).name if file else None,
            book.say("nil_reason", reason=file.nil_reason or "-") if file is not None and file.nil else None,
        ]
        styles = {3: STATE_STYLES[state.state]}
        styles |= {4 + position: STATE_STYLES[name] for position, name in enumerate(forms)}
        if state.timeliness in TIME_STYLES:
            styles[5 + len(forms)] = TIME_STYLES[state.timeliness]
        self.table.add(values, styles)

    def finish(self) -> None:
        self.table.finish()


def _form_state(state: UnitState, file: Submission | None, appendix: str) -> str:
    """What a unit did with one form: submitted, nil, returned or missing."""
    if state.state == "missing" or file is None:
        return "missing"
    rows = [a.state for a in file.answers if a.appendix == appendix and a.role is Role.LEAD]
    if file.status is FileStatus.REFUSED or AnswerState.RETURNED in rows:
        return "returned"
    if file.nil or appendix in file.nil_forms or (rows and all(a is AnswerState.NIL for a in rows)):
        return "nil"
    return "missing" if rows and all(a in (AnswerState.BLANK, AnswerState.DELETED) for a in rows) else "submitted"


def delivery(book: ConsolidatedBook) -> Sink:
    """``Tình hình nộp``."""
    return _Delivery(book)


# ---- counts ------------------------------------------------------------------------------------------------------


def _states(book: ConsolidatedBook, base: Mapping[str, str], counts: Counts, *wanted: AnswerState) -> Rendered:
    value = sum([counts.answers[state] for state in wanted])
    if not book.is_live:
        return value
    criteria = [{**base, "Trả lời": quoted(state.value)} for state in wanted]
    return book.count(value, *criteria)


def _status(book: ConsolidatedBook, base: Mapping[str, str], counts: Counts, name: str) -> Rendered:
    return book.count(counts.statuses[name], {**base, **ANSWERED, "Trạng thái": quoted(name)})


def _main_counts(book: ConsolidatedBook, base: Mapping[str, str], counts: Counts) -> list[Rendered]:
    """Lines, answered, the three statuses, overdue."""
    late = {**base, "Tình trạng hạn": quoted(DueState.OVERDUE.value)}
    return [
        book.count(counts.lead, base),
        _states(book, base, counts, AnswerState.ANSWERED, AnswerState.NIL),
        *(_status(book, base, counts, name) for name in PROGRESS),
        book.count(counts.overdue, late),
    ]


def _other_counts(book: ConsolidatedBook, base: Mapping[str, str], counts: Counts) -> list[Rendered]:
    """Coordinating lines that were answered, and units' own lines."""
    roles = (Role.COORDINATE, Role.OWN)
    return [book.count(counts.others[role], {"Vai trò": quoted(role.value), **base}) for role in roles]


class _ByUnit:
    """``Theo đơn vị``."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book = book
        say = book.say
        names = ("lead", "answered", "unanswered", "done", "doing", "not_started", "overdue")
        self.table = ListSheet(
            book,
            layout.BY_UNIT,
            say("by_unit_title"),
            [
                Column(say("head_stt"), 6, "box_centre"),
                Column(say("head_code"), 12),
                Column(say("head_unit"), 40),
                *(Column(say(f"head_{name}"), 13, NUMBER, summed=True) for name in names),
                Column(AnswerState.NIL.value, 13, NUMBER, summed=True),
                Column(AnswerState.BLANK.value, 11, NUMBER, summed=True),
                Column(AnswerState.RETURNED.value, 11, NUMBER, summed=True),
                Column(say("head_share"), 13, "box_percent"),
                Column(say("head_coordinating"), 15, NUMBER, summed=True),
                Column(say("head_own"), 13, NUMBER, summed=True),
            ],
        )

    def unit(self, item: UnitRows) -> None:
        book, row = self.book, self.table.next_row
        counts = Counts.of(item.rows)
        base = {**LEAD, "Mã đơn vị": f"$B{row}"}
        main = _main_counts(book, base, counts)
        share = round(100 * counts.answered / counts.lead, 1) if counts.lead else 0
        values: list[Rendered] = [
            self.table.spool.rows + 1,
            item.unit,
            book.names.get(item.unit, item.unit),
            *main[:2],
            Formula(f"D{row}-E{row}", counts.lead - counts.answered),
            *main[2:],
            _states(book, base, counts, AnswerState.NIL),
            _states(book, base, counts, AnswerState.BLANK),
            _states(book, base, counts, AnswerState.RETURNED),
            Formula(f"IF(D{row}=0,0,ROUND(100*E{row}/D{row},1))", share),
            *_other_counts(book, {"Mã đơn vị": f"$B{row}"}, counts),
        ]
        self.table.add(values)

    def finish(self) -> None:
        self.table.finish(label=2)


def by_unit(book: ConsolidatedBook) -> Sink:
    """``Theo đơn vị``."""
    return _ByUnit(book)


def by_task(book: ConsolidatedBook) -> Sink | None:
    """``Theo nhiệm vụ``: counts of lead lines by task."""
    say, current = book.say, book.result.round
    names = ("units", "answered", "done", "doing", "not_started", "overdue")
    table = ListSheet(
        book,
        layout.BY_TASK,
        say("by_task_title"),
        [
            Column(say("head_task"), 12),
            Column(say("head_text"), 70),
            Column(say("head_roadmap"), 18),
            Column(say("head_due"), 12),
            *(Column(say(f"head_{name}"), 12, NUMBER, summed=True) for name in names),
        ],
    )
    for task in current.plan.tasks:
        words = task.text if len(task.text) <= 220 else f"{task.text[:217]}…"
        base = {**LEAD, "Mã nhiệm vụ": f"$A{table.next_row}"}
        counts = _main_counts(book, base, book.summary.tasks[task.id])
        table.add([task.id, words, task.roadmap, current.due[task.id], *counts])
    table.finish(label=1)
    return None


# ---- Đối soát ----------------------------------------------------------------------------------------------------


class _Account:
    """``Đối soát``: by unit and form, lines sent against the sum of states; the difference must be 0."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book = book
        say = book.say
        self.numbers = {item.id: item.number for item in book.result.round.plan.appendices}
        self.nobody = book.result.round.unassigned_by_body
        columns = [
            Column(say("head_code"), 14),
            Column(say("head_unit"), 34),
            Column(say("head_form"), 14),
            Column(say("head_sent"), 11, NUMBER, summed=True),
            *(Column(state.value, 11, NUMBER, summed=True) for state in ACCOUNT),
            Column(say("head_sum"), 12, NUMBER, summed=True),
            Column(say("head_difference"), 11, NUMBER, summed=True),
            Column(say("head_coordinating"), 14, NUMBER, summed=True),
            Column(say("head_own"), 11, NUMBER, summed=True),
        ]
        self.table = ListSheet(book, layout.ACCOUNT, say("account_title"), columns, say("account_note"))
        self.table.sheet.freeze_panes(ListSheet.HEAD + 1, 3)

    def unit(self, item: UnitRows) -> None:
        lines = self.nobody.get(item.unit) or self.book.result.round.by_unit[item.unit].values()
        sent = Counter(line.task.appendix for line in lines if line.role is Role.LEAD)
        rows: dict[str, list[DataRow]] = {appendix: [] for appendix in self.numbers}
        for row in item.rows:
            rows[row.answer.appendix].append(row)
        for appendix, own in rows.items():
            if sent[appendix] or own:
                self._row(item.unit, appendix, sent[appendix], Counts.of(own))

    def _row(self, unit: str, appendix: str, sent: int, counts: Counts) -> None:
        book, row = self.book, self.table.next_row
        base = {"Mã đơn vị": f"$A{row}", "Phụ lục": f"$C{row}"}
        total = sum(counts.answers[state] for state in ACCOUNT)
        first, last, added = column_letters(5), column_letters(4 + len(ACCOUNT)), column_letters(5 + len(ACCOUNT))
        values: list[Rendered] = [
            unit,
            book.names.get(unit, unit),
            self.numbers[appendix],
            sent,
            *(_states(book, {**LEAD, **base}, counts, state) for state in ACCOUNT),
            Formula(f"SUM({first}{row}:{last}{row})", total),
            Formula(f"D{row}-{added}{row}", sent - total),
            *_other_counts(book, base, counts),
        ]
        self.table.add(values)

    def finish(self) -> None:
        self.table.finish(label=2)


def account(book: ConsolidatedBook) -> Sink:
    """``Đối soát``."""
    return _Account(book)
