"""Many random rounds, or many changed cells.

python -m tests.oracle --rounds 300 --seed 1
python -m tests.oracle --cells 2000
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.oracle.cells import account
from tests.oracle.compare import compare
from tests.oracle.plans import PLANS, plan
from tests.oracle.regimes import today
from tests.oracle.rounds import make, play

EACH = 25
"""Changed cells a workbook."""


def one_round(seed: int, root: Path, keep: bool = False) -> tuple[str, list[str], Counter[str]]:
    """(what the round was, what was disagreed about, how often each story and edit was played)."""
    folder = root / f"round-{seed}"
    try:
        current = make(seed, root / "templates", folder, today())
        play(current, folder)
        found = [item.say() for item in compare(current)]
    except Exception:  # noqa: BLE001  # a round that can't be played is a disagreement, not the end
        return f"seed {seed}", [f"not played:\n{traceback.format_exc()}"], Counter()
    if not keep:
        shutil.rmtree(folder)
    played = Counter(story.kind for story in current.stories)
    played.update(f"plan {current.office.plan}" for _ in (1,))
    for story in current.stories:
        played.update(edit.split()[0] for edit in (story.counts.edits if story.counts else ()))
    return current.say(), found, played


def rounds(seeds: Iterable[int], root: Path, jobs: int, keep: bool) -> int:
    """Play rounds; how many disagreed."""
    agreed, asked, played = 0, 0, Counter[str]()
    with ProcessPoolExecutor(jobs) as pool:
        for what, found, counted in pool.map(partial(one_round, root=root, keep=keep), seeds):
            asked += 1
            agreed += not found
            played += counted
            if found:
                print(f"--- {what}", *found, sep="\n  ", flush=True)
    print("played: " + ", ".join(f"{name} {count}" for name, count in sorted(played.items())))
    print(f"{agreed} of {asked} rounds agreed")
    return asked - agreed


def one_account(turn: tuple[str, int], root: Path) -> tuple[int, int, list[str]]:
    """(cells changed, of them in refused files, lost without a word)."""
    name, seed = turn
    folder = root / f"cells-{name}-{seed}"
    found = account(name, seed, EACH, folder, root / "templates", today())
    shutil.rmtree(folder)
    return len(found.changes), len(found.refused), [f"{name} seed {seed}: {change.say()}" for change in found.lost]


def cells(wanted: int, first: int, root: Path, jobs: int) -> int:
    """Change so many cells at least; how many were lost without a word."""
    turns, planned, seed = [], 0, first
    while planned < wanted:
        for name in PLANS:
            turns.append((name, seed))
            planned += EACH * len(plan(name).units)
        seed += 1
    changed = refused = lost = 0
    with ProcessPoolExecutor(jobs) as pool:
        for count, without, words in pool.map(partial(one_account, root=root), turns):
            changed, refused, lost = changed + count, refused + without, lost + len(words)
            print(*words, sep="\n", end="\n" if words else "", flush=True)
    print(f"{changed} cells changed, {lost} lost without a word, {refused} in files refused by name")
    return lost


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description="Random rounds against our own oracle.")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--cells", type=int, help="change so many cells instead of playing rounds")
    parser.add_argument("--seed", type=int, default=1, help="the first one; the others follow")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder that keeps the files of all rounds")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root: Path = chosen.keep or Path(scratch)
        run: Callable[[], int] = partial(
            rounds, range(chosen.seed, chosen.seed + chosen.rounds), root, chosen.jobs, bool(chosen.keep)
        )
        if chosen.cells:
            run = partial(cells, chosen.cells, chosen.seed, root, chosen.jobs)
        return 1 if run() else 0


if __name__ == "__main__":
    sys.exit(main())
