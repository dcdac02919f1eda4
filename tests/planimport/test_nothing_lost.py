"""Whatever the rows look like, every text of a table comes out again: in a cell or a note of the proposal."""

from __future__ import annotations

import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_xl.planimport import read_plan
from tests.planimport.test_files import body, table_xml

HEAD = ["STT", "Nhiệm vụ", "Thời gian", "Cơ quan chủ trì", "Ghi chú"]
NUMBERS = st.sampled_from(["", "1", "2", "2.", "1.1", "I", "II", "a)", "-", "Nhóm"])
SHAPES = st.sampled_from(["", "Việc {}", "việc {}", "VIỆC {}.", "Việc {};", "Việc {}," + " dài" * 60 + "."])
CELLS = st.lists(SHAPES, min_size=0, max_size=6)
ROWS = st.lists(st.tuples(NUMBERS, CELLS), min_size=0, max_size=12)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, cut=st.integers(0, 12))
def test_every_text_of_a_table_comes_out_again(tmp_path: Path, rows: list[tuple[str, list[str]]], cut: int) -> None:
    count = 0
    table: list[list[str]] = []
    tokens: list[str] = []
    for number, shapes in rows:
        cells = [number]
        for shape in shapes:
            count += 1
            cells.append(shape.format(f"x{count}x"))
            tokens += [f"x{count}x"] if shape else []
        table.append(cells)
    first = [HEAD, ["1", "Việc đầu", "Năm 2026", "Phòng A", ""], *table[:cut]]
    inner = table_xml(first) + "<w:p/>"
    if table[cut:]:
        inner += table_xml([HEAD, *table[cut:]])
    path = tmp_path / "ke-hoach.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", body(inner))
    text = read_plan(path, lambda commune: lambda words: ["VHXH"], {}, "thu", "vi").toml_text
    assert [token for token in tokens if token not in text] == []
