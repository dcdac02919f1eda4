"""What became of each target of the plan: the commune's figure and its verdict, for sheets, JSON and letter alike.

A figure is never the mean of percentages: parts are summed over units, then divided once. Where somebody is silent, the
verdict waits for him only if what he says could change it; in a share of units silence counts as not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field

from danvan_xl.language.text import key
from danvan_xl.merging.consolidation import UnitRows
from danvan_xl.model import Role, Target, TargetAnswer, TargetKind
from danvan_xl.model.statuses import DONE, WITHOUT_ANSWER, AnswerState, Verdict
from danvan_xl.model.submission import Value
from danvan_xl.round.round import Round
from danvan_xl.round.target_form import AskedTarget
from danvan_xl.round.target_readers import not_reached

Number = int | float
ALL = 100
"""Percent."""


class TargetReached(Struct, frozen=True):
    """One target of the commune.

    ``units``: those that were asked, or whose lines count; ``answered``: how many of them gave what is needed,
    ``nil``: how many called their whole report nil; ``silent``: the others; ``older``: of these, the units whose
    template came from before the target. ``numerator``, ``denominator``, ``value``: the commune's (of a ratio or share
    ``value`` is the percentage); ``source``: the unit that said the commune's own figure.
    """

    item: AskedTarget
    units: tuple[str, ...]
    answered: int
    nil: int
    silent: tuple[str, ...]
    older: tuple[str, ...]
    numerator: Number | None
    denominator: Number | None
    value: Number | str | None
    source: str
    verdict: Verdict


# ---- one unit ------------------------------------------------------------------------------------------------


def state_of(target: Target, said: TargetAnswer, *, nil: bool) -> AnswerState:
    """What became of the question for a target: answered (0 too), nil, left open (in part, too), to be mended."""
    if not said.sound:
        return AnswerState.RETURNED
    if _is_complete(target, said):
        return AnswerState.ANSWERED
    return AnswerState.NIL if nil and not said.values else AnswerState.BLANK


def _is_complete(target: Target, said: TargetAnswer) -> bool:
    get = said.values.get
    if target.kind is TargetKind.REACHED:
        return get("document") == not_reached() or (bool(get("document")) and isinstance(get("day"), date))
    if target.kind is TargetKind.RANK and (target.classes or target.at_most is None):
        return get("value") is not None
    return all(isinstance(get(part), (int, float)) for part in target.kind.parts)


def said_by(current: Round, item: UnitRows) -> Iterator[tuple[AskedTarget, TargetAnswer]]:
    """The targets that the template of a unit whose file counts asked for, with what it says of them."""
    if item.file is None or not item.counts:
        return
    for name, said in item.file.targets.items():
        asked = current.targets.get(name)
        if asked is not None and asked.target.kind.parts and item.unit in current.target_units[name]:
            yield asked, said


# ---- all of them ---------------------------------------------------------------------------------------------


class _Sums(Struct):
    """What the units say of one target, added up. ``enough``: units of a count that reach the minimum by themselves."""

    units: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    answered: int = 0
    nil: int = 0
    numerator: Number = 0
    denominator: Number = 0
    enough: int = 0
    said: list[tuple[str, Value, date | None]] = field(default_factory=list)


class TargetTally:
    """The walk over the units in progress: a unit's answers are added up when it comes."""

    def __init__(self, current: Round) -> None:
        self.current = current
        self.sums = {name: _Sums() for name in current.targets}
        self._asked: dict[str, list[AskedTarget]] = {}
        self._of_lines: dict[str, list[AskedTarget]] = {}
        """Task → its targets that are shares of units."""
        for name, item in current.targets.items():
            if item.target.kind is TargetKind.UNITS:
                self._of_lines.setdefault(item.task.id, []).append(item)
            else:
                for unit in current.target_units[name]:
                    self._asked.setdefault(unit, []).append(item)
        self._named = {name: frozenset(units) for name, units in current.target_units.items()}

    def unit(self, item: UnitRows) -> int:
        """Take the answers of a unit; returns how many targets its file was asked for."""
        if self._of_lines:
            self._lines(item)
        said = {asked.target.id: answer for asked, answer in said_by(self.current, item)}
        nil = item.file is not None and item.counts and item.file.nil
        for asked in self._asked.get(item.unit, ()):
            self._add(asked.target, item, said.get(asked.target.id), nil=nil)
        return len(said)

    def _add(self, target: Target, item: UnitRows, said: TargetAnswer | None, *, nil: bool) -> None:
        sums = self.sums[target.id]
        sums.units.append(item.unit)
        state = state_of(target, said, nil=nil) if said is not None else None
        if state is AnswerState.NIL:
            sums.nil += 1
            return
        if state is not AnswerState.ANSWERED or said is None:
            sums.silent.append(item.unit)
            if said is None and item.counts:
                sums.older.append(item.unit)
            return
        sums.answered += 1
        get = said.values.get
        day = get("day")
        sums.said.append((item.unit, _own_figure(target, said), day if isinstance(day, date) else None))
        some = get("value" if target.kind is TargetKind.COUNT else "numerator")
        if isinstance(some, (int, float)):
            sums.numerator += some
            sums.enough += target.minimum is not None and some >= target.minimum
        whole = get("denominator")
        if isinstance(whole, (int, float)):
            sums.denominator += whole

    def _lines(self, item: UnitRows) -> None:
        """The unit's lines of tasks of which a share of units is asked."""
        waiting = {
            asked.target.id
            for many in self._of_lines.values()
            for asked in many
            if asked.target.asked and item.unit in self._named[asked.target.id]
        }
        for row in item.rows:
            for asked in self._of_lines.get(row.task.id, ()) if row.task is not None else ():
                name = asked.target.id
                if (row.answer.role is Role.LEAD) if not asked.target.asked else name in waiting:
                    waiting.discard(name)
                    self._count_line(name, item.unit, row.answer.state, is_done=row.status == DONE)
        is_nil = item.file is not None and item.counts and item.file.nil
        for name in waiting:  # a line that the unit coordinates and says nothing of
            self._count_line(name, item.unit, AnswerState.NIL if is_nil else AnswerState.BLANK, is_done=False)

    def _count_line(self, name: str, unit: str, state: AnswerState, *, is_done: bool) -> None:
        sums = self.sums[name]
        sums.units.append(unit)
        sums.numerator += state is AnswerState.ANSWERED and is_done
        if state in WITHOUT_ANSWER:
            sums.silent.append(unit)
        else:
            sums.answered += 1

    def fold(self) -> tuple[TargetReached, ...]:
        """What became of every target, in the plan's order."""
        return tuple(_reached(item, self.sums[name]) for name, item in self.current.targets.items())


