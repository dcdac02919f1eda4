"""What a cell shows by the code of its format, on a computer set to Vietnamese (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.language.numberformats import literal_code, says_whole_day, shown

NUMBERS = [
    (0.285, "0%", "29%"), (1.005, "0.00", "1,01"), (-0.2, "0", "0"), (-5, "0", "-5"),
    (-1234, "#,##0;(#,##0)", "(1.234)"),
    (1_500_000, "#,##0,", "1.500"), (1234, "#,##0.0,", "1,2"), (12345.6789, "#,##0.###", "12.345,679"),
    (5, "0.##", "5"), (1.05, ".00", "1,05"), (46, "00-00", "00-46"), (912345678, "0000\\.000\\.000", "0912.345.678"),
    (912345678, "(0##) ###-####", "(091) 234-5678"), (1234567, "[$₫-42A]#,##0", "₫1.234.567"),
    (5e6, '_-* #,##0\\ "₫"_-;\\-* #,##0\\ "₫"_-;_-* "-"??\\ "₫"_-;_-@_-', "5.000.000 ₫"),
    (12, "[<10]0;[>=10]00.0", "12,0"), (5, '"Số "General', "Số 5"), (5, "@", "5"), (0.5, '0" %"', "1 %"),
    (100_000, "0.00E+00", "1,00E+05"), (0.00012, "0.00E+00", "1,20E-04"), (99_999, "0.0E+0", "1,0E+5"),
    (123_456, "##0.0E+0", "123,5E+3"), (3.5, "# ?/?", "3 1/2"), (0.5, "# ??/??", "1/2"), (5 / 6, "# ?/?", "5/6"),
    (0.375, "# ?/8", "3/8"), (0.3, "# ?/10", "3/10"), (3.25, "?/?", "13/4"), (4, "# ?/?", "4"),
    (0, "0;-0;;@", None), (5, ";;;", None), (1e-9, "0." + "0" * 200, "0," + "0" * 8 + "1" + "0" * 191),
]  # fmt: skip
TIMES = [
    (0.3541666666666667, "h:mm", "8:30"), (0.3541666666666667, "[$-409]h:mm AM/PM;@", "8:30 AM"), (0, "h:mm", "0:00"),
    (25.5 / 24, "[h]:mm:ss", "25:30:00"), (0.5, "mm:ss.0", "00:00,0"), (-0.5, "h:mm", None),
    (1 / 1440, "[mm]:ss", "01:00"),
]  # fmt: skip
DAYS = [
    ("d-mmm", "5-Thg6"), ("[$-409]d-mmm;@", "5-Jun"), ("mmm-yy", "Thg6-26"), ("dddd, d/m/yyyy", "Thứ Sáu, 5/6/2026"),
    ("[$-42A]dd mmmm yyyy;@", "05 Tháng Sáu 2026"), ("[$-F800]dddd, mmmm dd, yyyy", "05 Tháng Sáu 2026"),
    ("yyyy-mm-dd", "2026-06-05"), ('"ngày" d "tháng" m', "ngày 5 tháng 6"), ("dd/mm/yyyy h:mm", "05/06/2026 8:30"),
    ("General", None), ("#,##0", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "text"), [*NUMBERS, *TIMES])
def test_a_number_is_shown_with_a_decimal_comma(value: float, code: str, text: str | None) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(("code", "text"), DAYS)
def test_a_day_is_shown_with_vietnamese_names_unless_the_code_says_english(code: str, text: str | None) -> None:
    assert shown(datetime(2026, 6, 5, 8, 30), code) == text  # noqa: DTZ001


WHOLE = [("05/06/2026", True), ("5/6/26", True), ("05 Tháng Sáu 2026", True), ("ngày 5 tháng 6 năm 2026", True),
         ("5-Jun-26", True), ("05-Thg6", False), ("Thg6-26", False), ("6/2026", False), ("5/6", False)]  # fmt: skip


@pytest.mark.parametrize(("text", "whole"), WHOLE)
def test_a_text_says_the_whole_day_or_not(text: str, whole: bool) -> None:
    assert says_whole_day(text, date(2026, 6, 5)) is whole


@given(st.floats(-1e14, 1e14), st.text(max_size=40))
def test_any_code_shows_something_or_nothing(value: float, code: str) -> None:
    assert shown(value, code) is None or shown(value, code)
    assert shown(date(2026, 6, 5), code) is None or shown(date(2026, 6, 5), code)


@given(st.floats(-1e14, 1e14), st.text('0#?.,%/;@"\\[]_*EegGnraldmyhs+- <>=$₫42A', max_size=40))
def test_any_code_of_usual_letters_too(value: float, code: str) -> None:
    assert shown(value, code) is None or shown(value, code)
    assert shown(date(2026, 6, 5), code) is None or shown(date(2026, 6, 5), code)


@given(st.floats(-1e14, 1e14), st.from_regex(r'\A[^\s]([^\x00-\x20\x7f-\x9f]|"){0,30}\Z'))
def test_a_literal_code_shows_its_text(value: float, text: str) -> None:
    assert shown(value, literal_code(text)) == text.strip()
