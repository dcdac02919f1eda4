"""Period ids, labels, days, and whether a file came in time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.model import Period, parse_period_id, plain_period, timeliness
from danvan_xl.model.period import PERIOD_KINDS, calendar_days, period_id, period_label
from danvan_xl.model.regime import all_numbers

kinds = st.sampled_from(PERIOD_KINDS)
years = st.integers(2020, 2080)


@pytest.mark.parametrize(
    ("text", "kind", "number", "label", "days"),
    [
        ("2026-02", "month", 2, "tháng 02/2026", "2026-02-01/2026-02-28"),
        ("2026-06", "month", 6, "tháng 6/2026", "2026-06-01/2026-06-30"),
        ("2026-Q2", "quarter", 2, "quý II/2026", "2026-04-01/2026-06-30"),
        ("2026-H1", "half", 1, "6 tháng đầu năm 2026", "2026-01-01/2026-06-30"),
        ("2026-H2", "half", 2, "6 tháng cuối năm 2026", "2026-07-01/2026-12-31"),
        ("2026", "year", 1, "năm 2026", "2026-01-01/2026-12-31"),
    ],
)
def test_a_period_id_says_its_kind_name_and_days(text, kind, number, label, days):
    assert parse_period_id(text) == (kind, 2026, number)
    period = plain_period(text)
    assert (period.id, period.label, f"{period.first}/{period.last}") == (text, label, days)
    assert period.due is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-6",
        "2026-Q5",
        "2026-H3",
        "Q2",
        "26-06",
        "2026-T6",
        "٢٠٢٦",
        "2026-06-01",
    ],
)
def test_what_is_no_period_id_is_refused_with_the_text_and_the_right_forms(text):
    with pytest.raises(ValueError, match="2026-Q2") as caught:
        parse_period_id(text)
    assert f"“{text}”" in str(caught.value)


@given(kinds, years, st.data())
def test_every_period_id_is_read_back(kind, year, data):
    number = data.draw(st.sampled_from(all_numbers(kind)))
    assert parse_period_id(period_id(kind, year, number)) == (kind, year, number)
    assert period_label(kind, year, number, "en") != period_label(kind, year, number, "vi")


@given(kinds, years)
def test_the_calendar_periods_of_a_year_tile_it(kind, year):
    days = [calendar_days(kind, year, number) for number in all_numbers(kind)]
    assert days[0][0] == date(year, 1, 1)
    assert days[-1][1] == date(year, 12, 31)
    for (_, end), (start, _) in pairwise(days):
        assert start == end + timedelta(days=1)


def before_the_14th() -> Period:
    day = date(2026, 3, 13)
    return Period("2026-03", "month", 2026, 3, day, day, due=day, lenient=date(2026, 3, 14), op="<")


def on(day: int, hour: int = 23, minute: int = 59) -> datetime:
    return datetime(2026, 3, day, hour, minute)  # noqa: DTZ001 - the office's own clock


@pytest.mark.parametrize(
    ("received", "strict", "extended_until", "expected"),
    [
        (on(13), False, None, "on_time"),
        (on(13), True, None, "on_time"),
        (on(14), False, None, "on_mark"),
        (on(14), True, None, "late"),
        (on(15, 0, 0), False, None, "late"),
        (on(15), False, date(2026, 3, 15), "extended"),
        (on(14), True, date(2026, 3, 15), "extended"),
        (on(14), False, date(2026, 3, 15), "on_mark"),
        (on(16), False, date(2026, 3, 15), "late"),
        (None, False, None, "unknown"),
    ],
)
def test_before_the_14th_is_read_strictly_or_leniently(received, strict, extended_until, expected):
    assert timeliness(received, before_the_14th(), strict, extended_until) == expected


def test_at_the_latest_has_no_mark_day():
    period = Period("2026-03", "month", 2026, 3, date(2026, 3, 1), date(2026, 3, 31), due=date(2026, 3, 25))
    assert timeliness(on(25), period) == "on_time"
    assert timeliness(on(26), period) == "late"


def test_without_a_due_day_nothing_is_claimed():
    assert timeliness(on(1), plain_period("2026-03"), strict=True, extended_until=date(2026, 1, 1)) == "unknown"


def test_a_time_with_a_zone_is_read_on_vietnams_clock():
    evening_utc = datetime(2026, 3, 13, 18, 0, tzinfo=UTC)  # 01:00 on the 14th in Vietnam
    assert timeliness(evening_utc, before_the_14th()) == "on_mark"


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.booleans())  # noqa: DTZ001
def test_a_file_never_gets_earlier_by_coming_later(received, strict):
    order = {"on_time": 0, "on_mark": 1, "late": 2}
    period = before_the_14th()
    earlier, later = (order[timeliness(t, period, strict)] for t in (received, received + timedelta(hours=5)))
    assert earlier <= later
