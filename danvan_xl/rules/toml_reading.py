"""A rule file or ``danvan.toml`` as an officer saves it: its bytes to values, or every mistake with its line.

Read without a word: UTF-8 with or without a mark, UTF-16 as Notepad's "Unicode" writes it, any line ends, unseen
blanks from Word, and days without quotes (``= 15/06/2026``), which become text. All else that is no TOML is said.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from danvan_xl.wording import sentence

if TYPE_CHECKING:
    from danvan_xl.rules.toml_scan import Mistake

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class WrittenNumber(float):
    """A number with a point as it was written: ``15.10`` may be a day."""

    written: str

    def __new__(cls, written: str) -> WrittenNumber:
        made = super().__new__(cls, written)
        made.written = written
        return made


def decoded(content: bytes) -> str:
    """The text of a file, lines ended by ``\\n``. Raises UnicodeDecodeError where it is in no Unicode encoding."""
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    text = content.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parsed(content: bytes, number: Callable[[str], Any] = float) -> tuple[dict[str, Any] | None, tuple[Mistake, ...]]:
    """The values of a TOML file, or None and its mistakes. ``number`` makes a value of a number with a point."""
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        from danvan_xl.rules.toml_scan import Mistake

        line = content.count(b"\n", 0, error.start) + 1
        return None, (Mistake(line, sentence("rules", "not_utf8")),)
    data = _loaded(text, number)
    if data is not None and ":\\" not in text:
        return data, ()
    from danvan_xl.rules.toml_mistakes import eaten_backslashes, mended, mistakes

    if data is None:
        text = mended(text)
        data = _loaded(text, number)
    if data is None:
        return None, mistakes(text)
    eaten = tuple(eaten_backslashes(text))
    return (None, eaten) if eaten else (data, ())


def _loaded(text: str, number: Callable[[str], Any]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text, parse_float=number)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
