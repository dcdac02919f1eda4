"""Working days: the year's file before the library, and the last working day before a deadline."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from danvan_xl.rules.calendars import (
    WEEKDAYS_ONLY,
    SpecialDay,
    WorkCalendar,
    calendar_faults,
    calendar_from_mapping,
    joined,
)
from tests.rules.regime_files import RULES, calendar_2026, mapping

VALIDATOR = Draft202012Validator(json.loads((RULES / "schemas/calendar.schema.json").read_text(encoding="utf-8")))
CALENDAR = calendar_2026()


def test_the_shipped_calendar_keeps_to_the_schema_and_has_no_fault():
    data = mapping("calendars", "2026")
    assert list(VALIDATOR.iter_errors(data)) == []
    assert list(calendar_faults(data)) == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-01", False),
        ("2026-02-13", True),  # Friday, the last day before Tết
        ("2026-02-16", False),
        ("2026-02-20", False),
        ("2026-02-23", True),
        ("2026-04-27", False),  # Monday for Giỗ Tổ on Sunday 26/4
        ("2026-04-28", True),
        ("2026-04-30", False),
        ("2026-05-01", False),
        ("2026-06-13", False),  # Saturday
        ("2026-08-22", True),  # a Saturday worked for Monday 31/8
        ("2026-08-31", False),
        ("2026-09-02", False),
        ("2026-09-03", True),
        ("2026-11-24", False),
    ],
)
def test_the_working_days_of_2026(day, worked):
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


def test_the_days_that_nobody_has_confirmed_are_marked():
    marked = {day for day, special in CALENDAR.days.items() if special.check}
    assert date(2026, 11, 24) in marked
    assert date(2026, 8, 22) in marked
    assert date(2026, 2, 16) not in marked


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2026-02-13", "2026-02-13"),
        ("2026-02-14", "2026-02-13"),
        ("2026-02-22", "2026-02-13"),
        ("2026-06-13", "2026-06-12"),
        ("2026-08-23", "2026-08-22"),
        ("2027-02-13", "2027-02-12"),
        ("2027-06-13", "2027-06-11"),
    ],
)
def test_the_last_working_day_before_a_deadline(day, before):
    assert str(CALENDAR.last_working_day_on_or_before(date.fromisoformat(day))) == before


def test_what_the_file_does_not_say_the_library_knows():
    tet_2027 = CALENDAR.special(date(2027, 2, 8))
    assert tet_2027 is not None
    assert tet_2027.source == "holidays (VN)"
    assert not CALENDAR.is_working_day(date(2027, 2, 8))


def test_the_library_agrees_with_the_file_of_2026_on_every_weekday_off():
    library = WorkCalendar()
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    weekdays = [day for day in year if day.weekday() < 5]
    assert [day for day in weekdays if library.is_working_day(day) != CALENDAR.is_working_day(day)] == []


def test_the_office_can_say_that_a_holiday_of_the_library_is_worked():
    day = date(2026, 11, 24)
    assert WorkCalendar({day: SpecialDay(day, "x", "x", working=True)}).is_working_day(day)


@pytest.mark.parametrize(
    "entries",
    [
        {"off": [{"day": "31/06/2026", "name": "x"}]},
        {"off": [{"day": "01/01/2027", "name": "x"}]},
        {"off": [{"from": "05/01/2026", "to": "01/01/2026", "name": "x"}]},
        {"off": [{"day": "05/01/2026", "name": "x"}], "work": [{"day": "05/01/2026", "name": "x"}]},
    ],
)
def test_a_day_that_can_not_be_is_named_with_its_place(entries):
    data = {"year": 2026, "source": "x", **entries}
    assert [key.split("[")[0] for key, _ in calendar_faults(data)] == [list(entries)[-1]]
    with pytest.raises(ValueError, match="/20"):
        calendar_from_mapping(data)


@pytest.mark.parametrize(
    "entry", [{"day": "đầu tháng 1"}, {"from": "01/01/2026"}, {"day": "01/01/2026", "to": "02/01/2026"}]
)
def test_the_schema_refuses_an_entry_without_clear_days(entry):
    data = {"year": 2026, "source": "x", "off": [entry | {"name": "x"}]}
    assert list(VALIDATOR.iter_errors(data))


def test_years_join_and_the_later_file_counts():
    day = date(2026, 11, 24)
    later = WorkCalendar({day: SpecialDay(day, "x", "x", working=True)})
    assert joined([CALENDAR, later]).is_working_day(day)
    assert not joined([later, CALENDAR]).is_working_day(day)


def test_a_calendar_without_any_working_day_is_refused_instead_of_searched_for_ever():
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(800))
    calendar = WorkCalendar({day: SpecialDay(day, "x", "x") for day in days}, asks_holidays=False)
    with pytest.raises(ValueError, match="01/06/2026"):
        calendar.last_working_day_on_or_before(date(2026, 6, 1))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_the_reminder_is_a_working_day_on_or_before_with_none_between(day):
    found = CALENDAR.last_working_day_on_or_before(day)
    assert found <= day
    assert CALENDAR.is_working_day(found)
    assert CALENDAR.working_days_between(found, day) == 0


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_working_days_are_counted_without_the_first_day(day, span):
    counted = WEEKDAYS_ONLY.working_days_between(day, day + timedelta(days=span))
    assert counted == sum((day + timedelta(days=n)).weekday() < 5 for n in range(1, span + 1))
