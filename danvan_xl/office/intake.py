"""The files of a workspace's period and when each was received, kept in the register."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import Register


def note_arrivals(register: Register, period: str, files: Sequence[Path]) -> Mapping[tuple[str, str], datetime]:
    """Register files seen for the first time with the time at which they were laid into the folder.

    Returns (sha256, file name) → time of receipt of everything known in the period. What is noted once stays, so
    that copying the folder to another machine changes nothing.
    """
    known = dict(register.received(period))
    for path in files:
        if not path.is_file() or path.is_symlink():
            continue
        digest = sha256_of(path)
        if (digest, path.name) not in known:
            moment = datetime.fromtimestamp(int(path.stat().st_mtime), VIETNAM_TIME)
            register.note_received(period, digest, path.name, moment)
            known[digest, path.name] = moment
    return known


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
