"""The rows above a table, and the note in an empty one: over the columns of the first page, as tall as they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from xlsxwriter.worksheet import Worksheet

from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook
from danvan_xl.workbooks.writing.style import STYLES, lines_in, room_of

RESERVE = 0.85
"""Nobody fits merged cells again: they are given more room than Times New Roman takes, for a font that is wider."""

BOLDER = 0.9
"""Bold letters are wider."""


def headings_height(headings: Iterable[tuple[str, float]]) -> float:
    """The height of the row of the headings, each with the width of its column: they break between words."""
    lines = [len(wrap(words, max(int(width * BOLDER), 4))) for words, width in headings]
    return max(lines, default=1) * 15 + 4


def write_across(
    book: ConsolidatedBook, sheet: Worksheet, row: int, words: str, style: str, widths: Sequence[float]
) -> float:
    """Write a sentence over the first columns, which have these widths, wrapped; returns the height of its row."""
    look = STYLES[style]
    size = float(str(look["font_size"]))
    room = room_of(sum(widths)) * RESERVE * 11 / size * (BOLDER if look.get("bold") else 1)
    height = lines_in(words, max(int(room), 4)) * size * 1.3 + 4
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, words, book.styles[style])
    else:
        sheet.write_string(row, 0, words, book.styles[style])
    sheet.set_row(row, height)
    return height
