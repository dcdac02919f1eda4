"""``Dữ liệu``: the plain table that roll-up, exports and other people's pivots read (DESIGN 5)."""

from __future__ import annotations

from pathlib import PurePath

from danvan_xl.merging.consolidation import DataRow, UnitRows
from danvan_xl.model import Role, layout
from danvan_xl.model.statuses import PROGRESS, AnswerState, DueState
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.workbooks.consolidated.consolidated_book import LAST_ROW, ConsolidatedBook, Sink, local
from danvan_xl.workbooks.writing.row_xml import Kept, Rendered, RowRenderer
from danvan_xl.workbooks.writing.style import OfficialSheet, page_setup

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
WRITTEN = tuple(FIELD_OF[heading] for heading in layout.DATA_HEADINGS[17:23])
"""The answer columns that stand together, from "Kết quả thực hiện" to "Giải trình"."""


def extra_fields(book: ConsolidatedBook) -> dict[str, str]:
    """Answer columns of the forms that the contract does not name: heading → field. They follow after it."""
    found: dict[str, str] = {}
    for appendix in book.result.round.plan.appendices:
        for item in book.result.round.form_of(appendix).fields:
            if item.name not in FIELD_OF.values() and item.title not in layout.DATA_HEADINGS:
                found.setdefault(item.title, item.name)
    return found


