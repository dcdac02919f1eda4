"""The text of a cell: cleaned for storage (:func:`clean`) and folded for comparison (:func:`key`).

Only the cleaned text is ever shown or stored; a key is compared and discarded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from danvan_xl.language import legacy


class Cleaned(NamedTuple):
    """``text`` to keep, and the repairs made, in order.

    Repairs are codes: ``tcvn3``, ``vni``, ``nfc``, ``invisible`` (zero-width characters, soft hyphens, controls),
    ``nbsp`` (blanks other than the plain space), ``line_ends``, ``blanks`` (runs, leading, trailing).
    """

    text: str
    repairs: tuple[str, ...]


_BLANKS = "\t\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_DIRTY = re.compile(f"[{_BLANKS}{_INVISIBLE}\r\x85\u2028\u2029]|  | \n|\n |^[ \n]|[ \n]\\Z")
_STEPS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("line_ends", re.compile("\r\n?|\x85|\u2028|\u2029"), "\n"),
    ("invisible", re.compile(f"[{_INVISIBLE}]"), ""),
    ("nbsp", re.compile(f"[{_BLANKS}]"), " "),
    ("blanks", re.compile(r"(?<= ) +| +(?=\n)|(?<=\n) +|^[ \n]+|[ \n]+\Z"), ""),
)


def clean(raw: str, font: str | None = None) -> Cleaned:
    """``raw`` as it should be stored: legacy fonts decoded, NFC, no invisible characters, plain single spaces.

    Line breaks inside a cell stay (as ``\\n``). ``font`` is the name of the cell's font, if known.
    """
    if raw.isascii():
        return Cleaned(raw, ()) if not _is_dirty(raw) else _repair(raw, [])
    repairs: list[str] = []
    decoded = legacy.detect(raw, font)
    if decoded is not None:
        repairs.append(decoded.encoding)
        raw = decoded.text
    if not unicodedata.is_normalized("NFC", raw):
        repairs.append("nfc")
        raw = unicodedata.normalize("NFC", raw)
    return _repair(raw, repairs) if _is_dirty(raw) else Cleaned(raw, tuple(repairs))


def _is_dirty(text: str) -> bool:
    """Whether anything needs repair.

    All blanks except the plain space, and all invisible characters, are unprintable.
    """
    if text.isprintable():
        return "  " in text or text[:1] == " " or text[-1:] == " "
    return _DIRTY.search(text) is not None


def _repair(text: str, repairs: list[str]) -> Cleaned:
    for name, pattern, replacement in _STEPS:
        repaired = pattern.sub(replacement, text)
        if repaired != text:
            repairs.append(name)
            text = repaired
    if not unicodedata.is_normalized("NFC", text):  # an invisible character was between a letter and its mark
        text = unicodedata.normalize("NFC", text)
    return Cleaned(text, tuple(repairs))


# hoá = hóa, khoẻ = khỏe, thuỷ = thủy: the tone on the first letter of the pair represents both spellings
_TONE_PAIRS: dict[str, str] = {
    old: new
    for first, second, olds, news in (
        ("o", "a", "àáảãạ", "òóỏõọ"),
        ("o", "e", "èéẻẽẹ", "òóỏõọ"),
        ("u", "y", "ỳýỷỹỵ", "ùúủũụ"),
    )
    for old, new in zip([first + tone for tone in olds], [tone + second for tone in news], strict=True)
}
_TONE = re.compile("|".join(_TONE_PAIRS))
_HYPHEN = re.compile(r"\s*[-\u2010-\u2015\u2212\uff0d]\s*")
_RUN = re.compile(r"\s+")


def fold_tones(text: str) -> str:
    """``text`` (lower case, NFC) with one tone placement; the length does not change."""
    return _TONE.sub(lambda pair: _TONE_PAIRS[pair.group()], text)


def key(text: str) -> str:
    """The comparison key of ``text``: case, tone placement, kinds of hyphen and blanks are ignored.

    For comparison only: never shown, never stored. ``key(key(text)) == key(text)``.
    """
    folded = text.casefold()
    if not folded.isascii():
        folded = fold_tones(unicodedata.normalize("NFC", unicodedata.normalize("NFC", folded).casefold()))
    return _RUN.sub(" ", _HYPHEN.sub("-", folded)).strip()


def folded(value: str) -> str:
    """The comparison key of a heading, label or title in a cell: cleaned, then folded."""
    return key(clean(value).text)


def joint_key(*texts: str) -> str:
    """The comparison key of several texts that count together, as an indicator's title and its measure."""
    return "|".join(map(key, texts))


def unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Words → what they stand for, without words that stand for several things."""
    found: dict[str, set[str]] = {}
    for words, name in pairs:
        found.setdefault(words, set()).add(name)
    return {words: next(iter(names)) for words, names in found.items() if len(names) == 1}
