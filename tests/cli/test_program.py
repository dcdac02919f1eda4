"""The program as a person or a script runs it: commands, exit codes, JSON, languages, the folder."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator

from danvan_xl.cli.app import COMMANDS
from tests.support.books import cell, data, open_book
from tests.support.demo import MERGED, RECEIVED, demo
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill

SCHEMA = json.loads((Path(__file__).parents[1] / "core" / "data" / "result.schema.json").read_text(encoding="utf-8"))
OUTSIDE = ("--plan", "gia-loc", "--period", "2026-H1")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A folder with one unit's file without fault."""
    (tmp_path / "nhan").mkdir()
    return fill(tmp_path / "nhan" / "VHXH.xlsx", a_round(), "VHXH").parent


@pytest.fixture
def faulty(sound: Path) -> Path:
    """A folder with one unit's file with an error."""
    book = open_book(sound / "VHXH.xlsx")
    cell(book["Phụ lục II"], "PL2.1.2@VHXH", "Tỷ lệ (%)").value = "nhiều"
    book.save(sound / "VHXH.xlsx")
    return sound


# ---- exit codes --------------------------------------------------------------------------------------------


def test_0_when_all_is_well(sound: Path, tmp_path: Path) -> None:
    assert run("check", sound, *OUTSIDE, cwd=tmp_path).returncode == 0
    assert run("merge", sound, "-o", "ra.xlsx", *OUTSIDE, cwd=tmp_path).returncode == 0


def test_1_when_something_needs_a_person(faulty: Path, tmp_path: Path) -> None:
    done = run("check", faulty, *OUTSIDE, "--return", "tra-lai", cwd=tmp_path)
    assert done.returncode == 1
    assert list((tmp_path / "tra-lai").iterdir())
    assert run("merge", faulty, "-o", "ra.xlsx", *OUTSIDE, cwd=tmp_path).returncode == 1
    assert (tmp_path / "ra.xlsx").is_file()


def test_missing_units_are_1_only_with_strict(sound: Path, tmp_path: Path) -> None:
    assert run("check", sound, *OUTSIDE, "--strict", cwd=tmp_path).returncode == 1


WRONG = (
    ("check", "nhan"),
    ("check", "nhan", "--plan", "gia-loc"),
    ("check", *OUTSIDE),
    ("check", "khong-co", *OUTSIDE),
    ("check", "nhan", "--plan", "gialoc", "--period", "2026-H1"),
    ("check", "nhan", "--plan", "gia-loc", "--period", "2026-13"),
    ("check", "nhan", *OUTSIDE, "--as-of", "hôm nay"),
    ("check", "nhan", *OUTSIDE, "--owner", "X_DU_UBND"),
    ("check", "nhan", *OUTSIDE, "--owner", "X_DU_UBND=LA"),
    ("check", "nhan", *OUTSIDE, "--khong-co"),
    ("merge", "nhan", *OUTSIDE),
    ("template", *OUTSIDE),
    ("template", *OUTSIDE, "--unit", "LA", "-o", "mau"),
    ("status",),
    ("send", "consolidated"),
    ("khong-co",),
    ("init", "."),
    ("init", ".", "--plan", "la", "--period", "2026-H1"),
)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_2_when_the_command_is_wrong_and_nothing_was_done(
    arguments: tuple[str, ...], sound: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_2_when_the_workspace_is_wrong_with_file_and_key(tmp_path: Path) -> None:
    words = 'plan = "gia-loc"\nperiod = "2026-H1"\nmau = "đỏ"\n[owners]\nX_DU_UBND = 3\n'
    (tmp_path / "danvan.toml").write_text(words, encoding="utf-8")
    done = run("status", cwd=tmp_path)
    assert done.returncode == 2
    assert "danvan.toml" in done.stderr
    assert "mau" in done.stderr
    assert "owners.X_DU_UBND" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a folder where nobody may write is made with POSIX rights")
def test_3_when_the_machine_says_no_and_what_was_there_is_still_there(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "ra.xlsx").mkdir()
    (tmp_path / "ra.xlsx" / "cũ").write_text("x", encoding="utf-8")
    done = run("merge", sound, "-o", "ra.xlsx", *OUTSIDE, cwd=tmp_path)
    assert done.returncode in (2, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "ra.xlsx" / "cũ").is_file()
    (tmp_path / "tep").write_text("x", encoding="utf-8")
    done = run("merge", sound, "-o", "tep/ra.xlsx", *OUTSIDE, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr


# ---- JSON -----------------------------------------------------------------------------------------------------------


def conforms(document: dict[str, Any]) -> None:
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(document)] == []


def test_check_prints_one_json_document_of_the_contract(tmp_path: Path) -> None:
    document = run_json("check", demo() / RECEIVED, *OUTSIDE, cwd=tmp_path, code=1)
    conforms(document)
    assert document["format"] == "danvan-xl/check/1"
    assert document["totals"]["lines_sent"] == 90 == sum(document["totals"]["answers"].values())
    states = {item["unit"]: (item["state"], item["timeliness"]) for item in document["units"]}
    assert states["QS"] == ("missing", None)
    assert states["CA"] == ("nil", "unknown")
    assert states["KT"][0] == "returned"
    (kt,) = [item for item in document["files"] if item["unit"] == "KT"]
    assert sorted(item["code"] for item in kt["findings"] if item["severity"] == "error") == [
        "V008", "V010", "V011", "V015", "V017",
    ]  # fmt: skip


def test_merge_prints_the_same_with_its_output(tmp_path: Path) -> None:
    document = run_json("merge", demo() / RECEIVED, "-o", "ra.xlsx", *OUTSIDE, cwd=tmp_path, code=1)
    conforms(document)
    assert document["format"] == "danvan-xl/merge/1"
    assert Path(document["output"]).name == "ra.xlsx"
    assert document["totals"]["lines_sent"] == len([r for r in data(tmp_path / "ra.xlsx") if r["Vai trò"] == "Chủ trì"])


def test_a_refused_file_is_in_the_document_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "nhan").mkdir()
    (tmp_path / "nhan" / "hong.xlsx").write_bytes(b"PK\x03\x04 khong phai")
    (tmp_path / "nhan" / "~$VHXH.xlsx").write_bytes(b"x")
    document = run_json("check", "nhan", *OUTSIDE, cwd=tmp_path, code=1)
    conforms(document)
    status = {Path(item["path"]).name: item["status"] for item in document["files"]}
    assert status == {"hong.xlsx": "refused", "~$VHXH.xlsx": "ignored"}
    assert any(found["severity"] == "blocker" for item in document["files"] for found in item["findings"])