def _own_figure(target: Target, said: TargetAnswer) -> Value:
    """What a unit says that is the commune's own figure: the value, or the number of the document."""
    return said.values.get("document" if target.kind is TargetKind.REACHED else "value")


def _reached(item: AskedTarget, sums: _Sums) -> TargetReached:
    some, whole, value, verdict = _FIGURES[item.target.kind](item.target, sums)
    source = sums.said[0][0] if sums.said else ""
    return TargetReached(
        item, tuple(sums.units), sums.answered, sums.nil, tuple(sums.silent), tuple(sums.older), some, whole, value,
        source, verdict,
    )  # fmt: skip


_Figures = tuple[Number | None, Number | None, Number | str | None, Verdict]
"""Numerator, denominator, value, verdict."""


def percentage(some: Number, whole: Number) -> float | None:
    """The part of a whole in percent; None where there is no whole."""
    return some * ALL / whole if whole else None


def _is_enough(target: Target, some: Number, whole: Number) -> bool:
    """Whether a part of a whole reaches the minimum, without the rounding of a division."""
    return target.minimum is not None and some * ALL >= target.minimum * whole


def _of_count(target: Target, sums: _Sums) -> _Figures:
    if target.each:
        asked = len(sums.units)
        verdict = Verdict.UNCLEAR
        if asked and sums.enough == asked:
            verdict = Verdict.REACHED
        elif sums.answered + sums.nil > sums.enough:
            verdict = Verdict.NOT_REACHED
        return sums.enough, asked, percentage(sums.enough, asked), verdict
    if not sums.answered and not sums.nil:
        return None, None, None, Verdict.UNCLEAR
    verdict = Verdict.AS_SAID
    if target.minimum is not None:
        short = Verdict.UNCLEAR if sums.silent else Verdict.NOT_REACHED
        verdict = Verdict.REACHED if sums.numerator >= target.minimum else short
    return None, None, sums.numerator, verdict


