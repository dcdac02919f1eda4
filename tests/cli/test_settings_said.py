"""Days on the command line, the list of a plan's units, and what ``rules check`` speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import run, run_json

PLAN = ("--plan", "gia-loc", "--period", "2026-H1")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    done = run("init", ".", *PLAN, "--due", "15/6", "--owner", "X_DU_UBND=VP", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.mark.parametrize("day", ["20/6", "20/6/2026", "2026-06-20", "20-6-2026", "20.6.26"])
def test_a_command_takes_a_day_as_people_write_it(day: str, office: Path) -> None:
    done = run("extend", "KT", "--until", day, "--reason", "x", cwd=office)
    assert "20/06/2026" in done.stdout, done.stderr
    done = run("waive", "V015", "--unit", "KT", "--until", day, "--reason", "x", cwd=office)
    assert "20/06/2026" in done.stdout, done.stderr
    done = run("merge", "nhan", "-o", "ra.xlsx", "--as-of", day, cwd=office)
    assert done.returncode in {0, 1}, done.stderr


def test_what_is_no_day_is_said_with_how_to_write_one(office: Path) -> None:
    for words in (("extend", "KT", "--until", "31/6", "--reason", "x"), ("merge", "-o", "a.xlsx", "--as-of", "mai")):
        done = run(*words, cwd=office)
        assert done.returncode == 2
        assert "20/6/2026" in done.stderr


def test_a_day_of_another_year_is_asked_about_and_stops_nothing(office: Path) -> None:
    done = run("extend", "KT", "--until", "20/6/2027", "--reason", "x", cwd=office)
    assert done.returncode == 0
    assert "nhầm năm" in done.stderr
    done = run("extend", "KT", "--until", "20/6", "--reason", "x", cwd=office)
    assert done.stderr == ""
    settings = office / "danvan.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"15/6"', "15/6/2025"), encoding="utf-8")
    done = run("template", "--unit", "KT", cwd=office)
    assert done.returncode == 0, done.stderr
    assert "15/06/2025" in done.stdout


def test_jsonl_takes_days_as_people_write_them(tmp_path: Path) -> None:
    context = '{"plan_year": 2026, "start": "1/1", "end": "31/12/2026", "issued": "8/5/2026"}'
    done = run("explain", "--jsonl", cwd=tmp_path, stdin=f'{{"id": 1, "phrase": "Quý II", "context": {context}}}\n')
    assert done.returncode == 0, done.stderr
    assert "2026-06-30" in done.stdout


def test_units_lists_codes_names_and_groups_of_a_plan(tmp_path: Path) -> None:
    document = run_json("units", "--plan", "gia-loc", cwd=tmp_path)
    found = {item["id"]: item for item in document["units"]}
    assert found["KT"]["name"] == "Phòng Kinh tế"
    assert found["KT"]["groups"] == ["G_ALL", "G_PHONG"]
    assert [found[unit]["reports"] for unit in ("KT", "X_DU_UBND")] == [True, False]
    assert {"id": "G_PHONG", "units": ["VHXH", "VP", "KT"]} in document["groups"]
    shown = run("units", "--plan", "gia-loc", cwd=tmp_path).stdout
    assert all(word in shown for word in ("KT", "Phòng Kinh tế", "G_PHONG", "X_DU_UBND"))


def test_units_of_a_workspace_include_those_that_it_adds(office: Path) -> None:
    with (office / "danvan.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[[units]]\nid = "THON_1"\nname = "Thôn 1"\ngroups = ["G_ALL"]\n')
    assert "Thôn 1" in run("units", cwd=office).stdout


def test_rules_check_in_a_workspace_speaks_of_that_workspace_only(office: Path) -> None:
    done = run("rules", "check", cwd=office)
    assert done.returncode == 0, done.stdout
    assert "gia-loc.toml" in done.stdout
    assert "phu-thinh" not in done.stdout
    assert "nd09" not in done.stdout
    own = office / "rules" / "regimes" / "rieng.toml"
    own.parent.mkdir(parents=True)
    own.write_text('id = "rieng"\n', encoding="utf-8")
    done = run("rules", "check", cwd=office)
    assert done.returncode == 2
    assert "rieng.toml" in done.stdout


def test_rules_check_elsewhere_speaks_of_every_plan(tmp_path: Path) -> None:
    assert "phu-thinh" in run("rules", "check", cwd=tmp_path).stdout
