"""Cell addresses as a sheet writes them, and the bounds of a sheet."""

from __future__ import annotations

import re
from functools import lru_cache

from danvan_xl.model.book import Address, Area

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """1 for ``A`` … 16384 for ``XFD``; 0 if it is not a column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


@lru_cache(maxsize=4096)
def column_letters(number: int) -> str:
    """``A`` for 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """``D7`` for row 7, column 4."""
    return f"{column_letters(column)}{row}"


def absolute(row: int, column: int) -> str:
    """``$D$7`` for row 7, column 4."""
    return f"${column_letters(column)}${row}"


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


def parse_address(reference: str) -> Address | None:
    """``(7, 4)`` for ``D7``; None if it is not an address inside a sheet."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if column and row <= LAST_ROW else None


def position_of(reference: str | None) -> Address:
    """The address to sort by; a missing address, or one outside a sheet, sorts first."""
    return parse_address(reference or "") or (0, 0)


def parse_area(reference: str) -> Area | None:
    """``(1, 1, 2, 3)`` for ``A1:C2``; None if it is not an area."""
    first, _, last = reference.partition(":")
    start, stop = parse_address(first), parse_address(last or first)
    return None if start is None or stop is None else (*start, *stop)
