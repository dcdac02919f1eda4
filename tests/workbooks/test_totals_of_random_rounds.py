"""Issue 12: over 500 rounds made by chance every total is the sum of ``Dữ liệu số``, and no percentage is an average.

A round is a shipped plan cut small, with indicators, targets and units by chance; its units answer, are silent, say
nil, are sent back or refused, and give whole numbers, decimals, words, 0 or nothing. The workbook is read as XML,
without our own reader, and what was given is added up here once more, from plain dicts, so that rows and totals can't
be wrong together.

``python -m tests.workbooks.test_totals_of_random_rounds 5000`` goes on with more rounds, ``... 1 77`` runs round 77.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import Indicator, IndicatorKind, Role, Target, TargetAnswer, TargetKind
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Answer, Submission
from danvan_xl.round.round import Round
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.plain_cells import Rows, below, read_cells
from tests.support.rounds import a_round

ROUNDS = 500
BASES = (("gia-loc", "2026-H1"), ("phu-thinh", "2026-05"), ("phu-thinh", "2026"), ("thach-khoi", "2026-Q2"))
TYPES = ("integer", "integer", "decimal", "money")
KINDS = (IndicatorKind.FLOW, IndicatorKind.FLOW, IndicatorKind.STOCK, IndicatorKind.RATE)
SHARES = (TargetKind.RATIO, TargetKind.RATIO, TargetKind.UNITS, TargetKind.COUNT)
STATUSES = ("Hoàn thành", "Hoàn thành", "Đang thực hiện", "Chưa thực hiện")
SILENCE = ("silent", "refused")


class Given(Struct):
    """What the units of a round gave, in plain values."""

    figures: dict[str, list[Any]] = field(default_factory=dict)
    """Indicator → what each unit whose file counts wrote."""
    ratios: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Target → numerators and denominators that count."""
    counts: dict[str, list[float]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    """Task → lead lines that say that it is done."""
    asked: dict[str, int] = field(default_factory=dict)
    """Task → lead lines, those of silent units too."""


# ---- a round by chance ---------------------------------------------------------------------------------------


def chance_round(random: Random) -> Round:
    """A shipped plan with few tasks, and with indicators and targets by chance."""
    name, period = random.choice(BASES)
    villages = 16 if random.random() < 0.04 else random.choice((0, 0, 0, 1, 3))  # from 21 units on: another layout
    make, (given,) = a_round(name, period, villages=villages, owned=name == "gia-loc").__reduce__()
    plan, leads = given.plan, {unit.id for unit in given.plan.reporting_units}
    appendix = random.choice(plan.appendices)
    tasks = random.sample(appendix.tasks, min(3, len(appendix.tasks)))
    tasks = [
        replace(task, targets=tuple(chance_target(f"{task.id}:{n}", random) for n in range(1, random.randint(2, 4))))
        for task in sorted(tasks, key=appendix.tasks.index)
    ]
    if random.random() < 0.5:  # the share of all units, which most plans ask for
        tasks[0] = replace(tasks[0], lead=tuple(leads), coordinate=())
    indicators = tuple(chance_indicator(n, random) for n in range(random.randint(1, 6)))
    form = replace(given.forms["so-lieu"], indicators=indicators, checks=())
    asked = {
        item.id: frozenset(unit for unit in leads if random.random() < 0.5)
        for item in indicators
        if random.random() < 0.2
    }
    groups = {item.group for item in tasks}
    cut = replace(appendix, tasks=tuple(tasks), groups=tuple(item for item in appendix.groups if item.id in groups))
    forms = {**given.forms, "so-lieu": form}
    changed = replace(given, plan=replace(plan, appendices=(cut,)), forms=forms, asked=asked)
    made: Round = make(changed)
    return made


def chance_indicator(number: int, random: Random) -> Indicator:
    return Indicator(f"so_{number}", f"Số thứ {number}", "cuộc", random.choice(TYPES), random.choice(KINDS))


def chance_target(name: str, random: Random) -> Target:
    kind = random.choice(SHARES)
    low = random.choice((None, 50, 90, 95, 100))
    each = kind is TargetKind.COUNT and random.random() < 0.5
    if kind is TargetKind.COUNT:
        low = random.choice((1, 2, 5))
    return Target(name, kind, f"Chỉ tiêu {name}", "x", "%", low, each=each, numerator="a", denominator="b")


# ---- what the units say --------------------------------------------------------------------------------------


def submissions(current: Round, random: Random) -> tuple[list[Submission], Given]:
    """The files of the units, and what they gave."""
    given, files, whole_nil = Given(), [], random.random() * 0.3
    for number, unit in enumerate(current.units):
        fate = random.choices(("sent", *SILENCE, "nil"), (0.7, 0.15, 0.05, whole_nil))[0]
        leads = [line for line in current.by_unit[unit].values() if line.role is Role.LEAD]
        for line in leads:
            given.asked[line.task.id] = given.asked.get(line.task.id, 0) + 1
        if fate == "silent":
            continue
        path, sha = f"{unit}.xlsx", f"{number:064x}"
        status = random.choice((FileStatus.ACCEPTED, FileStatus.ACCEPTED, FileStatus.RETURNED))
        if fate == "refused":
            status = FileStatus.REFUSED
        file = Submission(path, sha, unit, current.period.id, status)
        if fate == "nil":
            answers = [
                Answer(line.id, line.task.id, line.task.appendix, line.role, AnswerState.NIL, {}) for line in leads
            ]
            nothing = {name: TargetAnswer() for name in asked_of(current, unit)}
            files.append(replace(file, nil=True, nil_reason="Không", answers=tuple(answers), targets=nothing))
            continue
        counts = fate == "sent"
        answers = [answer_of(line, random) for line in leads if random.random() < 0.9]
        figures = {
            item.id: chance_figure(item, random)
            for item in current.forms["so-lieu"].indicators
            if current.asks(unit, item.id) or random.random() < 0.1
        }
        targets = {name: chance_said(current, name, random) for name in asked_of(current, unit)}
        files.append(
            replace(
                file,
                answers=tuple(answers),
                figures=figures,
                targets=targets,
                figure_cells={name: ("Số liệu", f"E{row}") for row, name in enumerate(figures, 5)},
            )
        )
        if counts:
            note(given, current, answers, figures, targets)
    random.shuffle(files)
    return files, given


def asked_of(current: Round, unit: str) -> list[str]:
    """The targets that the unit's template asks for."""
    return [
        name
        for name, item in current.targets.items()
        if item.target.kind is not TargetKind.UNITS and unit in current.target_units[name]
    ]


def answer_of(line: Any, random: Random) -> Answer:
    state = random.choice((AnswerState.ANSWERED,) * 4 + (AnswerState.BLANK, AnswerState.RETURNED, AnswerState.NIL))
    said = {"trang_thai": random.choice(STATUSES)} if state is not AnswerState.BLANK else {}
    return Answer(line.id, line.task.id, line.task.appendix, line.role, state, said, "Phụ lục", 9)


def chance_figure(item: Indicator, random: Random) -> Any:
    what = random.random()
    if what < 0.1:
        return random.choice((None, "khoảng 20", "1.234 người", "12"))  # "12": text that looks like a number
    if what < 0.2:
        return 0
    if item.type == "integer":
        return random.choice((random.randint(1, 9), random.randint(1, 100_000)))
    return round(random.uniform(0, random.choice((1, 1000))), random.choice((1, 2, 3)))


def chance_said(current: Round, name: str, random: Random) -> TargetAnswer:
    """Parts of a target: denominators of very unlike sizes, sometimes a part missing or at fault."""
    fate = random.random()
    cells: Mapping[Any, tuple[str, str]] = {"numerator": ("Chỉ tiêu", "E5"), "denominator": ("Chỉ tiêu", "F5")}
    if current.targets[name].target.kind is TargetKind.COUNT:
        cells = {"value": ("Chỉ tiêu", "G5")}
        if fate < 0.1:
            return TargetAnswer({}, cells)
        return TargetAnswer({"value": "hai" if fate < 0.2 else random.randint(0, 6)}, cells, sound=fate >= 0.2)
    whole = random.choice((0, 1, 2, 7, random.randint(10, 99), random.randint(1000, 90_000)))
    some = random.randint(0, whole)
    if fate < 0.08:
        return TargetAnswer({"numerator": some}, cells)
    if fate < 0.16:
        return TargetAnswer({"numerator": some + whole + 1, "denominator": whole}, cells, sound=False)
    return TargetAnswer({"numerator": some, "denominator": whole}, cells)


def note(
    given: Given,
    current: Round,
    answers: Iterable[Answer],
    figures: Mapping[str, Any],
    targets: Mapping[str, TargetAnswer],
) -> None:
    """Keep what a file that counts gave."""
    for name, value in figures.items():
        given.figures.setdefault(name, []).append(value)
    for name, said in targets.items():
        if not said.sound:
            continue
        values: Mapping[Any, Any] = said.values
        if "denominator" in values:
            given.ratios.setdefault(name, []).append((values["numerator"], values["denominator"]))
        elif "value" in values:
            given.counts.setdefault(name, []).append(values["value"])
    for answer in answers:
        if answer.state is AnswerState.ANSWERED and answer.values["trang_thai"] == "Hoàn thành":
            given.done[str(answer.task)] = given.done.get(str(answer.task), 0) + 1


# ---- the workbook, read plainly ------------------------------------------------------------------------------

READ = ("Số liệu", "Chỉ tiêu", "Dữ liệu", "Dữ liệu số")


def tables(path: Path) -> dict[str, Rows]:
    """Sheet → its rows by heading; the headings of lists with a title are in row 4."""
    sheets = read_cells(path, READ)
    return {name: below(rows, 1 if name.startswith("Dữ liệu") else 4) for name, rows in sheets.items()}


def totals(rows: Rows, indicators: Iterable[Indicator]) -> dict[str, Any]:
    """Indicator → its total in either layout of ``Số liệu``."""
    if rows and "Tổng cộng" in rows[0]:
        by_title = {row["Chỉ tiêu"]: row["Tổng cộng"] for row in rows}
        return {item.id: by_title[item.title] for item in indicators}
    assert rows[-1]["Đơn vị"] == "Tổng cộng"
    return {item.id: rows[-1][f"{item.title} ({item.unit})"] for item in indicators}


def numbers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, int | float)]


