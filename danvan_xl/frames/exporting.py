"""Tables for other programs: CSV, Parquet or SQLite, with a Frictionless data package that describes them.

CSV is UTF-8 with the mark by which Excel knows it, separated by commas, lines end as RFC 4180 says. A text that begins
with one of ``= + - @``, a tab, a line break or ``'`` has a ``'`` put before it, so that no program takes for a formula
what a unit wrote; taking one ``'`` away from the beginning of a text gives back exactly what stood in the workbook.
Numbers, days (2026-06-30) and moments (2026-06-30T09:12:00) are never changed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.keeping import Keeping, digest_of
from danvan_xl.written.consolidated_file import Consolidated
from danvan_xl.written.many_workbooks import TABLES, joined, workbook_names
from danvan_xl.written.table_columns import Cell, Kind, TableColumn, WrittenTable

Target = Literal["csv", "parquet", "sqlite"]
Named = Mapping[str, WrittenTable]

QUOTE = "'"
ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", QUOTE)
"""What a text must not begin with where a program may take it for a formula; and the sign that is put before it."""

SQLITE_NAME, PACKAGE_NAME = "danvan-xl.sqlite", "datapackage.json"
SQLITE_SUFFIXES = (".sqlite", ".sqlite3", ".db")

FIELD_TYPES: Mapping[Kind, Mapping[str, str]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "day": {"type": "date", "format": "%Y-%m-%d"},
    "moment": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S"},
}
SQL_TYPES: Mapping[Kind, str] = {
    "text": "TEXT", "number": "REAL", "integer": "INTEGER", "day": "TEXT", "moment": "TEXT",
}  # fmt: skip


class NoParquetError(Exception):
    """The library that writes Parquet is not installed."""


def read_tables(books: Sequence[Consolidated]) -> Named:
    """The tables of the workbooks by their names. Raises ``WrittenError``."""
    return {name: joined(books, name) for name in TABLES}


def export_tables(
    books: Sequence[Consolidated], tables: Named, to: Target, output: Path, keeping: Keeping
) -> list[Path]:
    """Write the tables of the workbooks and the package that describes them; returns what was written, that one last.

    ``output``: a folder, made where there is none; for SQLite also a file. Each file is replaced as a whole, and
    ``keeping`` keeps what others wrote there. Raises ``NoParquetError``, ``OSError``.
    """
    if to == "parquet" and find_spec("pyarrow") is None:
        raise NoParquetError
    is_file = to == "sqlite" and output.suffix.lower() in SQLITE_SUFFIXES
    folder = output.parent if is_file else output
    folder.mkdir(parents=True, exist_ok=True)
    if to == "sqlite":
        written = dict.fromkeys(tables, output if is_file else folder / SQLITE_NAME)
        with atomic_path(written["answers"], keeping) as path:
            _write_sqlite(path, tables)
    else:
        written = {name: folder / f"{name}.{to}" for name in tables}
        for name, table in tables.items():
            with atomic_path(written[name], keeping) as path:
                _WRITERS[to](path, table)
    package = folder / (f"{output.stem}.{PACKAGE_NAME}" if is_file else PACKAGE_NAME)
    described = _package(books, tables, written, to)
    with atomic_path(package, keeping) as path:
        path.write_bytes((json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode())
    return [*dict.fromkeys(written.values()), package]


# ---- the formats ---------------------------------------------------------------------------------------------


def safe_text(words: str) -> str:
    """A text as it stands in CSV."""
    return QUOTE + words if words.startswith(ACTING) else words


def _plain(value: Cell) -> str | int | float | None:
    """A value with days and moments as ISO 8601, a whole number without a fraction."""
    if isinstance(value, date):
        return value.isoformat()  # a moment too
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _lines(table: WrittenTable, as_text: Callable[[str], str]) -> Iterator[list[str | int | float | None]]:
    for row in table.rows:
        values = (row.get(heading) for heading in table.headings)
        yield [as_text(value) if isinstance(value, str) else _plain(value) for value in values]


def _write_csv(path: Path, table: WrittenTable) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(map(safe_text, table.headings))
        writer.writerows(_lines(table, safe_text))


def _write_parquet(path: Path, table: WrittenTable) -> None:
    from danvan_xl.frames.tabular import as_frame

    as_frame(table).to_parquet(path, engine="pyarrow", index=False)


_WRITERS: Mapping[str, Callable[[Path, WrittenTable], None]] = {"csv": _write_csv, "parquet": _write_parquet}


def _write_sqlite(path: Path, tables: Named) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for name, table in tables.items():
            columns = ", ".join(f"{_sql_name(column.heading)} {SQL_TYPES[column.kind]}" for column in table.columns)
            marks = ", ".join("?" * len(table.columns))
            connection.execute(f"CREATE TABLE {_sql_name(name)} ({columns})")
            connection.executemany(
                f"INSERT INTO {_sql_name(name)} VALUES ({marks})",  # noqa: S608 - a table of ours; values are bound
                _lines(table, str),
            )


def _sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ---- what describes them -------------------------------------------------------------------------------------


def _package(books: Sequence[Consolidated], tables: Named, written: Mapping[str, Path], to: Target) -> object:
    """The data package (Frictionless, version 1) as it goes into JSON."""
    names = workbook_names([book.path for book in books])
    sources = [
        {"title": name, "path": name, "hash": f"sha256:{book.book.sha256}", "plan": book.plan, "period": book.period}
        for book, name in zip(books, names, strict=True)
    ]
    resources = [_resource(name, table, written[name], to) for name, table in tables.items()]
    digest = hashlib.sha256("".join(str(item["hash"]) for item in sources).encode()).hexdigest()
    return {
        "profile": "tabular-data-package" if to == "csv" else "data-package",
        "name": "danvan-xl",
        "id": f"sha256:{digest}",
        "title": "; ".join(dict.fromkeys(f"{book.body} · {book.plan} · {book.period}" for book in books)),
        "sources": sources,
        "resources": resources,
    }


def _resource(name: str, table: WrittenTable, path: Path, to: Target) -> dict[str, object]:
    own: dict[str, object] = {}
    if to == "csv":
        dialect = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
        own = {"encoding": "utf-8-sig", "mediatype": "text/csv", "dialect": dialect, "escapedWith": QUOTE}
    elif to == "sqlite":
        own = {"mediatype": "application/vnd.sqlite3", "dialect": {"table": name}}
    return {
        "name": name,
        "path": path.name,
        "profile": "tabular-data-resource" if to == "csv" else "data-resource",
        "format": to,
        **own,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest_of(path)}",
        "rows": len(table.rows),
        "schema": {"fields": [_field(column, to) for column in table.columns], "missingValues": [""]},
    }


def _field(column: TableColumn, to: Target) -> dict[str, object]:
    twin = {"ofField": column.of} if column.of is not None else {}
    name = safe_text(column.heading) if to == "csv" else column.heading
    return {"name": name, **FIELD_TYPES[column.kind], **twin}
