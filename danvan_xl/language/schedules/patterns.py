"""Regular expressions over folded text, compiled on first use: one reading needs few of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from danvan_xl.language.text import fold_tones


@cache
def _compiled(source: str, flags: int) -> re.Pattern[str]:
    return re.compile(source, flags)


class Pattern:
    """A pattern written in ordinary lower-case Vietnamese; it matches text folded by ``normalise.fold``."""

    __slots__ = ("_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = fold_tones(source)
        self._flags = flags

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """As ``re.Pattern.match``."""
        return _compiled(self._source, self._flags).match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch``."""
        return _compiled(self._source, self._flags).fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return _compiled(self._source, self._flags).search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return _compiled(self._source, self._flags).finditer(text)

    def sub(self, replacement: str, text: str, count: int = 0) -> str:
        """As ``re.Pattern.sub``."""
        return _compiled(self._source, self._flags).sub(replacement, text, count)

    def split(self, text: str) -> list[str]:
        """As ``re.Pattern.split``."""
        return _compiled(self._source, self._flags).split(text)
