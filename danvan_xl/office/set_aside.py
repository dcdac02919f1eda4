"""Returned workbooks that nobody has to mend any more: their unit has sent a good file since."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.model.statuses import TO_MEND, FileStatus
from danvan_xl.office.troubles import Troubles
from danvan_xl.workbooks.returned.names import returned_stem
from danvan_xl.workbooks.writing.keeping import digest_of, without_copy_mark

OLD = "cu"
"""The folder for them, beside those that are still to be mended."""

GOOD = ("submitted", "nil")


def still_to_mend(result: Consolidation) -> list[AnySubmission]:
    """The files that must be mended and sent again: not those whose unit has sent a good one later."""
    good = {state.unit: state.received for state in result.units if state.state in GOOD}

    def is_over(file: AnySubmission) -> bool:
        since = good.get(file.unit or "")
        refused = file.status is FileStatus.REFUSED
        return refused and since is not None and file.received is not None and file.received < since

    return [file for file in result.files if file.status in TO_MEND and not is_over(file)]


def set_aside_mended(folder: Path, result: Consolidation, troubles: Troubles) -> list[Path]:
    """Move the returned workbooks of units that have sent a good file since into ``cu/``; returns their new places.

    Nothing in there is written over. What can't be moved (it is open in Excel) stays, and is among the ``troubles``.
    """
    waiting = {file.unit for file in still_to_mend(result)}
    period = result.round.period.id
    stems = [
        returned_stem(period, state.unit) for state in result.units if state.state in GOOD and state.unit not in waiting
    ]
    moved = []
    for path in _of_units(folder, stems):
        try:
            moved.append(_moved(path, folder / OLD))
        except OSError as error:
            troubles.add("not_set_aside", file=path, folder=f"{OLD}/", detail=error.strerror or error)
    return moved


def _of_units(folder: Path, stems: Iterable[str]) -> list[Path]:
    """The returned workbooks of units, those that were kept because somebody changed them too."""
    if not folder.is_dir():
        return []
    known = frozenset(stems)
    found = []
    for path in sorted(folder.glob("*.xlsx")):
        stem = without_copy_mark(path.stem)
        if stem in known or re.sub(r"_[0-9a-f]{8}\Z", "", stem) in known:
            found.append(path)
    return found


def _moved(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    number, target = 1, folder / path.name
    while target.exists():
        if digest_of(target) == digest_of(path):
            path.unlink()
            return target
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    path.rename(target)
    return target