def added(values: Iterable[Any]) -> float:
    """The sum, of the decimals as they are shown."""
    return float(sum(Fraction(str(value)) for value in values))


def same(found: Any, expected: float | None) -> bool:
    """Whether a stored result is a number; nothing is nothing, or the empty text of a formula."""
    if expected is None or found in (None, ""):
        return expected is None and found in (None, "")
    return isinstance(found, int | float) and abs(found - expected) <= 1e-9 * max(1, abs(expected))


# ---- what must hold ------------------------------------------------------------------------------------------


class Seen(Struct):
    """What the rounds met, so that the test can't pass by having asked nothing."""

    totals: int = 0
    rates: int = 0
    ratios: int = 0
    unlike: int = 0
    """Ratios of which the mean of percentages is another number."""
    shares: int = 0
    silent_shares: int = 0
    counts: int = 0
    many_units: int = 0


def check_round(seed: int, folder: Path, seen: Seen) -> None:
    """Make, merge, write and read one round."""
    random = Random(seed)
    current = chance_round(random)
    files, given = submissions(current, random)
    path = folder / "tong-hop.xlsx"
    assert write_consolidated(path, merge(current, files)) == (), seed
    read = tables(path)
    of: dict[str, Rows] = {}
    for row in read["Dữ liệu số"]:
        of.setdefault(row["Mã chỉ tiêu"], []).append(row)
    check_totals(current, read, of, given, seen, seed)
    shown = {row["Mã chỉ tiêu"]: row for row in read.get("Chỉ tiêu", [])}
    assert shown.keys() == current.targets.keys(), seed
    for name, row in shown.items():
        place = (seed, name, row)
        target = current.targets[name].target
        if target.kind is TargetKind.RATIO:
            check_ratio(row, of.get(name, []), given.ratios.get(name, []), seen, place)
        elif target.kind is TargetKind.UNITS:
            check_share(row, read["Dữ liệu"], given, seen, place)
        else:
            check_count(target, row, of.get(name, []), given, seen, place)


