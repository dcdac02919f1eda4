"""Elements of a Word file by their local names, and Word's automatic numbers."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET


def name(item: ET.Element) -> str:
    """The local name: transitional and strict files differ in namespaces only."""
    return item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""


def value(item: ET.Element | None, attribute: str = "val") -> str | None:
    """An attribute by its local name; None if the element or the attribute is missing."""
    if item is None:
        return None
    return next((text for full, text in item.items() if full.rpartition("}")[2] == attribute), None)


def child(item: ET.Element | None, *path: str) -> ET.Element | None:
    """The first element below ``item`` along a path of local names."""
    for wanted in path:
        item = None if item is None else next((below for below in item if name(below) == wanted), None)
    return item


def is_on(item: ET.Element | None) -> bool:
    """Whether a toggle such as ``w:b`` is on."""
    return item is not None and (value(item) or "1") not in ("0", "false", "off", "none")


def whole(text: str | None, default: int) -> int:
    """A whole number from a file; ``default`` if it is missing or absurd."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else default


class Numbers:
    """Word's automatic numbers, as the list shows them, counted in document order."""

    def __init__(self, root: ET.Element | None) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        items = list(root) if root is not None else []
        abstract = {value(item, "abstractNumId"): item for item in items if name(item) == "abstractNum"}
        for item in items:
            if name(item) != "num":
                continue
            levels = abstract.get(value(child(item, "abstractNumId")))
            for level in levels if levels is not None else ():
                if name(level) == "lvl":
                    key = (value(item, "numId") or "", value(level, "ilvl") or "0")
                    kind = value(child(level, "numFmt")) or "decimal"
                    shown = value(child(level, "lvlText")) or "%1"
                    self._levels[key] = (kind, shown, whole(value(child(level, "start")), 1))

    def next(self, paragraph: ET.Element) -> str:
        """The number of this paragraph; an empty text if it has none, or one with several levels."""
        properties = child(paragraph, "pPr", "numPr")
        key = (value(child(properties, "numId")) or "", value(child(properties, "ilvl")) or "0")
        if key not in self._levels:
            return ""
        kind, shown, start = self._levels[key]
        count = self._counts.get(key, start - 1) + 1
        self._counts[key] = count
        if kind not in _FORMATS or shown.count("%") != 1 or not key[1].isdecimal():
            return ""
        return shown.replace(f"%{int(key[1]) + 1}", _FORMATS[kind](count))


def roman(number: int) -> str:
    """A number from 1 in Roman numerals."""
    pairs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in pairs:
        times, number = divmod(number, value)
        text += sign * times
    return text


_FORMATS: dict[str, Callable[[int], str]] = {"decimal": str, "upperRoman": roman}
