"""Every sentence that the program says stands in the catalogue, in both languages, with the same places to fill."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import danvan_xl
from danvan_xl.model import Severity
from danvan_xl.wording import LANGS, finding_codes, finding_entry

PACKAGE = Path(danvan_xl.__file__).parent
CODE = re.compile(r"[CDFINRSVX]\d{3}")
LEFT_FROM_BEFORE: frozenset[str] = frozenset()


def catalogue(area: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("danvan_xl.wording").joinpath("texts", f"{area}.toml").read_text(encoding="utf-8"))


AREAS = sorted(item.name.removesuffix(".toml") for item in files("danvan_xl.wording").joinpath("texts").iterdir())


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def strings() -> Iterator[tuple[str, str]]:
    """(file, literal) of every string of the code that is no docstring."""
    for name, tree in trees():
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield name, node.value


def used_codes() -> set[str]:
    return {words for _, words in strings() if CODE.fullmatch(words)}


def test_every_code_that_the_program_uses_stands_in_the_catalogue() -> None:
    assert used_codes() - set(finding_codes()) == set()


def test_every_code_of_the_catalogue_is_used() -> None:
    assert set(finding_codes()) - used_codes() == LEFT_FROM_BEFORE


@pytest.mark.parametrize("code", finding_codes())
def test_a_finding_speaks_both_languages_and_fills_the_same_places(code: str) -> None:
    entry = dict(finding_entry(code))
    assert CODE.fullmatch(code)
    assert entry.pop("severity") in set(Severity)
    assert "message" in entry
    assert set(entry) <= {"message", "expected", "mend", "live"}
    for part, words in entry.items():
        assert set(words) == set(LANGS), part
        assert all(words[lang].strip() == words[lang] != "" for lang in LANGS)
        if part == "live":
            assert all(len(words[lang]) <= 120 for lang in LANGS)  # it stands in a formula of Excel


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


ENGLISH_ONLY = re.compile(r"_id(?=s?$)")
"""A label in Vietnamese may be an id in English: ``{report}`` and ``{report_id}``."""


def test_both_languages_of_a_finding_have_the_same_places_to_fill() -> None:
    wrong = {}
    for code in finding_codes():
        for part, words in finding_entry(code).items():
            if part != "severity":
                vi, en = (places(words[lang]) for lang in LANGS)
                if vi != {ENGLISH_ONLY.sub("", name) for name in en} and vi != en:
                    wrong[code, part] = vi ^ en
    assert wrong == {}


@pytest.mark.parametrize("area", AREAS)
def test_the_sentences_of_an_area_speak_both_languages_with_the_same_places(area: str) -> None:
    for key, words in catalogue(area).items():
        assert set(words) >= {"vi", "en"}, key
        vi, en = places(words["vi"]), places(words["en"])
        assert vi in (en, {ENGLISH_ONLY.sub("", name) for name in en}), key


def text_calls() -> Iterator[tuple[str, str, str]]:
    """(file, area, key) of every ``text("area", "key")`` with both literal."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "text":
                literal = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
                if len(literal) == 2:
                    yield name, str(literal[0]), str(literal[1])


def say_calls() -> Iterator[tuple[str, str]]:
    """(file, key) of every ``say(lang, "key")`` of the command line."""
    for name, tree in trees():
        if name.startswith("cli/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and len(node.args) == 2:
                    key = node.args[1]
                    if isinstance(key, ast.Constant):
                        yield name, str(key.value)


def test_every_sentence_that_is_asked_for_by_name_is_there() -> None:
    calls = list(text_calls())
    assert len(calls) > 60
    assert [call for call in calls if call[2] not in catalogue(call[1])] == []
    said = list(say_calls())
    assert len(said) > 60
    assert [call for call in said if call[1] not in catalogue("cli")] == []


def test_no_sentence_is_left_that_nobody_asks_for() -> None:
    """A key is used when it stands in the code as it is, or when code makes it from a literal beginning."""
    literals = {words for _, words in strings()}
    beginnings = {
        str(part.value)
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and isinstance(part := node.values[0], ast.Constant)
    }
    unused = {
        (area, key)
        for area in AREAS
        for key in catalogue(area)
        if key not in literals and not any(len(b) > 2 and key.startswith(b) for b in beginnings)
    }
    assert {item for item in unused if item[0] not in MADE_ELSEWHERE} == set()


MADE_ELSEWHERE = frozenset({"schedules", "planimport", "calendar", "returned"})
"""Areas whose keys come from tables and are held by tests of their own."""


def test_vietnamese_is_nfc_and_has_no_space_before_punctuation() -> None:
    import unicodedata

    for area in AREAS:
        for key, words in catalogue(area).items():
            assert unicodedata.is_normalized("NFC", words["vi"]), (area, key)
            assert not re.search(r"\w [,.;:!?](?: |$)", words["vi"]), (area, key)
