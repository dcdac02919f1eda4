"""Handle foreign files in other processes, and get one verdict per file whatever happens in there.

A worker is a fresh interpreter (``worker``) that communicates over its pipes. One thread per worker waits for its
answers; the caller's own thread hands out jobs, watches time and memory, and yields the results in the order of the
paths. A worker that dies, hangs or grows too large is replaced, its file gets a finding, and the rest carries on.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import BinaryIO, cast

from msgspec import Struct, field

from danvan_xl.model.finding import Location, finding
from danvan_xl.workers.memory import probe
from danvan_xl.workers.worker import DONE, READY, SETUP_FAILED, read_frame, write_frame

TIMEOUT = 60.0  # seconds for one file; an ordinary one takes a few milliseconds
MEMORY = 1024 * 1024 * 1024  # bytes one worker may hold; an ordinary one needs about 40 MB
IN_FLIGHT = 6  # jobs a worker may hold at a time, so that it has work while the caller is busy elsewhere
WINDOW = 16  # files per worker between the next to be yielded and the last handed out
MOST_EARLY_ENDS = 5  # workers that may end before they are ready, one after the other, until the work is given up
WATCH_FROM = 0.05  # seconds a file may take before the worker's memory is checked

_START = "import sys; sys.path[:] = {path!r}; from danvan_xl.workers.worker import main; main()"

Answer = tuple[int, bytes | None]
_Queue = deque[tuple[int, str]]  # files to be handed out: index and path


class SupervisionError(Exception):
    """The work can't be set up: the task or its preparation fails before any file is touched."""


class _Worker(Struct):
    """One process: the jobs it holds (indexes of files), oldest first, and when work on the oldest began."""

    number: int
    process: subprocess.Popen[bytes]
    listener: threading.Thread | None = None
    jobs: deque[int] = field(default_factory=deque)
    since: float = 0.0
    ready: bool = False  # its imports and preparation are done
    cause: tuple[str, object] | None = None  # why it was ended: code and what was found

    @property
    def input(self) -> BinaryIO:
        return cast("BinaryIO", self.process.stdin)

    def stop(self) -> None:
        self.process.kill()


