"""The question that ``docs/phan-tich.md`` answers in pandas is answered as it says."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.demo import demo
from tests.support.program import environment
from tools import guides


def part(name: str) -> str:
    text = (guides.REPOSITORY / "docs" / "phan-tich.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert match is not None, name
    return match[1]


def test_the_guides_question_is_answered_as_it_says() -> None:
    done = subprocess.run(
        [sys.executable, "-c", part("pandas")],
        cwd=demo(),
        env={**environment(), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == part("pandas output")
