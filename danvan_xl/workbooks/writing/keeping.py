"""What stood in an output before it is replaced, kept where a person may have changed it.

A workspace remembers the hash of everything that was written into it, in a text file that may be deleted at any time.
An output that differs from what was written, or of which nothing is known, is kept beside its successor as
``… (truoc 14-06 0930).xlsx``: as it was before the run of that moment. The same content is kept once.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.workbooks.writing.claims import owned_prefix

FILE_NAME = ".da-ghi"
"""In a workspace: one line for each file written, its hash and its path; the last line of a path counts."""

MOST_LINES = 2_000
"""Beyond this many lines, a memory of fewer paths is written anew."""

LONGEST_STEM = 200
"""Bytes; file systems take names of 255."""

_COPY = re.compile(r" \(truoc \d\d-\d\d \d{4}(?:-\d+)?\)\Z", re.ASCII)


def is_copy(path: Path) -> bool:
    """Whether a file's name is that of a former output that was kept."""
    return _COPY.search(path.stem) is not None


Why = Literal["changed", "unknown", "other_run"]
"""It is not as it was written; it is not known what was written; another run has just written it."""


def without_copy_mark(stem: str) -> str:
    """The stem of the output that a kept file was, for its own stem."""
    return _COPY.sub("", stem)


class Kept(NamedTuple):
    """A former content of ``target`` that is now in ``copy``."""

    target: Path
    copy: Path
    why: Why


class Keeping:
    """Keeps what a run would otherwise replace. ``memory``: the file that remembers what was written, if there is one.

    Without a memory (outside a workspace) every former content that differs is kept. ``others``: outputs that another
    run has just written. ``kept``: what was kept so far.
    """

    def __init__(self, memory: Path | None = None) -> None:
        self.others: set[Path] = set()
        self.kept: list[Kept] = []
        self._memory = memory
        self._known: dict[str, str] | None = None

    def __reduce__(self) -> tuple[type[Keeping], tuple[Path | None]]:
        """Another process keeps for itself, and tells what it kept."""
        return type(self), (self._memory,)

    @contextmanager
    def replacing(self, target: Path, new: Path) -> Iterator[None]:
        """Around the moment at which ``new`` takes the place of ``target``; when that fails, no copy is left.

        Raises ``OSError`` where the former content can't be read or kept: then nothing must be replaced.
        """
        digest = digest_of(new)
        former = digest_of(target) if target.is_file() else None
        copy, is_new, why = None, False, self._why(target, former)
        if why is not None and former not in (None, digest):
            copy = _copy_of(target, former)
            is_new = copy is None
            copy = copy or _copied(target)
        try:
            yield
        except BaseException:
            if copy is not None and is_new:
                with suppress(OSError):
                    copy.unlink()
            raise
        if copy is not None and why is not None:
            self.kept.append(Kept(target, copy, why))
        self._note(target, digest)

    def _why(self, target: Path, former: str | None) -> Why | None:
        """Why the former content is kept; None where nobody touched what was written."""
        if target in self.others:
            return "other_run"
        written = self._written(target)
        return "unknown" if written is None else None if written == former else "changed"

    # ---- what was written ------------------------------------------------------------------------------------

    def _written(self, target: Path) -> str | None:
        """The hash of what was last written there; None where it is not known."""
        if self._memory is None:
            return None
        if self._known is None:
            self._known = _read(self._memory)
        return self._known.get(self._name(target))

    def _name(self, target: Path) -> str:
        """The path as it is remembered: from the memory's folder, so that the folder can be moved."""
        whole = Path(os.path.abspath(target))  # noqa: PTH100 - links stay as they are
        if self._memory is not None:
            with suppress(ValueError):
                whole = whole.relative_to(os.path.abspath(self._memory.parent))  # noqa: PTH100 - as above
        return whole.as_posix()

    def _note(self, target: Path, digest: str) -> None:
        if self._memory is None or self._written(target) == digest:
            return
        assert self._known is not None  # as was asked just now
        name = self._name(target)
        self._known[name] = digest
        if "\n" not in name and "\r" not in name:
            with suppress(OSError), self._memory.open("ab") as stream:  # not noted: what stands there will be kept
                stream.write(f"{digest} {name}\n".encode(errors="surrogateescape"))


def _read(memory: Path) -> dict[str, str]:
    """Path → hash of what was last written there."""
    try:
        lines = memory.read_bytes().decode(errors="surrogateescape").split("\n")
    except OSError:  # nothing is known: everything that differs is kept
        return {}
    known = {name: digest for digest, _, name in (line.partition(" ") for line in lines) if name}
    if len(lines) > MOST_LINES > 2 * len(known):
        _write_anew(memory, known)
    return known


def _write_anew(memory: Path, known: dict[str, str]) -> None:
    beside = memory.with_name(f"{owned_prefix(memory.name)}memory00.tmp")
    content = "".join(f"{digest} {name}\n" for name, digest in known.items())
    with suppress(OSError):
        beside.write_bytes(content.encode(errors="surrogateescape"))
        beside.replace(memory)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy_of(target: Path, digest: str) -> Path | None:
    """The copy that holds this content already."""
    size = target.stat().st_size
    for path in sorted(target.parent.iterdir()):
        if path.suffix == target.suffix and is_copy(path) and without_copy_mark(path.stem) == _short_stem(target):
            with suppress(OSError):
                if path.stat().st_size == size and digest_of(path) == digest:
                    return path
    return None


def _short_stem(target: Path) -> str:
    """The stem of a file's name, cut where nothing could be added to it."""
    return os.fsdecode(os.fsencode(target.stem)[:LONGEST_STEM])


def _copied(target: Path) -> Path:
    """A new copy, with the file's own time of change, on the disk before it has its name."""
    moment, stem = f"{datetime.now(VIETNAM_TIME):%d-%m %H%M}", _short_stem(target)
    half_done = target.with_name(f"{owned_prefix(target.name)}formerly.tmp")
    try:
        shutil.copy2(target, half_done)
        with half_done.open("rb+") as stream:
            os.fsync(stream.fileno())
        number, copy = 1, target.with_name(f"{stem} (truoc {moment}){target.suffix}")
        while copy.exists():
            number += 1
            copy = copy.with_name(f"{stem} (truoc {moment}-{number}){target.suffix}")
        half_done.rename(copy)
    finally:
        with suppress(OSError):
            half_done.unlink(missing_ok=True)
    return copy
