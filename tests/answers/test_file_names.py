"""What a file's name clearly says, and what it does not say."""

from __future__ import annotations

import pytest

from danvan_xl.round.file_names import UnitNames, period_in_name, units_in_name
from danvan_xl.rules.loader import load_rules

PLAN = load_rules("gia-loc").plan
NAMES = [
    ("gia-loc_2026-H1_KT.xlsx", {"KT"}),
    ("BC_danvan_6T_2026_VHXH.xlsx", {"VHXH"}),
    ("TTPVHCC - BC dan van 6 thang 2026.xlsx", {"PVHCC"}),
    ("CAX Gia Loc - BC dan van 6 thang.xlsx", set()),
    ("Bao cao dan van 6T - Van phong (ban chinh thuc).xlsx", {"VP"}),
    ("Phòng Kinh tế gửi Văn phòng.xlsx", {"KT"}),
    ("BC gui van phong.xlsx", set()),
    ("z6711203_bieu mau DVSNC.xlsx", {"DVSNC"}),
    ("BC KT 6T.xlsx", set()),
    ("Mau bc (1).xlsx", set()),
    ("Công an xã và BCH Quân sự.xlsx", {"CA", "QS"}),
    ("vp.xlsx", set()),
    ("tra-lai_2026-H1_VP.xlsx", {"VP"}),
]


@pytest.mark.parametrize(("name", "units"), NAMES)
def test_a_unit_is_named_by_whole_words_only(name: str, units: set[str]) -> None:
    assert units_in_name(name, UnitNames.of(PLAN)) == units


PERIODS = [
    ("gia-loc_2026-H1_KT.xlsx", "half", "2026-H1"),
    ("BC 2026.xlsx", "half", None),
    ("BC_T6_2026.xlsx", "half", None),
    ("BC_T6_2026.xlsx", "month", "2026-06"),
    ("BC tháng 5 năm 2026.xlsx", "month", "2026-05"),
    ("BC Quý 2.2026.xlsx", "quarter", "2026-Q2"),
    ("BC 2026-06-15.xlsx", "month", None),
    ("BC 2026-06-15.xlsx", "half", None),
    ("2026-H1 2026-H2.xlsx", "half", None),
]


@pytest.mark.parametrize(("name", "kind", "period"), PERIODS)
def test_a_period_is_named_as_an_id_or_in_words_of_its_kind(name: str, kind: str, period: str | None) -> None:
    assert period_in_name(name, kind) == period  # type: ignore[arg-type]
