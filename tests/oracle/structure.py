"""What units do to sheets: rows deleted, copied, sorted; columns renamed, lost, doubled; sheets copied, renamed."""

from __future__ import annotations

from collections.abc import Callable

from openpyxl.worksheet.worksheet import Worksheet

from tests.oracle.answers import marked, names, sound
from tests.oracle.files import FIGURES, WORDS, Table
from tests.oracle.judge import ANSWERED, BLANK, DELETED, GOING, NIL, RETURNED, Raw
from tests.oracle.plans import LEAD, Appendix, Line
from tests.oracle.unit_file import Need, UnitFile

FILE_MUST_RETURN = ("blocker", "error")
ANY = ("blocker", "error", "warning", "info")


def _pick(file: UnitFile, count: int = 1) -> list[Line]:
    """Free lead lines of one appendix, or none."""
    by_sheet: dict[str, list[Line]] = {}
    for line in file.free:
        by_sheet.setdefault(line.task.appendix, []).append(line)
    enough = [lines for lines in by_sheet.values() if len(lines) >= count]
    return file.rng.sample(file.rng.choice(enough), count) if enough else []


def _answer(file: UnitFile, line: Line) -> None:
    """Make sure that the line has a sound answer with a result."""
    file.type_line(line, sound(file.rng, file.setting, line, names(file, line), GOING))


def _appendix(file: UnitFile) -> Appendix:
    wanted = {line.task.appendix for line in file.lines(LEAD)}
    return file.rng.choice([item for item in file.setting.plan.appendices if item.id in wanted])


def _in(file: UnitFile, appendix: Appendix) -> list[Line]:
    return [line for line in file.lines() if line.task.appendix == appendix.id]


# ---- rows ---------------------------------------------------------------------------------------------------------


def delete_row(file: UnitFile) -> None:
    for line in _pick(file):
        table = file.table(line)
        table.delete(table.ids[line.id])
        file.states[line.id] = {DELETED}
        file.typed[line.id] = {}
        file.did(f"delete_row {line.id}", Need("a deleted row", table.sheet.title, line=line.id))


def sort_whole_rows(file: UnitFile) -> None:
    """All rows in another order, the hidden ids with them: no answer changes."""
    table = Table(file.book[_appendix(file).sheet])
    rows = [row for row in table.body() if row[0][0]]
    file.rng.shuffle(rows)
    table.put_body(rows)
    file.did(f"sort_whole_rows {table.sheet.title}")


def sort_without_ids(file: UnitFile) -> None:
    """Two rows change places, but not their hidden ids."""
    lines = _pick(file, 2)
    if not lines:
        return
    for line in lines:
        _answer(file, line)
    table = file.table(lines[0])
    first, second = (table.ids[line.id] for line in lines)
    one, other = table.take(first), table.take(second)
    table.put(first, other, first=2)
    table.put(second, one, first=2)
    for line in lines:
        file.states[line.id] = {RETURNED}
        file.loose.add(line.id)
        file.needs.append(Need("sorted without ids", table.sheet.title, line=line.id, severities=FILE_MUST_RETURN))
    file.must_return = True
    file.did("sort_without_ids " + " ".join(line.id for line in lines))


def _copied(file: UnitFile, changed: bool) -> None:
    for line in _pick(file):
        _answer(file, line)
        table = file.table(line)
        row = table.insert(table.ids[line.id], table.take(table.ids[line.id]))
        if changed:
            table.sheet.cell(row, table.column(file.title(line, "ket_qua"))).value = marked(file.rng)
        file.states[line.id] = {RETURNED}
        file.loose.add(line.id)
        file.must_return = True
        need = Need("a row twice", table.sheet.title, row, line=line.id, severities=FILE_MUST_RETURN)
        file.did(f"{'copy_row_changed' if changed else 'copy_row'} {line.id}", need)


def copy_row(file: UnitFile) -> None:
    _copied(file, changed=False)


def copy_row_changed(file: UnitFile) -> None:
    _copied(file, changed=True)


def line_in_two_sheets(file: UnitFile) -> None:
    """A line's row also stands at the end of another appendix's sheet, with another answer."""
    lines = _pick(file)
    others = [item for item in file.setting.plan.appendices if not lines or item.id != lines[0].task.appendix]
    if not lines or not others:
        return
    line, other = lines[0], file.rng.choice(others)
    _answer(file, line)
    source, target = file.table(line), Table(file.book[other.sheet])
    row = target.last + 1
    target.sheet.cell(row, 1).value = line.id
    target.sheet.cell(row, target.column(other.printed["text"])).value = line.task.text
    for item in other.fields:
        raw = file.typed[line.id].get(item.name)
        value = marked(file.rng) if item.name == "ket_qua" else raw
        target.sheet.cell(row, target.column(item.title)).value = value  # type: ignore[assignment]
    file.states[line.id] = {RETURNED}
    file.loose.add(line.id)
    file.must_return = True
    need = Need("a line in two sheets", other.sheet, row, line=line.id, severities=FILE_MUST_RETURN)
    file.did(f"line_in_two_sheets {line.id} in {source.sheet.title} and {other.sheet}!{row}", need)


