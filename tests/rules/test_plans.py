"""The four shipped plans: what the seeds say, to the letter, and the lines that come of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from danvan_xl.language.organisations import Catalogue, codes
from danvan_xl.model import Plan, Role, Unit
from danvan_xl.rules.files import RuleSource, read_toml, shipped
from danvan_xl.rules.loader import Rules, load_rules
from tests.support.results import plan_lines

SEEDS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data" / "seeds.json").read_text(encoding="utf-8")
)
PLANS = ("gia-loc", "thach-khoi", "phu-thinh", "nq55")
COLUMNS = ("stt", "text", "roadmap", "lead_text", "coordinate_text", "product")

# plan: tasks, assigned lead lines, lead lines nobody answers for, coordinating lines
COUNTS = {
    "gia-loc": (24, 89, 1, 60),
    "thach-khoi": (26, 87, 1, 38),
    "phu-thinh": (17, 23, 0, 68),
    "nq55": (37, 113, 5, 0),
}


@pytest.fixture(scope="module", params=PLANS)
def rules(request: pytest.FixtureRequest) -> Rules:
    return load_rules(request.param)


def seed_tasks(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Appendix and the six cells of every task of the seed, in order."""
    for table in SEEDS[plan.id]:
        for row in table["rows"]:
            if row["kind"] == "task":
                yield table["id"], row["reads"]


def test_every_task_stands_in_the_plan_to_the_letter(rules: Rules) -> None:
    found = [[getattr(task, name) for name in COLUMNS] for task in rules.plan.tasks]
    expected = [cells for _, cells in seed_tasks(rules.plan)]
    if rules.plan.id == "nq55":  # the plan has no table: the numbers are those of the derived one
        expected = [[str(number), *cells[1:]] for number, cells in enumerate(expected, 1)]
    assert found == expected


def test_tasks_hang_below_the_group_of_the_seed(rules: Rules) -> None:
    rows = [row for table in SEEDS[rules.plan.id] for row in table["rows"] if row["kind"] == "task"]
    assert [task.group.partition(".")[2] for task in rules.plan.tasks] == [row["group"] for row in rows]


def test_headings_of_groups_are_those_of_the_seed_and_the_lost_ones_are_noted() -> None:
    for name in ("gia-loc", "thach-khoi"):
        plan = load_rules(name).plan
        for appendix, table in zip(plan.appendices, SEEDS[name], strict=True):
            printed = [(row["group"], row["reads"][1]) for row in table["rows"] if row["kind"] == "group"]
            found = [(group.stt, group.title) for group in appendix.groups]
            repaired = found if name == "gia-loc" else found[1:]
            assert repaired == printed
    notes = " ".join(load_rules("thach-khoi").plan.notes)
    assert "thiếu tiêu đề nhóm I" in notes
    assert "thiếu tiêu đề nhóm 1" in notes


def test_columns_stand_in_the_plans_own_order_under_its_own_headings() -> None:
    columns = [(column.field, column.title) for column in load_rules("phu-thinh").plan.appendices[0].columns]
    assert columns == [
        ("stt", "Số TT"),
        ("text", "Nội dung công việc"),
        ("lead_text", "Cơ quan chủ trì"),
        ("coordinate_text", "Cơ quan phối hợp"),
        ("roadmap", "Thời gian hoàn thành"),
    ]
    for name in ("gia-loc", "thach-khoi"):
        for appendix, table in zip(load_rules(name).plan.appendices, SEEDS[name], strict=True):
            assert [column.title for column in appendix.columns] == table["header"]


def test_line_counts_are_known(rules: Rules) -> None:
    made = plan_lines(rules.plan)
    lead = [line for line in made if line.role is Role.LEAD]
    counts = (
        len(list(rules.plan.tasks)),
        sum(line.assigned for line in lead),
        sum(not line.assigned for line in lead),
        len(made) - len(lead),
    )
    assert counts == COUNTS[rules.plan.id]


def test_gia_loc_has_44_lines_of_goals_and_45_of_tasks() -> None:
    plan = load_rules("gia-loc").plan
    made = [line for line in plan_lines(plan) if line.role is Role.LEAD and line.assigned]
    assert [sum(line.task.appendix == name for line in made) for name in ("PL1", "PL2")] == [44, 45]
    owned = [line for line in plan_lines(plan, {"X_DU_UBND": "VP"}) if line.role is Role.LEAD]
    assert len(owned) == 90
    assert all(line.assigned for line in owned)


def test_every_task_is_in_the_accounts_and_line_ids_are_unique(rules: Rules) -> None:
    made = plan_lines(rules.plan)
    assert {line.task.id for line in made if line.role is Role.LEAD} == {task.id for task in rules.plan.tasks}
    assert len({line.id for line in made}) == len(made)


