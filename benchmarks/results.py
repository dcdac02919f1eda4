"""Compose ``RESULTS.md`` from the runs that were kept: tables, ratios, the bars for time, memory and growth."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

from contestants import CONTESTANTS, HERE, WORK, Contestant, corpus, fingerprints

MB = 1_000_000
NAIVE, FRICTIONLESS = "pandas_openpyxl", "frictionless_merge"
OURS = ("check", "merge", "job")
BARS = {"30": (0.35, 0.15), "1000": (0.12, 0.05)}
"""Workbooks → the share of the time of pandas + openpyxl, and of frictionless, that the whole job may take."""
MEMORY_BAR, MEMORY_WISH = 150, 120
START_BAR = 10
GROWTH = (("1000", "3000"), ("3000", "10000"), ("1000", "10000"))
GROWTH_BAR = 1.2
"""Time for one workbook, and memory, at the larger size as a share of those at the smaller one."""
LIBRARIES = ("msgspec", "xlsxwriter", "python-calamine", "openpyxl", "click", "rich", "jsonschema")


@dataclass(frozen=True, slots=True)
class Result:
    """What the runs of a contestant on a corpus come to."""

    wall: float
    fastest: float
    slowest: float
    cpu: float
    largest: float
    tree: float
    runs: int
    load: float
    failed: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Result:
        """From a kept record."""
        runs = data["runs"] or [{"wall": 0.0, "cpu": 0.0, "largest": 0, "load": 0.0}]
        walls = [run["wall"] for run in runs]
        largest = max(run["largest"] for run in runs) / MB
        load = median(run["load"] for run in runs)
        cpu = median(run["cpu"] for run in runs)
        return cls(
            median(walls),
            min(walls),
            max(walls),
            cpu,
            largest,
            data["tree"] / MB,
            len(data["runs"]),
            load,
            data["failed"],
        )


_NOTHING = Result(0, 0, 0, 0, 0, 0, 0, 0, "")

Results = Mapping[str, Mapping[str, Result]]
"""Corpus → contestant → result."""


def load(folder: Path) -> dict[str, dict[str, Result]]:
    """Everything that was kept and is of today's code and corpora."""
    marks = fingerprints()
    found: dict[str, dict[str, Result]] = {}
    for path in sorted(folder.glob("*/*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if (data["runs"] or data["failed"]) and data["fingerprint"] == marks.get(path.stem):
            found.setdefault(path.parent.name, {})[path.stem] = Result.of(data)
    return found


def _sound(results: Results, size: str, key: str) -> Result | None:
    found = results.get(size, {}).get(key)
    return found if found is not None and not found.failed and found.runs else None


def _share(one: Result | None, other: Result | None) -> float | None:
    return one.wall / other.wall if one and other and other.wall else None


# ---- tables ------------------------------------------------------------------------------------------------------


def _row(item: Contestant, result: Result, naive: Result | None) -> str:
    if result.failed:
        return f"| {item.title} | {result.failed} | | | | | {item.leaves_out} |"
    share = _share(result, naive)
    cells = (
        item.title,
        f"{result.wall:.2f} ({result.fastest:.2f}-{result.slowest:.2f})",
        f"{share:.3f}" if share is not None else "",
        f"{result.cpu:.2f}",
        f"{result.largest:.0f}",
        f"{result.tree:.0f}" if result.tree else "",
        item.leaves_out,
    )
    return "| " + " | ".join(cells) + " |"


def _size_table(results: Results, size: str) -> Iterator[str]:
    where = corpus(size)
    lines = f"{where.lines:,}".replace(",", " ")
    found = results[size]
    runs = sorted({result.runs for result in found.values() if not result.failed})
    shown = "-".join(str(count) for count in dict.fromkeys((runs[0], runs[-1]))) if runs else "0"
    yield f"## {where.files} workbook{'s' if where.files > 1 else ''}, {lines} lines"
    yield ""
    yield f"Medians of {shown} runs."
    yield ""
    heads = (
        "",
        "time, s (least-most)",
        "× pandas + openpyxl",
        "CPU, s",
        "largest process, MB",
        "tree, MB",
        "leaves out",
    )
    yield f"| {' | '.join(heads)} |"
    yield "|---|---:|---:|---:|---:|---:|---|"
    naive = _sound(results, size, NAIVE)
    for item in CONTESTANTS:
        if item.key in found:
            yield _row(item, found[item.key], naive)
    yield ""


# ---- bars --------------------------------------------------------------------------------------------------------


def _bar(what: str, value: float | None, bar: float, form: str = ".3f") -> str:
    if value is None:
        return f"| {what} | ≤ {bar} | not measured | |"
    return f"| {what} | ≤ {bar} | {value:{form}} | {'holds' if value <= bar else '**does not hold**'} |"


def _time_bars(results: Results) -> Iterator[str]:
    for size, (naive_bar, frictionless_bar) in BARS.items():
        naive, frictionless = _sound(results, size, NAIVE), _sound(results, size, FRICTIONLESS)
        for key in OURS[:2]:
            ours = _sound(results, size, key)
            yield _bar(f"{key}, {size} workbooks: × pandas + openpyxl", _share(ours, naive), naive_bar)
            yield _bar(f"{key}, {size} workbooks: × frictionless", _share(ours, frictionless), frictionless_bar)
        share = _share(_sound(results, size, "job"), naive)
        if share is not None:
            yield f"| check, then merge, {size} workbooks: × pandas + openpyxl | (all is read twice) | {share:.3f} | |"


def _memory_bars(results: Results) -> Iterator[str]:
    for key in OURS[:2]:
        ours = _sound(results, "1000", key)
        value = ours.largest if ours else None
        yield _bar(f"{key}, 1000 workbooks: largest process, MB (wish: {MEMORY_WISH})", value, MEMORY_BAR, ".0f")


def _growth_bars(results: Results) -> Iterator[str]:
    for small, large in GROWTH:
        factor = int(large) / int(small)
        for key in OURS[:2]:
            one, other = _sound(results, small, key), _sound(results, large, key)
            time = other.wall / one.wall / factor if one and other else None
            memory = other.largest / one.largest if one and other else None
            yield _bar(f"{key}: time for a workbook, {large} against {small}", time, GROWTH_BAR, ".2f")
            yield _bar(f"{key}: largest process, {large} against {small}", memory, GROWTH_BAR, ".2f")


def million() -> dict[str, Any] | None:
    """What ``million.py`` has kept, unless it comes from other code."""
    path = WORK / "results" / "million.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return data if data.get("fingerprint") == fingerprints()["merge"] else None


def _million_bar() -> Iterator[str]:
    found = million()
    if found is None:
        yield "| 1 000 000 lines and more written and read back | all | not measured | |"
        return
    lines = f"{found['lines']:,}".replace(",", " ")
    words = f"{lines} in {found['sheets']} sheets of data, each line once"
    yield f"| 1 000 000 lines and more written and read back | all | {words} | holds |"


def _million_words() -> Iterator[str]:
    found = million()
    if found is None:
        return
    lines = f"{found['lines']:,}".replace(",", " ")
    yield f"## {lines} lines in one workbook"
    yield ""
    yield "By `python benchmarks/million.py`: the answers laid into the store as if so many workbooks had been read."
    yield ""
    yield f"Counted in {found['summarised']:.0f} s, written in {found['written']:.0f} s, read back by `merge`'s own"
    yield f"check in {found['read_back']:.0f} s (and cell by cell by calamine, not timed);"
    yield f"{found['largest'] / MB:.0f} MB of memory, {found['workbook'] / MB:.0f} MB on disk."
    yield ""


def _bars(results: Results) -> Iterator[str]:
    yield "## Bars"
    yield ""
    yield "For `check` and for `merge`, each of which reads and checks every file; `merge` writes all sheets."
    yield ""
    yield "| what | bar | measured | |"
    yield "|---|---:|---:|---|"
    yield from _time_bars(results)
    yield from _memory_bars(results)
    yield from _growth_bars(results)
    yield from _million_bar()
    start = _share(_sound(results, "start", "help"), _sound(results, "start", "python"))
    yield _bar("`danvan-xl --help`: × `python -c pass`", start, START_BAR, ".1f")
    yield ""


# ---- the machine -------------------------------------------------------------------------------------------------


def processor() -> str:
    """The kind of processor."""
    try:
        words = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in words.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine() -> str:
    """The kind of machine; no names."""
    import psutil  # type: ignore[import-untyped]

    memory = psutil.virtual_memory().total / 2**30
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores of {processor()}, {memory:.0f} GB of memory, {system}, {python}"


def versions() -> str:
    """Our version, those of the libraries it uses, and the peers'."""
    ours = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    pinned = (HERE / "requirements-peers.txt").read_text(encoding="utf-8").splitlines()
    peers = ", ".join(line.replace("==", " ") for line in pinned if line and not line.startswith("#"))
    return f"danvan-xl {version('danvan-xl')} with {ours}. Peers: {peers}."


def _head(results: Results) -> Iterator[str]:
    loads = [item.load for size in results.values() for item in size.values()]
    yield "# Speed"
    yield ""
    yield "Written by `make bench` (`python benchmarks/bench.py`); do not edit. Every number is of a whole process."
    yield ""
    yield f"- Measured on {machine()}."
    yield f"- {versions()}"
    yield f"- Reported on {datetime.now(UTC):%Y-%m-%d}. Load before a run (1 minute, median): {median(loads):.1f}."
    yield "- Each unit has 40 lines in the two real forms, figures and words; of a hundred workbooks four need repairs,"
    yield "  three have warnings, one has an error and goes back to its unit."
    yield "- Contestants take turns; before each run of ours the register and every result are removed, so that all"
    yield "  files are new. Memory of the process tree is sampled in a run of its own."
    yield ""


def _headline(results: Results) -> str:
    """The ratios that the README shows; what was not measured is left out."""
    parts: list[str] = []
    for size in BARS:
        naive = _sound(results, size, NAIVE)
        shares = [(key, _share(_sound(results, size, key), naive)) for key in OURS[:2]]
        shown = " and ".join(f"`{key}` {share:.2f} ×" for key, share in shares if share is not None)
        if naive and shown:
            count = f"{int(size):,}".replace(",", " ")
            parts.append(f"of {count} workbooks ({naive.wall:.1f} s): {shown}")
    largest = max((_sound(results, "1000", key) or _NOTHING for key in OURS[:2]), key=lambda item: item.largest)
    words = (
        f"Whole processes on {os.cpu_count()} cores, medians, all files new, everything on (guard, scan, every check, "
        "all sheets, reading back), as a share of the time of pandas + openpyxl, which only concatenates: "
        f"{'; '.join(parts)}. Largest process {largest.largest:.0f} MB at 1 000 workbooks. All figures, other "
        "programs and every bar, also those that do not hold, are in [benchmarks/RESULTS.md](benchmarks/RESULTS.md)."
    )
    return fill(words, 120, break_long_words=False, break_on_hyphens=False)


def write_headline(readme: Path, results: Results) -> None:
    """Put the headline between the README's marks."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition("<!-- speed:begin -->\n")
    _, end, after = rest.partition("<!-- speed:end -->")
    if not (begin and end):
        sys.exit(f"{readme}: the marks of the speed part are not there")
    readme.write_text(f"{before}{begin}{_headline(results)}\n{end}{after}", encoding="utf-8")


def write_report(folder: Path, target: Path) -> str:
    """Write the report, and its headline into the README; returns the table of the bars."""
    results = load(folder)
    if not results:
        sys.exit("nothing was measured yet with this code")
    bars = "\n".join(_bars(results))
    sizes = sorted(
        (size for size in results if size != "start"), key=lambda size: (not size.isdecimal(), len(size), size)
    )
    tables = "\n".join(line for size in sizes for line in _size_table(results, size))
    parts = ("\n".join(_head(results)), bars, tables, "\n".join(_million_words()))
    target.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    write_headline(HERE.parent / "README.md", results)
    return bars
