"""Header lines of a message, folded as RFC 5322 and RFC 2047 require.

The standard library's own folding of long Vietnamese names and subjects is not safe: Python 3.11 loses the space where
one encoded word of a name ends and the next begins (``nhân dân`` arrives as ``nhândân``), loses quotes around commas
(CPython issues 100884, 121284) and writes empty encoded words (136052). A header that is already folded is left alone
by ``email.policy``, so that each Python writes the same bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from email.policy import Policy

MAX_LINE = 76  # RFC 2047, 2: a line that holds an encoded word
MAX_WORD = 75


class FoldedHeader(str):
    """The value of a header, as a string, and its ``lines`` as they are written (the first without the name).

    ``name``, ``max_count`` and ``fold`` are what ``email.policy.EmailPolicy`` asks of a header.
    """

    __slots__ = ("lines", "name")

    max_count = 1
    name: str
    lines: tuple[str, ...]

    def fold(self, *, policy: Policy) -> str:
        """The header as text, ready to be written."""
        return f"{self.name}: " + (policy.linesep + " ").join(self.lines) + policy.linesep


def _header(name: str, value: str, lines: Iterable[str]) -> FoldedHeader:
    header = FoldedHeader(value)
    header.name = name
    header.lines = tuple(lines)
    return header


def _needs_encoding(value: str, room: int) -> bool:
    return not value.isascii() or "=?" in value or len(value) > room


def encoded_words(value: str, used: int) -> tuple[str, ...]:
    """``value`` as encoded words of whole characters, one per line; ``used``: columns already taken on the first."""
    words: list[str] = []
    chunk = b""
    for char in value:
        width = MAX_WORD if words else min(MAX_WORD, MAX_LINE - used)
        room = (width - len("=?utf-8?b??=")) // 4 * 3
        letter = char.encode("utf-8")
        if len(chunk) + len(letter) > room:
            words.append(_word(chunk))
            chunk = b""
        chunk += letter
    words.append(_word(chunk))
    return tuple(words)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def text_header(name: str, value: str) -> FoldedHeader:
    """An unstructured header (``Subject``). ``value`` has no line breaks (`mail_settings.plain`)."""
    used = len(name) + 2
    lines = encoded_words(value, used) if _needs_encoding(value, MAX_LINE - used) else (value,)
    return _header(name, value, lines)


def address_header(name: str, addresses: Iterable[str], shown: str = "") -> FoldedHeader:
    """A header of ASCII addresses, one per line; ``shown`` is the display name of the first (and only) one."""
    given = tuple(addresses)
    if not shown:
        return _header(name, ", ".join(given), (*(f"{item}," for item in given[:-1]), given[-1]))
    used = len(name) + 2
    quoted = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    phrase = encoded_words(shown, used) if _needs_encoding(shown, MAX_LINE - used - 2) else (quoted,)
    return _header(name, f"{quoted} <{given[0]}>", (*phrase, f"<{given[0]}>"))
