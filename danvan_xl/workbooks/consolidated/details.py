"""The sheets with every answer: the appendices in the plan's own layout, the figures, the words."""

from __future__ import annotations

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.model import Appendix, Form, Role, layout
from danvan_xl.model.addresses import column_letters
from danvan_xl.model.statuses import AnswerState
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.workbooks.consolidated.consolidated_book import LAST_ROW, Column, ConsolidatedBook, ListSheet, Sink
from danvan_xl.workbooks.writing.row_xml import Formula, Kept, Rendered, RowRenderer
from danvan_xl.workbooks.writing.spool import RowSpool
from danvan_xl.workbooks.writing.style import OfficialSheet, RowHeights, page_setup

STATE_STYLE = {
    AnswerState.RETURNED: "bad",
    AnswerState.MISSING: "bad",
    AnswerState.UNASSIGNED: "bad",
    AnswerState.BLANK: "warn",
    AnswerState.DELETED: "warn",
}
MOST_UNITS_ACROSS = 40
"""With more units than this the figures stand with units in rows: a sheet that wide can't be read."""


# ---- an appendix -------------------------------------------------------------------------------------------------


class _AppendixSheet:
    """The plan's own table; under each line one row for every unit's answer, as an outline group.

    Units come one by one, but the rows stand by task: each task has a spool, and where its rows begin is known.
    """

    FIRST = 6

    def __init__(self, book: ConsolidatedBook, appendix: Appendix, form: Form) -> None:
        self.book, self.appendix, self.form = book, appendix, form
        heads = [(item.title, item.width) for item in appendix.columns]
        heads += [(book.say("head_unit_answer"), 20), (layout.DATA_HEADINGS[11], 12)]
        heads += [(item.title, item.width) for item in form.fields]
        self.columns = len(heads)
        self.sheet = self._open(heads)
        printed, index = len(appendix.columns), book.styles.index
        self._heights = RowHeights([width for _, width in heads])
        self._answer_heights = RowHeights([width for _, width in heads[printed:]])
        self._answers = RowRenderer([index("box")] * len(heads), book.looks())
        self._answer_columns = self._answers.columns.pick(range(printed + 2, len(heads)))
        self._fields = [item.name for item in form.fields]
        self._groups = RowRenderer([index("group")] * len(heads), book.looks())
        self._states = {state: {printed + 1: index(style)} for state, style in STATE_STYLE.items()}
        self._text_at = next(i for i, column in enumerate(appendix.columns) if column.field == "text")
        self._unit = ""
        self._of_unit: dict[tuple[Role, AnswerState], tuple[str, Kept]] = {}
        self._spools: dict[str, RowSpool] = {}
        self._next: dict[str, int] = {}
        self._last = self._lay_out()

    def _open(self, heads: list[tuple[str, float]]) -> OfficialSheet:
        book, appendix = self.book, self.appendix
        sheet: OfficialSheet = book.workbook.add_worksheet(appendix.sheet, OfficialSheet)
        sheet.hide_gridlines(2)
        titles = (
            (appendix.number, "title"),
            (appendix.title, "subtitle"),
            (book.result.round.plan.citation, "citation"),
        )
        for row, (words, style) in enumerate(titles):
            sheet.merge_range(row, 0, row, len(heads) - 1, words, book.styles[style])
            sheet.set_row(row, 18 if len(words) < 110 else 34)
        sheet.write_string(3, 0, book.subtitle(), book.styles["plain"])
        for position, (title, width) in enumerate(heads):
            sheet.set_column(position, position, width)
            sheet.write_string(4, position, title, book.styles["head"])
        sheet.set_row(4, 48)
        sheet.outline_settings(True, False, False, False)  # the unit rows stand below their line
        text_at = next(i for i, item in enumerate(appendix.columns) if item.field == "text")
        sheet.freeze_panes(5, text_at + 1)
        page_setup(sheet, header_row=4)
        return sheet

    def _lay_out(self) -> int:
        """Render headings and lines, and leave room for the answers; the row behind the last one."""
        book, groups, group = self.book, {item.id: item for item in self.appendix.groups}, ""
        rows = book.summary.rows
        at = self.FIRST
        for task in self.appendix.tasks:
            spool = self._spools[task.id] = book.spool()
            if task.group != group and task.group in groups:
                group = task.group
                self._add_group(spool, at, groups[group].stt, groups[group].title)
                at += 1
            printed = [getattr(task, column.field) for column in self.appendix.columns]
            self._add(spool, at, [*printed, *[None] * (self.columns - len(printed))])
            self._next[task.id] = at + 1
            at += 1 + rows[task.id]
        own = self._spools[self.appendix.id] = book.spool()
        if rows[self.appendix.id]:
            self._add_group(own, at, "", book.say("own_group"))
            self._next[self.appendix.id] = at + 1
            at += 1 + rows[self.appendix.id]
        return at

    def _add(self, spool: RowSpool, number: int, cells: list[Rendered], styles: dict[int, int] | None = None) -> None:
        if number <= LAST_ROW:
            spool.add(self._answers.render(number, cells, height=self._heights.of(cells), styles=styles))

    def _add_group(self, spool: RowSpool, number: int, stt: str, title: str) -> None:
        values = {"stt": stt, "text": title}
        printed: list[Rendered] = [values.get(column.field, "") for column in self.appendix.columns]
        if number <= LAST_ROW:
            spool.add(self._groups.render(number, [*printed, *[None] * (self.columns - len(printed))]))

    def begin(self, unit: str) -> None:
        """The rows of another unit follow."""
        self._of_unit.clear()
        self._unit = self.book.short_names.get(unit, unit)

    def add(self, row: DataRow) -> None:
        """Append a row of the unit that has begun."""
        if row.task is None:
            self._add_own_line(row.answer, self._unit)
        else:
            self._add_answer(row.answer, row.task.id, self._unit)

    def _number(self, part: str) -> int:
        number = self._next[part]
        self._next[part] = number + 1
        return number

    def _add_own_line(self, answer: Answer, unit: str) -> None:
        part = self.appendix.id
        printed: list[Rendered] = [None] * len(self.appendix.columns)
        printed[self._text_at] = answer.text
        cells = [*printed, unit, answer.state.value, *map(answer.values.get, self._fields)]
        self._add(self._spools[part], self._number(part), cells, self._states.get(answer.state))

    def _add_answer(self, answer: Answer, task: str, unit: str) -> None:
        number = self._number(task)
        if number > LAST_ROW:
            return
        key = answer.role, answer.state
        found = self._of_unit.get(key)
        if found is None:
            found = self._of_unit[key] = self._unit_piece(answer, unit)
        unit, piece = found
        values = [*map(answer.values.get, self._fields)]
        height = self._answer_heights.of([unit, answer.state, *values])
        cells = [piece.xml, *self._answer_columns.render(values)]
        row = self._answers.join(number, cells, strings=piece.strings, height=height, level=1)
        self._spools[task].add(row)

    def _unit_piece(self, answer: Answer, unit: str) -> tuple[str, Kept]:
        """How a unit is shown, and what stands before its answers, in every row of this role and state."""
        if answer.role is Role.COORDINATE:
            unit = f"{unit} ({Role.COORDINATE.value.lower()})"
        values = [*[None] * len(self.appendix.columns), unit, answer.state.value]
        return unit, self._answers.keep(0, values, self._states.get(answer.state))

    def finish(self) -> None:
        last = min(self._last - 2, LAST_ROW - 1)
        self.sheet.stream(self._spools.values(), self.columns, last)


