"""Read one foreign workbook: the story from the path to values with findings."""

from __future__ import annotations

import os
from collections.abc import Mapping

from danvan_xl.excel.intake.cells import Converter
from danvan_xl.excel.intake.container import directory, inflate
from danvan_xl.excel.intake.guard import kind_of_ole, kind_of_zip, recognise
from danvan_xl.excel.intake.package import Package, SheetPart, comments, open_package
from danvan_xl.excel.intake.refusal import DoubtError, RefusedError
from danvan_xl.excel.intake.scan import SheetScan, parse_area, scan_sheet
from danvan_xl.excel.intake.sheets import Draft, fill, suspect_texts, warn_about_text
from danvan_xl.excel.intake.source import Source, take
from danvan_xl.excel.intake.strings import read_strings
from danvan_xl.excel.intake.styles import read_styles
from danvan_xl.excel.intake.witness import disagreements, read_grids
from danvan_xl.model.book import Address, Book, Sheet
from danvan_xl.model.finding import Finding, Location, finding

MOST_DENSE = 1_500_000  # places of a sheet's rectangle that calamine is given to fill
_EXTENSIONS = {
    "xlsx": (".xlsx", ".xltx"),
    "xlsm": (".xlsm", ".xltm", ".xlam"),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".tsv", ".txt"),
}


def read_workbook(path: str | os.PathLike[str]) -> Book:
    """Read any spreadsheet that somebody sent: ``.xlsx``, ``.xlsm``, ``.xls``, ``.ods``, ``.csv``, by its
    content.

    Returns a ``Book`` with ``sheets`` (each with ``name``, ``state`` and ``rows``; a row has its true 1-based
    ``number`` and ``values`` from column A on: str in NFC, int, float, bool, date, datetime or None) and
    ``findings`` (each with ``severity``, ``location``, ``message``). A file that can't be trusted, or
    opened, gives a blocker and no sheets; a cell that can't be trusted gives an error with its address and
    None in its place. Nothing is raised for what stands in the file, and nothing outside of it is followed
    or run.
    """
    name = os.fspath(path)
    source: Source | None = None
    try:
        source = take(name)
        return _read(source)
    except RefusedError as refused:
        sha256, size = (source.sha256, len(source.data)) if source else ("", 0)
        return Book(name, sha256, size, "", (), (refused.finding(name),))


def _read(source: Source) -> Book:
    extension = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - one string, thousands of times
    kind = recognise(source.data, extension)
    findings: list[Finding] = []
    if kind == "zip":
        members = directory(source.data)
        mimetype = inflate(source.data, members["mimetype"]) if "mimetype" in members else b""
        kind = kind_of_zip(members, mimetype)
        if kind == "ooxml":
            package = open_package(source.data, members)
            kind = package.format
            sheets = _read_package(source.path, package, findings)
        else:
            raise RefusedError("F019")
    elif kind == "ole":
        kind = kind_of_ole(source.data, extension)
        raise RefusedError("F019")
    else:
        raise RefusedError("F019")
    if extension not in _EXTENSIONS[kind]:
        findings.append(
            finding("F025", Location(source.path), extension or "(không có đuôi)", right=_EXTENSIONS[kind][0])
        )
    return Book(source.path, source.sha256, len(source.data), kind, sheets, tuple(findings))


def _read_package(path: str, package: Package, findings: list[Finding]) -> tuple[Sheet, ...]:
    """Scan every sheet, read it, and have calamine agree."""
    strings = read_strings(package.strings) if package.strings else {}
    styles = read_styles(package.styles) if package.styles else ()
    converter = Converter(strings, styles, package.mac)
    _warn_about_package(path, package, findings)
    drafts: list[tuple[SheetPart, Draft, SheetScan | None]] = []
    given: list[tuple[Draft, bytes]] = []
    for sheet in package.sheets:
        draft = Draft(path, sheet.name)
        scan: SheetScan | None = None
        if sheet.part:
            content = package.parts[sheet.part]
            scan = scan_sheet(sheet.part, content)
            ordered = fill(draft, scan.rows, converter)
            if ordered and draft.rows and _fits(draft):
                given.append((draft, content))
        drafts.append((sheet, draft, scan))
    _call_witness(given, package)
    suspects = suspect_texts(converter.texts())
    return tuple(_finish(package, *drafted, suspects, findings) for drafted in drafts)


def _fits(draft: Draft) -> bool:
    area = draft.rows[-1].number * max(len(row.values) for row in draft.rows)
    return area <= MOST_DENSE or area <= 3 * draft.count


def _call_witness(given: list[tuple[Draft, bytes]], package: Package) -> None:
    grids = read_grids([content for _, content in given], package.strings, package.styles, package.mac)
    for (draft, _), grid in zip(given, grids, strict=True):
        for cell in disagreements(draft.rows, set(draft.doubts), grid, draft.name):
            draft.doubt_late(cell, DoubtError("F047"))


def _warn_about_package(path: str, package: Package, findings: list[Finding]) -> None:
    where = Location(path)
    if package.macros:
        findings.append(finding("S010", where))
    if package.external:
        findings.append(finding("S011", where, ", ".join(package.external[:5]), count=len(package.external)))
    if package.queries:
        findings.append(finding("S012", where))
    if package.mac:
        findings.append(finding("F059", where))


def _finish(
    package: Package,
    sheet: SheetPart,
    draft: Draft,
    scan: SheetScan | None,
    suspects: Mapping[str, bool],
    findings: list[Finding],
) -> Sheet:
    """The sheet as a value; its findings join those of the file."""
    if scan is None:
        return Sheet(sheet.name, sheet.state, ())
    facts = scan.facts
    if draft.rows:
        _warn_about_facts(draft, sheet, scan)
        warn_about_text(draft, suspects)
    findings += draft.findings
    return Sheet(
        sheet.name,
        sheet.state,
        tuple(draft.rows),
        frozenset(facts.hidden_rows),
        frozenset(facts.hidden_columns),
        tuple(facts.merges),
        comments(package, sheet),
        draft.number_formats,
        draft.fonts,
        _links(sheet, scan),
        draft.errors,
        frozenset(draft.formulas),
        facts.filtered,
    )


def _warn_about_facts(draft: Draft, sheet: SheetPart, scan: SheetScan) -> None:
    facts = scan.facts
    if sheet.state != "visible":
        draft.warn("F053")
    hidden = [(row.number, 1) for row in draft.rows if row.number in facts.hidden_rows]
    if hidden:
        draft.warn("F051", hidden, rows=", ".join(str(row) for row, _ in hidden[:10]))
    if facts.hidden_columns:
        width = max(len(row.values) for row in draft.rows)
        columns = sorted(column for column in facts.hidden_columns if column <= width)
        if columns:
            draft.warn("F052", [(1, column) for column in columns])
    if facts.filtered:
        draft.warn("F054")


def _links(sheet: SheetPart, scan: SheetScan) -> dict[Address, str]:
    found: dict[Address, str] = {}
    for cells, target in scan.facts.links:
        area = parse_area(cells)
        relation = sheet.relations.get(target)
        if area:
            found[area[0], area[1]] = relation.target if relation else target
    return found