def check_totals(
    current: Round, read: Mapping[str, Rows], of: Mapping[str, Rows], given: Given, seen: Seen, seed: int
) -> None:
    """Every total of ``Số liệu`` is the sum of ``Dữ liệu số``, and of what was given; a rate has none."""
    indicators = current.forms["so-lieu"].indicators
    seen.many_units += len(current.units) > 20
    for name, total in totals(read["Số liệu"], indicators).items():
        rows, item = of.get(name, []), next(one for one in indicators if one.id == name)
        figures = numbers(row["Giá trị"] for row in rows)
        expected = numbers(given.figures.get(name, []))
        assert sorted(figures) == sorted(expected), (seed, name)
        if item.kind is IndicatorKind.RATE:
            seen.rates += len(expected) > 1
            assert total is None, (seed, name, total)
        else:
            seen.totals += 1
            assert same(total, added(figures)), (seed, name, total, figures)
            assert same(total, added(expected)), (seed, name, total, expected)


def check_ratio(row: Mapping[str, Any], rows: Rows, given: list[tuple[int, int]], seen: Seen, place: object) -> None:
    """Sum of numerators by sum of denominators, of the rows that count and of what was given."""
    kept = [(one["Tử số"], one["Mẫu số"]) for one in rows if one["Trả lời"] == "Đã trả lời"]
    assert sorted(kept) == sorted(given), place
    some, whole = (sum(part) for part in zip(*kept, strict=True)) if kept else (0, 0)
    value = 100 * some / whole if whole else None
    assert same(row["Kết quả"], value), (place, value)
    if kept:
        assert (row["Tử số"], row["Mẫu số"]) == (some, whole), place
    if value is None:
        return
    seen.ratios += 1
    shares = [Fraction(100 * a, b) for a, b in kept if b]
    mean = float(sum(shares) / len(shares))
    if abs(mean - value) > 1e-6:
        seen.unlike += 1
        assert not same(row["Kết quả"], mean), (place, mean)


