"""The ASCII names of returned workbooks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from danvan_xl.model.submission import Submission


def returned_name(submission: Submission) -> str:
    """The ASCII file name: ``tra-lai_2026-H1_VHXH.xlsx``.

    A refused file's name also has its hash, as its unit is not certain; a file that says nothing about itself keeps its
    own name.
    """
    known = (submission.period, submission.unit) if submission.unit and submission.period else ()
    parts = list(known) or [Path(submission.path.replace("\\", "/")).stem]
    if not submission.is_used:
        parts.append(submission.sha256[:8])
    return f"{_stem(parts)}.xlsx"


def returned_stem(period: str, unit: str) -> str:
    """What the name of a unit's returned workbook begins with, before the hash that a refused file's name has."""
    return _stem([period, unit])


def _stem(parts: Iterable[str | None]) -> str:
    return "_".join(["tra-lai", *(plain for part in parts if (plain := _ascii(part or "")))])


def _ascii(words: str) -> str:
    letters = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    plain = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60]
