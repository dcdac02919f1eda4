"""Tables wider than a page: their columns as page after page side by side, each beginning with the same key columns.

Every page's columns are an area of their own to print. So the title above the table, which goes over the columns of the
first page, is not cut by an edge of paper and does not come again, clipped, on the further ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from danvan_xl.workbooks.writing.printing import fit_width, fits, fitting_scale, page_starts, set_up_a4
from danvan_xl.workbooks.writing.style import OfficialSheet


def page_columns(widths: Sequence[float], repeated: int = 0, starts: Sequence[int] = ()) -> list[tuple[int, int]]:
    """The columns of each page, as positions of its first and last one.

    ``widths``: of all printed columns, in characters; a hidden one has none. ``repeated``: so many at the beginning
    come again on every page (and don't belong to the further pages' own). ``starts``: columns that begin a page.
    """
    pages: list[tuple[int, int]] = []
    for first, end in pairwise((0, *starts, len(widths))):
        own = widths[first:end]
        shift = first - repeated if first else 0
        section = [*widths[:repeated], *own] if first else own
        cuts = [first, *(shift + position for position in page_starts(section, repeated)), end]
        pages += [(start, stop - 1) for start, stop in pairwise(cuts) if sum(widths[start:stop])]
    return pages


def print_side_by_side(
    sheet: OfficialSheet,
    widths: Sequence[float],
    *,
    header_row: int,
    last_row: int,
    repeated: int = 0,
    starts: Sequence[int] = (),
    first: int = 0,
) -> int:
    """A4 landscape for a table from column ``first`` on; returns the last column of its first page (0-based, as all).

    ``widths``, ``repeated``, ``starts``: see ``page_columns``; ``header_row`` heads every page. What stands above it is
    printed once, with the first columns.
    """
    pages = page_columns(widths, repeated, starts)
    keys = list(widths[:repeated])
    on_paper = [[*keys, *widths[begin : end + 1]] if begin else widths[: end + 1] for begin, end in pages]
    set_up_a4(sheet, min(map(fitting_scale, on_paper)))
    if all(fits(columns) for columns in on_paper):
        fit_width(sheet)
    sheet.repeat_rows(header_row)
    if len(pages) > 1 and repeated:
        sheet.repeat_columns(first, first + repeated - 1)
    areas = [(header_row if begin else 0, first + begin, last_row, first + end) for begin, end in pages]
    sheet.print_areas(areas)
    return first + pages[0][1]
