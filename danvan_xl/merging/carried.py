"""Answers that ``migrate`` carried to a newer template: they count in place of the file that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from danvan_xl.merging.arrival import Sighting, file_name
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.resubmission import change_findings, compare, name_of
from danvan_xl.model import Location, finding
from danvan_xl.model.statuses import FileStatus
from danvan_xl.round.round import Round


def in_place_of_originals(
    files: Iterable[AnySubmission], carried: frozenset[str], times: Mapping[str, datetime], current: Round
) -> list[AnySubmission]:
    """The files, with those that ``migrate`` made in place of what they were made from.

    ``carried``: the paths of such files; ``times``: SHA-256 → when a file was received first. What was carried over is
    as old as its original, which is set aside and says so; what was changed since is listed cell by cell.
    """
    result = list(files)
    at = {item.path: place for place, item in enumerate(result)}
    for path in sorted(carried & at.keys()):
        made = result[at[path]]
        made = made.received_at(times.get(made.carried_from))
        if not made.is_used:
            result[at[path]] = made
            continue
        for place, item in enumerate(result):
            if item.sha256 != made.carried_from or item.status is FileStatus.IGNORED:
                continue
            if item.is_used and item.unit == made.unit:
                for one in change_findings(compare(item.whole(), made.whole(), current), name_of(item)):
                    made = made.set_aside(made.status, one)
            found = finding("I026", Location(file=item.path), name_of(made))
            result[place] = item.set_aside(FileStatus.SUPERSEDED, found)
        result[at[path]] = made
    return result


def seen_as_originals(
    files: Iterable[AnySubmission], carried: frozenset[str], sightings: Iterable[Sighting]
) -> Iterator[Sighting]:
    """The sightings of files that ``migrate`` made: those of the files that they were made from."""
    made = {item.carried_from: item for item in files if item.path in carried}
    for one in sightings:
        item = made.get(one.sha256)
        if item is not None:
            yield replace(one, sha256=item.sha256, file=file_name(item))
