"""The files that came in: which of those in a folder are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from danvan_xl.language.showable import shown
from danvan_xl.language.text import key
from danvan_xl.model import Finding, finding
from danvan_xl.model.period import plain_period
from danvan_xl.office.workspace import MIGRATED, RECEIVED, Workspace
from danvan_xl.workbooks.writing.keeping import is_copy

LOCK_FILE = "~$"
MOST_NAMES = 10
"""Files that a finding names; the rest is counted."""
NOT_ANSWERS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})


def list_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read, sorted: files as given, folders with everything below them."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(item for item in path.rglob("*") if not item.is_dir())
        else:
            found.add(path)
    return sorted(found)


def list_round(workspace: Workspace) -> list[Path]:
    """The files of the period in force: what came in, and what was carried to a newer template."""
    received, migrated = workspace.folder(RECEIVED), workspace.folder(MIGRATED)
    found = list_files([received]) if received.is_dir() else []
    return sorted([*found, *_carried(migrated)])


def list_given(paths: Iterable[Path], workspace: Workspace | None) -> list[Path]:
    """The files to read where paths are given: with the received files of a workspace go those carried over."""
    given = list(paths)
    found = list_files(given)
    if workspace is not None:
        whole = {path.resolve() for path in given}
        received = workspace.folder(RECEIVED).resolve()
        if not whole.isdisjoint((received, received.parent)):
            found = sorted({*found, *_carried(workspace.folder(MIGRATED))})
    return found


def _carried(folder: Path) -> list[Path]:
    return [path for path in list_files([folder]) if not is_copy(path)] if folder.is_dir() else []


def named(workspace: Workspace, name: str) -> list[Path]:
    """The received files of the period with this name; where none has it exactly, those with the same letters."""
    files = [path for path in list_round(workspace) if not is_ignored(path)]
    exact = [path for path in files if name in (path.name, shown(path.name))]
    return exact or [path for path in files if key(path.name) == key(name)]


def misplaced(workspace: Workspace) -> tuple[Finding, ...]:
    """What lies in the folder of received files where no period reads it: beside the periods, or in no period's."""
    folder, period = workspace.root / RECEIVED, workspace.settings.period
    if not folder.is_dir():
        return ()
    entries, declared = sorted(folder.iterdir()), {item.id for item in workspace.settings.reports}
    loose = [path for path in entries if not path.is_dir() and not is_ignored(path)]
    found = [finding("F075", None, _names(loose), count=len(loose), period=period)] if loose else []
    for place in entries:
        if place.is_dir() and not (_is_period(place.name) or place.name in declared):
            files = [path for path in list_files([place]) if not is_ignored(path)]
            if files:
                name, count = shown(place.name), len(files)
                found.append(finding("F076", None, _names(files), folder=name, count=count, period=period))
    return tuple(found)


def _is_period(name: str) -> bool:
    try:
        return plain_period(name).id == name
    except ValueError:
        return False


def _names(files: list[Path]) -> str:
    few = ", ".join(shown(path.name) for path in files[:MOST_NAMES])
    return few if len(files) <= MOST_NAMES else f"{few}, …"


def is_ignored(path: Path) -> bool:
    """Whether a file is an office program's lock file or the system's own: skipped quietly."""
    return path.name.startswith((LOCK_FILE, ".~lock.")) or path.name.lower() in NOT_ANSWERS
