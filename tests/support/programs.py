"""Programs that some tests drive for real: where one is missing its tests are skipped, and fail where ``CI`` is set."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import NoReturn

import pytest

PACKAGES = {
    # program: Debian package
    "soffice": "libreoffice-calc",
    "pdftotext": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "exim4": "exim4-daemon-light",
    "fonts": "fonts-liberation2",
}

MARKED = {"libreoffice": "soffice", "mta": "exim4"}
"""Marker → the program without which its tests are not begun."""

MISSING = "not installed: "


def find(program: str) -> str | None:
    """Where the program lies; daemons lie outside the usual path."""
    return shutil.which(program, path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def needed(program: str) -> str:
    """Where the program lies; without it the test ends here."""
    return find(program) or _without(program)


def needed_letters() -> None:
    """Letters as wide as those of Times New Roman, with which pages are measured; without them the test ends here.

    Where a font has no Vietnamese letters, LibreOffice takes them from another one, whose lines are longer and higher.
    """
    program = find("fc-list")
    command = [program or "fc-list", ":charset=1ebf", "family"]
    found = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout if program else ""
    if "Liberation Serif" not in found and "Times New Roman" not in found:
        _without("fonts")


def _without(program: str) -> NoReturn:
    words = f"{MISSING}{PACKAGES[program]}"
    if os.environ.get("CI"):
        pytest.fail(f"{words} (CI has it: see .ci/run)", pytrace=False)
    pytest.skip(words)
