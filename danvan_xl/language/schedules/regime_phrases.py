"""Rules of a reporting regime in words: data windows, reports nested in others, lists of reports.

The days that such phrases leave out are those of their regime: the commune plan of Phú Thịnh 2026, III.7, and NĐ
09/2019/NĐ-CP Đ.12-13, given here as data.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from danvan_xl.language.schedules.normalise import Phrase, fold
from danvan_xl.language.schedules.patterns import Pattern
from danvan_xl.language.schedules.spans import ONE_DAY, day_of
from danvan_xl.language.schedules.tokens import ROMAN
from danvan_xl.model.schedule import Schedule, ScheduleContext

NESTED_MONTHS = frozenset({9, 12})
"""Months without a report of their own: theirs is part of the report for quarter III or the year (Phú Thịnh III.7)."""
DUE_OF: dict[str, tuple[int, int]] = {
    "Q1": (3, 18), "Q2": (6, 18), "Q3": (9, 18), "Q4": (12, 18), "H1": (6, 13), "Y": (11, 13),
}  # fmt: skip
"""Month and day on which the regime's reports are due (Phú Thịnh III.7, strict reading)."""
WINDOWS_BY_DUE_DAY: dict[int, dict[str, str]] = {
    20: {"Q1": "15/12-14/3", "H1": "15/12-14/6", "Q3": "15/6-14/9", "Y": "15/12-14/12"}
}
"""Data windows of the reports due on a day of the last month of their period (581/BNV-CCHC; NĐ 09/2019 Đ.12)."""
FULL_YEAR = {"from_": "01/01/Y", "to": "31/12/Y"}


_DATA = Pattern(
    r"(?:mốc |thời gian |thời điểm |kỳ |chốt )*(?:lấy |chốt |tổng hợp )*số liệu"
    r"(?: thống kê| báo cáo| tổng hợp)*(?: được)?(?: tính| lấy| chốt| thống kê)*:? "
)
_UNNAMED = Pattern(r"(?=(?:tính )?từ ngày .*(?:tháng trước|năm trước|kỳ báo cáo))")
_WINDOW = Pattern(r"(?:tính )?(?:kể )?từ (?P<from>.+?) (?:đến|tới|đến hết|cho đến) (?P<to>(?!.* (?:đến|tới) ).+?)\.?")
_CLOSED = Pattern(r"(?:chốt )?(?:0?3 tháng (?:trong|của) quý|(?:trong|cả) quý|(?:đến )?hết quý)\.?")
_UP_TO = Pattern(r"(?:chốt )?(?:đến|tới|đến hết|vào)? ?(?P<to>ngày .+?)\.?")
_DAY = r"(?:hết )?(?:ngày )?(?P<day>\d{1,2})"
_PREVIOUS = r"(?:trước|liền trước|trước đó|trước liền kề)(?: kỳ báo cáo| năm báo cáo| liền kề)?"
_DAY_MONTH = _DAY + r"(?:[/.\-]| tháng )(?P<month>\d{1,2})"
_POINTS: tuple[tuple[Pattern, str], ...] = (
    (Pattern(r"(?:thời điểm|ngày|kỳ) báo cáo"), "report"),
    (Pattern(_DAY + r" (?:của )?tháng " + _PREVIOUS), "previous_month"),
    (Pattern(_DAY + r" (?:của )?tháng(?:(?: thuộc)?(?: kỳ)? báo cáo| này| hiện tại)?"), "month"),
    (
        Pattern(_DAY + r" (?:của )?tháng cuối (?:của )?(?:quý|kỳ)(?:(?: thuộc)?(?: kỳ)? báo cáo)?"),
        "quarter_end",
    ),
    (Pattern(_DAY_MONTH + r"(?: của)?,? năm " + _PREVIOUS), "previous_year"),
    (Pattern(_DAY_MONTH + r"(?:[/.\-]|,? năm )(?P<year>\d{4})"), "date"),
    (Pattern(_DAY_MONTH + r"(?: của)?(?:,? (?:năm|kỳ) báo cáo)?"), "this_year"),
    (Pattern(r"ngày (?:cuối|cuối cùng)(?: của)? tháng(?: báo cáo)?"), "last_of_month"),
)


_RELATIVE = {"month": "m", "previous_month": "(m-1)", "quarter_end": "last month of quarter"}


def _point(text: str, context: ScheduleContext) -> str | date | None:
    for pattern, name in _POINTS:
        found = pattern.fullmatch(text.strip(" ,;"))
        if not found:
            continue
        if name == "report":
            return "report date"
        if name == "last_of_month":
            return "last day of month"
        known = found.groupdict()
        day = int(known["day"])
        if name in _RELATIVE:
            day_of(2024, 1, day)
            return f"{day:02}/{_RELATIVE[name]}"
        year = int(known.get("year") or context.plan_year) - (name == "previous_year")
        return day_of(year, int(known["month"]), day)
    return None


