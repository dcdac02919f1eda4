"""Make a ready workspace for measuring: a plan with N units and N filled workbooks of the real forms.

    python benchmarks/corpus.py --files 1000 --out benchmarks/runs/corpora/1000
    python benchmarks/corpus.py --lines 100000 --out benchmarks/runs/corpora/100000-lines

The plan is Gia Lộc's, with every task led by "Các cơ quan, đơn vị" and repeated until each unit has 40 lines; the units
beyond the plan's own are listed in ``danvan.toml`` like villages and schools are. The same N and seed give the same
bytes (and times of receipt). The 100,000 lines are in one unit's workbook as lines of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import time
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from words import answers, unit_name

from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import FOLDERS, RECEIVED, open_workspace
from danvan_xl.rules.files import shipped
from danvan_xl.workbooks.template.writer import TemplateOptions, template_name, write_template

PERIOD, DUE, SEED = "2026-H1", "2026-06-15", 20260508
LINES = {"PL1": 12, "PL2": 28}
"""Appendix → tasks: 40 lines per unit."""
DATED = ("Quý II/2026", "Trước ngày 30/6/2026", "Năm 2026", "Hằng năm")
OWN_UNITS = 7


def _units(plan: Mapping[str, Any], files: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The plan's own units (as many as are wanted, and the Front, which coordinates), and those of the workspace."""
    own = [unit for unit in plan["units"] if not unit.get("outside")][: min(files, OWN_UNITS)]
    front = [unit for unit in plan["units"] if unit["id"] == "X_MTTQ"]
    extra = []
    for number in range(files - len(own)):
        name, short = unit_name(number)
        extra.append({"id": f"U{number:05d}", "name": name, "short": short, "groups": ["G_ALL"]})
    return [*own, *front], extra


