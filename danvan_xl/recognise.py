"""Find in a workbook what a template holds: identity, tables by the words of their headings, labelled cells.

Nothing is found by position. What can't be found, or is found twice, is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from danvan_xl import layout
from danvan_xl.language.text import clean, key
from danvan_xl.model import Appendix, Finding, Form, Location, finding
from danvan_xl.model.book import Book, Row, Sheet, Value
from danvan_xl.model.submission import Identity

HEADER_ROWS = 60
"""A header is looked for in this many of a sheet's filled rows."""

LEAST_HEADINGS = 3
LABEL_ROWS = 40


def column_letters(number: int) -> str:
    """``28`` → ``AB``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """``(7, 4)`` → ``D7``."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """What a table's header may hold: comparison key of a heading → field; titles by field; who must be there."""

    name: str
    sheet: str
    headings: Mapping[str, str]
    titles: Mapping[str, str]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a file: its sheet, the row its data begin after, and field → column (1-based)."""

    spec: TableSpec
    sheet: Sheet
    header_row: int
    last_header_row: int
    columns: Mapping[str, int]
    findings: tuple[Finding, ...] = ()

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        return (row for row in self.sheet.rows if row.number > self.last_header_row)

    def cell(self, row: Row, name: str) -> Value:
        """The value in the column of a field; None where the table has no such column."""
        column = self.columns.get(name)
        return row.values[column - 1] if column is not None and column <= len(row.values) else None

    def place(self, row: int, name: str) -> Location:
        """The location of a cell for a finding."""
        column = self.columns.get(name)
        address = cell_name(row, column) if column else None
        return Location(sheet=self.sheet.name, cell=address, column=self.spec.titles.get(name))


def _headings(groups: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key(title): name for name, titles in groups.items() for title in titles}


def appendix_spec(appendix: Appendix, form: Form) -> TableSpec:
    """The header that the sheet of an appendix may have. An answer column wins over a printed one."""
    printed = {column.field: column.title for column in appendix.columns}
    headings = _headings({name: layout.PRINTED_ALIASES[name] for name in printed})
    headings |= _headings(layout.SPECIAL_HEADINGS)
    headings |= _headings({item.name: item.aliases for item in form.fields})
    headings |= _headings({name: (title,) for name, title in printed.items()})
    headings |= _headings({item.name: (item.title,) for item in form.fields})
    special = {name: titles[0] for name, titles in layout.SPECIAL_HEADINGS.items()}
    titles = {**special, **printed, **{item.name: item.title for item in form.fields}}
    return TableSpec(appendix.id, appendix.sheet, headings, titles, tuple(item.name for item in form.fields))


def extra_spec(form: Form) -> TableSpec:
    """The header of ``Số liệu`` or ``Khó khăn, kiến nghị``."""
    label = layout.INDICATOR if form.kind == "statistics" else layout.QUESTION
    fixed = {"stt": layout.PRINTED_ALIASES["stt"], "text": (label,), "unit": (layout.INDICATOR_UNIT,), **layout.SPECIAL_HEADINGS}
    headings = _headings(fixed) | _headings({item.name: (item.title, *item.aliases) for item in form.fields})
    titles = {name: words[0] for name, words in fixed.items()} | {item.name: item.title for item in form.fields}
    return TableSpec(form.id, form.sheet, headings, titles, tuple(item.name for item in form.fields))


def _row_headings(row: Row, spec: TableSpec) -> list[tuple[int, str, str]]:
    """(column, field, heading as written) of every known heading in a row."""
    found = []
    for column, value in enumerate(row.values, start=1):
        if isinstance(value, str):
            name = spec.headings.get(key(clean(value).text))
            if name is not None:
                found.append((column, name, value))
    return found


@dataclass(frozen=True, slots=True)
class _Header:
    first: Row
    last: int
    found: list[tuple[int, str, str]]

    @property
    def score(self) -> int:
        return len({name for _, name, _ in self.found})


def _find_header(sheet: Sheet, spec: TableSpec) -> _Header | None:
    """The row (with the one below it, where headings are spread over two) that knows most headings."""
    best: _Header | None = None
    rows = sheet.rows[:HEADER_ROWS]
    for position, row in enumerate(rows):
        found = _row_headings(row, spec)
        if not found:
            continue
        header = _Header(row, row.number, found)
        below = rows[position + 1] if position + 1 < len(rows) else None
        if below is not None and below.number == row.number + 1:
            known = {name for _, name, _ in found}
            second = [item for item in _row_headings(below, spec) if item[1] not in known]
            if second:
                header = _Header(row, below.number, [*found, *second])
        if best is None or header.score > best.score:
            best = header
    return best if best is not None and best.score >= LEAST_HEADINGS else None


def _table(sheet: Sheet, spec: TableSpec, header: _Header) -> Table:
    columns: dict[str, int] = {}
    findings: list[Finding] = []
    twice: set[str] = set()
    known = {column for column, _, _ in header.found}
    for column, name, heading in header.found:
        place = Location(sheet=sheet.name, cell=cell_name(header.first.number, column), column=spec.titles[name])
        if name in columns:
            if name in spec.answers:
                twice.add(name)
                first = cell_name(header.first.number, columns[name])
                findings.append(finding("C003", place, spec.titles[name], first=first, second=place.cell))
            continue
        columns[name] = column
        if key(clean(heading).text) != key(spec.titles[name]):
            findings.append(finding("C005", place, clean(heading).text, title=spec.titles[name]))
    for column, value in enumerate(header.first.values, start=1):
        if isinstance(value, str) and value.strip() and column not in known:
            place = Location(sheet=sheet.name, cell=cell_name(header.first.number, column))
            findings.append(finding("C004", place, clean(value).text))
    for name in spec.answers:
        if name not in columns:
            where = Location(sheet=sheet.name, cell=cell_name(header.first.number, 1))
            findings.append(finding("C002", where, spec.titles[name]))
    for name in twice:
        del columns[name]
    return Table(spec, sheet, header.first.number, header.last, columns, tuple(findings))


def _id_prefixes(table: Table) -> set[str]:
    found = set()
    for row in table.rows():
        value = table.cell(row, layout.F_ID)
        if isinstance(value, str) and (match := layout.LINE_ID_FORM.fullmatch(value.strip())):
            found.add(match["task"].split(".")[0])
    return found


def find_tables(book: Book, specs: tuple[TableSpec, ...]) -> tuple[dict[str, Table], tuple[Finding, ...]]:
    """The table of every spec, by ids first, then by the sheet's name; and what is missing or found twice."""
    found: dict[str, Table] = {}
    problems: list[Finding] = []
    open_sheets: list[tuple[Sheet, list[Table]]] = []
    for sheet in book.sheets:
        if sheet.name in (layout.IDENTITY_SHEET, layout.ERRORS_SHEET, layout.GUIDE_SHEET):
            continue
        same_name = [spec for spec in specs if key(spec.sheet) == key(sheet.name)]
        others = [spec for spec in specs if spec not in same_name]
        candidates = []
        for spec in (*same_name, *others):
            header = _find_header(sheet, spec)
            if header is None:
                continue
            table = _table(sheet, spec, header)
            if spec.name in _id_prefixes(table) or (same_name and spec in same_name):
                candidates = [table]
                break
            candidates.append(table)
        if len(candidates) == 1 and candidates[0].spec.name not in found:
            found[candidates[0].spec.name] = candidates[0]
        elif candidates:
            open_sheets.append((sheet, candidates))
    for _sheet, candidates in open_sheets:
        left = [table for table in candidates if table.spec.name not in found]
        if left:
            best = max(left, key=lambda table: len(table.columns))
            found[best.spec.name] = best
    for spec in specs:
        if spec.name not in found:
            problems.append(finding("C001", Location(sheet=spec.sheet), spec.sheet))
        else:
            problems += found[spec.name].findings
    return found, tuple(problems)


