"""Where the columns of an appendix are, and what each row has under them.

Word tables are seldom rectangles: cells are merged both ways, rows end too soon or too late, a whole table sits in a
cell. A row becomes one text per field, plus the keys of its doubts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from danvan_xl.language.text import clean, key
from danvan_xl.planimport.wordfile import WordCell, WordTable

# Field → words in a heading (as comparison keys). The first match decides, so the order matters:
# "Kết quả thực hiện nhiệm vụ" is a product, "Thời gian thực hiện nhiệm vụ" a roadmap.
_FIELD_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (name, tuple(key(word) for word in words.split(" | ")))
    for name, words in (
        ("coordinate_text", "phối hợp"),
        ("lead_text", "chủ trì | cơ quan thực hiện | đơn vị thực hiện | đầu mối | phân công | trách nhiệm"),
        ("roadmap", "lộ trình | thời gian | thời hạn | tiến độ | hoàn thành"),
        ("product", "sản phẩm | kết quả | đầu ra"),
        ("text", "mục tiêu | nhiệm vụ | nội dung | công việc | chỉ tiêu"),
    )
)
_BOTH = (key("chủ trì"), key("phối hợp"))
_STT_WORDS = frozenset({"stt", "tt", "số tt", "số thứ tự", "thứ tự", "số"})
_LONGEST_HEADING = 80

NUMBER = re.compile(r"\(?(?:[IVXLC]+|[A-Za-zĐđ]|\d{1,3}(?:[.\-]\d{1,3}){0,3})[.)/]?|[-+*•]")
_NUMBERED = re.compile(r"\(?([IVXLC]+|[A-ZĐ]|\d{1,2}(?:\.\d{1,2}){0,3})(?:[.)/:]\s*|\s+[-–]?\s*)(?=\S)(.+)", re.DOTALL)
_TAG = re.compile(r"</?(?:p|b|i|u|em|strong|span|div|font|sup|sub)\b[^<>]*>", re.I)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_BOOKMARK = re.compile(r"\[bookmark:[^\[\]]{0,100}\]", re.I)
_HTML_CELL = re.compile(r"<t[dh]\b[^<>]*>((?:(?!<t[dh]\b).)*?)</t[dh]>", re.I | re.S)
_MOST_COLUMNS = 63  # Word's own limit


def tidy(text: str) -> str:
    """A cell's text without the remnants of HTML and bookmarks that converters leave."""
    bare = _TAG.sub(" ", _BREAK.sub("\n", _BOOKMARK.sub("", text)))
    if bare != text:
        text = "\n".join(" ".join(line.split()) for line in html.unescape(bare).split("\n"))
    return clean(text).text


def field_of(title: str) -> str | None:
    """The field that a heading names; None for a heading that a plan file has no place for."""
    words = key(tidy(title))
    if words in _STT_WORDS:
        return "stt"
    if not words or len(words) > _LONGEST_HEADING:
        return None
    if _BOTH[0] in words and _BOTH[1] in words:
        return "lead_text"  # one column for lead and coordinating units; its cells are marked
    return next((name for name, known in _FIELD_WORDS if any(word in words for word in known)), None)


class Column(Struct, frozen=True):
    """A column of an appendix: its field (None: not one of a plan's), its heading, and its position."""

    field: str | None
    title: str
    start: int
    width: int


class Layout(Struct, frozen=True):
    """The columns of a table, and how many rows precede its first line."""

    columns: tuple[Column, ...]
    above: int
    head: int = 0
    """The row in which the headings begin; the rows before it may hold the plan's own title."""

    @property
    def fields(self) -> tuple[str | None, ...]:
        """The fields in printed order."""
        return tuple(column.field for column in self.columns)


class PrintedRow(Struct):
    """One row: a text for every field, and what was noticed along the way."""

    values: dict[str, str]
    others: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    continued: set[str] = field(default_factory=set)
    merged: bool = False
    bold: bool = False
    shifted: bool = False
    doubts: list[tuple[str, str]] = field(default_factory=list)
    """(field, key of the sentence in texts/planimport.toml)"""


