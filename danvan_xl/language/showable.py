"""File names made showable: signs that a terminal, a message or a cell would obey or break at, as visible words.

A file name may hold anything: bytes that are no UTF-8 (lone surrogates in Python), escape sequences, line breaks,
marks that turn the direction of writing. ``shown`` writes each such sign as ``<U+202E>``, a byte as ``<xFF>``;
``meant`` takes it back, so that a file can be opened by what was shown. Neither character is allowed in a name on
Windows; where a name holds such words itself, its bracket is written as ``<U+003C>``.
"""

from __future__ import annotations

import re

UNSHOWABLE = (
    "\x00-\x1f\x7f-\x9f"  # controls: escape sequences, line breaks, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # no characters: bytes that were no UTF-8
)
"""For a class of a regular expression."""

_HIDDEN = re.compile(f"[{UNSHOWABLE}]|<(?=U\\+[0-9A-F]{{4}}>|x[0-9A-F]{{2}}>)")
_WORDS = re.compile(r"<(?:U\+([0-9A-F]{4})|x([0-9A-F]{2}))>")
_CONTROLS = re.compile(f"(?![\n\t])[{UNSHOWABLE}]")
_A_BYTE = 0xDC00
"""Python reads a byte that is no UTF-8 as this and the byte."""


def _word(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"<x{code - _A_BYTE:02X}>" if _A_BYTE + 0x80 <= code <= _A_BYTE + 0xFF else f"<U+{code:04X}>"


def shown(name: str) -> str:
    """A file name or path that may be shown, stored and sent: every sign that must not be is a visible word."""
    return name if name.isascii() and name.isprintable() and "<" not in name else _HIDDEN.sub(_word, name)


def meant(name: str) -> str:
    """The name that ``shown`` was given."""
    if "<" not in name:
        return name
    return _WORDS.sub(lambda found: chr(int(found[1], 16) if found[1] else _A_BYTE + int(found[2], 16)), name)


def printable(text: str) -> str:
    """Text for a terminal or a message: line breaks and tabs stay, all else that would act on it becomes words."""
    return text if text.isprintable() else _CONTROLS.sub(_word, text)
