"""Say where the time goes, in the main process and in a worker, and write ``PROFILE.md``.

    python benchmarks/profiling.py                    30 and 1,000 workbooks
    python benchmarks/profiling.py --sizes 30         30 only
    python benchmarks/profiling.py --commit HEAD      what is committed

The commands run as they are, under cProfile, in the main process and in every worker; nothing in the product knows
about it. Own time is added up by phase (``phases.toml``), by the module it was spent in; the time of built-in functions
counts where they were called. cProfile makes small functions look more expensive than they are: read the shares, not
the seconds; the command's time without it is above each table. (Not called ``profile.py``: cProfile would import it as
its own.)
"""

from __future__ import annotations

import argparse
import pstats
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import prepare_corpus, run_commit
from contestants import HERE, OURS, WORK, Corpus, corpus
from results import machine

COMMANDS = ("check", "merge")
SHOWN = 12
"""Functions and sheets in a list."""

DRIVER = """
import cProfile, subprocess, sys
FOLDER = {folder!r}
START = "import cProfile; _profile = cProfile.Profile(); _profile.enable()\\n"
END = "\\n_profile.disable(); import os; _profile.dump_stats(" + repr(FOLDER) + " + f'/worker-{{os.getpid()}}.prof')"
class Popen(subprocess.Popen):
    def __init__(self, command, **options):
        command = list(command)
        at = command.index("-c") + 1
        command[at] = START + command[at] + END
        super().__init__(command, **options)
    def kill(self):  # let a worker end by itself, so that it can tell
        try:
            self.stdin.close()
            self.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            super().kill()
subprocess.Popen = Popen
profile = cProfile.Profile()
profile.enable()
try:
    from danvan_xl.cli import main
    main()
finally:
    profile.disable()
    profile.dump_stats(FOLDER + "/main.prof")
"""

PHASES: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("phases.toml").read_text(encoding="utf-8"))
"""Phase → parts of the names of functions that belong to it; the first that fits counts."""
PROFILING = "(the profiling itself)"
"""The phase that is left out of the report."""

Function = tuple[str, int, str]
"""File, line and name, as in ``pstats``."""
Numbers = tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]
"""Calls without recursion, calls, own time, time with everything below, and the same by caller."""
Table = Mapping[Function, Numbers]


@dataclass(frozen=True, slots=True)
class Profile:
    """Own time by phase, and the functions, of one process (or the sum of several)."""

    phases: Mapping[str, float]
    stats: pstats.Stats

    @property
    def total(self) -> float:
        """All of it, in seconds under the profiler."""
        return sum(self.phases.values())


def _words(function: Function) -> str:
    path, _, name = function
    return name if path == "~" else f"{path}:{name}".replace("\\", "/")


def phase_of(function: Function) -> str | None:
    """The phase that a function belongs to by its own name; None for one that serves whoever calls it."""
    words = _words(function)
    return next((phase for phase, parts in PHASES.items() if any(part in words for part in parts)), None)


def _by_callers(function: Function, stats: Table, depth: int = 6) -> Iterator[tuple[str, float]]:
    """(phase, own time) of a function, shared out over those who called it where it has no phase of its own."""
    own = stats[function][2]
    phase = phase_of(function)
    callers = {
        caller: numbers for caller, numbers in stats[function][4].items() if caller in stats and caller != function
    }
    weight = sum(numbers[2] for numbers in callers.values())
    if phase is not None or not callers or not weight or not depth:
        yield phase or "other", own
        return
    for caller, numbers in callers.items():
        yield _phase_above(caller, stats, depth), own * numbers[2] / weight


def _phase_above(function: Function, stats: Table, depth: int) -> str:
    """The phase of a function or of its most frequent caller above it."""
    while depth:
        phase = phase_of(function)
        if phase is not None:
            return phase
        callers = {c: n for c, n in stats[function][4].items() if c in stats and c != function}
        if not callers:
            break
        function, depth = max(callers, key=lambda item: callers[item][3]), depth - 1
    return "other"


def read_profile(paths: list[Path]) -> Profile:
    """The profile of one process, or of several together."""
    stats = pstats.Stats(*map(str, paths))
    table: Table = stats.stats  # type: ignore[attr-defined]
    phases: dict[str, float] = defaultdict(float)
    for function in table:
        for phase, seconds in _by_callers(function, table):
            phases[phase] += seconds
    phases.pop(PROFILING, None)
    return Profile(dict(phases), stats)


