"""The sheet ``Chỉ tiêu``: what a unit says of the targets that its template asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.answers.extras import INDICATOR, ExtraPart, noted
from danvan_xl.answers.rows import RowReading
from danvan_xl.answers.second_sheets import hidden_id
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.book import Book, Row
from danvan_xl.model.submission import Value
from danvan_xl.model.targets import Part, TargetAnswer
from danvan_xl.round.asked import Asked, asked_targets, target_mark
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import PARTS, AskedTarget, title_of
from danvan_xl.round.target_readers import not_reached, readers_of

NO_LONGER_ASKED = "I030"


class TargetsSaid(Struct):
    """Target → what was said of it, for every target that the template asked for; and what was found."""

    answers: dict[str, TargetAnswer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def filled(self) -> dict[str, Value]:
        """Target → something that was said of it, for those of which anything was."""
        return {name: next(iter(said.values.values())) for name, said in self.answers.items() if said.values}


def asked_in(asked: Asked, current: Round, unit: str) -> Mapping[str, AskedTarget]:
    """The targets that the template of a file asked for and that the plan still asks of the unit, by id."""
    return {item.target.id: item for item in asked_targets(current, unit) if item.target.id in asked.targets}


def asked_by_sheets(book: Book, current: Round, unit: str) -> Asked:
    """What a file asked for that has lost its identity sheet: all targets of its unit where it has their sheet."""
    if all(key(sheet.name) != key(layout.TARGETS) for sheet in book.sheets):
        return Asked()
    return Asked(targets={item.target.id: target_mark(item) for item in asked_targets(current, unit)})


def read_targets(
    part: ExtraPart,
    current: Round,
    wanted: Mapping[str, AskedTarget],
    asked: Asked,
    *,
    must_answer: bool,
    doubtful: Collection[str] = (),
) -> TargetsSaid:
    """What the sheet says of the targets ``wanted``; ``asked``: what the template asked for.

    ``must_answer``: whether an empty one is a warning; ``doubtful``: targets that another sheet contradicts.
    """
    said, rows = TargetsSaid(), part.rows()
    said.findings += _dropped(part, asked, wanted, rows.findings)
    numbers = {name: number for number, name in enumerate(asked.targets, start=1)}
    for name, item in wanted.items():
        row = rows.by_id.get(name)
        if row is None:
            said.answers[name] = TargetAnswer(sound=name not in doubtful)
            if must_answer:
                nothing = _silence(item, Location(sheet=part.table.sheet.name))
                said.findings += _of_target(name, [nothing])
            continue
        reading = _read_row(part, item, numbers[name], row, is_as_printed=asked.targets[name] == target_mark(item))
        reading.findings += _row_findings(part, item, row, reading, current, must_answer=must_answer)
        said.findings += _of_target(name, noted(reading.findings, _note(reading)))
        cells = {
            one: (part.table.sheet.name, where.cell)
            for one in item.open
            if (where := part.table.place(row.number, one)).cell is not None
        }
        values: dict[Part, Value] = {one: reading.values[one] for one in PARTS if one in reading.values}
        said.answers[name] = TargetAnswer(values, cells, sound=name not in doubtful)
    return said


def _read_row(part: ExtraPart, item: AskedTarget, number: int, row: Row, *, is_as_printed: bool) -> RowReading:
    """The answer cells of a target's row. Words of ours that the plan has changed since are those of the template."""
    ours = {"text": item.text, "unit": item.target.unit, "required": item.required}
    if not is_as_printed:
        ours = {name: show(part.table.cell(row, name)) for name in ours}
    own = replace(part, checker=replace(part.checker, readers=readers_of(item.target)))
    return own.read(item.target.id, number, row, {name: words for name, words in ours.items() if words})


def _note(reading: RowReading) -> str | None:
    words = reading.values.get("note")
    return show(words) if words is not None else None


