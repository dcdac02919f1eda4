"""Accounts, sums and words of the consolidated workbook against each other and against what was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.oracle.common import Disagreement, counts, figure, merged_of
from tests.oracle.judge import ACCOUNT, ANSWERED, BLANK, DONE, GOING, NIL, NOT_YET, RETURNED, plain
from tests.oracle.plans import ENDLESS, LEAD
from tests.oracle.product import Merged
from tests.oracle.rounds import Round

OPEN = ("Năm 2026 và các năm tiếp theo",)
COUNTED_TOGETHER = {"luot_nguoi", "tuyen_truyen"}
"""Indicators of which one is wrong without the other."""


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
        total, open_, seen = 0, False, []
        for story in current.stories:
            short = plan.unit(story.unit).short
            file = story.counts
            if story.kind == "back_again" or not counts(current, story):
                open_ = True
                continue
            choices = file.figure_choices if file else {}
            raw = file.figures.get(indicator["id"], "") if file else ""
            value = figure(raw)
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
                yield Disagreement(
                    f"Số liệu “{indicator['title']}” of {story.unit}", value, row.get(short), story.say()
                )
        if not open_ and row["Tổng cộng"] != total:
            yield Disagreement(f"Số liệu “{indicator['title']}” Tổng cộng", (total, seen), row["Tổng cộng"])


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
