"""Personal numbers in free text: telephone and identity numbers (Luật 91/2025/QH15, in force from 01/01/2026).

They are only pointed out, and shown masked. Amounts of money and measurements are not mistaken for them.
"""

from __future__ import annotations

import re

_LONG = re.compile(r"\d[\d .\-]{7,}\d")
_PHONE = re.compile(r"(?<![\d/])(?:0|\+?84[ .\-]?)[35789]\d(?:[ .\-]?\d){7}(?![\d/])")
_LAND_LINE = re.compile(r"(?<![\d/.,])(?:02\d{1,2}[ .\-]?\d{3,4}[ .\-]?\d{3,4}|0\d{9})(?![\d/])")
_TWELVE = re.compile(r"(?<![\d/.,])0\d{11}(?![\d/])")
_NINE = re.compile(
    r"(?<![\d/.,])\d{9}(?![\d/])(?!\s*(?:đồng|đ\b|vnđ|vnd|triệu|nghìn|m2|kg|người|lượt|%))", re.IGNORECASE
)

PHONE, IDENTITY = "S050", "S051"
KINDS = ((_PHONE, PHONE), (_LAND_LINE, PHONE), (_TWELVE, IDENTITY), (_NINE, IDENTITY))
MOST = 5


def _masked(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"{digits[:3]}…{digits[-2:]}"


def personal_numbers(text: str) -> tuple[tuple[str, str], ...]:
    """(finding code, masked number) for the first few numbers that look personal."""
    if not _LONG.search(text):
        return ()
    found: list[tuple[int, str, str]] = []
    for pattern, code in KINDS:
        for match in pattern.finditer(text):
            if not any(match.start() == at for at, _, _ in found):
                found.append((match.start(), code, _masked(match.group())))
    return tuple((code, shown) for _, code, shown in sorted(found)[:MOST])