def run(where: Corpus, command: str) -> tuple[float, Profile, Profile, int]:
    """Seconds without the profiler, profile of the main process, of the workers, and how many these were."""
    where.reset()
    arguments = [command, "--workspace", str(where.folder)]
    start = time.perf_counter()
    subprocess.run([str(OURS), *arguments], stdout=subprocess.DEVNULL, check=False)
    plain = time.perf_counter() - start
    where.reset()
    folder = WORK / "profiles" / f"{where.key}-{command}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    program = [sys.executable, "-c", DRIVER.format(folder=str(folder)), *arguments]
    ended = subprocess.run(program, stdout=subprocess.DEVNULL, check=False)
    if ended.returncode not in (0, 1):
        sys.exit(f"{command} ended with exit code {ended.returncode}")
    workers = sorted(folder.glob("worker-*.prof"))
    return plain, read_profile([folder / "main.prof"]), read_profile(workers), len(workers)


# ---- the report --------------------------------------------------------------------------------------------------


def _phases(main: Profile, workers: Profile) -> Iterator[str]:
    yield "| phase | main process, s | share | workers, s | share |"
    yield "|---|---:|---:|---:|---:|"
    for name in (*PHASES, "other"):
        one, other = main.phases.get(name, 0.0), workers.phases.get(name, 0.0)
        if one >= main.total / 500 or other >= workers.total / 500:
            yield f"| {name} | {one:.2f} | {one / main.total:.0%} | {other:.2f} | {other / workers.total:.0%} |"
    yield f"| together | {main.total:.2f} | | {workers.total:.2f} | |"
    yield ""


def _place(function: Function) -> str:
    path, _, name = function
    if path == "~":
        return name.replace("|", "/")
    parts = Path(path).parts
    known = [i for i, part in enumerate(parts) if part in ("danvan_xl", "site-packages", "lib")]
    return f"{'/'.join(parts[known[-1] :]) if known else parts[-1]}:{name}"


def _functions(profile: Profile, title: str) -> Iterator[str]:
    table: Table = profile.stats.stats  # type: ignore[attr-defined]
    yield f"{title}, by own time: "
    yield ""
    for function in [item for item in sorted(table, key=lambda item: -table[item][2]) if phase_of(item) != PROFILING][
        :SHOWN
    ]:
        calls, own = table[function][1], table[function][2]
        yield f"- {own / profile.total:.1%} `{_place(function)}` ({calls} calls)"
    yield ""


def _sheets(profile: Profile) -> Iterator[str]:
    """What each sheet takes with everything below it."""
    table: Table = profile.stats.stats  # type: ignore[attr-defined]
    found = [
        (numbers[3], function[2])
        for function, numbers in table.items()
        if "danvan_xl/workbooks/consolidated" in function[0] and function[2].startswith(("write_", "add_", "_write"))
    ]
    if not found:
        return
    yield "Sheets, with everything below them (of the main process):"
    yield ""
    for seconds, name in sorted(found, reverse=True)[:SHOWN]:
        yield f"- {seconds / profile.total:.1%} `{name}`"
    yield ""


def report(sizes: list[str]) -> Iterator[str]:
    """The report, line by line."""
    yield "# Where the time goes"
    yield ""
    yield "Written by `python benchmarks/profiling.py`; do not edit. Seconds are under cProfile: read the shares."
    yield f"Measured on {machine()}."
    yield ""
    for size in sizes:
        where = corpus(size)
        prepare_corpus(where)
        for command in COMMANDS:
            plain, main, workers, count = run(where, command)
            yield f"## {command}, {size} workbooks"
            yield ""
            yield f"{plain:.2f} s without the profiler; {count} workers (added up below)."
            yield ""
            yield from _phases(main, workers)
            yield from _functions(main, "Main process")
            yield from _functions(workers, "Workers")
            yield from _sheets(main)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", default="30,1000")
    parser.add_argument("--commit", help="profile this commit instead of the checkout")
    options = parser.parse_args()
    if options.commit:
        run_commit(options.commit, "profiling.py")
    lines = list(report(options.sizes.split(",")))
    (HERE / "PROFILE.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
