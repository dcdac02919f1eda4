"""Rows put together from pieces: what recurs in many rows is rendered once and kept, the rest is rendered each time.

A column says which source its value comes from in each row (the task, the unit's file, the answer itself …). Adjacent
columns of one source make a run; a source gives one piece for each of its runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from danvan_xl.workbooks.writing.row_xml import Kept, Rendered, RowRenderer

FRESH = "fresh"
"""The source of the columns that are rendered afresh in each row."""


class Pieces(Struct, frozen=True):
    """What one source gives to a row: the XML of each of its runs, and how many shared strings are in it."""

    xmls: tuple[bytes, ...]
    strings: int = 0


class PieceRows:
    """Renders rows of one shape. ``sources``: the source of every column; ``order``: that of the kept ones in `row`."""

    def __init__(self, renderer: RowRenderer, sources: Sequence[str], order: Sequence[str]) -> None:
        assert {*order, FRESH} >= set(sources)
        self._renderer = renderer
        runs: dict[str, list[list[int]]] = {source: [] for source in order}
        fresh = [position for position, source in enumerate(sources) if source == FRESH]
        slot = {position: number for number, position in enumerate(fresh)}  # column → where `row` has its piece
        for source, positions in groupby(range(len(sources)), key=lambda position: sources[position]):
            if source != FRESH:
                runs[source].append(list(positions))
        self._runs: Mapping[str, list[list[int]]] = runs
        self._fresh = renderer.columns.pick(fresh)
        at = len(fresh)
        for source in order:
            for run in runs[source]:
                slot[run[0]] = at
                at += 1
        self._in_place = itemgetter(*(slot[position] for position in sorted(slot)), at)
        """The pieces of a row in the order of its columns; last comes nothing, so that there are always several."""

    def keep(self, source: str, values: Sequence[Rendered], styles: Mapping[int, int] | None = None) -> Pieces:
        """The pieces of a source for values that recur in many rows; ``values``: one for each of its columns."""
        found: list[Kept] = []
        for run, part in self._parts(source, values):
            found.insert(0, self._renderer.keep(run[0], part, styles))
        return Pieces(tuple(piece.xml for piece in found), sum(piece.strings for piece in found))

    def once(self, source: str, values: Sequence[Rendered]) -> Pieces:
        """The pieces of a source for values that don't recur: none of them is shared."""
        columns = self._renderer.columns
        found = [b"".join(columns.pick(run).render(part)) for run, part in self._parts(source, values)]
        return Pieces(tuple(reversed(found)))

    def _parts(self, source: str, values: Sequence[Rendered]) -> list[tuple[list[int], Sequence[Rendered]]]:
        """The runs of a source, each with its values, the last run first (the order of shared strings in 0.1.0)."""
        parts: list[tuple[list[int], Sequence[Rendered]]] = []
        at = 0
        for run in self._runs[source]:
            parts.insert(0, (run, values[at : at + len(run)]))
            at += len(run)
        assert at == len(values)
        return parts

    def row(
        self,
        number: int,
        fresh: Sequence[Rendered],
        kept: Sequence[Pieces],
        *,
        height: float | None = None,
        level: int = 0,
    ) -> bytes:
        """The ``<row>`` made of fresh values and of the other sources' pieces, in their order."""
        cells = self._fresh.render(fresh)
        strings = 0
        for pieces in kept:
            cells += pieces.xmls
            strings += pieces.strings
        cells.append(b"")
        return self._renderer.join(number, self._in_place(cells), strings=strings, height=height, level=level)
