"""Example answers as TOML: what a unit typed, when the file arrived, under which name (``demo_data``, tests)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from msgspec import Struct

from danvan_xl.model.submission import OwnLine, Typed


class ExampleFile(Struct, frozen=True):
    """One unit's example: ``version`` and ``without`` describe an older template that lacked some tasks."""

    unit: str
    received: datetime
    file: str
    typed: Typed
    version: int | None = None
    without: tuple[str, ...] = ()


def example_from_mapping(data: Mapping[str, Any]) -> ExampleFile:
    """An example from its parsed file."""
    unit = data["unit"]
    own = tuple(
        OwnLine(item["appendix"], item["text"], {k: v for k, v in item.items() if k not in ("appendix", "text")})
        for item in data.get("own", ())
    )
    typed = Typed(
        lines={f"{task}@{unit}": values for task, values in data.get("lines", {}).items()},
        own=own,
        figures=data.get("figures", {}),
        words=data.get("words", {}),
        targets=data.get("targets", {}),
        nil="nil" in data,
        nil_reason=data.get("nil", ""),
    )
    template = data.get("template", {})
    return ExampleFile(
        unit, data["received"], data["file"], typed, template.get("version"), tuple(template.get("without", ()))
    )


def examples(plan: str, period: str) -> tuple[ExampleFile, ...]:
    """The examples shipped for a plan and period, by unit."""
    folder = files("danvan_xl.rules").joinpath("demo_data", plan, period)
    found = [item for item in folder.iterdir() if item.name.endswith(".toml")]
    found.sort(key=lambda item: item.name)
    return tuple(example_from_mapping(tomllib.loads(item.read_text(encoding="utf-8"))) for item in found)
