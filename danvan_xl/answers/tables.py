"""Which table of a file is which, and the column of each of its fields.

What can't be found, or is found twice, is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from danvan_xl.answers.headings import Header, find_header
from danvan_xl.language.text import clean, folded, key
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import Book, RawValue, Row, Sheet
from danvan_xl.round.columns import TableSpec, is_previous
from danvan_xl.round.fields import show

MOST_NAMED = 10
"""Cells that a finding about many names."""

SHEET_NAME_LENGTH = 31
NOT_FORMS = (layout.IDENTITY_SHEET, layout.ERRORS_SHEET, layout.GUIDE_SHEET)


class Table(Struct, frozen=True):
    """A table found in a file: its sheet, the rows of its header, and field → column (1-based).

    ``missing``: answer columns that it lacks. ``bare``: columns without a heading among the others. ``width``: the last
    column that has one. ``strange``: columns whose heading nobody knows or that another column has too; ``lost``: those
    columns that may hold the answers of a missing one.
    """

    spec: TableSpec
    sheet: Sheet
    header_row: int
    last_header_row: int
    columns: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    missing: frozenset[str] = frozenset()
    bare: tuple[int, ...] = ()
    width: int = 0
    strange: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        return (row for row in self.sheet.rows if row.number > self.last_header_row)

    def cell(self, row: Row, name: str) -> RawValue:
        """The value in the column of a field; None where the table has no such column."""
        column = self.columns.get(name)
        return row.values[column - 1] if column is not None and column <= len(row.values) else None

    def place(self, row: int, name: str) -> Location:
        """The location of a cell for a finding."""
        column = self.columns.get(name)
        address = cell_name(row, column) if column else None
        return Location(sheet=self.sheet.name, cell=address, column=self.spec.titles.get(name))


_Other = tuple[Sheet, list[Table]]
"""A sheet that is no form's first, and the tables that it may hold."""


def name_some(cells: Sequence[str]) -> str:
    """The first of some cells, and that there are more."""
    return ", ".join(cells[:MOST_NAMED]) + ("…" if len(cells) > MOST_NAMED else "")


# ---- a header → a table --------------------------------------------------------------------------------------


def _columns(sheet: Sheet, spec: TableSpec, header: Header) -> tuple[dict[str, int], list[Finding], set[int]]:
    """Field → column; what is odd: headings in other words, or twice; the columns of answers that stand twice."""
    columns: dict[str, int] = {}
    findings: list[Finding] = []
    twice: dict[str, set[int]] = {}
    for row, column, name, heading in header.found:
        if name in columns and name not in spec.answers:
            continue
        if name in columns:
            place = Location(sheet=sheet.name, cell=cell_name(row, column), column=spec.titles[name])
            twice.setdefault(name, {columns[name]}).add(column)
            first = cell_name(header.first.number, columns[name])
            findings.append(finding("C003", place, spec.titles[name], first=first, second=place.cell))
            continue
        columns[name] = column
        if heading != spec.titles[name] and _is_other(folded(heading), spec.titles[name]):
            place = Location(sheet=sheet.name, cell=cell_name(row, column), column=spec.titles[name])
            findings.append(finding("C005", place, clean(heading).text, title=spec.titles[name]))
    for name in twice:
        del columns[name]
    return columns, findings, {column for found in twice.values() for column in found}


def _is_other(heading: str, title: str) -> bool:
    """Whether the comparison key of a heading isn't that of the title; a named period makes it no other one."""
    return heading != key(title) and not (title == layout.PREVIOUS and is_previous(heading))


def _unknown(sheet: Sheet, header: Header) -> Iterator[tuple[int, Finding]]:
    """Columns with an unknown heading; a question where something is written in them."""
    known = {item[1] for item in header.found}
    for row in dict.fromkeys((header.first, header.last)):
        for column, value in enumerate(row.values, start=1):
            if value is not None and show(value).strip() and column not in known:
                known.add(column)
                place = Location(sheet=sheet.name, cell=cell_name(row.number, column))
                filled = [cell_name(n, column) for n in _filled(sheet, header.last.number, column)]
                severity = Severity.WARNING if filled else None
                cells = f": {name_some(filled)}" if filled else ""
                words = clean(show(value)).text
                yield column, finding("C004", place, words, severity=severity, count=len(filled), cells=cells)


def _filled(sheet: Sheet, header: int, column: int) -> Iterator[int]:
    """The numbers of the rows below the header that have something in a column."""
    for row in sheet.rows:
        if row.number > header and column <= len(row.values) and row.values[column - 1] is not None:
            yield row.number


def _shape(sheet: Sheet, spec: TableSpec, header: Header, columns: dict[str, int]) -> Iterator[Finding]:
    """A header that was moved, answer columns in another order, answer columns that are missing."""
    row = header.first.number
    here = Location(sheet=sheet.name, cell=cell_name(row, 1))
    if row not in spec.usual_rows:
        yield finding("C006", here, row, row=row, usual=spec.usual_rows[0])
    order = [columns[name] for name in spec.answers if name in columns]
    if order != sorted(order):
        names = sorted((name for name in spec.answers if name in columns), key=lambda name: columns[name])
        yield finding("C007", here, ", ".join(spec.titles[name] for name in names))
    seen = {item[2] for item in header.found}
    for name in spec.answers:
        if name not in seen:
            yield finding("C002", here, spec.titles[name])
    gone = [name for name in spec.fixed if name not in seen]
    known = {item[1] for item in header.found}
    left = [column for column in range(1, max(known)) if column not in known] if gone else []
    for name, column in zip_longest(gone, left[: len(gone)]):
        place = Location(sheet=sheet.name, cell=cell_name(row, column)) if column else here
        yield finding("C012", place, spec.titles[name])


