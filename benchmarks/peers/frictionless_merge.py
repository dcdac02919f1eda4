"""frictionless: validate every form of every file against a Table Schema, then merge the rows into one workbook.

Usage: python frictionless_merge.py FOLDER OUTPUT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from frictionless import Dialect, Resource, Schema, system
from frictionless.formats import ExcelControl
from openpyxl import Workbook

HEADER = {"Phụ lục I": 7, "Phụ lục II": 7, "Số liệu": 5, "Khó khăn, kiến nghị": 5}
STATES = ["Chưa thực hiện", "Đang thực hiện", "Hoàn thành", "Không phát sinh"]
TYPED = {
    "Trạng thái": {"type": "string", "constraints": {"enum": STATES}},
    "Tỷ lệ (%)": {"type": "number", "constraints": {"minimum": 0, "maximum": 100}},
    "Giá trị đạt": {"type": "number", "constraints": {"minimum": 0}},
    "Ngày hoàn thành": {"type": "date"},
    "Số liệu trong kỳ": {"type": "integer", "constraints": {"minimum": 0, "maximum": 1000000}},
}


def schema_of(names: list[str]) -> Schema:
    """The Table Schema of a form with these headings."""
    fields = [{"name": name, **TYPED.get(name, {"type": "string"})} for name in names]
    return Schema.from_descriptor({"fields": fields})


def resources(path: Path, schemas: dict[str, Schema]) -> Iterator[tuple[str, Resource]]:
    """The forms of a file. The schema comes from the headings of the first file."""
    for sheet, row in HEADER.items():
        dialect = Dialect(header_rows=[row], controls=[ExcelControl(sheet=sheet)])
        if sheet not in schemas:
            with Resource(path=str(path), dialect=dialect) as found:
                schemas[sheet] = schema_of(found.header)
        yield sheet, Resource(path=str(path), dialect=dialect, schema=schemas[sheet])


def main(folder: Path, output: Path) -> None:
    """Validate and merge."""
    result = Workbook(write_only=True)
    sheets = {name: result.create_sheet(name) for name in HEADER}
    report = result.create_sheet("errors")
    schemas: dict[str, Schema] = {}
    headed: set[str] = set()
    rows = 0
    with system.use_context(trusted=True):  # paths from the root are read only then
        for path in sorted(folder.rglob("*.xlsx")):
            for sheet, resource in resources(path, schemas):
                for task in resource.validate().tasks:
                    for error in task.errors:
                        report.append([path.name, sheet, error.type, error.message])
                with resource:
                    names = resource.header.labels
                    if sheet not in headed:
                        sheets[sheet].append([*names, "Tệp nguồn"])
                        headed.add(sheet)
                    for row in resource.row_stream:
                        if "Trạng thái" not in row or row["Trạng thái"] is not None:
                            sheets[sheet].append([*row.values(), path.name])
                            rows += "Trạng thái" in row
    result.save(output)
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
