"""How a wide sheet comes onto A4: never with letters too small to read, rather on more pages side by side.

A page whose letters are below 9 points is not read at arm's length. So a sheet is not squeezed to the width of one
page: it is printed at the largest scale at which it fits, but at no less than `LEAST_SCALE`; what does not fit then
goes to further pages, each of which repeats the columns that say what a row is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

LEAST_LETTERS = 9
"""Points on paper, for the letters of a table."""

LEAST_SCALE, FULL_SCALE = 83, 100
"""Percent. The letters of our tables have 11 points: 9.1 on paper."""

INCH = 72
LANDSCAPE_MARGINS = {"left": 0.79, "right": 0.6, "top": 1.18, "bottom": 0.79}
"""Inches: NĐ 30/2020, Phụ lục I, the binding edge (30 mm) on top."""
PORTRAIT_MARGINS = {"left": 1.18, "right": 0.6, "top": 0.79, "bottom": 0.79}

A4_SHORT, A4_LONG = 8.27, 11.69
"""Inches."""

SLACK = 0.985
"""Of the width of a page, what columns may take: borders take the rest."""

DIGIT, PADDING = 7.8, 5.2
"""Pixels of a digit of 11 points and of a column beside its digits, in the program that draws them widest.

LibreOffice draws 7.8 (measured with Times New Roman and letters of the same widths), Excel 7.
"""


def column_pixels(width: float) -> float:
    """How wide a column of ``width`` characters is drawn on a screen at 100 %, in pixels, at most."""
    return width * DIGIT + PADDING


def column_points(width: float) -> float:
    """How wide a column of ``width`` characters is drawn, in points, at 100 %."""
    return column_pixels(width) * 0.75


def page_room(*, landscape: bool = True) -> float:
    """The width between the margins of a page, in points."""
    margins = LANDSCAPE_MARGINS if landscape else PORTRAIT_MARGINS
    return ((A4_LONG if landscape else A4_SHORT) - margins["left"] - margins["right"]) * INCH * SLACK


def fitting_scale(widths: Sequence[float], *, landscape: bool = True) -> int:
    """The scale in percent at which columns of these widths come onto one page, within the limits."""
    wanted = page_room(landscape=landscape) * 100 / (sum(map(column_points, widths)) or 1)
    return max(LEAST_SCALE, min(FULL_SCALE, int(wanted)))


def page_starts(widths: Sequence[float], repeated: int, *, landscape: bool = True) -> list[int]:
    """Where further pages begin if columns of these widths don't fit on one: positions of their first columns.

    ``repeated``: so many columns at the beginning come again on every page.
    """
    room = page_room(landscape=landscape) * 100 / fitting_scale(widths, landscape=landscape)
    taken = sum(map(column_points, widths[:repeated]))
    starts: list[int] = []
    used = taken
    for position, width in enumerate(widths[repeated:], start=repeated):
        wide = column_points(width)
        if used + wide > room and used > taken:
            starts.append(position)
            used = taken
        used += wide
    return starts


def fits(widths: Sequence[float]) -> bool:
    """Whether columns of these widths have room on a landscape page with letters that can be read."""
    return not page_starts(widths, 0)


def fit_width(sheet: Worksheet) -> None:
    """Columns that have room on a page at their scale are fitted to it, however wide a program draws its letters."""
    sheet.fit_to_pages(1, 0)


def set_up_a4(sheet: Worksheet, scale: int, *, landscape: bool = True) -> None:
    """A4 with the margins of NĐ 30/2020, at this scale in percent."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(**(LANDSCAPE_MARGINS if landscape else PORTRAIT_MARGINS))
    sheet.set_print_scale(scale)


def set_up_pages(
    sheet: Worksheet,
    widths: Sequence[float],
    *,
    repeated: int = 0,
    header_row: int | None = None,
    landscape: bool = True,
) -> None:
    """A4 for a sheet whose printed columns have these widths.

    ``repeated``: so many of them come again on every further page; ``header_row`` (0-based) heads every page. What is
    printed is the sheet's print area, if it has one: it must end with the last of the columns.
    """
    set_up_a4(sheet, fitting_scale(widths, landscape=landscape), landscape=landscape)
    starts = page_starts(widths, repeated, landscape=landscape)
    if not starts:
        fit_width(sheet)
    else:
        sheet.set_v_pagebreaks(starts)
        sheet.print_across()
        if repeated:
            sheet.repeat_columns(0, repeated - 1)
    if header_row is not None:
        sheet.repeat_rows(header_row)