Heading = tuple[int, int, str, str]
"""Start, width, whole heading, and the line of it that is the column's own."""


def find_layout(table: WordTable) -> Layout | None:
    """The columns of a table that is an appendix; None for every other table (letterhead, signatures)."""
    for at in range(min(len(table.rows), 6)):
        first = [(cell.start, cell.width, _title(cell), _title(cell)) for cell in table.rows[at]]
        below = table.rows[at + 1] if at + 1 < len(table.rows) else ()
        if max(len(table.rows[at]), len(below)) > _MOST_COLUMNS:
            return None
        second = _second_line(table.rows[at], below)
        for titles, used in ((second, at + 2), (first, at + 1)):
            layout = Layout(tuple(_columns(titles)), used, at)
            named = {name for name in layout.fields if name}
            if "text" in named and named & {"lead_text", "roadmap", "coordinate_text"}:
                return layout
    return None


def _title(cell: WordCell) -> str:
    return " ".join(tidy(cell.text).split())


def _second_line(above: Sequence[WordCell], below: Sequence[WordCell]) -> list[Heading]:
    """Headings in two lines ("Cơ quan" over "chủ trì", "phối hợp"), combined; empty if there is only one line."""
    result: list[Heading] = []
    halved = False
    for parent in above:
        inner = [cell for cell in below if parent.start <= cell.start < parent.start + parent.width]
        named = [cell for cell in inner if not cell.continued and _title(cell)]
        if len(inner) > 1 and len(named) == len(inner):
            halved = True
            result += [(cell.start, cell.width, f"{_title(parent)} {_title(cell)}", _title(cell)) for cell in inner]
        elif named:
            return []
        else:
            result.append((parent.start, parent.width, _title(parent), _title(parent)))
    return result if halved and len(above) > 1 else []


def _columns(titles: Sequence[Heading]) -> Iterator[Column]:
    taken: set[str] = set()
    for start, width, title, own in titles:
        name = field_of(own) or field_of(title)
        if name in taken:
            name = None
        if name:
            taken.add(name)
        yield Column(name, title, start, width)


def borrowed_layout(table: WordTable, layout: Layout) -> Layout | None:
    """The layout of a table that continues after a page break without headings; None if it can't be such a table."""
    count = len(layout.columns)
    model = next((row for row in table.rows if len(row) == count), None)
    if model is None:
        return None
    columns = (
        Column(column.field, column.title, cell.start, cell.width)
        for column, cell in zip(layout.columns, model, strict=True)
    )
    return Layout(tuple(columns), 0)


def read_rows(table: WordTable, layout: Layout) -> Iterator[PrintedRow]:
    """The rows below the headings. A cell merged with the one above repeats its text."""
    above: list[str] = [""] * len(layout.columns)
    for cells in table.rows[layout.above :]:
        row, values = _read(cells, layout, above)
        above = values
        yield row


def _read(cells: Sequence[WordCell], layout: Layout, above: Sequence[str]) -> tuple[PrintedRow, list[str]]:
    count = len(layout.columns)
    row = PrintedRow({})
    unnested = _unnest(cells)
    if unnested is not None:
        row.doubts.append(("text", "nested"))
        pieces: list[tuple[tuple[int, ...], WordCell]] = [((at,), cell) for at, cell in enumerate(unnested)]
    else:
        pieces = [(_covers(cell, layout), cell) for cell in cells]
    values = [""] * count
    seen: set[int] = set()
    extras: list[str] = []
    for covered, cell in pieces:
        text = _cell_text(cell)
        if covered[0] >= count or (covered[0] in seen and text):
            extras.append(text)
            continue
        at = covered[0]
        seen |= set(covered)
        if cell.continued:
            row.continued.add(layout.columns[at].field or "")
            text = above[at]
        values[at] = text
        row.bold = row.bold or (cell.bold and len(text) > 1 and not NUMBER.fullmatch(text))
        if len(covered) > 1 and text:
            _merge(row, values, covered, layout)
    _shift(row, values, extras, layout, seen)
    _fill(row, values, layout, seen, [text for text in extras if text])
    return row, values


