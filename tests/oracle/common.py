"""What comparisons share: a disagreement, what a file says of a line, whether the file that should count does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import range_boundaries

from tests.oracle.judge import BLANK, NIL, RETURNED, Judged, judge, read_number
from tests.oracle.plans import Line
from tests.oracle.product import Merged
from tests.oracle.rounds import Round
from tests.oracle.stories import Story
from tests.oracle.unit_file import UnitFile


@dataclass(frozen=True)
class Disagreement:
    """What one of the two is wrong about."""

    where: str
    expected: object
    got: object
    edits: str = ""

    def say(self) -> str:
        return f"{self.where}\n    expected: {self.expected}\n    got:      {self.got}" + (
            f"\n    edits:    {self.edits}" if self.edits else ""
        )


def merged_of(current: Round) -> Merged:
    assert current.merged is not None
    return current.merged


def judged(current: Round, file: UnitFile, line: Line) -> Judged:
    """What a file says of a line, edits that decide about it included."""
    setting = current.setting
    fields = file.appendix(line).fields
    came = [setting.received] if setting.received is not None else []
    last = min([setting.period.last, *setting.period.ends, *came])
    found = judge(line, fields, file.typed.get(line.id, {}), setting.plan, last, setting.cut_off)
    if line.id in file.states:
        found.states = set(file.states[line.id])
    elif found.states == {BLANK} and (line.task.appendix in file.nil_forms or file.nil):
        found.states = {NIL}
    elif line.id in file.loose:
        found.states |= {RETURNED}
    if line.id in file.doubtful:
        found.states |= {RETURNED}
    return found


def must_return(current: Round, file: UnitFile) -> bool | None:
    """Whether a file has to be mended; ``None``: it may have to be."""
    answers: list[bool | None] = [file.must_return]
    for line in file.lines():
        states = judged(current, file, line).states
        if file.typed.get(line.id):
            answers.append(True if states == {RETURNED} else None if RETURNED in states else False)
    for name, raw in file.figures.items():
        if figure(raw, whole=file.setting.plan.is_whole(name)) is None and raw != "":
            answers.append(True)
        elif name in file.figure_choices:
            answers.append(None)
    if file.needs:  # the contract does not say how severe words in a wrong place are
        answers.append(None)
    return True if True in answers else None if None in answers else False


def entries_of(current: Round) -> dict[str, dict[str, Any]]:
    return {re.split(r"[/\\]", item["path"])[-1]: item for item in current.merge["files"]}


def counts(current: Round, story: Story) -> bool:
    """Whether the file that should count does; where not, that alone is the disagreement (``_files``)."""
    drop = next((item for item in story.drops if item.file is story.counts and item.file), None)
    if drop is None:
        return True
    entry = entries_of(current).get(drop.name)
    same = [item.name for item in story.drops if item.content == drop.content]
    return entry is not None and (entry["status"] in ("accepted", "returned") or len(same) > 1)


def figure(raw: object, *, whole: bool = True) -> float | None:
    """A figure that counts; ``whole``: of a number of things."""
    number, _ = read_number(raw, 0, 1_000_000)  # type: ignore[arg-type]
    if number is None or number == int(number):
        return None if number is None else int(number)
    return None if whole else number


# ---- what a finding speaks of -------------------------------------------------------------------------------------

RANGE = re.compile(r"\b[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?\b")
ABOUT_ROWS = "RI"
"""Letters of the codes that speak of a whole row."""
SILENT = ("R001", "R002", "R015")
"""They say that an answer is missing, not that something was written."""


def row_of(finding: dict[str, Any]) -> int | None:
    """The row of a finding's cell."""
    found = re.search(r"\d+", finding["cell"] or "")
    return int(found[0]) if found else None


def speaks_of(finding: dict[str, Any], cell: str) -> bool:
    """Whether a finding points at a cell, names it or a range that holds it, or speaks of its whole row."""
    left, top, _, _ = range_boundaries(cell)
    if finding["cell"] == cell:
        return True
    if row_of(finding) == top and finding["code"][0] in ABOUT_ROWS and finding["code"] not in SILENT:
        return True
    for key in ("message", "found"):
        for place in RANGE.findall(str(finding[key] or "")):
            first, above, last, below = range_boundaries(place)
            if first <= left <= last and above <= top <= below:  # type: ignore[operator]
                return True
    return False
