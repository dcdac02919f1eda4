"""One sheet from its scan: rows of values with true numbers, facts for a form, and findings with addresses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, groupby
from operator import attrgetter, call, lt
from typing import Any

from msgspec import Struct, field

from danvan_xl.intake.cells import Convert, Converter, Layout
from danvan_xl.intake.found import RowScan
from danvan_xl.intake.refusal import DoubtError, RefusedError
from danvan_xl.model.addresses import cell_name
from danvan_xl.model.book import NO_RESULT, Address, RawValue, Row
from danvan_xl.model.finding import Finding, Location, finding

MOST_VALUES = 12_000_000  # cells from column A on, including empty ones: what memory allows
MOST_LISTED = 200  # doubtful cells listed one by one, per sheet
MOST_CHARACTERS = 32_767  # of one cell: what a workbook of Excel can hold; no other file has such a limit
SHOWN = 5  # addresses in a finding about many cells


class Draft(Struct):
    """A sheet under construction. ``doubts`` holds every cell that could not be trusted."""

    path: str
    name: str
    rows: list[Row] = field(default_factory=list)
    number_formats: dict[Address, str] = field(default_factory=dict)
    fonts: dict[Address, str] = field(default_factory=dict)
    errors: dict[Address, str] = field(default_factory=dict)
    formulas: set[Address] = field(default_factory=set)
    doubts: dict[Address, DoubtError] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def warn(self, code: str, cells: Iterable[Address] = (), **args: Any) -> None:
        """Add one finding about many cells of this sheet: their number and the first few addresses."""
        at = sorted(cells)
        shown = ", ".join(cell_name(*cell) for cell in at[:SHOWN]) + (" …" if len(at) > SHOWN else "")
        where = Location(self.path, self.name, cell_name(*at[0]) if at else None)
        self.findings.append(finding(code, where, shown or None, count=len(at), cells=shown, **args))

    def unreadable(self) -> bool:
        """Whether some cell holds something that no reader can make sense of."""
        return any(doubt.code == "F046" for doubt in self.doubts.values())

    def doubt_late(self, cell: Address, doubt: DoubtError) -> None:
        """Take back a value that turned out doubtful."""
        number, column = cell
        self.doubts[cell] = doubt
        index = bisect_left(self.rows, number, key=attrgetter("number"))
        values = list(self.rows[index].values)
        values[column - 1] = None
        self.rows[index] = Row(number, tuple(values))


def fill(draft: Draft, scans: Sequence[RowScan], converter: Converter) -> bool:
    """Put every row of the scan into the draft; True if they were in ascending order, each once."""
    numbers = [scan.number for scan in scans]
    ordered = all(map(lt, numbers, numbers[1:]))
    plans, rows, places, count = converter.plans, draft.rows, 0, 0
    for scan in scans if ordered else _in_order(scans):
        plan = plans[scan.columns, scan.styles, scan.types]
        layout = plan.layout
        places += layout.width
        if places > MOST_VALUES:
            raise RefusedError("F030", places, sheet=draft.name)
        try:
            cells: list[RawValue] = list(map(call, plan.converts, scan.raws))  # type: ignore[arg-type]
        except (DoubtError, AttributeError, TypeError):  # a doubtful cell, or one without a stored value (None)
            cells = _one_by_one(draft, scan, plan.converts)
        if layout.special or scan.formulas:
            cells = _note(draft, scan, layout, cells)
        values: tuple[RawValue, ...]
        if layout.spread:
            cells.append(None)
            values = layout.spread(cells)
        else:
            values = tuple(cells)
        held = len(values) - values.count(None)
        count += held
        if held or not draft.doubts.keys().isdisjoint([(scan.number, column) for column in scan.columns]):
            rows.append(Row(scan.number, values))
    draft.count += count
    return ordered


def _note(draft: Draft, scan: RowScan, layout: Layout, cells: list[RawValue]) -> list[RawValue]:
    """Add to the draft what a row has besides its values; returns the values, without cells that occur twice."""
    number, columns = scan.number, scan.columns
    draft.formulas.update([(number, column) for column in scan.formulas])
    if not layout.ascending:
        cells = _without_repeats(draft, scan, cells)
    for index, code in layout.formats:
        if cells[index] is not None:
            draft.number_formats[number, columns[index]] = code
    for index, font in layout.fonts:
        draft.fonts[number, columns[index]] = font
    return cells


def _in_order(scans: Sequence[RowScan]) -> list[RowScan]:
    """The rows in ascending order, with the pieces of a row joined."""
    by_number = attrgetter("number")
    return [_join(number, list(pieces)) for number, pieces in groupby(sorted(scans, key=by_number), key=by_number)]


def _join(number: int, pieces: Sequence[RowScan]) -> RowScan:
    return RowScan(
        number,
        tuple(chain.from_iterable(piece.columns for piece in pieces)),
        tuple(chain.from_iterable(piece.styles for piece in pieces)),
        tuple(chain.from_iterable(piece.types for piece in pieces)),
        tuple(chain.from_iterable(piece.raws for piece in pieces)),
        frozenset().union(*(piece.formulas for piece in pieces)),
        {column: formula for piece in pieces for column, formula in piece.bare.items()},
    )


def _one_by_one(draft: Draft, scan: RowScan, converts: Sequence[Convert]) -> list[RawValue]:
    values: list[RawValue] = []
    for column, kind, raw, convert in zip(scan.columns, scan.types, scan.raws, converts, strict=True):
        value: RawValue = None
        try:
            value = convert(raw) if raw else _nothing(kind, raw, column in scan.formulas, scan.bare.get(column))
        except DoubtError as doubt:
            draft.doubts[scan.number, column] = doubt
            if doubt.code == "F040":
                draft.errors[scan.number, column] = str(doubt.found)
        values.append(value)
    return values


def _nothing(kind: str, raw: str | None, formula: bool, words: str | None) -> RawValue:
    """A cell without a value. An empty text that a formula returned is stored as such (``str``) and is fine."""
    if formula and (raw is None or kind != "str"):
        raise DoubtError(NO_RESULT, words)
    if kind == "e":
        raise DoubtError("F040", "")
    return None


def _without_repeats(draft: Draft, scan: RowScan, values: Sequence[RawValue]) -> list[RawValue]:
    """The values, with None for any cell that occurs more than once."""
    repeated = {column for column, times in Counter(scan.columns).items() if times > 1}
    for column in repeated:
        draft.doubts[scan.number, column] = DoubtError("F045")
    return [None if column in repeated else value for column, value in zip(scan.columns, values, strict=True)]


def report_cells(draft: Draft, ordered: bool) -> None:
    """Add the findings about cells that can't be trusted, live formulas, and rows out of order."""
    cells = sorted(draft.doubts)
    for cell in cells[:MOST_LISTED]:
        doubt = draft.doubts[cell]
        found = None if doubt.code == NO_RESULT else doubt.found
        draft.findings.append(finding(doubt.code, Location(draft.path, draft.name, cell_name(*cell)), found))
    if len(cells) > MOST_LISTED:
        draft.warn("F041", cells[MOST_LISTED:], listed=MOST_LISTED)
    live = draft.formulas - draft.doubts.keys()
    if live:
        draft.warn("F050", live)
    if not ordered:
        draft.findings.append(finding("F060", Location(draft.path, draft.name)))


