"""The sheet ``Lỗi cần sửa`` of a returned workbook: one row per finding, the most serious first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.model import Finding, Location, Severity, layout
from danvan_xl.model.addresses import column_letters, position_of
from danvan_xl.model.submission import Submission
from danvan_xl.round.round import Round
from danvan_xl.wording import Lang, text
from danvan_xl.workbooks.returned.marking import put_text, remember_words, shortened, visible_cell
from danvan_xl.workbooks.writing.printing import LEAST_SCALE
from danvan_xl.workbooks.writing.style import BAD, BAD_FILL, FONT, GREY, HEAD_FILL, LINE, WARN, WARN_FILL, height_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROWS = 60
MOST_CELLS = 8
LINK_LETTERS = 16
"""Letters in the column of the cells that come onto one line."""
"""Cells that are named in a row of repeats."""

_TOP = (Severity.BLOCKER, Severity.ERROR, Severity.WARNING, Severity.INFO)
_LOOKS = {
    Severity.BLOCKER: (BAD, BAD_FILL),
    Severity.ERROR: (BAD, BAD_FILL),
    Severity.WARNING: (WARN, WARN_FILL),
    Severity.INFO: (GREY, None),
}

Subject = Callable[[Finding], str]
Look = dict[str, Any]

SHORT_SUBJECT = 90


class Entry(Struct, frozen=True):
    """A row of the list: a finding with the cells of all its repeats, in the order of the sheet."""

    finding: Finding
    cells: tuple[str, ...]
    subject: str
    count: int = 1


def entries(findings: Iterable[Finding], sheets: Iterable[str], subject: Subject, lang: Lang) -> tuple[Entry, ...]:
    """The rows: by severity, sheet and cell; the same fault with the same words is one row."""
    order = {name: position for position, name in enumerate(sheets)}
    groups: dict[tuple[object, ...], list[Finding]] = {}

    def place(item: Finding) -> tuple[object, ...]:
        where = item.location
        return _TOP.index(item.severity), order.get(where.sheet or "", -1), position_of(where.cell)

    for item in sorted((item for item in findings if item.is_open), key=place):
        bare = replace(item, location=replace(item.location, cell=""))
        said = (bare.say(lang), bare.say_expected(lang), bare.say_mend(lang))
        same = (item.severity, item.code, item.location.sheet, item.location.column, item.found, said)
        groups.setdefault(same, []).append(item)
    return tuple(_entry(items, subject, lang) for items in groups.values())


def _entry(items: list[Finding], subject: Subject, lang: Lang) -> Entry:
    cells = tuple(dict.fromkeys(item.location.cell for item in items if item.location.cell))
    subjects = tuple(dict.fromkeys(subject(item) for item in items))
    words = subjects[0] if len(subjects) == 1 else text("returned", "many_lines", lang, count=len(items))
    return Entry(items[0], cells, words, len(items))


def cells_words(cells: tuple[str, ...], lang: Lang, most: int = MOST_CELLS) -> str:
    """``K9, K10 và 3 ô khác``."""
    shown = ", ".join(cells[:most])
    more = len(cells) - most
    return text("returned", "more_cells", lang, cells=shown, count=more) if more > 0 else shown


def linked_words(cells: tuple[str, ...], lang: Lang) -> str:
    """The same in one line: LibreOffice breaks no line in a link."""
    whole = cells_words(cells, lang)
    return whole if len(whole) <= LINK_LETTERS else cells_words(cells, lang, 1)


def subjects(current: Round, submission: Submission, book: Workbook) -> Subject:
    """What shows a person which task a finding is about: its number and text, or the words of its row."""
    own = {item.line: item.text for item in submission.answers if item.task is None}
    by_row = {(item.sheet, item.row): item.line for item in submission.answers if item.row}

    def of(item: Finding) -> str:
        where = item.location
        line = item.line or by_row.get((where.sheet, position_of(where.cell)[0]), "")
        task = current.tasks.get(line.partition("@")[0])
        if task is None:
            words = own.get(line) or _row_words(book, current, where)
        else:
            words = f"{task.stt}. {task.text}" if task.stt else task.text
        return words if len(words) <= SHORT_SUBJECT else f"{words[:SHORT_SUBJECT].rpartition(' ')[0]} …"

    return of


def _row_words(book: Workbook, current: Round, where: Location) -> str:
    """The words in the row of a cell, under the heading of the text (task, figure, question)."""
    row, _ = position_of(where.cell)
    if not row or where.sheet not in book.sheetnames:
        return ""
    sheet, titles = book[where.sheet], {spec.titles["text"] for spec in current.specs if "text" in spec.titles}
    columns = [column for column, title in _headings(sheet, known_titles(current)).items() if title in titles]
    return str(sheet.cell(row, columns[0]).value or "") if columns else ""


def known_titles(current: Round) -> set[str]:
    """Every heading that a table of the round may have."""
    return {title for spec in current.specs for title in spec.titles.values()}


def with_columns(findings: Iterable[Finding], book: Workbook, current: Round) -> tuple[Finding, ...]:
    """The findings, with the heading above its cell for each that has a cell and names no column."""
    headings = {sheet.title: _headings(sheet, known_titles(current)) for sheet in book.worksheets}
    return tuple(_with_column(item, headings.get(item.location.sheet or "", {})) for item in findings)


def _with_column(item: Finding, headings: Mapping[int, str]) -> Finding:
    column = headings.get(position_of(item.location.cell)[1])
    if item.location.column or column is None:
        return item
    return replace(item, location=replace(item.location, column=column))


def _headings(sheet: Worksheet, known: set[str]) -> dict[int, str]:
    """Column → heading, of the first row that holds three known headings."""
    for row in sheet.iter_rows(max_row=min(sheet.max_row, HEADER_ROWS), values_only=True):
        found = {column: str(value) for column, value in enumerate(row, start=1) if str(value) in known}
        if len(found) >= 3:
            return found
    return {}


def instruction(submission: Submission) -> str:
    """The key of the instruction that fits."""
    if submission.count(Severity.BLOCKER):
        return "how_refused"
    if submission.count(Severity.ERROR):
        return "how_errors"
    return "how_warnings" if submission.count(Severity.WARNING) else "how_clean"


# ---- columns ---------------------------------------------------------------------------------------------


class Shown(Struct, frozen=True):
    """A row of the list in words. ``item``: its finding, at all the cells of its repeats; ``lang``: of the words."""

    number: int
    entry: Entry
    item: Finding
    lang: Lang

    def cells(self) -> str | None:
        """Where it is, as the words of a link."""
        return linked_words(self.entry.cells, self.lang) if self.entry.cells else self.item.location.cell

    def problem(self) -> str:
        """What is wrong; with the cells that the link does not name."""
        words = self.item.say(self.lang)
        if len(self.item.location.cell or "") <= LINK_LETTERS:
            return words
        return f"{words} ({text('returned', 'at_cells', self.lang, cells=self.item.location.cell)})"


class Column(Struct, frozen=True):
    """One column: the key of its heading, its width, what it says about a row, and how that looks."""

    name: str
    width: float
    value: Callable[[Shown], str | int | None]
    look: Callable[[Shown], Look] = lambda _: {}
    links: bool = False


def _severity_look(row: Shown) -> Look:
    ink, fill = _LOOKS[row.item.severity]
    return {"bold": True, "color": ink[1:], "fill": fill}


COLUMNS = (
    Column("number", 4.5, lambda row: row.number, lambda _: {"horizontal": "center"}),
    Column("severity", 10, lambda row: text("returned", row.item.severity.value, row.lang), _severity_look),
    Column("sheet", 10, lambda row: row.item.location.sheet),
    Column("cell", 14, Shown.cells, links=True),
    Column("subject", 22.5, lambda row: row.entry.subject),
    Column("column", 11, lambda row: row.item.location.column),
    Column("problem", 23.5, Shown.problem),
    Column("found", 13.5, lambda row: row.item.found),
    Column("expected", 15.5, lambda row: row.item.say_expected(row.lang)),
    Column("mend", 24, lambda row: row.item.say_mend(row.lang)),
)
"""Their widths together are what a page holds at the least scale."""
FIRST_COLUMN = 1
"""1-based, as openpyxl counts."""


# ---- the sheet ----------------------------------------------------------------------------------------------


def write_findings_sheet(
    book: Workbook, submission: Submission, current: Round, notes: Iterable[str], lang: Lang
) -> None:
    """Put the sheet before all others; the workbook opens on it."""
    found = with_columns(submission.findings, book, current)
    worksheets = {item.title: item for item in book.worksheets}
    listed = entries(found, worksheets, subjects(current, submission, book), lang)
    sheet = book.create_sheet(layout.ERRORS_SHEET, 0)
    header = _heading(sheet, submission, current, notes, lang) + 1
    for place, column in enumerate(COLUMNS, start=FIRST_COLUMN):
        cell = _boxed(sheet.cell(header, place), bold=True, fill=HEAD_FILL, centre=True)
        put_text(cell, text("returned", f"head_{column.name}", lang))
        sheet.column_dimensions[column_letters(place)].width = column.width
    sheet.row_dimensions[header].height = 24
    visible = {name: item for name, item in worksheets.items() if name != layout.IDENTITY_SHEET}
    for number, entry in enumerate(listed, start=1):
        target = visible.get(entry.finding.location.sheet or "")
        _entry_row(sheet, header + number, number, entry, target, lang)
    _set_up(sheet, header, header + len(listed))
    remember_words(book, sheet)
    _show_first(book)


def _heading(sheet: Worksheet, submission: Submission, current: Round, notes: Iterable[str], lang: Lang) -> int:
    """Title, unit and period, counts, what to do, and what must be known about this copy; returns the last row used."""
    names = {unit.id: unit.name for unit in current.plan.units}
    unknown = text("returned", "unit_unknown", lang)
    unit = names.get(submission.unit or "", submission.unit or unknown)
    known = submission.period == current.period.id
    period = current.period.label if known else submission.period or unknown
    counts = {f"{item.value}s": submission.count(item) for item in _TOP}
    counts["errors"] += counts["blockers"]
    ink = BAD if counts["errors"] else GREY
    file = Path(submission.path.replace("\\", "/")).name
    rows: list[tuple[str, Look]] = [
        (text("returned", "title", lang), {"bold": True, "size": 14}),
        (text("returned", "unit_period", lang, unit=unit, period=period), {"bold": True}),
        (text("returned", "file", lang, name=shortened(file)), {"color": GREY[1:]}),
        (text("returned", "counts", lang, **counts), {"bold": True, "color": ink[1:]}),
        (text("returned", instruction(submission), lang), {}),
        *((note, {"italic": True, "color": GREY[1:]}) for note in notes),
    ]
    width = sum(column.width for column in COLUMNS)
    for row, (words, look) in enumerate(rows, start=1):
        sheet.merge_cells(start_row=row, start_column=FIRST_COLUMN, end_row=row, end_column=len(COLUMNS))
        put_text(_style(sheet.cell(row, FIRST_COLUMN), **look), words)
        sheet.row_dimensions[row].height = height_of([(words, width)], size=look.get("size", 11))
    sheet.row_dimensions[len(rows) + 1].height = 6
    return len(rows) + 1


def _entry_row(sheet: Worksheet, row: int, number: int, entry: Entry, target: Worksheet | None, lang: Lang) -> None:
    """One row; ``target``: the sheet that its cells are on, where they can be seen."""
    cells = cells_words(entry.cells, lang)
    item = replace(entry.finding, location=replace(entry.finding.location, cell=cells))
    said, height = Shown(number, entry, item, lang), []
    for place, column in enumerate(COLUMNS, start=FIRST_COLUMN):
        cell, value = _boxed(sheet.cell(row, place), **column.look(said)), column.value(said)
        if isinstance(value, int):
            cell.value = value
            continue
        words = shortened(value)
        put_text(cell, words)
        height.append((words, column.width))
        if column.links and target is not None and entry.cells:
            _link(cell, target, entry.cells[0])
    sheet.row_dimensions[row].height = height_of(height)


def _link(cell: Any, target: Worksheet, address: str) -> None:
    """A link inside the workbook to the cell that a person sees."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = target.title.replace("'", "''")
    shown = visible_cell(target, address).coordinate
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{shown}")
    _boxed(cell, color="1F4E79", underline="single")


