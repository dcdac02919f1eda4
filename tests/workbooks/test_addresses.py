"""Addresses of cells: one reading of them, for what people see and for what a file holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.model.addresses import LAST_COLUMN, LAST_ROW, cell_name, parse_address, parse_area, position_of


@given(st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN))
def test_what_is_written_is_read_again(row: int, column: int) -> None:
    assert parse_address(cell_name(row, column)) == (row, column)
    assert position_of(cell_name(row, column)) == (row, column)


@pytest.mark.parametrize("words", [None, "", "7", "K", "K0", "k9", "XFE1", "A1048577", "K9:K12", "Ô K9", " K9"])
def test_what_is_no_cell_of_a_sheet_has_no_address_and_is_sorted_first(words: str | None) -> None:
    assert parse_address(words or "") is None
    assert position_of(words) == (0, 0)


def test_cells_are_sorted_by_row_and_then_by_column_not_by_their_letters() -> None:
    assert sorted(["AA2", "B10", "Z2", "", "B9"], key=position_of) == ["", "Z2", "AA2", "B9", "B10"]


def test_an_area_is_its_corners_and_a_single_cell_is_one() -> None:
    assert parse_area("K9:L12") == (9, 11, 12, 12)
    assert parse_area("$K$9") == (9, 11, 9, 11)
    assert parse_area("K9:") == (9, 11, 9, 11)
    assert parse_area("K9:?") is None
