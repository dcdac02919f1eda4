"""Take the bytes of a foreign file, once, from a regular file only.

A link, a pipe or a device is never opened for reading: a link could point to somebody else's file, a pipe would hang
the run. The check is made on the path and again on the opened file, so that nothing can change in between.
"""

from __future__ import annotations

import hashlib
import os
import stat

from msgspec import Struct

from danvan_xl.intake.refusal import RefusedError

LARGEST_FILE = 64 * 1024 * 1024  # bytes; a unit's file has 25 KB, one with pasted scans about 10 MB

# Flags that a system lacks count as 0. O_NONBLOCK: opening a pipe without a writer must not wait.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOINHERIT", 0)
)


class Source(Struct, frozen=True):
    """What was read: the bytes, their SHA-256 (hex) and the path as given."""

    path: str
    data: bytes
    sha256: str


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("F002")
    if status.st_size > LARGEST_FILE:
        raise RefusedError("F005", status.st_size, mb=status.st_size // 1_000_000, limit=LARGEST_FILE // 1_000_000)


def take(path: str) -> Source:
    """The bytes of the regular file at ``path``. Raises ``RefusedError`` (F001-F005)."""
    if os.path.basename(path).startswith("~$"):  # noqa: PTH119 - one string, thousands of times
        raise RefusedError("F004")
    try:
        _require_regular(os.lstat(path))
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise RefusedError("F001", _reason(error)) from error
    try:
        status = os.fstat(handle)
        _require_regular(status)
        data = _read_all(handle, status.st_size)
    except OSError as error:
        raise RefusedError("F001", _reason(error)) from error
    finally:
        os.close(handle)
    if not data:
        raise RefusedError("F003")
    return Source(path, data, hashlib.sha256(data).hexdigest())


def _read_all(handle: int, size: int) -> bytes:
    data = os.read(handle, size + 1)
    if len(data) == size:
        return data
    pieces = [data]  # the file grew, or the system returned less than requested
    total = len(data)
    while piece := os.read(handle, 1 << 20):
        total += len(piece)
        if total > LARGEST_FILE:
            raise RefusedError("F005", total, mb=total // 1_000_000, limit=LARGEST_FILE // 1_000_000)
        pieces.append(piece)
    return b"".join(pieces)


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
