"""Writing the comparison's workbook: lists that sort, filter and print on A4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook

from danvan_xl.comparison.compare import Comparison
from danvan_xl.model.period import shown_period
from danvan_xl.wording import Lang
from danvan_xl.workbooks.compared.comparison_lists import ComparedList, say_diff
from danvan_xl.workbooks.compared.comparison_lists import compared_lists as lists_of
from danvan_xl.workbooks.writing.sheet_columns import Places
from danvan_xl.workbooks.writing.side_by_side import print_side_by_side
from danvan_xl.workbooks.writing.style import (
    STYLES,
    OfficialSheet,
    RowHeights,
    Styles,
    close_workbook,
    height_of,
    open_book,
)

HEADER_ROW = 3
"""0-based row of the headings."""


def write_comparison(target: Path, comparison: Comparison, lang: Lang = "vi") -> None:
    """Write the workbook; the same comparison gives the same bytes."""
    workbook, styles = open_book(target, comparison.after.body, say_diff(lang, "book_title"))
    subtitle = " · ".join((comparison.after.body, *sides(comparison, lang)))
    for each in lists_of(comparison, lang):
        _write_list(workbook, styles, each, subtitle, say_diff(lang, "nothing"))
    close_workbook(workbook)


def sides(comparison: Comparison, lang: Lang) -> tuple[str, str]:
    """Which workbook is which, in words: the period, the day it speaks of, the file."""
    found = []
    for side, book in (("side_before", comparison.before), ("side_after", comparison.after)):
        day = f"{book.as_of:%d/%m/%Y}" if book.as_of else "-"
        found.append(say_diff(lang, side, period=shown_period(book.period, lang), day=day, file=book.name))
    return found[0], found[1]


def _write_list(workbook: Workbook, styles: Styles, each: ComparedList[Any], subtitle: str, nothing: str) -> None:
    sheet: OfficialSheet = workbook.add_worksheet(each.sheet, OfficialSheet)
    sheet.hide_gridlines(2)
    widths = [column.width for column in each.columns]
    keys = Places([column.name for column in each.columns]).position(each.frozen) + 1
    for place, column in enumerate(each.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEADER_ROW, place, column.heading, styles["head"])
    sheet.set_row(HEADER_ROW, height_of([(column.heading, column.width * 0.9) for column in each.columns]))
    sheet.freeze_panes(HEADER_ROW + 1, keys)
    heights = RowHeights(widths)
    for row, item in enumerate(each.items, start=HEADER_ROW + 1):
        values = [column.value(item) for column in each.columns]
        for place, (column, value) in enumerate(zip(each.columns, values, strict=True)):
            style = styles[(column.look(item) if column.look else None) or column.style]
            if value is None or value == "":
                sheet.write_blank(row, place, None, style)
            elif isinstance(value, str):
                sheet.write_string(row, place, value[:32767], style)
            else:
                sheet.write_number(row, place, value, style)
        sheet.set_row(row, heights.of(values))
    last = HEADER_ROW + max(len(each.items), 1)
    end = print_side_by_side(sheet, widths, header_row=HEADER_ROW, last_row=last, repeated=keys)
    first_page = widths[: end + 1]
    titles = [(0, each.title, "list_title"), (1, subtitle, "wrapped")]
    if each.items:
        sheet.autofilter(HEADER_ROW, 0, last, len(widths) - 1)
    else:
        titles.append((HEADER_ROW + 1, nothing, "note"))
    for row, words, style in titles:
        _write_across(sheet, styles, row, words, style, first_page)


def _write_across(sheet: OfficialSheet, styles: Styles, row: int, words: str, style: str, widths: list[float]) -> None:
    """A sentence over the columns of the first page, wrapped, in a row that is tall enough."""
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, words, styles[style])
    else:
        sheet.write_string(row, 0, words, styles[style])
    size = float(str(STYLES[style]["font_size"]))
    sheet.set_row(row, height_of([(words, sum(widths) * 0.85 * 11 / size)], size))
