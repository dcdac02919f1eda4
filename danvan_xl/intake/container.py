"""A zip container read strictly: directory, limits, names, overlaps, bounded inflate, every CRC.

It is deliberately stricter than any reader after it: if the directory at the end and the headers before the members
disagree, two programs could read two different workbooks from one file. ``repack`` passes the checked members to the
next reader as a plain stored zip, so that it sees exactly these bytes and inflates nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from danvan_xl.intake.refusal import RefusedError

MOST_MEMBERS = 5_000
LARGEST_TOTAL = 768 * 1024 * 1024  # bytes, inflated, all members
LARGEST_MEMBER = 640 * 1024 * 1024  # the size of a sheet with a million formatted empty rows; it is streamed
LARGEST_KEPT = 96 * 1024 * 1024  # what may be held in memory as one piece
RATIO_FROM = 1024 * 1024  # smaller members may have any density
LARGEST_RATIO = 250  # the densest honest sheet (a million empty rows) has about 60, a bomb about 1,000

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END64 = struct.Struct("<4sQ2H2L4Q")
_STORED, _DEFLATED = 0, 8
_PIECE = 1 << 20  # bytes inflated at a time when a member is streamed
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800


class Member(Struct, frozen=True):
    """One file inside the container: where its compressed bytes are and what they must inflate to."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


def directory(data: bytes) -> dict[str, Member]:
    """The members by lower-case name, directory entries left out. Raises ``RefusedError``."""
    count, size, offset = _find_end(data)
    if count > MOST_MEMBERS:
        raise RefusedError("S004", count)
    members: dict[str, Member] = {}
    spans: list[tuple[int, int]] = []
    at = offset
    total = 0
    for _ in range(count):
        member, header, at = _entry(data, at, offset + size)
        spans.append((header, member.start + member.packed))
        total += member.size
        if total > LARGEST_TOTAL:
            raise RefusedError("S001", total)
        key = member.name.lower()
        if key in members:
            raise RefusedError("S002", member.name)
        if not key.endswith("/"):
            members[key] = member
    if at != offset + size:
        raise _damaged("directory")
    _require_apart(spans, offset)
    return members


def _damaged(what: str) -> RefusedError:
    return RefusedError("F007", what)


def _find_end(data: bytes) -> tuple[int, int, int]:
    """Number of entries, size and offset of the directory."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        raise RefusedError("F006")
    _, disk, first, here, count, size, offset, comment = _END.unpack_from(data, at)
    if at + 22 + comment > len(data) or data[at + 22 + comment :].strip(b"\0\r\n"):
        raise _damaged("end")
    end = at
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, offset):
        end, here, count, size, offset = _find_end64(data, at)
    if disk or first or here != count or offset + size != end:
        raise _damaged("end")
    return count, size, offset


def _find_end64(data: bytes, end: int) -> tuple[int, int, int, int, int]:
    if data[end - 20 : end - 16] != b"PK\x06\x07":
        raise _damaged("end")
    (at,) = struct.unpack_from("<Q", data, end - 12)
    if at + 56 > end - 20 or data[at : at + 4] != b"PK\x06\x06":
        raise _damaged("end")
    *_, here, count, size, offset = _END64.unpack_from(data, at)
    return at, here, count, size, offset


def _entry(data: bytes, at: int, end: int) -> tuple[Member, int, int]:
    """One entry of the directory, checked against its local header: member, header offset, next entry's offset."""
    if at + 46 > end:
        raise _damaged("directory")
    fields = _ENTRY.unpack_from(data, at)
    if fields[0] != b"PK\x01\x02":
        raise _damaged("directory")
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, comment_length, header = fields[10], fields[11], fields[12], fields[16]
    name_end = at + 46 + name_length
    after = name_end + extra_length + comment_length
    if after > end:
        raise _damaged("directory")
    raw_name = data[at + 46 : name_end]
    if 0xFFFFFFFF in (packed, size, header):
        size, packed, header = _wide(data[name_end : name_end + extra_length], size, packed, header)
    name = _safe_name(raw_name, flags)
    _require_bounded(name, method, flags, packed, size)
    start = _local(data, header, raw_name, (flags, method, crc, packed, size))
    return Member(name, method, crc, packed, size, start), header, after