class _Data:
    """The table, in the plan's printed order, units' own lines last; it goes on in ``Dữ liệu (2)`` where rows end.

    Units come one by one: each task has a spool (in each sheet that it reaches), and where its rows begin is known.
    """

    def __init__(self, book: ConsolidatedBook) -> None:
        self.book = book
        extra = extra_fields(book)
        self.headings = [*layout.DATA_HEADINGS, *extra]
        looks = book.looks(blanks=False, dates="data_date", times="data_time")
        self.renderer = RowRenderer([0] * len(self.headings), looks)
        plan = book.result.round.plan
        self.plan: tuple[Rendered, ...] = (plan.id, book.result.round.period.id, plan.issuing_body)
        self.groups = {
            group.id: f"{group.stt}. {group.title}" if group.stt else group.title
            for appendix in plan.appendices
            for group in appendix.groups
        }
        self.numbers = {item.id: item.number for item in plan.appendices}
        self.names = book.names
        self.most = LAST_ROW - 1
        wanted = max(1, -(-book.summary.all_rows // self.most))
        self.sheets = [self._open(number) for number in range(wanted)]
        self._next: dict[str, int] = {}
        at = 0
        for part in (*(task.id for task in plan.tasks), *(item.id for item in plan.appendices)):
            self._next[part] = at
            at += book.summary.rows[part]
        self._spools = [{part: book.spool() for part in self._next} for _ in self.sheets]
        columns, keep = self.renderer.columns, self.renderer.keep
        self._answer = columns.pick(
            (0, 14, 15, *range(17, 24), 26, *range(len(layout.DATA_HEADINGS), len(self.headings)))
        )
        self._own, self._status = columns.pick(range(1, 8)), columns.pick([12])
        self._fields = ("ty_le", "gia_tri", *WRITTEN)
        self._extra = tuple(extra.values())
        self._tasks: dict[tuple[str, str, str | None], tuple[Kept, Kept]] = {}
        self._no_target = keep(16, [None])
        self._statuses: dict[Value, Kept] = {status: keep(12, [status]) for status in PROGRESS}
        self._due_states = {state: keep(13, [state.value]) for state in DueState}

    def _open(self, number: int) -> OfficialSheet:
        name = layout.DATA if number == 0 else f"{layout.DATA} ({number + 1})"
        sheet: OfficialSheet = self.book.workbook.add_worksheet(name, OfficialSheet)
        for position, heading in enumerate(self.headings):
            sheet.set_column(position, position, WIDTH_OF.get(heading, 16))
        sheet.freeze_panes(1, 1)
        page_setup(sheet, header_row=0)
        return sheet

    def unit(self, item: UnitRows) -> None:
        usual = _UnitPieces(self, item.unit, item.file)
        halves: dict[str, _UnitPieces] = {}
        for row in item.rows:
            pieces = usual
            if row.file is not None and row.file is not item.file:  # where files were joined, the line's own
                if row.file.path not in halves:
                    halves[row.file.path] = _UnitPieces(self, item.unit, row.file)
                pieces = halves[row.file.path]
            part = row.task.id if row.task else row.answer.appendix
            position = self._next[part]
            self._next[part] = position + 1
            number, at = divmod(position, self.most)
            self._spools[number][part].add(self._row(at + 2, row, pieces))

    def _row(self, number: int, row: DataRow, unit: _UnitPieces) -> bytes:
        answer = row.answer
        get = answer.values.get
        task, target = self._of_task(row)
        who = unit.who(answer)
        status, due = self._of_status(get("trang_thai")), self._due_states[row.due_state]
        where = unit.where(answer.sheet if answer.row is not None else None)
        codes, place = ", ".join(answer.codes), answer.row if unit.named else None
        values = [answer.line, *map(get, self._fields), codes, place, *map(get, self._extra)]
        cells = self._answer.render(values)
        pieces = [
            cells[0], task.xml, who.xml, status.xml, due.xml, *cells[1:3], target.xml, *cells[3:10],
            where.xml, cells[10], unit.last.xml, *cells[11:],
        ]  # fmt: skip
        strings = task.strings + who.strings + status.strings + due.strings + target.strings + where.strings
        return self.renderer.join(number, pieces, strings=strings + unit.last.strings)

    def _of_task(self, row: DataRow) -> tuple[Kept, Kept]:
        """What a task gives to each of its rows: the columns from its id to its due day, and its target."""
        answer, task = row.answer, row.task
        group, appendix = self.groups.get(answer.group), self.numbers[answer.appendix]
        if task is None:
            values: list[Rendered] = [None, appendix, group, None, answer.text, None, row.due]
            return Kept(b"".join(self._own.render(values)), 0), self._no_target
        key = task.id, appendix, group
        found = self._tasks.get(key)
        if found is None:
            values = [task.id, appendix, group, task.stt or None, task.text, task.roadmap, row.due]
            target = self.renderer.keep(16, [task.target.text if task.target else None])
            found = self._tasks[key] = self.renderer.keep(1, values), target
        return found

    def _of_status(self, status: Value) -> Kept:
        found = self._statuses.get(status)
        return found if found is not None else Kept(b"".join(self._status.render((status,))), 0)

    def finish(self) -> None:
        columns = [{"header": heading} for heading in self.headings]
        for number, (sheet, spools) in enumerate(zip(self.sheets, self._spools, strict=True)):
            last = max(sum(spool.rows for spool in spools.values()), 1)
            options = {"columns": columns, "style": "Table Style Light 9", "name": f"DuLieu{number or ''}"}
            # The table is made over its first row only and then given its real range: xlsxwriter would
            # otherwise go through every cell of it.
            sheet.add_table(0, 0, 1, len(self.headings) - 1, options)
            sheet.stretch_table(last)
            sheet.stream(spools.values(), len(self.headings), last)


class _UnitPieces:
    """What a unit and its file give to each of their rows, rendered once; to be dropped with the unit."""

    def __init__(self, data: _Data, unit: str, file: Submission | None) -> None:
        self._data, self._unit = data, unit
        self._name = PurePath(file.path).name if file is not None else None
        source = (file.sha256, local(file.received)) if file is not None else (None, None)
        self.named = file is not None
        self.last = data.renderer.keep(27, [*source, *data.plan])
        """The columns from the file's hash to the last that the contract names."""
        self._who: dict[tuple[Role, AnswerState], Kept] = {}
        self._where: dict[str | None, Kept] = {}

    def who(self, answer: Answer) -> Kept:
        """The columns of the unit, the role and the state."""
        key = answer.role, answer.state
        found = self._who.get(key)
        if found is None:
            name = self._data.names.get(self._unit, self._unit)
            values = [self._unit, name, answer.role.value, answer.state.value]
            found = self._who[key] = self._data.renderer.keep(8, values)
        return found

    def where(self, sheet: str | None) -> Kept:
        """The columns of the file's name and of the sheet in it."""
        found = self._where.get(sheet)
        if found is None:
            values = [self._name, sheet if self.named else None]
            found = self._where[sheet] = self._data.renderer.keep(24, values)
        return found


def data(book: ConsolidatedBook) -> Sink:
    """``Dữ liệu``."""
    return _Data(book)
