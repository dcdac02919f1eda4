"""Names of organisations: the shared spellings, unseen ones, and the pairs that must never be confused."""

from __future__ import annotations

import json
import tomllib
import unicodedata
from typing import Any

import jsonschema
import pytest

from danvan_xl.language.organisations import codes, resolve
from tests.language.support import ROOT, catalogue, rows

SHARED = rows("units.jsonl")
UNSEEN = rows("spellings.jsonl")


@pytest.mark.parametrize("row", SHARED, ids=[row["id"] for row in SHARED])
def test_every_cell_of_the_shared_page_has_the_codes_given_there(row: dict[str, Any]) -> None:
    assert sorted(codes(row["text"], catalogue())) == sorted(row["expect"])


@pytest.mark.parametrize("row", UNSEEN, ids=[row["text"] or "empty" for row in UNSEEN])
def test_an_unseen_spelling_is_read_by_the_same_rules(row: dict[str, Any]) -> None:
    assert codes(row["text"], catalogue()) == row["expect"]


@pytest.mark.parametrize("row", SHARED, ids=[row["id"] for row in SHARED])
def test_case_and_unicode_form_do_not_matter(row: dict[str, Any]) -> None:
    for text in (row["text"].upper(), row["text"].lower(), unicodedata.normalize("NFD", row["text"])):
        assert sorted(codes(text, catalogue())) == sorted(row["expect"]), text


NEVER_CONFUSED = [
    ("Trung tâm Phục vụ hành chính công", "PVHCC"),
    ("Trung tâm Dịch vụ sự nghiệp công", "DVSNC"),
    ("Trung tâm Dịch vụ công", "DVC"),
    ("Trung tâm Dịch vụ tổng hợp", "DVTH"),
    ("Văn phòng HĐND và UBND", "VP"),
    ("Văn phòng Đảng ủy", "X_VPDU"),
    ("Phòng Kinh tế", "KT"),
    ("Phòng Kinh tế, Hạ tầng và Đô thị", "KTHTDT"),
    ("Ủy ban nhân dân", "UBND"),
    ("Ủy ban Mặt trận Tổ quốc", "X_MTTQ"),
    ("Ủy ban Kiểm tra Đảng ủy", "X_UBKT"),
    ("Đảng ủy Ủy ban nhân dân", "X_DU_UBND"),
]


@pytest.mark.parametrize(("name", "code"), NEVER_CONFUSED)
def test_names_that_share_most_words_are_told_apart(name: str, code: str) -> None:
    assert codes(name, catalogue()) == [code]
    for cut in range(1, len(name.split())):  # a name cut short is never taken for another unit
        certain = [match for match in resolve(" ".join(name.split()[:-cut]), catalogue()) if match.certain]
        assert all(match.code in {code, "KT", "X_MTTQ", "X_UBKT"} for match in certain)


@pytest.mark.parametrize("name", ["Công an tỉnh", "UBND thành phố", "Ban Chỉ huy Quân sự huyện", "Công an thành phố"])
def test_a_body_of_a_higher_level_is_none_of_the_commune(name: str) -> None:
    assert codes(name, catalogue()) == ["?UNKNOWN"]


def test_a_plan_knows_its_own_units_names_and_commune() -> None:
    plan = catalogue().for_plan(
        units=["VHXH", "KTHTDT", "CA", "DVSNC"],
        commune_name="Thạch Khôi",
        aliases={"DVSNC": ["Trung tâm Văn hóa và Dịch vụ"], "BQLDA": ["Ban Quản lý dự án"]},
    )
    assert codes("Công an phường Thạch Khôi", plan) == ["CA"]
    assert codes("Công an xã Gia Lộc", plan) == ["?CA"]
    assert codes("Phòng Kinh tế", plan) == ["?KT"]
    assert codes("Trung tâm Văn hóa - Dịch vụ; Ban Quản lý dự án", plan) == ["DVSNC", "BQLDA"]
    assert codes("Phòng VHXH thuộc UBND phường Thạch Khôi", plan) == ["VHXH"]


def test_a_suggestion_shows_how_alike_it_is_and_is_not_certain() -> None:
    (match,) = resolve("Phong Van hoa - Xa hoi", catalogue())
    assert (match.code, match.certain, match.answer) == ("VHXH", False, "?VHXH")
    assert 0.8 < match.score < 1


def test_the_catalogue_keeps_its_schema() -> None:
    schema = json.loads((ROOT / "rules/schemas/units.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = tomllib.loads((ROOT / "rules/units.toml").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


def test_the_catalogue_has_every_code_of_the_standard() -> None:
    standard = (
        "VHXH VP KT KTHTDT PVHCC DVSNC DVTH DVC CA QS TRAM UBND G_ALL G_PHONG G_SN G_THON G_XOM G_TDP "
        "G_REL X_BXDD "
        "X_VPDU X_DU_UBND X_MTTQ X_CTXH X_UBKT X_HPN X_DTN X_HND X_HCCB X_CHUTICH TRUONG THON XOM TDP"
    )
    source = catalogue().source
    assert {item["code"] for item in (*source["unit"], *source["named"])} == set(standard.split())