def _wide(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """The three numbers, with any 0xFFFFFFFF replaced from the zip64 extra field."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra[: at + 4 + length], at + 4))
            try:
                size, packed, header = (next(wide) if n == 0xFFFFFFFF else n for n in (size, packed, header))
            except (StopIteration, RuntimeError) as error:
                raise _damaged("directory") from error
            return size, packed, header
        at += 4 + length
    raise _damaged("directory")


def _safe_name(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 or raw.isascii() else "cp437")
    except UnicodeDecodeError as error:
        raise RefusedError("S006", repr(raw)) from error
    name = name.replace("\\", "/")  # some older Windows programs write it this way
    if not name or name[0] == "/" or ":" in name or "\0" in name or ".." in name.split("/"):
        raise RefusedError("S006", name)
    return name


def _require_bounded(name: str, method: int, flags: int, packed: int, size: int) -> None:
    if flags & _ENCRYPTED:
        raise RefusedError("F008")
    if method not in (_STORED, _DEFLATED):
        raise RefusedError("F007", f"method {method}")
    if size > LARGEST_MEMBER:
        raise RefusedError("S001", name)
    if size > RATIO_FROM and size > packed * LARGEST_RATIO:
        raise RefusedError("S001", name)
    if name.endswith("/") and (size or packed > 2):
        raise RefusedError("S006", name)


def _local(data: bytes, at: int, raw_name: bytes, stated: tuple[int, int, int, int, int]) -> int:
    """Where the member's bytes start, after its local header, which must match the directory."""
    flags, method, crc, packed, size = stated
    if at + 30 > len(data):
        raise _damaged("header")
    fields = _LOCAL.unpack_from(data, at)
    start: int = at + 30 + fields[9] + fields[10]
    name = data[at + 30 : at + 30 + fields[9]]
    if fields[0] != b"PK\x03\x04" or fields[2] != flags or fields[3] != method or name != raw_name:
        raise _damaged("header")
    numbers = fields[6:9]
    later = flags & _DESCRIPTOR and numbers[0] in (0, crc)  # sizes and CRC follow the data
    if numbers != (crc, packed, size) and not later and numbers != (crc, 0xFFFFFFFF, 0xFFFFFFFF):
        raise _damaged("header")
    if start + packed > len(data):
        raise RefusedError("F006")
    return start


def _require_apart(spans: list[tuple[int, int]], directory_at: int) -> None:
    spans.sort()
    for (_, stop), (following, _) in pairwise([*spans, (directory_at, 0)]):
        if stop > following:
            raise RefusedError("S005")


def inflate(data: bytes, member: Member) -> bytes:
    """The member's bytes, whole. Raises ``RefusedError`` if they are not what the directory says."""
    if member.size > LARGEST_KEPT:
        raise RefusedError("S001", member.name)
    packed = data[member.start : member.start + member.packed]
    if member.method == _STORED:
        content = packed
    else:
        engine = zlib.decompressobj(-15)
        try:
            content = engine.decompress(packed, member.size + 1)
        except zlib.error as error:
            raise RefusedError("F007", member.name) from error
        if not engine.eof or engine.unused_data:
            raise RefusedError("F007", member.name)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise RefusedError("F007", member.name)
    return content


def pieces(data: bytes, member: Member) -> Iterator[bytes]:
    """The member's bytes piece by piece, checked at the end like ``inflate``."""
    engine = zlib.decompressobj(-15) if member.method == _DEFLATED else None
    packed = data[member.start : member.start + member.packed]
    crc = size = 0
    try:
        while True:
            if engine is None:
                piece, packed = packed[:_PIECE], packed[_PIECE:]
            else:
                piece, packed = engine.decompress(packed, _PIECE), engine.unconsumed_tail
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if size > member.size:
                break
            if piece:
                yield piece
            elif not packed or (engine and engine.eof):
                break
    except zlib.error as error:
        raise RefusedError("F007", member.name) from error
    if size != member.size or crc != member.crc or (engine and (not engine.eof or engine.unused_data)):
        raise RefusedError("F007", member.name)


def check(data: bytes, member: Member) -> None:
    """Check that the member is what the directory says, keeping nothing of it."""
    for _ in pieces(data, member):
        pass


def repack(parts: list[tuple[str, bytes]]) -> bytes:
    """A stored zip of these parts (name, bytes)."""
    body: list[bytes] = []
    entries: list[bytes] = []
    at = 0
    for name, content in parts:
        raw = name.encode()
        crc, size = zlib.crc32(content), len(content)
        header = _LOCAL.pack(b"PK\x03\x04", 20, 0, _STORED, 0, 33, crc, size, size, len(raw), 0)
        entry = _ENTRY.pack(b"PK\x01\x02", 20, 20, 0, _STORED, 0, 33, crc, size, size, len(raw), 0, 0, 0, 0, 0, at)
        body += (header, raw, content)
        entries += (entry, raw)
        at += 30 + len(raw) + size
    central = b"".join(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(central), at, 0)
    return b"".join((*body, central, end))
