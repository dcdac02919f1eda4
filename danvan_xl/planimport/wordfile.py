"""A Word file (.docx) as plain values: paragraphs and tables in the order of the document.

Only the standard library reads it: the zip through ``intake.container`` (limits, CRC, names), the XML through expat
without document types. Tracked deletions are not text; tracked insertions are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from msgspec import Struct

from danvan_xl.intake import container, markup
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.language.text import clean
from danvan_xl.planimport.ooxml import Numbers, child, is_on, name, value, whole

LARGEST_FILE = 64 * 1024 * 1024  # bytes; pictures make a plan large, its text never does
LARGEST_PART = 48 * 1024 * 1024  # bytes of XML, inflated
MOST_COLUMNS = 400  # of a grid; Word's own limit is 63
DEEPEST = 12  # nested tables and content controls


class PlanImportError(Exception):
    """The file can't be read as a plan. ``key`` names the sentence in ``texts/planimport.toml``."""

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key, args)
        self.key = key
        self.words = args


class Paragraph(Struct, frozen=True):
    """One paragraph of the body: cleaned text, and whether all of it is bold."""

    text: str
    bold: bool = False


class WordCell(Struct, frozen=True):
    """One cell. ``start``, ``width`` in the table's own units; ``continued``: merged with the cell above.

    ``number``: what Word's automatic numbering shows before an empty first paragraph, if anything.
    """

    text: str
    start: int
    width: int
    bold: bool = False
    continued: bool = False
    number: str = ""
    tables: tuple[WordTable, ...] = ()


class WordTable(Struct, frozen=True):
    """Rows of cells as the file has them: some rows may be shorter or longer than others."""

    rows: tuple[tuple[WordCell, ...], ...]


Block = Paragraph | WordTable

# Signature → the sentence that says what the file is instead. The first match decides.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is_pdf"),
    (b"{\\rtf", "is_rtf"),
    (b"", "not_word"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "is_encrypted"),
    ("WordDocument", "is_old_doc"),
    ("Workbook", "is_excel"),
)
_ZIP_MEMBERS = (("xl/workbook.xml", "is_excel"), ("xl/workbook.bin", "is_excel"), ("content.xml", "is_odt"))
_REFUSALS = {"F008": "is_encrypted", "S001": "too_large", "S003": "hostile", "S002": "hostile"}


