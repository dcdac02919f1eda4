"""Lines and figures whose answers stand in more than one sheet: where they differ, none of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from danvan_xl.answers.tables import Table
from danvan_xl.model import layout
from danvan_xl.model.book import Row
from danvan_xl.round.fields import show, tidy

Said = tuple[str, ...]
"""What a row says, answer column by answer column."""

SECOND_SHEET = "C009"
"""The code of a further sheet with answers of a form."""


def _said(table: Table, row: Row) -> Said:
    return tuple(show(tidy(table.cell(row, name))[0]) for name in table.spec.answers)


def _by_id(table: Table, id_of: Callable[[Table, Row], str | None]) -> Iterator[tuple[str, Said]]:
    for row in table.rows():
        said = _said(table, row)
        name = id_of(table, row) if any(said) else None
        if name is not None:
            yield name, said


def contradicted(first: Table, further: Iterable[Table], id_of: Callable[[Table, Row], str | None]) -> Collection[str]:
    """The ids of the rows that say one thing in the first sheet and another in a further one."""
    here = dict(_by_id(first, id_of))
    return {name for table in further for name, said in _by_id(table, id_of) if here.get(name) != said}


def hidden_id(table: Table, row: Row) -> str | None:
    """The id in column A of a row."""
    mark = table.cell(row, layout.F_ID)
    return mark.strip() if isinstance(mark, str) and mark.strip() else None
