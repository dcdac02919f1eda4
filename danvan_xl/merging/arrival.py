"""In which order the files of a round came: by the run of the program that first saw them, then by their own times.

A file's own time is that of its last saving: a copy may keep it, so that a correction looks older than what it
corrects. What was not there in one run and is there in the next one came later, whatever its own time says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from danvan_xl.language.showable import meant
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model.period import VIETNAM_TIME

Position = tuple[int, datetime]
"""A place in the order: the number of the run, and the time that decides among the files of one run."""

LAST = datetime.max.replace(tzinfo=VIETNAM_TIME)


class Sighting(Struct, frozen=True):
    """A run of the program that saw a file for the first time, or again after it had gone.

    ``run``: its number in the period, 0 for files that were known before runs were counted; ``moment``: the file's time
    of receipt, or that of the run for a file that came back; ``seen``: when the run was; ``unit``: whose report it was,
    None for what was no report; ``gone``: the number of the first run that missed it.
    """

    sha256: str
    file: str
    run: int
    moment: datetime
    seen: datetime
    unit: str | None = None
    gone: int | None = None

    @property
    def position(self) -> Position:
        """Its place in the order."""
        return self.run, self.moment


def file_name(item: AnySubmission) -> str:
    """A file's name in its folder."""
    return Path(meant(item.path)).name


class Arrivals:
    """The order of arrival of files, and of the contents that several of them may share.

    Without a register there are no sightings: only times of receipt decide, as far as they are known.
    """

    def __init__(self, files: Iterable[AnySubmission], sightings: Iterable[Sighting] = ()) -> None:
        self.sightings = tuple(sightings)
        self._sightings: dict[str, list[Sighting]] = defaultdict(list)
        self._first_of: dict[tuple[str, str], Sighting] = {}
        for one in sorted(self.sightings, key=lambda one: (one.run, one.moment, one.file)):
            self._sightings[one.sha256].append(one)
            self._first_of.setdefault((one.sha256, one.file), one)
        self._times: dict[str, list[datetime | None]] = defaultdict(list)
        for item in files:
            self._times[item.sha256].append(item.received)
        self._gone: dict[str, list[Sighting]] = defaultdict(list)
        for sha256, seen in self._sightings.items():
            if sha256 not in self._times and all(one.gone is not None for one in seen):
                for one in seen:
                    self._gone[one.unit or ""].append(one)

    def order(self, item: AnySubmission) -> tuple[bool, Position, str]:
        """The key that sorts files as they came; those without a time last, then by path."""
        seen = self._first_of.get((item.sha256, file_name(item))) if self._first_of else None
        position = seen.position if seen is not None else (0, item.received or LAST)
        return seen is None and item.received is None, position, item.path

    def first(self, item: AnySubmission) -> Position | None:
        """When the content of a file first came; None where that is unknown."""
        return min(self._positions(item), default=None)

    def last(self, item: AnySubmission) -> Position | None:
        """When the content of a file came last: it may have been sent again under another name."""
        return max(self._positions(item), default=None)

    def last_seen(self, item: AnySubmission) -> Sighting | None:
        """The sighting of a file's content that came last."""
        return max(self._sightings_of(item), key=lambda one: one.position, default=None)

    def _sightings_of(self, item: AnySubmission) -> list[Sighting]:
        """Those of a file's content; one that could not be read has no hash, and is known by its name."""
        if item.sha256 or not self._first_of:
            return self._sightings.get(item.sha256, [])
        one = self._first_of.get(("", file_name(item)))
        return [one] if one is not None else []

    def _positions(self, item: AnySubmission) -> list[Position]:
        found = self._sightings_of(item)
        if found:
            return [one.position for one in found]
        times = self._times.get(item.sha256) or [item.received] if item.sha256 else [item.received]
        known = [(0, time) for time in times if time is not None]
        return known if len(known) == len(times) else []

    def last_key(self, item: AnySubmission) -> tuple[bool, Position, str]:
        """The key that sorts contents by when they came last; those without a time at the end, then by hash.

        Names decide nothing: a file may have any.
        """
        last = self.last(item)
        return last is None, last or (0, LAST), item.sha256

    def gone_after(self, item: AnySubmission | None, unit: str) -> Sighting | None:
        """A report of the unit that is no longer there, though it came after ``item``, or ``item`` is no report.

        Not one that a person took away after both were there: that is an answer.
        """
        first, last = (self.first(item), self.last(item)) if item is not None else (None, None)
        is_report = item is not None and item.is_used and not item.untouched
        found = [
            one
            for one in self._gone.get(unit, ())
            if not is_report
            or (first is not None and last is not None and first < one.position < last and (one.gone or 0) <= last[0])
        ]
        return max(found, key=lambda one: one.position, default=None)

    def back_from_before(self, item: AnySubmission, others: Iterable[AnySubmission]) -> list[AnySubmission]:
        """The files that came after this one's content first came and before it came last."""
        first, last = self.first(item), self.last(item)
        if first is None or last is None:
            return []
        return [other for other in others if (place := self.last(other)) is not None and first < place < last]


def first_reports(files: Iterable[AnySubmission], arrivals: Arrivals) -> dict[str, datetime]:
    """Unit → when its first report came, also one that a later file has replaced on disk.

    ``files``: as they were read. A template that came back empty is no report, and a refused file isn't either.
    """
    first: dict[str, Position] = {}
    for one in arrivals.sightings:
        if one.unit is not None:
            first[one.unit] = min(first.get(one.unit, one.position), one.position)
    for item in files:
        place = arrivals.first(item) if item.is_used and not item.untouched else None
        if item.unit is not None and place is not None:
            first[item.unit] = min(first.get(item.unit, place), place)
    return {unit: place[1] for unit, place in first.items()}
