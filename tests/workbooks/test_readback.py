"""A written workbook is read again from the disk: what was lost or changed is found, and the former one stays."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from danvan_xl import cli
from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.merging.summary import Summary, summarise
from danvan_xl.model import layout
from danvan_xl.workbooks.consolidated import data_sheet as data
from danvan_xl.workbooks.consolidated import writer as consolidated
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.readback import ReadBackError, read_back
from tests.support.rounds import a_round, fill, read

UNITS = ("VHXH", "KT", "CA")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Consolidation:
    current, folder = a_round(owned=True), tmp_path_factory.mktemp("nhan")
    return merge(current, [read(fill(folder / f"{unit}.xlsx", current, unit), current) for unit in UNITS])


@pytest.fixture(scope="module")
def summary(result: Consolidation) -> Summary:
    return summarise(result)


@pytest.fixture
def written(tmp_path: Path, result: Consolidation, summary: Summary) -> Path:
    write_consolidated(tmp_path / "a.xlsx", result, "vi", summary)
    return tmp_path / "a.xlsx"


def changed(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with parts changed, its check sums right."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in source.infolist():
            archive.writestr(item.filename, change(item.filename, source.read(item)))
    return target


def in_data(path: Path, change: Callable[[str], str]) -> Path:
    """The workbook with its ``Dữ liệu`` changed: the last sheet but two."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    part = sorted(sheets, key=lambda name: int("".join(filter(str.isdigit, name))))[-3]
    return changed(path, lambda name, content: change(content.decode()).encode() if name == part else content)


def test_what_was_written_is_what_was_counted(written: Path, summary: Summary) -> None:
    assert summary.all_rows > 90
    read_back(written, summary.all_rows, summary.seal)


def test_the_data_s_second_sheet_is_read_too(
    tmp_path: Path, result: Consolidation, summary: Summary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "LAST_ROW", 41)
    write_consolidated(tmp_path / "b.xlsx", result, "vi", summary)
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert f"{layout.DATA} (2)" in archive.read("xl/workbook.xml").decode()
    read_back(tmp_path / "b.xlsx", summary.all_rows, summary.seal)


def test_a_lost_row_is_found(written: Path, summary: Summary) -> None:
    lost = in_data(written, lambda xml: re.sub(r'<row r="5".*?</row>', "", xml, flags=re.DOTALL))
    with pytest.raises(ReadBackError, match=f"{summary.all_rows - 1} ≠ {summary.all_rows}"):
        read_back(lost, summary.all_rows, summary.seal)


def test_a_row_that_stands_twice_in_place_of_another_is_found(written: Path, summary: Summary) -> None:
    def twice(xml: str) -> str:
        rows = re.findall(r"<row .*?</row>", xml, flags=re.DOTALL)
        return xml.replace(rows[4], rows[5])

    with pytest.raises(ReadBackError, match="≠"):
        read_back(in_data(written, twice), summary.all_rows, summary.seal)


def test_a_changed_role_or_answer_is_found(written: Path, summary: Summary) -> None:
    def swapped(xml: str) -> str:
        answers = re.findall(r'<c r="L[1-9]\d*"[^>]*><v>(\d+)</v></c>', xml)
        one, other = sorted(set(answers[1:]))[:2]
        return re.sub(rf'(<c r="L[2-9]"[^>]*><v>){one}(</v>)', rf"\g<1>{other}\2", xml)

    with pytest.raises(ReadBackError, match="≠"):
        read_back(in_data(written, swapped), summary.all_rows, summary.seal)


def test_a_flipped_bit_in_any_part_is_found(written: Path, summary: Summary) -> None:
    content = bytearray(written.read_bytes())
    with zipfile.ZipFile(written) as archive:
        items = [item for item in archive.infolist() if item.compress_size > 200]
    for item in items:
        damaged = bytearray(content)
        damaged[item.header_offset + 30 + len(item.filename) + item.compress_size // 2] ^= 4
        written.write_bytes(damaged)
        with pytest.raises(ReadBackError):
            read_back(written, summary.all_rows, summary.seal)
    written.write_bytes(content[:-50])
    with pytest.raises(ReadBackError):
        read_back(written, summary.all_rows, summary.seal)


def test_merge_keeps_the_former_workbook_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    current = a_round()
    fill(tmp_path / "a.xlsx", current, "VHXH")
    target = tmp_path / "ra" / "tong-hop.xlsx"
    arguments = ["merge", str(tmp_path / "a.xlsx"), "--plan", "gia-loc", "--period", "2026-H1", "-o", str(target)]
    monkeypatch.setattr("sys.argv", ["danvan-xl", *arguments])
    assert exit_code() == 0
    former = target.read_bytes()

    def on_a_bad_disk(path: Path, *rest: object) -> None:
        write_consolidated(path, *rest)  # type: ignore[arg-type]
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] + b"\0" * 512 + content[len(content) // 2 + 512 :])

    monkeypatch.setattr(consolidated, "write_consolidated", on_a_bad_disk)
    capsys.readouterr()
    assert exit_code() == 3
    assert "Sổ cũ còn nguyên" in capsys.readouterr().err
    assert target.read_bytes() == former
    assert [item.name for item in target.parent.iterdir()] == [target.name]


def exit_code() -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)
