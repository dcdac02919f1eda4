"""The files of a workspace's period, when each was received and which run first saw it, kept in the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from danvan_xl.merging.arrival import Sighting
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import Register


class Arrived(Struct, frozen=True):
    """A file that is there. ``sha256``: "" where it could not be read; ``unit``: whose it is, where that is known.

    ``is_report``: the unit's answers were read from it, or it says that there is nothing to report.
    """

    path: Path
    sha256: str
    unit: str | None = None
    is_report: bool = False


class Known(Struct, frozen=True):
    """What the register knows of a period's files: (sha256, file name) → time of receipt; the runs that saw them."""

    received: Mapping[tuple[str, str], datetime] = {}
    sightings: tuple[Sighting, ...] = ()

    def first_received(self) -> dict[str, datetime]:
        """SHA-256 → when a content was received first."""
        first: dict[str, datetime] = {}
        for (digest, _), moment in self.received.items():
            first[digest] = min(moment, first.get(digest, moment))
        return first


def note_arrivals(
    register: Register,
    period: str,
    files: Iterable[Arrived],
    now: datetime,
    *,
    are_all: Callable[[], bool] = lambda: False,
) -> Known:
    """Register files seen for the first time, with the time at which they were put into the folder, and this run.

    What was once noted stays, so that copying the folder to another machine changes nothing. A file that could not be
    read has no hash and is known by its name; once it can be read, it came when it was first seen.

    ``are_all``: whether ``files`` is all that lies in the folder; only then is a report missed that was there, and only
    where another file of its unit, or of its name, is there.
    """
    files = tuple(files)
    received = dict(register.received(period))
    before = register.sightings(period)
    latest = {(item.sha256, item.file): item for item in before}
    run = 1 + max((max(item.run, item.gone or 0) for item in before), default=0)
    changed = False
    for file in files:
        name = file.sha256, file.path.name
        former = latest.get(name)
        if former is not None and former.gone is None:
            continue
        first = run
        if name not in received:
            received[name] = datetime.fromtimestamp(int(file.path.stat().st_mtime), VIETNAM_TIME)
            register.note_received(period, *name, received[name])
        elif former is None:  # known before runs were counted
            first = 0
        unread = latest.get(("", file.path.name))
        if unread is not None and unread.moment == received[name]:
            first = unread.run
        seen = Sighting(*name, first, received[name], now, file.unit if file.is_report else None)
        register.note_sighting(period, seen)
        latest[name] = seen
        changed = True
    missed = _missed(latest.values(), files)
    if missed and are_all():
        for item in missed:
            register.note_gone(period, item, run)
        changed = True
    return Known(received, register.sightings(period) if changed else before)


def _missed(latest: Iterable[Sighting], files: Iterable[Arrived]) -> list[Sighting]:
    """Reports that were there and are not, while their unit or another content has a file in their place."""
    there = {(file.sha256, file.path.name) for file in files}
    unread = {file.path.name for file in files if not file.sha256}
    units, names = {file.unit for file in files}, {file.path.name for file in files}
    return [
        item
        for item in latest
        if item.gone is None
        and item.sha256
        and item.unit is not None
        and (item.unit in units or item.file in names)
        and (item.sha256, item.file) not in there
        and item.file not in unread
    ]
