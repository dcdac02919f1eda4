"""The words and signs of a cell that names organisations, each with its position in the text."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from danvan_xl.language.text import clean, fold_tones

_WORDS = re.compile(r"[^\W_]+|\n|[^\w\s]|_")
_HYPHENS = frozenset("‐‑‒–—−")
_MARKS = re.compile("[\u0300-\u036f]")


class Word(NamedTuple):
    """One word or sign: ``key`` for comparison, ``bare`` without marks, its position in the text."""

    key: str
    bare: str
    start: int
    end: int
    capital: bool


class Text(NamedTuple):
    """A cell's text, cleaned, and its words."""

    text: str
    words: tuple[Word, ...]

    def slice(self, begin: int, end: int) -> str:
        """The text as written from the word ``begin`` up to the word ``end``."""
        if begin >= end:
            return ""
        return " ".join(self.text[self.words[begin].start : self.words[end - 1].end].split())


def fold(text: str) -> str:
    """Lower case with one tone placement; the length of NFC Vietnamese does not change."""
    return fold_tones(text.lower())


def bare(text: str) -> str:
    """``text`` without tone and letter marks: "Văn hóa" → "van hoa"."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d")


def read(raw: str, abbreviations: frozenset[str]) -> Text:
    """The words of a cell, which is cleaned first (old fonts decoded); the full stop of an abbreviation is dropped."""
    text = clean(raw).text
    words: list[Word] = []
    for match in _WORDS.finditer(text):
        spelling = match.group()
        key = "-" if spelling in _HYPHENS else fold(spelling)
        if key == "." and words and words[-1].end == match.start() and words[-1].key in abbreviations:
            continue
        words.append(Word(key, bare(key), match.start(), match.end(), spelling[0].isupper()))
    return Text(text, tuple(words))
