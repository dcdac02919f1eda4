"""The sheet ``Lỗi cần sửa`` of a returned workbook: one row a finding, what weighs most first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danvan_xl import layout
from danvan_xl.excel.returned_marks import put_text, shortened, visible_cell
from danvan_xl.excel.style import BAD, BAD_FILL, FONT, GREY, HEAD_FILL, LINE, WARN, WARN_FILL, height_of
from danvan_xl.model import Finding, Severity
from danvan_xl.model.submission import Submission
from danvan_xl.recognise import column_letters
from danvan_xl.round import Round
from danvan_xl.wording import Lang, text

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELLS = 8
"""Cells that are named in a row of repeats."""

COLUMNS = (
    ("number", 5), ("severity", 13), ("sheet", 12), ("cell", 11), ("subject", 28),
    ("column", 13), ("problem", 27), ("found", 18), ("expected", 19), ("mend", 30),
)  # fmt: skip
_TOP = (Severity.BLOCKER, Severity.ERROR, Severity.WARNING, Severity.INFO)
_LOOKS = {
    Severity.BLOCKER: (BAD, BAD_FILL),
    Severity.ERROR: (BAD, BAD_FILL),
    Severity.WARNING: (WARN, WARN_FILL),
    Severity.INFO: (GREY, None),
}

Subject = Callable[[Finding], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list: a finding with the cells of all its repeats, in the order of the sheet."""

    finding: Finding
    cells: tuple[str, ...]
    subject: str
    count: int = 1


def _position(address: str | None) -> tuple[int, int]:
    """``K12`` → (12, 11), to sort by; what has no cell comes first."""
    letters = (address or "").rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int((address or "")[len(letters) :] or 0), column


def entries(findings: Iterable[Finding], sheets: Iterable[str], subject: Subject, lang: Lang) -> tuple[Entry, ...]:
    """The rows: by severity, sheet and cell; the same fault with the same words is one row."""
    order = {name: position for position, name in enumerate(sheets)}
    groups: dict[tuple[object, ...], list[Finding]] = {}

    def place(item: Finding) -> tuple[object, ...]:
        where = item.location
        return _TOP.index(item.severity), order.get(where.sheet or "", -1), _position(where.cell)

    for item in sorted(findings, key=place):
        bare = replace(item, location=replace(item.location, cell=""))
        said = (bare.say(lang), bare.say_expected(lang), bare.say_mend(lang))
        where = item.location
        groups.setdefault((item.severity, item.code, where.sheet, where.column, item.found, said), []).append(item)
    return tuple(_entry(items, subject, lang) for items in groups.values())


def _entry(items: list[Finding], subject: Subject, lang: Lang) -> Entry:
    cells = tuple(dict.fromkeys(item.location.cell for item in items if item.location.cell))
    subjects = tuple(dict.fromkeys(subject(item) for item in items))
    words = subjects[0] if len(subjects) == 1 else text("returned", "many_lines", lang, count=len(items))
    return Entry(items[0], cells, words, len(items))


def cells_words(cells: tuple[str, ...], lang: Lang) -> str:
    """``K9, K10 và 3 ô khác``."""
    shown = ", ".join(cells[:MOST_CELLS])
    more = len(cells) - MOST_CELLS
    return text("returned", "more_cells", lang, cells=shown, count=more) if more > 0 else shown


def subjects(job: Round | None, submission: Submission) -> Subject:
    """What tells a person which task a finding is about: its number and text, or the name of the figure."""
    own = {item.line: item.text for item in submission.answers if item.task is None}

    def of(item: Finding) -> str:
        if item.line in own:
            return own[item.line]
        task = job.tasks.get((item.line or "").partition("@")[0]) if job else None
        if task is not None:
            return f"{task.stt}. {task.text}" if task.stt else task.text
        title = item.args.get("title")
        return str(title) if title and title != item.location.column and not item.code.startswith("C") else ""

    return of


def how(submission: Submission) -> str:
    """The key of the instruction that fits."""
    if submission.count(Severity.BLOCKER):
        return "how_refused"
    if submission.count(Severity.ERROR):
        return "how_errors"
    return "how_warnings" if submission.count(Severity.WARNING) else "how_clean"


