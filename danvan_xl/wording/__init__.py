"""Every sentence that a user reads, by code, in Vietnamese and English, as data.

Two kinds of catalogue, both TOML beside this module:

* ``findings/<letter>.toml``: one table per finding code (``F010``), with ``severity`` (its default), and the
  templates ``message``, ``expected`` (optional) and ``mend`` (optional), each ``{ vi = "…", en = "…" }``.
* ``texts/<area>.toml``: everything else, ``key = { vi = "…", en = "…" }``.

Templates are ``str.format`` templates. A key that is missing is a programming error and raises ``KeyError``;
``tests/core/test_wording.py`` proves that every code that the program uses is in the catalogue in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from msgspec import Struct, field

Lang = Literal["vi", "en"]
HERE = Path(__file__).parent
LANGS: tuple[Lang, ...] = ("vi", "en")


@cache
def _load(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / folder / f"{name}.toml").read_text(encoding="utf-8"))


def text(area: str, key: str, lang: Lang = "vi", /, **args: object) -> str:
    """The sentence ``key`` of ``texts/<area>.toml`` in ``lang``, its template filled with ``args``."""
    template = cast(str, _load("texts", area)[key][lang])
    return template.format(**args) if args else template


class Sentence(Struct, frozen=True):
    """A sentence of ``texts/<area>.toml`` that waits for the language it is said in.

    ``args`` fill its template; those that are sentences themselves are said in the same language.
    """

    area: str
    key: str
    args: Mapping[str, object] = field(default_factory=dict)

    def say(self, lang: Lang = "vi") -> str:
        """The sentence in a language."""
        filled = {name: value.say(lang) if isinstance(value, Sentence) else value for name, value in self.args.items()}
        return text(self.area, self.key, lang, **filled)


def sentence(area: str, key: str, /, **args: object) -> Sentence:
    """The sentence ``key`` of ``area``, to be said later."""
    return Sentence(area, key, args)


class SentenceError(ValueError):
    """A value that can't be used; ``str()`` is the sentence in Vietnamese, ``said`` the sentence for any language."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(said.say())
        self.said = said


def finding_entry(code: str) -> dict[str, Any]:
    """The catalogue's table for a finding code: ``severity``, ``message``, ``expected``, ``mend``."""
    return cast("dict[str, Any]", _load("findings", code[0])[code])


def finding_text(code: str, part: str, lang: Lang, args: dict[str, object]) -> str | None:
    """``part`` (``message``, ``expected`` or ``mend``) of a finding, filled; ``None`` where it has none."""
    entry = finding_entry(code).get(part)
    return None if entry is None else cast(str, entry[lang]).format(**args)


@cache
def live_templates() -> tuple[str, ...]:
    """The templates of all that the live check of a template may show, in every language."""
    codes = (finding_entry(code).get("live") for code in finding_codes())
    entries = [
        *(
            _load("texts", "template")[name]
            for name in ("live_good", "live_optional", "live_nil", "live_enough", "live_explained")
        ),
        *(item for item in codes if item is not None),
    ]
    return tuple(sorted({item[lang] for item in entries for lang in LANGS}))


def finding_codes() -> tuple[str, ...]:
    """Every finding code of the catalogue, sorted."""
    letters = sorted(path.stem for path in (HERE / "findings").glob("*.toml"))
    return tuple(code for letter in letters for code in sorted(_load("findings", letter)))