def warn_about_length(draft: Draft) -> None:
    """Warn about each text that no cell of Excel can hold: whatever workbook it is written to keeps its beginning."""
    for row in draft.rows:
        for column, value in enumerate(row.values, 1):
            if type(value) is str and len(value) > MOST_CHARACTERS:
                where = Location(draft.path, draft.name, cell_name(row.number, column))
                draft.findings.append(finding("F048", where, len(value), limit=MOST_CHARACTERS))


# Letters that Unicode Vietnamese never has, but that abound in TCVN3 (ABC) or VNI text read as Unicode.
_LEGACY = "µ¶·¸¹»¼½¾¨¬\xadÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñö÷øûüþÿ"


def _all_but(letters: str) -> bytes:
    """Every byte of Latin-1 but these letters, to be left out by ``translate``."""
    return bytes(code for code in range(256) if chr(code) not in letters)


_HARMLESS = _all_but(_LEGACY + "º»ÄÆ")  # every garbled or old text has at least one of the others
_FAR = _all_but(_LEGACY + "®º»ÃÄÆ\0")  # the expressions below match only with one of the others
_LEGACY_WORD = re.compile(f"[A-Za-z][{_LEGACY}]|[{_LEGACY}®][a-z]")
# Also in Unicode: a soft hyphen, and what closes a quotation (no word of TCVN3 ends so).
_AMBIGUOUS = re.compile("\xad|»(?![A-Za-zµ-ÿ])")
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")  # letters that no old text has
# The replacement character, and letters of UTF-8 read as Windows-1252, but not the pairs that a capital "ĐÃ" makes
# with a space, a quotation mark or a dash after it.
_GARBLED = re.compile("\ufffd|á[»º]|[ÃÄÆ][\x80-\x9f¡-ª¬-º¼-¿ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ€‚]")


def warn_about_text(draft: Draft, suspects: Mapping[str, bool]) -> None:
    """Warn about cells in an old encoding (by font, or by letters) and about garbled text.

    ``suspects`` comes from ``suspect_texts``.
    """
    old: set[Address] = set(draft.fonts)
    garbled: set[Address] = set()
    if suspects:
        for row in draft.rows:
            for column, value in enumerate(row.values, 1):
                if type(value) is str and value in suspects:
                    (garbled if suspects[value] else old).add((row.number, column))
    if old:
        fonts = ", ".join(sorted(set(draft.fonts.values()))) or "TCVN3/VNI"
        draft.warn("F055", old, fonts=fonts)
    if garbled:
        draft.warn("F056", garbled)


def suspect_texts(texts: Sequence[str]) -> dict[str, bool]:
    """Texts that look garbled (True) or like an old encoding (False; only where the workbook has two or more)."""
    together = "\0".join(texts)
    if together.isascii():
        return {}
    # In Latin-1, with the replacement character as one of its letters: ten times as fast as a regular expression,
    # which looks at every letter separately.
    letters = together.replace("\ufffd", "\xb5").encode("latin-1", "ignore")
    if not letters.translate(None, _HARMLESS):
        return {}
    marks = letters.translate(None, _FAR).split(b"\0")
    near = list(compress(texts, marks)) if len(marks) == len(texts) else texts
    suspects: dict[str, bool] = {}
    if sum(map(_legacy_words, near)) > 1:
        suspects = {text: False for text in near if _LEGACY_WORD.search(_without_unicode_signs(text))}
    return suspects | {text: True for text in near if _GARBLED.search(text)}


def _without_unicode_signs(text: str) -> str:
    """A text without those signs, where they can't be letters of an old font."""
    return _AMBIGUOUS.sub("", text) if _UNICODE.search(text) else text


def _legacy_words(text: str) -> int:
    """How many words of an old font a text seems to have; signs of Unicode count beside others only."""
    if not _LEGACY_WORD.search(_AMBIGUOUS.sub("", text)):
        return 0
    return len(_LEGACY_WORD.findall(_without_unicode_signs(text)))
