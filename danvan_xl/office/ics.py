"""Deadlines as an iCalendar file (RFC 5545) that Outlook and Google Calendar open.

Written with the library ``icalendar`` (collective/icalendar, well maintained): it folds lines at 75 octets without
cutting a letter, escapes text and ends lines with CRLF. All days are whole days, so no time zone is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from danvan_xl import wording
from danvan_xl.rules.calendar_rows import CalendarRow
from danvan_xl.wording import Lang

if TYPE_CHECKING:
    from icalendar import Event

ALARM_AT = timedelta(hours=8)
"""When on the reminder day the alarm sounds, on the clock of whoever opened the file."""

_TITLE_LIMIT = 120  # a task text has up to 900 characters; the description holds all of it


def to_ics(rows: Iterable[CalendarRow], *, stamp: datetime, name: str, scope: str, lang: Lang = "vi") -> bytes:
    """One all-day event on every due day, with an alarm at 8:00 of its reminder day.

    Rows without a day and reports nested into another give no event. ``stamp`` is the DTSTAMP (the plan's issue date,
    say): same input, same bytes. ``name`` is the calendar's title. ``scope`` (the plan's id) makes the UIDs unique
    among plans and is stable, so that a file opened again renews the events instead of doubling them.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//danvan-xl//calendar//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for row in rows:
        if row.due is not None and row.nested_into is None:
            calendar.add_component(_event(row, row.due, stamp, scope, lang))
    return bytes(calendar.to_ical())


def _event(row: CalendarRow, due: date, stamp: datetime, scope: str, lang: Lang) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{row.key.replace(':', '.')}.{scope}@danvan-xl")
    event.add("dtstamp", stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC))
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", _short(wording.text("calendar", "ics_summary", lang, title=row.title)))
    event.add("description", "\n".join(_details(row, due, lang)))
    event.add("transp", "TRANSPARENT")  # a deadline doesn't make anybody busy
    event.add("categories", [wording.text("calendar", f"ics_{row.kind}", lang)])
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _short(row.title))
    # relative, since Outlook and phones reckon it from local midnight; an absolute time would need a zone
    alarm.add("trigger", (row.reminder or due) - due + ALARM_AT)
    event.add_component(alarm)
    return event


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _TITLE_LIMIT else line[: _TITLE_LIMIT - 1].rstrip() + "…"


def _details(row: CalendarRow, due: date, lang: Lang) -> Iterable[str]:
    yield row.title
    yield wording.text("calendar", "ics_due", lang, weekday=row.weekday, due=f"{due:%d/%m/%Y}")
    if row.kind == "task" and row.reminder not in {None, due}:  # a report has a note that says so
        yield wording.text("calendar", "ics_reminder", lang, reminder=f"{row.reminder:%d/%m/%Y}")
    if row.lenient is not None:
        yield wording.text("calendar", "ics_lenient", lang, lenient=f"{row.lenient:%d/%m/%Y}")
    if row.window_from is not None and row.window_to is not None:
        days = {"start": f"{row.window_from:%d/%m/%Y}", "end": f"{row.window_to:%d/%m/%Y}"}
        yield wording.text("calendar", "ics_window", lang, **days)
    if row.unit:
        yield wording.text("calendar", "ics_unit", lang, unit=row.unit)
    yield from row.notes
