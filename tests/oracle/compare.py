"""What must come out of a round against what came out. Every disagreement says how to replay it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oracle.common import Disagreement, counts, entries_of, judged, merged_of, must_return
from tests.oracle.judge import ADDED, ANSWERED, BLANK, NIL, RETURNED, UNASSIGNED, Judged, deadline, plain
from tests.oracle.plans import LEAD, Line
from tests.oracle.rounds import Round
from tests.oracle.stories import Drop, Story
from tests.oracle.sums import accounts, figures, provenance, words
from tests.oracle.told import as_seen, needs, nothing_crossed

SHOWN = 6
"""Disagreements about the lines of one unit that are shown."""


def compare(current: Round) -> list[Disagreement]:
    """Every disagreement of a round."""
    return [
        *_lines(current),
        *_units(current),
        *_files(current),
        *needs(current),
        *accounts(current),
        *figures(current),
        *provenance(current),
        *words(current),
        *as_seen(current),
        *nothing_crossed(current),
        *_cut_off(current),
        *_check_and_merge(current),
    ]


# ---- lines --------------------------------------------------------------------------------------------------------


def _lines(current: Round) -> Iterator[Disagreement]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in merged_of(current).data:
        rows.setdefault(row["Mã dòng"], []).append(row)
    for orphan in current.setting.plan.orphans:
        states = [row["Trả lời"] for row in rows.pop(orphan, [])]
        if states != [UNASSIGNED]:
            yield Disagreement(f"line {orphan} that nobody answers for", [UNASSIGNED], states)
    for story in current.stories:
        found = [
            item
            for line in current.setting.plan.of(story.unit)
            for item in _line(current, story, line, rows.pop(line.id, []))
        ]
        if not counts(current, story):
            continue
        yield from found[:SHOWN]
        if len(found) > SHOWN:
            yield Disagreement(f"unit {story.unit}", "agreement", f"{len(found) - SHOWN} more cells", story.say())
        yield from _own_lines(story, rows)
    for line_id, left in rows.items():
        if any(row["Vai trò"] != "Ngoài kế hoạch" for row in left):
            yield Disagreement(f"line {line_id}", "no such line", [row["Vai trò"] for row in left])


def _line(current: Round, story: Story, line: Line, rows: list[dict[str, Any]]) -> Iterator[Disagreement]:
    where, file = f"line {line.id}", story.counts
    edits = f"{story.say()} · typed {file.typed.get(line.id) if file else None}"
    found = judged(current, file, line) if file else Judged(set(story.lines))
    if not found.states:  # asked: nothing is certain but that there is an account
        found.states = {ANSWERED, NIL, BLANK, RETURNED}
    silent = line.role != LEAD and (file is None or not file.typed.get(line.id) or found.states == {BLANK})
    if silent and not rows:
        return
    if len(rows) != 1:
        if line.role == LEAD or (file and found.states.isdisjoint({BLANK}) and line.id not in file.loose):
            yield Disagreement(where, "one row in Dữ liệu", f"{len(rows)} rows", edits)
        return
    row = rows[0]
    state = row["Trả lời"]
    if row["Vai trò"] != line.role:
        yield Disagreement(f"{where} role", line.role, row["Vai trò"], edits)
    if state not in found.states and not (silent and line.id in getattr(file, "loose", ())):
        yield Disagreement(f"{where} Trả lời", sorted(found.states), state, edits)
        return
    if file and line.id not in file.loose and state in (ANSWERED, NIL, BLANK, RETURNED):
        titles = {item.name: item.title for item in file.appendix(line).fields}
        for name, wanted in found.values.items():
            if plain(row.get(titles[name])) not in wanted:
                if name == "trang_thai" and state == NIL and not file.typed.get(line.id):
                    continue
                yield Disagreement(f"{where} {titles[name]}", wanted, row.get(titles[name]), edits)
    if file is None and not story.lines:
        return
    timely = deadline(line, state, found, current.setting.plan, current.setting.cut_off)
    if timely is not None and row["Tình trạng hạn"] not in timely and line.id not in getattr(file, "loose", ()):
        yield Disagreement(f"{where} Tình trạng hạn ({line.task.roadmap})", timely, row["Tình trạng hạn"], edits)


def _own_lines(story: Story, rows: dict[str, list[dict[str, Any]]]) -> Iterator[Disagreement]:
    """Lines that the unit added stand once each, with its words."""
    added = [row for left in rows.values() for row in left if row["Mã đơn vị"] == story.unit]
    for own in story.counts.own if story.counts else ():
        found = [row for row in added if row["Nội dung"] == own.text]
        if len(found) != 1 or found[0]["Vai trò"] != "Ngoài kế hoạch":
            yield Disagreement(f"own line {own.text!r} of {story.unit}", "one added line", found, story.say())
        elif found[0]["Trả lời"] not in (ADDED, RETURNED):
            yield Disagreement(f"own line {own.text!r} of {story.unit}", ADDED, found[0]["Trả lời"], story.say())


# ---- units and files ----------------------------------------------------------------------------------------------


def _statuses(current: Round, story: Story, drop: Drop) -> set[str] | None:
    if drop.statuses is not None or drop.file is None:
        return drop.statuses
    if story.counts is not drop.file:
        return None
    returned = must_return(current, drop.file)
    return {True: {"returned"}, False: {"accepted"}, None: {"accepted", "returned"}}[returned]


def _files(current: Round) -> Iterator[Disagreement]:
    entries = entries_of(current)
    for story in current.stories:
        for drop in story.drops:
            entry = entries.get(drop.name)
            if entry is None:
                yield Disagreement(f"file {drop.name}", "in the list of files", "not there", story.say())
                continue
            wanted = _statuses(current, story, drop)
            if wanted is not None and entry["status"] not in wanted:
                errors = [
                    (item["code"], item["sheet"], item["cell"])
                    for item in entry["findings"]
                    if item["severity"] in ("error", "blocker")
                ]
                where = f"file {drop.name} of {story.unit} status"
                yield Disagreement(where, wanted, f"{entry['status']} {errors[:6]}", story.say())
            if drop.told and not any(item["severity"] in ("blocker", "error", "warning") for item in entry["findings"]):
                yield Disagreement(f"file {drop.name}", "a finding", entry["findings"], story.say())
        if story.kind == "sent_twice":
            got = sorted(entries[drop.name]["status"] for drop in story.drops if drop.name in entries)
            if got.count("duplicate") != 1:
                yield Disagreement(f"files of {story.unit}", "one of the two a duplicate", got)


def _units(current: Round) -> Iterator[Disagreement]:
    units = {item["unit"]: item for item in current.merge["units"]}
    lines = {row["Mã dòng"]: row["Trả lời"] for row in merged_of(current).data}
    for story in current.stories:
        got = units[story.unit]
        wanted = story.states
        if wanted is None and story.counts is not None:
            returned = must_return(current, story.counts)
            sound = story.counts.unit_states or {"submitted"}
            wanted = story.counts.unit_states or {
                True: {"returned"}, False: sound, None: sound | {"returned"}
            }[returned]  # fmt: skip
        if wanted and got["state"] not in wanted:
            yield Disagreement(f"unit {story.unit} state", wanted, got["state"], story.say())
        if story.counts is None and story.lines:
            states = {lines.get(line.id) for line in current.setting.plan.of(story.unit, LEAD)}
            fits = {"missing": {"Chưa nộp"}, "returned": {RETURNED}}.get(got["state"])
            if fits and states and states != fits:
                yield Disagreement(f"unit {story.unit} is {got['state']}, its lines", fits, states, story.say())
        yield from _timely(current, story, got)


def _timely(current: Round, story: Story, got: dict[str, Any]) -> Iterator[Disagreement]:
    if not story.drops or (story.counts is None and story.kind != "untouched"):
        return
    due = current.office.due or current.setting.period.due
    if current.setting.period.nested or (due is None) != (got["timeliness"] in (None, "unknown")):
        return
    wanted = "unknown" if due is None else "late" if current.late else "on_time"
    if got["timeliness"] != wanted:
        yield Disagreement(f"unit {story.unit} timeliness", wanted, got, story.say())


# ---- the commands -------------------------------------------------------------------------------------------------


def _cut_off(current: Round) -> Iterator[Disagreement]:
    got = merged_of(current).identity.get("as_of")
    if got is not None and str(got)[:10] != current.setting.cut_off.isoformat():
        yield Disagreement("cut-off", current.setting.cut_off.isoformat(), got)


def _check_and_merge(current: Round) -> Iterator[Disagreement]:
    """``check`` and ``merge`` over the same files say the same."""

    def said(document: dict[str, Any]) -> dict[str, Any]:
        return {
            re.split(r"[/\\]", item["path"])[-1]: (item["status"], Counter(found["code"] for found in item["findings"]))
            for item in document["files"]
        }

    one, other = said(current.check), said(current.merge)
    for name in one.keys() | other.keys():
        if one.get(name) != other.get(name):
            yield Disagreement(f"check and merge about {name}", one.get(name), other.get(name))
    if current.check["totals"]["answers"] != current.merge["totals"]["answers"]:
        yield Disagreement(
            "check and merge, answers", current.check["totals"]["answers"], current.merge["totals"]["answers"]
        )
