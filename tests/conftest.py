"""What a machine lacks is said in one line a package, with the number of tests that were skipped for it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.programs import MARKED, MISSING, needed, needed_letters


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, program in MARKED.items():
        if item.get_closest_marker(marker):
            needed(program)


@pytest.fixture(scope="session")
def letters() -> None:
    """For tests that measure pages: the letters that they are measured with are there."""
    needed_letters()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", ()):
        _, sign, package = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else "").partition(MISSING)
        if sign:
            skipped[package] += 1
    for package, count in sorted(skipped.items()):
        terminalreporter.write_line(f"{count} tests skipped: {package} is not installed (apt-get install {package})")
