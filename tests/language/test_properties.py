"""What holds for every input: dates read back, garbage without a date, keys and encodings that round-trip."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from danvan_xl.language import legacy
from danvan_xl.language.organisations import codes, resolve
from danvan_xl.language.schedules import explain, read_schedule
from danvan_xl.language.text import clean, key
from tests.language.support import P26, PHRASE_WORDS, catalogue

QUICK = settings(max_examples=120, deadline=None)
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
FORMS = st.sampled_from(
    [
        "{d}/{m}/{y}",
        "{d:02}/{m:02}/{y}",
        "{d}.{m}.{y}",
        "{d}-{m}-{y}",
        "ngày {d} tháng {m} năm {y}",
        "Ngày {d:02}/{m}/{y}",
        "{d} tháng {m} năm {y}",
        "ngày {d}/{m} năm {y}",
        "ngày {d} tháng {m}/{y}",
    ]
)
LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
WORDS = st.lists(st.sampled_from(PHRASE_WORDS), min_size=1, max_size=8).map(" ".join)


@QUICK
@given(DAYS, FORMS)
def test_every_date_in_every_form_is_read_back(day: date, form: str) -> None:
    written = form.format(d=day.day, m=day.month, y=day.year)
    assert read_schedule(written, P26).due == day
    assert read_schedule(f"chậm nhất {written}", P26).due == day
    before = read_schedule(f"Trước {written}", P26)
    assert (before.due, before.lenient) == (day - timedelta(days=1), day)


@QUICK
@given(
    st.integers(1, 4),
    st.integers(2020, 2035),
    st.sampled_from(["Quý {r}/{y}", "quí {q} năm {y}", "Q.{r}/{y}"]),
)
def test_every_quarter_ends_on_its_last_day(quarter: int, year: int, form: str) -> None:
    written = form.format(q=quarter, r=("I", "II", "III", "IV")[quarter - 1], y=year)
    reading = read_schedule(written, P26)
    assert reading.start == date(year, quarter * 3 - 2, 1)
    assert reading.due is not None
    assert (reading.due + timedelta(days=1)).day == 1


@QUICK
@given(st.text(max_size=60))
def test_any_text_is_read_without_a_crash_and_garbage_never_gives_a_date(text: str) -> None:
    reading = read_schedule(text, P26)
    assert explain(reading, "en")
    if not any(letter.isdecimal() for letter in text):
        assert (reading.start, reading.due, reading.occ) == (None, None, ())


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_any_mixture_of_deadline_words_is_read_without_a_crash_and_in_order(words: str) -> None:
    reading = read_schedule(words, P26)
    assert explain(reading).endswith(".")
    if reading.start and reading.due:
        assert reading.start <= reading.due
    assert list(reading.occ) == sorted(reading.occ)
    if reading.kind == "unparsed":
        assert reading.to_json().keys() <= {"kind", "flags"}


@QUICK
@given(WORDS, st.sampled_from(["xyz", "dự kiến lùi", "nếu được", "hoặc", "trừ"]))
def test_a_word_that_is_left_over_makes_a_deadline_unparsed(words: str, odd: str) -> None:
    plain = read_schedule(words, P26)
    if plain.kind in {"by", "window"}:
        assert read_schedule(f"{words} {odd}", P26).kind not in {"by", "window"}


@QUICK
@given(st.text())
def test_a_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@QUICK
@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text).text
    assume(legacy.detect(once) is None)  # an invisible sign may hide a letter of an old font
    assert clean(once).text == once


@QUICK
@given(st.text(LETTERS + LETTERS.upper() + " -,.0123456789", max_size=80))
def test_what_was_typed_in_an_old_font_decodes_to_itself(text: str) -> None:
    tcvn3 = {letter: code for code, letter in legacy.TCVN3.items()}
    small = text.lower()
    assert legacy.decode_tcvn3("".join(tcvn3.get(letter, letter) for letter in small)) == small
    vni = {letter: code for code, letter in legacy.VNI.items()}
    assert legacy.decode_vni("".join(vni.get(letter, letter) for letter in small)) == small


@QUICK
@given(st.text(max_size=80))
def test_any_text_resolves_without_a_crash(text: str) -> None:
    assert all(match.code for match in resolve(text, catalogue()))


UNIT_WORDS = (
    "phòng văn hóa - xã hội , ; và kinh tế Hạ tầng đô thị các cơ quan đơn vị thôn 1 Đồng Tâm trung tâm "
    "phục vụ hành "
    "chính công dịch vụ UBND xã liên quan ủy ban Đảng ủy trường Tiểu học thuộc của VP P. ( ) - / tỉnh"
)


@QUICK
@given(st.lists(st.sampled_from(UNIT_WORDS.split()), max_size=12).map(" ".join))
def test_any_mixture_of_unit_words_resolves_and_answers_are_distinct(text: str) -> None:
    found = codes(text, catalogue())
    assert len(found) == len(set(found))


def test_long_rows_of_signs_do_not_hang() -> None:
    assert codes("phòng văn hóa " + "- " * 3000, catalogue())[0].startswith("?")
    assert read_schedule("quý " + "I, " * 3000, P26).kind == "unparsed"
    assert read_schedule("trước " * 2000, P26).kind == "unparsed"


def test_a_long_bracket_after_a_number_does_not_hang() -> None:
    words = "Phòng Văn hóa và Xã hội chủ trì thực hiện " * 40
    assert read_schedule(f"Trước 30/6/2026 ({words}", P26).kind == "unparsed"
    assert read_schedule(f"Trước 30/6/2026 ({words}, UBND xã)", P26).kind == "unparsed"
