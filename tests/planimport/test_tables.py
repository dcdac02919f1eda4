"""Tables as people make them in Word: what is read, and what is marked."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from danvan_xl.planimport import ImportResult, PlanImportError, read_plan
from danvan_xl.wording import Lang
from tests.planimport.words import NESTED, add_row, table_of

HEAD = ["STT", "Nhiệm vụ", "Thời gian thực hiện", "Cơ quan chủ trì", "Cơ quan phối hợp"]
KNOWN = {
    "Phòng A": ["VHXH"],
    "Phòng B": ["KT"],
    "Các cơ quan": ["G_ALL"],
    "-nt-": ["DITTO"],
    "Phòng Lạ": ["?UNKNOWN"],
    "Phòng Kinh tê": ["?KT"],
    "Thôn Đồng Tâm": ["THON:Đồng Tâm"],
    "Đảng ủy": ["X_DU_UBND"],
}
NAMES = {
    "VHXH": "Phòng Văn hóa - Xã hội",
    "KT": "Phòng Kinh tế",
    "X_DU_UBND": "Đảng ủy Ủy ban nhân dân",
}


def codes(words: str) -> list[str]:
    return [code for line in words.split("\n") for code in KNOWN.get(line.strip(), ["?UNKNOWN"])]


def imported(document: Document, tmp_path: Path) -> ImportResult:
    path = tmp_path / "ke-hoach.docx"
    document.save(str(path))
    return read_plan(path, lambda commune: codes, NAMES, "thu", "vi")


def plan_of(document: Document, tmp_path: Path) -> dict[str, Any]:
    return tomllib.loads(imported(document, tmp_path).toml_text)


def tasks_of(document: Document, tmp_path: Path, appendix: int = 0) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = plan_of(document, tmp_path)["appendices"][appendix]["tasks"]
    return tasks


def with_table(rows: Sequence[Sequence[Any]], bold: Sequence[int] = (0,)) -> Document:
    document = docx.Document()
    document.add_paragraph("PHỤ LỤC")
    table_of(document, [HEAD, *rows], bold)
    return document


def doubts(document: Document, tmp_path: Path) -> dict[str, str]:
    return {doubt.where: doubt.why for doubt in imported(document, tmp_path).doubts}


def row(stt: str, text: str, when: str = "Năm 2026", lead: str = "Phòng A", other: str = "Phòng B") -> list[str]:
    return [stt, text, when, lead, other]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Số TT", "stt"),
        ("TT", "stt"),
        ("Mục tiêu", "text"),
        ("Nội dung công việc", "text"),
        ("NHIỆM VỤ CỤ THỂ", "text"),
        ("Lộ trình thực hiện", "roadmap"),
        ("Thời gian hoàn thành", "roadmap"),
        ("Thời hạn", "roadmap"),
        ("Đơn vị chủ trì", "lead_text"),
        ("Cơ quan, đơn vị phối hợp", "coordinate_text"),
        ("Kết quả, sản phẩm", "product"),
        ("Sản phẩm dự kiến", "product"),
        ("<b>Số TT</b>", "stt"),
        ("Thời gian hoa\u0300n tha\u0300nh", "roadmap"),
        ("Ghi chú", None),
    ],
)
def test_a_heading_is_known_by_its_words(heading: str, field: str | None) -> None:
    from danvan_xl.planimport.table_layout import field_of

    assert field_of(heading) == field


def test_headings_of_two_lines_are_read_as_one(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=5)
    for at, title in enumerate(["STT", "Nhiệm vụ", "Thời gian"]):
        table.cell(0, at).merge(table.cell(1, at)).text = title
    table.cell(0, 3).merge(table.cell(0, 4)).text = "Cơ quan thực hiện"
    table.cell(1, 3).text = "Chủ trì"
    table.cell(1, 4).text = "Phối hợp"
    add_row(table, row("1", "Việc một"))
    appendix = plan_of(document, tmp_path)["appendices"][0]
    assert [(item["field"], item["title"]) for item in appendix["columns"]] == [
        ("stt", "STT"),
        ("text", "Nhiệm vụ"),
        ("roadmap", "Thời gian"),
        ("lead_text", "Cơ quan thực hiện Chủ trì"),
        ("coordinate_text", "Cơ quan thực hiện Phối hợp"),
    ]
    assert (appendix["tasks"][0]["lead"], appendix["tasks"][0]["coordinate"]) == (["VHXH"], ["KT"])


def test_a_heading_merged_over_the_whole_row_opens_a_group(tmp_path: Path) -> None:
    document = with_table([])
    table = document.tables[0]
    for text in ("I. MỤC TIÊU CHUNG", "Việc"):
        add_row(table, ["", "", "", "", ""])
        if text.startswith("I"):
            cells = table.rows[-1].cells
            cells[0].merge(cells[4]).text = text
        else:
            for cell, value in zip(table.rows[-1].cells, row("1", text), strict=True):
                cell.text = value
    appendix = plan_of(document, tmp_path)["appendices"][0]
    assert appendix["groups"] == [{"id": "PL.I", "stt": "I", "title": "MỤC TIÊU CHUNG"}]
    assert appendix["tasks"][0]["id"] == "PL.I.1"


def test_arabic_headings_stand_below_the_roman_one(tmp_path: Path) -> None:
    rows = [
        ["I", "PHẦN MỘT", "", "", ""],
        ["1", "Nhóm một", "", "", ""],
        row("", "Việc a"),
        ["2", "Nhóm hai", "", "", ""],
        row("", "Việc b"),
        ["II", "PHẦN HAI", "", "", ""],
        ["1", "Nhóm một", "", "", ""],
        row("", "Việc c"),
    ]
    tasks = tasks_of(with_table(rows), tmp_path)
    assert [task["id"] for task in tasks] == ["PL.I.1.1", "PL.I.2.1", "PL.II.1.1"]


def test_a_row_that_goes_on_after_a_page_break_is_joined_and_marked(tmp_path: Path) -> None:
    document = with_table([row("1", "Xây dựng kế hoạch,"), ["", "triển khai thực hiện", "", "", ""], row("2", "Hai")])
    first, second = tasks_of(document, tmp_path)
    assert first["text"] == "Xây dựng kế hoạch, triển khai thực hiện"
    assert second["text"] == "Hai"
    assert "ghép từ nhiều dòng" in doubts(document, tmp_path)["PL.1.text"]


def test_a_text_merged_over_two_rows_is_one_task_with_both_leads(tmp_path: Path) -> None:
    document = with_table([row("1", "Việc chung"), ["", "", "Năm 2026", "Phòng B", ""]])
    table = document.tables[0]
    for at in (0, 1):
        table.cell(1, at).merge(table.cell(2, at))
    (task,) = tasks_of(document, tmp_path)
    assert task["text"] == "Việc chung"
    assert task["lead"] == ["VHXH", "KT"]
    assert "ghép" in doubts(document, tmp_path)["PL.1.lead_text"]


def test_a_lead_merged_over_several_rows_leads_each_of_them(tmp_path: Path) -> None:
    document = with_table([row("1", "Một"), row("2", "Hai", lead=""), row("3", "Ba", lead="")])
    document.tables[0].cell(1, 3).merge(document.tables[0].cell(3, 3))
    assert [task["lead"] for task in tasks_of(document, tmp_path)] == [["VHXH"]] * 3


def test_headings_and_column_numbers_that_come_again_are_no_tasks(tmp_path: Path) -> None:
    rows = [["(1)", "(2)", "(3)", "(4)", "(5)"], row("1", "Một"), HEAD, row("2", "Hai"), ["", "", "", "", ""]]
    result = imported(with_table(rows), tmp_path)
    assert result.understood["tasks"] == 2
    assert result.understood["skipped"] == 3


def test_a_table_cut_in_two_without_headings_goes_on(tmp_path: Path) -> None:
    document = with_table([row("1", "Một")])
    document.add_paragraph("")
    table_of(document, [row("2", "Hai"), row("3", "Ba")], ())
    assert [task["id"] for task in tasks_of(document, tmp_path)] == ["PL.1", "PL.2", "PL.3"]


def test_a_table_cut_in_two_with_the_headings_again_goes_on(tmp_path: Path) -> None:
    document = with_table([row("1", "Một")])
    document.add_section(WD_SECTION.NEW_PAGE)
    table_of(document, [HEAD, row("2", "Hai")])
    plan = plan_of(document, tmp_path)
    assert len(plan["appendices"]) == 1
    assert len(plan["appendices"][0]["tasks"]) == 2


def test_a_table_inside_a_cell_becomes_the_row(tmp_path: Path) -> None:
    inner = row("1", "Việc lồng")[1:]
    document = with_table([["1", NESTED, *inner, ""]])
    (task,) = tasks_of(document, tmp_path)
    assert (task["text"], task["roadmap"], task["lead"]) == ("Việc lồng", "Năm 2026", ["VHXH"])
    assert "bảng lồng" in doubts(document, tmp_path)["PL.1.text"]


def test_a_list_that_stands_in_a_cell_as_a_table_is_kept_as_text(tmp_path: Path) -> None:
    document = with_table([row("1", "Nhiều việc")])
    cell = document.tables[0].cell(1, 1)
    inner = cell.add_table(rows=2, cols=1)
    inner.cell(0, 0).text, inner.cell(1, 0).text = "việc a", "việc b"
    (task,) = tasks_of(document, tmp_path)
    assert task["text"] == "Nhiều việc\nviệc a\nviệc b"


def test_extra_empty_cells_are_dropped_and_extra_texts_are_named(tmp_path: Path) -> None:
    document = with_table([[*row("1", "Một"), "", ""], [*row("2", "Hai"), "thừa"]])
    found = imported(document, tmp_path)
    assert [doubt.text for doubt in found.doubts if doubt.where == "PL"] == ["thừa"]
    assert found.understood["tasks"] == 2


def test_a_row_one_column_too_far_left_is_moved_and_marked(tmp_path: Path) -> None:
    document = with_table([row("1", "Một"), row("2", "Thực hiện việc thứ hai của xã")[1:]])
    second = tasks_of(document, tmp_path)[1]
    assert (second["stt"], second["text"]) == ("", "Thực hiện việc thứ hai của xã")
    assert second["lead"] == ["VHXH"]
    assert "lệch cột" in doubts(document, tmp_path)["PL.2.text"]


def test_a_column_that_a_plan_has_no_place_for_is_named_with_its_texts(tmp_path: Path) -> None:
    document = docx.Document()
    table_of(document, [[*HEAD, "Ghi chú"], [*row("1", "Một"), "xem lại"]])
    found = imported(document, tmp_path)
    assert {"Ghi chú", "Ghi chú: xem lại"} <= {doubt.text for doubt in found.doubts}


def test_names_that_are_not_sure_are_marked_and_never_taken(tmp_path: Path) -> None:
    rows = [row("1", "Một", lead="Phòng Lạ"), row("2", "Hai", lead="Phòng Kinh tê"), row("3", "Ba", lead="")]
    tasks = tasks_of(with_table(rows), tmp_path)
    assert [task["lead"] for task in tasks] == [["G_CHUAGIAO"]] * 3
    found = doubts(with_table(rows), tmp_path)
    assert all("chưa rõ đơn vị chủ trì" in found[f"PL.{number}.lead"] for number in (1, 2, 3))


def test_as_above_is_taken_from_the_row_above_and_marked(tmp_path: Path) -> None:
    document = with_table([row("1", "Một", lead="Phòng B"), row("2", "Hai", lead="-nt-")])
    assert tasks_of(document, tmp_path)[1]["lead"] == ["KT"]
    assert "như trên" in doubts(document, tmp_path)["PL.2.lead"]


def test_a_named_village_becomes_a_unit(tmp_path: Path) -> None:
    plan = plan_of(with_table([row("1", "Một", lead="Thôn Đồng Tâm")]), tmp_path)
    assert {"id": "THON_DONG_TAM", "name": "Thôn Đồng Tâm"} in plan["units"]
    assert plan["appendices"][0]["tasks"][0]["lead"] == ["THON_DONG_TAM"]


def test_a_body_outside_ubnd_is_marked_as_such(tmp_path: Path) -> None:
    plan = plan_of(with_table([row("1", "Một", lead="Đảng ủy")]), tmp_path)
    assert [unit["id"] for unit in plan["units"] if unit.get("outside")] == ["X_DU_UBND"]


def test_deleted_text_is_left_out_and_inserted_text_is_read(tmp_path: Path) -> None:
    document = with_table([row("1", "Việc ")])
    paragraph = document.tables[0].cell(1, 1).paragraphs[0]._p
    for kind, tag, words in (("del", "delText", "đã bỏ"), ("ins", "t", "đã thêm")):
        change = parse_xml(
            f'<w:{kind} {nsdecls("w")} w:id="1" w:author="a"><w:r><w:{tag}>{words}</w:{tag}></w:r></w:{kind}>'
        )
        paragraph.append(change)
    assert tasks_of(document, tmp_path)[0]["text"] == "Việc đã thêm"


def test_automatic_numbers_of_word_are_read(tmp_path: Path) -> None:
    document = with_table([row("", "Một"), row("", "Hai")])
    for at in (1, 2):
        paragraph = document.tables[0].cell(at, 0).paragraphs[0]
        properties = paragraph._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", "0"), ("w:numId", "1")):
            item = OxmlElement(tag)
            item.set(qn("w:val"), value)
            number.append(item)
        properties.append(number)
    numbering = document.part.numbering_part.element
    known = next(item for item in numbering if item.tag == qn("w:num") and item.get(qn("w:numId")) == "1")
    abstract_id = known.find(qn("w:abstractNumId")).get(qn("w:val"))
    abstract = next(item for item in numbering if item.get(qn("w:abstractNumId")) == abstract_id)
    level = abstract.find(qn("w:lvl"))
    level.find(qn("w:numFmt")).set(qn("w:val"), "decimal")
    level.find(qn("w:lvlText")).set(qn("w:val"), "%1.")
    assert [task["stt"] for task in tasks_of(document, tmp_path)] == ["1.", "2."]


def test_breaks_in_the_numbering_are_marked(tmp_path: Path) -> None:
    document = with_table([row("1", "Một"), row("2", "Hai"), row("2", "Hai nữa"), row("5", "Năm")])
    found = doubts(document, tmp_path)
    assert "trùng số" in found["PL.3.stt"]
    assert "không liền" in found["PL.4.stt"]


def test_borders_that_are_a_little_off_do_not_move_a_cell(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=6)
    for at, width in enumerate([600, 5000, 60, 1500, 2000, 2000]):
        table._tbl.tblGrid.gridCol_lst[at].w = width * 635
    for at, title in zip((0, 1, 3, 4, 5), HEAD, strict=True):
        table.cell(0, at).text = title
    table.cell(0, 1).merge(table.cell(0, 2))
    for at, text in zip((0, 1, 2, 4, 5), row("1", "Một"), strict=True):
        table.cell(1, at).text = text
    table.cell(1, 2).merge(table.cell(1, 3))
    (task,) = tasks_of(document, tmp_path)
    assert (task["text"], task["roadmap"], task["lead"]) == ("Một", "Năm 2026", ["VHXH"])


def test_other_tables_are_no_appendices(tmp_path: Path) -> None:
    document = docx.Document()
    table_of(document, [["a", "b", "c"]] * 5)
    table_of(document, [["ỦY BAN NHÂN DÂN", "CỘNG HÒA"]])
    with pytest.raises(PlanImportError) as caught:
        imported(document, tmp_path)
    assert caught.value.key == "no_appendix"


def test_a_larger_table_that_is_not_known_is_named(tmp_path: Path) -> None:
    document = docx.Document()
    table_of(document, [["Tháng", "Số buổi", "Số người"]] * 5)
    document.add_paragraph("PHỤ LỤC")
    table_of(document, [HEAD, row("1", "Một")])
    assert "Tháng | Số buổi | Số người" in {doubt.text for doubt in imported(document, tmp_path).doubts}


def test_a_task_whose_other_cells_are_merged_with_the_row_above_is_a_task(tmp_path: Path) -> None:
    document = with_table([["I", "NHÓM", "", "", ""], row("1", "Một"), row("2", "Hai", "", "", "")])
    for column in (2, 3, 4):
        document.tables[0].cell(2, column).merge(document.tables[0].cell(3, column))
    second = tasks_of(document, tmp_path)[1]
    assert (second["id"], second["roadmap"], second["lead"]) == ("PL.I.2", "Năm 2026", ["VHXH"])


def test_a_title_inside_the_table_is_the_title_of_the_appendix(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=5)
    cells = table.rows[0].cells
    cells[0].merge(cells[4]).text = "PHỤ LỤC II - PHÂN CÔNG NHIỆM VỤ"
    for cells_of_row in (HEAD, row("1", "Một")):
        add_row(table, ["", "", "", "", ""])
        for cell, text in zip(table.rows[-1].cells, cells_of_row, strict=True):
            cell.text = text
    appendix = plan_of(document, tmp_path)["appendices"][0]
    assert (appendix["id"], appendix["number"], appendix["title"]) == (
        "PL2",
        "Phụ lục II",
        "PHÂN CÔNG NHIỆM VỤ",
    )


def test_one_column_for_lead_and_coordinating_units_is_marked(tmp_path: Path) -> None:
    document = docx.Document()
    table_of(
        document,
        [
            ["TT", "Nhiệm vụ", "Cơ quan chủ trì, phối hợp"],
            ["1", "Một", "Chủ trì: Phòng A; phối hợp: Phòng B"],
        ],
    )
    assert "hãy tách ra" in doubts(document, tmp_path)["PL.1.lead_text"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_proposal_is_a_sound_rule_file(tmp_path: Path, lang: Lang) -> None:
    from danvan_xl.rules.loader import load_rules

    document = with_table(
        [
            ["I", 'TIÊU ĐỀ "kép" \\ #', "", "", ""],
            row("", "Việc\tcó dấu\nxuống dòng"),
            row("x9z", "Lạ", lead=""),
        ]
    )
    path = tmp_path / "ke-hoach.docx"
    document.save(str(path))
    proposal = tmp_path / "thu.toml"
    proposal.write_text(read_plan(path, lambda commune: codes, NAMES, "thu", lang).toml_text, encoding="utf-8")
    assert len(list(load_rules(str(proposal)).plan.tasks)) == 2


def test_a_long_text_stretched_to_the_end_of_its_row_is_a_task_that_lost_its_cells(tmp_path: Path) -> None:
    text = "Triển khai thực hiện Chương trình phối hợp giữa các cơ quan, đơn vị trên địa bàn xã " * 3 + "năm 2026."
    document = with_table([["I", "NHÓM", "", "", ""], row("", text, "", "", "")])
    cells = document.tables[0].rows[2].cells
    cells[1].merge(cells[4])
    (task,) = tasks_of(document, tmp_path)
    assert (task["text"], task["lead"]) == (text, ["G_CHUAGIAO"])
    assert "bị mất" in doubts(document, tmp_path)["PL.I.1.roadmap"]
