"""Write more lines than one sheet of Excel holds, and read them back.

    python benchmarks/million.py                 27,000 units x 40 lines = 1,080,000 lines
    python benchmarks/million.py --units 2500

The answers are those of the corpora, put into the store as if that many workbooks had been read: reading is measured by
``bench.py``. All sheets are written; ``Dữ liệu`` goes on in ``Dữ liệu (2)``. They are read back twice: by the product,
as after every ``merge``, and cell by cell by calamine, which shares no code with it. What it cost is kept for the
report.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from contestants import WORK, fingerprints
from corpus import LINES, PERIOD, SEED, lay_out
from measure import KIB
from words import answers

from danvan_xl.answers.one_file import outline_of
from danvan_xl.merging.consolidation import merge
from danvan_xl.merging.filing import Filed, Store, file_away, pack
from danvan_xl.merging.summary import summarise
from danvan_xl.model import layout
from danvan_xl.model.statuses import NIL, STATUS, AnswerState, FileStatus
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import open_workspace
from danvan_xl.round.round import Round
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.readback import read_back

UNITS = 27_000
RESULT = WORK / "results" / "million.json"


@dataclass(frozen=True, slots=True)
class Million:
    """Lines, sheets of data, seconds, bytes."""

    lines: int
    sheets: int
    summarised: float
    written: float
    read_back: float
    largest: int
    workbook: int
    fingerprint: str


def submission(current: Round, unit: str, number: int) -> Submission:
    """What a unit's workbook would say."""
    lines = current.by_unit[unit]
    typed = answers(SEED, number, unit, {line.id: line.task for line in lines.values()}, 0)
    found: dict[str, Answer] = {}
    for row, (name, line) in enumerate(lines.items(), start=9):
        values = typed.lines.get(name, {})
        state = AnswerState.NIL if values.get(STATUS) == NIL else AnswerState.ANSWERED
        task = line.task
        found[name] = Answer(name, task.id, task.appendix, line.role, state, values, "Phụ lục I", row, group=task.group)
    digest = f"{number:064x}"
    outline = outline_of(found, current, unit)
    return Submission(
        f"{unit}.xlsx", digest, unit, PERIOD, FileStatus.ACCEPTED, tuple(found.values()), typed.figures,
        typed.figure_notes, typed.words, plan_version=current.plan.version, outline=outline,
    )  # fmt: skip


def on_file(current: Round, store: Store) -> Iterator[Filed]:
    """Every unit's submission, packed and stored."""
    for number, unit in enumerate(current.by_unit):
        yield file_away(pack(submission(current, unit, number)), store)


def ids_by_calamine(path: Path) -> tuple[int, int, int]:
    """Sheets of data, lines in them, and different line ids."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    names = [name for name in book.sheet_names if layout.is_sheet_of(name, layout.DATA)]
    ids: list[object] = []
    for name in names:
        rows = book.get_sheet_by_name(name).iter_rows()
        assert next(rows)[0] == layout.LINE_ID
        ids += [row[0] for row in rows]
    return len(names), len(ids), len(set(ids))


def run(units: int, folder: Path) -> Million:
    """Write and read back. Raises AssertionError where a line is lost or duplicated."""
    lay_out(folder, units)
    workspace = open_workspace(folder)
    current = open_round(Job(workspace.settings, folder, workspace.rules))
    result = merge(current, on_file(current, Store()))
    target = folder / "million.xlsx"
    start = time.perf_counter()
    summary = summarise(result)
    summarised = time.perf_counter()
    write_consolidated(target, result, "vi", summary)
    written = time.perf_counter()
    read_back(target, summary.all_rows, summary.seal)
    done = time.perf_counter()
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
    sheets, lines, different = ids_by_calamine(target)
    assert lines == different == summary.all_rows == units * sum(LINES.values()), (lines, different, summary.all_rows)
    assert (sheets > 1) == (lines > 1_048_575)
    size = target.stat().st_size
    target.unlink()
    print(f"{lines} lines in {sheets} sheets, {size / 1e6:.0f} MB on disk: counted {summarised - start:.1f} s,")
    print(f"written {written - summarised:.1f} s, read back {done - written:.1f} s, {largest / 1e6:.0f} MB of memory")
    return Million(
        lines, sheets, summarised - start, written - summarised, done - written, largest, size, fingerprints()["merge"]
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--units", type=int, default=UNITS)
    options = parser.parse_args()
    if sys.platform == "win32":
        sys.exit("POSIX only: memory is asked of the system")
    found = run(options.units, WORK / "corpora" / "million")
    if options.units == UNITS:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
