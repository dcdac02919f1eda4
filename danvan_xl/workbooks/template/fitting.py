"""How wide the columns of a form are: what a unit fills in fits a small laptop's screen, and the width of a page.

The screen is one of 1366 x 768 pixels at 100 %, as the offices' laptops have it; of its width the office programs leave
some 1,270 pixels for cells (LibreOffice the least, with its side bar).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from danvan_xl.workbooks.template.form_columns import C
from danvan_xl.workbooks.writing.printing import DIGIT, LEAST_SCALE, PADDING, column_pixels, page_room
from danvan_xl.workbooks.writing.style import lines_in, room_of

ROOM = min(1150, int(page_room() * 100 / LEAST_SCALE / 0.75))
"""Pixels for the columns that are both filled in and printed; the live check stands beside them on the screen."""

LEAST_TEXT, MOST_TEXT = 34, 56
"""Characters: the column with the plan's text stays frozen, so it takes a third of the screen at most."""
MOST_LINES = 18
"""Lines of one text: a row of about 360 pixels, less than half of the screen."""
LEAST_WORDS = 10.4
"""Characters of a column for words, however many columns there are: two lines of heading beside the filter's button."""


def text_width(texts: Iterable[str]) -> int:
    """The width in characters of the column with the plan's texts: no row is taller than `MOST_LINES` lines."""
    texts = list(texts)
    for width in range(LEAST_TEXT, MOST_TEXT):
        if all(lines_in(text, room_of(width)) <= MOST_LINES for text in texts):
            return width
    return MOST_TEXT


def fitted(columns: Sequence[C], room: int = ROOM) -> tuple[C, ...]:
    """The same columns with widths for which those that are shown and printed take ``room`` pixels together.

    Columns in which words are written give or take, in proportion to the widths that they ask for.
    """
    shown = [column for column in columns if column.printed and not column.hidden]
    words = [column for column in shown if column.answer is not None and _is_for_words(column)]
    taken = sum(column_pixels(column.width) for column in shown if column not in words)
    left = max(0.0, (room - taken) / DIGIT - len(words) * (LEAST_WORDS + PADDING / DIGIT))
    wished = {column.name: max(0.0, column.width - LEAST_WORDS) for column in words}
    whole = sum(wished.values()) or 1
    widths = {name: LEAST_WORDS + int(20 * left * wish / whole) / 20 for name, wish in wished.items()}
    return tuple(replace(column, width=widths[column.name]) if column.name in widths else column for column in columns)


def _is_for_words(column: C) -> bool:
    item = column.answer
    return item is not None and item.type == "string" and not item.enum and item.format is None
