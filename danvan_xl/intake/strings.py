"""A workbook's shared strings as a table from the index, as written in a cell, to the text in NFC."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from danvan_xl.intake.markup import Attributes, local, walk
from danvan_xl.intake.refusal import RefusedError

# An item with plain text or with anything else; finally, whatever does not begin an item.
_ITEM = re.compile(r'\s*+<si>(?:<t(?: xml:space="preserve")?>([^<]*+)</t></si>|(.*?)</si>)|(.++)', re.DOTALL)
_ESCAPE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));|&")
_DEEPEST = 64  # nested elements; an item has about four
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_START = re.compile(r"^\s*(?:<\?xml[^>]*\?>)?\s*<sst(?:\s++[A-Za-z][A-Za-z0-9:._-]*+=\"[^\"<>&]*+\")*+\s*+>")


def unescape(text: str, part: str) -> str:
    """Text of XML as characters. Raises ``RefusedError`` F021 for an entity that XML doesn't have."""
    if "&" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name:
            return _NAMED[name]
        number = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
        if number < 9 or number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise RefusedError("F021", part)
        return chr(number)

    return _ESCAPE.sub(one, text)


def tidy(text: str) -> str:
    """Stored text as intended: ``_x000D_`` decoded (ECMA-376 part 1, 22.9.2.19), then NFC."""
    if "_x" in text:
        text = _CODED.sub(lambda match: chr(int(match[1], 16)), text)
        if any("\ud800" <= letter < "\ue000" for letter in text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Strings(Struct):
    """The texts by index in decimal digits, as a cell writes it (None for no text).

    ``plain``: their part is written in the plain way, with every character accounted for.
    """

    table: dict[str, str | None]
    plain: bool


def read_strings(content: bytes) -> Strings:
    """The texts of ``sharedStrings.xml`` in UTF-8. Raises ``RefusedError`` F021."""
    try:
        xml = content.decode()
    except UnicodeDecodeError as error:
        raise RefusedError("F021", "sharedStrings.xml") from error
    fast = _fast(xml)
    texts = _slow(content) if fast is None else fast
    table: dict[str, str | None] = dict(zip(map(str, range(len(texts))), texts, strict=True))
    if "" in texts:
        table = {index: text or None for index, text in table.items()}
    return Strings(table, fast is not None)


def _fast(xml: str) -> list[str] | None:
    """All items if the part is written as Excel writes it, else None. Items with runs are left to expat."""
    head = _START.match(xml)
    if not head or ("!" in xml and "<!" in xml) or "]]>" in xml or not xml.rstrip().endswith("</sst>"):
        return None
    body = xml[head.end() : xml.rfind("</sst>")].strip()
    texts = _plain_items(body)
    if texts is not None:
        return _tidied(xml, texts)
    items = _ITEM.findall(body)
    if items and items[-1][2]:
        return None
    texts = _tidied(xml, [text for text, _, _ in items])
    for index, (_, inner, _) in enumerate(items):
        if inner:
            texts[index], *more = _slow(f"<sst><si>{inner}</si></sst>".encode())
            if more:  # nested items
                return None
    return texts


def _plain_items(body: str) -> list[str] | None:
    """The texts of all items if each is one plain text, else None."""
    body = body.replace('<t xml:space="preserve">', "<t>")
    if not (body.startswith("<si><t>") and body.endswith("</t></si>")):
        return None
    texts = body[7:-9].split("</t></si><si><t>")
    # Every tag must belong to an item, so that there is none inside a text.
    return texts if body.count("<") == 4 * len(texts) else None


def _tidied(xml: str, texts: list[str]) -> list[str]:
    """The texts as intended; ``xml`` contains them all."""
    if "&" in xml:
        texts = [unescape(text, "sharedStrings.xml") for text in texts]
    if ("_" in xml and "_x" in xml) or ("#" in xml and "&#" in xml):  # finding one character is much faster than two
        return [tidy(text) for text in texts]
    if not unicodedata.is_normalized("NFC", xml):
        return [unicodedata.normalize("NFC", text) for text in texts]
    return texts


def _slow(content: bytes) -> list[str]:
    """All items, by expat: runs joined, phonetic runs (``rPh``) left out."""
    texts: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        del attributes
        inside.append(local(name))
        if len(inside) > _DEEPEST:
            raise RefusedError("F021", "sharedStrings.xml")

    def text(piece: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:
            pieces.append(piece)

    def end(name: str) -> None:
        del name
        if inside.pop() == "si":
            texts.append(tidy("".join(pieces)))
            pieces.clear()

    walk("sharedStrings.xml", content, start, end, text)
    return texts
