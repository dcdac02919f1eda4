"""Several files of one unit: the same bytes count once, the later replaces the earlier, or halves are joined by line.

Nothing is overwritten silently: what counts instead of what, and what changed, are findings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Literal

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.joining import joined
from danvan_xl.model import Finding, Location, finding
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round

Resubmission = Literal["latest", "ask", "join"]
MOST_CHANGES = 30
"""Cells that are reported one by one; the rest is counted."""


class Change(Struct, frozen=True):
    """A cell that a later file of a unit fills differently. ``line``: a line id, an indicator or a question."""

    unit: str
    line: str
    field: str
    title: str
    before: str
    after: str
    sheet: str | None = None
    row: int | None = None


class Resolution(Struct):
    """The files, each with its status; what was joined (unit → the whole); what changed."""

    files: list[AnySubmission]
    joined: dict[str, Submission] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


def name_of(item: AnySubmission) -> str:
    """A file's name without its folder."""
    return PurePath(item.path.replace("\\", "/")).name


def by_arrival(item: AnySubmission) -> tuple[bool, datetime, str]:
    """The order of arrival; files without a time last, then by path."""
    return item.received is None, item.received or datetime.max, item.path  # noqa: DTZ901 - only orders


def once_each(files: Iterable[AnySubmission]) -> list[AnySubmission]:
    """The same bytes twice count once; the copy received first (then by path) counts."""
    first: dict[str, AnySubmission] = {}
    result: list[AnySubmission] = []
    for item in sorted(files, key=by_arrival):
        original = first.get(item.sha256) if item.sha256 and item.status is not FileStatus.IGNORED else None
        if original is None:
            first[item.sha256] = item
            result.append(item)
        else:
            found = finding("X002", Location(file=item.path), None, other=name_of(original))
            result.append(item.set_aside(FileStatus.DUPLICATE, found))
    return result


def one_of_each_unit(
    files: list[AnySubmission], current: Round, rule: Resubmission, join: frozenset[str] = frozenset()
) -> Resolution:
    """Which of a unit's several files counts, by the rule in force. ``join``: units whose files are joined anyway."""
    of_unit: dict[str, list[AnySubmission]] = defaultdict(list)
    for item in files:
        if item.is_used and item.unit:
            of_unit[item.unit].append(item)
    result = Resolution(files)
    changed: dict[str, AnySubmission] = {}
    for unit, several in of_unit.items():
        if len(several) == 1:
            continue
        if rule == "join" or unit in join:
            halves, whole = joined([item.whole() for item in sorted(several, key=by_arrival)], current)
            changed |= {item.path: item for item in halves}
            result.joined[unit] = whole
        else:
            changed |= _latest(several, current, unit, rule, result.changes)
    result.files = [changed.get(item.path, item) for item in files]
    return result


def _latest(
    several: list[AnySubmission], current: Round, unit: str, rule: Resubmission, changes: list[Change]
) -> dict[str, AnySubmission]:
    """The last one received counts, where the rule and the times allow it; else none does, and a person is asked."""
    name = current.units[unit].name
    times = [item.received for item in several if item.received is not None]
    clear = rule == "latest" and len(times) == len(several) and times.count(max(times)) == 1
    ordered = sorted(several, key=by_arrival)
    last = ordered[-1]
    found = compare(ordered[-2].whole(), last.whole(), current)
    changes += found
    changed: dict[str, AnySubmission] = {}
    for item in several:
        status, others = item.status, ", ".join(sorted(name_of(other) for other in several if other is not item))
        notes: list[Finding] = []
        if clear and item is not last:
            status = FileStatus.SUPERSEDED
            notes = [finding("X003", Location(file=item.path), None, unit=name, other=name_of(last))]
        elif not clear:
            status = FileStatus.REFUSED
            notes = [finding("X004", Location(file=item.path), None, unit=name, other=others)]
        if item is last:
            notes += change_findings(found, name_of(ordered[-2]))
        for one in notes:
            item = item.set_aside(status, one)  # noqa: PLW2901 - the same file with one more finding
        changed[item.path] = item
    return changed


# ---- what changed --------------------------------------------------------------------------------------------


def change_findings(changes: list[Change], other: str) -> Iterator[Finding]:
    """The changes against the file ``other``, cell by cell; those beyond ``MOST_CHANGES`` are only counted."""
    for item in changes[:MOST_CHANGES]:
        where = Location(sheet=item.sheet, column=item.title)
        line = item.line if "@" in item.line else None
        before, now = item.before or "-", item.after or "-"
        yield finding("X008", where, before, line=line, id=item.line, title=item.title, other=other, now=now)
    if len(changes) > MOST_CHANGES:
        yield finding("X009", None, None, count=len(changes) - MOST_CHANGES, other=other)


def _by_line(file: Submission) -> dict[str, Answer]:
    """Answers by line; a unit's own lines by text, since their numbers only count them."""
    return {answer.line if answer.task else f"+{key(answer.text)}": answer for answer in file.answers}


def compare(before: Submission, after: Submission, current: Round) -> list[Change]:
    """What a unit's later file says differently from its earlier one, cell by cell."""
    unit = after.unit or ""
    old, new = _by_line(before), _by_line(after)
    changes: list[Change] = []
    for line in dict.fromkeys((*old, *new)):
        first, second = old.get(line), new.get(line)
        shown = second or first
        assert shown is not None
        titles = {item.name: item.title for item in current.form_of(current.appendices[shown.appendix]).fields}
        place = (second.sheet, second.row) if second else (None, None)
        for name, title in titles.items():
            was = first.values.get(name) if first else None
            now = second.values.get(name) if second else None
            if was != now:
                label = shown.text[:60] if shown.task is None else shown.line
                changes.append(Change(unit, label, name, title, show(was), show(now), *place))
    changes += _extra_changes(before, after, current, unit)
    return changes


def _extra_changes(before: Submission, after: Submission, current: Round, unit: str) -> Iterator[Change]:
    titles: dict[str, str] = {}
    for name in (current.plan.statistics, current.plan.difficulties):
        if name:
            form = current.forms[name]
            titles |= {item.id: item.title for item in form.indicators}
            titles |= {item.id: item.title for item in form.questions}
    pairs: tuple[tuple[dict[str, Value], dict[str, Value]], ...] = (
        ({**before.figures}, {**after.figures}),
        ({**before.words}, {**after.words}),
    )
    for old, new in pairs:
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                title = titles.get(name, name)
                yield Change(unit, title, name, title, show(old.get(name)), show(new.get(name)))