def test_progress_and_remarks_are_quiet_in_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "nhan").mkdir()
    source = fill(tmp_path / "nhan" / "a.xlsx", a_round(), "VHXH")
    for number in range(24):
        (tmp_path / "nhan" / f"{number}.xlsx").write_bytes(source.read_bytes())
    done = run("check", "nhan", *OUTSIDE, "--json", cwd=tmp_path)
    assert done.stderr == ""
    statuses = [item["status"] for item in json.loads(done.stdout)["files"]]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (1, 24)


def test_the_english_document_has_the_same_codes_and_places(tmp_path: Path) -> None:
    vietnamese = run_json("check", demo() / RECEIVED, *OUTSIDE, cwd=tmp_path, code=1)
    english = run_json("--lang", "en", "check", demo() / RECEIVED, *OUTSIDE, cwd=tmp_path, code=1)
    for mine, theirs in zip(vietnamese["files"], english["files"], strict=True):
        assert [(f["code"], f["cell"]) for f in mine["findings"]] == [
            (f["code"], f["cell"]) for f in theirs["findings"]
        ]
    assert vietnamese["files"][0]["findings"][0]["message"] != english["files"][0]["findings"][0]["message"]


# ---- help in two languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str, tmp_path: Path) -> None:
    vietnamese, english = run(command, "--help", cwd=tmp_path), run(command, "--help", cwd=tmp_path, DANVAN_LANG="en")
    assert (vietnamese.returncode, english.returncode) == (0, 0)
    assert vietnamese.stdout != english.stdout
    assert english.stdout == run("--lang", "en", command, "--help", cwd=tmp_path).stdout
    assert not set(english.stdout.replace("Gia Lộc", "")) & set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
    for line in vietnamese.stdout.splitlines():
        assert "Usage" not in line
        assert "Show this message" not in line


def test_the_root_lists_every_command_in_both_languages(tmp_path: Path) -> None:
    for lang in ("vi", "en"):
        shown = run("--lang", lang, "--help", cwd=tmp_path).stdout
        assert all(f"  {command} " in shown for command in COMMANDS)


# ---- the whole way in a workspace --------------------------------------------------------------------------


