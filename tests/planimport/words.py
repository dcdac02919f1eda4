"""Word files for the tests: the seeds' plans with their oddities, and small ones made of rows of cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.table import Table, _Cell

SEEDS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "rules" / "data" / "seeds.json").read_text(encoding="utf-8")
)
NESTED = object()
"""Stands in a row for a cell that holds the five cells after it once more, as a table."""

# plan: letterhead (place, number, date), lines of the body, lines above each appendix table
BODIES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "bodies.json").read_text(encoding="utf-8")
)
# plan, appendix: the row before which a page break cuts the table in two
BREAKS = {("gia-loc", "PL1"): 6, ("gia-loc", "PL2"): 8, ("phu-thinh", "PL"): 7}


def add_row(table: Table, cells: Sequence[Any], *, bold: bool = False) -> None:
    """A row of exactly these cells, whatever the table's width."""
    row = table.add_row()._tr
    width = len(row.tc_lst)
    for cell in row.tc_lst[len(cells) :]:
        row.remove(cell)
    for _ in range(len(cells) - width):
        row.append(deepcopy(row.tc_lst[-1]))
    inner: Sequence[Any] = ()
    for at, (text, cell) in enumerate(zip(cells, row.tc_lst, strict=True)):
        target = _Cell(cell, table)
        if text is NESTED:
            inner = cells[at + 1 : at + 6]
            below = target.add_table(rows=0, cols=len(inner))
            add_row(below, inner)
            continue
        target.paragraphs[0].add_run(text).bold = bold


def table_of(document: Document, rows: Sequence[Sequence[Any]], bold: Sequence[int] = (0,)) -> Table:
    """A table of these rows; ``bold``: the rows in bold."""
    table = document.add_table(rows=0, cols=len(rows[0]))
    for at, cells in enumerate(rows):
        add_row(table, cells, bold=at in bold)
    return table


def letterhead(document: Document, plan: str, title: str) -> None:
    place, number, day = BODIES[plan]["letterhead"]
    head = document.add_table(rows=2, cols=2)
    head.cell(0, 0).text = f"ỦY BAN NHÂN DÂN\n{place}"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    head.cell(1, 0).text = number
    head.cell(1, 1).text = day
    document.add_paragraph().add_run("KẾ HOẠCH").bold = True
    document.add_paragraph().add_run(title).bold = True


def seed_rows(table: dict[str, Any], *, html: bool) -> list[list[Any]]:
    """The rows of a seed's table as in its file; ``html``: a nested table as text, else as Word's own."""
    rows: list[list[Any]] = [list(table["header"])]
    for row in table["rows"]:
        cells = list(row["cells"])
        if "<table" in cells[1 if len(cells) > 1 else 0] and not html:
            cells[1] = NESTED
        rows.append(cells)
    return rows


def seed_document(plan: str, title: str, path: Path, *, html: bool = False, bold_groups: bool = False) -> Path:
    """The plan of a seed as a Word file: letterhead, body, appendices with every oddity of the seed."""
    document = docx.Document()
    letterhead(document, plan, title)
    for line in BODIES[plan]["body"]:
        document.add_paragraph(line)
    for heading, table in zip(BODIES[plan]["appendices"], SEEDS[plan], strict=True):
        for line in heading:
            document.add_paragraph(line)
        rows = seed_rows(table, html=html)
        bold = {0} | {at for at, row in enumerate(table["rows"], 1) if bold_groups and row["kind"] == "group"}
        cut = BREAKS.get((plan, table["id"]), len(rows))
        table_of(document, rows[:cut], sorted(bold))
        if rows[cut:]:
            document.add_paragraph("")
            table_of(document, rows[cut:], sorted(at - cut for at in bold if at >= cut))
    document.save(str(path))
    return path
