"""What units said in the period before: read from ``Dữ liệu`` of an earlier consolidated workbook of the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from danvan_xl.model import layout
from danvan_xl.model.period import plain_period
from danvan_xl.office.workspace import MERGED, Workspace
from danvan_xl.round.fields import show
from danvan_xl.workbooks.writing.keeping import is_copy

SHOWN = ("Trạng thái", "Tỷ lệ (%)", "Kết quả thực hiện", "Khó khăn, vướng mắc")
MOST_CHARACTERS = 600


def _earlier(workspace: Workspace) -> Path | None:
    """The newest consolidated workbook of a period that ended before the one in force ends."""
    current = plain_period(workspace.settings.period)
    found: list[tuple[object, Path]] = []
    root = workspace.root / MERGED
    for folder in root.iterdir() if root.is_dir() else ():
        try:
            period = plain_period(folder.name)
        except ValueError:
            continue
        if period.last < current.last:  # the half year comes before the whole year that holds it
            found += [(period.last, path) for path in sorted(folder.glob("*.xlsx")) if not is_copy(path)]
    return max(found, key=lambda item: str(item[0]))[1] if found else None


def previous_answers(workspace: Workspace) -> Mapping[str, str]:
    """Line id → what the unit said last time, in one text; empty where there is no earlier workbook."""
    path = _earlier(workspace)
    if path is None:
        return {}
    from danvan_xl.intake.read import read_workbook

    book = read_workbook(path)
    sheet = next((sheet for sheet in book.sheets if sheet.name == layout.DATA), None)
    if sheet is None or not sheet.rows:
        return {}
    at = {str(heading): column for column, heading in enumerate(sheet.rows[0].values)}
    if not {"Mã dòng", *SHOWN} <= set(at):
        return {}
    answers: dict[str, str] = {}
    for row in sheet.rows[1:]:
        values = dict(zip(at, row.values, strict=False))
        parts = [show(values.get(heading)) for heading in SHOWN]
        if values.get("Tỷ lệ (%)") is not None:
            parts[1] += "%"
        words = " · ".join(part for part in parts if part)
        if words:
            answers[str(values["Mã dòng"])] = words[:MOST_CHARACTERS]
    return answers
