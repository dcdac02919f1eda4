"""What must come out of a round against what came out. Every disagreement says how to replay it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle.files import Table
from tests.oracle.judge import (
    ACCOUNT,
    ADDED,
    ANSWERED,
    BLANK,
    DONE,
    GOING,
    NIL,
    NOT_YET,
    RETURNED,
    UNASSIGNED,
    Judged,
    deadline,
    judge,
    plain,
    read_number,
)
from tests.oracle.plans import ENDLESS, LEAD, Line
from tests.oracle.product import Merged
from tests.oracle.rounds import Round
from tests.oracle.stories import Drop, Story
from tests.oracle.unit_file import Need, UnitFile

OPEN = ("Năm 2026 và các năm tiếp theo",)
COUNTED_TOGETHER = {"luot_nguoi", "tuyen_truyen"}
"""Indicators of which one is wrong without the other."""
SHOWN = 6
"""Disagreements about the lines of one unit that are shown."""
MARK = re.compile(r"đợt số \d+")


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


def compare(current: Round) -> list[Disagreement]:
    """Every disagreement of a round."""
    return [
        *_lines(current),
        *_units(current),
        *_files(current),
        *_needs(current),
        *_accounts(current),
        *_figures(current),
        *_words(current),
        *_nothing_crossed(current),
        *_cut_off(current),
        *_check_and_merge(current),
    ]


def _merged(current: Round) -> Merged:
    assert current.merged is not None
    return current.merged


# ---- lines --------------------------------------------------------------------------------------------------------


def judged(current: Round, file: UnitFile, line: Line) -> Judged:
    """What a file says of a line, edits that decide about it included."""
    setting = current.setting
    fields = file.appendix(line).fields
    found = judge(line, fields, file.typed.get(line.id, {}), setting.plan, setting.period.last, setting.cut_off)
    if line.id in file.states:
        found.states = set(file.states[line.id])
    elif found.states == {BLANK} and (line.task.appendix in file.nil_forms or file.nil):
        found.states = {NIL}
    elif line.id in file.loose:
        found.states |= {RETURNED}
    if line.id in file.doubtful:
        found.states |= {RETURNED}
    return found


def _lines(current: Round) -> Iterator[Disagreement]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in _merged(current).data:
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
        if not _counts(current, story):
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


def must_return(current: Round, file: UnitFile) -> bool | None:
    """Whether a file has to be mended; ``None``: it may have to be."""
    answers: list[bool | None] = [file.must_return]
    for line in file.lines():
        states = judged(current, file, line).states
        if file.typed.get(line.id):
            answers.append(True if states == {RETURNED} else None if RETURNED in states else False)
    for name, raw in file.figures.items():
        if _figure(raw) is None and raw != "":
            answers.append(True)
        elif name in file.figure_choices:
            answers.append(None)
    if file.needs:  # the contract does not say how severe words in a wrong place are
        answers.append(None)
    return True if True in answers else None if None in answers else False


def _statuses(current: Round, story: Story, drop: Drop) -> set[str] | None:
    if drop.statuses is not None or drop.file is None:
        return drop.statuses
    if story.counts is not drop.file:
        return None
    returned = must_return(current, drop.file)
    return {True: {"returned"}, False: {"accepted"}, None: {"accepted", "returned"}}[returned]


def _entries(current: Round) -> dict[str, dict[str, Any]]:
    return {re.split(r"[/\\]", item["path"])[-1]: item for item in current.merge["files"]}


def _counts(current: Round, story: Story) -> bool:
    """Whether the file that should count does; where not, that alone is the disagreement (``_files``)."""
    drop = next((item for item in story.drops if item.file is story.counts and item.file), None)
    if drop is None:
        return True
    entry = _entries(current).get(drop.name)
    same = [item.name for item in story.drops if item.content == drop.content]
    return entry is not None and (entry["status"] in ("accepted", "returned") or len(same) > 1)


def _files(current: Round) -> Iterator[Disagreement]:
    entries = _entries(current)
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
    lines = {row["Mã dòng"]: row["Trả lời"] for row in _merged(current).data}
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


# ---- what must be told --------------------------------------------------------------------------------------------


def _row_of(finding: dict[str, Any]) -> int | None:
    found = re.search(r"\d+", finding["cell"] or "")
    return int(found[0]) if found else None


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
        if item["sheet"] not in (need.sheet, file.renamed.get(need.sheet)):
            continue
        if not rows and not cells and need.line is None:
            return True
        said = " ".join(str(item[key] or "") for key in ("message", "found", "cell"))
        if need.heading and item["cell"] == need.heading and item["severity"] != "info":
            return True
        if _row_of(item) in rows or any(re.search(rf"\b{cell}\b", said) for cell in cells):
            return True
        if need.line is not None and need.line.split("@")[0] in said:
            return True
        if need.line is not None and any(task.text[:30] in said for task in file.setting.plan.tasks if need.line.startswith(f"{task.id}@")):
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
        if _figure(raw) is None and raw != "" and indicator not in file.figure_choices:
            row = Table(file.book["Số liệu"]).ids[indicator]
            yield Need(f"figure {raw!r}", "Số liệu", row, severities=("error", "blocker"))


def _needs(current: Round) -> Iterator[Disagreement]:
    entries, seen = _entries(current), _merged(current).words
    for story in current.stories:
        file = story.counts
        drop = next((item for item in story.drops if item.file is file), None)
        if file is None or drop is None or not _counts(current, story):
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


def _nothing_crossed(current: Round) -> Iterator[Disagreement]:
    """Words of one line never stand under another, and those of a unit never under another unit."""
    owners: dict[str, set[str]] = {}
    units: dict[str, str] = {}
    for story in current.stories:
        for file in [drop.file for drop in story.drops if drop.file]:
            for line_id, typed in file.typed.items():
                for raw in typed.values():
                    for mark in MARK.findall(str(raw)):
                        owners.setdefault(mark, set()).add(line_id)
            for sheet in file.book:
                for row in sheet.iter_rows(values_only=True):
                    for mark in MARK.findall(" ".join(str(value) for value in row if value)):
                        units[mark] = story.unit
    for row in _merged(current).data:
        for title, value in row.items():
            for mark in MARK.findall(str(value or "")) if title != "Nội dung" else ():
                if units.get(mark) != row["Mã đơn vị"]:
                    yield Disagreement(f"“{mark}” of {units.get(mark)}", "under its own unit", row["Mã dòng"])
                elif row["Mã dòng"] not in owners.get(mark, {row["Mã dòng"]}):
                    story = next(item for item in current.stories if item.unit == row["Mã đơn vị"])
                    yield Disagreement(f"“{mark}”", f"under {owners[mark]}", row["Mã dòng"], story.say())


# ---- accounts -----------------------------------------------------------------------------------------------------


def _beside(page: list[list[Any]], label: str) -> object:
    """The first value to the right of a label on the first page."""
    for row in page:
        for column, value in enumerate(row):
            if value == label:
                return next((item for item in row[column + 1 :] if item is not None), None)
    return None


def _accounts(current: Round) -> Iterator[Disagreement]:
    merged, totals = _merged(current), current.merge["totals"]
    plan = current.setting.plan
    sent = len([line for line in plan.lines if line.role == LEAD]) + len(plan.orphans)
    lead = [row for row in merged.data if row["Vai trò"] == LEAD]
    states = Counter(row["Trả lời"] for row in lead)
    counted = {state: states.get(state, 0) for state in ACCOUNT}
    if len(lead) != sent or totals["lines_sent"] != sent or sum(counted.values()) != sent:
        yield Disagreement("lines sent", sent, (len(lead), totals["lines_sent"], counted))
    if totals["answers"] != counted:
        yield Disagreement("totals of --json", counted, totals["answers"])
    page = {state: _beside(merged.first_page, state) for state in ACCOUNT}
    if page != counted:
        yield Disagreement("first page", counted, page)
    last = merged.account[-1]
    for state in ACCOUNT:
        if last[state] != counted[state]:
            yield Disagreement(f"Đối soát {state}", counted[state], last[state])
    if any(row["Chênh lệch"] not in (0, None) for row in merged.account):
        yield Disagreement("Đối soát Chênh lệch", 0, [row["Chênh lệch"] for row in merged.account])
    answered = Counter(row["Trạng thái"] for row in lead if row["Trả lời"] == ANSWERED)
    for status in (DONE, GOING, NOT_YET):
        if _beside(merged.first_page, status) != answered.get(status, 0):
            yield Disagreement(f"first page {status}", answered.get(status, 0), _beside(merged.first_page, status))
    for unit in plan.units:
        row = next((item for item in merged.by_unit if item.get("Mã") == unit.id), None)
        own = [item for item in lead if item["Mã đơn vị"] == unit.id]
        wanted = {state: len([1 for item in own if item["Trả lời"] == state]) for state in (ANSWERED, NIL, BLANK, RETURNED)}
        wanted[ANSWERED] += wanted[NIL]  # this sheet says "Không phát sinh" of lines that were answered
        got = {state: row.get(state) if row else None for state in wanted}
        if got != wanted or (row and row["Dòng chủ trì"] != len(own)):
            yield Disagreement(f"Theo đơn vị {unit.id}", (wanted, len(own)), (got, row and row["Dòng chủ trì"]))
    yield from _endless(current, lead)
    yield from _late(merged, lead)
    errors = [item for entry in current.merge["files"] for item in entry["findings"] if item["severity"] in ("error", "blocker")]
    if bool(errors) != bool(totals["errors"]):
        yield Disagreement("totals errors", len(errors), totals["errors"])


def _endless(current: Round, lead: list[dict[str, Any]]) -> Iterator[Disagreement]:
    """"Có kết quả trong kỳ" counts results, not answers."""
    endless = [row for row in lead if row["Lộ trình"] in (*ENDLESS, *OPEN)]
    page = _merged(current).first_page
    some, none = _beside(page, "Có kết quả trong kỳ"), _beside(page, "Chưa có kết quả")
    if some is None or none is None:
        return
    answered = [row for row in endless if row["Trả lời"] == ANSWERED]
    most = len([row for row in answered if row["Trạng thái"] != NOT_YET or row["Kết quả thực hiện"]])
    least = len([row for row in answered if row["Trạng thái"] == DONE])
    if not least <= some <= most:  # type: ignore[operator]
        yield Disagreement("first page “Có kết quả trong kỳ”", f"{least} to {most}", some)
    if some + none != len(endless):  # type: ignore[operator]
        yield Disagreement("first page, lines without an end", len(endless), (some, none))


def _late(merged: Merged, lead: list[dict[str, Any]]) -> Iterator[Disagreement]:
    states = Counter(row["Tình trạng hạn"] for row in lead)
    for label in ("Quá hạn", "Sắp đến hạn", "Hoàn thành muộn"):
        got = _beside(merged.first_page, label)
        if got is not None and got != states.get(label, 0):
            yield Disagreement(f"first page {label}", states.get(label, 0), got)


# ---- figures and words --------------------------------------------------------------------------------------------


def _figure(raw: object) -> int | None:
    """A figure that counts."""
    number, _ = read_number(raw, 0, 1_000_000)  # type: ignore[arg-type]
    return int(number) if number is not None and number == int(number) else None


def _figures(current: Round) -> Iterator[Disagreement]:
    plan = current.setting.plan
    rows = {row["Chỉ tiêu"]: row for row in _merged(current).figures if row.get("Chỉ tiêu")}
    for indicator in plan.indicators:
        row = rows[indicator["title"]]
        total, open_, seen = 0, False, []
        for story in current.stories:
            short = plan.unit(story.unit).short
            file = story.counts
            if story.kind == "back_again" or not _counts(current, story):
                open_ = True
                continue
            choices = file.figure_choices if file else {}
            raw = file.figures.get(indicator["id"], "") if file else ""
            value = _figure(raw)
            if choices and (indicator["id"] in choices or indicator["id"] in COUNTED_TOGETHER):
                open_ = True
                if indicator["id"] in choices and plain(row.get(short)) not in choices[indicator["id"]]:
                    where = f"Số liệu “{indicator['title']}” of {story.unit}"
                    yield Disagreement(where, choices[indicator["id"]], row.get(short), story.say())
                continue
            total += value or 0
            seen.append((story.unit, raw))
            if raw == "" and plain(row.get(short)) != "":
                yield Disagreement(f"Số liệu “{indicator['title']}” of {story.unit}", "", row.get(short), story.say())
            if value is not None and plain(row.get(short)) != str(value):
                yield Disagreement(f"Số liệu “{indicator['title']}” of {story.unit}", value, row.get(short), story.say())
        if not open_ and row["Tổng cộng"] != total:
            yield Disagreement(f"Số liệu “{indicator['title']}” Tổng cộng", (total, seen), row["Tổng cộng"])


def _words(current: Round) -> Iterator[Disagreement]:
    rows = {row["Đơn vị"]: row for row in _merged(current).unit_words if row.get("Đơn vị")}
    for story in current.stories:
        if story.kind == "back_again" or not _counts(current, story):
            continue
        row = rows.get(current.setting.plan.unit(story.unit).name, {})
        for question in current.setting.plan.questions:
            file = story.counts
            wanted = {file.words.get(question["id"], "") if file else ""}
            if file and question["id"] in file.word_choices:
                wanted = file.word_choices[question["id"]]
            got = plain(row.get(question["title"]))
            if file and file.nil and got.startswith(NIL):  # the reason of a nil report stands here
                continue
            if got not in {plain(text) for text in wanted}:
                where = f"words “{question['title']}” of {story.unit}"
                yield Disagreement(where, wanted, row.get(question["title"]), story.say())


# ---- the commands -------------------------------------------------------------------------------------------------


def _cut_off(current: Round) -> Iterator[Disagreement]:
    got = _merged(current).identity.get("as_of")
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

