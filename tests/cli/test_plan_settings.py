"""What the plan leaves open of itself: `init` says so, danvan.toml fills it, and nothing is printed with a hole in it.

Three of the four shipped plans are drafts without a number and a day; one names neither its commune nor its place.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from msgspec import structs

from danvan_xl.model import Plan, layout
from danvan_xl.office.workspace import RECEIVED
from danvan_xl.rules.loader import load_rules
from danvan_xl.rules.plan_words import cited
from tests.support.books import column_of, open_book, row_of
from tests.support.program import run
from tests.support.rounds import PLANS, a_round, fill

OPEN = {
    "gia-loc": (),
    "thach-khoi": ("number", "issued"),
    "phu-thinh": ("number", "issued"),
    "nq55": ("number", "issued", "place", "issuing_body"),
}
SAID = {
    "number": '"Số: 12/KH-UBND"',
    "issued": "2026-05-04",
    "place": '"Tân An"',
    "issuing_body": '"Ủy ban nhân dân xã Tân An"',
}
MAIL = '\n[mail]\nfrom = "vhxh@example.vn"\nto = ["sonoivu@example.vn"]\n'
PERIOD = "2026-H1"


def office(folder: Path, plan: str, said: dict[str, str] | None = None, **env: str) -> Path:
    """A workspace; ``said``: settings at the top of its danvan.toml."""
    done = run("init", plan, "--plan", plan, "--period", PERIOD, "--due", "2026-06-15", cwd=folder, **env)
    assert done.returncode == 0, done.stderr
    path = folder / plan / "danvan.toml"
    words = path.read_text(encoding="utf-8")
    lines = "".join(f"{key} = {value}\n" for key, value in (said or {}).items())
    path.write_text(words.replace('contact = ""', f'{lines}contact = ""', 1) + MAIL, encoding="utf-8")
    return folder / plan


# ---- init ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_init_names_what_the_plan_leaves_open(plan: str, tmp_path: Path) -> None:
    for lang, words in (("vi", "Kế hoạch không ghi"), ("en", "The plan does not give")):
        due = () if plan == "phu-thinh" else ("--due", "2026-12-10")  # that plan gives the days of its annual reports
        done = run("init", lang, "--plan", plan, "--period", "2026", *due, cwd=tmp_path, DANVAN_LANG=lang)
        told = [line for line in done.stdout.splitlines() if words in line]
        assert len(told) == bool(OPEN[plan])
        if OPEN[plan]:
            assert f"({', '.join(OPEN[plan])})" in told[0]
    settings = (tmp_path / "vi" / "danvan.toml").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^# (number|issued|place|issuing_body) = ", settings, re.M)) == OPEN[plan]


@pytest.mark.parametrize("plan", PLANS)
def test_what_init_proposes_is_taken_as_it_stands(plan: str, tmp_path: Path) -> None:
    root = office(tmp_path, plan)
    path = root / "danvan.toml"
    words = re.sub(r"^# (?=(?:number|issued|place|issuing_body) = )", "", path.read_text(encoding="utf-8"), flags=re.M)
    path.write_text(words, encoding="utf-8")
    done = run("status", cwd=root)
    assert done.returncode == 0, done.stderr
    assert ("12/KH-UBND" in done.stdout) == bool(OPEN[plan])


# ---- what contradicts the plan -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "said", "own"),
    [
        ("number", '"158/KH-UBND"', "157/KH-UBND"),
        ("issued", "2026-05-09", "08/05/2026"),
        ("issued", '"09/05/2026"', "08/05/2026"),
        ("place", '"Thạch Khôi"', "Gia Lộc"),
        ("issuing_body", '"Ủy ban nhân dân xã Gia Phúc"', "Ủy ban nhân dân xã Gia Lộc"),
    ],
)
def test_a_setting_that_contradicts_the_plan_is_said_with_both(key: str, said: str, own: str, tmp_path: Path) -> None:
    root = office(tmp_path, "gia-loc", {key: said})
    for command in ("template", "check", "merge", "status"):
        done = run(command, cwd=root)
        assert done.returncode == 2
        assert key in done.stderr
        assert f"“{own}”" in done.stderr


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("number", '"157/kh-ubnd"'),
        ("number", '"Số 157/KH-UBND"'),
        ("number", '""'),
        ("issued", '"08/5/2026"'),
        ("issued", '"2026-05-08"'),
        ("issued", '""'),
        ("place", '"gia lộc"'),
        ("issuing_body", '"UBND xã Gia Lộc"'),
        ("issuing_body", '"Uỷ ban nhân dân xã Gia Lộc, thành phố Hải Phòng"'),
    ],
)
def test_the_same_in_other_letters_is_no_contradiction(key: str, said: str, tmp_path: Path) -> None:
    done = run("status", cwd=office(tmp_path, "gia-loc", {key: said}))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("said", ['"31/02/2026"', '"tháng 5"', '"30/1"'])
def test_a_day_that_is_none_is_said(said: str, tmp_path: Path) -> None:
    done = run("status", cwd=office(tmp_path, "thach-khoi", {"issued": said}))
    assert done.returncode == 2
    assert "issued" in done.stderr
    assert said.strip('"') in done.stderr


@pytest.mark.parametrize(("day", "told"), [("2026-01-22", True), ("2026-01-23", False), ("2026-02-10", False)])
def test_a_day_before_the_first_possible_one_is_said_and_taken(day: str, told: bool, tmp_path: Path) -> None:
    """The plan of Phú Thịnh cites a paper of 23/01/2026."""
    done = run("template", cwd=office(tmp_path, "phu-thinh", {"issued": day}))
    assert done.returncode == 0, done.stderr
    assert ("không thể trước ngày 23/01/2026" in done.stdout) == told


# ---- where it shows ------------------------------------------------------------------------------------------


def test_what_is_said_is_printed_where_the_plan_is_cited(tmp_path: Path) -> None:
    root = office(tmp_path, "nq55", SAID)
    outputs = dict(every_text(root, "nq55"))
    assert "Kế hoạch số 12/KH-UBND ngày 04/05/2026 của Ủy ban nhân dân xã Tân An" in outputs["Tổng quan"]
    assert "Tân An, ngày" in outputs["Tổng quan"]
    assert "thực hiện Kế hoạch số 12/KH-UBND" in " ".join(
        words for name, words in outputs.items() if name.startswith("thư ")
    )
    assert "12/KH-UBND" in outputs["status"]
    assert "Số 12/KH-UBND: " in outputs["Hướng dẫn"]
    assert "Ủy ban nhân dân xã Tân An" in outputs["ics"]
    assert "Ủy ban nhân dân xã Tân An" in outputs[layout.DATA]


@pytest.mark.parametrize("plan", ["thach-khoi", "phu-thinh"])
def test_the_blanks_of_the_citation_are_filled(plan: str, tmp_path: Path) -> None:
    root = office(tmp_path, plan, {"number": '"12/KH-UBND"', "issued": '"04/5/2026"'})
    outputs = dict(every_text(root, plan))
    sheet = load_rules(plan).plan.appendices[0].sheet
    for name in (sheet, f"mẫu {sheet}"):
        assert "(Kèm theo Kế hoạch số 12/KH-UBND ngày 04/5/2026 của" in outputs[name]


# ---- nothing has a hole in it ----------------------------------------------------------------------------------

HOLES = (
    r"(?:^|[,;(]) *ngày +tháng",
    r"(?:[Kk]ế hoạch|[Bb]áo cáo) số *(?:[/:,.;)”]|$|ngày\b|của\b|về\b|\()|\bsố *(?:/|ngày\b)",
    r"\bngày *(?:/(?!tháng)|[,.;)]|của\b|$)",
    r"\(\s*\)|\[\s*\]|“\s*”|\"\s*\"|«\s*»",
    r"(?<![·\s])  +(?![·\s])",
    r"^ *[,;.·)]",
    r"[,(] *$|^(?!- ).*; *$",
    r"· *$|- *$",
    r" [,;.)](?:\s|$)",
    r", *[,.;)]",
    r"\bNone\b|\{\w*\}",
)
"""What is left where something should stand."""

BLANKS = re.compile(r"Số: +/BC-UBND|(?:[^,]+, n|N)gày +tháng +năm \d{4}")
"""Blanks of the page to be signed: its number and day are written by hand."""


def strings_of(path: Path) -> Iterator[tuple[str, str]]:
    """(sheet, text) of every cell of a workbook; its title and its headers."""
    book = open_book(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for item in row:
                if isinstance(item.value, str) and not item.value.startswith("="):
                    yield sheet.title, item.value
                if item.comment is not None:
                    yield sheet.title, item.comment.text
    with zipfile.ZipFile(path) as archive:
        core = archive.read("docProps/core.xml").decode()
    yield from (("(docProps)", words) for words in re.findall(r"<(?:dc|cp):\w+>([^<]*)</", core))


def every_text(root: Path, plan: str) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that is written and printed for one period: by sheet, command and letter."""
    current = a_round(plan, PERIOD)
    first, second, third = (unit.id for unit in current.plan.reporting_units[:3])
    folder = root / RECEIVED / PERIOD
    fill(folder / "a.xlsx", current, first)
    bad = fill(folder / "b.xlsx", current, second)
    book = open_book(bad)
    for appendix in current.plan.appendices:
        sheet = book[appendix.sheet]
        lines = [line for line in current.by_unit[second].values() if line.task.appendix == appendix.id]
        for line in lines[:2]:
            sheet.cell(row_of(sheet, line.id), column_of(sheet, "Tỷ lệ (%)")).value = 150
    book.save(bad)
    (folder / "anh.jpg").write_bytes(b"\xff\xd8\xff\xe0 anh")
    fill(folder / "c.xlsx", a_round(plan, "2026"), third)
    for name, command in (
        ("template", ("template",)),
        ("check", ("check",)),
        ("merge", ("merge",)),
        ("status", ("status",)),
        ("send", ("send", "consolidated")),
        ("calendar", ("calendar",)),
        ("calendar --ics", ("calendar", "--ics", "lich.ics")),
        ("plans", ("plans",)),
    ):
        done = run(*command, cwd=root)
        assert done.returncode in (0, 1), (command, done.stderr)
        yield name, done.stdout + done.stderr
    yield "ics", (root / "lich.ics").read_text(encoding="utf-8").replace("\n ", "").replace("\\n", "\n")
    drafts = sorted((root / "thu-di" / PERIOD).glob("*.eml"))
    assert drafts
    for draft in drafts:  # one for each report of the round
        letter = message_from_bytes(draft.read_bytes(), policy=default)
        assert isinstance(letter, EmailMessage)
        body = letter.get_body()
        assert body is not None
        yield f"thư {draft.stem}", f"{letter['Subject']}\n{body.get_content()}".replace("\r\n", "\n")
    yield from by_sheet(root / "tong-hop" / PERIOD)
    yield from ((f"trả {name}", words) for name, words in by_sheet(root / "tra-lai" / PERIOD))
    for name, words in by_sheet(root / "mau" / PERIOD):
        yield (name if name == layout.GUIDE_SHEET else f"mẫu {name}"), words


