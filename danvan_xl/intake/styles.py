"""What a cell's style index says about its value: whether it is a date or a time, its number format, its font.

Sources: ECMA-376 part 1, 18.8.30 (built-in number formats) and 18.8 (styles).
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from danvan_xl.intake.markup import Attributes, Trail, natural, walk

# Built-in formats by id; those that depend on the locale (27-36, 50-58) are dates in East Asia.
BUILT_IN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0_);($#,##0)",
    6: "$#,##0_);[Red]($#,##0)", 7: "$#,##0.00_);($#,##0.00)", 8: "$#,##0.00_);[Red]($#,##0.00)",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy/m/d"), **dict.fromkeys((32, 33, 34, 35),
    "h:mm"), }  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_GENERAL = re.compile(r"general", re.IGNORECASE)
_LEGACY_FONT = re.compile(r"\.vn|vni[-\s]", re.IGNORECASE)

NUMBER, DATE, MOMENT, CLOCK = "number", "date", "moment", "clock"


@lru_cache(maxsize=4096)
def meaning(code: str) -> str:
    """``number``, ``date`` (day), ``moment`` (day and time) or ``clock`` (time of day, duration) for a format code."""
    bare = _GENERAL.sub("", _LITERAL.sub("", code.partition(";")[0])).lower()
    hours = "h" in bare or "s" in bare
    days = "d" in bare or "y" in bare or ("m" in bare and not hours)
    if hours and "[" in bare:
        return CLOCK
    if days:
        return MOMENT if hours else DATE
    return CLOCK if hours else NUMBER


class Style(Struct, frozen=True):
    """One style: its number format's code and meaning, and its font if that predates Unicode."""

    code: str
    meaning: str
    legacy_font: str | None


PLAIN = Style("General", NUMBER, None)
_SMALL = 200_000  # bytes; larger parts are not cached
_LONGEST_CODE = 255  # letters; Excel allows no more


def read_styles(content: bytes) -> tuple[Style, ...]:
    """The styles by index, from ``styles.xml`` in UTF-8. Files made from one template share one result."""
    return _known_styles(content) if len(content) < _SMALL else _read_styles(content)


@lru_cache(maxsize=32)
def _known_styles(content: bytes) -> tuple[Style, ...]:
    return _read_styles(content)


def _read_styles(content: bytes) -> tuple[Style, ...]:
    codes: dict[int, str] = {}
    fonts: list[str] = []
    xfs: list[tuple[int, int]] = []
    trail = Trail()

    def start(name: str, attributes: Attributes) -> None:
        if not trail.enter(name, attributes):
            return
        if trail.path == "cellXfs/xf":
            xfs.append((natural(attributes.get("numFmtId")), natural(attributes.get("fontId"))))
        elif trail.path == "fonts/font":
            fonts.append("")
        elif trail.path == "fonts/font/name":
            fonts[-1] = attributes.get("val", "")
        elif trail.path == "numFmts/numFmt":  # others are of conditional formats, and count for nothing else
            codes.setdefault(natural(attributes.get("numFmtId")), attributes.get("formatCode", "General"))

    walk("styles.xml", content, start, lambda _name: trail.leave())
    return tuple(_style(codes, fonts, *xf) for xf in xfs)


def _style(codes: dict[int, str], fonts: list[str], format_id: int, font_id: int) -> Style:
    code = codes.get(format_id) or BUILT_IN.get(format_id, "General")
    code = code if len(code) <= _LONGEST_CODE else PLAIN.code
    font = fonts[font_id] if 0 <= font_id < len(fonts) else ""
    return make_style(code, font)


def make_style(code: str, font: str = "") -> Style:
    """The style with this number format code and font name."""
    return Style(code, meaning(code), font if _LEGACY_FONT.match(font) else None)
