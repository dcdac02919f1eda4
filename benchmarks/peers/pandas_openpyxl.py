"""pandas + openpyxl: what most people write. Reads the four forms of every file and lays them one below the other.

Usage: python pandas_openpyxl.py FOLDER OUTPUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HEADER = {"Phụ lục I": 6, "Phụ lục II": 6, "Số liệu": 4, "Khó khăn, kiến nghị": 4}


def main(folder: Path, output: Path, engine: str = "openpyxl", writer: str = "openpyxl") -> None:
    """Read, concatenate, write."""
    parts: dict[str, list[pd.DataFrame]] = {sheet: [] for sheet in HEADER}
    for path in sorted(folder.rglob("*.xlsx")):
        with pd.ExcelFile(path, engine=engine) as book:
            for sheet, header in HEADER.items():
                frame = pd.read_excel(book, sheet_name=sheet, header=header)
                parts[sheet].append(frame.assign(**{"Tệp nguồn": path.name}))
    rows = 0
    with pd.ExcelWriter(output, engine=writer) as book:
        for sheet, frames in parts.items():
            whole = pd.concat(frames, ignore_index=True)
            if "Trạng thái" in whole:
                whole = whole.dropna(subset=["Trạng thái"])
                rows += len(whole)
            whole.to_excel(book, sheet_name=sheet, index=False)
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
