"""The story, top to bottom: settings → rules → round → files → submissions → consolidation → what goes out.

Nothing here knows how a command looks or how a workbook is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.filing import AnySubmission, Parcel, Store, file_away
from danvan_xl.merging.summary import Summary
from danvan_xl.model import Finding
from danvan_xl.model.period import plain_period
from danvan_xl.model.statuses import TO_MEND, FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.received import is_ignored
from danvan_xl.office.workspace import Workspace
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang

if TYPE_CHECKING:
    from danvan_xl.office.migration import Migration
    from danvan_xl.workbooks.template.template_book import TemplateOptions

# ---- files in, consolidation out -----------------------------------------------------------------------------


def consolidate(
    job: Job,
    files: Sequence[Path],
    workspace: Workspace | None = None,
    *,
    as_of: date | None = None,
    on_file: Callable[[str], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Consolidation:
    """The whole job: read the files, check them, merge them. Raises RulesError.

    In a workspace the register gives the waivers in force, times of receipt and extensions, and notes files that it has
    not seen. The reader processes start first; what this process needs is made ready while they do. ``on_file`` is
    called with each path that is done, ``meanwhile`` (what the command can load for later) while the first files are
    read.
    """
    job = _with_waivers(job, workspace, as_of)
    with reading(files) as start:
        current = open_round(job)
        results = start(current)
        if meanwhile is not None:
            meanwhile()
        submissions = []
        for item in results:
            submissions.append(item)
            if on_file is not None:
                on_file(item.path)
    received, extensions = _registered(submissions, workspace)
    dated = [item.received_at(received.get((item.sha256, Path(item.path).name))) for item in submissions]
    return merge(
        current,
        dated,
        as_of=as_of,
        resubmission=job.settings.resubmission,
        strict=job.settings.strict or current.strict,
        extensions=extensions,
        join=job.join,
    )


def _with_waivers(job: Job, workspace: Workspace | None, as_of: date | None) -> Job:
    """The job with the waivers of the register that hold at the cut-off."""
    if workspace is None or not workspace.register.exists():
        return job
    from danvan_xl.office.register import open_register
    from danvan_xl.round.waivers import in_force

    with open_register(workspace.register) as register:
        given = register.waivers()
    cut_off = as_of or plain_period(job.settings.period).last
    return replace(job, waivers=in_force(given, cut_off))


ReceivedTimes = Mapping[tuple[str, str], datetime]
"""(sha256, file name) → when it was received."""


def _registered(
    submissions: Iterable[AnySubmission], workspace: Workspace | None
) -> tuple[ReceivedTimes, Mapping[str, date]]:
    """When each file was received, and unit → the day up to which it may report; nothing without a workspace."""
    if workspace is None:
        return {}, {}
    from danvan_xl.office.arrivals import note_arrivals
    from danvan_xl.office.register import open_register

    period = workspace.settings.period
    with open_register(workspace.register) as register:
        arrived = ((Path(item.path), item.sha256) for item in submissions)
        return note_arrivals(register, period, arrived), register.extensions(period)


# ---- files → submissions -------------------------------------------------------------------------------------

READ_AND_PACK = "danvan_xl.merging.reader:read_and_pack"
READ_ONE = "danvan_xl.merging.reader:read_one"


@contextmanager
def reading(files: Sequence[Path]) -> Iterator[Callable[[Round], Iterator[AnySubmission]]]:
    """Read and check files in reader processes, which start at once and end with the block.

    The yielded function is called with the round, once it is ready, and yields every file, ignored ones first. A file
    that kills its reader is refused by name.
    """
    from danvan_xl.workers.supervise import supervise

    paths = [path for path in files if not is_ignored(path)]
    with supervise(paths, READ_AND_PACK, later=True) as results:

        def start(current: Round) -> Iterator[AnySubmission]:
            results.begin(current)
            ignored = [Submission(str(path), "", None, None, FileStatus.IGNORED) for path in files if is_ignored(path)]
            store = Store()
            return chain(ignored, (_submission(path, result, store) for path, result in results))

        yield start


def _refused(path: str, found: Finding) -> Submission:
    return Submission(path, "", None, None, FileStatus.REFUSED, findings=(found,))


def _submission(path: str, result: object, store: Store) -> AnySubmission:
    if isinstance(result, Finding):
        return _refused(path, result)
    assert isinstance(result, Parcel)
    return file_away(result, store)


# ---- what goes out -------------------------------------------------------------------------------------------


def to_return(result: Consolidation) -> tuple[AnySubmission, ...]:
    """The files that a unit must mend and send again."""
    return tuple(file for file in result.files if file.status in TO_MEND)


def write_returns(result: Consolidation, folder: Path, lang: Lang) -> tuple[Path, ...]:
    """Write the returned workbook of every file that must be mended; returns their paths. Raises a target's OSError."""
    files = to_return(result)
    if not files:
        return ()
    from danvan_xl.workbooks.returned.writer import return_all, return_task, returned_name

    folder.mkdir(parents=True, exist_ok=True)
    whole = [file.whole() for file in files]
    tasks = [return_task(Path(file.path), folder / returned_name(file), file, result.round, lang) for file in whole]
    return tuple(made.path for made in return_all(tasks))


def load_writer() -> None:
    """Load what writes the consolidated workbook, before it is needed."""
    import danvan_xl.workbooks.consolidated.writer
    import danvan_xl.workbooks.writing.readback  # noqa: F401


def write_consolidation(result: Consolidation, summary: Summary, target: Path, lang: Lang) -> None:
    """Write the consolidated workbook, read it again, and put it in place of the former one.

    Raises ``ReadBackError`` where the disk gives back something other than what was merged: the former workbook stays.
    """
    from danvan_xl.workbooks.consolidated.writer import write_consolidated
    from danvan_xl.workbooks.writing.atomic import atomic_path
    from danvan_xl.workbooks.writing.readback import read_back

    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(target) as path:
        write_consolidated(path, result, lang, summary)
        read_back(path, summary.all_rows, summary.seal)


def write_templates(current: Round, units: Iterable[str], folder: Path, options: TemplateOptions) -> dict[str, Path]:
    """Write the templates of the units; returns unit → its file."""
    from danvan_xl.workbooks.template.writer import template_name, write_template
    from danvan_xl.workbooks.writing.atomic import atomic_path

    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Path] = {}
    for name in units:
        unit = current.units[name]
        target = folder / template_name(current, unit)
        with atomic_path(target) as path:
            write_template(path, current, unit, options)
        made[name] = target
    return made


def migrate(
    source: Path, target: Path, job: Job, *, options: TemplateOptions | None = None, lang: Lang = "vi"
) -> Migration:
    """Read ``source`` in a reader process and write the unit's current template with its answers to ``target``."""
    from danvan_xl.office.migration import write_migrated
    from danvan_xl.workbooks.template.template_book import TemplateOptions
    from danvan_xl.workers.supervise import supervise

    with supervise([source], READ_ONE, later=True) as results:
        current = open_round(job, remind=True)
        results.begin(current)
        _, read = next(iter(results))
    submission = _refused(str(source), read) if isinstance(read, Finding) else read
    assert isinstance(submission, Submission)
    return write_migrated(
        submission, target, current, options or TemplateOptions(contact=job.settings.contact, lang=lang)
    )
