"""Take out of an open workbook what reaches outside it: see ``outside``.

A formula becomes its stored result; a validation, a conditional format, a name, a link, a chart or a pivot table goes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from danvan_xl.model import Finding, Location
from danvan_xl.model.finding import finding
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.returned.marking import keep_as_text
from danvan_xl.workbooks.returned.outside import NO_FORMULA, Inside, inside, runs_by_itself

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

Kind = Literal["formulas", "validations", "formats", "hyperlinks", "tables", "names", "graphs", "pivots"]

MOST_FINDINGS = 200
"""Cells with a finding of their own; the note counts all."""
MOST_NAMED = 8
LONGEST_FOUND = 40

_CELL = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}", re.IGNORECASE)
_LINK_OUT = re.compile(r"[\[\]|\\]|//|^\s*(?:file|https?|ftps?|mailto|javascript|vbscript|data):", re.IGNORECASE)


class Taken(Struct, frozen=True):
    """One thing that was taken out. ``place``: its cell or its name; ``found``: what of it reached outside."""

    kind: Kind
    sheet: str
    place: str
    found: str = ""


def take_out(book: Workbook, stored: Callable[[], Workbook]) -> tuple[Taken, ...]:
    """Take out what reaches outside, and tell what that was. ``stored``: opens the workbook with results alone."""
    sheets: list[Any] = list(book.worksheets)
    own = _inside(book, sheets)
    taken = [*_names(book, sheets, own)]
    for sheet in sheets:
        taken += [*_hyperlinks(sheet), *_validations(sheet, own), *_formats(sheet, own), *_tables(sheet, own)]
        taken += _pivots(sheet, own)
    for sheet in [*sheets, *book.chartsheets]:
        taken += _charts(sheet, own)
    return (*_formulas(sheets, own, stored), *taken)


def _inside(book: Workbook, sheets: Sequence[Any]) -> Inside:
    names: dict[str, list[str]] = defaultdict(list)
    for scope in (book.defined_names, *(sheet.defined_names for sheet in sheets)):
        for name, item in scope.items():
            names[name.casefold()].append(NO_FORMULA if _is_macro(name, item) else str(item.value or ""))
    return inside(book.sheetnames, [name for sheet in sheets for name in sheet.tables], names)


def _is_macro(name: str, item: Any) -> bool:
    return bool(item.function or item.vbProcedure or item.xlm) or runs_by_itself(name)


def _names(book: Workbook, sheets: Sequence[Any], own: Inside) -> Iterator[Taken]:
    for title, scope in (("", book.defined_names), *((sheet.title, sheet.defined_names) for sheet in sheets)):
        for name in [name for name in scope if name.casefold() not in own.names]:
            del scope[name]
            yield Taken("names", title, name)


# ---- cells -----------------------------------------------------------------------------------------------


def _formulas(sheets: Iterable[Any], own: Inside, stored: Callable[[], Workbook]) -> list[Taken]:
    """Formulas become their stored results; one that has none leaves an empty cell."""
    live = [
        (cell, found)
        for sheet in sheets
        for cell in sheet._cells.values()
        if cell.data_type == "f" and (found := _reach(cell.value, own)) is not None
    ]
    results: Any = stored() if live else None
    for cell, _ in live:
        result = results[cell.parent.title][cell.coordinate]
        cell._value, cell.data_type = result.value, result.data_type
        keep_as_text(cell)
    return [Taken("formulas", cell.parent.title, cell.coordinate, found[:LONGEST_FOUND]) for cell, found in live]


def _reach(value: Any, own: Inside) -> str | None:
    """What of a cell's formula reaches outside; a table of data has two cells instead of a formula."""
    if hasattr(value, "r1"):
        inputs = [item for item in (value.r1, value.r2) if item]
        return None if all(_CELL.fullmatch(item) for item in inputs) else NO_FORMULA
    return own.reach(str(getattr(value, "text", value) or ""))


def _hyperlinks(sheet: Any) -> Iterator[Taken]:
    """The words of the cell stay."""
    for cell in sheet._cells.values():
        link = getattr(cell, "hyperlink", None)
        if link is not None and (link.target or _LINK_OUT.search(link.location or "")):
            cell.hyperlink = None
            yield Taken("hyperlinks", sheet.title, cell.coordinate)


# ---- areas of a sheet ------------------------------------------------------------------------------------


def _validations(sheet: Any, own: Inside) -> Iterator[Taken]:
    rules = sheet.data_validations
    for rule in list(rules.dataValidation):
        if found := _first_reach((rule.formula1, rule.formula2), own):
            rules.dataValidation.remove(rule)
            yield Taken("validations", sheet.title, _first_cell(rule), found)