def by_sheet(folder: Path) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.xlsx")):
        for name, words in strings_of(path):
            found.setdefault(name, []).append(words)
    yield from ((name, "\n".join(dict.fromkeys(words))) for name, words in found.items())


def own_words(plan: Plan) -> set[str]:
    """Texts of the plan itself, which are printed to the letter."""
    found = {plan.title, *plan.notes}
    for appendix in plan.appendices:
        found |= {appendix.title, *(group.title for group in appendix.groups)}
        for task in appendix.tasks:
            found |= {task.text, task.roadmap, task.lead_text, task.coordinate_text, task.product}
    return {line for words in found for line in words.split("\n")}


TABLE = re.compile("[│┃━╇]|^ {2,}| {2}\\(| {2,}tổng hợp:| {2,}soạn thư:| {2,}lập biểu mẫu:")
"""Lines of a table on the terminal, and lines that begin with blanks."""


HEADINGS = ("Từ ngày", "Đến ngày")
"""Of columns: their days stand below."""


def holes(outputs: Iterator[tuple[str, str]], plan: Plan) -> Iterator[tuple[str, str, str]]:
    """(where, hole, line) of every line with something missing in it."""
    known = own_words(plan)
    for name, words in outputs:
        for line in words.split("\n"):
            if line in known or line in HEADINGS or TABLE.search(line) or BLANKS.fullmatch(line):
                continue
            for text in known:
                if len(text) > 20:
                    line = line.replace(text, "…")  # noqa: PLW2901 - the plan's own words may be what they are
            for hole in HOLES:
                if name == "ics" and hole.startswith("(?<"):
                    continue
                if re.search(hole, line):
                    yield name, hole, line


