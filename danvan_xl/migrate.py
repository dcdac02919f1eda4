"""Answers on an older template → the template in force, with the answers in their places.

Lines go by id. A line that the plan has no more goes, with its answer, to the unit's own lines at the end of its
form; what the plan has had since stands empty. The foreign file is read in a reader process; the new one is written
here from what that process said.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from danvan_xl.excel.atomic import atomic_path
from danvan_xl.excel.template import TemplateOptions, write_template
from danvan_xl.model import Finding, Role
from danvan_xl.model.submission import AnswerState, FileStatus, OwnLine, Submission, Typed, Value
from danvan_xl.pipeline import Job, open_round
from danvan_xl.round import Round
from danvan_xl.wording import Lang

READ = "danvan_xl.reading:read_one"
"""What the reader process does."""

DROPPED = "I014"


class Migration(Struct, frozen=True):
    """What was carried over. ``path`` None: the file was refused, and nothing was written.

    ``carried``: lines with an answer; ``new``: lead lines that the old template lacks; ``dropped``: ids of lines that
    the plan has no more, kept as the unit's own.
    """

    submission: Submission
    path: Path | None
    carried: int = 0
    own: int = 0
    new: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def typed_answers(submission: Submission) -> Typed:
    """A submission's answers as what stands in the open cells of a template, faulty ones as they were typed."""
    lines: dict[str, Mapping[str, Value]] = {}
    own: list[OwnLine] = []
    for answer in submission.answers:
        if answer.role is Role.OWN:
            own.append(OwnLine(answer.appendix, answer.text, answer.values))
        elif answer.values:
            lines[answer.line] = answer.values
    return Typed(
        lines=lines,
        own=tuple(own),
        figures={name: value for name, value in submission.figures.items() if value is not None},
        figure_notes=submission.figure_notes,
        words=submission.words,
        nil=submission.nil,
        nil_reason=submission.nil_reason,
        nil_forms=submission.nil_forms,
    )


def migrate(
    source: Path, target: Path, job: Job, *, options: TemplateOptions | None = None, lang: Lang = "vi"
) -> Migration:
    """Read ``source`` in a reader process and write the unit's current template with its answers to ``target``."""
    from danvan_xl.excel.intake.supervise import supervise

    with supervise([source], READ, later=True) as results:
        current = open_round(job, remind=True)
        results.begin(current)
        _, read = next(iter(results))
    if isinstance(read, Finding):
        return Migration(Submission(str(source), "", None, None, FileStatus.REFUSED, findings=(read,)), None)
    assert isinstance(read, Submission)
    if not read.is_used or read.unit is None:
        return Migration(read, None)
    base = options or TemplateOptions(contact=job.settings.contact, lang=lang)
    filled = TemplateOptions(contact=base.contact, typed=typed_answers(read), previous=base.previous, lang=base.lang)
    with atomic_path(target) as path:
        write_template(path, current, current.plan.unit(read.unit), filled)
    return _told(read, target, current)


def _told(read: Submission, target: Path, current: Round) -> Migration:
    lines = [answer for answer in read.answers if answer.role is not Role.OWN]
    silent = (AnswerState.BLANK, AnswerState.DELETED)
    older = read.plan_version is not None and read.plan_version < current.plan.version
    return Migration(
        read,
        target,
        carried=sum(bool(answer.values) for answer in lines),
        own=sum(answer.role is Role.OWN for answer in read.answers),
        new=tuple(a.line for a in lines if older and a.state in silent and a.row is None),
        dropped=tuple(str(item.found) for item in read.findings if item.code == DROPPED),
    )
