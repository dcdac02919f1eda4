"""Only what was accepted, or said to be nil, has been reported: the letter, the first page, status and JSON agree."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from msgspec.structs import replace

from danvan_xl.model import layout
from danvan_xl.model.submission import Typed
from tests.support.books import column_of, open_book, row_of
from tests.support.program import run, run_json
from tests.support.rounds import a_round, fill

PERIOD = "2026-H1"
NAMES = {unit.id: unit.name for unit in a_round().plan.units}


def sound(path: Path, unit: str) -> None:
    fill(path, a_round(owned=True), unit)


def nil(path: Path, unit: str) -> None:
    fill(path, a_round(owned=True), unit, Typed(nil=True, nil_reason="không có việc"))


def to_mend(path: Path, unit: str) -> None:
    current = a_round(owned=True)
    book = open_book(fill(path, current, unit))
    line = next(iter(current.by_unit[unit].values()))
    sheet = book[current.appendices[line.task.appendix].sheet]
    sheet.cell(row_of(sheet, line.id), column_of(sheet, "Tỷ lệ (%)")).value = 150
    book.save(path)


def refused(path: Path, unit: str) -> None:
    book = open_book(fill(path, a_round(owned=True), unit))
    other = next(name for id_, name in NAMES.items() if id_ != unit)
    next(cell for row in book[layout.GUIDE_SHEET] for cell in row if cell.value == NAMES[unit]).value = other
    book.save(path)


def another_period(path: Path, unit: str) -> None:
    fill(path, a_round(period="2026"), unit)


def nothing(path: Path, unit: str) -> None:
    del path, unit


KINDS = {
    # what the seven units sent → (submitted, nil, returned, missing)
    (sound,) * 7: (7, 0, 0, 0),
    (sound, sound, sound, sound, sound, to_mend, refused): (5, 0, 2, 0),
    (sound, nil, to_mend, refused, nothing, another_period, sound): (2, 1, 2, 2),
    (to_mend,) * 7: (0, 0, 7, 0),
    (nothing,) * 7: (0, 0, 0, 7),
    (nil,) * 7: (0, 7, 0, 0),
}


@pytest.mark.parametrize(("sent", "counts"), KINDS.items(), ids=range(len(KINDS)))
def test_every_place_counts_the_same(sent: tuple, counts: tuple[int, ...], tmp_path: Path) -> None:  # type: ignore[type-arg]
    arguments = ("--plan", "gia-loc", "--period", PERIOD, "--due", "2026-06-15", "--owner", "X_DU_UBND=VP")
    assert run("init", "xa", *arguments, cwd=tmp_path).returncode == 0
    root = tmp_path / "xa"
    with (root / "danvan.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[mail]\nfrom = "vhxh@example.vn"\nto = ["sonoivu@example.vn"]\n')
    for unit, send in zip(a_round().plan.reporting_units, sent, strict=True):
        send(root / "nhan" / PERIOD / f"{unit.id}.xlsx", unit.id)
    submitted, nil_, returned, missing = counts

    states = [item["state"] for item in run_json("status", cwd=root)["units"]]
    assert tuple(map(states.count, ("submitted", "nil", "returned", "missing"))) == counts
    sentence = f"{submitted} đã nộp, {nil_} không phát sinh, {returned} bị trả lại, {missing} chưa nộp"
    assert sentence in run("status", cwd=root).stdout
    assert sentence in run("merge", cwd=root).stdout

    book = open_book(next((root / "tong-hop" / PERIOD).glob("*.xlsx")))
    page = "\n".join(str(cell.value) for row in book[layout.OVERVIEW].iter_rows() for cell in row if cell.value)
    assert (
        f"7 đơn vị: {submitted} đã nộp, {nil_} báo không phát sinh, {returned} bị trả lại để sửa, {missing} chưa nộp."
    ) in page
    state = [cell.value for cell in book[layout.DELIVERY][4]].index("Tình hình") + 1
    listed = [cell.value for row in book[layout.DELIVERY].iter_rows(max_col=state, min_col=state) for cell in row]
    words = ("Đã nộp", "Không phát sinh", "Bị trả lại", "Chưa nộp")
    assert tuple(map(listed.count, words)) == counts

    sent_mail = run("send", "consolidated", cwd=root)
    assert (sent_mail.returncode, sent_mail.stderr) == (0, "")
    letter = text_of(next((root / "thu-di" / PERIOD).glob("*.eml")))
    assert f"Đơn vị đã báo cáo: {submitted + nil_}/7" in letter
    assert ("đầy đủ" in letter) == (returned + missing == 0)
    assert named(letter, r"chưa gửi báo cáo: (.+)\.") == missing
    assert named(letter, r"còn phải sửa hoặc xem lại: (.+)\.") == returned


def named(letter: str, form: str) -> int:
    match = re.search(form, letter)
    return len(match[1].split("; ")) if match else 0


def text_of(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body()
    assert body is not None
    return str(body.get_content())


def test_the_english_letter_does_not_call_it_complete_either() -> None:
    from danvan_xl.office.outbox import covering_text
    from tests.office.mail_helpers import REPORT

    whole = replace(REPORT, missing_units=())
    assert "All units have reported" in covering_text(whole, "en")
    assert "All units have reported" not in covering_text(replace(whole, returned_units=("Phòng Kinh tế",)), "en")
