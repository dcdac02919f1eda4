"""What a consolidated workbook in the office's folder says about itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from danvan_xl.model import layout


def as_of_written(path: Path) -> date | None:
    """The cut-off that the workbook was made with; None where it does not say, or can't be read."""
    from danvan_xl.intake.read import read_workbook

    sheet = next((sheet for sheet in read_workbook(path).sheets if sheet.name == layout.IDENTITY_SHEET), None)
    said = {row.values[0]: row.values[1] for row in sheet.rows if len(row.values) > 1} if sheet is not None else {}
    try:
        return date.fromisoformat(str(said.get("as_of")))
    except ValueError:
        return None
