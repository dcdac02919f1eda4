"""How a guard says no: an exception inside the package, a blocker finding outside it."""

from __future__ import annotations

from typing import Any

from danvan_xl.model.finding import Finding, Location, finding


class RefusedError(Exception):
    """A file that can't be trusted: the finding's code, what was found, and the arguments of its wording."""

    def __init__(
        self,
        code: str,
        found: object = None,
        *,
        sheet: str | None = None,
        cell: str | None = None,
        **words: Any,
    ) -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found
        self.sheet = sheet
        self.cell = cell
        self.words = words

    def finding(self, path: str) -> Finding:
        """The same as a value, located in the file (and sheet, if known)."""
        return finding(self.code, Location(path, self.sheet, self.cell), self.found, **self.words)


class DoubtError(Exception):
    """A cell that can't be trusted: the finding's code and what was found in the cell."""

    def __init__(self, code: str, found: object = None) -> None:
        super().__init__(code, found)
        self.code = code
        self.found = found
