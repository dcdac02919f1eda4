"""The columns of an appendix in the consolidated workbook: the line, whose answer it is, the answers, the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from danvan_xl.model import Appendix, Field, Form, PrintedColumn, Role, Task, layout
from danvan_xl.model.statuses import STATUS, AnswerState
from danvan_xl.model.submission import Answer
from danvan_xl.round.fields import show
from danvan_xl.workbooks.consolidated.answer_values import Answered
from danvan_xl.workbooks.writing.printing import fits
from danvan_xl.workbooks.writing.row_pieces import FRESH
from danvan_xl.workbooks.writing.row_xml import Rendered

UNIT = "unit"
"""The source of columns that say the same in every row of a unit with this role and state."""

STT, TEXT, STATE = "stt", "text", "state"

LEADING = {STT: 5.0, TEXT: 22.0}
"""The plan's columns that every page begins with, and how wide they are: its others are for reference.

The text of a line goes over all columns of its page; in the rows below, its column names the unit.
"""

STATE_WIDTH, MOST_WIDTH, REFERENCE_WIDTH = 13, 36, 30

TOGETHER_LEAST, TOGETHER_MOST = 18, 34
"""Characters of the column in which several are together."""

WITH_STATUS = (AnswerState.ANSWERED, AnswerState.ADDED)
"""Of these lines the status is shown, of all others what became of them."""


class Given(Struct, frozen=True):
    """What an answer's row is made of: the answer, and its unit as it is shown."""

    answer: Answer
    unit: str


class AppendixColumn(Struct, frozen=True):
    """A column of an appendix's sheet.

    ``task``: its value in the row of a line of the plan; ``answer``: its value in the row of an answer, and ``source``:
    whether that is the unit's or the answer's own. ``grows``: whether rows get taller with its text.
    """

    name: str
    heading: str
    width: float
    task: Callable[[Task], Rendered]
    answer: Callable[[Given], Rendered]
    source: str = UNIT
    grows: bool = True
    printed: bool = True
    leave_out_empty: bool = False
    style: str = "box"


def _printed(item: PrintedColumn) -> AppendixColumn:
    """One of the plan's own columns: filled in the row of the plan's line, and with a unit's own text."""
    own: Callable[[Given], Rendered] = _whose if item.field == TEXT else _nothing
    width, leads = LEADING.get(item.field, REFERENCE_WIDTH), item.field in LEADING
    return AppendixColumn(item.field, item.title, width, lambda task: getattr(task, item.field), own, printed=leads)


def _whose(given: Given) -> Rendered:
    """The unit; a line of its own says what it is about."""
    own = given.answer.text if given.answer.role is Role.OWN else None
    return f"{given.unit}: {own}" if own else given.unit


def _nothing(_item: object) -> Rendered:
    return None


def _answered(item: Field) -> AppendixColumn:
    """An answer column of the form."""
    return AppendixColumn(
        f"answer {item.name}",
        item.title,
        min(item.width, MOST_WIDTH),
        _nothing,
        Answered(item.name),
        FRESH,
        style="box" if item.type in ("string", "date") else "box_centre",
    )


def _shown_state(answer: Answer) -> str:
    """The status of a line that was answered, else what became of it."""
    status = answer.values.get(STATUS) if answer.state in WITH_STATUS else None
    return str(status) if status else answer.state.value


def appendix_columns(
    appendix: Appendix, form: Form, targets: Mapping[str, str] = MappingProxyType({})
) -> tuple[AppendixColumn, ...]:
    """The columns: the line, whose answer it is, what became of it, the other answers, the plan's for reference.

    ``targets``: task → what became of its targets; without any there is no such column.
    """
    plans = list(map(_printed, appendix.columns))
    titles = {item.name: item.title for item in form.fields}
    first = [
        *(column for column in plans if column.printed),
        AppendixColumn(
            STATE, titles.get(STATUS, layout.ANSWER), STATE_WIDTH, _nothing, lambda given: _shown_state(given.answer)
        ),
    ]
    answers = _fitting(first, [item for item in form.fields if item.name != STATUS])
    reference = [column for column in plans if not column.printed]
    if any(task.id in targets for task in appendix.tasks):
        of_task = AppendixColumn(
            "targets", layout.TARGET, REFERENCE_WIDTH, lambda task: targets.get(task.id), _nothing, printed=False
        )
        reference = [of_task, *reference]
    return (*first, *answers, *reference)


def _fitting(first: Sequence[AppendixColumn], fields: Sequence[Field]) -> list[AppendixColumn]:
    """The answer columns; as many as needed of those for words (but the widest) in one, so that all fit on a page."""
    answers = list(map(_answered, fields))
    words = [item for item in fields if item.type == "string" and not item.enum and item.format is None]
    main = max(words, key=lambda item: item.width, default=None)
    others = [item for item in words if item is not main]
    for count in range(2, len(others) + 1):
        if fits([column.width for column in (*first, *answers)]):
            break
        together = others[-count:]
        kept = [_answered(item) for item in fields if item not in together]
        for width in range(TOGETHER_MOST, TOGETHER_LEAST - 1, -2):
            answers = [*kept, _together(together, width)]
            if fits([column.width for column in (*first, *answers)]):
                break
    return answers


def _together(fields: Sequence[Field], width: float) -> AppendixColumn:
    """One column for what units wrote in several, each with its heading's first words: ``Đề xuất: …``."""
    short = {item.name: item.title.partition(",")[0] for item in fields}

    def words(given: Given) -> Rendered:
        said = given.answer.values
        return "\n".join(f"{short[name]}: {show(said[name])}" for name in short if said.get(name)) or None

    first, *others = short.values()
    heading = ", ".join([first, *(item[:1].lower() + item[1:] for item in others)])
    return AppendixColumn("together", heading, width, _nothing, words, FRESH, leave_out_empty=True)
