"""Rows on their way into a sheet: packed while they are made, so that only what a zip needs is ever stored.

The rows of a large sheet come in an order other than the sheet's (unit by unit, where the sheet goes by task). Each
part of a sheet has a spool. What is added to it is deflated block by block, in a thread of its own (zlib releases the
interpreter's lock while it packs), and written to one temporary file. Every block is self-contained: it ends on a whole
byte and refers to nothing before it, so that the blocks of a sheet make one deflate stream in any order
(``writing.zipped`` joins them).
"""

from __future__ import annotations

import tempfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, NamedTuple

LEVEL = 1
"""Packed lightly: it saves most of the time of packing for a third more bytes."""

RAW = -zlib.MAX_WBITS
"""A deflate stream without header and checksum, as a zip holds it."""


def deflated(block: bytes | bytearray, *, last: bool = False) -> bytes:
    """A block as a piece of a deflate stream, with no reference to what comes before. ``last``: it ends the stream."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
    return packer.compress(block) + packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


class Place(NamedTuple):
    """Where a packed block is in the temporary file."""

    offset: int
    length: int


class Packer:
    """Packs blocks in a thread of its own and writes them to one temporary file; in memory while they are few.

    What goes wrong in the thread (a full disk) is raised by a later ``put``, or by ``wait`` at the latest.
    """

    IN_MEMORY = 4 << 20
    MOST_WAITING = 8
    """Blocks; more than this wait for the thread, so that memory stays small."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=self.IN_MEMORY)  # noqa: SIM115 - lives with us
        self._end = 0
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def put(self, block: bytes, places: list[Place]) -> None:
        """Have a block packed; its place is appended to ``places`` before ``wait`` returns."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="packer")
        if len(self._waiting) >= self.MOST_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._lay, block, places))

    def _lay(self, block: bytes, places: list[Place]) -> None:
        packed = deflated(block)
        self._file.write(packed)
        places.append(Place(self._end, len(packed)))
        self._end += len(packed)

    def wait(self) -> None:
        """Wait until every block is packed. Raises what went wrong."""
        while self._waiting:
            self._waiting.popleft().result()

    def get(self, place: Place) -> bytes:
        """A packed block; only after ``wait``."""
        self._file.seek(place.offset)
        return self._file.read(place.length)

    def close(self) -> None:
        """End the thread, and give back the memory or the file."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
        self._file.close()


class RowSpool:
    """The rendered rows of a sheet, or of a part of one: packed blocks, and the rest that fills no block yet.

    ``size`` and ``checksum`` (CRC-32) are those of the packed rows before they were packed.
    """

    BLOCK = 1 << 17

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self._places: list[Place] = []
        self._rest: list[bytes] = []
        self._left = self.BLOCK
        self.rows = self.size = self.checksum = 0

    def add(self, xml: bytes) -> None:
        """Append one rendered row."""
        self._rest.append(xml)
        self.rows += 1
        self._left -= len(xml)
        if self._left <= 0:
            block = self.rest
            self._rest.clear()
            self._left = self.BLOCK
            self.size += len(block)
            self.checksum = zlib.crc32(block, self.checksum)
            self._packer.put(block, self._places)

    @property
    def rest(self) -> bytes:
        """The rows that fill no block yet."""
        return b"".join(self._rest)

    def packed(self) -> Iterator[bytes]:
        """The packed blocks; only after the packer's ``wait``."""
        for place in self._places:
            yield self._packer.get(place)
