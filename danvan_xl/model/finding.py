"""What was found wrong, doubtful or repaired in an input: a value, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from danvan_xl import wording
from danvan_xl.wording import Lang


class Severity(StrEnum):
    """How serious a finding is: what happens to the file, the line and the cell."""

    BLOCKER = "blocker"  # the file is refused
    ERROR = "error"  # the cell must be fixed; the line is kept and marked, and does not count as done
    WARNING = "warning"  # may stay, with a "Giải trình" from the unit
    INFO = "info"  # a repair that was made: what was found, what it became


class Location(Struct, frozen=True):
    """Where: file (as given), sheet by name, cell as ``D7``, column by its heading; None for what is unknown."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        return " · ".join(part for part in (self.file, self.sheet, self.cell) if part)


class Settlement(Struct, frozen=True):
    """Why a finding needs no more attention: the unit explained it, the office waived it, another file answers it.

    ``who`` and ``until``: who waived it, and the last day of the waiver.
    """

    by: Literal["unit", "office", "join"]
    words: str
    who: str = ""
    until: date | None = None

    def say(self, lang: Lang = "vi") -> str:
        """The settlement as a person reads it."""
        until = f"{self.until:%d/%m/%Y}" if self.until else "-"
        return wording.text("book", f"settled_{self.by}", lang, words=self.words, who=self.who or "-", until=until)


class Finding(Struct, frozen=True):
    """One finding. Its words come from the wording catalogue by ``code``, filled with ``args`` and ``found``.

    ``line`` is the line id (``PL1.I.1@VHXH``) where the finding belongs to one line. ``settled``: why it is kept but no
    longer counts.
    """

    code: str
    severity: Severity
    location: Location = Location()
    found: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)
    line: str | None = None
    settled: Settlement | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.settled is None

    def _say(self, part: str, lang: Lang) -> str | None:
        where = {"sheet": self.location.sheet, "cell": self.location.cell, "column": self.location.column}
        return wording.finding_text(self.code, part, lang, {**where, "found": self.found, **self.args})

    def say(self, lang: Lang = "vi") -> str:
        """The sentence that says what is wrong."""
        return self._say("message", lang) or self.code

    def say_expected(self, lang: Lang = "vi") -> str | None:
        """What the cell should have contained."""
        return self._say("expected", lang)

    def say_mend(self, lang: Lang = "vi") -> str | None:
        """What the unit should do to fix it."""
        return self._say("mend", lang)

    @property
    def message(self) -> str:
        """The sentence in Vietnamese."""
        return self.say("vi")

    @property
    def expected(self) -> str | None:
        """What the cell should have contained, in Vietnamese."""
        return self.say_expected("vi")


def finding(
    code: str,
    location: Location | None = None,
    found: object = None,
    *,
    severity: Severity | None = None,
    line: str | None = None,
    **args: object,
) -> Finding:
    """Make a finding; ``severity`` is the catalogue's own unless a rule says otherwise."""
    if severity is None:
        severity = Severity(wording.finding_entry(code)["severity"])
    shown = None if found is None else str(found)
    return Finding(code, severity, location or Location(), shown, args, line)
