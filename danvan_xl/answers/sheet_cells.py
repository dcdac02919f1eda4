"""The account of a form's cells: each that differs from what the template printed is used, repaired or found.

While the rows of a form are read, it is noted which cells an answer came from. At the end every other cell with
something in it must be what the template prints there, or something that was found; what is neither is found now. So no
words can get lost, wherever a unit typed them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from danvan_xl.answers.tables import Table, name_some
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Line, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name, parse_address
from danvan_xl.model.book import RawValue, Row
from danvan_xl.model.submission import CellCount
from danvan_xl.round.fields import show, tidy, words_of
from danvan_xl.round.live_words import LiveWords, is_live_formula
from danvan_xl.round.printed import LINE_COLUMNS, PrintedRecord, figure_key, line_words, mark_of
from danvan_xl.wording import LANGS

OF_THE_ROW = frozenset({"I012", "I013", "I021", "I014", "R009", "R010", "R019", "R020", "I030"})
"""Findings that speak of all cells of their row."""

NOT_OF_THE_CELL = frozenset({"R003", "R002"})
"""Findings that stand at a cell without doubting what it says."""

MOST_SINGLE = 20
"""Cells of a sheet with words outside the answers that get a finding of their own; the others are named together."""

LONGEST_SHOWN = 200
"""Characters of a cell's content that a finding shows."""

REPAIRS = "N"


def says(value: RawValue, printed: str) -> bool:
    """Whether a cell says what was printed, spaces, letter case and accents' encoding aside."""
    return value == printed or key(show(tidy(value)[0])) == key(printed)


class _RowUse(Struct, frozen=True):
    """What was read from a row. ``read``: its fields; ``printed``: column → what the template prints there.

    ``compared``: the plan's own cells were compared already, and these of them differ; ``line``: its line; ``before``:
    what names the row in the record of what was said last time.
    """

    read: Collection[str] = ()
    printed: Mapping[str, str] = {}
    compared: Sequence[int] | None = None
    line: str | None = None
    before: str = ""

    @property
    def checked(self) -> bool:
        """Whether the template has a live check in the row."""
        return self.compared is not None or (layout.F_ID in self.printed and not self._is_heading)

    @property
    def _is_heading(self) -> bool:
        return self.printed[layout.F_ID].startswith(layout.GROUP_MARK)


_UNREAD = _RowUse()


class SheetCells:
    """The cells of one form's sheet, accounted for while its rows are read."""

    def __init__(
        self, table: Table, live: LiveWords, record: PrintedRecord, lines: Mapping[str, Line] = MappingProxyType({})
    ) -> None:
        """``lines``: the unit's lines by id."""
        self.table = table
        self.cleared: list[str] = []
        """Cells of ours that were emptied."""
        self.live, self.record, self.lines = live, record, lines
        self.uses: dict[int, _RowUse] = {}

    def line(self, row: Row, line: str, read: Collection[str], changed: Sequence[int]) -> None:
        """A row of the plan's, of which these fields were read; ``changed``: columns of the plan's that differ."""
        self.uses[row.number] = _RowUse(read, compared=changed, line=line, before=line)

    def other(
        self,
        row: Row,
        printed: Mapping[str, str],
        read: Collection[str] = (),
        line: str | None = None,
        before: str = "",
    ) -> None:
        """Any other row: what the template prints in its columns, and the fields that were read."""
        self.uses[row.number] = _RowUse(read, printed, line=line, before=before)

    def settle(self, findings: Iterable[Finding]) -> tuple[CellCount, list[Finding]]:
        """The count of the cells that differ, and what nobody found before. ``findings``: those of this sheet."""
        return _Settling(self, findings).result()


