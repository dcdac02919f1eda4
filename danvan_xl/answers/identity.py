"""Whose answers a file holds: the inside decides, and what is written elsewhere is only compared with it.

A contradiction between the identity sheet, the typed name and what a person said stops the file and states both values;
for what is a contradiction, see ``elsewhere``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from msgspec import Struct

from danvan_xl.answers.elsewhere import as_remarks, said_elsewhere, units_of_ids, units_typed
from danvan_xl.answers.tables import find_tables
from danvan_xl.model import Finding, Location, Severity, finding, layout
from danvan_xl.model.book import Book, RawValue
from danvan_xl.model.submission import Identity
from danvan_xl.round.round import Round

NEEDED = ("plan", "plan_version", "unit", "period")
HERE = Location(sheet=layout.IDENTITY_SHEET)


class Verdict(Struct, frozen=True):
    """Whose file it is, or the blockers that say why nobody can tell; ``notes`` go with an identity."""

    identity: Identity | None
    blockers: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


def _as_text(value: RawValue) -> str:
    return "" if value is None else str(value).strip()


def identity_pairs(book: Book) -> Mapping[str, str] | None:
    """The rows of the hidden sheet, name → value; None where it is missing."""
    sheet = book.sheet(layout.IDENTITY_SHEET)
    if sheet is None:
        return None
    return {_as_text(row.values[0]): _as_text(row.values[1]) for row in sheet.rows if len(row.values) > 1}


def read_identity(book: Book) -> tuple[Identity | None, Finding | None]:
    """What the hidden sheet says, or the finding that it is missing or wrong."""
    pairs = identity_pairs(book)
    if pairs is None:
        return None, finding("I001")
    missing = [name for name in NEEDED if not pairs.get(name)]
    if missing or not re.fullmatch(r"[0-9]{1,6}", pairs["plan_version"]):
        shown = ", ".join(missing) or f"plan_version = {pairs['plan_version']}"
        return None, finding("I008", HERE, shown)
    version = int(pairs["plan_version"])
    known = (pairs["plan"], version, pairs["unit"], pairs["period"], pairs.get("format", ""))
    return Identity(*known, pairs.get("carried_from", "")), None


def identify(book: Book, current: Round, confirmed: str | None = None) -> Verdict:
    """Whose file it is. ``confirmed``: the unit that a person says it is (``--as``)."""
    identity, problem = read_identity(book)
    if identity is None:
        assert problem is not None
        return _lost(book, current, problem, confirmed)
    blockers = list(_inside(identity, current))
    unit = current.units.get(identity.unit)
    if confirmed is not None and confirmed != identity.unit and identity.plan == current.plan.id:
        blockers.append(finding("I017", HERE, identity.unit, said=confirmed))
    notes: list[Finding] = []
    if unit is not None and identity.plan == current.plan.id:
        elsewhere = said_elsewhere(book, identity, unit, current)
        if confirmed == identity.unit:
            doubted = any(item.severity is not Severity.INFO for item in elsewhere)
            notes += [finding("I018", HERE, unit.id, unit=unit.name)] if doubted else []
            notes += as_remarks(elsewhere, unit)
        else:
            blockers += [item for item in elsewhere if item.severity is Severity.BLOCKER]
            notes += [item for item in elsewhere if item.severity is not Severity.BLOCKER]
        if not (unit.is_valid_on(current.period.first) or unit.is_valid_on(current.period.last)):
            notes.append(finding("I016", HERE, unit.name))
    return Verdict(None if blockers else identity, tuple(blockers), tuple(notes))


def _inside(identity: Identity, current: Round) -> Iterator[Finding]:
    """The findings where the identity sheet has another plan or period, an unknown unit or a newer version."""
    plan = current.plan
    if identity.plan != plan.id:
        yield finding("I002", HERE, identity.plan, plan=plan.id)
    if identity.period != current.period.id:
        yield finding("I003", HERE, identity.period, period=current.period.id)
    if identity.plan != plan.id:
        return
    if identity.unit not in current.units:
        yield finding("I004", HERE, identity.unit, known=", ".join(current.units))
    if identity.plan_version > plan.version:
        yield finding("I007", HERE, identity.plan_version, version=plan.version)


# ---- the identity sheet was lost -----------------------------------------------------------------------------


def _lost(book: Book, current: Round, problem: Finding, confirmed: str | None) -> Verdict:
    """A file without its identity sheet: recognised by headings and texts, taken at a person's word only."""
    units = {unit.id: unit for unit in current.plan.reporting_units}
    if confirmed in units:
        foreign = sorted(units_of_ids(book, current) - {confirmed})
        if foreign:
            return Verdict(None, (finding("I017", None, ", ".join(foreign), said=confirmed),))
        note = finding("I018", None, confirmed, unit=units[confirmed].name)
        return Verdict(Identity(current.plan.id, current.plan.version, confirmed, current.period.id), notes=(note,))
    tables = find_tables(book, current.specs).found
    forms = [table.spec.sheet for table in tables.values()]
    if not forms or problem.code != "I001":
        return Verdict(None, (problem,))
    guesses = sorted(units_of_ids(book, current) or units_typed(book, current))
    hint = finding(
        "I019", None, ", ".join(forms), guess=", ".join(guesses) or "?", name=PurePath(book.path).name,
        id=guesses[0] if len(guesses) == 1 else ", ".join(units),
    )  # fmt: skip
    return Verdict(None, (problem, hint))
