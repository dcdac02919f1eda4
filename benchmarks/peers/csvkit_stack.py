"""csvkit: in2csv for every sheet of every file (two at a time), csvstack over what comes of it.

Usage: python csvkit_stack.py FOLDER OUTPUT   (OUTPUT: one .csv for each form, beside the name given)
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SKIP = {"Phụ lục I": 6, "Phụ lục II": 6, "Số liệu": 4, "Khó khăn, kiến nghị": 4}
TOOLS = Path(sys.executable).parent


def convert(path: Path, sheet: str, target: Path) -> None:
    """One sheet of one file as CSV."""
    options = ["--no-inference", "--sheet", sheet, "--skip-lines", str(SKIP[sheet])]
    with target.open("wb") as stream:
        subprocess.run([TOOLS / "in2csv", *options, path], stdout=stream, stderr=subprocess.DEVNULL, check=True)


def main(folder: Path, output: Path) -> None:
    """Convert and stack."""
    rows = 0
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(2) as pool:
        files = sorted(folder.rglob("*.xlsx"))
        jobs, parts = [], {sheet: [] for sheet in SKIP}
        for number, sheet in enumerate(SKIP):
            for path in files:
                target = Path(temporary) / f"{path.stem}-{number}.csv"
                parts[sheet].append(target)
                jobs.append(pool.submit(convert, path, sheet, target))
        for job in jobs:
            job.result()
        for number, (sheet, made) in enumerate(parts.items()):
            stacked = output.with_name(f"{output.stem}-{number}.csv")
            with stacked.open("wb") as stream:
                subprocess.run([TOOLS / "csvstack", "--filenames", *made], stdout=stream, check=True)
            with stacked.open(encoding="utf-8", newline="") as text:
                rows += sum(bool(row.get("Trạng thái")) for row in csv.DictReader(text)) if "Phụ lục" in sheet else 0
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
