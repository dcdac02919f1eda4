"""The account of cells: random cells of filled templates changed in random ways, and what became of each.

A changed cell is seen (its value stands in the merged workbook under its own line, figure or question) or told (a
finding points at the cell, lists it, or speaks of its whole row or column). Anything else is lost without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.oracle import answers
from tests.oracle.common import speaks_of
from tests.oracle.files import FIGURES, GUIDE, WORDS, Table
from tests.oracle.judge import BLANK, plain
from tests.oracle.plans import plan
from tests.oracle.product import Merged, Office, begin, read_merged, run_json, templates
from tests.oracle.regimes import periods
from tests.oracle.unit_file import Setting, UnitFile, open_file

NAME_CELL = (GUIDE, "B4")
"""The unit's typed name: another one refuses the whole file, which would say nothing about the other changes."""


@dataclass(frozen=True)
class Change:
    """A cell that a unit changed. ``heading``: the cell of its column's heading; ``row_id``: the id of its row."""

    unit: str
    sheet: str
    cell: str
    row: int
    column: int
    before: object
    after: object
    heading: str | None
    title: str | None
    row_id: str | None

    def say(self) -> str:
        under = f" (“{self.title}”, {self.row_id})" if self.title or self.row_id else ""
        return f"{self.unit} {self.sheet}!{self.cell}{under}: {str(self.before)[:60]!r} → {str(self.after)[:60]!r}"


def _new_value(rng: Random, before: object) -> object:
    """Something else than what stands there."""
    kinds = ["text", "text", "text", "number", "date", "formula", "error"]
    if before not in (None, ""):
        kinds += ["clear", "clear", "changed"]
    kind = rng.choice(kinds)
    return {
        "text": answers.marked(rng, "Sửa ô"),
        "number": rng.choice([rng.randrange(2, 99), rng.randrange(1000, 99999), 12.5]),
        "date": datetime(2026, 1, 5) + timedelta(days=rng.randrange(90)),  # noqa: DTZ001  # a day in a cell has no zone
        "formula": f"={rng.randrange(2, 99)}+{rng.randrange(2, 99)}",
        "error": "#REF!",
        "clear": None,
        "changed": f"{before} {answers.marked(rng, 'thêm')}" if not str(before).startswith("=") else "Đạt",
    }[kind]


def change_cells(file: UnitFile, count: int) -> list[Change]:
    """Change so many cells, anywhere in the used area of the visible sheets and one row and column around it.

    A row whose id is changed and a column whose heading is changed have no other change, so that what is said of the
    whole row or column is no excuse for another cell.
    """
    rng, changes = file.rng, list[Change]()
    sheets = [sheet for sheet in file.book.worksheets if sheet.sheet_state == "visible"]
    sizes = [(sheet.max_row + 1) * (sheet.max_column + 1) for sheet in sheets]
    areas = {sheet.title: (sheet.max_row + 1, sheet.max_column + 1) for sheet in sheets}
    rows: dict[tuple[str, int], set[int]] = {}
    columns: dict[tuple[str, int], set[int]] = {}
    tables = {sheet.title: Table(sheet) for sheet in sheets if sheet.title != GUIDE}
    headings = {name: {column: title for title, column in table.headings.items()} for name, table in tables.items()}
    whole = 0
    while len(changes) < count:
        sheet = rng.choices(sheets, sizes)[0]
        row, column = (rng.randrange(1, size + 1) for size in areas[sheet.title])
        cell = sheet.cell(row, column)
        table = tables.get(sheet.title)
        head = table.head if table else 0
        is_heading, is_id = row == head, column == 1 and row > head and sheet.title != GUIDE
        if not isinstance(cell, Cell) or (sheet.title, cell.coordinate) == NAME_CELL:
            continue
        down, across = columns.setdefault((sheet.title, column), set()), rows.setdefault((sheet.title, row), set())
        if row in down or (head in down and head) or (table and 1 in across and row > head):
            continue
        if (is_heading and (down or whole >= 2)) or (is_id and (across or whole >= 2)):
            continue
        value = _new_value(rng, cell.value)
        if plain(value) == plain(cell.value):
            continue
        whole += is_heading or is_id
        changes.append(_changed(file, sheet, cell, value, table, headings.get(sheet.title, {})))
        down.add(row)
        across.add(column)
    return changes


def _changed(
    file: UnitFile, sheet: Worksheet, cell: Cell, value: Any, table: Table | None, titles: dict[int, str]
) -> Change:
    row_id = sheet.cell(cell.row, 1).value if table and cell.row > table.head else None
    heading = f"{get_column_letter(cell.column)}{table.head}" if table else None
    change = Change(
        file.unit, sheet.title, cell.coordinate, cell.row, cell.column, cell.value, value,
        heading, titles.get(cell.column), str(row_id) if row_id else None,
    )  # fmt: skip
    cell.value = value
    return change


