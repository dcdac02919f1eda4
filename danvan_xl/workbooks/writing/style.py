"""How our workbooks look: one place for fonts, colours, number formats and page set-up.

Font and page follow Nghị định 30/2020/NĐ-CP, Phụ lục I: Times New Roman, A4, margins 20-25 mm top and bottom, 30-35 mm
left, 15-20 mm right, page number centred in the top margin from page 2. The decree gives no size for text in tables; 11
is usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import xlsxwriter.workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Field, Plan
from danvan_xl.workbooks.writing.row_xml import as_shared
from danvan_xl.workbooks.writing.spool import RowSpool
from danvan_xl.workbooks.writing.zipped import Seam, SeamedZip

FONT = "Times New Roman"
GREY, LINE = "#595959", "#A6A6A6"
HEAD_FILL, GROUP_FILL, ANSWER_FILL, LOCKED_FILL = "#DCE6F1", "#F2F2F2", "#FFF8E1", "#FFFFFF"
CLOSED_FILL = "#D0D0D0"
"""Of a cell in which nothing is asked: told from a pale yellow one on paper too."""
GOOD, WARN, BAD = "#1E6B34", "#8A5A00", "#A61C1C"
GOOD_FILL, WARN_FILL, BAD_FILL = "#E3F1E6", "#FFEFC9", "#FBE3E1"

DATE_FORMAT = "dd/mm/yyyy"
TEXT_FORMAT = "@"
DECIMAL_FORMAT = "#,##0.0##"
"""Of figures that are no whole numbers: money in million dong, days of work, areas."""
EPOCH = datetime(2026, 1, 1)  # noqa: DTZ001  # document properties carry no zone; fixed, so that the bytes are

CELL: Mapping[str, object] = {"font_name": FONT, "font_size": 11, "valign": "top", "text_wrap": True}
BOXED: Mapping[str, object] = {**CELL, "border": 1, "border_color": LINE}

PAGE: Mapping[str, object] = {**CELL, "font_size": 12}
PAGE_BOX: Mapping[str, object] = {**PAGE, "border": 1, "border_color": LINE}
PAGE_COUNT: Mapping[str, object] = {"align": "center", "num_format": "0", "text_wrap": False, "shrink": True}
"""Of the page that is signed."""

PREVIOUS: Mapping[str, object] = {**BOXED, "font_color": GREY, "bg_color": GROUP_FILL, "align": "center"}
OPEN_NUMBER: Mapping[str, object] = {**BOXED, "bg_color": ANSWER_FILL, "locked": False, "align": "center"}
NUMBER: Mapping[str, object] = {**BOXED, "text_wrap": False, "align": "right", "indent": 1, "num_format": "#,##0"}
TOTAL: Mapping[str, object] = {**NUMBER, "bold": True, "bg_color": GROUP_FILL}

STYLES: Mapping[str, Mapping[str, object]] = {
    "wrapped": CELL,
    "note": {**CELL, "italic": True, "font_color": GREY},
    "label": {**CELL, "bold": True, "text_wrap": False},
    "list_title": {**CELL, "font_size": 14, "bold": True},
    "title": {**CELL, "font_size": 14, "bold": True, "align": "center", "valign": "vcenter"},
    "subtitle": {**CELL, "font_size": 13, "bold": True, "align": "center", "valign": "vcenter"},
    "citation": {**CELL, "font_size": 13, "italic": True, "align": "center", "valign": "vcenter"},
    "centre_bold": {**CELL, "font_size": 12, "bold": True, "align": "center", "text_wrap": False},
    "left_note": {**CELL, "italic": True, "font_color": GREY, "text_wrap": False},
    "form_title": {**CELL, "bold": True, "valign": "vcenter"},
    "form_line": {**CELL, "valign": "vcenter"},
    "label_right": {**CELL, "bold": True, "text_wrap": False, "align": "right", "valign": "vcenter"},
    "count": {**CELL, "bold": True, "text_wrap": False, "valign": "vcenter", "font_color": "#1F4E79", "underline": 1},
    "head": {**BOXED, "bold": True, "align": "center", "valign": "vcenter", "bg_color": HEAD_FILL},
    "group": {**BOXED, "bold": True, "bg_color": GROUP_FILL, "text_wrap": False},
    "group_wrapped": {**BOXED, "bold": True, "bg_color": GROUP_FILL},
    "locked": {**BOXED, "bg_color": LOCKED_FILL},
    "locked_part": {**BOXED, "bg_color": LOCKED_FILL, "align": "left", "indent": 1},
    "locked_centre": {**BOXED, "align": "center", "bg_color": LOCKED_FILL},
    "locked_grey": {**BOXED, "font_color": GREY, "bg_color": GROUP_FILL},
    "previous_figure": PREVIOUS,
    "previous_decimal": {**PREVIOUS, "num_format": DECIMAL_FORMAT},
    "closed": {**BOXED, "bg_color": CLOSED_FILL},
    "open": {**BOXED, "bg_color": ANSWER_FILL, "locked": False},
    "open_text": {**BOXED, "bg_color": ANSWER_FILL, "locked": False, "num_format": TEXT_FORMAT},
    "open_date": {**BOXED, "bg_color": ANSWER_FILL, "locked": False, "num_format": DATE_FORMAT, "align": "center"},
    "open_number": OPEN_NUMBER,
    "open_decimal": {**OPEN_NUMBER, "num_format": DECIMAL_FORMAT},
    "box": BOXED,
    "box_part": {**BOXED, "align": "left", "indent": 1},
    "box_idle": {**BOXED, "font_color": GREY, "bg_color": GROUP_FILL, "align": "center"},
    "box_centre": {**BOXED, "align": "center"},
    "box_bold": {**BOXED, "bold": True},
    "box_number": NUMBER,
    "box_total": TOTAL,
    "box_decimal": {**BOXED, "text_wrap": False, "align": "right", "indent": 1, "num_format": DECIMAL_FORMAT},
    "box_total_decimal": {**TOTAL, "num_format": DECIMAL_FORMAT},
    "box_percent": {**BOXED, "text_wrap": False, "align": "right", "indent": 1, "num_format": "0.0"},
    "box_figure": {**BOXED, "text_wrap": False, "align": "right", "indent": 1, "num_format": "#,##0.00"},
    "box_date": {**BOXED, "align": "center", "num_format": DATE_FORMAT},
    "box_time": {**BOXED, "align": "center", "num_format": "dd/mm/yyyy hh:mm"},
    "box_link": {**BOXED, "font_color": "#1F4E79", "underline": 1},
    "data_date": {"font_name": FONT, "font_size": 11, "num_format": DATE_FORMAT},
    "data_decimal": {"font_name": FONT, "font_size": 11, "num_format": DECIMAL_FORMAT},
    "data_time": {"font_name": FONT, "font_size": 11, "num_format": "dd/mm/yyyy hh:mm"},
    "good": {**BOXED, "font_color": GOOD, "bg_color": GOOD_FILL},
    "warn": {**BOXED, "font_color": WARN, "bg_color": WARN_FILL},
    "bad": {**BOXED, "font_color": BAD, "bg_color": BAD_FILL},
    "good_text": {"font_color": GOOD, "bg_color": GOOD_FILL},
    "warn_text": {"font_color": WARN, "bg_color": WARN_FILL},
    "bad_text": {"font_color": BAD, "bg_color": BAD_FILL},
    "page": PAGE,
    "page_bold": {**PAGE, "bold": True},
    "page_note": {**PAGE, "italic": True, "font_color": GREY},
    "page_recipients": {**PAGE, "bold": True, "italic": True},
    "page_centre": {**PAGE, "align": "center"},
    "page_centre_bold": {**PAGE, "bold": True, "align": "center"},
    "page_centre_italic": {**PAGE, "italic": True, "align": "center"},
    "page_motto": {**PAGE, "bold": True, "underline": 1, "align": "center"},
    "page_head": {**PAGE_BOX, "bold": True, "align": "center", "valign": "vcenter", "bg_color": HEAD_FILL},
    "page_box": PAGE_BOX,
    "page_words": {**PAGE_BOX, "text_wrap": False},
    "page_number": {**PAGE_BOX, **PAGE_COUNT},
    "page_total": {**PAGE_BOX, **PAGE_COUNT, "bold": True, "bg_color": GROUP_FILL},
    "page_total_label": {**PAGE_BOX, "bold": True, "text_wrap": False, "bg_color": GROUP_FILL},
    "page_good": {**PAGE_BOX, "font_color": GOOD, "bg_color": GOOD_FILL},
    "page_bad": {**PAGE_BOX, "font_color": BAD, "bg_color": BAD_FILL},
}


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}
        self._indexes: dict[str, int] = {}

    def index(self, name: str) -> int:
        """The number of a style in the workbook, for rows that are rendered outside xlsxwriter."""
        found = self._indexes.get(name)
        if found is None:
            found = self._indexes[name] = int(self[name]._get_xf_index())
        return found

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(dict(STYLES[name]))
        return self._made[name]


class OfficialSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """What xlsxwriter has no option for.

    The first printed page has no page number (NĐ 30/2020). A row has the height that its text needs, but not as a
    "custom" one, so that Excel and LibreOffice keep fitting it while somebody types. Rows that were rendered outside
    (``writing.row_xml``) follow the sheet's own. Text that looks like xlsxwriter's rich text stays text.

    Overrides private methods of xlsxwriter 3.3; ``tests/workbooks`` checks what they do.
    """

    spools: tuple[RowSpool, ...] = ()
    seams: dict[str, Seam]
    """Where the spools belong, by the temporary file of this sheet's part; known when that is written."""
    dim_rowmax: int | None
    print_area_range: str
    at_the_bottom = ""

    def __init__(self) -> None:
        super().__init__()
        self.seams = {}

    def stream(self, spools: Iterable[RowSpool], columns: int, last_row: int) -> None:
        """Take rendered rows; they must follow the rows that the sheet writes itself. ``last_row`` is 0-based."""
        self.spools = tuple(spools)
        self._check_dimensions(last_row, columns - 1)

    def join_cells(self, rows: Iterable[int], first: int, last: int) -> None:
        """Merge the cells of rows (0-based) from one column to another, as they were streamed or written."""
        if last > first:
            self.merge += [[row, first, row, last] for row in rows]

    def stretch_table(self, last_row: int) -> None:
        """Give the sheet's last table, made over rows 0-1, its real last row (0-based)."""
        table = self.tables[-1]
        for key in ("range", "a_range", "autofilter"):
            first, _, last = table[key].partition(":")
            table[key] = f"{first}:{last.rstrip('0123456789')}{last_row + 1}"

    def print_areas(self, areas: Sequence[tuple[int, int, int, int]]) -> None:
        """Print areas (first row, first column, last row, last column; 0-based), each on pages of its own."""
        ranges = []
        for area in areas:
            self.print_area(*area)
            ranges.append(self.print_area_range)
        self.print_area_range = ",".join(ranges)

    def say_on_pages(self, words: str) -> None:
        """Print a sentence at the bottom of every page."""
        self.at_the_bottom = words

    def _write_rows(self) -> None:
        last = self.dim_rowmax
        self.dim_rowmax = max(self.table, default=0)
        super()._write_rows()
        self.dim_rowmax = last
        if self.spools:
            self.seams[self.fh.name] = Seam(self.fh.tell(), self.spools)

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        return int(super()._write_string(row, col, as_shared(string), cell_format))

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")  # ours hold no function that needs a prefix

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, object]] | None = None) -> None:
        if tag == "row" and attributes:
            attributes = [item for item in attributes if item[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _write_header_footer(self) -> None:
        self._xml_start_tag("headerFooter", [("differentFirst", "1")])
        footer = f'&C&"Times New Roman,Italic"&11 {self.at_the_bottom.replace("&", "&&")}'
        self._xml_data_element("oddHeader", '&C&"Times New Roman,Regular"&13&P')
        if self.at_the_bottom:
            self._xml_data_element("oddFooter", footer)
            self._xml_data_element("firstFooter", footer)
        self._xml_end_tag("headerFooter")


def open_workbook(path: Any, plan: Plan, title: str) -> tuple[Workbook, Styles]:
    """A workbook about a plan: see ``open_book``."""
    return open_book(path, plan.issuing_body, title)


def open_book(path: Any, author: str, title: str) -> tuple[Workbook, Styles]:
    """A workbook that writes text as text (no formulas, links or numbers made of it) and the same bytes each time."""
    options: dict[str, object] = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 11},
    }
    workbook = Workbook(path, options)
    workbook.set_properties({"title": title, "author": author, "created": EPOCH})
    workbook.set_calc_mode("auto")
    return workbook, Styles(workbook)


