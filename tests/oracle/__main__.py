"""Many random rounds: ``python -m tests.oracle --rounds 300 --seed 1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from tests.oracle.compare import compare
from tests.oracle.rounds import make, play


def one_round(seed: int, root: Path, keep: bool = False) -> tuple[str, list[str]]:
    """(what the round was, what was disagreed about)."""
    folder = root / f"round-{seed}"
    try:
        current = make(seed, root / "templates", folder, date.today())  # noqa: DTZ011  # as the commands do
        play(current, folder)
        found = [item.say() for item in compare(current)]
    except Exception:  # noqa: BLE001  # one round that can't be played is a disagreement, not the end
        return f"seed {seed}", [f"not played:\n{traceback.format_exc()}"]
    if not keep and not found:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    return current.say(), found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="the first one; the others follow")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder that keeps the files of all rounds")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = chosen.keep or Path(scratch)
        seeds = range(chosen.seed, chosen.seed + chosen.rounds)
        agreed = 0
        kinds: Counter[str] = Counter()
        with ProcessPoolExecutor(chosen.jobs) as pool:
            for what, found in pool.map(partial(one_round, root=root, keep=bool(chosen.keep)), seeds):
                agreed += not found
                if found:
                    print(f"--- {what}", *found, sep="\n  ", flush=True)
                kinds.update(item.splitlines()[0].split(" (")[0] for item in found)
    print(f"{agreed} of {chosen.rounds} rounds agreed")
    return 0 if agreed == chosen.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