@pytest.mark.parametrize("said", [{}, SAID, {"number": SAID["number"]}, {"issued": SAID["issued"]}], ids=str)
@pytest.mark.parametrize("plan", PLANS)
def test_nothing_that_is_written_or_printed_has_a_hole(plan: str, said: dict[str, str], tmp_path: Path) -> None:
    chosen = {key: value for key, value in said.items() if key in OPEN[plan]}
    if said and not chosen:
        pytest.skip("the plan says it itself")
    root = office(tmp_path, plan, chosen)
    assert [*holes(every_text(root, plan), load_rules(plan).plan)] == []


CITATIONS = [
    ("(Kèm theo Kế hoạch số ......../KH-UBND ngày ..... tháng ..... năm 2026 của UBND xã X)",
     "(Kèm theo Kế hoạch của UBND xã X)", "(Kèm theo Kế hoạch số 12/KH-UBND ngày 04/5/2026 của UBND xã X)"),
    ("(Ban hành kèm theo Kế hoạch số: ……/KH-UBND, ngày …/…/2026)",
     "(Ban hành kèm theo Kế hoạch)", "(Ban hành kèm theo Kế hoạch số 12/KH-UBND, ngày 04/5/2026)"),
    ("Kèm theo Kế hoạch số ...... ngày    tháng 01 năm 2026 của UBND",
     "Kèm theo Kế hoạch của UBND", "Kèm theo Kế hoạch số 12/KH-UBND ngày 04/5/2026 của UBND"),
    ("(Kèm Kế hoạch số    -KH/ĐU ngày   /3/2026)", "(Kèm Kế hoạch)", "(Kèm Kế hoạch số 12/KH-UBND ngày 04/5/2026)"),
    ("", "", ""),
]  # fmt: skip
WHOLE = [
    "(Kèm theo Kế hoạch số 24/KH-UBND ngày 15/6 của UBND)",
    "Kế hoạch số 5-KH/ĐU ngày 02 tháng 3 năm 2026",
    "(Kèm theo Kế hoạch số 157/KH-UBND ngày 08/5/2026 của UBND xã)",
]


@pytest.mark.parametrize(("words", "without", "filled"), CITATIONS)
def test_a_citation_is_printed_without_its_blanks(words: str, without: str, filled: str) -> None:
    plan = structs.replace(load_rules("thach-khoi").plan, citation=words)
    assert cited(plan) == without
    assert cited(structs.replace(plan, number="12/KH-UBND", issued=date(2026, 5, 4))) == filled


@pytest.mark.parametrize("words", WHOLE)
def test_a_citation_without_blanks_stays_as_it_is(words: str) -> None:
    plan = structs.replace(load_rules("thach-khoi").plan, citation=words, number="1/KH", issued=date(2026, 1, 1))
    assert cited(plan) == words
