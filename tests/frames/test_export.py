"""Issue 12, point 11: ``danvan-xl export``: CSV, SQLite and Parquet with the package that describes them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from danvan_xl import frames
from tests.support.demo import MERGED, RECEIVED, demo
from tests.support.merged import OLD, figure, line, merged
from tests.support.program import run

NOW = demo() / MERGED
TABLES = ("answers", "figures", "targets", "findings")
DANGEROUS = ("=HYPERLINK(1)", "+84 912", "-5 việc", "@SUM(1)", "'=1", "\t=1", "thường", 'a, "b"\nc; =d')


def exported(*arguments: object, cwd: Path, code: int = 0) -> str:
    done = run("export", *arguments, cwd=cwd)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def package(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("source", [NOW, OLD], ids=["now", "0.1.0"])
def test_csv_holds_what_the_frames_hold(source: Path, tmp_path: Path) -> None:
    exported(source, "--to", "csv", "-o", "ra", cwd=tmp_path)
    for name in TABLES:
        frame = frames.concat([source], name)  # type: ignore[arg-type]
        found = rows(tmp_path / "ra" / f"{name}.csv")
        assert len(found) == len(frame)
        for heading in frame.columns:
            for cell, value in zip((row[heading] for row in found), frame[heading], strict=True):
                if pd.isna(value):
                    assert cell == ""
                elif isinstance(value, pd.Timestamp):
                    assert pd.Timestamp(cell) == value
                elif isinstance(value, str):
                    assert cell.removeprefix("'") == value
                else:
                    assert float(cell) == value


def test_a_text_that_a_program_would_run_is_made_text_and_comes_back(tmp_path: Path) -> None:
    lines = [line(f"A.{n}", "KT", "Hoàn thành", **{"Kết quả thực hiện": w}) for n, w in enumerate(DANGEROUS)]
    merged(
        tmp_path / "a.xlsx", [*lines, line("+1", "KT", "Hoàn thành", role="Ngoài kế hoạch")], [figure("x", "KT", -7)]
    )
    exported("a.xlsx", "--to", "csv", "-o", "ra", cwd=tmp_path)
    found = rows(tmp_path / "ra" / "answers.csv")
    texts = [row["Kết quả thực hiện"] for row in found[:-1]]
    assert not [words for words in texts if words[:1] in tuple("=+-@\t\r\n")]
    assert found[-1]["Mã dòng"] == "'+1@KT"
    expected = frames.answers(tmp_path / "a.xlsx")["Kết quả thực hiện"].tolist()[:-1]
    assert [words.removeprefix("'") for words in texts] == expected
    assert rows(tmp_path / "ra" / "figures.csv")[0]["Giá trị"] == "-7"


def test_the_package_describes_every_column_and_every_file(tmp_path: Path) -> None:
    exported(NOW, "--to", "csv", "-o", "ra", cwd=tmp_path)
    described = package(tmp_path / "ra" / "datapackage.json")
    assert [item["name"] for item in described["resources"]] == list(TABLES)
    for item in described["resources"]:
        path = tmp_path / "ra" / item["path"]
        assert path.name.isascii()
        assert item["bytes"] == path.stat().st_size
        assert item["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        fields = item["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows(path)[0])
        assert {field["type"] for field in fields} <= {"string", "number", "integer", "date", "datetime"}
    types = {field["name"]: field["type"] for field in described["resources"][0]["schema"]["fields"]}
    assert (types["Tỷ lệ (%)"], types["Dòng"], types["Hạn"], types["Ngày nhận"]) == (
        "number", "integer", "date", "datetime",
    )  # fmt: skip
    assert described["sources"][0]["hash"] == f"sha256:{hashlib.sha256(NOW.read_bytes()).hexdigest()}"


def test_the_same_workbooks_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("mot", "hai"):
        exported(NOW, OLD, "--to", "csv", "-o", folder, cwd=tmp_path)
    for name in (*(f"{name}.csv" for name in TABLES), "datapackage.json"):
        assert (tmp_path / "mot" / name).read_bytes() == (tmp_path / "hai" / name).read_bytes()


@pytest.mark.parametrize(("output", "file"), [("ra", "ra/danvan-xl.sqlite"), ("ra/x.db", "ra/x.db")])
def test_sqlite_holds_the_three_tables(output: str, file: str, tmp_path: Path) -> None:
    exported(NOW, "--to", "sqlite", "-o", output, cwd=tmp_path)
    with closing(sqlite3.connect(tmp_path / file)) as connection:
        for name in TABLES:
            count = connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
            assert count == len(frames.concat([NOW], name))  # type: ignore[arg-type]
        total = connection.execute('SELECT SUM("Giá trị") FROM figures').fetchone()[0]
        assert total == frames.figures(NOW)["Giá trị"].sum()
        assert connection.execute("SELECT COUNT(*) FROM answers WHERE \"Mã dòng\" LIKE '+%'").fetchone()[0]
    name = "datapackage.json" if output == "ra" else "x.datapackage.json"
    assert {item["dialect"]["table"] for item in package(tmp_path / "ra" / name)["resources"]} == set(TABLES)


def test_parquet_keeps_the_dtypes_or_says_what_it_needs(tmp_path: Path) -> None:
    if find_spec("pyarrow") is None:
        said = exported(NOW, "--to", "parquet", "-o", "ra", cwd=tmp_path, code=2)
        assert "danvan-xl[export]" in said
        assert not (tmp_path / "ra").exists()
        return
    exported(NOW, "--to", "parquet", "-o", "ra", cwd=tmp_path)
    for name in TABLES:
        frame = frames.concat([NOW], name)  # type: ignore[arg-type]
        found = pd.read_parquet(tmp_path / "ra" / f"{name}.parquet")
        pd.testing.assert_frame_equal(found, frame)


def test_parquet_without_its_library_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pyarrow'] = None\n")
    paths = os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))
    done = run("export", NOW, "--to", "parquet", "-o", "ra", cwd=tmp_path, PYTHONPATH=paths)
    assert done.returncode == 2
    assert "danvan-xl[export]" in done.stderr


def test_what_others_wrote_there_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "ra"
    folder.mkdir()
    (folder / "answers.csv").write_text("bảng của tôi", encoding="utf-8")
    said = exported(NOW, "--to", "csv", "-o", "ra", cwd=tmp_path)
    kept = list(folder.glob("answers (truoc *).csv"))
    assert [path.read_text(encoding="utf-8") for path in kept] == ["bảng của tôi"]
    assert kept[0].name in said
    exported(NOW, "--to", "csv", "-o", "ra", cwd=tmp_path)
    assert len(list(folder.glob("* (truoc *"))) == 1


def test_inside_a_workspace_nothing_need_be_said(tmp_path: Path) -> None:
    root = tmp_path / "xa"
    shutil.copytree(demo(), root)
    exported("--to", "csv", cwd=root)
    assert len(rows(root / "tong-hop" / "xuat" / "answers.csv")) == len(frames.answers(NOW))
    (root / "tong-hop" / "xuat" / "answers.csv").write_text("sửa tay", encoding="utf-8")
    exported("tong-hop", "--to", "csv", cwd=root)
    assert list((root / "tong-hop" / "xuat").glob("answers (truoc *).csv"))


def test_what_would_be_counted_twice_is_said(tmp_path: Path) -> None:
    merged(tmp_path / "a.xlsx", [line("A.1", "KT", "Hoàn thành")])
    merged(tmp_path / "b.xlsx", [line("A.1", "KT", "Đang thực hiện")])
    shutil.copy(tmp_path / "a.xlsx", tmp_path / "c.xlsx")
    said = exported("a.xlsx", "b.xlsx", "c.xlsx", "--to", "csv", "-o", "ra", cwd=tmp_path)
    assert "1 tệp bỏ qua" in said
    assert "tính hai lần" in said
    assert len(rows(tmp_path / "ra" / "answers.csv")) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", "csv", "-o", "ra"),
        (NOW, "--to", "csv"),
        (NOW, "--to", "xml", "-o", "ra"),
        (demo() / RECEIVED, "--to", "csv", "-o", "ra"),
        ("khong-co.xlsx", "--to", "csv", "-o", "ra"),
        ("rong", "--to", "csv", "-o", "ra"),
        (NOW, "--to", "csv", "-o", "tep"),
        (NOW, "--to", "sqlite", "-o", "rong.db"),
    ],
)
def test_a_wrong_command_does_nothing(arguments: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "rong").mkdir()
    (tmp_path / "rong.db").mkdir()
    (tmp_path / "tep").write_text("của tôi")
    before = sorted(tmp_path.rglob("*"))
    said = exported(*arguments, cwd=tmp_path, code=2)
    assert said.strip()
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "tep").read_text() == "của tôi"
