"""A year's deadlines for reports and dated tasks as rows: for people, for JSON and for a calendar program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from danvan_xl import wording
from danvan_xl.model.period import period_label
from danvan_xl.model.regime import Obligation
from danvan_xl.rules.calendars import WorkCalendar
from danvan_xl.wording import Lang

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DatedTask(Struct, frozen=True):
    """A plan's line with a day: ``due`` is the last day on time; ``lenient`` is the day named after "trước"."""

    id: str
    title: str
    due: date
    lenient: date | None = None
    unit: str = ""


class CalendarRow(Struct, frozen=True):
    """One deadline in the requested language.

    ``key`` identifies the deadline permanently (``report:dan-van-thang:2026-06``, ``task:PL.II.3``). ``due`` is
    ``None`` if the day is open, or the report is nested into one that can't include it.
    """

    key: str
    kind: Literal["report", "task"]
    title: str
    due: date | None
    weekday: str = ""
    lenient: date | None = None
    reminder: date | None = None
    period: str | None = None
    nested_into: str | None = None
    window_from: date | None = None
    window_to: date | None = None
    unit: str = ""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The row as a JSON object; days are ISO strings, unknown values are ``null``."""
        said = {name: getattr(self, name) for name in self.__struct_fields__}
        said |= {name: day.isoformat() for name, day in said.items() if isinstance(day, date)}
        return {**said, "notes": list(self.notes)}


def calendar_rows(
    obligations: Iterable[Obligation],
    dated_tasks: Iterable[DatedTask] = (),
    *,
    calendar: WorkCalendar | None = None,
    lang: Lang = "vi",
) -> list[CalendarRow]:
    """Every deadline by day, those without a day last; ``calendar`` gives the tasks their reminders.

    Reports already have their reminders from `danvan_xl.rules.obligations.obligations`.
    """
    rows = [_report_row(item, lang) for item in obligations]
    rows += [_task_row(task, calendar, lang) for task in dated_tasks]
    return sorted(rows, key=lambda row: (row.due or date.max, row.kind, row.key))


def weekday_name(day: date | None, lang: Lang = "vi") -> str:
    """``T2`` to ``T7`` and ``CN``; empty if there is no day."""
    return "" if day is None else wording.text("calendar", f"weekday_{_WEEKDAYS[day.weekday()]}", lang)


def _report_row(item: Obligation, lang: Lang) -> CalendarRow:
    report, period = item.report, item.period
    label = period_label(period.kind, period.year, period.number, lang)
    return CalendarRow(
        key=f"report:{report.id}:{period.id}",
        kind="report",
        title=wording.text("calendar", "report_title", lang, subject=report.subject, period=label),
        due=period.due,
        weekday=weekday_name(period.due, lang),
        lenient=period.lenient,
        reminder=period.reminder,
        period=period.id,
        nested_into=item.nested_into,
        window_from=period.window_from,
        window_to=period.window_to,
        notes=tuple(note.say(lang) for note in period.notes),
    )


def _task_row(task: DatedTask, calendar: WorkCalendar | None, lang: Lang) -> CalendarRow:
    reminder = calendar.last_working_day_on_or_before(task.due) if calendar else None
    return CalendarRow(
        key=f"task:{task.id}",
        kind="task",
        title=task.title,
        due=task.due,
        weekday=weekday_name(task.due, lang),
        lenient=task.lenient,
        reminder=reminder,
        unit=task.unit,
    )
