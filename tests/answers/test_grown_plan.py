"""A plan that changed after templates were sent: what a unit was never asked, it has not deleted.

A line that is missing in a file was deleted by the unit only if it was in its template: the template lists its lines.
Templates of 0.1.0 list none, and are judged by the number of lines that their guide names.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from danvan_xl.model import Assignment, layout
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.round import asked, printed
from danvan_xl.round.printed import PREVIOUS, RECORD
from danvan_xl.round.round import Round
from tests.cases.files import Edited, answer, of, only
from tests.support.books import data, header_row, open_book
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill, read, sound_answers

UNIT = "KT"
NEW = "PL2.10.1@KT"
OTHER = "PL2.2.1@KT"
ROOT = Path(__file__).parents[2]
NEW_TEXT = "Tăng cường thực hiện kiểm tra, giám sát"


def before(current: Round, *without: str, version: int | None = None) -> Round:
    """The round as it was before these tasks were added to the plan."""
    appendices = tuple(
        replace(item, tasks=tuple(task for task in item.tasks if task.id not in without))
        for item in current.plan.appendices
    )
    appendices = tuple(item for item in appendices if item.tasks)
    plan = replace(current.plan, version=version or current.plan.version, appendices=appendices)
    return replace(current, plan=plan, by_unit=Assignment(plan, current.owners))


def sent_before(folder: Path, *without: str, version: int | None = None, old: bool = False) -> Edited:
    """A filled template from before; ``old``: as 0.1.0 wrote it."""
    then = before(a_round(), *without, version=version)
    path = fill(folder / "tra loi.xlsx", then, UNIT, sound_answers(then, UNIT))
    book = open_book(path)
    if old:
        sheet = book[layout.IDENTITY_SHEET]
        for row in range(sheet.max_row, 0, -1):
            if str(sheet.cell(row, 1).value).partition(".")[0] in (
                asked.LINES,
                asked.PRINTED,
                asked.EXTRAS,
                asked.FIGURES,
                asked.TARGETS,
                RECORD,
                PREVIOUS,
            ):
                sheet.delete_rows(row)
        assert sheet.max_row == 6
        if layout.TARGETS in book.sheetnames:
            del book[layout.TARGETS]
    return Edited(path, a_round(), book)


def delete(file: Edited, line: str) -> None:
    file.sheet(line).delete_rows(file.row(line))


def state(read: Submission, line: str) -> AnswerState:
    return answer(read, line).state


@pytest.mark.parametrize("old", [False, True])
def test_a_line_that_was_not_in_the_template_was_not_deleted(tmp_path: Path, old: bool) -> None:
    found = sent_before(tmp_path, "PL2.10.1", old=old).read()
    assert (state(found, NEW), of(found, "R001")) == (AnswerState.BLANK, [])
    assert NEW_TEXT in str(only(found, "I027").found)
    assert answer(found, NEW).codes == ("I027",)
    assert found.status is FileStatus.ACCEPTED


@pytest.mark.parametrize("old", [False, True])
def test_a_line_that_was_in_the_template_was_deleted(tmp_path: Path, old: bool) -> None:
    file = sent_before(tmp_path, old=old)
    delete(file, NEW)
    found = file.read()
    assert (state(found, NEW), only(found, "R001").line) == (AnswerState.DELETED, NEW)
    assert [of(found, code) for code in ("I027", "I028")] == [[], []]


def test_both_at_once_are_told_apart(tmp_path: Path) -> None:
    file = sent_before(tmp_path, "PL2.10.1")
    delete(file, OTHER)
    found = file.read()
    assert (state(found, NEW), state(found, OTHER)) == (AnswerState.BLANK, AnswerState.DELETED)
    assert only(found, "R001").line == OTHER
    assert only(found, "I027").args["count"] == 1


def test_both_at_once_in_a_template_of_0_1_0_are_asked_about(tmp_path: Path) -> None:
    file = sent_before(tmp_path, "PL2.10.1", old=True)
    delete(file, OTHER)
    found = file.read()
    assert {state(found, NEW), state(found, OTHER)} == {AnswerState.BLANK}
    assert of(found, "R001") == []
    assert NEW_TEXT in str(only(found, "I028").found)
    assert "PL2.2.1 “" in str(only(found, "I028").found)


def test_an_older_version_that_lists_its_lines_tells_deleted_ones_too(tmp_path: Path) -> None:
    file = sent_before(tmp_path, "PL2.10.1", version=1)
    delete(file, OTHER)
    found = file.read()
    assert (state(found, NEW), state(found, OTHER)) == (AnswerState.BLANK, AnswerState.DELETED)
    assert NEW_TEXT in str(only(found, "I006").args["new"])
    assert "PL2.2.1" not in str(only(found, "I006").args["new"])
    assert of(found, "I027") == []


def test_a_unit_that_a_line_was_given_to_later_has_not_deleted_it(tmp_path: Path) -> None:
    then, current = a_round(), a_round(owned=True)
    found = read(fill(tmp_path / "VP.xlsx", then, "VP"), current)
    assert (state(found, "PL2.11.1@VP"), of(found, "R001")) == (AnswerState.BLANK, [])
    assert "PL2.11.1 “" in str(only(found, "I027").found)


@pytest.mark.parametrize("old", [False, True])
def test_an_appendix_that_the_plan_got_later_is_no_sheet_that_the_unit_lost(tmp_path: Path, old: bool) -> None:
    second = tuple(task.id for task in a_round().plan.tasks if task.appendix == "PL2")
    found = sent_before(tmp_path, *second, old=old).read()
    assert of(found, "C001") == []
    assert {item.state for item in found.answers if item.appendix == "PL2"} == {AnswerState.BLANK}
    assert only(found, "I027").args["count"] == sum(item.appendix == "PL2" for item in found.answers)
    file = sent_before(tmp_path, old=old)
    del file.book["Phụ lục II"]
    found = file.read()
    assert only(found, "C001").found == "Phụ lục II"
    assert {item.state for item in found.answers if item.appendix == "PL2"} <= {AnswerState.DELETED, AnswerState.BLANK}
    assert of(found, "R001") == []


def test_what_the_plan_prints_since_is_not_an_edit_of_the_unit(tmp_path: Path) -> None:
    current = a_round()
    tasks = {task.id: task for task in current.plan.tasks}
    path = fill(tmp_path / "KT.xlsx", current, UNIT)

    def with_roadmap(words: str) -> Round:
        changed = replace(tasks["PL2.2.1"], roadmap=words)
        appendices = tuple(
            replace(item, tasks=tuple(changed if task.id == changed.id else task for task in item.tasks))
            for item in current.plan.appendices
        )
        plan = replace(current.plan, appendices=appendices)
        return replace(
            current,
            plan=plan,
            by_unit=Assignment(plan, current.owners),
            tasks={**tasks, changed.id: changed},
            appendices={item.id: item for item in appendices},
        )

    assert of(read(path, with_roadmap("Hằng quý")), "I020") == []
    file = Edited(path, current, open_book(path))
    file.put(OTHER, "Lộ trình thực hiện", "Hằng quý")
    assert len(of(file.read(), "I020")) == 1


def test_a_list_of_lines_longer_than_a_cell_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "LONGEST", 40)
    pairs = dict(asked.asked_of(a_round(), UNIT))
    assert len([name for name in pairs if name.startswith("lines")]) > 3
    assert asked.Asked.of(pairs).lines == {line.task.id for line in a_round().by_unit[UNIT].values()}


def test_the_whole_way_in_a_workspace(tmp_path: Path) -> None:
    """Templates, answers, one more task in the plan's file without a new version: check, merge, migrate."""
    assert run("init", "xa", "--plan", "gia-loc", "--period", "2026-H1", "--due", "15/6", cwd=tmp_path).returncode == 0
    office = tmp_path / "xa"
    plan = office / "rules" / "plans" / "gia-loc.toml"
    plan.parent.mkdir(parents=True)
    shipped = (ROOT / "rules" / "plans" / "gia-loc.toml").read_text(encoding="utf-8")
    block = re.search(r'\[\[appendices\.tasks\]\]\nid = "PL2\.10\.1"\n(?:.+\n)+\n?', shipped)
    assert block is not None
    plan.write_text(shipped.replace(block[0], ""), encoding="utf-8")
    assert run("template", "--unit", UNIT, cwd=office).returncode == 0
    sent = office / "mau" / "2026-H1" / "gia-loc_2026-H1_KT.xlsx"
    received = shutil.copy(sent, office / "nhan" / "2026-H1" / "KT gui.xlsx")
    book = load_workbook(received)
    for sheet in (book["Phụ lục I"], book["Phụ lục II"]):
        at = next(cell.column for cell in sheet[header_row(sheet)] if cell.value == "Trạng thái")
        for row in range(8, sheet.max_row + 1):
            if layout.LINE_ID_FORM.fullmatch(str(sheet.cell(row, 1).value)):
                sheet.cell(row, at, "Không phát sinh")
    book.save(received)
    plan.write_text(shipped, encoding="utf-8")
    (file,) = run_json("check", cwd=office)["files"]
    (found,) = [item for item in file["findings"] if item["code"] == "I027"]
    assert NEW_TEXT in found["message"]
    assert run("merge", cwd=office).returncode == 0
    rows = {row["Mã dòng"]: row for row in data(office / "tong-hop" / "2026-H1" / "tong-hop_gia-loc_2026-H1.xlsx")}
    assert rows[NEW]["Trả lời"] == "Để trống"
    assert not any(row["Trả lời"] == "Đơn vị xóa dòng" for row in rows.values())
    done = run("migrate", "KT gui.xlsx", cwd=office)
    assert (done.returncode, NEW_TEXT in done.stdout) == (0, True)
    codes = {item["code"] for file in run_json("check", cwd=office)["files"][:1] for item in file["findings"]}
    assert "I027" not in codes
