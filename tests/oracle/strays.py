"""Words where no answer belongs: each must be seen somewhere, or be told."""

from __future__ import annotations

from collections.abc import Callable

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from tests.oracle.answers import marked
from tests.oracle.files import FIGURES, GUIDE, WORDS, Table
from tests.oracle.plans import LEAD, Appendix
from tests.oracle.unit_file import Need, UnitFile


def _table(file: UnitFile) -> tuple[Appendix, Table] | None:
    """A sheet of an appendix that no other edit has changed the shape of."""
    wanted = {line.task.appendix for line in file.lines(LEAD)}
    found = [item for item in file.setting.plan.appendices if item.id in wanted and item.sheet in file.book.sheetnames]
    if not found:
        return None
    appendix = file.rng.choice(found)
    return appendix, Table(file.book[appendix.sheet])


def _write(file: UnitFile, sheet: str, row: int, column: int, why: str, heading: str | None = None) -> None:
    words = marked(file.rng, "Ghi thêm")
    if isinstance(file.book[sheet].cell(row, column), MergedCell):  # nobody can type there
        return
    file.book[sheet].cell(row, column).value = words
    cell = f"{get_column_letter(column)}{row}"
    file.did(f"{why} {sheet}!{cell}", Need(why, sheet, row, cell, words=words, heading=heading))


def _lead_row(file: UnitFile, appendix: Appendix, table: Table) -> int | None:
    wanted = [line.id for line in file.free if line.task.appendix == appendix.id and line.id in table.ids]
    if not wanted:
        return None
    line = file.rng.choice(wanted)
    file.doubtful.add(line)
    return table.ids[line]


def locked_cell(file: UnitFile) -> None:
    """Over a cell that the template printed: the plan's text and columns, role, target, live check, last time's."""
    if (found := _table(file)) is None or (row := _lead_row(file, *found)) is None:
        return
    appendix, table = found
    printed = [*appendix.printed.values(), "Vai trò", "Chỉ tiêu", "Kiểm tra", "Kỳ trước"]
    heading = file.rng.choice([item for item in printed if item in table.headings])
    _write(file, appendix.sheet, row, table.column(heading), f"locked_cell “{heading}”")


def group_row(file: UnitFile) -> None:
    """In the row of a group's heading."""
    if (found := _table(file)) is None:
        return
    appendix, table = found
    groups = [row for row_id, row in table.ids.items() if row_id.startswith("#")]
    if groups:
        column = file.rng.choice(sorted(table.headings.values())[2:])
        _write(file, appendix.sheet, file.rng.choice(groups), column, "group_row")


def heading_words(file: UnitFile) -> None:
    """A row without id that has a group heading's words, and a result beside them."""
    if (found := _table(file)) is None:
        return
    appendix, table = found
    text = table.headings.get(appendix.printed["text"])
    groups = [row for row_id, row in table.ids.items() if row_id.startswith("#")]
    result = table.headings.get("Kết quả thực hiện")
    if not groups or text is None or result is None:
        return
    row = table.last + 1
    table.sheet.cell(row, text).value = table.sheet.cell(file.rng.choice(groups), text).value
    _write(file, appendix.sheet, row, result, "heading_words")


def column_of_own(file: UnitFile) -> None:
    """A column of the unit's own, with a heading that nobody knows."""
    if (found := _table(file)) is None or (row := _lead_row(file, *found)) is None:
        return
    appendix, table = found
    head = table.sheet.cell(table.head, table.sheet.max_column + 1)
    head.value = file.rng.choice(["Người theo dõi", "Ý kiến", "Cột A1"])
    _write(file, appendix.sheet, row, head.column, "column_of_own", head.coordinate)


def column_without_heading(file: UnitFile) -> None:
    if (found := _table(file)) is None or (row := _lead_row(file, *found)) is None:
        return
    appendix, table = found
    _write(file, appendix.sheet, row, table.sheet.max_column + 1, "column_without_heading")


def below_the_table(file: UnitFile) -> None:
    if (found := _table(file)) is None:
        return
    appendix, table = found
    column = file.rng.choice([2, 3, table.width])
    _write(file, appendix.sheet, table.sheet.max_row + file.rng.randrange(1, 4), column, "below_the_table")


def above_the_table(file: UnitFile) -> None:
    if (found := _table(file)) is None:
        return
    appendix, table = found
    taken = {cell.row for row in table.sheet.iter_rows(max_row=table.head - 1) for cell in row if cell.value}
    rows = [row for row in range(1, table.head) if row not in taken]
    if rows:
        _write(file, appendix.sheet, file.rng.choice(rows), file.rng.choice([2, 3, 5]), "above_the_table")


def note_of_figure(file: UnitFile) -> None:
    """In Ghi chú of Số liệu."""
    table = Table(file.book[FIGURES])
    indicator = file.rng.choice([item["id"] for item in file.setting.plan.figures_of(file.unit)])
    if table.cell(indicator, "Ghi chú").value is None:
        _write(file, FIGURES, table.ids[indicator], table.column("Ghi chú"), "note_of_figure")


def locked_figures(file: UnitFile) -> None:
    table = Table(file.book[FIGURES])
    indicator = file.rng.choice([item["id"] for item in file.setting.plan.figures_of(file.unit)])
    heading = file.rng.choice(["STT", "Đơn vị tính", "Kiểm tra"])
    _write(file, FIGURES, table.ids[indicator], table.column(heading), f"locked_figures “{heading}”")


def beside_words(file: UnitFile) -> None:
    """Beside and below the table of words."""
    table = Table(file.book[WORDS])
    if file.rng.random() < 0.5:
        _write(file, WORDS, table.last, table.width + 1, "beside_words")
    else:
        _write(file, WORDS, table.last + 1, table.width, "below_words")


def in_the_guide(file: UnitFile) -> None:
    """On the sheet Hướng dẫn, where there is nothing to fill in."""
    place = file.rng.choice([(5, 2), (7, 2), (8, 2), (12, 2), (14, 1), (30, 1), (4, 3)])
    _write(file, GUIDE, *place, "in_the_guide")


def comment(file: UnitFile) -> None:
    """A comment on an answer cell."""
    if (found := _table(file)) is None or (row := _lead_row(file, *found)) is None:
        return
    appendix, table = found
    column = table.headings.get("Kết quả thực hiện")
    if column is None:
        return
    words = marked(file.rng, "Nhận xét")
    cell = table.sheet.cell(row, column)
    cell.comment = Comment(words, "Đơn vị")
    file.did(f"comment {appendix.sheet}!{cell.coordinate}", Need("comment", appendix.sheet, row, cell.coordinate))


STRAYS: tuple[Callable[[UnitFile], None], ...] = (
    locked_cell, locked_cell, locked_cell, group_row, heading_words, column_of_own, column_without_heading,
    below_the_table, above_the_table, note_of_figure, locked_figures, beside_words, in_the_guide, comment,
)  # fmt: skip
