"""Days of completion held to the day on which a file arrived: what is finished later can't have been finished."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from danvan_xl.answers.rows import returned
from danvan_xl.merging.filing import AnySubmission, Filed, last_completion
from danvan_xl.model import Location, finding
from danvan_xl.model.finding import Finding
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import COMPLETED, FileStatus
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.round.round import Round

CODE = "D032"


def held_to_arrival(item: AnySubmission, current: Round, today: date | None) -> AnySubmission:
    """The file with an error for each line that is said to be finished after the file arrived.

    A time of receipt before the data of the report begin is that of a wrong clock, and says nothing; then, and where
    none is known, ``today`` counts (None: nothing is held against it).
    """
    last = item.last_day if isinstance(item, Filed) else last_completion(item)
    if last is None or not item.is_used:
        return item
    arrived = _arrived(item, current) or today
    if arrived is None or last <= arrived:
        return item
    return _with_errors(item.whole(), current, arrived)


def _arrived(item: AnySubmission, current: Round) -> date | None:
    if item.received is None:
        return None
    moment = item.received
    day = (moment.astimezone(VIETNAM_TIME) if moment.tzinfo else moment).date()
    first = current.window[0] if current.window is not None else current.period.first
    return day if day >= first else None


def _with_errors(whole: Submission, current: Round, arrived: date) -> Submission:
    found: list[Finding] = []
    answers: list[Answer] = []
    for answer in whole.answers:
        day = answer.values.get(COMPLETED)
        if not isinstance(day, date) or day <= arrived:
            answers.append(answer)
            continue
        found.append(_error(answer, day, arrived, current))
        answers.append(returned(answer, CODE))
    return replace(whole, answers=tuple(answers), findings=(*whole.findings, *found), status=FileStatus.RETURNED)


def _error(answer: Answer, day: date, arrived: date, current: Round) -> Finding:
    """The error at the cell of the day."""
    form = current.forms[current.appendices[answer.appendix].form]
    where = Location(sheet=answer.sheet, cell=answer.day_cell, column=form.field(COMPLETED).title)
    return finding(CODE, where, f"{day:%d/%m/%Y}", line=answer.line, bound=f"{arrived:%d/%m/%Y}")
