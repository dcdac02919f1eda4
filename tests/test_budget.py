"""What a command may open and start: counted, not timed, so that it holds on any machine.

The commands run as they are; a driver around them notes every file that is opened and every process that is started,
in the main process and in its workers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from danvan_xl.rules.files import shipped

TO_RETURN = 2
"""Opens of a received file to make the returned workbook: to compare what is there, and to edit it."""
RULE_FILE = 1
"""Opens of one rule file in a process."""

HOOK = """
import os, sys
def _note(event, arguments, log=os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT), fsdecode=os.fsdecode):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        os.write(log, f"{{os.getpid()}}\\topen\\t{{os.path.abspath(fsdecode(arguments[0]))}}\\n".encode())
    elif event in ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec"):
        os.write(log, f"{{os.getpid()}}\\tstart\\t{{event}}\\n".encode())
sys.addaudithook(_note)
"""

DRIVER = """
import subprocess, sys
HOOK = {hook!r}
class Popen(subprocess.Popen):
    def __init__(self, command, **options):
        command = list(command)
        at = command.index("-c") + 1  # a process that is started in another way would go unwatched
        command[at] = HOOK + command[at]
        super().__init__(command, **options)
subprocess.Popen = Popen
exec(HOOK)
from danvan_xl.cli import main
main()
"""


@dataclass(frozen=True)
class Watched:
    """What a command did: (process, path) of every file opened, how many processes it started, and its exit code."""

    opened: tuple[tuple[str, Path], ...]
    started: int
    code: int

    def times(self, folder: Path) -> Counter[Path]:
        """How often every file of a folder was opened, in whichever process."""
        return Counter(path for _, path in self.opened if path.is_relative_to(folder))

    def times_in_one_process(self, folder: Path) -> int:
        """How often the file of a folder that was opened most was opened in one process."""
        counted = Counter((pid, path) for pid, path in self.opened if path.is_relative_to(folder))
        return max(counted.values(), default=0)


def watch(folder: Path, *arguments: str) -> Watched:
    """Run a command and note what it opens and starts."""
    log = folder / "opened.log"
    log.unlink(missing_ok=True)
    program = DRIVER.format(hook=HOOK.format(log=str(log)))
    command = [sys.executable, "-c", program, *arguments]
    result = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    assert result.returncode in (0, 1), result.stderr.decode()
    opened, started = [], 0
    for line in log.read_text(encoding="utf-8").splitlines():
        pid, kind, what = line.split("\t", 2)
        if kind == "open":
            opened.append((pid, Path(what)))
        else:
            started += what == "subprocess.Popen"
            assert what == "subprocess.Popen", f"a process was started by {what}"
    return Watched(tuple(opened), started, result.returncode)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workspace: seven units' workbooks, some of which go back."""
    root = tmp_path_factory.mktemp("budget") / "demo"
    program = "from danvan_xl.cli import main; main()"
    subprocess.run([sys.executable, "-c", program, "demo", str(root)], check=True, capture_output=True)
    return root


@pytest.fixture
def fresh(workspace: Path, tmp_path: Path) -> Path:
    """The workspace before any command has run in it."""
    root = tmp_path / "xa"
    shutil.copytree(workspace, root, ignore=shutil.ignore_patterns("so-theo-doi*"))
    for name in ("tra-lai", "tong-hop", "thu-di"):
        shutil.rmtree(root / name)
    return root


def _received(root: Path) -> Path:
    return root / "nhan" / "2026-H1"


def _with_more_files(root: Path) -> None:
    for path in list(_received(root).iterdir()):
        for number in range(3):
            shutil.copy2(path, path.with_stem(f"{path.stem} ({number})"))


def _returned(root: Path) -> int:
    folder = root / "tra-lai" / "2026-H1"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_merge_opens_every_received_file_once(fresh: Path) -> None:
    watched = watch(fresh, "merge")
    files = {path for path in _received(fresh).iterdir() if path.is_file()}
    assert files
    assert watched.times(_received(fresh)) == dict.fromkeys(files, 1)


def test_check_opens_a_received_file_once_more_than_that_only_to_return_it(fresh: Path) -> None:
    watched = watch(fresh, "check")
    times = watched.times(_received(fresh))
    assert set(times) == set(_received(fresh).iterdir())
    assert sum(count > 1 for count in times.values()) == _returned(fresh) > 0
    assert max(times.values()) <= 1 + TO_RETURN


def test_no_received_file_is_opened_where_results_are_written(fresh: Path) -> None:
    watched = watch(fresh, "check")
    writer = next(pid for pid, path in watched.opened if path == fresh / "danvan.toml")
    assert not [path for pid, path in watched.opened if pid == writer and path.is_relative_to(_received(fresh))]


@pytest.mark.parametrize(("command", "crews"), [("merge", 1), ("check", 2)])
def test_the_processes_started_do_not_grow_with_the_files(fresh: Path, command: str, crews: int) -> None:
    few = watch(fresh, command).started
    _with_more_files(fresh)
    assert watch(fresh, command).started == few <= crews * 2


@pytest.mark.parametrize("command", ["merge", "check"])
def test_a_rule_file_is_not_opened_more_often_in_a_process_than_it_is(fresh: Path, command: str) -> None:
    watched = watch(fresh, command)
    assert watched.times(shipped())
    assert watched.times_in_one_process(shipped()) <= RULE_FILE
    assert watched.times(fresh)[fresh / "danvan.toml"] == 1


@pytest.mark.parametrize("command", ["merge", "check"])
def test_the_rules_are_not_read_again_for_more_files(fresh: Path, command: str) -> None:
    few = watch(fresh, command).times(shipped()).total()
    _with_more_files(fresh)
    assert watch(fresh, command).times(shipped()).total() == few


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("merge", "--help"), ("--version",)])
def test_help_starts_nothing_and_opens_nothing_of_the_workspace(fresh: Path, arguments: tuple[str, ...]) -> None:
    watched = watch(fresh, *arguments)
    assert watched.started == 0
    assert not watched.times(fresh)
    assert not watched.times(shipped())
