"""The zip of a workbook: packed lightly, and with parts whose rows were packed beforehand (``writing.spool``).

Such a part is written by xlsxwriter without these rows, into a temporary file as always. A ``Seam`` says where in it
they belong. The part enters the zip as one deflate stream: what comes before the seam, the packed blocks as they are,
what comes after.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from danvan_xl.workbooks.writing.spool import LEVEL, RowSpool, deflated


class Seam(NamedTuple):
    """Rows that belong in a part, in their order, and the byte of its temporary file at which they do."""

    offset: int
    spools: tuple[RowSpool, ...]


class Piece(NamedTuple):
    """A piece of a part: its packed bytes; size and CRC-32 are of the piece before it was packed."""

    packed: Iterable[bytes]
    size: int
    checksum: int


class SeamedZip(ZipFile):
    """A zip that is written by xlsxwriter. ``seams``: name of a temporary file → the rows that belong in it."""

    def __init__(self, *args: Any, seams: Mapping[str, Seam], **options: Any) -> None:
        super().__init__(*args, **{**options, "compresslevel": LEVEL})
        self._seams = seams

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        """Add a part, with its rows if it has a seam."""
        seam = self._seams.get(filename)
        if seam is None:
            super().write(filename, arcname, *args, **options)
            return
        info = ZipInfo.from_file(filename, arcname)
        info.compress_type = ZIP_DEFLATED
        self._add(info, list(_pieces(Path(filename).read_bytes(), seam)))

    def _add(self, info: ZipInfo, pieces: list[Piece]) -> None:
        """Add a member of packed pieces, as ``ZipFile.mkdir`` adds one. The sizes follow when they are known."""
        assert self.fp is not None
        info.file_size = sum(piece.size for piece in pieces)
        for piece in pieces:
            info.CRC = joined_crc(info.CRC if piece is not pieces[0] else 0, piece.checksum, piece.size)
        self.fp.seek(self.start_dir)
        info.header_offset = self.fp.tell()
        self._writecheck(info)  # type: ignore[attr-defined]  # a zip too large for readers without zip64
        self._didModify = True
        self.fp.write(info.FileHeader(zip64=False))
        for piece in pieces:
            for packed in piece.packed:
                self.fp.write(packed)
                info.compress_size += len(packed)
        self.start_dir = self.fp.tell()
        self.fp.seek(info.header_offset)
        self.fp.write(info.FileHeader(zip64=False))
        self.fp.seek(self.start_dir)
        self.filelist.append(info)
        self.NameToInfo[info.filename] = info


def _pieces(part: bytes, seam: Seam) -> Iterator[Piece]:
    """A part in pieces: what is packed already as it is, all that is between in as few pieces as it takes."""
    between = bytearray(part[: seam.offset])
    for spool in seam.spools:
        if spool.size:
            if between:
                yield Piece((deflated(between),), len(between), zlib.crc32(between))
                between.clear()
            yield Piece(spool.packed(), spool.size, spool.checksum)
        between += spool.rest
    between += part[seam.offset :]
    yield Piece((deflated(between, last=True),), len(between), zlib.crc32(between))


# ---- CRC-32 of joined pieces -------------------------------------------------------------------------------------
# A checksum is a polynomial over GF(2) modulo that of CRC-32, bits reversed: the highest bit stands for x^0. Appending
# n bytes multiplies it by x^8n (zlib's crc32_combine, which Python does not offer).

POLYNOMIAL = 0xEDB88320
ONE, X = 1 << 31, 1 << 30


def _product(first: int, second: int) -> int:
    found = 0
    for bit in range(31, -1, -1):
        if first >> bit & 1:
            found ^= second
        second = second >> 1 ^ (POLYNOMIAL if second & 1 else 0)
    return found


@cache
def _power(exponent_bit: int) -> int:
    """x^(2^exponent_bit)."""
    if exponent_bit == 0:
        return X
    half = _power(exponent_bit - 1)
    return _product(half, half)


def joined_crc(first: int, second: int, length: int) -> int:
    """The CRC-32 of two pieces joined, from that of each and the ``length`` in bytes of the second."""
    shift, bits = ONE, length * 8
    for bit in range(bits.bit_length()):
        if bits >> bit & 1:
            shift = _product(shift, _power(bit))
    return _product(first, shift) ^ second
