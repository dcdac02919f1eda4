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

from danvan_xl.answers.elsewhere import OTHER_FILE_NAME
from danvan_xl.language.showable import shown
from danvan_xl.language.text import key
from danvan_xl.merging.arrival import Arrivals
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.joining import joined
from danvan_xl.model import Finding, Location, finding
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Answer, Submission, Value
from danvan_xl.model.targets import TargetAnswer
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import PARTS, title_of

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
    """The files, each with its status; what was joined (unit → the whole); what changed; what is said of the order."""

    files: list[AnySubmission]
    joined: dict[str, Submission] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


def name_of(item: AnySubmission) -> str:
    """A file's name without its folder."""
    return PurePath(item.path.replace("\\", "/")).name


def moment_of(time: datetime) -> str:
    """A time as it is said."""
    return f"{time.astimezone(VIETNAM_TIME):%H:%M %d/%m/%Y}"


def once_each(files: Iterable[AnySubmission], arrivals: Arrivals) -> list[AnySubmission]:
    """The same bytes twice count once; the copy that came first (then by path) counts."""
    first: dict[str, AnySubmission] = {}
    result: list[AnySubmission] = []
    for item in sorted(files, key=arrivals.order):
        original = first.get(item.sha256) if item.sha256 and item.status is not FileStatus.IGNORED else None
        if original is None:
            first[item.sha256] = item
            result.append(item)
        else:
            found = finding("X002", Location(file=item.path), None, other=name_of(original))
            result.append(item.set_aside(FileStatus.DUPLICATE, found))
    return result


def one_of_each_unit(
    files: list[AnySubmission],
    current: Round,
    rule: Resubmission,
    arrivals: Arrivals,
    join: frozenset[str] = frozenset(),
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
        reports = [item for item in several if not item.untouched]
        if reports and len(reports) < len(several):
            changed |= _without_untouched(several, reports, current.units[unit].name)
        else:
            reports = several
        if len(reports) > 1:
            reports, refused = _without_misnamed(reports, arrivals)
            changed |= refused
        if len(reports) == 1:
            continue
        if rule == "join" or unit in join:
            halves, whole = joined([item.whole() for item in sorted(reports, key=arrivals.order)], current)
            changed |= {item.path: item for item in halves}
            result.joined[unit] = whole
        else:
            changed |= _Choice(reports, current, unit, arrivals).latest(rule, result)
    result.files = [changed.get(item.path, item) for item in files]
    return result


def _without_untouched(
    several: list[AnySubmission], reports: list[AnySubmission], unit: str
) -> dict[str, AnySubmission]:
    """Templates that came back empty never take the place of a report, whenever they came."""
    names = ", ".join(sorted(name_of(item) for item in reports))
    found = [(item, finding("X016", Location(file=item.path), None, unit=unit, other=names)) for item in several]
    return {item.path: item.set_aside(FileStatus.SUPERSEDED, note) for item, note in found if item.untouched}


def _other_unit(item: AnySubmission) -> Finding | None:
    """The remark that a file's name says another unit than its inside."""
    remarks = (one for one in item.whole().findings if one.code == OTHER_FILE_NAME and one.is_open)
    return next((one for one in remarks if one.args["units"]), None)


def _without_misnamed(
    reports: list[AnySubmission], arrivals: Arrivals
) -> tuple[list[AnySubmission], dict[str, AnySubmission]]:
    """The reports among which one is chosen, and those refused: a name that says another unit replaces nothing.

    Whoever sent such a file may have filled in a colleague's. It counts where it is all that there is, or where the
    unit has sent another one since.
    """
    remarks = {item.path: remark for item in reports if (remark := _other_unit(item)) is not None}
    named = [item for item in reports if item.path not in remarks]
    if not remarks or not named:
        return reports, {}
    newest = max(named, key=arrivals.last_key)
    refused: dict[str, AnySubmission] = {}
    for item in (item for item in reports if item.path in remarks):
        came, before = arrivals.last(item), arrivals.last(newest)
        if came is None or before is None or came >= before:
            args = remarks[item.path].args
            found = finding("I009", None, name_of(item), unit=args["unit"], other=args["units"], id=args["id"])
            refused[item.path] = item.set_aside(FileStatus.REFUSED, found)
    return [item for item in reports if item.path not in refused], refused


class _Choice:
    """Several reports of one unit, of which one may count. ``last``: the one whose content came last."""

    def __init__(self, several: list[AnySubmission], current: Round, unit: str, arrivals: Arrivals) -> None:
        self.current, self.unit, self.name, self.arrivals = current, unit, current.units[unit].name, arrivals
        self.ordered = sorted(several, key=arrivals.last_key)
        self.last, self.former = self.ordered[-1], self.ordered[:-1]
        self.came = [arrivals.last(item) for item in self.ordered]

    def latest(self, rule: Resubmission, result: Resolution) -> dict[str, AnySubmission]:
        """The last one counts, where the rule and the order of arrival allow it; else none does: a person is asked."""
        between = self.arrivals.back_from_before(self.last, self.former)
        ordered = None not in self.came and self.came.count(self.came[-1]) == 1
        counts = rule == "latest" and ordered and not between
        found = compare(self.ordered[-2].whole(), self.last.whole(), self.current)
        result.changes += found
        changed: dict[str, AnySubmission] = {}
        for item in self.ordered:
            status, notes = item.status, list[Finding]()
            if not counts:
                status = FileStatus.REFUSED
                notes = [self._back(item, between) if ordered and between else self._unclear(item)]
            elif item is not self.last:
                status = FileStatus.SUPERSEDED
                notes = [finding("X003", Location(file=item.path), None, unit=self.name, other=name_of(self.last))]
            if item is self.last:
                notes += change_findings(found, name_of(self.ordered[-2]))
            for one in notes:
                item = item.set_aside(status, one)  # noqa: PLW2901 - the same file with one more finding
            changed[item.path] = item
        if counts:
            result.notes += self._against_its_time()
        return changed

    def _unclear(self, item: AnySubmission) -> Finding:
        others = ", ".join(sorted(name_of(other) for other in self.ordered if other is not item))
        return finding("X004", Location(file=item.path), None, unit=self.name, other=others)

    def _back(self, item: AnySubmission, between: list[AnySubmission]) -> Finding:
        """The last one is what the unit had sent before others: whether it takes them back only the unit knows."""
        seen = self.arrivals.last_seen(self.last)
        again = shown(seen.file) if seen is not None else name_of(self.last)
        others = ", ".join(name_of(other) for other in between)
        first = name_of(self.last)
        return finding("X017", Location(file=item.path), None, unit=self.name, first=first, other=others, again=again)

    def _against_its_time(self) -> Iterator[Finding]:
        """Said where the last one is older by its own time than one that it replaces."""
        seen, own = self.arrivals.last_seen(self.last), self.last.received
        older = [item for item in self.former if own and item.received and item.received >= own]
        if seen is None or own is None or not older:
            return
        other = older[-1]
        yield finding(
            "X015", None, self.unit, unit=self.name, file=name_of(self.last), seen=moment_of(seen.seen),
            time=moment_of(own), other=name_of(other), other_time=moment_of(other.received or own),
        )  # fmt: skip


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
    for name in dict.fromkeys((*before.targets, *after.targets)):
        first, second = before.targets.get(name, TargetAnswer()), after.targets.get(name, TargetAnswer())
        item = current.targets.get(name)
        for part in PARTS:
            was, now = show(first.values.get(part)), show(second.values.get(part))
            if was != now:
                yield Change(unit, item.target.title if item else name, part, title_of(part), was, now)
