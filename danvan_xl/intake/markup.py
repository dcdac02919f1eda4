"""XML parts of a workbook: which encodings are allowed, what is forbidden, and how a small one is read.

Only the standard library's expat is used, and entities and document types never reach it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from xml.parsers import expat

from danvan_xl.intake.refusal import RefusedError

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PLAIN = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_WIDE = frozenset({b"utf-16", b"utf-16le", b"utf-16be"})
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
SMALL = 16_384  # bytes; results for larger parts are not cached
_ZERO = re.compile(r"\s*+[+-]?(?:0++(?:\.0*+)?|\.0++)(?:[eE][+-]?[0-9]++)?[a-z]*+\s*+")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))

Attributes = dict[str, str]
OnStart = Callable[[str, Attributes], None]


@lru_cache(maxsize=64)
def known_plain(name: str, content: bytes) -> bytes:
    """The same as ``plain``, for small parts that are the same in every file made from one template."""
    return plain(name, content)


def plain(name: str, content: bytes) -> bytes:
    """The part in UTF-8, checked. Raises ``RefusedError``: S003 (document type), F021 (not XML text).

    Encodings are few on purpose: a part in UTF-7 or EBCDIC could hide anything from a search.
    """
    if content.startswith(_BOMS) or b"\0" in content[:4]:
        content = _from_utf16(name, content)
    elif content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    declared = _DECLARED.match(content)
    if declared and declared[1].lower() not in _PLAIN:
        raise RefusedError("F021", name)
    if b"!" in content and any(word in content for word in _FORBIDDEN):  # most have no "!": the quickest search
        raise RefusedError("S003", name)
    if len(content.translate(None, _CONTROLS)) != len(content):
        raise RefusedError("F021", name)
    # Line ends as every XML reader has to see them (XML 1.0, 2.11). Excel and WPS write CR LF behind the declaration.
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _from_utf16(name: str, content: bytes) -> bytes:
    try:
        if content.startswith(_BOMS):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le")
    except UnicodeDecodeError as error:
        raise RefusedError("F021", name) from error
    head = text[:200].encode("utf-8", "replace")
    declared = _DECLARED.match(head)
    if declared and declared[1].lower() not in _WIDE:
        raise RefusedError("F021", name)
    try:
        return _DECLARATION.sub("", text, count=1).encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair
        raise RefusedError("F021", name) from error


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def natural(text: str | None) -> int:
    """A natural number as attributes hold it; 0 for anything else, and for numbers no sheet has."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_zero(text: str | None) -> bool:
    """Whether an attribute is the number 0, however written: a height or width that hides."""
    return text is not None and _ZERO.fullmatch(text) is not None


def walk(
    part: str,
    content: bytes | str,
    start: OnStart,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part and call the handlers with names as written.

    Raises ``RefusedError`` F021 if it isn't well formed.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise RefusedError("F021", part) from error


def elements(part: str, content: bytes, *wanted: str) -> Sequence[tuple[str, Attributes]]:
    """Every element with one of these local names, in order, with its attributes by name as written.

    Files made from one template share one result, which must not be changed.
    """
    return (_known_elements if len(content) < SMALL else _elements)(part, content, wanted)


def _elements(part: str, content: bytes, wanted: tuple[str, ...]) -> Sequence[tuple[str, Attributes]]:
    found: list[tuple[str, Attributes]] = []
    names = frozenset(wanted)

    def start(name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in names:
            found.append((name, attributes))

    walk(part, content, start)
    return found


_known_elements = lru_cache(maxsize=64)(_elements)

_CHOSEN = frozenset({"AlternateContent", "Choice", "Fallback"})


class Trail:
    """Where a walk is: the path of local names below the root, as far as it leads through the root's own vocabulary.

    What an extension holds may have any name (``x15:workbookPr``): whatever is of another namespace than the root is
    off the path, with all that is in it. Alternatives (``mc:AlternateContent``) leave the path as it is.
    """

    def __init__(self) -> None:
        self.path = ""  # joined by "/"; below the root only
        self.root = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._off = 0
        self._space = ""
        self._spaces: dict[str, str] = {}

    def enter(self, name: str, attributes: Attributes) -> bool:
        """Step into an element: whether it is on the path, and no alternative."""
        self._open.append((self.path, self._spaces))
        for key, value in attributes.items():
            if key.startswith("xmlns"):
                self._spaces = {**self._spaces, key[6:]: value}
        prefix, _, bare = name.rpartition(":")
        if len(self._open) == 1:
            self.root, self._space = bare, self._spaces.get(prefix, "")
            return False
        if self._off or (bare not in _CHOSEN and self._spaces.get(prefix, "") != self._space):
            self._off += 1
            return False
        if bare in _CHOSEN:
            return False
        self.path = f"{self.path}/{bare}" if self.path else bare
        return True

    def leave(self) -> None:
        """Step out of the element that was entered last."""
        self.path, self._spaces = self._open.pop()
        if self._off:
            self._off -= 1


def at_paths(part: str, content: bytes, *wanted: str) -> Sequence[tuple[str, Attributes]]:
    """Every element at one of these paths below the root (``sheets/sheet``), in order, like ``elements``."""
    return (_known_at_paths if len(content) < SMALL else _at_paths)(part, content, wanted)


def _at_paths(part: str, content: bytes, wanted: tuple[str, ...]) -> Sequence[tuple[str, Attributes]]:
    found: list[tuple[str, Attributes]] = []
    trail = Trail()

    def start(name: str, attributes: Attributes) -> None:
        if trail.enter(name, attributes) and trail.path in wanted:
            found.append((trail.path, attributes))

    walk(part, content, start, lambda _name: trail.leave())
    return found


_known_at_paths = lru_cache(maxsize=64)(_at_paths)
