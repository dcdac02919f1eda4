"""Settings and rule files as officers write them: what is read without a word, and what is said of a mistake.

A mistake is said with its line, what stands there and, wherever that can be known, the line as it is written rightly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_xl.language.nearest import closest, listed
from danvan_xl.language.written_days import read_written_day
from danvan_xl.model.period import likely_period
from danvan_xl.office.job import Job, open_round
from danvan_xl.office.workspace import open_workspace
from danvan_xl.rules.files import RulesError, RuleSource, shipped
from danvan_xl.rules.schema import as_toml, example_of
from danvan_xl.rules.toml_reading import parsed
from danvan_xl.rules.toml_scan import line_of, statements

HEAD = 'plan = "gia-loc"\nperiod = "2026-H1"\n'
DUE = "[due]\n"


def due_of(words: str | bytes, folder: Path) -> date | None:
    """The due day of the period in force in a workspace with these settings."""
    content = words if isinstance(words, bytes) else words.encode()
    (folder / "danvan.toml").write_bytes(content)
    workspace = open_workspace(folder)
    return open_round(Job(workspace.settings, folder, workspace.rules)).period.due


# ---- days ------------------------------------------------------------------------------------------------------------

JUNE = date(2026, 6, 15)
WAYS = [
    "15/06/2026", "15/6", "15-6-2026", "15.6.2026", "15.6", "15-6", "2026-06-15", "2026/6/15", "15 / 6 / 2026",
    "ngày 15/6", "15/6/26", "ngày 15 tháng 6 năm 2026", "15 tháng 6", '"15/06/2026"', '"15/6"', '"2026-06-15"',
    '"15.6.2026"', '"ngày 15 tháng 6"', '" 15/6 "', "'15/6'", "15/6/2026   # hạn mới", "15/6\t", "15/6\u00a0",
    "2026-06-15T00:00:00",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_due_day_is_read_in_every_way_that_people_write_one(way: str, tmp_path: Path) -> None:
    assert due_of(f'{HEAD}{DUE}"2026-H1" = {way}\n', tmp_path) == JUNE


def test_a_day_before_and_a_day_of_the_month_need_no_quotes_either(tmp_path: Path) -> None:
    assert due_of(f"{HEAD}{DUE}2026-H1 = trước 15/6\n", tmp_path) == date(2026, 6, 14)
    assert due_of(f"{HEAD}{DUE}2026-H1 = 25\n", tmp_path) == date(2026, 6, 25)
    assert due_of(f"{HEAD}{DUE}2026-H1 = 15.10\n", tmp_path) == date(2026, 10, 15)


@pytest.mark.parametrize("way", ["31/6", "15/13/2026", "giữa tháng 6", "2026-06-31", "32", "0", "6/2026", "true", '""'])
def test_what_is_no_day_is_said_with_its_line_and_an_example(way: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError) as caught:
        due_of(f"{HEAD}{DUE}2026-H1 = {way}\n", tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == 4
    assert '"' in problem.said.say("vi")


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_day_is_read_back_from_every_form(day: date) -> None:
    for form in ("{0.day}/{0.month}/{0.year}", "{0.day:02}-{0.month:02}-{0.year}", "{0:%Y-%m-%d}", "{0:%Y%m%d}"):
        assert read_written_day(form.format(day)) == day
    assert read_written_day(f"{day.day}/{day.month}", day.year) == day
    assert read_written_day(f"{day.day}/{day.month}") is None


# ---- what is read without a word -------------------------------------------------------------------------------------

TEXT = f'{HEAD}contact = "Nguyễn Văn A"\n{DUE}"2026-H1" = "15/6"\n'


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(" = ", "\u00a0=\u00a0").encode(),
        TEXT.replace(" = ", "\t=\t").encode(),
        TEXT.replace("[due]", "\u200b[due]\u3000").encode(),
        TEXT.replace('"2026-H1"\n', '" 2026-H1\u00a0"\n').encode(),
    ],
)
def test_what_nobody_sees_in_an_editor_is_no_mistake(content: bytes, tmp_path: Path) -> None:
    assert due_of(content, tmp_path) == JUNE


# ---- mistakes of writing ---------------------------------------------------------------------------------------------

MISTAKES = [
    # the line as written, and as it is written rightly
    ("period = “2026-H1”", 'period = "2026-H1"'),
    ("period = ‘2026-H1’", "period = '2026-H1'"),
    ('period = “2026-H1"', 'period = "2026-H1"'),
    ("period＝＂2026-H1＂", 'period="2026-H1"'),
    ("period = 2026-H1", 'period = "2026-H1"'),
    ("contact = Nguyễn Văn A", 'contact = "Nguyễn Văn A"'),
    ('period = "2026-H1', 'period = "2026-H1"'),
    ('period = 2026-H1"', 'period = "2026-H1"'),
    ('period = "2026-H1" kỳ này', 'period = "2026-H1" # kỳ này'),
    ('period = "2026-H1";', 'period = "2026-H1"'),
    ('period : "2026-H1"', 'period = "2026-H1"'),
    ('period "2026-H1"', 'period = "2026-H1"'),
    ("period: 2026-H1", 'period = "2026-H1"'),
    ("period =", 'period = "…"'),
    ('contact = "Anh "Ba" 0912"', "contact = \"Anh 'Ba' 0912\""),
    ("strict = True", "strict = true"),
    ("strict = có", "strict = true"),
    ("strict = không", "strict = false"),
    ("timeout = 1,5", "timeout = 1.5"),
    ("[due", "[due]"),
    ("due]", "[due]"),
    ("[[units]", "[[units]]"),
    ('to = "a@b.vn", "c@d.vn"', 'to = ["a@b.vn", "c@d.vn"]'),
    ('to = ["a@b.vn"', 'to = ["a@b.vn"]'),
    ('to = ["a@b.vn" "c@d.vn"]', 'to = ["a@b.vn", "c@d.vn"]'),
    ('plan = "C:\\ke hoach\\xa.toml"', "plan = 'C:\\ke hoach\\xa.toml'"),
    ('plan = "C:\\new\\thu.toml"', "plan = 'C:\\new\\thu.toml'"),
    ("plan = C:\\thu\\xa.toml", "plan = 'C:\\thu\\xa.toml'"),
    ('bao-cao:H1 = "15/6"', '"bao-cao:H1" = "15/6"'),
    ("kế hoạch của xã", "# kế hoạch của xã"),
]


@pytest.mark.parametrize(("written", "right"), MISTAKES)
def test_a_mistake_is_said_with_its_line_and_as_it_is_written_rightly(written: str, right: str) -> None:
    content = f"# đầu tệp\n\n{written}\n[x]\ny = 1\n".encode()
    data, mistakes = parsed(content)
    assert data is None
    (mistake,) = mistakes
    assert mistake.line == 3
    for lang in ("vi", "en"):
        assert right in mistake.said.say(lang)
    assert parsed(f"{right}\n".encode())[0] is not None


def test_every_mistake_of_a_file_is_said_at_once() -> None:
    _, mistakes = parsed("plan = “a”\nperiod = 2026-H1\n[due\nx = 15/6\ny = mai\n".encode())
    assert [mistake.line for mistake in mistakes] == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("words", "line", "first"),
    [
        ('plan = "a"\nplan = "b"\n', 2, "dòng 1"),
        ("[due]\na = 1\n[owners]\n[due]\nb = 1\n", 4, "dòng 1"),
        ('[units]\nid = "A"\n[[units]]\nid = "B"\n', 3, "[[units]]"),
        ("a = 1\na.b = 2\n", 2, "Đổi tên"),
    ],
)
def test_what_is_written_twice_is_said_with_both_lines(words: str, line: int, first: str) -> None:
    (mistake,) = parsed(words.encode())[1]
    assert mistake.line == line
    assert first in mistake.said.say("vi")


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    for words in ('[mail]\npassword = "bi-mat"\n', "[mail]\npassword = bi-mat\n", "[mail]\nmật khẩu: bi-mat\n"):
        with pytest.raises(RulesError) as caught:
            due_of(HEAD + words, tmp_path)
        assert "bi-mat" not in str(caught.value)


def test_a_file_of_another_encoding_is_said_with_the_first_line_that_shows_it() -> None:
    _, (mistake,) = parsed(b'plan = "a"\ncontact = "Nguy\xea n"\n')
    assert mistake.line == 2
    assert "UTF-8" in mistake.said.say("vi")


@given(st.text(alphabet="ab[]{}=\"'#\\,.\n 1đ“”/-:", max_size=60))
def test_no_text_is_without_an_answer(words: str) -> None:
    data, mistakes = parsed(words.encode())
    assert (data is None) == bool(mistakes)
    assert all(1 <= item.line <= words.count("\n") + 1 and item.said.say("vi") for item in mistakes)
    assert "\n".join(item.text for item in statements(words)).rstrip("\n") == words.rstrip("\n")


def test_every_key_has_its_line() -> None:
    text = 'a = 1\n[b]\n"c d" = [\n  1,\n]\n[[units]]\nid = "x"\n[[units]]\nid = "y"\n[units.more]\nz = 1\n'
    paths = ("a", "b.c d", "units[0].id", "units[1].id", "units[1].more.z", "units[1].name", "la")
    assert [line_of(path, text) for path in paths] == [1, 3, 7, 9, 11, 8, None]


# ---- mistakes of meaning ---------------------------------------------------------------------------------------------

WRONG = [
    # what stands in the settings, the line, words of the sentence
    (HEAD + "strikt = true\n", 3, ("có phải “strict”",)),
    ('plan = "gialoc"\nperiod = "2026-H1"\n', 1, ("có phải “gia-loc”", "phu-thinh")),
    ('plan = "gia-loc"\nperiod = "6/2026"\n', 2, ("2026-06", "2026-H1")),
    ('plan = "gia-loc"\nperiod = 2026\n', 2, ('period = "2026-H1"',)),
    (HEAD + 'strict = "true"\n', 3, ("true (có)", "strict = true")),
    (HEAD + 'resubmission = "last"\n', 3, ("latest", "join")),
    (HEAD + DUE + '"2026-H9" = "15/6"\n', 4, ("2026-H9", "15/6")),
    (HEAD + DUE + '"la:2026-H1" = "15/6"\n', 4, ("dan-van-6-thang",)),
    (HEAD + DUE + 'contact = "A"\n', 4, ("đầu tệp", "[due]")),
    (HEAD + '[owners]\nX_DU_UBND = "KTT"\n', 4, ("KT (Phòng Kinh tế)",)),
    (HEAD + '[owners]\nX_DU = "VP"\n', 4, ("X_DU_UBND",)),
    (HEAD + '[[units]]\nid = "T1"\nname = "Thôn 1"\ngroups = ["G_AL"]\n', 6, ("G_ALL",)),
    (HEAD + '[[units]]\nid = "KT"\nname = "Thôn 1"\n', 4, ("hai lần",)),
    (HEAD + '[[units]]\nid = "T1"\n', 3, ('name = "Thôn 1"',)),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line", "says"), WRONG)
def test_a_wrong_setting_is_said_with_its_line_and_what_there_is(
    words: str, line: int, says: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(RulesError) as caught:
        due_of(words, tmp_path)
    (problem,) = caught.value.problems
    assert problem.line == line
    for part in says:
        assert part in problem.said.say("vi")


def test_the_likeliest_code_comes_first_where_there_are_many() -> None:
    assert closest("gialoc", ["phu-thinh", "gia-loc"]) == "gia-loc"
    assert closest("xyz", ["phu-thinh", "gia-loc"]) is None
    known = {f"THON_{n}": f"Thôn {n}" for n in range(1, 40)}
    assert listed("thôn 27", known).startswith("THON_27 (Thôn 27)")
    assert listed("thôn 27", known).endswith("(+27)")


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("6/2026", "2026-06"), ("tháng 6/2026", "2026-06"), ("2026-6", "2026-06"), ("quý II/2026", "2026-Q2"),
        ("2026-q2", "2026-Q2"), ("2026H1", "2026-H1"), ("6 tháng đầu năm 2026", "2026-H1"), ("năm 2026", "2026"),
        ("13/2026", None), ("hè", None),
    ],
)  # fmt: skip
def test_a_period_written_otherwise_is_recognised_for_the_question(words: str, period: str | None) -> None:
    assert likely_period(words) == period


# ---- the schemas -----------------------------------------------------------------------------------------------------


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for key, below in node.items():
            if key not in {"examples", "enum", "const", "required", "if"}:
                yield from nodes(below)
    elif isinstance(node, list):
        for below in node:
            yield from nodes(below)


@pytest.mark.parametrize("path", sorted(shipped().glob("schemas/*.json")), ids=lambda path: path.name)
def test_the_example_of_every_value_is_one_that_its_schema_takes(path: Path) -> None:
    from jsonschema import Draft202012Validator

    root = json.loads(path.read_text(encoding="utf-8"))
    validator = Draft202012Validator(root)
    for node in nodes(root):
        if (node.get("type") == "string" and "pattern" in node) or isinstance(node.get("enum"), list):
            value = example_of(node, root)
            assert value is not None
            assert list(validator.evolve(schema=node).iter_errors(value)) == [], as_toml(value)


def test_a_shipped_file_is_found_by_its_schema() -> None:
    assert RuleSource.schema("workspace").is_file()
