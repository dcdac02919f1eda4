"""What pasting from Word or a web page leaves in a cell: tags, bookmarks, characters of the Symbol font."""

from __future__ import annotations

import re

_SIGN = re.compile("[<\uf000-\uf0ff]|\\[bookmark|&(?:[a-z]{2,6}|#\\d{2,5});", re.IGNORECASE)
_BREAK = re.compile(r"<\s*(?:br\s*/?|/\s*(?:p|div|li|tr|h[1-6]))\s*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|br|div|span|font|b|i|u|em|strong|li|ul|ol|h[1-6]|table|tbody|tr|td|th|sup|sub|a|o:p|st1:\w+)"
    r"(?:\s[^<>]*=[^<>]*)?/?\s*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_BOOKMARK = re.compile(r"\[bookmark:\s*[^\]\n]{0,80}\]", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|ndash|mdash|ldquo|rdquo|lsquo|rsquo|hellip|#\d{2,5});", re.IGNORECASE
)
_BULLET = re.compile("[\uf000-\uf0ff][ \t\xa0]*")


def without_debris(text: str) -> str | None:
    """``text`` without such debris; None if there is none (the usual case).

    Only known tags are removed: "<90%" and "a < b > c" stay. Characters of Word's Symbol font become hyphens.
    """
    if text.isprintable() and "<" not in text and "&" not in text and "[" not in text:
        return None  # characters of the Symbol font are unprintable
    if not _SIGN.search(text):
        return None
    import html

    plain = _TAG.sub("", _BREAK.sub("\n", text))
    plain = _BOOKMARK.sub("", plain)
    plain = _ENTITY.sub(lambda found: html.unescape(found.group().lower()), plain)
    plain = _BULLET.sub("- ", plain)
    return plain if plain != text else None
