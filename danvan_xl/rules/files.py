"""Where rule files are: shipped with the package, overridden by files of the same name in a workspace."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

FOLDERS = {"form": "forms", "plan": "plans", "regime": "regimes", "calendar": "calendars"}
"""Kind of rule file → its folder below ``rules/``. ``units.toml`` is in ``rules/`` itself."""


def shipped() -> Path:
    """The folder of the shipped rule files: inside an installed package, or ``rules/`` of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_rules"
    return inside if inside.is_dir() else package.parent / "rules"


class Problem(Struct, frozen=True):
    """A problem in a rule file: file, key path (``fields[3].constraints.minimum``) and a sentence."""

    file: str
    key: str
    message: str


class RulesError(Exception):
    """The rules or the workspace are faulty, so nothing was done. Holds every problem in every file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{p.file}: {p.key}: {p.message}" for p in problems))
        self.problems = problems


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


def read_toml(path: Path) -> tuple[dict[str, Any] | None, bytes, tuple[Problem, ...]]:
    """The parsed file and its bytes; None and the problem if it is missing, not UTF-8, or not TOML."""
    from danvan_xl.wording import text

    content = b""
    try:
        content = path.read_bytes()
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n")), content, ()
    except OSError:
        return None, content, (Problem(str(path), "", text("rules", "unreadable")),)
    except UnicodeDecodeError:
        return None, content, (Problem(str(path), "", text("rules", "not_utf8")),)
    except tomllib.TOMLDecodeError as error:
        return None, content, (Problem(str(path), "", text("rules", "not_toml", detail=str(error))),)
