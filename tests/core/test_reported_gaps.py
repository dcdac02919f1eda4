"""Which days a longer report's template names where shorter reports can't be added up."""

from __future__ import annotations

from datetime import date

from danvan_xl.model.reported import Reported, added_up

HALF = (date(2025, 11, 14), date(2026, 6, 13))
DECEMBER, JANUARY = (date(2025, 11, 14), date(2025, 12, 13)), (date(2025, 12, 14), date(2026, 1, 13))
FEBRUARY, APRIL = (date(2026, 1, 14), date(2026, 2, 13)), (date(2026, 3, 14), date(2026, 4, 13))
QUARTER = (date(2026, 1, 1), date(2026, 3, 31))
MARCH = (date(2026, 2, 14), date(2026, 3, 13))


def test_a_missing_month_is_named() -> None:
    parts = dict.fromkeys((DECEMBER, JANUARY, FEBRUARY, APRIL), 1)
    assert added_up(HALF, parts) == Reported(HALF, missing=(MARCH,))


def test_a_missing_month_is_named_though_a_quarter_overlaps_it() -> None:
    parts = dict.fromkeys((DECEMBER, JANUARY, FEBRUARY, QUARTER, APRIL), 1)
    found = added_up(HALF, parts)
    assert found == Reported(HALF, missing=(MARCH,))
    assert "từ 14/02/2026 đến hết 13/03/2026" in found.words()


def test_a_quarter_beside_months_without_a_gap_changes_nothing() -> None:
    parts = dict.fromkeys((DECEMBER, JANUARY, FEBRUARY, MARCH, QUARTER, APRIL), 2)
    assert added_up(HALF, parts) == Reported(HALF, 10, APRIL[1])
