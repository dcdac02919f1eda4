"""What a reader process does: one file read, checked against the round, and packed."""

from __future__ import annotations

import danvan_xl.intake.openxml  # noqa: F401 - what nearly every file needs, loaded while the process starts
from danvan_xl.answers.one_file import read_submission
from danvan_xl.intake.read import read_workbook
from danvan_xl.merging.filing import Parcel, pack
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round


def read_one(path: str, current: Round) -> Submission:
    """Read and check one file."""
    return read_submission(read_workbook(path), current)


def read_and_pack(path: str, current: Round) -> Parcel:
    """Read, check and pack one file."""
    return pack(read_one(path, current))
