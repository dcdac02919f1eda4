"""Without LibreOffice, poppler and Exim the tests pass, and say in one line each what was left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import programs
from tests.support.program import environment

SUITE = """
import pytest
from tests.support.programs import needed

@pytest.fixture
def pages():
    needed("pdfinfo")

@pytest.mark.libreoffice
@pytest.mark.parametrize("number", range(3))
def test_opens(number): assert False, "begun without LibreOffice"

def test_prints(pages): assert False

def test_else(): pass
"""


def run_suite(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    (folder / "test_it.py").write_text(SUITE, encoding="utf-8")
    config = ("-c", str(root / "pyproject.toml"), "-p", "tests.conftest", "-p", "no:cacheprovider", "-p", "no:xdist")
    env = {**environment(), "PATH": str(folder), "PYTHONPATH": str(root)}
    env.pop("CI", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *config, str(folder / "test_it.py")],
        cwd=folder, env={**env, **more}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_what_is_missing_is_said_in_one_line_a_package(tmp_path: Path) -> None:
    done = run_suite(tmp_path)
    assert done.returncode == 0, done.stdout
    said = [line for line in done.stdout.splitlines() if "is not installed" in line]
    assert said == [
        "3 tests skipped: libreoffice-calc is not installed (apt-get install libreoffice-calc)",
        "1 tests skipped: poppler-utils is not installed (apt-get install poppler-utils)",
    ]


def test_in_ci_they_fail(tmp_path: Path) -> None:
    done = run_suite(tmp_path, CI="true")
    assert done.returncode == 1
    assert "1 passed, 1 " in done.stdout or "4 failed" in done.stdout or "error" in done.stdout
    assert "not installed: libreoffice-calc" in done.stdout


@pytest.mark.parametrize("program", programs.PACKAGES)
def test_every_program_belongs_to_a_package_that_ci_installs(program: str) -> None:
    script = (Path(__file__).parents[2] / ".ci" / "run").read_text(encoding="utf-8")
    assert programs.PACKAGES[program] in script
