"""``Chỉ tiêu`` of a template: a row for every target that the unit is asked for, with the cells that its kind asks for.

The cells of a row that are not asked are grey and locked, so that nobody types a percentage where both parts are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from xlsxwriter.worksheet import Worksheet

from danvan_xl.model import Form, TargetKind, layout
from danvan_xl.model.submission import Value
from danvan_xl.model.targets import Part
from danvan_xl.round.asked import asked_targets
from danvan_xl.round.target_form import PARTS, AskedTarget, part_field, target_form
from danvan_xl.workbooks.template.form_columns import UNKNOWN, FormColumn, FormColumns, Live, row_id
from danvan_xl.workbooks.template.livecheck import CountWords, nil_words
from danvan_xl.workbooks.template.target_check import enough, explained, target_formula, target_silence
from danvan_xl.workbooks.template.template_book import HEADER, CountRows, TemplateBook, validation
from danvan_xl.workbooks.writing.style import answer_style, height_of

TEXT, REQUIRED, UNIT = "text", "required", "unit"
TEXT_WIDTH, REQUIRED_WIDTH, UNIT_WIDTH, PREVIOUS_WIDTH, CHECK_WIDTH = 34, 14.5, 9, 10.5, 22
CLOSED = "closed"
"""The look of a cell in which nothing is asked."""
LEAST_HEIGHT = 32
MOST = 1_000_000_000


class TargetRow(Struct, frozen=True):
    """A row of the sheet. ``typed``: what stands in its open cells already."""

    number: int
    item: AskedTarget
    typed: Mapping[Part, Value]
    live: Live
    previous: str

    def is_open(self, part: Part) -> bool:
        """Whether the unit may write into the cell: asked for, or to be cleared of what it should not hold."""
        return part in self.item.open or part in self.typed


class TargetColumn(FormColumn[TargetRow], frozen=True):
    """A column; ``look``: how its cell looks in a row, where it depends on that."""

    look: Callable[[TargetRow], str] | None = None


def target_columns(form: Form, before: str) -> tuple[TargetColumn, ...]:
    """The columns of the sheet; ``before``: the period whose figures stand beside those of this one."""
    previous = f"{layout.PREVIOUS} ({before})" if before else layout.PREVIOUS
    first = row_id(lambda row: row.item.target.id)  # type: FormColumn[TargetRow]
    answers = {part: _answer(form, part) for part in PARTS}
    return (
        TargetColumn(first.name, first.title, first.width, first.style, first.value, hidden=True),
        TargetColumn("stt", "STT", 4.5, "locked_centre", lambda row: str(row.number)),
        TargetColumn(TEXT, layout.TARGETS, TEXT_WIDTH, "locked", lambda row: row.item.text),
        TargetColumn(REQUIRED, layout.REQUIRED, REQUIRED_WIDTH, "locked", lambda row: row.item.required),
        TargetColumn(UNIT, layout.INDICATOR_UNIT, UNIT_WIDTH, "locked_centre", lambda row: row.item.target.unit),
        *(answers[part] for part in PARTS if part != "note"),
        TargetColumn(layout.F_PREVIOUS, previous, PREVIOUS_WIDTH, "previous_figure", lambda row: row.previous),
        answers["note"],
        TargetColumn(layout.F_CHECK, layout.LIVE_CHECK, CHECK_WIDTH, "locked", lambda row: row.live, printed=False),
    )


def _answer(form: Form, part: Part) -> TargetColumn:
    item = form.field(part)

    def look(row: TargetRow) -> str:
        return answer_style(part_field(row.item.target, part)) if row.is_open(part) else CLOSED

    return TargetColumn(part, item.title, item.width, CLOSED, lambda row: row.typed.get(part), item, look=look)


def write_targets(book: TemplateBook) -> None:
    """``Chỉ tiêu``, where the unit is asked for something."""
    asked = list(asked_targets(book.round, book.unit.id))
    if not asked:
        return
    form = target_form(book.round.targets)
    columns = FormColumns(target_columns(form, book.options.previous_label))
    sheet = book.new_sheet(form.sheet)
    book.heading(sheet, book.say("targets_title", period=book.round.period.label), "", columns)
    columns.write_header(sheet, HEADER, book.styles["head"])
    last = HEADER
    for last, row in enumerate(_rows(book, columns, asked), start=HEADER + 1):
        _write_row(book, sheet, columns, last, row)
        _validate(book, sheet, columns, last, row)
    _count(book, sheet, columns, last, len(asked))
    sheet.freeze_panes(HEADER + 1, 0)
    columns.set_up_pages(sheet, last, repeated=columns[TEXT] + 1 - columns.first)
    book.protect(sheet)


def _rows(book: TemplateBook, columns: FormColumns[TargetColumn], asked: list[AskedTarget]) -> Iterator[TargetRow]:
    options = book.options
    for number, item in enumerate(asked, start=1):
        cells = columns.cells(HEADER + number)
        typed = options.typed.targets.get(item.target.id, {})
        formula = target_formula(item, cells, (book.nil_box,), book.round)
        live = Live(formula, UNKNOWN if typed or options.typed.nil else target_silence())
        yield TargetRow(number, item, typed, live, options.previous_figures.get(item.target.id, ""))


def _write_row(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[TargetColumn], number: int, row: TargetRow
) -> None:
    values = [(column, column.value(row)) for column in columns]
    wrapped = ((words, column.width) for column, words in values if isinstance(words, str))
    sheet.set_row(number, max(LEAST_HEIGHT, height_of(wrapped)))
    for place, (column, value) in enumerate(values):
        book.write_cell(sheet, number, place, column.look(row) if column.look else column.style, value)


def _validate(
    book: TemplateBook, sheet: Worksheet, columns: FormColumns[TargetColumn], number: int, row: TargetRow
) -> None:
    """What Excel lets a person type into the open cells: whole numbers, percentages, days; no part above its whole."""
    plan, cells, target = book.round.plan, columns.cells(number), row.item.target
    last_day = min(plan.end, max(plan.start, book.round.last_day))
    for part in row.item.open:
        rule = validation(part_field(target, part, book.options.lang), plan.start, last_day, book.options.lang)
        if target.kind is TargetKind.RATIO and part == "numerator":
            whole = cells["denominator"]
            rule |= {"minimum": 0, "maximum": f"=IF(ISNUMBER({whole}),{whole},{MOST})"}
            rule |= {"error_message": book.say("invalid_numerator")}
        elif target.kind is TargetKind.RATIO and part == "denominator":
            some = cells["numerator"]
            rule |= {"minimum": f"=IF(ISNUMBER({some}),{some},0)", "maximum": MOST}
            rule |= {"error_message": book.say("invalid_denominator")}
        sheet.data_validation(number, columns[part], number, columns[part], rule)


def _count(book: TemplateBook, sheet: Worksheet, columns: FormColumns[TargetColumn], last: int, asked: int) -> None:
    words = CountWords(target_silence(), (nil_words(), enough(), explained()), "targets")
    typed = book.options.typed
    silent = None if typed.targets or typed.nil else asked
    rows = CountRows(HEADER + 1, last, silent)
    book.live_count(sheet, columns, rows, columns[TEXT], words, usual=TEXT)
