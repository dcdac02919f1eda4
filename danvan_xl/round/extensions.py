"""More time for one unit: for which report, up to when, why, and who allowed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from danvan_xl.round.round import Round


class Extension(Struct, frozen=True):
    """More time that a unit was given. ``report``: id of the report; empty: for all of the round.

    ``allowed_by``: who allowed a day that is later than the plan's own, and on what paper.
    """

    unit: str
    until: date
    reason: str = ""
    report: str = ""
    allowed_by: str = ""


def in_force_for(current: Round, given: Iterable[Extension]) -> Mapping[str, Extension]:
    """Unit → the longest extension that is for one of the reports which the round is made for."""
    wanted = {"", *(report.id for report in current.made_for)}
    found: dict[str, Extension] = {}
    for item in given:
        if item.report in wanted and (item.unit not in found or found[item.unit].until < item.until):
            found[item.unit] = item
    return found
