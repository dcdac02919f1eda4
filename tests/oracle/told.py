"""Whether everything that must be told is told, and whether words stay with their line and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.oracle.common import Disagreement, counts, entries_of, figure, judged, merged_of, row_of, speaks_of
from tests.oracle.files import Table
from tests.oracle.judge import NIL, RETURNED, Shown, plain
from tests.oracle.rounds import Round
from tests.oracle.unit_file import Need, UnitFile

MARK = re.compile(r"đợt số \d+")


def answers_need(need: Need, file: UnitFile, findings: list[dict[str, Any]]) -> bool:
    """Whether a finding says what must be said."""
    if need.sheet == "*":
        return any(item["severity"] in need.severities for item in findings)
    rows, cells = file.places(need)
    for item in findings:
        if item["severity"] not in need.severities:
            continue
        if need.line is not None and item.get("line") == need.line:
            return True
        if not {need.sheet, file.renamed.get(need.sheet)} & {item["sheet"], item["found"]}:
            continue
        if need.whole or (not rows and not cells and need.line is None):
            return True
        said = " ".join(str(item[key] or "") for key in ("message", "found", "cell"))
        if need.heading and item["cell"] == need.heading and item["severity"] != "info":
            return True
        if any(speaks_of(item, cell) for cell in cells) or (not cells and row_of(item) in rows):
            return True
        if need.line is not None and need.line.split("@")[0] in said:
            return True
        if need.line is not None and any(
            task.text[:30] in said for task in file.setting.plan.tasks if need.line.startswith(f"{task.id}@")
        ):
            return True
    return False


def _all_needs(current: Round, file: UnitFile) -> Iterator[Need]:
    yield from file.needs
    for line in file.lines():
        if line.id in file.states or line.id in file.loose or not file.typed.get(line.id):
            continue
        table = file.table(line)
        found = judged(current, file, line)
        row = table.ids[line.id]
        if found.status == NIL and len(file.typed[line.id]) > 1:
            why = f"nil beside a result in {line.id}"
            yield Need(why, file.appendix(line).sheet, row, line=line.id, severities=("error", "warning"))
        if found.states == {RETURNED}:
            why = f"what is wrong in {line.id} {file.typed[line.id]}"
            yield Need(why, file.appendix(line).sheet, row, severities=("error", "blocker"))
        for name in found.asked:
            title = file.title(line, name)
            column = table.headings.get(title)
            cell = table.sheet.cell(row, column).coordinate if column else None
            raw = file.typed[line.id][name]
            yield Need(f"what was typed as {raw!r} in {line.id} {title}", file.appendix(line).sheet, row, cell)
    for indicator, raw in file.figures.items():
        if (
            figure(raw, whole=file.setting.plan.is_whole(indicator)) is None
            and raw != ""
            and indicator not in file.figure_choices
        ):
            row = Table(file.book["Số liệu"]).ids[indicator]
            yield Need(f"figure {raw!r}", "Số liệu", row, severities=("error", "blocker"))


def needs(current: Round) -> Iterator[Disagreement]:
    entries, seen = entries_of(current), merged_of(current).words
    for story in current.stories:
        file = story.counts
        drop = next((item for item in story.drops if item.file is file), None)
        if file is None or drop is None or not counts(current, story):
            continue
        findings = entries[drop.name]["findings"]
        for need in _all_needs(current, file):
            if need.words is not None and any(need.words in text for text in seen):
                continue
            if not answers_need(need, file, findings):
                near = [
                    (item["code"], item["cell"]) for item in findings
                    if item["sheet"] in (need.sheet, file.renamed.get(need.sheet))
                ]  # fmt: skip
                where = f"nothing is said of {need.why} ({drop.name} of {story.unit})"
                yield Disagreement(where, need.say(), near[:12], story.say())


def as_seen(current: Round) -> Iterator[Disagreement]:
    """What Excel made a number of is shown as the unit saw it, or it is asked about."""
    rows, entries = {row["Mã dòng"]: row for row in merged_of(current).data}, entries_of(current)
    for story in current.stories:
        for drop in story.drops:
            if drop.file is None or drop.file is not story.counts or not counts(current, story):
                continue
            for line in drop.file.lines():
                raw = drop.file.typed.get(line.id, {}).get("ket_qua")
                if not isinstance(raw, Shown) or line.id in drop.file.states or line.id in drop.file.loose:
                    continue
                cell = drop.file.table(line).cell(line.id, drop.file.title(line, "ket_qua")).coordinate
                sheet = drop.file.sheet_of(drop.file.appendix(line))
                asked = any(
                    (item["sheet"], item["cell"]) == (sheet, cell) and item["severity"] != "info"
                    for item in entries[drop.name]["findings"]
                )
                got = plain(rows.get(line.id, {}).get("Kết quả thực hiện"))
                if not asked and got.replace(" ", "").lstrip("0") not in raw.seen:
                    where = f"line {line.id} Kết quả thực hiện, {raw}"
                    yield Disagreement(where, f"{raw.seen}, or a question", got, story.say())


def nothing_crossed(current: Round) -> Iterator[Disagreement]:
    """Words of one line never stand under another, and those of a unit never under another unit."""
    owners, units = _owners(current)
    stories = {story.unit: story for story in current.stories}
    for row in merged_of(current).data:
        story = stories.get(row["Mã đơn vị"])
        if story is None:
            continue
        loose = set(story.counts.loose if story.counts else ())
        for title, value in row.items():
            for mark in MARK.findall(str(value or "")) if title != "Nội dung" else ():
                if units.get(mark) != story.unit:
                    yield Disagreement(f"“{mark}” of {units.get(mark)}", "under its own unit", row["Mã dòng"])
                elif row["Trả lời"] == RETURNED or owners.get(mark, set()) & loose:
                    continue  # kept where it stands, and not counted
                elif row["Mã dòng"] not in owners.get(mark, {row["Mã dòng"]}):
                    yield Disagreement(f"“{mark}”", f"under {owners[mark]}", row["Mã dòng"], story.say())


def _owners(current: Round) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Words that stand nowhere else → the lines that they were typed for, the unit that typed them."""
    owners: dict[str, set[str]] = {}
    units: dict[str, str] = {}
    for story in current.stories:
        for file in [drop.file for drop in story.drops if drop.file]:
            for line_id, typed in file.typed.items():
                for mark in MARK.findall(" ".join(map(str, typed.values()))):
                    owners.setdefault(mark, set()).add(line_id)
            for sheet in file.book:
                for cells in sheet.iter_rows(values_only=True):
                    for mark in MARK.findall(" ".join(str(value) for value in cells if value)):
                        units[mark] = story.unit
    return owners, units
