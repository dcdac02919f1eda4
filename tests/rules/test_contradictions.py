"""The contradictions of a regime are computed, cited, and refuse nothing."""

import tomllib
from datetime import date

import pytest

from danvan_xl.model import Severity
from danvan_xl.rules.regime_warnings import contradictions
from danvan_xl.rules.regimes import regime_from_mapping, with_due_days
from tests.rules.regime_files import REGIMES, regime

ISSUED = date(2026, 1, 23)


def found(plan, year=2026, **options):
    return [(f.code, f.args["path"]) for f in contradictions(plan, year, **options)]


def test_every_contradiction_of_phu_thinh_in_the_domain_notes_is_found():
    assert found(regime("phu-thinh"), issued=ISSUED) == [
        ("D050", "report[dan-van-quy].window.to"),  # quarter: data to 31/3, due 18/3
        ("D052", "report[dan-van-thang].nest.9"),  # September moves to 18/9
        ("D051", "report[dan-van-thang].nest.12"),  # December into a report that is over
        ("D053", "report[dan-van-6-thang].due"),  # row 15 names it, III.7 gives no day
        ("D054", "listing[0].periods"),  # quarters II and IV
        ("D055", "report[dan-van-thang].due"),  # March and June: month and quarter
        ("D055", "report[dan-van-thang].due"),  # November: month and year
        ("D056", "report[dan-chu-6-thang].window"),  # seven months
        ("D057", "report[dan-chu-6-thang].window.from"),  # year is not H1 + H2
        ("D058", "report[dan-van-thang].due"),  # January
        ("D059", "report[dan-van-thang].window.to"),  # NĐ 09/2019 Điều 8.5
        ("D059", "report[dan-van-nam].window.to"),
        ("D059", "report[dan-chu-6-thang].window.to"),
        ("D059", "report[dan-chu-nam].window.to"),
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("D050", ["III.7", "18/03/2026", "31/03/2026", "13 ngày", "4 kỳ"]),
        ("D051", ["tháng 12/2026", "năm 2026", "13/11/2026", "14/11/2026"]),
        ("D052", ["tháng 9/2026", "quý III/2026", "13/09/2026", "18/09/2026"]),
        ("D053", ["Phụ lục, dòng 15", "6 tháng đầu năm 2026"]),
        ("D054", ["Phụ lục, dòng 15", "quý II/2026, quý IV/2026", "III.7"]),
        ("D055", ["tháng 3/2026 (13/03)", "quý I/2026 (18/03)", "tháng 6/2026 (13/06)"]),
        ("D056", ["14/11/2025", "13/06/2026", "7 tháng"]),
        ("D057", ["dân chủ", "14/11/2025", "5 tháng"]),
        ("D058", ["tháng 01/2026", "13/01/2026", "23/01/2026"]),
        ("D059", ["Điều 8.5"]),
    ],
)
def test_a_contradiction_says_the_article_the_days_and_the_place_in_the_file(code, words):
    one = next(f for f in contradictions(regime("phu-thinh"), 2026, issued=ISSUED) if f.code == code)
    for word in words:
        assert word in one.message
    assert one.severity is Severity.WARNING
    assert one.location.file == "phu-thinh.toml"
    assert str(one.args["path"]) in one.say("en")
    assert one.args["article"]


def test_the_decrees_own_windows_contradict_nothing_but_leave_the_days_open():
    assert {code for code, _ in found(regime("nd09-2019"))} == {"D053"}


def test_hai_phong_only_lacks_its_days_and_a_given_day_settles_it():
    assert [code for code, _ in found(regime("hai-phong"))] == ["D053", "D053"]
    assert found(with_due_days(regime("hai-phong"), {"half": "16", "year": "20/12"})) == []
    sunday = with_due_days(regime("hai-phong"), {"half": "14", "year": "20/12"})  # Sunday 14/6/2026 is the cut-off too
    assert found(sunday) == [("D059", "report[dan-van-6-thang].window.to")]


def test_what_the_office_settles_is_no_longer_a_contradiction():
    plan = with_due_days(
        regime("phu-thinh"),
        {"Q2": False, "Q4": False, "dan-van-6-thang:H1": "trước 14/6", "06": False, "03": False},
    )
    codes = {code for code, _ in found(plan)}
    assert not codes & {"D053", "D054"}


def made(window: str, extra: str = ""):
    source = f"""
        id = "x"
        name = "x"
        source = "x"
        [[report]]
        id = "thang"
        subject = "dân vận"
        kind = "month"
        article = "1"
        due = {{ day = 25, op = "<=" }}
        window = {window}
        {extra}
    """
    return regime_from_mapping(tomllib.loads(source))


def test_days_counted_by_no_report_are_a_gap():
    plan = made("{ from = { day = 16, months = -1 }, to = { day = 14 } }")
    assert {code for code, _ in found(plan)} == {"D060"}
    first = contradictions(plan, 2026)[0]
    assert first.found == "1"
    assert "14/01/2026" in first.message


def test_days_counted_twice_are_an_overlap():
    plan = made("{ from = { day = 10, months = -1 }, to = { day = 14 } }")
    assert {code for code, _ in found(plan)} == {"D061"}
    assert contradictions(plan, 2026)[0].found == "5"


def test_a_report_that_is_listed_but_not_in_the_regime_is_named():
    plan = made(
        "{ from = { day = 15, months = -1 }, to = { day = 14 } }",
        '[[listing]]\narticle = "PL"\nsubject = "dân vận"\nperiods = ["month", "Q3"]',
    )
    assert found(plan) == [("D062", "listing[0].periods")]
    assert "quý III/2026" in contradictions(plan, 2026)[0].message


@pytest.mark.parametrize("name", REGIMES)
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_asking_twice_gives_the_same_answer_in_both_languages(name, year):
    one, two = contradictions(regime(name), year), contradictions(regime(name), year)
    assert one == two
    for item in one:
        for lang in ("vi", "en"):
            assert "{" not in item.say(lang)
            assert item.say_expected(lang) != ""
            item.say_mend(lang)
