"""``plan import`` on the command line."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

from tests.planimport.words import seed_document
from tests.support import program


def run(*arguments: str) -> CompletedProcess[str]:
    return program.run("plan", "import", *arguments, cwd=Path(arguments[0]).parent)


def said(result: CompletedProcess[str]) -> str:
    return result.stdout + result.stderr


def test_a_proposal_is_written_and_its_doubts_are_said(tmp_path: Path) -> None:
    path = seed_document("gia-loc", "Thực hiện Nghị quyết", tmp_path / "ke-hoach.docx")
    target = tmp_path / "gia-loc.toml"
    result = run(str(path), "-o", str(target), "--id", "gia-loc")
    assert result.returncode == 1
    assert "24 nhiệm vụ" in said(result)
    assert "KIỂM TRA" in target.read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = seed_document("gia-loc", "Thực hiện Nghị quyết", tmp_path / "ke-hoach.docx")
    target = tmp_path / "gia-loc.toml"
    target.write_text("đã sửa tay", encoding="utf-8")
    result = run(str(path), "-o", str(target))
    assert result.returncode == 2
    assert "không ghi đè" in said(result)
    assert target.read_text(encoding="utf-8") == "đã sửa tay"


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "cu.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    result = run(str(path), "-o", str(tmp_path / "ra.toml"))
    assert result.returncode == 2
    assert "Lưu thành" in said(result)
    assert not (tmp_path / "ra.toml").exists()


def test_a_place_that_can_not_be_written_is_the_machines_no(tmp_path: Path) -> None:
    path = seed_document("phu-thinh", "Thực hiện công tác dân vận năm 2026", tmp_path / "ke-hoach.docx")
    assert run(str(path), "-o", str(tmp_path / "khong-co" / "ra.toml")).returncode == 3


def test_a_bad_id_is_refused(tmp_path: Path) -> None:
    path = seed_document("phu-thinh", "Thực hiện công tác dân vận năm 2026", tmp_path / "ke-hoach.docx")
    assert run(str(path), "--id", "Phú Thịnh").returncode == 2
