"""The wheel alone, in a clean environment with no checkout nearby, does the whole job."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from danvan_xl.rules.files import shipped
from tests.support.demo import MERGED
from tests.support.program import environment

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_holds_rules_wording_demo_data_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {f"danvan_xl/_rules/{path.relative_to(shipped()).as_posix()}" for path in shipped().rglob("*.*")}
    assert inside <= names
    package = ROOT / "danvan_xl"
    data = {path.relative_to(ROOT).as_posix() for path in package.rglob("*.toml")}
    assert len(data) > 20
    assert data <= names
    assert "danvan_xl/py.typed" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) or "__pycache__" in name for name in names)


def test_the_installed_program_runs_the_demonstration_far_from_any_checkout(wheel: Path, tmp_path: Path) -> None:
    clean = tmp_path / "venv"
    venv.create(clean, with_pip=True)
    scripts = clean / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    done = subprocess.run(install, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    elsewhere = tmp_path / "không gian"
    elsewhere.mkdir()
    env = {key: value for key, value in environment().items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    program = str(scripts / "danvan-xl")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *arguments], cwd=elsewhere, env=env, capture_output=True, encoding="utf-8", check=False
        )

    done = run("demo", "thử")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "thử" / MERGED).is_file()
    done = run("rules", "check")
    assert done.returncode == 0, done.stdout
    listed = run("rules", "list").stdout
    assert str(clean) in listed
    assert str(ROOT) not in listed
