"""Answers on an older template, carried to the one in force."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import OwnLine, Submission, Typed
from danvan_xl.office.job import Job
from danvan_xl.office.migration import Migration
from danvan_xl.office.workspace import Settings
from danvan_xl.pipeline import migrate
from danvan_xl.round.round import Round
from tests.cases.files import only
from tests.support.rounds import a_round, fill, read, sound_answers

JOB = Job(Settings("gia-loc", "2026-H1"))
UNIT = "KT"
NEW = "PL2.10.1@KT"
GONE = "PL1.I.9@KT"


def older() -> Round:
    """Version 1 of the plan: without one task, and with one that the plan has no more."""
    current = a_round()
    lines = {key: line for key, line in current.by_unit[UNIT].items() if key != NEW}
    first = next(iter(lines.values()))
    gone = replace(first, task=replace(first.task, id="PL1.I.9", text="Việc đã bỏ khỏi kế hoạch"))
    return replace(
        current,
        plan=replace(current.plan, version=1),
        by_unit={**current.by_unit, UNIT: {**lines, GONE: gone}},
        due={**current.due, gone.task.id: None},
    )


def typed() -> Typed:
    """Sound answers, one cell that can't be read, one line that will be dropped, one of the unit's own."""
    answers = sound_answers(a_round(), UNIT)
    lines = {key: values for key, values in answers.lines.items() if key != NEW}
    line = next(key for key, values in lines.items() if values.get("trang_thai") == "Hoàn thành")
    lines[line] = {**lines[line], "ngay_hoan_thanh": "31/6/2026", "ty_le": "khoảng 95"}
    lines[GONE] = {"trang_thai": "Đang thực hiện", "ket_qua": "Đã làm một nửa"}
    own = (OwnLine("PL2", "Ra quân dọn vệ sinh", {"trang_thai": "Đang thực hiện", "ket_qua": "=2+3 tổ"}),)
    return replace(answers, lines=lines, own=own, nil_forms=())


def told(file: Submission) -> dict[str, dict[str, object]]:
    return {answer.text or answer.line: dict(answer.values) for answer in file.answers if answer.values}


def migrated(folder: Path) -> tuple[Submission, Migration, Submission]:
    source = fill(folder / "bieu mau cu.xlsx", older(), UNIT, typed())
    done = migrate(source, folder / "moi.xlsx", JOB)
    assert done.path is not None
    return read(source, a_round()), done, read(done.path, a_round())


def test_every_answer_stands_in_the_new_template_as_it_was_typed(tmp_path: Path) -> None:
    before, done, after = migrated(tmp_path)
    assert told(after) == told(before)
    assert (after.figures, after.figure_notes, after.words) == (before.figures, before.figure_notes, before.words)
    assert after.plan_version == a_round().plan.version
    assert [item.code for item in after.findings if item.code == "I006"] == []
    assert done.carried + done.own == len(told(before))


def test_new_and_dropped_lines_are_listed_and_nothing_is_lost(tmp_path: Path) -> None:
    before, done, after = migrated(tmp_path)
    assert done.new == (NEW,)
    assert done.dropped == (GONE,)
    assert only(before, "I006").args["dropped"] == f"{GONE} “Việc đã bỏ khỏi kế hoạch”"
    assert done.names[GONE] == f"{GONE} “Việc đã bỏ khỏi kế hoạch”"
    assert done.names[NEW].startswith(f"{NEW} “Tăng cường thực hiện kiểm tra, giám sát")
    assert told(after)["Việc đã bỏ khỏi kế hoạch"] == {"trang_thai": "Đang thực hiện", "ket_qua": "Đã làm một nửa"}


def test_nil_marks_and_reasons_are_carried(tmp_path: Path) -> None:
    source = fill(tmp_path / "a.xlsx", older(), UNIT, Typed(nil=True, nil_reason="Mới thành lập", nil_forms=("PL2",)))
    done = migrate(source, tmp_path / "b.xlsx", JOB)
    after = read(tmp_path / "b.xlsx", a_round())
    assert done.submission.nil
    assert (after.nil, after.nil_reason, after.nil_forms) == (True, "Mới thành lập", ("PL2",))


def test_a_file_that_is_refused_is_not_carried_over_and_writes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "hong.xlsx"
    source.write_bytes(b"PK\x03\x04")
    done = migrate(source, tmp_path / "b.xlsx", JOB)
    assert (done.path, done.submission.status) == (None, FileStatus.REFUSED)
    assert not (tmp_path / "b.xlsx").exists()
    other = fill(tmp_path / "ky khac.xlsx", a_round(period="2026"), UNIT)
    assert migrate(other, tmp_path / "b.xlsx", JOB).path is None


def test_answers_typed_into_a_template_and_read_are_the_same_answers(tmp_path: Path) -> None:
    current, answers = a_round(), sound_answers(a_round(), "VHXH")
    assert read(fill(tmp_path / "a.xlsx", current, "VHXH", answers), current).typed() == replace(answers)