def _of_target(name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a row with the target that they are about."""
    return (replace(item, args={**item.args, INDICATOR: name}) for item in findings)


def _dropped(
    part: ExtraPart, asked: Asked, wanted: Mapping[str, AskedTarget], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """What was odd about the rows; one that the template had and the plan no longer asks for is said to be that."""
    gone = set()
    for row in part.table.rows():
        name = hidden_id(part.table, row)
        if name in asked.targets and name not in wanted:
            gone.add(part.table.place(row.number, "text").cell)
            ours = (one for one in part.table.spec.fixed if one != layout.F_CHECK)
            part.cells.other(row, {one: show(part.table.cell(row, one)) for one in ours})
    for item in findings:
        is_gone = item.code == "R019" and item.location.cell in gone
        yield finding(NO_LONGER_ASKED, item.location, item.found) if is_gone else item


def _row_findings(
    part: ExtraPart, item: AskedTarget, row: Row, reading: RowReading, current: Round, *, must_answer: bool
) -> Iterator[Finding]:
    yield from _part_and_whole(part, row, reading)
    yield from _day_findings(part, row, reading, current)
    if must_answer and "value" not in reading.faulty:
        yield from _missing(part, item, row, reading)


def _part_and_whole(part: ExtraPart, row: Row, reading: RowReading) -> Iterator[Finding]:
    some, whole = (_number(reading, name) for name in ("numerator", "denominator"))
    if some is not None and whole is not None and some > whole:
        where = part.table.place(row.number, "numerator")
        args = {"title": title_of("numerator"), "other_title": title_of("denominator"), "whole": show(whole)}
        yield Finding("V020", Severity.ERROR, where, show(some), args)


def _number(reading: RowReading, name: str) -> float | None:
    value = reading.values.get(name)
    return value if isinstance(value, (int, float)) and name not in reading.faulty else None


def _day_findings(part: ExtraPart, row: Row, reading: RowReading, current: Round) -> Iterator[Finding]:
    """A day before the plan's first, or after the one up to which the report speaks."""
    value = reading.values.get("day")
    if not isinstance(value, date) or "day" in reading.faulty:
        return
    first, last = current.first_day, max(current.first_day, current.last_day)
    if first <= value <= last:
        return
    code, bound = ("D001", first) if value < first else ("D002", last)
    where = part.table.place(row.number, "day")
    yield finding(code, where, show(value), title=title_of("day"), bound=show(bound))


def _missing(part: ExtraPart, item: AskedTarget, row: Row, reading: RowReading) -> Iterator[Finding]:
    """What the target needs and nobody gave: all of it, or a part."""
    needed = item.target.kind.parts
    if reading.values.get("document") == not_reached():
        needed = ("document",)
    lacking = [name for name in needed if name not in reading.values and name not in part.table.missing]
    if not lacking:
        return
    where = part.table.place(row.number, lacking[0])
    if len(lacking) == len(needed):
        yield _silence(item, where)
    else:
        titles = ", ".join(map(title_of, lacking))
        yield finding("V042", where, target_title=item.target.title, titles=titles)


def _silence(item: AskedTarget, where: Location) -> Finding:
    titles = ", ".join(map(title_of, item.target.kind.parts))
    return finding("V041", where, target_title=item.target.title, titles=titles)


def kept_as_typed(said: Mapping[str, TargetAnswer], findings: Iterable[Finding]) -> Mapping[str, TargetAnswer]:
    """The answers, those with something to mend as they were typed, so that nothing adds them up."""
    bad = {
        str(item.args[INDICATOR])
        for item in findings
        if INDICATOR in item.args and item.severity is Severity.ERROR and item.is_open
    }
    return {name: answer if answer.sound and name not in bad else unsound(answer) for name, answer in said.items()}


def unsound(answer: TargetAnswer) -> TargetAnswer:
    """The answer as one that the unit must mend: its values as text."""
    values: dict[Part, Value] = {part: show(value) for part, value in answer.values.items() if value is not None}
    return replace(answer, values=values, sound=False)
