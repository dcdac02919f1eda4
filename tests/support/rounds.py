"""Rounds of the shipped plans, and templates filled in as a unit would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from danvan_xl.answers.one_file import read_submission
from danvan_xl.intake.read import read_workbook
from danvan_xl.model import IndicatorKind, Line, Role, TargetKind
from danvan_xl.model.reported import Reported
from danvan_xl.model.submission import Submission, Typed
from danvan_xl.model.targets import Part
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import ExtraUnit, Settings
from danvan_xl.round.asked import asked_targets
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import AskedTarget
from danvan_xl.rules.loader import load_rules
from danvan_xl.rules.obligations import obligations
from danvan_xl.rules.regimes import regime_from_mapping
from danvan_xl.workbooks.template.writer import TemplateOptions, write_template

PLANS = ("gia-loc", "thach-khoi", "phu-thinh", "nq55")
OWNERS = {"X_DU_UBND": "VP"}
VILLAGES = {"phu-thinh": "G_XOM", "nq55": "G_THON"}
"""Plans that name villages; in the others a unit that the workspace adds joins all the others."""


@cache
def a_round(plan: str = "gia-loc", period: str = "2026-H1", *, villages: int = 0, owned: bool = False) -> Round:
    """A round of a shipped plan. ``villages``: units that a workspace adds; ``owned``: group 11 has its owner."""
    group = VILLAGES.get(plan, "G_ALL")
    extra = tuple(ExtraUnit(f"THON_{n}", f"Thôn {n}", f"Thôn {n}", groups=(group,)) for n in range(1, villages + 1))
    return open_round(Job(Settings(plan, period, owners=OWNERS if owned else {}, units=extra)))


@cache
def periods(plan: str) -> tuple[str, ...]:
    """Every period that the plan's regime asks for in the plan's first year."""
    rules = load_rules(plan)
    found = obligations(regime_from_mapping(rules.regime), rules.plan.start.year, issued=rules.plan.in_force_from)
    return tuple(dict.fromkeys(item.period.id for item in found))


def sound_values(line: Line, current: Round, turn: int = 0) -> dict[str, Any]:
    """An answer without fault for a line; ``turn`` chooses among done, under way, not begun and nothing arisen."""
    day = max(current.plan.start, (current.window or (current.period.first,))[0])
    due = current.due[line.task.id]
    if due is not None and current.plan.start <= due:
        day = min(day, due)
    window = current.window
    explained = {} if window is None or day >= window[0] else {"giai_trinh": "Đã báo cáo kỳ trước"}
    values: tuple[dict[str, Any], ...] = (
        {"trang_thai": "Hoàn thành", "ty_le": 100, "ket_qua": f"Đã làm xong {line.task.id}", "ngay_hoan_thanh": day,
         "so_van_ban": "12/KH-UBND", **explained},
        {"trang_thai": "Đang thực hiện", "ty_le": 40.5, "ket_qua": "Đang làm", "kho_khan": "Thiếu kinh phí"},
        {"trang_thai": "Chưa thực hiện", "ty_le": 0, "giai_trinh": "Chờ hướng dẫn"},
        {"trang_thai": "Không phát sinh"},
    )  # fmt: skip
    chosen = dict(values[turn % 4])
    if chosen["trang_thai"] == "Không phát sinh" and current.must_be_done(line.task):
        chosen["giai_trinh"] = "Xã chưa giao trong kỳ"
    target = line.task.target
    if chosen["trang_thai"] == "Hoàn thành" and target is not None and target.minimum is not None:
        chosen["gia_tri"] = target.minimum
    return chosen


PARTS_WITHOUT = ("tiep_dot_xuat", "don_to_cao", "don_kien_nghi")
"""Indicators that are 0, so that the parts of a whole of 7 make 7."""


def sound_figures(current: Round, unit: str) -> dict[str, int]:
    """A figure for everything that a unit is asked for: 7 each, 0 for some parts."""
    return {item.id: 0 if item.id in PARTS_WITHOUT else 7 for item in current.figures_of(unit)}


def sound_answers(current: Round, unit: str) -> Typed:
    """Answers without fault for everything that the unit leads, and for its first coordinating line."""
    lines = list(current.by_unit[unit].values())
    wanted = [line for line in lines if line.role is Role.LEAD]
    wanted += [line for line in lines if line.role is Role.COORDINATE][:1]
    questions = current.forms[current.plan.difficulties].questions if current.plan.difficulties else ()
    return Typed(
        lines={line.id: sound_values(line, current, turn) for turn, line in enumerate(wanted)},
        figures=sound_figures(current, unit),
        words={item.id: f"Trả lời {item.id}" for item in questions},
        targets={item.target.id: sound_target(item, current) for item in asked_targets(current, unit)},
    )


def sound_target(item: AskedTarget, current: Round) -> dict[Part, Any]:
    """What a unit gives for a target that it reaches."""
    target = item.target
    if target.kind is TargetKind.RATIO:
        return {"numerator": 40, "denominator": 40}
    if target.kind is TargetKind.REACHED:
        return {"document": "12/QĐ-UBND", "day": max(current.plan.start, min(current.as_of, current.period.last))}
    if target.kind is TargetKind.RANK:
        return {"value": target.classes[0] if target.classes else int(target.at_most or 1)}
    return {"value": target.minimum if target.minimum is not None else 50}


def reported_of(current: Round, unit: str) -> dict[str, Reported]:
    """What shorter reports brought of a unit's flows: in turn a part, all, and a gap between them."""
    first, last = date(2025, 12, 15), date(2026, 12, 14)
    flows = [item.id for item in current.figures_of(unit) if item.kind is IndicatorKind.FLOW]
    kinds = (
        Reported((first, last), 1234567, date(2026, 9, 14)),
        Reported((first, last), 98765.25, last),
        Reported((first, last), missing=((first, date(2026, 3, 14)), (date(2026, 6, 15), date(2026, 9, 14)))),
    )
    return {name: kinds[number % len(kinds)] for number, name in enumerate(flows)}


def fill(path: Path, current: Round, unit: str, typed: Typed | None = None) -> Path:
    """The unit's template with what it typed; sound answers where nothing is given."""
    typed = sound_answers(current, unit) if typed is None else typed
    write_template(path, current, current.plan.unit(unit), TemplateOptions(typed=typed))
    return path


def one_line(current: Round, line: str, values: Mapping[str, Any]) -> Typed:
    """Sound answers of the line's unit, but for one line."""
    typed = sound_answers(current, line.partition("@")[2])
    return replace(typed, lines={**typed.lines, line: values})


def read(path: Path, current: Round) -> Submission:
    """What ``check`` makes of a file."""
    return read_submission(read_workbook(path), current)


def told(
    submission: Submission, severities: Sequence[str] = ("blocker", "error", "warning")
) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of what was found, without the repairs."""
    return sorted(
        (item.code, item.location.sheet or "", item.location.cell or "")
        for item in submission.findings
        if item.severity.value in severities
    )


def day(value: str) -> date:
    """``15/06/2026`` → the day."""
    number, month, year = value.split("/")
    return date(int(year), int(month), int(number))
