"""``--lang en``: no sentence of the Vietnamese catalogue reaches a terminal or JSON; what is data stays as it is."""

from __future__ import annotations

import re
import shutil
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from danvan_xl.cli.app import COMMANDS
from danvan_xl.model.statuses import AnswerState
from tests.support.demo import RECEIVED, demo
from tests.support.program import run

PLACE = re.compile(r"\{[^{}]*\}")
SHORTEST = 8


def tables() -> Iterator[dict[str, object]]:
    for folder in ("findings", "texts"):
        for item in files("danvan_xl.wording").joinpath(folder).iterdir():
            yield tomllib.loads(item.read_text(encoding="utf-8"))


def sentences(entry: object) -> Iterator[tuple[str, str]]:
    """(Vietnamese, English) of every sentence below a table of the catalogue."""
    if isinstance(entry, dict) and isinstance(entry.get("vi"), str):
        yield entry["vi"], entry["en"]
    elif isinstance(entry, dict):
        for below in entry.values():
            yield from sentences(below)


def is_vietnamese(words: str) -> bool:
    """Whether there is a letter that English has not."""
    return "đ" in words.lower() or any(unicodedata.combining(sign) for sign in unicodedata.normalize("NFD", words))


def squeezed(words: str) -> str:
    return " ".join(words.split())


@cache
def pieces() -> tuple[str, ...]:
    """What is said in Vietnamese alone: the fixed parts of sentences, without what English says too."""
    both = [pair for table in tables() for pair in sentences(table)]
    english = squeezed(" ".join(en for _, en in both))
    found = {squeezed(part) for vi, _ in both for part in PLACE.split(vi)}
    data = squeezed(" ".join(path.read_text(encoding="utf-8") for path in rule_files()))
    return tuple(
        part
        for part in sorted(found)
        if len(part) >= SHORTEST and is_vietnamese(part) and part not in english and part not in data
    )


def rule_files() -> list[Path]:
    root = Path(__file__).parents[2] / "rules"
    return [*root.glob("*/*.toml"), *Path(__file__).parents[2].glob("danvan_xl/rules/demo_data/*/*/*.toml")]


DATA = {*(item.value for item in AnswerState), "Tình hình nộp", "Không phát sinh", "Chưa thực hiện", "Hướng dẫn"}
"""Values of the contract and names of sheets, which are the same in every language."""


