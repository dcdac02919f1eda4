"""Workflow 4, cases on whole files and several of them: 7, 8, 20, 24, 29. Files and lines always balance."""

from __future__ import annotations

import csv
import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.merging.consolidation import Consolidation, merge
from danvan_xl.model.period import VIETNAM_TIME
from danvan_xl.model.statuses import DONE, AnswerState, FileStatus
from danvan_xl.model.submission import Submission
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import FIRST, SECOND, UNIT, answer, balanced, edited, of, only, to_mend
from tests.intake.files import converted
from tests.support.books import data, header_row
from tests.support.results import every_row, lead_rows
from tests.support.rounds import a_round, fill, one_line, read

NOON = datetime(2026, 6, 10, 12, tzinfo=VIETNAM_TIME)
DOING = {"trang_thai": "Đang thực hiện", "ty_le": 50, "ket_qua": "Đang làm"}


def received(file: Submission, hours: int) -> Submission:
    return file.received_at(NOON + timedelta(hours=hours))


def every(result: Consolidation) -> dict[str, Submission]:
    return {Path(item.path).name: item.whole() for item in result.files}


def test_case_07_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    current = a_round()
    one = fill(tmp_path / "07 lan 1.xlsx", current, UNIT)
    two = tmp_path / "07 lan 1 (1).xlsx"
    two.write_bytes(one.read_bytes())
    result = merge(current, [received(read(one, current), 0), received(read(two, current), 1)])
    assert {name: item.status for name, item in every(result).items()} == {
        one.name: FileStatus.ACCEPTED, two.name: FileStatus.DUPLICATE,
    }  # fmt: skip
    balanced(result, 2)


def two_files(tmp_path: Path) -> tuple[Submission, Submission]:
    """An earlier file, and a later one with one line changed."""
    current = a_round()
    first = fill(tmp_path / "07 gui truoc.xlsx", current, UNIT)
    second = fill(tmp_path / "07 gui sau.xlsx", current, UNIT, one_line(current, FIRST, DOING))
    return received(read(first, current), 0), received(read(second, current), 5)


def test_case_07_a_later_file_stands_for_the_earlier_and_what_changed_is_shown(tmp_path: Path) -> None:
    files = two_files(tmp_path)
    results = [merge(a_round(), order) for order in itertools.permutations(files)]
    assert results[0] == results[1]
    found = every(results[0])
    assert found["07 gui truoc.xlsx"].status is FileStatus.SUPERSEDED
    changes = {(item.location.column, item.found, item.expected) for item in of(found["07 gui sau.xlsx"], "X008")}
    assert ("Trạng thái", "Hoàn thành", "Đang thực hiện") in changes
    assert ("Tỷ lệ (%)", "100", "50") in changes
    assert {change.line for change in results[0].changes} == {FIRST}
    balanced(results[0], 2)


def test_case_07_where_the_rule_is_to_ask_neither_counts_and_the_differences_are_shown(tmp_path: Path) -> None:
    result = merge(a_round(), two_files(tmp_path), resubmission="ask")
    assert {item.status for item in result.files} == {FileStatus.REFUSED}
    assert of(every(result)["07 gui sau.xlsx"], "X008")
    assert {row.answer.state for row in lead_rows(result) if row.unit == UNIT} == {AnswerState.RETURNED}
    balanced(result, 2)


def halves(tmp_path: Path, *, both: dict[str, object] | None = None) -> list[Submission]:
    """Two staff, each with an appendix; ``both``: what the second says of a line that the first has answered."""
    files = []
    for number, keep in enumerate(("PL1", "PL2"), start=1):
        file = edited(tmp_path, f"07 nua {number}.xlsx")
        for line in (item for item in file.round.by_unit[UNIT] if not item.startswith(keep)):
            file.clear(line)
        for heading, value in (both or {}).items() if number == 2 else ():
            file.put(FIRST, heading, value)
        files.append(received(file.read(), number))
    return files


def test_case_07_two_halves_are_joined_by_line_when_told_to(tmp_path: Path) -> None:
    result = merge(a_round(), halves(tmp_path), join=[UNIT])
    assert {item.status for item in result.files} == {FileStatus.ACCEPTED}
    rows = {row.answer.line: row for row in lead_rows(result) if row.unit == UNIT}
    assert {row.answer.state for row in rows.values()} <= {AnswerState.ANSWERED, AnswerState.NIL}
    assert Path(rows[FIRST].file.path).name == "07 nua 1.xlsx"  # type: ignore[union-attr]
    assert Path(rows["PL2.1.1@VHXH"].file.path).name == "07 nua 2.xlsx"  # type: ignore[union-attr]
    for file in every(result).values():
        assert only(file, "X011")
        assert to_mend(file) == []
        assert all(item.settled is not None for item in of(file, "R015"))
    balanced(result, 2)


def test_case_07_each_line_of_joined_halves_names_the_file_that_it_came_from(tmp_path: Path) -> None:
    files = halves(tmp_path)
    write_consolidated(tmp_path / "b.xlsx", merge(a_round(), files, join=[UNIT]))
    hashes = {Path(item.path).name: item.sha256 for item in files}
    rows = [row for row in data(tmp_path / "b.xlsx") if row["Mã đơn vị"] == UNIT]
    assert {row["Tệp nguồn"] for row in rows} == set(hashes) == {"07 nua 1.xlsx", "07 nua 2.xlsx"}
    for row in rows:
        assert row["Tệp nguồn"] == f"07 nua {row['Mã dòng'][2]}.xlsx"
        assert row["SHA-256"] == hashes[row["Tệp nguồn"]]


