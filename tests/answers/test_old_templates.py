"""Templates of 0.1.0, whose forms begin in another row and have their columns in another order, are read as then.

``data/mau-0.1.0-kt.xlsx`` was written by 0.1.0 and filled in, ``tra-lai-0.1.0-kt.xlsx`` given back by it;
``mau-0.1.0.json`` is what 0.1.0 read in them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from danvan_xl.model.submission import Submission
from danvan_xl.round.fields import show
from tests.cases.files import answer, of
from tests.support.books import cell, header_row, open_book
from tests.support.returned import write_returned
from tests.support.rounds import a_round, read

DATA = Path(__file__).with_name("data")
READ_THEN: dict[str, Any] = json.loads((DATA / "mau-0.1.0.json").read_text(encoding="utf-8"))


UNASKED = [["V054", "Số liệu", cell, found] for cell, found in (("E12", "0"), ("E13", "17"), ("E14", "15"))]
"""What this unit was asked for then and another reports now: it is read and told, and not added up."""

NEW_SINCE = "; ".join(item.title for item in a_round(owned=True).figures_of("KT") if item.since_version > 1)


def seen(file: Submission) -> dict[str, Any]:
    """What was read, as plain data."""
    return {
        "status": file.status.value,
        "unit": file.unit,
        "period": file.period,
        "answers": {
            item.line: [
                item.state.value,
                item.text if item.task is None else None,
                {name: show(value) for name, value in sorted(item.values.items())},
            ]
            for item in file.answers
        },
        "figures": {name: show(value) for name, value in file.figures.items()},
        "words": dict(file.words),
        "findings": sorted(
            [item.code, item.location.sheet or "", item.location.cell or "", str(item.found or "")]
            for item in file.findings
        ),
    }


@pytest.mark.parametrize("name", sorted(READ_THEN))
def test_what_was_read_then_is_read_now(name: str) -> None:
    then = READ_THEN[name]
    others = [*then["findings"], *UNASKED, ["V055", "Số liệu", "", NEW_SINCE]]
    assert seen(read(DATA / name, a_round(owned=True))) == {**then, "findings": sorted(others)}


def test_it_goes_back_in_its_own_shape_and_is_read_again(tmp_path: Path) -> None:
    source = DATA / "mau-0.1.0-kt.xlsx"
    current = a_round(owned=True)
    file = read(source, current)
    returned = write_returned(source, tmp_path / "b.xlsx", file, current)
    assert (returned.kind, returned.lost) == ("edited", ())
    book = open_book(tmp_path / "b.xlsx")
    assert header_row(book["Phụ lục II"]) == 7
    again = read(tmp_path / "b.xlsx", current)
    assert seen(again)["answers"] == seen(file)["answers"]


def test_a_header_elsewhere_than_in_either_kind_of_template_is_told(tmp_path: Path) -> None:
    book = open_book(DATA / "mau-0.1.0-kt.xlsx")
    book["Phụ lục II"].insert_rows(1, 2)
    line = "PL2.2.1@KT"
    stands = cell(book["Phụ lục II"], line, "Trạng thái").value
    book.save(tmp_path / "a.xlsx")
    file = read(tmp_path / "a.xlsx", a_round(owned=True))
    assert [item.args["row"] for item in of(file, "C006")] == [9]
    assert answer(file, line).values.get("trang_thai") == stands
