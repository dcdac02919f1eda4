"""``Dữ liệu``: the plain table that roll-up, exports and other people's pivots read (DESIGN 5)."""

from __future__ import annotations

from pathlib import PurePath

from danvan_xl import layout
from danvan_xl.excel.book.base import LAST_ROW, Book, Sink, local
from danvan_xl.excel.rows import Rendered, RowRenderer, RowSpool
from danvan_xl.excel.style import OfficialSheet, page_setup
from danvan_xl.merge import DataRow, UnitRows
from danvan_xl.model.submission import Submission

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

KEPT = ((1, 8), (8, 10), (10, 14), (16, 17), (23, 24), (24, 26), (27, 29), (29, 32))
"""Columns whose values recur together: of a task, a unit, the states, the target, the codes, a file, the plan."""


def extra_fields(book: Book) -> dict[str, str]:
    """Answer columns of the forms that the contract does not name: heading → field. They follow after it."""
    found: dict[str, str] = {}
    for appendix in book.result.job.plan.appendices:
        for item in book.result.job.form_of(appendix).fields:
            if item.name not in FIELD_OF.values() and item.title not in layout.DATA_HEADINGS:
                found.setdefault(item.title, item.name)
    return found


class _Data:
    """The table, in the plan's printed order, units' own lines last; it goes on in ``Dữ liệu (2)`` where rows end.

    Units come one by one: each task has a spool (in each sheet that it reaches), and where its rows begin is known.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        extra = extra_fields(book)
        self.headings, self.extra = [*layout.DATA_HEADINGS, *extra], tuple(extra.values())
        self.looks = book.looks(blanks=False, dates="data_date", times="data_time")
        plan = book.result.job.plan
        self.plan: tuple[Rendered, ...] = (plan.id, book.result.job.period.id, plan.issuing_body)
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
        self._spools: list[dict[str, RowSpool]] = [{part: RowSpool() for part in self._next} for _ in self.sheets]
        self._renderer = RowRenderer([0] * len(self.headings), self.looks, KEPT)

    def _open(self, number: int) -> OfficialSheet:
        name = layout.DATA if number == 0 else f"{layout.DATA} ({number + 1})"
        sheet: OfficialSheet = self.book.workbook.add_worksheet(name, OfficialSheet)
        for position, heading in enumerate(self.headings):
            sheet.set_column(position, position, WIDTH_OF.get(heading, 16))
        sheet.freeze_panes(1, 1)
        page_setup(sheet, header_row=0)
        return sheet

    def unit(self, item: UnitRows) -> None:
        source = _source(item.file)
        for row in item.rows:
            part = row.task.id if row.task else row.answer.appendix
            number, at = divmod(self._next[part], self.most)
            self._next[part] += 1
            self._spools[number][part].add(self._renderer.render(at + 2, self._values(row, source)))

    def _values(self, row: DataRow, source: tuple[Rendered, ...]) -> list[Rendered]:
        answer, task = row.answer, row.task
        get = answer.values.get
        name, digest, received = source
        here = name is not None and answer.row is not None
        return [
            answer.line,
            task.id if task else None,
            self.numbers[answer.appendix],
            self.groups.get(answer.group),
            (task.stt or None) if task else None,
            task.text if task else answer.text,
            task.roadmap if task else None,
            row.due,
            row.unit,
            self.names.get(row.unit, row.unit),
            answer.role.value,
            answer.state.value,
            get("trang_thai"),
            row.due_state.value,
            get("ty_le"),
            get("gia_tri"),
            task.target.text if task and task.target else None,
            *[get(name) for name in WRITTEN],
            ", ".join(answer.codes) or None,
            name,
            answer.sheet if here else None,
            answer.row if here else None,
            digest,
            received,
            *self.plan,
            *[get(name) for name in self.extra],
        ]

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


def _source(file: Submission | None) -> tuple[Rendered, ...]:
    if file is None:
        return None, None, None
    return PurePath(file.path).name, file.sha256, local(file.received)


def data(book: Book) -> Sink:
    """``Dữ liệu``."""
    return _Data(book)
