"""Ask once: what shorter reports brought is added up only where they lie end to end over the window."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.model.reported import ONE, Days, Reported, added_up

START = date(2025, 12, 15)
WINDOW = (START, date(2026, 12, 14))


def span(first: str, last: str) -> Days:
    return date.fromisoformat(first), date.fromisoformat(last)


MONTHS = {
    span("2025-12-15", "2026-01-14"): 3,
    span("2026-01-15", "2026-02-14"): 5,
    span("2026-02-15", "2026-03-14"): 7,
}
QUARTER = span("2025-12-15", "2026-03-14")


def test_months_that_follow_one_another_add_up_to_their_quarter() -> None:
    found = added_up(QUARTER, MONTHS)
    assert found == Reported(QUARTER, 15, date(2026, 3, 14))
    assert found is not None
    assert found.is_whole


def test_what_is_new_since_is_asked_where_the_last_one_is_not_there_yet() -> None:
    two = {days: value for days, value in MONTHS.items() if days[1] < date(2026, 3, 1)}
    found = added_up(QUARTER, two)
    assert found == Reported(QUARTER, 8, date(2026, 2, 14))
    assert found is not None
    assert not found.is_whole
    assert "15/02/2026" in found.words()


def test_a_gap_asks_for_the_whole_and_names_its_days() -> None:
    left = {days: value for days, value in MONTHS.items() if days[0] != date(2026, 1, 15)}
    found = added_up(QUARTER, left)
    assert found is not None
    assert found.value is None
    assert found.missing == (span("2026-01-15", "2026-02-14"),)
    assert "từ 15/01/2026 đến hết 14/02/2026" in found.words()
    assert "từ 15/12/2025 đến hết 14/03/2026" in found.words()


def test_a_window_that_begins_inside_a_month_is_asked_for_as_a_whole() -> None:
    found = added_up(span("2026-01-01", "2026-03-31"), MONTHS)
    assert found is not None
    assert (found.value, found.missing) == (None, (span("2026-01-01", "2026-01-14"),))


def test_nothing_inside_the_window_says_nothing() -> None:
    assert added_up(span("2026-04-01", "2026-06-30"), MONTHS) is None


def test_of_overlapping_reports_those_count_that_reach_furthest_in_the_fewest_steps() -> None:
    parts = {**MONTHS, QUARTER: 20, span("2026-01-01", "2026-03-31"): 99}
    found = added_up(WINDOW, parts)
    assert found == Reported(WINDOW, 20, date(2026, 3, 14))


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 50), st.booleans()), min_size=1, max_size=9))
def test_every_day_counts_once_or_is_named_as_missing(steps: list[tuple[int, int, bool]]) -> None:
    day, parts, holes = START, {}, []
    for length, value, is_there in steps:
        days = (day, day + timedelta(length - 1))
        if is_there:
            parts[days] = value
        else:
            holes.append(days)
        day = days[1] + ONE
    window = (START, day - ONE)
    found = added_up(window, parts)
    if not parts:
        assert found is None
        return
    assert found is not None
    last = max(days[1] for days in parts)
    before = [days for days in holes if days[0] < last]
    lost = {first + timedelta(n) for first, end in before for n in range((end - first).days + 1)}
    if lost:
        assert found.value is None
        assert {first + timedelta(n) for first, end in found.missing for n in range((end - first).days + 1)} == lost
    else:
        assert found.value == sum(parts.values())
        assert found.until == last
        assert found.is_whole == (last == window[1])
    assert Reported.unpacked(found.packed()) == found
