"""The sign of a machine that takes the month for the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from danvan_xl.answers.tables import Table
from danvan_xl.model import Finding, Location, finding

LEAST_SIGNS = 2
"""At least this many days typed as text, and as many stored, before regional settings are suspected."""


def swapped_days(table: Table, days: list[tuple[str, date, bool]]) -> Iterator[Finding]:
    """The sign of a machine set to month/day: every day that stayed text is after the 12th, no stored one is.

    ``days``: (cell, day, whether it was stored as a day). Such a machine takes 05/06 for 6 May and stores it.
    """
    stored = [(cell, day) for cell, day, is_stored in days if is_stored]
    typed = [day for _, day, is_stored in days if not is_stored]
    doubtful = [cell for cell, day in stored if day.day != day.month]
    if len(typed) < LEAST_SIGNS or len(doubtful) < LEAST_SIGNS:
        return
    if all(day.day > 12 for day in typed) and all(day.day <= 12 for _, day in stored):
        where = Location(sheet=table.sheet.name, cell=doubtful[0])
        yield finding("D004", where, len(doubtful), cells=", ".join(doubtful[:20]))
