"""Waivers: what the office lets stand, who said so, why, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.model import Finding, Role, Severity
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import NIL, STATUS, AnswerState, FileStatus
from danvan_xl.model.submission import Answer, Submission

WAIVABLE = (Severity.ERROR, Severity.WARNING)


class Waiver(Struct, frozen=True):
    """One waiver. ``line`` None: the unit's whole file. ``until``: the last cut-off day for which it holds."""

    code: str
    unit: str
    line: str | None
    reason: str
    until: date
    who: str
    at: datetime

    def covers(self, unit: str | None, item: Finding) -> bool:
        """Whether the waiver is about this finding."""
        return (
            item.code == self.code
            and unit == self.unit
            and item.severity in WAIVABLE
            and (self.line is None or self.line == item.line)
        )


def in_force(waivers: Iterable[Waiver], day: date) -> tuple[Waiver, ...]:
    """Those that hold for a round whose cut-off is ``day``."""
    return tuple(item for item in waivers if day <= item.until)


def with_waivers(submission: Submission, waivers: Iterable[Waiver]) -> Submission:
    """The submission with waived findings settled: a line whose every error is waived counts as answered."""
    own = [item for item in waivers if item.unit == submission.unit]
    if not own or not submission.is_used:
        return submission
    findings = [_settled(item, submission.unit, own) for item in submission.findings]
    if findings == list(submission.findings):
        return submission
    open_errors = [item for item in findings if item.severity is Severity.ERROR and item.settled is None]
    waived = {item.line for item in findings if item.severity is Severity.ERROR and item.settled is not None}
    still = {item.line for item in open_errors}
    answers = tuple(
        _counted(answer) if answer.line in waived and answer.line not in still else answer
        for answer in submission.answers
    )
    status = FileStatus.RETURNED if open_errors else FileStatus.ACCEPTED
    return replace(submission, status=status, findings=tuple(findings), answers=answers)


def _settled(item: Finding, unit: str | None, waivers: list[Waiver]) -> Finding:
    waiver = next((waiver for waiver in waivers if waiver.covers(unit, item)), None)
    if waiver is None or item.settled is not None:
        return item
    return replace(item, settled=Settlement("office", waiver.reason, waiver.who, waiver.until))


def _counted(answer: Answer) -> Answer:
    if answer.state is not AnswerState.RETURNED:
        return answer
    if answer.role is Role.OWN:
        return replace(answer, state=AnswerState.ADDED)
    state = AnswerState.NIL if answer.values.get(STATUS) == NIL else AnswerState.ANSWERED
    return replace(answer, state=state)
