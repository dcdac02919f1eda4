"""What stands in the guides is what the program says and does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from danvan_xl import wording
from danvan_xl.rules.checks import CHECKS
from tools import guides

ROOT = guides.REPOSITORY
GUIDES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PICTURES = sorted((ROOT / "docs" / "images").glob("*.png"))
EXAMPLES = guides.all_examples()
AGAIN = "stale: run python tools/guides.py examples, and look at what changed"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# ---- generated parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_a_guide_holds_what_the_generator_writes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert guides.filled(text) == text, AGAIN


def test_filling_a_guide_twice_changes_nothing() -> None:
    once = guides.filled("<!-- generated: findings N vi -->\nold\n<!-- end -->\nkept\n")
    assert guides.filled(once) == once
    assert "old" not in once
    assert once.endswith("<!-- end -->\nkept\n")


@pytest.mark.parametrize("command", guides.commands())
def test_every_command_is_documented_with_its_options(command: str) -> None:
    assert f"## danvan-xl {command}\n\n<!-- generated: options {command} -->" in text_of("docs/lenh.md")


@pytest.mark.parametrize("command", guides.commands())
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`{command}`" in text_of("README.md")


@pytest.mark.parametrize("letter", sorted({code[0] for code in wording.finding_codes()}))
@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_letter_of_the_finding_codes_has_its_table(letter: str, lang: str) -> None:
    assert f"<!-- generated: findings {letter} {lang} -->" in text_of("docs/ma-phat-hien.md")


@pytest.mark.parametrize("kind", CHECKS)
def test_every_rule_kind_is_explained(kind: str) -> None:
    text = text_of("docs/quy-tac.md")
    assert f"#### `{kind}`" in text
    assert f"<!-- generated: kind {kind} -->" in text


def keys_of(schema: object) -> Iterator[str]:
    """Every key that a schema lets a file have."""
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name == "properties":
                yield from part
            yield from keys_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys_of(part)


@pytest.mark.parametrize("schema", sorted((ROOT / "rules" / "schemas").glob("*.json")), ids=lambda path: path.name)
def test_every_key_of_a_rule_file_is_documented(schema: Path) -> None:
    text = text_of("docs/gui-thu.md" if schema.name.startswith("mail") else "docs/quy-tac.md")
    named = set(re.findall(r"`([A-Za-z_]+)", text))
    wanted = set(keys_of(json.loads(schema.read_text(encoding="utf-8")))) - {"$schema"}
    assert wanted - named == set()


# ---- links, pictures, words ----------------------------------------------------------------------------------


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_link_of_a_guide_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, place = unquote(target).partition("#")
        file = (path.parent / name).resolve() if name else path
        if name == "benchmarks/RESULTS.md" and not file.exists():
            continue  # written by the benchmarks
        assert file.exists(), target
        if place:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert place in {anchor(heading) for heading in headings}, target


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_is_shown_in_a_guide(picture: Path) -> None:
    assert picture.stat().st_size <= 200_000
    assert any(f"images/{picture.name}" in guide.read_text(encoding="utf-8") for guide in GUIDES)


@pytest.mark.parametrize("path", [*GUIDES, *(ROOT / "examples").rglob("*.txt")], ids=lambda path: path.name)
def test_no_path_of_a_machine_stands_in_a_guide_or_example(path: Path) -> None:
    assert not re.search(r"/(work|root|home|tmp|Users)/", path.read_text(encoding="utf-8"))


# ---- examples ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert guides.danvan(["demo", "demo"], folder)[0] == 0
    return folder / "demo"


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.folder.name)
def test_an_example_prints_what_stands_in_the_guide(item: guides.Example, demo: Path, tmp_path: Path) -> None:
    code, said = guides.run_example(item, demo, tmp_path / "w")
    assert said == item.output, AGAIN
    assert code == item.exit_code


def test_every_example_stands_in_a_guide() -> None:
    guides = "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    assert [e.folder.name for e in EXAMPLES if f"<!-- generated: example {e.folder.name} -->" not in guides] == []
