"""A table of a workbook as a DataFrame whose dtypes follow from its columns, not from what is in them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from danvan_xl.written.table_columns import Kind, WrittenTable

DTYPES: Mapping[Kind, str] = {
    "text": "string",
    "number": "Float64",
    "integer": "Int64",
    "day": "datetime64[us]",
    "moment": "datetime64[us]",
}
"""Microseconds hold every day that Excel knows; nanoseconds end in 2262."""


def as_frame(table: WrittenTable) -> pd.DataFrame:
    """The DataFrame of a table."""
    series = {
        column.heading: pd.Series([row.get(column.heading) for row in table.rows], dtype=DTYPES[column.kind])
        for column in table.columns
    }
    return pd.DataFrame(series, columns=list(table.headings))
