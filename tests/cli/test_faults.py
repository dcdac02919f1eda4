"""A fault of the program itself costs one file, one returned workbook or one sheet, and leaves a report."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from danvan_xl import pipeline
from danvan_xl.cli.errors import guarded
from danvan_xl.cli.zalo import zalo_messages
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.merging.summary import summarise
from danvan_xl.model import layout
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.unforeseen import fault_of
from danvan_xl.office.job import Job
from danvan_xl.office.troubles import FOLDER, Troubles
from danvan_xl.office.workspace import Settings
from danvan_xl.workbooks.consolidated import writer
from danvan_xl.workbooks.consolidated.consolidated_book import ConsolidatedBook, Sink
from danvan_xl.workbooks.returned import writer as returned_writer
from danvan_xl.workbooks.returned.writer import Returned, ReturnTask
from danvan_xl.workers.supervise import SupervisionError
from tests.cli.faulty_reader import SECRET
from tests.support.books import cell, open_book
from tests.support.program import run_json
from tests.support.rounds import a_round, fill

OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")
JOB = Job(Settings("gia-loc", "2026-H1"))


def consolidated(files: Iterable[Path], troubles: Troubles) -> Consolidation:
    return pipeline.consolidate(JOB, list(files), troubles=troubles)


# ---- one file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["D", "F"])
def test_a_hidden_column_is_a_warning_that_can_be_said(column: str, tmp_path: Path) -> None:
    path = fill(tmp_path / "VHXH.xlsx", a_round(), "VHXH")
    book = open_book(path)
    book["Phụ lục II"].column_dimensions[column].hidden = True
    book.save(path)
    document = run_json("check", path, *OUTSIDE, cwd=tmp_path)
    (file,) = document["files"]
    assert file["status"] == "accepted"
    (found,) = [item for item in file["findings"] if item["code"] == "F052"]
    assert f"({column})" in found["message"]


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    (tmp_path / "nhan").mkdir()
    units = {"a.xlsx": "VHXH", "loi.xlsx": "KT", "z.xlsx": "VP"}
    return [fill(tmp_path / "nhan" / name, a_round(), unit) for name, unit in units.items()]


def test_a_fault_at_one_file_refuses_that_file_by_name(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_AND_PACK", "tests.cli.faulty_reader:read_and_pack")
    troubles = Troubles(tmp_path)
    result = consolidated(three, troubles)
    states = {Path(item.path).name: (item.status, item.unit) for item in result.files}
    assert states == {
        "a.xlsx": (FileStatus.ACCEPTED, "VHXH"),
        "loi.xlsx": (FileStatus.REFUSED, "KT"),
        "z.xlsx": (FileStatus.ACCEPTED, "VP"),
    }
    (found,) = next(item for item in result.files if item.status is FileStatus.REFUSED).whole().findings
    (report,) = (tmp_path / FOLDER).iterdir()
    assert found.code == "F074"
    assert f"{FOLDER}/{report.name}" in found.say("vi")
    assert f"{FOLDER}/{report.name}" in found.say("en")
    words = report.read_text(encoding="utf-8")
    assert "KeyError" in words
    assert "faulty_reader.py" in words
    assert "loi.xlsx" in words
    assert "danvan-xl 0" in words
    assert SECRET not in words
    assert str(tmp_path) not in words
    assert report.name.isascii()
    # the unit has nothing to mend: it gets no workbook and no message
    assert pipeline.write_returns(result, tmp_path / "tra", "vi", troubles) == ()
    assert "Kinh tế" not in " ".join(name for name, _ in zalo_messages(result, "vi"))


def test_the_same_fault_has_one_report_and_the_same_words(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_AND_PACK", "tests.cli.faulty_reader:read_and_pack")
    said = [consolidated(three, Troubles(tmp_path)).files[1].whole().findings[0].say() for _ in range(2)]
    assert said[0] == said[1]
    (report,) = (tmp_path / FOLDER).iterdir()
    assert report.read_text(encoding="utf-8").count("loi.xlsx") == 2


def test_a_report_that_cannot_be_written_ends_no_run(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_AND_PACK", "tests.cli.faulty_reader:read_and_pack")
    (tmp_path / FOLDER).write_text("a file stands where the folder should", encoding="utf-8")
    assert consolidated(three, Troubles(tmp_path)).files[1].status is FileStatus.REFUSED


def test_a_fault_keeps_no_words_of_answers_but_names_of_the_code() -> None:
    def caught(error: Exception) -> str:
        with pytest.raises(RuntimeError) as done:
            raise RuntimeError(SECRET) from error
        return fault_of(done.value).trace

    assert SECRET not in caught(ValueError(SECRET))
    assert "no attribute 'x'" in caught(AttributeError("'NoneType' object has no attribute 'x'"))


# ---- one returned workbook, one sheet ------------------------------------------------------------------------


def test_a_returned_workbook_that_cannot_be_made_costs_no_other(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in three:
        book = open_book(path)
        sheet = next(sheet for sheet in book if sheet.title.startswith("Phụ lục") and sheet.max_row > 12)
        row = next(item for item in sheet.iter_rows(min_col=1, max_col=1) if "@" in str(item[0].value))[0].value
        cell(sheet, str(row), "Tỷ lệ (%)").value = "nhiều"
        book.save(path)
    usual = returned_writer.return_all

    def fails_at(tasks: Iterable[ReturnTask], **options: Any) -> Iterator[Returned]:
        for task in tasks:
            if task.source.name == "loi.xlsx":
                raise ZeroDivisionError
            yield from usual([task], **options)

    monkeypatch.setattr(returned_writer, "return_all", fails_at)
    troubles = Troubles(tmp_path)
    result = consolidated(three, troubles)
    made = pipeline.write_returns(result, tmp_path / "tra", "vi", troubles)
    assert [path.name for path in made] == ["tra-lai_2026-H1_VHXH.xlsx", "tra-lai_2026-H1_VP.xlsx"]
    (sentence,) = troubles.say("vi")
    assert "loi.xlsx" in sentence
    assert FOLDER in sentence


class _Broken:
    """A sheet that fails where it is told to."""

    def __init__(self, book: ConsolidatedBook, name: str, where: str) -> None:
        if where == "before":
            raise ValueError(SECRET)
        book.workbook.add_worksheet(name)
        if where == "begin":
            raise ValueError(SECRET)
        self.where = where

    def unit(self, item: object) -> None:
        if self.where == "unit":
            raise ValueError(SECRET)

    def finish(self) -> None:
        if self.where == "finish":
            raise ValueError(SECRET)


def with_broken(
    monkeypatch: pytest.MonkeyPatch, place: int, where: str
) -> tuple[Callable[[ConsolidatedBook], Sink | None], ...]:
    def broken(book: ConsolidatedBook) -> Sink:
        return _Broken(book, f"Hỏng {where}", where)

    sheets = (*writer.SHEETS[:place], broken, *writer.SHEETS[place + 1 :])
    monkeypatch.setattr(writer, "SHEETS", sheets)
    return sheets


@pytest.mark.parametrize("where", ["before", "begin", "unit", "finish"])
def test_a_sheet_that_cannot_be_made_says_so_and_the_others_are_whole(
    where: str, three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = Troubles(tmp_path)
    result = consolidated(three, troubles)
    with_broken(monkeypatch, writer.SHEETS.index(writer.overdue), where)
    pipeline.write_consolidation(result, summarise(result), tmp_path / "ra.xlsx", "vi", troubles)
    book = open_book(tmp_path / "ra.xlsx")
    assert layout.OVERVIEW in book.sheetnames
    assert book[layout.DATA].max_row > 10
    if where != "before":
        assert "lỗi của chính chương trình" in str(book[f"Hỏng {where}"]["A1"].value)
    (sentence,) = troubles.say("vi")
    assert "ValueError" in sentence
    assert FOLDER in sentence


def test_data_that_cannot_be_written_is_no_workbook_and_the_former_one_stays(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles = Troubles(tmp_path)
    result = consolidated(three, troubles)
    (tmp_path / "ra.xlsx").write_bytes(b"former")
    sheets = with_broken(monkeypatch, writer.SHEETS.index(writer.data), "unit")
    monkeypatch.setattr(writer, "NEEDED", sheets[-3:])
    with pytest.raises(ValueError, match="Nguyễn"):
        pipeline.write_consolidation(result, summarise(result), tmp_path / "ra.xlsx", "vi", troubles)
    assert (tmp_path / "ra.xlsx").read_bytes() == b"former"
    assert [path.name for path in tmp_path.glob(".*")] == []


# ---- the last resort -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET), UnicodeDecodeError("utf-8", b"\xff", 0, 1, SECRET), KeyError(SECRET), RecursionError(),
        AssertionError(), MemoryError(), OSError(28, "No space left on device"), ZeroDivisionError(),
        SupervisionError("no process"), sqlite3.OperationalError("disk I/O error"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_nothing_uncaught_leaves_a_traceback(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["danvan-xl"])
    (tmp_path / "danvan.toml").write_text("", encoding="utf-8")

    @click.command()
    def fails() -> None:
        raise error

    monkeypatch.setattr("sys.argv", ["danvan-xl"])
    with monkeypatch.context() as patched:
        patched.setattr(fails, "main", lambda **_: fails.callback and fails.callback())
        assert guarded(fails, "vi") == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert SECRET not in said
    reports = list((tmp_path / FOLDER).glob("*"))
    assert len(reports) == (0 if isinstance(error, (MemoryError, OSError, SupervisionError)) else 1)
    assert all(path.name in said for path in reports)
