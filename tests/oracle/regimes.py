"""Which periods a plan's regime asks for, when they are due, and the day up to which their data run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.oracle.plans import Plan, last_day, read_toml

HANOI = timezone(timedelta(hours=7))


def today() -> date:
    """The day in Việt Nam, which is the commands' today wherever they run."""
    return datetime.now(HANOI).date()


MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
NUMBERS = {"month": 12, "quarter": 4, "half": 2, "year": 1}


@dataclass(frozen=True)
class Period:
    """A period. ``due``: the last day in time, ``mark``: the day named after "trước"; ``ends``: what may end the data
    (windows and due days of its reports); ``nested``: its day is another report's.
    """

    id: str
    kind: str
    year: int
    first: date
    last: date
    due: date | None
    mark: date | None
    ends: tuple[date, ...]
    nested: bool

    def cut_off(self, today: date, due: date | None) -> date:
        """The earliest of window's end, due day and today; ``due``: the day that the office set."""
        return min([*self.ends, *([due] if due else []), today])


def _id(kind: str, year: int, number: int) -> str:
    return {"month": f"{year}-{number:02}", "quarter": f"{year}-Q{number}", "half": f"{year}-H{number}"}.get(
        kind, str(year)
    )


def _day(rule: dict[str, Any], year: int, month: int) -> date:
    """A day counted from the last month of the period."""
    index = (year + rule.get("years", 0)) * 12 + rule.get("month", month) - 1 + rule.get("months", 0)
    end = last_day(index // 12, index % 12 + 1)
    return date(end.year, end.month, min(rule["day"], end.day))


def periods(plan: Plan, year: int) -> list[Period]:
    """The periods of one year, those of several reports once."""
    raw = read_toml("regimes", plan.regime)
    found: dict[str, Period] = {}
    for report in raw["report"]:
        kind = report["kind"]
        for number in report.get("numbers", range(1, NUMBERS[kind] + 1)):
            month = number * MONTHS[kind]
            first = date(year, month - MONTHS[kind] + 1, 1)
            last = last_day(year, month)
            if last < plan.start or first > plan.end:
                continue
            rule = report.get("due")
            named = _day(rule, year, month) if rule else None
            due = named - timedelta(days=1) if named and rule["op"] == "<" else named
            end = report.get("window", {}).get("to")
            window = {"report_date": due, "period_end": last}.get(end) if isinstance(end, str) else None
            if isinstance(end, dict):
                window = _day(end, year, month)
            nested = any(item["number"] == number for item in report.get("nest", ()))
            key = _id(kind, year, number)
            before = found.get(key)
            ends = tuple(day for day in (window, due) if day) + (before.ends if before else ())
            found[key] = Period(
                key, kind, year, first, last,
                due or (before.due if before else None),
                named or (before.mark if before else None),
                ends, nested or bool(before and before.nested),
            )  # fmt: skip
    return list(found.values())