def _style(cell: Any, horizontal: str | None = None, **look: Any) -> Any:
    from openpyxl.styles import Alignment, Font

    cell.font = Font(**{"name": FONT, "size": 11, **look})
    cell.alignment = Alignment(horizontal=horizontal, vertical="top", wrap_text=True)
    return cell


def _boxed(cell: Any, *, fill: str | None = None, centre: bool = False, **look: Any) -> Any:
    from openpyxl.styles import Alignment, Border, PatternFill, Side

    _style(cell, **look)
    side = Side(style="thin", color=LINE[1:])
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill[1:])
    if centre:
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _set_up(sheet: Worksheet, header: int, last: int) -> None:
    """Frozen header, filter, A4 landscape with the header repeated; the columns fit at a scale that can be read."""
    from openpyxl.worksheet.properties import PageSetupProperties

    first = column_letters(FIRST_COLUMN)
    sheet.freeze_panes = f"{first}{header + 1}"
    sheet.auto_filter.ref = f"{first}{header}:{column_letters(len(COLUMNS))}{max(last, header + 1)}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.scale = LEAST_SCALE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_properties.tabColor = BAD[1:]
    sheet.print_title_rows = f"{header}:{header}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.8, 0.6
    header_words: Any = sheet.oddHeader
    header_words.center.text = "&P"


def _show_first(book: Workbook) -> None:
    """Open on the list, with no other sheet selected along with it: typing would go into both."""
    for sheet in book.worksheets:
        for view in sheet.views.sheetView:
            view.tabSelected = False
    for chart in book.chartsheets:
        for view in chart.sheetViews.sheetView:
            view.tabSelected = False
    book.active = 0
    for window in book.views:
        window.activeTab, window.firstSheet = 0, 0
    book.worksheets[0].sheet_view.tabSelected = True
