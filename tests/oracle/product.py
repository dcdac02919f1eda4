"""The product as a user has it: commands in a workspace, and the workbook that they write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook

from tests.oracle.files import FIGURES, WORDS, open_book
from tests.oracle.plans import village_group

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Office:
    """What the office has settled: its ``danvan.toml``."""

    plan: str
    period: str
    due: date | None = None
    owner: bool = False
    villages: int = 0

    def toml(self) -> str:
        lines = [f'plan = "{self.plan}"', f'period = "{self.period}"']
        if self.due:
            lines += ["[due]", f'"{self.period}" = {self.due.isoformat()}']
        if self.owner:
            lines += ["[owners]", 'X_DU_UBND = "VP"']
        for number in range(1, self.villages + 1):
            lines += ["[[units]]", f'id = "THON_{number}"', f'name = "Thôn số {number}"', f'short = "Thôn {number}"']
            lines += [f'groups = ["{village_group(self.plan)}"]']
        return "\n".join(lines) + "\n"


@dataclass
class Merged:
    """The consolidated workbook, read once. ``words``: every text outside the lists of findings."""

    data: list[dict[str, Any]]
    first_page: list[list[Any]]
    account: list[dict[str, Any]]
    by_unit: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    figure_data: list[dict[str, Any]]
    unit_words: list[dict[str, Any]]
    identity: dict[str, Any]
    words: set[str] = field(default_factory=set)


def run(command: str, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; nothing is raised for an exit code."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DANVAN_")}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [env.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "danvan_xl", command, *map(str, arguments)],
        cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


def run_json(command: str, *arguments: object, cwd: Path) -> dict[str, Any]:
    """Run with ``--json``; the exit code must say "all well" or "needs a person"."""
    done = run(command, "--json", *arguments, cwd=cwd)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def templates(office: Office, cache: Path) -> dict[str, Path]:
    """Unit → its template, written once for these settings."""
    name = f"{office.plan}_{office.period}_{office.due}_{office.owner}_{office.villages}"
    folder = cache / name
    if not folder.exists():
        half = cache / f"{name}.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        (half / "danvan.toml").write_text(office.toml(), "utf-8")
        done = run("template", cwd=half)
        if done.returncode not in (0, 1):
            raise AssertionError(f"template ended with {done.returncode}: {done.stderr[-2000:]}")
        half.rename(folder)
    found = sorted((folder / "mau" / office.period).glob("*.xlsx"))
    return {path.stem.split(f"_{office.period}_")[1]: path for path in found}


def begin(office: Office, folder: Path, made: dict[str, Path]) -> None:
    """A workspace with its settings and the templates that went out."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "nhan" / office.period).mkdir(parents=True)
    (folder / "danvan.toml").write_text(office.toml(), "utf-8")
    target = folder / "mau" / office.period
    target.mkdir(parents=True)
    for path in made.values():
        shutil.copy2(path, target)


def _table(book: Workbook, name: str, head: str) -> list[dict[str, Any]]:
    """The rows of a sheet below the row of headings that begins with ``head`` or holds it."""
    rows = [list(row) for row in book[name].iter_rows(values_only=True)]
    top = next(number for number, row in enumerate(rows) if head in row)
    headings = rows[top]
    return [
        {str(key): value for key, value in zip(headings, row, strict=False) if key is not None}
        for row in rows[top + 1 :]
        if any(value is not None for value in row)
    ]


def read_merged(path: Path) -> Merged:
    """What the consolidated workbook says."""
    book = open_book(path, values=True)
    merged = Merged(
        data=_table(book, "Dữ liệu", "Mã dòng"),
        first_page=[list(row) for row in book[book.sheetnames[0]].iter_rows(values_only=True)],
        account=_table(book, "Đối soát", "Chênh lệch"),
        by_unit=_table(book, "Theo đơn vị", "Dòng chủ trì"),
        figures=_table(book, FIGURES, "Đơn vị tính"),
        figure_data=[row for row in _table(book, "Dữ liệu số", "Mã chỉ tiêu") if ":" not in row["Mã chỉ tiêu"]],
        unit_words=_table(book, WORDS, "Đơn vị"),
        identity={str(row[0]): row[1] for row in book["_danvan"].iter_rows(values_only=True)},
    )
    for sheet in book:
        if sheet.title not in ("Phát hiện", "Tình hình nộp"):
            merged.words |= {
                str(value) for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, str)
            }
    return merged
