"""Two merges to one output, and what a killed run leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from danvan_xl.workbooks.writing import claims
from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.claims import ClaimedError, Owner, claimed, own_temporary_folder
from tests.support.books import data
from tests.support.program import PROGRAM, environment, run
from tests.support.rounds import a_round, fill

OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")
HOLD = """
import sys, time
from pathlib import Path
from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.claims import claimed, own_temporary_folder
import tempfile
with own_temporary_folder(), claimed(Path(sys.argv[1])), atomic_path(Path(sys.argv[1])) as path:
    tempfile.mkdtemp()
    path.write_bytes(b"of the other run")
    print(tempfile.gettempdir(), flush=True)
    sys.stdin.readline()
"""


def holder(target: Path, temporary: Path | None = None) -> subprocess.Popen[str]:
    """Another run at work on the output; it ends when it is told so."""
    more = {"TMPDIR": str(temporary)} if temporary else {}
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(**more),
        cwd=Path(__file__).parents[2],
    )


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    return [fill(tmp_path / f"{unit}.xlsx", a_round(), unit) for unit in ("VHXH", "KT")]


def test_the_second_waits_and_no_result_is_lost(units: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "ra.xlsx"
    other = holder(target)
    told(other)
    command = [*PROGRAM, "merge", str(units[0]), "-o", str(target), *OUTSIDE]
    mine = subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    assert mine.stderr is not None
    first = mine.stderr.readline().decode()
    assert f"tiến trình {other.pid} " in first
    other.communicate("\n")
    _, rest = mine.communicate(timeout=60)
    assert mine.returncode == 0
    (kept,) = tmp_path.glob("ra (truoc *).xlsx")
    assert kept.read_bytes() == b"of the other run"
    assert kept.name in rest.decode()
    assert any(row["Đơn vị"] for row in data(target))
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_two_merges_of_the_same_leave_one_workbook(units: list[Path], tmp_path: Path) -> None:
    command = [*PROGRAM, "merge", *map(str, units), "-o", "ra.xlsx", *OUTSIDE]
    runs = [subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [item.wait(60) for item in runs] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["KT.xlsx", "VHXH.xlsx", "ra.xlsx"]


def test_a_run_that_does_not_end_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "ra.xlsx"
    other = holder(target)
    told(other)
    monkeypatch.setattr(claims, "PATIENCE", 0.3)
    waiting: list[Owner] = []
    with pytest.raises(ClaimedError) as caught, claimed(target, waiting.append):
        pass
    assert waiting[0].process == caught.value.who.process == str(other.pid)
    assert caught.value.who.since.count(":") == 2
    other.communicate("\n")
    assert target.read_bytes() == b"of the other run"


@pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")
def test_what_a_killed_run_left_is_cleaned_and_its_lock_taken(units: list[Path], tmp_path: Path) -> None:
    out, temporary = tmp_path / "ra", tmp_path / "tam"
    out.mkdir()
    temporary.mkdir()
    other = holder(out / "ra.xlsx", temporary)
    folder = Path(told(other))
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert folder.is_dir()
    assert len(list(out.iterdir())) == 2
    (out / ".ghi chu.tmp").write_text("of a person", encoding="utf-8")
    alive = out / f".ra.xlsx.{claims._host()}-{os.getpid()}.abcdefgh.tmp"
    alive.write_bytes(b"of a run at work")
    old = out / ".tra-lai.xlsx.abcdefgh.tmp"
    old.write_bytes(b"of 0.1.0")
    fresh = out / ".khac.xlsx.abcdefgh.tmp"
    fresh.write_bytes(b"perhaps of a run at work")
    os.utime(old, (time.time() - 2 * claims.A_DAY,) * 2)
    done = run("merge", units[0], "-o", out / "ra.xlsx", *OUTSIDE, cwd=tmp_path, TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert {path.name for path in out.iterdir()} == {"ra.xlsx", ".ghi chu.tmp", alive.name, fresh.name}
    assert list(temporary.iterdir()) == []


def test_a_run_has_a_temporary_folder_that_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with own_temporary_folder():
        mine = Path(tempfile.mkdtemp())
        assert mine.parent.parent == tmp_path
        assert claims.shared_temporary_folder() == tmp_path
        assert os.environ["TMPDIR"] == str(mine.parent)
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() == str(tmp_path)


def test_a_command_that_is_wrong_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "nhan").mkdir()
    done = run("merge", "nhan", "--plan", "khong-co", "--period", "2026-H1", "-o", "moi/ra.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["nhan"]


def test_temporary_files_name_their_process(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.xlsx") as path:
        assert f"-{os.getpid()}." in path.name
        claims.clean(tmp_path)
        assert path.exists()
