"""The body of a plan: its appendices (headings, tables) and the text around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.planimport.drafts import Reading, finish
from danvan_xl.planimport.table_layout import Layout, borrowed_layout, find_layout, read_rows, tidy
from danvan_xl.planimport.wordfile import Block, Paragraph, WordTable

_APPENDIX = re.compile(
    r"(?:phụ lục|biểu|mẫu biểu)(?:\s+số)?(?:\s*([ivxlc]+|\d{1,2}|[a-h]))?\s*(?:[.:–-]\s*(.*))?", re.I
)
_WITH = re.compile(r"\(?\s*(?:kèm theo|ban hành kèm theo)\b", re.I)
_LARGE_TABLE = 3  # a table that is no appendix is mentioned if it has more rows and at least this many columns


class AppendixDraft(Struct):
    """One appendix: the words above its table, its columns and what was read from its rows."""

    number: str
    title: str
    citation: str
    layout: Layout
    reading: Reading = field(default_factory=Reading)
    tables: int = 1


class Document(Struct):
    """A plan as read: the lines of text outside the appendices, in order, and the appendices."""

    lines: list[Paragraph] = field(default_factory=list)
    appendices: list[AppendixDraft] = field(default_factory=list)
    unknown_tables: list[str] = field(default_factory=list)
    """The first words of larger tables that are not appendices."""


def read_document(blocks: Sequence[Block]) -> Document:
    """Find the appendices among the blocks and read their rows."""
    document = Document()
    waiting: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            waiting += _lines(block)
        elif not _take(document, block, waiting):
            document.lines += waiting
            document.lines += [line for row in block.rows for cell in row for line in _lines(Paragraph(cell.text))]
            if len(block.rows) > _LARGE_TABLE and max(map(len, block.rows)) >= _LARGE_TABLE:
                document.unknown_tables.append(_first_words(block))
            waiting = []
        else:
            waiting = []
    document.lines += waiting
    for appendix in document.appendices:
        finish(appendix.reading)
    return document


def _lines(paragraph: Paragraph) -> Iterator[Paragraph]:
    for line in tidy(paragraph.text).split("\n"):
        if line.strip():
            yield Paragraph(line.strip(), paragraph.bold)


def _first_words(table: WordTable) -> str:
    return " | ".join(text for cell in table.rows[0] if (text := " ".join(cell.text.split())))[:80]


def _take(document: Document, table: WordTable, waiting: list[Paragraph]) -> bool:
    """Read the table as an appendix, or as the rest of the previous one; False if it is neither."""
    layout = find_layout(table)
    before = document.appendices[-1] if document.appendices else None
    inside = table.rows[: layout.head] if layout else ()
    waiting += [line for row in inside for cell in row for line in _lines(Paragraph(cell.text))]
    at = _heading(waiting)
    if layout is None:
        layout = borrowed_layout(table, before.layout) if before and at is None else None
        if layout is None or before is None or any(len(line.text) > 20 for line in waiting):
            return False
    elif before is None or at is not None or layout.fields != before.layout.fields:
        document.lines += waiting if at is None else waiting[:at]
        before = _open(waiting if at is None else waiting[at:], layout, headed=at is not None)
        document.appendices.append(before)
        before.tables = 0
    before.tables += 1
    for row in read_rows(table, layout):
        before.reading.add(row)
    return True


def _heading(lines: Sequence[Paragraph]) -> int | None:
    """The index of the last line like "PHỤ LỤC II" above a table."""
    found = [at for at, line in enumerate(lines) if _APPENDIX.fullmatch(line.text.strip("*# "))]
    return found[-1] if found else None


def _open(lines: Sequence[Paragraph], layout: Layout, *, headed: bool) -> AppendixDraft:
    number, title, citation = "", "", ""
    texts = [line.text.strip("*# ") for line in lines] if headed else []
    if texts:
        match = _APPENDIX.fullmatch(texts[0])
        assert match is not None  # _heading looked
        word = key(texts[0]).split()[0]
        number = {"phụ": "Phụ lục"}.get(word, "Biểu") + (f" {match[1].upper()}" if match[1] else "")
        texts[0] = match[2] or ""
    for text in texts:
        if _WITH.match(text) or citation:
            citation = f"{citation} {text}".strip()
        else:
            title = f"{title} {text}".strip()
    return AppendixDraft(number, " ".join(title.split()), citation, layout)
