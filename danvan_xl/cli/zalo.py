"""Messages to paste into Zalo: one for every unit that must do something, true of its own case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct, field

from danvan_xl.cli.common import echo, now, say
from danvan_xl.merging.consolidation import Consolidation, UnitState
from danvan_xl.merging.filing import AnySubmission
from danvan_xl.merging.refusals import OF_THE_PROGRAM
from danvan_xl.merging.resubmission import name_of
from danvan_xl.model import Finding, Severity
from danvan_xl.model.period import shown_period
from danvan_xl.model.statuses import FileStatus
from danvan_xl.wording import Lang

BAD = (Severity.BLOCKER, Severity.ERROR)
MOST_ITEMS, MOST_SINGLE = 4, 3

OTHER_PLAN, OTHER_PERIOD, SEVERAL = "I002", "I003", "X004"
FOR_THE_OFFICE = frozenset({OF_THE_PROGRAM, "F001", "F002", "F073", "I007", "I017"})
"""Refusals that whoever sent the file can do nothing about: faults of this computer, of the rules, of ``--as``."""


class Today(Struct, frozen=True):
    """What a due day is told by: the present day, the units with more time, whether the day after is late already."""

    day: date = field(default_factory=lambda: now().date())
    extensions: Mapping[str, date] = {}
    strict: bool = False


def zalo_messages(result: Consolidation, lang: Lang, today: Today | None = None) -> Iterator[tuple[str, str]]:
    """(for whom, message) for every unit that must do something, then for files whose unit nobody knows."""
    yield from _Messages(result, lang, today or Today()).all()


class _Messages:
    def __init__(self, result: Consolidation, lang: Lang, today: Today) -> None:
        self.result, self.lang, self.today = result, lang, today
        plan = result.round.plan
        self.names = {unit.id: unit.name for unit in plan.units}
        self.office = plan.office
        self.refused: dict[str, list[AnySubmission]] = {}
        owner = {file.path: state.unit for state in result.units for file in state.refused}
        for file in result.files:
            if file.status is FileStatus.REFUSED and _for_its_sender(file):
                said = file.unit if file.unit in self.names else ""
                self.refused.setdefault(owner.get(file.path) or said or "", []).append(file)

    def all(self) -> Iterator[tuple[str, str]]:
        silent = [state.unit for state in self.result.units if self._is_silent(state)]
        together = [unit for unit in silent if unit not in self.today.extensions and unit != self.office]
        if len(together) > MOST_SINGLE:
            words = self.say("zalo_missing_many", None, units=", ".join(self.names[unit] for unit in together))
            yield say(self.lang, "zalo_group"), words
        else:
            together = []
        for state in self.result.units:
            if state.unit not in together:
                yield from ((self.names[state.unit], words) for words in self.of_unit(state))
        for file in self.refused.get("", ()):
            words = self.say("zalo_unknown", None, file=name_of(file), items=self.items(file), advice=self.advice(file))
            yield say(self.lang, "zalo_sender", file=name_of(file)), words

    def _is_silent(self, state: UnitState) -> bool:
        return state.state == "missing" and state.unit not in self.refused

    def of_unit(self, state: UnitState) -> Iterator[str]:
        """The messages of one unit: of its report, and of a file of its that does not count beside one that does."""
        unit, file, refused = state.unit, state.file, self.refused.get(state.unit, [])
        if self._is_silent(state):
            yield self.say("zalo_missing", unit)
        elif file is None or file.status is FileStatus.REFUSED:
            for one in self._newest(state, refused):
                items, advice = self.items(one), self.advice(one)
                yield self.say("zalo_refused", unit, file=name_of(one), items=items, advice=advice)
            return
        elif file.status is FileStatus.RETURNED:
            yield self.say("zalo_returned", unit, errors=sum(map(file.count, BAD)), items=self.items(file))
        key = "zalo_newer" if state.are_newer else "zalo_beside"
        for one in state.refused if file is not None else ():
            other_period = OTHER_PERIOD in _codes(one) and not state.are_newer
            if file is not None and one in refused and not other_period:
                yield self.say(key, unit, file=name_of(one), items=self.items(one), counted=name_of(file))

    def _newest(self, state: UnitState, refused: list[AnySubmission]) -> list[AnySubmission]:
        """The refused files that a unit without a report hears of: of several, all that may be the newest."""
        file = state.file
        if state.is_asked and file is not None and file in refused:
            return [file]
        return [one for one in state.refused if one in refused] or refused[-1:]

    def say(self, key: str, unit: str | None, **args: object) -> str:
        """A message to a unit (None: to several, or to nobody known)."""
        office = self.names[self.office] if unit != self.office else say(self.lang, "zalo_own_office")
        period = self.result.round.period.label
        fill = {"unit": self.names.get(unit or "", ""), "office": office, "period": period, "due": self.due(unit)}
        return say(self.lang, key, **fill, **args)

    def due(self, unit: str | None) -> str:
        """The day by which the unit must send, said as passed where it has."""
        period, day = self.result.round.period, self.today.day
        until = self.today.extensions.get(unit or "")
        if until is not None and (period.due is None or until > period.due):
            return self._day("zalo_due_extended" if day <= until else "zalo_due_past", until)
        if period.due is None:
            return ""
        if day <= period.due:
            return self._day("zalo_due", period.due)
        if period.lenient is not None and not self.today.strict and day <= period.lenient:
            return self._day("zalo_due_mark", period.lenient)
        return self._day("zalo_due_past", period.due)

    def _day(self, key: str, day: date) -> str:
        return say(self.lang, key, day=f"{day:%d/%m/%Y}")

    def items(self, file: AnySubmission) -> str:
        """What is wrong with a file, its first points."""
        bad = [item for item in file.whole().findings if item.severity in BAD and item.is_open]
        words = [self._item(item) for item in bad[:MOST_ITEMS]]
        if len(bad) > MOST_ITEMS:
            words.append(say(self.lang, "zalo_more", count=len(bad) - MOST_ITEMS))
        return "; ".join(word.rstrip(".") for word in words)

    def _item(self, item: Finding) -> str:
        lang = self.lang
        if item.code == OTHER_PERIOD and (came := _label(item.found, lang)):
            return say(lang, "zalo_item_period", came=came, asked=self.result.round.period.label)
        if item.code == OTHER_PLAN:
            return say(lang, "zalo_item_plan", found=item.found)
        if not item.location.cell:
            return item.say(lang)
        return f"{say(lang, 'zalo_item', cell=item.location.cell, sheet=item.location.sheet)}: {item.say(lang)}"

    def advice(self, file: AnySubmission) -> str:
        """What to do about a refused file."""
        codes = _codes(file)
        kinds = ((OTHER_PLAN, "plan"), (OTHER_PERIOD, "period"), (SEVERAL, "which"))
        kind = next((words for code, words in kinds if code in codes), "again" if file.unit in self.names else "form")
        return say(self.lang, f"zalo_advice_{kind}", period=self.result.round.period.label)


def _label(period: str | None, lang: Lang) -> str:
    return shown_period(period, lang) if period else ""


def _codes(file: AnySubmission) -> set[str]:
    """The reasons for which a file was refused."""
    return {item.code for item in file.whole().findings if item.severity is Severity.BLOCKER}


def _for_its_sender(file: AnySubmission) -> bool:
    return not _codes(file) <= FOR_THE_OFFICE


def print_zalo(result: Consolidation, lang: Lang, today: Today | None = None) -> None:
    """A short text for every unit that must do something, to paste into Zalo."""
    for name, message in zalo_messages(result, lang, today):
        echo(f"\n{say(lang, 'zalo_title', unit=name)}\n{message}")
