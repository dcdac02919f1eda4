"""Accounts, sums and words of the consolidated workbook against each other and against what was typed."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tests.oracle.common import Disagreement, counts, figure, merged_of
from tests.oracle.judge import ACCOUNT, ANSWERED, BLANK, DONE, GOING, NIL, NOT_YET, RETURNED, plain
from tests.oracle.plans import ENDLESS, LEAD, Plan
from tests.oracle.product import Merged
from tests.oracle.rounds import Round
from tests.oracle.stories import Story

OPEN = ("Năm 2026 và các năm tiếp theo",)
NOT_ASKED = "–"


def together(plan: Plan, names: Collection[str]) -> set[str]:
    """These indicators, and those that a rule compares with one of them: one may be wrong without the other."""
    rules = (set(check["fields"]) for check in plan.figure_checks if check["kind"] != "sudden_change")
    return set(names).union(*(fields for fields in rules if not fields.isdisjoint(names)))


def _beside(page: list[list[Any]], label: str) -> object:
    """The first value to the right of a label on the first page."""
    for row in page:
        for column, value in enumerate(row):
            if value == label:
                return next((item for item in row[column + 1 :] if item is not None), None)
    return None


def accounts(current: Round) -> Iterator[Disagreement]:
    merged, totals = merged_of(current), current.merge["totals"]
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
        wanted = {
            state: len([1 for item in own if item["Trả lời"] == state]) for state in (ANSWERED, NIL, BLANK, RETURNED)
        }
        wanted[ANSWERED] += wanted[NIL]  # this sheet says "Không phát sinh" of lines that were answered
        got = {state: row.get(state) if row else None for state in wanted}
        if got != wanted or (row and row["Dòng chủ trì"] != len(own)):
            yield Disagreement(f"Theo đơn vị {unit.id}", (wanted, len(own)), (got, row and row["Dòng chủ trì"]))
    yield from _endless(current, lead)
    yield from _late(merged, lead)
    errors = [
        item
        for entry in current.merge["files"]
        for item in entry["findings"]
        if item["severity"] in ("error", "blocker")
    ]
    if bool(errors) != bool(totals["errors"]):
        yield Disagreement("totals errors", len(errors), totals["errors"])


def _endless(current: Round, lead: list[dict[str, Any]]) -> Iterator[Disagreement]:
    """ "Có kết quả trong kỳ" counts results, not answers."""
    endless = [row for row in lead if row["Lộ trình"] in (*ENDLESS, *OPEN)]
    page = merged_of(current).first_page
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


def figures(current: Round) -> Iterator[Disagreement]:
    plan = current.setting.plan
    rows = {row["Chỉ tiêu"]: row for row in merged_of(current).figures if row.get("Chỉ tiêu")}
    for indicator in plan.indicators:
        row = rows[indicator["title"]]
        total, open_, seen = 0.0, False, []
        for story in current.stories:
            short = plan.unit(story.unit).short
            file = story.counts
            if story.kind == "back_again" or not counts(current, story):
                open_ = True
                continue
            choices = file.figure_choices if file else {}
            raw = file.figures.get(indicator["id"], "") if file else ""
            value = figure(raw, whole=plan.is_whole(indicator["id"]))
            if indicator not in plan.figures_of(story.unit):
                if row.get(short) != NOT_ASKED:
                    where = f"Số liệu “{indicator['title']}” of {story.unit}, which is not asked"
                    yield Disagreement(where, NOT_ASKED, row.get(short), story.say())
                continue
            if indicator["id"] in together(plan, choices):
                open_ = True
                if indicator["id"] in choices and plain(row.get(short)) not in choices[indicator["id"]]:
                    where = f"Số liệu “{indicator['title']}” of {story.unit}"
                    yield Disagreement(where, choices[indicator["id"]], row.get(short), story.say())
                continue
            total += value or 0
            seen.append((story.unit, raw))
            if raw == "" and plain(row.get(short)) != "":
                yield Disagreement(f"Số liệu “{indicator['title']}” of {story.unit}", "", row.get(short), story.say())
            if value is not None and plain(row.get(short)) != plain(value):
                yield Disagreement(
                    f"Số liệu “{indicator['title']}” of {story.unit}", value, row.get(short), story.say()
                )
        if indicator.get("kind") == "rate":
            if row["Tổng cộng"] is not None:
                yield Disagreement(f"Số liệu “{indicator['title']}” Tổng cộng", "nothing", row["Tổng cộng"])
        elif not open_ and row["Tổng cộng"] != total:
            yield Disagreement(f"Số liệu “{indicator['title']}” Tổng cộng", (total, seen), row["Tổng cộng"])


def provenance(current: Round) -> Iterator[Disagreement]:
    """Sums are those of ``Dữ liệu số``, and each of its rows leads to the cell that holds its figure."""
    merged, plan = merged_of(current), current.setting.plan
    shown = {row["Chỉ tiêu"]: row for row in merged.figures if row.get("Chỉ tiêu")}
    for indicator in plan.indicators:
        values = [row["Giá trị"] for row in merged.figure_data if row["Mã chỉ tiêu"] == indicator["id"]]
        total = sum(value for value in values if isinstance(value, int | float))
        if indicator.get("kind") != "rate" and shown[indicator["title"]]["Tổng cộng"] != total:
            where = f"Số liệu “{indicator['title']}” Tổng cộng"
            yield Disagreement(where, (total, values), shown[indicator["title"]]["Tổng cộng"])
    given = {(row["Mã đơn vị"], row["Mã chỉ tiêu"]) for row in merged.figure_data}
    if len(given) != len(merged.figure_data):
        yield Disagreement("Dữ liệu số", "one row for a figure", Counter(given).most_common(3))
    units = {unit for unit, _ in given}
    if given != {(unit, item["id"]) for unit in units for item in plan.figures_of(unit)}:
        yield Disagreement("Dữ liệu số", "a row for each indicator that a unit is asked for", sorted(given))
    for story in current.stories:
        own = [row for row in merged.figure_data if row["Mã đơn vị"] == story.unit]
        if story.counts is not None and counts(current, story) and not own:
            yield Disagreement(f"Dữ liệu số of {story.unit}", "rows", "none", story.say())
        if not story.drops and own:
            yield Disagreement(f"Dữ liệu số of {story.unit}", "no rows", own, story.say())
        for row in own:
            yield from _source(story, row, shown[row["Chỉ tiêu"]].get(plan.unit(story.unit).short))


def _source(story: Story, row: dict[str, Any], shown: object) -> Iterator[Disagreement]:
    """A row against the file, the sheet and the cell that it names."""
    where = f"Dữ liệu số {row['Mã chỉ tiêu']} of {story.unit}"
    if plain(shown) != plain(row["Giá trị"]):
        yield Disagreement(f"{where} and Số liệu", shown, row["Giá trị"], story.say())
    drops = [drop for drop in story.drops if sha256(drop.content).hexdigest() == row["SHA-256"]]
    if row["Tệp nguồn"] not in [drop.name for drop in drops]:
        yield Disagreement(f"{where} Tệp nguồn", [drop.name for drop in story.drops], row["Tệp nguồn"], story.say())
        return
    if row["Ô"] is None:
        if row["Giá trị"] is not None:
            yield Disagreement(f"{where} Ô", "a cell", None, story.say())
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(drops[0].content), data_only=True)
    raw, value = book[row["Trang tính"]][row["Ô"]].value, row["Giá trị"]
    same = (
        figure(raw, whole=isinstance(value, int)) == value
        if isinstance(value, int | float)
        else plain(raw) == plain(value)
    )
    if not same and not (isinstance(value, str) and is_a_number(raw)):
        yield Disagreement(f"{where} {row['Trang tính']}!{row['Ô']}", raw, value, story.say())
    state = row["Trả lời"]
    fits = {int: (ANSWERED,), float: (ANSWERED,), str: (RETURNED,)}.get(type(value), (BLANK, NIL))
    if state not in fits or (state == NIL) != (value is None and bool(story.counts and story.counts.nil)):
        yield Disagreement(f"{where} Trả lời", fits, state, story.say())


def is_a_number(raw: object) -> bool:
    """A number is not shown in one way only: 12.5 and "12,5"."""
    return isinstance(raw, int | float)


def words(current: Round) -> Iterator[Disagreement]:
    rows = {row["Đơn vị"]: row for row in merged_of(current).unit_words if row.get("Đơn vị")}
    for story in current.stories:
        if story.kind == "back_again" or not counts(current, story):
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
