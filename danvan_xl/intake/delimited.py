"""Read ``.csv`` and similar files: encoding and separator are detected, every field is kept as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from danvan_xl.intake.assemble import assemble
from danvan_xl.intake.cells import Converter
from danvan_xl.intake.facts import Facts
from danvan_xl.intake.found import FoundSheet, RowScan, SheetScan
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.source import Source
from danvan_xl.intake.witness import nobody
from danvan_xl.model.addresses import LAST_COLUMN, LAST_ROW
from danvan_xl.model.book import Sheet
from danvan_xl.model.finding import Finding, Location, finding

_SEPARATORS = (";", "\t", ",")
_TEXT_EXTENSIONS = frozenset({".csv", ".tsv", ".txt"})
_LINES_LOOKED_AT = 50


def read_delimited(source: Source, extension: str) -> tuple[str, tuple[Sheet, ...], list[Finding]]:
    """Format, the one sheet and findings of delimited text. Raises ``RefusedError``: F019, F023, F029."""
    text, encoding = _decode(source.data)
    separator, text = _separator(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise RefusedError("F023", str(error)) from error
    if extension not in _TEXT_EXTENSIONS and not _looks_like_a_table(records):
        raise RefusedError("F019")
    if len(records) > LAST_ROW or max(map(len, records), default=0) > LAST_COLUMN:
        raise RefusedError("F030", len(records), sheet="CSV")
    rows = [scan for number, fields in enumerate(records, 1) if (scan := _row(number, fields))]
    found = [FoundSheet("CSV", "visible", SheetScan(rows, Facts()))]
    sheets, findings = assemble(source.path, found, Converter({}, (), mac=False), nobody)
    if encoding not in ("utf-8", "utf-16"):
        findings.insert(0, finding("F058", Location(source.path), encoding))
    return "csv", sheets, findings


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1258", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise RefusedError("F029")


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line in which Excel names it (``sep=;``)."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        return first[4], rest
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    return max(_SEPARATORS, key=lambda mark: sum(mark in line for line in lines)), text


def _looks_like_a_table(records: Sequence[Sequence[str]]) -> bool:
    widths = [len(fields) for fields in records if fields]
    return len(widths) > 1 and min(widths) > 1 and len(set(widths)) == 1


def _row(number: int, fields: Sequence[str]) -> RowScan | None:
    cells = [(column, text) for column, text in enumerate(fields, 1) if text]
    if not cells:
        return None
    columns, texts = zip(*cells, strict=True)
    size = len(columns)
    # Text from a file without escapes must not be read as if it had them.
    raws = tuple(text.replace("_x", "_x005F_x") for text in texts)
    return RowScan(number, columns, ("",) * size, ("str",) * size, raws)