def _formats(sheet: Any, own: Inside) -> Iterator[Taken]:
    areas = sheet.conditional_formatting._cf_rules
    for area, rules in list(areas.items()):
        reaches = [_first_reach(_conditions(rule), own) for rule in rules]
        areas[area] = [rule for rule, found in zip(rules, reaches, strict=True) if not found]
        if not areas[area]:
            del areas[area]
        yield from (Taken("formats", sheet.title, _first_cell(area), found) for found in reaches if found)


def _conditions(rule: Any) -> Iterator[str | None]:
    """The formulas of a rule, and the bounds of its scale, bars or icons, which may be formulas."""
    yield from rule.formula
    for scale in (rule.colorScale, rule.dataBar, rule.iconSet):
        yield from (bound.val for bound in (scale.cfvo if scale is not None else ()))


def _first_reach(formulas: Iterable[object], own: Inside) -> str:
    """What the first formula that reaches outside reaches; empty where none does."""
    reaches = (own.reach(str(formula)) for formula in formulas if formula is not None)
    return next((found[:LONGEST_FOUND] for found in reaches if found is not None), "")


def _first_cell(area: Any) -> str:
    return re.split(r"[ :]", str(area.sqref))[0]


def _tables(sheet: Any, own: Inside) -> Iterator[Taken]:
    """Formulas that a table gives to new rows, and what binds it to a query or to XML."""
    for table in sheet.tables.values():
        bound = table.tableType not in (None, "worksheet") or table.connectionId is not None
        table.tableType, table.connectionId = (None, None) if bound else (table.tableType, None)
        for column in table.tableColumns:
            column.queryTableFieldId = column.xmlColumnPr = None
            formulas = (column.calculatedColumnFormula, column.totalsRowFormula)
            if found := _first_reach([item.attr_text for item in formulas if item is not None], own):
                column.calculatedColumnFormula = column.totalsRowFormula = None
                if column.totalsRowFunction == "custom":
                    column.totalsRowFunction = None
                yield Taken("tables", sheet.title, _first_cell_of(table.ref), found)


def _first_cell_of(reference: str) -> str:
    return reference.partition(":")[0]


# ---- charts and pivot tables -----------------------------------------------------------------------------


def _charts(sheet: Any, own: Inside) -> Iterator[Taken]:
    for chart in list(sheet._charts):
        nodes = {node: str(node.tag).rpartition("}")[2] for node in chart._write().iter()}
        links = any(name.startswith("hlink") for name in nodes.values())
        if links or _first_reach((node.text for node, name in nodes.items() if name == "f"), own):
            sheet._charts.remove(chart)
            yield Taken("graphs", sheet.title, "")


def _pivots(sheet: Any, own: Inside) -> Iterator[Taken]:
    """A pivot table is asked anew from its source, which must be a sheet, a table or a name of the workbook."""
    for pivot in list(sheet._pivots):
        source = pivot.cache.cacheSource
        place = source.worksheetSource if source.type == "worksheet" and source.connectionId is None else None
        known = place is not None and (
            (place.sheet or "").casefold() in own.sheets
            if place.name is None
            else place.name.casefold() in own.tables | own.names
        )
        if not known or any(field.formula for field in pivot.cache.cacheFields):
            sheet._pivots.remove(pivot)
            yield Taken("pivots", sheet.title, "")


# ---- what is said of it ----------------------------------------------------------------------------------


def said_of(taken: Iterable[Taken], lang: Lang) -> tuple[str, ...]:
    """One phrase a kind: what was taken out, how many, and where."""
    by_kind: dict[Kind, list[Taken]] = defaultdict(list)
    for item in taken:
        by_kind[item.kind].append(item)
    return tuple(
        text("returned", f"lost_{kind}", lang, count=len(items), where=_where(items, lang))
        for kind, items in by_kind.items()
    )


def _where(items: Sequence[Taken], lang: Lang) -> str:
    places = list(dict.fromkeys("!".join(part for part in (item.sheet, item.place) if part) for item in items))
    shown, more = ", ".join(places[:MOST_NAMED]), len(places) - MOST_NAMED
    return text("returned", "more_cells", lang, cells=shown, count=more) if more > 0 else shown


_CODES: dict[Kind, str] = {
    "formulas": "S052",
    "validations": "S053",
    "formats": "S053",
    "tables": "S053",
    "hyperlinks": "S054",
}


def with_taken(findings: tuple[Finding, ...], taken: Iterable[Taken]) -> tuple[Finding, ...]:
    """The findings of a file and those of what was taken out of its cells, for the unit's list."""
    file = next((item.location.file for item in findings if item.location.file), None)
    in_cells = [item for item in taken if item.kind in _CODES]
    more = len(in_cells) - MOST_FINDINGS
    return (
        *findings,
        *(
            finding(_CODES[item.kind], Location(file, item.sheet, item.place), item.found or None)
            for item in in_cells[:MOST_FINDINGS]
        ),
        *([finding("N016", Location(file), more, listed=MOST_FINDINGS)] if more > 0 else []),
    )
