"""The files of a workspace's period and when each was received, kept in the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import Register


def note_arrivals(
    register: Register, period: str, files: Iterable[tuple[Path, str]]
) -> Mapping[tuple[str, str], datetime]:
    """Register (file, SHA-256) pairs seen for the first time with the time at which they were put into the folder.

    Returns (sha256, file name) → time of receipt of everything known in the period. What was once noted stays, so that
    copying the folder to another machine changes nothing. A file that could not be read has no hash and is not noted.
    """
    known = dict(register.received(period))
    for path, digest in files:
        if digest and (digest, path.name) not in known:
            moment = datetime.fromtimestamp(int(path.stat().st_mtime), VIETNAM_TIME)
            register.note_received(period, digest, path.name, moment)
            known[digest, path.name] = moment
    return known
