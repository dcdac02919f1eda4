"""Where the tests of the language take their material from."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from danvan_xl.language.organisations import Catalogue
from danvan_xl.model import ScheduleContext

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[2]
P26 = ScheduleContext(2026, date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 28))
P2630 = ScheduleContext(2026, date(2026, 1, 1), date(2030, 12, 31), date(2026, 5, 8))


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of a JSON Lines file of test data."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def context_of(row: dict[str, Any]) -> ScheduleContext:
    """The context that a line of ``phrases.jsonl`` carries."""
    days = (date.fromisoformat(row["context"][name]) for name in ("start", "end", "issued"))
    return ScheduleContext(row["context"]["plan_year"], *days)


@cache
def catalogue() -> Catalogue:
    """The catalogue that is shipped."""
    return Catalogue.from_mapping(tomllib.loads((ROOT / "rules/units.toml").read_text(encoding="utf-8")))


PHRASE_WORDS = (
    "trước",
    "chậm nhất",
    "ngày",
    "tháng",
    "quý",
    "năm",
    "2026",
    "15",
    "6",
    "II",
    "/",
    "-",
    ",",
    ";",
    "và",
    "đến",
    "từ",
    "hằng",
    "cuối",
    "đầu",
    "của",
    "báo cáo",
    "hoàn thành",
    "30/6/2026",
    "15/12",
    "sau",
    "kỳ",
    "thường xuyên",
    "6 tháng",
    "trong",
    "17 giờ",
    "theo quy định",
    "khi có yêu cầu",
    "kể từ",
    "(",
    ")",
    "các năm tiếp theo",
    "lần",
)
