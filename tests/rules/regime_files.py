"""The shipped regimes and calendar, for the tests of this folder: they are read here without the loader."""

import tomllib
from pathlib import Path
from typing import Any

from danvan_xl.model import Regime
from danvan_xl.rules.calendars import WorkCalendar, calendar_from_mapping
from danvan_xl.rules.regimes import regime_from_mapping

RULES = Path(__file__).parents[2] / "rules"
REGIMES = ("hai-phong", "nd09-2019", "phu-thinh")


def mapping(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads((RULES / folder / f"{name}.toml").read_text(encoding="utf-8"))


def regime(name: str) -> Regime:
    return regime_from_mapping(mapping("regimes", name))


def calendar_2026() -> WorkCalendar:
    return calendar_from_mapping(mapping("calendars", "2026"))
