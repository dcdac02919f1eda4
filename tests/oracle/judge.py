"""What a row's answers are worth, by the rules of the form files, read by ourselves.

Only what the contract leaves no doubt about is judged strictly; where it says "ask", the state is open and a finding is
needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.oracle.plans import ENDLESS, YEARLY, Field, Line, Plan, plain_due

DONE, GOING, NOT_YET, NIL = "Hoàn thành", "Đang thực hiện", "Chưa thực hiện", "Không phát sinh"
ANSWERED, BLANK, DELETED, RETURNED = "Đã trả lời", "Để trống", "Đơn vị xóa dòng", "Bị trả lại"
MISSING, UNASSIGNED, ADDED = "Chưa nộp", "Chưa giao", "Dòng thêm"
ACCOUNT = (ANSWERED, NIL, BLANK, DELETED, RETURNED, MISSING, UNASSIGNED)


@dataclass(frozen=True)
class Shown:
    """A number that Excel shows as something else: what the cell holds, its number format, what the unit may have seen
    (where the format alone says it), without blanks and leading zeros.
    """

    value: Any
    form: str
    seen: tuple[str, ...]


Raw = str | int | float | date | time | Shown
"""What was typed into a cell."""


@dataclass
class Judged:
    """``states``: what may become of the line; ``values``: field → what may stand in ``Dữ liệu`` (not compared where
    missing); ``asked``: fields whose cell must have a finding; ``error``: whether the file must be mended, ``None``
    where the contract leaves it open; ``status``, ``completed``, ``percent``: as understood.
    """

    states: set[str]
    values: dict[str, set[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    error: bool | None = False
    status: str | None = None
    completed: date | None = None
    percent: float | None = None


def plain(value: object) -> str:
    """A value as it is compared: days as dd/mm/yyyy, numbers without needless zeros, blanks as one."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return " ".join(str(value).split())


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def read_status(form: Field, raw: Raw) -> tuple[str | None, bool]:
    """(status, whether it was repaired); nothing where it is not in the list."""
    options = form.form["constraints"]["enum"]
    typed = folded(str(raw))
    for option in options:
        if raw == option:
            return option, False
        if typed == folded(option):
            return option, True
    for option, words in form.form["synonyms"].items():
        if typed in map(folded, words):
            return str(option), True
    return None, False


def read_number(raw: Raw, least: float | None, most: float | None) -> tuple[float | None, bool]:
    """(number, whether it was repaired); nothing where it is none or out of range."""
    repaired = False
    if isinstance(raw, str):
        if not re.fullmatch(r"-?\d+(,\d{1,2})?\s?%?", raw.strip()):  # 12,000 and 1.234 are doubtful
            return None, False
        raw, repaired = float(raw.strip(" %").replace(",", ".")), True
    if not isinstance(raw, int | float):
        return None, False
    if (least is not None and raw < least) or (most is not None and raw > most):
        return None, False
    return float(raw), repaired


