"""Rows that are packed while they are made: the part they enter is whole, and what goes wrong in the thread is told."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.merging.consolidation import merge
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing import spool as spools
from danvan_xl.workbooks.writing.atomic import atomic_path
from danvan_xl.workbooks.writing.row_xml import Looks, RowRenderer
from danvan_xl.workbooks.writing.spool import Packer, RowSpool, deflated
from danvan_xl.workbooks.writing.style import OfficialSheet, close_workbook, open_workbook
from danvan_xl.workbooks.writing.zipped import joined_crc
from tests.support.rounds import a_round, fill, read


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that a few rows make several."""
    monkeypatch.setattr(RowSpool, "BLOCK", 300)


@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_the_checksum_of_joined_pieces_is_that_of_the_whole(first: bytes, second: bytes) -> None:
    assert joined_crc(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@given(blocks=st.lists(st.binary(max_size=200)), order=st.randoms(use_true_random=False))
def test_packed_blocks_make_one_stream_in_any_order(blocks: list[bytes], order: Any) -> None:
    pairs = [(block, deflated(block)) for block in blocks]
    order.shuffle(pairs)
    stream = b"".join(packed for _, packed in pairs) + deflated(b"</end>", last=True)
    assert zlib.decompress(stream, spools.RAW) == b"".join(block for block, _ in pairs) + b"</end>"


def sheet_of(path: Path, parts: int, rows: int) -> str:
    """The sheet's XML as it stands in a workbook with the rows 1, 2 … of several spools, filled in turns."""
    workbook, styles = open_workbook(str(path), load_rules("gia-loc").plan, "t")
    sheet = workbook.add_worksheet("a", OfficialSheet)
    renderer = RowRenderer([0, 0], Looks(styles.index("box_date"), styles.index("box_time"), True, workbook.str_table))
    with closing(Packer()) as packer:
        filled = [RowSpool(packer) for _ in range(parts)]
        for row in range(rows):
            for part, spool in enumerate(filled):
                spool.add(renderer.render(1 + part * rows + row, [f"Dòng {row} của phần {part}", row]))
        sheet.stream(filled, 2, parts * rows - 1)
        packer.wait()
        close_workbook(workbook)
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_part_of_packed_blocks_is_the_part_that_was_packed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = sheet_of(tmp_path / "mot.xlsx", 3, 40)
    for block in (1, 300, 5_000):
        monkeypatch.setattr(RowSpool, "BLOCK", block)
        assert sheet_of(tmp_path / f"{block}.xlsx", 3, 40) == at_once
    numbers = [int(piece.split('"')[0]) for piece in at_once.split('<row r="')[1:]]
    assert numbers == list(range(1, 121))


@pytest.mark.usefixtures("small_blocks")
def test_a_workbook_packed_in_blocks_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    sheet_of(tmp_path / "a.xlsx", 5, 200)
    sheet_of(tmp_path / "b.xlsx", 5, 200)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


class FullDisk:
    """A temporary file on a disk that is full."""

    def __init__(self, **_: object) -> None:
        self.closed = False

    def write(self, _: bytes) -> int:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", FullDisk)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("small_blocks", "full_disk")
def test_what_goes_wrong_in_the_thread_is_raised(tmp_path: Path) -> None:
    with closing(Packer()) as packer:
        packer.put(b"x", [])
        with pytest.raises(OSError, match="No space left"):
            packer.wait()


@pytest.mark.usefixtures("small_blocks")
def test_a_full_disk_leaves_the_former_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = a_round()
    submissions = [read(fill(tmp_path / f"{unit}.xlsx", current, unit), current) for unit in current.by_unit]
    result, target = merge(current, submissions), tmp_path / "tong-hop.xlsx"
    target.write_bytes(b"the former one")
    monkeypatch.setattr(spools.tempfile, "SpooledTemporaryFile", FullDisk)
    with pytest.raises(OSError, match="No space left"), atomic_path(target) as path:
        write_consolidated(path, result)
    assert target.read_bytes() == b"the former one"
    assert [item.name for item in tmp_path.iterdir() if item.suffix == ".tmp"] == []
