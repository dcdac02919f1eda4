"""Run a program as a whole process and say what it cost: wall time, processor time, memory. POSIX only.

Time and the largest process come from the system's own account of the ended process and of every descendant that it
waited for. The memory of the tree as a whole is sampled, in a run of its own (``watch``), so that watching does not
disturb the clock. Pages shared between processes count in each of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.02  # seconds between two looks at the tree's memory
KIB = 1 if sys.platform == "darwin" else 1024  # unit of ru_maxrss


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and bytes of one run. ``tree`` is 0 where it was not watched; ``load``: 1-minute load before it."""

    wall: float
    cpu: float
    largest: int
    tree: int
    code: int
    load: float

    def followed_by(self, other: Cost) -> Cost:
        """The cost of two programs, one after the other."""
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.largest, other.largest),
            max(self.tree, other.tree),
            max(self.code, other.code),
            max(self.load, other.load),
        )


def _watch(pid: int, ended: threading.Event, peak: list[int]) -> None:
    import psutil  # type: ignore[import-untyped]

    process = psutil.Process(pid)
    while not ended.wait(EVERY):
        held = 0
        try:
            for member in (process, *process.children(recursive=True)):
                held += member.memory_info().rss
        except psutil.Error:  # one of them has just ended; the next look counts
            continue
        peak[0] = max(peak[0], held)


def measure(command: Sequence[str], log: Path, timeout: float, *, watch: bool = False) -> Cost:
    """Run ``command`` to its end; what it prints goes to ``log``. Killed after ``timeout`` seconds (code < 0)."""
    load = os.getloadavg()[0]
    ended, peak = threading.Event(), [0]
    with log.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
        timer = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        watcher = threading.Thread(target=_watch, args=(process.pid, ended, peak))
        if watch:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        ended.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    if watch:
        watcher.join()
    largest = usage.ru_maxrss * KIB
    return Cost(wall, usage.ru_utime + usage.ru_stime, largest, peak[0], process.returncode, load)


def measure_all(commands: Sequence[Sequence[str]], log: Path, timeout: float, *, watch: bool = False) -> Cost:
    """Several programs, one after another, as one job."""
    total: Cost | None = None
    for command in commands:
        cost = measure(command, log, timeout, watch=watch)
        total = cost if total is None else total.followed_by(cost)
    assert total is not None
    return total