def test_case_07_two_halves_that_differ_in_a_line_are_an_error_that_names_both(tmp_path: Path) -> None:
    both = {"Trạng thái": "Chưa thực hiện", "Giải trình": "Chưa có kinh phí"}
    files = halves(tmp_path, both=both)
    result = merge(a_round(), files, resubmission="join")
    assert result == merge(a_round(), reversed(files), resubmission="join")
    found = only(every(result)["07 nua 2.xlsx"], "X010")
    assert (found.line, found.args["first"], found.args["second"]) == (FIRST, "07 nua 1.xlsx", "07 nua 2.xlsx")
    row = next(row for row in lead_rows(result) if row.answer.line == FIRST)
    assert row.answer.state is AnswerState.RETURNED
    balanced(result, 2)


def test_a_refused_file_never_takes_the_place_of_a_good_one(tmp_path: Path) -> None:
    current = a_round()
    good = received(read(fill(tmp_path / "dung.xlsx", current, UNIT), current), 0)
    other = received(read(fill(tmp_path / "ky khac.xlsx", a_round(period="2026"), UNIT), current), 5)
    result = merge(current, [good, other])
    assert next(state for state in result.units if state.unit == UNIT).file == good
    balanced(result, 2)


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_case_08_other_formats_are_read_by_their_content(tmp_path: Path, extension: str) -> None:
    current = a_round()
    source = converted(fill(tmp_path / "08 dinh dang.xlsx", current, UNIT), extension)
    path = source.rename(tmp_path / "08 dinh dang khac.xlsx")
    found, plain = read(path, current), read(tmp_path / "08 dinh dang.xlsx", current)
    assert {item.line: dict(item.values) for item in found.answers} == {
        item.line: dict(item.values) for item in plain.answers
    }
    assert only(found, "F025")


def test_case_08_a_csv_of_one_form_needs_a_persons_word(tmp_path: Path) -> None:
    file = edited(tmp_path, "08 a.xlsx")
    sheet = file.book["Phụ lục I"]
    path = tmp_path / "08 phu luc.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        for row in sheet.iter_rows(min_row=header_row(sheet), values_only=True):
            csv.writer(stream).writerow(["" if str(v).startswith("=") else v for v in row])
    assert of(read(path, a_round()), "I001")
    found = read(path, replace(a_round(), confirmed={path.name: UNIT}))
    assert answer(found, FIRST).values["trang_thai"] == "Hoàn thành"
    assert answer(found, FIRST).values["ty_le"] == 100
    assert {item.found for item in of(found, "C001")} == {"Phụ lục II", "Số liệu", "Khó khăn, kiến nghị"}
    assert of(found, "R001") == []


def test_case_08_a_web_page_under_another_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / "08 xuat tu phan mem.xls"
    path.write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    assert [item.code for item in read(path, a_round()).findings] == ["F014"]


def test_case_24_a_hundred_thousand_empty_formatted_rows_change_nothing(tmp_path: Path) -> None:
    from tests.cases.files import rezip

    path = fill(tmp_path / "24 dong trong.xlsx", a_round(), UNIT)
    plain = read(path, a_round())
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(1000, 101_000))
    rezip(path, {"xl/worksheets/sheet2.xml": ("</sheetData>", f"{rows}</sheetData>")})
    found = read(path, a_round())
    assert found.answers == plain.answers
    assert to_mend(found) == []


def test_case_29_a_coordinating_unit_that_contradicts_the_lead_is_asked_about(tmp_path: Path) -> None:
    current = a_round()
    coordinating = "PL1.II.1@KT"
    files = [
        received(read(fill(tmp_path / "29 chu tri.xlsx", current, UNIT), current), 0),
        received(
            read(fill(tmp_path / "29 phoi hop.xlsx", current, "KT", one_line(current, coordinating, {
                "trang_thai": "Chưa thực hiện", "giai_trinh": "Chưa nhận được kế hoạch",
            })), current), 1),
    ]  # fmt: skip
    result = merge(current, files)
    found = next(item for item in result.findings if item.code == "X007")
    said = (found.found, found.args["lead_status"], found.args["status"])
    assert said == ("PL1.II.1", "Hoàn thành", "Chưa thực hiện")
    assert next(row for row in every_row(result) if row.answer.line == FIRST).status == DONE
    balanced(result, 2)


def test_every_kind_of_file_at_once_is_accounted_for(tmp_path: Path) -> None:
    current = a_round()
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04 hong")
    bad = fill(
        tmp_path / "loi.xlsx", current, "KT", one_line(current, "PL1.II.2@KT", {"trang_thai": "Cơ bản hoàn thành"})
    )
    copy = tmp_path / "ban sao.xlsx"
    copy.write_bytes(bad.read_bytes())
    files = [
        *two_files(tmp_path), received(read(bad, current), 0), received(read(copy, current), 1),
        read(tmp_path / "hong.xlsx", current), Submission("~$khoa.xlsx", "", None, None, FileStatus.IGNORED),
    ]  # fmt: skip
    result = merge(current, files)
    assert {item.status for item in result.files} == set(FileStatus)
    balanced(result, 6)
    assert answer(every(result)["loi.xlsx"], "PL1.II.2@KT").state is AnswerState.RETURNED
    assert SECOND in {row.answer.line for row in lead_rows(result)}
