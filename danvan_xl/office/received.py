"""The files that came in: which of those in a folder are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LOCK_FILE = "~$"
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


def is_ignored(path: Path) -> bool:
    """Whether a file is an office program's lock file or the system's own: skipped quietly."""
    return path.name.startswith((LOCK_FILE, ".~lock.")) or path.name.lower() in NOT_ANSWERS
