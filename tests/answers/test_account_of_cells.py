"""An account of every cell: what a unit changed in its file is an answer that counts, a listed repair, or a finding.

Random cells of random sheets are changed in random ways, in the files of all units of a plan; nothing is lost without a
word. The same over thousands of changes: ``python -m tests.oracle --cells 2000``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.cells import account
from tests.oracle.plans import PLANS
from tests.oracle.regimes import today

EACH = 12
"""Changed cells a workbook, in the suite."""


@pytest.mark.parametrize("name", PLANS)
def test_every_changed_cell_is_seen_or_told(name: str, tmp_path: Path) -> None:
    found = account(name, 1, EACH, tmp_path / "office", tmp_path / "templates", today())
    assert len(found.changes) - len(found.refused) >= EACH * 3, "most files are read"
    assert "\n".join(change.say() for change in found.lost) == ""
