"""The grammar of deadlines keeps its shape: one production a function, and only its own module moves the cursor."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_xl.language import schedules
from danvan_xl.language.schedules.cursor import Cursor, production
from danvan_xl.language.schedules.expressions import Expression
from danvan_xl.language.schedules.leads import Relation
from danvan_xl.language.schedules.normalise import normalise
from danvan_xl.language.schedules.spans import ImpossibleDateError, Span
from danvan_xl.language.schedules.tokens import NUMERALS, ROMAN, VOCABULARY, WEEKDAYS, tokenise
from tests.language.support import P26, PHRASE_WORDS

FOLDER = Path(schedules.__file__).parent
MODULES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.py"))}
OUTSIDE = sorted(set(MODULES) - {"cursor"})


def functions(name: str) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(MODULES[name]) if isinstance(node, ast.FunctionDef))


def takes_cursor(node: ast.FunctionDef) -> bool:
    first = node.args.args[0].annotation if node.args.args else None
    return isinstance(first, ast.Name) and first.id == "Cursor"


def makes_cursor(node: ast.FunctionDef) -> bool:
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return any(isinstance(call, ast.Attribute) and ast.unparse(call) == "Cursor.of" for call in calls)


READERS = [
    pytest.param(node, id=f"{name}.{node.name}")
    for name in OUTSIDE
    for node in functions(name)
    if takes_cursor(node) or makes_cursor(node)
]


def test_only_the_module_of_the_cursor_moves_it_or_looks_at_its_tokens() -> None:
    found = [
        f"{name}: {ast.unparse(node)}"
        for name in OUTSIDE
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Attribute) and node.attr in {"at", "tokens"}
    ]
    assert found == []


def right_sides(docstring: str) -> dict[str, str]:
    """name → right side of each production in a docstring; conditions and signs left out."""
    block = re.search(r"::\n\n((?:    .*\n)+)", inspect.cleandoc(docstring) + "\n")
    text = re.sub(r'\[[^\]]*\]|"[^"]*"', "", block.group(1) if block else "")
    parts = re.split(r"^ {4}(\w+) *:=", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("node", READERS)
def test_a_function_that_reads_tokens_is_one_production_with_an_example(node: ast.FunctionDef) -> None:
    docstring = ast.get_docstring(node) or ""
    assert next(iter(right_sides(docstring))) == node.name.removeprefix("_")
    assert re.search(r'"[^"]*\w[^"]*"', docstring.rpartition(":=")[2].partition("\n\n")[2]), "no example"


KINDS = {"DAY", "NUM", "NUMERAL", "ROMAN", "TIME", "WEEKDAY", "WORD", "QUARTER", "MONTH", *VOCABULARY}
NAMES = [node.values[0].name for node in READERS]  # type: ignore[attr-defined]


def test_no_two_productions_have_one_name() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


@pytest.mark.parametrize("node", READERS)
def test_a_production_speaks_only_of_productions_and_kinds_of_tokens_that_there_are(node: ast.FunctionDef) -> None:
    found = right_sides(ast.get_docstring(node) or "")
    words = set(re.findall(r"[A-Za-z]\w*", " ".join(found.values())))
    assert words - KINDS - set(NAMES) - set(found) - {"end"} == set()


def test_no_module_of_the_grammar_has_the_name_of_another_module_of_the_package() -> None:
    others = {path.stem for path in FOLDER.parents[1].rglob("*.py") if path.parent != FOLDER}
    assert set(MODULES) & others == {"__init__"}


def test_functions_are_short() -> None:
    lengths = {
        f"{name}.{node.name}": node.end_lineno - node.body[0].lineno + 1
        for name in OUTSIDE
        for node in functions(name)
        if node.end_lineno
    }
    assert {name: length for name, length in lengths.items() if length > 35} == {}
    assert median(lengths.values()) < 12


def productions() -> Iterator[Callable[..., Any]]:
    for name in OUTSIDE:
        module = import_module(f"danvan_xl.language.schedules.{name}")
        for node in functions(name):
            if takes_cursor(node):
                yield getattr(module, node.name)


PRODUCTIONS = list(productions())
SPELLINGS = [*PHRASE_WORDS, *NUMERALS, *ROMAN, *WEEKDAYS, *(w for line in VOCABULARY.values() for w in line.split("|"))]
WORDS = st.lists(
    st.one_of(st.sampled_from(PHRASE_WORDS), st.sampled_from(SPELLINGS), st.integers(0, 40).map(str)),
    min_size=1,
    max_size=9,
).map(" ".join)


def arguments(read: Callable[..., Any], words: str) -> dict[str, Any]:
    """Something for each parameter of a production but the cursor."""
    known = {
        "phrase": normalise(words),
        "context": P26,
        "relates": Relation("FROM", "<="),
        "report": True,
        "named": True,
        "sign": "/",
        "months": 6,
        "edge": "EDGE1",
        "repeated": "BEFORE",
        "before": Span("quarter", 1, 3),
        "last": Span("quarter", 1, 3),
        "first": Span("month", 3, 3),
    }
    names = [name for name in inspect.signature(read).parameters if name not in {"cursor", "kinds"}]
    if read.__name__ == "late_end_of_range":
        known["first"] = Expression((Span("month", 3, 3),), "one")
    return {name: known[name] for name in names}


@settings(max_examples=300, deadline=None)
@given(WORDS, st.integers(0, 4))
def test_a_production_that_does_not_match_leaves_the_cursor_where_it_stood(words: str, begin: int) -> None:
    tokens = tokenise(normalise(words).folded)
    for read in PRODUCTIONS:
        cursor = Cursor(tokens)
        cursor.at = begin = min(begin, len(tokens))
        kinds = ("NUM", "NUMERAL") if "kinds" in inspect.signature(read).parameters else ()
        try:
            found = read(cursor, *kinds, **arguments(read, words))
        except ImpossibleDateError:
            continue
        assert begin <= cursor.at <= len(tokens)
        if found is None or found is False:
            assert cursor.at == begin, read.__name__


def cursor_at(words: str) -> Cursor:
    return Cursor.of(normalise(words))


@production
def two_numbers(cursor: Cursor) -> int | None:
    first, second = cursor.take("NUM"), cursor.take("NUM")
    return second.value if first and second else None


@production
def unclear(cursor: Cursor) -> bool:
    return cursor.take("NUM") is None


def test_the_cursor_goes_back_whatever_a_production_took() -> None:
    cursor = cursor_at("1 tháng")
    assert two_numbers(cursor) is None
    assert unclear(cursor) is False
    assert not cursor.finish()
    assert cursor.at == 0


def test_alternatives_lookahead_and_brackets_of_the_cursor() -> None:
    cursor = cursor_at("1 2 (3 4) 5 6 (7 8")
    assert cursor.sees(two_numbers)
    assert cursor.at == 0
    assert cursor.first_of(cursor_at_month, two_numbers) == 2
    assert cursor.bracketed(two_numbers) == 4
    assert cursor.bracketed(two_numbers) is None
    assert cursor.maybe_bracketed(two_numbers) == 6
    opened = cursor.at
    assert cursor.maybe_bracketed(two_numbers) is None  # its closing bracket is not there
    assert cursor.at == opened
    assert (cursor.kind(), cursor.kind(2), cursor.kind(9)) == ("(", "NUM", "")
    token = cursor.peek(1)
    assert token is not None
    assert token.value == 7
    assert cursor.peek(9) is None


def cursor_at_month(cursor: Cursor) -> int | None:
    token = cursor.take("MONTH")
    return token.value if token else None
