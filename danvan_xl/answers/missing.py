"""Lines that a file lacks: deleted by the unit, or never in its template, because the plan grew since."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.model import Line, Role, layout
from danvan_xl.model.book import Book
from danvan_xl.model.submission import Answer
from danvan_xl.round.asked import Asked
from danvan_xl.round.round import Round
from danvan_xl.wording import text

MOST_NAMED, LONGEST_NAME = 20, 90
"""Lines that a finding names; characters of a line's text."""


class Missing(Struct):
    """The lines that a file lacks. ``unclear``: an old template does not say whether it had them."""

    deleted: list[Line] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)
    unclear: list[Line] = field(default_factory=list)


def missing_lines(
    book: Book, asked: Asked, answers: Mapping[str, Answer], current: Round, unit: str, *, older: bool
) -> Missing:
    """The lead lines of a unit without an answer, each with why. ``older``: the template is of an older version."""
    found = Missing()
    unsaid: dict[str, list[Line]] = {}
    for line in current.by_unit[unit].values():
        if line.role is not Role.LEAD or line.id in answers:
            continue
        had = asked.had(line)
        if had is None and not older:
            unsaid.setdefault(line.task.appendix, []).append(line)
        else:
            (found.deleted if had else found.new).append(line)
    for appendix, lines in unsaid.items():
        present = sum(item.role is Role.LEAD and item.appendix == appendix for item in answers.values())
        _by_count(found, lines, present, _lead_lines_said(book, current.appendices[appendix].sheet))
    return found


def missing_coordinating(asked: Asked, seen: Collection[str], current: Round, unit: str) -> list[Line]:
    """The coordinating lines of a unit that its template had and its file has no more. ``seen``: ids of lines there."""
    lines = (line for line in current.by_unit[unit].values() if line.role is Role.COORDINATE)
    return [line for line in lines if line.id not in seen and asked.had(line)]


def _by_count(found: Missing, lines: list[Line], present: int, said: int | None) -> None:
    """A template of 0.1.0 lists no lines, but says in its guide how many lead lines it has."""
    if said is not None and said <= present:
        found.new += lines
    elif said is not None and said >= present + len(lines):
        found.deleted += lines
    else:
        found.unclear += lines


def _lead_lines_said(book: Book, sheet: str) -> int | None:
    """How many lead lines of an appendix the guide of the file says that it has."""
    guide = book.sheet(layout.GUIDE_SHEET)
    if guide is None:
        return None
    number = "777"
    forms = [
        re.escape(key(text("template", "guide_sheet_lines", lang, sheet=sheet, lead=number, coordinate="888")))
        for lang in ("vi", "en")
    ]
    pattern = re.compile("|".join(form.replace(number, "([0-9]+)").replace("888", "[0-9]+") for form in forms))
    for row in guide.rows:
        for value in row.values:
            if isinstance(value, str) and (match := pattern.fullmatch(key(value))):
                return int(next(group for group in match.groups() if group is not None))
    return None


def name_of_line(line_id: str, words: str) -> str:
    """A line's id and its text."""
    short = " ".join(words.split())
    short = short if len(short) <= LONGEST_NAME else f"{short[: LONGEST_NAME - 1].rstrip()}…"
    return f"{line_id} “{short}”" if short else line_id


def listed(names: Iterable[str]) -> str:
    """Names for a finding; of many, the first."""
    all_names = list(names)
    few = "; ".join(all_names[:MOST_NAMED])
    return (few if len(all_names) <= MOST_NAMED else f"{few}; … (+{len(all_names) - MOST_NAMED})") or "-"