def write_findings_sheet(
    book: Workbook, submission: Submission, job: Round | None, notes: Iterable[str], lang: Lang
) -> None:
    """Put the sheet before all others and show it when the workbook opens."""
    listed = entries(submission.findings, [sheet.title for sheet in book.worksheets], subjects(job, submission), lang)
    sheet = book.create_sheet(layout.ERRORS_SHEET, 0)
    row = _heading(sheet, submission, job, notes, lang) + 1
    for column, (name, width) in enumerate(COLUMNS, start=1):
        put_text(_boxed(sheet.cell(row, column), bold=True, fill=HEAD_FILL, centre=True), text("returned", f"head_{name}", lang))
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.row_dimensions[row].height = 24
    worksheets = {item.title: item for item in book.worksheets}
    for number, entry in enumerate(listed, start=1):
        _entry_row(sheet, row + number, number, entry, worksheets, lang)
    _set_up(sheet, row, row + len(listed))
    _show_first(book)


def _heading(sheet: Worksheet, submission: Submission, job: Round | None, notes: Iterable[str], lang: Lang) -> int:
    """Title, unit and period, counts, what to do, and what must be known of this copy; the last row used."""
    names = {unit.id: unit.name for unit in job.plan.units} if job else {}
    unknown = text("returned", "unit_unknown", lang)
    unit = names.get(submission.unit or "", submission.unit or unknown)
    known = job is not None and submission.period == job.period.id
    period = job.period.label if job is not None and known else submission.period or unknown
    counts = {f"{item.value}s": submission.count(item) for item in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    counts["errors"] += submission.count(Severity.BLOCKER)
    rows = [
        (text("returned", "title", lang), {"bold": True, "size": 14}),
        (text("returned", "unit_period", lang, unit=unit, period=period), {"bold": True}),
        (text("returned", "file", lang, name=Path(submission.path.replace("\\", "/")).name), {"color": GREY[1:]}),
        (text("returned", "counts", lang, **counts), {"bold": True, "color": BAD[1:] if counts["errors"] else GREY[1:]}),
        (text("returned", how(submission), lang), {}),
        *((note, {"italic": True, "color": GREY[1:]}) for note in notes),
    ]
    width = sum(width for _, width in COLUMNS)
    for row, (words, look) in enumerate(rows, start=1):
        cell = sheet.cell(row, 1)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
        _style(cell, **look)
        put_text(cell, shortened(words) if row == 3 else words)
        sheet.row_dimensions[row].height = height_of([(words, width)], size=float(str(look.get("size", 11))))
    sheet.row_dimensions[len(rows) + 1].height = 6
    return len(rows) + 1


def _entry_row(
    sheet: Worksheet, row: int, number: int, entry: Entry, worksheets: Mapping[str, Worksheet], lang: Lang
) -> None:
    item = replace(entry.finding, location=replace(entry.finding.location, cell=", ".join(entry.cells[:MOST_CELLS]) or None))
    where = entry.finding.location
    values = {
        "severity": text("returned", item.severity.value, lang),
        "sheet": where.sheet or "",
        "cell": cells_words(entry.cells, lang),
        "subject": entry.subject,
        "column": where.column or "",
        "problem": item.say(lang),
        "found": item.found,
        "expected": item.say_expected(lang),
        "mend": item.say_mend(lang),
    }
    ink, fill = _LOOKS[item.severity]
    sized: list[tuple[str, float]] = []
    for column, (name, width) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row, column)
        if name == "number":
            _boxed(cell, centre=True).value = number
            continue
        words = shortened(values[name])
        _boxed(cell, **({"bold": True, "color": ink[1:], "fill": fill} if name == "severity" else {}))
        put_text(cell, words)
        sized.append((words, width))
    if entry.cells and where.sheet in worksheets and where.sheet != layout.IDENTITY_SHEET:
        _link(sheet.cell(row, 4), worksheets[where.sheet], entry.cells[0])
    sheet.row_dimensions[row].height = height_of(sized)


def _link(cell: Any, target: Worksheet, address: str) -> None:
    """A link inside the workbook to the cell that a person sees."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = target.title.replace("'", "''")
    shown = visible_cell(target, address).coordinate
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{shown}")
    _boxed(cell, color="1F4E79", underline="single")


def _style(cell: Any, **look: object) -> Any:
    from openpyxl.styles import Alignment, Font

    cell.font = Font(name=FONT, **{"size": 11, **look})
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _boxed(cell: Any, *, fill: str | None = None, centre: bool = False, **look: object) -> Any:
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
    """Frozen header, filter, A4 landscape on one page's width with the header repeated."""
    sheet.freeze_panes = f"A{header + 1}"
    sheet.auto_filter.ref = f"A{header}:{column_letters(len(COLUMNS))}{max(last, header + 1)}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_properties.tabColor = BAD[1:]
    sheet.print_title_rows = f"{header}:{header}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.8, 0.6
    sheet.oddHeader.center.text = "&P"


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
