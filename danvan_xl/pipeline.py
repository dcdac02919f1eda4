"""The story, top to bottom: settings → rules → round → files → submissions → consolidation → what goes out.

Nothing here knows how a command looks or how a workbook is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from danvan_xl.language.showable import meant, shown
from danvan_xl.merging.arrival import file_name
from danvan_xl.merging.arrival_days import held_to_arrival
from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.filing import AnySubmission, Parcel, Store, file_away
from danvan_xl.merging.refusals import OF_THE_PROGRAM, is_of_the_program
from danvan_xl.merging.summary import Summary
from danvan_xl.merging.unread import Unread, shown_finding
from danvan_xl.model import Finding, Location, finding
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.model.unforeseen import fault_of
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.received import is_ignored
from danvan_xl.office.round_register import registered, with_waivers_in_force
from danvan_xl.office.set_aside import still_to_mend
from danvan_xl.office.troubles import Troubles
from danvan_xl.office.workspace import Workspace, received_by
from danvan_xl.round.extensions import in_force_for
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang

if TYPE_CHECKING:
    from danvan_xl.model.reported import Reported
    from danvan_xl.office.migration import Migration
    from danvan_xl.workbooks.consolidated.formers import Formers
    from danvan_xl.workbooks.template.template_book import TemplateOptions
    from danvan_xl.workbooks.writing.keeping import Keeping

# ---- files in, consolidation out -----------------------------------------------------------------------------


def consolidate(
    job: Job,
    files: Sequence[Path],
    workspace: Workspace | None = None,
    *,
    on_file: Callable[[str], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
    troubles: Troubles,
) -> Consolidation:
    """The whole job: read the files, check them, merge them, for all reports of the round or for those of the job.

    Where those do not share everything, it is for the first of them. See ``read_round``.
    """
    read = read_round(job, files, workspace, on_file=on_file, meanwhile=meanwhile, troubles=troubles)
    return read.each()[0] if job.report else read.whole()


def read_round(
    job: Job,
    files: Sequence[Path],
    workspace: Workspace | None = None,
    *,
    on_file: Callable[[str], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
    troubles: Troubles,
) -> Rounds:
    """Read the files and check them, ready to be merged. Raises RulesError.

    In a workspace the register gives the waivers in force, times of receipt and extensions, and notes files that it has
    not seen. The reader processes start first; what this process needs is made ready while they do. ``on_file`` is
    called with each path that is done, ``meanwhile`` (what the command can load for later) while the first files are
    read. ``troubles`` takes what does not end the run: files refused by a fault of the program, a register that can't
    be used.
    """
    with reading(files, troubles) as start:
        current = with_waivers_in_force(open_round(job), workspace, troubles)
        results = start(current)
        if meanwhile is not None:
            meanwhile()
        submissions = []
        for item in results:
            submissions.append(item)
            if on_file is not None:
                on_file(item.path)
    carried = frozenset(item.path for item in submissions if item.carried_from and not _came_in(item))
    came = [item for item in submissions if item.path not in carried]
    known, extensions = registered(came, files, workspace, troubles)
    dated = [
        held_to_arrival(item.received_at(known.received.get((item.sha256, file_name(item)))), current, job.today)
        for item in submissions
    ]
    sightings = known.sightings
    if carried:
        from danvan_xl.merging.carried import in_place_of_originals, seen_as_originals

        dated = in_place_of_originals(dated, carried, known.first_received(), current)
        sightings = (*sightings, *seen_as_originals(dated, carried, sightings))

    def merged(of: Round) -> Consolidation:
        return merge(
            of,
            dated,
            resubmission=job.settings.resubmission,
            strict=job.settings.strict or current.strict,
            extensions=in_force_for(of, extensions),
            join=job.join,
            sightings=sightings,
        )

    return Rounds(current, job.report, merged)


class Rounds:
    """What was read of a round, to be merged as a whole or for its reports."""

    def __init__(self, current: Round, wanted: Sequence[str], merged: Callable[[Round], Consolidation]) -> None:
        self._round, self._wanted, self._merged = current, tuple(wanted), merged

    def whole(self) -> Consolidation:
        """The round merged as one, for all of its reports."""
        return self._merged(self._round)

    def each(self) -> tuple[Consolidation, ...]:
        """A consolidation for each report that is asked for; those that share everything are one."""
        return tuple(self._merged(self._round.for_reports(group)) for group in self._round.groups(self._wanted))


def _came_in(item: AnySubmission) -> bool:
    """Whether a file lies among those received, where ``migrate`` never writes."""
    return received_by(Path(meant(item.path))) is not None


# ---- files → submissions -------------------------------------------------------------------------------------

READ_AND_PACK = "danvan_xl.merging.reader:read_and_pack"
READ_ONE = "danvan_xl.merging.reader:read_one"


@contextmanager
def reading(files: Sequence[Path], troubles: Troubles) -> Iterator[Callable[[Round], Iterator[AnySubmission]]]:
    """Read and check files in reader processes, which start at once and end with the block.

    The yielded function is called with the round, once it is ready, and yields every file, ignored ones first. A file
    that kills its reader is refused by name.
    """
    from danvan_xl.workers.supervise import supervise

    paths = [path for path in files if not is_ignored(path)]
    with supervise(paths, READ_AND_PACK, later=True) as results:

        def start(current: Round) -> Iterator[AnySubmission]:
            results.begin(current)
            skipped = [shown(str(path)) for path in files if is_ignored(path)]
            ignored = [Submission(path, "", None, None, FileStatus.IGNORED) for path in skipped]
            store = Store()
            return chain(ignored, (_submission(path, result, store, troubles) for path, result in results))

        yield start


def is_of_reader_processes(error: BaseException) -> bool:
    """Whether an exception says that the reader processes could not be run at all."""
    from danvan_xl.workers.supervise import SupervisionError

    return isinstance(error, SupervisionError)


def _refused(path: str, found: Finding) -> Submission:
    return Submission(shown(path), "", None, None, FileStatus.REFUSED, findings=(shown_finding(found),))


def _refused_by_fault(read: Unread, troubles: Troubles) -> Submission:
    """The refused file at which the program met a fault of its own, with the place of its report."""
    report = troubles.report(read.fault, read.path)
    found = finding(OF_THE_PROGRAM, Location(read.path), read.fault.kind, report=report)
    return Submission(read.path, read.sha256, read.unit, read.period, FileStatus.REFUSED, findings=(found,))


def _submission(path: str, result: object, store: Store, troubles: Troubles) -> AnySubmission:
    if isinstance(result, Finding):
        return _refused(path, result)
    if isinstance(result, Unread):
        return _refused_by_fault(result, troubles)
    assert isinstance(result, Parcel)
    return file_away(result, store)


# ---- what goes out -------------------------------------------------------------------------------------------


def to_return(result: Consolidation) -> tuple[AnySubmission, ...]:
    """The files that a unit must mend and send again."""
    return tuple(file for file in still_to_mend(result) if not is_of_the_program(file))


def write_returns(
    result: Consolidation, folder: Path, lang: Lang, troubles: Troubles, keeping: Keeping | None = None
) -> tuple[Path, ...]:
    """Write the returned workbook of every file that must be mended; returns their paths. Raises a target's OSError.

    One that can't be made because the program failed is among the ``troubles``; the others are made.
    """
    files = to_return(result)
    if not files:
        return ()
    from danvan_xl.workbooks.returned.names import returned_name
    from danvan_xl.workbooks.returned.writer import return_all, return_task

    folder.mkdir(parents=True, exist_ok=True)
    whole = [file.whole() for file in files]
    left = [
        return_task(Path(meant(file.path)), folder / returned_name(file), file, result.round, lang, keeping)
        for file in whole
    ]
    made: list[Path] = []
    while left:
        done = 0
        try:
            for item in return_all(left):
                made.append(item.path)
                if keeping is not None:
                    keeping.kept += item.kept
                done += 1
        except (OSError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs one returned workbook
            name, fault = Path(left[done].source).name, fault_of(error)
            troubles.add("not_returned", file=name, kind=fault.kind, report=troubles.report(fault, name))
            done += 1
        left = left[done:]
    return tuple(made)


def load_writer() -> None:
    """Load what writes the consolidated workbook, before it is needed."""
    import danvan_xl.workbooks.consolidated.writer
    import danvan_xl.workbooks.writing.readback  # noqa: F401


def write_consolidation(
    result: Consolidation,
    summary: Summary,
    target: Path,
    lang: Lang,
    troubles: Troubles,
    keeping: Keeping | None = None,
    formers: Formers | None = None,
) -> None:
    """Write the consolidated workbook, compared with ``formers``, read it again, and put it in place of the former one.

    Raises ``ReadBackError`` where the disk gives back something other than what was merged: the former workbook stays.
    A sheet that can't be made because the program failed says so, and is among the ``troubles``.
    """
    from danvan_xl.workbooks.consolidated.writer import write_consolidated
    from danvan_xl.workbooks.writing.atomic import atomic_path
    from danvan_xl.workbooks.writing.readback import read_back

    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(target, keeping) as path:
        left_out = write_consolidated(path, result, lang, summary, formers)
        read_back(path, summary.all_rows, summary.seal)
    for sheets, fault in left_out:
        troubles.add("sheet_left_out", sheet=", ".join(sheets), kind=fault.kind, report=troubles.report(fault))


def write_templates(
    current: Round,
    units: Iterable[str],
    folder: Path,
    options: TemplateOptions,
    keeping: Keeping | None = None,
    figures: Mapping[str, Mapping[str, str]] | None = None,
    reported: Mapping[str, Mapping[str, Reported]] | None = None,
) -> dict[str, Path]:
    """Write the templates of the units; returns unit → its file.

    ``figures``: unit → its figures of the period before; ``reported``: unit → what it already reported.
    """
    from danvan_xl.workbooks.template.writer import template_name, write_template
    from danvan_xl.workbooks.writing.atomic import atomic_path

    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Path] = {}
    for name in units:
        unit = current.units[name]
        target = folder / template_name(current, unit)
        with atomic_path(target, keeping) as path:
            of_unit = {"previous_figures": (figures or {}).get(name, {}), "reported": (reported or {}).get(name, {})}
            write_template(path, current, unit, replace(options, **of_unit))
        made[name] = target
    return made


def migrate(
    source: Path,
    target: Path,
    job: Job,
    *,
    options: TemplateOptions | None = None,
    lang: Lang = "vi",
    troubles: Troubles | None = None,
    keeping: Keeping | None = None,
    into: bool = False,
    figures: Mapping[str, Mapping[str, str]] | None = None,
) -> Migration:
    """Read ``source`` in a reader process and write the unit's current template with its answers to ``target``.

    ``into``: see ``migration.write_migrated``; ``figures``: unit → its figures of the period before.
    """
    from danvan_xl.office.migration import write_migrated
    from danvan_xl.workbooks.template.template_book import TemplateOptions
    from danvan_xl.workers.supervise import supervise

    with supervise([source], READ_ONE, later=True) as results:
        current = open_round(job, remind=True)
        results.begin(current)
        _, read = next(iter(results))
    submission = read
    if isinstance(read, Finding):
        submission = _refused(str(source), read)
    elif isinstance(read, Unread):
        submission = _refused_by_fault(read, troubles or Troubles())
    assert isinstance(submission, Submission)
    options = options or TemplateOptions(contact=job.settings.contact, lang=lang)
    options = replace(options, previous_figures=(figures or {}).get(submission.unit or "", {}))
    return write_migrated(submission, target, current, options, keeping, into=into)
