"""polars with fastexcel (calamine): reads the four forms of every file, lays them one below the other.

Usage: python polars_fastexcel.py FOLDER OUTPUT
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import fastexcel
import polars as pl
from xlsxwriter import Workbook

HEADER = {"Phụ lục I": 6, "Phụ lục II": 6, "Số liệu": 4, "Khó khăn, kiến nghị": 4}


def main(folder: Path, output: Path) -> None:
    """Read, concatenate, write."""
    logging.disable()  # empty columns are expected
    parts: dict[str, list[pl.DataFrame]] = {sheet: [] for sheet in HEADER}
    for path in sorted(folder.rglob("*.xlsx")):
        book = fastexcel.read_excel(path)
        for sheet, header in HEADER.items():
            frame = book.load_sheet(sheet, header_row=header, dtype_coercion="coerce").to_polars()
            parts[sheet].append(frame.with_columns(pl.lit(path.name).alias("Tệp nguồn")))
    rows = 0
    with Workbook(output) as workbook:
        for sheet, frames in parts.items():
            whole = pl.concat(frames, how="diagonal_relaxed")
            if "Trạng thái" in whole.columns:
                whole = whole.filter(pl.col("Trạng thái").fill_null("") != "")
                rows += whole.height
            whole.write_excel(workbook, worksheet=sheet)
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
