"""Text as it comes from cells: repaired, compared, and decoded from the fonts of before Unicode."""

from __future__ import annotations

import pytest

from danvan_xl.language import legacy
from danvan_xl.language.text import clean, key


@pytest.mark.parametrize(
    ("raw", "text", "repairs"),
    [
        ("Phòng Kinh tế", "Phòng Kinh tế", ()),
        ("plain ASCII", "plain ASCII", ()),
        ("Pho\u0300ng", "Phòng", ("nfc",)),
        ("nga\u0323\u0302t", "ngật", ("nfc",)),
        ("a\xa0b", "a b", ("nbsp",)),
        ("a\u200bb\ufeff", "ab", ("invisible",)),
        ("thực\xad hiện", "thực hiện", ("invisible",)),
        ("  a   b ", "a b", ("blanks",)),
        ("a\r\nb", "a\nb", ("line_ends",)),
        ("a \n b", "a\nb", ("blanks",)),
        ("Phßng V¨n hãa - X· héi", "Phòng Văn hóa - Xã hội", ("tcvn3",)),
        ("ph\xad\xeang", "phường", ("tcvn3",)),
        ("Phoøng Vaên hoùa - Xaõ hoäi", "Phòng Văn hóa - Xã hội", ("vni",)),
    ],
)
def test_a_cell_is_repaired_and_says_what_was_done(raw: str, text: str, repairs: tuple[str, ...]) -> None:
    assert clean(raw) == (text, repairs)


SAME_KEYS = [
    ("Phòng Văn hoá - Xã hội", "phòng văn hóa-xã hội"),
    ("Uỷ ban", "ỦY BAN"),
    ("khoẻ", "khỏe"),
    ("2026 – 2030", "2026-2030"),
    ("a  b", "a b"),
]


@pytest.mark.parametrize(("one", "other"), SAME_KEYS)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_different_words_keep_different_keys() -> None:
    assert key("Phòng Kinh tế") != key("Phòng Kính tế")
    assert key("Trung tâm Dịch vụ công") != key("Trung tâm Dịch vụ sự nghiệp công")


@pytest.mark.parametrize(
    "text",
    [
        "Công an xã",
        "Hà Nam",
        "Tổ chức café",
        "café",
        "Résumé",
        "crème brûlée",
        "à la carte",
        "forêt",
        "São Paulo",
        "naïve Noël",
        "35 µm",
        "© 2026",
        "«Hello»",
        "5 × 7 ÷ 2",
        "Đảng ủy",
        "né",
        "thôn Hà",
        "œuvre",
        "Übung",
        "Tổng · quan",
        "fête",
        "hôtel",
        "où",
        "señor",
        "garçon",
        "tên: José",
        "20°C",
        "São",
        "«mô hình» 5 thôn",
        "«Mô hình» hay",
        "« mô hình » nông thôn",
        "»mô hình«",
        "mô hình»",
        "Hoàn\xad thành",
        "Hoà\xadn thành mô hình",
        "mô\xadhình",
        "thôn\xad",
        "quân sô\xad «KPI»",
    ],
)
def test_real_text_of_any_language_is_never_decoded(text: str) -> None:
    assert legacy.detect(text) is None
    assert legacy.detect(text, "Times New Roman") is None


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("l\xadu háng", ("tcvn3", "lưu hỏng")),
        ("T\xad vÊn kÕ ho¹ch", ("tcvn3", "Tư vấn kế hoạch")),
        ("«ng háng", ("tcvn3", "ông hỏng")),
        ("«n tËp", ("tcvn3", "ôn tập")),
        ("Héi n«ng d©n", ("tcvn3", "Hội nông dân")),
        ("b»ng khen", ("tcvn3", "bằng khen")),
        ("Phoøng «Vaên hoùa»", ("vni", "Phòng «Văn hóa»")),
        ("Xaõ\xad Gia Loäc", ("vni", "Xã\xad Gia Lộc")),
    ],
)
def test_signs_of_unicode_hide_no_old_text(raw: str, decoded: tuple[str, str]) -> None:
    assert legacy.detect(raw) == decoded


@pytest.mark.parametrize("text", ["«mô hình» 5 thôn", "Hoàn\xad thành", "thôn\xad"])
def test_an_old_font_over_text_in_unicode_does_not_rewrite_it(text: str) -> None:
    assert legacy.detect(text, "VNI-Times") is None


def test_the_font_decides_where_the_text_alone_is_not_enough() -> None:
    assert legacy.detect("NguyÔn V¨n A", ".VnTime") == ("tcvn3", "Nguyễn Văn A")
    assert legacy.detect("Xaõ Gia Loäc", "VNI-Times") == ("vni", "Xã Gia Lộc")


def test_the_tables_hold_every_letter_once() -> None:
    assert len(legacy.TCVN3) == 74
    assert len(set(legacy.TCVN3.values())) == 74
    assert {"ư", "Đ", "ẫ", "ỵ"} <= set(legacy.TCVN3.values()) & set(legacy.VNI.values())