def _as_text(value: Value) -> str:
    return "" if value is None else str(value).strip()


def read_identity(book: Book) -> tuple[Identity | None, Finding | None]:
    """What the hidden sheet says, or the finding that it is not there or wrong."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == layout.IDENTITY_SHEET), None)
    if sheet is None:
        return None, finding("I001")
    pairs = {_as_text(row.values[0]): _as_text(row.values[1]) for row in sheet.rows if len(row.values) > 1}
    missing = [name for name in ("plan", "plan_version", "unit", "period") if not pairs.get(name)]
    if missing or not pairs["plan_version"].isdecimal():
        shown = ", ".join(missing) or f"plan_version = {pairs['plan_version']}"
        return None, finding("I008", Location(sheet=sheet.name), shown)
    version = int(pairs["plan_version"])
    return Identity(pairs["plan"], version, pairs["unit"], pairs["period"], pairs.get("format", "")), None


@dataclass(frozen=True, slots=True)
class Labelled:
    """The value beside a label, and where it stands."""

    value: Value
    place: Location = field(default_factory=Location)


def beside_label(sheet: Sheet, label: str) -> Labelled | None:
    """The first value to the right of the cell that holds ``label``; None where the label is not there."""
    wanted = key(label)
    for row in sheet.rows[:LABEL_ROWS]:
        for column, value in enumerate(row.values, start=1):
            if not isinstance(value, str) or key(clean(value).text) != wanted:
                continue
            for right, item in enumerate(row.values[column:], start=column + 1):
                if item is not None:
                    return Labelled(item, Location(sheet=sheet.name, cell=cell_name(row.number, right)))
            return Labelled(None, Location(sheet=sheet.name, cell=cell_name(row.number, column + 1)))
    return None
