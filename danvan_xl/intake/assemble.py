"""From the scans of a workbook's sheets to sheets of values that a second reader confirms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from danvan_xl.intake.cells import Converter
from danvan_xl.intake.found import FoundSheet, SheetScan
from danvan_xl.intake.refusal import DoubtError, RefusedError
from danvan_xl.intake.sheets import (
    MOST_CHARACTERS,
    Draft,
    fill,
    report_cells,
    suspect_texts,
    warn_about_length,
    warn_about_text,
)
from danvan_xl.intake.witness import Grid, SecondReader, disagreements
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.book import Sheet
from danvan_xl.model.finding import Finding

MOST_DENSE = 1_500_000  # cells of a sheet's rectangle that the second reader may be given to fill
Witness = Callable[[Sequence[int]], Sequence[Grid | None]]  # from indexes of sheets to their contents
Check = Callable[[int], None]  # reads a sheet a second time, and raises RefusedError if it differs


class _Drafted(Struct):
    found: FoundSheet
    draft: Draft
    ordered: bool = True

    def doubtful(self) -> bool:
        """Whether the sheet has content and is not written in the plain way."""
        return bool(self.draft.rows and self.found.scan and not self.found.scan.plain)

    def fits(self) -> bool:
        """Whether the second reader, which fills the whole rectangle from A1 on, can be given this sheet."""
        rows = self.draft.rows
        if not rows or not self.ordered:
            return False
        area = rows[-1].number * max(len(row.values) for row in rows)
        return area <= MOST_DENSE or area <= 3 * self.draft.count


def assemble(
    path: str,
    found: Sequence[FoundSheet],
    converter: Converter,
    witness: Witness,
    check: Check | None = None,
    second_reader: SecondReader = "doubtful",
) -> tuple[tuple[Sheet, ...], list[Finding]]:
    """Return the sheets as values, and the findings about them.

    ``witness`` reads sheets by index a second time (None: it can't); ``check`` replaces it for a sheet that is too
    sparse or too disordered. Both are used for doubtful sheets, or ``always``. Raises ``RefusedError`` F022 if two
    readers find values in different cells.
    """
    drafts = [_Drafted(one, Draft(path, one.name)) for one in found]
    for one in drafts:
        if one.found.scan:
            one.ordered = fill(one.draft, one.found.scan.rows, converter)
    asked = [index for index, one in enumerate(drafts) if second_reader == "always" or one.doubtful()]
    given = [index for index in asked if drafts[index].fits()]
    agreed = _agreed(witness, drafts, given)
    for index in asked:
        if check and drafts[index].draft.rows and index not in agreed:
            check(index)
    texts = converter.texts()
    suspects, too_long = suspect_texts(texts), max(map(len, texts), default=0) > MOST_CHARACTERS
    sheets = tuple(_finish(one, suspects, too_long) for one in drafts)
    return sheets, [finding for one in drafts for finding in one.draft.findings]


def _agreed(witness: Witness, drafts: Sequence[_Drafted], indexes: Sequence[int]) -> Sequence[int]:
    """The indexes of those sheets that the second reader read, and found to be so."""
    try:
        _call(witness, drafts, indexes)
    except RefusedError as refused:
        # The second reader gives up a whole workbook for a cell that is reported anyway, such as a text that
        # does not exist, or for one whose number has blanks around it: the other sheets it can still read.
        if refused.code != "F023" or not any(_is_beyond(drafts[index]) for index in indexes):
            raise
        indexes = [index for index in indexes if not _is_beyond(drafts[index])]
        _call(witness, drafts, indexes)
    return indexes


def _is_beyond(drafted: _Drafted) -> bool:
    """Whether the second reader may not be able to read a sheet that we can."""
    return drafted.draft.unreadable() or (drafted.found.scan is not None and _has_padded(drafted.found.scan))


def _has_padded(scan: SheetScan) -> bool:
    return any(
        raw != raw.strip()
        for row in scan.rows
        for kind, raw in zip(row.types, row.raws, strict=True)
        if raw and kind in _UNPADDED
    )


_UNPADDED = frozenset({"", "n", "s", "b", "e", "d"})


def _call(witness: Witness, drafts: Sequence[_Drafted], indexes: Sequence[int]) -> None:
    if not indexes:
        return
    for index, grid in zip(indexes, witness(indexes), strict=True):
        draft = drafts[index].draft
        if grid is None:
            continue
        for cell in disagreements(draft.rows, draft.doubts.keys(), grid, draft.name):
            draft.doubt_late(cell, DoubtError("F047"))


def _finish(drafted: _Drafted, suspects: Mapping[str, bool], too_long: bool) -> Sheet:
    """The sheet as a value; what a person should know about it is added to the draft's findings."""
    found, draft = drafted.found, drafted.draft
    if found.scan is None:
        return Sheet(found.name, found.state, ())
    facts = found.scan.facts
    report_cells(draft, drafted.ordered)
    if found.threads:
        draft.warn("F062", found.threads)
    if found.shapes:
        draft.warn("F063", found.shapes)
    if draft.rows:
        _warn_about_facts(draft, found, found.scan)
        warn_about_text(draft, suspects)
        if too_long:
            warn_about_length(draft)
    return Sheet(
        found.name,
        found.state,
        tuple(draft.rows),
        frozenset(facts.hidden_rows),
        frozenset(facts.hidden_columns),
        tuple(facts.merges),
        found.comments,
        draft.number_formats | found.shown,
        draft.fonts,
        found.links,
        draft.errors,
        frozenset(draft.formulas),
        facts.filtered,
        {cell: (doubt.code, doubt.found) for cell, doubt in draft.doubts.items()},
    )


def _warn_about_facts(draft: Draft, found: FoundSheet, scan: SheetScan) -> None:
    facts = scan.facts
    if found.state != "visible":
        draft.warn("F053")
    if facts.hidden_rows:
        hidden = [(row.number, 1) for row in draft.rows if row.number in facts.hidden_rows]
        if hidden:
            draft.warn("F051", hidden, rows=_some([str(row) for row, _ in hidden]))
    if facts.hidden_columns:
        width = max([len(row.values) for row in draft.rows])
        columns = [(1, column) for column in facts.hidden_columns if column <= width]
        if columns:
            shown = _some([column_letters(column) for _, column in sorted(columns)])
            draft.warn("F052", columns, columns=shown)
    if facts.hidden_by_default:
        draft.warn("F061")
    if facts.filtered:
        draft.warn("F054")


def _some(names: Sequence[str]) -> str:
    """The first few of many."""
    return ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
