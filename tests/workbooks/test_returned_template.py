"""Where the unit's own file can't be edited it gets a template with its answers; where it was refused, an
empty one.
"""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.model import Severity, layout, marks
from danvan_xl.model.statuses import FileStatus
from danvan_xl.model.submission import Submission, Value
from danvan_xl.wording import text
from danvan_xl.workbooks.returned.filling import filled_template
from danvan_xl.workbooks.returned.saving import pack
from tests.support.returned import write_returned
from tests.workbooks.test_returned import FAULTS, MENDED, give_back, mend
from tests.workbooks.unit_files import UNIT, Places, a_round, filled, open_book, read, serious


def a_full_file(path: Path) -> Path:
    """Answers of every kind: lines, own lines, figures, words, a form that is nil."""
    filled(path, FAULTS)
    book = open_book(path)
    places = Places(book)
    for number in (1, 2):
        places.cell("Phụ lục II", f"+{number}@VHXH", "Nhiệm vụ cụ thể").value = f"Việc riêng {number}"
        status = "Hoàn thành" if number == 1 else "chưa rõ lắm"
        places.cell("Phụ lục II", f"+{number}@VHXH", "Trạng thái").value = status
        places.cell("Phụ lục II", f"+{number}@VHXH", "Kết quả thực hiện").value = "Đã làm xong phần việc"
        places.cell("Phụ lục II", f"+{number}@VHXH", "Tỷ lệ (%)").value = 100
        places.cell("Phụ lục II", f"+{number}@VHXH", "Ngày hoàn thành").value = date(2026, 6, number)
    figures = [item.id for item in a_round().forms["so-lieu"].indicators]
    places.cell("Số liệu", figures[0], "Số liệu trong kỳ").value = "mười"
    places.cell("Số liệu", figures[1], "Ghi chú").value = "ước đến 15/6"
    question = a_round().forms["kho-khan"].questions[0].id
    places.cell("Khó khăn, kiến nghị", question, "Nội dung của đơn vị").value = "=Thiếu kinh phí"
    places.cell("Khó khăn, kiến nghị", question, "Nội dung của đơn vị").data_type = "s"
    book.save(path)
    return path


def carried(submission: Submission, target: Path) -> Path:
    """The template with the answers of a file, as it is given back, without marks."""
    pack(filled_template(submission, a_round(), a_round().plan.unit(UNIT)).book, target)
    return target


def told(submission: Submission) -> set[tuple[str, str | None, str | None]]:
    """What is wrong, whatever the addresses."""
    return {(item.code, item.location.column, item.found) for item in submission.findings}


def test_a_file_that_changed_since_its_check_is_not_marked_and_a_template_says_why(tmp_path: Path) -> None:
    source = a_full_file(tmp_path / "a.xlsx")
    submission = read(source)
    submission = replace(submission, sha256="0" * 64)
    result = write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    assert result.kind == "template"
    assert result.reason is not None
    assert "đã thay đổi" in result.reason
    assert result.reason in str(open_book(tmp_path / "b.xlsx").worksheets[0]["A6"].value)


