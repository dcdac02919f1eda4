"""Which files are known to meet their schema, by hash, so that a file is validated only when it has changed.

Validating a file costs more time than reading thirty workbooks' worth of rules; the verdict on the same bytes, under
the same schema, never changes.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

FILE_NAME = ".da-kiem-tra"
"""In a workspace; may be deleted at any time."""


def digest_of(schema: Path, content: bytes) -> str:
    """The hash of a schema and a file's bytes."""
    return hashlib.sha256(schema.read_bytes() + b"\0" + content).hexdigest()


class Verdicts:
    """The hashes of valid files, kept in a text file, one per line; without a path, nothing is known or kept."""

    MOST = 500

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: set[str] | None = None

    def knows(self, digest: str) -> bool:
        """Whether this file is known to be valid."""
        if self._known is None:
            self._known = set()
            if self._path is not None:
                with suppress(OSError, UnicodeDecodeError):  # without it, everything is checked again
                    self._known = set(self._path.read_text(encoding="ascii").split())
        return digest in self._known

    def add(self, digest: str) -> None:
        """Remember that this file is valid."""
        if self._path is None or self.knows(digest):
            return
        assert self._known is not None
        fresh = len(self._known) >= self.MOST
        self._known.add(digest)
        with suppress(OSError):  # the folder is not writable: checked again next time
            mode = "w" if fresh else "a"
            with self._path.open(mode, encoding="ascii") as stream:
                stream.write(f"{digest}\n")
