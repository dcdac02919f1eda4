"""What one cell of an OpenDocument sheet holds, in the terms of an Excel sheet.

Source: OASIS OpenDocument 1.3 part 3, chapter 19 (attributes). LibreOffice marks error cells with
``calcext:value-type="error"``; where that is missing, the text of the formula's cell shows it (``#DIV/0!``,
``Err:502``).
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import datetime

from msgspec import Struct, field

from danvan_xl.intake.cells import number, plain_number
from danvan_xl.intake.markup import Attributes
from danvan_xl.intake.refusal import DoubtError
from danvan_xl.intake.styles import PLAIN, make_style
from danvan_xl.language.numberformats import literal_code, shown

STYLES = (PLAIN, make_style("0%"), make_style("#,##0"), make_style("[h]:mm:ss"))
"""Styles by index: 0 plain, 1 a percentage, 2 money, 3 a time."""

_DAY = "dd/mm/yyyy"
_ENGLISH = str.maketrans(".,", ",.")
_LONGEST_SHOWN = 80
"""Characters; no number or day is shown in more."""
_ERROR_TEXT = re.compile(r"#[A-Z/0-9]+[!?]?|#N/A|Err:\d{3}")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?", re.ASCII)
_KINDS = {"float": ("n", "0"), "percentage": ("n", "1"), "currency": ("n", "2"), "time": ("n", "3")}


class OpenCell(Struct):
    """The open cell: its attributes by local name, and the text and note inside it."""

    attributes: Attributes
    paragraphs: list[list[str]] = field(default_factory=list)
    note: list[str] = field(default_factory=list)

    @property
    def _text(self) -> str:
        return "\n".join(map("".join, self.paragraphs))

    def shown_code(self) -> str | None:
        """A format code that shows what the cell shows, which this format stores beside the value.

        None where the value alone says it.
        """
        kind, text = self.attributes.get("office:value-type", ""), self._text.strip()
        if not text or len(text) > _LONGEST_SHOWN or (kind != "date" and kind not in _KINDS):
            return None
        if kind == "float" and text.replace(",", ".") == self.attributes.get("office:value"):
            return None
        try:
            plain = _usually_shown(kind, self.attributes)
        except (ValueError, DoubtError):  # a doubtful cell
            return None
        return None if plain in (text, text.translate(_ENGLISH)) else literal_code(text)

    def as_excel(self, old_fonts: Container[str]) -> tuple[str, str, str | None, bool] | None:
        """(style, type, raw text, whether a formula) as an Excel sheet would hold it; None for an empty cell.

        ``old_fonts``: the names of the styles whose font is from before Unicode.
        """
        given = self.attributes
        text = self._text
        formula = "table:formula" in given
        kind = given.get("office:value-type", "")
        if given.get("calcext:value-type") == "error" or (formula and _ERROR_TEXT.fullmatch(text)):
            return "0", "e", text or "#", formula
        if kind in _KINDS:
            type_, style = _KINDS[kind]
            raw = _days(given.get("office:time-value", "")) if kind == "time" else given.get("office:value", "")
            return style, type_, raw, formula
        if kind == "date":
            return "0", "d", given.get("office:date-value", ""), formula
        if kind == "boolean":
            return "0", "b", given.get("office:boolean-value", ""), formula
        text = given.get("office:string-value", text)
        if not text and not formula:
            return None
        old_font = given.get("table:style-name", "")
        style = old_font if old_font in old_fonts else "0"
        raw_text = text.replace("_x", "_x005F_x")  # this format has no escapes
        return style, "str", raw_text if kind or self.paragraphs else None, formula


def _days(text: str) -> str:
    match = _DURATION.fullmatch(text)
    if not match:
        return text  # not a number, and so a doubtful cell
    sign, days, hours, minutes, seconds = match.groups()
    total = int(days or 0) * 86_400 + int(hours or 0) * 3_600 + int(minutes or 0) * 60
    return sign + plain_number((total + float((seconds or "0").replace(",", "."))) / 86_400)


def _usually_shown(kind: str, given: Attributes) -> str | None:
    """What a cell without a format of its own shows.

    Raises ``ValueError`` or ``DoubtError`` where its value isn't one of its kind.
    """
    if kind == "date":
        raw = given.get("office:date-value", "")
        return shown(datetime.fromisoformat(raw), f"{_DAY} hh:mm" if "T" in raw else _DAY)
    raw = _days(given.get("office:time-value", "")) if kind == "time" else given.get("office:value", "")
    return shown(number(raw), STYLES[int(_KINDS[kind][1])].code)
