"""A replaced file is the former one or the new one, never half of one."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from danvan_xl.workbooks.writing.atomic import OutputBusyError, atomic_path


def test_the_target_is_replaced_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with atomic_path(target) as path:
        path.write_bytes(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_the_former_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def write_half() -> None:
        with atomic_path(target) as path:
            path.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_target_open_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def refuse(self: Path, to: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputBusyError) as caught, atomic_path(target) as path:
        path.write_bytes(b"new")
    assert caught.value.path == target
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_error_survives_the_way_between_processes(tmp_path: Path) -> None:
    error = pickle.loads(pickle.dumps(OutputBusyError(tmp_path / "a.xlsx")))
    assert isinstance(error, OutputBusyError)
    assert error.path == tmp_path / "a.xlsx"
