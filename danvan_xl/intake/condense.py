"""Drop empty formatted rows while a large sheet is inflated.

A border drawn down whole columns makes a million rows without a value: hundreds of megabytes of XML for nothing. Only
rows in the plainest form are dropped, those whose every cell is self-closing and so can't hold anything.
"""

from __future__ import annotations

import re

from danvan_xl.intake.container import LARGEST_KEPT, Member, pieces
from danvan_xl.intake.refusal import RefusedError

_EMPTY_ROWS = re.compile(rb'(?:<row (?![^<>]*hidden="[1t])[^<>]*+(?:/>|(?<!/)>(?:<c [^<>]*+(?<=/)>)*+</row>))++')


def condense(data: bytes, member: Member) -> bytes:
    """The member without its empty rows. Raises ``RefusedError``: S001 if the rest is still too large."""
    kept: list[bytes] = []
    size = 0
    rest = b""
    for piece in pieces(data, member):
        text = rest + piece
        cut = text.rfind(b"</row>") + 6
        if cut < 6:
            cut = text.rfind(b"/>") + 2 if b"<row " in text else len(text) - 64
        cut = max(cut, 0)
        done, rest = text[:cut], text[cut:]
        done = _EMPTY_ROWS.sub(b"", done)
        kept.append(done)
        size += len(done)
        if size + len(rest) > LARGEST_KEPT:
            raise RefusedError("S001", member.name)
    kept.append(_EMPTY_ROWS.sub(b"", rest))
    return b"".join(kept)
