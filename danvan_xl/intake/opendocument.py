"""Read ``.ods``: the document's XML by expat, including error cells, formats, hidden parts and notes.

Source: OASIS OpenDocument 1.3 part 3, chapters 9 (tables) and 19 (attributes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from danvan_xl.intake.assemble import assemble
from danvan_xl.intake.cells import Converter
from danvan_xl.intake.container import Member, check, inflate
from danvan_xl.intake.facts import Facts
from danvan_xl.intake.found import FoundSheet, RowScan, SheetScan
from danvan_xl.intake.markup import Attributes, elements, is_zero, natural, plain, walk
from danvan_xl.intake.opendocument_cells import STYLES, OpenCell
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.source import Source
from danvan_xl.intake.styles import make_style
from danvan_xl.intake.witness import Grid, nobody, read_grids
from danvan_xl.model.addresses import LAST_COLUMN, LAST_ROW
from danvan_xl.model.book import Address, Sheet
from danvan_xl.model.finding import Finding, Location, finding

MOST_REPEATED = 2_000_000  # cells with a value that come from "the same again"

_DRAWN = ("draw:", "dr3d:", "form:")  # of elements: shapes, scenes, controls


class _Reader(Struct):
    """Where the walk through ``content.xml`` is."""

    sheets: list[FoundSheet] = field(default_factory=list)
    hidden_styles: set[tuple[str, str]] = field(default_factory=set)  # (what it is of, name)
    fonts: dict[str, str] = field(default_factory=dict)
    style: str = ""
    row: int = 0
    column: int = 0
    repeat_row: int = 1
    cells: list[tuple[int, str, str, str | None, bool]] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)  # column of the open row → what its cell shows, as a code
    cell: OpenCell | None = None
    in_note: bool = False
    in_text: bool = False
    depth: int = 0  # of nested tables, which hold no cells of the sheet
    drawn: int = 0  # depth of nested shapes, pictures and controls: what they say is no cell's
    shapes: dict[Address, bool] = field(default_factory=dict)  # places of those with words, in the open table
    repeated: int = 0
    beyond: bool = False  # something empty extends beyond the last row or column

    @property
    def facts(self) -> Facts:
        scan = self.sheets[-1].scan
        assert scan is not None
        return scan.facts

    def start(self, name: str, attributes: Attributes) -> None:
        if self.drawn or (name.startswith(_DRAWN) and self.depth):
            self.drawn += 1
            return
        handler = _STARTS.get(name)
        if handler and (self.depth < 2 or name == "table:table"):
            handler(self, attributes)

    def end(self, name: str) -> None:
        if self.drawn:
            self.drawn -= 1
            return
        handler = _ENDS.get(name)
        if handler and (self.depth < 2 or name == "table:table"):
            handler(self)

    def text(self, piece: str) -> None:
        if self.drawn:
            if piece.strip():
                self.shapes[self.row + 1, self.column + 1] = True
            return
        if self.cell is None or self.depth > 1 or not self.in_text:
            return
        if self.in_note:
            self.cell.note.append(piece)
        elif self.cell.paragraphs:
            self.cell.paragraphs[-1].append(piece)


def _count(attributes: Attributes, name: str) -> int:
    return max(1, natural(attributes.get(name)))


def _open_style(reader: _Reader, attributes: Attributes) -> None:
    reader.style = attributes.get("style:name", "")


def _table_properties(reader: _Reader, attributes: Attributes) -> None:
    if attributes.get("table:display") == "false":
        reader.hidden_styles.add(("table", reader.style))


def _row_properties(reader: _Reader, attributes: Attributes) -> None:
    if is_zero(attributes.get("style:row-height")):
        reader.hidden_styles.add(("row", reader.style))


def _column_properties(reader: _Reader, attributes: Attributes) -> None:
    if is_zero(attributes.get("style:column-width")):
        reader.hidden_styles.add(("column", reader.style))


def _text_properties(reader: _Reader, attributes: Attributes) -> None:
    font = attributes.get("style:font-name") or attributes.get("fo:font-family", "").strip("'")
    if make_style("General", font).legacy_font:
        reader.fonts[reader.style] = font


def _open_table(reader: _Reader, attributes: Attributes) -> None:
    reader.depth += 1
    if reader.depth > 1:
        return
    hidden = ("table", attributes.get("table:style-name", "")) in reader.hidden_styles
    scan = SheetScan([], Facts())
    reader.sheets.append(FoundSheet(attributes.get("table:name", ""), "hidden" if hidden else "visible", scan))
    reader.row = reader.column = 0


def _close_table(reader: _Reader) -> None:
    reader.depth -= 1
    if not reader.depth:
        reader.sheets[-1].shapes = frozenset(reader.shapes)
        reader.shapes.clear()


def _is_hidden(reader: _Reader, kind: str, attributes: Attributes) -> bool:
    """Whether a row or column is not to be seen."""
    return (
        attributes.get("table:visibility") in ("collapse", "filter")
        or (kind, attributes.get("table:style-name", "")) in reader.hidden_styles
    )


def _column(reader: _Reader, attributes: Attributes) -> None:
    times = _count(attributes, "table:number-columns-repeated")
    first = reader.column + 1
    reader.column += times
    if _is_hidden(reader, "column", attributes) and reader.column <= LAST_COLUMN:
        reader.facts.hidden_columns.update(range(first, reader.column + 1))


def _open_row(reader: _Reader, attributes: Attributes) -> None:
    reader.repeat_row = _count(attributes, "table:number-rows-repeated")
    reader.column = 0
    reader.cells, reader.shown = [], {}
    if _is_hidden(reader, "row", attributes) and reader.row + reader.repeat_row <= LAST_ROW:
        reader.facts.hidden_rows.update(range(reader.row + 1, reader.row + reader.repeat_row + 1))
        reader.facts.filtered |= attributes.get("table:visibility") == "filter"


def _close_row(reader: _Reader) -> None:
    if reader.cells:
        reader.repeated += len(reader.cells) * reader.repeat_row
        if reader.repeated > MOST_REPEATED or reader.row + reader.repeat_row > LAST_ROW:
            raise RefusedError("F030", reader.repeated, sheet=reader.sheets[-1].name)
        columns, styles, types, raws, formulas = zip(*reader.cells, strict=True)
        marked = frozenset(column for column, formula in zip(columns, formulas, strict=True) if formula)
        scan = reader.sheets[-1].scan
        assert scan is not None
        for number in range(reader.row + 1, reader.row + reader.repeat_row + 1):
            scan.rows.append(RowScan(number, columns, styles, types, raws, marked))
            reader.sheets[-1].shown.update({(number, column): code for column, code in reader.shown.items()})
    reader.row += reader.repeat_row
    reader.beyond |= reader.row > LAST_ROW


def _open_cell(reader: _Reader, attributes: Attributes) -> None:
    reader.cell = OpenCell(attributes)
    down, right = (
        _count(attributes, "table:number-rows-spanned"),
        _count(attributes, "table:number-columns-spanned"),
    )
    if down > 1 or right > 1:
        top, left = reader.row + 1, reader.column + 1
        reader.facts.merges.append((top, left, top + down - 1, left + right - 1))


def _close_cell(reader: _Reader) -> None:
    cell, reader.cell = reader.cell, None
    if cell is None:
        return
    times = _count(cell.attributes, "table:number-columns-repeated")
    value = cell.as_excel(reader.fonts)
    if value:
        if reader.column + times > LAST_COLUMN:
            raise RefusedError("F030", reader.column + times, sheet=reader.sheets[-1].name)
        reader.cells += [(reader.column + step, *value) for step in range(1, times + 1)]
        if code := cell.shown_code():
            reader.shown |= dict.fromkeys(range(reader.column + 1, reader.column + times + 1), code)
    if cell.note:
        reader.sheets[-1].comments[reader.row + 1, reader.column + 1] = "".join(cell.note)
    reader.column += times
    reader.beyond |= reader.column > LAST_COLUMN


def _paragraph(reader: _Reader, attributes: Attributes) -> None:
    del attributes
    reader.in_text = True
    if reader.cell is None:
        return
    if not reader.in_note:
        reader.cell.paragraphs.append([])
    elif reader.cell.note:
        reader.cell.note.append("\n")


def _spaces(reader: _Reader, attributes: Attributes) -> None:
    reader.text(" " * min(_count(attributes, "text:c"), 1000))


def _tab(reader: _Reader, attributes: Attributes) -> None:
    del attributes
    reader.text("\t")


def _line_break(reader: _Reader, attributes: Attributes) -> None:
    del attributes
    reader.text("\n")


def _open_note(reader: _Reader, attributes: Attributes) -> None:
    del attributes
    reader.in_note = True


def _close_note(reader: _Reader) -> None:
    reader.in_note = False


def _close_paragraph(reader: _Reader) -> None:
    reader.in_text = False


_STARTS = {
    "style:style": _open_style,
    "style:table-properties": _table_properties,
    "style:table-row-properties": _row_properties,
    "style:table-column-properties": _column_properties,
    "style:text-properties": _text_properties,
    "table:table": _open_table,
    "table:table-column": _column,
    "table:table-row": _open_row,
    "table:table-cell": _open_cell,
    "table:covered-table-cell": _open_cell,
    "text:p": _paragraph,
    "text:s": _spaces,
    "text:tab": _tab,
    "text:line-break": _line_break,
    "office:annotation": _open_note,
}
_ENDS = {
    "table:table": _close_table,
    "table:table-row": _close_row,
    "table:table-cell": _close_cell,
    "table:covered-table-cell": _close_cell,
    "office:annotation": _close_note,
    "text:p": _close_paragraph,
}


def read_opendocument(source: Source, members: Mapping[str, Member]) -> tuple[str, tuple[Sheet, ...], list[Finding]]:
    """Format, sheets and findings of an OpenDocument spreadsheet. Raises ``RefusedError``."""
    content = _guarded(source.data, members)
    reader = _Reader()
    walk("content.xml", content, reader.start, reader.end, reader.text)
    if not reader.sheets:
        raise RefusedError("F020", "content.xml")
    styles, names = list(STYLES), {}
    for name, font in reader.fonts.items():
        names[name] = str(len(styles))
        styles.append(make_style("General", font))
    for sheet in reader.sheets:
        if sheet.scan and names:
            for row in sheet.scan.rows:
                row.styles = tuple(names.get(style, style) for style in row.styles)

    def witness(indexes: Sequence[int]) -> Sequence[Grid | None]:
        # calamine reads the whole document at once and fills every rectangle, however large.
        filled = sum(1 for sheet in reader.sheets if sheet.scan and sheet.scan.rows)
        drawn = any(sheet.shapes for sheet in reader.sheets)  # calamine takes what shapes say for what cells say
        if reader.beyond or drawn or len(indexes) < filled:
            return nobody(indexes)
        try:
            return read_grids(source.data, indexes)
        except RefusedError:  # calamine reads only what LibreOffice writes
            return nobody(indexes)

    sheets, findings = assemble(source.path, reader.sheets, Converter({}, styles, mac=False), witness)
    if any(name.startswith("basic/") and name.endswith(".xml") for name in members):
        findings.insert(0, finding("S010", Location(source.path)))
    return "ods", sheets, findings


def _guarded(data: bytes, members: Mapping[str, Member]) -> bytes:
    """``content.xml``, once every member is checked. Raises ``RefusedError``, F008 for an encrypted document."""
    found = b""
    manifest = members.get("meta-inf/manifest.xml")
    if manifest:  # first of all: where it says that there is a password, the other parts are no XML
        content = plain(manifest.name, inflate(data, manifest))
        if elements(manifest.name, content, "encryption-data"):
            raise RefusedError("F008")
    for name, member in members.items():
        if not name.endswith(".xml"):
            check(data, member)
            continue
        content = inflate(data, member)
        if name == "content.xml":
            found = plain(name, content)
        elif not name.startswith("basic/"):  # the macros' own parts have a document type, and are never read
            plain(name, content)
    if not found:
        raise RefusedError("F020", "content.xml")
    return found