@pytest.mark.libreoffice
@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_an_old_format_comes_back_as_a_template_with_the_answers_and_the_marks(tmp_path: Path, extension: str) -> None:
    a_full_file(tmp_path / "a.xlsx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless"]
    command += ["--convert-to", extension, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    source = tmp_path / f"a.{extension}"
    first = read(source)
    result = write_returned(source, tmp_path / "b.xlsx", first, a_round())
    assert result.kind == "template"
    again = read(tmp_path / "b.xlsx")
    assert told(again) >= {item for item in told(first) if item[0][0] in "VDR"}
    assert [(item.line, item.values, item.text) for item in again.answers] == [
        (item.line, item.values, item.text) for item in first.answers
    ]
    assert again.figures == first.figures
    assert (again.figure_notes, again.words) == (first.figure_notes, first.words)


def test_the_template_is_marked_at_the_places_that_the_faults_have_there(tmp_path: Path) -> None:
    source = a_full_file(tmp_path / "a.xlsx")
    book = open_book(source)
    book["Phụ lục I"].title = "Biểu 1"
    book["Biểu 1"].insert_rows(1, 3)
    book["Số liệu"].insert_cols(2)
    book.save(source)
    submission = read(source)
    submission = replace(submission, sha256="0" * 64)
    write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    returned = open_book(tmp_path / "b.xlsx")
    expected = {(item.location.sheet, item.location.cell) for item in serious(read(tmp_path / "b.xlsx"))}
    marked = {
        (sheet.title, cell.coordinate)
        for sheet in returned.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == marks.ERROR_FILL and cell.comment is not None
    }
    assert marked == expected
    assert len(expected) == len(FAULTS) + 2


def test_the_template_mended_is_accepted_with_the_same_answers(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    submission = read(source)
    submission = replace(submission, sha256="0" * 64)
    write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    mend(tmp_path / "b.xlsx", MENDED)
    again = read(tmp_path / "b.xlsx")
    assert again.status is FileStatus.ACCEPTED
    assert again.answers == read(filled(tmp_path / "c.xlsx", MENDED)).answers


def test_filling_a_template_carries_every_answer_by_its_id(tmp_path: Path) -> None:
    first = read(a_full_file(tmp_path / "a.xlsx"))
    carried(first, tmp_path / "b.xlsx")
    again = read(tmp_path / "b.xlsx")
    assert again.answers == first.answers
    assert again.findings == first.findings
    assert again.figures == first.figures
    assert (again.figure_notes, again.words) == (first.figure_notes, first.words)
    assert open_book(tmp_path / "b.xlsx").sheetnames[0] == layout.GUIDE_SHEET


def test_more_own_lines_than_empty_rows_are_all_carried(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    book = open_book(source)
    page = book["Phụ lục II"]
    words = Places(book).cell("Phụ lục II", "+1@VHXH", "Nhiệm vụ cụ thể").column
    status = Places(book).cell("Phụ lục II", "+1@VHXH", "Trạng thái")
    for number in range(12):
        page.cell(status.row + number, words).value = f"Việc riêng số {number}"
        page.cell(status.row + number, status.column).value = "Đang thực hiện"
    book.save(source)
    submission = read(source)
    carried(submission, tmp_path / "b.xlsx")
    again = read(tmp_path / "b.xlsx")
    own = [item.text for item in again.answers if item.task is None]
    assert own == [f"Việc riêng số {number}" for number in range(12)]
    assert again.status is submission.status
    places = Places(open_book(tmp_path / "b.xlsx"))
    for number in range(1, 14):  # and an empty one to go on with
        live = places.cell("Phụ lục II", f"+{number}@VHXH", layout.LIVE_CHECK)
        assert f"COUNTA(D{live.row}:K{live.row})" in str(live.value)


def test_a_mark_on_a_line_beyond_the_empty_rows_marks_no_other_line(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    book = open_book(source)
    status = Places(book).cell("Phụ lục II", "+1@VHXH", "Trạng thái")
    words = Places(book).cell("Phụ lục II", "+1@VHXH", "Nhiệm vụ cụ thể").column
    for number in range(12):
        status.parent.cell(status.row + number, words).value = f"Việc riêng số {number}"
        status.parent.cell(status.row + number, status.column).value = "Không rõ" if number == 8 else "Đang thực hiện"
    book.save(source)
    submission = replace(read(source), sha256="0" * 64)
    write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    places = Places(open_book(tmp_path / "b.xlsx"))
    fills = [places.cell("Phụ lục II", f"+{n}@VHXH", "Trạng thái").fill.fgColor.rgb for n in range(1, 13)]
    assert [number for number, fill in enumerate(fills, start=1) if fill == marks.ERROR_FILL] == [9]


def test_what_was_typed_goes_back_as_it_was_typed_whatever_its_column(tmp_path: Path) -> None:
    typed: dict[str, Value] = {
        "ty_le": date(2026, 5, 4),
        "ket_qua": "=1+1",
        "so_van_ban": "a" * 40000,
        "ngay_hoan_thanh": date(2026, 5, 20),
        "kho_khan": "một\x01hai\nba & <bốn>",
        "de_xuat": True,
        "giai_trinh": date(2026, 6, 1),
    }
    first = read(filled(tmp_path / "a.xlsx"))
    answers = tuple(replace(item, values=typed) if item.line == "PL1.I.2@VHXH" else item for item in first.answers)
    carried(replace(first, answers=answers), tmp_path / "b.xlsx")
    places = Places(open_book(tmp_path / "b.xlsx"))
    fields = {item.name: item.title for item in a_round().form_of(a_round().appendices["PL1"]).fields}
    cells = {name: places.line("PL1.I.2@VHXH", fields[name]) for name in typed}
    assert {name: (cell.data_type, cell.quotePrefix) for name, cell in cells.items()} == {
        "ty_le": ("s", False), "ket_qua": ("s", True), "so_van_ban": ("s", False), "ngay_hoan_thanh": ("d", False),
        "kho_khan": ("s", False), "de_xuat": ("b", False), "giai_trinh": ("s", False),
    }  # fmt: skip
    assert (cells["ty_le"].value, cells["giai_trinh"].value) == ("04/05/2026", "01/06/2026")
    assert (cells["ket_qua"].value, cells["de_xuat"].value) == ("=1+1", True)
    assert cells["so_van_ban"].value == "a" * 32767
    again = next(item for item in read(tmp_path / "b.xlsx").answers if item.line == "PL1.I.2@VHXH")
    assert again.values["ngay_hoan_thanh"] == date(2026, 5, 20)
    assert str(again.values["kho_khan"]).endswith("hai\nba & <bốn>")


def test_nil_marks_and_their_reason_are_carried(tmp_path: Path) -> None:
    empty = filled(tmp_path / "a.xlsx", others=False)
    submission = read(empty)
    submission = replace(submission, nil=True, nil_reason="Mới sáp nhập", nil_forms=("PL1",))
    carried(submission, tmp_path / "b.xlsx")
    again = read(tmp_path / "b.xlsx")
    assert (again.nil, again.nil_reason, again.nil_forms) == (True, "Mới sáp nhập", ("PL1",))


def with_identity(path: Path, name: str, value: str) -> Path:
    """Change one pair of the hidden sheet."""
    book = open_book(path)
    for row in book["_danvan"].iter_rows():
        if row[0].value == name:
            row[1].value = value
    book.save(path)
    return path


def test_a_file_of_another_period_is_answered_with_the_units_empty_template(tmp_path: Path) -> None:
    source = with_identity(filled(tmp_path / "a.xlsx"), "period", "2025-H2")
    submission = read(source)
    assert submission.status is FileStatus.REFUSED
    result = write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    assert result.kind == "template"
    book = open_book(tmp_path / "b.xlsx")
    assert book.sheetnames[:2] == [layout.ERRORS_SHEET, layout.GUIDE_SHEET]
    assert book.worksheets[0]["B9"].value == "Tệp bị từ chối"
    again = read(tmp_path / "b.xlsx")
    assert (again.status, again.period, again.unit) == (FileStatus.RETURNED, "2026-H1", UNIT)


def test_a_wrong_unit_name_is_marked_in_the_file_itself(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx")
    book = open_book(source)
    book[layout.GUIDE_SHEET]["B4"].value = "Phòng Kinh tế"
    book.save(source)
    submission = read(source)
    assert [item.code for item in submission.findings] == ["I005"]
    assert write_returned(source, tmp_path / "b.xlsx", submission, a_round()).kind == "edited"
    book = open_book(tmp_path / "b.xlsx")
    assert book[layout.GUIDE_SHEET]["B4"].fill.fgColor.rgb == marks.ERROR_FILL
    book[layout.GUIDE_SHEET]["B4"].value = "Phòng Văn hóa - Xã hội"
    book.save(tmp_path / "b.xlsx")
    assert read(tmp_path / "b.xlsx").status is FileStatus.ACCEPTED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: with_identity(path, "plan", "thach-khoi"),
        lambda path: with_identity(path, "unit", "KHONG_CO"),
        lambda path: path.write_bytes(b"%PDF-1.7 ..."),
        lambda path: path.write_bytes(b""),
    ],
)
def test_where_it_is_not_known_whose_file_it_is_only_the_list_goes_back(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    source = filled(tmp_path / "a.xlsx")
    spoil(source)
    submission = read(source)
    result = write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    assert result.kind == "findings"
    book = open_book(tmp_path / "b.xlsx")
    assert book.sheetnames == [layout.ERRORS_SHEET]
    assert submission.findings[0].severity is Severity.BLOCKER
    words = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert submission.findings[0].message in words


def test_a_damaged_style_sheet_leads_to_a_template(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"<cellXfs", b'<cellXfs bad="\xc3\xa9"', 1)
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b'fontId="', b'fontId="9')
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    submission = read(source)
    assert submission.status is FileStatus.RETURNED
    result = write_returned(source, tmp_path / "b.xlsx", submission, a_round())
    assert result.kind == "template"
    assert told(read(tmp_path / "b.xlsx")) == told(submission)


def test_macros_and_links_to_other_files_are_left_behind_and_told(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet5.xml"]
    parts["xl/worksheets/sheet5.xml"] = sheet.replace(
        b"</sheetData>", b'<row r="40"><c r="D40"><f>[1]Sheet1!A1+1</f><v>7</v></c></row></sheetData>'
    )
    parts["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    )
    parts["xl/vbaProject.bin"] = b"macro"
    source = tmp_path / "a.xlsm"
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    result = write_returned(source, tmp_path / "b.xlsx", read(source), a_round())
    assert result.kind == "edited"
    assert result.lost[:2] == ("macro", "liên kết tới tệp khác (giữ lại kết quả)")
    assert "1 công thức" in result.lost[2]
    assert "Số liệu!D40" in result.lost[2]
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        names = archive.namelist()
        assert not [name for name in names if "vba" in name or "externalLink" in name]
        assert not [name for name in names if b"[1]" in archive.read(name)]
    book = open_book(tmp_path / "b.xlsx")
    assert book["Số liệu"]["D40"].value == 7
    assert "macro" in str(book.worksheets[0]["A6"].value)


def test_a_call_of_another_program_does_not_go_back_as_a_formula(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", {("PL1.I.2@VHXH", "Giải trình"): "=cmd|' /C calc'!A0"})
    assert b"C calc" in zipfile.ZipFile(source).read("xl/worksheets/sheet2.xml")
    give_back(source, tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert not [name for name in archive.namelist() if b"C calc" in archive.read(name)]


def test_a_failure_to_write_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from danvan_xl.workbooks.returned import writer as returned

    source = filled(tmp_path / "a.xlsx", FAULTS)
    target = tmp_path / "b.xlsx"
    target.write_bytes(b"old")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(returned, "pack", full)
    with pytest.raises(OSError, match="No space"):
        give_back(source, target)
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_a_value_that_saving_would_change_is_not_touched(tmp_path: Path) -> None:
    source = filled(tmp_path / "a.xlsx", FAULTS)
    book = open_book(source)
    cell = book.create_sheet("Nháp")["B2"]
    cell.value = 99999999
    cell.number_format = "dd/mm/yyyy"
    book.save(source)
    result = write_returned(source, tmp_path / "b.xlsx", read(source), a_round())
    assert result.kind == "template"
    assert result.reason == text("returned", "fresh_values")


def test_a_file_too_large_to_edit_comes_back_as_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from danvan_xl.workbooks.returned import original as returned_open

    monkeypatch.setattr(returned_open, "LARGEST_SHEETS", 1000)
    source = filled(tmp_path / "a.xlsx", FAULTS)
    result = write_returned(source, tmp_path / "b.xlsx", read(source), a_round())
    assert result.reason == text("returned", "fresh_too_large")
    assert len(serious(read(tmp_path / "b.xlsx"))) == len(FAULTS)