def read_word(path: Path) -> tuple[Block, ...]:
    """Paragraphs and tables of the file's body. Raises PlanImportError with the sentence to say."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PlanImportError("too_large", path=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise PlanImportError("unreadable", path=path.name) from error
    _require_zip(data, path.name)
    try:
        parts = _parts(data, path.name)
    except RefusedError as error:
        raise PlanImportError(_REFUSALS.get(error.code, "damaged"), path=path.name) from error
    except ET.ParseError as error:
        raise PlanImportError("damaged", path=path.name) from error
    document, numbering = parts
    body = next((item for item in document if name(item) == "body"), None)
    if body is None:
        raise PlanImportError("damaged", path=path.name)
    return tuple(_Reader(numbering).blocks(body))


def _require_zip(data: bytes, file: str) -> None:
    if data.startswith(b"PK\x03\x04"):
        return
    if not data:
        raise PlanImportError("empty", path=file)
    if data.startswith(_OLE):
        for stream, key in _OLE_STREAMS:
            if stream.encode("utf-16-le") in data:
                raise PlanImportError(key, path=file)
        raise PlanImportError("is_old_doc" if file.lower().endswith(".doc") else "not_word", path=file)
    raise PlanImportError(next(key for mark, key in _SIGNATURES if data.startswith(mark)), path=file)


def _parts(data: bytes, file: str) -> tuple[ET.Element, ET.Element | None]:
    members = container.directory(data)
    main = _main_part(data, members)
    if main is None:
        key = next((key for member, key in _ZIP_MEMBERS if member in members), "not_word")
        raise PlanImportError(key, path=file)
    folder = main.rpartition("/")[0]
    beside = f"{folder}/numbering.xml" if folder else "numbering.xml"
    return _parse(data, members[main]), _parse(data, members[beside]) if beside in members else None


def _main_part(data: bytes, members: dict[str, container.Member]) -> str | None:
    """The part that holds the text: the one that the package names, else the usual name."""
    if "_rels/.rels" in members:
        for item in _parse(data, members["_rels/.rels"]):
            target = item.get("Target", "").lstrip("/").lower()
            if item.get("Type", "").endswith("/officeDocument") and target in members:
                return target if target.startswith("word/") else None
    return "word/document.xml" if "word/document.xml" in members else None


def _parse(data: bytes, member: container.Member) -> ET.Element:
    if member.size > LARGEST_PART:
        raise RefusedError("S001", member.name, what="size")
    content = markup.plain(member.name, container.inflate(data, member))
    return ET.fromstring(content)  # noqa: S314 - document types and entities were refused above


_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SILENT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "tbl"})


def _runs(item: ET.Element) -> Iterator[tuple[str, bool, str | None]]:
    """Text, bold and font of every run of a paragraph, except deleted text and field codes."""
    stack = [iter(item)]
    while stack:
        below = next(stack[-1], None)
        if below is None:
            stack.pop()
        elif name(below) == "r":
            properties = child(below, "rPr")
            text = "".join(part.text or "" if name(part) == "t" else _SIGNS.get(name(part), "") for part in below)
            fonts = child(properties, "rFonts")
            yield text, is_on(child(properties, "b")), value(fonts, "ascii")
        elif name(below) not in _SILENT:
            stack.append(iter(below))


class _Reader:
    """Walks a body; keeps the counters of Word's automatic numbers, which run through the whole document."""

    def __init__(self, numbering: ET.Element | None) -> None:
        self._numbers = Numbers(numbering)

    def blocks(self, parent: ET.Element, depth: int = 0) -> Iterator[Block]:
        for item in self._flat(parent, depth):
            if name(item) == "p":
                text, bold, _ = self._paragraph(item)
                yield Paragraph(text, bold)
            else:
                yield self._table(item, depth)

    def _flat(self, parent: ET.Element, depth: int) -> Iterator[ET.Element]:
        """Paragraphs and tables below ``parent``, including those inside content controls and insertions."""
        if depth > DEEPEST:
            return
        for item in parent:
            if name(item) in ("p", "tbl"):
                yield item
            elif name(item) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                yield from self._flat(item, depth + 1)

    def _paragraph(self, item: ET.Element) -> tuple[str, bool, str]:
        """Cleaned text, all bold, automatic number."""
        runs = [run for run in _runs(item) if run[0]]
        raw = "".join(text for text, _, _ in runs)
        font = next((font for _, _, font in runs if font), None)
        said = [bold for text, bold, _ in runs if text.strip()]
        return clean(raw, font).text, bool(said) and all(said), self._numbers.next(item)

    def _table(self, item: ET.Element, depth: int) -> WordTable:
        grid = child(item, "tblGrid")
        columns = list(grid)[:MOST_COLUMNS] if grid is not None else []
        widths = [whole(value(column, "w"), 1) or 1 for column in columns]
        rows = tuple(self._row(row, widths, depth) for row in self._rows(item, depth))
        return WordTable(tuple(row for row in rows if row))

    def _rows(self, parent: ET.Element, depth: int, wanted: str = "tr") -> Iterator[ET.Element]:
        if depth > DEEPEST:
            return
        for item in parent:
            if name(item) == wanted:
                if child(item, "trPr", "del") is None:
                    yield item
            elif name(item) in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self._rows(item, depth + 1, wanted)

    def _row(self, row: ET.Element, widths: list[int], depth: int) -> tuple[WordCell, ...]:
        at = whole(value(child(row, "trPr", "gridBefore")), 0)
        cells = []
        for item in self._rows(row, depth, "tc"):
            properties = child(item, "tcPr")
            span = min(whole(value(child(properties, "gridSpan")), 1) or 1, 200)
            start = sum(widths[:at]) + max(at - len(widths), 0)
            known = widths[at : at + span]
            merge = child(properties, "vMerge")
            continued = merge is not None and value(merge) != "restart"
            cells.append(self._cell(item, start, sum(known) + span - len(known), continued, depth))
            at += span
        return tuple(cells)

    def _cell(self, item: ET.Element, start: int, width: int, continued: bool, depth: int) -> WordCell:
        texts, bolds, number, tables = [], [], "", []
        for below in self._flat(item, depth + 1):
            if name(below) == "tbl":
                tables.append(self._table(below, depth + 1))
                continue
            text, bold, automatic = self._paragraph(below)
            number = number or ("" if text else automatic)
            if text:
                texts.append(text)
                bolds.append(bold)
        return WordCell("\n".join(texts), start, width, bool(bolds) and all(bolds), continued, number, tuple(tables))
