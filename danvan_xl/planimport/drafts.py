"""The rows of an appendix → group headings and tasks, in printed order; nothing is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.planimport.ooxml import roman
from danvan_xl.planimport.table_layout import NUMBER, PrintedRow, field_of

_ROMAN = re.compile(r"[IVXLC]+")
_DOTTED = re.compile(r"(\d+)[.\-]\d")
_COUNTER = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
_LONGEST_HEADING = 160
_NAMES = ("lead_text", "coordinate_text")
_TOGETHER = key("phối hợp")
Doubts = dict[str, list[str]]


class GroupDraft(Struct):
    """A heading row. ``doubts``: field (``stt``, ``title``) → keys of sentences."""

    stt: str
    title: str
    doubts: Doubts = field(default_factory=dict)
    parent: str = ""
    """The number of the Roman heading above a heading in Arabic numerals."""


class TaskDraft(Struct):
    """A task: its cells by field, the group it belongs to, and its doubts by field."""

    values: dict[str, str]
    group: GroupDraft | None
    doubts: Doubts = field(default_factory=dict)

    def doubt(self, name: str, why: str) -> None:
        """Record a doubt about a field, once."""
        found = self.doubts.setdefault(name, [])
        if why not in found:
            found.append(why)


class Reading(Struct):
    """What was read from the rows of one appendix."""

    groups: list[GroupDraft] = field(default_factory=list)
    tasks: list[TaskDraft] = field(default_factory=list)
    skipped: int = 0
    """Rows that say nothing new: repeated headings, column numbers, empty rows, duplicate rows."""
    lost: list[tuple[str, str]] = field(default_factory=list)
    """(text, key of the sentence): content that a plan file has no place for."""
    current: GroupDraft | None = None
    roman: str = ""
    """The number of the last heading in Roman numerals."""
    last: GroupDraft | TaskDraft | None = None

    def add(self, row: PrintedRow) -> None:
        """Take one row."""
        if _says_nothing(self, row):
            self.skipped += 1
            return
        if _is_more(self, row):
            _more(self, row)
        elif _is_group(self, row):
            _group(self, row)
        else:
            _task(self, row)
        self.lost += [(f"{title}: {text}" if title else text, "no_place") for title, text in _others(row)]

    def open_group(self, stt: str, title: str, bare: bool) -> GroupDraft:
        """Start a group from a heading row; ``bare``: its number is missing."""
        is_roman = bool(_ROMAN.fullmatch(stt))
        group = GroupDraft(stt, title, {"stt": ["number_lost"]} if bare else {}, "" if is_roman else self.roman)
        self.roman = stt if is_roman else self.roman
        self.groups.append(group)
        self.current = self.last = group
        return group


def _others(row: PrintedRow) -> Iterable[tuple[str, str]]:
    return ((title, text) for title, text in row.others.items() if text)


def _filled(row: PrintedRow) -> list[str]:
    return [text for text in (*row.values.values(), *row.others.values()) if text]


def _says_nothing(reading: Reading, row: PrintedRow) -> bool:
    filled = _filled(row)
    if not filled:
        return True
    if len(filled) > 2 and all(_COUNTER.fullmatch(text) for text in filled):
        return True  # (1) (2) (3) under the headings
    same = sum(field_of(text) == name for name, text in row.values.items() if text)
    if same > 1 and same == len([text for text in row.values.values() if text]):
        return True  # the headings repeated on a new page
    return _is_doubled(reading, row)


def _is_doubled(reading: Reading, row: PrintedRow) -> bool:
    last = reading.last
    if not isinstance(last, TaskDraft) or row.values.get("stt") or not row.values.get("text"):
        return False
    doubled = all(last.values.get(name, "") == text for name, text in row.values.items() if text and name != "stt")
    if doubled and len([text for text in row.values.values() if text]) > 1:
        last.doubt("text", "doubled_row")
        return True
    return False


def _is_more(reading: Reading, row: PrintedRow) -> bool:
    """Whether the row continues the previous task: after a page break, or with a text merged over several rows."""
    if not isinstance(reading.last, TaskDraft) or row.merged:
        return False
    if "text" in row.continued:
        return True
    stt, text = row.values.get("stt", ""), row.values.get("text", "")
    if stt or (row.values.get("roadmap") and row.values.get("lead_text") and text):
        return False  # a line of its own, although it may begin with a lower-case letter
    return not text or text[0].islower() or _breaks_off(reading.last, row)


def _breaks_off(last: TaskDraft, row: PrintedRow) -> bool:
    """Whether the previous text plainly stops in the middle and this row has nothing else."""
    return last.values["text"].rstrip()[-1:] in (",", "-", "–") and not _rest(row)


def _rest(row: PrintedRow) -> list[str]:
    return [text for name, text in row.values.items() if text and name not in ("stt", "text")]


def _is_group(reading: Reading, row: PrintedRow) -> bool:
    stt, text = row.values.get("stt", "").rstrip(".)"), row.values.get("text", "")
    if [name for name in row.values if row.values[name] and name not in ("stt", "text", *row.continued)]:
        return False
    ends = text.rstrip().endswith((".", ";", "…"))
    long = len(text) > _LONGEST_HEADING
    if not text or (ends and long):
        return False  # a last cell stretched to the end of a short row looks like a heading too
    if row.merged or row.bold or _ROMAN.fullmatch(stt):
        return True
    if _rest(row) or long or ends or _DOTTED.match(stt):
        return False  # what _rest returns is merged with the cells of the task above
    if not stt:
        return not (isinstance(reading.last, GroupDraft))
    return not _follows_task(reading, stt)


def _follows_task(reading: Reading, stt: str) -> bool:
    """Whether a lone text is really the next task of a table without groups, its other cells lost."""
    last = reading.last
    if reading.current is not None or not isinstance(last, TaskDraft):
        return False
    before = last.values.get("stt", "").rstrip(".)")
    return before.isdecimal() and stt.isdecimal() and int(stt) == int(before) + 1


def _more(reading: Reading, row: PrintedRow) -> None:
    last = reading.last
    assert isinstance(last, TaskDraft)
    for name, text in row.values.items():
        if not text or name == "stt" or name in row.continued or text == last.values.get(name):
            continue
        apart = "\n" if name in _NAMES and text[0].isupper() else " "  # another unit, or the rest of a name
        last.values[name] = f"{last.values.get(name, '')}{apart}{text}".strip()
        last.doubt(name, "continued")
    _copy_doubts(last, row)


def _group(reading: Reading, row: PrintedRow) -> None:
    stt, title = row.values.get("stt", "").rstrip(".)"), " ".join(row.values["text"].split())
    found = reading.open_group(stt, title, not stt)
    if row.shifted or any(why != "merged_across" for _, why in row.doubts if why != "shifted"):
        found.doubts.setdefault("title", []).append("odd_heading")


def _task(reading: Reading, row: PrintedRow) -> None:
    values = {name: _one_line(name, text) for name, text in row.values.items()}
    task = TaskDraft(values, reading.current)
    if not values.get("text"):
        values["text"] = "…"
        task.doubt("text", "text_lost")
    if values["text"][0].islower():
        task.doubt("text", "begins_small")
    if not _rest(row):
        for name in values.keys() - {"stt", "text"}:
            task.doubt(name, "cells_lost")
    for name in row.missing:
        task.doubt(name, "cells_lost")
    if _TOGETHER in key(values.get("lead_text", "")):
        task.doubt("lead_text", "lead_and_coordinate")
    if "stt" in row.continued:
        task.doubt("stt", "number_merged")
    _copy_doubts(task, row)
    reading.tasks.append(task)
    reading.last = task


def _one_line(name: str, text: str) -> str:
    return " ".join(text.split()) if name in ("stt", "roadmap") else text


def _copy_doubts(task: TaskDraft, row: PrintedRow) -> None:
    for name, why in row.doubts:
        if name in task.values:
            task.doubt(name, why)


def finish(reading: Reading) -> None:
    """Find what only the whole appendix shows: lost numbers, a missing heading, gaps in the numbering."""
    inside: dict[int, list[TaskDraft]] = {}
    for task in reading.tasks:
        inside.setdefault(id(task.group), []).append(task)
    before = ""
    for group in reading.groups:
        if not group.stt:
            _name_bare_group(group, before, inside.get(id(group), []))
        before = group.stt
    for tasks in inside.values():
        _watch_numbers(tasks)
    _head_first_tasks(reading)


def _ordinal(stt: str) -> int:
    if stt.isdecimal():
        return int(stt)
    return next((number for number in range(1, 60) if roman(number) == stt), 0)


def _as(model: str, number: int) -> str:
    return roman(number) if _ROMAN.fullmatch(model) else str(number)


def _name_bare_group(group: GroupDraft, before: str, tasks: list[TaskDraft]) -> None:
    """Number a heading that lost its number: from its tasks (9.1), else one more than the previous heading."""
    dotted = next((found[1] for task in tasks if (found := _DOTTED.match(task.values.get("stt", "")))), "")
    group.stt = dotted or (_as(before, _ordinal(before) + 1) if _ordinal(before) else "")
    if _ROMAN.fullmatch(group.stt):
        group.parent = ""


def _head_first_tasks(reading: Reading) -> None:
    """Add the lost heading of tasks above the first heading, if that is not number one."""
    orphans = [task for task in reading.tasks if task.group is None]
    if not orphans or not reading.groups or _ordinal(reading.groups[0].stt) < 2:
        return
    first = reading.groups[0].stt
    lost = GroupDraft(_as(first, _ordinal(first) - 1), "", {"stt": ["heading_lost"], "title": ["heading_lost"]})
    reading.groups.insert(0, lost)
    for task in orphans:
        task.group = lost


def _watch_numbers(tasks: list[TaskDraft]) -> None:
    before = 0
    for task in tasks:
        stt = task.values.get("stt", "")
        if stt and not NUMBER.fullmatch(stt):
            task.doubt("stt", "odd_number")
        tail = re.split(r"[.\-]", stt.strip("().").replace(")", ""))[-1]
        if not tail.isdecimal():
            continue
        if before and int(tail) == before:
            task.doubt("stt", "number_twice")
        elif before and int(tail) != before + 1:
            task.doubt("stt", "number_jumps")
        before = int(tail)
