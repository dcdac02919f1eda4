"""One verdict per file, whatever happens in the process that reads it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from danvan_xl.model import Finding, Severity
from danvan_xl.workers.supervise import SupervisionError, supervise
from tests.intake.files import workbook

TASKS = "tests.intake.tasks"


def verdicts(names: list[str], **options: object) -> dict[str, object]:
    return dict(supervise(names, f"{TASKS}:by_name", **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("abort", "F070"), ("exit", "F070"), ("hang", "F071"), ("grow", "F072"), ("raise", "F073"),
        ("leave", "F073"), ("lambda", "F073"), ("print", None), ("good", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("workers", [1, 2])
def test_the_culprit_is_named_and_the_rest_unharmed(name: str, code: str | None, workers: int) -> None:
    names = ["a", "b", name, *(f"c{number}" for number in range(6))]
    timeout = 0.4 if name == "hang" else 30
    found = verdicts(names, workers=workers, timeout=timeout, memory=200_000_000)
    verdict = found.pop(name)
    assert all(result == path for path, result in found.items())
    assert list(found) == [other for other in names if other != name]
    if code is None:
        assert verdict == name
    else:
        assert isinstance(verdict, Finding)
        assert (verdict.code, verdict.severity) == (code, Severity.BLOCKER)
        assert verdict.location.file == name
        assert verdict.message


def test_every_file_may_be_a_culprit() -> None:
    found = verdicts([f"abort{number}" for number in range(5)] + ["raise"])
    assert [getattr(verdict, "code", None) for verdict in found.values()] == ["F070"] * 5 + ["F073"]


def test_the_first_and_the_last_file_may_be_culprits() -> None:
    found = verdicts(["exit1", "a", "exit2"], workers=1)
    assert [getattr(verdict, "code", verdict) for verdict in found.values()] == ["F070", "a", "F070"]


def test_results_come_in_the_order_of_the_paths_and_workers_are_kept() -> None:
    paths = [f"p{number}" for number in range(200)]
    results = list(supervise(paths, f"{TASKS}:pid"))
    assert [path for path, _ in results] == paths
    assert 1 <= len({pid for _, pid in results}) <= 2


def test_what_is_prepared_is_prepared_once_and_given_to_every_task() -> None:
    results = list(supervise(["x/a", "x/b"], f"{TASKS}:echo", 21, prepare=f"{TASKS}:double"))
    assert results == [("x/a", ("a", 42)), ("x/b", ("b", 42))]


def test_a_task_that_cannot_be_set_up_is_the_operators_fault() -> None:
    with pytest.raises(SupervisionError, match="no such rules"):
        list(supervise(["a"], f"{TASKS}:echo", prepare=f"{TASKS}:fail"))
    with pytest.raises(SupervisionError, match="nothing_there"):
        list(supervise(["a"], f"{TASKS}:nothing_there"))
    with pytest.raises(SupervisionError, match=r"package\.module:function"):
        list(supervise(["a"], "nonsense"))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("times", [1, 4])
def test_a_worker_that_ends_before_it_is_ready_is_replaced(tmp_path: Path, times: int, workers: int) -> None:
    for number in range(times):
        (tmp_path / str(number)).touch()
    paths = [f"p{number}" for number in range(9)]
    results = list(supervise(paths, f"{TASKS}:echo", str(tmp_path), prepare=f"{TASKS}:end_early", workers=workers))
    assert results == [(path, (path, str(tmp_path))) for path in paths]


def test_a_worker_killed_from_outside_while_it_starts_costs_no_file() -> None:
    results = supervise(["a", "b"], f"{TASKS}:echo", later=True, workers=1)
    crew = results._crew
    assert crew is not None
    for worker in crew._workers.values():
        worker.stop()
        worker.process.wait()
    results.begin(1)
    assert list(results) == [("a", ("a", 1)), ("b", ("b", 1))]


def test_workers_that_all_end_before_they_are_ready_are_the_operators_fault() -> None:
    with pytest.raises(SupervisionError, match="6 workers ended before they were ready"):
        list(supervise(["a", "b"], f"{TASKS}:echo", prepare=f"{TASKS}:end_now"))


def test_no_files_start_no_process() -> None:
    before = threading.active_count()
    assert list(supervise([], f"{TASKS}:echo")) == []
    assert threading.active_count() == before


def test_a_caller_that_stops_leaves_no_process_behind() -> None:
    results = supervise([f"p{number}" for number in range(100)], f"{TASKS}:pid")
    _, pid = next(results)
    results.close()  # type: ignore[attr-defined]
    assert not Path(f"/proc/{pid}/stat").exists()


def test_thirty_files_cost_little_supervision() -> None:
    start = time.perf_counter()
    list(supervise([f"p{number}" for number in range(30)], f"{TASKS}:echo"))
    assert time.perf_counter() - start < 1  # 0.03 s on an idle machine; a bench holds the true bar


def test_workbooks_are_read_in_the_worker(tmp_path: Path) -> None:
    paths = [workbook(tmp_path / f"{number}.xlsx") for number in range(3)]
    (tmp_path / "x.xlsx").write_bytes(b"%PDF")
    results = dict(supervise([*paths, tmp_path / "x.xlsx"], f"{TASKS}:read"))
    assert [len(book.sheets) for book in results.values()] == [1, 1, 1, 0]  # type: ignore[attr-defined]
    assert results[str(tmp_path / "x.xlsx")].findings[0].code == "F012"  # type: ignore[attr-defined]
