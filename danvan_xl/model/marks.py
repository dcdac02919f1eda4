"""How a returned workbook is marked, so that a later reading can tell our marks from the unit's own.

The fill colours are exact and unusual: a cell of that colour was marked by us and not by the unit, wherever its row has
moved. Our part of a comment is enclosed by two lines with the program's name.
"""

from __future__ import annotations

ERROR_FILL = "FFF6B8AE"
WARNING_FILL = "FFFFD17A"
MARK_FILLS = frozenset({ERROR_FILL, WARNING_FILL})
"""ARGB, as in the file."""

COMMENT_BEGIN = "▼ danvan-xl"
COMMENT_END = "▲ danvan-xl"
COMMENT_AUTHOR = "danvan-xl"

MARK_KEY = "mark:"
"""Keys of ``_danvan`` that remember the fill a marked cell had: ``mark:<sheet>!<cell>``."""


def unit_comment(comment: str) -> str:
    """What the unit itself wrote in a comment: the text without our part (empty if all of it is ours)."""
    while (begin := comment.find(COMMENT_BEGIN)) >= 0:
        end = comment.find(COMMENT_END, begin)
        rest = "" if end < 0 else comment[end + len(COMMENT_END) :]
        comment = "\n".join(part for part in (comment[:begin].rstrip(), rest.strip()) if part)
    return comment.strip()
