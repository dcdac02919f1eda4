"""Damage, by chance or by intent: refused, reported, or without effect; never other data in silence."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_xl.intake import scan_plain, strings
from danvan_xl.intake.refusal import RefusedError
from danvan_xl.intake.scan import SheetScan, scan_sheet
from danvan_xl.intake.scan_slow import scan_by_expat
from danvan_xl.model import Book, Severity
from tests.intake.files import SHEET, edited, parts_of, read, workbook, zipped
from tests.intake.test_values import office_book

TRIALS = 600


def values(book: Book) -> list[tuple[str, str, tuple[object, ...]]]:
    return [(sheet.name, sheet.state, sheet.rows) for sheet in book.sheets]


def said(book: Book) -> list[tuple[str, str | None, str | None]]:
    return [(finding.code, finding.location.cell, finding.found) for finding in book.findings]


def judge(original: Book, book: Book) -> None:
    """Other data come with another finding; no sheets come with a blocker."""
    if not book.sheets:
        assert any(finding.severity is Severity.BLOCKER for finding in book.findings)
    if values(book) != values(original):
        assert said(book) != said(original)


@pytest.mark.parametrize("make", [workbook, office_book])
def test_one_flipped_bit_never_gives_other_data_in_silence(tmp_path: Path, make: object) -> None:
    path = make(tmp_path / "a.xlsx")  # type: ignore[operator]
    data = path.read_bytes()
    original = read(path)
    dice = random.Random(20260630)
    unchanged = 0
    for _ in range(TRIALS):
        bit = dice.randrange(len(data) * 8)
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        book = read(path)
        judge(original, book)
        unchanged += book.sheets == original.sheets
    assert unchanged < TRIALS / 4  # times of members and the like are all that may change unnoticed


def test_random_cuts_and_noise_never_crash_the_reader(tmp_path: Path) -> None:
    path = office_book(tmp_path / "a.xlsx")
    data = path.read_bytes()
    original = read(path)
    dice = random.Random(7)
    for _ in range(TRIALS // 2):
        start, stop = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
        noise = dice.randbytes(dice.randrange(40))
        path.write_bytes(data[:start] + noise + data[stop if dice.random() < 0.3 else start + len(noise) :])
        judge(original, read(path))


PIECES = [
    b"<v>", b"</v>", b"<c ", b"</c>", b"</row>", b'<row r="2">', b'r="A1"', b't="s"', b't="e"', b"/>", b">",
    b'"', b"&", b"<!--", b"-->", b"<is>", b"<f>", b"</f>", b"]]>", b"9", b"-", b"_x0000_", b"</sheetData>",
    b"<sheetData>", b"\xff",
]  # fmt: skip


def test_mutated_markup_in_a_sound_container_is_read_alike_by_all_or_refused(tmp_path: Path) -> None:
    path = office_book(tmp_path / "a.xlsx")
    parts = parts_of(path.read_bytes())
    dice = random.Random(11)
    names = [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
    refused = 0
    for _ in range(TRIALS):
        name = dice.choice(names[:2]) if dice.random() < 0.7 else dice.choice(names)
        content = bytearray(parts[name])
        for _ in range(dice.randrange(1, 3)):
            at = dice.randrange(len(content))
            content[at : at + dice.randrange(4)] = dice.choice(PIECES)
        path.write_bytes(zipped({**parts, name: bytes(content)}))
        book = read(path)
        refused += not book.sheets
        assert book.sheets or book.findings[0].severity is Severity.BLOCKER
    assert refused > TRIALS / 4


def scanned(content: bytes, *, plain: bool) -> object:
    try:
        scan: SheetScan = scan_sheet("x", content) if plain else scan_by_expat("x", content)
    except RefusedError as refused:
        return refused.code
    return list(scan.rows), scan.facts.hidden_rows


CELL = st.builds(
    '<c r="{}{}"{}{}>{}</c>'.format,
    st.sampled_from(["A", "B", "AA", "XFD", "XFE"]),
    st.sampled_from(["1", "2", "02"]),
    st.sampled_from(["", ' s="1"', ' s="x"']),
    st.sampled_from(["", ' t="s"', ' t="str"', ' t="inlineStr"', ' t="e"']),
    st.sampled_from(
        ["", "<v>1</v>", "<v></v>", "<v/>", "<f>A1</f>", "<f>A1</f><v>1</v>", "<is><t>x</t></is>",
         "<v>&lt;</v>", " <v>1</v> ", "<f/>", "<v>1</v><f>A</f>", "<is><t>a</t></is><v>1</v>",
         "<v>1</v><v>2</v>", "<!--x-->", "<v>a/></v>"]
    ),
)  # fmt: skip
ROW = st.builds(
    "<row{}>{}</row>".format,
    st.sampled_from([' r="1"', ' r="2"', ' r="2" hidden="1"', "", ' spans="1:2" r="1"']),
    st.lists(
        st.one_of(CELL, st.just('<c r="A1"/>'), st.just("<c/>"), st.sampled_from([" ", "x", "&"])), max_size=4
    ).map("".join),
)
ROWS = st.lists(st.one_of(ROW, st.just('<row r="3"/>'), st.just('<row r="4" hidden="1"/>')), max_size=4)


@given(ROWS)
@settings(max_examples=400, deadline=None)
def test_both_scans_see_the_same_cells(rows: list[str]) -> None:
    content = f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>".encode()
    fast, slow = scanned(content, plain=True), scanned(content, plain=False)
    assert fast == slow


@given(ROWS)
@settings(max_examples=200, deadline=None)
def test_large_sheets_are_read_in_pieces_to_the_same_rows(rows: list[str]) -> None:
    content = f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>".encode()
    small = scanned(content, plain=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan_plain, "_SMALL", 0)
        patch.setattr(scan_plain, "_PIECE", 10)
        assert scanned(content, plain=True) == small


@pytest.mark.parametrize(
    "piece",
    [
        '<c r="A1"',
        '<c r="A1">',
        "<x",
        "<v>",
        "<row",
        '<row r="1"',
        '<row r="1"/>',
        "<f>",
        " ",
        "&amp;",
        "</row>",
        "</c>",
    ],
)
@pytest.mark.parametrize("start", ["", '<row r="1">', '<row r="1"><c r="A1">', '<row r="1"><c r="A1"><v>'])
def test_markup_repeated_without_end_takes_no_longer_than_its_length(start: str, piece: str) -> None:
    content = f"<worksheet><sheetData>{start}{piece * 50_000}</sheetData></worksheet>".encode()
    begin = time.process_time()
    scanned(content, plain=True)
    assert time.process_time() - begin < 5


TEXT = st.one_of(
    st.sampled_from(["<t>a &amp; b</t>", "<t/>", "", "<t></t>", '<t xml:space="preserve"> c </t>', "<t>_x000D_</t>"]),
    st.sampled_from(["<r><t>a</t></r><r><rPr><b/></rPr><t>b&lt;</t></r>", "<t>x</t><rPh><t>y</t></rPh>"]),
    st.sampled_from(["<t>&#xE2;&#x323;</t>", "<t>â\u0323</t>", "<!-- -->", "<t><![CDATA[x]]></t>", "<t>&q;</t>"]),
    st.sampled_from(["<t>a<t>b</t></t>", "</si><si>", "<t>"]),
)


@given(st.lists(TEXT, max_size=5))
@settings(max_examples=300, deadline=None)
def test_both_ways_to_read_shared_strings_agree(texts: list[str]) -> None:
    content = f"<sst>{''.join(f'<si>{text}</si>' for text in texts)}</sst>".encode()

    def read(parse: Callable[[bytes], list[str] | None]) -> list[str] | str | None:
        try:
            return parse(content)
        except RefusedError as refused:
            return refused.code

    fast, slow = read(lambda data: strings._fast(data.decode())), read(strings._slow)
    assert fast is None or fast == slow


def test_sheets_without_rows_are_read(tmp_path: Path) -> None:
    for body in (b"<worksheet><sheetData/></worksheet>", b"<worksheet><sheetData></sheetData></worksheet>"):
        book = read(edited(workbook(tmp_path / "a.xlsx"), {SHEET: body}))
        assert book.findings == ()
        assert book.sheets[0].rows == ()
