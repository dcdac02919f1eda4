"""What one unit sends in a round: nothing, one file, several; in one run of the command or in several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.oracle.answers import fill, fill_all, fill_extras, marked
from tests.oracle.edits import type_something, wrong_figure
from tests.oracle.files import GUIDE, open_book
from tests.oracle.judge import ANSWERED, BLANK, MISSING, NIL, RETURNED
from tests.oracle.plans import LEAD
from tests.oracle.strays import STRAYS
from tests.oracle.structure import change_shape
from tests.oracle.unit_file import Need, Setting, UnitFile, open_file


@dataclass
class Drop:
    """A file put into ``nhan/``: in which run, under what name, when it came. ``statuses``: what may be said of it."""

    run: int
    name: str
    content: bytes
    when: datetime
    file: UnitFile | None = None
    statuses: set[str] | None = None
    told: bool = False


@dataclass
class Story:
    """A unit's part in a round. ``counts``: the file whose answers count; ``lines``: what becomes of every lead line
    where none counts; ``join``: the office has the unit's files joined.
    """

    unit: str
    kind: str
    drops: list[Drop] = field(default_factory=list)
    counts: UnitFile | None = None
    states: set[str] | None = None
    lines: set[str] = field(default_factory=set)
    join: bool = False

    def say(self) -> str:
        edits = " | ".join(self.counts.edits) if self.counts else ""
        return f"{self.unit} {self.kind} [{', '.join(drop.name for drop in self.drops)}] {edits}"


@dataclass
class Telling:
    """What a story is told with. ``received``: when its first file came; ``other_period``, ``other_plan``: where
    templates are that are not asked for.
    """

    setting: Setting
    unit: str
    template: Path
    rng: Random
    scratch: Path
    received: datetime
    other_period: Callable[[], Path]
    other_plan: Callable[[], Path]

    def open(self) -> UnitFile:
        return open_file(self.setting, self.unit, self.template, self.rng)

    def content(self, file: UnitFile) -> bytes:
        path = self.scratch / "x.xlsx"
        file.save(path)
        return path.read_bytes()

    def name(self) -> str:
        """The template's name, or one that says nothing."""
        if self.rng.random() < 0.4:
            return self.template.name
        return f"bao cao {self.rng.randrange(10**6)}.xlsx"

    def drop(self, file: UnitFile, run: int = 0, **more: object) -> Drop:
        when = self.received + timedelta(hours=run)
        return Drop(run, self.name(), self.content(file), when, file, **more)  # type: ignore[arg-type]

    def filled(self) -> UnitFile:
        file = self.open()
        fill(file, 0.9)
        fill_extras(file)
        return file


def missing(telling: Telling) -> Story:
    return Story(telling.unit, "missing", states={"missing"}, lines={MISSING})


def untouched(telling: Telling) -> Story:
    file = telling.open()
    file.must_return = True
    return Story(telling.unit, "untouched", [telling.drop(file)], file, {"returned"})


def all_answered(telling: Telling) -> Story:
    file = telling.open()
    fill_all(file)
    return Story(telling.unit, "all_answered", [telling.drop(file)], file)


def edited(telling: Telling) -> Story:
    """Answers, slips of every kind, words where none belong."""
    file = telling.open()
    rng = telling.rng
    fill(file, rng.choice([1, 0.9, 0.6]))
    fill_extras(file)
    for _ in range(rng.randrange(0, 4)):
        type_something(file)
    if rng.random() < 0.2:
        wrong_figure(file)
    change_shape(file, rng.choice([0, 0, 1, 1, 2, 3]))
    for stray in rng.sample(STRAYS, rng.choice([0, 0, 1, 2])):
        stray(file)
    return Story(telling.unit, "edited", [telling.drop(file)], file)


def nil(telling: Telling) -> Story:
    file = telling.open()
    file.mark_nil("Đơn vị mới thành lập")
    file.unit_states = {"nil"}
    return Story(telling.unit, "nil", [telling.drop(file)], file)


def nil_without_reason(telling: Telling) -> Story:
    """The X needs the reason that the form asks for."""
    file = telling.open()
    file.mark_nil(None)
    file.unit_states, file.must_return = {"nil", "returned"}, None
    file.did("nil_without_reason", Need("nil without reason", GUIDE, severities=("blocker", "error", "warning")))
    return Story(telling.unit, "nil_without_reason", [telling.drop(file)], file)


