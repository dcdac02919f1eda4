"""The whole job on every shipped plan, for every period of its regime: template → filled → check → merge."""

from __future__ import annotations

from pathlib import Path

import pytest

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import Role, Severity
from danvan_xl.model.statuses import ACCOUNT, AnswerState, FileStatus
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.support.books import data, table
from tests.support.results import every_line, lead_lines
from tests.support.rounds import PLANS, a_round, fill, periods, read, sound_answers

EVERY = [(plan, period) for plan in PLANS for period in periods(plan)]
TEXTS_OF_STATES = tuple(state.value for state in ACCOUNT)


@pytest.mark.parametrize(("plan", "period"), EVERY)
def test_sound_answers_are_accepted_merged_and_accounted_for(plan: str, period: str, tmp_path: Path) -> None:
    current = a_round(plan, period, villages=2)
    submissions = []
    for unit in current.by_unit:
        item = read(fill(tmp_path / f"{unit}.xlsx", current, unit), current)
        assert [found.code for found in item.findings if found.is_open and found.severity is not Severity.INFO] == []
        assert item.status is FileStatus.ACCEPTED
        submissions.append(item)
    target = tmp_path / "tong-hop.xlsx"
    write_consolidated(target, merge(current, submissions))

    rows = data(target)
    sent = sorted(line.id for line in lead_lines(current))
    assert sorted(row["Mã dòng"] for row in rows if row["Vai trò"] == Role.LEAD) == sent
    for unit in current.by_unit:
        typed = sound_answers(current, unit).lines
        mine = {row["Mã dòng"]: row for row in rows if row["Mã đơn vị"] == unit and row["Trả lời"] != "Chưa giao"}
        assert set(mine) == set(typed)
        assert {key: row["Trạng thái"] for key, row in mine.items()} == {
            key: values["trang_thai"] for key, values in typed.items()
        }
    account = table(target, "Đối soát", 4)
    assert all(row["Chênh lệch"] == 0 for row in account)
    assert account[-1]["Dòng gửi đi"] == len(lead_lines(current))
    assert sum(account[-1][state] for state in TEXTS_OF_STATES) == len(lead_lines(current))
    nobody = sum(not line.assigned for line in lead_lines(current))
    assert (account[-1]["Chưa giao"], account[-1]["Chưa nộp"], account[-1]["Để trống"]) == (nobody, 0, 0)


def test_every_plan_has_periods_to_go_through() -> None:
    counts = {plan: len(periods(plan)) for plan in PLANS}
    assert counts["gia-loc"] == counts["thach-khoi"] == 2
    assert counts["phu-thinh"] >= 12
    assert counts["nq55"] >= 12


@pytest.mark.parametrize("plan", PLANS)
def test_villages_that_a_workspace_lists_get_the_lines_of_their_group(plan: str, tmp_path: Path) -> None:
    period = periods(plan)[-1]
    without, current = a_round(plan, period), a_round(plan, period, villages=3)
    added = {line.id for line in every_line(current)} - {line.id for line in every_line(without)}
    assert added
    assert all(line.partition("@")[2].startswith("THON_") for line in added)
    item = read(fill(tmp_path / "a.xlsx", current, "THON_2"), current)
    assert [found.code for found in item.findings if found.is_open and found.severity is not Severity.INFO] == []
    assert all(answer.state is not AnswerState.DELETED for answer in item.answers)
