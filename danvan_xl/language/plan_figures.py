"""The figures in a sentence of a plan that something is asked by: percentages, numbers, indexes, a standard, its year.

What only looks like one is told by its form: days, years and spans of years, numbers of documents, periods, articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_NUMBER = r"\d+(?:[.,]\d+)*"
_WORD = r"(?:một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|mười)"
_PERCENT = r"\s*(?:%|phần\s+trăm)"
_PARTS = (
    "Điều|khoản|mục|chương|phụ lục|biểu|mẫu|lần thứ|họp thứ|khóa|khoá|cấp độ|mức độ"
    "|(?<!mỗi )(?<!từng )(?<!hằng )(?<!hàng )(?<!bất )(?:kỳ|quý|tháng|ngày)"
    "|(?<!chỉ )(?<!con )(?<!tổng )(?<!trong )số|Nghị quyết|Nghị định|Chỉ thị|Quyết định|Kết luận|Kế hoạch|Đề án"
)
"""What stands before a number that only names something."""

_NO_FIGURE = "|".join(
    (
        r"\d+\w?(?:/\d{4})?\s?[-/]\s?(?-i:[A-ZĐ]{2})[\w./-]*",  # 15-CT/TU, 149/KH-UBND, 09/2019/NĐ-CP
        r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}",  # 21/11/2022
        r"(?:\d{1,2}|[IVX]+)\s?/\s?\d{4}",  # 01/2026
        r"(?:ngày|trước|sau|đến)\s+\d{1,2}\s?/\s?\d{1,2}(?![/\d])",  # trước 15/6
        r"\d{4}\s*[-–—]\s*\d{4}",  # 2026 - 2030
        rf"\b(?:{_PARTS})\s+{_NUMBER}(?![.,]?\d|{_PERCENT})",  # quý 2, Điều 5
        rf"{_NUMBER}\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?\b",  # 6 tháng
    )
)
_YEAR = r"(?:năm\s+)?(?:19|20)\d{2}(?!\d|[.,]\d|\s*(?:%|phần\s+trăm))"
_FIGURE = "|".join(
    (
        rf"(?:ít nhất|tối thiểu|tối đa|nhiều nhất|không dưới|không quá)\s+(?:{_NUMBER}(?:{_PERCENT})?|{_WORD}\b)",
        rf"{_NUMBER}{_PERCENT}",
        r"\b[A-Z]{2,6}[ -]Index\b",
        r"\b(?:SIPAS|PCI|PAPI|PGI|DTI|DDCI)\b",
        r"(?<=\()[A-Z]{3,6}(?=\))",
        r"đạt\s+chuẩn",
    )
)
_PLACES = re.compile(
    rf"(?P<by>(?:đến|hết|trước|chậm nhất)\s+(?:hết\s+|cuối\s+)?{_YEAR})|(?P<figure>{_FIGURE})|(?:{_NO_FIGURE})"
    rf"|(?P<year>\b{_YEAR})|(?P<number>\b{_NUMBER})",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^.;:]*\Z")
_STANDARD = re.compile(r"đạt\s+chuẩn", re.IGNORECASE)


class Figure(Struct, frozen=True):
    """A figure of a sentence: its words, and where they stand."""

    words: str
    start: int
    end: int


def figures_in(text: str) -> Iterator[Figure]:
    """The figures of a plan's sentence, in order. A year counts as the day by which something is to be reached."""
    for found in _PLACES.finditer(text):
        if found.lastgroup is not None and _counts(found, text):
            yield Figure(found[0], found.start(), found.end())


def _counts(found: re.Match[str], text: str) -> bool:
    if found.lastgroup == "year":
        return _stands_by_a_standard(found, text)
    letters = found[0]
    if found.lastgroup == "figure" and text[found.start() - 1 : found.start()] == "(" and letters.isalpha():
        return letters.isupper() and _speaks_of_an_index(text[: found.start()], letters)
    return True


def _speaks_of_an_index(before: str, letters: str) -> bool:
    """Whether capital letters in brackets are an index, not the short form of a body."""
    clause = _CLAUSE.search(before)
    return letters in KNOWN or (clause is not None and "chỉ số" in clause[0].casefold())


KNOWN = frozenset({"SIPAS", "PCI", "PAPI", "PGI", "DTI", "DDCI"})
"""Indexes that are named without their word."""


def _stands_by_a_standard(found: re.Match[str], text: str) -> bool:
    before = _CLAUSE.search(text[: found.start()])
    after = re.match(r"[^.;:]*", text[found.end() :])
    return any(part is not None and _STANDARD.search(part[0]) for part in (before, after))