def leaks(words: str) -> list[str]:
    shown = squeezed(words)
    return [part for part in pieces() if part in shown and part not in DATA]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with files of every kind in it, and mistakes beside it."""
    folder = tmp_path_factory.mktemp("en") / "xa"
    shutil.copytree(demo(), folder)
    received = folder / RECEIVED
    (received / "hong.xlsx").write_bytes(b"PK\3\4" + bytes(500))
    (received / "anh.jpg").write_bytes(b"\xff\xd8\xff\xe0anh")
    (received / "ke-hoach.doc").write_bytes(b"{\\rtf1 text}")
    return folder


SETTINGS = {
    "toml": 'plan = “gia-loc”\nperiod = 2026-H1\nstrict = có\n[due\nx = "1\n',
    "schema": 'plan = "gia-loc"\nperiod = "6/2026"\nstrikt = true\n[due]\n"2026-H1" = 0\nstrict = 1\n[mail]\nx = 1\n',
    "codes": 'plan = "gia-loc"\nperiod = "2026-H1"\n[due]\n"2026-H9" = "1/1"\n"a:2026-H1" = "mai"\n[owners]\nX = "K"\n',
    "plan": 'plan = "gialoc"\nperiod = "2026-H1"\n',
    "due": 'plan = "gia-loc"\nperiod = "2026-H1"\n[due]\n"2026-H1" = 15/06/2025\n',
    "elsewhere": 'plan = "gia-loc"\nperiod = "2031-Q3"\n',
    "twice": 'plan = "gia-loc"\nplan = "gia-loc"\nperiod = "2026-H1"\n',
}

INSIDE = [
    "status", "status --json", "check --zalo", "check --json", "merge -o ra.xlsx", "merge --json -o ra.xlsx",
    "merge --as-of 20/6/2031 -o ra.xlsx", "template -o mau-moi", "template --unit LA -o x", "calendar",
    "calendar --json",
    "rules check", "rules list", "units", "units --json", "plans", "explain quý_II trước_ngày_14_hằng_tháng đầu_hè",
    "extend KT --until 20/6 --reason x", "extend KT --until 20/6/2031 --reason x", "extend LA --until 1/7 --reason x",
    "extend KT --until mai --reason x", "waive", "waive --list", "waive V015 --unit KT --until 30/6 --reason x",
    "waive X --unit KT --until 30/6 --reason x", "send consolidated", "send consolidated --date mai", "check khong-co",
    "check --period 6/2026", "check --plan gialoc", "check --due mai", "check --owner X", "check --as KT",
    "merge --join LA -o ra.xlsx", "migrate nhan/2026-H1/hong.xlsx", "khong-co", "check --khong-co", "calendar --year x",
]  # fmt: skip


@pytest.mark.parametrize("line", INSIDE)
def test_a_command_in_a_workspace_says_nothing_in_vietnamese(line: str, office: Path) -> None:
    done = run("--lang", "en", *(word.replace("_", " ") for word in line.split()), cwd=office)
    assert leaks(done.stdout) + leaks(done.stderr) == []
    assert done.stdout or done.stderr


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("line", ["rules check", "template -o mau"])
def test_mistakes_in_the_settings_are_said_in_english(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "danvan.toml").write_text(SETTINGS[name], encoding="utf-8")
    done = run("--lang", "en", *line.split(), cwd=tmp_path)
    assert leaks(done.stdout) + leaks(done.stderr) == []
    assert done.stdout or done.stderr


@pytest.mark.parametrize("name", ["", *COMMANDS, "send consolidated", "rules check", "rules list", "plan import"])
def test_help_is_in_english(name: str, tmp_path: Path) -> None:
    done = run("--lang", "en", *name.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert leaks(done.stdout) == []
    assert not [word for word in done.stdout.split() if word in {"TÙY", "CHỮ", "TỆP", "THƯ_MỤC", "[bắt"}]


def test_the_first_workspace_and_the_demo_are_in_english(tmp_path: Path) -> None:
    for words in (
        ["init", "xa", "--plan", "phu-thinh", "--period", "2025-H1"],
        ["demo", "thu"],
        ["plan", "import", "x.docx"],
    ):
        done = run("--lang", "en", *words, cwd=tmp_path)
        assert leaks(done.stdout) + leaks(done.stderr) == []


def test_the_scan_finds_what_it_is_for(office: Path) -> None:
    for line in ("status", "rules check", "template --unit LA -o x"):
        done = run(*line.split(), cwd=office)
        assert leaks(done.stdout + done.stderr)


# ---- the catalogues --------------------------------------------------------------------------------------------------

QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|\([^()]*\)|\{[^{}]*\}")
NAMES = re.compile(
    "Đạt|Gia Lộc|Tình hình nộp|Phát hiện|Dữ liệu|Số liệu|Khó khăn, kiến nghị|Lỗi cần sửa|Hướng dẫn|NĐ-CP|PHỤ LỤC"
    "|Không phát sinh|Giải trình|Kiểm tra|Hoàn thành|Đã trả lời|dân vận|Để trống|Nơi nhận|Thường xuyên|Sở Nội vụ"
)
"""Names of sheets, columns and places, which stand in English sentences as they are."""

PRINTED = ("C", "D", "F", "I", "N", "R", "S", "V", "X", "cli", "rules", "calendar", "troubles", "mail", "planimport")


def said_in_english() -> Iterator[tuple[str, str]]:
    for folder in ("findings", "texts"):
        for item in files("danvan_xl.wording").joinpath(folder).iterdir():
            area = item.name.removesuffix(".toml")
            if area in PRINTED:
                for _, en in sentences(tomllib.loads(item.read_text(encoding="utf-8"))):
                    yield area, en


def test_no_english_sentence_has_vietnamese_but_in_quotes_and_names() -> None:
    left = [(area, en) for area, en in said_in_english() if is_vietnamese(NAMES.sub("", QUOTED.sub("", en)))]
    assert left == []
