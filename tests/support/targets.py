"""A plan with a target of every kind, and what units say of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.summary import summarise
from danvan_xl.merging.targets_reached import TargetReached
from danvan_xl.model import Target, TargetKind
from danvan_xl.round.round import Round
from tests.support.rounds import a_round, fill, read, sound_answers

HAND = ("VHXH", "KT", "VP")
K = TargetKind

MODELS = Target("PL1.I.1:1", K.COUNT, "Mô hình được công nhận", "x", "mô hình", 3, whole=True, asked=HAND, yearly=True)
EACH = Target("PL1.I.1:2", K.COUNT, "Hội nghị tuyên truyền", "x", "hội nghị", 2, whole=True, each=True, asked=HAND)
FILES = Target(
    "PL1.II.1:1", K.RATIO, "Hồ sơ đúng hạn", "x", "%", 95, whole=True, asked=HAND,
    numerator="Hồ sơ giải quyết đúng hạn", denominator="Hồ sơ đã giải quyết",
)  # fmt: skip
TRAINED = replace(FILES, id="PL1.II.1:2", title="Người được bồi dưỡng", minimum=100)
SATISFIED = Target("PL1.II.1:3", K.MEASURED, "Mức độ hài lòng", "x", "%", 90, asked=("VHXH",))
RANK = Target("PL1.II.1:4", K.RANK, "Chỉ số cải cách hành chính", "x", at_most=5, asked=("VHXH",))
CLASS = Target("PL1.II.1:5", K.RANK, "Xếp loại dân vận", "x", classes=("Tốt", "Xuất sắc"), asked=("VHXH",))
LOOSE = Target("PL1.II.1:6", K.RANK, "Chỉ số hài lòng", "x", required="thứ hạng tốt", asked=("VHXH",))
STANDARD = Target("PL1.II.1:7", K.REACHED, "Chính quyền thân thiện", "x", required="đạt chuẩn", asked=("VHXH",))
PLANS = Target("PL1.II.2:1", K.UNITS, "Đơn vị ban hành kế hoạch", "x", "%", 100)

ALL = (MODELS, EACH, FILES, TRAINED, SATISFIED, RANK, CLASS, LOOSE, STANDARD, PLANS)

Said = Mapping[str, Mapping[str, Any]]
"""Target → part → what is typed."""


def round_of(*targets: Target, plan: str = "gia-loc", period: str = "2026-H1") -> Round:
    """The round of a plan that asks for these targets and no others."""
    current = a_round(plan, period, owned=plan == "gia-loc")
    appendices = tuple(
        replace(
            item,
            tasks=tuple(
                replace(task, targets=tuple(t for t in targets if t.id.partition(":")[0] == task.id))
                for task in item.tasks
            ),
        )
        for item in current.plan.appendices
    )
    made, (given,) = current.__reduce__()
    return made(replace(given, plan=replace(current.plan, appendices=appendices)))


def filled(path: Path, current: Round, unit: str, said: Said) -> Path:
    """The unit's template with sound answers, and this for its targets."""
    return fill(path, current, unit, replace(sound_answers(current, unit), targets=said))


def merged(folder: Path, current: Round, units: Mapping[str, Said]) -> Consolidation:
    """What units say of targets, read from real templates and merged; the others are silent."""
    files = [read(filled(folder / f"{unit}.xlsx", current, unit, said), current) for unit, said in units.items()]
    return merge(current, files)


def reached(result: Consolidation, target: Target) -> TargetReached:
    """What became of a target."""
    return next(item for item in summarise(result).targets if item.item.target.id == target.id)
