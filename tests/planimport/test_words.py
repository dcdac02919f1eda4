"""Every sentence of the plan import stands in the catalogue, and every one that stands there is said."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from danvan_xl.wording import LANGS

SOURCES = "".join(
    item.read_text(encoding="utf-8")
    for item in (
        *files("danvan_xl.planimport").iterdir(),
        files("danvan_xl.cli").joinpath("plan_import.py"),
    )
    if item.name.endswith(".py")
)
CATALOGUE = tomllib.loads(files("danvan_xl.wording").joinpath("texts", "planimport.toml").read_text(encoding="utf-8"))
SAID = re.compile(
    r"(?:doubt\([^()]*?, |why_|\.append\(|PlanImportError\(|doubts\[[^\]]*\] = |comment\(|"
    r'text\(\s*"planimport",\s*)"([a-z_]+)"'
)


def test_every_sentence_that_the_code_names_is_in_the_catalogue() -> None:
    named = set(SAID.findall(SOURCES))
    assert len(named) > 30
    missing = {name for name in named if name not in CATALOGUE and f"why_{name}" not in CATALOGUE}
    assert missing == set()


def test_every_sentence_of_the_catalogue_is_said_and_has_both_languages() -> None:
    literals = set(re.findall(r"['\"]([a-z_]+)['\"]", SOURCES))
    for key, words in CATALOGUE.items():
        assert set(words) == set(LANGS), key
        assert key in literals or key.removeprefix("why_") in literals, key