def test_the_whole_way_of_a_round_in_a_workspace(tmp_path: Path) -> None:
    root = tmp_path / "gia-loc"
    init = ("init", root, "--plan", "gia-loc", "--period", "2026-H1", "--due", "2026-06-15", "--owner", "X_DU_UBND=VP")
    assert run(*init, cwd=tmp_path).returncode == 0
    assert run(*init, cwd=tmp_path).returncode == 2  # never over an existing one
    with (root / "danvan.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[mail]\nfrom = "vhxh@example.vn"\nto = ["sonoivu@example.vn"]\n')
    assert run("template", cwd=root).returncode == 0
    assert len(list((root / "mau" / "2026-H1").glob("*.xlsx"))) == 7
    current = a_round(owned=True)
    for unit in ("VHXH", "VP", "KT"):
        fill(root / "nhan" / "2026-H1" / f"{unit}.xlsx", current, unit)
    inside = root / "nhan" / "2026-H1"  # a workspace is found from any folder in it
    assert run("check", cwd=inside).returncode == 0
    assert run("merge", cwd=root).returncode == 0
    rows = data(root / MERGED)
    assert sum(row["Trả lời"] == "Chưa nộp" for row in rows) == sum(
        line.role.value == "Chủ trì"
        for unit in ("PVHCC", "DVSNC", "CA", "QS")
        for line in current.by_unit[unit].values()
    )
    status = run("status", cwd=root)
    assert status.returncode in (0, 1)
    assert "Ban Chỉ huy Quân sự xã" in status.stdout
    sent = run("send", "consolidated", cwd=root)
    assert sent.returncode == 0, sent.stderr
    (draft,) = (root / "thu-di" / "2026-H1").glob("*.eml")
    assert b"X-Unsent: 1" in draft.read_bytes()
    assert all(path.relative_to(root).as_posix().isascii() for path in root.rglob("*"))


def test_a_workspace_never_writes_into_received_files(tmp_path: Path) -> None:
    folder = demo() / RECEIVED
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    run("check", folder, *OUTSIDE, "--return", tmp_path / "tra-lai", cwd=tmp_path)
    run("merge", folder, "-o", tmp_path / "ra.xlsx", *OUTSIDE, cwd=tmp_path)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_a_relative_path_and_a_single_file_are_taken_as_given(sound: Path, tmp_path: Path) -> None:
    document = run_json("check", "nhan/VHXH.xlsx", *OUTSIDE, cwd=tmp_path)
    assert [item["path"] for item in document["files"]] == [str(Path("nhan", "VHXH.xlsx"))]


# ---- explain, units, calendar ------------------------------------------------------------------------------


VOCABULARY = {"kind", "start", "due", "op", "rec", "occ", "parts", "flags", "offset", "anchor", "ref"}


def test_explain_and_units_answer_line_by_line(tmp_path: Path) -> None:
    context = {"plan_year": 2026, "start": "2026-01-01", "end": "2030-12-31", "issued": "2026-05-08"}
    requests = [
        {"id": "a", "phrase": "Quý I/2026", "context": context},
        {"id": "b", "phrase": "abc", "context": context},
    ]
    done = run("explain", "--jsonl", cwd=tmp_path, stdin="".join(json.dumps(item) + "\n" for item in requests))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["id"] for item in answers] == ["a", "b"]
    assert {"kind", "due"} <= set(answers[0]["result"]) <= VOCABULARY
    assert answers[0]["result"]["due"] == "2026-03-31"
    assert answers[1]["result"].get("due") is None
    asked = [{"id": 1, "text": "Văn phòng HĐND và UBND"}, {"id": 2, "text": "Công an xã"}]
    done = run("units", "--jsonl", cwd=tmp_path, stdin="".join(json.dumps(item) + "\n" for item in asked))
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 1, "result": ["VP"]},
        {"id": 2, "result": ["CA"]},
    ]


def test_a_line_that_is_no_request_is_reported_and_the_others_are_answered(tmp_path: Path) -> None:
    lines = 'không phải json\n{"id": 2, "text": "Công an xã"}\n'
    done = run("units", "--jsonl", cwd=tmp_path, stdin=lines)
    assert "Traceback" not in done.stderr
    assert '"result": ["CA"]' in done.stdout or done.returncode == 2


MONTHLY = {2: 13, 3: 13, 4: 13, 5: 13, 6: 13, 7: 13, 8: 13, 10: 13, 11: 13}
QUARTERLY = {3: 18, 6: 18, 9: 18, 12: 18}


def test_the_calendar_of_phu_thinh_has_the_days_of_the_domain_notes(tmp_path: Path) -> None:
    """phrases-A.md, "Calendar": monthly reports before the 14th, quarterly ones before the 19th, strict."""
    document = run_json("calendar", "--plan", "phu-thinh", "--year", 2026, cwd=tmp_path)
    days = {item["due"] for item in document["deadlines"] if item["due"]}
    expected = {date(2026, month, day).isoformat() for table in (MONTHLY, QUARTERLY) for month, day in table.items()}
    assert expected <= days
    by_day = {item["due"]: item for item in document["deadlines"] if item["due"]}
    assert by_day["2026-06-13"]["reminder"] == "2026-06-12"  # a Saturday
    assert by_day["2026-02-13"]["reminder"] == "2026-02-13"  # the last working day before Tết


def test_the_calendar_file_opens_in_a_calendar_program_and_has_the_same_days(tmp_path: Path) -> None:
    command = ("calendar", "--plan", "phu-thinh", "--year", "2026", "--ics", "lich.ics")
    document = run_json(*command, cwd=tmp_path)
    calendar = Calendar.from_ical((tmp_path / "lich.ics").read_bytes())
    starts = {event.decoded("DTSTART") for event in calendar.walk("VEVENT")}
    assert starts == {date.fromisoformat(item["due"]) for item in document["deadlines"] if item["due"]}
    first = (tmp_path / "lich.ics").read_bytes()
    run(*command, cwd=tmp_path)
    assert (tmp_path / "lich.ics").read_bytes() == first
