"""The oracle agrees with the product on random rounds: a few here, hundreds by ``python -m tests.oracle``.

A round that disagrees says its seed; ``python -m tests.oracle --rounds 1 --seed SEED --keep FOLDER`` plays it again
and keeps its files.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.oracle.compare import compare
from tests.oracle.edits import TYPING
from tests.oracle.plans import PLANS, plan
from tests.oracle.regimes import today
from tests.oracle.rounds import make, play
from tests.oracle.stories import STORIES
from tests.oracle.strays import STRAYS
from tests.oracle.structure import STRUCTURE

SEEDS = (2004, 2006, 2009, 2010, 2012, 2017, 2023, 2028)
"""The rounds of the suite: all four plans, months, half years and years among them."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


def test_the_oracle_imports_nothing_of_the_product() -> None:
    for path in Path(__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "danvan_xl"], path.name
            ours = [name for name in names if name.startswith("tests.")]
            assert all(name.startswith("tests.oracle") for name in ours), path.name


def test_every_line_of_the_oracle_has_one_unit_and_one_role() -> None:
    for name in PLANS:
        lines = [line.id for line in plan(name).lines]
        assert len(lines) == len(set(lines))
        assert {line.task.id for line in plan(name).lines} | {item.split("@")[0] for item in plan(name).orphans} == {
            task.id for task in plan(name).tasks
        }


def test_every_edit_has_a_name_of_its_own() -> None:
    names = [edit.__name__ for edit in {*TYPING, *STRUCTURE, *STRAYS, *STORIES}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_oracle_agrees_about_a_random_round(seed: int, cache: Path, tmp_path: Path) -> None:
    current = make(seed, cache, tmp_path / "office", today())
    play(current, tmp_path / "office")
    found = [item.say() for item in compare(current)]
    assert not found, "\n".join([current.say(), *found])
