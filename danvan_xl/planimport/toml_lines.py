"""The lines of a rule file as they are written, each with the doubts that a person must look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct, field

from danvan_xl.wording import Lang, text


class Doubt(Struct, frozen=True):
    """What a person must check: where in the rule file, what is there, and why."""

    where: str
    text: str
    why: str


class Writer(Struct):
    """The lines of the file so far, and their doubts."""

    lang: Lang
    lines: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def blank(self, head: str = "") -> None:
        """Add an empty line, and the header of a table if one follows."""
        self.lines += ["", head] if head else [""]

    def comment(self, key: str, **args: object) -> None:
        """Add a comment line in the user's language."""
        self.lines.append("# " + flat(text("planimport", key, self.lang, **args)))

    def put(self, where: str, name: str, value: object, whys: Iterable[str] = ()) -> None:
        """Add the line ``name = value``, followed by its doubts."""
        line = f"{name} = {toml(value)}"
        said = list(dict.fromkeys(whys))
        if said:
            sentences = [flat(text("planimport", f"why_{why}", self.lang)) for why in said]
            line += f"   # KIỂM TRA: {'; '.join(sentences)}"
            self.doubts += [Doubt(f"{where}.{name}" if where else name, _said(value), why) for why in sentences]
        self.lines.append(line)

    def note(self, where: str, found: str, why: str) -> None:
        """Add a doubt that has no line of its own, as a comment above the table that it concerns."""
        sentence = flat(text("planimport", f"why_{why}", self.lang))
        self.lines.append(f"# KIỂM TRA: {sentence} “{flat(found)}”" if found else f"# KIỂM TRA: {sentence}")
        self.doubts.append(Doubt(where, found, sentence))


def toml(value: object) -> str:
    """A value as TOML: text, whole number, day, list or inline table of these."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date | int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + " }"
    assert isinstance(value, Sequence)
    return "[" + ", ".join(map(toml, value)) + "]"


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, Sequence) else str(value)


def flat(words: str) -> str:
    return " ".join(words.split())
