"""Who is measured: our commands, what people would use instead, and the floors under both."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent
WORK = HERE / "runs"
ROOT = Path(os.environ.get("DANVAN_BENCH_ROOT", HERE.parent))
"""The root of the product that is measured: this checkout, or a commit that ``bench.py --commit`` has laid out."""
PEERS = WORK / "peers-venv" / "bin" / "python"
OURS = Path(sys.executable).parent / "danvan-xl"
RECEIVED = Path("nhan") / "2026-H1"
KEPT = ("danvan.toml", "rules", "nhan", "mau", ".da-kiem-tra")
"""What a run finds in a workspace, as ``init`` and ``template`` leave it; everything else is removed before a run."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A ready workspace. ``arguments`` are those of ``corpus.py``."""

    key: str
    files: int
    lines: int
    arguments: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return WORK / "corpora" / self.key

    @property
    def received(self) -> Path:
        """The filled workbooks."""
        return self.folder / RECEIVED

    @property
    def rows(self) -> Path:
        """The rows of ``Dữ liệu`` as JSON lines, for the floor under writing."""
        return WORK / "rows" / f"{self.key}.jsonl"

    @property
    def output(self) -> Path:
        """The file that a peer writes."""
        return WORK / "out" / f"{self.key}.xlsx"

    def reset(self) -> None:
        """Leave nothing of a former run: no register, no results."""
        for item in self.folder.iterdir():
            if item.name not in KEPT:
                shutil.rmtree(item) if item.is_dir() else item.unlink()


def corpus(key: str) -> Corpus:
    """The corpus of a size: ``1000`` workbooks, or ``lines-100000`` in one."""
    if key.startswith("lines-"):
        count = int(key.removeprefix("lines-"))
        return Corpus(key, 1, count, ("--lines", str(count)))
    return Corpus(key, int(key), 40 * int(key), ("--files", key))


Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to do the job, measured up to ``largest`` workbooks. ``sources``: what its result depends on."""

    key: str
    title: str
    kind: Literal["ours", "peer", "floor"]
    commands: Callable[[Corpus], Sequence[Command]]
    leaves_out: str
    sources: tuple[Path, ...]
    largest: int = 1_000_000
    codes: tuple[int, ...] = (0,)

    def fingerprint(self) -> str:
        """Changes when what is measured changes."""
        return digest(self.sources)


def digest(sources: Iterable[Path]) -> str:
    """One hash over files and folders of Python and rule files."""
    total = hashlib.sha256()
    for source in sources:
        files = [source] if source.is_file() else sorted(p for p in source.rglob("*") if p.suffix in (".py", ".toml"))
        for path in files:
            total.update(path.relative_to(source.parent).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def corpus_fingerprint() -> str:
    """Changes when the corpora do."""
    sources = [HERE / "corpus.py", HERE / "words.py", HERE / "words.toml", ROOT / "rules"]
    package = ROOT / "danvan_xl" / "workbooks"
    sources += [package / "template", package / "writing" / "style.py"]
    return digest(sources)


def start_fingerprint() -> str:
    """Changes when what starting costs may."""
    return digest([ROOT / "danvan_xl"])


def _ours(*names: str) -> Callable[[Corpus], Sequence[Command]]:
    return lambda where: [(str(OURS), name, "--workspace", str(where.folder)) for name in names]


def _peer(name: str) -> Callable[[Corpus], Sequence[Command]]:
    script = str(HERE / "peers" / f"{name}.py")
    return lambda where: [(str(PEERS), script, str(where.received), str(where.output))]


def _scan(where: Corpus) -> Sequence[Command]:
    return [(sys.executable, str(HERE / "floors" / "scan.py"), str(where.received))]


def _write(where: Corpus) -> Sequence[Command]:
    return [(sys.executable, str(HERE / "floors" / "write.py"), str(where.rows), str(where.output))]


PRODUCT = (ROOT / "danvan_xl", ROOT / "rules")
NO_CHECKS = (
    "every check, identity (who, which period, which line), returned files, register, all summary sheets and charts"
)


def _peer_row(key: str, title: str, leaves_out: str, largest: int) -> Contestant:
    sources = (HERE / "peers", HERE / "requirements-peers.txt")
    return Contestant(key, title, "peer", _peer(key), leaves_out, sources, largest)


CONTESTANTS: tuple[Contestant, ...] = (
    Contestant("check", "danvan-xl check", "ours", _ours("check"), "-", PRODUCT, codes=(0, 1)),
    Contestant("merge", "danvan-xl merge", "ours", _ours("merge"), "-", PRODUCT, codes=(0, 1)),
    Contestant("job", "whole job: check, then merge", "ours", _ours("check", "merge"), "-", PRODUCT, codes=(0, 1)),
    _peer_row("pandas_openpyxl", "pandas + openpyxl concat", NO_CHECKS, 1000),
    _peer_row("pandas_calamine", "pandas + calamine + xlsxwriter", NO_CHECKS, 10_000),
    _peer_row("polars_fastexcel", "polars + fastexcel + xlsxwriter", NO_CHECKS, 10_000),
    _peer_row("openpyxl_loop", "openpyxl loop (read_only → write_only)", NO_CHECKS, 1000),
    _peer_row(
        "pandera_checked",
        "pandas + calamine + pandera",
        "rules across cells beyond two, deadlines, repairs, identity, returned files, register, summary sheets",
        1000,
    ),
    _peer_row(
        "frictionless_merge",
        "frictionless validate + merge",
        "all but types and lists: rules across cells, deadlines, repairs, identity, returned files, summary sheets",
        1000,
    ),
    _peer_row("csvkit_stack", "csvkit in2csv + csvstack", f"{NO_CHECKS}; writes CSV, no workbook", 30),
    Contestant(
        "floor_scan",
        "floor: inflate and expat over every XML part, two processes",
        "floor",
        _scan,
        "everything but decompressing and parsing",
        (HERE / "floors" / "scan.py",),
    ),
    Contestant(
        "floor_write",
        "floor: the rows of Dữ liệu by xlsxwriter in constant_memory",
        "floor",
        _write,
        "reading, checking, every other sheet, the table",
        (*PRODUCT, HERE / "floors" / "write.py"),
    ),
)
"""In the order of the report."""


def fingerprints() -> dict[str, str]:
    """Contestant → the mark that its runs must have to count today."""
    of_corpus, of_start = corpus_fingerprint(), start_fingerprint()
    return {item.key: f"{item.fingerprint()}-{of_corpus}" for item in CONTESTANTS} | {
        name: of_start for name, _ in START
    }


START: tuple[tuple[str, Command], ...] = (
    ("help", (str(OURS), "--help")),
    ("python", (sys.executable, "-c", "pass")),
)
"""What the bar for starting compares."""
