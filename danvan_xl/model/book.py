"""A spreadsheet that somebody sent, as read: values with true addresses, and the facts that a form needs.

Only plain slotted records and built-in containers: thousands of them are built, pickled and discarded. Rows and columns
are 1-based everywhere, as in Excel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from danvan_xl.model.finding import Finding

RawValue = str | int | float | bool | date | datetime | None
"""The content of a cell in somebody's file, before any form has read it."""

State = Literal["visible", "hidden", "veryHidden"]
Address = tuple[int, int]  # (row, column), both 1-based
Area = tuple[int, int, int, int]  # (first row, first column, last row, last column), 1-based, inclusive


NO_RESULT = "F042"
"""The code of a doubt about a formula whose result is not stored; the formula is found, and not repeated."""


class Row(Struct, frozen=True):
    """One row: its true 1-based number and its values from column A on (``None`` for an empty or doubtful cell)."""

    number: int
    values: tuple[RawValue, ...]


class Sheet(Struct, frozen=True):
    """One sheet: its non-empty rows, and what the file says about them besides the values.

    ``rows`` has only rows with a value or with a doubtful cell, in ascending order. A duration or a time of day is a
    number of days; its format is in ``number_formats``, which holds the code of every number whose format is not
    General and of every day that is not shown as dd/mm/yyyy, and of no other cell. (A format that does not store codes
    but what is shown gets a code that shows it.) ``fonts`` names the font only of texts set in a
    pre-Unicode font (``.VnTime``, ``VNI-Times`` …). ``errors`` maps cells with an error value to it (``#REF!``);
    ``formulas`` are the cells whose value is the stored result of a formula. ``doubts`` maps every cell that can't be
    trusted to the code of its finding and what was found; the book's own findings list the first of them only.
    """

    name: str
    state: State
    rows: tuple[Row, ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Area, ...] = ()
    comments: Mapping[Address, str] = field(default_factory=dict)
    number_formats: Mapping[Address, str] = field(default_factory=dict)
    fonts: Mapping[Address, str] = field(default_factory=dict)
    links: Mapping[Address, str] = field(default_factory=dict)
    errors: Mapping[Address, str] = field(default_factory=dict)
    formulas: frozenset[Address] = frozenset()
    filtered: bool = False
    doubts: Mapping[Address, tuple[str, object]] = field(default_factory=dict)


class Book(Struct, frozen=True):
    """One file as read. A file that can't be trusted has a blocker among its findings, and no sheets.

    ``sha256`` is the hash of the bytes that were read (empty if none could be); ``format`` is what the content is,
    whatever the file's name says: ``xlsx``, ``xlsm``, ``xls``, ``ods``, ``csv``, or ``""`` for none of these.
    """

    path: str
    sha256: str
    size: int
    format: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]

    def sheet(self, name: str | None) -> Sheet | None:
        """The sheet of this name; None where there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
