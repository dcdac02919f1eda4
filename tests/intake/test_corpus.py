"""The benchmark's workbooks: written as Excel, WPS and LibreOffice write, and read like ours, in the same time."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import ModuleType
from xml.dom import minidom

import pytest

import danvan_xl
from danvan_xl import read_workbook
from danvan_xl.intake import scan_slow
from tests.intake.files import read

ROOT = Path(danvan_xl.__file__).parents[1]
TEMPLATES = sorted((ROOT / "templates_xlsx").glob("*.xlsx"))


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import corpus

    return corpus


@pytest.mark.parametrize("program", ["excel", "wps", "libreoffice"])
def test_a_workbook_in_the_bytes_of_another_program_is_read_like_ours(
    tmp_path: Path, corpus: ModuleType, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for template in TEMPLATES:
        path = tmp_path / template.name
        path.write_bytes(template.read_bytes())
        corpus.save_as(path, program)
        ours, theirs = read_workbook(template), read(path)
        assert [sheet.rows for sheet in theirs.sheets] == [sheet.rows for sheet in ours.sheets]
        assert [item.code for item in theirs.findings] == [item.code for item in ours.findings]
        monkeypatch.setattr(scan_slow, "scan_by_expat", lambda *_: pytest.fail("not read in the plain way"))
        read_workbook(path)
        monkeypatch.undo()
        with zipfile.ZipFile(path) as archive:
            texts = {name: archive.read(name) for name in archive.namelist()}
        for name, text in texts.items():
            minidom.parseString(text)  # namespaces and all
            assert text.startswith(b"<?xml"), name
        ends = b"?>\n" if program == "libreoffice" else b"?>\r\n"
        assert all(ends in texts[name][:70] for name in ("xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"))


def test_the_same_number_and_seed_give_the_same_bytes(tmp_path: Path, corpus: ModuleType) -> None:
    for name in ("a", "b"):
        corpus.make(tmp_path / name, 3)
    files = [sorted((tmp_path / name).rglob("*.xlsx")) for name in ("a", "b")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert len(files[0]) == 3


def test_programs_are_mixed_by_their_shares(corpus: ModuleType) -> None:
    chosen = [corpus.program_of("mixed", 1, number) for number in range(1000)]
    shares = [chosen.count(program) / 10 for program in corpus.PROGRAMS]
    assert shares == pytest.approx(list(corpus.SHARES), abs=5)
    assert corpus.program_of("wps", 1, 7) == "wps"