def make_table(sheet: Sheet, spec: TableSpec, header: Header) -> Table:
    """The table below a header."""
    columns, findings, twice = _columns(sheet, spec, header)
    unknown = [] if header.whole else list(_unknown(sheet, header))
    findings += [item for _, item in unknown]
    findings += _shape(sheet, spec, header, columns)
    headed = {item[1] for item in header.found} | {column for column, _ in unknown}
    width = max(headed)
    bare = tuple(column for column in range(1, width) if column not in headed)
    missing = frozenset(name for name in spec.answers if name not in columns)
    first, last, strange = header.first.number, header.last.number, {column for column, _ in unknown}
    lost = twice | strange | set(bare) if missing else set()
    return Table(
        spec, sheet, first, last, columns, tuple(findings), missing, bare, width, frozenset(strange | twice),
        frozenset(lost),
    )  # fmt: skip


# ---- which table is which ------------------------------------------------------------------------------------


def _id_prefixes(table: Table) -> Counter[str]:
    """Appendix → how many rows have an id of it: a line of another one may have been copied in."""
    found: Counter[str] = Counter()
    for row in table.rows():
        value = table.cell(row, layout.F_ID)
        if isinstance(value, str) and (match := layout.LINE_ID_FORM.fullmatch(value.strip())):
            found[match["task"].split(".")[0]] += 1
    return found


def _candidates(sheet: Sheet, specs: tuple[TableSpec, ...]) -> list[Table]:
    """The tables that a sheet may hold: one where its name or its line ids say which."""
    named = [spec for spec in specs if spec.sheet == sheet.name]
    named = named or [spec for spec in specs if key(spec.sheet) == key(sheet.name)]
    found: list[Table] = []
    for spec in (*named, *(spec for spec in specs if spec not in named)):
        header = find_header(sheet, spec)
        if header is None:
            continue
        table = make_table(sheet, spec, header)
        ids = [] if spec in named else _id_prefixes(table).most_common(1)
        if spec in named or (ids and ids[0][0] == spec.name):
            return [table]
        found.append(table)
    return found


class Tables(Struct):
    """The table of every form that a file has, by the name of its spec, and what was odd about them.

    ``again``: further tables of a form that hold answers too.
    """

    found: dict[str, Table]
    problems: tuple[Finding, ...]
    again: dict[str, list[Table]] = {}


def find_tables(book: Book, specs: tuple[TableSpec, ...]) -> Tables:
    """The table of every spec, by name and ids first; and what is missing, found twice, or part of no form."""
    found: dict[str, Table] = {}
    problems: list[Finding] = []
    unsure: list[tuple[Sheet, list[Table]]] = []
    others: list[_Other] = []
    for sheet in book.sheets:
        if sheet.name in NOT_FORMS or not sheet.rows:
            continue
        candidates = _candidates(sheet, specs)
        if len(candidates) == 1 and candidates[0].spec.name not in found:
            found[candidates[0].spec.name] = candidates[0]
        elif len(candidates) > 1:
            unsure.append((sheet, candidates))
        else:
            others.append((sheet, candidates))
    for sheet, candidates in unsure:
        left = [table for table in candidates if table.spec.name not in found]
        if left:
            best = max(left, key=lambda table: len(table.columns))
            found[best.spec.name] = best
        else:
            others.append((sheet, candidates))
    others = list(_answers_first(others, found))
    for spec in specs:
        if spec.name in found:
            problems += found[spec.name].findings
            problems += _renamed(found[spec.name])
        else:
            problems.append(finding("C001", Location(sheet=spec.sheet), spec.sheet))
    again: dict[str, list[Table]] = {}
    problems += _beside_the_forms(others, found, again)
    return Tables(found, tuple(problems), again)


def _answers_first(others: list[_Other], found: dict[str, Table]) -> Iterator[_Other]:
    """The other sheets, once a blank copy of a form has given way to the sheet that has its answers."""
    for sheet, candidates in others:
        for table in candidates:
            first = found.get(table.spec.name)
            if first is not None and not _answers_in(first) and _answers_in(table):
                found[table.spec.name] = table
                yield first.sheet, [first]
                break
        else:
            yield sheet, candidates


def _renamed(table: Table) -> Iterator[Finding]:
    name, usual = table.sheet.name, table.spec.sheet
    if name != usual and key(name) != key(usual[:SHEET_NAME_LENGTH]):
        yield finding("C010", Location(sheet=name), name, title=usual)


def _beside_the_forms(
    others: list[_Other], found: dict[str, Table], again: dict[str, list[Table]]
) -> Iterator[Finding]:
    """Sheets with content that are not forms: a second table of a form is asked about, the rest is reported."""
    for sheet, candidates in others:
        second = next((table for table in candidates if _answers_in(table)), None)
        copy = next((table for table in candidates if table.spec.name in _id_prefixes(table)), None)
        if second is not None:
            again.setdefault(second.spec.name, []).append(second)
            first = found[second.spec.name].sheet.name
            place = Location(sheet=sheet.name, cell=cell_name(second.header_row, 1))
            yield finding("C009", place, sheet.name, first=first)
        elif copy is not None:
            yield finding("C011", Location(sheet=sheet.name), sheet.name, first=found[copy.spec.name].sheet.name)
        else:
            yield finding("C008", Location(sheet=sheet.name), sheet.name)


def _answers_in(table: Table) -> bool:
    return any(table.cell(row, name) is not None for row in table.rows() for name in table.spec.answers)
