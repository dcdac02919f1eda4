"""The demonstration run once for a test process: the real plan, seven units, the whole chain."""

from __future__ import annotations

import tempfile
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.support.program import run

MERGED = Path("tong-hop", "2026-H1", "tong-hop_gia-loc_2026-H1.xlsx")
RECEIVED = Path("nhan", "2026-H1")


@cache
def demo() -> Path:
    """The workspace that ``danvan-xl demo`` makes. Tests read it and don't change it."""
    folder = Path(tempfile.mkdtemp(prefix="danvan-demo-")) / "demo"
    done = run("demo", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


@cache
def typed() -> dict[str, dict[str, Any]]:
    """Unit → its example answers as written by hand, read without the program."""
    folder = files("danvan_xl.rules").joinpath("demo_data", "gia-loc", "2026-H1")
    found = [
        tomllib.loads(item.read_text(encoding="utf-8")) for item in folder.iterdir() if item.name.endswith(".toml")
    ]
    return {item["unit"]: item for item in found}
