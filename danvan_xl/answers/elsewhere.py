"""What a file says of itself outside its identity sheet: the name typed beside ``Đơn vị báo cáo``, its own file name.

A typed name of another unit of the plan contradicts the inside and stops the file. Anything else typed there is a
remark, and so is a file name, where everything inside says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from msgspec.structs import replace

from danvan_xl.answers.labels import beside_label, first_labelled
from danvan_xl.answers.tables import find_tables
from danvan_xl.answers.typed_names import is_name_of, named_in
from danvan_xl.language.text import key
from danvan_xl.model import Finding, Severity, Unit, finding, layout
from danvan_xl.model.book import Book
from danvan_xl.model.submission import Identity
from danvan_xl.round.fields import show, tidy
from danvan_xl.round.file_names import period_in_name, units_in_name
from danvan_xl.round.printed import PrintedRecord, mark_of
from danvan_xl.round.round import Round

OTHER_UNIT, OTHER_WORDS = "I005", "I024"
"""What was typed names another unit; it says anything else than the unit's name."""

OTHER_FILE_NAME = "I025"
LONGEST_NAME = 200
"""Characters of what was typed that a finding shows."""


def said_elsewhere(book: Book, identity: Identity, unit: Unit, current: Round) -> tuple[Finding, ...]:
    """Where the typed name or the file's name differ from the inside: blockers, and remarks."""
    typed = tuple(_typed_names(book, unit, current))
    return (*typed, *_file_name(book, identity, unit, current, typed))


def as_remarks(found: Iterable[Finding], unit: Unit) -> Iterator[Finding]:
    """What was typed, where a person has said whose file it is: it stays told."""
    for item in found:
        if item.code in (OTHER_UNIT, OTHER_WORDS):
            remark = finding(OTHER_WORDS, item.location, item.found, unit=unit.name)
            yield replace(remark, severity=Severity.INFO)


def units_of_ids(book: Book, current: Round) -> set[str]:
    """The units that the hidden line ids of the file name."""
    found = set()
    for table in find_tables(book, current.specs).found.values():
        for row in table.rows():
            mark = table.cell(row, layout.F_ID)
            words = mark.strip() if isinstance(mark, str) else ""
            match = layout.LINE_ID_FORM.fullmatch(words) or layout.OWN_ID_FORM.fullmatch(words)
            if match:
                found.add(match["unit"])
    return found


def units_typed(book: Book, current: Round) -> set[str]:
    """The units whose names are typed beside the label."""
    found: set[str] = set()
    for sheet in book.sheets:
        typed = beside_label(sheet, layout.UNIT_LABEL)
        if typed is not None and isinstance(typed.value, str):
            found |= named_in(typed.value, current.plan, current.names).surely
    return found


def _typed_names(book: Book, unit: Unit, current: Round) -> Iterator[Finding]:
    """What stands beside the label, on every sheet that has it, and is no name of the unit that the file is for."""
    for sheet in book.sheets:
        typed = beside_label(sheet, layout.UNIT_LABEL)
        if typed is None or typed.value is None or typed.value == unit.name:
            continue
        words = show(tidy(typed.value)[0]).strip()
        if not words or is_name_of(words, unit, current.plan):
            continue
        named = named_in(words, current.plan, current.names)
        others = named.surely - {unit.id}
        is_own = unit.id in named.surely | named.perhaps
        shown = words[:LONGEST_NAME]
        if others and not is_own:
            yield finding(OTHER_UNIT, typed.place, shown, unit=unit.name, other=_names(others, current))
        elif not _is_printed(book, sheet.name, typed.place.cell, words):
            is_doubtful = others or named.perhaps - {unit.id} or named.foreign
            severity = Severity.WARNING if is_doubtful else Severity.INFO
            yield finding(OTHER_WORDS, typed.place, shown, severity=severity, unit=unit.name)


def _is_printed(book: Book, sheet: str, cell: str | None, words: str) -> bool:
    """Whether the template itself has these words in the cell: the unit was renamed since."""
    record = PrintedRecord.read(book.sheet(layout.IDENTITY_SHEET))
    return record.sheets.get(sheet, {}).get(cell or "") == mark_of(words)


def _file_name(
    book: Book, identity: Identity, unit: Unit, current: Round, typed: Iterable[Finding]
) -> Iterator[Finding]:
    """Where the file's name clearly names another unit, or another period of the same kind.

    ``typed``: what was found of the typed name. It is a remark where the inside is sure.
    """
    name = PurePath(book.path.replace("\\", "/")).name
    named = units_in_name(name, current.names)
    others = _names(named, current) if named and unit.id not in named else ""
    period = period_in_name(name, current.period.kind)
    other_period = period if period is not None and period != identity.period else ""
    if not others and not other_period:
        return
    if all(item.code != OTHER_UNIT for item in typed) and _is_sure(book, unit, current):
        said = "; ".join(filter(None, (others, other_period)))
        args = {"unit": unit.name, "other": said, "units": others, "period": identity.period, "id": unit.id}
        yield replace(finding(OTHER_FILE_NAME, None, name), args=args)
        return
    if others:
        yield finding("I009", None, name, unit=unit.name, other=others, id=unit.id)
    if other_period:
        yield finding("I015", None, name, period=identity.period, other=other_period, id=unit.id)


def _is_sure(book: Book, unit: Unit, current: Round) -> bool:
    """Whether everything inside says the same: every line id is the unit's, and the guide names the period."""
    ids = units_of_ids(book, current)
    if ids != {unit.id} and (ids or current.by_unit[unit.id]):
        return False
    period = first_labelled(book, layout.PERIOD_LABEL)
    words = show(tidy(period.value)[0]) if period is not None else ""
    if period is None or not words or key(words) == key(current.period.label):
        return True
    return _is_printed(book, period.place.sheet or "", period.place.cell, words)


def _names(units: Iterable[str], current: Round) -> str:
    """The names of units, in the plan's order."""
    wanted = frozenset(units)
    return ", ".join(item.name for item in current.plan.reporting_units if item.id in wanted)
