"""The sheets with every answer: the appendices in the plan's own layout, the figures, the words, ``Dữ liệu``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from danvan_xl import layout
from danvan_xl.excel.book.base import Book, local, write, write_row
from danvan_xl.excel.rows import Cell, RowRenderer, RowSpool
from danvan_xl.excel.style import OfficialSheet, height_of, page_setup
from danvan_xl.merge import DataRow
from danvan_xl.model import Appendix, Form, Role
from danvan_xl.model.submission import AnswerState
from danvan_xl.recognise import column_letters
from danvan_xl.summarize import figure_sums

STATE_STYLE = {
    AnswerState.RETURNED: "bad",
    AnswerState.MISSING: "bad",
    AnswerState.UNASSIGNED: "bad",
    AnswerState.BLANK: "warn",
    AnswerState.DELETED: "warn",
}


# ---- an appendix -------------------------------------------------------------------------------------------------


def write_appendix(book: Book, appendix: Appendix) -> None:
    """The plan's own table; under each line one row for every unit's answer, as an outline group."""
    plan, form = book.result.job.plan, book.result.job.form_of(appendix)
    sheet = book.workbook.add_worksheet(appendix.sheet, OfficialSheet)
    sheet.hide_gridlines(2)
    styles = book.styles
    heads = [(item.title, item.width) for item in appendix.columns]
    heads += [(book.say("head_unit_answer"), 20), (layout.DATA_HEADINGS[11], 12)]
    heads += [(item.title, item.width) for item in form.fields]
    last = len(heads) - 1
    titles = ((appendix.number, "title"), (appendix.title, "subtitle"), (plan.citation, "citation"))
    for row, (words, style) in enumerate(titles):
        sheet.merge_range(row, 0, row, last, words, styles[style])
        sheet.set_row(row, 18 if len(words) < 110 else 34)
    sheet.write_string(3, 0, book.subtitle(), styles["plain"])
    for position, (title, width) in enumerate(heads):
        sheet.set_column(position, position, width)
        sheet.write_string(4, position, title, styles["head"])
    sheet.set_row(4, 48)
    sheet.outline_settings(True, False, False, False)  # the unit rows stand below their line
    spool = _AppendixRows(book, appendix, form, [width for _, width in heads]).spool()
    sheet.stream(spool, len(heads))
    text_at = next(i for i, item in enumerate(appendix.columns) if item.field == "text")
    sheet.freeze_panes(5, text_at + 1)
    page_setup(sheet, header_row=4)


class _AppendixRows:
    """The rows of an appendix's sheet, rendered: groups, lines, and every unit's answer under its line."""

    def __init__(self, book: Book, appendix: Appendix, form: Form, widths: list[float]) -> None:
        self.book, self.appendix, self.form, self.widths = book, appendix, form, widths
        index = book.styles.index
        day, moment = index("box_date"), index("box_time")
        self._plain = RowRenderer([index("box")] * len(widths), dates=day, times=moment, blanks=True)
        self._group = RowRenderer([index("group")] * len(widths), dates=day, times=moment, blanks=True)
        self._states = {state: {len(appendix.columns) + 1: index(style)} for state, style in STATE_STYLE.items()}
        self._names = {unit.id: unit.short for unit in book.result.job.plan.units}
        self._text_at = next(i for i, column in enumerate(appendix.columns) if column.field == "text")
        self._rows = RowSpool()
        self._next = 6

    def spool(self) -> RowSpool:
        by_task: dict[str, list[DataRow]] = {task.id: [] for task in self.appendix.tasks}
        own: list[DataRow] = []
        for item in self.book.result.rows:
            if item.answer.appendix == self.appendix.id:
                (own if item.task is None else by_task[item.task.id]).append(item)
        groups = {group.id: group for group in self.appendix.groups}
        group = ""
        for task in self.appendix.tasks:
            if task.group != group and task.group in groups:
                group = task.group
                self._add_group(groups[group].stt, groups[group].title)
            printed = [getattr(task, column.field) for column in self.appendix.columns]
            self._add(self._plain, [*printed, *self._blank(len(printed))])
            for item in by_task[task.id]:
                self._add_answer(item)
        if own:
            self._add_group("", self.book.say("own_group"))
            for item in own:
                self._add_answer(item)
        return self._rows

    def _blank(self, filled: int) -> list[Cell]:
        return [None] * (len(self.widths) - filled)

    def _add(
        self, renderer: RowRenderer, cells: list[Cell], level: int = 0, styles: dict[int, int] | None = None
    ) -> None:
        height = height_of(
            (value, width) for value, width in zip(cells, self.widths, strict=True) if isinstance(value, str)
        )
        self._rows.add(renderer.render(self._next, cells, height=height, level=level, styles=styles))
        self._next += 1

    def _add_group(self, stt: str, title: str) -> None:
        values = {"stt": stt, "text": title}
        printed: list[Cell] = [values.get(column.field, "") for column in self.appendix.columns]
        self._rows.add(self._group.render(self._next, [*printed, *self._blank(len(printed))]))
        self._next += 1

    def _add_answer(self, item: DataRow) -> None:
        unit = self._names.get(item.unit, item.unit)
        if item.answer.role is Role.COORDINATE:
            unit = f"{unit} ({Role.COORDINATE.value.lower()})"
        printed: list[Cell] = [None] * len(self.appendix.columns)
        if item.task is None:
            printed[self._text_at] = item.answer.text
        get = item.answer.values.get
        cells: list[Cell] = [*printed, unit, item.answer.state.value, *(get(field.name) for field in self.form.fields)]
        self._add(self._plain, cells, 0 if item.task is None else 1, self._states.get(item.answer.state))


# ---- Số liệu, Khó khăn -------------------------------------------------------------------------------------------


def write_figures(book: Book) -> None:
    """``Số liệu``: indicators × units, with sums as formulas."""
    plan = book.result.job.plan
    if not plan.statistics:
        return
    form = book.result.job.forms[plan.statistics]
    units = plan.reporting_units
    columns = [
        (book.say("head_stt"), 6),
        (book.say("head_indicator"), 46),
        (book.say("head_measure"), 12),
        (book.say("total"), 12),
        *((unit.short, 14) for unit in units),
    ]
    sheet = book.sheet(form.sheet, book.say("figures_title"), columns)
    sheet.write_string(2, 0, book.say("left_out"), book.styles["note"])
    first, last = column_letters(5), column_letters(4 + len(units))
    for row, item in enumerate(form.indicators, start=4):
        by_unit, total = figure_sums(book.result)[item.id]
        write_row(sheet, row, [row - 3, item.title, item.unit], book.styles)
        formula = f"=SUM({first}{row + 1}:{last}{row + 1})"
        sheet.write_formula(row, 3, formula, book.styles["box_total"], total)
        for column, unit in enumerate(units, start=4):
            value = by_unit.get(unit.id)
            write(sheet, row, column, value, book.styles, "bad" if isinstance(value, str) else "box_number")
    sheet.freeze_panes(4, 4)


def write_words(book: Book) -> None:
    """``Khó khăn, kiến nghị``: what each unit wrote."""
    plan = book.result.job.plan
    if not plan.difficulties:
        return
    form = book.result.job.forms[plan.difficulties]
    columns = [(book.say("head_stt"), 6), (book.say("head_unit"), 28), *((item.title, 48) for item in form.questions)]
    sheet = book.sheet(form.sheet, book.say("words_title"), columns)
    widths = [width for _, width in columns]
    for number, unit in enumerate(plan.reporting_units):
        file = book.result.used.get(unit.id)
        words: list[Cell] = [file.words.get(item.id) if file else None for item in form.questions]
        if file is not None and file.nil and not any(words):
            words[0] = book.say("nil_reason", reason=file.nil_reason or "-")
        write_row(sheet, 4 + number, [number + 1, unit.name, *words], book.styles, widths)


# ---- Dữ liệu -----------------------------------------------------------------------------------------------------

FIELD_OF = {
    "Trạng thái": "trang_thai",
    "Tỷ lệ (%)": "ty_le",
    "Giá trị đạt": "gia_tri",
    "Kết quả thực hiện": "ket_qua",
    "Số, ký hiệu văn bản": "so_van_ban",
    "Ngày hoàn thành": "ngay_hoan_thanh",
    "Khó khăn, vướng mắc": "kho_khan",
    "Đề xuất, kiến nghị": "de_xuat",
    "Giải trình": "giai_trinh",
}
"""Headings of ``Dữ liệu`` that are answer columns of the shipped forms."""

WIDTH_OF = {"Nội dung": 60, "Kết quả thực hiện": 50, "Mã dòng": 18, "Đơn vị": 28, "SHA-256": 14, "Cơ quan ban hành": 28}


def extra_fields(book: Book) -> dict[str, str]:
    """Answer columns of the forms that the contract does not name: heading → field. They follow after it."""
    found: dict[str, str] = {}
    for appendix in book.result.job.plan.appendices:
        for item in book.result.job.form_of(appendix).fields:
            if item.name not in FIELD_OF.values() and item.title not in layout.DATA_HEADINGS:
                found.setdefault(item.title, item.name)
    return found


def data_rows(book: Book) -> Iterator[list[Cell]]:
    """The rows of ``Dữ liệu``, in the order of its headings."""
    job = book.result.job
    plan = job.plan
    names = {unit.id: unit.name for unit in plan.units}
    groups = {
        group.id: f"{group.stt}. {group.title}" if group.stt else group.title
        for appendix in plan.appendices
        for group in appendix.groups
    }
    numbers = {item.id: item.number for item in plan.appendices}
    extra = tuple(extra_fields(book).values())
    for item in book.result.rows:
        answer, task, file = item.answer, item.task, item.file
        get = answer.values.get
        has_file = file is not None and answer.row is not None
        yield [
            answer.line,
            task.id if task else None,
            numbers[answer.appendix],
            groups.get(answer.group, ""),
            task.stt if task else None,
            task.text if task else answer.text,
            task.roadmap if task else None,
            item.due,
            item.unit,
            names.get(item.unit, item.unit),
            answer.role.value,
            answer.state.value,
            get("trang_thai"),
            item.due_state.value,
            get("ty_le"),
            get("gia_tri"),
            task.target.text if task and task.target else None,
            *(get(name) for name in ("ket_qua", "so_van_ban", "ngay_hoan_thanh", "kho_khan", "de_xuat", "giai_trinh")),
            ", ".join(answer.codes),
            PurePath(file.path).name if file else None,
            answer.sheet if has_file else None,
            answer.row if has_file else None,
            file.sha256 if file else None,
            local(file.received) if file else None,
            plan.id,
            job.period.id,
            plan.issuing_body,
            *(get(name) for name in extra),
        ]


def write_data(book: Book) -> None:
    """``Dữ liệu``: headings in row 1, one row a line, an Excel table that sorts and filters."""
    sheet = book.workbook.add_worksheet(layout.DATA, OfficialSheet)
    headings = [*layout.DATA_HEADINGS, *extra_fields(book)]
    index = book.styles.index
    renderer = RowRenderer([0] * len(headings), dates=index("data_date"), times=index("data_time"), blanks=False)
    spool = RowSpool()
    for number, values in enumerate(data_rows(book), start=2):
        spool.add(renderer.render(number, values))
    columns = [{"header": heading} for heading in headings]
    area = (0, 0, max(spool.rows, 1), len(headings) - 1)
    sheet.add_table(*area, {"name": "DuLieu", "columns": columns, "style": "Table Style Light 9", "autofilter": True})
    sheet.stream(spool, len(headings))
    for position, heading in enumerate(headings):
        sheet.set_column(position, position, WIDTH_OF.get(heading, 16))
    sheet.freeze_panes(1, 1)
    page_setup(sheet, header_row=0)
