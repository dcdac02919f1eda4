"""TOML as lines and statements, faulty or not: where a key stands, and what was written there.

The parser of the standard library says what a file means and nothing else; this reads just enough of the text, and
only when something is wrong, to say on which line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from danvan_xl.wording import Sentence

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"""|[^"'#\n]+"""
    r"""|["']""",
    re.DOTALL,
)
_NAME = r"""(?:[\w-]+|"[^"\n]*")"""
_BEGINS_A_STATEMENT = re.compile(
    rf"[ \t]*(?:{_NAME}(?:\.{_NAME})*[ \t]*=|\[\[?[ \t]*[A-Za-z][\w.-]*[ \t]*\]\]?[ \t]*(?:\#.*)?$)", re.MULTILINE
)
"""A line that can't be the continuation of a list: ``key =`` or ``[table]``."""

_KEY = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([^\s."'=\[\]]+))\s*(?:\.|$)""")


class Mistake(Struct, frozen=True):
    """A mistake of the file: the line it stands on, and the sentence."""

    line: int
    said: Sentence


class Statement(Struct, frozen=True):
    """One statement of a file: the lines from its key or ``[`` to its end, without the line break after it.

    ``line``: the number of its first line, from 1. ``tokens``: the text in pieces: strings and comments whole.
    """

    line: int
    tokens: tuple[str, ...]

    @property
    def text(self) -> str:
        """The statement as written."""
        return "".join(self.tokens)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but blanks and comments."""
        return all(token.isspace() or token.startswith("#") for token in self.tokens)

    @property
    def bare(self) -> str:
        """The text without its comments, and without blanks at its ends."""
        return "".join(token for token in self.tokens if not token.startswith("#")).strip()


def is_string(token: str) -> bool:
    """Whether a token is a whole quoted string."""
    return len(token) > 1 and token[0] in "\"'"


def statements(text: str) -> Iterator[Statement]:
    """The statements of a TOML text. Brackets that are never closed end where the next statement plainly begins."""
    held: list[str] = []
    line = first = 1
    depth, position = 0, 0
    for match in _TOKEN.finditer(text):
        piece, position = match[0], match.end()
        if piece == "\n" and (depth <= 0 or _BEGINS_A_STATEMENT.match(text, position)):
            yield Statement(first, tuple(held))
            held, depth, first = [], 0, line + 1
        else:
            held.append(piece)
            if piece[0] not in "\"'#":
                depth += sum(map(piece.count, "[{")) - sum(map(piece.count, "]}"))
        line += piece.count("\n")
    if held:
        yield Statement(first, tuple(held))


def names_in(key: str) -> tuple[str, ...] | None:
    """``a."b c".d`` as its names; None for what is no key."""
    found, position = [], 0
    while position < len(key):
        match = _KEY.match(key, position)
        if match is None:
            return None
        found.append(next(part for part in match.groups() if part is not None))
        position = match.end()
    return tuple(found) or None


def header_of(bare: str) -> tuple[str, bool] | None:
    """The key of ``[table]`` or ``[[tables]]`` and whether it is the latter; None for another statement."""
    for left, right in (("[[", "]]"), ("[", "]")):
        if bare.startswith(left) and bare.endswith(right):
            return bare[len(left) : -len(right)].strip(), left == "[["
    return None


class Place(Struct, frozen=True):
    """Where something is said: key path (``units[2].name``), line, and whether it is a key, ``[x]`` or ``[[x]]``."""

    path: str
    line: int
    kind: Literal["key", "table", "tables"] = "key"


def places(text: str) -> Iterator[Place]:
    """Every key and table of a file, in its order; what is neither is left out."""
    times: Counter[str] = Counter()  # how often each [[x]] was met

    def path_of(names: Iterable[str], above: str) -> str:
        path = above
        for name in names:
            path = joined(path, name)
            if times[path]:
                path = f"{path}[{times[path] - 1}]"
        return path

    table = ""
    for statement in statements(text):
        header = header_of(statement.bare)
        if header is not None:
            names = names_in(header[0])
            if names is None:
                continue
            if header[1]:
                path = joined(path_of(names[:-1], ""), names[-1])
                table = f"{path}[{times[path]}]"
                times[path] += 1
            else:
                table = path_of(names, "")
            yield Place(table, statement.line, "tables" if header[1] else "table")
        elif (names := names_in(key_of(statement) or "")) is not None:
            yield Place(path_of(names, table), statement.line)


def joined(path: str, name: str) -> str:
    """A key path with one more name."""
    return f"{path}.{name}" if path else name


def key_of(statement: Statement) -> str | None:
    """What stands before the first ``=``; None where there is none."""
    before: list[str] = []
    for token in statement.tokens:
        if not is_string(token) and not token.startswith("#") and "=" in token:
            return "".join([*before, token.partition("=")[0]]).strip()
        before.append(token)
    return None


def line_of(path: str, text: str) -> int | None:
    """The line where the value of a key path stands, or what it is part of; None for the file as a whole."""
    known: dict[str, int] = {}
    for place in places(text):
        known.setdefault(place.path, place.line)
    while path:
        if path in known:
            return known[path]
        path = _LAST_STEP.sub("", path)
    return None


_LAST_STEP = re.compile(r"(\[\d+\]|(^|\.)[^.\[]*)$")