def _of_ratio(target: Target, sums: _Sums) -> _Figures:
    some, whole = sums.numerator, sums.denominator
    if not sums.answered and not sums.nil:
        return None, None, None, Verdict.UNCLEAR
    value = percentage(some, whole)
    if target.minimum is not None and target.minimum >= ALL and some < whole:  # whatever the others say
        verdict = Verdict.NOT_REACHED
    elif value is None or sums.silent:
        verdict = Verdict.UNCLEAR
    elif target.minimum is None:
        verdict = Verdict.AS_SAID
    else:
        verdict = Verdict.REACHED if _is_enough(target, some, whole) else Verdict.NOT_REACHED
    return some, whole, value, verdict


def _of_units(target: Target, sums: _Sums) -> _Figures:
    some, whole = sums.numerator, len(sums.units)
    if not whole:
        return None, None, None, Verdict.UNCLEAR
    enough = some == whole if target.minimum is None else _is_enough(target, some, whole)
    return some, whole, percentage(some, whole), Verdict.REACHED if enough else Verdict.NOT_REACHED


def _of_measured(target: Target, sums: _Sums) -> _Figures:
    value = _agreed(sums)
    if not isinstance(value, (int, float)):
        return None, None, None, Verdict.UNCLEAR
    return None, None, value, _compared(target, value)


def _of_rank(target: Target, sums: _Sums) -> _Figures:
    value = _agreed(sums)
    if value is None or isinstance(value, date):
        return None, None, None, Verdict.UNCLEAR
    return None, None, value, _compared(target, value) if not isinstance(value, str) else class_verdict(target, value)


def _compared(target: Target, value: Number) -> Verdict:
    if target.minimum is None and target.at_most is None:
        return Verdict.AS_SAID
    low, high = target.minimum, target.at_most
    good = (low is None or value >= low) and (high is None or value <= high)
    return Verdict.REACHED if good else Verdict.NOT_REACHED


def class_verdict(target: Target, value: str) -> Verdict:
    """The verdict on a class in words; a rank in figures can't be held against classes."""
    if not target.classes or any(letter.isdigit() for letter in value):
        return Verdict.AS_SAID
    return Verdict.REACHED if any(key(value) == key(name) for name in target.classes) else Verdict.NOT_REACHED


def _of_reached(target: Target, sums: _Sums) -> _Figures:
    good = [words for _, words, day in sums.said if day is not None and (target.until is None or day <= target.until)]
    others = len(sums.said) - len(good)
    value = str(good[0]) if good else None
    if good and not others:
        verdict = Verdict.REACHED
    elif good:
        verdict = Verdict.UNCLEAR
    else:
        verdict = Verdict.NOT_REACHED if sums.said or (sums.nil and not sums.silent) else Verdict.UNCLEAR
    return None, None, value if others == 0 else None, verdict


_FIGURES = {
    TargetKind.COUNT: _of_count,
    TargetKind.RATIO: _of_ratio,
    TargetKind.UNITS: _of_units,
    TargetKind.MEASURED: _of_measured,
    TargetKind.RANK: _of_rank,
    TargetKind.REACHED: _of_reached,
}


def _agreed(sums: _Sums) -> Value:
    """What all who said something say; None where nobody did, or they contradict each other."""
    values = {key(value) if isinstance(value, str) else value for _, value, _ in sums.said}
    return sums.said[0][1] if len(values) == 1 else None
