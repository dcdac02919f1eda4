"""A consolidated workbook of ours, opened: what it is, and of which plan and period.

Exception
└── ValueError
    └── SentenceError
        └── WrittenError   the file is no consolidated workbook of ours, or can't be trusted
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePath

from msgspec import Struct

from danvan_xl.intake.read import read_workbook
from danvan_xl.language.showable import shown
from danvan_xl.model import Finding, Severity, layout
from danvan_xl.model.book import Book, Sheet
from danvan_xl.wording import Lang, Sentence, SentenceError, sentence
from danvan_xl.written.sheet_tables import SheetTable, find_tables, text_of
from danvan_xl.written.table_columns import BODY, PERIOD, PLAN, UNIT_NAME

NEEDED = (layout.LINE_ID, layout.UNIT_ID, layout.ANSWER, layout.STATUS, PLAN, PERIOD)
"""Headings of ``Dữ liệu`` without which a workbook is none of ours."""


class WrittenError(SentenceError):
    """A file that can't be read as a consolidated workbook; ``str()`` says in Vietnamese which file and why."""


class Consolidated(Struct, frozen=True):
    """A consolidated workbook. ``plan``, ``period``, ``body``: as it says itself; ``units``: name → code, of its lines.

    ``body``: the issuing body. ``as_of``: the day that the workbook speaks of; None where it does not say.
    """

    path: str
    book: Book
    plan: str
    period: str
    body: str
    as_of: date | None
    units: Mapping[str, str]
    tables: tuple[SheetTable, ...]

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return shown(PurePath(self.path).name)


def refusal(path: str | os.PathLike[str], key: str, /, **args: object) -> WrittenError:
    """The error that says in a sentence of the catalogue what is wrong with a file."""
    return WrittenError(sentence("written", key, path=shown(os.fspath(path)), **args))


class _Said(Sentence, frozen=True, kw_only=True):
    """What a finding of the reader says, in the language that is asked for."""

    finding: Finding

    def say(self, lang: Lang = "vi") -> str:
        return self.finding.say(lang)


def open_consolidated(path: str | os.PathLike[str], *, only: Callable[[str], bool] | None = None) -> Consolidated:
    """Open a consolidated workbook of any version. Raises ``WrittenError``; nothing in a file raises anything else.

    ``only``: see ``read_workbook``.
    """
    if not Path(path).is_file():
        raise refusal(path, "no_file")
    book = read_workbook(path, only=only)
    for finding in book.findings:
        if finding.severity is Severity.BLOCKER:
            raise refusal(path, "unreadable", detail=_Said("", "", finding=finding))
    said = dict(_pairs(book.sheet(layout.IDENTITY_SHEET)))
    kind = said.get("format", "")
    if kind.startswith(layout.FORMAT.rpartition("/")[0]):
        raise refusal(path, "is_template")
    if kind and not kind.startswith("danvan-xl/"):
        raise refusal(path, "not_ours")
    tables = find_tables(book, layout.DATA, NEEDED)
    if not tables:
        raise refusal(path, "not_ours")
    if kind.startswith(layout.MERGED_FORMAT.rpartition("/")[0]) and kind != layout.MERGED_FORMAT:
        raise refusal(path, "newer", format=kind)
    plans, periods = _only(tables, PLAN), _only(tables, PERIOD)
    plan, period = said.get("plan") or plans[0], said.get("period") or periods[0]
    for heading, own, found in ((PLAN, plan, plans), (PERIOD, period, periods)):
        if any(item not in (own, "") for item in found):
            raise refusal(path, "several", sheet=layout.DATA, heading=heading, found=", ".join(sorted({own, *found})))
    named = ((text_of(row.get(UNIT_NAME)), text_of(row.get(layout.UNIT_ID))) for row in _rows(tables))
    units = {name: code for name, code in named if name and code}
    return Consolidated(
        os.fspath(path), book, plan, period, _only(tables, BODY)[0], day_of(said.get("as_of", "")), units, tables
    )


def _pairs(sheet: Sheet | None) -> Iterator[tuple[str, str]]:
    for row in sheet.rows if sheet is not None else ():
        words = [text_of(value) or "" for value in row.values[:2]]
        if len(words) == 2 and words[0] != "source":
            yield words[0], words[1]


def _rows(tables: tuple[SheetTable, ...]) -> Iterator[Mapping[str, object]]:
    for table in tables:
        for _, values in table.rows:
            yield values


def _only(tables: tuple[SheetTable, ...], heading: str) -> list[str]:
    """The different texts of a column, in their order; one empty text where there is none."""
    found = dict.fromkeys(text_of(values.get(heading)) or "" for values in _rows(tables))
    return [item for item in found if item] or [""]


def day_of(words: str) -> date | None:
    """A day as the hidden sheet writes it; None where it is none."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