def nil_with_figures(telling: Telling) -> Story:
    """Nil for the whole report beside figures: a warning, and the unit has reported."""
    file = telling.open()
    file.mark_nil("Không có việc")
    for item in file.setting.plan.figures_of(file.unit)[:8]:
        file.type_figure(item["id"], telling.rng.randrange(1, 50))
    file.unit_states = {"submitted"}
    file.did("nil_with_figures", Need("nil beside figures", "*", severities=("error", "warning")))
    return Story(telling.unit, "nil_with_figures", [telling.drop(file)], file)


def nil_with_answers(telling: Telling) -> Story:
    """Nil for the whole report beside answers: contradictory, to be mended."""
    file = telling.open()
    fill_all(file)
    if not any(file.typed.values()):
        return nil(telling)
    file.mark_nil("Không có việc")
    file.must_return, file.unit_states = True, {"returned"}
    for line in file.lines():
        file.loose.add(line.id)
        if line.role == LEAD:
            file.states[line.id] = {ANSWERED, NIL, RETURNED} if file.typed.get(line.id) else {NIL, BLANK, RETURNED}
    file.did("nil_with_answers", Need("nil beside answers", "*", severities=("error",)))
    return Story(telling.unit, "nil_with_answers", [telling.drop(file)], file)


def nil_form(telling: Telling) -> Story:
    """One form nil, the others answered."""
    file = telling.open()
    chosen = telling.rng.choice(file.setting.plan.appendices)
    for line in file.lines(LEAD):
        if line.task.appendix != chosen.id:
            file.type_line(line, {"trang_thai": "Đang thực hiện", "ket_qua": marked(telling.rng), "kho_khan": "Mưa"})
    fill_extras(file)
    file.mark_nil_form(chosen)
    if not any(file.typed.values()):
        file.unit_states = {"nil", "submitted"}
    return Story(telling.unit, "nil_form", [telling.drop(file)], file)


# ---- files that can't count ---------------------------------------------------------------------------------------