def own_line(file: UnitFile) -> None:
    """A line of the unit's own in a spare row."""
    appendix = _appendix(file)
    typed: dict[str, Raw] = {"trang_thai": GOING, "ket_qua": marked(file.rng)}
    if any(item.sheet == appendix.sheet for item in file.own) and file.rng.random() < 0.5:
        return
    row = file.type_own(appendix, marked(file.rng, "Việc phát sinh thêm"), typed)
    file.did(f"own_line {appendix.sheet}!{row}")


def inserted_line(file: UnitFile) -> None:
    """A row of the unit's own between the plan's rows, without id."""
    for line in _pick(file):
        table, appendix = file.table(line), file.appendix(line)
        row = table.insert(table.ids[line.id], table.empty_row(table.ids[line.id]))
        text = marked(file.rng, "Việc tự chèn")
        typed: dict[str, Raw] = {"trang_thai": GOING, "ket_qua": marked(file.rng)}
        table.sheet.cell(row, table.column(appendix.printed["text"])).value = text
        for name, raw in typed.items():
            table.sheet.cell(row, table.column(file.title(line, name))).value = raw  # type: ignore[assignment]
        file.must_return = None if file.must_return is False else file.must_return
        file.did(
            f"inserted_line {table.sheet.title}!{row}", Need("a row without id", table.sheet.title, row, words=text)
        )


def rows_above(file: UnitFile) -> None:
    """A letterhead above the table."""
    sheet = file.book[_appendix(file).sheet]
    table = Table(sheet)
    count, text = file.rng.randrange(1, 6), marked(file.rng, "ỦY BAN NHÂN DÂN")
    above = [table.take(row) for row in range(1, table.head + 1)]
    merged = [str(item) for item in sheet.merged_cells.ranges]
    for item in merged:
        sheet.unmerge_cells(item)
    rows = [*above, *table.body()]
    for number, cells in enumerate(rows, start=count + 1):
        table.put(number, cells)
    for row in range(1, count + 1):
        for column in range(1, table.width + 1):
            sheet.cell(row, column).value = None
    sheet.cell(1, 2).value = text
    file.did(f"rows_above {sheet.title} {count}", Need("a letterhead", sheet.title, 1, words=text))


# ---- columns ------------------------------------------------------------------------------------------------------


def rename_to_alias(file: UnitFile) -> None:
    """Headings become other words for the same: no answer changes."""
    appendix = _appendix(file)
    table = Table(file.book[appendix.sheet])
    for item in file.rng.sample(appendix.fields, 3):
        table.sheet.cell(table.head, table.column(item.title)).value = file.rng.choice(item.aliases)
    file.did(f"rename_to_alias {appendix.sheet} {[cell.value for cell in table.sheet[table.head]]}")


def _lost(file: UnitFile, appendix: Appendix, lost: set[str], why: str) -> None:
    """The lines that lost columns would have answered are returned; the others may be."""
    for line in _in(file, appendix):
        typed = file.typed.get(line.id, {})
        if line.id in file.states or not typed:
            continue
        file.loose.add(line.id)
        if lost & set(typed):
            file.states[line.id] = {RETURNED}
    answered = any(lost & set(file.typed.get(line.id, {})) for line in _in(file, appendix))
    file.must_return = True if answered else file.must_return or None
    file.did(why, Need(why, appendix.sheet, severities=FILE_MUST_RETURN if answered else ANY))


def _untouched(file: UnitFile) -> Appendix | None:
    """An appendix whose headings no edit has changed and where no line is decided yet."""
    busy = {file.line(line_id).task.appendix for line_id in (*file.states, *file.loose)}
    appendix = _appendix(file)
    headings = Table(file.book[appendix.sheet]).headings
    return None if appendix.id in busy or any(item.title not in headings for item in appendix.fields) else appendix


def heading_unknown(file: UnitFile) -> None:
    appendix = _untouched(file)
    if appendix is None:
        return
    table = Table(file.book[appendix.sheet])
    item = file.rng.choice(appendix.fields)
    cell = table.sheet.cell(table.head, table.column(item.title))
    cell.value = file.rng.choice(["Cột của tôi", "Theo dõi", "abc", "Người phụ trách"])
    _lost(file, appendix, {item.name}, f"heading_unknown {appendix.sheet} {item.title} → {cell.value}")


def heading_twice(file: UnitFile) -> None:
    appendix = _untouched(file)
    if appendix is None:
        return
    table = Table(file.book[appendix.sheet])
    first, second = file.rng.sample(appendix.fields, 2)
    table.sheet.cell(table.head, table.column(second.title)).value = first.title
    why = f"heading_twice {appendix.sheet} {second.title} → {first.title}"
    _lost(file, appendix, {first.name, second.name}, why)


