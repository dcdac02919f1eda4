"""Small tasks for the supervisor's tests: each does with a path what its name says."""

from __future__ import annotations

import os
import time


def echo(path: str, state: object) -> tuple[str, object]:
    return os.path.basename(path), state  # noqa: PTH119


def by_name(path: str, state: object) -> str:
    """Misbehave in the way that the file's name asks for."""
    name = os.path.basename(path)  # noqa: PTH119
    if name.startswith("abort"):
        os.abort()
    if name.startswith("exit"):
        os._exit(7)
    if name.startswith("leave"):
        raise SystemExit(3)
    if name.startswith("raise"):
        raise ValueError("broken on purpose")
    if name.startswith("hang"):
        time.sleep(600)
    if name.startswith("grow"):
        held = []
        while True:
            held.append(bytearray(b"x" * 8_000_000))
            time.sleep(0.005)
    if name.startswith("lambda"):
        return lambda: None  # type: ignore[return-value]
    if name.startswith("print"):
        print("noise on standard output")
        os.write(1, b"more noise\n")
    return name


def pid(path: str, state: object) -> int:
    return os.getpid()


def double(init: int) -> int:
    return init * 2


def fail(init: object) -> object:
    raise RuntimeError("no such rules")


def end_early(init: str) -> str:
    """End as often as there are files in the folder ``init``: each is taken away by one."""
    for name in os.listdir(init):  # noqa: PTH208
        try:
            os.remove(os.path.join(init, name))  # noqa: PTH107, PTH118
        except FileNotFoundError:  # another worker was quicker
            continue
        os.kill(os.getpid(), 9)
    return init


def end_now(init: object) -> object:
    os._exit(9)


def read(path: str, state: object) -> object:
    from danvan_xl import read_workbook

    return read_workbook(path)


def count(path: str, state: object) -> int:
    """The checking happens where the reading happens: only a number travels."""
    from danvan_xl import read_workbook

    return sum(len(sheet.rows) for sheet in read_workbook(path).sheets)
