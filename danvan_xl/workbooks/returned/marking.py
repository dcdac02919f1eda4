"""Mark the bad cells of an open workbook, and remove the marks of the previous check.

A marked cell has our fill and our part of its comment; the fill that it had is remembered in ``_danvan``. Marks are
recognised by their exact colour, not by their address, because rows may have been inserted or sorted in between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from danvan_xl.language.text import key
from danvan_xl.model import Finding, Severity, layout, marks
from danvan_xl.round.fields import show
from danvan_xl.round.printed import RECORD, mark_of, record_rows
from danvan_xl.wording import Lang, text

if TYPE_CHECKING:
    from openpyxl.styles import PatternFill
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ANSWER_FILL = "FFFFF8E1"
"""What an open cell of a template is filled with: for a mark whose former fill is no longer known."""

LONGEST = 250
"""Characters of a value that are shown in a comment or a row of the list."""

COMMENT_WIDTH = 340

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")

TAKEN_FOR_FORMULA = ("=", "+", "-", "@", "'")
"""Beginnings of text that Excel would take for something else once somebody edits its cell."""


def shortened(words: str | None) -> str:
    """A value as it is shown: on one line, not too long, without characters that a workbook can't hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    clean = (
        _NO_CHARACTERS.sub("", ILLEGAL_CHARACTERS_RE.sub("", words or ""))
        .encode("utf-8", "replace")
        .decode("utf-8")
        .strip()
    )
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"


# ---- removing marks --------------------------------------------------------------------------------------


def remove_marks(book: Workbook) -> None:
    """Give the cells that the previous check marked their own fill back; remove our words and our sheet."""
    former = _take_former_fills(book)
    for sheet in book.worksheets:
        ours: dict[int, bool] = {}
        cells: list[Any] = list(sheet._cells.values())
        for cell in cells:
            if cell.comment is not None:
                _restore_comment(cell)
            if cell._style is None:  # nothing but a comment or a link stands there
                continue
            style = cell._style.fillId
            if style not in ours:
                ours[style] = _is_mark(cell.fill)
            if ours[style]:
                cell.fill = _former_fill(former.get(f"{sheet.title}!{cell.coordinate}"), cell)
    for sheet in list(book.worksheets):
        if key(sheet.title) == key(layout.ERRORS_SHEET):
            book.remove(sheet)


def _is_mark(fill: Any) -> bool:
    colour = getattr(fill, "fgColor", None)
    return (
        getattr(fill, "fill_type", None) == "solid"
        and colour is not None
        and colour.type == "rgb"
        and str(colour.rgb) in marks.MARK_FILLS
    )


def _restore_comment(cell: Any) -> None:
    words = cell.comment.text
    left = marks.unit_comment(words) if marks.COMMENT_BEGIN in words else words
    cell.comment = _comment(left, cell.comment.author) if left else None


def _identity_sheet(book: Workbook) -> Worksheet | None:
    return next((sheet for sheet in book.worksheets if sheet.title == layout.IDENTITY_SHEET), None)