class _Appendices:
    """The sheets of the appendices."""

    def __init__(self, sheets: dict[str, _AppendixSheet]) -> None:
        self._sheets = sheets

    def unit(self, item: UnitRows) -> None:
        for sheet in self._sheets.values():
            sheet.begin(item.unit)
        for row in item.rows:
            self._sheets[row.answer.appendix].add(row)

    def finish(self) -> None:
        for sheet in self._sheets.values():
            sheet.finish()


def appendices(book: ConsolidatedBook) -> Sink:
    """One sheet per appendix."""
    current = book.result.round
    return _Appendices({item.id: _AppendixSheet(book, item, current.form_of(item)) for item in current.plan.appendices})


# ---- Số liệu -----------------------------------------------------------------------------------------------------


def _figure_style(value: Rendered) -> str:
    return "bad" if isinstance(value, str) else "box_number"


class _FiguresAcross:
    """``Số liệu`` of a commune: indicators in rows, units in columns, sums as formulas."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        self.book, self.form = book, form
        say, self.units = book.say, book.result.round.plan.reporting_units
        columns = [
            Column(say("head_stt"), 6, "box_centre"),
            Column(say("head_indicator"), 46),
            Column(say("head_measure"), 12),
            Column(say("total"), 12, "box_total"),
            *(Column(unit.short, 14, "box_number") for unit in self.units),
        ]
        self.table = ListSheet(book, form.sheet, say("figures_title"), columns, say("left_out"))
        self.table.sheet.freeze_panes(ListSheet.HEAD + 1, 4)
        self.figures: dict[str, Submission] = {}

    def unit(self, item: UnitRows) -> None:
        if item.file is not None and item.counts:
            self.figures[item.unit] = item.file

    def finish(self) -> None:
        first, last = column_letters(5), column_letters(4 + len(self.units))
        for number, item in enumerate(self.form.indicators, start=1):
            row = self.table.next_row
            values: list[Rendered] = [
                self.figures[unit.id].figures.get(item.id) if unit.id in self.figures else None for unit in self.units
            ]
            total = Formula(f"SUM({first}{row}:{last}{row})", self.book.summary.figures[item.id])
            styles = {4 + position: _figure_style(value) for position, value in enumerate(values)}
            self.table.add([number, item.title, item.unit, total, *values], styles)
        self.table.finish()


class _FiguresDown:
    """``Số liệu`` of many units: units in rows, indicators in columns."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        self.book, self.form = book, form
        say = book.say
        columns = [
            Column(say("head_stt"), 6, "box_centre"),
            Column(say("head_code"), 12),
            Column(say("head_unit"), 40),
            *(Column(f"{item.title} ({item.unit})", 16, "box_number", summed=True) for item in form.indicators),
        ]
        self.table = ListSheet(book, form.sheet, say("figures_title"), columns, say("left_out"))

    def unit(self, item: UnitRows) -> None:
        if item.state is None:
            return
        figures = item.file.figures if item.file is not None and item.counts else {}
        values: list[Rendered] = [figures.get(indicator.id) for indicator in self.form.indicators]
        styles = {3 + position: _figure_style(value) for position, value in enumerate(values)}
        number = self.table.spool.rows + 1
        self.table.add([number, item.unit, self.book.names[item.unit], *values], styles)

    def finish(self) -> None:
        self.table.finish(label=2)