def close_workbook(workbook: Workbook) -> None:
    """Write the workbook; a full disk and the like are raised as the OSError that they are.

    xlsxwriter opens its zip itself: while it does, it is given ours, which packs lightly and joins streamed rows in.
    """
    seams: dict[str, Seam] = {}
    for sheet in workbook.worksheets():
        if isinstance(sheet, OfficialSheet):
            sheet.seams = seams
    usual = xlsxwriter.workbook.ZipFile
    xlsxwriter.workbook.ZipFile = partial(SeamedZip, seams=seams)
    try:
        workbook.close()
    except FileCreateError as error:
        cause = error.args[0]
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from None
    finally:
        xlsxwriter.workbook.ZipFile = usual


MOST_HEIGHT = 409
"""Excel caps a row at 409 points."""
LINE_HEIGHT = 1.36
"""How much taller than its letters a line is."""


def room_of(width: float) -> int:
    """How many characters a line holds in a column of ``width`` characters, words kept whole.

    Measured on the plans' texts, broken into lines as Excel breaks them: fewer than 1 text of 100 needs more lines than
    this says. Narrow columns lose more of their width to words that don't fit.
    """
    return int(max(1.2 * width - 4.5, 4))


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes where a line holds ``room`` characters."""
    if "\n" not in text:
        return -(-len(text) // room) or 1
    return sum(-(-len(line) // room) or 1 for line in text.split("\n"))


def _height(lines: int, size: float) -> float:
    return min(MOST_HEIGHT, lines * size * LINE_HEIGHT + 2)


def height_of(cells: Iterable[tuple[str, float]], size: float = 11) -> float:
    """The height in points of a row of wrapped ``(text, column width)`` cells."""
    return _height(max((lines_in(text, room_of(width)) for text, width in cells), default=1), size)


class RowHeights:
    """The heights of many rows with the same columns, of the given widths."""

    def __init__(self, widths: Sequence[float], size: float = 11) -> None:
        self._rooms, self._size = [room_of(width) for width in widths], size

    def of(self, values: Sequence[object]) -> float:
        """The height in points of a row of these values; only texts wrap."""
        most = 1
        for value, room in zip(values, self._rooms, strict=True):
            if type(value) is str and (len(value) > room or "\n" in value):
                lines = lines_in(value, room)
                if lines > most:  # noqa: PLR1730 - once per row of a large sheet: max() would cost as much as the rest
                    most = lines
        return _height(most, self._size)

    def cut(self, values: Sequence[object], more: str) -> list[Any]:
        """The same values, with texts cut to what the tallest row holds; ``more`` says that they go on."""
        most = int((MOST_HEIGHT - 2) / (self._size * LINE_HEIGHT)) - 1
        return [
            _first_lines(value, most, room, more) if isinstance(value, str) else value
            for value, room in zip(values, self._rooms, strict=True)
        ]


def _first_lines(text: str, most: int, room: int, more: str) -> str:
    """So much of a text as takes ``most`` lines, a line for ``more`` below."""
    if lines_in(text, room) <= most:
        return text
    kept: list[str] = []
    left = most - lines_in(more, room)
    for line in text.split("\n"):
        needed = lines_in(line, room)
        if needed > left:
            kept.append(line[: max(left, 0) * room].rpartition(" ")[0])
            break
        kept.append(line)
        left -= needed
    return "\n".join([*(part for part in kept if part), more])


def answer_style(item: Field) -> str:
    """The style of an answer cell."""
    if item.type == "date":
        return "open_date"
    if item.type in ("number", "integer"):
        return "open_number"
    return "open_text" if item.format == "document_number" else "open"
