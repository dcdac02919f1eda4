"""A period for which the plan has no report: said at once, and every command goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import run, run_json

OUTSIDE = ("2025-H1", "2031-H1")
"""Periods that the plan of Gia Lộc (2026-2030) does not reach."""

UNASKED = ("2026-06", "2026-Q3", "2026-H2")
"""Periods within its years for which it has no report."""


def init(folder: Path, period: str, *more: str, plan: str = "gia-loc", **env: str) -> str:
    done = run("init", "xa", "--plan", plan, "--period", period, *more, cwd=folder, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("period", OUTSIDE)
def test_a_period_outside_the_plan_s_years_is_named_with_these(period: str, tmp_path: Path) -> None:
    said = init(tmp_path, period)
    assert "01/01/2026" in said
    assert "31/12/2030" in said
    assert "01/01/2026" in run("template", cwd=tmp_path / "xa").stdout


@pytest.mark.parametrize("period", UNASKED)
def test_a_period_without_a_report_is_named_with_those_that_have_one(period: str, tmp_path: Path) -> None:
    assert "2026-H1, 2026." in init(tmp_path, period)
    assert "2026-H1, 2026." in run("template", cwd=tmp_path / "xa").stdout


@pytest.mark.parametrize(
    ("plan", "period"), [("gia-loc", "2026-H1"), ("gia-loc", "2030"), ("phu-thinh", "2026-Q2"), ("nq55", "2026")]
)
def test_nothing_is_said_of_a_period_that_has_a_report(plan: str, period: str, tmp_path: Path) -> None:
    assert "Chú ý: kế hoạch" not in init(tmp_path, period, plan=plan)
    assert "Chú ý: kế hoạch" not in run("template", cwd=tmp_path / "xa").stdout


def test_the_warning_speaks_english_too(tmp_path: Path) -> None:
    assert "Note: the plan has no report for" in init(tmp_path, "2026-06", DANVAN_LANG="en")


@pytest.mark.parametrize("period", [*OUTSIDE, *UNASKED])
@pytest.mark.parametrize("due", ["2026-12-10", "trước 12/12/2026"])
def test_its_due_day_is_the_one_that_the_office_sets(period: str, due: str, tmp_path: Path) -> None:
    if due.startswith("trước") and not period.startswith("2026"):
        due = due.replace("2026", period[:4])
    init(tmp_path, period, "--due", due)
    root = tmp_path / "xa"
    for command in (("template",), ("check",), ("merge",), ("status",), ("calendar",), ("rules", "check")):
        done = run(*command, cwd=root)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert f"/{period[:4]}" in run("status", cwd=root).stdout
    assert ("10/12" if due.startswith("20") else "11/12") in run("status", cwd=root).stdout


def test_the_guide_s_step_to_a_new_period_works_and_back(tmp_path: Path) -> None:
    """Section 8 of the guide, as written; the day of the other period may stay in the file."""
    init(tmp_path, "2026-H1", "--due", "2026-06-15")
    settings = tmp_path / "xa" / "danvan.toml"
    text = settings.read_text(encoding="utf-8")
    changed = text.replace('period = "2026-H1"', 'period = "2026-H2"').replace(
        '"2026-H1" = 2026-06-15', '"2026-H1" = 2026-06-15\n"2026-H2" = 2026-12-10'
    )
    assert changed.count("2026-H2") == 2
    settings.write_text(changed, encoding="utf-8")
    assert run("template", cwd=tmp_path / "xa").returncode == 0
    assert "10/12/2026" in run("status", cwd=tmp_path / "xa").stdout
    settings.write_text(changed.replace('period = "2026-H2"', 'period = "2026-H1"'), encoding="utf-8")
    assert "15/06/2026" in run("status", cwd=tmp_path / "xa").stdout
    assert run_json("check", cwd=tmp_path / "xa")["period"] == "2026-H1"


@pytest.mark.parametrize("key", ["2026-H3", "Q5", "13", "khac:2026-H1", "2026-H1x", ""])
def test_a_key_that_is_no_period_is_still_a_mistake(key: str, tmp_path: Path) -> None:
    init(tmp_path, "2026-H1")
    settings = tmp_path / "xa" / "danvan.toml"
    text = settings.read_text(encoding="utf-8").replace('# "2026-H1" = 2026-06-15', f'"{key}" = 2026-06-15')
    settings.write_text(text, encoding="utf-8")
    done = run("check", cwd=tmp_path / "xa")
    assert done.returncode == 2
    assert "danvan.toml" in done.stderr
