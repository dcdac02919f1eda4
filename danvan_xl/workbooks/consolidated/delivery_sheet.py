"""``Tình hình nộp``: unit × form, what was delivered, when, with which findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.answers.nothing import is_nil_form
from danvan_xl.merging.consolidation import UnitRows, UnitState
from danvan_xl.merging.remarks import unit_remarks
from danvan_xl.model import Appendix, Role, Severity, layout
from danvan_xl.model.statuses import AnswerState, FileStatus, UnitProgress
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.consolidated.list_sheet import ListSheet
from danvan_xl.workbooks.consolidated.moments import local
from danvan_xl.workbooks.writing.row_xml import Rendered
from danvan_xl.workbooks.writing.sheet_columns import Column

STATE_LOOKS = {"submitted": "good", "nil": "good", "returned": "bad", "missing": "bad"}
TIME_LOOKS = {"late": "warn", "on_mark": "warn"}


class DeliveryLine(Struct, frozen=True):
    """A row: a unit, its state, and its file."""

    number: int
    state: UnitState
    file: Submission | None

    def form(self, appendix: str) -> UnitProgress:
        """What the unit did with one form."""
        file = self.file
        if self.state.state == "missing" or file is None:
            return "missing"
        rows = [a.state for a in file.answers if a.appendix == appendix and a.role is Role.LEAD]
        if file.status is FileStatus.REFUSED or AnswerState.RETURNED in rows:
            return "returned"
        if is_nil_form(file, appendix):
            return "nil"
        return "missing" if rows and all(a in (AnswerState.BLANK, AnswerState.DELETED) for a in rows) else "submitted"


def _errors(line: DeliveryLine) -> Rendered:
    return line.file.count(Severity.ERROR) + line.file.count(Severity.BLOCKER) if line.file else None


def delivery_columns(book: ConsolidatedBook) -> tuple[Column[DeliveryLine], ...]:
    """The columns of ``Tình hình nộp``."""
    say = book.say

    def column(
        name: str,
        width: float,
        value: Callable[[DeliveryLine], Rendered],
        style: str = "box",
        *,
        printed: bool = True,
        leave_out_empty: bool = False,
    ) -> Column[DeliveryLine]:
        heading = say(f"head_{name}")
        return Column(name, heading, width, value, style, printed=printed, leave_out_empty=leave_out_empty)

    def form(item: Appendix) -> Column[DeliveryLine]:
        return Column(
            f"form {item.id}",
            item.sheet,
            12,
            lambda line: say(f"state_{line.form(item.id)}"),
            look=lambda line: STATE_LOOKS[line.form(item.id)],
        )

    def note(line: DeliveryLine) -> Rendered:
        remarks = [*unit_remarks(line.state, book.lang)]
        if line.file and line.file.nil:
            remarks.append(say("nil_reason", reason=line.file.nil_reason or "-"))
        return " ".join(remarks) or None

    return (
        column("stt", 5, lambda line: line.number, "box_centre"),
        column("unit", 26, lambda line: book.names[line.state.unit]),
        Column(
            "state",
            say("head_state"),
            14,
            lambda line: say(f"state_{line.state.words}"),
            look=lambda line: STATE_LOOKS[line.state.state],
        ),
        Column(
            "time",
            say("head_time"),
            10,
            lambda line: say(f"time_{line.state.timeliness}") if line.state.timeliness else None,
            look=lambda line: TIME_LOOKS.get(line.state.timeliness or ""),
        ),
        column("received", 16.5, lambda line: local(line.state.received)),
        *map(form, book.result.round.plan.appendices),
        column("errors", 6, _errors, "box_number"),
        column("warnings", 8, lambda line: line.file.count(Severity.WARNING) if line.file else None, "box_number"),
        column("note", 31, note, leave_out_empty=True),
        column("code", 10, lambda line: line.state.unit, printed=False),
        column("files", 40, lambda line: PurePath(line.file.path).name if line.file else None, printed=False),
    )


class _Delivery:
    """``Tình hình nộp``."""

    def __init__(self, book: ConsolidatedBook) -> None:
        self.table = ListSheet(book, layout.DELIVERY, book.say("delivery_title"), delivery_columns(book), frozen="unit")

    def unit(self, item: UnitRows) -> None:
        if item.state is not None:
            self.table.add(DeliveryLine(self.table.count + 1, item.state, item.file))

    def finish(self) -> None:
        self.table.finish()


def delivery(book: ConsolidatedBook) -> Sink:
    """``Tình hình nộp``."""
    return _Delivery(book)
