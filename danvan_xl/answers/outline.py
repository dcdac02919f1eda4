"""A file's answers as one letter a line: enough to compare units with each other."""

from __future__ import annotations

from collections.abc import Mapping

from danvan_xl.model.statuses import LETTERS, NIL, SILENT, STATUS, AnswerState
from danvan_xl.model.submission import Answer
from danvan_xl.round.round import Round


def outline_of(answers: Mapping[str, Answer], current: Round, unit: str) -> str:
    """One letter for every line of the unit in the plan's order: Done, in Progress, Not started, nil (0), other (.)."""
    letters = []
    for line_id in current.by_unit[unit]:
        answer = answers.get(line_id)
        if answer is None or answer.state not in (AnswerState.ANSWERED, AnswerState.NIL):
            letters.append(SILENT)
        else:
            status = NIL if answer.state is AnswerState.NIL else str(answer.values.get(STATUS))
            letters.append(LETTERS.get(status, SILENT))
    return "".join(letters)
