"""The program in a shell: `-h`, completion, `python -m`, full disks, pipes that nobody reads, closed streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from danvan_xl.cli.app import COMMANDS
from tests.support.demo import RECEIVED, demo
from tests.support.program import PROGRAM, environment, run

OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")
posix = pytest.mark.skipif(os.name != "posix", reason="devices and limits of POSIX")


@pytest.mark.parametrize("command", [(), ("merge",), ("send", "consolidated"), ("plan", "import")], ids=" ".join)
def test_h_is_help(command: tuple[str, ...], tmp_path: Path) -> None:
    short, long = run(*command, "-h", cwd=tmp_path), run(*command, "--help", cwd=tmp_path)
    assert short.stdout == long.stdout != ""
    assert (short.returncode, short.stderr) == (0, "")
    assert " -h" not in long.stdout


def completed(words: str, cwd: Path, shell: str = "bash", **env: str) -> list[str]:
    at = str(len(words.split(" ")) - 1)
    more = {"COMP_WORDS": words, "COMP_CWORD": at, "_DANVAN_XL_COMPLETE": f"{shell}_complete", **env}
    done = run(cwd=cwd, **more)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    assert completed("danvan-xl me", tmp_path) == ["plain,merge"]
    assert set(completed("danvan-xl ", tmp_path)) == {f"plain,{command}" for command in COMMANDS}
    assert "plain,--as-of" in completed("danvan-xl check --a", tmp_path)
    for shell in ("bash", "zsh", "fish"):
        script = run(cwd=tmp_path, _DANVAN_XL_COMPLETE=f"{shell}_source")
        assert "_DANVAN_XL_COMPLETE" in script.stdout


def test_what_a_shell_shows_beside_is_in_the_language_of_the_user(tmp_path: Path) -> None:
    shown = "\n".join(completed("danvan-xl me", tmp_path, "zsh"))
    assert "tổng hợp" in shown.lower()
    assert "cmd_" not in shown
    assert "opt_" not in "\n".join(completed("danvan-xl check --", tmp_path, "zsh"))
    assert "ổ" not in "\n".join(completed("danvan-xl me", tmp_path, "zsh", DANVAN_LANG="en"))


def test_python_m_is_the_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "danvan_xl", "--version"]
    env = environment(PYTHONPATH=str(Path(__file__).parents[2]))
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("danvan-xl ")


# ---- nowhere to write ----------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("command", [("check", "--json"), ("check",), ("--help",)], ids=" ".join)
def test_a_full_disk_behind_the_output_is_a_sentence(command: tuple[str, ...], tmp_path: Path) -> None:
    if command[0] == "check":
        command = ("check", str(demo() / RECEIVED), *command[1:], *OUTSIDE)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*PROGRAM, *command],
            cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


@posix
def test_a_full_disk_behind_both_ends_without_a_word(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*PROGRAM, "--help"], cwd=tmp_path, env=environment(), stdout=full, stderr=full, check=False
        )
    assert done.returncode == 3


@posix
@pytest.mark.parametrize("command", [("check", "--json"), ("--help",)], ids=" ".join)
def test_a_pipe_that_nobody_reads_is_no_fault(command: tuple[str, ...], tmp_path: Path) -> None:
    if command[0] == "check":
        command = ("check", str(demo() / RECEIVED), *command[1:], *OUTSIDE)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*PROGRAM, *command],
            cwd=tmp_path, env=environment(), stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.stderr == ""
    assert done.returncode in (0, 1)


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_fault(closed: str, tmp_path: Path) -> None:
    words = " ".join(f"'{word}'" for word in (*PROGRAM, "check", str(demo() / RECEIVED), *OUTSIDE))
    done = subprocess.run(
        f"{words} {closed}",
        shell=True,
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == 1, done.stderr


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
del sys.argv[1]
from danvan_xl.cli import main
main()
"""


@posix
@pytest.mark.parametrize("size", [0, 100, 5000, 20000])
def test_a_disk_that_fills_while_the_workbook_is_written(size: int, tmp_path: Path) -> None:
    (tmp_path / "ra.xlsx").write_bytes(b"former")
    command = ["merge", str(demo() / RECEIVED), "-o", "ra.xlsx", *OUTSIDE]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *command],
        cwd=tmp_path, env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "ra.xlsx").read_bytes() == b"former"
    assert [path.name for path in tmp_path.iterdir()] == ["ra.xlsx"]
