"""Days as people write them in settings, rule files and on the command line; one reading for all of them.

``20/6``, ``20/6/2026``, ``20-6-2026``, ``20.6.26``, ``ngày 20 tháng 6 năm 2026``, ``2026-06-20``, ``2026/6/20``: the
day always before the month, except after a year of four digits.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SIGN = r"\s*[/.\-]\s*"
_FORMS = tuple(
    re.compile(rf"(?:ngày\s+)?{form}", re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}}){_SIGN}(?P<month>\d{{1,2}})(?:{_SIGN}(?P<year>\d{{4}}|\d{{2}}))?",
        r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?:\s+(?:năm\s+)?(?P<year>\d{4}))?",
        rf"(?P<year>\d{{4}}){_SIGN}(?P<month>\d{{1,2}}){_SIGN}(?P<day>\d{{1,2}})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)


def read_written_day(words: str, year: int | None = None) -> date | None:
    """The day that was written, or None if it is none. One without a year (``20/6``) is of ``year``, if that is known.

    A year of two digits is of this century.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", words)).strip()
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match is not None:
            said = match["year"]
            of = year if said is None else int(said) + (2000 if len(said) == 2 else 0)
            try:
                return None if of is None else date(of, int(match["month"]), int(match["day"]))
            except ValueError:
                return None
    return None
