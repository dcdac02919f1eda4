"""Answers on an older template → the template in force, with the answers in their places.

Lines are matched by id. A line that the plan no longer has goes, with its answer, to the unit's own lines at the end of
its form; lines that the plan has gained since are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.missing import name_of_line
from danvan_xl.language.showable import meant
from danvan_xl.model import Role
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import Submission
from danvan_xl.office.workspace import received_by
from danvan_xl.round.round import Round
from danvan_xl.workbooks.template.writer import TemplateOptions, template_name, write_template
from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.keeping import Keeping

DROPPED = "I014"


class Migration(Struct, frozen=True):
    """What was carried over. ``path`` None: the file was refused, and nothing was written.

    ``carried``: lines with an answer; ``new``: lead lines that the old template lacks; ``dropped``: ids of lines that
    the plan no longer has, kept as the unit's own; ``names``: id of any of these → id and text.
    """

    submission: Submission
    path: Path | None
    carried: int = 0
    own: int = 0
    new: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def write_migrated(
    read: Submission,
    target: Path,
    current: Round,
    options: TemplateOptions,
    keeping: Keeping | None = None,
    *,
    into: bool = False,
) -> Migration:
    """Write the current template of the unit whose file was ``read`` to ``target``, with its answers.

    ``into``: the target is a folder, for a file that is named after the unit and what was read.
    """
    if not read.is_used or read.unit is None:
        return Migration(read, None)
    unit = current.plan.unit(read.unit)
    again = read.carried_from and received_by(Path(meant(read.path))) is None
    origin = read.carried_from if again else read.sha256
    if into:
        target.mkdir(parents=True, exist_ok=True)
        target /= f"{Path(template_name(current, unit)).stem}_{origin[:8]}.xlsx"
    with atomic_path(target, keeping) as path:
        write_template(path, current, unit, replace(options, typed=read.typed(), carried_from=origin))
    return _summed_up(read, target, current)


def _summed_up(read: Submission, target: Path, current: Round) -> Migration:
    lines = [answer for answer in read.answers if answer.role is not Role.OWN]
    new = [answer for answer in lines if answer.state is AnswerState.BLANK and answer.row is None]
    texts = {answer.line: answer.text for answer in read.answers}
    dropped = {str(item.found): texts.get(item.line or "", "") for item in read.findings if item.code == DROPPED}
    names = {answer.line: current.tasks[answer.task].text for answer in new if answer.task is not None}
    return Migration(
        read,
        target,
        carried=sum(bool(answer.values) for answer in lines),
        own=sum(answer.role is Role.OWN for answer in read.answers),
        new=tuple(answer.line for answer in new),
        dropped=tuple(dropped),
        names={line: name_of_line(line, words) for line, words in (names | dropped).items()},
    )
