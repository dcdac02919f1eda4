"""The summary sheets: who has reported, by unit, by task, overdue, the account, the findings."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from danvan_xl import layout
from danvan_xl.deadlines import DueState
from danvan_xl.excel.book.base import LEAD, Book, Figures, local, quoted, write, write_row
from danvan_xl.excel.rows import Cell
from danvan_xl.merge import DONE, DataRow, UnitState
from danvan_xl.model import Finding, Role, Severity
from danvan_xl.model.submission import AnswerState, FileStatus
from danvan_xl.recognise import column_letters
from danvan_xl.summarize import ACCOUNT, IN_PROGRESS, NOT_STARTED, overdue, silent

TOP = 4
"""0-based first data row below title, line of who and when, blank and header."""

STATE_STYLES = {"submitted": "good", "nil": "good", "returned": "bad", "missing": "bad"}


def _form_state(book: Book, state: UnitState, appendix: str) -> tuple[str, str]:
    """What a unit did with one form: words and style."""
    if state.state == "missing" or state.file is None:
        return book.say("state_missing"), "bad"
    rows = [a for a in state.file.answers if a.appendix == appendix and a.role is Role.LEAD]
    if state.file.status is FileStatus.REFUSED or any(a.state is AnswerState.RETURNED for a in rows):
        return book.say("state_returned"), "bad"
    if state.file.nil or appendix in state.file.nil_forms or (rows and all(a.state is AnswerState.NIL for a in rows)):
        return book.say("state_nil"), "good"
    if rows and all(a.state in (AnswerState.BLANK, AnswerState.DELETED) for a in rows):
        return book.say("state_missing"), "bad"
    return book.say("state_submitted"), "good"


def write_delivery(book: Book) -> None:
    """``Tình hình nộp``: unit × form."""
    plan = book.result.job.plan
    forms = plan.appendices
    columns = [
        (book.say("head_stt"), 6),
        (book.say("head_code"), 10),
        (book.say("head_unit"), 34),
        (book.say("head_state"), 15),
        *((item.sheet, 15) for item in forms),
        (book.say("head_received"), 17),
        (book.say("head_time"), 15),
        (book.say("head_errors"), 8),
        (book.say("head_warnings"), 10),
        (book.say("head_files"), 40),
    ]
    sheet = book.sheet(layout.DELIVERY, book.say("delivery_title"), columns)
    styles = book.styles
    for number, state in enumerate(book.result.units):
        row = TOP + number
        file = state.file
        write_row(sheet, row, [number + 1, state.unit, plan.unit(state.unit).name], styles)
        sheet.write_string(row, 3, book.say(f"state_{state.state}"), styles[STATE_STYLES[state.state]])
        for column, item in enumerate(forms, start=4):
            words, style = _form_state(book, state, item.id)
            sheet.write_string(row, column, words, styles[style])
        column = 4 + len(forms)
        time = book.say(f"time_{state.timeliness}") if state.timeliness else None
        bad = (file.count(Severity.ERROR) + file.count(Severity.BLOCKER)) if file else None
        name = PurePath(file.path).name if file else None
        if file is not None and file.nil:
            name = f"{name} ({book.say('nil_reason', reason=file.nil_reason or '-')})"
        rest: list[Cell] = [local(state.received), time, bad, file.count(Severity.WARNING) if file else None, name]
        for offset, value in enumerate(rest):
            write(sheet, row, column + offset, value, styles)
        if state.timeliness == "late":
            sheet.write_string(row, column + 1, time or "", styles["warn"])
    sheet.autofilter(TOP - 1, 0, TOP + len(book.result.units) - 1, len(columns) - 1)


def write_by_unit(book: Book) -> None:
    """``Theo đơn vị``: counts of lead lines, as formulas over ``Dữ liệu``."""
    names = ("lead", "answered", "done", "doing", "not_started", "overdue")
    columns = [
        (book.say("head_stt"), 6),
        (book.say("head_code"), 12),
        (book.say("head_unit"), 40),
        *((book.say(f"head_{name}"), 13) for name in names),
        (AnswerState.NIL.value, 13),
        (AnswerState.BLANK.value, 11),
        (AnswerState.RETURNED.value, 11),
        (book.say("head_share"), 13),
        (book.say("head_coordinating"), 15),
        (book.say("head_own"), 13),
    ]
    sheet = book.sheet(layout.BY_UNIT, book.say("by_unit_title"), columns)
    styles, plan = book.styles, book.result.job.plan
    by_unit: dict[str, list[DataRow]] = {}
    for row in book.result.rows:
        by_unit.setdefault(row.unit, []).append(row)
    figures = Figures(book, sheet, TOP)
    last = TOP
    for number, (unit, rows) in enumerate(sorted(by_unit.items(), key=lambda item: _unit_order(book, item[0]))):
        at = TOP + number
        write_row(sheet, at, [number + 1, unit, plan.unit(unit).name if unit in _known(book) else unit], styles)
        for column, (formula, value) in enumerate(_unit_counts(book, f"$B{at + 1}", rows), start=3):
            share = column == 12
            figures.write(at, column, value, formula, style="box_percent" if share else "box_number", summed=not share)
        last = at
    figures.total(last + 1, 2)
    sheet.autofilter(TOP - 1, 0, last, len(columns) - 1)


def _known(book: Book) -> set[str]:
    return {unit.id for unit in book.result.job.plan.units}


def _unit_order(book: Book, unit: str) -> int:
    order = [item.id for item in book.result.job.plan.units]
    return order.index(unit) if unit in order else len(order)


def _unit_counts(book: Book, cell: str, rows: list[DataRow]) -> list[tuple[str, float]]:
    lead = [row for row in rows if row.answer.role is Role.LEAD]
    base = {**LEAD, "Mã đơn vị": cell}

    def states(*wanted: AnswerState) -> tuple[str, float]:
        parts = [book.countifs({**base, "Trả lời": quoted(state.value)}) for state in wanted]
        return "+".join(parts), sum(row.answer.state in wanted for row in lead)

    def status(name: str) -> tuple[str, float]:
        criteria = {**base, "Trả lời": quoted(AnswerState.ANSWERED.value), "Trạng thái": quoted(name)}
        return book.countifs(criteria), sum(
            row.answer.state is AnswerState.ANSWERED and row.status == name for row in lead
        )

    answered = states(AnswerState.ANSWERED, AnswerState.NIL)
    late = {**base, "Tình trạng hạn": quoted(DueState.OVERDUE.value)}
    share = round(100 * answered[1] / len(lead), 1) if lead else 0
    total = book.countifs(base)
    found: list[tuple[str, float]] = [
        (total, len(lead)),
        answered,
        status(DONE),
        status(IN_PROGRESS),
        status(NOT_STARTED),
        (book.countifs(late), sum(row.due_state is DueState.OVERDUE for row in lead)),
        states(AnswerState.NIL),
        states(AnswerState.BLANK),
        states(AnswerState.RETURNED),
        (f"IF({total}=0,0,ROUND(100*({answered[0]})/{total},1))", share),
    ]
    for role in (Role.COORDINATE, Role.OWN):
        criteria = {"Vai trò": quoted(role.value), "Mã đơn vị": cell}
        found.append((book.countifs(criteria), sum(row.answer.role is role for row in rows)))
    return found


def write_by_task(book: Book) -> None:
    """``Theo nhiệm vụ``: counts of lead lines by task."""
    names = ("units", "answered", "done", "doing", "not_started", "overdue")
    columns = [
        (book.say("head_task"), 12),
        (book.say("head_text"), 70),
        (book.say("head_roadmap"), 18),
        (book.say("head_due"), 12),
        *((book.say(f"head_{name}"), 12) for name in names),
    ]
    sheet = book.sheet(layout.BY_TASK, book.say("by_task_title"), columns)
    job, styles = book.result.job, book.styles
    by_task: dict[str, list[DataRow]] = {task.id: [] for task in job.plan.tasks}
    for row in book.result.lead_rows:
        if row.task is not None:
            by_task[row.task.id].append(row)
    figures = Figures(book, sheet, TOP)
    for number, (task_id, rows) in enumerate(by_task.items()):
        at, task = TOP + number, job.tasks[task_id]
        text = task.text if len(task.text) <= 220 else f"{task.text[:217]}…"
        write_row(sheet, at, [task_id, text, task.roadmap, job.due[task_id]], styles, [12, 70, 18, 12])
        base = {**LEAD, "Mã nhiệm vụ": f"$A{at + 1}"}
        answered = (AnswerState.ANSWERED, AnswerState.NIL)
        cells: list[tuple[str, int]] = [(book.countifs(base), len(rows))]
        parts = [book.countifs({**base, "Trả lời": quoted(state.value)}) for state in answered]
        cells.append(("+".join(parts), sum(row.answer.state in answered for row in rows)))
        for name in (DONE, IN_PROGRESS, NOT_STARTED):
            value = sum(row.answer.state is AnswerState.ANSWERED and row.status == name for row in rows)
            criteria = {**base, "Trả lời": quoted(AnswerState.ANSWERED.value), "Trạng thái": quoted(name)}
            cells.append((book.countifs(criteria), value))
        late = book.countifs({**base, "Tình trạng hạn": quoted(DueState.OVERDUE.value)})
        cells.append((late, sum(row.due_state is DueState.OVERDUE for row in rows)))
        for column, (formula, value) in enumerate(cells, start=4):
            figures.write(at, column, value, formula)
    last = TOP + len(by_task) - 1
    figures.total(last + 1, 3)
    sheet.autofilter(TOP - 1, 0, last, len(columns) - 1)


def write_overdue(book: Book) -> None:
    """``Quá hạn``: overdue lines by days, then lines without a deadline that nobody answered."""
    columns = [
        (book.say("head_stt"), 6),
        (book.say("head_unit"), 28),
        (layout.DATA_HEADINGS[0], 18),
        (book.say("head_text"), 62),
        (book.say("head_due"), 12),
        (book.say("head_days"), 11),
        (book.say("head_answer"), 15),
        (book.say("head_status"), 15),
        (book.say("head_why"), 40),
    ]
    sheet = book.sheet(layout.OVERDUE, book.say("overdue_title"), columns)
    widths = [width for _, width in columns]
    names = {unit.id: unit.name for unit in book.result.job.plan.units}
    items: list[tuple[DataRow, Cell]] = [
        *overdue(book.result),
        *((row, book.say("silent_line")) for row in silent(book.result)),
    ]
    for number, (row, days) in enumerate(items):
        assert row.task is not None
        why = row.answer.values.get("kho_khan") or row.answer.values.get("giai_trinh")
        cells: list[Cell] = [
            number + 1,
            names.get(row.unit, row.unit),
            row.answer.line,
            row.task.text[:200],
            row.due,
            days,
            row.answer.state.value,
            row.status,
            why,
        ]
        write_row(sheet, TOP + number, cells, book.styles, widths)
    if not items:
        sheet.write_string(TOP, 0, book.say("none"), book.styles["note"])
    else:
        sheet.autofilter(TOP - 1, 0, TOP + len(items) - 1, len(columns) - 1)


def write_account(book: Book) -> None:
    """``Đối soát``: by unit and form, lines sent against the sum of states; the difference must be 0."""
    columns = [
        (book.say("head_code"), 14),
        (book.say("head_unit"), 34),
        (book.say("head_form"), 14),
        (book.say("head_sent"), 11),
        *((state.value, 11) for state in ACCOUNT),
        (book.say("head_sum"), 12),
        (book.say("head_difference"), 11),
        (book.say("head_coordinating"), 14),
        (book.say("head_own"), 11),
    ]
    sheet = book.sheet(layout.ACCOUNT, book.say("account_title"), columns)
    sheet.write_string(2, 0, book.say("account_note"), book.styles["plain"])
    styles, job = book.styles, book.result.job
    numbers = {item.id: item.number for item in job.plan.appendices}
    names = {unit.id: unit.name for unit in job.plan.units}
    sent = Counter((line.unit, line.task.appendix) for line in job.lead_lines)
    states = Counter((row.unit, row.answer.appendix, row.answer.state) for row in book.result.lead_rows)
    extra = Counter((row.unit, row.answer.appendix, row.answer.role) for row in book.result.rows)
    outside = {(unit, appendix) for unit, appendix, role in extra if role is not Role.LEAD}
    order = list(numbers)
    pairs = sorted({*sent, *outside}, key=lambda pair: (_unit_order(book, pair[0]), order.index(pair[1])))
    figures = Figures(book, sheet, TOP)
    for row, (unit, appendix) in enumerate(pairs, start=TOP):
        write_row(sheet, row, [unit, names.get(unit, unit), numbers[appendix]], styles)
        counts = [states[unit, appendix, state] for state in ACCOUNT]
        figures.write(row, 3, sent[unit, appendix])
        base = {"Mã đơn vị": f"$A{row + 1}", "Phụ lục": f"$C{row + 1}"}
        for column, (state, value) in enumerate(zip(ACCOUNT, counts, strict=True), start=4):
            figures.write(row, column, value, book.countifs({**LEAD, **base, "Trả lời": quoted(state.value)}))
        _sum_and_difference(figures, row, sent[unit, appendix], sum(counts))
        for column, role in enumerate((Role.COORDINATE, Role.OWN), start=6 + len(ACCOUNT)):
            figures.write(
                row, column, extra[unit, appendix, role], book.countifs({"Vai trò": quoted(role.value), **base})
            )
    figures.total(TOP + len(pairs), 2)
    sheet.freeze_panes(TOP, 3)


def _sum_and_difference(figures: Figures, row: int, sent: int, total: int) -> None:
    first, last, at = column_letters(5), column_letters(4 + len(ACCOUNT)), 4 + len(ACCOUNT)
    figures.write(row, at, total, f"SUM({first}{row + 1}:{last}{row + 1})")
    figures.write(row, at + 1, sent - total, f"D{row + 1}-{column_letters(at + 1)}{row + 1}")


SEVERITY_STYLES = {Severity.BLOCKER: "bad", Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "box"}
SEVERITY_ORDER = {severity: number for number, severity in enumerate(Severity)}


def write_findings(book: Book) -> None:
    """``Phát hiện``: every finding of every file, worst first, then those across units."""
    columns = [
        (book.say("head_severity"), 13),
        (book.say("head_code"), 8),
        (book.say("head_unit"), 24),
        (book.say("head_message"), 60),
        (book.say("head_found"), 28),
        (book.say("head_expected"), 30),
        (book.say("head_mend"), 40),
        (book.say("head_files"), 28),
        (book.say("head_sheet"), 14),
        (book.say("head_cell"), 8),
    ]
    sheet = book.sheet(layout.FINDINGS, book.say("findings_title"), columns)
    names = {unit.id: unit.short for unit in book.result.job.plan.units}
    items: list[tuple[Finding, str, str]] = [
        (item, names.get(file.unit or "", file.unit or "?"), PurePath(file.path).name)
        for file in book.result.files
        for item in file.findings
    ]
    items += [(item, names.get(item.found or "", ""), "") for item in book.result.findings]
    items.sort(key=lambda entry: SEVERITY_ORDER[entry[0].severity])
    widths = [width for _, width in columns]
    for number, (item, unit, file) in enumerate(items):
        row = TOP + number
        cells: list[Cell] = [
            None,
            item.code,
            unit,
            item.say(book.lang),
            item.found,
            item.say_expected(book.lang),
            item.say_mend(book.lang),
            file,
            item.location.sheet,
            item.location.cell,
        ]
        write_row(sheet, row, cells, book.styles, widths)
        words = book.say(f"severity_{item.severity.value}")
        sheet.write_string(row, 0, words, book.styles[SEVERITY_STYLES[item.severity]])
    if items:
        sheet.autofilter(TOP - 1, 0, TOP + len(items) - 1, len(columns) - 1)
    else:
        sheet.write_string(TOP, 0, book.say("none"), book.styles["note"])