class _Settling:
    """The walk over the cells of a sheet whose rows were read."""

    def __init__(self, cells: SheetCells, findings: Iterable[Finding]) -> None:
        self._table = table = cells.table
        self._cleared, self._uses = cells.cleared, cells.uses
        self._live, self._record, self._lines = cells.live, cells.record, cells.lines
        self._found, self._rows = places_of(findings, table.sheet.name)
        self._names = {column: name for name, column in table.columns.items()}
        self._answers = [(table.columns[name], name) for name in table.spec.answers if name in table.columns]
        self._beside = [
            column
            for name in (layout.F_CHECK, layout.F_PREVIOUS, layout.F_REPORTED)
            if (column := table.columns.get(name)) is not None
        ]  # fmt: skip
        self._is_plain = not (table.strange or table.bare)
        self._changed = self._used = self._repaired = self._others = 0
        self._new: list[tuple[int, int, str, str | None]] = []
        """(row, column, words, line) of what nobody found before."""

    def result(self) -> tuple[CellCount, list[Finding]]:
        for row in self._table.rows():
            use = self._uses.get(row.number, _UNREAD)
            if use.compared is None:
                self._any_row(row, use)
            else:
                self._line_row(row, use)
        live = self._table.columns.get(layout.F_CHECK)
        self._cleared += self._checks_gone(live)
        gone = len(self._cleared) + self._broken(live)
        count = CellCount(
            self._changed + gone, self._used, self._repaired, self._others + gone + len(self._new)
        )  # fmt: skip
        gone_findings = together("R037", self._table.sheet.name, self._cleared)
        return count, [*self._new_findings(), *gone_findings]

    def _broken(self, live: int | None) -> int:
        """How many cells of the rows have no sound value, live checks aside. One in a column of ours is found now."""
        count, sheet = 0, self._table.sheet
        for (row, column), (_, found) in sheet.doubts.items():
            words = str(found or "?")
            if row <= self._table.last_header_row or (column == live and self._is_live(row, column, words)):
                continue
            if column in self._beside:
                words = "=…" if words.startswith("=") else words  # no formula of the unit's is repeated
                self._new.append((row, column, words, self._uses[row].line if row in self._uses else None))
                self._changed += 1
            else:
                count += 1
        return count

    def _is_live(self, row: int, column: int, words: str) -> bool:
        """Whether a cell without a sound value is a live check: one that failed, or whose result is not stored."""
        sheet = self._table.sheet
        if (row, column) in sheet.errors:
            return (row, column) in sheet.formulas
        return (row, column) in sheet.formulas and (not words.startswith("=") or is_live_formula(words))

    def _checks_gone(self, live: int | None) -> Iterator[str]:
        """Cells whose live check was taken out; none where the file keeps no formulas."""
        formulas = self._table.sheet.formulas
        there = {row for row, column in formulas if column == live}
        if live is None or not there:
            return
        for row in self._table.rows():
            use = self._uses.get(row.number)
            if row.number in there or use is None or not use.checked:
                continue
            value = row.values[live - 1] if live <= len(row.values) else None
            is_doubt = (row.number, live) in self._table.sheet.doubts
            if not is_doubt and (value is None or self._is_ours(value, layout.F_CHECK, live, use)):
                yield cell_name(row.number, live)

    # ---- rows ------------------------------------------------------------------------------------------------

    def _line_row(self, row: Row, use: _RowUse) -> None:
        """A line of the plan: its own cells were compared when it was read."""
        values, width = row.values, len(row.values)
        changed = len(use.compared or ())
        self._others += changed
        at = self._found.get(row.number)
        whole = at is None and row.number not in self._rows
        filled = 0
        for column, name in self._answers:
            if column <= width and values[column - 1] is not None:
                if whole and name in use.read:
                    filled += 1
                else:
                    self._cell(row, column, use)
        self._used += filled
        self._changed += filled + changed
        for column in self._beside:
            if column <= width and values[column - 1] is not None:
                self._cell(row, column, use)
        if not self._is_plain or width > self._table.width:
            for column in (*self._table.strange, *self._table.bare, *range(self._table.width + 1, width + 1)):
                if column <= width and values[column - 1] is not None:
                    self._cell(row, column, use)

    def _any_row(self, row: Row, use: _RowUse) -> None:
        """Every cell of a row that is no line of the plan, and those of ours that it no longer has."""
        for column, value in enumerate(row.values, start=1):
            if value is not None:
                self._cell(row, column, use)
        for name, words in use.printed.items():
            place = self._table.columns.get(name)
            if words and place and not self._is_filled(row, place):
                self._cleared.append(cell_name(row.number, place))

    def _is_filled(self, row: Row, column: int) -> bool:
        there = column <= len(row.values) and row.values[column - 1] is not None
        return there or (row.number, column) in self._table.sheet.doubts

    def _cell(self, row: Row, column: int, use: _RowUse) -> None:
        """One cell with something in it: ours, an answer, or found."""
        value, name = row.values[column - 1], self._names.get(column, "")
        if self._is_ours(value, name, column, use):
            return
        seen = self._table.sheet.number_formats.get((row.number, column))
        words = words_of(tidy(value)[0], seen)[0].strip()
        if not words:
            return
        self._changed += 1
        kinds = self._found.get(row.number, {}).get(column)
        if kinds is False or row.number in self._rows or column in self._table.strange:
            self._others += 1
        elif name in use.read:
            self._repaired += kinds is True
            self._used += kinds is None
        elif kinds is True:
            self._repaired += 1
        else:
            self._new.append((row.number, column, words, use.line))

    def _is_ours(self, value: RawValue, name: str, column: int, use: _RowUse) -> bool:
        """Whether a cell says what the template, or its live check, says there."""
        if name in use.read:
            return False
        printed = use.printed.get(name)
        if printed and says(value, printed):
            return True
        if column in self._table.bare and self._says_anything_of_ours(value, use):
            return True
        if name == layout.F_CHECK or column in self._table.bare:
            return isinstance(value, str) and self._live.can_say(value.strip())
        if name == layout.F_PREVIOUS and value is not None:
            return not self._record.is_there or self._was_said(value, use)
        return name == layout.F_REPORTED and self._was_reported(value, use)

    def _was_reported(self, value: RawValue, use: _RowUse) -> bool:
        """Whether a cell has what the template says of shorter reports in the row."""
        what = next((item for name, item in self._record.reported.items() if figure_key(name) == use.before), None)
        return what is not None and any(says(value, what.words(lang)) for lang in LANGS)

    def _was_said(self, value: RawValue, use: _RowUse) -> bool:
        """Whether a cell has what the template says of the period before in the row."""
        said = self._record.previous.get(use.before)
        return said is not None and said == mark_of(show(value))

    def _says_anything_of_ours(self, value: RawValue, use: _RowUse) -> bool:
        """Whether a cell under a heading that is gone has what the template prints or says anywhere in the row."""
        return self._was_said(value, use) or any(says(value, words) for words in self._words_of(use))

    def _words_of(self, use: _RowUse) -> Iterator[str]:
        """Everything that the template prints in a row: under a heading that is gone it is ours all the same."""
        yield from (words for words in use.printed.values() if words)
        line = self._lines.get(use.line or "")
        if line is not None:
            yield from (words for name in LINE_COLUMNS if (words := line_words(line, name)))

    # ---- what nobody found before ----------------------------------------------------------------------------

    def _new_findings(self) -> Iterator[Finding]:
        for row, column, words, line in self._new[:MOST_SINGLE]:
            outside = column in self._table.bare or column > self._table.width
            where = Location(sheet=self._table.sheet.name, cell=cell_name(row, column), column=self._title(column))
            shown = words[:LONGEST_SHOWN]
            yield finding("R016" if outside else "R035", where, shown, line=line)
        more = [cell_name(row, column) for row, column, _, _ in self._new[MOST_SINGLE:]]
        yield from together("R036", self._table.sheet.name, more)

    def _title(self, column: int) -> str | None:
        return self._table.spec.titles.get(self._names.get(column, ""))


def together(code: str, sheet: str, cells: Sequence[str], severity: Severity | None = None) -> Iterator[Finding]:
    """The one finding about cells of a sheet that are named together; none where there are no cells."""
    if cells:
        where = Location(sheet=sheet, cell=cells[0])
        yield finding(code, where, len(cells), severity=severity, cells=name_some(cells))


Places = Mapping[int, Mapping[int, bool]]
"""Row → column → whether what was found there is nothing but a repair."""


def places_of(findings: Iterable[Finding], sheet: str) -> tuple[Places, Collection[int]]:
    """The cells of a sheet at which something was found, and the rows that were found as a whole."""
    cells: dict[int, dict[int, bool]] = {}
    rows: set[int] = set()
    for item in findings:
        place = item.location
        address = parse_address(place.cell) if place.cell and place.sheet == sheet else None
        if address is None or item.code in NOT_OF_THE_CELL:
            continue
        if item.code in OF_THE_ROW:
            rows.add(address[0])
        else:
            at = cells.setdefault(address[0], {})
            at[address[1]] = at.get(address[1], True) and item.code.startswith(REPAIRS)
    return cells, rows
