"""The year's deadlines as rows and as an .ics file, parsed back with the library."""

import json
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from danvan_xl.office.ics import to_ics
from danvan_xl.rules.calendar_rows import CalendarRow, DatedTask, calendar_rows
from danvan_xl.rules.obligations import obligations
from tests.rules.regime_files import calendar_2026, regime

STAMP = datetime(2026, 1, 28, tzinfo=UTC)
TASK = DatedTask(
    "PL.3", "Tổ chức Hội nghị đối thoại; quý I, " + "nội dung rất dài " * 40, date(2026, 3, 29), unit="VHXH"
)


def rows(lang="vi"):
    calendar = calendar_2026()
    duties = obligations(regime("phu-thinh"), 2026, issued=date(2026, 1, 28), calendar=calendar)
    return calendar_rows(duties, [TASK], calendar=calendar, lang=lang)


def ics(lang="vi"):
    return to_ics(rows(lang), stamp=STAMP, name="Hạn báo cáo Phú Thịnh 2026", scope="phu-thinh", lang=lang)


def events():
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(ics()).walk("VEVENT")}


def test_rows_stand_by_day_with_those_without_a_day_last():
    found = rows()
    assert [(str(row.due), row.weekday, row.title) for row in found[:2]] == [
        ("2026-02-13", "T6", "Báo cáo dân vận tháng 02/2026"),
        ("2026-03-13", "T6", "Báo cáo dân vận tháng 3/2026"),
    ]
    assert {row.period for row in found if row.due is None} == {"2026-H1", "2026-12"}
    assert found[-1].due is None
    task = next(row for row in found if row.kind == "task")
    assert (task.weekday, task.reminder) == ("CN", date(2026, 3, 27))


def test_a_row_is_json():
    june = next(row for row in rows() if row.key == "report:dan-van-thang:2026-06")
    said = json.loads(json.dumps(june.to_json()))
    assert (said["due"], said["lenient"], said["reminder"]) == ("2026-06-13", "2026-06-14", "2026-06-12")
    assert (said["window_from"], said["nested_into"], said["weekday"]) == ("2026-05-14", None, "T7")
    assert "12/06/2026" in said["notes"][0]


def test_every_deadline_with_a_day_is_one_all_day_event():
    found = events()
    expected = [row for row in rows() if row.due and not row.nested_into]
    assert len(found) == len(expected) == 17
    event = found["report.dan-van-thang.2026-06.phu-thinh@danvan-xl"]
    assert event.decoded("dtstart") == date(2026, 6, 13)
    assert event.decoded("dtend") == date(2026, 6, 14)
    assert event["SUMMARY"] == "Hạn: Báo cáo dân vận tháng 6/2026"
    assert event.decoded("dtstamp") == STAMP


def test_the_alarm_sounds_at_eight_on_the_reminder_day():
    saturday = events()["report.dan-van-thang.2026-06.phu-thinh@danvan-xl"]
    friday = events()["report.dan-van-thang.2026-03.phu-thinh@danvan-xl"]
    assert saturday.walk("VALARM")[0].decoded("trigger") == timedelta(days=-1, hours=8)
    assert friday.walk("VALARM")[0].decoded("trigger") == timedelta(hours=8)


def test_a_long_task_is_short_in_the_title_and_whole_in_the_description():
    event = events()["task.PL.3.phu-thinh@danvan-xl"]
    assert len(event["SUMMARY"]) < 140
    assert str(event["DESCRIPTION"]).startswith(TASK.title)
    assert "Chủ trì: VHXH." in event["DESCRIPTION"]


def test_the_file_keeps_to_the_line_rules_of_rfc_5545():
    raw = ics()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")  # no letter is cut in two
    assert b"METHOD:PUBLISH" in raw
    assert b"VTIMEZONE" not in raw


def test_same_input_gives_the_same_bytes_and_english_gives_the_same_uids():
    assert ics() == ics()
    uids = [str(e["UID"]) for e in icalendar.Calendar.from_ical(ics("en")).walk("VEVENT")]
    assert uids == list(events())


@pytest.mark.parametrize("found", [[], [CalendarRow("report:a:2026", "report", "x", None)]])
def test_a_year_without_days_is_still_a_calendar(found):
    calendar = icalendar.Calendar.from_ical(to_ics(found, stamp=STAMP, name="x", scope="x"))
    assert calendar.walk("VEVENT") == []


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1),
    st.dates(date(2020, 1, 1)),
)
def test_any_title_and_day_is_read_back(title, day):
    assume("\\" not in title)  # the library that reads it back takes an escaped backslash before N for a line break
    row = CalendarRow("task:x", "task", title, day)
    event = icalendar.Calendar.from_ical(to_ics([row], stamp=STAMP, name="x", scope="x")).walk("VEVENT")[0]
    assert str(event["DESCRIPTION"]).split("\n")[0] == title
    assert event.decoded("dtstart") == day
