"""The rows of ``Dữ liệu`` of a consolidated workbook as JSON lines: what the floor under writing writes.

Usage: python rows.py WORKBOOK ROWS
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook


def plain(value: object) -> object:
    """A value as JSON; days as {"d": …}."""
    return {"d": value.isoformat()} if isinstance(value, (date, datetime)) else value


if __name__ == "__main__":
    book = CalamineWorkbook.from_path(sys.argv[1])
    target = Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as stream:
        for name in (item for item in book.sheet_names if item.startswith("Dữ liệu")):
            for row in book.get_sheet_by_name(name).iter_rows():
                print(json.dumps([plain(value) for value in row], ensure_ascii=False), file=stream)
