"""The three plans with appendices, as Word files with the seeds' oddities, against the shipped rule files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from danvan_xl.model import Plan, Task
from danvan_xl.planimport import ImportResult, import_plan, summary, write_new
from danvan_xl.rules.loader import load_rules
from danvan_xl.wording import LANGS
from tests.planimport.words import seed_document

PLANS = ("gia-loc", "thach-khoi", "phu-thinh")
VARIANTS: dict[str, dict[str, bool]] = {"word": {}, "html": {"html": True}, "bold": {"bold_groups": True}}
HEAD_FIELDS = ("issued", "issuing_body", "place", "title", "start", "end", "office", "recipients")
TASK_FIELDS = (
    "id", "group", "stt", "text", "roadmap", "lead_text", "lead", "coordinate_text", "coordinate", "product",
)  # fmt: skip

Case = tuple[str, ImportResult, Plan]


@pytest.fixture(scope="module", params=[(plan, variant) for plan in PLANS for variant in VARIANTS], ids=str)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Plan id, what the import gave, and the plan that its rule file is."""
    plan_id, variant = request.param
    folder = tmp_path_factory.mktemp("seed")
    title = load_rules(plan_id).plan.title
    path = seed_document(plan_id, title, folder / "ke-hoach.docx", **VARIANTS[variant])
    result = import_plan(path, plan_id=plan_id)
    write_new(folder / f"{plan_id}.toml", result.toml_text)
    return plan_id, result, load_rules(str(folder / f"{plan_id}.toml")).plan


def marked(result: ImportResult) -> set[str]:
    """Places (``PL2.9.3.product``) that carry a mark."""
    return {doubt.where for doubt in result.doubts}


def differences(shipped: Task, found: Task) -> Iterator[str]:
    for name in TASK_FIELDS:
        if getattr(shipped, name) != getattr(found, name):
            yield f"{found.id}.{name}"


def test_texts_roadmaps_and_codes_are_those_of_the_shipped_plan_or_marked(case: Case) -> None:
    plan_id, result, plan = case
    shipped = list(load_rules(plan_id).plan.tasks)
    found = list(plan.tasks)
    assert [task.id for task in found] == [task.id for task in shipped]
    differing = {place for pair in zip(shipped, found, strict=True) for place in differences(*pair)}
    assert differing <= marked(result)


def test_appendices_and_groups_are_those_of_the_shipped_plan_or_marked(case: Case) -> None:
    plan_id, result, plan = case
    for shipped, found in zip(load_rules(plan_id).plan.appendices, plan.appendices, strict=True):
        for name in ("id", "number", "title", "sheet", "form"):
            assert getattr(found, name) == getattr(shipped, name)
        assert [(column.field, column.title) for column in found.columns] == [
            (column.field, column.title) for column in shipped.columns
        ]
        assert [(group.id, group.stt) for group in found.groups] == [(group.id, group.stt) for group in shipped.groups]
        for one, other in zip(shipped.groups, found.groups, strict=True):
            assert one.title == other.title or f"{other.id}.title" in marked(result)


def test_the_head_of_the_plan_is_read_from_its_body(case: Case) -> None:
    plan_id, result, plan = case
    shipped = load_rules(plan_id).plan
    for name in HEAD_FIELDS:
        assert getattr(plan, name) == getattr(shipped, name), name
    assert plan.number == shipped.number
    assert "".join(plan.citation.split()) == "".join(shipped.citation.split())
    assert ("number" in marked(result)) == (shipped.number == "")
    assert result.metadata.signer in ("Nguyễn Thị Thu", "Phạm Ngọc Sơn", "Nguyễn Ngọc Hưng")
    assert result.metadata.reports


def test_units_are_those_that_the_tables_name(case: Case) -> None:
    plan_id, _, plan = case
    shipped = load_rules(plan_id).plan
    named = {code for task in shipped.tasks for code in (*task.lead, *task.coordinate) if code[:2] != "G_"}
    assert {unit.id for unit in plan.units} == named
    assert {unit.id for unit in plan.units if unit.outside} == {code for code in named if code[:2] == "X_"}


def test_every_doubt_stands_on_its_line(case: Case) -> None:
    _, result, _ = case
    lines = [line for line in result.toml_text.splitlines() if "KIỂM TRA:" in line]
    said = sum(line.count("; ") + 1 for line in lines)
    assert len(lines) <= len(result.doubts) <= said
    assert all(re.search(r"# KIỂM TRA: \S", line) for line in lines)


EXPECTED_MARKS = {
    "gia-loc": {"PL2.11.1.text"},
    "thach-khoi": {
        "PL1.I.stt", "PL1.I.title", "PL2.1.stt", "PL2.1.title", "PL2.9.stt", "PL2.10.stt", "PL2.11.stt",
        "PL2.8.2.product", "PL2.9.3.product", "PL2.11.1.roadmap", "PL2.11.1.lead_text", "PL2.11.1.lead",
        "PL2.11.1.coordinate_text", "PL2.11.1.product",
    },
    "phu-thinh": {"PL.9.stt"},
}  # fmt: skip


def test_exactly_the_odd_cells_of_the_tables_are_marked(case: Case) -> None:
    plan_id, result, _ = case
    inside = {where for where in marked(result) if where.startswith("PL") and not where.endswith(".form")}
    assert inside == EXPECTED_MARKS[plan_id]


def test_below_each_task_with_a_figure_stands_a_hint_that_a_target_may_be_needed(case: Case) -> None:
    plan_id, result, _ = case
    hinted = re.findall(r'\nid = "([^"]+)"\n(?:(?!\[\[).+\n)*# chỉ tiêu\? .*“', result.toml_text)
    assert hinted == list(FIGURES[plan_id])
    said = re.findall(r"# chỉ tiêu\? Câu này có (.*?):", result.toml_text)
    assert said == list(FIGURES[plan_id].values())


FIGURES = {
    "gia-loc": {
        "PL1.II.1": "“100%”",
        "PL1.II.2": "“100%”",
        "PL1.II.3": "“đạt chuẩn”",
        "PL1.II.4": "“100%”, “ít nhất 01”",
        "PL1.II.5": "“PAR Index”, “SIPAS”, “tối thiểu 95%”, “tối thiểu 90%”",
    },
    "thach-khoi": {
        "PL1.II.1": "“100%”",
        "PL1.II.2": "“100%”",
        "PL1.II.3": "“Đến hết năm 2026”, “đạt chuẩn”",
        "PL1.II.4": "“100%”, “ít nhất 01”",
        "PL1.II.5": ("“PAR Index”, “SIPAS”, “PCI”, “PAPI”, “DTI”, “PGI”, “tối thiểu 95%”, “tối thiểu 90%”"),
    },
    "phu-thinh": {"PL.5": "“ít nhất 01”", "PL.9": "“PAPI”, “SIPAS”"},
}


@pytest.mark.parametrize("lang", LANGS)
def test_the_summary_says_what_was_and_was_not_understood(case: Case, lang: Any) -> None:
    _, result, plan = case
    lines = summary(result, Path("x.toml"), lang)
    assert str(len(list(plan.tasks))) in lines[1]
    assert plan.issuing_body in lines[2]
    assert str(len(result.doubts)) in lines[3]
    assert len(summary(result, Path("x.toml"), lang, most=2)) == 4 + 2 + 1


def test_the_same_file_gives_the_same_proposal(tmp_path: Path) -> None:
    path = seed_document("thach-khoi", "Thực hiện Nghị quyết", tmp_path / "ke-hoach.docx")
    assert import_plan(path).toml_text == import_plan(path).toml_text
    assert import_plan(path).plan_id == "thach-khoi"
