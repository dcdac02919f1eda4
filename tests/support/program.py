"""The program run as a user runs it: a process of its own, its output, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, "-c", "from danvan_xl.cli import main; main()")
"""The console script's own line, whatever environment the tests run in."""


def environment(**more: str) -> dict[str, str]:
    """The environment without the settings of whoever runs the tests, on a day when every report of 2026 is due."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DANVAN_")}
    return {**kept, "DANVAN_TODAY": "2026-12-31", **more}


def run(*arguments: object, cwd: Path, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``danvan-xl`` with the arguments; nothing is raised for an exit code."""
    command = [*PROGRAM, *(str(item) for item in arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env=environment(**env),
        check=False,
    )


def run_json(*arguments: object, cwd: Path, code: int = 0) -> dict[str, Any]:
    """Run with ``--json``; stdout must be one JSON document and the exit code ``code``."""
    done = run(*arguments, "--json", cwd=cwd)
    assert done.returncode == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document
