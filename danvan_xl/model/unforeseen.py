"""A fault of the program itself: which exception, and where in the code it rose; nothing that anybody typed.

The message of an exception often holds what was being worked on (an answer, a name), so it is not kept, but for those
that only ever name things of the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath

from msgspec import Struct

SPEAK_OF_CODE = (AttributeError, NameError, ImportError)
MOST_FRAMES = 60


class Fault(Struct, frozen=True):
    """What went wrong: the exception's name, and the way through the code, a line for each step."""

    kind: str
    trace: str

    @property
    def mark(self) -> str:
        """A short name of the fault: the same place in the code gives the same one."""
        return sha256(self.trace.encode("utf-8", "backslashreplace")).hexdigest()[:10]


def fault_of(error: BaseException) -> Fault:
    """The fault that an exception tells of."""
    return Fault(type(error).__name__, "\n".join(_lines(error)))


def _lines(error: BaseException) -> Iterator[str]:
    import traceback  # loaded when something went wrong

    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    for item in reversed(chain):
        frames = traceback.extract_tb(item.__traceback__)
        left_out = len(frames) - MOST_FRAMES
        for place in frames[-MOST_FRAMES:] if left_out > 0 else frames:
            yield f"{_short(place.filename)}:{place.lineno} {place.name}: {place.line or ''}"
        words = f": {item}" if isinstance(item, SPEAK_OF_CODE) else ""
        yield f"{type(item).__name__}{words}"


def _short(file: str) -> str:
    """A path of code without the folders of this machine."""
    parts = PurePath(file.replace("\\", "/")).parts
    for root in ("danvan_xl", "site-packages"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at:])
    return parts[-1] if parts else file
