"""What a unit gets back: its own file with the bad cells marked and the list of what to mend as the first sheet.

Where its file can't be edited safely, it gets a fresh template with its answers and the same marks. Where its file was
refused, it gets a template without answers to tasks if it is known whose file it is, else the list alone.

Editing a foreign file means parsing it: ``return_all`` runs ``carry_out`` in worker processes, and ``ReturnTask`` and
``Returned`` travel between them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.intake.read import package_of, read_workbook
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.source import take
from danvan_xl.model import Finding, Severity
from danvan_xl.model.book import Book
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.returned.errors_sheet import write_findings_sheet
from danvan_xl.workbooks.returned.filling import filled_template
from danvan_xl.workbooks.returned.live import said_of, with_taken
from danvan_xl.workbooks.returned.marking import mark_cells, remove_marks
from danvan_xl.workbooks.returned.original import Original, UnsafeError, same_values
from danvan_xl.workbooks.returned.places import relocated
from danvan_xl.workbooks.returned.saving import pack
from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.keeping import Keeping, Kept
from danvan_xl.workbooks.writing.style import EPOCH
from danvan_xl.workers.supervise import supervise

Kind = Literal["edited", "template", "findings"]

MENDABLE = frozenset({"I005", "I009", "I015", "I017"})
"""Blockers that the unit mends inside its own file: it was read, and one of its cells is wrong."""
WORKER_TASK = "danvan_xl.workbooks.returned.writer:carry_out_for"

OTHER_TEMPLATE = frozenset({"I002", "I004", "I007"})
"""Blockers that an empty template from this round would not help with."""


class Returned(Struct, frozen=True):
    """What was made: the original ``edited``, a fresh ``template``, or the list of ``findings`` alone.

    ``reason``: in words, why it is not the original; ``lost``: what the copy lacks of the original; ``kept``: the
    former content of ``path`` that was kept.
    """

    path: Path
    kind: Kind
    reason: str | None = None
    lost: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()


class ReturnTask(Struct, frozen=True):
    """One file to return; tasks that go to another process together share their ``round``, which is sent once."""

    source: Path
    target: Path
    submission: Submission
    round: Round
    lang: Lang = "vi"
    keeping: Keeping | None = None


def return_task(
    source: Path,
    target: Path,
    submission: Submission,
    current: Round,
    lang: Lang = "vi",
    keeping: Keeping | None = None,
) -> ReturnTask:
    """The task of returning ``source`` as ``target`` (``.xlsx``, replaced if it is there)."""
    return ReturnTask(Path(source), Path(target), submission, current, lang, keeping)


def return_all(tasks: Iterable[ReturnTask], *, workers: int | None = None) -> Iterator[Returned]:
    """Carry out the tasks in supervised worker processes; yields what was made, in the order of the tasks.

    A source that killed its worker is not opened again: its unit gets a fresh template. Raises the ``OSError`` of a
    target (``OutputBusyError``, disk full …).
    """
    by_path = {str(task.source): task for task in tasks}
    made = supervise(by_path, WORKER_TASK, by_path, workers=workers)
    for path, result in made:
        if isinstance(result, OSError):
            raise result
        if isinstance(result, Returned):
            yield result
        else:
            yield _fresh(by_path[path], "fresh_damaged", Book(path, "", 0, "", (), ()))


def carry_out_for(path: str, tasks: Mapping[str, ReturnTask]) -> Returned | OSError:
    """What a worker does for one source; a fault of the target is not a fault of the file."""
    task = tasks[path]
    before = len(task.keeping.kept) if task.keeping is not None else 0
    try:
        made = carry_out(task)
        return made if task.keeping is None else replace(made, kept=tuple(task.keeping.kept[before:]))
    except OSError as error:
        return error


def carry_out(task: ReturnTask) -> Returned:
    """Make one returned workbook. Whatever the source holds, only the target's ``OSError`` is raised."""
    blockers = {item.code for item in task.submission.findings if item.severity is Severity.BLOCKER}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about what it leaves out: ``Returned.lost`` reports that
        if blockers - MENDABLE:
            return _refused(task, blockers)
        try:
            return _edited(task)
        except UnsafeError as unsafe:
            return _fresh(task, unsafe.reason)


