"""How a plan is cited where it is printed: its own words, with the blanks that a draft leaves filled or left out."""

from __future__ import annotations

import re
from datetime import date

from danvan_xl.model import Plan

_B = r"[\s.…_]*"
_NUMBER = re.compile(rf"\s*\b[Ss]ố\s*:?(?:{_B}[/-]\s*[A-ZĐ][\w/-]*|\s*(?:\.{{2,}}|[…_]){_B})")
"""``số      /KH-UBND``, ``số ……``: a blank where the number should be."""

_SLASHED = re.compile(rf"\s*\bngày{_B}(\d*){_B}/{_B}(\d*)(?:{_B}/{_B}(\d*))?")
_SPELLED = re.compile(rf"\s*\bngày{_B}(\d*){_B}tháng{_B}(\d*)(?:{_B}năm{_B}(\d*))?")
"""A day in figures or in words; a part of it that is a blank is empty."""


def cited(plan: Plan) -> str:
    """The line under an appendix's title that says which plan it belongs to; never one with holes in it."""
    number = f" số {plan.number} " if plan.number else " "
    words = _NUMBER.sub(lambda _: number, plan.citation)
    for form in (_SLASHED, _SPELLED):
        words = form.sub(lambda match: _day(match, plan.issued), words)
    words = re.sub(r"\s+(?=[,.;)])", "", re.sub(r"\s+", " ", words))
    return re.sub(r"[,;]+(?=[,.;)]|$)", "", words.strip())


def _day(match: re.Match[str], issued: date | None) -> str:
    """What stands for a day in a citation: itself where it is whole, the plan's day of issue, or nothing."""
    if "" not in match.groups():
        return match[0]
    return f" ngày {in_words(issued)}" if issued is not None else ""


def in_words(day: date) -> str:
    """A day as official texts write it: days below 10 and months 1 and 2 with a zero (``08/5/2026``)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"
