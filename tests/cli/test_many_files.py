"""What ``check`` prints of many files: those that somebody must look at, and how many others there are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from danvan_xl.cli.report import MOST_FILES, print_files
from danvan_xl.merging.consolidation import Consolidation
from danvan_xl.model import finding
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission
from tests.support.rounds import a_round


def files(count: int, returned: Sequence[int], warned: Sequence[int]) -> tuple[Submission, ...]:
    """``count`` files; those with these numbers were returned, or have a warning."""
    return tuple(
        Submission(
            f"{number:04}.xlsx",
            "",
            "VHXH",
            "2026-H1",
            FileStatus.RETURNED if number in returned else FileStatus.ACCEPTED,
            findings=(finding("R002"),) if number in warned else (),
        )
        for number in range(count)
    )


def printed(found: tuple[Submission, ...], capsys: pytest.CaptureFixture[str]) -> str:
    current = a_round()
    print_files(Consolidation(current, found, (), ()), "vi")
    return capsys.readouterr().out


def test_up_to_a_hundred_files_stand_in_the_list_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(files(MOST_FILES, [3], [5]), capsys)
    assert all(f"{number:04}.xlsx" in shown for number in range(MOST_FILES))
    assert "tệp nữa" not in shown


def test_of_more_files_those_to_look_at_are_listed_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(files(MOST_FILES + 1, [3, 50], [5]), capsys)
    assert [name for name in shown.split() if name.endswith(".xlsx")] == ["0003.xlsx", "0005.xlsx", "0050.xlsx"]
    assert f"{MOST_FILES + 1 - 3} tệp nữa" in shown


def test_nobody_gets_more_than_a_hundred_rows(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(files(300, range(300), []), capsys)
    assert sum(name.endswith(".xlsx") for name in shown.split()) == MOST_FILES
    assert "200 tệp nữa" in shown
