"""pandas + calamine as before, with a pandera schema that says what one column of the forms may hold.

Usage: python pandera_checked.py FOLDER OUTPUT
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

STATES = ["Chưa thực hiện", "Đang thực hiện", "Hoàn thành", "Không phát sinh"]
HEADER = {"Phụ lục I": 6, "Phụ lục II": 6, "Số liệu": 4, "Khó khăn, kiến nghị": 4}


def _number(low: float, high: float) -> pa.Check:
    return pa.Check(lambda value: isinstance(value, (int, float)) and low <= value <= high, element_wise=True)


def _done(frame: pd.DataFrame, needed: str) -> pd.Series:
    return (frame["Trạng thái"] != "Hoàn thành") | frame[needed].notna()


LINES = pa.DataFrameSchema(
    {
        "Mã dòng": pa.Column(str, unique=True),
        "Trạng thái": pa.Column(str, pa.Check.isin(STATES)),
        "Tỷ lệ (%)": pa.Column(object, _number(0, 100), nullable=True),
        "Kết quả thực hiện": pa.Column(object, nullable=True),
        "Số, ký hiệu văn bản": pa.Column(object, pa.Check.str_matches(r"\d+/[\w-]+"), nullable=True),
        "Ngày hoàn thành": pa.Column(
            object, pa.Check(lambda value: isinstance(value, datetime), element_wise=True), nullable=True
        ),
    },
    checks=[
        pa.Check(lambda frame: _done(frame, "Kết quả thực hiện"), name="done_needs_result"),
        pa.Check(lambda frame: (frame["Trạng thái"] != "Hoàn thành") | (frame["Tỷ lệ (%)"] == 100), name="done_is_100"),
    ],
)
FIGURES = pa.DataFrameSchema({"Số liệu trong kỳ": pa.Column(object, _number(0, 1_000_000), nullable=True)})


def main(folder: Path, output: Path) -> None:
    """Read, concatenate, validate, write with the list of failures."""
    parts: dict[str, list[pd.DataFrame]] = {sheet: [] for sheet in HEADER}
    for path in sorted(folder.rglob("*.xlsx")):
        with pd.ExcelFile(path, engine="calamine") as book:
            for sheet, header in HEADER.items():
                frame = pd.read_excel(book, sheet_name=sheet, header=header, dtype=object)
                parts[sheet].append(frame.assign(**{"Tệp nguồn": path.name}))
    rows, failures = 0, []
    with pd.ExcelWriter(output, engine="xlsxwriter") as book:
        for sheet, frames in parts.items():
            whole = pd.concat(frames, ignore_index=True)
            schema = FIGURES if sheet == "Số liệu" else None
            if "Trạng thái" in whole:
                whole, schema = whole.dropna(subset=["Trạng thái"]), LINES
                rows += len(whole)
            try:
                if schema is not None:
                    schema.validate(whole, lazy=True)
            except SchemaErrors as errors:
                failures.append(errors.failure_cases.astype(str).assign(sheet=sheet))
            whole.to_excel(book, sheet_name=sheet, index=False)
        if failures:
            pd.concat(failures).to_excel(book, sheet_name="failures", index=False)
    print(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
