"""What units of the benchmark corpus are called and what they write: varied, plausible, the same for the same seed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from danvan_xl.model import Target, TargetKind, Task
from danvan_xl.model.submission import OwnLine, Typed, Value
from danvan_xl.model.targets import Part

DONE, DOING, NOT_YET, NIL = "Hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Không phát sinh"
STATES = (DONE, DOING, NOT_YET, NIL)
WEIGHTS = (55, 30, 8, 7)
FIRST_DAY, LAST_COMPLETION = date(2026, 1, 5), date(2026, 6, 10)

WORDS: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def unit_name(number: int) -> tuple[str, str]:
    """Name and short name of the generated unit ``number``; no two alike."""
    kinds, places = WORDS["kinds"], WORDS["places"]
    kind, place = kinds[number % len(kinds)], places[number // len(kinds) % len(places)]
    name = f"{kind} {place} {number:05d}"
    return name, name.replace("Trường ", "")[:24]


def _sentence(random: Random) -> str:
    words = f"{random.choice(WORDS['verbs'])} {random.choice(WORDS['things'])}{random.choice(WORDS['results'])}"
    return words.format(a=random.randint(15, 640), b=random.randint(2, 14), c=random.randint(71, 99))


def _result(random: Random) -> str:
    return ". ".join(_sentence(random) for _ in range(random.choice((1, 1, 2, 2, 3)))) + "."


def _paper(random: Random) -> str:
    return f"{random.randint(1, 320)}/{random.choice(WORDS['papers'])}"


def _day(random: Random) -> date:
    return FIRST_DAY + timedelta(random.randrange((LAST_COMPLETION - FIRST_DAY).days))


def line_values(random: Random, task: Task | None) -> dict[str, Value]:
    """A sound answer to one line."""
    state = random.choices(STATES, WEIGHTS)[0]
    values: dict[str, Value] = {"trang_thai": state}
    if state == NIL:
        return values
    if state == DONE:
        values |= {
            "ty_le": 100,
            "ket_qua": _result(random),
            "so_van_ban": _paper(random),
            "ngay_hoan_thanh": _day(random),
        }
        if task is not None and task.target is not None and task.target.minimum is not None:
            values["gia_tri"] = task.target.minimum + random.randint(0, 3)
    elif state == DOING:
        values |= {"ty_le": random.randint(15, 95), "ket_qua": _result(random), "so_van_ban": _paper(random)}
    else:
        values |= {"ty_le": 0}
    if state != DONE or random.random() < 0.1:
        values["kho_khan"] = random.choice(WORDS["troubles"])
    if random.random() < 0.15:
        values["de_xuat"] = random.choice(WORDS["proposals"])
    return values


def _repaired(values: dict[str, Value]) -> None:
    """Write an answer as people do; reading it makes repairs."""
    day = values.get("ngay_hoan_thanh")
    if isinstance(day, date):
        values["ngay_hoan_thanh"] = f"{day.day}/{day.month}/{day.year}"
    if values["trang_thai"] == DONE:
        values["trang_thai"] = "đã xong"
    elif values["trang_thai"] == DOING:
        values |= {"trang_thai": "đang làm", "ty_le": f"{values['ty_le']},5%"}


def _spoil(lines: Mapping[str, dict[str, Value]], number: int) -> None:
    """Of a hundred files, four get repairs, three warnings, and one an error (it goes back to its unit)."""
    if number % 25 == 7:
        for values in lines.values():
            _repaired(values)
    if number % 33 == 13:
        for values in list(lines.values())[::8]:
            if "so_van_ban" in values:
                values["so_van_ban"] = "công văn gửi tháng 3"
    if number % 100 == 50:
        done = next(values for values in lines.values() if values["trang_thai"] == DONE)
        done["ty_le"] = 80


def answers(seed: int, number: int, unit: str, tasks: Mapping[str, Task], own: int = 0) -> Typed:
    """What unit ``number`` types: every line (line id → task), figures, words, and ``own`` lines of its own."""
    random = Random(f"{seed}:{unit}")
    lines = {line: line_values(random, task) for line, task in tasks.items()}
    _spoil(lines, number)
    added = tuple(
        OwnLine("PL2", f"{_sentence(random)} (việc {i})", line_values(random, None)) for i in range(1, own + 1)
    )
    meetings, signed, received = random.randint(1, 20), random.randint(0, 5), random.randint(0, 40)
    figures: dict[str, Any] = {
        "van_ban": random.randint(0, 12), "tuyen_truyen": meetings, "luot_nguoi": meetings * random.randint(20, 90),
        "mo_hinh_dang_ky": signed, "mo_hinh_cong_nhan": random.randint(0, signed), "doi_thoai": random.randint(0, 3),
        "tiep_cong_dan": random.randint(0, 26), "don_nhan": received, "don_giai_quyet": random.randint(0, received),
    }  # fmt: skip
    figures |= {
        "tap_huan_lop": signed, "tap_huan_nguoi": signed * 35, "doi_thoai_nguoi": figures["doi_thoai"] * 60,
        "doi_thoai_y_kien": figures["doi_thoai"] * 9, "doi_thoai_tra_loi": figures["doi_thoai"] * 8,
        "tiep_dinh_ky": figures["tiep_cong_dan"], "tiep_luot": figures["tiep_cong_dan"] * 2, "don_kien_nghi": received,
        "don_ton_cuoi": received - figures["don_giai_quyet"],
    }  # fmt: skip
    words = {
        "kho_khan": random.choice(WORDS["troubles"]),
        "kien_nghi": random.choice(WORDS["proposals"]),
        "nhiem_vu_ky_sau": _result(random),
    }
    return Typed(lines=lines, own=added, figures=figures, words=words)


def with_the_rest(typed: Typed, figures: Iterable[str], targets: Iterable[Target]) -> Typed:
    """The answers, with 0 for the other indicators that the unit is asked for, and what it gives for its targets."""
    return replace(
        typed,
        figures={**dict.fromkeys(figures, 0), **typed.figures},
        targets={target.id: _reached(target) for target in targets},
    )


def _reached(target: Target) -> dict[Part, Value]:
    """What a unit gives for a target that it reaches."""
    if target.kind is TargetKind.RATIO:
        return {"numerator": 12, "denominator": 12}
    if target.kind is TargetKind.REACHED:
        return {"document": "45/QĐ-UBND", "day": date(2026, 5, 20)}
    if target.kind is TargetKind.RANK:
        return {"value": target.classes[0] if target.classes else int(target.at_most or 1)}
    return {"value": target.minimum if target.minimum is not None else 50}
