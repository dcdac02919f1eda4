"""File names that a terminal, a message or a cell would obey: shown as words everywhere, and still opened."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.language.showable import UNSHOWABLE, meant, printable, shown
from tests.support.books import cell, open_book
from tests.support.program import PROGRAM, environment
from tests.support.rounds import a_round, fill

OUTSIDE = (b"--plan", b"gia-loc", b"--period", b"2026-H1")
RAW = re.compile(f"(?![\n\t])[{UNSHOWABLE}]")
NAMES = {
    "no text": b"b\xe1o c\xe1o.xlsx",
    "escape": b"a\x1b[31mdo\x1b[2J.xlsx",
    "C1": "a\x9b31m.xlsx".encode(),
    "direction": "a\u202excod.xlsx".encode(),
    "isolate": "a\u2066b\u2069.xlsx".encode(),
    "line break": b"a\nb\rc.xlsx",
    "our own words": b"a<U+202E>b<xFF>.xlsx",
}
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows allows no such names")


def run_bytes(*arguments: bytes, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = [*(item.encode() for item in PROGRAM), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, timeout=120, check=False)


def words_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


@pytest.fixture(params=NAMES, ids=str)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A sound file, a file to return, a refused one, a lock file, a PDF, and a copy, all under a strange name."""
    name = NAMES[request.param]
    made = tmp_path / "nhan"
    for number in range(4):
        (made / str(number)).mkdir(parents=True)
    faulty = fill(tmp_path / "x.xlsx", a_round(), "KT")
    book = open_book(faulty)
    sheet = next(sheet for sheet in book if any("@" in str(row[0].value) for row in sheet.iter_rows(max_col=1)))
    line = next(str(row[0].value) for row in sheet.iter_rows(max_col=1) if "@" in str(row[0].value))
    cell(sheet, line, "Tỷ lệ (%)").value = "nhiều"
    book.save(faulty)
    sound = fill(tmp_path / "y.xlsx", a_round(), "VHXH")
    for number, content in enumerate((sound.read_bytes(), faulty.read_bytes(), b"PK\x03\x04 no", b"%PDF-1.4")):
        (made / str(number) / os.fsdecode(name)).write_bytes(content)
    (made / "3" / os.fsdecode(b"~$" + name)).write_bytes(b"x")
    (made / "3" / os.fsdecode(b"2" + name)).write_bytes(sound.read_bytes())
    faulty.unlink()
    sound.unlink()
    return made


def test_a_strange_name_is_never_raw_and_its_file_is_read(folder: Path, tmp_path: Path) -> None:
    done = run_bytes(b"check", b"nhan", b"--return", b"tra", *OUTSIDE, cwd=tmp_path)
    said = done.stdout.decode() + done.stderr.decode()  # UTF-8, whatever the name
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert RAW.search(said) is None
    document = json.loads(run_bytes(b"check", b"nhan", b"--json", *OUTSIDE, cwd=tmp_path).stdout.decode())
    assert RAW.search(json.dumps(document, ensure_ascii=False)) is None
    status = sorted(item["status"] for item in document["files"])
    assert status == ["accepted", "duplicate", "ignored", "refused", "refused", "returned"]
    assert {Path(meant(item["path"])) for item in document["files"]} == {
        path.relative_to(tmp_path) for path in folder.rglob("*") if path.is_file()
    }
    returned = [words_of(path) for path in (tmp_path / "tra").iterdir()]
    assert len(returned) == 3
    assert any("VBA" not in words and "KT" in words for words in returned)
    assert all(RAW.search(words.replace("\r", "")) is None for words in returned)


def test_a_strange_name_is_no_trouble_in_the_workbook(folder: Path, tmp_path: Path) -> None:
    done = run_bytes(b"merge", b"nhan", b"-o", b"ra.xlsx", *OUTSIDE, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert RAW.search(words_of(tmp_path / "ra.xlsx").replace("\r", "")) is None
    open_book(tmp_path / "ra.xlsx")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_strange_name_in_a_sentence_of_the_program(name: bytes, tmp_path: Path) -> None:
    commands: list[tuple[bytes, ...]] = [(b"check", name), (b"check", b".", b"--" + name), (b"plan", b"import", name)]
    commands += [
        (b"check", b"-", b"--as-of", name),
        (name,),
        (b"merge", b".", b"-o", name),
        (b"demo", name + b"/\x00"[:1] + name),
    ]
    for command in commands:
        done = run_bytes(*command, *OUTSIDE, cwd=tmp_path)
        said = done.stdout.decode() + done.stderr.decode()
        assert "Traceback" not in said, said
        assert RAW.search(said) is None, (command, said)
        assert done.returncode in (0, 2, 3), said


def test_a_workspace_remembers_when_such_a_file_came(tmp_path: Path) -> None:
    init = (b"init", b".", b"--plan", b"gia-loc", b"--period", b"2026-H1", b"--due", b"2026-06-15", b"--owner")
    assert run_bytes(*init, b"X_DU_UBND=VP", cwd=tmp_path).returncode == 0
    path = tmp_path / "nhan" / "2026-H1" / os.fsdecode(NAMES["no text"])
    fill(tmp_path / "x.xlsx", a_round(owned=True), "VHXH").rename(path)
    os.utime(path, (1781500000, 1781500000))
    first = json.loads(run_bytes(b"check", b"--json", cwd=tmp_path).stdout)
    os.utime(path, (1791500000, 1791500000))
    assert json.loads(run_bytes(b"check", b"--json", cwd=tmp_path).stdout)["units"] == first["units"]
    assert any(unit["received"] for unit in first["units"])


@given(st.text(st.characters()))
def test_what_is_shown_can_be_shown_and_is_meant(name: str) -> None:
    words = shown(name)
    words.encode()
    assert re.search(f"[{UNSHOWABLE}]", words) is None
    assert meant(words) == name
    assert shown(meant(words)) == words
    assert RAW.search(printable(name)) is None


@pytest.mark.parametrize("name", ["Báo cáo Phòng VHXH.xlsx", "a<b>.xlsx", "C:\\nhan\\a.xlsx", "báo cáo\u00a0(1).xlsx"])
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert shown(name) == meant(name) == name