def data_window(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """The days that the data cover: "Số liệu từ ngày … tới ngày báo cáo", "Số liệu chốt 03 tháng trong quý"."""
    lead = _DATA.match(phrase.folded) or _UNNAMED.match(phrase.folded)
    if not lead:
        return None
    rest = phrase.folded[lead.end() :].strip()
    closed = fold("chốt") in lead.group() or rest.startswith(fold("chốt"))
    if closed and _CLOSED.fullmatch(rest):
        data = {"from_": "first day of quarter", "to": "last day of quarter"}
        return Schedule(phrase.text, "data_window", data=data, flags=("cutoff_after_due", "estimate_needed"))
    found = _WINDOW.fullmatch(rest)
    if found:
        return _between(phrase, found.group("from"), found.group("to"), lead.group(), context)
    until = _UP_TO.fullmatch(rest) if closed else None
    to = until and _point(until.group("to"), context)
    return Schedule(phrase.text, "data_window", data={"to": str(to)}) if to else None


def _between(phrase: Phrase, begin: str, end: str, lead: str, context: ScheduleContext) -> Schedule | None:
    start, to = _point(begin, context), _point(end, context)
    if start is None or to is None:
        return None
    if to == "report date" and isinstance(start, date):
        to = f"report date (<= {_tiling_end(start, lead, context).isoformat()})"
    data = {"from_": str(start), "to": str(to)}
    return Schedule(phrase.text, "data_window", data=data)


_ANNUAL = Pattern("mốc|thống kê")


def _tiling_end(start: date, lead: str, context: ScheduleContext) -> date:
    """The last report day for which windows join without a gap.

    It is a year on, or in June if half-year reports have windows too.
    """
    annual = _ANNUAL.search(lead)
    return day_of(context.plan_year, start.month if annual else 6, min(start.day, 28)) - ONE_DAY


_NESTING = Pattern(
    r"(?:số liệu )?báo cáo (?:của )?(?:các )?tháng (?P<months>[\d, và]+?)(?: hằng năm)? (?:được |sẽ |thì )*"
    r"(?:lồng ghép|ghép|tích hợp|gộp)(?: tương ứng)? "
    r"(?:vào|trong|với|cùng)(?: các)? báo cáo (?P<into>.+?)\.?"
)
_AND = Pattern(r",| và ")
_REPORT = Pattern(r"^\s*(?:và )?(?:báo cáo )?")
_INTO = Pattern(r"(?:quý (?P<quarter>iv|i{1,3}|[1-4])|(?P<half>6 tháng(?: đầu năm)?)|(?P<year>(?:tổng kết )?năm))")


def nesting(phrase: Phrase, context: ScheduleContext) -> Schedule | None:
    """Reports inside other reports: "Báo cáo các tháng 9, 12 được lồng ghép … vào báo cáo quý III và báo cáo năm"."""
    found = _NESTING.fullmatch(phrase.folded.strip())
    if not found:
        return None
    months = [int(number) for number in re.findall(r"\d+", found.group("months"))]
    names = _AND.split(found.group("into"))
    into = [_report_name(name) for name in names]
    if not months or len(months) != len(into) or any(name is None for name in into):
        return None
    parts: list[dict[str, Any]] = []
    impossible: list[str] = []
    for month, name in zip(months, into, strict=True):
        if not 1 <= month <= 12:
            return None
        due = day_of(context.plan_year, *DUE_OF[str(name)])
        parts.append({"month": month, "into": name, "due": due})
        if due.month < month:
            impossible.append(f"impossible_month_{month}")
    return Schedule(phrase.text, "nesting", parts=tuple(parts), flags=tuple(impossible))


def _report_name(name: str) -> str | None:
    found = _INTO.fullmatch(_REPORT.sub("", name).strip())
    if not found:
        return None
    if quarter := found.group("quarter"):
        return f"Q{ROMAN.get(quarter) or quarter}"
    return "H1" if found.group("half") else "Y"


_SET_ITEMS: tuple[tuple[Pattern, str], ...] = (
    (Pattern(r"(?:hằng )?tuần"), "W"),
    (Pattern(r"(?:hằng )?tháng"), "M"),
    (Pattern(r"(?:hằng )?quý"), "Q"),
    (Pattern(r"(?:hằng )?năm|tổng kết năm"), "Y"),
    (Pattern(r"0?6 tháng(?: đầu năm| một lần)?|sơ kết 6 tháng|giữa năm"), "H1"),
    (Pattern(r"0?9 tháng(?: đầu năm)?"), "9M"),
    (Pattern(r"(?:theo )?chuyên đề"), "thematic"),
    (Pattern(r"đột xuất(?: khi có yêu cầu)?"), "ad_hoc"),
)
_ITEMS = Pattern(r"\s*[,;+/]\s*(?:và )?| và ")
_SET_LEAD = Pattern(r"(?:thực hiện |chế độ |gửi |định kỳ |báo cáo |thông tin báo cáo )*")
_QUARTER = Pattern(r"quý (iv|i{1,3}|[1-4])")


def report_set(phrase: Phrase, context: ScheduleContext) -> Schedule | None:  # noqa: ARG001
    """The list of reports: "(hàng tháng, quý I, quý III, 6 tháng, năm, chuyên đề)"."""
    text = phrase.folded.strip().rstrip(".;")
    bracketed = text.startswith("(") and text.endswith(")")
    text = text.strip("()")
    text = text[_SET_LEAD.match(text).end() :]  # type: ignore[union-attr]
    found: list[str] = []
    for item in _ITEMS.split(text):
        name = _set_item(item.removeprefix(fold("báo cáo ")).strip())
        if name is None:
            return None
        found.append(name)
    loose = [name for name in found if not re.fullmatch(r"Q\d", name)]
    if len(found) < 2 or not loose:
        return None
    half_has_no_due = "H1" in found and any(name == "M" or name.startswith("Q") for name in found) and bracketed
    flags = ("inconsistent_with_regime",) if half_has_no_due else ()
    return Schedule(phrase.text, "report_set", parts=tuple(found), flags=flags)


def _set_item(item: str) -> str | None:
    quarter = _QUARTER.fullmatch(item)
    if quarter:
        return f"Q{ROMAN.get(quarter.group(1)) or quarter.group(1)}"
    return next((name for pattern, name in _SET_ITEMS if pattern.fullmatch(item)), None)
