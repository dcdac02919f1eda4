"""Which reports are due when, by the shipped regimes; the days that a workspace gives."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from danvan_xl.model import DayRule, DueRule, Regime, ReportRule, WindowRule
from danvan_xl.model.period import MONTHS, PERIOD_KINDS, shift_month
from danvan_xl.model.regime import all_numbers
from danvan_xl.rules.obligations import obligations, own_period, period_of, resolve_day
from danvan_xl.rules.regimes import regime_faults, regime_from_mapping, with_due_days
from tests.rules.regime_files import REGIMES, RULES, calendar_2026, mapping, regime

ISSUED = date(2026, 1, 28)
VALIDATOR = Draft202012Validator(json.loads((RULES / "schemas/regime.schema.json").read_text(encoding="utf-8")))


def due_days(year: int, report: str, **options) -> dict[str, str]:
    """Period id → due day as ``13/2 Fri``; ``-`` where there is none; nested ones in brackets."""
    found = {}
    for duty in obligations(regime("phu-thinh"), year, **options):
        if duty.report.id == report:
            due = duty.period.due
            shown = f"{due.day}/{due.month} {due:%a}" if due else "-"
            found[duty.period.id] = f"({shown})" if duty.nested_into else shown
    return found


@pytest.mark.parametrize("name", REGIMES)
def test_every_shipped_regime_keeps_to_the_schema_and_has_no_fault(name):
    data = mapping("regimes", name)
    assert list(VALIDATOR.iter_errors(data)) == []
    assert list(regime_faults(regime_from_mapping(data))) == []
    assert data["id"] == name


@pytest.mark.parametrize(
    "change",
    [
        {"strikt": True},
        {"report": []},
        {"report": [{"id": "a", "subject": "s", "kind": "week", "article": "1"}]},
        {"report": [{"id": "a", "subject": "s", "kind": "month", "article": "1", "due": {"day": 14}}]},
        {"report": [{"id": "a", "subject": "s", "kind": "month", "article": "1", "due": {"day": 32, "op": "<"}}]},
        {"listing": [{"article": "1", "subject": "s", "periods": ["Q5"]}]},
    ],
)
def test_the_schema_refuses_what_a_regime_can_not_hold(change):
    assert list(VALIDATOR.iter_errors(mapping("regimes", "phu-thinh") | change))


def test_a_report_named_twice_nested_into_nothing_or_with_a_period_no_year_has_is_a_fault():
    base = {"subject": "dân vận", "article": "1"}
    entries = [
        {"id": "a", "kind": "month", "numbers": [12]} | base,
        {"id": "a", "kind": "quarter", "numbers": [5]} | base,
        {"id": "c", "kind": "quarter", "nest": [{"number": 1, "into": "a"}, {"number": 2, "into": "x"}]} | base,
    ]
    made = regime_from_mapping({"id": "r", "name": "r", "source": "s", "report": entries})
    assert [key for key, _ in regime_faults(made)] == [
        "report[1].id",
        "report[1].numbers",
        "report[2].nest",
        "report[2].nest",
    ]


# --- the line "Calendar" of the domain notes -------------------------------------------------------------


def test_phu_thinh_2026_monthly_reports():
    assert due_days(2026, "dan-van-thang", issued=ISSUED) == {
        "2026-02": "13/2 Fri",
        "2026-03": "13/3 Fri",
        "2026-04": "13/4 Mon",
        "2026-05": "13/5 Wed",
        "2026-06": "13/6 Sat",
        "2026-07": "13/7 Mon",
        "2026-08": "13/8 Thu",
        "2026-09": "(18/9 Fri)",
        "2026-10": "13/10 Tue",
        "2026-11": "13/11 Fri",
        "2026-12": "(-)",
    }


def test_phu_thinh_2026_quarterly_half_yearly_and_annual_reports():
    assert due_days(2026, "dan-van-quy", issued=ISSUED) == {
        "2026-Q1": "18/3 Wed",
        "2026-Q2": "18/6 Thu",
        "2026-Q3": "18/9 Fri",
        "2026-Q4": "18/12 Fri",
    }
    assert due_days(2026, "dan-van-nam", issued=ISSUED) == {"2026": "13/11 Fri"}
    assert due_days(2026, "dan-chu-nam", issued=ISSUED) == {"2026": "13/11 Fri"}
    assert due_days(2026, "dan-chu-6-thang", issued=ISSUED) == {"2026-H1": "13/6 Sat"}
    assert due_days(2026, "dan-van-6-thang", issued=ISSUED) == {"2026-H1": "-"}


def test_phu_thinh_2027_has_its_week_end_days():
    monthly = due_days(2027, "dan-van-thang")
    assert monthly["2027-01"] == "13/1 Wed"
    week_ends = {period: day for period, day in monthly.items() if day.endswith(("Sat", "Sun"))}
    assert week_ends == {
        "2027-02": "13/2 Sat",
        "2027-03": "13/3 Sat",
        "2027-06": "13/6 Sun",
        "2027-11": "13/11 Sat",
    }


def test_the_reminder_is_the_last_working_day_and_the_due_day_stays():
    duties = obligations(regime("phu-thinh"), 2026, issued=ISSUED, calendar=calendar_2026())
    moved = {d.report.id: (d.period.due, d.period.reminder) for d in duties if d.period.reminder != d.period.due}
    saturday, friday = date(2026, 6, 13), date(2026, 6, 12)
    assert moved == {"dan-van-thang": (saturday, friday), "dan-chu-6-thang": (saturday, friday)}
    february = period_of(regime("phu-thinh"), "2026-02", calendar=calendar_2026())
    assert february.reminder == february.due == date(2026, 2, 13)


def test_january_is_not_asked_for_by_a_plan_issued_after_its_day():
    assert "2026-01" not in due_days(2026, "dan-van-thang", issued=date(2026, 1, 23))
    assert "2026-01" in due_days(2026, "dan-van-thang", issued=date(2026, 1, 14))
    assert "2026-01" in due_days(2026, "dan-van-thang")


def test_december_nested_into_a_report_that_is_over_has_no_day_and_says_why():
    december = period_of(regime("phu-thinh"), "2026-12")
    assert december.due is None
    assert december.window_from == date(2026, 11, 14)
    assert [note.key for note in december.notes] == ["note_nested_impossible"]
    assert "13/11/2026" in december.notes[0].say("vi")


def test_september_is_sent_with_quarter_three_but_its_data_end_as_ever():
    september = period_of(regime("phu-thinh"), "2026-09")
    assert (september.due, september.lenient) == (date(2026, 9, 18), date(2026, 9, 19))
    assert september.window_to == date(2026, 9, 13)


def test_a_report_nested_into_one_that_is_not_asked_for_keeps_its_own_day():
    days = due_days(2026, "dan-van-thang", overrides={"2026-Q3": False})
    assert days["2026-09"] == "13/9 Sun"


# --- the other regimes -----------------------------------------------------------------------------------


def test_hai_phong_asks_for_six_months_and_the_year_and_invents_no_day():
    duties = obligations(regime("hai-phong"), 2026)
    assert [(d.period.id, d.period.due) for d in duties] == [("2026-H1", None), ("2026", None)]
    assert all(note.key == "note_no_due" for d in duties for note in d.period.notes)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026-01", "2025-12-15", "2026-01-14"),
        ("2026-06", "2026-05-15", "2026-06-14"),
        ("2026-Q1", "2025-12-15", "2026-03-14"),
        ("2026-Q3", "2026-06-15", "2026-09-14"),
        ("2026-H1", "2025-12-15", "2026-06-14"),
        ("2026-H2", "2026-06-15", "2026-12-14"),
        ("2026", "2025-12-15", "2026-12-14"),
    ],
)
def test_the_decrees_windows_are_those_of_article_12(period, start, end):
    found = period_of(regime("nd09-2019"), period)
    assert (str(found.window_from), str(found.window_to), found.due) == (start, end, None)


def test_a_period_that_no_report_of_the_regime_has_is_the_bare_calendar_period():
    for found in (period_of(regime("hai-phong"), "2026-06"), period_of(None, "2026-06")):
        assert (found.window_from, found.due) == (None, None)
        assert (found.first, found.last) == (date(2026, 6, 1), date(2026, 6, 30))


def test_a_period_of_two_subjects_has_the_first_day_unless_the_subject_is_named():
    plan = regime("phu-thinh")
    assert period_of(plan, "2026-H1").due == date(2026, 6, 13)
    assert period_of(plan, "2026-H1", subject="dân vận").due is None


# --- days that the workspace gives -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "due", "lenient"),
    [
        ("2026-H1", date(2026, 6, 10), "2026-06-10", None),
        ("2026-H1", "15/6", "2026-06-15", None),
        ("H1", "15/06", "2026-06-15", None),
        ("half", "trước ngày 15/6", "2026-06-14", "2026-06-15"),
        ("half", "20", "2026-06-20", None),
        ("half", "TRƯỚC NGÀY 20.6", "2026-06-19", "2026-06-20"),
        ("half", datetime(2026, 6, 10, 17), "2026-06-10", None),  # noqa: DTZ001 - as TOML gives it
        ("2026-H1", "trước 05/07/2026", "2026-07-04", "2026-07-05"),
        ("2026-H1", "15/01 năm sau", "2027-01-15", None),
        ("dan-van-6-thang:2026-H1", "12/6", "2026-06-12", None),
    ],
)
def test_the_office_gives_the_day_that_the_plan_leaves_open(key, value, due, lenient):
    period = period_of(with_due_days(regime("hai-phong"), {key: value}), "2026-H1")
    assert str(period.due) == due
    assert (str(period.lenient) if period.lenient else None) == lenient
    assert "note_no_due" not in {note.key for note in period.notes}


def test_the_narrower_key_wins_and_false_means_not_asked_for():
    plan = with_due_days(regime("phu-thinh"), {"quarter": "20", "2026-Q2": False, "dan-van-quy:Q1": "trước 17/3"})
    days = {d.period.id: d.period.due for d in obligations(plan, 2026) if d.period.kind == "quarter"}
    assert days == {"2026-Q1": date(2026, 3, 16), "2026-Q3": date(2026, 9, 20), "2026-Q4": date(2026, 12, 20)}


@pytest.mark.parametrize(
    "days",
    [
        {"2026-Q1": "15/3"},
        {"H2": "15/12"},
        {"khac:2026-H1": "15/6"},
        {"2026-H1": "31/6"},
        {"2026-H1": True},
        {"2026-H1": "giữa tháng 6"},
        {"H1": "15/6/2026"},
        {"": "15/6"},
        {"20267": "15/6"},
    ],
)
def test_a_key_or_day_that_fits_nothing_is_refused(days):
    with pytest.raises(ValueError, match=next(iter(days)).strip() or "không phải kỳ"):
        with_due_days(regime("hai-phong"), days)


# --- properties ------------------------------------------------------------------------------------------


def _regime(kind, due, window):
    report = ReportRule("r", "s", kind, "1", all_numbers(kind), due, window)
    return Regime("x", "x", "x", (report,)), report


@given(st.sampled_from(PERIOD_KINDS), st.integers(2, 28), st.integers(2021, 2060))
def test_windows_from_the_named_day_to_the_report_day_tile_without_gap_or_overlap(kind, day, year):
    window = WindowRule(DayRule(day, months=-MONTHS[kind]), "report_date")
    made, report = _regime(kind, DueRule(DayRule(day), "<"), window)
    chain = [own_period(made, report, y, n) for y in (year, year + 1) for n in all_numbers(kind)]
    for one, after in pairwise(chain):
        assert after.window_from == one.window_to + timedelta(days=1)


@given(
    st.integers(1, 31),
    st.integers(-24, 24),
    st.sampled_from(PERIOD_KINDS),
    st.integers(2021, 2060),
    st.data(),
)
def test_a_day_rule_falls_into_the_month_that_it_names(day, months, kind, year, data):
    number = data.draw(st.sampled_from(all_numbers(kind)))
    found = resolve_day(DayRule(day, months=months), kind, year, number)
    assert (found.year, found.month) == shift_month(year, number * MONTHS[kind], months)
    assert found.day == day or (found.day < day and (found + timedelta(days=1)).day == 1)


@given(st.sampled_from(REGIMES), st.integers(2025, 2032), st.dates(date(2025, 1, 1), date(2032, 12, 31)))
def test_an_issue_date_only_takes_reports_away_and_the_answer_is_in_order(name, year, issued):
    every, asked = obligations(regime(name), year), obligations(regime(name), year, issued=issued)
    assert set(map(id_of, asked)) <= set(map(id_of, every))
    days = [d.period.due or d.period.last for d in asked]
    assert days == sorted(days)
    assert all(
        d.period.lenient == d.period.due + timedelta(days=1) for d in asked if d.period.op == "<" and d.period.due
    )


def id_of(duty):
    return duty.report.id, duty.period.id


def test_the_library_of_holidays_is_not_loaded_without_a_calendar():
    code = (
        "import sys; from tests.rules.regime_files import regime\n"
        "from danvan_xl.rules.obligations import obligations\n"
        "obligations(regime('phu-thinh'), 2026)\n"
        "sys.exit('holidays' in sys.modules or 'icalendar' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=RULES.parent).returncode == 0