def check_share(row: Mapping[str, Any], data: Rows, given: Given, seen: Seen, place: object) -> None:
    """Lines done by lines asked; the lines of silent units are asked too."""
    task = row["Mã nhiệm vụ"]
    lines = [one for one in data if one["Mã nhiệm vụ"] == task and one["Vai trò"] == "Chủ trì"]
    done = [one for one in lines if one["Trả lời"] == "Đã trả lời" and one["Trạng thái"] == "Hoàn thành"]
    assert len(done) == given.done.get(task, 0), place
    if task in given.asked:
        assert len(lines) == given.asked[task], place
        assert (row["Tử số"], row["Mẫu số"]) == (len(done), len(lines)), place
        assert same(row["Kết quả"], 100 * len(done) / len(lines)), place
        seen.shares += 1
        seen.silent_shares += any(one["Trả lời"] == "Chưa nộp" for one in lines) and len(done) > 0


def check_count(target: Target, row: Mapping[str, Any], rows: Rows, given: Given, seen: Seen, place: object) -> None:
    """The sum of what the units counted, or the share of units that reach what each must."""
    kept = [one["Giá trị"] for one in rows if one["Trả lời"] == "Đã trả lời"]
    assert sorted(kept) == sorted(given.counts.get(target.id, [])), place
    if not kept:
        return
    seen.counts += 1
    if target.each:
        assert target.minimum is not None
        enough = sum(value >= target.minimum for value in kept)
        asked = given.asked[row["Mã nhiệm vụ"]]
        assert (row["Tử số"], row["Mẫu số"]) == (enough, asked), place
        assert same(row["Kết quả"], 100 * enough / asked), place
    else:
        assert same(row["Kết quả"], added(kept)), place


def check_rounds(rounds: Iterable[int]) -> Seen:
    """Check the rounds of these seeds."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        for seed in rounds:
            check_round(seed, Path(folder), seen)
    return seen


def test_totals_are_sums_and_no_percentage_is_an_average() -> None:
    seen = check_rounds(range(ROUNDS))
    assert seen.totals > ROUNDS, seen
    assert min(seen.unlike, seen.shares, seen.counts) > ROUNDS / 2, seen
    assert min(seen.rates, seen.silent_shares) > ROUNDS / 10, seen
    assert seen.many_units > ROUNDS / 100, seen


if __name__ == "__main__":
    count, first = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, int(sys.argv[2]) if len(sys.argv) > 2 else 0
    print(check_rounds(range(first, first + count)))
