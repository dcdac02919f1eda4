"""Read ``.xlsx`` and ``.xlsm``: package, scan, values, and calamine as the second reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from danvan_xl.intake.assemble import assemble
from danvan_xl.intake.cells import Converter
from danvan_xl.intake.container import Member
from danvan_xl.intake.found import FoundSheet, SheetScan
from danvan_xl.intake.package import Package, SheetPart, comments, has_filtered_table, open_package, shapes, threads
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.scan import scan_sheet
from danvan_xl.intake.scan_slow import scan_by_expat
from danvan_xl.intake.source import Source
from danvan_xl.intake.strings import Strings, read_strings
from danvan_xl.intake.styles import read_styles
from danvan_xl.intake.witness import Grid, SecondReader, read_parts
from danvan_xl.model.addresses import parse_area
from danvan_xl.model.book import Address, Sheet
from danvan_xl.model.finding import Finding, Location, finding


def read_openxml(
    source: Source,
    members: Mapping[str, Member],
    second_reader: SecondReader,
    only: Callable[[str], bool] | None = None,
) -> tuple[str, tuple[Sheet, ...], list[Finding]]:
    """Format, sheets and findings of a workbook whose container has been checked. Raises ``RefusedError``.

    ``only``: by a sheet's name, whether its cells are wanted.
    """
    package = open_package(source.data, members)
    strings = read_strings(package.strings) if package.strings else Strings({}, plain=True)
    styles = read_styles(package.styles) if package.styles else ()
    found = [
        _find(package, sheet, strings.plain)
        if only is None or only(sheet.name)
        else FoundSheet(sheet.name, sheet.state, None)
        for sheet in package.sheets
    ]

    def witness(indexes: Sequence[int]) -> Sequence[Grid]:
        parts = [package.parts[package.sheets[index].part or ""] for index in indexes]
        return read_parts(parts, package.strings, package.styles, package.mac)

    def check(index: int) -> None:
        scan, part = found[index].scan, package.sheets[index].part
        other = scan_by_expat(part, package.parts[part]) if scan and part else None
        if scan and other and other.rows != scan.rows:
            pairs = zip_longest(scan.rows, other.rows)
            number = next((one or two).number for one, two in pairs if one != two)
            raise RefusedError("F022", sheet=found[index].name, cell=f"A{number}")

    converter = Converter(strings.table, styles, package.mac)
    sheets, findings = assemble(source.path, found, converter, witness, check, second_reader)
    return package.format, sheets, [*_about(source.path, package), *findings]


def _find(package: Package, sheet: SheetPart, plain: bool) -> FoundSheet:
    if sheet.part is None:
        return FoundSheet(sheet.name, sheet.state, None)
    scan = scan_sheet(sheet.part, package.parts[sheet.part])
    scan.plain = scan.plain and plain
    scan.facts.filtered |= has_filtered_table(package, sheet)
    notes, threaded = comments(package, sheet), threads(package, sheet)
    for cell, words in threaded.items():
        # Excel stores a copy beside it, as a note with words of its own, for programs that know no threads.
        note = notes.get(cell, "")
        notes[cell] = words if words.partition("\n")[0] in note or not note else f"{note}\n{words}"
    links, drawn = _links(sheet, scan), shapes(package, sheet)
    return FoundSheet(sheet.name, sheet.state, scan, notes, links, frozenset(threaded), drawn)


def _about(path: str, package: Package) -> list[Finding]:
    """Findings about what comes with the workbook and is never run or followed."""
    where = Location(path)
    findings: list[Finding] = []
    if package.macros:
        findings.append(finding("S010", where))
    if package.macro_sheets:
        findings.append(finding("S013", where, ", ".join(package.macro_sheets)))
    if package.external:
        shown = ", ".join(package.external[:5])
        findings.append(finding("S011", where, shown, count=len(package.external)))
    if package.queries:
        findings.append(finding("S012", where))
    if package.mac:
        findings.append(finding("F059", where))
    return findings


def _links(sheet: SheetPart, scan: SheetScan) -> dict[Address, str]:
    found: dict[Address, str] = {}
    for cells, target in scan.facts.links:
        area = parse_area(cells)
        relation = sheet.relations.get(target)
        if area:
            found[area[0], area[1]] = relation.target if relation else target
    return found
