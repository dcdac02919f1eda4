"""Fill the generated parts of the guides and the outputs of the examples: ``python tools/guides.py docs``.

A guide is Markdown written by hand. Between ``<!-- generated: NAME ARGUMENTS -->`` and ``<!-- end -->`` is what the
program itself knows: options of a command, finding codes, rule kinds, examples. A test checks that the committed files
are what this module writes. ``python tools/guides.py examples`` runs the examples and keeps what they print.

An example is a folder with ``cmd.txt`` (lines with ``#`` say what it shows, ``exit N`` the exit code if it isn't 0, one
line is the command) and ``out.txt`` (what it prints). Every example runs in a fresh copy of the demo's workspace; other
files of the folder are copied into it. It needs a checkout, so it is not part of the package.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

import click
from msgspec import Struct

from danvan_xl import wording
from danvan_xl.cli.app import root
from danvan_xl.cli.translated import Command
from danvan_xl.model import Severity
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.rules.checks import CHECKS
from danvan_xl.wording import Lang

REPOSITORY = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"<!-- generated: (?P<call>[^>]+?) -->\n.*?<!-- end -->", re.DOTALL)
SEVERITY_WORDS: Mapping[str, str] = {
    Severity.BLOCKER: "không nhận tệp", Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo", Severity.INFO: "thông tin",
}  # fmt: skip
HEADINGS: Mapping[Lang, tuple[str, ...]] = {
    "vi": ("Mã", "Mức độ", "Câu hiện ra", "Cần", "Cách sửa"),
    "en": ("Code", "Severity", "Sentence", "Expected", "How to mend"),
}
PROGRAM = "import sys; from danvan_xl.cli import main; sys.argv[0] = 'danvan-xl'; main()"
MOMENT = "20/06/2026 08:00"  # stands for the present moment, which differs from run to run


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "\n".join(f"| {' | '.join(map(in_table, line))} |" for line in lines)


def in_table(words: str) -> str:
    """Words as a cell may hold them: in code only the bar needs care, elsewhere what looks like a tag too."""
    words = words.replace("|", "\\|").replace("\n", " ")
    return words if words.startswith("`") else words.replace("<", "&lt;")


def bare(sentence: str) -> str:
    """A sentence of the catalogue with dots where the program puts a name or a value."""
    return re.sub(r"\{[^}]*\}", "…", sentence)


# ---- commands ------------------------------------------------------------------------------------------------


def commands(lang: Lang = "vi") -> dict[str, click.Command]:
    """Every command that does something, by its words (``plan import``), in the order of ``--help``."""

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command, obj=lang)
            for name in command.list_commands(context):
                yield from walk(cast(click.Command, command.get_command(context, name)), (*words, name))
        else:
            yield " ".join(words), command

    return dict(walk(root(lang), ()))


def options(*words: str) -> str:
    """The options of a command."""
    lang: Lang = "vi"
    command = cast(Command, commands(lang)[" ".join(words)])
    context = click.Context(command, info_name=" ".join(words), obj=lang)
    usage = " ".join(["danvan-xl", *words, *command.collect_usage_pieces(context)])
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            rows.append((f"`{record[0]}`", " ".join(record[1].split())))
    listed = table(("Tùy chọn", "Ý nghĩa"), rows) if rows else "Không có tùy chọn."
    return f"{command.say_help(lang)}\n\n    {usage}\n\n{listed}"


# ---- findings and rule kinds ---------------------------------------------------------------------------------


def findings(letter: str, language: str) -> str:
    """The finding codes of a letter."""
    lang: Lang = "en" if language == "en" else "vi"
    rows = []
    for code in wording.finding_codes():
        if code.startswith(letter):
            entry = wording.finding_entry(code)
            said = [bare(entry.get(part, {}).get(lang, "")) for part in ("message", "expected", "mend")]
            severity = SEVERITY_WORDS[entry["severity"]] if lang == "vi" else entry["severity"]
            rows.append((f"`{code}`", severity, *said))
    return table(HEADINGS[lang], rows)


def kind(name: str) -> str:
    """A rule kind: the finding whose words the live column shows, and a rule of this kind from the shipped forms."""
    code = CHECKS[name].code
    says = f"Phát hiện: `{code}` {bare(wording.finding_entry(code)['message']['vi'])}"
    for path in sorted((REPOSITORY / "rules" / "forms").glob("*.toml")):
        for block in re.findall(r"^\[\[checks\]\]\n(?:.+\n)+", path.read_text(encoding="utf-8"), re.MULTILINE):
            if f'kind = "{name}"' in block:
                return f"{says} Ví dụ, trong `rules/forms/{path.name}`:\n\n```toml\n{block.strip()}\n```"
    return says


# ---- examples ------------------------------------------------------------------------------------------------


class Example(Struct, frozen=True):
    """A command, what it shows, its exit code and what it prints."""

    folder: Path
    says: str
    command: str
    exit_code: int
    output: str


def read_example(folder: Path) -> Example:
    """The example of a folder."""
    lines = (folder / "cmd.txt").read_text(encoding="utf-8").splitlines()
    says = " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))
    command = next(line for line in lines if line.startswith("danvan-xl "))
    exit_code = next((int(line.split()[1]) for line in lines if line.startswith("exit ")), 0)
    kept = folder / "out.txt"
    return Example(folder, says, command, exit_code, kept.read_text(encoding="utf-8") if kept.exists() else "")


def all_examples() -> list[Example]:
    """Every example of the repository."""
    return [read_example(path.parent) for path in sorted((REPOSITORY / "examples").glob("*/cmd.txt"))]


def danvan(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run the program in a folder: exit code, and what it printed without this run's paths and moments."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DANVAN_")}
    plain = {
        "DANVAN_TODAY": "2026-06-18",
        "COLUMNS": "110",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(REPOSITORY),
    }
    before = datetime.now(VIETNAM_TIME)
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(
        command, check=False, cwd=folder, env={**kept, **plain}, capture_output=True, encoding="utf-8"
    )
    said = re.sub(r"\b[0-9a-f]{64}\b", "…", done.stdout + done.stderr)
    for place in (folder.resolve(), REPOSITORY):
        said = said.replace(f"{place}{os.sep}", "").replace(str(place), ".")
    for moment in {before, datetime.now(VIETNAM_TIME)}:
        said = re.sub(rf"{moment:%d/%m/%Y} \d\d:\d\d", MOMENT, said)
    return done.returncode, "\n".join(line.rstrip() for line in said.splitlines()) + "\n"


def run_example(item: Example, demo: Path, folder: Path) -> tuple[int, str]:
    """Run an example in a copy of the demo's workspace made in ``folder``."""
    shutil.copytree(demo, folder)
    shutil.copytree(item.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cmd.txt", "out.txt"))
    return danvan(shlex.split(item.command)[1:], folder)


def write_examples() -> None:
    """Keep what every example prints now."""
    with tempfile.TemporaryDirectory() as name:
        demo = Path(name) / "demo"
        danvan(["demo", str(demo)], Path(name))
        for item in all_examples():
            code, said = run_example(item, demo, Path(name) / "examples" / item.folder.name)
            (item.folder / "out.txt").write_text(said, encoding="utf-8", newline="\n")
            if code != item.exit_code:
                raise SystemExit(f"{item.folder.name}: exit {code}, cmd.txt says {item.exit_code}")


def example(name: str) -> str:
    """An example with what it prints."""
    item = read_example(REPOSITORY / "examples" / name)
    ends = f" Mã thoát {item.exit_code}." if item.exit_code else ""
    return f"{item.says}{ends}\n\n```console\n$ {item.command}\n{item.output}```"


# ---- files ---------------------------------------------------------------------------------------------------

BLOCKS: Mapping[str, Callable[..., str]] = {"options": options, "findings": findings, "kind": kind, "example": example}


def filled(text: str) -> str:
    """A guide with its generated parts written again."""

    def fill(match: re.Match[str]) -> str:
        name, *arguments = match["call"].split()
        return f"<!-- generated: {match['call']} -->\n{BLOCKS[name](*arguments)}\n<!-- end -->"

    return BLOCK.sub(fill, text)


def main(arguments: list[str]) -> None:
    """``FOLDER``: fill its guides. ``examples``: run the examples first, then fill ``docs``."""
    folder = Path(arguments[0] if arguments else "docs")
    if folder.name == "examples":
        write_examples()
        folder = REPOSITORY / "docs"
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if (now := filled(text)) != text:
            path.write_text(now, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
