"""Measure our commands against what people would use instead, as whole processes, and write ``RESULTS.md``.

    python benchmarks/bench.py                       everything (hours; resumes where it stopped)
    python benchmarks/bench.py --quick               30 workbooks only
    python benchmarks/bench.py --sizes 30,1000 --runs 5 --only check,merge,pandas_openpyxl
    python benchmarks/bench.py --report              only write the report again
    python benchmarks/bench.py --commit HEAD         what is committed, while the checkout is being worked on

The contestants take turns, so that a slow minute of the machine hits all of them. Every run is kept under
``benchmarks/runs/results``; runs of code that has changed since are thrown away. What is measured, and what it depends
on, is in ``contestants.py``.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from contestants import (
    CONTESTANTS,
    HERE,
    OURS,
    PEERS,
    ROOT,
    START,
    WORK,
    Contestant,
    Corpus,
    corpus,
    corpus_fingerprint,
    fingerprints,
    start_fingerprint,
)
from measure import Cost, measure, measure_all
from results import write_report

SIZES = ("30", "1000", "3000", "10000", "lines-100000")
LARGEST = ("10000", "lines-100000")
RUNS, RUNS_OF_LARGEST, RUNS_OF_START = 5, 3, 11
TIMEOUT = 1800.0  # seconds for one run
LINES_SENT = re.compile(r"([\d.]+) dòng gửi đi")


@dataclass(slots=True)
class Record:
    """The runs of one contestant on one corpus."""

    path: Path
    fingerprint: str
    runs: list[Cost] = field(default_factory=list)
    tree: int = 0
    rows: int | None = None
    failed: str = ""

    @classmethod
    def open(cls, path: Path, fingerprint: str) -> Record:
        """What is known already, unless it comes from other code."""
        if path.is_file():
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["fingerprint"] == fingerprint:
                runs = [Cost(**run) for run in data["runs"]]
                return cls(path, fingerprint, runs, data["tree"], data["rows"], data["failed"])
        return cls(path, fingerprint)

    def save(self) -> None:
        """Keep it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "path"}
        data["runs"] = [asdict(run) for run in self.runs]
        self.path.write_text(json.dumps(data, indent=1), encoding="utf-8")


def prepare_corpus(where: Corpus) -> None:
    """Make the corpus unless it is there."""
    wanted, note = corpus_fingerprint(), WORK / "corpora" / f"{where.key}.fingerprint"
    if not note.is_file() or note.read_text() != wanted:
        say(f"making the corpus {where.key}")
        command = [sys.executable, str(HERE / "corpus.py"), *where.arguments, "--out", str(where.folder)]
        subprocess.run(command, check=True)
        note.write_text(wanted)


