"""The structural scan by expat, for sheets that are not written in the plain way."""

from __future__ import annotations

from msgspec import Struct, field

from danvan_xl.intake.facts import read_facts
from danvan_xl.intake.found import RowScan, SheetScan
from danvan_xl.intake.markup import Attributes, is_zero, local, natural, walk
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.model.addresses import LAST_COLUMN, LAST_ROW, parse_address

_DEEPEST = 64  # nested elements; a sheet has about ten


class _State(Struct):
    """The state of the walk: the open row and cell, and the text that belongs to the cell's value."""

    part: str
    rows: list[RowScan] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    path: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    cells: list[tuple[int, str, str, str | None, bool]] = field(default_factory=list)
    style: str = ""
    kind: str = ""
    formula: bool = False
    value: list[str] | None = None
    inline: list[str] | None = None
    words: list[str] = field(default_factory=list)
    bare: dict[int, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise RefusedError("F021", self.part)
        if "sheetData" not in self.path:
            return
        if name == "row":
            self._open_row(attributes)
        elif name == "c":
            self._open_cell(attributes)
        elif name == "f":
            self.formula, self.words = True, []
        elif name == "v":
            if self.value is not None:
                raise RefusedError("F021", self.part)
            self.value = []
        elif name == "is":
            self.inline = []

    def _open_row(self, attributes: Attributes) -> None:
        text = attributes.get("r")
        number = self.row + 1 if text is None else natural(text)
        if not 1 <= number <= LAST_ROW:
            raise RefusedError("F021", self.part)
        self.row, self.column = number, 0
        if attributes.get("hidden") in ("1", "true") or is_zero(attributes.get("ht")):
            self.hidden.add(number)

    def _open_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            place = parse_address(reference)
            self.column = place[1] if place and place[0] == self.row else LAST_COLUMN + 1
        self.style, self.kind = attributes.get("s", ""), attributes.get("t", "")
        self.formula, self.value, self.inline = False, None, None

    def text(self, piece: str) -> None:
        inner = self.path[-1]
        if inner == "f":
            self.words.append(piece)
        elif inner == "v" and self.value is not None:
            self.value.append(piece)
        elif inner == "t" and self.inline is not None and "rPh" not in self.path:
            self.inline.append(piece)

    def end(self, name: str) -> None:
        name = local(name)
        self.path.pop()
        if "sheetData" not in self.path:
            return
        if name == "c":
            holder = self.inline if self.kind == "inlineStr" and self.inline is not None else self.value
            if holder is not None or self.formula:
                if not 1 <= self.column <= LAST_COLUMN:  # its address is elsewhere, or it holds a row
                    raise RefusedError("F021", self.part)
                raw = None if holder is None else "".join(holder)
                self.cells.append((self.column, self.style, self.kind, raw, self.formula))
                if self.formula and not raw:
                    self.bare[self.column] = f"={''.join(self.words)}"
        elif name == "row" and self.cells:
            columns, styles, types, raws, formulas = zip(*self.cells, strict=True)
            marked = frozenset(column for column, formula in zip(columns, formulas, strict=True) if formula)
            self.rows.append(RowScan(self.row, columns, styles, types, raws, marked, self.bare))
            self.cells, self.bare = [], {}


def scan_by_expat(part: str, content: bytes) -> SheetScan:
    """The same as ``scan_sheet``, for any well-formed sheet. Raises ``RefusedError`` F021."""
    facts = read_facts(part, content)
    state = _State(part)
    walk(part, content, state.start, state.end, state.text)
    facts.hidden_rows |= state.hidden
    return SheetScan(state.rows, facts)