def damaged(telling: Telling) -> Story:
    """A file that nobody can read: refused by name; its unit is known by the name at most."""
    content = telling.content(telling.filled())
    rng = telling.rng
    content = rng.choice([
        b"", content[: len(content) // 2], rng.randbytes(3000), b"<html><body>Not found</body></html>",
        content[:200] + bytes(400) + content[600:],
    ])  # fmt: skip
    drop = Drop(0, telling.name(), content, telling.received, None, {"refused"}, told=True)
    return Story(telling.unit, "damaged", [drop], None, {"returned", "missing"}, {RETURNED, MISSING})


def other_period(telling: Telling) -> Story:
    drop = _stranger(telling, telling.other_period())
    return Story(telling.unit, "other_period", [drop], None, {"returned", "missing"}, {RETURNED, MISSING})


def other_plan(telling: Telling) -> Story:
    """A file of another plan: refused, and the unit has not reported."""
    drop = _stranger(telling, telling.other_plan())
    return Story(telling.unit, "other_plan", [drop], None, {"missing"}, {MISSING})


def _stranger(telling: Telling, path: Path) -> Drop:
    book = open_book(path)
    book[book.sheetnames[1]].cell(30, 12).value = marked(telling.rng)
    target = telling.scratch / "x.xlsx"
    book.save(target)
    name = f"bao cao {telling.rng.randrange(10**6)}.xlsx"
    return Drop(0, name, target.read_bytes(), telling.received, None, {"refused"}, told=True)


# ---- several files ------------------------------------------------------------------------------------------------


def sent_twice(telling: Telling) -> Story:
    """The same bytes under two names: counted once."""
    file = telling.filled()
    first = telling.drop(file)
    second = Drop(0, f"ban sao {first.name}", first.content, first.when, None, None)
    first.statuses = {"accepted", "returned", "duplicate"}
    second.statuses = {"accepted", "returned", "duplicate"}
    return Story(telling.unit, "sent_twice", [first, second], file)


def corrected_in_one_run(telling: Telling) -> Story:
    """Two files whose times of receipt differ: the later one counts."""
    old, new = telling.filled(), telling.filled()
    first = telling.drop(old)
    first.statuses = {"superseded"}
    second = telling.drop(new)
    second.when = first.when + timedelta(hours=5)
    first.name, second.name = _two_names(telling)
    return Story(telling.unit, "corrected_in_one_run", [first, second], new)


def corrected_in_two_runs(telling: Telling) -> Story:
    """The second file is first seen in a later run: it counts, whatever its own time says; the first time of receipt
    stays.
    """
    old, new = telling.filled(), telling.filled()
    first, second = telling.drop(old), telling.drop(new, 1)
    first.statuses = {"superseded"}
    second.when = first.when + telling.rng.choice([timedelta(hours=3), timedelta(hours=-30), timedelta(0)])
    first.name, second.name = _two_names(telling)
    return Story(telling.unit, "corrected_in_two_runs", [first, second], new)


def untouched_after_report(telling: Telling) -> Story:
    """An untouched template never replaces a report."""
    file, empty = telling.filled(), telling.open()
    first, second = telling.drop(file), telling.drop(empty, telling.rng.choice([0, 1]))
    second.when = first.when + timedelta(hours=4)
    second.statuses = {"returned", "superseded", "ignored", "refused"}
    first.name, second.name = _two_names(telling)
    file.unit_states = {"submitted", "returned"}
    return Story(telling.unit, "untouched_after_report", [first, second], file)


def newest_refused(telling: Telling) -> Story:
    """The newest file is refused: the unit is returned, and the former one is used meanwhile."""
    file, wrong = telling.filled(), telling.filled()
    others = [unit for unit in file.setting.plan.units if unit.id != telling.unit]
    wrong.book[GUIDE]["B4"].value = telling.rng.choice(others).name
    first, second = telling.drop(file), telling.drop(wrong, 1)
    second.when, second.statuses, second.told = first.when + timedelta(hours=4), {"refused"}, True
    first.name, second.name = _two_names(telling)
    file.unit_states = {"returned"}
    return Story(telling.unit, "newest_refused", [first, second], file)


def back_again(telling: Telling) -> Story:
    """Files A, B, then A again: it is asked which one counts."""
    old, new = telling.filled(), telling.filled()
    first, second = telling.drop(old), telling.drop(new, 1)
    first.name, second.name = _two_names(telling)
    third = Drop(2, f"lan ba {first.name}", first.content, second.when + timedelta(hours=2), None, None)
    second.told = True  # of the two that are the same, only one is spoken of
    return Story(telling.unit, "back_again", [first, second, third], None, {"returned"}, set())


def two_halves(telling: Telling) -> Story:
    """Two people fill in half of the form each, and the office joins the files."""
    whole, halves = telling.filled(), (telling.open(), telling.open())
    for line_id, typed in whole.typed.items():
        half = telling.rng.choice(halves)
        half.type_line(half.line(line_id), typed)
    for indicator, raw in whole.figures.items():
        halves[0].type_figure(indicator, raw)
    for question, text in whole.words.items():
        halves[1].type_words(question, text)
    if not all(any(half.typed.values()) for half in halves):
        return missing(telling)
    drops = [telling.drop(half) for half in halves]
    for drop, name in zip(drops, _two_names(telling), strict=True):
        drop.name = name
    return Story(telling.unit, "two_halves", drops, whole, join=True)


def _two_names(telling: Telling) -> tuple[str, str]:
    numbers = telling.rng.sample(range(10**6), 2)
    return f"bao cao {numbers[0]}.xlsx", f"bao cao {numbers[1]}.xlsx"


STORIES: Mapping[Callable[[Telling], Story], int] = {
    edited: 30, all_answered: 3, missing: 3, untouched: 2, nil: 2, nil_without_reason: 1, nil_with_figures: 1,
    nil_with_answers: 1, nil_form: 2, damaged: 2, other_period: 1, other_plan: 1, sent_twice: 1,
    corrected_in_one_run: 1, corrected_in_two_runs: 2, untouched_after_report: 1, newest_refused: 1, back_again: 1,
    two_halves: 1,
}  # fmt: skip
"""Story → how often it is told."""


def tell(telling: Telling) -> Story:
    """A random story."""
    chosen = telling.rng.choices(list(STORIES), list(STORIES.values()))[0]
    return chosen(telling)