class _Crew:
    """The workers and the answers that came back from them."""

    def __init__(self, names: bytes, timeout: float, memory: int) -> None:
        self._names = names
        self._given: bytes | None = None
        self._timeout = timeout
        self._memory = memory
        self._ask, self._pause = probe()
        self._workers: dict[int, _Worker] = {}
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._numbers = 0
        self.early_ends = 0  # since a worker was last ready

    def hire(self) -> _Worker:
        """Start one more worker."""
        self._numbers += 1
        code = _START.format(path=sys.path)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
            [sys.executable, "-I", "-X", "utf8", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        worker = _Worker(self._numbers, process)
        self._workers[worker.number] = worker
        worker.listener = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        worker.listener.start()
        self._send(worker, self._names)
        if self._given is not None:
            self._send(worker, self._given)
        return worker

    def begin(self, init: object) -> None:
        """Give every worker, present and future, what its task needs."""
        self._given = pickle.dumps(init, pickle.HIGHEST_PROTOCOL)
        for worker in self._workers.values():
            self._send(worker, self._given)

    @property
    def has_begun(self) -> bool:
        return self._given is not None

    def _listen(self, worker: _Worker) -> None:
        stream = cast("BinaryIO", worker.process.stdout)
        while (frame := read_frame(stream)) is not None:
            self._answers.put((worker.number, frame))
        self._answers.put((worker.number, None))

    @staticmethod
    def _send(worker: _Worker, frame: bytes) -> None:
        try:
            write_frame(worker.input, frame)
        except OSError:  # it has died; its listener thread reports that
            return

    def with_room(self) -> _Worker | None:
        """The least loaded worker that can take one more job."""
        best = min(self._workers.values(), key=lambda worker: len(worker.jobs), default=None)
        return best if best is not None and len(best.jobs) < IN_FLIGHT and best.cause is None else None

    def give(self, worker: _Worker, index: int, path: str) -> None:
        """Hand a file to a worker."""
        if not worker.jobs:
            worker.since = time.monotonic()
        worker.jobs.append(index)
        self._send(worker, pickle.dumps(path))

    def wait(self) -> tuple[_Worker, bytes | None]:
        """The next answer from any worker (None: it has died); time and memory are watched meanwhile."""
        while True:
            try:
                number, frame = self._answers.get(timeout=self._patience())
            except Empty:
                self._watch()
                continue
            return self._workers[number], frame

    def _patience(self) -> float:
        return min(self._pause, max(self._timeout / 4, 0.01)) if self._workers else 0.01

    def _watch(self) -> None:
        now = time.monotonic()
        for worker in self._workers.values():
            if not worker.jobs or worker.cause or not worker.ready:
                continue
            spent = now - worker.since
            if spent > self._timeout:
                worker.cause = ("F071", f"{self._timeout:g}")
                worker.stop()
            elif spent > WATCH_FROM:
                held = self._ask(worker.process.pid)
                if held > self._memory:
                    worker.cause = ("F072", held // 1_000_000)
                    worker.stop()

    def dismiss(self, worker: _Worker) -> tuple[str, object]:
        """Remove a worker that has died, and return why it did."""
        del self._workers[worker.number]
        code = worker.process.wait()
        if worker.listener is not None:
            worker.listener.join()  # the stream belongs to the listener until it has read to the end
        _close(worker.process.stdin)
        _close(worker.process.stdout)
        return worker.cause or ("F070", _ending(code))

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        for worker in list(self._workers.values()):
            worker.stop()
            self.dismiss(worker)


def _close(stream: object) -> None:
    try:
        cast("BinaryIO", stream).close()
    except OSError:  # unwritten output has no reader any more
        return


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def supervise(
    paths: Iterable[str | os.PathLike[str]],
    task: str,
    init: object = None,
    *,
    prepare: str | None = None,
    later: bool = False,
    workers: int | None = None,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> Supervision:
    """Run ``task`` on every path in worker processes; yields (path, result or ``Finding``) in the order of the paths.

    ``task`` names a function as ``package.module:function``; it is called as ``function(path, state)`` and its result
    is pickled, so it should be compact. ``state`` is ``init``, or what ``prepare`` (also the name of a function) makes
    of it, once per worker; with ``later``, ``Supervision.begin`` supplies ``init``. ``workers`` defaults to the number
    of processors, two at most; ``timeout`` is in seconds per file, ``memory`` in bytes per worker. A ``Finding``
    (F070-F073, blocker) replaces the result of a file on which the worker died, hung, grew too large or met an
    exception. Raises ``SupervisionError`` if the task can't be set up.

    The workers start and import the task at once, so that the caller can prepare other things meanwhile, such as
    ``init``.
    """
    queue = deque((index, os.fspath(path)) for index, path in enumerate(paths))
    names = [path for _, path in queue]
    if not queue:
        return Supervision(None, queue, names, 0)
    wanted = max(1, min(workers or min(2, os.cpu_count() or 1), len(names)))
    crew = _Crew(pickle.dumps((task, prepare, timeout * 2 + 5)), timeout, memory)
    for _ in range(wanted):
        crew.hire()
    results = Supervision(crew, queue, names, wanted * WINDOW)
    if not later:
        results.begin(init)
    return results


class Supervision(Iterator[tuple[str, object]]):
    """The results of `supervise` as they arrive; a context manager that ends the workers whatever happens."""

    def __init__(self, crew: _Crew | None, queue: _Queue, names: list[str], window: int) -> None:
        self._crew, self._queue, self._window = crew, queue, window
        self._results = _run(crew, queue, names, window) if crew is not None else iter(())

    def begin(self, init: object) -> None:
        """Give the workers what their task needs, and the first files."""
        if self._crew is not None:
            self._crew.begin(init)
            _deal(self._crew, self._queue, self._window)

    def __next__(self) -> tuple[str, object]:
        if self._crew is not None and not self._crew.has_begun:
            raise RuntimeError("begin() comes before the first result")
        try:
            return next(self._results)
        except BaseException:  # also StopIteration: whatever it is, the workers end with it
            self.close()
            raise

    def __enter__(self) -> Supervision:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End every worker."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None


def _deal(crew: _Crew, queue: _Queue, stop: int) -> None:
    """Hand out the files before index ``stop``, as long as a worker has room."""
    while queue and queue[0][0] < stop and (worker := crew.with_room()):
        crew.give(worker, *queue.popleft())


def _run(crew: _Crew, queue: _Queue, names: list[str], window: int) -> Iterator[tuple[str, object]]:
    ready: dict[int, object] = {}
    following = 0
    while following < len(names):
        _deal(crew, queue, following + window)
        while following in ready:
            yield names[following], ready.pop(following)
            following += 1
        if following == len(names):
            return
        if queue and queue[0][0] < following + window and crew.with_room():
            continue
        worker, frame = crew.wait()
        if frame is None:
            _replace(crew, worker, queue, names, ready)
        else:
            _take(crew, worker, frame, names, ready)


def _take(crew: _Crew, worker: _Worker, frame: bytes, names: list[str], ready: dict[int, object]) -> None:
    """Record what a worker sent: that it is ready, or the verdict on its oldest job."""
    kind, content = pickle.loads(frame)  # noqa: S301 - from our own worker
    if kind == SETUP_FAILED:
        raise SupervisionError(content)
    worker.since = time.monotonic()
    if kind == READY:
        worker.ready = True
        crew.early_ends = 0
        return
    index = worker.jobs.popleft()
    ready[index] = content if kind == DONE else finding("F073", Location(names[index]), content)


def _replace(crew: _Crew, worker: _Worker, queue: _Queue, names: list[str], ready: dict[int, object]) -> None:
    """Report the file on which a worker died, and give its other jobs to a fresh one."""
    jobs = list(worker.jobs)
    code, found = crew.dismiss(worker)
    if not worker.ready:  # no file is to blame: it had touched none
        crew.early_ends += 1
        if crew.early_ends > MOST_EARLY_ENDS:
            raise SupervisionError(f"{crew.early_ends} workers ended before they were ready ({found})")
        queue.extendleft((index, names[index]) for index in reversed(jobs))
    elif jobs:
        ready[jobs[0]] = finding(code, Location(names[jobs[0]]), found)
        queue.extendleft((index, names[index]) for index in reversed(jobs[1:]))
    if queue:
        crew.hire()