def read_day(raw: Raw) -> tuple[date | None, bool]:
    """(day, whether it was repaired); nothing where it is no full day of the calendar."""
    if isinstance(raw, date):
        return raw, False
    if isinstance(raw, str) and (found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", raw.strip())):
        try:
            return date(int(found[3]), int(found[2]), int(found[1])), True
        except ValueError:
            return None, False
    return None, False


def _number(form: Field, raw: Raw, measure: str | None, found: Judged) -> float | None:
    limits = form.form.get("constraints", {})
    if isinstance(raw, Shown) and measure == "%":  # 2,5 shown as 250 % where the target is measured in %
        found.values[form.name] = {seen.strip("%") for seen in raw.seen}
        return None
    if isinstance(raw, Shown):
        found.asked.add(form.name)
        found.error = found.error or None
        return None
    number, repaired = read_number(raw, limits.get("minimum"), limits.get("maximum"))
    if number is None:
        found.error = True
        found.asked.add(form.name)
        found.values[form.name] = {plain(raw)}
        return None
    if repaired:
        found.asked.add(form.name)
    if form.form.get("format") == "percent" and 0 < number <= 1:
        found.asked.add(form.name)
        if found.error is False:
            found.error = None
        return None
    found.values[form.name] = {plain(number)}
    return number


def _day(form: Field, raw: Raw, plan: Plan, last: date, found: Judged) -> date | None:
    day, repaired = read_day(raw)
    found.values[form.name] = {plain(day if day else raw)}
    if isinstance(raw, int):  # a bare year in a cell for days: Excel shows the day with that number
        found.values[form.name].add(plain(date(1899, 12, 30) + timedelta(days=raw)))
    if day is None or not plan.start <= day <= plan.end:
        found.error = True
        found.asked.add(form.name)
        return None
    if repaired or day > last:
        found.asked.add(form.name)
    if day > last:  # after the window, perhaps after the file came: ``tests/cli/test_windows.py`` says when
        found.error = found.error or None
    return day


def judge(line: Line, forms: tuple[Field, ...], typed: dict[str, Raw], plan: Plan, last: date, cut_off: date) -> Judged:
    """What becomes of a line with these answers. ``last``: the last day that may be asked for without a question."""
    typed = {name: value for name, value in typed.items() if value != ""}
    found = Judged({BLANK})
    for form in forms:
        found.values[form.name] = {""}
    if not typed:
        return found
    by_name = {form.name: form for form in forms}
    for name, raw in typed.items():
        _cell(by_name[name], raw, line, plan, last, found)
    if found.error is not True and (fault := _rules(typed, found, line, plan, cut_off)) is not False:
        found.error = fault
    found.states = _states(found, typed)
    return found


def _cell(form: Field, raw: Raw, line: Line, plan: Plan, last: date, found: Judged) -> None:
    """What one cell says."""
    name = form.name
    if name == "trang_thai":
        found.status, repaired = read_status(form, raw)
        found.values[name] = {found.status or plain(raw)}
        if repaired or found.status is None:
            found.asked.add(name)
        if found.status is None:
            found.error = True
    elif form.type == "number":
        number = _number(form, raw, line.task.measure, found)
        if (
            number is None and form.name in found.asked and found.error is not True
        ):  # asked: what stands there meanwhile is open
            found.values.pop(name, None)
        if name == "ty_le":
            found.percent = number
    elif form.type == "date":
        found.completed = _day(form, raw, plan, last, found)
    elif isinstance(raw, Shown):
        found.values.pop(name)  # what is shown for it: see ``told.as_seen``
        found.asked.add(name)
        found.error = found.error or None
    else:
        found.values[name] = {plain(raw)}


def _rules(typed: dict[str, Raw], found: Judged, line: Line, plan: Plan, cut_off: date) -> bool | None:
    """The checks over the fields of a row: true for an error, nothing where the contract leaves it open."""
    status, completed, percent = found.status, found.completed, found.percent
    if status is None:
        return True
    result, proof = "ket_qua" in typed, "so_van_ban" in typed or "ngay_hoan_thanh" in typed
    wrong = {
        DONE: not result or not proof or (percent is not None and percent < 100),
        GOING: (percent or 0) > 99.99 or "ngay_hoan_thanh" in typed,
        NOT_YET: (percent or 0) > 0 or "ngay_hoan_thanh" in typed,
        NIL: "ngay_hoan_thanh" in typed,
    }[status]
    if wrong:
        return True
    if status == NIL or "kho_khan" in typed or "giai_trinh" in typed:
        return found.error
    due = plain_due(line.task.roadmap)
    if due is not None:
        late = (completed is not None and completed > due) if status == DONE else cut_off > due
        return True if late else found.error
    first = date(plan.start.year, 12, 31)
    certain = line.task.roadmap in ENDLESS or (line.task.roadmap in YEARLY and cut_off < first)
    return found.error if certain and (completed is None or completed < first) else None


def _states(found: Judged, typed: dict[str, Raw]) -> set[str]:
    if found.error:
        return {RETURNED}
    answered = {ANSWERED}
    if found.status == NIL:
        answered = {NIL} if set(typed) == {"trang_thai"} else {NIL, ANSWERED}
    return answered | ({RETURNED} if found.error is None else set())


def deadline(line: Line, state: str, found: Judged, plan: Plan, cut_off: date) -> set[str] | None:
    """What may stand under ``Tình trạng hạn``; nothing where the phrase is not ours to judge."""
    if state == NIL:
        return {"Chưa phát sinh"}
    if line.task.roadmap in ENDLESS:
        return {"Không có hạn"}
    done = state == ANSWERED and found.status == DONE
    due = plain_due(line.task.roadmap)
    if due is None:
        if line.task.roadmap not in YEARLY or cut_off >= date(plan.start.year, 12, 31):
            return None
        if done and found.completed is not None and found.completed > date(plan.start.year, 12, 31):
            return {"Hoàn thành muộn"}
        early = {"Hoàn thành đúng hạn", "Chưa xác định"} if done else {"Trong hạn", "Sắp đến hạn", "Chưa phát sinh"}
        return early | {"Chưa xác định"}
    if done:
        if found.completed is not None:
            return {"Hoàn thành đúng hạn"} if found.completed <= due else {"Hoàn thành muộn"}
        return {"Hoàn thành đúng hạn"} if cut_off <= due else {"Chưa xác định"}
    if cut_off > due:
        return {"Quá hạn"}
    return {"Trong hạn", "Sắp đến hạn"}