def _edited(task: ReturnTask) -> Returned:
    """The unit's own file, marked. Raises ``UnsafeError``."""
    try:
        source = take(str(task.source))
    except RefusedError as refused:
        raise UnsafeError("fresh_changed") from refused
    if source.sha256 != task.submission.sha256:
        raise UnsafeError("fresh_changed")
    original = Original(package_of(source.data))
    lost = tuple(text("returned", f"lost_{name}", task.lang) for name in original.lost)
    lost += said_of(original.taken, task.lang)
    submission = replace(task.submission, findings=with_taken(task.submission.findings, original.taken))
    notes = (text("returned", "lost", task.lang, what=", ".join(lost)),) if lost else ()
    with atomic_path(task.target, task.keeping) as path:
        try:
            remove_marks(original.book)
            mark_cells(original.book, submission.findings, task.lang)
            write_findings_sheet(original.book, submission, task.round, notes, task.lang)
            pack(original.book, path, original.sheets)
        except OSError:
            raise
        except Exception as error:  # openpyxl fails on some styles only when it writes them
            raise UnsafeError("fresh_damaged") from error
        if not same_values(read_workbook(task.source), read_workbook(path)):
            raise UnsafeError("fresh_values")
    return Returned(task.target, "edited", lost=lost)


def _fresh(task: ReturnTask, reason: str, source: Book | None = None) -> Returned:
    """A new template with the unit's answers and the marks at the places that they have there.

    ``source``: the unit's file as read; it is read here where it is not given.
    """
    current, submission, lang = task.round, task.submission, task.lang
    if submission.unit is None or submission.unit not in current.by_unit:
        return _findings_only(task)
    filled = filled_template(submission, current, current.plan.unit(submission.unit), lang)
    found = relocated(submission.findings, filled, source or read_workbook(task.source), current)
    why = text("returned", reason, lang, format=task.source.suffix or "?")
    notes = (why, text("returned", "fresh_answers", lang))
    mark_cells(filled.book, found, lang)
    write_findings_sheet(filled.book, replace(submission, findings=found), current, notes, lang)
    with atomic_path(task.target, task.keeping) as path:
        pack(filled.book, path)
    return Returned(task.target, "template", why)


def _refused(task: ReturnTask, blockers: set[str]) -> Returned:
    """An empty template for a unit that is known; its places are not those of the refused file."""
    current, lang = task.round, task.lang
    submission = replace(task.submission, findings=_without_cells(task.submission.findings), answers=())
    unit = submission.unit
    if unit is None or unit not in current.by_unit or blockers & OTHER_TEMPLATE:
        return _findings_only(task)
    filled = filled_template(submission, current, current.plan.unit(unit), lang)
    notes = (text("returned", "fresh_empty", lang),)
    write_findings_sheet(filled.book, submission, current, notes, lang)
    with atomic_path(task.target, task.keeping) as path:
        pack(filled.book, path)
    return Returned(task.target, "template", text("returned", "fresh_refused", lang))


def _findings_only(task: ReturnTask) -> Returned:
    """The list alone: it is not known which template the unit should get."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = task.round.plan.issuing_body
    book.properties.created = book.properties.modified = EPOCH
    submission = replace(task.submission, findings=_without_cells(task.submission.findings))
    write_findings_sheet(book, submission, task.round, (), task.lang)
    with atomic_path(task.target, task.keeping) as path:
        pack(book, path)
    return Returned(task.target, "findings", text("returned", "fresh_refused", task.lang))


def _without_cells(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(replace(item, location=replace(item.location, cell=None)) for item in findings)
