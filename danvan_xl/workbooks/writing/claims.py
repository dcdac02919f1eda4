"""Who works on an output, and what runs that were killed left behind.

A run that is to replace an output claims it with a lock file beside it, which names the process and the machine.
Another run waits for it, and takes the lock of a process that is no more. Temporary files carry their process in their
names, and a run's temporary folders lie in one of its own, so that the next run can tell what nobody needs any longer.

Exception
└── ClaimedError   another run works on the output, and goes on working
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path

PATIENCE = 60.0
"""Seconds to wait for another run."""

SUFFIX = ".dang-ghi"
"""Of a lock file."""

A_DAY = 24 * 60 * 60
"""Seconds after which a temporary file belongs to nobody, whatever process has its owner's number now."""

OWN_FOLDER = "danvan-xl-run-"


class ClaimedError(Exception):
    """The output is another run's: its process, its machine, and since when; what is not known is empty."""

    def __init__(self, path: Path, who: Owner) -> None:
        super().__init__(f"{path} is being written by another run")
        self.path, self.who = path, who


class Owner:
    """Who holds a lock file."""

    def __init__(self, lock: Path) -> None:
        self.process, self.host, self.since = "?", "?", "?"
        with suppress(OSError, ValueError):
            words = lock.read_text(encoding="utf-8", errors="replace").split()
            self.since = f"{datetime.fromtimestamp(lock.stat().st_mtime).astimezone():%H:%M:%S %d/%m/%Y}"
            self.process = words[0] if words else "?"
            self.host = words[1].partition("?")[0] if len(words) > 1 else "?"


def marks(path: Path) -> tuple[int, ...]:
    """What tells one version of a file from another; nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


@contextmanager
def claimed(
    target: Path, on_wait: Callable[[Owner], object] | None = None, *, before: tuple[int, ...] | None = None
) -> Iterator[Callable[[], bool]]:
    """Hold the output for this run alone. ``on_wait`` is told once for whom this run waits.

    ``before``: the ``marks`` of the output when the run began, where that is earlier than now.

    What is given says, when it is called, whether another run wrote there since this one began: no run's result is to
    be replaced by one that did not know of it. Raises ``ClaimedError``; ``OSError`` where
    no lock file can be made.
    """
    from filelock import SoftFileLock, Timeout

    before = marks(target) if before is None else before
    place = target.with_name(f".{target.name[:80]}{SUFFIX}")
    made = not target.parent.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = SoftFileLock(str(place))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait(Owner(place))
        try:
            lock.acquire(timeout=PATIENCE, poll_interval=0.1)
        except Timeout:
            raise ClaimedError(target, Owner(place)) from None

    def is_others() -> bool:
        return marks(target) not in (before, ())

    try:
        clean(target.parent, f".{target.name[:80]}.")
        yield is_others
    finally:
        lock.release()
        if made:
            with suppress(OSError):  # not empty: there is a result
                target.parent.rmdir()


# ---- temporary files -----------------------------------------------------------------------------------------


@cache
def _host() -> str:
    """A short mark of this machine."""
    import socket
    import zlib

    return f"{zlib.crc32(socket.gethostname().encode('utf-8', 'replace')) & 0xFFFFFF:06x}"


_OWNED = re.compile(r"\.([0-9a-f]{6})-(\d+)\.[a-z0-9_]{8}\.tmp\Z")
_OLD = re.compile(r"\.xlsx\.[a-z0-9_]{8}\.tmp\Z")
"""Of version 0.1.0, which did not say whose they are."""


def owned_prefix(name: str) -> str:
    """What the name of a temporary file for ``name`` begins with."""
    return f".{name[:80]}.{_host()}-{os.getpid()}."


def clean(folder: Path, prefix: str = ".") -> None:
    """Remove the temporary files of runs that are no more from a folder; what can't be removed stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.name.endswith(".tmp") and _is_left(entry):
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108 - the entry of a scan


def _is_left(entry: os.DirEntry[str]) -> bool:
    owned = _OWNED.search(entry.name)
    if not owned and not _OLD.search(entry.name):
        return False
    if not entry.is_file(follow_symlinks=False):
        return False
    if owned and owned[1] == _host() and not is_alive(int(owned[2])):
        return True
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > A_DAY


def is_alive(process: int) -> bool:
    """Whether a process of this number is at work on this machine; where it can't be known, it is."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, process))  # query limited information
        if not handle:
            return bool(ctypes.get_last_error() != 87)  # invalid parameter: there is no such process
        try:
            code = ctypes.c_ulong()
            return not kernel.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value == 259  # still active
        finally:
            kernel.CloseHandle(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


_shared: list[Path] = []


def shared_temporary_folder() -> Path:
    """The system's folder for temporary files, while a run has one of its own too."""
    return _shared[0] if _shared else Path(tempfile.gettempdir())


@contextmanager
def own_temporary_folder() -> Iterator[None]:
    """Have all temporary files of this run and of its processes in a folder of its own, which goes at the end.

    Folders that killed runs left are removed. Where no folder can be made, the usual one is used.
    """
    usual, said = tempfile.tempdir, os.environ.get("TMPDIR")
    root = shared_temporary_folder()
    with suppress(OSError):
        for folder in root.glob(f"{OWN_FOLDER}{_host()}-*"):
            number = folder.name.removeprefix(f"{OWN_FOLDER}{_host()}-").partition("-")[0]
            if number.isdecimal() and not is_alive(int(number)) and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
    try:
        mine = tempfile.mkdtemp(prefix=f"{OWN_FOLDER}{_host()}-{os.getpid()}-")
    except OSError:
        yield
        return
    _shared.append(root)
    tempfile.tempdir = mine
    os.environ["TMPDIR"] = mine
    try:
        yield
    finally:
        tempfile.tempdir = usual
        _shared.pop()
        if said is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = said
        shutil.rmtree(mine, ignore_errors=True)
