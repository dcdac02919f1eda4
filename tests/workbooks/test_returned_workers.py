"""Returned workbooks are made in worker processes, one for each task whatever happens in there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from danvan_xl.workbooks.returned import writer as returned
from danvan_xl.workbooks.returned.writer import ReturnTask, return_all, return_task
from tests.workbooks.test_returned import FAULTS
from tests.workbooks.unit_files import a_round, filled, read, serious


def tasks(folder: Path, count: int) -> list[ReturnTask]:
    """So many files with the same faults, to be returned."""
    sources = [filled(folder / f"{number}.xlsx", FAULTS) for number in range(count)]
    return [return_task(path, folder / f"r{path.name}", read(path), a_round()) for path in sources]


def test_every_task_is_carried_out_in_order(tmp_path: Path) -> None:
    wanted = tasks(tmp_path, 3)
    made = list(return_all(wanted))
    assert [item.path for item in made] == [task.target for task in wanted]
    assert all(item.kind == "edited" for item in made)
    assert all(len(serious(read(item.path))) == len(FAULTS) for item in made)


def test_a_source_that_kills_the_worker_costs_its_unit_only_its_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "WORKER_TASK", "tests.workbooks.test_returned_workers:die_at_the_second")
    made = list(return_all(tasks(tmp_path, 3)))
    assert [item.kind for item in made] == ["edited", "template", "edited"]
    assert len(serious(read(made[1].path))) == len(FAULTS)


def die_at_the_second(path: str, state: dict[str, ReturnTask]) -> object:
    """A worker that ends in the middle of a file."""
    if path.endswith("1.xlsx"):
        os._exit(9)
    return returned.carry_out_for(path, state)


def test_a_target_that_cannot_be_written_is_the_operators_fault(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, 1)
    gone = return_task(task.source, tmp_path / "gone" / "x.xlsx", task.submission, a_round())
    with pytest.raises(FileNotFoundError):
        list(return_all([gone]))
