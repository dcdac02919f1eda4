"""Several consolidated workbooks as one table: each row says which workbook it is of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from danvan_xl.language.showable import shown
from danvan_xl.language.text import key
from danvan_xl.written.consolidated_file import Consolidated, open_consolidated
from danvan_xl.written.table_columns import WORKBOOK, TableColumn, WrittenTable
from danvan_xl.written.target_table import targets_of
from danvan_xl.written.written_tables import answers_of, figures_of, findings_of

What = Literal["answers", "figures", "targets", "findings"]

TABLES: Mapping[What, Callable[[Consolidated], WrittenTable]] = {
    "answers": answers_of,
    "figures": figures_of,
    "targets": targets_of,
    "findings": findings_of,
}


def open_all(paths: Iterable[str | os.PathLike[str]]) -> list[Consolidated]:
    """The workbooks, in the order given; the same content is taken once. Raises ``WrittenError``."""
    found: dict[str, Consolidated] = {}
    for path in paths:
        book = open_consolidated(path)
        found.setdefault(book.book.sha256, book)
    return list(found.values())


def joined(books: Sequence[Consolidated], what: What) -> WrittenTable:
    """A table of all workbooks: the contract's columns, then the further ones of any of them. Raises ``WrittenError``.

    ``Sổ tổng hợp`` holds a file's name, with as many of its folders as tell it from the others.
    """
    names = workbook_names([book.path for book in books])
    columns: dict[str, TableColumn] = {}
    rows = []
    for book, name in zip(books, names, strict=True):
        table = TABLES[what](book)
        same: dict[str, str] = {}
        for column in table.columns:
            same[column.heading] = columns.setdefault(key(column.heading), column).heading
        rows += [{**{same[heading]: value for heading, value in row.items()}, WORKBOOK: name} for row in table.rows]
    return WrittenTable(tuple(columns.values()), tuple(rows))


def workbook_names(paths: Sequence[str]) -> list[str]:
    """What to call each file: the last parts of its path, as many as are needed for no two to be called the same."""
    whole = [Path(path).absolute().parts for path in paths]
    longest = max(map(len, whole), default=1)
    names = [""] * len(paths)
    for at, parts in enumerate(whole):
        others = [other for place, other in enumerate(whole) if place != at]
        few = next((n for n in range(1, longest + 1) if all(other[-n:] != parts[-n:] for other in others)), longest)
        names[at] = shown("/".join(parts[-few:]))
    return names
