"""What stands beside "không phát sinh": a line, a form or a report that was called nil and still says something.

A unit that says something has reported, whatever it ticked; the contradiction is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from danvan_xl.answers.missing import listed, name_of_line
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Location, Role, finding
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import DIFFICULTY, EXPLANATION, PROPOSAL, STATUS, AnswerState
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.round.checkers import FormChecker
from danvan_xl.round.round import Round

NO_RESULTS = frozenset({STATUS, EXPLANATION, DIFFICULTY, PROPOSAL})
"""Answer columns in which a unit may say why nothing arose."""

MUST_BE_EMPTY = "empty_when"
"""The kind of rule that says by itself that a field is filled where it must not be."""

_ANSWERS = frozenset({AnswerState.ANSWERED, AnswerState.RETURNED, AnswerState.ADDED})
_NOT = frozenset({"không", "ko", "chưa", "kps", "0", "-"})
_OF_NOTHING = _NOT | {
    "có", "phát", "sinh", "gì", "nội", "dung", "việc", "vụ", "khó", "khăn", "vướng", "mắc", "kiến", "nghị", "đề",
    "xuất", "ý", "kết", "quả", "văn", "bản", "số", "liệu", "báo", "cáo", "trong", "kỳ", "này", "nào", "khác", "thêm",
    "và", "hoặc", "đơn", "vị", "trường", "hợp", "thư", "tháng", "quý", "năm", "x",
}  # fmt: skip
"""Words of which a cell consists that says nothing else: "trong kỳ không có khó khăn, vướng mắc gì"."""

_WORD = re.compile(r"\w+|-")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def says_nothing(value: Value) -> bool:
    """Whether a cell is empty, 0, or says in words that there was nothing: "Không", "không có kiến nghị gì"."""
    if not isinstance(value, str):
        return not value
    words = set(_WORD.findall(key(value)))
    return not words or (not words.isdisjoint(_NOT) and words <= _OF_NOTHING)


def results_of(values: Mapping[str, Value]) -> list[str]:
    """The fields of a line in which something stands that is a result."""
    return [name for name, value in values.items() if name not in NO_RESULTS and not says_nothing(value)]


def _tells(answer: Answer) -> bool:
    return answer.state in _ANSWERS or (answer.state is AnswerState.NIL and bool(results_of(answer.values)))


def is_nil(file: Submission) -> bool:
    """Whether the unit said "không phát sinh" for everything that it leads, and nothing else."""
    if not (file.nil or file.all_nil) or any(map(_tells, file.answers)):
        return False
    targets = (value for said in file.targets.values() for value in said.values.values())
    return all(map(says_nothing, (*file.figures.values(), *file.words.values(), *targets)))


def is_nil_form(file: Submission, appendix: str) -> bool:
    """Whether the unit said "không phát sinh" for a whole form, at once or line by line, and nothing else in it."""
    answers = [answer for answer in file.answers if answer.appendix == appendix]
    lead = [answer.state for answer in answers if answer.role is Role.LEAD]
    line_by_line = bool(lead) and all(state is AnswerState.NIL for state in lead)
    return (file.nil or appendix in file.nil_forms or line_by_line) and not any(map(_tells, answers))


# ---- what is asked --------------------------------------------------------------------------------------------


def beside_a_nil_line(
    values: Mapping[str, Value], checker: FormChecker, where: Location, line: str | None
) -> Iterator[Finding]:
    """The results in a line that is called nil. Fields that a rule wants to be empty are asked about by that."""
    ruled = {name for rule in checker.checks if rule.check.kind == MUST_BE_EMPTY for name in rule.check.fields}
    names = [name for name in results_of(values) if name in checker.titles and name not in ruled]
    if names:
        titles = ", ".join(checker.titles[name] for name in names)
        yield finding("R031", where, str(values[names[0]])[:200], line=line, titles=titles)


def beside_a_nil_report(
    sheets: Mapping[str, Mapping[str, Value]], titles: Mapping[str, str], where: Location
) -> Iterator[Finding]:
    """A report that is called nil and has figures or words. ``sheets``: sheet → id of a row → what stands there."""
    for sheet, values in sheets.items():
        said = [titles.get(name, name) for name, value in values.items() if not says_nothing(value)]
        if said:
            yield finding("R032", where, len(said), where=sheet, items="; ".join(said[:5]))


def is_reason(reason: str) -> bool:
    """Whether words were written where the reason of a nil report belongs."""
    return _LETTERS.search(reason) is not None


def reason_of_nil(
    reason: str, place: Location, *, ticked: bool, unclear: bool, annual: bool = False
) -> Iterator[Finding]:
    """The box for "không phát sinh" without the reason that the form asks for, or the reason without the box.

    In a whole year something always is: an ``annual`` report that is nil without a reason is an error.
    """
    given = is_reason(reason)
    if ticked and not given:
        yield finding("D022" if annual else "R033", place, reason or None)
    elif given and not ticked and not unclear and not says_nothing(reason):
        yield finding("R034", place, reason[:200])


def nil_together(answers: Iterable[Answer], current: Round, place: Location, reason: str = "") -> Iterator[Finding]:
    """The lines that a unit called nil all at once although they must be done; ``reason``: what it said why."""
    tasks = [
        current.tasks[item.task]
        for item in answers
        if item.task is not None and item.role is Role.LEAD and item.state is AnswerState.NIL and not item.values
    ]
    found = [name_of_line(task.id, task.text) for task in tasks if current.must_be_done(task)]
    if found:
        asked = finding("D021", place, listed(found), count=len(found))
        yield replace(asked, settled=Settlement("unit", reason)) if is_reason(reason) else asked


def answered_in(answers: Collection[Answer]) -> tuple[bool, bool]:
    """Whether lines of the plan are answered, and whether the unit added lines of its own."""
    states = {answer.state for answer in answers}
    return bool(states & {AnswerState.ANSWERED, AnswerState.RETURNED}), AnswerState.ADDED in states