def figures(book: ConsolidatedBook) -> Sink | None:
    """``Số liệu``, where the plan has such a form."""
    plan = book.result.round.plan
    if not plan.statistics:
        return None
    form = book.result.round.forms[plan.statistics]
    across = len(plan.reporting_units) <= MOST_UNITS_ACROSS
    return _FiguresAcross(book, form) if across else _FiguresDown(book, form)


# ---- Khó khăn, kiến nghị -----------------------------------------------------------------------------------------


class _Words:
    """``Khó khăn, kiến nghị``: what each unit wrote."""

    def __init__(self, book: ConsolidatedBook, form: Form) -> None:
        self.book, self.form = book, form
        columns = [
            Column(book.say("head_stt"), 6, "box_centre"),
            Column(book.say("head_unit"), 28),
            *(Column(item.title, 48) for item in form.questions),
        ]
        self.table = ListSheet(book, form.sheet, book.say("words_title"), columns)

    def unit(self, item: UnitRows) -> None:
        if item.state is None:
            return
        file = item.file if item.counts else None
        words: list[Rendered] = [file.words.get(question.id) if file else None for question in self.form.questions]
        if file is not None and file.nil and words and not any(words):
            words[0] = self.book.say("nil_reason", reason=file.nil_reason or "-")
        self.table.add([self.table.spool.rows + 1, self.book.names[item.unit], *words])

    def finish(self) -> None:
        self.table.finish()


def words(book: ConsolidatedBook) -> Sink | None:
    """``Khó khăn, kiến nghị``, where the plan has such a form."""
    name = book.result.round.plan.difficulties
    return _Words(book, book.result.round.forms[name]) if name else None