def remember_words(book: Workbook, sheet: Worksheet) -> None:
    """Keep the marks of all words of a sheet of ours in the identity sheet, to tell what a unit adds from them."""
    identity = _identity_sheet(book)
    if identity is None:
        return
    rows: list[tuple[Any, ...]] = list(identity.iter_rows(max_col=2))
    for kind, name in reversed(rows):
        if (kind.value, name.value) == (RECORD, sheet.title):
            identity.delete_rows(kind.row)
    words = ((cell.coordinate, show(cell.value)) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    record = record_rows({sheet.title: {cell: mark_of(said) for cell, said in words if said}}, {})
    for number, cells in enumerate(record, start=identity.max_row + 1):
        for column, value in enumerate(cells, start=1):
            put_text(identity.cell(number, column), value)


def _take_former_fills(book: Workbook) -> Mapping[str, str]:
    """``<sheet>!<cell>`` → the fill it had, as remembered; the rows are removed."""
    sheet = _identity_sheet(book)
    if sheet is None:
        return {}
    former: dict[str, str] = {}
    pairs: list[tuple[Any, ...]] = list(sheet.iter_rows(max_col=2))
    for name, fill in reversed(pairs):
        if isinstance(name.value, str) and name.value.startswith(marks.MARK_KEY):
            former[name.value.removeprefix(marks.MARK_KEY)] = str(fill.value)
            sheet.delete_rows(name.row)
    return former


def _former_fill(words: str | None, cell: Any) -> PatternFill:
    from openpyxl.styles import PatternFill
    from openpyxl.styles.colors import Color

    parts = (words or "").split("|")
    if len(parts) == 3:
        try:
            pattern: Any = parts[0] or None
            front, back = _read_colour(parts[1]), _read_colour(parts[2])
            return PatternFill(fill_type=pattern, fgColor=front, bgColor=back)
        except (TypeError, ValueError):  # somebody changed the row: as if it were not there
            pass
    if cell.protection is not None and not cell.protection.locked:
        return PatternFill("solid", fgColor=Color(rgb=ANSWER_FILL))
    return PatternFill()


def _read_colour(words: str) -> Any:
    from openpyxl.styles.colors import Color

    kind, value, tint = words.split(":")
    number: Any = value if kind == "rgb" else int(value)
    return Color(type=kind, tint=float(tint), **{kind: number})


def _fill_words(fill: Any) -> str:
    """A fill as one line; empty for a gradient, which is rare and not restored."""
    if not hasattr(fill, "fgColor"):
        return ""
    return "|".join((fill.fill_type or "", _colour_words(fill.fgColor), _colour_words(fill.bgColor)))


def _colour_words(colour: Any) -> str:
    return f"{colour.type}:{int(colour.value) if colour.type == 'auto' else colour.value}:{colour.tint}"


# ---- marking ---------------------------------------------------------------------------------------------


def visible_cell(sheet: Worksheet, address: str) -> Any:
    """The cell that a person sees: the corner of its merged area, the next one of a hidden column."""
    cell: Any = sheet[address]
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            cell = sheet.cell(area.min_row, area.min_col)
    hidden = _hidden_columns(sheet)
    column = cell.column
    while column in hidden and column < sheet.max_column:
        column += 1
    shown = sheet.cell(cell.row, column)
    return shown if column not in hidden and not _is_merged(shown) else cell


def _is_merged(cell: Any) -> bool:
    from openpyxl.cell.cell import MergedCell

    return isinstance(cell, MergedCell)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    found: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min:
            found.update(range(dimension.min, min(dimension.max or dimension.min, dimension.min + 100) + 1))
    return found


def mark_cells(book: Workbook, findings: Iterable[Finding], lang: Lang) -> None:
    """Fill and comment the cells with an error or a warning; other cells stay as they are."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for item in (item for item in findings if item.is_open):
        where = item.location
        if item.severity is not Severity.INFO and where.cell and where.sheet in sheets:
            cell = visible_cell(sheets[where.sheet], where.cell)
            by_cell[where.sheet, cell.coordinate].append(item)
    former: list[tuple[str, str]] = []
    for (name, address), items in by_cell.items():
        if name == layout.IDENTITY_SHEET:
            continue
        cell = sheets[name][address]
        former.append((f"{marks.MARK_KEY}{name}!{address}", _fill_words(cell.fill)))
        _mark(cell, items, lang)
    _remember(book, former)


def _mark(cell: Any, items: list[Finding], lang: Lang) -> None:
    from openpyxl.styles import PatternFill

    serious = any(item.severity in (Severity.ERROR, Severity.BLOCKER) for item in items)
    cell.fill = PatternFill("solid", fgColor=marks.ERROR_FILL if serious else marks.WARNING_FILL)
    ordered = sorted(items, key=lambda item: item.severity is Severity.WARNING)
    words = "\n".join((marks.COMMENT_BEGIN, *(_words(item, lang) for item in ordered), marks.COMMENT_END))
    own = cell.comment
    if own is not None:
        words = f"{own.text}\n\n{words}"
    cell.comment = _comment(words, own.author if own is not None else marks.COMMENT_AUTHOR)


def _words(item: Finding, lang: Lang) -> str:
    """What was found, what is expected, how to mend it."""
    lines = [f"{text('returned', item.severity.value, lang).upper()}. {shortened(item.say(lang))}"]
    parts = (("found", item.found), ("expected", item.say_expected(lang)), ("mend", item.say_mend(lang)))
    for name, value in parts:
        if value:
            lines.append(text("returned", f"note_{name}", lang, **{name: shortened(value)}))
    return "\n".join(lines)


def _comment(words: str, author: str | None) -> Any:
    """A comment in a box that shows all of it."""
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // 52 for line in words.split("\n"))
    return Comment(words, author or "", height=min(600, 22 + 17 * lines), width=COMMENT_WIDTH)


def _remember(book: Workbook, former: list[tuple[str, str]]) -> None:
    sheet = _identity_sheet(book)
    if sheet is None:
        return
    for row, pair in enumerate(former, start=sheet.max_row + 1):
        for column, words in enumerate(pair, start=1):
            put_text(sheet.cell(row, column), words)


def put_text(cell: Any, words: str) -> None:
    """Write text that stays text, whatever it begins with."""
    cell.value = words
    cell.data_type = "s"
    keep_as_text(cell)


def keep_as_text(cell: Any) -> None:
    """Give a text Excel's quote prefix where it needs one."""
    if cell.data_type == "s" and str(cell.value).startswith(TAKEN_FOR_FORMULA):
        cell.quotePrefix = True
