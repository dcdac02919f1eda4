"""Deadline phrases: those of the shared pages, unseen ones of the same kind, and what must never
become a date."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from danvan_xl.language.schedules import explain, read_schedule
from danvan_xl.model import Schedule
from tests.language.support import DATA, P26, P2630, context_of, rows

PHRASES = rows("phrases.jsonl")
UNSEEN = rows("unseen.jsonl")


@pytest.mark.parametrize("row", PHRASES, ids=[row["id"] for row in PHRASES])
def test_every_phrase_of_the_shared_page_has_the_reading_given_there(row: dict[str, Any]) -> None:
    assert read_schedule(row["phrase"], context_of(row)).to_json() == row["expect"]


@pytest.mark.parametrize("row", UNSEEN, ids=[row["phrase"] or "empty" for row in UNSEEN])
def test_an_unseen_phrase_is_read_by_the_same_rules(row: dict[str, Any]) -> None:
    context = {"P26": P26, "P2630": P2630}[row["ctx"]]
    assert read_schedule(row["phrase"], context).to_json() == row["expect"]


VARIANTS: dict[str, Callable[[str], str]] = {
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "full stop": lambda text: text + ".",
    "semicolon": lambda text: text + " ;",
    "blanks": lambda text: "  " + text.replace(" ", "  ") + " ",
    "no-break blanks": lambda text: text.replace(" ", "\xa0"),
    "small letters": str.lower,
    "quoted": lambda text: f"“{text}”",
    "list mark": lambda text: "- " + text,
    "broken line": lambda text: text.replace(" ", "\n", 2),
    "en dash": lambda text: text.replace("-", "–"),
    "hàng for hằng": lambda text: text.replace("hằng", "hàng").replace("Hằng", "Hàng"),
    "zero-width sign": lambda text: text[:3] + "\u200b" + text[3:],
}


def _days(reading: Schedule) -> tuple[object, ...]:
    """All of a reading but the words that are quoted from the phrase."""
    return (
        reading.kind,
        reading.start,
        reading.due,
        reading.op,
        reading.lenient,
        reading.time,
        reading.rec,
        reading.occ,
        reading.flags,
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_the_way_of_typing_does_not_change_a_reading(name: str) -> None:
    for row in PHRASES:
        context = context_of(row)
        same = read_schedule(VARIANTS[name](row["phrase"]), context)
        assert _days(same) == _days(read_schedule(row["phrase"], context)), row["phrase"]


def test_capitals_do_not_change_a_reading_except_that_a_cell_in_capitals_is_no_task_text() -> None:
    for row in PHRASES:
        if row["id"] != "S19":
            context = context_of(row)
            same = read_schedule(row["phrase"].upper(), context)
            assert _days(same) == _days(read_schedule(row["phrase"], context)), row["phrase"]


def test_a_sentence_that_cites_documents_gives_no_date() -> None:
    for line in (DATA / "citations.txt").read_text(encoding="utf-8").splitlines():
        reading = read_schedule(line, P26)
        assert (reading.start, reading.due, reading.occ, reading.parts) == (None, None, (), ()), line
        assert reading.kind in {"none", "reference", "unparsed"}


NOT_UNDERSTOOD = [
    "Sớm nhất có thể",
    "Khoảng tháng 6/2026",
    "15/8/26",
    "2026-08-15",
    "3-5/2026",
    "Tháng 2 hoặc tháng 3/2026",
    "Thường xuyên, hoàn thành trước 30/11/2026",
    "Hoàn thành việc rà soát trước ngày 30/6/2026",
    "Trong tháng",
    "Trước Tết Nguyên đán",
    "Giai đoạn 2026-2030, định hướng đến năm 2035",
    "Không quy định",
    "tháng giêng",
    "31/6/2026",
    "29/02/2026",
    "32/01/2026",
    "Tháng 13/2026",
    "Quý V/2026",
    "Quý IV - Quý I/2027",
    "0/0/2026",
    "Thứ Sáu, ngày 20/6/2026",
    "Trước 25h ngày 30/6/2026",
    "03 (bốn) tháng đầu năm 2026",
    "Jun-26",
    "quý",
    "1/2/3/2026",
    "12.345",
    "30/6/2026 30/7/2026",
    "trước trước ngày",
    "ngày",
    "năm 20266",
    "Ngày họp 15/6/2026",
    "không quá 6 tháng",
    "sau 6 tháng",
    "đầu năm thường xuyên",
    "thường xuyên 30/6/2026",
    "15/12 (",
]


@pytest.mark.parametrize("phrase", NOT_UNDERSTOOD)
def test_what_is_not_fully_understood_is_unparsed_and_has_no_date(phrase: str) -> None:
    assert read_schedule(phrase, P26).to_json().keys() <= {"kind", "flags"}
    assert read_schedule(phrase, P26).kind == "unparsed"


@pytest.mark.parametrize(
    ("phrase", "flag"),
    [
        ("31/6/2026", "impossible_date"),
        ("Quý IV - Quý I/2027", "impossible_range"),
        ("Thứ Sáu, ngày 20/6/2026", "weekday_mismatch"),
        ("Trước 25h ngày 30/6/2026", "impossible_time"),
        ("cuối tháng", "incomplete"),
    ],
)
def test_a_phrase_that_cannot_be_true_says_why(phrase: str, flag: str) -> None:
    assert read_schedule(phrase, P26).flags == (flag,)


def test_working_days_are_counted_with_the_calendar_that_is_given() -> None:
    phrase = "trong vòng 02 ngày làm việc kể từ ngày ban hành kế hoạch"
    assert read_schedule(phrase, P26).due == date(2026, 1, 30)
    holidays = {date(2026, 1, 29), date(2026, 1, 30)}
    due = read_schedule(phrase, P26, is_working_day=lambda day: day.weekday() < 5 and day not in holidays).due
    assert due == date(2026, 2, 3)


def test_a_day_before_the_plan_was_issued_is_said_in_the_explanation() -> None:
    reading = read_schedule("Trong quý I", P2630)
    assert reading.notes == ("before_issue",)
    assert "trước ngày ban hành" in explain(reading)


def test_every_reading_explains_itself_in_both_languages() -> None:
    for row in PHRASES + UNSEEN:
        reading = read_schedule(row["phrase"], P26)
        for lang in ("vi", "en"):
            sentence = explain(reading, lang)  # type: ignore[arg-type]
            assert sentence.endswith(".")
            assert "{" not in sentence


def test_an_explanation_shows_the_weekday_and_what_is_ambiguous() -> None:
    sentence = explain(read_schedule("Trước 30/6", P26))
    assert "Thứ Hai, ngày 29/06/2026" in sentence
    assert "Thứ Ba, ngày 30/06/2026" in sentence
    assert "không ghi năm" in sentence
    assert "Sunday 30/08/2026" in explain(read_schedule("30/8/2026", P26), "en")


def test_two_repetitions_by_the_same_unit_are_always_named_in_one_order() -> None:
    assert read_schedule("Hằng năm, một năm hai lần", P26).rec == "Y+Y x2"
    assert read_schedule("Một năm hai lần, hằng năm", P26).rec == "Y+Y x2"
