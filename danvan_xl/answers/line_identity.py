"""Where a line's identity is decided: which line of the plan a row of an appendix answers.

The hidden id in column A decides. A row that lost its id is recognised by its text, when that is the text of a task of
this unit; a second row of the same line is nobody's answer and is asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from danvan_xl.answers.appendix_part import AppendixPart
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Line, finding, layout
from danvan_xl.model.book import Row

MANY_WITHOUT_IDS = 3
"""From this many on, rows recognised by their text are reported together, not one by one."""


class RowIdentity(Struct, frozen=True):
    """What a row is: the heading of a ``group``, a ``line`` of the plan, or neither (a line of the unit's own).

    ``mark``: the content of column A; ``findings``: why a row that names a line is not that line's answer; ``foreign``:
    the line of another unit that its id names.
    """

    mark: str
    group: str | None = None
    line: Line | None = None
    foreign: str | None = None
    findings: tuple[Finding, ...] = ()


class LineIdentities:
    """The identities of an appendix's rows, taken in order: the first row of a line counts."""

    def __init__(self, part: AppendixPart) -> None:
        self._part = part
        self._lines = part.round.by_unit[part.unit]
        self._headings = part.round.titles[part.appendix.id]
        self._first_rows: dict[str, int] = {}
        self._by_text: list[tuple[str, int]] = []
        self._group = ""

    @property
    def group(self) -> str:
        """The group that the current rows belong to."""
        return self._group

    @property
    def seen(self) -> Collection[str]:
        """The ids of the lines that the rows so far were about."""
        return self._first_rows.keys()

    def of(self, row: Row) -> RowIdentity:
        """The identity of the next row."""
        raw_id = self._part.table.cell(row, layout.F_ID)
        mark = raw_id.strip() if isinstance(raw_id, str) else ""
        if mark.startswith(layout.GROUP_MARK):
            self._group = mark[1:]
            return RowIdentity(mark, group=self._group)
        line_id = mark if layout.LINE_ID_FORM.fullmatch(mark) else self._id_by_text(mark, row)
        if line_id is None:
            group = self._group_by_title(row)
            self._group = self._group if group is None else group
            return RowIdentity(mark, group=group)
        if line_id in self._first_rows:
            where = self._part.table.place(row.number, layout.F_ID)
            first, second = self._first_rows[line_id], row.number
            again = finding("I012", where, line_id, line=line_id, line_id=line_id, first_row=first, row=second)
            return RowIdentity(mark, findings=(again,))
        self._first_rows[line_id] = row.number
        line = self._lines.get(line_id)
        ours = line is not None or line_id.endswith(f"@{self._part.unit}")
        return RowIdentity(mark, line=line, foreign=None if ours else line_id)

    def _id_by_text(self, mark: str, row: Row) -> str | None:
        """The id of a row that lost it, by its text."""
        text = self._part.table.cell(row, "text")
        if layout.OWN_ID_FORM.fullmatch(mark) or not isinstance(text, str):
            return None
        task = self._part.round.texts[self._part.appendix.id].get(key(self._part.plain_text(row, text)))
        line_id = f"{task.id}@{self._part.unit}" if task else ""
        if line_id not in self._lines:
            return None
        self._by_text.append((line_id, row.number))
        return line_id

    def _group_by_title(self, row: Row) -> str | None:
        """The group that a row without an id heads."""
        text = self._part.table.cell(row, "text")
        return self._headings.get(key(text)) if isinstance(text, str) else None

    def taken_by_text(self) -> Iterator[Finding]:
        """The rows that lost their ids, each reported once; many of them together."""
        table = self._part.table
        if len(self._by_text) < MANY_WITHOUT_IDS:
            for line_id, row in self._by_text:
                yield finding("R008", table.place(row, "text"), line=line_id, line_id=line_id)
        else:
            rows = ", ".join(str(row) for _, row in self._by_text[:10])
            yield finding("R017", table.place(table.header_row, "text"), len(self._by_text), rows=rows)
