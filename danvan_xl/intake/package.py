"""The parts of an Office Open XML workbook: which ones exist, how they are related, what else comes along.

Sources: ECMA-376 part 2 (packages, relationships), part 1 chapter 12 (parts of a SpreadsheetML package).
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct, field

from danvan_xl.intake.condense import condense
from danvan_xl.intake.container import Member, check, inflate
from danvan_xl.intake.markup import SMALL, Attributes, at_paths, elements, known_plain, local, natural, plain, walk
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.model.addresses import parse_address
from danvan_xl.model.book import Address, State

CONDENSED_FROM = 4 * 1024 * 1024  # bytes; larger sheets lose their empty formatted rows during inflation

_XML = (".xml", ".rels", ".vml")
_STATES: dict[str, State] = {"hidden": "hidden", "veryHidden": "veryHidden"}


class Relation(Struct, frozen=True):
    """A relationship: the last word of its type, its target (a part's name in lower case, or an address outside)."""

    kind: str
    target: str
    external: bool


class SheetPart(Struct, frozen=True):
    """A sheet as the workbook lists it; ``part`` is None for chart sheets and the like, which have no cells."""

    name: str
    state: State
    part: str | None
    relations: Mapping[str, Relation]


class Package(Struct):
    """The parts by lower-case name, and what the workbook's own part says."""

    parts: dict[str, bytes]
    format: str = "xlsx"
    mac: bool = False
    sheets: list[SheetPart] = field(default_factory=list)
    strings: bytes = b""
    styles: bytes = b""
    macros: bool = False
    macro_sheets: list[str] = field(default_factory=list)  # of Excel 4
    external: tuple[str, ...] = ()  # addresses of other workbooks
    queries: bool = False


def open_package(data: bytes, members: Mapping[str, Member]) -> Package:
    """Inflate and check every member, and follow the relationships. Raises ``RefusedError``."""
    package = Package({})
    for name, member in members.items():
        if not name.endswith(_XML):
            check(data, member)
        elif member.size >= CONDENSED_FROM and "/worksheets/" in name:
            package.parts[name] = plain(name, condense(data, member))
        else:
            checked = known_plain if member.size < SMALL else plain
            package.parts[name] = checked(name, inflate(data, member))
    main = _main_part(package)
    package.format = "xlsm" if _is_macro_type(package, main) or "xl/vbaproject.bin" in members else "xlsx"
    related = relations(package, main)
    package.macros = any(relation.kind == "vbaProject" for relation in related.values())
    package.queries = any(relation.kind == "connections" for relation in related.values())
    package.strings = _single(package, related, "sharedStrings")
    package.styles = _single(package, related, "styles")
    package.external = _external(package, related)
    for path, attributes in at_paths(main, package.parts[main], "workbookPr", "sheets/sheet"):
        if path == "workbookPr":
            package.mac = attributes.get("date1904") in ("1", "true")
        else:
            package.sheets.append(_sheet(package, attributes, related))
            package.macro_sheets += _names_of_macros(attributes, related)
    if not any(sheet.part for sheet in package.sheets):
        raise RefusedError("F020", "xl/worksheets/sheet1.xml")
    return package


def _main_part(package: Package) -> str:
    found = {one.target for one in relations(package, "").values() if one.kind == "officeDocument"}
    if len(found) > 1:
        raise RefusedError("S007", "officeDocument")
    for target in found & package.parts.keys():
        return target
    raise RefusedError("F020", "xl/workbook.xml")


def _is_macro_type(package: Package, main: str) -> bool:
    for name, attributes in elements("[Content_Types].xml", package.parts["[content_types].xml"], "Override"):
        if name == "Override" and attributes.get("PartName", "").lower() == f"/{main}":
            return "macroEnabled" in attributes.get("ContentType", "")
    return False


def relations(package: Package, part: str) -> Mapping[str, Relation]:
    """The relationships of a part (``""`` for the package) by id; empty if it has no ``.rels`` part."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    content = package.parts.get(listing)
    if content is None:
        return {}
    return (_known_relations if len(content) < SMALL else _relations)(folder, listing, content)


def _relations(folder: str, listing: str, content: bytes) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for _, attributes in elements(listing, content, "Relationship"):
        external = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        if not external:
            target = unquote(target).replace("\\", "/").lower()
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        kind = attributes.get("Type", "").rpartition("/")[2]
        key, relation = attributes.get("Id", ""), Relation(kind, target, external)
        if found.setdefault(key, relation) != relation:
            raise RefusedError("S007", key)
    return found


_known_relations = lru_cache(maxsize=64)(_relations)  # files made from one template share them; nobody changes them


def _single(package: Package, related: Mapping[str, Relation], kind: str) -> bytes:
    found = {relation.target for relation in related.values() if relation.kind == kind}
    if len(found) > 1:
        raise RefusedError("S007", kind)
    for target in found:
        if target not in package.parts:
            raise RefusedError("F020", target)
        return package.parts[target]
    return b""


def _external(package: Package, related: Mapping[str, Relation]) -> tuple[str, ...]:
    addresses: list[str] = []
    for relation in related.values():
        if relation.kind == "externalLink":
            inner = [one.target for one in relations(package, relation.target).values() if one.external]
            addresses += inner or [relation.target]
    return tuple(addresses)


def _sheet(package: Package, attributes: Attributes, related: Mapping[str, Relation]) -> SheetPart:
    name = attributes.get("name", "")
    state = _STATES.get(attributes.get("state", ""), "visible")
    relation = related.get(_relation_id(attributes))
    if relation is None or relation.external:
        raise RefusedError("F020", name)
    if relation.kind != "worksheet":
        return SheetPart(name, state, None, {})
    if relation.target not in package.parts:
        raise RefusedError("F020", relation.target)
    return SheetPart(name, state, relation.target, relations(package, relation.target))


def _relation_id(attributes: Attributes) -> str:
    return next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")


_MACRO_SHEETS = frozenset({"xlMacrosheet", "xlIntlMacrosheet"})


def _names_of_macros(attributes: Attributes, related: Mapping[str, Relation]) -> list[str]:
    relation = related.get(_relation_id(attributes))
    return [attributes.get("name", "")] if relation and relation.kind in _MACRO_SHEETS else []


def comments(package: Package, sheet: SheetPart) -> dict[Address, str]:
    """The notes of a sheet by cell, their runs joined."""
    return _comments(package, sheet, "comments", "comment", "t")


def threads(package: Package, sheet: SheetPart) -> dict[Address, str]:
    """The threaded comments of a sheet by cell, each answer on a line of its own."""
    return _comments(package, sheet, "threadedComment", "threadedComment", "text")


def _comments(package: Package, sheet: SheetPart, kind: str, one: str, words: str) -> dict[Address, str]:
    found: dict[Address, str] = {}
    for relation in sheet.relations.values():
        content = package.parts.get(relation.target) if relation.kind == kind else None
        if content is not None:
            found |= _read_comments(relation.target, content, one, words)
    return found


def _read_comments(part: str, content: bytes, one: str, words: str) -> dict[Address, str]:
    found: dict[Address, list[str]] = {}
    place: Address | None = None
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal place, inside
        name = local(name)
        inside = name == words
        if name == one:
            place = parse_address(attributes.get("ref", ""))
            if place in found:
                found[place].append("\n")

    def end(name: str) -> None:
        nonlocal inside
        del name
        inside = False

    def text(piece: str) -> None:
        if inside and place:
            found.setdefault(place, []).append(piece)

    walk(part, content, start, end, text)
    return {cell: unicodedata.normalize("NFC", "".join(pieces)) for cell, pieces in found.items()}


def shapes(package: Package, sheet: SheetPart) -> frozenset[Address]:
    """The cells at which the sheet's shapes and text boxes with words begin."""
    found: set[Address] = set()
    for relation in sheet.relations.values():
        content = package.parts.get(relation.target) if relation.kind == "drawing" else None
        if content is not None and b"txBody" in content:
            found |= _read_shapes(relation.target, content)
    return frozenset(found)


def _read_shapes(part: str, content: bytes) -> set[Address]:
    found: set[Address] = set()
    inside: list[str] = []
    corner = {"row": 0, "col": 0}

    def start(name: str, attributes: Attributes) -> None:
        del attributes
        inside.append(local(name))
        if inside[-1].endswith("Anchor"):
            corner.update(row=0, col=0)

    def end(name: str) -> None:
        del name
        inside.pop()

    def text(piece: str) -> None:
        if inside[-1] in corner and "from" in inside:
            corner[inside[-1]] = natural(piece)
        elif inside[-1] == "t" and "txBody" in inside and piece.strip():
            found.add((corner["row"] + 1, corner["col"] + 1))

    walk(part, content, start, end, text)
    return found


def has_filtered_table(package: Package, sheet: SheetPart) -> bool:
    """Whether a filter is active in one of the sheet's tables."""
    return any(
        relation.kind == "table"
        and relation.target in package.parts
        and at_paths(relation.target, package.parts[relation.target], "autoFilter/filterColumn")
        for relation in sheet.relations.values()
    )
