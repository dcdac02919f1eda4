"""Where rule files are: shipped with the package, overridden by files of the same name in a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from danvan_xl.rules.toml_reading import decoded, parsed
from danvan_xl.wording import Sentence, sentence

FOLDERS = {"form": "forms", "plan": "plans", "regime": "regimes", "calendar": "calendars"}
"""Kind of rule file → its folder below ``rules/``. ``units.toml`` is in ``rules/`` itself."""


def shipped() -> Path:
    """The folder of the shipped rule files: inside an installed package, or ``rules/`` of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_rules"
    return inside if inside.is_dir() else package.parent / "rules"


class Problem(Struct, frozen=True):
    """A problem in a rule file: file, key path (``fields[3].constraints.minimum``), a sentence, the line if known."""

    file: str
    key: str
    said: Sentence
    line: int | None = None

    @property
    def message(self) -> str:
        """The sentence in Vietnamese."""
        return self.said.say("vi")


class RulesError(Exception):
    """The rules or the workspace are faulty, so nothing was done. Holds every problem in every file, with its line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = located(problems)
        super().__init__("\n".join(f"{p.file}: {p.key}: {p.message}" for p in self.problems))


def located(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each once, with the line of its key where its file can be read and has one."""
    from danvan_xl.rules.toml_scan import line_of

    texts: dict[str, str] = {}

    def line(problem: Problem) -> int | None:
        text = texts.setdefault(problem.file, _text_of(problem.file))
        return line_of(problem.key, text) if problem.key else None

    return distinct(p if p.line else replace(p, line=line(p)) for p in problems)


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each once."""
    return tuple({(p.file, p.key, p.line, p.message): p for p in problems}.values())


def _text_of(file: str) -> str:
    """The text of a file; empty where it can't be read."""
    with suppress(OSError, ValueError):
        return decoded(Path(file).read_bytes())
    return ""


def written_at(problem: Problem) -> str:
    """What stands on a problem's line; empty where nothing is known, or where it may be a password."""
    from danvan_xl.rules.toml_mistakes import SECRETS, shown

    lines = _text_of(problem.file).split("\n")
    if problem.line is None or problem.line > len(lines):
        return ""
    line = lines[problem.line - 1].strip()
    return "" if SECRETS.match(line) else shown(line)


class RuleSource(Struct, frozen=True):
    """The rule files in force: those in a workspace's ``rules/`` folder, then the shipped ones.

    ``verdicts``: which of the workspace's files are known to meet their schema.
    """

    override: Path | None = None
    verdicts: Path | None = None

    def _roots(self) -> Iterator[Path]:
        if self.override is not None and self.override.is_dir():
            yield self.override
        yield shipped()

    def find(self, kind: str, name: str) -> Path | None:
        """The rule file of this name; None if there is none."""
        for root in self._roots():
            path = root / FOLDERS[kind] / f"{name}.toml"
            if path.is_file():
                return path
        return None

    def every(self, kind: str) -> Mapping[str, Path]:
        """Name → file for every rule file of a kind, with overrides replacing shipped ones."""
        found: dict[str, Path] = {}
        for root in self._roots():
            for path in sorted((root / FOLDERS[kind]).glob("*.toml")):
                found.setdefault(path.stem, path)
        return dict(sorted(found.items()))

    def units_file(self) -> Path:
        """``units.toml``, the standard organisations."""
        return next(root / "units.toml" for root in self._roots() if (root / "units.toml").is_file())

    @staticmethod
    def schema(kind: str) -> Path:
        """The JSON Schema of a kind of rule file."""
        return shipped() / "schemas" / f"{kind}.schema.json"


def read_toml(
    path: Path, number: Callable[[str], Any] = float
) -> tuple[dict[str, Any] | None, bytes, tuple[Problem, ...]]:
    """The parsed file and its bytes; None and its problems if it is missing, in no Unicode encoding, or no TOML.

    ``number``: what a number with a point becomes.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None, b"", (Problem(str(path), "", sentence("rules", "unreadable")),)
    data, mistakes = parsed(content, number)
    return data, content, tuple(Problem(str(path), "", mistake.said, mistake.line) for mistake in mistakes)