def prepare_rows(where: Corpus) -> None:
    """The rows for the floor under writing, from our own result."""
    if where.rows.is_file() and where.rows.stat().st_mtime > where.received.stat().st_mtime:
        return
    say(f"preparing the rows of {where.key}")
    merged = WORK / "out" / f"{where.key}-merged.xlsx"
    merged.parent.mkdir(exist_ok=True)
    command = [str(OURS), "merge", "--workspace", str(where.folder), "-o", str(merged)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # 1: files with errors
    subprocess.run([sys.executable, str(HERE / "floors" / "rows.py"), str(merged), str(where.rows)], check=True)
    merged.unlink()


def prepare_peers() -> None:
    """The environment of the peers, with the pinned versions."""
    if not PEERS.is_file():
        say("installing the peers")
        subprocess.run([sys.executable, "-m", "venv", PEERS.parent.parent], check=True)
        pip = [str(PEERS), "-m", "pip", "install", "--quiet", "--requirement"]
        subprocess.run([*pip, str(HERE / "requirements-peers.txt")], check=True)


def say(words: str) -> None:
    """Progress, for a person."""
    print(words, file=sys.stderr, flush=True)


def _rows_of(contestant: Contestant, log: Path) -> int | None:
    """How many lines the contestant says it has merged; None for one that merges none."""
    words = log.read_text(encoding="utf-8", errors="replace")
    if contestant.kind == "ours":
        found = LINES_SENT.search(words)
        return int(found[1].replace(".", "")) if found else None
    last = words.strip().rsplit("\n", 1)[-1]
    return int(last) if contestant.kind == "peer" and last.isdecimal() else None


def run_once(contestant: Contestant, where: Corpus, record: Record, *, watch: bool) -> None:
    """One run, noted in the record. A contestant that fails, or merges too few lines, is not run again."""
    where.reset()
    where.output.parent.mkdir(parents=True, exist_ok=True)
    log = WORK / "out" / f"{where.key}-{contestant.key}.log"
    cost = measure_all(contestant.commands(where), log, TIMEOUT, watch=watch)
    record.rows = _rows_of(contestant, log)
    if cost.code not in contestant.codes:
        record.failed = "stopped after half an hour" if cost.code < 0 else f"exit code {cost.code}"
    elif contestant.kind == "peer" and (record.rows or 0) < where.lines:
        record.failed = f"merged {record.rows} of {where.lines} lines"
    if watch:
        record.tree = cost.tree
    else:
        record.runs.append(cost)
    record.save()
    say(f"  {where.key:>12}  {contestant.key:<20}{cost.wall:9.2f} s{cost.cpu:9.2f} s CPU {record.failed}")


def measure_size(key: str, runs: int, only: Sequence[str]) -> None:
    """All contestants on one corpus, taking turns."""
    where = corpus(key)
    prepare_corpus(where)
    marks = fingerprints()
    taking_part = [
        item
        for item in CONTESTANTS
        if where.files <= item.largest and where.lines <= item.largest * 100 and (not only or item.key in only)
    ]
    if any(item.key == "floor_write" for item in taking_part):
        prepare_rows(where)
    folder = WORK / "results" / key
    records = {item.key: Record.open(folder / f"{item.key}.json", marks[item.key]) for item in taking_part}
    for turn in range(runs + 1):
        for item in taking_part:
            record = records[item.key]
            watch = turn == runs
            if record.failed or (record.tree if watch else len(record.runs) > turn):
                continue
            run_once(item, where, record, watch=watch)


def measure_start() -> None:
    """``--help`` against a bare interpreter."""
    mark = start_fingerprint()
    records = {name: Record.open(WORK / "results" / "start" / f"{name}.json", mark) for name, _ in START}
    log = WORK / "start.log"
    for turn in range(RUNS_OF_START):
        for name, command in START:
            if len(records[name].runs) <= turn:
                records[name].runs.append(measure(command, log, TIMEOUT))
                records[name].save()


def runs_for(key: str, wanted: int | None) -> int:
    """How many runs a size gets."""
    return wanted or (RUNS_OF_LARGEST if key in LARGEST else RUNS)


def run_commit(revision: str, script: str = "bench.py") -> None:
    """Lay out a commit and continue with it in place of the checkout."""
    name = subprocess.run(
        ["git", "rev-parse", revision], capture_output=True, text=True, check=True, cwd=HERE
    ).stdout.strip()
    root = WORK / "commits" / name[:12]
    if not (root / "rules").is_dir():
        root.mkdir(parents=True, exist_ok=True)
        command = ["git", "archive", name, "danvan_xl", "rules"]
        archive = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=HERE.parent)
        subprocess.run(["tar", "-x", "-C", str(root)], input=archive.stdout, check=True)
    environment = {**os.environ, "DANVAN_BENCH_ROOT": str(root), "PYTHONPATH": str(root)}
    position = next(i for i, word in enumerate(sys.argv) if word.startswith("--commit"))
    rest = sys.argv[1:position] + sys.argv[position + (1 if "=" in sys.argv[position] else 2) :]
    os.execve(sys.executable, [sys.executable, str(HERE / script), *rest], environment)


def _listed(words: str) -> Iterable[str]:
    return [word for word in words.split(",") if word]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=_listed, default=SIZES, help=f"of {','.join(SIZES)}")
    parser.add_argument("--quick", action="store_true", help="30 workbooks only")
    parser.add_argument("--runs", type=int, help="runs of each (five; three for the largest)")
    parser.add_argument("--only", type=_listed, default=[], help=f"of {','.join(item.key for item in CONTESTANTS)}")
    parser.add_argument("--report", action="store_true", help="only write the report again")
    parser.add_argument("--commit", help="measure this commit instead of the checkout")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    if options.commit:
        run_commit(options.commit)
    if not options.report:
        compileall.compile_dir(ROOT / "danvan_xl", quiet=1)  # as an installed package is
        prepare_peers()
        measure_start()
        for key in ("30",) if options.quick else options.sizes:
            measure_size(key, runs_for(key, options.runs), options.only)
    print(write_report(WORK / "results", HERE / "RESULTS.md"))


if __name__ == "__main__":
    main()
