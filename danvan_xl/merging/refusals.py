"""Refused files: whose they are, and which of them came after the file that counts for their unit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.merging.arrival import Arrivals
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model import Severity
from danvan_xl.model.statuses import FileStatus
from danvan_xl.round.file_names import units_in_name
from danvan_xl.round.round import Round

OTHER_PLAN, GUESSED = "I002", "I019"

OF_THE_PROGRAM = "F074"
"""The code of what is no fault of a file but of the program; who sent it has nothing to mend."""

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt", ".et", ".ods", ".ots", ".csv"})
"""Endings of names that promise a report. A scan or a letter beside the report is no newer version of it."""

_COPY = re.compile(r"(?:\s*\(\d{1,3}\)|\s*-\s*(?:Copy|Sao chép|Bản sao))+$", re.IGNORECASE)
"""What Windows and browsers add to the name of a copy."""


class Later(Struct, frozen=True):
    """The newest refused files beside the one that counts; several where nobody knows which of them came last.

    ``are_newer``: they came after it; else nobody knows which came first. ``of_the_program``: they have no fault of
    their own, the program failed at them.
    """

    files: tuple[AnySubmission, ...]
    are_newer: bool
    of_the_program: bool


def _codes(file: AnySubmission) -> frozenset[str]:
    return frozenset(item.code for item in file.whole().findings if item.severity is Severity.BLOCKER)


def is_of_the_program(file: AnySubmission) -> bool:
    """Whether a file was refused only because the program itself failed."""
    return file.status is FileStatus.REFUSED and _codes(file) == {OF_THE_PROGRAM}


def _said_or_named(file: AnySubmission, current: Round) -> str | None:
    """The unit of a file that can't say whose it is: a person's word, its own line ids, or its name."""
    confirmed = current.confirmed_unit(file.path)
    if confirmed is not None:
        return confirmed
    guesses = [str(item.args.get("guess")) for item in file.whole().findings if item.code == GUESSED]
    if guesses:
        return guesses[0]
    name = PurePath(file.path.replace("\\", "/"))
    if file.sha256 and _codes(file) & {"I001", "I008"}:  # some other workbook
        return None
    if name.suffix.lower() not in SPREADSHEETS:
        return None
    named = units_in_name(_COPY.sub("", name.stem) + name.suffix, current.names)
    return next(iter(named)) if len(named) == 1 else None


class Refusals:
    """The refused files of a round, by unit."""

    def __init__(self, current: Round, files: Iterable[AnySubmission], arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._sure: dict[str, list[AnySubmission]] = defaultdict(list)  # of this round, as they say themselves
        self._all: dict[str, list[AnySubmission]] = defaultdict(list)
        for file in files:
            if file.status is not FileStatus.REFUSED or OTHER_PLAN in _codes(file):
                continue
            unit = file.unit or _said_or_named(file, current)
            if unit is not None and unit in current.by_unit:
                self._all[unit].append(file)
                if file.unit is not None and file.period == current.period.id:
                    self._sure[unit].append(file)

    def alone(self, unit: str) -> tuple[AnySubmission, ...]:
        """The refused files that stand for a unit from which nothing better came: the newest."""
        return self._newest(self._sure.get(unit, []))

    def later_than(self, file: AnySubmission) -> Later | None:
        """The refused files of the unit that came after ``file``, or of which nobody knows whether they did."""
        place, unit = self._arrivals.last(file), file.unit or ""
        newer: list[AnySubmission] = []
        unclear: list[AnySubmission] = []
        for item in self._all.get(unit, ()):
            came = self._arrivals.last(item)
            if came is None or place is None or came == place:
                unclear.append(item)
            elif came > place:
                newer.append(item)
        found = self._newest(newer) or tuple(unclear)
        return Later(found, bool(newer), all(map(is_of_the_program, found))) if found else None

    def _newest(self, files: list[AnySubmission]) -> tuple[AnySubmission, ...]:
        """The file that came last, and those that came at the same time or at an unknown one."""
        came = [(self._arrivals.last(item), item) for item in files]
        last = max((place for place, _ in came if place is not None), default=None)
        found = [item for place, item in came if place is None or place == last]
        return tuple(sorted(found, key=self._arrivals.last_key))
