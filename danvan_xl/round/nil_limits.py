"""Which tasks must be done in a period, so that "không phát sinh" is asked about.

By its schedule a task must be done where a day of its own falls into the period (a month, a quarter, a year, a day); a
document that is due in the course of the year (``Hàng năm``: a plan to be issued by everybody) is not "not arisen"
before that either. What goes on without an end, waits for something to happen, or names no day may have nothing to
report. A plan says otherwise of a task: ``nil = "never"`` or ``"allowed"``.
"""

from __future__ import annotations

import re
from datetime import date

from danvan_xl.language.text import key
from danvan_xl.model import Period, Task
from danvan_xl.model.schedule import Schedule
from danvan_xl.round.due import NO_END, WAITING

NEVER, ALLOWED = "never", "allowed"

_DOCUMENTS = (
    "văn bản|kế hoạch|báo cáo|quyết định|chương trình|quy chế|nghị quyết|tờ trình|công văn|hướng dẫn|đề án|thông báo"
)
_PRODUCT = re.compile(rf"\b(?:{key(_DOCUMENTS)})\b")
_ISSUING = re.compile(rf"\b(?:{key('xây dựng|ban hành|lập|soạn thảo')})\b[^.;]{{0,60}}?\b(?:{key(_DOCUMENTS)})\b")


def makes_a_document(task: Task) -> bool:
    """Whether what a task leaves behind is a document: by its product or, where the plan names none, by its text."""
    if task.product.strip():
        return _PRODUCT.search(key(task.product)) is not None
    return _ISSUING.search(key(task.text)) is not None


def must_be_done(task: Task, schedule: Schedule, due: date | None, period: Period) -> bool:
    """Whether "không phát sinh" is not to be expected of a task in a period; ``due``: the day that counts in it."""
    if task.nil:
        return task.nil == NEVER
    if due is None or schedule.kind in (*NO_END, *WAITING):
        return False
    first = min(filter(None, (period.window_from, period.first)))
    last = max(filter(None, (period.window_to, period.last)))
    return first <= due <= last or (due.year == period.last.year and makes_a_document(task))


def is_annual(period: Period) -> bool:
    """Whether a report is about a whole year, in which some work always is."""
    return period.kind == "year"
