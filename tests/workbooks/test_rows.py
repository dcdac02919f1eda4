"""Rows rendered outside xlsxwriter say what xlsxwriter would have written, cell by cell."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from danvan_xl import read_workbook
from danvan_xl.merging.consolidation import merge
from danvan_xl.model import layout
from danvan_xl.rules.loader import load_rules
from danvan_xl.workbooks.consolidated import data_sheet
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from danvan_xl.workbooks.writing.row_xml import Formula, Looks, Rendered, RowRenderer
from danvan_xl.workbooks.writing.spool import Packer, RowSpool
from danvan_xl.workbooks.writing.style import OfficialSheet, close_workbook, open_workbook
from tests.support.rounds import a_round, fill, read

COLUMNS = 5
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["=1+1", "<r>x</r>", "_x0041_", "a\r\nb", " hai đầu ", "http://a.vn", "+84", "@SUM(A1)"]),
    st.sampled_from(["\x01", "1.234", "]]>", "&amp;"]),
)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6)),
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
)
ROWS = st.lists(st.lists(CELLS, min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=6)


def rendered(renderer: RowRenderer, number: int, values: list[Rendered], kept: list[tuple[int, int]]) -> bytes:
    """A row whose columns in the ranges ``kept`` (first, behind the last) are pieces that were kept."""
    if not kept:
        return renderer.render(number, values)
    pieces, strings, column = [], 0, 0
    for first, behind in [*kept, (COLUMNS, COLUMNS)]:
        pieces += renderer.columns.pick(range(column, first)).render(values[column:first])
        piece = renderer.keep(first, values[first:behind])
        pieces.append(piece.xml)
        strings, column = strings + piece.strings, behind
    return renderer.join(number, pieces, strings=strings)


def written(path: Path, rows: list[list[Rendered]], kept: list[tuple[int, int]]) -> None:
    """Two sheets with the same rows: one by xlsxwriter's own cells, one by rendered rows."""
    workbook, styles = open_workbook(str(path), load_rules("gia-loc").plan, "t")
    usual = workbook.add_worksheet("usual", OfficialSheet)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is None or value == "":
                usual.write_blank(row, column, None, styles["box"])
            elif isinstance(value, str):
                usual.write_string(row, column, value, styles["box"])
            elif isinstance(value, date):
                usual.write_datetime(row, column, value, styles["box_date"])
            elif isinstance(value, (int, float)):
                usual.write_number(row, column, value, styles["box"])
    streamed = workbook.add_worksheet("streamed", OfficialSheet)
    looks = Looks(styles.index("box_date"), styles.index("box_time"), True, workbook.str_table)
    renderer = RowRenderer([styles.index("box")] * COLUMNS, looks)
    with closing(Packer()) as packer:
        spool = RowSpool(packer)
        for number, values in enumerate(rows, start=1):
            spool.add(rendered(renderer, number, values, kept))
        streamed.stream((spool,), COLUMNS, len(rows) - 1)
        packer.wait()
        close_workbook(workbook)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, kept=st.sampled_from([[], [(0, 2)], [(1, 3), (4, 5)], [(0, 5)]]))
def test_rendered_rows_equal_those_of_xlsxwriter(
    tmp_path: Path, rows: list[list[Rendered]], kept: list[tuple[int, int]]
) -> None:
    path = tmp_path / "hai-cach.xlsx"
    written(path, rows, kept)
    book = load_workbook(path)
    usual, streamed = book["usual"], book["streamed"]
    values = [
        sheet.rows for sheet in read_workbook(path).sheets
    ]  # openpyxl leaves _xHHHH_ of a cell's own text as it is
    assert values[0] == values[1]
    for first, second in zip(usual.iter_rows(), streamed.iter_rows(), strict=True):
        assert [cell.style_id for cell in first] == [cell.style_id for cell in second]


def test_a_kept_piece_stands_in_every_row(tmp_path: Path) -> None:
    rows: list[list[Rendered]] = [["PL1.I.1", "Nội dung", number, None, date(2026, 6, 30)] for number in range(200)]
    path = tmp_path / "lap-lai.xlsx"
    written(path, rows, [(0, 2), (3, 5)])
    sheet = read_workbook(path).sheets[1]
    assert [row.values[:2] for row in sheet.rows] == [("PL1.I.1", "Nội dung")] * 200
    assert [row.values[2] for row in sheet.rows] == list(range(200))


def test_a_formula_stands_with_its_result(tmp_path: Path) -> None:
    workbook, styles = open_workbook(str(tmp_path / "ct.xlsx"), load_rules("gia-loc").plan, "t")
    sheet = workbook.add_worksheet("a", OfficialSheet)
    looks = Looks(styles.index("box_date"), styles.index("box_time"), True, workbook.str_table)
    moment = datetime(2026, 6, 10, 9, 12)  # noqa: DTZ001 - Excel's moments have no zone
    with closing(Packer()) as packer:
        spool = RowSpool(packer)
        spool.add(RowRenderer([0, 0], looks).render(1, [Formula('COUNTIFS(B:B,"<5 & >1")', 7), moment]))
        sheet.stream((spool,), 2, 0)
        close_workbook(workbook)
    assert load_workbook(tmp_path / "ct.xlsx")["a"]["A1"].value == '=COUNTIFS(B:B,"<5 & >1")'
    assert load_workbook(tmp_path / "ct.xlsx", data_only=True)["a"]["A1"].value == 7
    assert load_workbook(tmp_path / "ct.xlsx")["a"]["B1"].value == moment


def test_the_data_go_on_in_a_second_sheet_where_rows_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel's own limit, lowered to 40 rows so that the demonstration reaches it."""
    current = a_round()
    submissions = [read(fill(tmp_path / f"{unit}.xlsx", current, unit), current) for unit in current.by_unit]
    whole, cut = tmp_path / "mot.xlsx", tmp_path / "nhieu.xlsx"
    write_consolidated(whole, merge(current, submissions))
    monkeypatch.setattr(data_sheet, "LAST_ROW", 41)
    write_consolidated(cut, merge(current, submissions))
    sheets = [sheet for sheet in read_workbook(cut).sheets if layout.is_sheet_of(sheet.name, layout.DATA)]
    together = [row.values for sheet in sheets for row in sheet.rows[1:]]
    expected = next(sheet for sheet in read_workbook(whole).sheets if sheet.name == "Dữ liệu")
    assert len(sheets) > 2
    assert all(len(sheet.rows) <= 41 for sheet in sheets)
    assert all(sheet.rows[0].values == expected.rows[0].values for sheet in sheets)
    assert together == [row.values for row in expected.rows[1:]]
