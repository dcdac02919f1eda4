"""What went wrong around a run without ending it: gathered while it goes on, said when it is over.

A fault of the program itself is kept as a report for those who mend it: in the workspace's folder
``loi-chuong-trinh``, outside one in the system's folder for temporary files. A report holds no answers.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from danvan_xl.language.showable import shown
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.unforeseen import Fault
from danvan_xl.office.register import Register
from danvan_xl.office.register_file import RegisterError
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.writing.claims import shared_temporary_folder

FOLDER = "loi-chuong-trinh"
MOST_ROWS = 5
LARGEST = 1 << 20
"""Bytes of a report beyond which nothing more is added."""


class Trouble(Struct, frozen=True):
    """One sentence of the catalogue, to be said in the language of the run."""

    key: str
    args: dict[str, object]

    def say(self, lang: Lang) -> str:
        """The sentence."""
        return text("troubles", self.key, lang, **self.args)


class Troubles(Struct):
    """The troubles of one run. ``workspace``: its root, if there is one; ``register``: why it goes on without."""

    workspace: Path | None = None
    register: RegisterError | None = None
    _items: list[Trouble] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.register is not None or bool(self._items)

    def add(self, key: str, **args: object) -> None:
        """Note one; each is said once."""
        made = Trouble(key, {name: shown(str(value)) for name, value in args.items()})
        if made not in self._items:
            self._items.append(made)

    def of_register(self, register: Register, path: Path) -> None:
        """Note what an open register could not say."""
        if register.begun_after is not None:
            self.add("register_begun", path=path, aside=register.begun_after)
        if register.bad_rows:
            rows, count = register.bad_rows, len(register.bad_rows)
            few = "; ".join(rows[:MOST_ROWS]) + (" …" if count > MOST_ROWS else "")
            self.add("register_rows", path=path, count=count, rows=few)

    def report(self, fault: Fault, file: str = "") -> str:
        """Keep a fault for those who mend the program; where it lies, as it is said to a person ("-": nowhere)."""
        return write_report(self.workspace, fault, file) or "-"

    def say(self, lang: Lang) -> Iterator[str]:
        """Every trouble as a sentence."""
        if self.register is not None:
            yield self.register.say(lang)
            yield text("troubles", "register_without", lang)
        for item in self._items:
            yield item.say(lang)


def write_report(workspace: Path | None, fault: Fault, file: str = "") -> str:
    """Write the report of a fault, or add the file to the one that is there; its place, "" if it can't be written.

    Its name depends on the fault alone, so that the same input gives the same words.
    """
    from danvan_xl import __version__

    mine = f"danvan-xl-{os.getuid()}" if os.name == "posix" else "danvan-xl"  # POSIX shares one folder among persons
    folder = (workspace or shared_temporary_folder() / mine) / FOLDER
    target = folder / f"loi-{fault.mark}.txt"
    head = (
        f"danvan-xl {__version__}",
        f"Python {sys.version.split()[0]}, {platform.platform()}",
        "",
        fault.trace,
        "",
    )
    line = f"{datetime.now(VIETNAM_TIME):%Y-%m-%d %H:%M:%S} {shown(Path(file).name)}".rstrip()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists()
        if is_new or target.stat().st_size < LARGEST:
            with target.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write("\n".join((*head, line) if is_new else (line,)) + "\n")
    except OSError:
        return ""
    return f"{FOLDER}/{target.name}" if workspace is not None else str(target)
