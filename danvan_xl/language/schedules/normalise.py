"""A phrase folded letter by letter, so that every position in it still points into the original text."""

from __future__ import annotations

import re
from typing import NamedTuple

from danvan_xl.language.schedules.patterns import Pattern
from danvan_xl.language.text import clean, fold_tones


class Phrase(NamedTuple):
    """``text``: the phrase cleaned, on one line. ``folded``: the same length, folded for comparison."""

    text: str
    folded: str

    def slice(self, start: int, end: int) -> str:
        """The text as written between two positions, without outer blanks and closing signs."""
        return " ".join(self.text[start:end].split()).strip(" .,;:()")


_SAME_LENGTH = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"} | {
    ord(sign): " " for sign in "\u2018\u2019\u201c\u201d\"'\xab\xbb\u2022\u2026\n"
}
_SPELLINGS = (
    (re.compile(r"\bhàng(?= (?:ngày|tuần|tháng|quý|qúy|quí|năm)\b)"), "hằng"),
    (re.compile(r"\bquí\b"), "quý"),
    (re.compile(r"\bkì\b"), "kỳ"),
)
_NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        ("không", "một mốt", "hai", "ba", "bốn tư", "năm lăm nhăm", "sáu", "bảy bẩy", "tám", "chín", "mười")
    )
    for word in words.split()
}
# a word can match in only one way, so that a long unclosed bracket takes no time
_IN_WORDS = Pattern(r"(\d+)(\s*\(\s*([^\W\d_]+(?: [^\W\d_]+)* ?)\))")
_LIST_MARK = Pattern(r"^\s*(?:[-+*]+|[0-9]{1,2}[.)](?=\s*[^\W\d])|[a-z][.)])\s+")


def fold(text: str) -> str:
    """``text`` (NFC) in lower case, with one spelling for variants of a word; the length does not change."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    for pattern, replacement in _SPELLINGS:
        small = pattern.sub(replacement, small)
    return fold_tones(small)


def number_in_words(words: str) -> int | None:
    """The number that ``words`` say ("ba mươi" → 30); None for anything else. Up to 99, as time limits need."""
    parts = [word for word in words.split() if word not in {"linh", "lẻ"}]
    if not parts or any(word not in _NUMBER_WORDS and word != "mươi" for word in parts):
        return None
    total = 0
    for word in parts:
        if word == "mươi":
            total *= 10
        elif word == "mười":
            total += 10
        else:
            total += _NUMBER_WORDS[word]
    return total


def _same_number(match: re.Match[str]) -> bool:
    return number_in_words(match.group(3).strip()) == int(match.group(1))


def normalise(raw: str) -> Phrase:
    """``raw`` (any string of a cell) as a :class:`Phrase`; of "03 (ba) tháng" only the digits are kept."""
    text = clean(raw).text.translate(_SAME_LENGTH)
    if "(" in text:
        for match in reversed([*filter(_same_number, _IN_WORDS.finditer(fold(text)))]):
            text = text[: match.start(2)] + text[match.end(2) :]
    text = " ".join(text.split()).rstrip(" ;,")
    return Phrase(text, fold(text))


def without_brackets(phrase: Phrase) -> Phrase | None:
    """The text inside if one pair of brackets encloses the whole phrase, else None."""
    inner = phrase.folded.rstrip(" .")
    if not (inner.startswith("(") and inner.endswith(")")) or "(" in inner[1:-1].rpartition(")")[2]:
        return None
    if inner[1:-1].find(")") < inner[1:-1].find("(") or inner.count("(") != inner.count(")"):
        return None
    return Phrase(phrase.text[1 : len(inner) - 1], phrase.folded[1 : len(inner) - 1])


def without_list_mark(phrase: Phrase) -> Phrase:
    """The phrase without a bullet or the number of a list item before it."""
    mark = _LIST_MARK.match(phrase.folded)
    return Phrase(phrase.text[mark.end() :], phrase.folded[mark.end() :]) if mark else phrase