def test_the_doubled_number_8_of_phu_thinh_is_kept_and_the_ids_tell_the_rows_apart() -> None:
    tasks = list(load_rules("phu-thinh").plan.tasks)
    assert [task.id for task in tasks] == [f"PL.{number}" for number in range(1, 18)]
    assert [task.stt for task in tasks if task.stt == "8"] == ["8", "8"]
    assert tasks[-1].stt == "16"


def test_villages_are_listed_by_the_workspace() -> None:
    assert load_rules("phu-thinh").plan.groups["G_XOM"] == ()
    assert load_rules("nq55").plan.groups["G_THON"] == ()
    waiting = [line.id for line in plan_lines(load_rules("nq55").plan) if not line.assigned]
    assert [line_id for line_id in waiting if line_id.endswith("@G_THON")] == [
        "NV.III.6.1@G_THON",
        "NV.III.6.2@G_THON",
        "NV.III.6.3@G_THON",
    ]


def test_the_units_per_task_of_nq55_are_those_of_the_extract() -> None:
    plan = load_rules("nq55").plan
    by_code: dict[str, list[int]] = {}
    for task in plan.tasks:
        for code in task.lead:
            by_code.setdefault(code, []).append(int(task.stt))
    general = [1, 2, 3, 4, 5, 6, 9, 10, 11, *range(14, 23), 25, 26]
    assert by_code == {
        "G_ALL": general,
        "DVC": [5, 7, 28, 29],
        "G_THON": [5, 6, 11, 22, 35, 36, 37],
        "G_CHUAGIAO": [8, 13],
        "CA": [9, 30, 31, 32],
        "VHXH": [12, 23, 24, 27],
        "QS": [33, 34],
    }


def test_an_inferred_lead_is_marked_in_the_file(rules: Rules) -> None:
    text = (shipped() / "plans" / f"{rules.plan.id}.toml").read_text(encoding="utf-8")
    silent = [task for task in rules.plan.tasks if not task.lead_text]
    blocks = {task.id: text.partition(f'id = "{task.id}"\n')[2].partition("[[")[0] for task in silent}
    for task in silent:
        marked = [line for line in blocks[task.id].splitlines() if line.startswith("lead") and " # " in line]
        assert marked, task.id


def test_listed_villages_take_the_place_of_the_group() -> None:
    plan = load_rules("nq55").plan
    village = Unit(id="THON1", name="Thôn 1", short="Thôn 1")
    grown = replace(plan, units=(*plan.units, village), groups={**plan.groups, "G_THON": ("THON1",)})
    made = {line.id: line.assigned for line in plan_lines(grown)}
    assert made["NV.III.6.1@THON1"]
    assert "NV.III.6.1@G_THON" not in made


def test_an_owner_answers_for_a_group_without_units() -> None:
    plan = load_rules("thach-khoi").plan
    assert [line.id for line in plan_lines(plan) if not line.assigned] == ["PL2.11.1@G_CHUAGIAO"]
    assert "PL2.11.1@VP" in {line.id for line in plan_lines(plan, {"G_CHUAGIAO": "VP"}) if line.assigned}


def test_an_owner_that_the_plan_does_not_know_leaves_the_line_unassigned() -> None:
    made = [line for line in plan_lines(load_rules("gia-loc").plan, {"X_DU_UBND": "NOBODY"}) if not line.assigned]
    assert [line.id for line in made] == ["PL2.11.1@NOBODY"]


# Leads that the printed words do not give: each is marked and argued in the rule file.
INFERRED = {"NV.II.1.1"}  # "Ủy ban nhân dân xã": given to the units of UBND


@pytest.mark.parametrize("narrowed", [True, False], ids=["within the plan", "standard catalogue"])
def test_codes_are_what_the_language_module_reads_in_the_printed_cell(rules: Rules, narrowed: bool) -> None:
    data, _, _ = read_toml(RuleSource().units_file())
    catalogue = Catalogue.from_mapping(data or {})
    plan = rules.plan
    if narrowed:
        catalogue = catalogue.for_plan(
            units=[unit.id for unit in plan.units],
            groups=list(plan.groups),
            commune_name=plan.place,
            aliases={unit.id: (unit.name, *unit.aliases) for unit in plan.units},
        )
    for task in plan.tasks:
        if task.lead_text and task.id not in INFERRED:
            assert set(codes(task.lead_text, catalogue)) == set(task.lead), task.id
        if narrowed or "X_BCTMT" not in task.coordinate:  # a body of the villages that only this plan names
            assert set(codes(task.coordinate_text, catalogue)) == set(task.coordinate), task.id