def _tasks(appendix: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The appendix's tasks, repeated under new ids, group by group."""
    wanted, found = LINES[appendix["id"]], appendix["tasks"]
    picked = [(found[i % len(found)], i // len(found)) for i in range(wanted)]
    order = [group["id"] for group in appendix["groups"]]
    picked.sort(key=lambda item: (order.index(item[0]["group"]), item[1]))
    tasks, numbers = [], dict.fromkeys(order, 0)
    for position, (task, turn) in enumerate(picked):
        numbers[task["group"]] += 1
        text = task["text"] if turn == 0 else f"{task['text']} (đợt {turn + 1})"
        roadmap = DATED[position // 5 % len(DATED)] if position % 5 == 4 else task["roadmap"]
        tasks.append(
            {
                **task,
                "id": f"{task['group']}.{numbers[task['group']]}",
                "text": text,
                "roadmap": roadmap,
                "lead_text": "Các cơ quan, đơn vị",
                "lead": ["G_ALL"],
                "coordinate_text": "Ủy ban Mặt trận Tổ quốc Việt Nam xã",
                "coordinate": ["X_MTTQ"],
            }
        )
    return tasks


def _value(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, (str, bool, int, float)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _table(name: str, data: Mapping[str, object]) -> str:
    rows = "\n".join(f"{key} = {_value(value)}" for key, value in data.items())
    return f"\n[[{name}]]\n{rows}\n"


def plan_text(files: int) -> str:
    """The plan file of a corpus."""
    source = (shipped() / "plans" / "gia-loc.toml").read_text(encoding="utf-8")
    plan = tomllib.loads(source)
    own, _ = _units(plan, files)
    reporting = [unit["id"] for unit in own if not unit.get("outside")]
    parts = ["# Kế hoạch để đo tốc độ: mỗi đơn vị 40 dòng, lấy từ kế hoạch của xã Gia Lộc.\n"]
    plain = {key: value for key, value in plan.items() if key not in ("units", "groups", "appendices")}
    plain |= {"id": "bench", "notes": []}
    parts += [f"{key} = {_value(value)}\n" for key, value in plain.items()]
    parts.append(f"\n[groups]\nG_ALL = {_value(reporting)}\n")
    parts += [_table("units", unit) for unit in own]
    for appendix in plan["appendices"]:
        head = {key: value for key, value in appendix.items() if key not in ("groups", "tasks")}
        parts.append(_table("appendices", head))
        parts += [_table("appendices.groups", group) for group in appendix["groups"]]
        parts += [_table("appendices.tasks", task) for task in _tasks(appendix)]
    return "".join(parts)


def settings_text(files: int) -> str:
    """``danvan.toml`` of a corpus."""
    plan = tomllib.loads((shipped() / "plans" / "gia-loc.toml").read_text(encoding="utf-8"))
    _, extra = _units(plan, files)
    head = f'plan = "bench"\nperiod = "{PERIOD}"\n\n[due]\n"{PERIOD}" = {DUE}\n'
    return head + "".join(_table("units", unit) for unit in extra)


def received_at(seed: int, number: int) -> float:
    """When a file came: in the week before the due day, one in twenty some days late."""
    random = Random(f"{seed}:{number}:received")
    day = datetime(2026, 6, 8, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 7))
    return (day + timedelta(days=9) if number % 20 == 11 else day).timestamp()


def write_some(root: Path, seed: int, numbers: Sequence[int], own: int = 0) -> int:
    """Write the workbooks of the units with these numbers; returns how many."""
    workspace = open_workspace(root)
    current = open_round(Job(workspace.settings, root, workspace.rules))
    units, folder = current.plan.reporting_units, workspace.folder(RECEIVED)
    for number in numbers:
        unit = units[number]
        tasks = {line.id: line.task for line in current.by_unit[unit.id].values()}
        typed = answers(seed, number, unit.id, tasks, own)
        target = folder / template_name(current, unit)
        write_template(target, current, unit, TemplateOptions(typed=typed))
        moment = received_at(seed, number)
        os.utime(target, (moment, moment))
    return len(numbers)


LIVE = re.compile(rb'<c r="[A-Z]+\d+"[^>]*><f>[^<]*</f>.*?</c>')


def without_live_checks(path: Path) -> None:
    """Take the live column's formulas out: the rows of a long list are pasted in, and nobody pastes formulas.

    With them the sheet would take 260 MB.
    """
    stamp, target = path.stat().st_mtime, path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for item in source.infolist():
            data = source.read(item)
            is_sheet = item.filename.startswith("xl/worksheets/sheet")
            result.writestr(item, LIVE.sub(b"", data) if is_sheet else data, zipfile.ZIP_DEFLATED)
    target.replace(path)
    os.utime(path, (stamp, stamp))


def lay_out(root: Path, files: int) -> None:
    """Make the workspace without workbooks: settings, the plan, empty folders (what was there before is removed)."""
    if root.exists():
        shutil.rmtree(root)
    for name in FOLDERS:
        (root / name / PERIOD).mkdir(parents=True)
    (root / "rules" / "plans").mkdir(parents=True)
    (root / "rules" / "plans" / "bench.toml").write_text(plan_text(files), encoding="utf-8")
    (root / "danvan.toml").write_text(settings_text(files), encoding="utf-8")


def make(root: Path, files: int, seed: int = SEED, own: int = 0) -> None:
    """Make the workspace with its workbooks (what was there before is removed)."""
    lay_out(root, files)
    processes = min(os.cpu_count() or 1, files)
    if processes == 1 or files < 60:
        write_some(root, seed, range(files), own)
        if own:
            without_live_checks(next((root / RECEIVED / PERIOD).glob("*.xlsx")))
        return
    with ProcessPoolExecutor(processes) as pool:
        parts = [range(start, files, processes) for start in range(processes)]
        for _count in pool.map(write_some, *zip(*((root, seed, part, own) for part in parts), strict=True)):
            pass


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=30, help="workbooks, one a unit")
    parser.add_argument("--lines", type=int, help="instead: one workbook with so many lines")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    start = time.perf_counter()
    if options.lines:
        make(options.out, 1, options.seed, max(options.lines - sum(LINES.values()), 0))
    else:
        make(options.out, options.files, options.seed)
    written = sum(item.stat().st_size for item in (options.out / RECEIVED).rglob("*.xlsx"))
    print(f"{options.out}: {written / 1e6:.1f} MB in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
