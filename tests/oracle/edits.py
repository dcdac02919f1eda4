"""What units do to a cell: answers that are wrong, doubtful or written another way.

An edit changes what the unit typed; ``judge`` says what becomes of it. A function takes a filled file and a free line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from tests.oracle.answers import day_in, marked, names, sound
from tests.oracle.judge import DONE, GOING, NIL, Raw, Shown
from tests.oracle.plans import Line, plain_due
from tests.oracle.unit_file import UnitFile


def _base(file: UnitFile, line: Line, status: str) -> dict[str, Raw]:
    typed = sound(file.rng, file.setting, line, names(file, line), status)
    if status in (DONE, GOING):
        typed["giai_trinh"] = marked(file.rng, "Lý do")
    return typed


def _done(file: UnitFile, line: Line, **more: Raw) -> dict[str, Raw]:
    return {**_base(file, line, DONE), **more}


def status_unknown(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "trang_thai": file.rng.choice(["Sắp xong", "x", "OK", "tốt", "100%", "Đạt"])}


def status_vague(file: UnitFile, line: Line) -> dict[str, Raw]:
    never = file.appendix(line).fields[0].form["never"]
    return {**_base(file, line, GOING), "trang_thai": file.rng.choice(never).capitalize()}


def status_synonym(file: UnitFile, line: Line) -> dict[str, Raw]:
    meant = file.rng.choice([DONE, GOING])
    typed = _base(file, line, meant)
    typed["trang_thai"] = file.rng.choice(file.appendix(line).fields[0].form["synonyms"][meant])
    return typed


def status_case(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "trang_thai": file.rng.choice(["ĐANG THỰC HIỆN", "đang thực hiện"])}


def percent_out_of_range(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "ty_le": file.rng.choice([150, -5, 101, 1000])}


def percent_words(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "ty_le": file.rng.choice(["năm mươi", "khoảng 95", "gần xong", "50-60"])}


def percent_typed(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "ty_le": file.rng.choice(["95,5", "95,5%", "40 %", "62,5"])}


def percent_doubtful(file: UnitFile, line: Line) -> dict[str, Raw]:
    """A bare 1 or 0,95: one per cent, or all of it?"""
    return {**_base(file, line, GOING), "ty_le": file.rng.choice([1, 0.95, 0.5])}


def percent_against_status(file: UnitFile, line: Line) -> dict[str, Raw]:
    return _done(file, line, ty_le=file.rng.choice([50, 99]))


def day_after_plan(file: UnitFile, line: Line) -> dict[str, Raw]:
    return _done(file, line, ngay_hoan_thanh=file.setting.plan.end + timedelta(days=file.rng.randrange(1, 400)))


def day_after_period(file: UnitFile, line: Line) -> dict[str, Raw]:
    day = file.setting.period.last + timedelta(days=file.rng.randrange(1, 60))
    return _done(file, line, ngay_hoan_thanh=day)


def day_as_text(file: UnitFile, line: Line) -> dict[str, Raw]:
    day = day_in(file.rng, file.setting, line)
    return _done(file, line, ngay_hoan_thanh=f"{day.day}/{day.month}/{day.year}")


def day_impossible(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed: list[Raw] = ["31/6/2026", "30/2/2026", "6/2026", "tháng 6", 2026, "15/13/2026", "cuối quý"]
    return _done(file, line, ngay_hoan_thanh=file.rng.choice(typed))


def day_before_done(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {**_base(file, line, GOING), "ngay_hoan_thanh": day_in(file.rng, file.setting, line)}


def done_late_without_reason(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = sound(file.rng, file.setting, line, names(file, line), DONE)
    due = plain_due(line.task.roadmap)
    if due is not None and due < file.setting.plan.end:
        typed["ngay_hoan_thanh"] = due + timedelta(days=1)
        typed.pop("giai_trinh", None)
        typed.pop("kho_khan", None)
    return typed


def open_without_reason(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = sound(file.rng, file.setting, line, names(file, line), GOING)
    typed.pop("giai_trinh", None)
    typed.pop("kho_khan", None)
    return typed


def no_result(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = _base(file, line, DONE)
    del typed["ket_qua"]
    return typed


def no_proof(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = _base(file, line, DONE)
    typed.pop("so_van_ban", None)
    typed.pop("ngay_hoan_thanh", None)
    return typed


def no_status(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {"ket_qua": marked(file.rng)}


def nil_with_result(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {"trang_thai": NIL, "ket_qua": marked(file.rng)}


def words_as_numbers(file: UnitFile, line: Line) -> dict[str, Raw]:
    """What Excel makes of "50%", "5/6", "6/2026" and "8:30" typed as words."""
    typed = _base(file, line, GOING)
    typed["ket_qua"] = file.rng.choice([
        Shown(0.5, "0%", ("50%",)),
        Shown(0.125, "0.0%", ("12.5%", "12,5%")),
        Shown(date(2026, 6, 5), "d/m", ("5/6", "5/06")),
        Shown(date(2026, 6, 5), "dd/mm", ("5/06", "5/6")),
        Shown(date(2026, 6, 1), "m/yyyy", ("6/2026",)),
        Shown(date(2026, 6, 1), "mm/yyyy", ("6/2026",)),
        Shown(time(8, 30), "h:mm", ("8:30",)),
    ])  # fmt: skip
    return typed


def value_in_percent(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = _base(file, line, GOING)
    if "gia_tri" in names(file, line):
        typed["gia_tri"] = Shown(2.5, "0%", ("250%",))
    return typed


def value_words(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = _base(file, line, GOING)
    if "gia_tri" in names(file, line):
        typed["gia_tri"] = file.rng.choice(["khoảng 5", "vài", "nhiều"])
    return typed


def long_words(file: UnitFile, line: Line) -> dict[str, Raw]:
    typed = _base(file, line, GOING)
    typed["ket_qua"] = "\n".join(marked(file.rng, f"- Việc {n}:") for n in range(file.rng.randrange(2, 6)))
    return typed


def nothing(file: UnitFile, line: Line) -> dict[str, Raw]:
    return {}


TYPING: tuple[Callable[[UnitFile, Line], dict[str, Raw]], ...] = (
    status_unknown, status_vague, status_synonym, status_case, percent_out_of_range, percent_words, percent_typed,
    percent_doubtful, percent_against_status, day_after_plan, day_after_period, day_as_text, day_impossible,
    day_before_done, done_late_without_reason, open_without_reason, no_result, no_proof, no_status, nil_with_result,
    words_as_numbers, value_in_percent, value_words, long_words, nothing,
)  # fmt: skip


def type_something(file: UnitFile) -> None:
    """One of these edits on a free line."""
    free = [line for line in file.free if line.id not in _touched(file)]
    if not free:
        return
    line, edit = file.rng.choice(free), file.rng.choice(TYPING)
    file.type_line(line, edit(file, line))
    file.did(f"{edit.__name__} {line.id}")


def _touched(file: UnitFile) -> set[str]:
    """Lines that a typing edit has changed already."""
    return {part for text in file.edits for part in text.split() if "@" in part}


# ---- figures ------------------------------------------------------------------------------------------------------

GOOD_TEXT = ("12", " 7 ")
DOUBTFUL: tuple[Raw, ...] = ("khoảng 12", "12 cuộc rưỡi", -3, 12.5, "12,000", "nhiều", 2_000_000)


def wrong_figure(file: UnitFile) -> None:
    """A figure that can't be counted: it is told, and not summed."""
    indicator = file.rng.choice(ALONE)
    raw = file.rng.choice(DOUBTFUL)
    file.type_figure(indicator, raw)
    file.did(f"wrong_figure {indicator} {raw!r}")


ALONE = ("van_ban", "khen_tap_the", "kiem_tra_vi_pham")
"""Indicators that no rule compares with another one."""