def _cell_text(cell: WordCell) -> str:
    text = tidy(cell.text) or cell.number
    inner = (tidy(below.text) for table in cell.tables for row in table.rows for below in row)
    return "\n".join(part for part in (text, *inner) if part)


def _covers(cell: WordCell, layout: Layout) -> tuple[int, ...]:
    """The columns that a cell belongs to: those it covers by half, else the one it overlaps most."""
    overlaps = [
        max(0, min(cell.start + cell.width, column.start + column.width) - max(cell.start, column.start))
        for column in layout.columns
    ]
    half = tuple(at for at, column in enumerate(layout.columns) if overlaps[at] and overlaps[at] * 2 >= column.width)
    if half:
        return half
    best = max(overlaps, default=0)
    return (overlaps.index(best),) if best else (len(layout.columns),)


def _unnest(cells: Sequence[WordCell]) -> list[WordCell] | None:
    """The cells of a row that is nested as a table inside one of its cells (Word's own, or HTML); else None."""
    for at, cell in enumerate(cells):
        inner: list[WordCell] = []
        if len(cell.tables) == 1 and len(cell.tables[0].rows) == 1 and not tidy(cell.text):
            inner = list(cell.tables[0].rows[0])
        elif "<table" in cell.text.lower():
            inner = [WordCell(text, 0, 1) for text in _HTML_CELL.findall(cell.text)]
        if len(inner) > 1:
            said = {_cell_text(item) for item in inner} | {""}
            after = [item for item in cells[at + 1 :] if _cell_text(item) not in said]
            return [*cells[:at], *inner, *after]
    return None


def _merge(row: PrintedRow, values: list[str], covered: tuple[int, ...], layout: Layout) -> None:
    """Read a cell over several columns: a group heading, or one text for two fields."""
    last = len(layout.columns) - 1
    fields = [layout.columns[at].field for at in covered]
    if "text" in fields and (covered[-1] == last or fields[:2] == ["stt", "text"]):
        row.merged = covered[-1] == last
        text = values[covered[0]]
        values[covered[0]] = ""
        split = _NUMBERED.fullmatch(text) if fields[0] == "stt" else None
        if split:
            values[covered[0]], text = split[1], split[2]
        values[covered[fields.index("text")]] = text
    else:
        row.doubts += [(name, "merged_across") for name in fields if name]


def _shift(row: PrintedRow, values: list[str], extras: list[str], layout: Layout, seen: set[int]) -> None:
    """Move a row that lost its number cell, and so is one column too far left, back into place."""
    if layout.columns[0].field != "stt" or row.merged or not values[0] or NUMBER.fullmatch(values[0]):
        return
    if len(values[0]) <= 12 and values[1]:
        return
    split = _NUMBERED.fullmatch(values[0])
    if split and not values[1]:
        values[0], values[1] = split[1], split[2]
        return
    row.shifted = True
    row.doubts.append(("text", "shifted"))
    last = values.pop()
    values.insert(0, "")
    seen |= {at + 1 for at in seen if at + 1 < len(values)}
    if last:
        extras.insert(0, last)


def _fill(row: PrintedRow, values: list[str], layout: Layout, seen: set[int], extras: list[str]) -> None:
    for at, column in enumerate(layout.columns):
        if column.field is None:
            row.others[column.title] = values[at]
            continue
        row.values[column.field] = values[at]
        if at not in seen:
            row.missing.add(column.field)
    if extras:
        row.others[""] = " | ".join(extras)
        row.doubts.append(("text", "extra_cells"))
