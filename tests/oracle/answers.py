"""Random answers: sound ones, with words that are found again wherever they turn up."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.oracle.judge import DONE, GOING, NIL, NOT_YET, Raw
from tests.oracle.plans import LEAD, Line, plain_due
from tests.oracle.unit_file import Setting, UnitFile

VERBS = ("Đã họp", "Đã tuyên truyền", "Đang rà soát", "Đã kiểm tra", "Đã phối hợp", "Đang vận động", "Đã ban hành")
_numbers = count(1000)


def marked(rng: Random, what: str = "") -> str:
    """Words that stand nowhere else: "… đợt số 1234"."""
    return f"{what or rng.choice(VERBS)} đợt số {next(_numbers)}"


def restart() -> None:
    """Begin to count anew, so that a round can be replayed by its seed alone."""
    global _numbers  # noqa: PLW0603  # one counter for a round
    _numbers = count(1000)


def day_in(rng: Random, setting: Setting, line: Line) -> date:
    """A day on which a line may have been done, in time and inside the period where that can be."""
    first, last = max(setting.plan.start, setting.period.first), min(setting.period.last, setting.cut_off)
    due = plain_due(line.task.roadmap)
    if due is not None and setting.plan.start <= due:
        last = min(last, due)
        first = min(first, last)
    last = max(last, first, setting.plan.start)
    return max(setting.plan.start, first) + timedelta(days=rng.randrange((last - first).days + 1))


def sound(rng: Random, setting: Setting, line: Line, fields: set[str], status: str | None = None) -> dict[str, Raw]:
    """An answer without fault."""
    status = status or rng.choice([DONE, DONE, GOING, GOING, NOT_YET, NIL])
    typed: dict[str, Raw] = {"trang_thai": status}
    due = plain_due(line.task.roadmap)
    if status == DONE:
        typed["ket_qua"] = marked(rng)
        if rng.random() < 0.7:
            typed["ngay_hoan_thanh"] = day_in(rng, setting, line)
        if rng.random() < 0.5 or "ngay_hoan_thanh" not in typed:
            typed["so_van_ban"] = f"{rng.randrange(1, 300)}/KH-UBND"
        if rng.random() < 0.5:
            typed["ty_le"] = 100
        if "gia_tri" in fields and line.task.minimum is not None:
            typed["gia_tri"] = line.task.minimum + rng.randrange(0, 3) if line.task.minimum < 90 else 100
    elif status == GOING:
        typed["ket_qua"] = marked(rng)
        if rng.random() < 0.6:
            typed["ty_le"] = rng.choice([12, 40, 62.5, 90])
    elif status == NOT_YET and rng.random() < 0.4:
        typed["ty_le"] = 0
    late = status in (GOING, NOT_YET) and due is not None and setting.cut_off > due
    if late or (status in (GOING, NOT_YET) and rng.random() < 0.3):
        typed[rng.choice(["kho_khan", "giai_trinh"])] = marked(rng, "Thiếu kinh phí")
    done = typed.get("ngay_hoan_thanh")
    if isinstance(done, date) and due is not None and done > due:
        typed["giai_trinh"] = marked(rng, "Chậm vì mưa lũ")
    if status != NIL and rng.random() < 0.15:
        typed["de_xuat"] = marked(rng, "Đề nghị hỗ trợ")
    return typed


def names(file: UnitFile, line: Line) -> set[str]:
    """The answer columns of a line's form."""
    return {item.name for item in file.appendix(line).fields}


def fill(file: UnitFile, share: float = 1.0) -> None:
    """Sound answers for a share of the lead lines and for a few coordinating ones."""
    rng = file.rng
    for line in file.lines():
        wanted = share if line.role == LEAD else 0.15
        if rng.random() < wanted:
            file.type_line(line, sound(rng, file.setting, line, names(file, line)))


def a_figure(rng: Random, item: dict[str, Any]) -> int | float:
    """A figure as an indicator wants it."""
    if item["unit"] == "%":
        return rng.choice([100, 87.5, 96])
    if item.get("type") in ("decimal", "money") and rng.random() < 0.5:
        return rng.randrange(1, 40_000) / 4
    return rng.choice([0, 1, rng.randrange(2, 60), rng.randrange(100, 5000)])


def fitting(rng: Random, file: UnitFile) -> dict[str, int]:
    """What has to be typed instead, so that the figures meet the rules that are errors."""
    typed, found = file.figures, dict[str, int]()

    def value(name: str) -> int | None:
        raw = found.get(name, typed.get(name, ""))
        return raw if isinstance(raw, int) else None

    def put(name: str, new: int) -> None:
        found[name] = new

    asked = {item["id"] for item in file.setting.plan.figures_of(file.unit)}
    for check in file.setting.plan.figure_checks:
        first, *others = check["fields"]
        if not asked >= {first, *others} or check["severity"] != "error":
            continue
        one = value(first)
        numbers = [value(name) for name in others]
        if check["kind"] == "needs_positive" and one and not numbers[0]:
            put(others[0], rng.randrange(1, 9))
        elif check["kind"] == "not_greater" and one is not None and numbers[0] is not None and one > numbers[0]:
            put(first, rng.randrange(0, numbers[0] + 1))
        elif check["kind"] == "sum_of_parts" and one is not None and None not in numbers:
            rest = one
            for name in others[:-1]:
                put(name, rng.randrange(0, rest + 1))
                rest -= found[name]
            put(others[-1], rest)
        elif check["kind"] == "balance" and one is not None and None not in numbers:
            more, less, left = others
            done = rng.randrange(0, one + (value(more) or 0) + 1)
            put(less, done)
            put(left, one + (value(more) or 0) - done)
    return found


def fill_extras(file: UnitFile) -> None:
    """Figures that fit each other, and words."""
    rng = file.rng
    for item in file.setting.plan.figures_of(file.unit):
        if rng.random() < 0.85:
            file.type_figure(item["id"], a_figure(rng, item))
    for name, value in fitting(rng, file).items():
        file.type_figure(name, value)
    for item in file.setting.plan.questions:
        if rng.random() < 0.5:
            file.type_words(item["id"], marked(rng, "Đơn vị còn thiếu người"))


def fill_all(file: UnitFile) -> None:
    """Every lead line answered, figures and words."""
    fill(file)
    fill_extras(file)
