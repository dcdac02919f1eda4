"""The register as a machine leaves it: cut, empty, noise, a folder, locked, newer, with rows that can't be read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from danvan_xl.office import register_file as module
from danvan_xl.office.register_file import RegisterError, open_register
from danvan_xl.office.workspace import REGISTER
from tests.support.demo import demo
from tests.support.program import run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(demo(), tmp_path / "w")
    run("extend", "KT", "--until", "2026-06-20", "--reason", "mưa bão", cwd=tmp_path / "w")
    return tmp_path / "w"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_in_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def noise_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def other_tables(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE x (y)")
        base.execute(f"PRAGMA user_version = {module.VERSION}")


DAMAGE = (cut, cut_in_a_page, empty, noise, noise_inside, other_tables)


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_damaged_register_is_set_aside_and_said_and_the_round_goes_on(
    damage: Callable[[Path], None], root: Path
) -> None:
    damage(root / REGISTER)
    left = (root / REGISTER).read_bytes()
    done = run("merge", cwd=root)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (aside,) = root.glob("so-theo-doi.hong-*.sqlite")
    assert aside.read_bytes() == left
    assert aside.name in done.stderr
    assert "gia hạn" in done.stderr
    assert "giờ nhận" in done.stderr
    assert "cho qua" in done.stderr
    assert not (root / REGISTER).exists()
    again = run("check", cwd=root)
    assert "Bắt đầu sổ theo dõi mới" in again.stderr  # never in silence
    assert aside.name in again.stderr
    assert again.returncode == 1
    assert run("check", cwd=root).stderr == ""
    assert aside.read_bytes() == left


@pytest.mark.parametrize("damage", [empty, noise], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize(
    "command",
    [
        ("extend", "KT", "--until", "2026-06-21", "--reason", "x"),
        ("waive", "V015", "--unit", "KT", "--reason", "x", "--until", "2026-06-30"),
        ("waive", "--list"),
        ("send", "consolidated"),
    ],
    ids=" ".join,
)
def test_what_must_be_noted_is_not_done_without_the_register(
    damage: Callable[[Path], None], command: tuple[str, ...], root: Path
) -> None:
    damage(root / REGISTER)
    drafts = sorted((root / "thu-di").rglob("*"))
    done = run(*command, cwd=root)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "hong-" in done.stderr
    assert sorted((root / "thu-di").rglob("*")) == drafts


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()


@pytest.mark.parametrize("change", [a_folder, newer], ids=lambda change: change.__name__)
def test_what_is_no_damage_is_left_as_it_is(change: Callable[[Path], None], root: Path) -> None:
    change(root / REGISTER)
    before = (root / REGISTER).read_bytes() if (root / REGISTER).is_file() else None
    for command, code in ((("check",), 1), (("merge",), 1), (("status",), 1), (("waive", "--list"), 3)):
        done = run(*command, cwd=root)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert "ổ theo dõi" in done.stderr
    assert list(root.glob("so-theo-doi.hong-*")) == []
    if before is not None:
        assert (root / REGISTER).read_bytes() == before
    assert "register" in run("--lang", "en", "check", cwd=root).stderr


def test_a_locked_register_is_waited_for_and_then_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / REGISTER
    with open_register(path) as register:
        register.note_received("2026-H1", "ab", "a.xlsx", module.datetime.now(module.VIETNAM_TIME))
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(module, "WAIT", 0.1)
    with pytest.raises(RegisterError) as caught, open_register(path):
        pass
    assert caught.value.kind == "locked"
    assert "0.1" in caught.value.say()
    holder.close()
    with open_register(path) as register:
        assert len(register.received("2026-H1")) == 1


def test_rows_that_cannot_be_read_are_said_and_the_others_count(root: Path) -> None:
    with sqlite3.connect(root / REGISTER) as base:
        base.execute("INSERT INTO extension VALUES ('VP', '2026-H1', 'hôm sau', 'x')")
        base.execute("INSERT INTO received VALUES ('ab', '2026-H1', 'x.xlsx', '2026-06-15')")
        base.execute("INSERT INTO event (at, kind, period, detail) VALUES ('?', 'merged', '2026-H1', 'x')")
        waiver = ("V015", "KT", None, "x", "mãi mãi", "ai", "2026-06-15T00:00:00+07:00")
        sql = "INSERT INTO waiver (code, unit, line, reason, until, who, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        base.execute(sql, waiver)
    base.close()
    done = run("check", cwd=root)
    assert done.returncode == 1
    for words in ("hôm sau", "x.xlsx", "mãi mãi"):
        assert words in done.stderr
    with open_register(root / REGISTER) as register:
        assert list(register.extensions("2026-H1")) == ["KT"]
    status = run("status", cwd=root)
    assert "Traceback" not in status.stderr
    assert "merged" in status.stderr


def test_a_name_that_is_no_text_is_kept_and_comes_back(tmp_path: Path) -> None:
    name = b"b\xe1o c\xe1o.xlsx".decode("utf-8", "surrogateescape")
    moment = module.datetime.now(module.VIETNAM_TIME)
    with open_register(tmp_path / REGISTER) as register:
        register.note_received("2026-H1", "ab", name, moment)
        register.note(moment, "merged", "2026-H1", name)
    with open_register(tmp_path / REGISTER) as register:
        assert register.received("2026-H1") == {("ab", name): moment}
        assert register.events("2026-H1")[0].detail == "b<xE1>o c<xE1>o.xlsx"


def test_a_register_begun_by_a_command_that_then_is_wrong_is_said_too(root: Path) -> None:
    empty(root / REGISTER)
    assert run("check", cwd=root).returncode == 1
    done = run("waive", "X999", "--unit", "KT", "--reason", "x", "--until", "2026-06-30", cwd=root)
    assert done.returncode == 2
    assert "Bắt đầu sổ theo dõi mới" in done.stderr
