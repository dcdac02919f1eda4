"""Submissions on file: what is needed of all of them is in memory, what each one says is on disk.

A round may have thousands of files. A reader process packs what a file says; this process stores the packed bytes
unopened and fetches them again, one file at a time, when lines are counted and written.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from danvan_xl.answers.nothing import is_nil
from danvan_xl.model import Finding, Severity
from danvan_xl.model.statuses import COMPLETED, USED, FileStatus
from danvan_xl.model.submission import Answer, CellCount, Submission
from danvan_xl.model.targets import TargetAnswer

SEVERITIES = tuple(Severity)


class Parcel(Struct, frozen=True):
    """One read file on its way between processes: the submission without its contents, and the packed contents.

    ``head``: path, hash, unit, period, status …; ``counts``: the number of open findings of each severity, worst first;
    ``settled``: the number of settled ones; ``lines``: answers held; ``is_nil``: see ``answers.nothing``;
    ``untouched``: the template came back empty; ``last_day``: the latest day on which something is said to be finished.
    """

    head: Submission
    contents: bytes
    counts: tuple[int, ...]
    lines: int
    is_nil: bool
    settled: int
    untouched: bool = False
    last_day: date | None = None


def last_completion(item: Submission) -> date | None:
    """The latest day on which a line of a file that counts is said to be finished."""
    if not item.is_used:
        return None
    days = (answer.values.get(COMPLETED) for answer in item.answers)
    return max((day for day in days if isinstance(day, date)), default=None)


def pack(item: Submission) -> Parcel:
    """The parcel of a submission (in the reader process)."""
    # answers column by column: a pickle of tuples is made and opened several times as fast as one of records
    answers = tuple(zip(*map(astuple, item.answers), strict=True))
    targets = {name: astuple(said) for name, said in item.targets.items()}
    contents = (answers, item.findings, item.figures, item.figure_notes, item.figure_cells, item.words, targets)
    head = replace(
        item, answers=(), findings=(), figures={}, figure_notes={}, figure_cells={}, words={}, targets={}
    )  # fmt: skip
    counts = tuple(item.count(severity) for severity in SEVERITIES)
    packed = pickle.dumps(contents, pickle.HIGHEST_PROTOCOL)
    return Parcel(
        head, packed, counts, len(item.answers), is_nil(item), item.settled, item.untouched, last_completion(item)
    )


class Store:
    """Packed contents, one after another: in memory while they are few, in a file when they are many."""

    IN_MEMORY = 8 << 20

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=self.IN_MEMORY)  # noqa: SIM115 - lives with us
        self._end = 0

    def __del__(self) -> None:
        self._file.close()

    def put(self, contents: bytes) -> tuple[int, int]:
        """Store contents; returns their place."""
        place = (self._end, len(contents))
        self._file.seek(self._end)
        self._file.write(contents)
        self._end += len(contents)
        return place

    def get(self, place: tuple[int, int]) -> bytes:
        """The contents at a place."""
        offset, length = place
        self._file.seek(offset)
        return self._file.read(length)


class Filed(Struct, frozen=True):
    """A submission on file: it has what a ``Submission``'s head has; only ``whole`` opens its contents."""

    head: Submission
    store: Store
    place: tuple[int, int]
    counts: tuple[int, ...]
    lines: int
    is_nil: bool
    settled: int
    untouched: bool
    status: FileStatus
    received: datetime | None = None
    added: tuple[Finding, ...] = field(default=())
    last_day: date | None = None

    @property
    def path(self) -> str:
        return self.head.path

    @property
    def sha256(self) -> str:
        return self.head.sha256

    @property
    def unit(self) -> str | None:
        return self.head.unit

    @property
    def period(self) -> str | None:
        return self.head.period

    @property
    def plan_version(self) -> int | None:
        return self.head.plan_version

    @property
    def nil(self) -> bool:
        return self.head.nil

    @property
    def nil_reason(self) -> str:
        return self.head.nil_reason

    @property
    def nil_forms(self) -> tuple[str, ...]:
        return self.head.nil_forms

    @property
    def carried_from(self) -> str:
        return self.head.carried_from

    @property
    def cells(self) -> Mapping[str, CellCount]:
        """See ``Submission``."""
        return self.head.cells

    @property
    def outline(self) -> str:
        return self.head.outline

    @property
    def is_used(self) -> bool:
        """See ``Submission``."""
        return self.status in USED

    def count(self, severity: Severity) -> int:
        """How many findings of this severity the file has that are not settled."""
        return self.counts[SEVERITIES.index(severity)] + sum(item.severity is severity for item in self.added)

    def whole(self) -> Submission:
        """The submission with everything in it, read from the store each time."""
        contents = pickle.loads(self.store.get(self.place))  # noqa: S301 - our own bytes
        answers, findings, figures, notes, cells, words, targets = contents
        return replace(
            self.head,
            status=self.status,
            received=self.received,
            answers=tuple(map(Answer, *answers)) if answers else (),
            findings=(*findings, *self.added),
            figures=figures,
            figure_notes=notes,
            figure_cells=cells,
            words=words,
            targets={name: TargetAnswer(*said) for name, said in targets.items()},
        )

    def set_aside(self, status: FileStatus, found: Finding) -> Filed:
        """The file with another status, and the finding that says why."""
        return replace(self, status=status, added=(*self.added, found))

    def received_at(self, moment: datetime | None) -> Filed:
        """The file with its time of receipt."""
        return replace(self, received=moment)


AnySubmission = Submission | Filed


def file_away(parcel: Parcel, store: Store) -> Filed:
    """Put a parcel into the store."""
    place = store.put(parcel.contents)
    head = parcel.head
    counted = (parcel.counts, parcel.lines, parcel.is_nil, parcel.settled, parcel.untouched)
    return Filed(head, store, place, *counted, head.status, last_day=parcel.last_day)
