"""A file given back here and now, without worker processes."""

from __future__ import annotations

from pathlib import Path

from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang
from danvan_xl.workbooks.returned.writer import Returned, carry_out, return_task


def write_returned(source: Path, target: Path, submission: Submission, current: Round, lang: Lang = "vi") -> Returned:
    """Make the returned workbook of ``source`` in this process."""
    return carry_out(return_task(source, target, submission, current, lang))
