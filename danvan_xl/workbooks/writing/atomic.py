"""Replace a file as a whole or not at all: after a crash there is the former output or the new one.

Exception
└── OSError
    └── OutputBusyError   the target is open in another program (Excel on Windows) and can't be replaced
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from danvan_xl.workbooks.writing.claims import clean, owned_prefix
from danvan_xl.workbooks.writing.keeping import Keeping

TEMPORARY_SUFFIX = ".tmp"
"""No reader takes a file of this name for a submission, if a crash leaves one behind."""


class OutputBusyError(OSError):
    """The output can't be replaced because another program holds it open; what was there is still there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"output is open in another program: {path}")
        self.path = path

    def __reduce__(self) -> tuple[type[OutputBusyError], tuple[Path]]:
        """Made again from its path, so that a worker process can hand it over."""
        return type(self), (self.path,)


@contextmanager
def atomic_path(target: Path, keeping: Keeping | None = None) -> Iterator[Path]:
    """Yield a temporary path beside ``target``; what was written there replaces ``target`` at the end.

    ``keeping``: keeps the former content where a person may have changed it. The folder must exist. When the block
    raises, the temporary file is removed and ``target`` stays as it was.
    ``OutputBusyError`` when ``target`` is open elsewhere; any other ``OSError`` (disk full …) passes through.
    """
    target = Path(target)
    _clean_once(target.parent)
    handle, name = tempfile.mkstemp(prefix=owned_prefix(target.name), suffix=TEMPORARY_SUFFIX, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        _with_usual_mode(temporary)
        yield temporary
        _to_disk(temporary)
        try:
            with keeping.replacing(target, temporary) if keeping is not None else nullcontext():
                temporary.replace(target)
        except PermissionError as error:
            raise OutputBusyError(target) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


_CLEANED: set[Path] = set()
"""Folders in which this process has looked for what killed runs left."""


def _clean_once(folder: Path) -> None:
    if folder not in _CLEANED:
        _CLEANED.add(folder)
        clean(folder)


def _with_usual_mode(path: Path) -> None:
    """Give the file the rights that a plain ``open`` would (``mkstemp`` lets nobody else read it)."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def _to_disk(path: Path) -> None:
    """Have the bytes on the disk before the name points at them."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
