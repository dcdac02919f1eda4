"""A random round: a plan, a period, what the office has settled, a story for each unit; then the product's answer."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.oracle import answers
from tests.oracle.plans import PLANS, plan
from tests.oracle.product import Merged, Office, begin, read_merged, run_json, templates
from tests.oracle.regimes import HANOI, Period, periods
from tests.oracle.stories import Story, Telling, tell
from tests.oracle.unit_file import Setting


@dataclass
class Round:
    """Everything of one round. ``as_of``: the day given on the command line."""

    seed: int
    setting: Setting
    office: Office
    as_of: date | None
    late: bool
    stories: list[Story] = field(default_factory=list)
    check: dict[str, Any] = field(default_factory=dict)
    merge: dict[str, Any] = field(default_factory=dict)
    merged: Merged | None = None

    def say(self) -> str:
        office = self.office
        return (
            f"seed {self.seed}: {office.plan} {office.period} due={office.due} owner={office.owner} "
            f"villages={office.villages} as-of={self.as_of} cut-off={self.setting.cut_off}"
        )


def _a_period(rng: Random, name: str) -> Period:
    """A period of the plan's regime; mostly of its first year."""
    chosen = plan(name)
    year = chosen.start.year if rng.random() < 0.75 else rng.randrange(chosen.start.year, chosen.end.year + 1)
    return rng.choice(periods(chosen, year))


def _due(rng: Random, period: Period) -> date | None:
    """The day that the office sets where the plan gives none."""
    if period.due is None and not period.nested and rng.random() < 0.6:
        return period.last - timedelta(days=rng.randrange(5, 18))
    return None


def make(seed: int, cache: Path, folder: Path, today: date) -> Round:
    """A round, told and put into a workspace; nothing is run yet but ``template``."""
    rng = Random(seed)
    answers.restart()
    name = rng.choice(PLANS)
    period = _a_period(rng, name)
    office = Office(
        name, period.id, _due(rng, period), name == "gia-loc" and rng.random() < 0.5, rng.choice([0, 0, 0, 2])
    )
    chosen = plan(name, office.owner, office.villages)
    as_of = None
    if rng.random() < 0.8 or period.nested or period.first > today:
        as_of = max(chosen.start, period.last + timedelta(days=rng.randrange(-25, 10)))
    cut_off = as_of or period.cut_off(today, office.due)
    made = templates(office, cache)
    begin(office, folder, made)
    due = office.due or period.due
    late = due is not None and due < today - timedelta(days=12) and rng.random() < 0.4
    received = _received(due, today, late)
    setting = Setting(chosen, period, cut_off, received.date())
    current = Round(seed, setting, office, as_of, late)
    for unit in chosen.units:
        telling = Telling(
            setting, unit.id, made[unit.id], rng, folder, received,
            other_period=partial(_other_period, name, period, chosen.start.year, cache, unit.id),
            other_plan=partial(_other_plan, rng, name, cache),
        )  # fmt: skip
        story = tell(telling)
        for drop in story.drops:
            drop.when = min(drop.when, datetime.combine(today, datetime.min.time(), HANOI))
        names = [drop.name for drop in story.drops]
        assert len(names) == len(set(names)), story.kind
        current.stories.append(story)
    (folder / "x.xlsx").unlink(missing_ok=True)
    return current


def _received(due: date | None, today: date, late: bool) -> datetime:
    """When the files come: some days before the due day or after it, never after today."""
    day = (due or today) + timedelta(days=5 if late else -5)
    return datetime(*min(day, today - timedelta(days=3)).timetuple()[:3], 9, 30, tzinfo=HANOI)


def _other_period(name: str, period: Period, year: int, cache: Path, unit: str) -> Path:
    """The unit's template of another period; some unit's, where the unit is one of the workspace's."""
    others = [item for item in periods(plan(name), year) if item.id != period.id]
    found = templates(Office(name, others[-1].id), cache)
    return found.get(unit) or next(iter(found.values()))


def _other_plan(rng: Random, name: str, cache: Path) -> Path:
    """A template of another plan."""
    foreign = rng.choice([item for item in PLANS if item != name])
    last = periods(plan(foreign), plan(foreign).start.year)[-1]
    return next(iter(templates(Office(foreign, last.id), cache).values()))


def play(current: Round, folder: Path) -> None:
    """Put the files in, run after run, and merge."""
    last = max((drop.run for story in current.stories for drop in story.drops), default=0)
    told: list[object] = ["--as-of", current.as_of] if current.as_of else []
    for story in current.stories:
        told += ["--join", story.unit] if story.join else []
    for turn in range(last + 1):
        for story in current.stories:
            for drop in story.drops:
                if drop.run == turn:
                    path = folder / "nhan" / current.office.period / drop.name
                    path.write_bytes(drop.content)
                    os.utime(path, (drop.when.timestamp(),) * 2)
        current.check = run_json("check", *told, cwd=folder)
    current.merge = run_json("merge", *told, cwd=folder)
    current.merged = read_merged(Path(folder / current.merge["output"]))
