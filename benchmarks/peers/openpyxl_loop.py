"""openpyxl alone, in its fast modes: read_only in, write_only out.

Usage: python openpyxl_loop.py FOLDER OUTPUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from openpyxl import Workbook, load_workbook

FIRST_ROW = {"Phụ lục I": 8, "Phụ lục II": 8, "Số liệu": 6, "Khó khăn, kiến nghị": 6}


def main(folder: Path, output: Path) -> None:
    """Read and write row by row."""
    result = Workbook(write_only=True)
    sheets = {name: result.create_sheet(name) for name in FIRST_ROW}
    headed: set[str] = set()
    rows = 0
    for path in sorted(folder.rglob("*.xlsx")):
        book = load_workbook(path, read_only=True, data_only=True)
        for name, first in FIRST_ROW.items():
            found = book[name].iter_rows(min_row=first - 1, values_only=True)
            heading = next(found)
            status = heading.index("Trạng thái") if "Trạng thái" in heading else None
            if name not in headed:
                sheets[name].append([*heading, "Tệp nguồn"])
                headed.add(name)
            for values in found:
                if status is None or (len(values) > status and values[status]):
                    sheets[name].append([*values, path.name])
                    rows += status is not None
        book.close()
    result.save(output)
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
