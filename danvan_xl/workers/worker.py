"""The process in which foreign files are parsed: takes jobs from a pipe, returns verdicts, and ends on request.

Started by ``supervise`` as a fresh interpreter (no fork, no shared memory: the same on Linux, macOS and Windows).
Frames on both pipes are a length (4 bytes, little endian) and a pickle. The first frame names the task, which is
imported at once; the second is what the task needs, which the parent may still be preparing; then come jobs. The end of
the input ends the process. Only the standard library is imported before the first frame arrives.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
from importlib import import_module
from typing import BinaryIO, cast

LENGTH = struct.Struct("<I")
MADE_BEFORE_A_LOOK = 100_000
"""How many objects may be made and kept before the search for cycles among them (the interpreter's default: 700)."""

SETUP_FAILED, READY, DONE, FAILED = 0, 1, 2, 3


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end of the stream, or if it breaks off."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame and flush it."""
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def resolve(name: str) -> object:
    """The object named ``package.module:attribute``. Raises ``ImportError``, ``AttributeError``, ``ValueError``."""
    module, colon, attribute = name.partition(":")
    if not colon:
        raise ValueError(f"{name!r} is not of the form package.module:function")
    return getattr(import_module(module), attribute)


def main() -> None:
    """Serve jobs from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C, and then ends this process
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    jobs = cast("BinaryIO", sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output printed by a task must not get between the frames
    names = read_frame(jobs)
    if names is None:
        return
    try:
        task_name, prepare_name, deadline = pickle.loads(names)  # noqa: S301 - from our own parent process
        task = resolve(task_name)
        prepare = resolve(prepare_name) if prepare_name else None
        given = read_frame(jobs)
        if given is None:
            return
        init = pickle.loads(given)  # noqa: S301 - from our own parent process
        state = prepare(init) if prepare else init  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it as its own
        write_frame(answers, pickle.dumps((SETUP_FAILED, f"{type(error).__name__}: {error}")))
        return
    # What was loaded stays, and what a job makes is freed when it ends: searching for cycles after every few hundred
    # objects would take a tenth of the time.
    gc.freeze()
    gc.set_threshold(MADE_BEFORE_A_LOOK)
    write_frame(answers, pickle.dumps((READY, None)))
    while (job := read_frame(jobs)) is not None:
        write_frame(answers, _answer(task, pickle.loads(job), state, deadline))  # noqa: S301 - our own parent


def _answer(task: object, path: str, state: object, deadline: float) -> bytes:
    _end_after(deadline)
    try:
        return pickle.dumps((DONE, task(path, state)), pickle.HIGHEST_PROTOCOL)  # type: ignore[operator]
    except BaseException as error:  # noqa: BLE001 - one verdict per file whatever happens; a panic of a Rust
        # library and sys.exit() in a task are BaseExceptions too. The parent makes a finding of it.
        return pickle.dumps((FAILED, f"{type(error).__name__}: {error}"[:300]))
    finally:
        _end_after(0)


def _end_after(seconds: float) -> None:
    """Should the parent be killed while a job hangs, this process ends itself after so long; 0: it lives on."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal is left to the system, which needs no interpreter
        return
    import faulthandler

    if seconds:
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main()