def column_emptied(file: UnitFile) -> None:
    """A column is gone with its heading and its answers."""
    appendix = _untouched(file)
    if appendix is None:
        return
    table = Table(file.book[appendix.sheet])
    item = file.rng.choice(appendix.fields)
    column = table.column(item.title)
    for row in range(table.head, table.sheet.max_row + 1):
        table.sheet.cell(row, column).value = None
    for line in _in(file, appendix):
        left = {name: raw for name, raw in file.typed.get(line.id, {}).items() if name != item.name}
        file.loose.add(line.id)
        if line.role == LEAD and not left:
            file.states[line.id] = {BLANK, RETURNED}
        elif left:  # nobody can tell which lines the column would have answered; without a status, all of them
            file.states[line.id] = {RETURNED} if item.name == "trang_thai" else {RETURNED, ANSWERED, NIL}
    for line in _in(file, appendix):
        file.typed.get(line.id, {}).pop(item.name, None)
    file.must_return = True
    why = f"column_emptied {appendix.sheet} {item.title}"
    file.did(why, Need(why, appendix.sheet, severities=FILE_MUST_RETURN))


# ---- sheets -------------------------------------------------------------------------------------------------------


def blank_copy_before(file: UnitFile) -> None:
    """A copy of a sheet without answers before the real one: the answers stay."""
    appendix = _appendix(file)
    sheet = file.book[appendix.sheet]
    copied = file.book.copy_worksheet(sheet)
    copied.title = f"{appendix.sheet} (2)"
    table = Table(copied)
    _clear(copied, table, [table.column(item.title) for item in appendix.fields if item.title in table.headings])
    file.book.move_sheet(copied, file.book.sheetnames.index(appendix.sheet) - file.book.sheetnames.index(copied.title))
    if file.must_return is False:
        file.must_return = None
    file.did(f"blank_copy_before {appendix.sheet}")


def _clear(sheet: Worksheet, table: Table, columns: list[int]) -> None:
    for row in range(table.head + 1, sheet.max_row + 1):
        if "@" in str(sheet.cell(row, 1).value or "") or not sheet.cell(row, 1).value:
            for column in columns:
                sheet.cell(row, column).value = None


def rename_sheet(file: UnitFile) -> None:
    appendix = _appendix(file)
    file.book[appendix.sheet].title = "Biểu nộp"
    file.did(f"rename_sheet {appendix.sheet}")
    file.renamed = {appendix.sheet: "Biểu nộp"}


def extra_sheet(file: UnitFile) -> None:
    """A sheet of the unit's own with words."""
    sheet = file.book.create_sheet(file.rng.choice(["Sheet1", "Danh sách", "Kết quả khác"]))
    assert isinstance(sheet, Worksheet)
    words = marked(file.rng)
    sheet.cell(file.rng.randrange(1, 9), file.rng.randrange(1, 6)).value = words
    file.did(f"extra_sheet {sheet.title}", Need("a sheet of the unit's own", sheet.title, words=words, whole=True))


def figures_sorted(file: UnitFile) -> None:
    """Two rows of Số liệu change places, but not their hidden ids."""
    table = Table(file.book[FIGURES])
    first, second = file.rng.sample([item["id"] for item in file.setting.plan.figures_of(file.unit)], 2)
    rows = table.ids[first], table.ids[second]
    one, other = table.take(rows[0]), table.take(rows[1])
    table.put(rows[0], other, first=2)
    table.put(rows[1], one, first=2)
    if file.figures.get(first, "") == "" and file.figures.get(second, "") == "":
        return
    for item, row in zip((first, second), rows, strict=True):
        shown = str(file.figures.get(item, ""))
        file.figure_choices[item] = {shown, shown.replace(".", ","), ""}
        file.needs.append(Need("figures sorted without ids", FIGURES, row))
    file.must_return = None if file.must_return is False else file.must_return
    file.did(f"figures_sorted {first} {second}")


def words_sorted(file: UnitFile) -> None:
    """Two rows of the words change places, but not their hidden ids."""
    table = Table(file.book[WORDS])
    first, second = file.rng.sample([item["id"] for item in file.setting.plan.questions], 2)
    if not file.words.get(first) and not file.words.get(second):
        return
    rows = table.ids[first], table.ids[second]
    one, other = table.take(rows[0]), table.take(rows[1])
    table.put(rows[0], other, first=2)
    table.put(rows[1], one, first=2)
    for item, row in zip((first, second), rows, strict=True):
        file.word_choices[item] = {file.words.get(item, ""), ""}
        file.needs.append(Need("words sorted without ids", WORDS, row))
    file.must_return = None if file.must_return is False else file.must_return
    file.did(f"words_sorted {first} {second}")


STRUCTURE: tuple[Callable[[UnitFile], None], ...] = (
    rows_above, sort_whole_rows, figures_sorted, words_sorted, own_line, sort_without_ids, inserted_line, copy_row,
    copy_row_changed, line_in_two_sheets, delete_row, blank_copy_before, rename_to_alias, heading_unknown,
    heading_twice, column_emptied, extra_sheet, rename_sheet,
)  # fmt: skip
"""In the order in which they can be done one after another without one undoing what another relies on."""


def change_shape(file: UnitFile, count: int) -> None:
    """So many of these edits."""
    chosen = set(file.rng.sample(STRUCTURE, count))
    for edit in STRUCTURE:
        if edit in chosen:
            edit(file)
