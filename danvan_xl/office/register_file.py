"""The register's file: made whole or not at all, opened only when it is sound; a damaged one is set aside.

Exception
└── RegisterError   the register can't be used; a damaged one was set aside, nothing in it was deleted
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from danvan_xl.language.showable import shown
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.office.register import SCHEMA, VERSION, Register
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.writing.claims import clean, owned_prefix

WAIT = 10
"""Seconds to wait for another program that holds the register."""

ASIDE = ".hong-"
"""In the name of a damaged register that was set aside, before the moment when it was."""


class RegisterError(Exception):
    """The register can't be used: ``kind`` says why."""

    def __init__(self, kind: str, path: Path, **args: object) -> None:
        super().__init__(f"{kind}: {path}")
        self.kind, self.path, self.args_ = kind, path, args

    def say(self, lang: Lang = "vi") -> str:
        """What is the matter with it, and what to do."""
        args = dict(self.args_)
        if args.get("detail") == EMPTY:
            args["detail"] = text("troubles", "register_empty", lang)
        args = {key: shown(str(value)) for key, value in args.items()}
        return text("troubles", f"register_{self.kind}", lang, path=shown(str(self.path)), **args)


EMPTY = "0 bytes"


@contextmanager
def open_register(path: Path) -> Iterator[Register]:
    """The register, created if it is missing. One transaction: everything done in it is kept, or nothing.

    Raises ``RegisterError``. A damaged register is set aside first, so that nothing is written over it.
    """
    with _faults_of(path):
        begun_after = _begin(path)
        with closing(_connect(path)) as connection, connection:
            register = Register(connection, begun_after)
            if begun_after is not None:
                register.note(datetime.now(VIETNAM_TIME).replace(microsecond=0), "begun", "", begun_after.name)
            yield register


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the register into a ``RegisterError``; its connection is closed by then."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise RegisterError("locked", path, seconds=WAIT) from error
        if code & 0xFF in _DAMAGE or code == _CUT or "no such" in str(error):
            raise _set_aside(path, str(error)) from error
        raise RegisterError("unusable", path, detail=error) from error


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_CUT = 522
"""SQLITE_IOERR_SHORT_READ: the file ends before its own last page."""


def _begin(path: Path) -> Path | None:
    """Make the register where there is none, whole or not at all; the damaged one that it follows, if any."""
    try:
        size = -1 if path.is_dir() else path.stat().st_size
    except FileNotFoundError:
        former = max(path.parent.glob(f"{path.stem}{ASIDE}*{path.suffix}"), default=None)
        _make(path)
        return former
    except OSError as error:
        raise RegisterError("unusable", path, detail=error.strerror or error) from error
    if size < 0:
        raise RegisterError("folder", path)
    if size == 0:  # never ours: it is made beside, and gets its name when it is whole
        raise _set_aside(path, EMPTY)
    return None


def _make(path: Path) -> None:
    beside = path.with_name(f"{owned_prefix(path.name)}register.tmp")
    try:
        clean(path.parent, f".{path.name}.")
        with suppress(FileNotFoundError):
            beside.unlink()
        with closing(sqlite3.connect(beside)) as connection:
            _upgrade(connection)
        try:
            os.link(beside, path)  # never over one that another process has made meanwhile
        except FileExistsError:
            return
        except OSError:  # a file system without links
            if not path.exists():
                beside.rename(path)
    except OSError as error:
        raise RegisterError("unusable", path, detail=error.strerror or error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _upgrade(connection: sqlite3.Connection) -> None:
    connection.executescript(SCHEMA)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _connect(path: Path) -> sqlite3.Connection:
    """The open register, sound and of a version that this program knows."""
    connection = sqlite3.connect(path, timeout=WAIT)
    try:
        _make_sure(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_sure(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RegisterError for what is no register, or none that this program knows; bring an older one up to date."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise RegisterError("newer", path, found=found, known=VERSION)
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        connection.close()
        raise _set_aside(path, state)
    if found < VERSION:
        _upgrade(connection)


def _set_aside(path: Path, detail: str) -> RegisterError:
    """Rename a damaged register, with what SQLite keeps beside it; the error that says so."""
    moment = datetime.now(VIETNAM_TIME)
    aside = path.with_name(f"{path.stem}{ASIDE}{moment:%Y%m%d-%H%M%S}{path.suffix}")
    while aside.exists():
        aside = aside.with_name(f"{aside.stem}x{aside.suffix}")
    try:
        path.rename(aside)
        for more in ("-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + more).rename(aside.with_name(aside.name + more))
    except OSError as error:
        return RegisterError("unusable", path, detail=f"{detail}; {error.strerror or error}")
    return RegisterError("damaged", path, detail=detail, aside=aside.name)