# ---- what became of them ------------------------------------------------------------------------------------------


def is_seen(change: Change, merged: Merged, unit_name: str, unit_short: str) -> bool:
    """Whether the new value stands in the merged workbook where it belongs."""
    if isinstance(change.after, str) and (found := answers_mark(change.after)):
        return any(found in text for text in merged.words)
    if change.sheet == FIGURES:
        row = next((item for item in merged.figures if item.get("Chỉ tiêu") == _indicator(change.row_id)), None)
        if change.title == "Ghi chú" and row is not None:
            noted = str(row.get("Ghi chú của đơn vị")).splitlines()
            return f"{unit_short}: {_in_vietnamese(change.after)}" in noted
        return (
            change.title == "Số liệu trong kỳ" and row is not None and plain(row.get(unit_short)) == plain(change.after)
        )
    if change.sheet == WORDS:
        row = next((item for item in merged.unit_words if item.get("Đơn vị") == unit_name), {})
        wanted = _question(change.row_id)
        return change.title == "Nội dung của đơn vị" and wanted in row and plain(row[wanted]) == plain(change.after)
    if change.row_id is None or change.title is None:
        return False
    row = next((item for item in merged.data if item["Mã dòng"] == change.row_id), None)
    if row is None or row["Trả lời"] == BLANK:
        return change.after is None and change.title in ANSWER_TITLES
    wanted = (plain(change.after), _in_vietnamese(change.after))
    return change.title in ANSWER_TITLES and plain(row.get(change.title)) in wanted


def _in_vietnamese(value: object) -> str:
    """A number as a cell for words shows it."""
    return plain(value).replace(".", ",") if isinstance(value, float) else plain(value)


ANSWER_TITLES = {item.title for name in ("gia-loc", "nq55") for form in plan(name).appendices for item in form.fields}


def _indicator(row_id: str | None) -> str | None:
    return next((item["title"] for item in plan("gia-loc").indicators if item["id"] == row_id), None)


def _question(row_id: str | None) -> str | None:
    return next((item["title"] for item in plan("gia-loc").questions if item["id"] == row_id), None)


def answers_mark(text: str) -> str | None:
    """The words of a value that stand nowhere else."""
    found = re.search(r"đợt số \d+$", text)
    return found[0] if found else None


def is_told(change: Change, findings: Iterable[dict[str, Any]]) -> bool:
    """Whether a finding points at the cell, lists it, or speaks of its whole row or column."""
    for item in findings:
        if change.sheet not in (item["sheet"], item["found"]):
            continue
        if speaks_of(item, change.cell) or (item["cell"] == change.heading and item["severity"] != "info"):
            return True
        if item["code"] == "C002" and change.cell == change.heading and str(change.before) in str(item["found"]):
            return True
        if change.column == 1 and change.row_id and change.row_id == item.get("line"):
            return True
    return False


@dataclass
class Account:
    """What became of the changed cells of some workbooks. ``refused``: changes in files that were refused by name."""

    changes: list[Change]
    lost: list[Change]
    refused: list[Change]


def account(name: str, seed: int, each: int, folder: Path, cache: Path, today: date) -> Account:
    """Fill every unit's template of a plan, change so many cells of each, merge, and see what became of each."""
    rng = Random(f"cells {name} {seed}")
    answers.restart()
    period = rng.choice(periods(plan(name), plan(name).start.year))
    office = Office(name, period.id)
    chosen = plan(name)
    made = templates(office, cache)
    begin(office, folder, made)
    setting = Setting(chosen, period, period.cut_off(today, None))
    changes: list[Change] = []
    for unit in chosen.units:
        file = open_file(setting, unit.id, made[unit.id], rng)
        answers.fill_all(file)
        changes += change_cells(file, each)
        file.save(folder / "nhan" / office.period / f"bao cao {unit.id.lower()}_.xlsx")
    document = run_json("merge", "--as-of", setting.cut_off, cwd=folder)
    merged = read_merged(Path(folder / document["output"]))
    entries = {item["unit"]: item for item in document["files"]}
    lost, refused = [], []
    for change in changes:
        unit = chosen.unit(change.unit)
        entry = entries.get(change.unit)
        if entry is None or entry["status"] == "refused":
            refused.append(change)
        elif not is_seen(change, merged, unit.name, unit.short) and not is_told(change, entry["findings"]):
            lost.append(change)
    return Account(changes, lost, refused)
